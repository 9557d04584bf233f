// Package walk draws the way of a signature check: the exact bytes that were signed, their digest, the key, the signature's own
// bytes, and what is compared at the end. One character of the token can be changed in place, to see what the signature makes
// of it, and changed back.
//
// All values come from [inspect.Walk], which computes them anew after each change; the verdict is that of inspect, and nothing here
// decides whether a signature holds.
package walk

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Model is one walk on the screen.
type Model struct {
	c      *ui.Common
	keys   keyMap
	first  *inspect.Walk // the token as it came
	now    *inspect.Walk // as it was changed
	text   text
	column *widget.Column
	w, h   int
	whole  map[string]bool      // long values that are shown whole
	copies map[string][]ui.Copy // by row
	typing bool
	secret bool // hidden until secrets are revealed

	number  int  // of checks that were begun; of two the later one counts
	pending bool // a check is under way, and first or now is not what the text is
}

// Checked is the outcome of a check that was made by a command.
type Checked struct {
	number int
	walk   *inspect.Walk
}

// For makes it a message for the token screen.
func (Checked) For() ui.Name { return ui.Token }

// atOnce is how long a token may be to be checked between two frames, in bytes.
const atOnce = 64 << 10

// New begins a walk through the signature of a token; a long one is checked by the command. secret says that the token stays hidden until
// secrets are revealed.
func New(c *ui.Common, tok *inspect.Token, keys *inspect.KeySet, secret bool) (*Model, tea.Cmd) {
	m := &Model{c: c, keys: newKeyMap(), column: widget.NewColumn(c.Theme), whole: map[string]bool{}, secret: secret}
	return m, m.begin(len(tok.Raw), func() *inspect.Walk { return inspect.NewWalk(tok, keys) })
}

// begin makes a check, at once or by a command.
func (m *Model) begin(size int, check func() *inspect.Walk) tea.Cmd {
	m.number++
	if size <= atOnce {
		m.take(check())
		return nil
	}
	m.pending = true
	number := m.number
	return func() tea.Msg { return Checked{number, check()} }
}

// Take takes the outcome of a command.
func (m *Model) Take(c Checked) {
	if c.number == m.number {
		m.take(c.walk)
	}
}

func (m *Model) take(w *inspect.Walk) {
	m.pending, m.now = false, w
	if m.first == nil {
		m.first, m.text = w, newText(w)
	}
	m.layOut()
}

// keyMap holds the keys of the walk.
type keyMap struct{ Left, Right, Part, Change, Type, Undo, UndoAll key.Binding }

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		Left:    bind("←/h", "character before", "left", "h"),
		Right:   bind("→/l", "next character", "right", "l"),
		Part:    bind("p", "next part", "p"),
		Change:  bind("c", "change the character", "c"),
		Type:    bind("w", "write over it", "w"),
		Undo:    bind("u", "undo", "u"),
		UndoAll: bind("Z", "undo all", "Z"),
	}
}

// SetSize takes the size of the area.
func (m *Model) SetSize(w, h int) {
	m.w, m.h = w, h
	m.layOut()
}

// Typing reports whether keys are characters of the token now.
func (m *Model) Typing() bool { return m.typing }

// hidden reports whether the token must not be seen.
func (m *Model) hidden() bool { return m.secret && !m.c.Reveal }

// Back closes what esc closes here, and reports whether there was anything.
func (m *Model) Back() bool {
	was := m.typing
	m.typing = false
	return was
}

// Key takes a key.
func (m *Model) Key(k tea.KeyMsg) (cmd tea.Cmd) {
	if m.first == nil {
		return nil
	}
	if m.typing {
		return m.typed(k)
	}
	g := m.c.Keys
	switch {
	case key.Matches(k, m.keys.Left):
		m.text.move(-1)
	case key.Matches(k, m.keys.Right):
		m.text.move(1)
	case key.Matches(k, m.keys.Part):
		m.text.nextPart()
	case key.Matches(k, m.keys.Change):
		cmd = m.change(0)
	case key.Matches(k, m.keys.Type):
		m.typing = !m.hidden() && m.text.canChange()
	case key.Matches(k, m.keys.Undo):
		cmd = m.restore(m.text.undo)
	case key.Matches(k, m.keys.UndoAll):
		cmd = m.restore(m.text.undoAll)
	case key.Matches(k, g.Up):
		if m.column.Selected() != m.text.row() || !m.text.line(-1) {
			m.column.Move(-1)
		}
	case key.Matches(k, g.Down):
		if m.column.Selected() != m.text.row() || !m.text.line(1) {
			m.column.Move(1)
		}
	case key.Matches(k, g.Enter):
		m.toggle()
	default:
		m.scroll(k)
	}
	if key.Matches(k, m.keys.Left, m.keys.Right, m.keys.Part, m.keys.Change, m.keys.Type) {
		m.column.Select(m.text.row())
	}
	m.layOut()
	return cmd
}

// scroll takes the keys that go through the panes.
func (m *Model) scroll(k tea.KeyMsg) {
	g := m.c.Keys
	switch {
	case key.Matches(k, g.PageUp):
		m.column.Page(-1)
	case key.Matches(k, g.PageDown):
		m.column.Page(1)
	case key.Matches(k, g.Top):
		m.column.End(-1)
	case key.Matches(k, g.Bottom):
		m.column.End(1)
	case key.Matches(k, g.Next):
		if !m.column.NextPane(1) {
			m.column.Focus(1)
		}
	case key.Matches(k, g.Prev):
		if !m.column.NextPane(-1) {
			m.column.Focus(-1)
		}
	}
}

// typed takes a key while keys are characters: each goes over the one at the mark.
func (m *Model) typed(k tea.KeyMsg) (cmd tea.Cmd) {
	switch k.Type {
	case tea.KeyEsc, tea.KeyEnter:
		m.typing = false
	case tea.KeyLeft:
		m.text.move(-1)
	case tea.KeyRight:
		m.text.move(1)
	case tea.KeyBackspace:
		cmd = m.restore(m.text.undo)
	case tea.KeyRunes:
		for _, r := range k.Runes {
			if r < 0x80 && inAlphabet(byte(r)) {
				m.text.put(byte(r))
				m.text.move(1)
			}
		}
		cmd = m.check()
	}
	m.layOut()
	return cmd
}

// change puts a character in the place of the one at the mark; 0: another one.
func (m *Model) change(c byte) tea.Cmd {
	if m.hidden() || !m.text.put(c) {
		return nil
	}
	return m.check()
}

func (m *Model) restore(undo func() bool) tea.Cmd {
	if !undo() {
		return nil
	}
	return m.check()
}

// check walks through the token as it is now.
func (m *Model) check() tea.Cmd {
	if m.text.count == 0 {
		m.number++
		m.pending, m.now = false, m.first
		return nil
	}
	first, p := m.first, m.text.parts
	return m.begin(len(p[0])+len(p[1])+len(p[2]), func() *inspect.Walk { return first.With(p[0], p[1], p[2]) })
}

func (m *Model) toggle() {
	if id := m.column.Selected(); m.copies[id] != nil {
		m.whole[id] = !m.whole[id]
	}
}

// Wheel scrolls by n lines.
func (m *Model) Wheel(n int) { m.column.Wheel(n) }

// Click puts the mark on a character, and changes it when the mark is there already; elsewhere it selects, and opens what is
// selected.
func (m *Model) Click(x, y int) (cmd tea.Cmd) {
	id, cell, line := m.column.Cell(x, y-statusLines)
	if id == "" || y < statusLines {
		return nil
	}
	_, again := m.column.Click(y - statusLines)
	if where, at, ok := m.text.cellAt(id, cell, line); ok {
		if again && where == m.text.part && at == m.text.at {
			cmd = m.change(0)
		}
		m.text.part, m.text.at = where, at
	} else if again {
		m.toggle()
	}
	m.layOut()
	return cmd
}

// Copies are the forms of what is selected.
func (m *Model) Copies() []ui.Copy {
	if m.first == nil {
		return nil
	}
	items := append([]ui.Copy(nil), m.copies[m.column.Selected()]...)
	if !m.hidden() {
		items = append(items, ui.Copy{Text: string(m.now.Input), What: "signing input", Secret: m.secret},
			ui.Copy{Text: m.text.joined(), What: "token as it stands here", Secret: true})
	}
	return items
}

// Help lists the keys that matter here.
func (m *Model) Help() []key.Binding {
	if m.typing {
		return []key.Binding{key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "no more writing")), key.NewBinding(key.WithKeys("backspace"), key.WithHelp("⌫", "undo"))}
	}
	k := m.keys
	list := []key.Binding{m.c.Keys.Back}
	if m.first != nil && m.text.canChange() && !m.hidden() {
		list = append(list, k.Change)
		if m.text.count > 0 {
			list = append(list, k.Undo)
		}
		list = append(list, k.Part, k.Type)
	}
	return append(list, m.c.Keys.Next, m.c.Keys.Copy)
}

// All lists every key of the walk, for the help.
func All() []key.Binding {
	k := newKeyMap()
	return []key.Binding{k.Left, k.Right, k.Part, k.Change, k.Type, k.Undo, k.UndoAll}
}

// Changed lays out anew after secrets were revealed or hidden.
func (m *Model) Changed() { m.layOut() }
