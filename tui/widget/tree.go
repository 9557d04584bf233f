package widget

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Tree lays out JSON as rows of a [Column], every literal as it was sent. Objects and arrays fold; what is folded by hand
// stays so while the same values are laid out again, for another width or another filter.
type Tree struct {
	Theme  *ui.Theme
	Filter string // only what contains it in a name or a scalar, without case, and what leads there

	Crowd int // containers of more members or items begin folded; 0: 100

	folded map[*inspect.Value]bool
	nodes  map[string]*inspect.Value
	names  map[string]string // of members, by the same IDs
	hits   []string
	longer map[*inspect.Value]int // how often more of a container was asked for
}

// crowd is what Crowd is without a value.
const crowd = 100

// Rows lays out a document; its rows' IDs are JSON paths that begin with root ("payload.address.city"). names is the style
// of member names: a token's part has its hue everywhere. width is the column's inner width.
func (t *Tree) Rows(root string, v *inspect.Value, names lipgloss.Style, width int) []Row {
	t.hits = nil
	return t.walk(root, nil, v, 0, false, look{names, width}, nil)
}

// look is what a document is laid out with.
type look struct {
	names lipgloss.Style
	width int
}

// Children lays out what is inside of a container, without its brackets; nil while it is folded. Nested panes use it under
// a line of their own, and ask [Tree.Open] for its state.
func (t *Tree) Children(root string, v *inspect.Value, names lipgloss.Style, depth, width int) []Row {
	t.hits = nil
	if !t.Open(v) {
		return nil
	}
	return t.inside(root, v, depth, look{names, width}, nil)
}

// Hits are the rows of the last layout whose own name or value has what the filter asks for, in order; none without a filter.
func (t *Tree) Hits() []string { return t.hits }

// Node gives the value behind a row's ID.
func (t *Tree) Node(id string) *inspect.Value { return t.nodes[id] }

// Name gives the name of the member that a row shows, or that its array belongs to; "" for anything else.
func (t *Tree) Name(id string) string { return t.names[id] }

// Open reports whether a container shows what is inside. A filter opens everything, so that what it found can be seen.
func (t *Tree) Open(v *inspect.Value) bool {
	if Length(v) == 0 {
		return false
	}
	if t.Filter != "" {
		return true
	}
	if folded, ok := t.folded[v]; ok {
		return !folded
	}
	if t.Crowd > 0 {
		return Length(v) <= t.Crowd
	}
	return Length(v) <= crowd
}

// Fold opens or closes a container, and reports whether there was anything to change.
func (t *Tree) Fold(v *inspect.Value, closed bool) bool {
	if v == nil || Length(v) == 0 || t.Open(v) == !closed {
		return false
	}
	if t.folded == nil {
		t.folded = make(map[*inspect.Value]bool)
	}
	t.folded[v] = closed
	return true
}

// Toggle opens a closed container and closes an open one.
func (t *Tree) Toggle(v *inspect.Value) bool { return t.Fold(v, t.Open(v)) }

// Length is the number of members or items of a container.
func Length(v *inspect.Value) int {
	if v == nil {
		return 0
	}
	return len(v.Members) + len(v.Items)
}

// Summary says what a closed container holds: "{3 members}", "[12 items]".
func Summary(v *inspect.Value) string {
	n, word, open, end := len(v.Members), "member", "{", "}"
	if v.Kind == inspect.Array {
		n, word, open, end = len(v.Items), "item", "[", "]"
	}
	switch n {
	case 0:
		return open + end
	case 1:
	default:
		word += "s"
	}
	return fmt.Sprintf("%s%d %s%s", open, n, word, end)
}

func (t *Tree) walk(id string, m *inspect.Member, v *inspect.Value, depth int, comma bool, l look, rows []Row) []Row {
	if t.Filter != "" && depth > 0 && !t.matches(m, v) {
		return rows
	}
	if t.nodes == nil {
		t.nodes, t.names = make(map[string]*inspect.Value), make(map[string]string)
	}
	t.nodes[id] = v
	if m != nil {
		t.names[id] = m.Name
	}
	if t.Filter != "" && (m != nil && ContainsFold(m.Name, t.Filter) || Length(v) == 0 && ContainsFold(v.Raw, t.Filter)) {
		t.hits = append(t.hits, id)
	}
	if !t.Open(v) {
		return append(rows, t.leaf(id, m, v, depth, comma, l))
	}
	open, end := "{", "}"
	if v.Kind == inspect.Array {
		open, end = "[", "]"
	}
	if comma {
		end += ","
	}
	indent := indentation(depth, l.width)
	rows = append(rows, Row{ID: id, Height: 1, Draw: func(selected bool) []string {
		return []string{indent + t.name(m, l.names, selected) + t.Theme.Dim.Render(open+" ▾")}
	}})
	rows = t.inside(id, v, depth+1, l, rows)
	return append(rows, Row{Height: 1, Draw: func(bool) []string { return []string{indent + t.Theme.Dim.Render(end)} }})
}

// MoreRow ends the ID of the row under the members of a container that are not laid out yet; before it stands the container's.
const MoreRow = "…more"

// ShowMore lays out more of a container that has more members or items than are laid out at once.
func (t *Tree) ShowMore(v *inspect.Value) {
	if t.longer == nil {
		t.longer = make(map[*inspect.Value]int)
	}
	t.longer[v]++
}

