package home

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// strict is a provider that wants every request pushed, and announces further options.
func strict() *flows.Metadata {
	return &flows.Metadata{Issuer: "https://op.example", AuthorizationEndpoint: "a", TokenEndpoint: "t", PAREndpoint: "p", RequirePAR: true,
		DPoPSigningAlgs: []string{"ES256"}, PromptValues: []string{"none", "login"}, TokenEndpointAuthMethods: []string{"none", "private_key_jwt"}}
}

// to moves the focus to a field.
func to(t *testing.T, s *Screen, i field) {
	t.Helper()
	for range fieldCount + 1 {
		if s.form.focus == i {
			return
		}
		keys(s, "tab")
	}
	t.Fatalf("the focus does not come to %d:\n%s", i, s.View())
}

func unfolded(t *testing.T, issuer string) *Screen {
	t.Helper()
	s := openForm(t, issuer)
	types(s, "app")
	to(t, s, moreField)
	keys(s, "enter")
	return s
}

func TestOptionsReachTheLogin(t *testing.T) {
	s := unfolded(t, "https://op.example")
	for _, i := range []field{parField, dpopField} {
		to(t, s, i)
		keys(s, " ")
	}
	to(t, s, authField)
	keys(s, "right") // none
	to(t, s, promptField)
	keys(s, "right", "right", "left") // login
	to(t, s, hintField)
	types(s, "alice@example.com")
	to(t, s, modeField)
	keys(s, "left") // the last
	to(t, s, resourceField)
	types(s, "https://api.example/v1 https://b.example")
	to(t, s, paramsField)
	types(s, "audience=api text=a%20b")
	start, ok := keys(s, "ctrl+s").(ui.StartFlow)
	if !ok {
		t.Fatalf("the login did not start:\n%s", s.View())
	}
	r := start.Config.Request
	if !r.PAR || !r.DPoP || r.JAR || start.Config.AuthMethod != flows.AuthNone || start.Config.ResponseMode != "jwt" || r.LoginHint != "alice@example.com" ||
		!reflect.DeepEqual(r.Prompt, []string{"login"}) || !reflect.DeepEqual(r.Resources, []string{"https://api.example/v1", "https://b.example"}) ||
		start.Config.Extra.Get("audience") != "api" || start.Config.Extra.Get("text") != "a b" {
		t.Errorf("%+v", start.Config)
	}
}

func TestWhatTheProviderWantsIsOnAndFirst(t *testing.T) {
	s := unfolded(t, "https://op.example")
	s.SetSize(120, 50)
	s.Update(discovered{round: s.form.discover.round, found: strict()})
	if order := s.form.order()[slices.Index(s.form.order(), moreField)+1:]; order[0] != parField || order[1] != dpopField {
		t.Errorf("the options begin with %v", order[:3])
	}
	for _, want := range []string{"required", "Requires       pushed request: turned on", "announced"} {
		if !strings.Contains(s.View(), want) {
			t.Errorf("lacks %q:\n%s", want, s.View())
		}
	}
	to(t, s, parField)
	keys(s, " ", " ", " ")
	to(t, s, authField)
	keys(s, "left")
	if got := s.form.chosen[authField]; got != "private_key_jwt" {
		t.Errorf("only what is announced is offered, got %q", got)
	}
	keys(s, "right")
	start, ok := keys(s, "ctrl+s").(ui.StartFlow)
	if !ok || !start.Config.Request.PAR {
		t.Errorf("what is required can't be turned off: %v %+v", ok, start.Config.Request)
	}
}

func TestOptionsThatNeedMore(t *testing.T) {
	for _, c := range []struct {
		field field
		do    func(*Screen)
		want  string
	}{
		{jarField, func(s *Screen) { keys(s, " ") }, "signed with the client's key"},
		{authField, func(s *Screen) { keys(s, "right", "right") }, "client_secret_basic needs the client secret"},
		{resourceField, func(s *Screen) { types(s, "api") }, "RFC 8707 2"},
		{paramsField, func(s *Screen) { types(s, "audience") }, "name=value"},
	} {
		s := unfolded(t, "https://op.example")
		to(t, s, c.field)
		c.do(s)
		to(t, s, moreField)
		keys(s, "enter") // folded away
		if _, started := keys(s, "ctrl+s").(ui.StartFlow); started || s.form.focus != c.field || !strings.Contains(s.View(), c.want) {
			t.Errorf("want %q at field %d, the focus is on %d:\n%s", c.want, c.field, s.form.focus, s.View())
		}
	}
}

func TestOptionsOfAProfile(t *testing.T) {
	p := config.Profile{Name: "work", Issuer: "https://op.example", ClientID: "app", AuthMethod: "private_key_jwt", ClientKey: "key.pem", Key: "tls.key",
		PAR: true, JAR: true, Resources: []string{"https://api.example"}, LoginHint: "al", ResponseMode: "form_post",
		Params: map[string]string{"prompt": "login", "audience": "my api"}}
	s := testScreen(t)
	s.c.Profiles = []config.Profile{p}
	s.Update(ShowForm{Profile: &p})
	if got := s.form.profile(); got.Name != p.Name || !reflect.DeepEqual(got.Settings(), p.Settings()) {
		t.Errorf("a profile that is only looked at\n is  %+v\n was %+v", got, p)
	}
	if !s.form.unfolded {
		t.Error("the options of a profile are not shown")
	}
	if start, ok := keys(s, "ctrl+s").(ui.StartProfile); !ok || start.Profile.ClientKey != "key.pem" {
		t.Errorf("a login with files goes through the profile: %+v", start)
	}
}
