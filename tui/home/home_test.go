package home

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestMain(m *testing.M) {
	lipgloss.SetColorProfile(termenv.Ascii)
	os.Exit(m.Run())
}

var noon = time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)

func testScreen(t *testing.T) *Screen {
	t.Helper()
	s := New(&ui.Common{Context: t.Context(), Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: func() time.Time { return noon }})
	s.form.discover.ask = func(context.Context, flows.Config) (*flows.Metadata, error) {
		return nil, errors.New("no network in tests")
	}
	s.SetSize(80, 20)
	return s
}

// keys presses keys, and returns what the last one gave.
func keys(s *Screen, names ...string) tea.Msg {
	var cmd tea.Cmd
	for _, k := range names {
		cmd = s.Update(ui.KeyPress(k))
	}
	if cmd == nil {
		return nil
	}
	return cmd()
}

func types(s *Screen, text string) {
	for _, r := range text {
		s.Update(ui.KeyPress(string(r)))
	}
}

func paste(s *Screen, text string) tea.Msg {
	cmd := s.Update(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
	if cmd == nil {
		return nil
	}
	return cmd()
}

// google is what Google announces, as far as the form looks.
func google() *flows.Metadata {
	return &flows.Metadata{Issuer: "https://accounts.google.com", AuthorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
		TokenEndpoint: "https://oauth2.googleapis.com/token", UserInfoEndpoint: "https://openidconnect.googleapis.com/v1/userinfo",
		JWKSURI: "https://www.googleapis.com/oauth2/v3/certs", RevocationEndpoint: "https://oauth2.googleapis.com/revoke",
		ResponseTypesSupported: []string{"code", "token"}, ScopesSupported: []string{"openid", "email", "profile"},
		TokenEndpointAuthMethods: []string{"client_secret_post", "client_secret_basic"}, IDTokenSigningAlgs: []string{"RS256"},
		CodeChallengeMethods: []string{"plain", "S256"}}
}

func past() []ui.PastRun {
	return []ui.PastRun{
		{Run: 1, Kind: ui.RunLogin, Title: "Practice provider", Flow: "Authorization code + PKCE", At: noon.Add(-3 * time.Minute), Steps: 8, Duration: 412e6, Outcome: ui.OK},
		{Run: 2, Kind: ui.RunLogin, Title: "keycloak.staging.example/realms/app", Flow: "Device code", At: noon.Add(-2 * time.Minute), Steps: 2, Duration: 4100e6, Outcome: ui.Failed, Problem: "invalid_client"},
		{Run: 3, Kind: ui.RunLogin, Title: "Practice provider", Flow: "Device code", At: noon, Steps: 1, Outcome: ui.Under},
	}
}

func TestGoldens(t *testing.T) {
	for name, prepare := range map[string]func(*Screen){
		"empty": func(*Screen) {},
		"runs": func(s *Screen) {
			s.c.Past = past()
			s.session = ui.SessionChanged{Session: &flows.Session{Issuer: "http://127.0.0.1:41207"}}
			keys(s, "G")
		},
		"token": func(s *Screen) { keys(s, "i"); types(s, "eyJhbGciOiJSUzI1NiJ9") },
		"profiles": func(s *Screen) {
			s.c.Profiles = profiles()
			keys(s, "down", "down", "down", "down", "down")
		},
		"profile": func(s *Screen) { p := profiles()[0]; s.Update(ShowForm{Profile: &p}) },
		"form":    func(s *Screen) { s.Update(ShowForm{}) },
		"faults":  func(s *Screen) { s.Update(ShowFaults{}); keys(s, "down", "down") },
		"faults-filter": func(s *Screen) {
			s.Update(ShowFaults{})
			keys(s, "/")
			types(s, "nonce")
		},
		"preset": func(s *Screen) { s.Update(ShowForm{}); types(s, "o") },
		"found": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://accounts.google.com"})
			s.Update(discovered{round: s.form.discover.round, found: google()})
			types(s, "1234.apps.googleusercontent.com")
			keys(s, "tab")
			types(s, "hunter2")
		},
		"flows": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://accounts.google.com"})
			s.Update(discovered{round: s.form.discover.round, found: google()})
			keys(s, "tab", "tab")
		},
		"wrong": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://keycloak.example/realms/{realm}"})
			keys(s, "ctrl+s")
		},
		"options": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://op.example"})
			s.Update(discovered{round: s.form.discover.round, found: strict()})
			for range 9 {
				keys(s, "tab")
			}
			keys(s, "enter", "tab", "tab", "tab")
		},
		"register": func(s *Screen) {
			s.Update(ShowRegister{Issuer: "https://op.example"})
			s.Update(discovered{round: s.client.discover.round, found: &flows.Metadata{RegistrationEndpoint: "https://op.example/register"}})
		},
		"find": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://op.example"})
			s.Update(discovered{round: s.form.discover.round, found: strict()})
			keys(s, "ctrl+f")
			types(s, "acr")
			keys(s, "tab")
		},
		"unreachable": func(s *Screen) {
			s.Update(ShowForm{Issuer: "https://idp.example"})
			s.Update(discovered{round: s.form.discover.round, err: errors.New("idp.example: the name is not known to DNS \x1b[31m")})
		},
	} {
		for _, size := range [][2]int{{60, 17}, {80, 20}, {120, 32}} {
			s := testScreen(t)
			s.SetSize(size[0], size[1])
			prepare(s)
			got := ui.Fit(s.View(), size[0], size[1])
			if strings.ContainsRune(s.View(), '\x1b') {
				t.Errorf("%s: an escape reached the screen", name)
			}
			if err := golden.Check(fmt.Sprintf("%s-%d", name, size[0]), got); err != nil {
				t.Error(err)
			}
		}
	}
}

