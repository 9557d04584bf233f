package tui

import (
	"context"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// app is the root model, the only tea.Model of the program. This file is its life: what comes in is routed here, in one
// place, and what screens ask for is done in act.go. Everything that can be seen around a screen is in frame.go.
type app struct {
	ctx     context.Context
	options Options
	c       *ui.Common
	screens []entry
	front   int // index in screens
	w, h    int
	areas   areas
	overlay overlay // nil: none
	panel   ui.Rect // where its inside was drawn last
	notice  notice
	runs    *run.Controller
	outside outside
	mouse   bool
	warning string // of the current run; stays on screen
	warnsOn bool   // also after it has ended: it is a replayed one
	stopped bool   // by ctrl+c

	registering *registering // nil: the run under way is about no registration

	noBrowser bool // the browser is not to be opened for the run that was started last

	pastes *pastes   // what was pasted and is not read yet; nil in tests, where messages hold it
	typed  []tea.Msg // keys from before the program had the terminal

	sessions sessions
	history  history
	onScreen int  // number of the run that the screens show
	reopened bool // it was shown again after another
}

func newApp(ctx context.Context, o Options, c *ui.Common, out outside) *app {
	a := &app{ctx: ctx, options: o, c: c, screens: newScreens(c), mouse: o.Mouse, noBrowser: o.NoBrowser, outside: out,
		runs: run.New(ctx, out.engine, c.Now)}
	var numbers []string
	for _, s := range a.screens {
		numbers = append(numbers, s.key)
	}
	c.Keys.Screens.SetKeys(numbers...)
	c.Keys.Screens.SetHelp(strings.Join(numbers, " "), "switch screen")
	return a
}

// Init starts the clock, the screens and whatever the options ask for.
func (a *app) Init() tea.Cmd {
	cmds := []tea.Cmd{tick(), a.start()}
	for _, s := range a.screens {
		cmds = append(cmds, s.screen.Init())
	}
	for _, k := range a.typed {
		cmds = append(cmds, ui.Send(k))
	}
	return tea.Batch(cmds...)
}

// tick comes on the full second, so that all clocks on the screen change together.
func tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return ui.Tick{Now: t} })
}

// Update routes. The order matters: size, what the engine says, what is addressed to one screen, keys, mouse, intents, and
// last everything else, which all screens get.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
		return a, nil
	case run.Envelope:
		told, next := a.runs.Receive(msg)
		return a, tea.Batch(a.tell(told...), next)
	case ui.Addressed:
		return a, a.give(msg)
	case tea.KeyMsg:
		if msg.Paste {
			msg.Runes = []rune(a.pastes.take(string(msg.Runes)))
		}
		return a, a.pressed(msg)
	case tea.MouseMsg:
		return a, a.pointed(msg)
	case ui.Tick:
		return a, tea.Batch(tick(), a.tell(msg))
	}
	if cmd, mine := a.act(msg); mine {
		return a, cmd
	}
	return a, a.tell(msg)
}

func (a *app) resize(w, h int) {
	a.w, a.h = w, h
	a.areas = layout(w, h, len(a.warningLines(w)))
	if a.areas.Small {
		return
	}
	for _, s := range a.screens {
		s.screen.SetSize(a.areas.Body.W, a.areas.Body.H)
	}
}

// tell gives messages to all screens, in order.
func (a *app) tell(msgs ...tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, m := range msgs {
		a.history.remember(m)
		switch m := m.(type) {
		case ui.RunBegan:
			a.onScreen, a.reopened = m.Run, false
		case ui.RunEnded:
			cmds = append(cmds, a.seeRegistration(m))
		case ui.RunEvent:
			if a.options.Record != nil {
				a.options.Record(m.Event)
			}
		}
		if _, sent := m.(ui.RunReleased); sent {
			a.notice.Notify = ui.Notify{} // it was about the request that was held
		}
		cmds = append(cmds, a.openByItself(m), a.seeSession(m), a.spread(m))
	}
	return tea.Batch(cmds...)
}

// spread gives a message to all screens, without acting on it.
func (a *app) spread(m tea.Msg) tea.Cmd {
	a.c.Past = ui.See(a.c.Past, m)
	a.warn(m)
	var cmds []tea.Cmd
	for _, s := range a.screens {
		cmds = append(cmds, s.screen.Update(m))
	}
	return tea.Batch(cmds...)
}

// give gives a message to the screen it is addressed to, also when that is hidden.
func (a *app) give(msg ui.Addressed) tea.Cmd {
	for _, s := range a.screens {
		if s.name == msg.For() {
			return s.screen.Update(msg)
		}
	}
	return nil
}

// pressed routes a key: ctrl+c always ends the program; then the overlay; then the screen while keys are text there; then
// the global keys; then the screen.
func (a *app) pressed(msg tea.KeyMsg) tea.Cmd {
	k, screen := a.c.Keys, a.screens[a.front].screen
	switch {
	case key.Matches(msg, k.Kill):
		a.stopped = true
		return tea.Quit
	case a.overlay != nil:
		return a.toOverlay(msg)
	case msg.Type == tea.KeyF1:
		return a.explain()
	case msg.Paste, screen.Typing():
		return screen.Update(msg)
	case key.Matches(msg, k.Quit):
		return a.quit()
	case key.Matches(msg, k.Help):
		a.overlay = newHelp(a)
	case key.Matches(msg, k.Palette):
		a.overlay = newPalette(a)
	case key.Matches(msg, k.Explain):
		return a.explain()
	case key.Matches(msg, k.Sessions):
		return a.showSessions()
	case key.Matches(msg, k.Mouse):
		return a.toggleMouse()
	case key.Matches(msg, k.Reveal):
		return a.toggleReveal()
	case key.Matches(msg, k.Screens):
		a.notice.Notify = ui.Notify{}
		return a.showNumber(msg.String())
	case key.Matches(msg, k.Back):
		return a.back(msg)
	default:
		return screen.Update(msg)
	}
	return nil
}

// back is esc: the screen's, while it has something to close; else home.
func (a *app) back(msg tea.KeyMsg) tea.Cmd {
	screen := a.screens[a.front].screen
	if inner, ok := screen.(ui.Overlay); ok && inner.Back() {
		return screen.Update(msg)
	}
	a.notice.Notify = ui.Notify{} // it was about the screen that is left
	return a.show(ui.Home)
}

// pointed routes the mouse: the overlay; the tab names; the keys, which are pressed by clicking on them; the screen.
func (a *app) pointed(msg tea.MouseMsg) tea.Cmd {
	click := isClick(msg)
	switch {
	case a.areas.Small:
		return nil
	case a.overlay != nil:
		return a.toOverlay(msg)
	case click && a.areas.Tabs.Contains(msg.X, msg.Y):
		if i := hit(a.tabs(), msg.X); i >= 0 {
			return a.show(a.screens[i].name)
		}
	case click && a.areas.Keys.Contains(msg.X, msg.Y) && !a.noticeOverKeys():
		hints := a.hints()
		if i := hit(hints, msg.X); i >= 0 && hints[i].key != "" {
			return a.pressed(ui.KeyPress(hints[i].key))
		}
	case a.areas.Body.Contains(msg.X, msg.Y):
		msg.X, msg.Y = msg.X-a.areas.Body.X, msg.Y-a.areas.Body.Y
		return a.screens[a.front].screen.Update(msg)
	}
	return nil
}
