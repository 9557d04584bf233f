package batch

import (
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// mixed reports whether a line is more than a token: blanks, quotes and the like are in no token.
func mixed(text string) bool {
	for _, c := range []byte(" \t\"'{,=:\\") {
		if strings.IndexByte(text, c) >= 0 {
			return true
		}
	}
	return false
}

// jsonForm reports whether a line is a token in JSON (RFC 7515 7.2, RFC 7516 7.2).
func jsonForm(text string) bool {
	if text[0] != '{' || !strings.Contains(text, `"signature`) && !strings.Contains(text, `"ciphertext"`) {
		return false
	}
	kind := inspect.Decode(text).Kind
	return kind == inspect.JWSFlattened || kind == inspect.JWSGeneral || kind == inspect.JWEJSON
}
