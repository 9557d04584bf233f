package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// configured is a system whose configuration has one profile.
func configured(t *testing.T) *system {
	t.Helper()
	folder := t.TempDir()
	sys := newSystem()
	sys.lookupEnv = func(name string) (string, bool) {
		if name != "XDG_CONFIG_HOME" {
			return "", false
		}
		return folder, true
	}
	p := config.Profile{Name: "test", Issuer: "https://idp.example", ClientID: "app", AuthMethod: "none", Scopes: []string{"openid"}}
	if err := config.SaveProfile(filepath.Join(folder, "oidcscope", "config.toml"), p); err != nil {
		t.Fatal(err)
	}
	return sys
}

func TestInterfacePreparesARegistration(t *testing.T) {
	sys, ctx := configured(t), context.Background()
	k := &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
	r := interfaceRegistrations(sys, k)
	cfg, err := r.Prepare(ctx, "https://idp.example", map[string][]string{"client-name": {"My app"}, "grant-type": {"client_credentials"}, "scope": {"a", "b"}, "set": {`contacts=["x"]`},
		"initial-token": {"bare"}, "timeout": {"3s"}, "save-profile": {"new"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"client_name":"My app"`, `"grant_types":["client_credentials"]`, `"scope":"a b"`, `"contacts":["x"]`, `"redirect_uris":[]`} {
		if !strings.Contains(string(cfg.Registration.Metadata), want) {
			t.Errorf("lacks %s: %s", want, cfg.Registration.Metadata)
		}
	}
	if cfg.Registration.InitialToken.Reveal() != "bare" || cfg.Transport.Timeout.Seconds() != 3 {
		t.Errorf("%+v", cfg)
	}
	for name, value := range map[string]string{"save-profile": "test", "auth-method": "magic", "initial-token": "-", "client-key": filepath.Join(t.TempDir(), "none"), "nonsense": "1"} {
		if _, err := r.Prepare(ctx, "https://idp.example", map[string][]string{name: {value}}); err == nil {
			t.Errorf("--%s %s is taken", name, value)
		}
	}
	if _, err := r.Prepare(ctx, "idp.example", nil); err == nil {
		t.Error("an issuer that is none is taken")
	}
	changes, err := r.Changes(ctx, map[string][]string{"set": {"tos_uri=null"}})
	if err != nil || string(changes) != `{"tos_uri":null}` {
		t.Errorf("%s %v", changes, err)
	}
}

// An update may bring a new secret, after which the old one works no longer: who has it nowhere else is told.
func TestInterfaceTellsOfALostSecret(t *testing.T) {
	sys, ctx, runtime := configured(t), context.Background(), t.TempDir()
	lookup := sys.lookupEnv
	sys.lookupEnv = func(name string) (string, bool) {
		if name == "XDG_RUNTIME_DIR" {
			return runtime, true
		}
		return lookup(name)
	}
	sys.ring = fileRing(filepath.Join(runtime, "ring.json"))
	k := &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
	r, kept := interfaceRegistrations(sys, k), keptRegistration{"https://idp.example", "app", "https://idp.example/register/app", "first"}
	if _, err := k.open(ctx); err != nil {
		t.Fatal(err)
	}
	if err := k.keepRegistration(ctx, "test", kept); err != nil {
		t.Fatal(err)
	}
	now := &flows.Registration{ClientID: "app", URI: kept.URI, Token: secret.New("second")}
	for given, want := range map[string]string{"": "", "new-secret": secretKeptNowhere} {
		now.Secret = secret.New(given)
		note, err := r.Renew(ctx, "test", &flows.Session{Registration: now})
		if err != nil || !strings.HasPrefix(note, want) || want == "" && note != "" || strings.Contains(note, "new-secret") {
			t.Errorf("of the secret %q it says %q, %v", given, note, err)
		}
	}
	if text, err := k.store.Get(ctx, keep.RegistrationKind, "test"); err != nil || !strings.Contains(text, "second") {
		t.Errorf("the new token is not kept: %v", err)
	}
}

func TestInterfacePreparesProbes(t *testing.T) {
	sys, ctx := configured(t), context.Background()
	prepare := interfaceProbes(sys, references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}).Prepare
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, []byte("a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := prepare(ctx, "test", map[string][]string{"only": {"PRB-001", "code-twice"}, "other-client-id": {"app-2"}, "client-key": {key}, "param": {"a=1", "b=2"}})
	if err != nil || cfg.Client.Issuer != "https://idp.example" || cfg.Client.ClientID != "app" || cfg.Client.AuthMethod != "none" || len(cfg.Only) != 2 || cfg.Other == nil || cfg.Other.ID != "app-2" ||
		cfg.Client.ClientKey.Reveal() != "a key" || cfg.Client.Extra.Get("b") != "2" {
		t.Errorf("%v %+v", err, cfg)
	}
	for target, flags := range map[string]map[string][]string{"https://idp.example": nil, "nobody": nil, "test": {"only": {"zebra"}}, "https://op.example": {"client-id": {"app"}, "other-client-id": {"app"}}} {
		if _, err := prepare(ctx, target, flags); err == nil {
			t.Errorf("%s %v is taken", target, flags)
		}
	}
}
