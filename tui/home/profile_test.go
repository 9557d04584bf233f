package home

import (
	"reflect"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func profiles() []config.Profile {
	return []config.Profile{
		{Name: "work", Issuer: "https://idp.example", ClientID: "cli", ClientSecret: "env:WORK", Flow: "device", Scopes: []string{"openid", "email"},
			Params: map[string]string{"prompt": "login"}, CAFile: "ca.pem"},
		{Name: "home", Issuer: "https://home.example/realms/x"},
	}
}

// selectProfile puts the cursor on the first profile, below the ways to start.
func selectProfile(t *testing.T) *Screen {
	t.Helper()
	s := testScreen(t)
	s.c.Profiles = profiles()
	for s.selected().profile == nil {
		before := s.cursor
		if keys(s, "down"); s.cursor == before {
			t.Fatalf("no profile in the list:\n%s", s.View())
		}
	}
	return s
}

func TestProfileIsStarted(t *testing.T) {
	s := selectProfile(t)
	if got, ok := keys(s, "enter").(ui.StartProfile); !ok || !reflect.DeepEqual(got.Profile, profiles()[0]) {
		t.Errorf("got %+v", got)
	}
}

func TestProfileIsChanged(t *testing.T) {
	s := selectProfile(t)
	open, ok := keys(s, "E").(ui.OpenLogin)
	if !ok || open.Profile == nil || open.Profile.Name != "work" {
		t.Fatalf("got %+v", open)
	}
	s.Update(ShowForm{Profile: open.Profile})
	if !strings.Contains(s.View(), "env:WORK") {
		t.Errorf("a reference to a secret is no secret:\n%s", s.View())
	}
	types(s, "2")
	got, ok := keys(s, "ctrl+p").(ui.SaveProfile)
	want := profiles()[0]
	want.ClientID = "cli2"
	if !ok || !reflect.DeepEqual(got.Profile, want) || got.Note != "" {
		t.Errorf("what the form does not show must stay: %+v, want %+v", got, want)
	}
	start, ok := keys(s, "ctrl+s").(ui.StartProfile)
	if !ok || !start.Step || start.Profile.ClientID != "cli2" || start.Profile.CAFile != "ca.pem" {
		t.Errorf("a login from the form is that of the profile: %+v", start)
	}
	keys(s, "esc")
	s.Update(ShowForm{})
	if s.form.base != nil || s.form.Raw("client-id") != "" {
		t.Error("a new login begins with the profile's fields")
	}
}

func TestNewLoginIsKept(t *testing.T) {
	s := openForm(t, "https://op.example")
	s.c.Profiles = profiles()
	types(s, "app")
	keys(s, "tab")
	types(s, "hunter2")
	if keys(s, "ctrl+p"); s.form.Focus() != "profile" || !strings.Contains(s.View(), "want a name for the profile") {
		t.Fatalf("without a name nothing is kept:\n%s", s.View())
	}
	for _, name := range []string{"home", "a b"} {
		types(s, name)
		if got := keys(s, "ctrl+p"); got != nil && s.form.Problems["profile"] == "" {
			t.Errorf("%q: %v", name, got)
		}
		s.form.Set("profile", "")
	}
	types(s, "new")
	got, ok := keys(s, "ctrl+p").(ui.SaveProfile)
	if !ok || !reflect.DeepEqual(got.Profile.Settings(), config.Profile{Issuer: "https://op.example", ClientID: "app"}.Settings()) || got.Profile.Name != "new" {
		t.Fatalf("a secret that was typed is never written: %+v", got)
	}
	if !strings.Contains(got.Note, "without the secret") || strings.Contains(got.Note, "hunter2") {
		t.Errorf("note %q", got.Note)
	}
	s.c.Profiles = append(s.c.Profiles, got.Profile)
	s.Update(ui.ProfilesChanged{Saved: "new"})
	if _, again := keys(s, "ctrl+p").(ui.SaveProfile); !again {
		t.Errorf("what was kept can be kept again:\n%s", s.View())
	}
}

func TestReferenceIsFollowed(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	keys(s, "tab")
	types(s, "cmd:pass show op")
	if got, ok := keys(s, "ctrl+s").(ui.StartProfile); !ok || got.Profile.ClientSecret != "cmd:pass show op" {
		t.Errorf("a reference in the secret's field is followed, not sent: %+v", got)
	}
}
