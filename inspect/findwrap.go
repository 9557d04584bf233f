package inspect

import (
	"bytes"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// Mail programs and terminals cut long lines. A token that is cut ends its line, and goes on at the beginning of the next one, behind
// an indentation or the marks of a quotation ("> ", "| "). It is put together when that makes a whole token, and only then: two
// tokens on two lines stay two.

// piece is the part of a cut token that stands on one line.
type piece struct{ start, end int }

// wrapped gives the pieces of the token that begins with the run, or nil when it is not one that is cut.
func (f *finder) wrapped(start, end int) []piece {
	const (
		shortest = 20   // characters on the first line
		most     = 2000 // lines
		longest  = 4096 // characters before the first dot
	)
	if f.wraps <= 0 || end-start < shortest || f.text[start] != 'e' || !endsLine(f.text, end) || finished(f.text[start:end]) {
		return nil
	}
	lines := []piece{{start, end}}
	whole := []byte(f.text[start:end])
	dots := bytes.Count(whole, []byte{'.'})
	for width := 0; len(lines) < most && f.wraps > 0; {
		next := nextPiece(f.text, lines[len(lines)-1].end)
		if next.end == next.start || tokenEnd(f.text[next.start:next.end], 0) > 0 { // a token of its own begins there
			break
		}
		lines = append(lines, next)
		whole = append(whole, f.text[next.start:next.end]...)
		n := next.end - next.start
		dots += strings.Count(f.text[next.start:next.end], ".")
		if f.wraps -= n; dots > 4 {
			return nil // more parts than any token has
		}
		if dots >= 2 {
			f.wraps -= len(whole)
		}
		if n < width || !endsLine(f.text, next.end) || dots >= 2 && finished(string(whole)) || len(whole) > longest && bytes.IndexByte(whole[:longest], '.') < 0 {
			break // a line that is shorter than the one before is the last one
		}
		width = n
	}
	f.wraps -= len(whole)
	text := string(whole)
	if len(lines) < 2 || tokenEnd(text, 0) != len(text) {
		return nil
	}
	if t := Decode(text); !t.structured() || t.Unreadable() != nil {
		return nil
	}
	return lines
}

// finished reports a signed token whose signature has the size that its algorithm gives: no word behind it can belong to it. An RSA
// signature is taken for whole at the usual sizes of keys.
func finished(text string) bool {
	if tokenEnd(text, 0) != len(text) {
		return false
	}
	t := Decode(text)
	name, _ := t.Header.Get("alg").Text()
	part, alg := t.Part("signature"), jose.Find(name)
	if part == nil || alg == nil || t.Fault(FaultLength, "signature") != nil {
		return false
	}
	switch n := len(part.Bytes); alg.Type {
	case "RSA":
		return n == 256 || n == 384 || n == 512
	case "EC":
		return n == map[string]int{"P-256": 64, "P-384": 96, "P-521": 132}[alg.Curve]
	case "OKP":
		return n == 64
	default:
		return n == alg.Hash.Size()
	}
}

// endsLine reports whether nothing but blanks, or the soft line break of quoted-printable, stands between a place and the end of its line.
func endsLine(text string, at int) bool {
	rest := strings.TrimLeft(strings.TrimPrefix(text[at:min(len(text), at+8)], "="), " \t")
	return rest != "" && (rest[0] == '\n' || rest[0] == '\r')
}

// nextPiece gives the run at the beginning of the next line, behind indentation and marks of quotation; an empty one when there is none.
func nextPiece(text string, at int) piece {
	const margin = 16 // characters
	n := strings.IndexByte(text[at:min(len(text), at+margin)], '\n')
	if n < 0 {
		return piece{at, at}
	}
	start := at + n + 1
	for i := 0; i < margin && start < len(text) && strings.IndexByte(" \t>|", text[start]) >= 0; i++ {
		start++
	}
	end := start
	for end < len(text) && tokenByte(text[end]) {
		end++
	}
	return piece{start, end}
}

// putTogether makes Raw of the pieces.
func (t *Token) putTogether(lines []piece) {
	var b strings.Builder
	t.runs = nil
	for i, l := range lines {
		if i > 0 {
			before := lines[i-1].end
			t.Trims = append(t.Trims, Trim{TrimLineBreak, before, t.Pasted[before:l.start]})
		}
		t.runs = append(t.runs, run{b.Len(), l.start})
		b.WriteString(t.Pasted[l.start:l.end])
	}
	t.Raw = b.String()
}
