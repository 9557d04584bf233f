package token

import (
	"fmt"
	"math"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// fact is something that can be said about a token from its outside.
type fact struct{ name, value, note string }

// opaqueFacts says what can be known of a text that only its issuer can read. None of it shows the text itself.
func opaqueFacts(raw string) []fact {
	kind, size := alphabet(raw)
	facts := []fact{
		{"length", fmt.Sprintf("%d characters", len(raw)), ""},
		{"alphabet", kind, ""},
	}
	if known := knownForm(raw); known != "" {
		facts = append(facts, fact{"looks like", known, ""})
	}
	if size > 1 {
		bits := float64(len(raw)) * math.Log2(float64(size))
		note := "if random; RFC 6749 10.10 asks for 128"
		if bits < 128 {
			note = "fewer than the 128 of RFC 6749 10.10"
		}
		facts = append(facts, fact{"entropy", fmt.Sprintf("at most %.0f bits", bits), note})
	}
	return facts
}

// alphabet names the smallest usual alphabet that the text is written in, and its size. A UUID's fixed characters do not
// count.
func alphabet(raw string) (name string, size int) {
	switch {
	case raw == "":
		return "none", 0
	case only(raw, "0123456789"):
		return "decimal digits", 10
	case only(raw, "0123456789abcdef"), only(raw, "0123456789ABCDEF"):
		return "hexadecimal", 16
	case only(raw, letters+"0123456789"):
		return "letters and digits", 62
	case only(raw, letters+"0123456789-_"):
		return "base64url", 64
	case only(strings.TrimRight(raw, "="), letters+"0123456789+/"):
		return "base64", 64
	case only(raw, letters+"0123456789-._~+/="):
		return "what RFC 6750 2.1 allows in a Bearer header", 69
	default:
		for _, r := range raw {
			if r < 0x20 || r > 0x7e {
				return "more than printable ASCII: RFC 6749 A.12 forbids that", 0
			}
		}
		return "printable ASCII; not all of it can stand in a Bearer header (RFC 6750 2.1)", 95
	}
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func only(s, set string) bool {
	for i := range len(s) {
		if strings.IndexByte(set, s[i]) < 0 {
			return false
		}
	}
	return true
}

// knownForm recognises forms that are documented by who makes them.
func knownForm(raw string) string {
	switch {
	case len(raw) == 36 && raw[8] == '-' && raw[13] == '-' && raw[18] == '-' && raw[23] == '-' && only(strings.ReplaceAll(raw, "-", ""), "0123456789abcdefABCDEF"):
		return "a UUID: 122 random bits at most"
	case strings.HasPrefix(raw, "ya29."):
		return "a Google access token"
	case len(raw) > 4 && raw[:2] == "gh" && strings.ContainsRune("opusr", rune(raw[2])) && raw[3] == '_':
		return "a GitHub token"
	case strings.HasPrefix(raw, "glpat-"), strings.HasPrefix(raw, "gloas-"):
		return "a GitLab token"
	case strings.HasPrefix(raw, "xox"):
		return "a Slack token"
	default:
		return ""
	}
}

// partMeaning says what each part of a compact serialization is for. RFC 7515 3.1; RFC 7516 3.1.
func partMeaning(kind inspect.Kind, name string) string {
	if kind == inspect.JWECompact || kind == inspect.JWEJSON {
		switch name {
		case "header":
			return "readable by anyone: how the content is encrypted"
		case "encrypted_key":
			return "the content's key, encrypted for the receiver; empty for dir and ECDH-ES"
		case "iv":
			return "initialisation vector of the content encryption"
		case "ciphertext":
			return "the content; a signed token is often inside"
		case "tag":
			return "proves that header and content were not changed"
		}
	}
	return ""
}

// formName names a kind of token in words, for what this program recognises but can't open yet.
func formName(kind inspect.Kind) string {
	switch kind {
	case inspect.JWSCompact:
		return "JWT, signed (JWS compact)"
	case inspect.JWSFlattened:
		return "signed token, flattened JSON form (RFC 7515 7.2.2)"
	case inspect.JWSGeneral:
		return "signed token, general JSON form (RFC 7515 7.2.1)"
	case inspect.JWECompact:
		return "encrypted token (JWE compact)"
	case inspect.JWEJSON:
		return "encrypted token, JSON form (RFC 7516 7.2)"
	case inspect.SDJWT:
		return "selective disclosure JWT (RFC 9901)"
	case inspect.PASETO:
		return "PASETO token"
	case inspect.Opaque:
		return "opaque token"
	default:
		return "no token that is known here"
	}
}

// partFacts lists the parts with their sizes.
func partFacts(tok *inspect.Token) []fact {
	facts := make([]fact, 0, len(tok.Parts))
	for i := range tok.Parts {
		p := &tok.Parts[i]
		facts = append(facts, fact{safe.Text(p.Name), widget.Size(int64(len(p.Bytes))), partMeaning(tok.Kind, p.Name)})
	}
	return facts
}
