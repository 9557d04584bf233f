package run

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// loop stands in for Bubble Tea: it runs commands and gives what they bring back to the controller.
type loop struct {
	c    *Controller
	told []tea.Msg
}

func newLoop(engine Engine) *loop {
	return &loop{c: New(context.Background(), engine, time.Now)}
}

// turn runs one command and returns the next.
func (l *loop) turn(cmd tea.Cmd) tea.Cmd {
	e, ok := cmd().(Envelope)
	if !ok {
		return nil
	}
	told, next := l.c.Receive(e)
	l.told = append(l.told, told...)
	return next
}

func (l *loop) start(r Request) tea.Cmd {
	told, next := l.c.Start(r)
	l.told = append(l.told, told...)
	return next
}

func (l *loop) toEnd(cmd tea.Cmd) {
	for cmd != nil {
		cmd = l.turn(cmd)
	}
}

// words writes messages so that they can be compared.
func words(msgs []tea.Msg) string {
	var out []string
	for _, m := range msgs {
		switch m := m.(type) {
		case ui.RunBegan:
			out = append(out, fmt.Sprintf("began %d", m.Run))
		case ui.RunEvent:
			out = append(out, fmt.Sprintf("%d:%s", m.Run, m.Event.Common().Step))
		case ui.RunEnded:
			out = append(out, fmt.Sprintf("ended %d %s", m.Run, map[bool]string{true: "cancelled"}[m.Canceled]))
		case ui.RunHeld:
			out = append(out, "held "+m.Stop.Step)
		case ui.RunReleased:
			out = append(out, "released "+m.Stop.Step)
		case ui.SessionChanged:
			out = append(out, "session "+m.Session.Issuer)
		case ui.GateChanged:
		default:
			out = append(out, reflect.TypeOf(m).Name())
		}
	}
	return strings.Join(out, ", ")
}

func step(id string) flows.Event { return flows.StepStarted{Meta: flows.Meta{Step: id}} }

func TestEventsKeepTheirOrderAndEndInASession(t *testing.T) {
	l := newLoop(func(_ context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		for i := range 5 {
			emit(step(fmt.Sprint(i)))
		}
		return &flows.Session{Issuer: "https://op"}, nil
	})
	l.toEnd(l.start(Request{Kind: ui.RunLogin}))
	if got, want := words(l.told), "began 1, 1:0, 1:1, 1:2, 1:3, 1:4, ended 1 , session https://op"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if l.c.Session() == nil || l.c.Running() != nil {
		t.Error("after the end there is a session and no run")
	}
}

func TestMessagesOfAnOlderRunAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(func(ctx context.Context, f flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
			emit(step(f.ID + "1"))
			<-ctx.Done()
			emit(step(f.ID + "2"))
			return nil, ctx.Err()
		})
		first := l.start(Request{Flow: flows.Flow{ID: "a"}})
		stale := first() // read, but not yet given to the controller
		second := l.start(Request{Flow: flows.Flow{ID: "b"}})
		if told, next := l.c.Receive(stale.(Envelope)); told != nil || next != nil {
			t.Errorf("a stale message was passed on: %s", words(told))
		}
		if msg := first(); msg != nil {
			t.Errorf("reading an abandoned run must end, got %v", msg)
		}
		second = l.turn(second)
		l.c.Cancel()
		l.toEnd(second)
		want := "began 1, ended 1 cancelled, began 2, 2:b1, 2:b2, ended 2 cancelled"
		if got := words(l.told); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if !l.c.Close(time.Second) {
			t.Error("a goroutine is left")
		}
	})
}

func TestNextRunWaitsForTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running int
		l := newLoop(func(ctx context.Context, _ flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
			if running++; running > 1 {
				t.Error("two runs at once: they would fight for the callback's port")
			}
			<-ctx.Done()
			time.Sleep(time.Second) // closing takes its time
			running--
			return nil, ctx.Err()
		})
		l.start(Request{})
		l.start(Request{})
		l.start(Request{})
		if !l.c.Close(time.Minute) {
			t.Error("a goroutine is left")
		}
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		l := newLoop(func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error) {
			<-stuck
			return nil, nil
		})
		l.start(Request{})
		if l.c.Close(time.Second) {
			t.Error("Close must say that the engine did not end")
		}
		close(stuck)
	})
}

func TestPanicOfTheEngineEndsTheRun(t *testing.T) {
	l := newLoop(func(_ context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		emit(step("1"))
		panic("boom")
	})
	l.toEnd(l.start(Request{}))
	end, ok := l.told[len(l.told)-1].(ui.RunEnded)
	var crash *Crash
	if !ok || !errors.As(end.Err, &crash) || !strings.Contains(end.Err.Error(), "boom") || end.Canceled {
		t.Errorf("want the end of the run with the crash, got %+v", l.told)
	}
}

