package home

import (
	"reflect"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// choose chooses a flow by its id, and leaves the focus on the list.
func choose(t *testing.T, s *Screen, id string) {
	t.Helper()
	to(t, s, flowField)
	for range flowChoices() {
		if s.form.flowID() == id {
			return
		}
		keys(s, "right")
	}
	t.Fatalf("no flow %s:\n%s", id, s.View())
}

// fill types text into fields.
func fill(t *testing.T, s *Screen, texts map[field]string) {
	t.Helper()
	for _, i := range s.form.order() {
		if text, ok := texts[i]; ok {
			to(t, s, i)
			types(s, text)
		}
	}
}

func TestEveryLoginIsOffered(t *testing.T) {
	for _, l := range append(flows.Logins(), flows.Login{ID: refreshID}) {
		s := openForm(t, "https://op.example")
		choose(t, s, l.ID)
		if discouraged := strings.Contains(strings.Join([]string{"hybrid", "implicit", "password"}, " "), l.ID); discouraged != (s.form.choice().mark != "") {
			t.Errorf("%s: marked %q", l.ID, s.form.choice().mark)
		}
		flow, err := MakeFlow(l.ID, flows.Config{}, secret.Text{})
		if err != nil || flow.ID != l.ID {
			t.Errorf("%s: made %q, %v", l.ID, flow.ID, err)
		}
		to(t, s, scopeField)
		if s.form.choice().mark != "" && !strings.Contains(s.View(), "discouraged: ") {
			t.Errorf("%s: nothing says that it is discouraged:\n%s", l.ID, s.View())
		}
	}
}

func TestFieldsOfAFlowReachTheConfig(t *testing.T) {
	for _, c := range []struct {
		flow  string
		texts map[field]string
		grant flows.GrantInput
		more  func(flows.Config) bool
	}{
		{flow: "password", texts: map[field]string{usernameField: "alice", passwordField: " p@ss "},
			grant: flows.GrantInput{Username: "alice", Password: secret.New(" p@ss ")}},
		{flow: "jwt-bearer", texts: map[field]string{assertionField: "eyJ.e30.c2ln", subjectField: "bob"},
			grant: flows.GrantInput{Assertion: secret.New("eyJ.e30.c2ln"), Subject: "bob"}},
		{flow: "token-exchange", texts: map[field]string{subjectTokenField: "at-1", subjectTypeField: "jwt", actorTokenField: "at-2", actorTypeField: "id_token",
			requestedField: "refresh_token", audienceField: "orders", resourceField: "https://api.example"},
			grant: flows.GrantInput{SubjectToken: secret.New("at-1"), SubjectTokenType: "jwt", ActorToken: secret.New("at-2"), ActorTokenType: "id_token", RequestedTokenType: "refresh_token"},
			more: func(c flows.Config) bool {
				return c.Extra.Get("audience") == "orders" && reflect.DeepEqual(c.Request.Resources, []string{"https://api.example"})
			}},
		{flow: "ciba", texts: map[field]string{hintField: "alice", bindingField: "W4-SCT", userCodeField: "1234", notifyField: "http://127.0.0.1:9/cb"},
			grant: flows.GrantInput{BindingMessage: "W4-SCT", UserCode: secret.New("1234"), NotifyURI: "http://127.0.0.1:9/cb"},
			more:  func(c flows.Config) bool { return c.Request.LoginHint == "alice" }},
		{flow: "ciba", texts: map[field]string{idHintField: "eyJ.e30.c2ln"}, grant: flows.GrantInput{IDTokenHint: secret.New("eyJ.e30.c2ln")}},
		{flow: refreshID, texts: map[field]string{refreshField: "rt-1"}},
		{flow: "hybrid", more: func(c flows.Config) bool { return c.Request.ResponseType == "code id_token" }},
		{flow: "implicit", more: func(c flows.Config) bool { return c.Request.ResponseType == "id_token token" }},
	} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		choose(t, s, c.flow)
		fill(t, s, c.texts)
		if s.form.choice().browser {
			to(t, s, responseTypeField)
			keys(s, "right")
		}
		start, ok := keys(s, "ctrl+s").(ui.StartFlow)
		if !ok {
			t.Errorf("%s: did not start:\n%s", c.flow, s.View())
			continue
		}
		if start.Flow.ID != c.flow || !reflect.DeepEqual(start.Config.Grant, c.grant) || c.more != nil && !c.more(start.Config) {
			t.Errorf("%s: %s with %+v\n%+v", c.flow, start.Flow.ID, start.Config.Grant, start.Config.Request)
		}
		for _, i := range []field{passwordField, assertionField, subjectTokenField, actorTokenField, userCodeField, refreshField} {
			if text := strings.TrimSpace(c.texts[i]); text != "" && strings.Contains(s.View(), text) {
				t.Errorf("%s: a secret is on the screen:\n%s", c.flow, s.View())
			}
		}
	}
}

func TestFieldsOfAnotherFlowAreNotUsed(t *testing.T) {
	s := openForm(t, "https://op.example")
	types(s, "app")
	choose(t, s, "password")
	fill(t, s, map[field]string{usernameField: "alice", passwordField: "pw"})
	choose(t, s, "device")
	if strings.Contains(s.View(), "User name") {
		t.Errorf("a field of another flow is shown:\n%s", s.View())
	}
	start, ok := keys(s, "ctrl+s").(ui.StartFlow)
	if !ok || !reflect.DeepEqual(start.Config.Grant, flows.GrantInput{}) {
		t.Errorf("%v %+v", ok, start.Config.Grant)
	}
}

