package home

import (
	"reflect"
	"slices"
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
	to(t, s, "flow")
	for range flowChoices() {
		if s.form.flow() == id {
			return
		}
		keys(s, "right")
	}
	t.Fatalf("no flow %s:\n%s", id, s.View())
}

// fill types text into fields.
func fill(t *testing.T, s *Screen, texts map[string]string) {
	t.Helper()
	for id, text := range texts {
		to(t, s, id)
		types(s, text)
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
		to(t, s, "scope")
		if s.form.choice().mark != "" && !strings.Contains(s.View(), "discouraged: ") {
			t.Errorf("%s: nothing says that it is discouraged:\n%s", l.ID, s.View())
		}
	}
}

func TestFieldsOfAFlowReachTheLogin(t *testing.T) {
	for _, c := range []struct {
		flow    string
		texts   map[string]string
		profile func(config.Profile) bool
	}{
		{flow: "password", texts: map[string]string{"username": "alice", "password": " p@ss "}},
		{flow: "jwt-bearer", texts: map[string]string{"assertion": "eyJ.e30.c2ln", "subject": "bob"}},
		{flow: "token-exchange", texts: map[string]string{"subject-token": "at-1", "subject-token-type": "jwt", "actor-token": "at-2", "actor-token-type": "id_token",
			"requested-token-type": "refresh_token", "audience": "orders", "resource": "https://api.example"},
			profile: func(p config.Profile) bool {
				return p.Audience == "orders" && reflect.DeepEqual(p.Resources, []string{"https://api.example"})
			}},
		{flow: "ciba", texts: map[string]string{"login-hint": "alice", "binding-message": "W4-SCT", "user-code": "1234", "notify-uri": "http://127.0.0.1:9/cb"},
			profile: func(p config.Profile) bool { return p.LoginHint == "alice" }},
		{flow: "ciba", texts: map[string]string{"id-token-hint": "eyJ.e30.c2ln"}},
		{flow: refreshID, texts: map[string]string{"refresh-token": "rt-1"}},
		{flow: "hybrid", profile: func(p config.Profile) bool { return p.ResponseType == "code id_token" }},
		{flow: "implicit", profile: func(p config.Profile) bool { return p.ResponseType == "id_token token" }},
	} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		choose(t, s, c.flow)
		fill(t, s, c.texts)
		if s.form.choice().browser {
			to(t, s, "response-type")
			keys(s, "right")
		}
		start := loginOf(t, s)
		once := map[string]string{}
		for id, text := range c.texts {
			if !slices.Contains(config.Flags(), id) {
				once[id] = text
			}
		}
		if start.Profile.Flow != c.flow || !reflect.DeepEqual(start.Once, once) || c.profile != nil && !c.profile(start.Profile) {
			t.Errorf("%s: %+v", c.flow, start)
		}
		for _, i := range []string{"password", "assertion", "subject-token", "actor-token", "user-code", "refresh-token"} {
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
	fill(t, s, map[string]string{"username": "alice", "password": "pw"})
	choose(t, s, "device")
	if strings.Contains(s.View(), "User name") {
		t.Errorf("a field of another flow is shown:\n%s", s.View())
	}
	if start := loginOf(t, s); len(start.Once) > 0 {
		t.Errorf("%+v", start.Once)
	}
}

func TestWhatAFlowLacksIsSaid(t *testing.T) {
	for flow, want := range map[string]struct {
		at   string
		text string
	}{
		"password": {"username", "RFC 6749 4.3.2"}, "jwt-bearer": {"assertion", "RFC 7523 3"}, "token-exchange": {"subject-token", "RFC 8693 2.1"},
		"ciba": {"id-token-hint", "CIBA 7.1"}, refreshID: {"refresh-token", "RFC 6749 6"},
	} {
		s := openForm(t, "https://op.example")
		types(s, "app")
		choose(t, s, flow)
		if _, started := keys(s, "ctrl+s").(ui.StartProfile); started || s.form.Focus() != want.at || !strings.Contains(s.View(), want.text) {
			t.Errorf("%s: started %v, focus %s:\n%s", flow, started, s.form.Focus(), s.View())
		}
		to(t, s, "profile")
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
		fill(t, s, map[string]string{"assertion": text, "subject": "bob"})
		if !strings.Contains(s.View(), text) {
			t.Errorf("where a secret is may be read:\n%s", s.View())
		}
		start, ok := keys(s, "ctrl+s").(ui.StartProfile)
		if !ok || start.Once["assertion"] != want || start.Once["subject"] != "bob" || start.Profile.Flow != "jwt-bearer" {
			t.Errorf("%q: %v %+v", text, ok, start)
		}
	}
	s := openForm(t, "https://op.example")
	types(s, "app")
	choose(t, s, "jwt-bearer")
	fill(t, s, map[string]string{"client-key": "key.pem"})
	if start, ok := keys(s, "ctrl+s").(ui.StartProfile); !ok || start.Profile.ClientKey != "key.pem" || start.Once["assertion"] != "" {
		t.Errorf("an assertion is made with the client's key: %+v", start)
	}
}

func TestProfileOfAFlowWithFields(t *testing.T) {
	p := config.Profile{Name: "x", Issuer: "https://op.example", ClientID: "app", Flow: "token-exchange", Audience: "orders", Resources: []string{"https://api.example"}}
	s := testScreen(t)
	s.c.Profiles = []config.Profile{p}
	s.Update(ShowForm{Profile: &p})
	if got := s.form.profile(); !reflect.DeepEqual(got.Settings(), p.Settings()) || s.form.Raw("audience") != "orders" {
		t.Errorf("only looked at: %+v", got.Settings())
	}
	fill(t, s, map[string]string{"subject-token": "at-1"})
	start, ok := keys(s, "ctrl+s").(ui.StartProfile)
	if !ok || start.Once["subject-token"] != "at-1" || start.Profile.Audience != "orders" {
		t.Errorf("%v %+v", ok, start)
	}
	s.Update(NotStarted{})
	if saved, ok := keys(s, "ctrl+p").(ui.SaveProfile); !ok || !reflect.DeepEqual(saved.Profile.Settings(), p.Settings()) {
		t.Errorf("a token must not get into a profile: %+v", saved)
	}
}

func TestOnlyALoginNeedsOpenID(t *testing.T) {
	for flow, wants := range map[string]bool{"pkce": true, "ciba": true, "jwt-bearer": false, "client-credentials": false} {
		s := openForm(t, "https://op.example")
		choose(t, s, flow)
		fill(t, s, map[string]string{"scope": "read"})
		if said := strings.Contains(s.View(), "without openid"); said != wants {
			t.Errorf("%s: said %v:\n%s", flow, said, s.View())
		}
	}
}

func TestArrowsGoThroughTheFlows(t *testing.T) {
	s := openForm(t, "https://op.example")
	to(t, s, "flow")
	keys(s, "down", "down")
	if s.form.flow() != "client-credentials" || s.form.Focus() != "flow" {
		t.Errorf("flow %s, focus %s", s.form.flow(), s.form.Focus())
	}
	keys(s, "up", "up", "up")
	if s.form.flow() != "pkce" || s.form.Focus() != "client-secret" {
		t.Errorf("before the first flow is the field above: flow %s, focus %s", s.form.flow(), s.form.Focus())
	}
}

func TestFieldThatGoesWithItsFlowGivesTheFocus(t *testing.T) {
	s := openForm(t, "https://op.example")
	choose(t, s, "password")
	to(t, s, "password")
	s.Update(discovered{round: s.form.discover.round, found: &flows.Metadata{AuthorizationEndpoint: "a", TokenEndpoint: "t",
		ResponseTypesSupported: []string{"code"}, GrantTypesSupported: []string{"authorization_code"}}})
	if s.form.flow() != "pkce" || s.form.Focus() != "flow" {
		t.Fatalf("flow %s, focus %s", s.form.flow(), s.form.Focus())
	}
	for _, want := range []string{"no response type of the hybrid flow", "no grant password", "no backchannel_authentication_endpoint"} {
		if !strings.Contains(strings.Join(strings.Fields(s.View()), " "), want) {
			t.Errorf("lacks %q:\n%s", want, s.View())
		}
	}
	if cmd := s.Update(tea.KeyMsg{Type: tea.KeyRight}); cmd != nil || s.form.flow() != "refresh" && s.form.flow() != "pkce" {
		t.Errorf("flow %s", s.form.flow())
	}
}
