package widget

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Pair is one line of a key and value table. All its text is printable already.
type Pair struct {
	ID    string // of the row; empty: can't be selected
	Name  string
	Value string
	Style lipgloss.Style // of the value
	Mark  string         // styled; right after the value: "✓ as expected"
	Live  func() string  // a Mark that changes with time, asked whenever the row is drawn; nil: Mark
	Note  string         // plain; in dim after that, cut where the line ends
}

// Table lays out pairs: names in one column, values in the next, notes aligned where values are short.
type Table struct {
	Theme   *ui.Theme
	Width   int // inner width of the column
	MaxName int // widest name column; 0: a third of the width
	MaxVal  int // widest value column for the alignment of notes; 0: two fifths of the width
}

// Rows lays out the pairs. A value that is too long for its line wraps under itself and never under its name.
func (t Table) Rows(pairs []Pair) []Row {
	name, value := t.columns(pairs)
	rows := make([]Row, len(pairs))
	for i := range pairs {
		rows[i] = t.row(&pairs[i], name, value)
	}
	return rows
}

// sample bounds how many pairs are measured: a token with 50,000 claims is laid out by its first ones.
const sample = 400

func (t Table) columns(pairs []Pair) (name, value int) {
	maxName, maxVal := t.MaxName, t.MaxVal
	if maxName == 0 {
		maxName = t.Width / 3
	}
	if maxVal == 0 {
		maxVal = t.Width * 2 / 5
	}
	for i := range pairs[:min(len(pairs), sample)] {
		name = max(name, ui.Width(pairs[i].Name))
		if len(pairs[i].Value) <= 4*maxVal {
			if w := ui.Width(pairs[i].Value); w <= maxVal {
				value = max(value, w)
			}
		}
	}
	return min(name, maxName), value
}

// row lays out one pair. An empty Note and Mark leave the value alone.
func (t Table) row(p *Pair, name, value int) Row {
	room := max(t.Width-name-2, 1)
	lines := height(p.Value, room)
	wide := ui.Width(p.mark())
	last := ui.Width(p.Value)
	if lines > 1 {
		last = ui.Width(lastPiece(p.Value, room))
	}
	// A mark must not be lost: when it does not fit behind the value it gets a line of its own.
	own := wide > 0 && max(last, valueColumn(last, value, lines))+2+wide > room
	total := lines
	if own {
		total += len(wrapMark(p.mark(), room))
	}
	return Row{ID: p.ID, Height: total, Draw: func(selected bool) []string {
		label := t.Theme.Dim
		if selected {
			label = t.Theme.Button
		}
		head := ui.Pad(label.Render(p.Name), name) + "  "
		indent := strings.Repeat(" ", name+2)
		out := make([]string, 0, total)
		for i, piece := range Chop(p.Value, room) {
			if i > 0 {
				head = indent
			}
			out = append(out, head+p.Style.Render(piece))
		}
		if own {
			for _, line := range wrapMark(p.mark(), room) {
				out = append(out, indent+line)
			}
			return out[:min(len(out), total)]
		}
		out[lines-1] += t.behind(p, last, valueColumn(last, value, lines), room)
		return out
	}}
}

// wrapMark wraps a mark that is too wide for a line; it has one style, which every line gets.
func wrapMark(mark string, room int) []string {
	if ui.Width(mark) <= room {
		return []string{mark}
	}
	text := ansi.Strip(mark)
	before, after, _ := strings.Cut(mark, text)
	lines := ui.Wrap(text, room)
	for i := range lines {
		lines[i] = before + lines[i] + after
	}
	return lines
}

func (p *Pair) mark() string {
	if p.Live != nil {
		return p.Live()
	}
	return p.Mark
}

// behind gives what stands after a value that ends at cell last of room.
func (t Table) behind(p *Pair, last, column, room int) string {
	gap := strings.Repeat(" ", max(column-last, 0)+2)
	left := room - last - len(gap)
	text := p.mark()
	if text != "" && p.Note != "" {
		text += "  "
	}
	if rest := left - ui.Width(text); p.Note != "" && rest >= 8 {
		text += t.Theme.Dim.Render(ui.Truncate(p.Note, rest))
	}
	if text == "" {
		return ""
	}
	return gap + text
}

// valueColumn is where the notes begin: aligned for short values, right behind a long one.
func valueColumn(last, column, lines int) int {
	if lines > 1 || last > column {
		return last
	}
	return column
}

func lastPiece(text string, width int) string {
	pieces := Chop(text, width)
	return pieces[len(pieces)-1]
}
