package probe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestMain(m *testing.M) {
	lipgloss.SetColorProfile(termenv.Ascii)
	os.Exit(m.Run())
}

var noon = time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)

func testScreen(t *testing.T) *Screen {
	t.Helper()
	s := New(&ui.Common{Context: t.Context(), Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: func() time.Time { return noon },
		Profiles: []config.Profile{{Name: "test", Issuer: "https://op.example", ClientID: "app"}}})
	s.try = func(context.Context, probe.Config, func(probe.Event)) (*probe.Report, error) {
		return nil, errors.New("no network in tests")
	}
	s.SetSize(80, 20)
	return s
}

// press presses keys, and returns the messages that the last one gave.
func press(s *Screen, names ...string) []tea.Msg {
	var cmd tea.Cmd
	for _, k := range names {
		cmd = s.Update(ui.KeyPress(k))
	}
	return messages(cmd)
}

func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	switch m := cmd().(type) {
	case nil:
		return nil
	case tea.BatchMsg:
		var all []tea.Msg
		for _, c := range m {
			all = append(all, messages(c)...)
		}
		return all
	default:
		return []tea.Msg{m}
	}
}

func types(s *Screen, text string) {
	for _, r := range text {
		s.Update(ui.KeyPress(string(r)))
	}
}

// plan is what a run against op.example will do.
func plan() probe.Config {
	return probe.Config{Client: flows.Config{Issuer: "https://op.example", ClientID: "app"}, Only: []string{"PRB-001", "PRB-002", "PRB-064", "PRB-090"}}
}

// under is a run whose first probe failed, and whose browser is out for the second.
func under(s *Screen) {
	s.Update(Prepared{Config: plan()})
	s.try = func(ctx context.Context, _ probe.Config, _ func(probe.Event)) (*probe.Report, error) {
		<-ctx.Done()
		return nil, nil
	}
	s.Update(ui.KeyPress("y"))
	first, second := s.plan.Probes[0], s.plan.Probes[1]
	for _, e := range []probe.Event{
		probe.Trying{Probe: first},
		probe.Engine{Event: flows.Exchange{Exchange: record.Exchange{Request: record.Request{Method: "POST", URL: "https://op.example/token?x=secret-1", Body: record.Body{Data: []byte("code=secret-2&grant_type=authorization_code")}},
			Response: &record.Response{Status: 400, Reason: "400 Bad Request", Body: record.Body{Data: []byte(`{"error":"invalid_grant"}`)}}}}},
		probe.Tried{Outcome: probe.Outcome{ID: first.ID, Result: probe.Fail, Severity: rule.Error, Got: "HTTP 200 \x1b[31mwith a code", Fix: "compare it"}},
		probe.Trying{Probe: second},
		probe.Opening{N: 1, Visit: probe.First, Why: "to get a code"},
		probe.Engine{Event: flows.NeedUser{Kind: flows.NeedOpenURL, URL: "https://op.example/authorize?client_id=app"}},
	} {
		s.Update(run.ProbingEvent{Number: s.run.number, Event: e})
	}
}

