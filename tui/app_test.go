package tui

import (
	"context"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// fakeScreen remembers what it was given.
type fakeScreen struct {
	name    string
	got     []tea.Msg
	w, h    int
	typing  bool
	closes  bool // esc means something here
	actions []ui.Action
}

func (s *fakeScreen) Init() tea.Cmd             { return nil }
func (s *fakeScreen) Update(m tea.Msg) tea.Cmd  { s.got = append(s.got, m); return nil }
func (s *fakeScreen) View() string              { return strings.Repeat(strings.Repeat(s.name, 300)+"\n", 100) }
func (s *fakeScreen) SetSize(w, h int)          { s.w, s.h = w, h }
func (s *fakeScreen) Title() string             { return s.name }
func (s *fakeScreen) Typing() bool              { return s.typing }
func (s *fakeScreen) Back() bool                { return s.closes }
func (s *fakeScreen) ShortHelp() []key.Binding  { return []key.Binding{s.binding()} }
func (s *fakeScreen) FullHelp() [][]key.Binding { return [][]key.Binding{s.ShortHelp()} }
func (s *fakeScreen) Actions() []ui.Action      { return s.actions }
func (s *fakeScreen) binding() key.Binding {
	return key.NewBinding(key.WithKeys("x"), key.WithHelp("x", "cross"))
}

// last is the last message, or nil.
func (s *fakeScreen) last() tea.Msg {
	if len(s.got) == 0 {
		return nil
	}
	return s.got[len(s.got)-1]
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// testApp is the root with two fake screens and nothing outside.
func testApp(t *testing.T) (a *app, first, second *fakeScreen) {
	t.Helper()
	c := &ui.Common{Context: t.Context(), Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: func() time.Time { return noon }}
	a = newApp(t.Context(), Options{Mouse: true}, c, outside{
		engine: func(ctx context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		openURL:   func(context.Context, string) error { return nil },
		clipboard: clipboard{terminal: io.Discard, getenv: func(string) string { return "" }},
	})
	first, second = &fakeScreen{name: "A"}, &fakeScreen{name: "B"}
	a.screens = []entry{{"1", ui.Home, "Home", first}, {"3", ui.Token, "Token", second}}
	a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	t.Cleanup(func() { a.runs.Close(time.Second) })
	return a, first, second
}

// arrivals are what commands of a test's app brought, also those that took long.
var arrivals = map[*app]chan tea.Msg{}

// settles is how long nothing comes before does looks whether anything is still being done, and patience when it stops looking.
const settles, patience = 20 * time.Millisecond, 10 * time.Second

// does runs a command and everything that follows from it, until nothing more comes for a moment and nobody is at work: on a loaded
// machine silence alone says little. Clocks are left to run, and what waits for something else.
func does(a *app, cmd tea.Cmd) {
	from := arrivals[a]
	if from == nil {
		from = make(chan tea.Msg, 100)
		arrivals[a] = from
	}
	run := func(cmd tea.Cmd) {
		if cmd != nil {
			go func() { from <- cmd() }()
		}
	}
	run(cmd)
	for began := time.Now(); ; {
		select {
		case msg := <-from:
			if batch, ok := msg.(tea.BatchMsg); ok {
				for _, c := range batch {
					run(c)
				}
			} else if msg != nil {
				_, next := a.Update(msg)
				run(next)
			}
		case <-time.After(settles):
			if (allWait() || time.Since(began) > patience) && len(from) == 0 { // in this order: who waits now may have sent just before
				return
			}
		}
	}
}

// allWait reports whether every goroutine but this one waits: for a clock, a lock, a message or the network. One that is ready to run
// has only not had its turn.
func allWait() bool {
	buf := make([]byte, 1<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	return !slices.ContainsFunc(stacks[1:], func(stack string) bool { // the first is this one
		head, _, _ := strings.Cut(stack, "\n")
		return strings.Contains(head, "[runnable") || strings.Contains(head, "[running") || strings.Contains(head, "[syscall") && !strings.Contains(stack, "os/signal")
	})
}

func TestDoesWaitsForWhoIsAtWork(t *testing.T) {
	a, first, _ := testApp(t)
	does(a, func() tea.Msg { // busy for longer than the silence
		for began := time.Now(); time.Since(began) < 5*settles; {
			runtime.Gosched()
		}
		return ui.Tick{Now: noon}
	})
	if first.last() != (ui.Tick{Now: noon}) {
		t.Errorf("what a busy command brought did not arrive: %v", first.last())
	}
	began := time.Now()
	does(a, func() tea.Msg { <-t.Context().Done(); return nil })
	if time.Since(began) > patience/2 {
		t.Error("what waits for something else was waited for")
	}
}

func press(a *app, keys ...string) {
	for _, k := range keys {
		_, cmd := a.Update(ui.KeyPress(k))
		does(a, cmd)
	}
}

func isQuit(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	_, ok := cmd().(tea.QuitMsg)
	return ok
}

func TestSizeGoesToEveryScreen(t *testing.T) {
	_, first, second := testApp(t)
	for _, s := range []*fakeScreen{first, second} {
		if s.w != 80 || s.h != 20 {
			t.Errorf("screen %s has %d×%d, want 80×20", s.name, s.w, s.h)
		}
	}
}

func TestKeysGoToTheScreenInFront(t *testing.T) {
	a, first, second := testApp(t)
	press(a, "x")
	if !reflect.DeepEqual(first.last(), ui.KeyPress("x")) || second.last() != nil {
		t.Errorf("first got %v, second %v", first.got, second.got)
	}
	press(a, "3", "x")
	if !reflect.DeepEqual(second.last(), ui.KeyPress("x")) {
		t.Errorf("3 must bring the token screen to the front; it got %v", second.got)
	}
	press(a, "2", "x")
	if n := len(second.got); n == 0 || !reflect.DeepEqual(second.last(), ui.KeyPress("x")) {
		t.Error("a number without a screen changes nothing")
	}
	press(a, "esc")
	if a.screens[a.front].name != ui.Home {
		t.Error("esc goes home")
	}
}

func TestTypingTakesAllKeysButCtrlC(t *testing.T) {
	a, first, _ := testApp(t)
	first.typing = true
	for _, k := range []string{"q", "?", ":", "3", "m", "s", "esc"} {
		press(a, k)
		if !reflect.DeepEqual(first.last(), ui.KeyPress(k)) {
			t.Errorf("%s did not reach the screen that is typing", k)
		}
	}
	if _, cmd := a.Update(ui.KeyPress("ctrl+c")); !isQuit(cmd) || !a.summary().Interrupted {
		t.Error("ctrl+c always ends the program")
	}
}

func TestPasteGoesToTheScreen(t *testing.T) {
	a, first, _ := testApp(t)
	paste := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q"), Paste: true}
	if _, cmd := a.Update(paste); isQuit(cmd) || !reflect.DeepEqual(first.last(), paste) {
		t.Error("a pasted q is text, not a key")
	}
}

func TestEscIsTheScreensWhileItHasSomethingToClose(t *testing.T) {
	a, _, second := testApp(t)
	press(a, "3")
	second.closes = true
	press(a, "esc")
	if a.screens[a.front].name != ui.Token || !reflect.DeepEqual(second.last(), ui.KeyPress("esc")) {
		t.Error("esc must be given to the screen")
	}
}

type result struct{ n int }

func (result) For() ui.Name { return ui.Token }

func TestAddressedResultReachesAHiddenScreen(t *testing.T) {
	a, first, second := testApp(t)
	a.Update(result{7})
	if second.last() != (result{7}) || first.last() != nil {
		t.Errorf("first got %v, second %v", first.got, second.got)
	}
	type other struct{}
	a.Update(other{})
	if first.last() != (other{}) || second.last() != (other{}) {
		t.Error("everything else goes to all screens")
	}
}

func TestMouse(t *testing.T) {
	a, first, second := testApp(t)
	click := func(x, y int) {
		_, cmd := a.Update(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
		does(a, cmd)
	}
	click(5, 10)
	if m, ok := first.last().(tea.MouseMsg); !ok || m.X != 5 || m.Y != 8 {
		t.Errorf("want coordinates inside the screen, got %v", first.last())
	}
	click(a.tabs()[1].from+1, 1)
	if a.screens[a.front].name != ui.Token {
		t.Error("clicking on a tab shows its screen")
	}
	for _, l := range a.hints() {
		if l.key == "x" {
			click(l.from, 23)
		}
	}
	if !reflect.DeepEqual(second.last(), ui.KeyPress("x")) {
		t.Errorf("clicking on a key presses it; got %v", second.last())
	}
	press(a, "m")
	if a.mouse || !strings.Contains(a.notice.Text, "mouse off") {
		t.Error("m gives the mouse back and says so")
	}
}

func TestViewFillsTheTerminal(t *testing.T) {
	a, first, _ := testApp(t)
	first.actions = []ui.Action{{Binding: first.binding(), Title: "Cross", Disabled: "there is nothing to cross"}}
	for _, open := range []string{"", "?", ":"} {
		if open != "" {
			press(a, open)
		}
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}, {200, 60}} {
			a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			lines := strings.Split(a.View(), "\n")
			if len(lines) != size[1] {
				t.Errorf("%s %v: %d lines", open, size, len(lines))
			}
			for i, l := range lines {
				if w := ui.Width(l); w > size[0] {
					t.Errorf("%s %v: line %d has %d cells: %q", open, size, i, w, l)
				}
			}
		}
		press(a, "esc")
	}
}

func TestTooSmallIsOneLine(t *testing.T) {
	a, _, _ := testApp(t)
	for size, want := range map[[2]int]string{{0, 0}: "", {59, 24}: "59×24: needs 60×20", {80, 5}: "80×5: needs 60×20", {4, 1}: "4×1…"} {
		a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if got := a.View(); got != want {
			t.Errorf("%v: %q, want %q", size, got, want)
		}
		a.Update(tea.MouseMsg{X: 1, Y: 1, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}) // must not panic
	}
	if _, cmd := a.Update(ui.KeyPress("ctrl+c")); !isQuit(cmd) {
		t.Error("ctrl+c works in any size")
	}
}

func TestHelpListsEveryActionWithItsReason(t *testing.T) {
	a, first, _ := testApp(t)
	first.actions = []ui.Action{{Binding: first.binding(), Title: "Cross", Disabled: "there is nothing to cross"}}
	press(a, "?")
	for _, want := range []string{"Cross: there is nothing to cross", "quit at once", "Everywhere"} {
		if !strings.Contains(a.View(), want) {
			t.Errorf("help lacks %q:\n%s", want, a.View())
		}
	}
	press(a, "x")
	if first.last() != nil {
		t.Error("keys must not fall through the overlay")
	}
	press(a, "esc")
	if a.overlay != nil {
		t.Error("esc closes the help")
	}
}

func TestPalette(t *testing.T) {
	a, first, _ := testApp(t)
	first.actions = []ui.Action{{Binding: first.binding(), Title: "Cross the river"},
		{Binding: key.NewBinding(key.WithKeys("z")), Title: "Sleep", Disabled: "not tired"}}
	press(a, ":", "c", "t", "r", "enter")
	if !reflect.DeepEqual(first.last(), ui.KeyPress("x")) || a.overlay != nil {
		t.Errorf("choosing an action presses its key; the screen got %v", first.last())
	}
	press(a, ":", "s", "l", "e", "enter")
	if a.overlay == nil || reflect.DeepEqual(first.last(), ui.KeyPress("z")) || !strings.Contains(a.View(), "not tired") {
		t.Error("what can't be done stays, and says why")
	}
	press(a, "esc", ":", "g", "o", " ", "t", "o", "k", "enter")
	if a.screens[a.front].name != ui.Token {
		t.Error("the palette goes to screens")
	}
}

func TestMouseInOverlays(t *testing.T) {
	a, _, _ := testApp(t)
	// find gives the cell where text is drawn.
	find := func(text string) (x, y int) {
		for y, line := range strings.Split(a.View(), "\n") {
			if before, _, ok := strings.Cut(line, text); ok {
				return ui.Width(before), y
			}
		}
		t.Fatalf("%q is not drawn:\n%s", text, a.View())
		return 0, 0
	}
	click := func(x, y int) tea.Cmd {
		_, cmd := a.Update(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
		return cmd
	}
	press(a, ":")
	does(a, click(find("Go to Token")))
	if a.screens[a.front].name != ui.Token || a.overlay != nil {
		t.Error("a click on a command does it")
	}
	press(a, "?")
	a.View()
	if click(0, 3); a.overlay != nil {
		t.Error("a click beside a panel closes it")
	}
	a.Update(ui.CopyMenu{Items: []ui.Copy{{What: "value", Text: "v"}, {What: "JSON", Text: "j"}}})
	if cmd := click(find("JSON")); cmd == nil || cmd() != (ui.Copy{What: "JSON", Text: "j"}) {
		t.Error("a click on a form copies it")
	}
	does(a, a.startFlow(ui.StartFlow{Title: "P"}))
	press(a, "q")
	if cmd := click(find("quit")); cmd == nil || cmd() != (leave{}) {
		t.Error("a click on the button quits")
	}
	press(a, "q")
	if click(find("stay")); a.overlay != nil {
		t.Error("a click on the other button stays")
	}
}

func TestFuzzy(t *testing.T) {
	for _, c := range []struct {
		query, text string
		ok          bool
	}{{"", "x", true}, {"gtk", "Go to Token", true}, {"GO TO", "go to token", true}, {"zz", "buzz", true}, {"zzz", "buzz", false}, {"ot", "to", false}} {
		if _, ok := fuzzy(c.query, c.text); ok != c.ok {
			t.Errorf("fuzzy(%q, %q) = %v", c.query, c.text, ok)
		}
	}
	whole, _ := fuzzy("tok", "Go to Token")
	spread, _ := fuzzy("tok", "Not our knee")
	if whole <= spread {
		t.Errorf("letters in a row must count more: %d, %d", whole, spread)
	}
}

func TestQuitAsksWhileALoginRuns(t *testing.T) {
	a, _, _ := testApp(t)
	_, cmd := a.Update(ui.KeyPress("q"))
	if !isQuit(cmd) {
		t.Error("q quits when nothing runs")
	}
	does(a, a.startFlow(ui.StartFlow{Title: "P"}))
	if press(a, "q"); a.overlay == nil || !strings.Contains(a.View(), "A login is running") {
		t.Fatal("q must ask")
	}
	if press(a, "n"); a.overlay != nil {
		t.Error("n stays")
	}
	press(a, "q")
	_, cmd = a.Update(ui.KeyPress("y"))
	_, cmd = a.Update(cmd())
	if !isQuit(cmd) {
		t.Error("y quits")
	}
}

func TestRunIsToldToAllScreensAndShown(t *testing.T) {
	a, first, second := testApp(t)
	a.engineFor(t, func(ctx context.Context, _ flows.Flow, cfg flows.Config, emit func(flows.Event)) (*flows.Session, error) {
		emit(flows.RunStarted{Warnings: []string{"certificates are \x1bnot verified"}})
		if _, err := cfg.Debug(ctx, flows.Stop{Kind: flows.BeforeSend, Step: "token", Held: &record.Held{Step: "token", Purpose: "token"}}); err != nil {
			return nil, err
		}
		expires := noon.Add(271 * time.Second)
		return &flows.Session{Issuer: "https://op", At: noon, Reports: map[flows.TokenName]*inspect.Report{
			flows.IDToken: {Time: inspect.Times{ExpiresAt: &expires}}}}, nil
	})
	does(a, a.startFlow(ui.StartFlow{Title: "P", Step: true, Flow: flows.Flow{Steps: []flows.Step{{ID: "keys"}, {ID: "token"}}}}))
	if !strings.Contains(a.View(), "held before step 2") {
		t.Errorf("the frame must tell that a request is held:\n%s", a.View())
	}
	if !strings.Contains(a.View(), `! certificates are \x1bnot verified`) {
		t.Errorf("a warning of the run stays on the screen, made safe:\n%s", a.View())
	}
	does(a, ui.Send(ui.Release{Mode: ui.GateFree}))
	if strings.Contains(a.View(), "certificates are") {
		t.Errorf("the warning of a run outlives it:\n%s", a.View())
	}
	for _, s := range []*fakeScreen{first, second} {
		var names []string
		for _, m := range s.got {
			names = append(names, reflect.TypeOf(m).Name())
		}
		got := strings.Join(names, " ")
		for _, want := range []string{"RunBegan", "RunHeld", "RunReleased", "RunEnded", "SessionChanged"} {
			if !strings.Contains(got, want) {
				t.Errorf("screen %s was not told %s: %s", s.name, want, got)
			}
		}
	}
	if !strings.Contains(a.View(), "id_token expires in 04:31") {
		t.Errorf("the frame must show the soonest expiry:\n%s", a.View())
	}
	if s := a.summary(); !s.OK || len(s.Lines) != 2 || !strings.Contains(s.Lines[0], "P · ") {
		t.Errorf("summary %+v", s)
	}
}

// TestSummaryOfAnInterruptedRun: a run that the end of the program cut off was cancelled.
func TestSummaryOfAnInterruptedRun(t *testing.T) {
	a, _, _ := testApp(t)
	does(a, a.startFlow(ui.StartFlow{Title: "P", Flow: flows.Flow{ID: "pkce"}}))
	a.c.Past[0].At = a.c.Now().Add(-2 * time.Second)
	if s := a.summary(); s.OK || len(s.Lines) != 1 || !strings.Contains(s.Lines[0], "2.0 s · cancelled") {
		t.Errorf("summary %+v", s)
	}
}

// engineFor replaces the engine of a test's app.
func (a *app) engineFor(t *testing.T, engine func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error)) {
	t.Helper()
	out := a.outside
	out.engine = engine
	b := newApp(a.ctx, a.options, a.c, out)
	a.runs = b.runs
}

func TestNoticeGoesByItsNumber(t *testing.T) {
	a, _, _ := testApp(t)
	a.notify(ui.Notify{Text: "one"})
	first := a.notice.id
	a.notify(ui.Notify{Text: "two"})
	a.Update(noticeGone{first})
	if a.notice.Text != "two" {
		t.Error("the end of an older notice must not take the newer one away")
	}
	a.Update(noticeGone{a.notice.id})
	if a.notice.Text != "" {
		t.Error("a notice goes")
	}
	a.notify(ui.Notify{Text: "n sends the request"})
	if a.tell(ui.RunReleased{}); a.notice.Text != "" {
		t.Error("a notice about a held request goes with it")
	}
}

func TestKeysDoNotConflict(t *testing.T) {
	c := &ui.Common{Context: t.Context(), Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: time.Now}
	global := map[string]string{}
	for _, b := range c.Keys.Global() {
		for _, k := range b.Keys() {
			if other := global[k]; other != "" {
				t.Errorf("%s means %q and %q everywhere", k, other, b.Help().Desc)
			}
			global[k] = b.Help().Desc
		}
	}
	for _, s := range newScreens(c) {
		mine := map[string]string{}
		for _, action := range s.screen.Actions() {
			for _, k := range action.Binding.Keys() {
				if other := mine[k]; other != "" && other != action.Title {
					t.Errorf("%s: %s means %q and %q", s.title, k, other, action.Title)
				}
				mine[k] = action.Title
			}
		}
		var bindings []key.Binding
		for _, group := range s.screen.FullHelp() {
			bindings = append(bindings, group...)
		}
		for _, action := range s.screen.Actions() {
			bindings = append(bindings, action.Binding)
		}
		for _, b := range bindings {
			for _, k := range b.Keys() {
				if meaning, taken := global[k]; taken && meaning != b.Help().Desc {
					t.Errorf("%s: %s %q never arrives, it means %q everywhere", s.title, k, b.Help().Desc, meaning)
				}
			}
		}
	}
}

func TestBreakpointsOfTheCommandLineAreSetBeforeARun(t *testing.T) {
	a, first, _ := testApp(t)
	a.options.Breaks = []string{"token"}
	does(a, a.start())
	for _, m := range first.got {
		if gate, ok := m.(ui.GateChanged); ok && gate.Breakpoints["token"] == ui.BreakBefore|ui.BreakAnswer {
			return
		}
	}
	t.Errorf("no screen was told of the breakpoint: %v", first.got)
}

// The palette finds what is done by the words that people and specifications have for it.
func TestPaletteKnowsTheFieldsWords(t *testing.T) {
	a, _, _ := testApp(t)
	a.screens = newScreens(a.c)
	for word, want := range map[string]string{"introspect": "Ask whether the token is still good", "7662": "Ask whether the token is still good", "RFC 7662": "Ask whether the token is still good",
		"switch": "Sessions", "import": "Open a file", "replay": "Open a file", "har": "Open a file", "save": "Export the run", "revoke": "Revoke the token"} {
		p := newPalette(a)
		p.query = []rune(word)
		p.find()
		if !slices.ContainsFunc(p.matches[:min(8, len(p.matches))], func(c command) bool { return strings.Contains(c.title, want) }) {
			t.Errorf("%q does not find %q: %v", word, want, p.matches)
		}
	}
}
