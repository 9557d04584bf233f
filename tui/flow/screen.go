// Package flow is the screen on which a login is watched: the flow's steps as a ladder between the person, this program and
// the provider, drawn before anything has run, and beside it what the selected step sends, gets, makes and why.
//
// [Screen] folds the root's messages into a run (run.go), which knows nothing of the terminal. What is shown of it is laid
// out as panes of rows, one file for each tab, and drawn by a widget.Column. The requests that the gate holds are edited in
// edit.go; what the person has to do elsewhere is in turn.go. Everything from outside passes safe.Text on its way in.
package flow

import (
	"os"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Screen is the Flow screen.
type Screen struct {
	c    *ui.Common
	keys keyMap
	run  run
	ssh  string // SSH_CONNECTION: the program runs on another machine than the browser

	areas    areas
	w, h     int
	details  bool // the details have the focus, not the steps
	selected int  // step
	follow   bool // the selection follows the run
	top      int  // first row of the ladder on screen
	tab      tabID
	exchange int // which of the step's exchanges, counted from the last: 0 is the last
	raw      bool
	qr       bool
	preview  int // which flow is shown before anything has run

	column *widget.Column
	filled fillKey
	rows   map[string]row // by row id: what can be copied and lit
	filter *widget.Filter
	tree   widget.Tree
	docs   map[string]*inspect.Document // bodies read as JSON, by their text

	draft  *draft // edits of what is held; kept when the editor is left
	use    int    // of several answers to one request, that which is taken in; 0: the newest
	before *run   // the run before this one, of the same flow

	compared comparison
	edit     *draft // the draft while it is edited
	paste    *paste
	helped   time.Time // when logging in by itself was asked for
	beat     beat
	steps    stepsCache
}

// New makes the screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), ssh: os.Getenv("SSH_CONNECTION"), column: widget.NewColumn(c.Theme),
		filter: widget.NewFilter(c.Theme), tree: widget.Tree{Theme: c.Theme}, docs: make(map[string]*inspect.Document), tab: tabExplain, follow: true}
	s.showPreview()
	return s
}

// Init has nothing to start.
func (s *Screen) Init() tea.Cmd { return nil }

// Title is the breadcrumb: provider, flow.
func (s *Screen) Title() string {
	if s.run.began.Title == "" {
		return s.run.began.Flow.Title
	}
	return s.run.began.Title + " ▸ " + s.run.began.Flow.Title
}

// Typing reports whether keys are text.
func (s *Screen) Typing() bool { return s.edit != nil || s.paste != nil || s.filter.Typing() }

// Back reports whether esc closes something here: the filter, the QR code, or the way back to the steps.
func (s *Screen) Back() bool { return s.filter.Text() != "" || s.qr || s.details }

// SetSize lays the screen out anew.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.place()
	s.fill()
}

func (s *Screen) place() {
	s.areas = layout(s.w, s.h, len(s.run.steps))
	s.column.SetSize(s.areas.body.W, s.areas.body.H)
	s.showSelected()
}

// showPreview draws a flow that has not been started: the ladder is data.
func (s *Screen) showPreview() {
	all := []flows.Flow{flows.AuthorizationCode(flows.Config{}), flows.DeviceCode(flows.Config{})}
	s.run.begin(ui.RunBegan{Flow: all[s.preview%len(all)]})
	s.selected, s.top = 0, 0
	s.place()
}

// Update takes a message and returns what to do about it.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	switch m := msg.(type) {
	case tea.KeyMsg:
		cmd = s.pressed(m)
	case tea.MouseMsg:
		cmd = s.pointed(m)
	case beatMsg:
		cmd = s.beaten(m)
	default:
		s.told(msg)
		cmd = s.startBeat()
	}
	s.fill()
	return cmd
}

