package tui

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestSessionCommandsSayWhatTheyLack(t *testing.T) {
	a, _, _ := testApp(t)
	for _, c := range []struct {
		session      *flows.Session
		call, logout string
	}{
		{nil, "log in first", "log in first"},
		{&flows.Session{}, "no access token", "end_session_endpoint"},
		{&flows.Session{Tokens: flows.Tokens{Access: secret.New("at")}, Metadata: &flows.Metadata{EndSessionEndpoint: "https://op.example/end"}}, "", ""},
	} {
		got := sessionCommands(a, c.session)
		for i, want := range []string{c.call, c.logout} {
			if have := got[i].disabled; want == "" && have != "" || !strings.Contains(have, want) {
				t.Errorf("%s: disabled %q, want %q", got[i].title, have, want)
			}
		}
	}
}

func TestLogoutNeedsTheBrowser(t *testing.T) {
	a, _, _ := testApp(t)
	a.options.NoBrowser = true
	got := sessionCommands(a, &flows.Session{Metadata: &flows.Metadata{EndSessionEndpoint: "https://op.example/end"}})
	if !strings.Contains(got[1].disabled, "browser") {
		t.Errorf("disabled %q", got[1].disabled)
	}
}

func TestCallAsksForTheAddress(t *testing.T) {
	a, first, _ := testApp(t)
	session := &flows.Session{Issuer: "https://op.example", Tokens: flows.Tokens{Access: secret.New("at-1")}}
	does(a, sessionCommands(a, session)[0].do())
	if _, open := a.overlay.(*prompt); !open || !strings.Contains(a.View(), "Call a URL") {
		t.Fatalf("no question for the address:\n%s", a.View())
	}
	press(a, "h", "t", "t", "p", "enter")
	if a.overlay == nil || !strings.Contains(a.View(), "an address is needed") || a.runs.Running() != nil {
		t.Fatalf("what is no address must not be called:\n%s", a.View())
	}
	press(a, "esc")
	if a.overlay != nil {
		t.Fatal("esc leaves")
	}
	does(a, ui.Send(callURL{session, "http://127.0.0.1:1/"}))
	var began *ui.RunBegan
	for _, m := range first.got {
		if b, ok := m.(ui.RunBegan); ok {
			began = &b
		}
	}
	if began == nil || began.Flow.ID != "call" || began.Title != "op.example" {
		t.Errorf("want a run that calls, got %v", began != nil)
	}
}
