package widget

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func press(keys func(tea.KeyMsg) bool, names ...string) {
	for _, n := range names {
		keys(ui.KeyPress(n))
	}
}

func TestField(t *testing.T) {
	for _, c := range []struct {
		name, start string
		keys        []string
		want        string
	}{
		{"typed", "ab", []string{"c", "D"}, "abcD"},
		{"in the middle", "ab", []string{"left", "x"}, "axb"},
		{"at the start", "ab", []string{"home", "x", "y"}, "xyab"},
		{"backspace and delete", "abcd", []string{"left", "backspace", "delete"}, "ab"},
		{"backspace at the start", "a", []string{"home", "backspace"}, "a"},
		{"word", "https://a.example/callback", []string{"ctrl+w"}, "https://a.example/"},
		{"words", "one two", []string{"ctrl+left", "x", "ctrl+right", "y"}, "one xtwoy"},
		{"line", "abc", []string{"left", "ctrl+u"}, "c"},
		{"rest", "abc", []string{"home", "right", "ctrl+k"}, "a"},
		{"not for a field", "abc", []string{"enter", "esc", "tab", "up", "down", "alt+x", "f1"}, "abc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := NewField(c.start)
			press(f.Key, c.keys...)
			if got := f.Value(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFieldPaste(t *testing.T) {
	f := NewField("")
	f.Key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("http://a/cb?code=x\r\n&state=y\x1b[0m"), Paste: true})
	if got, want := f.Value(), "http://a/cb?code=x&state=y[0m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	f.Key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(strings.Repeat("x", 2*fieldLimit)), Paste: true})
	if got := len(f.Value()); got != fieldLimit {
		t.Errorf("got %d characters, want at most %d", got, fieldLimit)
	}
}

func TestFieldKeepsWhatItWasGiven(t *testing.T) {
	const value = "a\nb\x1b[31m\u202e"
	f := NewField(value)
	if f.Value() != value {
		t.Errorf("got %q, want %q", f.Value(), value)
	}
	shown := strings.Join(f.Lines(80, true, func(s string) string { return s }), "")
	if strings.ContainsAny(shown, "\n\x1b\u202e") {
		t.Errorf("shown as %q", shown)
	}
}

func TestFieldLines(t *testing.T) {
	f := NewField("abcdef")
	mark := func(s string) string { return "<" + s + ">" }
	if got, want := f.Lines(4, true, mark), []string{"abcd", "ef< >"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	press(f.Key, "home")
	if got, want := f.Lines(10, true, mark), []string{"<a>bcdef"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	f.Mask = true
	if got, want := f.Lines(10, false, mark), []string{"••••••"}; !slices.Equal(got, want) {
		t.Errorf("masked got %q, want %q", got, want)
	}
}

func tokenParams() []Param {
	return []Param{
		{In: InForm, Name: "grant_type", Value: "authorization_code", Raw: "grant_type=authorization_code"},
		{In: InForm, Name: "code", Value: "secret-code", Secret: true, Raw: "code=secret%2Dcode"},
		{In: InForm, Name: "redirect_uri", Value: "http://a/cb", Raw: "redirect_uri=http%3a%2f%2fa%2fcb"},
		{In: InHeader, Name: "Accept", Value: "application/json", Raw: "application/json"},
	}
}

func TestParamEditor(t *testing.T) {
	for _, c := range []struct {
		name  string
		keys  []string
		edits []string
		raws  []string // of the result; what was changed or added has none
	}{
		{"nothing", nil, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"change", []string{"down", "down", "x"}, []string{"changed redirect_uri"}, []string{"grant_type=authorization_code", "code=secret%2Dcode", "", "application/json"}},
		{"change and change back", []string{"down", "down", "x", "backspace"}, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"drop", []string{"down", "ctrl+d"}, []string{"dropped code"}, []string{"grant_type=authorization_code", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"drop and take back", []string{"down", "ctrl+d", "ctrl+d"}, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"restore", []string{"down", "x", "ctrl+z"}, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"add", []string{"ctrl+n", "a", "=", "b"}, []string{"added a"}, []string{"grant_type=authorization_code", "", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"add a header", []string{"ctrl+n", "X", "tab", "y", "ctrl+t"}, []string{"added header X"}, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json", ""}},
		{"add and drop", []string{"ctrl+n", "a", "ctrl+d"}, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"add without a name", []string{"ctrl+n", "tab", "v"}, nil, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb", "application/json"}},
		{"drop a header", []string{"down", "down", "down", "down", "ctrl+d"}, []string{"dropped header Accept"}, []string{"grant_type=authorization_code", "code=secret%2Dcode", "redirect_uri=http%3a%2f%2fa%2fcb"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := NewParamEditor(tokenParams(), InForm)
			press(e.Key, c.keys...)
			if got := e.Edits(); !slices.Equal(got, c.edits) {
				t.Errorf("edits are %q, want %q", got, c.edits)
			}
			var raws []string
			for _, p := range e.Result() {
				raws = append(raws, p.Raw)
			}
			if !slices.Equal(raws, c.raws) {
				t.Errorf("result is %q, want %q", raws, c.raws)
			}
		})
	}
}

func TestParamEditorHidesSecrets(t *testing.T) {
	e := NewParamEditor(tokenParams(), InForm)
	text := func(reveal bool) string {
		lines, _ := e.Lines(plainTheme(), 60, reveal)
		var all []string
		for _, l := range lines {
			all = append(all, l.Text)
		}
		return strings.Join(all, "\n")
	}
	for range 3 {
		if strings.Contains(text(false), "secret") {
			t.Errorf("the secret is seen:\n%s", text(false))
		}
		press(e.Key, "down")
	}
	press(e.Key, "up", "up", "!") // a changed secret's old value stays hidden too
	if strings.Contains(text(false), "secret") {
		t.Errorf("the secret is seen:\n%s", text(false))
	}
	if !strings.Contains(text(true), "secret-code") {
		t.Errorf("want the secret when it is revealed:\n%s", text(true))
	}
}

func TestParamEditorLines(t *testing.T) {
	e := NewParamEditor(tokenParams(), InForm)
	press(e.Key, "down", "down", "ctrl+d")
	lines, at := e.Lines(plainTheme(), 40, false)
	if lines[at].Row != 2 || !strings.Contains(lines[at].Text, "redirect_uri") {
		t.Errorf("the cursor's line is %d: %+v", at, lines[at])
	}
	for _, l := range lines {
		if w := ui.Width(l.Text); w > 40 && l.Row >= 0 && !strings.Contains(l.Text, "✎") {
			t.Errorf("%d cells in a width of 40: %q", w, l.Text)
		}
	}
	long, _ := NewAnswerEditor([]Param{{In: InMember, Name: "pushed_authorization_request_endpoint", Value: "https://idp.example/par"}}).Lines(plainTheme(), 40, false)
	if len(long) < 3 || !strings.Contains(long[1].Text, "pushed_authorization_request_endpoint") || !strings.Contains(long[2].Text, "https://idp.example/par") {
		t.Errorf("a long name: %+v", long)
	}
	empty, _ := NewParamEditor(nil, InQuery).Lines(plainTheme(), 40, false)
	if len(empty) != 1 || !strings.Contains(empty[0].Text, "ctrl+n") {
		t.Errorf("an empty request says %+v, want how to add", empty)
	}
}
