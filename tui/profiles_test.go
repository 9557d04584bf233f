package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestProfileBecomesALogin(t *testing.T) {
	a, first, _ := testApp(t)
	a.options.Profiles.Resolve = func(_ context.Context, p config.Profile, _ map[string]string) (Resolved, error) {
		if p.Name == "broken" {
			return Resolved{}, errors.New("no such secret")
		}
		return Resolved{Flow: "pkce", Config: flows.Config{Issuer: p.Issuer, RedirectURI: p.RedirectURI}}, nil
	}
	a.options.Transport.CAFile = "corp.pem"
	does(a, ui.Send(ui.StartProfile{Profile: config.Profile{Name: "broken"}}))
	if a.runs.Running() != nil || !strings.Contains(a.notice.Text, `profile "broken": no such secret`) {
		t.Errorf("notice %q", a.notice.Text)
	}
	p := config.Profile{Name: "work", Issuer: "https://idp.example", ClientSecret: "bare", RedirectURI: "https://app.example/cb"}
	does(a, ui.Send(ui.StartProfile{Profile: p, Step: true}))
	var began *ui.RunBegan
	for _, m := range first.got {
		if b, ok := m.(ui.RunBegan); ok {
			began = &b
		}
	}
	if began == nil || began.Title != "work" || !began.Config.Paste || began.Mode != ui.GateStep || began.Config.Transport.CAFile != "corp.pem" {
		t.Fatalf("want a login named after the profile, with the address pasted back, got %+v", began)
	}
	if !strings.Contains(a.notice.Text, "bare client secret") {
		t.Errorf("notice %q", a.notice.Text)
	}
}

// What no profile holds comes from the form, and is resolved with it.
func TestGrantOfAProfilesLogin(t *testing.T) {
	a, first, _ := testApp(t)
	a.options.Profiles.Resolve = func(_ context.Context, p config.Profile, once map[string]string) (Resolved, error) {
		if once["password"] != "env:PW" {
			return Resolved{}, errors.New("no password")
		}
		return Resolved{Flow: p.Flow, Config: flows.Config{Issuer: p.Issuer, Grant: flows.GrantInput{Username: once["username"], Password: secret.New("p@ss")}}, NoBrowser: true}, nil
	}
	wanted := ui.StartProfile{Profile: config.Profile{Flow: "password", Issuer: "https://idp.example"}, Once: map[string]string{"username": "alice"}}
	does(a, ui.Send(wanted))
	if a.runs.Running() != nil || a.notice.Text != "no password" {
		t.Fatalf("notice %q", a.notice.Text)
	}
	wanted.Once["password"] = "env:PW"
	does(a, ui.Send(wanted))
	var began *ui.RunBegan
	for _, m := range first.got {
		if b, ok := m.(ui.RunBegan); ok {
			began = &b
		}
	}
	if began == nil || began.Config.Grant.Username != "alice" || began.Config.Grant.Password.Reveal() != "p@ss" || began.Flow.ID != "password" || !a.noBrowser {
		t.Fatalf("want a login with the password and without a browser, got %+v", began)
	}
}

func TestProfileIsSaved(t *testing.T) {
	a, first, _ := testApp(t)
	list := []config.Profile{{Name: "new"}}
	fails := errors.New("read-only")
	a.options.Profiles.Save = func(config.Profile) ([]config.Profile, error) { return list, fails }
	does(a, ui.Send(ui.SaveProfile{Profile: list[0]}))
	if a.c.Profiles != nil || !strings.Contains(a.notice.Text, "read-only") {
		t.Errorf("notice %q", a.notice.Text)
	}
	fails = nil
	does(a, ui.Send(ui.SaveProfile{Profile: list[0]}))
	if first.last() != (ui.ProfilesChanged{Saved: "new"}) || len(a.c.Profiles) != 1 || !strings.Contains(a.notice.Text, "login new") {
		t.Errorf("told %v, notice %q", first.last(), a.notice.Text)
	}
}

func TestWithoutProfiles(t *testing.T) {
	a, _, _ := testApp(t)
	for _, m := range []any{ui.StartProfile{}, ui.SaveProfile{}} {
		does(a, ui.Send(m))
		if a.notice.Text != errNoProfiles.Error() {
			t.Errorf("%T: notice %q", m, a.notice.Text)
		}
	}
}

// TestEachFaultHasItsProvider: what a run showed it shows again, whatever was tried in between.
func TestEachFaultHasItsProvider(t *testing.T) {
	a, _, _ := testApp(t)
	t.Cleanup(a.close)
	for _, fault := range []string{"", "id-expired", "id-nonce", "id-expired", ""} {
		does(a, ui.Send(ui.StartPractice{Flow: "pkce", Fault: fault}))
		for deadline := time.Now().Add(5 * time.Second); a.outside.practice[fault] == nil && time.Now().Before(deadline); {
			does(a, nil)
		}
		p := a.outside.practice[fault]
		if p == nil || (p.Fault() == nil) != (fault == "") || p.Fault() != nil && p.Fault().Name != fault {
			t.Fatalf("fault %q: provider %v", fault, p)
		}
		if r := a.runs.Running(); r == nil || r.Config.Issuer != p.Issuer() || fault != "" && r.Title != "Fault "+fault {
			t.Errorf("fault %q: run %+v", fault, r)
		}
	}
	if len(a.outside.practice) != 3 {
		t.Errorf("three providers wanted, got %d", len(a.outside.practice))
	}
	does(a, ui.Send(ui.StartPractice{Flow: "pkce", Fault: "zebra"}))
	if !strings.Contains(a.notice.Text, "zebra") {
		t.Errorf("notice %q", a.notice.Text)
	}
}