// Each flow with its fields, in a terminal of 80x24 and in a wide one.
func TestFlowGoldens(t *testing.T) {
	for _, c := range flowChoices() {
		for _, width := range []int{80, 120} {
			s := openForm(t, "https://op.example")
			s.SetSize(width, 20)
			types(s, "app")
			choose(t, s, c.id)
			if len(c.fields) > 0 {
				keys(s, "tab")
			}
			if err := golden.Check(fmt.Sprintf("flow-%s-%d", c.id, width), ui.Fit(s.View(), width, 20)); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestRowsFit(t *testing.T) {
	for _, size := range [][2]int{{60, 17}, {80, 20}, {120, 32}, {200, 56}, {1, 1}, {0, 0}} {
		s := testScreen(t)
		s.c.Past = past()
		s.SetSize(size[0], size[1])
		for _, form := range []bool{false, true} {
			s.inForm = form
			lines := strings.Split(s.View(), "\n")
			if len(lines) > max(size[1], 1) {
				t.Errorf("%v form %v: %d lines", size, form, len(lines))
			}
			for _, l := range lines {
				if size[0] >= 60 && ui.Width(l) > size[0] {
					t.Errorf("%v form %v: %d cells: %q", size, form, ui.Width(l), l)
				}
			}
		}
	}
}

func TestStarts(t *testing.T) {
	s := testScreen(t)
	if got := keys(s, "enter"); got != (ui.StartPractice{Flow: "pkce"}) {
		t.Errorf("enter: %v", got)
	}
	if got := keys(s, "c"); got != (ui.StartPractice{Flow: "device"}) {
		t.Errorf("c: %v", got)
	}
	if got := keys(s, "n"); got != (ui.OpenLogin{}) {
		t.Errorf("n: %v", got)
	}
	if got := keys(s, "down", "down", "enter"); got != (ui.OpenLogin{}) {
		t.Errorf("third row: %v", got)
	}
	s.View()
	click := tea.MouseMsg{X: 10, Y: 5, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
	if cmd := s.Update(click); cmd == nil || cmd() != (ui.StartPractice{Flow: "device"}) {
		t.Errorf("a click on the second row must open it; the rows are\n%s", s.View())
	}
}

func TestPastRunsAreOpenedAgain(t *testing.T) {
	s := testScreen(t)
	s.c.Past = past()
	if got := keys(s, "G"); got != nil {
		t.Errorf("moving opens nothing: %v", got)
	}
	if got := keys(s, "enter"); got != (ui.OpenRun{Run: 1}) {
		t.Errorf("the oldest run must open: %+v", got)
	}
	if got := keys(s, "k", "k", "enter"); got != (ui.OpenRun{Run: 3}) {
		t.Errorf("the newest run must open: %v", got)
	}
}

func TestPasteIsRecognised(t *testing.T) {
	check := func(issuer string) tea.Msg { return ui.OpenDoctor{Config: doctor.Config{Issuer: issuer}} }
	const discovery, keySet = `{"issuer":"https://op.example","jwks_uri":"https://op.example/keys"}`, `{"keys":[]}`
	for text, want := range map[string]tea.Msg{
		"/home/me/run.json":                                            ui.OpenFile{Path: "/home/me/run.json"},
		"'/home/me/a login.har' ":                                      ui.OpenFile{Path: "/home/me/a login.har"},
		`/home/me/a\ login.har`:                                        ui.OpenFile{Path: "/home/me/a login.har"},
		"file:///tmp/a%20login.har":                                    ui.OpenFile{Path: "/tmp/a login.har"},
		`C:\Users\me\run.jsonl`:                                        ui.OpenFile{Path: `C:\Users\me\run.jsonl`},
		"eyJhbGciOiJub25lIn0.e30.":                                     ui.OpenToken{Raw: "eyJhbGciOiJub25lIn0.e30."},
		"  Bearer eyJhbGciOiJub25lIn0.e30. ":                           ui.OpenToken{Raw: "Bearer eyJhbGciOiJub25lIn0.e30."},
		`{"payload":"e30","signatures":[]}`:                            ui.OpenToken{Raw: `{"payload":"e30","signatures":[]}`},
		"ya29.a0AfH6SMBxxxxxxxxxxxxxxx":                                ui.OpenToken{Raw: "ya29.a0AfH6SMBxxxxxxxxxxxxxxx"},
		"https://op.example/.well-known/openid-configuration":          check("https://op.example"),
		"https://op.example/x/.well-known/oauth-authorization-server":  check("https://op.example/x"),
		"https://op.example/realms/app":                                check("https://op.example/realms/app"),
		"http://127.0.0.1:1/callback?code=a&state=b":                   ui.PasteAddress{URL: "http://127.0.0.1:1/callback?code=a&state=b"},
		"http://127.0.0.1:1/callback?error=access_denied&state=b":      ui.PasteAddress{URL: "http://127.0.0.1:1/callback?error=access_denied&state=b"},
		"https://app.example/cb#id_token=eyJhbGciOiJub25lIn0.e30.&x=1": ui.OpenToken{Raw: "https://app.example/cb#id_token=eyJhbGciOiJub25lIn0.e30.&x=1"},
		" " + discovery + "\n":                                         ui.OpenDoctor{Config: doctor.Config{Document: []byte(discovery)}},
		keySet:                                                         ui.OpenDoctor{Config: doctor.Config{KeySet: []byte(keySet)}},
		`{"issuer":"x","token_endpoint":"y","id_token":"e"}`:           ui.OpenToken{Raw: `{"issuer":"x","token_endpoint":"y","id_token":"e"}`},
		"just some words that someone had in the clipboard before":     nil,
		"short": nil, "": nil,
	} {
		got := paste(testScreen(t), text)
		if _, refused := got.(ui.Notify); want == nil && !refused || want != nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, want %#v", text, got, want)
		}
	}
}

func TestTokenField(t *testing.T) {
	s := testScreen(t)
	keys(s, "i")
	if !s.Typing() {
		t.Fatal("i opens the field")
	}
	types(s, "eyJhbGciOiJub25lIn0.e30.")
	if got := keys(s, "enter"); !reflect.DeepEqual(got, ui.OpenToken{Raw: "eyJhbGciOiJub25lIn0.e30."}) || s.Typing() {
		t.Errorf("enter: %v", got)
	}
	keys(s, "i", "esc")
	if s.Typing() {
		t.Error("esc closes the field")
	}
	keys(s, "i")
	if got := paste(s, "eyJhbGciOiJub25lIn0.e30."); !reflect.DeepEqual(got, ui.OpenToken{Raw: "eyJhbGciOiJub25lIn0.e30."}) {
		t.Errorf("a paste opens at once: %v", got)
	}
}

// Tokens are found in what people paste, and a file that is dropped is opened.
func TestPastedTextWithTokens(t *testing.T) {
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."
	path := filepath.Join(t.TempDir(), "token.jwt")
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		token, "HTTP/1.1 200 OK\n\n{\"id_token\":\"" + token + "\"}", "curl -H 'Authorization: Bearer mF_9B5f-41JqM8xLOxBtZp8' https://api.example",
		"12:00:01 INFO got " + token + " from the provider", "https://app.example/cb#access_token=mF_9B5f-41JqM8&id_token=" + token + "&state=x", path,
	} {
		if got, ok := recognise(text).(ui.OpenToken); !ok || got.Raw != text {
			t.Errorf("%q: %#v", text, recognise(text))
		}
	}
	for _, text := range []string{"words that hold no token at all", "short", ""} {
		if got := recognise(text); got != nil {
			t.Errorf("%q: %#v", text, got)
		}
	}
}