// told folds what the root tells into the run, and moves the selection along with it.
func (s *Screen) told(msg tea.Msg) {
	before := s.run.phase()
	switch m := msg.(type) {
	case ui.RunBegan:
		s.remember(m)
		s.run.begin(m)
		s.tree = widget.Tree{Theme: s.c.Theme}
		clear(s.docs)
		s.selected, s.top, s.follow, s.tab, s.details = 0, 0, true, tabExplain, false
		s.draft, s.edit, s.paste, s.qr, s.helped = nil, nil, nil, false, time.Time{}
		s.place()
	case ui.RunEvent:
		s.run.event(m.Event)
		s.place()
	case ui.RunEnded:
		if m.Run == s.run.began.Run {
			s.run.end(m)
		}
	case ui.RunHeld:
		s.run.hold(m)
		s.draft, s.edit, s.use = nil, nil, 0
		s.goTo(s.run.index(m.Stop.Step))
		s.heldTab(m.Stop)
	case ui.RunReleased:
		s.run.release(m, s.c.Now())
		s.draft, s.edit = nil, nil
	case ui.BrowserFailed:
		s.run.version++
		s.run.browser = m.Err
	case ui.GateChanged:
		s.run.version++
		s.run.mode, s.run.breakpoints = m.Mode, m.Breakpoints
	default:
		return
	}
	if s.follow && !s.run.over() {
		s.goTo(s.run.current())
	}
	s.turned(before, s.run.phase())
}

// turned opens the tab that a change of phase asks for.
func (s *Screen) turned(before, now phase) {
	if before == now {
		return
	}
	if before == waiting {
		s.paste, s.qr, s.helped = nil, false, time.Time{}
		if s.tab == tabTurn {
			s.tab = tabExplain
		}
	}
	switch now {
	case waiting:
		s.goTo(s.run.current())
		s.tab = tabTurn
	case failed:
		s.goTo(s.run.current())
		s.tab = tabFailure
	case succeeded:
		s.goTo(s.run.lastGood())
		s.tab = tabResult
	}
}

// goTo selects a step without the person having asked for it.
func (s *Screen) goTo(i int) {
	if i >= 0 && i != s.selected {
		s.selected, s.exchange = i, 0
		s.showSelected()
	}
}

// choose selects a step for the person: from now on the selection stays where it is, until it meets the run again.
func (s *Screen) choose(i int) {
	i = max(0, min(i, len(s.run.steps)-1))
	if s.tab == tabResult || s.tab == tabTurn && i != s.run.current() {
		s.tab = tabExplain
	}
	s.goTo(i)
	s.follow = i == s.run.current()
	if s.follow && s.run.need != nil {
		s.tab = tabTurn
	}
}

// step is the selected step, or nil.
func (s *Screen) step() *step {
	if s.selected < 0 || s.selected >= len(s.run.steps) {
		return nil
	}
	return &s.run.steps[s.selected]
}

// showSelected scrolls the steps so that the selected one is in sight.
func (s *Screen) showSelected() {
	rows := max(s.areas.steps.H, 1)
	at, all := s.selected, len(s.run.steps)
	if s.areas.folded {
		_, columns := s.folded()
		all = (all + columns - 1) / columns
		at %= max(all, 1)
	} else if s.gaps() {
		at, all = 2*at, 2*all-1
	}
	s.top = max(min(s.top, at, max(all-rows, 0)), at-rows+1, 0)
}

// beat moves the ladder's head while a step is under way.
type beat struct {
	frame, number int
	running       bool
}

type beatMsg struct{ number int }

// For makes the beat this screen's own.
func (beatMsg) For() ui.Name { return ui.Flow }

const beatTime = 120 * time.Millisecond

// moving reports whether something on the screen moves by itself: not while the person is being waited for.
func (s *Screen) moving() bool {
	return !s.c.ReducedMotion && s.run.phase() == running && slices.ContainsFunc(s.run.steps, func(st step) bool { return st.state == widget.StepRunning })
}

func (s *Screen) startBeat() tea.Cmd {
	if s.beat.running || !s.moving() {
		return nil
	}
	s.beat.running = true
	s.beat.number++
	return s.nextBeat()
}

func (s *Screen) nextBeat() tea.Cmd {
	n := s.beat.number
	return tea.Tick(beatTime, func(time.Time) tea.Msg { return beatMsg{n} })
}

func (s *Screen) beaten(m beatMsg) tea.Cmd {
	if m.number != s.beat.number {
		return nil
	}
	if !s.moving() {
		s.beat.running = false
		return nil
	}
	s.beat.frame++
	return s.nextBeat()
}

// frame of the motion, negative when nothing moves.
func (s *Screen) frame() int {
	if !s.moving() {
		return -1
	}
	return s.beat.frame
}