func TestWhatAFlowLacksIsSaid(t *testing.T) {
	for flow, want := range map[string]struct {
		at   field
		text string
	}{
		"password": {usernameField, "RFC 6749 4.3.2"}, "jwt-bearer": {assertionField, "RFC 7523 3"}, "token-exchange": {subjectTokenField, "RFC 8693 2.1"},
		"ciba": {idHintField, "CIBA 7.1"}, refreshID: {refreshField, "RFC 6749 6"},
	} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		choose(t, s, flow)
		if _, started := keys(s, "ctrl+s").(ui.StartFlow); started || s.form.focus != want.at || !strings.Contains(s.View(), want.text) {
			t.Errorf("%s: started %v, focus %d:\n%s", flow, started, s.form.focus, s.View())
		}
		to(t, s, nameField)
		types(s, "kept")
		if saved, ok := keys(s, "ctrl+p").(ui.SaveProfile); !ok || saved.Profile.Flow != flow {
			t.Errorf("%s: a profile needs nothing that is used once: %v %+v", flow, ok, saved)
		}
	}
}

// A file or a reference is followed by the root: the form gives it on, with what the profile does not hold.
func TestReferencesOfAGrantGoThroughTheProfile(t *testing.T) {
	for text, want := range map[string]string{"@a.jwt": "file:a.jwt", "env:ASSERTION": "env:ASSERTION"} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		choose(t, s, "jwt-bearer")
		fill(t, s, map[field]string{assertionField: text, subjectField: "bob"})
		if !strings.Contains(s.View(), text) {
			t.Errorf("where a secret is may be read:\n%s", s.View())
		}
		start, ok := keys(s, "ctrl+s").(ui.StartProfile)
		if !ok || start.Grant.Assertion.Reveal() != want || start.Grant.Subject != "bob" || start.Profile.Flow != "jwt-bearer" {
			t.Errorf("%q: %v %+v", text, ok, start)
		}
	}
	s := openForm(t, "https://op.example")
	types(s, "app")
	choose(t, s, "jwt-bearer")
	fill(t, s, map[field]string{keyField: "key.pem"})
	if start, ok := keys(s, "ctrl+s").(ui.StartProfile); !ok || start.Profile.ClientKey != "key.pem" || !start.Grant.Assertion.IsZero() {
		t.Errorf("an assertion is made with the client's key: %+v", start)
	}
}

func TestProfileOfAFlowWithFields(t *testing.T) {
	p := config.Profile{Name: "x", Issuer: "https://op.example", ClientID: "app", Flow: "token-exchange", Audience: "orders", Resources: []string{"https://api.example"}}
	s := testScreen(t)
	s.c.Profiles = []config.Profile{p}
	s.Update(ShowForm{Profile: &p})
	if got := s.form.profile(); !reflect.DeepEqual(got.Settings(), p.Settings()) || s.form.inputs[audienceField].Value() != "orders" {
		t.Errorf("only looked at: %+v", got.Settings())
	}
	fill(t, s, map[field]string{subjectTokenField: "at-1"})
	start, ok := keys(s, "ctrl+s").(ui.StartProfile)
	if !ok || start.Grant.SubjectToken.Reveal() != "at-1" || start.Profile.Audience != "orders" {
		t.Errorf("%v %+v", ok, start)
	}
	if saved, ok := keys(s, "ctrl+p").(ui.SaveProfile); !ok || !reflect.DeepEqual(saved.Profile.Settings(), p.Settings()) {
		t.Errorf("a token must not get into a profile: %+v", saved)
	}
}

func TestOnlyALoginNeedsOpenID(t *testing.T) {
	for flow, wants := range map[string]bool{"pkce": true, "ciba": true, "jwt-bearer": false, "client-credentials": false} {
		s := openForm(t, "https://op.example")
		choose(t, s, flow)
		fill(t, s, map[field]string{scopeField: "read"})
		if said := strings.Contains(s.View(), "without openid"); said != wants {
			t.Errorf("%s: said %v:\n%s", flow, said, s.View())
		}
	}
}

func TestArrowsGoThroughTheFlows(t *testing.T) {
	s := openForm(t, "https://op.example")
	to(t, s, flowField)
	keys(s, "down", "down")
	if s.form.flowID() != "client-credentials" || s.form.focus != flowField {
		t.Errorf("flow %s, focus %d", s.form.flowID(), s.form.focus)
	}
	keys(s, "up", "up", "up")
	if s.form.flowID() != "pkce" || s.form.focus != secretField {
		t.Errorf("before the first flow is the field above: flow %s, focus %d", s.form.flowID(), s.form.focus)
	}
}

func TestFieldThatGoesWithItsFlowGivesTheFocus(t *testing.T) {
	s := openForm(t, "https://op.example")
	choose(t, s, "password")
	to(t, s, passwordField)
	s.Update(discovered{round: s.form.discover.round, found: &flows.Metadata{AuthorizationEndpoint: "a", TokenEndpoint: "t",
		ResponseTypesSupported: []string{"code"}, GrantTypesSupported: []string{"authorization_code"}}})
	if s.form.flowID() != "pkce" || s.form.focus != flowField {
		t.Fatalf("flow %s, focus %d", s.form.flowID(), s.form.focus)
	}
	for _, want := range []string{"no response type of the hybrid flow", "no grant password", "no backchannel_authentication_endpoint"} {
		if !strings.Contains(strings.Join(strings.Fields(s.View()), " "), want) {
			t.Errorf("lacks %q:\n%s", want, s.View())
		}
	}
	if cmd := s.Update(tea.KeyMsg{Type: tea.KeyRight}); cmd != nil || s.form.flowID() != "refresh" && s.form.flowID() != "pkce" {
		t.Errorf("flow %s", s.form.flowID())
	}
}
