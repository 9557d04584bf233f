package home

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func openForm(t *testing.T, issuer string) *Screen {
	t.Helper()
	s := testScreen(t)
	s.Update(ShowForm{Issuer: issuer})
	return s
}

func TestFormGivesALogin(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	keys(s, "tab")
	types(s, "p+ss")
	keys(s, "tab", "tab")
	types(s, "openid  offline_access")
	keys(s, "tab")
	types(s, "http://localhost:8085/callback")
	keys(s, "enter", "enter")
	if s.form.Focus() != form.ButtonRow {
		t.Fatalf("focus is on %s", s.form.Focus())
	}
	start, ok := keys(s, "enter").(ui.StartProfile)
	if !ok {
		t.Fatalf("the login did not start:\n%s", s.View())
	}
	want := config.Profile{Issuer: "https://op.example", ClientID: "app", Scopes: []string{"openid", "offline_access"}, RedirectURI: "http://localhost:8085/callback"}
	if start.Step || !reflect.DeepEqual(start.Profile, want) || !reflect.DeepEqual(start.Once, map[string]string{"client-secret": "p+ss"}) {
		t.Errorf("%+v", start)
	}
	if strings.Contains(s.View(), "p+ss") {
		t.Error("the secret is on the screen")
	}
}

func TestFormSaysWhatIsMissing(t *testing.T) {
	s := openForm(t, "")
	if got := keys(s, "ctrl+s"); got != nil {
		if _, started := got.(ui.StartProfile); started {
			t.Fatal("an empty form must not start")
		}
	}
	for _, want := range []string{"the provider's address is needed", "the client id is needed"} {
		if !strings.Contains(s.View(), want) {
			t.Errorf("lacks %q:\n%s", want, s.View())
		}
	}
	if s.form.Focus() != "issuer" {
		t.Error("the focus goes to the first field that is wrong")
	}
	types(s, "https://op.example?x=1")
	keys(s, "tab")
	types(s, "app")
	keys(s, "ctrl+s")
	if !strings.Contains(s.View(), "an issuer has no ?") || s.form.Raw("client-id") != "app" {
		t.Errorf("nothing that was typed may be lost:\n%s", s.View())
	}
	keys(s, "esc")
	s.Update(ShowForm{})
	if s.form.Raw("client-id") != "app" {
		t.Error("leaving the form loses what was typed")
	}
}

func TestIssuerProblems(t *testing.T) {
	for in, want := range map[string]string{
		"https://op.example": "", "https://op.example/realms/x/": "", "http://127.0.0.1:4000": "", "http://localhost": "",
		"op.example": "begins with https://", "ftp://x": "begins with https://", "https://": "begins with https://", "https://x/{realm}": "{realm}",
		"https://u:p@x": "user name", "https://x#y": "no ?", "https://x\x00": "begins with https://",
	} {
		if got := issuerProblem(in); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, away := range map[string]bool{"": false, "http://127.0.0.1:1/cb": false, "http://[::1]/cb": false, "http://localhost/cb": false,
		"https://app.example/cb": true, "https://127.0.0.1/cb": true, "com.example.app:/cb": true, "http://192.0.2.1/cb": true} {
		if Elsewhere(in) != away || RedirectProblem(in) != "" {
			t.Errorf("%q: elsewhere %v, problem %q", in, Elsewhere(in), RedirectProblem(in))
		}
	}
	for _, in := range []string{"/callback", "http://x/cb#f", "localhost:8080"} {
		if RedirectProblem(in) == "" && in != "localhost:8080" {
			t.Errorf("%q must be refused", in)
		}
	}
}

func TestPresetCompletes(t *testing.T) {
	s := openForm(t, "")
	types(s, "keyc")
	keys(s, "tab")
	if got := s.form.Raw("issuer"); got != "https://{host}/realms/{realm}" {
		t.Fatalf("completed to %q", got)
	}
	types(s, "idp.example")
	keys(s, "tab")
	types(s, "app")
	if got := s.form.Raw("issuer"); got != "https://idp.example/realms/app" {
		t.Errorf("placeholders were not replaced: %q", got)
	}
	keys(s, "tab")
	if s.form.Focus() != "client-id" {
		t.Error("without placeholders tab goes on")
	}
	s = openForm(t, "")
	types(s, "okta")
	if keys(s, "down"); s.form.presets[s.form.preset].ID != "okta-org" {
		t.Error("down chooses the next preset")
	}
}

func TestPresetOf(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://accounts.google.com": "google", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": "entra",
		"https://idp.example/realms/app": "keycloak", "https://contoso.eu.auth0.com/": "auth0", "https://dev-1.okta.com/oauth2/default": "okta",
		"https://dev-1.okta.com": "okta-org", "https://a.example/application/o/grafana/": "authentik", "https://op.example": "", "http://127.0.0.1:1": "",
		"https://op.example/dex": "", "https://op.example/some/oidc": "",
	} {
		got := ""
		if p := presetOf(issuer); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("%s: %q, want %q", issuer, got, want)
		}
	}
	for _, p := range preset.All() {
		for _, offered := range complete(p.ID) {
			if offered.Pattern() != "" && issuerProblem(strings.NewReplacer("{", "", "}", "").Replace(offered.Pattern())) != "" || offered.Register == "" {
				t.Errorf("preset %+v", offered)
			}
		}
		if offers := p.Use == preset.Login && (p.Pattern() != "" || len(p.Endpoints) > 0); offers != (len(complete(p.ID)) > 0) {
			t.Errorf("%s: offered where people log in, and only there", p.ID)
		}
	}
}

