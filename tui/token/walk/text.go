package walk

import (
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
)

// text is the token that is walked through, as three texts with a mark on one character. Changes are kept so that they can be undone.
type text struct {
	parts  [3]string // header, payload, signature
	first  [3]string
	locked [3]bool // can't be changed: a payload that does not stand in the token, or is not base64url
	part   int     // where the mark is
	at     int
	past   []state
	count  int // characters that are others than at the beginning
	width  int // characters in a line, of the last layout
	top    [3]int
}

// state is what undo goes back to.
type state struct {
	parts    [3]string
	part, at int
	count    int
}

// The rows in which the texts stand.
const (
	inputRow     = "input"
	signatureRow = "signature"
)

func newText(w *inspect.Walk) text {
	var t text
	t.parts[0], t.parts[1], t.parts[2] = w.Texts()
	t.first = t.parts
	for i, p := range t.parts {
		t.locked[i] = p == "" || strings.ContainsFunc(p, func(r rune) bool { return r >= 0x80 || !inAlphabet(byte(r)) })
	}
	if len(t.parts[1]) > 1 && !t.locked[1] { // where a change is understood best
		t.part, t.at = 1, min(12, len(t.parts[1])-1)
	} else if len(t.parts[0]) > 0 {
		t.part, t.at = 0, min(12, len(t.parts[0])-1)
	}
	return t
}

// inAlphabet reports a character of base64url (RFC 4648 5).
func inAlphabet(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func (t *text) canChange() bool { return !t.locked[t.part] && t.at < len(t.parts[t.part]) }

// row is the row in which the mark stands.
func (t *text) row() string {
	if t.part == 2 {
		return signatureRow
	}
	return inputRow
}

// joined is the token in the compact form, as it is now.
func (t *text) joined() string { return strings.Join(t.parts[:], ".") }

// move moves the mark by one character, also into the part beside.
func (t *text) move(step int) {
	part, at := t.part, t.at+step
	for at < 0 || at >= len(t.parts[part]) {
		if part += step; part < 0 || part > 2 {
			return
		}
		if at = 0; step < 0 {
			at = len(t.parts[part]) - 1
		}
	}
	t.part, t.at = part, at
}

// line moves the mark by a line and reports whether there was one.
func (t *text) line(step int) bool {
	offset := t.offset() + step*t.width
	first, end := 0, len(t.parts[0])+1+len(t.parts[1])
	if t.part == 2 {
		end = len(t.parts[2])
	}
	if t.width <= 0 || offset < first || offset >= end {
		return false
	}
	t.part, t.at = t.place(t.row(), offset)
	return true
}

// offset is where the mark stands in its row's text: header, dot and payload are one text.
func (t *text) offset() int {
	if t.part == 1 {
		return len(t.parts[0]) + 1 + t.at
	}
	return t.at
}

// place is the character at an offset of a row's text. The dot stands for its neighbour: the header may be empty (RFC 7515 7.2.1).
func (t *text) place(row string, offset int) (part, at int) {
	switch header := len(t.parts[0]); {
	case row == signatureRow:
		return 2, offset
	case offset < header:
		return 0, offset
	case header > 0 && (offset == header || len(t.parts[1]) == 0):
		return 0, header - 1
	default:
		return 1, max(0, offset-header-1)
	}
}

// cellAt is the character that is drawn at a cell of a row.
func (t *text) cellAt(row string, cell, line int) (part, at int, ok bool) {
	if row != inputRow && row != signatureRow || t.width <= 0 {
		return 0, 0, false
	}
	end, shown := len(t.parts[0])+1+len(t.parts[1]), 0
	if row == signatureRow {
		end, shown = len(t.parts[2]), 2
	}
	if marked := t.markLine(row); marked >= 0 && line > marked {
		line-- // the line of the mark stands between
	}
	offset := (t.top[shown]+line)*t.width + cell
	if cell < 0 || cell >= t.width || offset < 0 || offset >= end {
		return 0, 0, false
	}
	part, at = t.place(row, offset)
	return part, at, true
}

// markLine is the line of the window in which the mark stands; -1 when it stands in the other row.
func (t *text) markLine(row string) int {
	if row != t.row() {
		return -1
	}
	shown := 0
	if row == signatureRow {
		shown = 2
	}
	return t.offset()/max(t.width, 1) - t.top[shown]
}

func (t *text) nextPart() {
	for i := 1; i <= 3; i++ {
		if p := (t.part + i) % 3; len(t.parts[p]) > 0 {
			t.part, t.at = p, 0
			return
		}
	}
}

// put puts a character in the place of the one at the mark; 0 stands for another one, whose decoded bits differ in their upper
// half, so that it differs also where the lower bits don't count.
func (t *text) put(c byte) bool {
	if !t.canChange() {
		return false
	}
	old := t.parts[t.part]
	if c == 0 {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		c = alphabet[strings.IndexByte(alphabet, old[t.at])^16]
	}
	if old[t.at] == c {
		return false
	}
	t.past = append(t.past, state{t.parts, t.part, t.at, t.count})
	if t.changed(t.part, t.at) {
		t.count--
	}
	t.parts[t.part] = old[:t.at] + string(c) + old[t.at+1:]
	if t.changed(t.part, t.at) {
		t.count++
	}
	return true
}

func (t *text) undo() bool {
	if len(t.past) == 0 {
		return false
	}
	last := t.past[len(t.past)-1]
	t.past = t.past[:len(t.past)-1]
	t.parts, t.part, t.at, t.count = last.parts, last.part, last.at, last.count
	return true
}

func (t *text) undoAll() bool {
	was := len(t.past) > 0
	for t.undo() {
	}
	return was
}

// changed reports whether a character is another than at the beginning.
func (t *text) changed(part, at int) bool {
	return at < len(t.first[part]) && at < len(t.parts[part]) && t.first[part][at] != t.parts[part][at]
}
