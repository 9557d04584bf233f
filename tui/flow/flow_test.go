package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

func plain() *ui.Theme { return ui.NewTheme(ui.Dark, termenv.Ascii) }

// bodies are the sizes of the screen inside of the frame at 80×24, 120×36 and 200×60.
var bodies = []struct{ w, h int }{{80, 20}, {120, 32}, {200, 56}}

func TestGolden(t *testing.T) {
	for name, play := range states() {
		for _, size := range bodies {
			t.Run(fmt.Sprintf("%s-%d", name, size.w), func(t *testing.T) {
				p := newScript(plain(), size.w, size.h)
				play(p)
				if err := golden.Check(fmt.Sprintf("%s-%d", name, size.w), p.s.View()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestGoldenColours pins the colours of one screen, in 256 of them.
func TestGoldenColours(t *testing.T) {
	p := newScript(ui.NewTheme(ui.Light, termenv.ANSI256), 120, 32)
	p.toFailed()
	if err := golden.Check("failed-light-256", p.s.View()); err != nil {
		t.Error(err)
	}
}

func TestEverySizeFits(t *testing.T) {
	sizes := append(slices.Clone(bodies), []struct{ w, h int }{{60, 17}, {113, 18}, {114, 18}, {300, 90}, {20, 4}, {1, 1}, {0, 0}}...)
	for name, play := range states() {
		for _, size := range sizes {
			p := newScript(plain(), size.w, size.h)
			play(p)
			lines := strings.Split(p.s.View(), "\n")
			if len(lines) > max(size.h, 1) {
				t.Errorf("%s at %d×%d: %d lines", name, size.w, size.h, len(lines))
			}
			for _, line := range lines {
				if w := ui.Width(line); w > size.w {
					t.Errorf("%s at %d×%d: %d cells in %q", name, size.w, size.h, w, line)
				}
			}
		}
	}
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		w, h, steps int
		folded      bool
	}{{60, 17, 9, true}, {80, 20, 9, true}, {113, 32, 9, true}, {114, 32, 9, false}, {200, 56, 9, false}, {0, 0, 9, true}, {5, 3, 0, true}, {120, 3, 40, false}} {
		a := layout(c.w, c.h, c.steps)
		if a.folded != c.folded {
			t.Errorf("%d×%d folded is %v", c.w, c.h, a.folded)
		}
		all := ui.Rect{W: c.w, H: c.h}
		for name, r := range map[string]ui.Rect{"steps": a.steps, "lanes": a.lanes, "title": a.title, "tabs": a.tabs, "body": a.body, "buttons": a.buttons} {
			if r.W < 0 || r.H < 0 || r.X+r.W > all.W || r.Y+r.H > all.H {
				t.Errorf("%d×%d: %s is %+v", c.w, c.h, name, r)
			}
		}
		if c.h >= 17 && (a.body.H < 5 || a.buttons.H != 1) {
			t.Errorf("%d×%d leaves the details %d lines and %d of buttons", c.w, c.h, a.body.H, a.buttons.H)
		}
	}
}

func TestSecretsAreHiddenUntilRevealed(t *testing.T) {
	secrets := []string{sampleVerifier, sampleCode, "SlAV32hkKG", "8xLOxBtZp8", "GmRhmhcxhwAzkoEqiMEg"}
	seen := func(p *script) (found []string) {
		for range len(p.s.run.steps) {
			for range len(p.s.tabs()) {
				for _, secret := range secrets {
					if strings.Contains(strings.Join(strings.Fields(p.s.View()), ""), secret[:10]) {
						found = append(found, secret)
					}
				}
				p.keys("right")
			}
			p.keys("up")
		}
		return found
	}
	for name, play := range states() {
		p := newScript(plain(), 200, 56)
		play(p)
		if p.s.edit != nil {
			p.keys("esc")
		}
		p.keys("tab")
		p.s.details = false
		if found := seen(p); len(found) > 0 {
			t.Errorf("%s shows %q", name, found)
		}
	}
	p := newScript(plain(), 200, 56)
	p.toDone()
	p.s.c.Reveal = true
	p.tell(ui.RevealChanged{Reveal: true})
	found := seen(p)
	for _, secret := range secrets[:4] {
		if !slices.Contains(found, secret) {
			t.Errorf("%q is not shown although secrets are revealed", secret)
		}
	}
}

const evil = "\x1b]52;c;aGk=\a\x1b[2J\u202egnp.exe\nsecond\rline\x00"

func TestForeignTextIsMadeSafe(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.begin(sampleFlow())
	p.start("discovery")
	bad := exchange(1, "GET", sampleIssuer+"/"+evil+"?"+evil+"="+evil, evil+"="+evil, evil, 400, evil)
	bad.Response.Headers = append(bad.Response.Headers, record.Header{Name: "X-" + evil, Value: evil})
	bad.Failure = &record.Failure{Message: evil, Cause: evil}
	bad.Edits = []string{evil}
	bad.Connection.Cipher = evil
	p.event(flows.Exchange{Meta: p.meta("discovery"), Exchange: bad})
	p.variable("discovery", evil, evil, false, evil, "keys")
	p.event(flows.Found{Meta: p.meta("discovery"), Finding: rule.Finding{ID: "X-1", Slug: evil, Message: evil, Fix: evil, Ref: evil}})
	look := func(what string) {
		for range len(p.s.tabs()) {
			for _, r := range p.s.View() {
				if r != '\n' && (unicode.IsControl(r) || r == '\u202e') {
					t.Fatalf("%s, tab %s: %q on the screen", what, p.s.active(), r)
				}
			}
			p.keys("right")
		}
	}
	look("sent")
	p.keys("v")
	look("raw")
	p.event(flows.NeedUser{Meta: p.meta("open"), Kind: flows.NeedDevice, UserCode: evil, VerificationURI: evil, VerificationURIComplete: evil, ExpiresAt: p.now.Add(time.Minute)})
	look("device")
	p.keys("Q")
	look("QR")
	p.event(flows.NeedUser{Meta: p.meta("open"), Kind: flows.NeedOpenURL, URL: evil, RedirectURI: evil})
	p.keys("Q", "p", "x", "enter")
	look("paste")
	p.keys("esc")
	p.event(flows.StepFailed{Meta: p.meta("discovery"), Problem: flows.Problem{Expected: evil, Got: evil, Mark: 3, Ref: evil, Exchange: 1,
		OAuth:     &flows.OAuthError{Code: evil, Description: evil, Hint: evil, URI: evil},
		Diagnosis: &flows.Diagnosis{ID: evil, Summary: evil, Causes: []string{evil}, Fixes: []flows.Fix{{Text: evil, Value: evil}}, Provider: evil}}})
	look("failed")
}

// intents runs the command of a key press and gives what it asks of the root.
func (p *script) intents(key string) []tea.Msg {
	return messages(p.s.Update(ui.KeyPress(key)))
}

func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		var all []tea.Msg
		for _, c := range batch {
			all = append(all, messages(c)...)
		}
		return all
	}
	return []tea.Msg{msg}
}

func TestKeysAskTheRoot(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(*script)
		key  string
		want tea.Msg
	}{
		{"start", func(*script) {}, "enter", ui.StartPractice{Flow: "pkce"}},
		{"start the other flow", func(p *script) { p.keys("f") }, "enter", ui.StartPractice{Flow: "device"}},
		{"new login", func(*script) {}, "N", ui.OpenLogin{}},
		{"hold the next", (*script).discoveryOnly, "n", ui.SetGate{Mode: ui.GateStep}},
		{"run on", (*script).discoveryOnly, "c", ui.SetGate{Mode: ui.GateFree}},
		{"abort while it runs", (*script).discoveryOnly, "X", ui.Cancel{}},
		{"breakpoint", (*script).toHeld, "b", ui.ToggleBreakpoint{Step: "token", At: ui.BreakBefore}},
		{"breakpoint of another step", func(p *script) { p.toHeld(); p.keys("home", "down") }, "b", ui.ToggleBreakpoint{Step: "keys", At: ui.BreakBefore}},
		{"breakpoint of a step that sends nothing", func(p *script) { p.toHeld(); p.keys("home", "down", "down") }, "b", ui.ToggleBreakpoint{Step: "secrets", At: ui.BreakBefore}},
		{"breakpoint at the answer", (*script).toHeld, "B", ui.ToggleBreakpoint{Step: "token", At: ui.BreakAnswer}},
		{"disabled: breakpoint at the answer", func(p *script) { p.toHeld(); p.keys("home", "down", "down") }, "B", ui.Notify{Text: "B: nothing comes back in this step that could be held"}},
		{"send and hold the answer", (*script).toHeld, "i", ui.Release{Mode: ui.GateAll}},
		{"skip", (*script).toHeld, "S", ui.Release{Command: flows.Command{Do: flows.Skip}}},
		{"take in", (*script).toAnswer, "n", ui.Release{Mode: ui.GateStep}},
		{"send again", (*script).toAnswer, "t", ui.Release{Command: flows.Command{Do: flows.Resend}}},
		{"disabled: send again", (*script).toDone, "t", ui.Notify{Text: "t: hold the run first (n): a request can be sent again only while it goes on"}},
		{"disabled: compare", (*script).toDone, "d", ui.Notify{Text: "d: there is no run of this flow before this one"}},
		{"send", (*script).toHeld, "n", ui.Release{Mode: ui.GateStep}},
		{"send and run on", (*script).toHeld, "c", ui.Release{Mode: ui.GateFree}},
		{"drop", (*script).toHeld, "x", ui.Release{Command: flows.Command{Request: record.Decision{Action: record.Drop}}}},
		{"abort", (*script).toHeld, "X", ui.Release{Command: flows.Command{Do: flows.Abort}}},
		{"open", (*script).toBrowser, "o", ui.OpenURL{URL: sampleAuthURL}},
		{"open on the device", (*script).toDevice, "o", ui.OpenURL{URL: sampleIssuer + "/device?user_code=WDJB-MJHT"}},
		{"log in for me", (*script).toBrowser, "a", ui.LogInForMe{}},
		{"try again", (*script).toFailed, "r", ui.Restart{}},
		{"tokens", (*script).toDone, "enter", ui.Goto{Screen: ui.Token}},
		{"disabled: edit", (*script).toDone, "E", ui.Notify{Text: "E: no request and no answer is held"}},
		{"disabled: paste", (*script).toDevice, "p", ui.Notify{Text: "p: a device login ends by itself; there is no address to paste"}},
		{"disabled: filter", (*script).toDone, "/", ui.Notify{Text: "/: only on the Variables tab"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newScript(plain(), 120, 32)
			c.play(p)
			got := p.intents(c.key)
			if len(got) != 1 || fmt.Sprintf("%#v", got[0]) != fmt.Sprintf("%#v", c.want) {
				t.Errorf("%s asks for %#v, want %#v", c.key, got, c.want)
			}
		})
	}
}

func (p *script) discoveryOnly() {
	p.begin(sampleFlow())
	p.discovery()
	p.start("keys")
}

func TestHelperIsOfferedOnlyWhereThereIsOne(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	if !strings.Contains(p.s.View(), "Log in for me") {
		t.Error("the practice provider's helper is not offered")
	}
	p.s.run.began.Helper = nil
	if strings.Contains(p.s.View(), "Log in for me") {
		t.Error("a helper is offered where there is none")
	}
	if got := p.intents("a"); len(got) != 1 || !strings.Contains(got[0].(ui.Notify).Text, "practice provider") {
		t.Errorf("a says %v, want why it can't", got)
	}
}

func TestLoggingInByItselfCanBeTriedAgain(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	p.keys("a")
	if !strings.Contains(p.s.View(), "logging in …") {
		t.Errorf("nothing says that it is under way:\n%s", p.s.View())
	}
	p.wait(helpTime)
	if got := p.intents("a"); len(got) != 1 || got[0] != (ui.LogInForMe{}) {
		t.Errorf("later, a asks for %v", got)
	}
}

func TestTheRunMovesTheSelection(t *testing.T) {
	p := newScript(plain(), 120, 32)
	expect := func(what string, step int, tab tabID) {
		t.Helper()
		if p.s.selected != step || p.s.active() != tab {
			t.Errorf("%s: step %d, tab %s; want %d, %s", what, p.s.selected, p.s.active(), step, tab)
		}
	}
	p.toBrowser()
	expect("waiting", 4, tabTurn)
	p.keys("up")
	expect("looking elsewhere", 3, tabExplain)
	p.keys("down")
	expect("and back", 4, tabTurn)
	p.finish("login", time.Second, "")
	p.start("callback")
	expect("logged in", 5, tabExplain)
	p.keys("home")
	p.finish("callback", time.Second, "")
	p.start("token")
	expect("the person looks at the first step", 0, tabExplain)

	p = newScript(plain(), 120, 32)
	p.toHeld()
	expect("held", 6, tabExplain)
	p = newScript(plain(), 120, 32)
	p.toFailed()
	expect("failed", 6, tabFailure)
	p = newScript(plain(), 120, 32)
	p.toDone()
	expect("done", 8, tabResult)
	p.keys("up")
	expect("a step of the finished run", 7, tabExplain)
}

func TestAFailedOptionalStepIsNotHidden(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.release()
	p.finish("token", time.Millisecond, "")
	p.step("verify", time.Millisecond, "")
	p.start("userinfo")
	p.event(flows.StepFailed{Meta: p.meta("userinfo"), Problem: flows.Problem{Got: "HTTP 403", Mark: -1}})
	p.event(flows.Done{Meta: p.meta(""), OK: true})
	p.tell(ui.RunEnded{Run: 1, At: p.now})
	view := p.s.View()
	if p.s.active() != tabResult || !strings.Contains(view, "1 step failed") || strings.Contains(view, "✓ done ·") {
		t.Errorf("want the result to tell the failure:\n%s", view)
	}
}

func TestARunThatCanNotBeginSaysWhy(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.begin(flows.AuthorizationCode(flows.Config{}))
	p.event(flows.StepFailed{Meta: p.meta(""), Problem: flows.Problem{Kind: flows.ProblemConfig, Expected: "claims as a JSON object", Got: "{bad", Mark: -1}})
	p.event(flows.Done{Meta: p.meta("")})
	p.tell(ui.RunEnded{Run: 1, Err: fmt.Errorf("claims"), At: p.now})
	if view := p.s.View(); !strings.Contains(view, "claims as a JSON object") || strings.Contains(view, "step 0") {
		t.Errorf("want the reason:\n%s", view)
	}
}

func TestCancelled(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.event(flows.StepFailed{Meta: p.meta("token"), Problem: flows.Problem{Kind: flows.ProblemCanceled, Got: "the run was cancelled", Mark: -1}})
	p.tell(ui.RunEnded{Run: 1, Canceled: true, Err: fmt.Errorf("cancelled"), At: p.now})
	view := p.s.View()
	if p.s.run.phase() != canceled || !strings.Contains(view, "– cancelled") || strings.Contains(view, "✗") || !strings.Contains(view, "Try again") {
		t.Errorf("phase %d:\n%s", p.s.run.phase(), view)
	}
}

func TestHeldClockTicks(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	if !strings.Contains(p.s.View(), "held before step 7 · 00:12") {
		t.Errorf("no clock in\n%s", p.s.View())
	}
	p.wait(49 * time.Second)
	if !strings.Contains(p.s.View(), "held before step 7 · 01:01") {
		t.Errorf("the clock stands still:\n%s", p.s.View())
	}
}

func TestTimeLeftTicks(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	p.wait(4*time.Minute + 40*time.Second)
	if view := p.s.View(); !strings.Contains(view, "00:20") || !strings.Contains(view, "hurry") {
		t.Errorf("want 20 s left in\n%s", view)
	}
}

func TestMotionIsReduced(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.discoveryOnly()
	still := p.s.View()
	if p.s.startBeat() != nil || p.s.frame() >= 0 {
		t.Error("something moves although motion is reduced")
	}
	p.s.c.ReducedMotion = false
	if p.s.startBeat() == nil {
		t.Fatal("nothing moves while a step is under way")
	}
	for range 3 {
		p.s.Update(beatMsg{p.s.beat.number})
	}
	if p.s.View() == still {
		t.Error("the head does not move")
	}
	p.s.Update(beatMsg{p.s.beat.number - 1})
	p.finish("keys", time.Millisecond, "")
	if cmd := p.s.Update(beatMsg{p.s.beat.number}); cmd != nil {
		t.Error("the beat goes on when nothing moves any more")
	}
}

func TestVariableLightsItsSteps(t *testing.T) {
	p := newScript(plain(), 120, 32)
	states()["variables"](p)
	want := map[int]string{2: "makes", 3: "used", 5: "uses"} // state: it went along with the browser; what came back is not in the script
	if got := p.s.marks(); !maps.Equal(got, want) {
		t.Errorf("marks are %v, want %v", got, want)
	}
	p.keys("tab")
	if got := p.s.marks(); got != nil {
		t.Errorf("marks without a selected variable: %v", got)
	}
}

func TestFilterVariables(t *testing.T) {
	p := newScript(plain(), 120, 32)
	states()["variables"](p)
	p.keys("/")
	if !p.s.Typing() {
		t.Fatal("the filter does not take keys")
	}
	p.text("nonce")
	rows := slices.Sorted(maps.Keys(p.s.rows))
	if !slices.Equal(rows, []string{"variable.3"}) {
		t.Errorf("left are %v, want the nonce alone", rows)
	}
	p.keys("enter")
	if p.s.Typing() || !p.s.Back() {
		t.Error("enter keeps the filter, and esc clears it")
	}
	p.keys("esc")
	if len(p.s.rows) != 6 {
		t.Errorf("%d variables after esc, want all 6", len(p.s.rows))
	}
}

func (p *script) click(x, y int) []tea.Msg {
	return messages(p.s.Update(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}))
}

// find gives the first cell of a text on the screen.
func (p *script) find(t *testing.T, text string) (x, y int) {
	t.Helper()
	for y, line := range strings.Split(p.s.View(), "\n") {
		if i := strings.Index(line, text); i >= 0 {
			return ui.Width(line[:i]), y
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", text, p.s.View())
	return 0, 0
}

func TestMouse(t *testing.T) {
	for _, size := range bodies {
		p := newScript(plain(), size.w, size.h)
		p.toHeld()
		x, y := p.find(t, " 3 ✓")
		p.click(x, y)
		if p.s.selected != 2 {
			t.Errorf("%d wide: click on step 3 selects %d", size.w, p.s.selected+1)
		}
		x, y = p.find(t, "Variables")
		p.click(x, y)
		if p.s.active() != tabVariables {
			t.Errorf("%d wide: click on Variables opens %s", size.w, p.s.active())
		}
		x, y = p.find(t, "n-0S6")
		if p.click(x, y); size.w == 80 && p.s.marks()[7] != "uses" {
			t.Errorf("%d wide: click on the nonce lights %v", size.w, p.s.marks())
		}
		x, y = p.find(t, "[ c  Run")
		if got := p.click(x+3, y); len(got) != 1 || got[0].(ui.Release).Mode != ui.GateFree {
			t.Errorf("%d wide: the button asks for %v", size.w, got)
		}
		p.s.Update(tea.MouseMsg{X: p.s.areas.steps.X, Y: p.s.areas.steps.Y, Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown})
		if p.s.selected != 3 {
			t.Errorf("%d wide: the wheel over the steps selects %d", size.w, p.s.selected+1)
		}
	}
}

func TestLongLadderScrolls(t *testing.T) {
	var f flows.Flow
	for i := range 40 {
		f.Steps = append(f.Steps, flows.Step{ID: fmt.Sprint(i), Title: fmt.Sprintf("Title %d", i), Arrow: fmt.Sprintf("arrow %d.", i), From: flows.Client, To: flows.Provider})
	}
	for _, size := range bodies {
		p := newScript(plain(), size.w, min(size.h, 32))
		p.begin(f)
		for range 39 {
			p.keys("down")
		}
		if view := p.s.View(); !strings.Contains(view, "▸40 ·") {
			t.Errorf("%d wide: the last step is not in sight:\n%s", size.w, view)
		}
		p.keys("home")
		if view := p.s.View(); !strings.Contains(view, "▸ 1 ·") {
			t.Errorf("%d wide: the first step is not in sight:\n%s", size.w, view)
		}
	}
}

func TestPreviewBeforeAnyRun(t *testing.T) {
	p := newScript(plain(), 120, 32)
	first := p.s.View()
	if !strings.Contains(first, "not started") || !strings.Contains(first, "├╌") || strings.Contains(first, "─▶") {
		t.Errorf("want a ladder on which nothing has happened:\n%s", first)
	}
	p.keys("f")
	if second := p.s.View(); second == first || !strings.Contains(p.s.Title(), "evice") {
		t.Errorf("f shows %q:\n%s", p.s.Title(), second)
	}
}

func TestHugeBodyStaysCheap(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.begin(sampleFlow())
	p.start("discovery")
	p.event(flows.Exchange{Meta: p.meta("discovery"), Exchange: exchange(1, "GET", sampleIssuer, "", strings.Repeat("x", 1<<20), 200, "200 OK")})
	p.keys("right", "right")
	if p.s.active() != tabResponse {
		t.Fatalf("on %s", p.s.active())
	}
	if n := testing.AllocsPerRun(3, func() { p.s.View() }); n > 5000 {
		t.Errorf("a frame takes %.0f allocations", n)
	}
}

func TestBreakpointsOutliveARun(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toDone()
	p.tell(ui.GateChanged{Breakpoints: map[string]ui.Breakpoint{"token": ui.BreakBefore}})
	p.begin(sampleFlow())
	if steps := p.s.ladderSteps(p.now); steps[6].Breakpoint != "◆" || steps[6].State != widget.StepPending {
		t.Errorf("step 7 is %+v", steps[6])
	}
}

func BenchmarkView(b *testing.B) {
	p := newScript(ui.NewTheme(ui.Dark, termenv.TrueColor), 200, 56)
	p.toDone()
	b.ReportAllocs()
	for b.Loop() {
		p.s.View()
	}
}

// TestAskedElsewhere is a CIBA login: nothing is opened, nothing can be pasted, nothing is scanned.
func TestAskedElsewhere(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.begin(sampleDevice())
	p.discovery()
	p.start("poll")
	p.event(flows.NeedUser{Meta: p.meta("poll"), Kind: flows.NeedElsewhere, Interval: 5 * time.Second, ExpiresAt: p.now.Add(time.Minute)})
	if drawn := p.s.View(); !strings.Contains(drawn, "on a device of yours") || !strings.Contains(drawn, "01:00") || strings.Contains(drawn, "browser at this address") {
		t.Errorf("drawn:\n%s", drawn)
	}
	if why := p.s.pasteDisabled(); !strings.Contains(why, "another device") {
		t.Errorf("paste: %q", why)
	}
	p.keys("Q", "o") // must not fall over an address that is not there
	p.s.View()
}
