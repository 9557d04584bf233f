package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Sessions is how the interface gets at sessions that are kept beyond the program. The functions may take their time: they are
// called in commands. Without them nothing is kept.
type Sessions struct {
	List   func(context.Context) ([]keep.Summary, error)
	Open   func(ctx context.Context, name string) (*flows.Session, error)
	Forget func(ctx context.Context, name string) error
	// Hold waits for other processes that are busy with a kept session, before it is refreshed, revoked or ended.
	Hold func(ctx context.Context, name string) (*Held, error)
	// Keep keeps a session under a name, or under one that it finds when that is empty, and gives the name. from is what its client
	// was made of; nil when that is not known, or is kept already. The name is empty for a session that is not kept any more, as
	// its tokens were revoked.
	Keep func(ctx context.Context, name string, s *flows.Session, from *config.Profile) (string, error)
}

// sessions are the sessions of this program side by side, oldest first. The current one is also the controller's: it is the one that
// the screens show and that refresh and its kin work on.
type sessions struct {
	open    []*openSession
	current *openSession    // nil: none
	begun   ui.RunBegan     // the last run, whose session may come
	failed  bool            // the last run: what it left is not kept
	keepAs  string          // the name under which the session of the running login is kept; empty: it is not
	profile *config.Profile // what the client of the running login was made of; nil: not known
	ending  *openSession    // what the run that is under way ends; nil: nothing
	holding *holding        // what is under way with a kept session that no other process may touch; nil: nothing is
}

// openSession is one session.
type openSession struct {
	title   string // of the provider
	session *flows.Session
	helper  ui.LoginHelper
	kept    string          // the name under which it is kept; empty: it is not
	ended   bool            // the provider took its refresh token no more
	profile *config.Profile // what its client was made of; nil: not known
}

// maxSessions bounds the list; the oldest goes.
const maxSessions = 20

// seeSession keeps the list up to date with what is told to the screens. What is kept is kept again after it has changed: a
// refresh token that was rotated is worth nothing any more.
func (a *app) seeSession(msg tea.Msg) tea.Cmd {
	s := &a.sessions
	switch m := msg.(type) {
	case ui.RunBegan:
		s.begun = m
	case ui.RunEnded:
		if s.failed = m.Err != nil; s.failed {
			s.keepAs = ""
		}
		if s.current != nil && m.Kind == ui.RunRefresh {
			s.current.ended = flows.RefusedGrant(m.Err)
		}
		if of := s.holding; of != nil && of.run == m.Run {
			s.holding = nil
			return of.end(of, m)
		}
		if one := s.ending; one != nil {
			s.ending = nil
			switch {
			case m.Canceled:
			case one.kept != "":
				return ui.Send(forgetKept{one.kept, endedText("the kept session "+one.kept+" is forgotten", m)})
			case m.Session != nil:
				return ui.Send(ui.Notify{Text: endedText("the session is ended", m), Kind: ui.NoteInfo})
			}
		}
	case ui.SessionChanged:
		switch {
		case m.Kind == ui.RunSwitch || m.Session == nil:
			return nil
		case m.Kind == ui.RunLogin && s.begun.Flow.ID == "logout" && s.current != nil:
			s.current.session = m.Session
			return nil // ending it keeps nothing
		case m.Kind == ui.RunLogin:
			s.current = s.add(&openSession{title: s.begun.Title, helper: s.begun.Helper, session: m.Session, profile: s.profile}, s.keepAs)
			if name := s.keepAs; name != "" {
				s.keepAs = ""
				return a.keepSession(s.current, name)
			}
		case s.current == nil:
			return nil
		default:
			s.current.session = m.Session
		}
		heldBefore := (m.Kind == ui.RunRefresh || m.Kind == ui.RunRevoke) && a.options.Sessions.Hold != nil // and kept then
		if s.current.kept != "" && !s.failed && !heldBefore && m.Kind != ui.RunUserInfo && m.Kind != ui.RunIntrospect && m.Kind != ui.RunCheck {
			return a.keepSession(s.current, s.current.kept)
		}
	}
	return nil
}

// add puts a session in the place of an older one of the same person and client, or at the end. Those that are kept under two
// names are two.
func (s *sessions) add(one *openSession, keepAs string) *openSession {
	same := func(o *openSession) bool {
		return (o.kept == "" || keepAs == "" || o.kept == keepAs) && o.session.Config.Issuer == one.session.Config.Issuer && o.session.Config.ClientID == one.session.Config.ClientID && person(o.session) == person(one.session)
	}
	if i := slices.IndexFunc(s.open, same); i >= 0 {
		if one.kept == "" {
			one.kept = s.open[i].kept
		}
		s.open[i] = one
		return one
	}
	if s.open = append(s.open, one); len(s.open) > maxSessions {
		s.open = s.open[1:]
	}
	return one
}

// person is sub of the ID token that is believed; empty when there is none.
func person(s *flows.Session) string {
	if r := s.Trusted(); r != nil && r.Token != nil && r.Token.Payload != nil {
		if sub, ok := r.Token.Payload.Get("sub").Text(); ok {
			return sub
		}
	}
	return ""
}

