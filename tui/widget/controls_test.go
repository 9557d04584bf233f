package widget

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestTabsAt(t *testing.T) {
	tabs := Tabs{Items: []Tab{{Title: "ID token"}, {Title: "Access token"}, {Title: "UserInfo", Empty: true}}, Active: 1}
	line := tabs.Line(plainTheme(), 80)
	if !strings.Contains(line, "[Access token]") {
		t.Fatalf("%q does not mark the tab in front", line)
	}
	for i, tab := range tabs.Items {
		if at := ansi.StringWidth(line[:strings.Index(line, tab.Title)]); tabs.At(at) != i {
			t.Errorf("cell %d, where %q begins, is tab %d; want %d", at, tab.Title, tabs.At(at), i)
		}
	}
	if tabs.At(200) != -1 || tabs.At(-1) != -1 {
		t.Error("cells outside of the line belong to no tab")
	}
	tabs.Move(-2)
	if tabs.Active != 2 {
		t.Errorf("tab %d is in front after moving back around the end, want 2", tabs.Active)
	}
}

func TestButtonsSayWhyDisabled(t *testing.T) {
	b := Buttons{Items: []Button{{ID: "refresh", Key: "r", Label: "Refresh", Disabled: "there is no refresh token"}, {ID: "u", Key: "U", Label: "UserInfo"}}}
	lines := b.Lines(plainTheme(), 60, false)
	if !strings.Contains(strings.Join(lines[1:], "\n"), "there is no refresh token") {
		t.Fatalf("no reason in %q", lines)
	}
	if at := ansi.StringWidth(lines[0][:strings.Index(lines[0], "U  UserInfo")]); b.At(at) != 1 {
		t.Fatalf("cell %d is button %d, want 1", at, b.At(at))
	}
}

func TestFilterTyping(t *testing.T) {
	f := NewFilter(plainTheme())
	f.Open()
	if !f.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("em")}) || f.Text() != "em" {
		t.Fatalf("typed em, have %q", f.Text())
	}
	if line := f.Line(40, 0); !strings.Contains(line, "nothing found") || ansi.StringWidth(line) != 40 {
		t.Fatalf("line %q", line)
	}
	f.Update(tea.KeyMsg{Type: tea.KeyEnter})
	if f.Typing() || f.Text() != "em" {
		t.Fatal("enter must keep the text and end typing")
	}
	f.Open()
	if !f.Update(tea.KeyMsg{Type: tea.KeyEsc}) || f.Text() != "" || f.Line(40, 3) != "" {
		t.Fatal("esc must clear the filter")
	}
}

func TestContainsFold(t *testing.T) {
	for _, test := range []struct {
		text, part string
		want       bool
	}{
		{"Email", "mai", true}, {"EMAIL", "mail", true}, {"email", "", true}, {"em", "email", false},
		{"aab", "AB", true}, {"Käse", "KÄSE", true}, {"x", "xx", false},
	} {
		if got := ContainsFold(test.text, test.part); got != test.want {
			t.Errorf("ContainsFold(%q, %q) = %v", test.text, test.part, got)
		}
	}
}

func TestChopAndMiddle(t *testing.T) {
	for _, text := range []string{"", "abcdefghij", "ab", "äöüäöüäöü", "日本語日本語"} {
		pieces := Chop(text, 4)
		if strings.Join(pieces, "") != text {
			t.Errorf("Chop(%q) = %q loses text", text, pieces)
		}
		if height(text, 4) != len(pieces) {
			t.Errorf("height(%q) = %d, want %d", text, height(text, 4), len(pieces))
		}
		for _, p := range pieces {
			if ansi.StringWidth(p) > 4 {
				t.Errorf("piece %q is wider than 4", p)
			}
		}
	}
	if got := Middle("abcdefghijklmnop", 7); got != "abcd…op" {
		t.Errorf("Middle = %q", got)
	}
}

func TestTableWrapsUnderTheValue(t *testing.T) {
	theme := plainTheme()
	table := Table{Theme: theme, Width: 24}
	rows := table.Rows([]Pair{
		{ID: "iss", Name: "iss", Value: "https://a.example/realms/long", Mark: "✓ ok", Note: "who issued it"},
		{ID: "sub", Name: "sub", Value: "al", Note: "whom it is about"},
	})
	got := rows[0].Draw(false)
	want := []string{"iss  https://a.example/r", "     ealms/long  ✓ ok"}
	if len(got) != rows[0].Height || len(got) != len(want) {
		t.Fatalf("%d lines (height %d): %q", len(got), rows[0].Height, got)
	}
	for i := range want {
		if strings.TrimRight(got[i], " ") != want[i] {
			t.Errorf("line %d is %q, want %q", i, got[i], want[i])
		}
	}
	for _, l := range append(got, rows[1].Draw(true)...) {
		if ansi.StringWidth(l) > 24 {
			t.Errorf("%q is wider than the table", l)
		}
	}
}

func TestALongMarkIsWrapped(t *testing.T) {
	theme := ui.NewTheme(ui.Dark, termenv.TrueColor)
	row := Table{Theme: theme, Width: 30}.Rows([]Pair{{Name: "name", Value: "a value of twenty cells", Mark: theme.Dim.Render("comes back inside the ID token; stops replay")}})[0]
	lines := row.Draw(false)
	if len(lines) != row.Height {
		t.Fatalf("%d lines, and a height of %d", len(lines), row.Height)
	}
	if text := ansi.Strip(strings.Join(lines, " ")); !strings.Contains(strings.Join(strings.Fields(text), " "), "comes back inside the ID token; stops replay") {
		t.Errorf("the mark is cut: %s", text)
	}
	for _, l := range lines[2:] {
		if ui.Width(l) > 30 || !strings.Contains(l, "\x1b[") {
			t.Errorf("a line of the mark is too wide, or lost its style: %q", l)
		}
	}
}
