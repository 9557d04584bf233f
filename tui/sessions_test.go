package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// shelf is where a test's sessions are kept.
type shelf struct {
	list []keep.Summary
	kept []string // what Keep was called with: name and access token
	from *config.Profile
	err  error
}

func (s *shelf) sessions() Sessions {
	return Sessions{
		List: func(context.Context) ([]keep.Summary, error) { return slices.Clone(s.list), s.err },
		Open: func(_ context.Context, name string) (*flows.Session, error) {
			return aSession("https://kept.example", name), s.err
		},
		Forget: func(_ context.Context, name string) error {
			s.list = slices.DeleteFunc(s.list, func(k keep.Summary) bool { return k.Name == name })
			return s.err
		},
		Keep: func(_ context.Context, name string, session *flows.Session, from *config.Profile) (string, error) {
			s.from = from
			if name == "" {
				name = "new"
			}
			s.kept = append(s.kept, name+" "+session.Tokens.Access.Reveal())
			if s.err == nil && !slices.ContainsFunc(s.list, func(k keep.Summary) bool { return k.Name == name }) {
				s.list = append(s.list, keep.Summary{Name: name, Issuer: session.Config.Issuer, ClientID: "cli"})
			}
			return name, s.err
		},
	}
}

func aSession(issuer, access string) *flows.Session {
	return &flows.Session{Config: flows.Config{Issuer: issuer, ClientID: "cli"}, At: noon,
		Tokens: flows.Tokens{Access: secret.New(access), Refresh: secret.New("r"), ExpiresAt: noon.Add(271 * time.Second)}}
}

// loginTo ends a login at once.
func loginTo(t *testing.T, a *app, issuer, keepAs string, err error) {
	t.Helper()
	a.engineFor(t, func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error) {
		return aSession(issuer, "of "+issuer), err
	})
	does(a, a.startFlow(ui.StartFlow{Title: ui.ProviderName(issuer), Flow: flows.Flow{ID: "pkce"}, KeepAs: keepAs}))
}

func TestSessionsSideBySide(t *testing.T) {
	a, _, token := testApp(t)
	loginTo(t, a, "https://one.example", "", nil)
	loginTo(t, a, "https://two.example", "", nil)
	press(a, "L")
	for _, want := range []string{"Sessions", "one.example", "two.example", "04:31", "in memory only, refreshable"} {
		if !strings.Contains(a.View(), want) {
			t.Errorf("the list lacks %q:\n%s", want, a.View())
		}
	}
	press(a, "up", "enter")
	changed, ok := lastSession(token)
	if !ok || changed.Kind != ui.RunSwitch || changed.Session.Config.Issuer != "https://one.example" || a.runs.Session() != changed.Session {
		t.Fatalf("want the first session to be the current one, got %+v", changed)
	}
	if a.front != 1 || a.overlay != nil {
		t.Error("its tokens are what a person wants to see now")
	}
	// A refresh is that of the session that is current now.
	a.runs.Use(changed.Session, "one.example", nil)
	fresh := aSession("https://one.example", "fresh")
	a.tell(ui.SessionChanged{Kind: ui.RunRefresh, Session: fresh})
	if len(a.sessions.open) != 2 || a.sessions.open[0].session != fresh {
		t.Errorf("%+v", a.sessions.open)
	}
	// The same login again takes its place.
	loginTo(t, a, "https://two.example", "", nil)
	if len(a.sessions.open) != 2 {
		t.Errorf("%d sessions", len(a.sessions.open))
	}
	press(a, "L", "x")
	if !strings.Contains(a.notice.Text, "current session") {
		t.Errorf("notice %q", a.notice.Text)
	}
	press(a, "up", "x", "esc")
	if len(a.sessions.open) != 1 || a.overlay != nil {
		t.Errorf("%d sessions", len(a.sessions.open))
	}
}

func lastSession(s *fakeScreen) (found ui.SessionChanged, ok bool) {
	for _, m := range s.got {
		if c, is := m.(ui.SessionChanged); is {
			found, ok = c, true
		}
	}
	return found, ok
}