// What the overlay asks for, and the ends of it.
type (
	useSession struct{ open *openSession }
	openKept   struct{ name string }
	keptOpened struct {
		name    string
		session *flows.Session
		err     error
	}
	keepIt  struct{ open *openSession }
	keptNow struct {
		open  *openSession
		name  string
		err   error
		quiet bool // what there is to say is on the screen
	}
	forgetKept struct{ name, said string } // said: in place of what there is to say by itself
	keptForgot struct {
		name, said string
		err        error
	}
	dropSession struct{ open *openSession }
)

var errNotKept = errors.New("sessions can't be kept here")

// actOnSessions does what the overlay asked for.
func (a *app) actOnSessions(msg tea.Msg) (tea.Cmd, bool) {
	kept, ctx := a.options.Sessions, a.ctx
	switch m := msg.(type) {
	case useSession:
		return a.use(m.open), true
	case openKept:
		return func() tea.Msg {
			session, err := kept.Open(ctx, m.name)
			return keptOpened{m.name, session, err}
		}, true
	case keptOpened:
		return a.opened(m), true
	case keepIt:
		return a.keepSession(m.open, m.open.kept), true
	case keptNow:
		return a.nowKept(m), true
	case forgetKept:
		return func() tea.Msg { return keptForgot{m.name, m.said, kept.Forget(ctx, m.name)} }, true
	case keptForgot:
		return a.forgotten(m), true
	case heldNow:
		return a.nowHeld(m), true
	case heldSlow:
		return a.waitsForOthers(m), true
	case dropSession:
		a.sessions.open = slices.DeleteFunc(a.sessions.open, func(o *openSession) bool { return o == m.open })
		return nil, true
	}
	return nil, false
}

// use makes a session the current one, and shows its tokens.
func (a *app) use(o *openSession) tea.Cmd {
	told, err := a.runs.Use(o.session, o.title, o.helper)
	if err != nil {
		return a.failed(err)
	}
	a.sessions.current = o
	return tea.Batch(a.tell(told...), a.show(ui.Token))
}

// opened takes a kept session up: it is checked with the provider's present keys, in place. Until that is done its tokens are shown
// as unverified, which they stay when the provider can't be reached.
func (a *app) opened(m keptOpened) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	o := a.sessions.add(&openSession{title: ui.ProviderName(m.session.Config.Issuer), session: m.session, kept: m.name}, m.name)
	used := a.use(o)
	if a.sessions.current != o {
		return used
	}
	return tea.Batch(used, a.began(a.runs.InPlace(ui.RunCheck, flows.CheckSession)))
}

func (a *app) keepSession(o *openSession, name string) tea.Cmd {
	keepIt, ctx, session := a.options.Sessions.Keep, a.ctx, o.session
	if keepIt == nil {
		return a.failed(errNotKept)
	}
	return a.saving(func() tea.Msg {
		name, err := keepIt(context.WithoutCancel(ctx), name, session, o.profile)
		return keptNow{open: o, name: name, err: err}
	})
}

func (a *app) nowKept(m keptNow) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	if m.name == "" {
		m.open.kept = ""
		return tea.Batch(a.listKept(), a.notify(ui.Notify{Text: "its tokens were revoked, so nothing is kept of it any more", Kind: ui.NoteInfo}))
	}
	if m.quiet {
		return a.listKept()
	}
	before := m.open.kept
	m.open.kept = m.name
	text := fmt.Sprintf("kept as %s: oidcscope userinfo %s goes on with it", m.name, m.name)
	if before == m.name {
		text = "the kept session " + m.name + " is up to date"
	}
	return tea.Batch(a.listKept(), a.notify(ui.Notify{Text: text, Kind: ui.NoteGood}))
}

func (a *app) forgotten(m keptForgot) tea.Cmd {
	if m.err != nil {
		return a.failed(m.err)
	}
	for _, o := range a.sessions.open {
		if o.kept == m.name {
			o.kept = ""
		}
	}
	text := m.name + " is forgotten; its tokens stay good until they expire"
	if m.said != "" {
		text = m.said
	}
	return tea.Batch(a.listKept(), a.notify(ui.Notify{Text: text, Kind: ui.NoteInfo}))
}

// endedText says what became of a session that was ended at the provider: which of its tokens are still good.
func endedText(text string, m ui.RunEnded) string {
	if m.Session == nil {
		return text + "; nothing was revoked: its tokens stay good until they expire"
	}
	var left []string
	for _, which := range []flows.TokenName{flows.RefreshToken, flows.AccessToken} {
		if !m.Session.Token(which).IsZero() && !m.Session.Forgotten(which) {
			left = append(left, strings.ReplaceAll(string(which), "_", " "))
		}
	}
	if len(left) > 0 {
		return text + "; not revoked, and good until it expires: " + strings.Join(left, ", ")
	}
	return text + ", its tokens are revoked"
}

// listKept reads the list again for the overlay, when that is there.
func (a *app) listKept() tea.Cmd {
	if o, ok := a.overlay.(*sessionList); ok {
		return o.load()
	}
	return nil
}
