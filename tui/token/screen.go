// Package token is the screen that takes tokens apart: what a token says (header, claims), what is known about it
// (signature, lifetime, findings, the specification's checklist), and what can be done with it.
//
// The screen shows a session's tokens and what a person pasted, one tab each. All facts come from inspect.Report; nothing is
// judged here but time, which goes on after the report was made. Rows are laid out when something changes and drawn only
// while they are on screen, so a token of a megabyte costs no more to show than a small one.
package token

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/walk"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// view is what fills the screen under the tabs.
type view int

const (
	viewPanes view = iota
	viewTree       // the JSON, pretty
	viewSent       // the JSON as it was sent
	views
)

// Screen is the token screen.
type Screen struct {
	c    *ui.Common
	keys keyMap
	w, h int
	now  time.Time // of the last message; what is drawn agrees with itself

	session  *flows.Session
	provider string // its name for people
	running  ui.RunKind
	held     bool
	problem  string // why the last refresh or userinfo call failed

	current  []*subject // the tabs of the session
	previous []*subject // before the last refresh; nil when there was none
	pasted   []*subject // what a person opened: the tabs behind those of the session
	before   bool       // showing previous instead of current
	compared *comparison
	listed   bool // what a refresh changed is listed, also where there is little room

	reading  string // what is being read; empty: nothing
	readings int    // how many readings there were: of two the later one counts
	guest    guest  // in the place of the panes; nil: none
	front    bool   // this screen is the one that is shown

	tabs        widget.Tabs
	firstTab    int // the first one in sight
	view        view
	zoomed      *entry // its whole value fills the screen
	zoomedFrom  string // the row it stood in
	times       timeForm
	filter      *widget.Filter
	hits        []string    // rows that the search found, in order
	tree        widget.Tree // of the JSON and of a zoomed value
	inner       widget.Tree // inside of claims
	buttons     widget.Buttons
	buttonWidth int            // that they were last drawn in
	left        *widget.Column // also the only one of a stack, of JSON, and of the empty screen
	right       *widget.Column
	onRight     bool
	fresh       bool // another token: reading begins anew
	phase       widget.Phase
	entries     map[string]*entry
	longer      map[string]int // by pane: how often more of it was asked for
	rawCached   rawCache
	chopped     chopped
}

// rawCache keeps the drawn raw token: it changes with the token, the size and the reveal, not with every message.
type rawCache struct {
	subject      *subject
	reveal       bool
	width, lines int
	drawn        []string
}

// New makes the token screen.
func New(c *ui.Common) *Screen {
	s := &Screen{c: c, keys: newKeyMap(), now: c.Now(), filter: widget.NewFilter(c.Theme), chopped: chopped{}, longer: map[string]int{},
		left: widget.NewColumn(c.Theme), right: widget.NewColumn(c.Theme),
		tree: widget.Tree{Theme: c.Theme}, inner: widget.Tree{Theme: c.Theme, Crowd: 4}}
	s.rebuild()
	return s
}

// Init does nothing: the root's clock ticks for all screens.
func (s *Screen) Init() tea.Cmd { return nil }

// SetSize takes the size of the screen's area.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h = w, h
	s.rebuild()
}

// Title is the breadcrumb: the provider, that these are tokens, and where inside of one the screen is.
func (s *Screen) Title() string {
	title := "Tokens"
	switch tab := s.tab(); {
	case tab == nil:
	case tab.which == pasted && tab.file != "":
		title = "Tokens ▸ " + safe.Short(tab.file, 40)
	case tab.which == pasted:
		title = "Pasted token"
	case s.provider != "":
		title = s.provider + " ▸ Tokens"
	default:
		title = safe.Short(s.session.Issuer, 60) + " ▸ Tokens"
	}
	title += s.crumbs()
	if s.guest != nil {
		title += " ▸ " + s.guest.Name()
	}
	return title
}

// Typing reports whether keys are text now.
func (s *Screen) Typing() bool {
	if s.guest != nil {
		return s.guest.Typing()
	}
	return s.filter.Typing()
}

// Back reports whether esc closes something here.
func (s *Screen) Back() bool {
	return s.guest != nil || s.zoomed != nil || s.view != viewPanes || s.filter.Text() != "" || s.before || s.tab() != s.subject()
}

