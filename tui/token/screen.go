// Package token is the screen that takes tokens apart: what a token says (header, claims), what is known about it
// (signature, lifetime, findings, the specification's checklist), and what can be done with it.
//
// The screen shows a session's tokens and what a person pasted, one tab each. All facts come from inspect.Report; nothing is
// judged here but time, which goes on after the report was made. Rows are laid out when something changes and drawn only
// while they are on screen, so a token of a megabyte costs no more to show than a small one.
package token

import (
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
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
	pasted   *subject
	before   bool // showing previous instead of current
	compared *comparison

	tabs        widget.Tabs
	view        view
	zoomed      *entry // its whole value fills the screen
	times       timeForm
	filter      *widget.Filter
	hits        int
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
	rawCached   rawCache
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
	s := &Screen{c: c, keys: newKeyMap(), now: c.Now(), filter: widget.NewFilter(c.Theme),
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

// Title is the breadcrumb: the provider, and that these are tokens.
func (s *Screen) Title() string {
	switch sub := s.subject(); {
	case sub == nil:
		return "Tokens"
	case sub.which == pasted:
		return "Pasted token"
	case s.provider != "":
		return s.provider + " ▸ Tokens"
	default:
		return safe.Short(s.session.Issuer, 60) + " ▸ Tokens"
	}
}

// Typing reports whether the filter takes the keys.
func (s *Screen) Typing() bool { return s.filter.Typing() }

// Back reports whether esc closes something here.
func (s *Screen) Back() bool {
	return s.zoomed != nil || s.view != viewPanes || s.filter.Text() != "" || s.before
}

// subject is the token of the tab in front, nil on the empty screen.
func (s *Screen) subject() *subject {
	list := s.list()
	if len(list) == 0 {
		return nil
	}
	return list[min(s.tabs.Active, len(list)-1)]
}

func (s *Screen) list() []*subject {
	list := s.current
	if s.before && s.previous != nil {
		list = s.previous
	}
	if s.pasted != nil {
		list = append(list[:len(list):len(list)], s.pasted)
	}
	return list
}

// Update takes messages. Whatever changes what is shown ends in rebuild.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	s.now = s.c.Now()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return s.pressed(m)
	case tea.MouseMsg:
		return s.pointed(m)
	case ui.RunBegan:
		s.running, s.held, s.problem = m.Kind, false, ""
		if m.Kind == ui.RunLogin {
			s.provider = safe.Short(m.Title, 60)
		}
	case ui.RunEnded:
		s.ended(m)
	case ui.RequestHeld:
		s.held = true
	case ui.RequestReleased:
		s.held = false
	case ui.SessionChanged:
		s.setSession(m)
	case ui.TokenOpened:
		s.setPasted(m)
	case ui.Tick:
		// What is drawn ticks by itself; another phase has other words, which may need another line.
		if sub := s.subject(); sub == nil || sub.life.Until.IsZero() || sub.life.Phase(s.now) == s.phase {
			return nil
		}
	case ui.RevealChanged:
	default:
		return nil
	}
	s.rebuild()
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
// seen in place; after a login the ID token comes to the front.
func (s *Screen) setSession(m ui.SessionChanged) {
	s.session, s.before, s.previous = m.Session, false, nil
	if m.Session == nil {
		s.current = nil
		return
	}
	s.current = subjects(m.Session)
	switch m.Kind {
	case ui.RunLogin:
		s.tabs.Active, s.view, s.zoomed = 0, viewPanes, nil
		s.fresh = true
	case ui.RunRefresh:
		s.view, s.zoomed, s.fresh = viewPanes, nil, true
	case ui.RunUserInfo:
		s.tabs.Active, s.view, s.zoomed = s.tabOf(flows.UserInfo), viewPanes, nil
	}
	if m.Session.Previous != nil {
		s.previous = subjects(m.Session.Previous)
	}
}

func (s *Screen) setPasted(m ui.TokenOpened) {
	s.pasted = open(m, s.session, s.now)
	s.before, s.view, s.zoomed = false, viewPanes, nil
	s.filter.Clear()
	s.tabs.Active = len(s.list()) - 1
	s.fresh = true
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
	if s.previous == nil || sub == nil || sub.which == pasted || sub.which == flows.UserInfo {
		return nil
	}
	i := s.tabs.Active
	return compare(sub.which, s.previous[i], s.current[i])
}

// rebuild lays everything out anew.
func (s *Screen) rebuild() {
	s.entries, s.hits = make(map[string]*entry), 0
	s.tree.Filter, s.inner.Filter = s.filter.Text(), s.filter.Text()
	s.tabs.Items = s.tabs.Items[:0]
	for _, sub := range s.list() {
		s.tabs.Items = append(s.tabs.Items, widget.Tab{Title: sub.title, Empty: sub.missing != ""})
	}
	s.tabs.Active = min(s.tabs.Active, max(len(s.tabs.Items)-1, 0))
	s.compared = s.compare()
	if sub := s.subject(); sub != nil {
		s.phase = sub.life.Phase(s.now)
	}
	a := s.areas()
	s.left.SetSize(a.left.W, a.left.H)
	s.right.SetSize(a.right.W, a.right.H)
	left, right := s.panes(a)
	s.left.Set(left)
	s.right.Set(right)
	if s.fresh && s.subject() != nil {
		s.fresh, s.onRight = false, false
		s.begin()
	}
	if len(right) == 0 {
		s.onRight = false
	}
}

// begin selects where reading begins: what changed, the first fault, or else the first claim, with the header in sight.
func (s *Screen) begin() {
	s.left.End(-1)
	r := s.subject().report
	if s.left.Pane() == "changes" {
		return
	}
	if r != nil && len(r.Claims) > 0 && r.Error == nil {
		s.left.Peek("payload." + r.Claims[0].Name)
	}
}

// areas is the layout of what is shown now: JSON and a zoomed value have the whole width.
func (s *Screen) areas() areas {
	a := layout(s.w, s.h, s.filter.Typing() || s.filter.Text() != "")
	if sub := s.subject(); sub == nil {
		return areas{left: ui.Rect{W: max(s.w, 0), H: max(s.h, 0)}}
	} else if s.view != viewPanes || s.zoomed != nil || sub.missing != "" {
		a.left.W = max(s.w, 0)
		if a.details.X == 0 {
			a.left.H += a.details.H
		}
		a.right, a.details = ui.Rect{}, ui.Rect{}
	}
	return a
}

func (s *Screen) panes(a areas) (left, right []widget.Pane) {
	sub, width := s.subject(), widget.Inner(a.left.W)
	switch {
	case sub == nil:
		return s.emptyPanes(width), nil
	case sub.missing != "":
		return s.missingPanes(width), nil
	case s.zoomed != nil:
		return s.zoomPanes(width), nil
	case s.view == viewTree:
		return s.treePanes(width), nil
	case s.view == viewSent:
		return s.sentPanes(width), nil
	case a.stacked:
		// What a refresh changed comes first: it is what the person waits for, and below it would not be seen.
		left = append(s.changesPanes(width), s.tokenPanes(width)...)
		return append(left, s.verdictPanes(width, nil)...), nil
	default:
		left = s.tokenPanes(width)
		if a.roomy {
			left = append(left, s.plainPanes(width)...)
		}
		width = widget.Inner(a.right.W)
		return left, s.verdictPanes(width, s.changesPanes(width))
	}
}

// column is the one that has the focus.
func (s *Screen) column() *widget.Column {
	if s.onRight {
		return s.right
	}
	return s.left
}

func (s *Screen) selected() string { return s.column().Selected() }

// matches is key.Matches, shorter.
func matches(m tea.KeyMsg, b key.Binding) bool { return key.Matches(m, b) }
