package flows

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// everything is a configuration with every option of the table given.
func everything() Config {
	age, some := time.Minute, secret.New("given")
	return Config{RedirectURI: "http://127.0.0.1/callback", ResponseMode: "jwt", Paste: true,
		Request: RequestOptions{PAR: true, JAR: true, EncryptJAR: true, JARAlg: "ES256", DPoP: true, Resources: []string{"https://api.example"}, AuthorizationDetails: []byte(`[]`), Claims: []byte(`{}`),
			ACRValues: []string{"gold"}, MaxAge: &age, Prompt: []string{"login"}, LoginHint: "alice", UILocales: []string{"de"}, ResponseType: "code id_token", PKCE: PKCES256},
		Grant: GrantInput{Username: "alice", Password: some, Assertion: some, Subject: "s", SubjectToken: some, SubjectTokenType: "jwt", ActorToken: some, ActorTokenType: "jwt",
			RequestedTokenType: "jwt", IDTokenHint: some, BindingMessage: "W4SCT", UserCode: some, NotifyURI: "http://127.0.0.1/ping"}}
}

// TestOptionUsesAreComplete: an option that is added to the request or the grants has to say which flows use it.
func TestOptionUsesAreComplete(t *testing.T) {
	c := everything()
	fields := reflect.TypeFor[RequestOptions]().NumField() + reflect.TypeFor[GrantInput]().NumField() + len([]string{"redirect-uri", "response-mode", "paste"})
	for _, v := range []reflect.Value{reflect.ValueOf(c.Request), reflect.ValueOf(c.Grant)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s is not given in this test", v.Type().Field(i).Name)
			}
		}
	}
	if got := len(optionUses()); got != fields {
		t.Errorf("%d options in the table, %d in the configuration", got, fields)
	}
	for _, o := range optionUses() {
		if !o.given(c) || o.given(Config{}) || len(o.flows) == 0 {
			t.Errorf("%s: given %v, of nothing %v, flows %v", o.name, o.given(c), o.given(Config{}), o.flows)
		}
		for _, id := range o.flows {
			if _, err := FindLogin(id); err != nil {
				t.Errorf("%s: %v", o.name, err)
			}
		}
	}
}

func TestUnusedOptions(t *testing.T) {
	given := Config{ResponseMode: "jwt", Request: RequestOptions{JAR: true, PAR: true, Prompt: []string{"login"}, Claims: []byte("{}")}}
	for flow, want := range map[string]string{
		"client-credentials": "--par --jar --response-mode --prompt --claims", "device": "--par --jar --response-mode", "ciba": "--par --jar --response-mode",
		"pkce": "", "hybrid": "", "implicit": "", "refresh": "",
	} {
		if got := strings.Join(given.unused(flow), " "); got != want {
			t.Errorf("%s: %q, want %q", flow, got, want)
		}
	}
	if got := (Config{Request: RequestOptions{DPoP: true, PKCE: PKCEOff}}).unused("implicit"); !slices.Equal(got, []string{"--dpop", "--pkce"}) {
		t.Errorf("implicit: %q", got)
	}
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request, w.cfg.ClientSecret = RequestOptions{JAR: true, Prompt: []string{"login"}}, secret.New("the-secret")
		if _, err := w.run(t.Context(), ClientCredentials(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if got := of[RunStarted](w)[0].Warnings; !slices.Equal(got, []string{"the flow Client credentials has no use for --jar, --prompt: left out"}) {
			t.Errorf("warnings %q", got)
		}
	})
}

// TestResponseTypeOfTheFlow: nothing is sent under the name of another flow.
func TestResponseTypeOfTheFlow(t *testing.T) {
	for _, c := range []struct {
		flow       func(Config) Flow
		given, got string
	}{
		{Hybrid, "code", "--flow pkce"}, {Hybrid, "id_token token", "--flow implicit"}, {Hybrid, "foo", "foo"},
		{Implicit, "code", "--flow pkce"}, {Implicit, "code token", "--flow hybrid"},
		{AuthorizationCode, "code id_token", "--flow hybrid"}, {AuthorizationCode, "id_token", "--flow implicit"},
	} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.Request.ResponseType = c.given
			_, err := w.run(t.Context(), c.flow(w.cfg))
			if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Got, c.got) || len(w.idp.requests()) != 0 {
				t.Errorf("%s: %+v", c.given, p)
			}
		})
	}
}

// TestResponseModeIsKnown here, or to the provider.
func TestResponseModeIsKnown(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ResponseMode = "foo"
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Expected, "form_post.jwt") || w.failure().Meta.Step != "prepare" {
			t.Errorf("%+v", p)
		}
	})
	s := &state{cfg: Config{ResponseMode: "web_message"}}
	s.metadata = &Metadata{ResponseModesSupported: []string{"web_message"}}
	if p := s.checkMode(); p != nil {
		t.Errorf("announced: %+v", p)
	}
}
