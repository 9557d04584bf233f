package home

import (
	"reflect"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// strict is a provider that wants every request pushed, and announces further options.
func strict() *flows.Metadata {
	return &flows.Metadata{Issuer: "https://op.example", AuthorizationEndpoint: "a", TokenEndpoint: "t", PAREndpoint: "p", RequirePAR: true,
		DPoPSigningAlgs: []string{"ES256"}, TokenEndpointAuthMethods: []string{"none", "private_key_jwt"},
		Raw: []byte(`{"prompt_values_supported":["none","login"],"acr_values_supported":["gold","silver"],"token_endpoint_auth_methods_supported":["none","private_key_jwt"],
			"claims_supported":["sub","email"],"scopes_supported":["openid","email"]}`)}
}

// to moves the focus to a field with the tab key; one that is folded away is looked for, as a person does.
func to(t *testing.T, s *Screen, id string) {
	t.Helper()
	for _, found := range []bool{false, true} {
		if found {
			keys(s, "ctrl+f", "ctrl+u")
			types(s, id)
		}
		for range 60 {
			if s.form.Focus() == id {
				return
			}
			keys(s, "tab")
		}
	}
	t.Fatalf("the focus does not come to %s:\n%s", id, s.View())
}

func loginOf(t *testing.T, s *Screen) ui.StartProfile {
	t.Helper()
	start, ok := keys(s, "ctrl+s").(ui.StartProfile)
	if !ok {
		t.Fatalf("the login did not start:\n%s", s.View())
	}
	s.Update(NotStarted{}) // the form is gone on with
	return start
}

func TestOptionsReachTheLogin(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	for id, text := range map[string]string{"login-hint": "alice@example.com", "resource": "https://api.example/v1 https://b.example", "param": "audience=api text=a%20b",
		"max-age": "5m", "claims": `{"id_token":{"email":null}}`, "acr-values": "gold silver", "ui-locales": "de en", "prompt": "login consent", "authorization-details": `[{"type":"pay"}]`,
		"assertion-audience": "https://op.example/token", "client-key-id": "k1", "client-key-alg": "ES256", "jar-alg": "PS256", "decrypt-key": "enc.json", "ca-file": "ca.pem", "client-key": "key.pem",
		"cert": "tls.pem", "key": "tls.key", "audience": "api", "timeout": "10s", "login-timeout": "1m", "profile": "work"} {
		to(t, s, id)
		types(s, text)
	}
	for _, id := range []string{"par", "jar", "jar-encrypt", "dpop", "keep", "insecure-skip-verify", "no-browser", "paste"} {
		to(t, s, id)
		keys(s, " ")
	}
	to(t, s, "auth-method")
	keys(s, "right") // none
	to(t, s, "response-mode")
	keys(s, "left") // the last
	to(t, s, "pkce")
	keys(s, "right")
	start := loginOf(t, s)
	want := config.Profile{Name: "work", Issuer: "https://op.example", ClientID: "app", AuthMethod: "none", ResponseMode: "form_post.jwt", PAR: true, JAR: true, EncryptJAR: true, JARAlg: "PS256", DPoP: true, Keep: true,
		LoginHint: "alice@example.com", Resources: []string{"https://api.example/v1", "https://b.example"}, Params: map[string]string{"audience": "api", "text": "a b"}, MaxAge: "5m",
		Claims: `{"id_token":{"email":null}}`, ACRValues: []string{"gold", "silver"}, UILocales: []string{"de", "en"}, Prompt: []string{"login", "consent"},
		AuthorizationDetails: `[{"type":"pay"}]`, AssertionAudience: "https://op.example/token", ClientKeyID: "k1", ClientKeyAlg: "ES256", DecryptKey: "enc.json", CAFile: "ca.pem",
		ClientKey: "key.pem", Cert: "tls.pem", Key: "tls.key", Audience: "api", PKCE: "plain"}
	if !reflect.DeepEqual(start.Profile, want) {
		t.Errorf("\ngot  %+v\nwant %+v", start.Profile, want)
	}
	if once := map[string]string{"timeout": "10s", "login-timeout": "1m", "insecure-skip-verify": "true", "no-browser": "true", "paste": "true"}; !reflect.DeepEqual(start.Once, once) {
		t.Errorf("once %v", start.Once)
	}
	saved, ok := keys(s, "ctrl+p").(ui.SaveProfile)
	if !ok || !reflect.DeepEqual(saved.Profile, want) {
		t.Errorf("kept %+v", saved)
	}
}

func TestEndpointsTakeThePlaceOfAnIssuer(t *testing.T) {
	s := openForm(t, "")
	types(s, "github")
	keys(s, "enter")
	if s.form.Focus() != "client-id" || s.form.Raw("issuer") != "" || !strings.HasPrefix(s.form.Raw("token-endpoint"), "https://github.com/") {
		t.Fatalf("what is known of GitHub is not filled in:\n%s", s.View())
	}
	types(s, "app")
	if !strings.Contains(s.View(), "no discovery: the endpoints below") {
		t.Errorf("nothing says that there is no discovery:\n%s", s.View())
	}
	if p := loginOf(t, s).Profile; p.Issuer != "" || p.Endpoints.Authorization == "" || p.Place() != "https://github.com" {
		t.Errorf("%+v", p)
	}
	to(t, s, "token-endpoint")
	keys(s, "ctrl+u")
	types(s, "nowhere")
	if _, started := keys(s, "ctrl+s").(ui.StartProfile); started || !strings.Contains(s.View(), "an endpoint is a whole address") {
		t.Errorf("started with an endpoint that is none:\n%s", s.View())
	}
}

func TestWhatTheProviderWantsIsOnAndFirst(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	s.SetSize(120, 60)
	s.Update(discovered{round: s.form.discover.round, found: strict()})
	to(t, s, "par")
	for _, want := range []string{"required", "Requires       pushed request: turned on", "announced", "on: the provider says require_pushed_authorization_requests"} {
		if !strings.Contains(s.View(), want) {
			t.Errorf("lacks %q:\n%s", want, s.View())
		}
	}
	keys(s, " ", " ", " ", " ")
	if p := loginOf(t, s).Profile; p.PAR {
		t.Errorf("what only the provider requires is not the person's choice: %+v", p)
	}
	if s.form.Value("par") != "true" {
		t.Error("what is required can't be turned off")
	}
	to(t, s, "auth-method")
	if !strings.Contains(s.View(), "as usual: none") {
		t.Errorf("what is usual for this client is not said:\n%s", s.View())
	}
	keys(s, "left")
	if got := s.form.Raw("auth-method"); got != "private_key_jwt" {
		t.Errorf("only what is announced is offered, got %q", got)
	}
	keys(s, "right")
	to(t, s, "acr-values")
	keys(s, "ctrl+n", "ctrl+n")
	if got := s.form.Raw("acr-values"); got != "silver" {
		t.Errorf("what is announced is offered one after the other, got %q", got)
	}
	types(s, " g")
	keys(s, "ctrl+n")
	if got := s.form.Raw("acr-values"); got != "silver gold" {
		t.Errorf("a beginning chooses, got %q", got)
	}
	to(t, s, "claims")
	keys(s, "ctrl+n", "ctrl+n")
	if got := s.form.Raw("claims"); got != `{"id_token":{"email":null}}` {
		t.Errorf("claims %q", got)
	}
}

func TestResponseModeThatIsNeeded(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	m := strict()
	m.ResponseModesSupported = []string{"form_post"}
	s.Update(discovered{round: s.form.discover.round, found: m})
	to(t, s, "response-mode")
	if s.form.Value("response-mode") != "form_post" || !strings.Contains(strings.Join(strings.Fields(s.View()), " "), "names form_post, and not what goes without saying") {
		t.Errorf("the mode is %q:\n%s", s.form.Value("response-mode"), s.View())
	}
	if p := loginOf(t, s).Profile; p.ResponseMode != "" {
		t.Errorf("the engine takes it by itself: %+v", p)
	}
}

// TestRequestSignedWithTheSecret: a client that has a secret and no key can have its requests signed.
func TestRequestSignedWithTheSecret(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	to(t, s, "client-secret")
	types(s, "env:SECRET")
	to(t, s, "jar")
	keys(s, " ")
	to(t, s, "jar-alg")
	types(s, "HS512")
	if p := loginOf(t, s).Profile; !p.JAR || p.JARAlg != "HS512" {
		t.Errorf("%+v", p)
	}
}

func TestOptionsThatNeedMore(t *testing.T) {
	for _, c := range []struct {
		field string
		do    func(*Screen)
		want  string
	}{
		{"jar", func(s *Screen) { keys(s, " ") }, "signed with the client's key"},
		{"jar-alg", func(s *Screen) { types(s, "ES256") }, "ES256 signs with the client's key"},
		{"jar-alg", func(s *Screen) { types(s, "HS256") }, "HS256 signs with the client secret, and there is none"},
		{"auth-method", func(s *Screen) { keys(s, "right", "right") }, "client_secret_basic needs the client secret"},
		{"resource", func(s *Screen) { types(s, "api") }, "RFC 8707 2"},
		{"param", func(s *Screen) { types(s, "audience") }, "name=value"},
		{"max-age", func(s *Screen) { types(s, "soon") }, "max age is seconds"},
		{"claims", func(s *Screen) { types(s, "email") }, "claims are a JSON object"},
		{"authorization-details", func(s *Screen) { types(s, "{}") }, "RFC 9396 2"},
		{"prompt", func(s *Screen) { types(s, "none login") }, "none stands alone"},
		{"keep", func(s *Screen) { keys(s, " ") }, "fill in Keep as"},
		{"key", func(s *Screen) { types(s, "tls.key") }, "without the certificate"},
		{"timeout", func(s *Screen) { types(s, "10") }, "a length of time"},
	} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		to(t, s, c.field)
		c.do(s)
		keys(s, "ctrl+f", "ctrl+u", "shift+tab") // folded away
		if _, started := keys(s, "ctrl+s").(ui.StartProfile); started || s.form.Focus() != c.field || !strings.Contains(strings.Join(strings.Fields(s.View()), " "), c.want) {
			t.Errorf("want %q at field %s, the focus is on %s:\n%s", c.want, c.field, s.form.Focus(), s.View())
		}
	}
}

func TestOptionsOfAProfile(t *testing.T) {
	p := config.Profile{Name: "work", Issuer: "https://op.example", ClientID: "app", AuthMethod: "private_key_jwt", ClientKey: "key.pem", Cert: "tls.pem", Key: "tls.key",
		PAR: true, JAR: true, Resources: []string{"https://api.example"}, LoginHint: "al", ResponseMode: "form_post", ResponseType: "code token", Audience: "x",
		Params: map[string]string{"prompt": "login", "audience": "my api"}, Endpoints: config.Endpoints{Token: "https://op.example/t"}}
	s := testScreen(t)
	s.c.Profiles = []config.Profile{p}
	s.Update(ShowForm{Profile: &p})
	if got := s.form.profile(); !reflect.DeepEqual(got, p) {
		t.Errorf("a profile that is only looked at\n is  %+v\n was %+v", got, p)
	}
	s.SetSize(80, 60)
	if !strings.Contains(s.View(), "Signed request") {
		t.Errorf("the options of a profile are not shown:\n%s", s.View())
	}
	if start := loginOf(t, s); start.Profile.ClientKey != "key.pem" {
		t.Errorf("a login with files goes through the profile: %+v", start)
	}
}
