package probe

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

type gone struct{}

// Who quits in the middle of a run leaves when its tokens are revoked, and is told what became of them.
func TestLeave(t *testing.T) {
	s := testScreen(t)
	if got := messages(s.Leave(gone{})); s.Busy() || s.Epilogue() != "" || len(got) != 1 || got[0] != (gone{}) {
		t.Errorf("nothing runs: busy %v, %q, %v", s.Busy(), s.Epilogue(), got)
	}
	under(s)
	for _, m := range messages(s.Leave(gone{})) {
		if m == (gone{}) {
			t.Error("it left before the tokens were revoked")
		}
	}
	report := &probe.Report{Interrupted: true, Requests: 3, Revoked: 2, Left: 1}
	if got := messages(s.Update(run.ProbingDone{Number: s.run.number, Report: report})); len(got) != 1 || got[0] != (gone{}) {
		t.Errorf("it did not leave at the end: %v", got)
	}
	if got := s.Epilogue(); !strings.Contains(got, "op.example") || !strings.Contains(got, "interrupted") || !strings.Contains(got, "2 of 3 tokens revoked") {
		t.Errorf("it is not said what became of the tokens: %q", got)
	}
}

// What is left to say when the program ended first: what came of the tokens, or that nobody knows.
func TestEpilogue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testScreen(t)
		s.Update(Prepared{Config: plan()})
		s.try = func(ctx context.Context, _ probe.Config, _ func(probe.Event)) (*probe.Report, error) {
			<-ctx.Done()
			return &probe.Report{Revoked: 1}, nil
		}
		s.Update(ui.KeyPress("y"))
		if got := s.Epilogue(); !strings.Contains(got, "tokens that it got may still be good") {
			t.Errorf("nobody waited for the end: %q", got)
		}
		s.run.probing.Stop()
		s.c.Unfinished.Wait()
		if got := s.Epilogue(); !strings.Contains(got, "1 of 1 token revoked") {
			t.Errorf("somebody did: %q", got)
		}
	})
}

// The attempt that is made now stays in sight when the lines about the browser take room from the list.
func TestOpeningKeepsTheAttemptInSight(t *testing.T) {
	s := testScreen(t)
	s.Update(Prepared{Config: probe.Config{Client: plan().Client}})
	s.try = func(ctx context.Context, _ probe.Config, _ func(probe.Event)) (*probe.Report, error) {
		<-ctx.Done()
		return nil, nil
	}
	s.Update(ui.KeyPress("y"))
	for i, p := range s.plan.Probes {
		s.Update(run.ProbingEvent{Number: s.run.number, Event: probe.Trying{Probe: p}})
		s.Update(run.ProbingEvent{Number: s.run.number, Event: probe.Opening{N: i + 1, Why: "to see"}})
		if view := s.View(); !strings.Contains(view, "● "+p.ID) {
			t.Fatalf("%s is out of sight:\n%s", p.ID, view)
		}
		s.Update(run.ProbingEvent{Number: s.run.number, Event: probe.Tried{Outcome: probe.Outcome{ID: p.ID, Result: probe.Pass}}})
	}
}

// Results are kept until the next run begins, and esc leads back to them: from the question, and from the form for another client.
func TestResultsStayUntilTheNextRunBegins(t *testing.T) {
	s := testScreen(t)
	over(s)
	before := s.View()
	for _, way := range [][]string{{"r", "esc"}, {"r", "n"}, {"r", "enter"}, {"n", "esc"}} {
		press(s, way[0])
		if s.stage == probing || !strings.Contains(s.View(), "back to the results") {
			t.Errorf("%s does not say how to go back:\n%s", way[0], s.View())
		}
		if press(s, way[1]); s.View() != before {
			t.Errorf("%v lost the results:\n%s", way, s.View())
		}
	}
	press(s, "n")
	other := plan()
	other.Client.Issuer, other.Only = "https://other.example", []string{"PRB-002"}
	s.Update(Prepared{Config: other})
	if press(s, "esc", "esc"); s.View() != before || s.cfg.Client.Issuer != "https://op.example" {
		t.Errorf("a plan that was not begun changes the results:\n%s", s.View())
	}
}

// The words of the verdicts find the attempts that have them, and no others.
func TestFilterByVerdict(t *testing.T) {
	s := testScreen(t)
	over(s)
	for word, want := range map[string]func(probe.Result) bool{
		"open":        func(r probe.Result) bool { return r == probe.NotReached || r == probe.Inconclusive },
		"Failed":      func(r probe.Result) bool { return r == probe.Fail },
		"passed":      func(r probe.Result) bool { return r == probe.Pass },
		"not reached": func(r probe.Result) bool { return r == probe.NotReached },
	} {
		s.filter.Clear()
		press(s, "/")
		types(s, word)
		found := 0
		for i := range s.plan.Probes {
			p := &s.plan.Probes[i]
			if got := s.matches(p); got != want(s.run.outcomes[p.ID].Result) {
				t.Errorf("/%s shows %s, %s: %v", word, p.ID, s.run.outcomes[p.ID].Result, got)
			} else if got {
				found++
			}
		}
		if found == 0 {
			t.Errorf("/%s finds nothing", word)
		}
	}
}
