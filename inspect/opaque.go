package inspect

import (
	"math"
	"strings"
	"unicode/utf8"
)

// Facts is what can be said of a token that can't be decoded: how it looks, not what it means.
type Facts struct {
	Length   int    `json:"length"`             // characters
	Alphabet string `json:"alphabet,omitempty"` // "hexadecimal", "base64url", …
	Bits     int    `json:"bits,omitempty"`     // what so many characters of the alphabet can hold: at most this much to guess
	Prefix   string `json:"prefix,omitempty"`   // a well-known beginning
	Issuer   string `json:"issuer,omitempty"`   // whose tokens begin like that
	Form     string `json:"form,omitempty"`     // "UUID"

	Version string `json:"version,omitempty"` // PASETO: "v4"
	Purpose string `json:"purpose,omitempty"` // PASETO: "public" (signed) or "local" (encrypted)
	Bytes   int    `json:"bytes,omitempty"`   // PASETO: of the payload
	Message string `json:"message,omitempty"` // PASETO, public: what it says, when that is text; signed, which is not checked here
	Footer  string `json:"footer,omitempty"`  // PASETO: decoded, when it is text; anybody can read it
}

// facts describes an opaque token or a PASETO; nil for others.
func (t *Token) facts() *Facts {
	switch {
	case t.Kind == PASETO:
		return t.pasetoFacts()
	case t.Kind == Opaque && t.Raw != "":
		f := &Facts{Length: len(t.Raw)}
		f.Prefix, f.Issuer = KnownPrefix(t.Raw)
		rest := strings.TrimPrefix(t.Raw, f.Prefix)
		var size int
		f.Alphabet, size = alphabet(rest)
		f.Bits = int(float64(len(rest)) * math.Log2(float64(size)))
		if isUUID(t.Raw) {
			f.Form, f.Bits = "UUID", 122 // six bits say that it is one (RFC 9562 5.4)
		}
		return f
	}
	return nil
}

// alphabet names the smallest usual alphabet that a text is of, and its size.
func alphabet(s string) (name string, size int) {
	for _, a := range [...]struct {
		name, more string
		from, to   [3]byte
		size       int
	}{
		{"digits", "", [3]byte{'0', '0', '0'}, [3]byte{'9', '9', '9'}, 10},
		{"hexadecimal", "", [3]byte{'0', 'a', 'a'}, [3]byte{'9', 'f', 'f'}, 16},
		{"hexadecimal", "", [3]byte{'0', 'A', 'A'}, [3]byte{'9', 'F', 'F'}, 16},
		{"base32", "=", [3]byte{'2', 'A', 'A'}, [3]byte{'7', 'Z', 'Z'}, 32},
		{"letters and digits", "", [3]byte{'0', 'a', 'A'}, [3]byte{'9', 'z', 'Z'}, 62},
		{"base64url", "-_=", [3]byte{'0', 'a', 'A'}, [3]byte{'9', 'z', 'Z'}, 64},
		{"base64", "+/=", [3]byte{'0', 'a', 'A'}, [3]byte{'9', 'z', 'Z'}, 64},
	} {
		if !strings.ContainsFunc(s, func(r rune) bool {
			if r < 0x80 && strings.IndexByte(a.more, byte(r)) >= 0 {
				return false
			}
			for i := range a.from {
				if r >= rune(a.from[i]) && r <= rune(a.to[i]) {
					return false
				}
			}
			return true
		}) {
			return a.name, a.size
		}
	}
	return "printable characters", 94
}

// isUUID matches the form of RFC 9562 4.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') ||
			!dash && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// pasetoSignature is how many bytes of signature end the payload of a public token (PASETO specification, 01-Protocol-Versions).
var pasetoSignature = map[string]int{"v1": 256, "v2": 64, "v3": 96, "v4": 64}

// pasetoFacts reads what PASETO leaves in the open: version, purpose, the message of a public token, and the footer; both are
// signed but not encrypted.
func (t *Token) pasetoFacts() *Facts {
	f := &Facts{Length: len(t.Raw)}
	for i := range t.Parts {
		p := &t.Parts[i]
		room := make([]byte, len(p.Text)*3/4)
		switch p.Name {
		case "version":
			f.Version = p.Text
		case "purpose":
			f.Purpose = p.Text
		case "payload":
			n, flaw := decodeBase64(room, p.Text)
			f.Bytes = n
			end := n - pasetoSignature[f.Version]
			if f.Purpose == "public" && flaw == nil && end > 0 && utf8.Valid(room[:end]) {
				f.Message = string(room[:end])
			}
		case "footer":
			n, flaw := decodeBase64(room, p.Text)
			if flaw == nil && isText(room[:n]) {
				f.Footer = string(room[:n])
			}
		}
	}
	return f
}

func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return len(b) > 0
}