func TestSwitchingWaitsForTheRun(t *testing.T) {
	a, _, _ := testApp(t)
	loginTo(t, a, "https://one.example", "", nil)
	before := a.runs.Session()
	a.engineFor(t, func(ctx context.Context, _ flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	does(a, a.startFlow(ui.StartFlow{Flow: flows.Flow{ID: "pkce"}}))
	press(a, "L", "enter")
	if a.runs.Session() == before || !strings.Contains(a.notice.Text, "under way") {
		t.Errorf("notice %q", a.notice.Text)
	}
}

func TestKeptSessions(t *testing.T) {
	a, _, token := testApp(t)
	s := &shelf{list: []keep.Summary{{Name: "work", Issuer: "https://kept.example", ClientID: "cli", ExpiresAt: noon.Add(-time.Hour), Refresh: true}}}
	a.options.Sessions = s.sessions()
	press(a, "L")
	for _, want := range []string{"work", "kept.example · client cli", "expired 1:00:00 ago", "kept, not open, refreshable"} {
		if !strings.Contains(a.View(), want) {
			t.Errorf("the list lacks %q:\n%s", want, a.View())
		}
	}
	var checked flows.Flow
	a.engineFor(t, func(_ context.Context, f flows.Flow, _ flows.Config, _ func(flows.Event)) (*flows.Session, error) {
		checked = f
		return nil, errors.New("unreachable")
	})
	press(a, "enter")
	if changed, _ := lastSession(token); changed.Session == nil || changed.Session.Tokens.Access.Reveal() != "work" || checked.ID != "check" {
		t.Errorf("opened %+v, then ran %q", changed.Session, checked.ID)
	}
	press(a, "L")
	if !strings.Contains(a.View(), "kept as work") || strings.Contains(a.View(), "not open") {
		t.Errorf("it is open now:\n%s", a.View())
	}
	press(a, "x")
	if len(s.list) != 1 || !strings.Contains(a.View(), "Forget the kept session work?") {
		t.Fatalf("it must ask first:\n%s", a.View())
	}
	press(a, "y")
	if len(s.list) != 0 || a.sessions.open[0].kept != "" || !strings.Contains(a.notice.Text, "stay good") {
		t.Errorf("%v, notice %q", s.list, a.notice.Text)
	}
	press(a, "L", "w")
	if !slices.Equal(s.kept, []string{"new work"}) || a.sessions.open[0].kept != "new" {
		t.Errorf("kept %q", s.kept)
	}
	s.err = errors.New("no system keyring: \x1b[2Jthere is no bus")
	press(a, "esc", "L")
	if !strings.Contains(a.View(), "there is no bus") || strings.Contains(a.View(), "\x1b[2J") {
		t.Errorf("why there is none:\n%s", a.View())
	}
}

// What was asked to be kept is kept after the login, and again after each change: the old refresh token may be used up.
func TestLoginIsKept(t *testing.T) {
	a, _, _ := testApp(t)
	s := &shelf{}
	a.options.Sessions = s.sessions()
	loginTo(t, a, "https://bad.example", "bad", errors.New("the nonce is another"))
	loginTo(t, a, "https://one.example", "work", nil)
	does(a, a.tell(ui.RunEnded{}, ui.SessionChanged{Kind: ui.RunUserInfo, Session: aSession("https://one.example", "same")}))
	does(a, a.tell(ui.RunEnded{}, ui.SessionChanged{Kind: ui.RunRefresh, Session: aSession("https://one.example", "two")}))
	does(a, a.tell(ui.RunEnded{Err: errors.New("another person")}, ui.SessionChanged{Kind: ui.RunRefresh, Session: aSession("https://one.example", "three")}))
	if want := []string{"work of https://one.example", "work two"}; !slices.Equal(s.kept, want) {
		t.Errorf("kept %q, want %q", s.kept, want)
	}
	if !strings.Contains(a.notice.Text, "up to date") {
		t.Errorf("notice %q", a.notice.Text)
	}
	s.err = errors.New("the keyring is locked")
	loginTo(t, a, "https://two.example", "other", nil)
	if last := a.sessions.current; last.kept != "" || !strings.Contains(a.notice.Text, "locked") {
		t.Errorf("what could not be kept is called kept: %q, notice %q", last.kept, a.notice.Text)
	}
}
