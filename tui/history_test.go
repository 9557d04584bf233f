package tui

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// savedRun is a run of the engine's own tests, as a file.
func savedRun(t *testing.T, name string) *archive.Run {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "flows", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	saved, err := archive.Read(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Runs[0]
}

// The screens themselves take a run that failed before any token came.
func TestReplayOnTheRealScreens(t *testing.T) {
	a, _, _ := testApp(t)
	a.screens = newScreens(a.c)
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	for _, name := range []string{"refused.jsonl", "issuer.jsonl", "pkce.jsonl", "device.jsonl", "refused.jsonl"} {
		does(a, ui.Send(opened{runs: []*archive.Run{savedRun(t, name)}}))
		for _, screen := range []ui.Name{ui.Flow, ui.Token, ui.Wire, ui.Home} {
			does(a, ui.Send(ui.Goto{Screen: screen}))
			if view := a.View(); !strings.Contains(view, "replayed") {
				t.Errorf("%s, %s does not say that it is replayed:\n%s", name, screen, view)
			}
		}
		for _, p := range a.c.Past {
			does(a, ui.Send(ui.OpenRun{Run: p.Run}))
		}
	}
}

// A replayed run is told to the screens as a live one is, and nothing is sent or opened for it.
func TestReplayedRunIsToldAndSendsNothing(t *testing.T) {
	a, first, second := testApp(t)
	a.outside.openURL = func(context.Context, string) error { t.Error("the browser was opened"); return nil }
	does(a, ui.Send(opened{runs: []*archive.Run{savedRun(t, "refused.jsonl"), savedRun(t, "pkce.jsonl")}}))
	var began []ui.RunBegan
	var sessions, ended int
	for _, m := range second.got {
		switch m := m.(type) {
		case ui.RunBegan:
			began = append(began, m)
		case ui.RunEnded:
			ended++
		case ui.SessionChanged:
			if m.Session != nil {
				sessions++
				if m.Session.Offline() == "" {
					t.Error("a session of a file can be worked with")
				}
			}
		}
	}
	if len(began) != 2 || ended != 2 || sessions != 1 || !strings.Contains(began[1].Replayed, "nothing is sent") {
		t.Fatalf("%d begun, %d ended, %d sessions: %+v", len(began), ended, sessions, began)
	}
	if len(a.c.Past) != 2 || a.c.Past[0].Outcome != ui.OK || a.c.Past[1].Outcome != ui.Failed || a.onScreen != began[1].Run {
		t.Errorf("the one that failed is to be on the screen, run %d is: %+v", a.onScreen, a.c.Past)
	}
	for _, m := range []tea.Msg{ui.Refresh{}, ui.Restart{}, ui.FetchUserInfo{}} {
		a.notice.Notify = ui.Notify{}
		does(a, ui.Send(m))
		if !strings.Contains(a.notice.Text, "nothing is sent") {
			t.Errorf("%T: notice %q", m, a.notice.Text)
		}
	}
	first.got, second.got = nil, nil
	does(a, ui.Send(ui.OpenRun{Run: began[0].Run}))
	if a.onScreen != began[0].Run || len(a.c.Past) != 2 {
		t.Errorf("opened again: run %d is on the screen, %d past runs", a.onScreen, len(a.c.Past))
	}
	for _, m := range first.got {
		if _, told := m.(ui.RunBegan); told {
			t.Error("the home screen was told of the run once more")
		}
	}
}

func TestExportAsksBeforeItReplaces(t *testing.T) {
	a, _, _ := testApp(t)
	does(a, ui.Send(opened{runs: []*archive.Run{savedRun(t, "pkce.jsonl")}}))
	path := filepath.Join(t.TempDir(), "run.md")
	write := func() {
		does(a, ui.Send(ui.Export{}))
		o, ok := a.overlay.(*export)
		if !ok {
			t.Fatal("no overlay")
		}
		does(a, ui.Send(ui.KeyPress("4")))
		o.field.SetValue(path)
		does(a, ui.Send(ui.KeyPress("enter")))
	}
	write()
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "# Authorization code") || a.overlay != nil {
		t.Fatalf("%v, overlay %v:\n%s", err, a.overlay, text)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	write()
	if text, _ := os.ReadFile(path); string(text) != "mine" || a.overlay == nil {
		t.Fatalf("replaced without a question: %s", text)
	}
	does(a, ui.Send(ui.KeyPress("enter")))
	if text, _ := os.ReadFile(path); string(text) == "mine" || a.overlay != nil {
		t.Errorf("not replaced after the question: %s", text)
	}
}

func TestLookFirst(t *testing.T) {
	long, short, failed := savedRun(t, "pkce.jsonl"), savedRun(t, "device.jsonl"), savedRun(t, "refused.jsonl")
	short.Entries = slices.Clone(short.Entries)
	short.Entries = slices.DeleteFunc(short.Entries, func(e archive.Entry) bool { _, x := e.Event.(flows.Exchange); return x })
	for _, c := range []struct {
		runs  []*archive.Run
		first *archive.Run
		which string
	}{
		{[]*archive.Run{long, short}, long, "the one with the most requests"},
		{[]*archive.Run{short, long}, long, "the last"},
		{[]*archive.Run{failed, long, short}, failed, "one that failed"},
		{[]*archive.Run{long}, long, "the last"},
	} {
		given := slices.Clone(c.runs)
		ordered, which := lookFirst(c.runs)
		if ordered[len(ordered)-1] != c.first || which != c.which || len(ordered) != len(given) || !slices.Equal(given, c.runs) {
			t.Errorf("%q of %d runs, want %q", which, len(ordered), c.which)
		}
	}
	if ordered, _ := lookFirst(nil); len(ordered) != 0 {
		t.Error("runs of none")
	}
}

// A file with many runs does not fill the memory: the last are kept, the one to look at among them.
func TestHistoryIsBounded(t *testing.T) {
	a, _, _ := testApp(t)
	one := savedRun(t, "pkce.jsonl")
	runs := []*archive.Run{savedRun(t, "refused.jsonl")}
	for range maxHistory + 20 {
		runs = append(runs, one)
	}
	does(a, ui.Send(opened{runs: runs}))
	if len(a.history) != maxHistory || a.history.find(a.onScreen) == nil {
		t.Errorf("%d runs are remembered, want %d with the one on the screen", len(a.history), maxHistory)
	}
	if last := a.history[len(a.history)-1]; last.ended.Err == nil {
		t.Error("the run that failed is the one to look at")
	}
	if !strings.Contains(a.notice.Text, "71 runs were read") || !strings.Contains(a.notice.Text, "the last 50") {
		t.Errorf("notice %q", a.notice.Text)
	}
}

// What is opened on the token screen is recognised as on Home: a saved run is replayed, a capture imported, anything else searched for tokens.
func TestOpenAFileFromTheTokenScreen(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	saved, err := os.ReadFile(filepath.Join("..", "flows", "testdata", "pkce.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	run := savedRun(t, "pkce.jsonl")
	var capture bytes.Buffer
	if err := archive.Export(&capture, archive.HAR, []*archive.Run{run}, "test", true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, want string
		screen     ui.Name
	}{
		{write("r.json", string(saved)), "replayed", ui.Flow},
		{write("r.har", capture.String()), "replayed", ui.Flow},
		{write("t.json", `{"id_token":"eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL29wLmV4YW1wbGUifQ."}`), "op.example", ui.Token},
		{write("c.log", `{"log":"id_token=eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL29wLmV4YW1wbGUifQ."}`), "op.example", ui.Token},
		{filepath.Join(dir, "missing"), "no such file", ui.Token},
	} {
		a, _, _ := testApp(t)
		a.screens = newScreens(a.c)
		a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
		does(a, ui.Send(ui.Goto{Screen: ui.Token}))
		press(a, "o")
		does(a, ui.Send(ui.OpenFile{Path: c.path, From: ui.Token}))
		if got := a.screens[a.front].name; got != c.screen || !strings.Contains(a.View(), c.want) {
			t.Errorf("%s opens %s, want %s with %q:\n%s", filepath.Base(c.path), got, c.screen, c.want, a.View())
		}
		if does(a, ui.Send(ui.Goto{Screen: ui.Token})); c.want != "no such file" && a.screens[a.front].screen.Typing() {
			t.Errorf("%s: the form is still open:\n%s", filepath.Base(c.path), a.View())
		}
	}
}
