package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// heldShelf is a shelf whose sessions can be held.
type heldShelf struct {
	shelf
	now  *flows.Session // as it is kept when it is held
	did  []string
	hold error
}

func (s *heldShelf) sessions() Sessions {
	all := s.shelf.sessions()
	all.Hold = func(_ context.Context, name string) (*Held, error) {
		if s.hold != nil {
			return nil, s.hold
		}
		s.did = append(s.did, "hold "+name)
		return &Held{Session: s.now, Begin: func() {}, Release: func() { s.did = append(s.did, "release") },
			Keep: func(_ context.Context, left *flows.Session, failed error) error {
				s.did = append(s.did, fmt.Sprintf("keep %s, failed %v", left.Tokens.Access.Reveal(), failed))
				return nil
			}}, nil
	}
	return all
}

// refreshes lets refreshes bring a token, or fail, and notes what they were made over.
func (s *heldShelf) refreshes(t *testing.T, a *app, err error) {
	one := a.runs.Session()
	a.engineFor(t, func(_ context.Context, f flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
		s.did = append(s.did, f.ID)
		return aSession("https://one.example", "fresh"), err
	})
	if _, err := a.runs.Use(one, "one.example", nil); err != nil {
		t.Fatal(err)
	}
}

// A kept session is refreshed while no other process does it, and what it left is kept, whatever else went wrong.
func TestRefreshOfAKeptSessionIsHeld(t *testing.T) {
	for name, c := range map[string]struct {
		failed error
		notice string
	}{"good": {nil, "up to date"}, "in doubt": {errors.New("another person"), ""}} {
		t.Run(name, func(t *testing.T) {
			a, _, _ := testApp(t)
			s := new(heldShelf)
			a.options.Sessions = s.sessions()
			loginTo(t, a, "https://one.example", "work", nil)
			s.now = a.runs.Session()
			s.refreshes(t, a, c.failed)
			a.notice.Notify = ui.Notify{}
			does(a, ui.Send(ui.Refresh{}))
			if want := []string{"hold work", "refresh", fmt.Sprintf("keep fresh, failed %v", c.failed), "release"}; !slices.Equal(s.did, want) {
				t.Errorf("did %q, want %q", s.did, want)
			}
			if a.sessions.holding != nil || !strings.Contains(a.notice.Text, c.notice) {
				t.Errorf("holding %v, notice %q", a.sessions.holding, a.notice.Text)
			}
		})
	}
}

// What revokes a token of a kept session, or ends it, holds it as a refresh does, and begins with the tokens as they are kept now.
func TestRevocationAndEndOfAKeptSessionAreHeld(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*app)
		err  error
		want []string
	}{
		"revoked": {func(a *app) { does(a, ui.Send(ui.Revoke{Which: flows.RefreshToken, Sure: true})) }, nil,
			[]string{"hold work", "revoke over newer", "keep", "release"}},
		"not revoked": {func(a *app) { does(a, ui.Send(ui.Revoke{Which: flows.RefreshToken, Sure: true})) }, errors.New("refused"),
			[]string{"hold work", "revoke over newer", "release"}},
		"ended": {func(a *app) { does(a, sessionCommands(a, a.runs.Session())[2].do()); press(a, "y") }, nil,
			[]string{"hold work", "logout over newer", "forget", "release"}},
		"end interrupted": {func(a *app) { does(a, sessionCommands(a, a.runs.Session())[2].do()); press(a, "y") }, context.Canceled,
			[]string{"hold work", "logout over newer", "release"}},
	} {
		t.Run(name, func(t *testing.T) {
			a, _, _ := testApp(t)
			s := new(heldShelf)
			all := s.sessions()
			keeps, forgets := all.Keep, all.Forget
			loginTo(t, a, "https://one.example", "", nil)
			all.Keep = func(ctx context.Context, name string, left *flows.Session, from *config.Profile) (string, error) {
				s.did = append(s.did, "keep")
				return keeps(ctx, name, left, from)
			}
			all.Forget = func(ctx context.Context, name string) error {
				s.did = append(s.did, "forget")
				return forgets(ctx, name)
			}
			a.options.Sessions, a.sessions.current.kept = all, "work"
			s.now = aSession("https://one.example", "newer")
			one := a.runs.Session()
			a.engineFor(t, func(ctx context.Context, f flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
				s.did = append(s.did, f.ID+" over "+a.runs.Session().Tokens.Access.Reveal())
				if errors.Is(c.err, context.Canceled) {
					<-ctx.Done()
				}
				if c.err != nil {
					return nil, c.err
				}
				left := *s.now
				return &left, nil
			})
			if _, err := a.runs.Use(one, "one.example", nil); err != nil {
				t.Fatal(err)
			}
			c.do(a)
			does(a, ui.Send(ui.Cancel{})) // nothing, when the run is over
			if !slices.Equal(s.did, c.want) || a.sessions.holding != nil || a.sessions.ending != nil {
				t.Errorf("did %q, want %q; holding %v, ending %v", s.did, c.want, a.sessions.holding, a.sessions.ending)
			}
		})
	}
}

