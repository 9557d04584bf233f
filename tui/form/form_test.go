package form

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// some is a form with a field of each kind, two of them folded away.
func some(t *testing.T) (f *Form, pressed *string) {
	t.Helper()
	pressed = new(string)
	f = New(&ui.Common{Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys()}, func() []Field {
		return []Field{
			{ID: "name", Label: "Name", Hint: "of the thing", About: "what it is called (RFC 1)"},
			{ID: "kind", Label: "Kind", Kind: List, Options: []Option{{Value: "a", Label: "Ant"}, {Value: "b", Label: "Bee", Disabled: "no bees here"}, {Value: "c", Label: "Cat"}}},
			{ID: "push", Label: "Pushed", Kind: Switch, Group: "More", Hint: "pushed first", About: "RFC 9126", Required: "the provider says so"},
			{ID: "words", Label: "Words", Group: "More", Several: true, Options: Options("one", "two"), Announced: "words_supported"},
			{ID: "pick", Label: "Pick", Kind: Choice, Group: "Other", Options: []Option{{Label: "as usual"}, {Value: "x"}, {Value: "y"}}, Missing: true},
			{ID: "token", Label: "Token", Secret: true, Group: "Other"},
		}
	})
	f.Groups = []string{"More", "Nothing", "Other"}
	f.Buttons.Items = []widget.Button{{ID: "go", Key: "enter", Label: "Go"}, {ID: "no", Key: "n", Label: "No", Disabled: "never"}}
	f.Press = func(id string) tea.Cmd { *pressed = id; return nil }
	f.SetSize(80, 40)
	f.View()
	return f, pressed
}

func press(f *Form, keys ...string) {
	for _, k := range keys {
		f.Key(NewKeys("go"), ui.KeyPress(k))
	}
}

func text(f *Form, words string) {
	for _, r := range words {
		press(f, string(r))
	}
}

func TestKeysGoThroughTheForm(t *testing.T) {
	f, pressed := some(t)
	text(f, "box")
	press(f, "down", "down") // past the bee, which can't be chosen
	if f.Value("name") != "box" || f.Value("kind") != "c" || f.Focus() != "kind" {
		t.Fatalf("%q %q %q", f.Value("name"), f.Value("kind"), f.Focus())
	}
	press(f, "down", "enter")
	if *pressed != "go" {
		t.Errorf("pressed %q on %s", *pressed, f.Focus())
	}
	*pressed = ""
	if press(f, "right", "enter"); *pressed != "" {
		t.Error("a button that is disabled was pressed")
	}
	press(f, "tab", "tab", "enter", "tab")
	if f.Focus() != "push" {
		t.Fatalf("a group unfolds on enter, the focus is on %s:\n%s", f.Focus(), f.View())
	}
	if press(f, " ", " "); f.Value("push") != "true" || f.Raw("push") != "" {
		t.Errorf("what is required stays on, and is nobody's choice: %q %q", f.Value("push"), f.Raw("push"))
	}
	press(f, "tab")
	text(f, "t")
	press(f, "ctrl+n")
	text(f, " ")
	press(f, "ctrl+n")
	if f.Value("words") != "two one" {
		t.Errorf("offered: %q", f.Value("words"))
	}
	if !strings.Contains(f.View(), "words_supported, ctrl+n takes one: one  two") || strings.Contains(f.View(), "Nothing") {
		t.Errorf("what is offered is not shown, or an empty group is:\n%s", f.View())
	}
}

func TestFindShowsWhatMatches(t *testing.T) {
	f, _ := some(t)
	press(f, "ctrl+f")
	text(f, "9126")
	if v := f.View(); !strings.Contains(v, "Pushed") || strings.Contains(v, "Words") || strings.Contains(v, "Other") {
		t.Errorf("only what matches is shown:\n%s", v)
	}
	press(f, "tab")
	if f.Focus() != "push" {
		t.Errorf("the focus goes to %s", f.Focus())
	}
	press(f, "ctrl+f", "ctrl+u")
	text(f, "zebra")
	if !strings.Contains(f.View(), "no option is called that") {
		t.Errorf("nothing says that nothing was found:\n%s", f.View())
	}
	f.FocusOn("pick") // a field with a problem, say
	if !strings.Contains(f.View(), "▸ Pick") {
		t.Errorf("a field that is filtered away is shown when it gets the focus:\n%s", f.View())
	}
}

func TestSecretsAreHidden(t *testing.T) {
	f, _ := some(t)
	f.FocusOn("token")
	text(f, "hunter2")
	if strings.Contains(f.View(), "hunter2") || !strings.Contains(f.View(), "•••") {
		t.Errorf("a secret is on the screen:\n%s", f.View())
	}
	f.SetSize(80, 40)
	f.Clear()
	if f.Raw("token") != "" || f.Focus() != "name" {
		t.Errorf("cleared: %q, focus %s", f.Raw("token"), f.Focus())
	}
}

func TestHostileWords(t *testing.T) {
	f, _ := some(t)
	f.Fields = func() []Field {
		return []Field{{ID: "a", Label: "A", Kind: Choice, Options: Options("\x1b[31mred", "x")}, {ID: "b", Label: "B", Options: Options("\x1b]0;t\x07"), Required: "\x1b[2J"}}
	}
	f.Groups = nil
	for _, id := range []string{"a", "b"} {
		f.FocusOn(id)
		if strings.ContainsAny(f.View(), "\x1b\x07") {
			t.Errorf("control characters reach the terminal:\n%q", f.View())
		}
	}
	f.SetSize(1, 1)
	f.View()
}

func TestMouseInTheForm(t *testing.T) {
	f, pressed := some(t)
	at := func(word string) tea.MouseMsg {
		for y, line := range strings.Split(f.View(), "\n") {
			if i := strings.Index(line, word); i >= 0 {
				return tea.MouseMsg{X: ui.Width(line[:i]), Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
			}
		}
		t.Fatalf("%q is not drawn:\n%s", word, f.View())
		return tea.MouseMsg{}
	}
	f.Mouse(at("Kind"))
	f.Mouse(at("no bees"))
	if f.Value("kind") != "a" {
		t.Error("what can't be chosen was")
	}
	f.Mouse(at("Cat"))
	f.Mouse(at("Other"))
	f.Mouse(at("Pick"))
	if f.Value("kind") != "c" || f.Value("pick") != "" {
		t.Errorf("%q %q", f.Value("kind"), f.Value("pick"))
	}
	f.Mouse(at("Pick"))
	if f.Value("pick") != "x" {
		t.Error("a second click goes on to the next value")
	}
	f.Mouse(at("Go ]"))
	if *pressed != "go" {
		t.Error("a click presses a button")
	}
	f.Mouse(tea.MouseMsg{Button: tea.MouseButtonWheelUp})
	if f.Focus() != "kind" {
		t.Errorf("the wheel moves the focus, to %s", f.Focus())
	}
}

// What is said about the line to look for an option stands under it: below the groups it would show a second mark of the focus.
func TestOneMarkOfTheFocus(t *testing.T) {
	f, _ := some(t)
	press(f, "ctrl+f")
	view := strings.Split(f.View(), "\n")
	for i, line := range view {
		if !strings.Contains(line, "▸ Find") {
			continue
		}
		if !strings.Contains(view[i+1], "each option has a line") {
			t.Errorf("the hint does not stand under the line:\n%s", f.View())
		}
		if marks := strings.Count(f.View(), "\n ▸"); marks != 1 {
			t.Errorf("%d marks of the focus:\n%s", marks, f.View())
		}
		return
	}
	t.Errorf("the line to look for an option has no focus:\n%s", f.View())
}