func TestFlowThatTheProviderCannotDoIsDisabled(t *testing.T) {
	s := openForm(t, "https://accounts.google.com")
	keys(s, "tab", "tab", "right")
	if s.form.flow() != "device" {
		t.Fatal("right chooses the device flow")
	}
	s.Update(discovered{round: s.form.discover.round, found: google()})
	if s.form.flow() != "pkce" {
		t.Error("a flow that the provider can't do does not stay chosen")
	}
	keys(s, "right")
	if s.form.flow() != "client-credentials" || !strings.Contains(s.View(), "device_authorization_endpoint") {
		t.Errorf("device code must be passed over, and disabled with the reason:\n%s", s.View())
	}
	keys(s, "left")
	if s.form.flow() != "pkce" {
		t.Errorf("device code must be passed over on the way back: %s", s.form.flow())
	}
	only := &flows.Metadata{TokenEndpoint: "t", DeviceAuthorizationEndpoint: "d", GrantTypesSupported: []string{"urn:ietf:params:oauth:grant-type:device_code"}}
	s.Update(discovered{round: s.form.discover.round, found: only})
	if s.form.flow() != "device" {
		t.Error("the only flow that is possible is chosen")
	}
}

func TestRedirectElsewhereIsSaid(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	keys(s, "tab", "tab", "tab", "tab")
	types(s, "https://app.example/cb")
	start, ok := keys(s, "ctrl+s").(ui.StartProfile)
	if !ok || !start.Step || !PastesBack("pkce", start.Profile.RedirectURI) || !strings.Contains(s.View(), "you paste the address") {
		t.Errorf("%+v\n%s", start, s.View())
	}
}

// Discovery waits for a pause in the typing, asks once, and drops what came for an older text.
func TestDiscoveryWhileTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testScreen(t)
		var asked []string
		s.form.discover.ask = func(ctx context.Context, cfg flows.Config) (*flows.Metadata, error) {
			asked = append(asked, cfg.Issuer)
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("the question must have a bound")
			}
			return &flows.Metadata{Issuer: cfg.Issuer}, ctx.Err()
		}
		s.Update(ShowForm{})
		paste(s, "https://op.example/")
		first := s.form.discover.round
		if s.form.discover.state != waiting {
			t.Fatalf("state %v", s.form.discover.state)
		}
		types(s, "x")
		if cmd := s.Update(settled{round: first}); cmd != nil || len(asked) != 0 {
			t.Error("what is typed over is not asked for")
		}
		cmd := s.Update(settled{round: s.form.discover.round})
		types(s, "y") // cancels the question that is under way
		answer := cmd().(discovered)
		if !errors.Is(answer.err, context.Canceled) {
			t.Errorf("an older question must be cancelled, got %v", answer.err)
		}
		s.Update(answer)
		if s.form.discover.found != nil || s.form.discover.err != nil || s.form.discover.state != waiting {
			t.Error("a stale answer was taken")
		}
		s.Update(s.Update(settled{round: s.form.discover.round})())
		if s.form.discover.state != answered || !reflect.DeepEqual(asked, []string{"https://op.example/x", "https://op.example/xy"}) {
			t.Errorf("state %v, asked %q", s.form.discover.state, asked)
		}
	})
}

