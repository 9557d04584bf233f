package lint

import (
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// unsafeName is unsafeText for member names, in which line breaks and tabs have no business either.
func unsafeName(s string) string {
	if strings.ContainsAny(s, "\n\r\t") {
		return "a control character"
	}
	return unsafeText(s)
}

// asciiJSON reports that a JSON text is printable ASCII without escapes, so that there is nothing in it to look for.
func asciiJSON(v *inspect.Value) bool {
	if v == nil {
		return true
	}
	for i := range len(v.Raw) {
		if c := v.Raw[i]; c-0x20 > 0x5e || c == '\\' {
			return false
		}
	}
	return true
}

// unsafeText says which kind of dangerous character a text holds, or "".
func unsafeText(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return unsafeRune(s[i:])
		}
	}
	return ""
}

func unsafeRune(s string) string {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
		case r == 0x1b || r == 0x9b:
			return "a terminal escape sequence"
		case r < 0x20 || r >= 0x7f && r <= 0x9f:
			return "a control character"
		case r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return "a character that changes the direction of writing"
		case r >= 0x200b && r <= 0x200d || r >= 0x2060 && r <= 0x2064 || r == 0xfeff:
			return "an invisible character"
		}
	}
	return ""
}