// over is that run at its end.
func over(s *Screen) {
	under(s)
	r := &probe.Report{Issuer: "https://op.example", ClientID: "app", Requests: 12, Visits: 1, Revoked: 1, Left: 1, Duration: 1200 * time.Millisecond}
	for i, p := range s.plan.Probes {
		o := s.run.outcomes[p.ID]
		if i > 0 {
			o = probe.Outcome{ID: p.ID, Result: []probe.Result{probe.Pass, probe.NotReached, probe.Inconclusive}[i%3], Got: "HTTP 400 invalid_grant", Reason: "nobody came back"}
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	s.Update(run.ProbingDone{Number: s.run.number, Report: r})
}

func TestGoldens(t *testing.T) {
	for name, prepare := range map[string]func(*Screen){
		"form":   func(s *Screen) { s.Update(Open{}); types(s, "test") },
		"agree":  func(s *Screen) { s.Update(Prepared{Config: plan()}) },
		"under":  under,
		"paste":  func(s *Screen) { under(s); press(s, "p"); types(s, "http://127.0.0.1/callback?code=x") },
		"over":   over,
		"detail": func(s *Screen) { over(s); press(s, "down", "enter") },
		"filter": func(s *Screen) { over(s); press(s, "/"); types(s, "slash") },
	} {
		for _, size := range [][2]int{{60, 17}, {80, 20}, {120, 32}, {200, 56}} {
			s := testScreen(t)
			s.SetSize(size[0], size[1])
			prepare(s)
			drawn := s.View()
			if lines := strings.Split(drawn, "\n"); len(lines) > size[1] {
				t.Errorf("%s: %d lines in %d", name, len(lines), size[1])
			}
			for _, l := range strings.Split(drawn, "\n") {
				if ui.Width(l) > size[0] {
					t.Errorf("%s at %d: a line of %d cells: %q", name, size[0], ui.Width(l), l)
				}
			}
			if strings.ContainsRune(drawn, 0x1b) || strings.Contains(drawn, "secret-") {
				t.Errorf("%s: a control character or a secret is on the screen:\n%s", name, drawn)
			}
			if err := golden.Check(fmt.Sprintf("%s-%d", name, size[0]), drawn); err != nil {
				t.Error(err)
			}
			for _, odd := range [][2]int{{0, 0}, {1, 1}, {20, 5}, {300, 4}} {
				s.SetSize(odd[0], odd[1])
				s.View()
			}
		}
	}
}

func TestFormGivesFlags(t *testing.T) {
	s := testScreen(t)
	s.Update(Open{})
	if press(s, "ctrl+f", "shift+tab", "enter"); s.form.Focus() != "target" || !strings.Contains(s.View(), "an address that begins with https://") {
		t.Errorf("the focus is on %s:\n%s", s.form.Focus(), s.View())
	}
	types(s, "https://op.example")
	for _, c := range [][2]string{{"client-id", "app"}, {"client-secret", "p+ss"}, {"only", "code-twice PRB-001"}, {"param", "a=1 b=2"}, {"other-client-id", "app"}} {
		s.form.FocusOn(c[0])
		types(s, c[1])
	}
	s.form.FocusOn("·buttons")
	if press(s, "enter"); s.form.Focus() != "other-client-id" || strings.Contains(s.View(), "p+ss") {
		t.Errorf("the second client is the first one:\n%s", s.View())
	}
	types(s, "-2")
	s.form.FocusOn("·buttons")
	want := ui.PrepareProbe{Target: "https://op.example", Flags: map[string][]string{"client-id": {"app"}, "client-secret": {"p+ss"}, "only": {"code-twice", "PRB-001"}, "param": {"a=1", "b=2"}, "other-client-id": {"app-2"}}}
	if got := press(s, "enter"); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v", got)
	}
	s.form.Clear()
	s.Update(Open{Target: "test"})
	if !strings.Contains(s.View(), "a profile: its client") {
		t.Errorf("a profile is not recognised:\n%s", s.View())
	}
	s.form.FocusOn("·buttons")
	if got := press(s, "enter"); len(got) != 1 || !reflect.DeepEqual(got[0], ui.PrepareProbe{Target: "test", Flags: map[string][]string{}}) {
		t.Errorf("a profile needs nothing else: %+v", got)
	}
}

// Nothing is sent before the person agrees, and what is there without a choice is "no".
func TestNothingBeginsWithoutConsent(t *testing.T) {
	tried := 0
	for _, keys := range [][]string{{"enter"}, {"n"}, {"esc"}, {"down", "pgdown", "up", "left", "right", "enter"}} {
		s := testScreen(t)
		s.try = func(context.Context, probe.Config, func(probe.Event)) (*probe.Report, error) {
			tried++
			return &probe.Report{}, nil
		}
		s.Update(Prepared{Config: plan()})
		for _, want := range []string{"https://op.example", "app", "nothing has been sent yet", "yours to test"} {
			if !strings.Contains(s.View(), want) {
				t.Errorf("lacks %q:\n%s", want, s.View())
			}
		}
		press(s, keys...)
		if s.run.under() || s.stage != choosing {
			t.Errorf("%v begins", keys)
		}
	}
	if tried > 0 {
		t.Error("a run was made")
	}
	s := testScreen(t)
	s.Update(Prepared{Config: plan()})
	press(s, "left")
	if s.Update(ui.KeyPress("enter")); !s.run.under() {
		t.Error("the button begins")
	}
	s.run.probing.Stop()
	s = testScreen(t)
	if got := messages(s.Update(Prepared{Err: errors.New("no such profile")})); len(got) != 1 || s.stage != choosing {
		t.Errorf("a configuration that can't be: %v", got)
	}
}

func TestRunIsShownAndSpokenTo(t *testing.T) {
	s := testScreen(t)
	pasted, words := make(chan string, 1), make(chan probe.Word, 2)
	interrupted := make(chan bool, 1)
	s.try = func(ctx context.Context, cfg probe.Config, _ func(probe.Event)) (*probe.Report, error) {
		pasted <- <-cfg.Client.Pasted
		words <- <-cfg.Say
		words <- <-cfg.Say
		<-ctx.Done()
		interrupted <- true
		return &probe.Report{Interrupted: true, Issuer: cfg.Client.Issuer}, nil
	}
	s.Update(Prepared{Config: plan()})
	s.Update(ui.KeyPress("y")) // its command waits for what the run says
	out := func() {
		s.Update(run.ProbingEvent{Number: s.run.number, Event: probe.Opening{N: 1, Visit: probe.First}})
	}
	if note := press(s, "x"); len(note) != 1 {
		t.Error("while the browser is not out nothing can be said about it")
	}
	out()
	opened := s.engine(flows.NeedUser{URL: "https://op.example/authorize"})().(ui.OpenURL)
	if opened.URL != s.run.address {
		t.Errorf("opened %q", opened.URL)
	}
	press(s, "p")
	if !s.Typing() {
		t.Fatal("the field takes the keys")
	}
	types(s, "http://127.0.0.1/cb")
	if press(s, "enter"); s.paste == nil {
		t.Error("an address without an answer is taken")
	}
	types(s, "?code=1")
	press(s, "enter")
	if got := <-pasted; got != "http://127.0.0.1/cb?code=1" {
		t.Errorf("pasted %q", got)
	}
	press(s, "x")
	if got := <-words; got != probe.Skip {
		t.Errorf("said %q", got)
	}
	press(s, "E")
	if got := <-words; got != probe.SawError {
		t.Errorf("said %q", got)
	}
	press(s, "ctrl+x")
	<-interrupted
	done, ok := s.run.probing.Next()().(run.ProbingDone)
	if !ok || done.Report == nil {
		t.Fatal("a run that was stopped still reports")
	}
	s.Update(done)
	if s.run.under() || !strings.Contains(s.View(), "interrupted") {
		t.Errorf("it is not said that it was stopped:\n%s", s.View())
	}
	if menu, ok := press(s, "e")[0].(ui.WriteMenu); !ok || len(menu.Items) != 4 || !strings.HasPrefix(menu.Items[0].Name, "oidcscope-probe-op.example-") {
		t.Errorf("export: %+v", menu)
	}
	if s.Update(run.ProbingEvent{Number: 99, Event: probe.Tried{}}); len(s.run.outcomes) != 0 {
		t.Error("what is left of another run is taken")
	}
	if press(s, "r"); s.stage != agreeing {
		t.Error("again asks again")
	}
}

// Who quits while probes are made leaves no tokens behind: the program ends when they are revoked.
func TestEndOfTheProgramWaitsForTheTokens(t *testing.T) {
	s := testScreen(t)
	ctx, quit := context.WithCancel(t.Context())
	began, revoked := make(chan struct{}), false
	s.c.Context = ctx
	s.try = func(ctx context.Context, _ probe.Config, _ func(probe.Event)) (*probe.Report, error) {
		close(began)
		<-ctx.Done()
		revoked = true
		return nil, ctx.Err()
	}
	s.begin()
	<-began
	quit()
	s.c.Unfinished.Wait()
	if !revoked {
		t.Error("the program ended before the probes did")
	}
}
