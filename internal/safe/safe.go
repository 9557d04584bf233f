// Package safe makes untrusted text printable. Everything that comes from a token, a provider, a file or the network
// passes [Text] (one line) or [Block] (several lines) before it reaches a terminal.
//
// What is replaced: control characters (so no escape sequence survives), bidirectional overrides and marks, zero-width and
// other invisible characters, line and paragraph separators, private-use characters, bytes that are not UTF-8, and long
// runs of combining marks. Each stands as a Go-like escape in its place (\x1b, \u202e), so nothing is hidden and the
// result is pure printable text. Both functions are idempotent: their output is a fixed point.
package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one character; more is used to paint over neighbouring lines.
const maxMarks = 3

// Text returns s as one line of printable text.
func Text(s string) string { return clean(s, false) }

// Block returns s as printable text that keeps its line breaks. CR LF becomes LF and a tab becomes four spaces.
func Block(s string) string {
	if plain(s, true) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return clean(strings.ReplaceAll(s, "\t", "    "), true)
}

// Short is Text cut to at most max characters, with an ellipsis when something was cut. It does not read more of s than
// it needs.
func Short(s string, max int) string {
	if limit := max*utf8.UTFMax + utf8.UTFMax; len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + " "
	}
	t := Text(s)
	n := 0
	for i := range t {
		if n == max {
			return t[:i] + "…"
		}
		n++
	}
	return t
}

func clean(s string, lines bool) string {
	if plain(s, lines) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	marks := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
			marks = 0
		case r == '\n' && lines:
			b.WriteByte('\n')
			marks = 0
		case unicode.Is(unicode.M, r) && !invisible(r) && marks < maxMarks:
			b.WriteString(s[i : i+n])
			marks++
		case unicode.Is(unicode.M, r), !unicode.IsGraphic(r), invisible(r):
			b.WriteString(escape(r))
		default:
			b.WriteString(s[i : i+n])
			marks = 0
		}
		i += n
	}
	return b.String()
}

// plain reports whether s is printable ASCII, the common case that needs no copy.
func plain(s string, lines bool) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 0x20 || c > 0x7e) && !(lines && c == '\n') {
			return false
		}
	}
	return true
}

// invisible holds the graphic characters that show nothing or are used to make two texts look alike: fillers, the
// Braille blank, joiners and variation selectors beyond the two that choose between text and emoji form.
func invisible(r rune) bool {
	switch {
	case r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x2800, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0x180b && r <= 0x180f, r >= 0xfe00 && r <= 0xfe0d, r >= 0xe0100 && r <= 0xe01ef:
		return true
	}
	return false
}

func escape(r rune) string {
	switch {
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}