// page is how many members or items are laid out at once: a list of forty thousand must not take longer than a frame.
const page = 1000

func (t *Tree) inside(id string, v *inspect.Value, depth int, l look, rows []Row) []Row {
	most, n, before := page*(1+t.longer[v]), 0, len(rows)
	next := func() bool { // whether there is room for another one
		if len(rows) > before {
			before = len(rows)
			n++
		}
		return n < most
	}
	for i := range v.Members {
		if !next() {
			return t.more(id, Length(v)-i, depth, l, rows)
		}
		m := &v.Members[i]
		rows = t.walk(memberID(id, m, i), m, &m.Value, depth, i < len(v.Members)-1, l, rows)
	}
	for i := range v.Items {
		if !next() {
			return t.more(id, Length(v)-i, depth, l, rows)
		}
		rows = t.walk(fmt.Sprintf("%s[%d]", id, i), nil, &v.Items[i], depth, i < len(v.Items)-1, l, rows)
	}
	return rows
}

// more is the row under what is laid out of a long container.
func (t *Tree) more(id string, left, depth int, l look, rows []Row) []Row {
	text := indentation(depth, l.width) + t.Theme.Accent.Render(fmt.Sprintf("… %d more", left)) + t.Theme.Dim.Render(" · enter")
	return append(rows, Row{ID: id + MoreRow, Height: 1, Draw: func(bool) []string { return []string{ui.Truncate(text, l.width)} }})
}

// memberID keeps the paths of duplicate names apart.
func memberID(id string, m *inspect.Member, i int) string {
	if m.Duplicate {
		return fmt.Sprintf("%s.%s#%d", id, m.Name, i)
	}
	return id + "." + m.Name
}

// leaf is a scalar, or a container that is closed. A long value wraps under itself.
func (t *Tree) leaf(id string, m *inspect.Member, v *inspect.Value, depth int, comma bool, l look) Row {
	text, style := t.literal(v)
	tail := ""
	if comma {
		tail = ","
	}
	if Length(v) > 0 {
		tail += " ▸"
	}
	indent := indentation(depth, l.width)
	lead := len(indent)
	if m != nil {
		lead += ui.Width(nameText(m)) + 2
		if m.Duplicate {
			lead += len(duplicateMark)
		}
	}
	hang := lead
	if l.width-lead < 12 {
		hang = len(indent) + 2
	}
	room := max(l.width-hang, 1)
	first := 0
	if hang != lead {
		first = 1 // the value begins under its name
	}
	return Row{ID: id, Height: first + height(text, room), Draw: func(selected bool) []string {
		pieces := Chop(text, room)
		lines := make([]string, 0, first+len(pieces))
		head := indent + t.name(m, l.names, selected)
		if first == 1 {
			lines = append(lines, head)
		}
		for i, piece := range pieces {
			before := strings.Repeat(" ", hang)
			if i == 0 && first == 0 {
				before = head
			}
			lines = append(lines, before+style.Render(piece))
		}
		if last := len(lines) - 1; ui.Width(lines[last])+len(tail) <= l.width { // a comma alone is not worth a line
			lines[last] += t.Theme.Dim.Render(tail)
		}
		return lines
	}}
}

const duplicateMark = "! repeated: "

func nameText(m *inspect.Member) string { return `"` + safe.Text(m.Name) + `"` }

func (t *Tree) name(m *inspect.Member, style lipgloss.Style, selected bool) string {
	if m == nil {
		return ""
	}
	if selected {
		style = t.Theme.Button
	}
	name := style.Render(nameText(m)) + t.Theme.Dim.Render(": ")
	if m.Duplicate {
		name = t.Theme.Care.Render(duplicateMark) + name
	}
	return name
}

func (t *Tree) literal(v *inspect.Value) (string, lipgloss.Style) {
	if v.Kind == inspect.Object || v.Kind == inspect.Array {
		return Summary(v), t.Theme.Dim
	}
	return longText(v.Raw), t.Theme.Text
}

// longest is how many characters of a literal a row shows. Longer ones have their size in place of the rest: a row is drawn
// whole even when one line of it is on screen.
const longest = 2000

func longText(raw string) string {
	if len(raw) <= longest {
		return safe.Text(raw)
	}
	return safe.Short(raw, longest) + " " + Size(int64(len(raw))) + " in all"
}

func (t *Tree) matches(m *inspect.Member, v *inspect.Value) bool {
	if m != nil && ContainsFold(m.Name, t.Filter) {
		return true
	}
	for i := range v.Members {
		if t.matches(&v.Members[i], &v.Members[i].Value) {
			return true
		}
	}
	for i := range v.Items {
		if t.matches(nil, &v.Items[i]) {
			return true
		}
	}
	if Length(v) > 0 {
		return false
	}
	return ContainsFold(v.Raw, t.Filter)
}

// indentation is two spaces a level, but never so much that no value has room.
func indentation(depth, width int) string { return strings.Repeat(" ", min(2*depth, width/3)) }

// height is the number of lines that Chop makes, without making them.
func height(text string, width int) int {
	if ascii(text) {
		return max((len(text)+width-1)/width, 1)
	}
	return len(Chop(text, width))
}