// Another process may have refreshed the session meanwhile, or forgotten it.
func TestRefreshTakesWhatOthersKept(t *testing.T) {
	a, _, token := testApp(t)
	s := new(heldShelf)
	a.options.Sessions = s.sessions()
	loginTo(t, a, "https://one.example", "work", nil)
	s.now = aSession("https://one.example", "of another process")
	s.refreshes(t, a, errors.New("refused"))
	does(a, ui.Send(ui.Refresh{}))
	switched := slices.ContainsFunc(token.got, func(m tea.Msg) bool {
		c, ok := m.(ui.SessionChanged)
		return ok && c.Session == s.now
	})
	if !switched {
		t.Error("the tokens that another process kept are not on the screen")
	}

	s.did, s.hold = nil, fmt.Errorf("session: %w", keep.ErrNone)
	does(a, ui.Send(ui.Refresh{}))
	if a.sessions.current.kept != "" || !slices.Equal(s.did, []string{"refresh"}) {
		t.Errorf("kept as %q, did %q: a session that was forgotten elsewhere lives on in memory", a.sessions.current.kept, s.did)
	}

	a.sessions.current.kept, s.did, s.hold = "work", nil, errors.New("another oidcscope is busy with it")
	does(a, ui.Send(ui.Refresh{}))
	if len(s.did) != 0 || !strings.Contains(a.notice.Text, "busy") {
		t.Errorf("did %q, notice %q", s.did, a.notice.Text)
	}
}

// Who has gone on to another session while the refresh of one was waited for wants no refresh of the other.
func TestNoOtherSessionIsRefreshed(t *testing.T) {
	a, _, _ := testApp(t)
	s := new(heldShelf)
	a.options.Sessions = s.sessions()
	loginTo(t, a, "https://one.example", "work", nil)
	one := a.sessions.current
	loginTo(t, a, "https://two.example", "", nil)
	s.refreshes(t, a, nil)
	a.sessions.holding = &holding{open: one}
	does(a, ui.Send(heldNow{of: a.sessions.holding, err: keep.ErrNone}))
	if len(s.did) != 0 || one.kept != "" || a.sessions.holding != nil || !strings.Contains(a.notice.Text, "forgotten elsewhere") {
		t.Errorf("did %q, kept as %q, notice %q", s.did, one.kept, a.notice.Text)
	}
}

// A rotated refresh token is all that there is of a session: who quits right after the refresh does not lose it.
func TestEndWaitsForWhatIsBeingKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, kept := &app{ctx: t.Context(), c: new(ui.Common)}, false
		a.sessions.holding = &holding{open: &openSession{kept: "work"}, held: &Held{Release: func() {},
			Keep: func(context.Context, *flows.Session, error) error { time.Sleep(time.Second); kept = true; return nil }}}
		go a.keepHeld(a.sessions.holding, ui.RunEnded{})()
		a.finish(endLimit)
		if !kept {
			t.Error("the program ended before the session was kept")
		}

		began, never := time.Now(), a.saving(func() tea.Msg { return nil })
		a.finish(endLimit)
		if took := time.Since(began); took != endLimit {
			t.Errorf("it waited %s for a keyring that does not answer, want %s", took, endLimit)
		}
		never()
	})
}

