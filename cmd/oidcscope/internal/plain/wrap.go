package plain

import (
	"strings"
	"unicode"

	xwidth "golang.org/x/text/width"
)

// width is how many cells a terminal gives to printable text.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

func cells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch xwidth.LookupRune(r).Kind() {
	case xwidth.EastAsianWide, xwidth.EastAsianFullwidth:
		return 2
	}
	return 1
}

// wrap breaks text at spaces into lines of at most limit cells. A word that is longer than a line is cut where the line ends: it is a
// token or an address, which has no better place. Blanks in front stand in front of every line. The result has at least one line.
func wrap(text string, limit int) []string {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	text = text[len(indent):]
	limit = max(limit-len(indent), 8)
	var (
		lines []string
		line  strings.Builder
		used  int
	)
	flush := func() {
		lines = append(lines, strings.TrimRight(indent+line.String(), " "))
		line.Reset()
		used = 0
	}
	for word := range strings.SplitSeq(text, " ") {
		w := width(word)
		if used > 0 && used+1+w > limit {
			flush()
		} else if used > 0 {
			line.WriteByte(' ')
			used++
		}
		if w <= limit {
			line.WriteString(word)
			used += w
			continue
		}
		for _, r := range word {
			if n := cells(r); used+n > limit {
				flush()
			}
			line.WriteRune(r)
			used += cells(r)
		}
	}
	if line.Len() > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// pad fills text with spaces up to n cells.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }
