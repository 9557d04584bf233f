package widget

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Filter is the line that "/" opens under a list: what is typed narrows the list at once, enter keeps it, esc clears it.
type Filter struct {
	theme *ui.Theme
	input textinput.Model
	open  bool
}

// filterLimit bounds what a paste may put into the line, in characters.
const filterLimit = 200

// NewFilter makes a closed filter.
func NewFilter(theme *ui.Theme) *Filter {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = filterLimit
	input.Cursor.Style = theme.Accent
	input.Cursor.TextStyle = theme.Text
	input.TextStyle = theme.Text
	return &Filter{theme: theme, input: input}
}

// Keys are what can be pressed while typing, for the line of keys.
func (f *Filter) Keys() []key.Binding {
	return []key.Binding{
		key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "keep the filter")),
		key.NewBinding(key.WithKeys("esc"), key.WithHelp("esc", "show all")),
	}
}

// Open begins typing. The cursor does not blink: motion is for what changes by itself.
func (f *Filter) Open() {
	f.open = true
	f.input.Focus()
}

// Typing reports whether keys are text now.
func (f *Filter) Typing() bool { return f.open }

// Text is what to look for; empty: everything.
func (f *Filter) Text() string { return strings.TrimSpace(f.input.Value()) }

// Clear forgets the text and closes the line.
func (f *Filter) Clear() {
	f.input.SetValue("")
	f.close()
}

func (f *Filter) close() {
	f.open = false
	f.input.Blur()
}

// Update takes a key while typing and reports whether the text changed.
func (f *Filter) Update(msg tea.KeyMsg) (changed bool) {
	before := f.Text()
	switch msg.Type {
	case tea.KeyEnter, tea.KeyTab, tea.KeyUp, tea.KeyDown:
		f.close()
	case tea.KeyEsc:
		f.Clear()
	default:
		f.input, _ = f.input.Update(msg)
	}
	return f.Text() != before
}

// Line draws the line; empty while there is nothing to show. hits is what the owner counted.
func (f *Filter) Line(width, hits int) string { return f.LineAt(width, 0, hits) }

// LineAt is [Filter.Line] for an owner that goes from hit to hit: at is the one that is selected, from 1; 0 is none.
func (f *Filter) LineAt(width, at, hits int) string {
	if !f.open && f.Text() == "" {
		return ""
	}
	slash := f.theme.Accent.Render("/")
	text := f.theme.Text.Render(safe.Text(f.input.Value()))
	if f.open {
		f.input.Width = max(width-24, 4)
		text = f.input.View()
	}
	note := f.theme.Dim.Render(ui.Count(hits, "hit"))
	if at > 0 && hits > 1 {
		note = f.theme.Dim.Render(fmt.Sprintf("%d of %s", at, ui.Count(hits, "hit")))
	}
	if hits == 0 {
		note = f.theme.Care.Render("! nothing found")
	}
	if !f.open {
		note += f.theme.Dim.Render(" · esc shows all")
	}
	return ui.Between(slash+" "+text, note, width)
}

// ContainsFold reports whether text contains part, without case. part should be short; text may be long and is not copied.
func ContainsFold(text, part string) bool { return IndexFold(text, part) >= 0 }

// IndexFold is where part stands in text, without case, or -1. Where letters change their length with their case, it is where it stands in
// the lower case of text.
func IndexFold(text, part string) int {
	if ascii(part) {
		return asciiFold(text, part)
	}
	return strings.Index(strings.ToLower(text), strings.ToLower(part))
}

func asciiFold(text, part string) int {
	if part == "" {
		return 0
	}
	first := rune(part[0])
	either := string([]rune{unicode.ToLower(first), unicode.ToUpper(first)})
	for at := 0; at+len(part) <= len(text); {
		i := strings.IndexAny(text[at:], either)
		if i < 0 || at+i+len(part) > len(text) {
			return -1
		}
		if at += i; strings.EqualFold(text[at:at+len(part)], part) {
			return at
		}
		at++
	}
	return -1
}