// gated is an engine that asks the gate before each of its steps and reports the decisions.
func gated(decided *[]record.Decision, steps ...string) Engine {
	return func(ctx context.Context, _ flows.Flow, cfg flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		for _, s := range steps {
			emit(step(s))
			c, err := cfg.Debug(ctx, flows.Stop{Kind: flows.BeforeSend, Step: s, Held: &record.Held{Step: s}})
			if err != nil {
				return nil, err
			}
			*decided = append(*decided, c.Request)
			if c.Do == flows.Abort {
				return nil, context.Canceled
			}
		}
		return nil, nil
	}
}

func (l *loop) release(t *testing.T, r ui.Release) {
	t.Helper()
	told, err := l.c.Release(r)
	if err != nil {
		t.Fatal(err)
	}
	l.told = append(l.told, told...)
}

func TestGateHoldsByModeAndByBreakpoint(t *testing.T) {
	var decided []record.Decision
	l := newLoop(gated(&decided, "a", "b", "c", "d"))
	l.c.ToggleBreakpoint("d", ui.BreakBefore)
	next := l.turn(l.turn(l.start(Request{Mode: ui.GateStep}))) // a started, a held
	if held, _ := l.c.Held(); held == nil || held.Step != "a" {
		t.Fatalf("held %v, want a", held)
	}
	if _, err := l.c.Release(ui.Release{Command: flows.Command{Request: record.Decision{Edits: []string{"x"}}}, Mode: ui.GateStep}); err != nil {
		t.Fatal(err)
	}
	next = l.turn(l.turn(next)) // b started, b held
	l.release(t, ui.Release{Mode: ui.GateFree})
	next = l.turn(l.turn(l.turn(next))) // c started and not held, d started, d held by its breakpoint
	l.release(t, ui.Release{Command: flows.Command{Request: record.Decision{Action: record.Drop}}})
	l.toEnd(next)
	want := "began 1, 1:a, held a, 1:b, held b, released b, 1:c, 1:d, held d, released d, ended 1 "
	if got := words(l.told); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(decided) != 4 || decided[0].Edits == nil || decided[2].Action != record.Send || decided[3].Action != record.Drop {
		t.Errorf("decisions %+v", decided)
	}
	if _, err := l.c.Release(ui.Release{}); err == nil {
		t.Error("releasing nothing must be an error")
	}
}

func TestAbortAtTheGateEndsTheRun(t *testing.T) {
	var decided []record.Decision
	l := newLoop(gated(&decided, "a", "b"))
	next := l.turn(l.turn(l.start(Request{Mode: ui.GateStep})))
	l.release(t, ui.Release{Command: flows.Command{Do: flows.Abort}})
	l.toEnd(next)
	if got := words(l.told); !strings.HasSuffix(got, "ended 1 cancelled") {
		t.Errorf("got %s", got)
	}
}

func TestCancelWhileHeldLetsTheEngineGo(t *testing.T) {
	var decided []record.Decision
	l := newLoop(gated(&decided, "a"))
	next := l.turn(l.turn(l.start(Request{Mode: ui.GateStep})))
	l.c.Cancel()
	l.toEnd(next)
	if len(decided) != 0 || !strings.HasSuffix(words(l.told), "ended 1 cancelled") {
		t.Errorf("decided %v, told %s", decided, words(l.told))
	}
	if held, _ := l.c.Held(); held != nil {
		t.Error("nothing is held after the end")
	}
}

func TestPasteReachesTheRun(t *testing.T) {
	l := newLoop(func(_ context.Context, _ flows.Flow, cfg flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		emit(step(<-cfg.Pasted))
		return nil, nil
	})
	if l.c.Paste("x") == nil {
		t.Error("without a run there is nothing to paste into")
	}
	next := l.start(Request{})
	if err := l.c.Paste("http://127.0.0.1/callback?code=1"); err != nil {
		t.Fatal(err)
	}
	l.toEnd(next)
	if got := words(l.told); !strings.Contains(got, "1:http://127.0.0.1/callback?code=1") {
		t.Error(got)
	}
}

// helper remembers what it was asked to do.
type helper struct{ did string }

func (h *helper) LogIn(u string) error         { h.did = "log in " + u; return nil }
func (h *helper) ApproveDevice(c string) error { h.did = "approve " + c; return nil }

func TestHelpDoesWhatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		need flows.NeedUser
		want string
	}{{flows.NeedUser{Kind: flows.NeedOpenURL, URL: "u"}, "log in u"}, {flows.NeedUser{Kind: flows.NeedDevice, UserCode: "c"}, "approve c"}} {
		need, want := c.need, c.want
		l := newLoop(func(ctx context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
			emit(need)
			<-ctx.Done()
			return nil, ctx.Err()
		})
		h := &helper{}
		next := l.start(Request{Helper: h})
		if _, err := l.c.Help(); err == nil {
			t.Error("before the run asks there is nothing to help with")
		}
		next = l.turn(next)
		cmd, err := l.c.Help()
		if err != nil {
			t.Fatal(err)
		}
		if done, ok := cmd().(Helped); !ok || done.Err != nil || h.did != want {
			t.Errorf("did %q, want %q", h.did, want)
		}
		l.c.Cancel()
		l.toEnd(next)
	}
}

