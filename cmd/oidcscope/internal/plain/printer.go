// Package plain writes what the terminal interface shows as lines of text: a run as it happens ([Run.Event]) and a token taken
// apart ([Printer.Report]). It appends and never moves the cursor, so its output is the same on a terminal, in a file
// and through a pipe, but for colour.
//
// Whatever comes from tokens, providers and files is made printable here, at the one place where lines are written; callers pass it as
// it came. Meaning is never colour alone: every verdict has its mark and its word.
package plain

import (
	"io"
	"strings"

	"github.com/oidcscope/oidcscope/internal/safe"
)

// Marks stand before verdicts.
const (
	markGood    = "✓"
	markBad     = "✗"
	markCare    = "!"
	markNeutral = "–"
	markUnknown = "?"
)

// maxWidth keeps lines readable on very wide terminals, in cells.
const maxWidth = 110

// Printer writes to one stream. Its methods are for one goroutine at a time.
type Printer struct {
	w        io.Writer
	width    int
	messages int // width of messages
	colour   bool
	err      error
}

// Width is the width of text that goes to a file or a pipe, in cells.
const Width = 80

// New makes a printer for lines of at most width cells. A width of 0 is that of a file: messages are then one line each, as
// programs that read them want it, and all else has [Width].
func New(w io.Writer, width int, colour bool) *Printer {
	if width <= 0 {
		return &Printer{w: w, width: Width, messages: 1 << 20, colour: colour}
	}
	width = min(max(width, 40), maxWidth)
	return &Printer{w: w, width: width, messages: width, colour: colour}
}

// Err is the first error that writing met.
func (p *Printer) Err() error { return p.err }

// Error prints what went wrong, on a line of its own that names the program, as is usual on standard error.
func (p *Printer) Error(text string) { p.message("oidcscope: ", p.bad("oidcscope: "), text) }

// Warn prints a warning.
func (p *Printer) Warn(text string) { p.message("! warning: ", p.care("! warning: "), text) }

// Hint prints what to do about an error, under it.
func (p *Printer) Hint(text string) { p.message("  hint: ", p.dim("  hint: "), text) }

// Note prints a line that a person may want to know; without text, an empty one.
func (p *Printer) Note(text string) {
	if text == "" {
		p.blank()
		return
	}
	p.message("", "", text)
}

// Emphasis prints a value that a person has to act on: an address, a code. It is not wrapped, so that it can be copied.
func (p *Printer) Emphasis(label, value string) {
	p.line(p.dim(label) + p.bold(safe.Text(value)))
}

// message prints untrusted text behind a prefix; further lines are set under the first.
func (p *Printer) message(prefix, painted, text string) {
	under := strings.Repeat(" ", min(width(prefix), 11))
	first := true
	for paragraph := range strings.Lines(safe.Block(text)) {
		for _, l := range wrap(strings.TrimRight(paragraph, "\n"), p.messages-width(prefix)) {
			if first {
				p.line(painted + l)
			} else {
				p.line(under + l)
			}
			first = false
		}
	}
}

func (p *Printer) line(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(text, " ")+"\n")
	}
}

func (p *Printer) blank() { p.line("") }

// under prints prose in a column that starts at indent, painted line by line. Without text it prints nothing.
func (p *Printer) under(indent int, paint func(string) string, text string) {
	if text == "" {
		return
	}
	for _, l := range wrap(safe.Text(text), p.width-indent) {
		p.line(strings.Repeat(" ", indent) + paint(l))
	}
}

// ends prints left and right at the two ends of a line. What is left is wrapped under itself, at indent, when it is long.
func (p *Printer) ends(indent int, left string, paintLeft func(string) string, right string, paintRight func(string) string) {
	margin := strings.Repeat(" ", indent)
	lines := wrap(left, p.width-indent-width(right)-2)
	for _, l := range lines[:len(lines)-1] {
		p.line(margin + paintLeft(l))
		margin = strings.Repeat(" ", indent+2)
	}
	last := lines[len(lines)-1]
	gap := p.width - width(margin) - width(last) - width(right)
	p.line(margin + paintLeft(last) + strings.Repeat(" ", max(gap, 2)) + paintRight(right))
}

// The terminal's own sixteen colours, so that they fit its theme.
func (p *Printer) paint(code, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p *Printer) bold(text string) string   { return p.paint("1", text) }
func (p *Printer) dim(text string) string    { return p.paint("2", text) }
func (p *Printer) good(text string) string   { return p.paint("32", text) }
func (p *Printer) bad(text string) string    { return p.paint("31", text) }
func (p *Printer) care(text string) string   { return p.paint("33", text) }
func (p *Printer) accent(text string) string { return p.paint("36", text) }
func asIs(text string) string                { return text }
