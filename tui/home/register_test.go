package home

import (
	"reflect"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestRegisterFormGivesFlags(t *testing.T) {
	s := testScreen(t)
	if got := keys(s, "r"); got != (ui.OpenRegister{}) {
		t.Fatalf("r gives %#v", got)
	}
	s.c.Profiles = []config.Profile{{Name: "work"}}
	s.Update(ShowRegister{Issuer: "https://op.example"})
	s.Update(discovered{round: s.client.discover.round, of: &s.client.discover, found: &flows.Metadata{RegistrationEndpoint: "https://op.example/r", GrantTypesSupported: []string{"client_credentials"}}})
	if !strings.Contains(s.View(), "clients can register themselves: https://op.example/r") || s.form.discover.found != nil {
		t.Errorf("discovery is not said, or went to the other form:\n%s", s.View())
	}
	for _, c := range [][2]string{{"client-name", "My app"}, {"redirect-uri", "http://127.0.0.1/a http://127.0.0.1/b"}, {"scope", "openid email"}, {"initial-token", "@token"},
		{"metadata", "client.json"}, {"set0", `contacts=["a b"]`}, {"set1", "tos_uri=null"}, {"save-profile", "new"}, {"software-statement", "eyJ.x.y"}} {
		s.client.FocusOn(c[0])
		types(s, c[1])
	}
	s.client.FocusOn("grant-type")
	keys(s, "ctrl+n")
	if strings.Contains(s.View(), "eyJ.x.y") {
		t.Error("a secret is on the screen")
	}
	got, ok := keys(s, "ctrl+s").(ui.RegisterClient)
	want := ui.RegisterClient{Issuer: "https://op.example", Step: true, Flags: map[string][]string{"client-name": {"My app"}, "redirect-uri": {"http://127.0.0.1/a", "http://127.0.0.1/b"},
		"scope": {"openid", "email"}, "initial-token": {"file:token"}, "metadata": {"client.json"}, "set": {`contacts=["a b"]`, "tos_uri=null"}, "save-profile": {"new"},
		"grant-type": {"client_credentials"}, "software-statement": {"eyJ.x.y"}}}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("\ngot  %+v\nwant %+v\n%s", got, want, s.View())
	}
	for id, c := range map[string][2]string{"save-profile": {"work", "a profile of that name"}, "set0": {"x", "name=value"}, "redirect-uri": {"/cb", "whole address"}, "issuer": {"op", "https://"}} {
		before := s.client.Raw(id)
		s.client.Set(id, c[0])
		if _, started := keys(s, "ctrl+s").(ui.RegisterClient); started || !strings.Contains(s.View(), c[1]) || s.client.Focus() != id {
			t.Errorf("%s %q is taken:\n%s", id, c[0], s.View())
		}
		s.client.Set(id, before)
	}
	if keys(s, "esc"); s.Typing() {
		t.Error("esc leaves the form")
	}
}

func TestRegistrationIsManaged(t *testing.T) {
	s := selectProfile(t)
	if got := keys(s, "R"); !reflect.DeepEqual(got, ui.ManageRegistration{Name: "work"}) {
		t.Errorf("%#v", got)
	}
	s = testScreen(t)
	if note, ok := keys(s, "R").(ui.Notify); !ok || note.Kind != ui.NoteCare {
		t.Error("without a client there is nothing to manage")
	}
	session := &flows.Session{Config: flows.Config{Issuer: "https://op.example"}, Registration: &flows.Registration{ClientID: "c-1"}}
	s.Update(ui.RegistrationChanged{Session: session})
	if !strings.Contains(s.View(), "c-1") {
		t.Errorf("the client that was registered is not in the list:\n%s", s.View())
	}
	if got := keys(s, "R"); !reflect.DeepEqual(got, ui.ManageRegistration{Session: session}) {
		t.Errorf("%#v", got)
	}
	if s.Update(ui.RegistrationChanged{}); strings.Contains(s.View(), "c-1") {
		t.Error("a client that is gone stays in the list")
	}
}