// The list says what is known to be wrong with a session.
func TestSessionsInTrouble(t *testing.T) {
	a, _, _ := testApp(t)
	s := &shelf{list: []keep.Summary{
		{Name: "over", Issuer: "https://kept.example", ClientID: "cli", ExpiresAt: noon.Add(-1), Refresh: true, Trouble: keep.Refused},
		{Name: "doubtful", Provider: "https://hub.example", ClientID: "cli", Refresh: true, Trouble: keep.Unchecked},
	}}
	a.options.Sessions = s.sessions()
	loginTo(t, a, "https://one.example", "", nil)
	a.runs.Session().Doubt = "its ID token is of another person"
	press(a, "L")
	view := a.View()
	for _, want := range []string{"over", "refresh refused: log in again", "doubtful", "hub.example", "the last refresh failed its checks"} {
		if !strings.Contains(view, want) {
			t.Errorf("the list lacks %q:\n%s", want, view)
		}
	}
	if n := strings.Count(view, "failed its checks"); n != 2 {
		t.Errorf("%d sessions in doubt, want the open and the kept one:\n%s", n, view)
	}
	if n := strings.Count(view, "refreshable"); n != 2 {
		t.Errorf("%d sessions count as refreshable, want 2:\n%s", n, view)
	}
}

// Ending a kept session forgets it when the run is over, and says what is still good; two sessions of one person stay two.
func TestEndOfAKeptSession(t *testing.T) {
	for name, c := range map[string]struct {
		revoked []flows.TokenName
		err     error
		says    string
	}{
		"all revoked": {[]flows.TokenName{flows.RefreshToken, flows.AccessToken}, nil, "its tokens are revoked"},
		"not offered": {nil, nil, "good until it expires: refresh token, access token"},
		"unreachable": {nil, errors.New("nobody there"), "nothing was revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			a, _, _ := testApp(t)
			s := new(shelf)
			a.options.Sessions, a.options.NoBrowser = s.sessions(), true
			loginTo(t, a, "https://one.example", "other", nil)
			loginTo(t, a, "https://one.example", "work", nil)
			if len(a.sessions.open) != 2 {
				t.Fatalf("%d sessions, want two that are kept under two names", len(a.sessions.open))
			}
			var steps []string
			one := a.runs.Session()
			a.engineFor(t, func(_ context.Context, f flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
				for _, step := range f.Steps {
					steps = append(steps, step.ID)
				}
				left := *one
				if left.Revoked = c.revoked; c.err != nil {
					return nil, c.err
				}
				return &left, nil
			})
			if _, err := a.runs.Use(one, "one.example", nil); err != nil {
				t.Fatal(err)
			}
			does(a, sessionCommands(a, one)[2].do())
			press(a, "y")
			if len(s.list) != 1 || s.list[0].Name != "other" || !strings.Contains(a.notice.Text, c.says) {
				t.Errorf("kept %+v, notice %q", s.list, a.notice.Text)
			}
			if len(s.kept) != 2 {
				t.Errorf("a session that was ended was kept again: %q", s.kept)
			}
			press(a, "L")
			if shown := strings.Contains(a.View(), "its tokens are revoked"); shown != (len(c.revoked) == 2) {
				t.Errorf("called revoked: %v\n%s", shown, a.View())
			}
			if !slices.Contains(steps, "revoke_refresh") || slices.Contains(steps, "logout") {
				t.Errorf("steps %q: without a browser only the tokens are revoked", steps)
			}
		})
	}
}

// What the client of a login was made of goes along with its session to where it is kept.
func TestKeepingKnowsTheProfile(t *testing.T) {
	a, _, _ := testApp(t)
	s := new(shelf)
	a.options.Sessions = s.sessions()
	a.engineFor(t, func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error) {
		return aSession("https://one.example", "one"), nil
	})
	profile := &config.Profile{Name: "work"}
	does(a, a.startFlow(ui.StartFlow{Title: "work", Flow: flows.Flow{ID: "pkce"}, Profile: profile}))
	press(a, "L", "w")
	if s.from != profile || len(s.kept) != 1 {
		t.Errorf("kept %q from %+v", s.kept, s.from)
	}
}
