package batch

import (
	"iter"
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

// tokensIn yields the tokens in a text with their places: whatever begins like a JSON object in base64url ("ey") and has dots
// between its parts.
func tokensIn(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := 0; i < len(text); {
			next := strings.Index(text[i:], "ey")
			if next < 0 {
				return
			}
			start := i + next
			end := start
			for end < len(text) && tokenByte(text[end]) {
				end++
			}
			if token := trimmed(text[start:end]); (start == 0 || !tokenByte(text[start-1])) && token != "" {
				if !yield(start, token) {
					return
				}
			}
			i = max(end, start+2)
		}
	}
}

// trimmed cuts the full stop of a sentence off, or gives "" for what has too few parts to be a token.
func trimmed(run string) string {
	dots := strings.Count(run, ".")
	for dots != 2 && dots != 4 && strings.HasSuffix(run, ".") {
		run, dots = run[:len(run)-1], dots-1
	}
	if dots == 0 || len(run) < 10 {
		return ""
	}
	return run
}

// tokenByte reports characters of compact serializations: base64url, the dot, and the ~ before disclosures.
func tokenByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~'
}
