package form

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"token.jwt", "tokens.log", "key.pem", ".hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir + string(filepath.Separator)
}

func TestComplete(t *testing.T) {
	dir := folder(t)
	for _, c := range []struct {
		path, want string
		found      []string
	}{
		{dir + "k", dir + "key.pem", nil},
		{dir + "s", dir + "sub" + string(filepath.Separator), nil},
		{dir + "to", dir + "token", []string{dir + "token.jwt", dir + "tokens.log"}},
		{dir + "x", dir + "x", nil},
		{dir + ".h", dir + ".hidden", nil},
		{dir + "no/such/folder", dir + "no/such/folder", nil},
		{"~", "~" + string(filepath.Separator), nil},
	} {
		got, found := Complete(c.path)
		if got != c.want || !slices.Equal(found, c.found) {
			t.Errorf("%s: %q %q, want %q %q", c.path, got, found, c.want, c.found)
		}
	}
	if _, found := Complete(dir); slices.Contains(found, dir+".hidden") || len(found) != 4 {
		t.Errorf("all of the folder: %q", found)
	}
	t.Setenv("HOME", strings.TrimSuffix(dir, string(filepath.Separator)))
	if got, _ := Complete("~/ke"); got != "~/key.pem" {
		t.Errorf("~: %q", got)
	}
}

func press(f *Form, names ...string) (a Answer) {
	for _, n := range names {
		a = f.Key(ui.KeyPress(n))
	}
	return a
}

func TestFillIn(t *testing.T) {
	dir := folder(t)
	f := New(ui.NewTheme(ui.Dark, termenv.Ascii), "Title", "Why", "send", []Field{{ID: "file", Label: "File", Path: true}, {ID: "secret", Label: "Secret", Mask: true}})
	f.SetSize(80, 20)
	f.Set("file", dir+"to")
	press(f, "tab")
	if got := f.Values()["file"]; got != dir+"token" || !strings.Contains(strings.Join(f.Lines(), "\n"), "tokens.log") {
		t.Errorf("completed to %q:\n%s", got, strings.Join(f.Lines(), "\n"))
	}
	press(f, ".", "tab", "down", "h", "u", "s", "h")
	if v := f.Values(); v["file"] != dir+"token.jwt" || v["secret"] != "hush" {
		t.Errorf("%v", v)
	}
	if d := strings.Join(f.Lines(), "\n"); strings.Contains(d, "hush") || !strings.Contains(d, "••••") {
		t.Errorf("the secret is seen:\n%s", d)
	}
	if press(f, "enter") != Sent {
		t.Error("enter sends it off")
	}
	f.Busy("sending…")
	if press(f, "x") != Open || f.Values()["secret"] != "hush" || press(f, "enter") != Open {
		t.Error("a form that is being sent takes keys")
	}
	f.Fail("no such \x1b[31mfile")
	if d := strings.Join(f.Lines(), "\n"); !strings.Contains(d, `✗ no such \x1b[31mfile`) {
		t.Errorf("the failure:\n%s", d)
	}
	if press(f, "esc") != Left {
		t.Error("esc leaves it")
	}
}

func TestClicks(t *testing.T) {
	f := New(ui.NewTheme(ui.Dark, termenv.Ascii), "Title", "Why", "send", []Field{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}})
	f.SetSize(80, 20)
	lines := f.Lines()
	at := func(text string) (x, y int) {
		for y, l := range lines {
			if i := strings.Index(l, text); i >= 0 {
				return ansi.StringWidth(l[:i]), y
			}
		}
		t.Fatalf("no %q in\n%s", text, strings.Join(lines, "\n"))
		return 0, 0
	}
	x, y := at("B ")
	f.Click(x, y)
	press(f, "x")
	if v := f.Values(); v["b"] != "x" {
		t.Errorf("%v", v)
	}
	lines = f.Lines()
	if x, y = at("send"); f.Click(x, y) != Sent {
		t.Error("a click on the button sends it off")
	}
	if x, y = at("leave"); f.Click(x, y) != Left {
		t.Error("a click on leave leaves")
	}
}
