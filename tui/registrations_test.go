package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestClientIsRegisteredAndManaged(t *testing.T) {
	a, first, _ := testApp(t)
	client := &flows.Session{Config: flows.Config{ClientID: "c-1"}, Registration: &flows.Registration{ClientID: "c-1", Raw: []byte("{}")}}
	left := client
	a.runs = run.New(t.Context(), func(context.Context, flows.Flow, flows.Config, func(flows.Event)) (*flows.Session, error) {
		return left, nil
	}, a.c.Now)
	var settled map[string][]string
	var renewed []string
	a.options.Registrations = Registrations{
		Prepare: func(_ context.Context, issuer string, given map[string][]string) (flows.Config, error) {
			if given["save-profile"][0] == "taken" {
				return flows.Config{}, errors.New("want a new name")
			}
			return flows.Config{Issuer: issuer}, nil
		},
		Settle: func(_ context.Context, given map[string][]string, s *flows.Session) ([]config.Profile, string, error) {
			settled = given
			return []config.Profile{{Name: "work"}}, "the client is the profile work", nil
		},
		Open: func(_ context.Context, name string) (*flows.Session, error) { return client, nil },
		Renew: func(_ context.Context, name string, s *flows.Session) (string, error) {
			renewed = append(renewed, name)
			return "", nil
		},
		Changes: func(_ context.Context, given map[string][]string) ([]byte, error) {
			return []byte(`{"client_name":"` + given["client-name"][0] + `"}`), nil
		},
	}
	does(a, ui.Send(ui.RegisterClient{Issuer: "https://op.example", Flags: map[string][]string{"save-profile": {"taken"}}}))
	if a.runs.Running() != nil || a.notice.Text != "want a new name" {
		t.Fatalf("notice %q", a.notice.Text)
	}
	does(a, ui.Send(ui.RegisterClient{Issuer: "https://op.example", Flags: map[string][]string{"save-profile": {"work"}}}))
	waits(t, a, func() bool { return settled != nil && len(a.c.Profiles) == 1 })
	if a.runs.Session() != nil {
		t.Error("a registration is no session of a person's")
	}
	flow := func() string {
		id := ""
		for _, m := range first.got {
			if b, ok := m.(ui.RunBegan); ok {
				id = b.Flow.Steps[len(b.Flow.Steps)-1].ID
			}
		}
		return id
	}
	if flow() != "register" {
		t.Errorf("the last step is %s", flow())
	}
	does(a, ui.Send(ui.ManageRegistration{Name: "work"}))
	if !strings.Contains(a.View(), "Client registration of work: c-1") {
		t.Fatalf("no menu:\n%s", a.View())
	}
	press(a, "2")
	for _, r := range "Better" {
		press(a, string(r))
	}
	o := a.overlay.(*asking)
	does(a, o.FocusOn(form.ButtonRow))
	press(a, "enter")
	waits(t, a, func() bool { return len(renewed) == 1 })
	if flow() != "update" {
		t.Errorf("the last step is %s", flow())
	}
	left = &flows.Session{}
	does(a, ui.Send(ui.ManageRegistration{Name: "work"}))
	press(a, "3")
	if !strings.Contains(a.View(), "Delete the client?") {
		t.Fatalf("it is not asked before a client is deleted:\n%s", a.View())
	}
	press(a, "y")
	waits(t, a, func() bool { return len(renewed) == 2 })
}

// waits lets what was begun go on until something holds.
func waits(t *testing.T, a *app, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come:\n%s", a.View())
		}
		does(a, nil)
	}
}