func TestRefreshRunsInPlaceOverTheSession(t *testing.T) {
	l := newLoop(func(_ context.Context, f flows.Flow, cfg flows.Config, _ func(flows.Event)) (*flows.Session, error) {
		return &flows.Session{Issuer: f.ID, Config: cfg, Tokens: flows.Tokens{Refresh: secret.New("r")}}, nil
	})
	flow := func(s *flows.Session) flows.Flow { return flows.Flow{ID: "refreshed " + s.Issuer} }
	if _, _, err := l.c.InPlace(ui.RunRefresh, flow); err == nil {
		t.Error("without a session there is nothing to refresh")
	}
	l.toEnd(l.start(Request{Kind: ui.RunLogin, Flow: flows.Flow{ID: "login"}, Config: flows.Config{ClientID: "app"}, Title: "P"}))
	told, next, err := l.c.InPlace(ui.RunRefresh, flow)
	if err != nil {
		t.Fatal(err)
	}
	if began := told[0].(ui.RunBegan); began.Config.ClientID != "app" || began.Title != "P" || began.Session.Issuer != "login" {
		t.Errorf("the refresh lacks its session or configuration: %+v", began)
	}
	if _, _, err := l.c.InPlace(ui.RunRefresh, flow); err == nil {
		t.Error("two runs in place at once")
	}
	l.toEnd(next)
	if got := l.c.Session().Issuer; got != "refreshed login" {
		t.Errorf("session %q", got)
	}
	if told, _, err := l.c.Restart(); err != nil || told[0].(ui.RunBegan).Flow.ID != "login" {
		t.Errorf("restart must run the login again, not the refresh: %v %v", told, err)
	}
	l.c.Close(time.Second)
}

// TestRestartFrom: a run that is held goes back itself; one that is over begins anew from its trail, and only there.
func TestRestartFrom(t *testing.T) {
	var got []flows.Command
	l := newLoop(func(ctx context.Context, f flows.Flow, cfg flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		if cfg.Trail == nil {
			t.Error("a run leaves no trail")
		}
		c, err := cfg.Debug(ctx, flows.Stop{Kind: flows.BeforeTaking, Step: "b"})
		got = append(got, c)
		return nil, err
	})
	if _, _, err := l.c.RestartFrom("a"); err == nil {
		t.Error("nothing has run yet")
	}
	l.c.ToggleBreakpoint("b", ui.BreakAnswer)
	next := l.turn(l.start(Request{Kind: ui.RunLogin}))
	told, _, err := l.c.RestartFrom("a")
	if err != nil || words(told) != "released b, " && words(told) != "released b" {
		t.Fatalf("told %s, %v", words(told), err)
	}
	l.toEnd(next)
	if len(got) != 1 || got[0].Do != flows.RestartFrom || got[0].Step != "a" {
		t.Errorf("the engine was told %+v", got)
	}
	if _, _, err := l.c.RestartFrom("a"); err == nil || !strings.Contains(err.Error(), "has not come to this step") {
		t.Errorf("got %v", err)
	}
}

// TestWhereARunIsHeld: the mode and the breakpoints say it; what was asked for again is always shown.
func TestWhereARunIsHeld(t *testing.T) {
	kinds := []flows.StopKind{flows.BeforeStep, flows.BeforeSend, flows.BeforeTaking, flows.BeforeOpen, flows.BeforeReturn, flows.AfterFailure}
	for _, c := range []struct {
		name string
		set  func(*gate)
		want string // a letter for each kind that is held
	}{
		{"free", func(*gate) {}, ""},
		{"step", func(g *gate) { g.setMode(ui.GateStep) }, "sb"},
		{"all", func(g *gate) { g.setMode(ui.GateAll) }, "stbr"},
		{"before", func(g *gate) { g.toggle("x", ui.BreakBefore) }, "sb"},
		{"before a step that sends nothing", func(g *gate) { g.toggle("quiet", ui.BreakBefore) }, ""},
		{"answer", func(g *gate) { g.toggle("x", ui.BreakAnswer) }, "tr"},
		{"both", func(g *gate) { g.toggle("x", ui.BreakAnswer); g.toggle("x", ui.BreakBefore) }, "stbr"},
		{"set and cleared", func(g *gate) { g.toggle("x", ui.BreakAnswer); g.toggle("x", ui.BreakAnswer) }, ""},
	} {
		g, got := newGate(), ""
		c.set(g)
		for i, kind := range kinds {
			if g.holds(&flows.Stop{Kind: kind, Step: "x"}, []string{"quiet"}) {
				got += string("pstbrf"[i])
			}
		}
		if got != c.want {
			t.Errorf("%s: held %q, want %q", c.name, got, c.want)
		}
	}
	g := newGate()
	g.toggle("quiet", ui.BreakBefore)
	if !g.holds(&flows.Stop{Kind: flows.BeforeStep, Step: "quiet"}, []string{"quiet"}) || !g.holds(&flows.Stop{Kind: flows.BeforeSend, Refused: "no"}, nil) {
		t.Error("a step that sends nothing is held as a whole, and a command that was refused is told")
	}
}
