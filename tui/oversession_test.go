package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
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

// A session that was ended is shown as ended wherever it is shown, also after the program.
func TestEndedSessionIsNotShownAsGood(t *testing.T) {
	for name, c := range map[string]struct {
		revoked      []flows.TokenName
		notice, head string
		summary      string
	}{
		"revoked":     {[]flows.TokenName{flows.RefreshToken, flows.AccessToken}, "its tokens are revoked", "session ended", "revoked (expires in 04:31)"},
		"not offered": {nil, "good until it expires: refresh token, access token", "expires in 04:31", "verified, expires in 04:31"},
	} {
		t.Run(name, func(t *testing.T) {
			a, _, _ := testApp(t)
			a.options.NoBrowser = true
			loginTo(t, a, "https://one.example", "", nil)
			one, end := a.runs.Session(), noon.Add(271*time.Second)
			one.Reports = map[flows.TokenName]*inspect.Report{flows.AccessToken: {Signature: inspect.Verdict{Status: inspect.Verified}, Time: inspect.Times{ExpiresAt: &end}}}
			a.engineFor(t, func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error) {
				left := *one
				left.Revoked = c.revoked
				return &left, nil
			})
			if _, err := a.runs.Use(one, "one.example", nil); err != nil {
				t.Fatal(err)
			}
			does(a, sessionCommands(a, one)[2].do())
			press(a, "y")
			if !strings.Contains(a.notice.Text, "the session is ended") || !strings.Contains(a.notice.Text, c.notice) {
				t.Errorf("notice %q, want %q", a.notice.Text, c.notice)
			}
			if head := a.head(); !strings.Contains(head, c.head) {
				t.Errorf("the frame says %q, want %q", head, c.head)
			}
			if lines := strings.Join(a.summary().Lines, "\n"); !strings.Contains(lines, c.summary) {
				t.Errorf("the summary says %q, want %q", lines, c.summary)
			}
			if disabled := sessionCommands(a, a.runs.Session())[2].disabled; (disabled != "") != (c.revoked != nil) {
				t.Errorf("ending it again: disabled %q", disabled)
			}
		})
	}
}
