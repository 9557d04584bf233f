package main

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A page is a terminal's screen as HTML: one line a row, one span a style, in the size of the terminal's cells.
const pageHead = `<!DOCTYPE html><meta charset="utf-8"><style>
html { background: #16181d } body { margin: 0; padding: 14px 16px; width: max-content }
pre { margin: 0; font: 16px/18px "DejaVu Sans Mono"; color: #d0d0d0 }
i { font-style: normal; display: inline-block; text-align: center; vertical-align: top; height: 18px; overflow: hidden }
</style><pre>`

// The sixteen colours that a terminal defines itself.
var base16 = [16]string{
	"#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6",
	"#666666", "#d54e53", "#b9ca4a", "#e7c547", "#7aa6da", "#c397d8", "#70c0b1", "#eaeaea",
}

// pen is the style that SGR sequences (ECMA-48 8.3.117) have set so far.
type pen struct {
	ink, paper                           string // CSS colours; empty: the terminal's own
	bold, faint, italic, underline, flip bool
}

// page turns what tmux captured, text with SGR sequences, into HTML.
func page(styled string) string {
	var out strings.Builder
	out.WriteString(pageHead)
	var p pen // tmux says a style once, also for the line after
	for line := range strings.Lines(strings.TrimRight(styled, "\n")) {
		for line != "" {
			seq, width, n, _ := ansi.DecodeSequence(line, 0, nil)
			line = line[n:]
			switch {
			case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
				p.apply(seq[2 : len(seq)-1])
			case seq == "\n":
				out.WriteByte('\n')
			case width > 0:
				out.WriteString(p.cell(seq, width))
			}
		}
	}
	return out.String() + "</pre>"
}

// cell is one character. A character outside ASCII may come from another font, so it is held in a box of its cell's width.
func (p pen) cell(text string, width int) string {
	element := "span"
	style := p.css()
	if text[0] >= 0x80 {
		element = "i"
		style += fmt.Sprintf("width:%dch;", width)
	}
	if style == "" {
		return html.EscapeString(text)
	}
	return fmt.Sprintf(`<%s style="%s">%s</%s>`, element, style, html.EscapeString(text), element)
}

func (p pen) css() string {
	ink, paper := p.ink, p.paper
	if p.flip {
		ink, paper = orElse(paper, "#16181d"), orElse(ink, "#d0d0d0")
	}
	var b strings.Builder
	set := func(on bool, declaration string) {
		if on {
			b.WriteString(declaration)
		}
	}
	set(ink != "", "color:"+ink+";")
	set(paper != "", "background:"+paper+";")
	set(p.bold, "font-weight:bold;")
	set(p.faint, "opacity:.6;")
	set(p.italic, "font-style:italic;")
	set(p.underline, "text-decoration:underline;")
	return b.String()
}

func (p *pen) apply(params string) {
	numbers := strings.FieldsFunc(params, func(r rune) bool { return r == ';' || r == ':' })
	if len(numbers) == 0 {
		numbers = []string{"0"}
	}
	for len(numbers) > 0 {
		n, _ := strconv.Atoi(numbers[0]) // tmux writes numbers only
		numbers = numbers[1:]
		switch {
		case n == 0:
			*p = pen{}
		case n == 1:
			p.bold = true
		case n == 2:
			p.faint = true
		case n == 3:
			p.italic = true
		case n == 4:
			p.underline = true
		case n == 7:
			p.flip = true
		case n == 22:
			p.bold, p.faint = false, false
		case n == 23:
			p.italic = false
		case n == 24:
			p.underline = false
		case n == 27:
			p.flip = false
		case n == 38:
			p.ink, numbers = extended(numbers)
		case n == 48:
			p.paper, numbers = extended(numbers)
		case n == 39:
			p.ink = ""
		case n == 49:
			p.paper = ""
		case n >= 30 && n <= 37:
			p.ink = base16[n-30]
		case n >= 90 && n <= 97:
			p.ink = base16[n-82]
		case n >= 40 && n <= 47:
			p.paper = base16[n-40]
		case n >= 100 && n <= 107:
			p.paper = base16[n-92]
		}
	}
}

// extended reads what follows 38 or 48: "5;N", a colour of the table of 256, or "2;R;G;B".
func extended(numbers []string) (colour string, rest []string) {
	var v [4]int
	for i := range min(len(numbers), 4) {
		v[i], _ = strconv.Atoi(numbers[i])
	}
	switch {
	case v[0] == 5 && len(numbers) >= 2:
		return colour256(v[1]), numbers[2:]
	case v[0] == 2 && len(numbers) >= 4:
		return fmt.Sprintf("#%02x%02x%02x", v[1], v[2], v[3]), numbers[4:]
	default:
		return "", nil
	}
}

// colour256 gives the colours of xterm: 16 of the terminal, a cube of 6×6×6, 24 greys.
func colour256(n int) string {
	switch {
	case n < 16:
		return base16[max(n, 0)]
	case n < 232:
		level := [6]int{0, 95, 135, 175, 215, 255}
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", level[n/36], level[n/6%6], level[n%6])
	default:
		grey := min(8+(n-232)*10, 255)
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