func TestDiscoveryAddressBecomesTheIssuer(t *testing.T) {
	s := openForm(t, "")
	paste(s, "https://op.example/realms/x/.well-known/openid-configuration")
	if got := s.form.Raw("issuer"); got != "https://op.example/realms/x" {
		t.Errorf("%q", got)
	}
}

func TestFormMouse(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	row := func(of string) int {
		for y, line := range strings.Split(s.View(), "\n") {
			if strings.Contains(line, of) {
				return y
			}
		}
		t.Fatalf("%q is not drawn:\n%s", of, s.View())
		return 0
	}
	click := func(x, y int) tea.Cmd {
		return s.Update(tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	}
	click(30, row("Client secret"))
	if s.form.Focus() != "client-secret" {
		t.Error("a click gives the focus")
	}
	click(30, row("Flow"))
	if s.form.Focus() != "flow" || s.form.flow() != "pkce" {
		t.Error("the first click shows the flows")
	}
	click(30, row("Device code"))
	if s.form.flow() != "device" {
		t.Error("a click chooses the flow")
	}
	keys(s, "tab") // the list folds
	s.SetSize(80, 40)
	click(30, row("Protection"))
	click(30, row("DPoP  "))
	if s.form.Raw("dpop") != "true" {
		t.Errorf("a click unfolds a group, and turns a switch:\n%s", s.View())
	}
	y := row("Step by")
	line := strings.Split(s.View(), "\n")[y]
	cmd := click(ui.Width(line[:strings.Index(line, "Step by")]), y)
	if start := find[ui.StartProfile](cmd); start == nil || !start.Step || start.Profile.ClientID != "app" || !start.Profile.DPoP {
		t.Errorf("a click presses the button: %+v", start)
	}
}

// find gives the first message of a type that a command brings.
func find[T any](cmd tea.Cmd) *T {
	if cmd == nil {
		return nil
	}
	switch m := cmd().(type) {
	case T:
		return &m
	case tea.BatchMsg:
		for _, c := range m {
			if found := find[T](c); found != nil {
				return found
			}
		}
	}
	return nil
}

func TestClientAloneNeedsASecret(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "job")
	keys(s, "tab", "tab", "right", "right")
	if s.form.flow() != "client-credentials" {
		t.Fatalf("flow %s", s.form.flow())
	}
	if _, started := keys(s, "ctrl+s").(ui.StartProfile); started || !strings.Contains(s.View(), "needs a secret") {
		t.Fatalf("started %v:\n%s", started, s.View())
	}
	keys(s, "shift+tab")
	types(s, "p+ss")
	if got, started := keys(s, "ctrl+s").(ui.StartProfile); !started || got.Profile.Flow != "client-credentials" {
		t.Errorf("want client credentials, got %+v:\n%s", got.Profile, s.View())
	}
}

// How the client proves itself is found by the words that the specifications have for it, though its fields are called otherwise.
func TestFindHowTheClientProvesItself(t *testing.T) {
	for word, want := range map[string][]string{"mtls": {"Client proves", "Certificate", "Its key file"}, "authent": {"Client proves"}, "proves itself": {"Client proves"}} {
		s := openForm(t, "")
		keys(s, "ctrl+f")
		types(s, word)
		for _, label := range want {
			if !strings.Contains(s.View(), label) {
				t.Errorf("%q does not find %q:\n%s", word, label, s.View())
			}
		}
	}
}

// Keys that are pressed until the login appears are not typed into the form; when it does not start, the form takes them again.
func TestNothingIsTypedWhileALoginStarts(t *testing.T) {
	for _, start := range []string{"ctrl+s", "enter"} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		keys(s, "tab")
		if start == "enter" {
			s.form.FocusOn(form.ButtonRow)
		}
		if _, ok := keys(s, start).(ui.StartProfile); !ok {
			t.Fatalf("%s did not start the login:\n%s", start, s.View())
		}
		s.form.FocusOn("client-secret")
		types(s, "c")
		if got := s.form.Raw("client-secret"); got != "" || !strings.Contains(s.View(), "starting …") {
			t.Errorf("%s: a key went into a field, %q:\n%s", start, got, s.View())
		}
		if again := keys(s, "ctrl+s"); again != nil {
			t.Errorf("%s: the login starts twice: %v", start, again)
		}
		s.Update(NotStarted{})
		if types(s, "c"); s.form.Raw("client-secret") != "c" || strings.Contains(s.View(), "starting …") {
			t.Errorf("%s: the form stays blocked:\n%s", start, s.View())
		}
	}
}