// Update takes messages. Whatever changes what is shown ends in rebuild.
func (s *Screen) Update(msg tea.Msg) (cmd tea.Cmd) {
	s.now = s.c.Now()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return s.pressed(m)
	case tea.MouseMsg:
		return s.pointed(m)
	case ui.RunBegan:
		s.running, s.held, s.problem = m.Kind, false, ""
		if _, asked := s.guest.(*openForm); asked && m.Replayed != "" {
			s.guest = nil // this is what was asked for
		}
		if m.Kind == ui.RunLogin {
			s.provider = safe.Short(m.Title, 60)
		}
	case ui.RunEnded:
		s.ended(m)
	case ui.RunHeld:
		s.held = true
	case ui.RunReleased:
		s.held = false
	case ui.SessionChanged:
		if m.Kind == ui.RunSwitch {
			s.provider = safe.Short(m.Title, 60)
		}
		s.setSession(m)
	case ui.TokenOpened:
		cmd = s.openText(m)
	case ui.TokensIn:
		cmd = s.openFile(m.Path)
	case ui.FileFailed:
		if f, ok := s.guest.(*openForm); ok {
			f.Fail(m.Err.Error())
		} else {
			cmd = ui.Send(ui.Notify{Text: m.Err.Error(), Kind: ui.NoteBad})
		}
	case tokensRead:
		cmd = s.arrived(m)
	case keysGiven:
		cmd = s.judged(m)
	case walk.Checked:
		if v, ok := s.guest.(*walkView); ok {
			v.Take(m)
		}
	case ui.Shown:
		s.front = m.Screen == ui.Token
		return nil
	case ui.Tick:
		// What is drawn ticks by itself; another phase has other words, which may need another line.
		if sub := s.subject(); sub == nil || sub.life.Until.IsZero() || sub.life.Phase(s.now) == s.phase {
			return nil
		}
	case ui.RevealChanged:
		cmd = s.revealed(m.Reveal)
	default:
		return nil
	}
	s.rebuild()
	return cmd
}

// revealed tells when revealing shows nothing new here: what a person is told must be what they see.
func (s *Screen) revealed(shown bool) tea.Cmd {
	if s.guest != nil {
		s.guest.Changed()
	}
	if sub := s.subject(); s.front && shown && (sub == nil || sub.missing != "" || !sub.hidden()) {
		return ui.Send(ui.Notify{Text: "secrets are shown on all screens; on this tab none was hidden", Kind: ui.NoteCare})
	}
	return nil
}

func (s *Screen) ended(m ui.RunEnded) {
	s.running, s.held = "", false
	if m.Err == nil || m.Canceled || m.Kind == ui.RunLogin {
		return
	}
	s.problem = m.Err.Error()
}

// setSession takes the session that is now current. After a refresh the tabs stay where they are, so that the change is
// seen in place; after a login the first token that there is comes to the front.
func (s *Screen) setSession(m ui.SessionChanged) {
	s.session, s.before, s.previous, s.listed = m.Session, false, nil, false
	if m.Session == nil {
		s.current = nil
		return
	}
	s.current = subjects(m.Session)
	switch m.Kind {
	case ui.RunLogin, ui.RunSwitch:
		s.tabs.Active, s.view, s.zoomed, s.guest = s.firstThere(), viewPanes, nil, nil
		s.fresh = true
	case ui.RunRefresh:
		s.view, s.zoomed, s.guest, s.fresh = viewPanes, nil, nil, true
	case ui.RunUserInfo:
		s.tabs.Active, s.view, s.zoomed, s.guest = s.tabOf(flows.UserInfo), viewPanes, nil, nil
	}
	if m.Session.Previous != nil {
		s.previous = subjects(m.Session.Previous)
	}
}

// firstThere is the tab of the first token that the session has.
func (s *Screen) firstThere() int {
	return max(0, slices.IndexFunc(s.current, func(sub *subject) bool { return sub.missing == "" }))
}

func (s *Screen) tabOf(which flows.TokenName) int {
	for i, sub := range s.list() {
		if sub.which == which {
			return i
		}
	}
	return 0
}

// compare finds what the last refresh did to the token in front.
func (s *Screen) compare() *comparison {
	sub := s.subject()
	i := s.tabs.Active
	if sub == nil || sub != s.tab() || i >= len(s.previous) || sub.which == flows.UserInfo {
		return nil
	}
	return compare(sub.which, s.previous[i], s.current[i])
}
