package tui

import (
	"os"
	"path/filepath"
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

func TestCallAsksForTheRequest(t *testing.T) {
	a, first, _ := testApp(t)
	session := &flows.Session{Issuer: "https://op.example", Tokens: flows.Tokens{Access: secret.New("at-1")}}
	does(a, sessionCommands(a, session)[0].do())
	if _, open := a.overlay.(*asking); !open || !strings.Contains(a.View(), "Call a URL") {
		t.Fatalf("no question for the address:\n%s", a.View())
	}
	typed := func(text string) {
		for _, r := range text {
			press(a, string(r))
		}
	}
	typed("http")
	press(a, "up", "enter")
	if a.overlay == nil || !strings.Contains(a.View(), "an address is needed") || a.runs.Running() != nil {
		t.Fatalf("what is no address must not be called:\n%s", a.View())
	}
	typed("://127.0.0.1:1/")
	press(a, "tab", "right", "right", "right", "tab")
	typed("Authorization: Basic x")
	press(a, "tab")
	if !strings.Contains(a.View(), "carries the session's token") {
		t.Errorf("another Authorization is taken:\n%s", a.View())
	}
	press(a, "shift+tab", "ctrl+u")
	typed("Accept: text/csv")
	press(a, "tab", "tab") // past a further header, which appeared
	typed("@" + filepath.Join(t.TempDir(), "none"))
	press(a, "enter", "enter")
	if a.overlay != nil || !strings.Contains(a.notice.Text, "no such file") {
		t.Fatalf("a file that can't be read is said, got %q:\n%s", a.notice.Text, a.View())
	}
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	ready, ok := a.call(callURL{session, flows.CallInput{URL: "http://127.0.0.1:1/", Method: "PUT"}, body})().(callURL)
	if !ok || string(ready.in.Body) != "{}" || ready.path != "" {
		t.Fatalf("the body is read: %+v", ready)
	}
	does(a, ui.Send(ready))
	var began *ui.RunBegan
	for _, m := range first.got {
		if b, ok := m.(ui.RunBegan); ok {
			began = &b
		}
	}
	if began == nil || began.Flow.ID != "call" || began.Title != "op.example" || !strings.HasPrefix(began.Flow.Steps[0].Arrow, "PUT") {
		t.Errorf("want a run that calls, got %v", began != nil)
	}
	does(a, sessionCommands(a, session)[0].do())
	if press(a, "esc"); a.overlay != nil {
		t.Fatal("esc leaves")
	}
}

func TestLogoutAsksWhereToComeBack(t *testing.T) {
	a, first, _ := testApp(t)
	session := &flows.Session{Issuer: "https://op.example", Metadata: &flows.Metadata{EndSessionEndpoint: "https://op.example/end"}}
	does(a, sessionCommands(a, session)[1].do())
	for _, r := range "http://127.0.0.1:1/bye" {
		press(a, string(r))
	}
	press(a, "enter", "enter")
	var began *ui.RunBegan
	for _, m := range first.got {
		if b, ok := m.(ui.RunBegan); ok {
			began = &b
		}
	}
	if began == nil || began.Flow.ID != "logout" || began.Config.PostLogoutRedirectURI != "http://127.0.0.1:1/bye" || session.Config.PostLogoutRedirectURI != "" {
		t.Errorf("%+v", began)
	}
}
