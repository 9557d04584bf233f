package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// The interface has the terminal: a secret that has to be typed can't be asked for there.
func TestInterfaceAsksNobodyForASecret(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	sys := newSystem()
	sys.ring = fileRing(filepath.Join(dir, "ring.json"))
	k := &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
	session := &flows.Session{Config: flows.Config{Issuer: "https://idp.example", ClientID: "cli"}, Tokens: flows.Tokens{Access: secret.New("at")}}
	from := &config.Profile{Issuer: "https://idp.example", ClientID: "cli", ClientSecret: "-"}
	name, err := interfaceSessions(sys, k).Keep(t.Context(), "", session, from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openKept(t.Context(), sys, k, name); err == nil || !strings.Contains(err.Error(), "can't be asked for here") {
		t.Errorf("got %v", err)
	}
}

// A session that the interface keeps is one that a command can go on with: its client is made again with its key, its endpoints and its
// secret, whichever way it was made before.
func TestInterfaceKeepsWhatTheClientIsMadeOf(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "key.pem")
	if err := os.WriteFile(key, []byte("a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("XDG_RUNTIME_DIR", dir)
	for name, c := range map[string]struct {
		cfg  flows.Config
		from *config.Profile
		want string // the name
	}{
		"profile":   {flows.Config{Issuer: "https://idp.example", ClientID: "cli", ClientKey: secret.New("a key")}, &config.Profile{Name: "work", Issuer: "https://idp.example", ClientID: "cli", ClientKey: key, Flow: "device"}, "work"},
		"form":      {flows.Config{Issuer: "https://idp.example", ClientID: "cli", ClientSecret: secret.New("typed-0123456789")}, &config.Profile{Issuer: "https://idp.example", ClientID: "cli"}, "idp.example"},
		"endpoints": {flows.Config{Endpoints: flows.Endpoints{"token_endpoint": "https://hub.example/token"}, ClientID: "cli", ClientSecret: secret.New("typed-0123456789")}, nil, "hub.example"},
	} {
		t.Run(name, func(t *testing.T) {
			sys := newSystem()
			sys.ring = fileRing(filepath.Join(t.TempDir(), "ring.json"))
			open := func() *keeper {
				return &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
			}
			c.cfg.Scopes = []string{"openid"}
			session := &flows.Session{Config: c.cfg, At: time.Now(), Tokens: flows.Tokens{Access: secret.New("at"), Refresh: secret.New("rt")}}
			named, err := interfaceSessions(sys, open()).Keep(t.Context(), "", session, c.from)
			if err != nil || named != c.want {
				t.Fatalf("kept as %q, %v; want %q", named, err, c.want)
			}
			again, err := openKept(t.Context(), sys, open(), named)
			if err != nil {
				t.Fatal(err)
			}
			if got := again.cfg; got.ClientID != "cli" || got.ClientKey != c.cfg.ClientKey || got.ClientSecret != c.cfg.ClientSecret || got.Endpoints["token_endpoint"] != c.cfg.Endpoints["token_endpoint"] {
				t.Errorf("taken up again as %+v", got)
			}
			if c.from != nil && again.kept.Flow != c.from.Flow {
				t.Errorf("flow %q, want %q", again.kept.Flow, c.from.Flow)
			}

			// A second one does not take its place; one whose tokens were revoked is not kept any more.
			other, err := interfaceSessions(sys, open()).Keep(t.Context(), "", session, c.from)
			if err != nil || other != c.want+"-2" {
				t.Errorf("a second session is kept as %q, %v", other, err)
			}
			session.Revoked = []flows.TokenName{flows.RefreshToken, flows.AccessToken}
			if left, err := interfaceSessions(sys, open()).Keep(t.Context(), named, session, nil); err != nil || left != "" {
				t.Errorf("a revoked session is kept as %q, %v", left, err)
			}
			if _, err := openKept(t.Context(), sys, open(), named); !errors.Is(err, keep.ErrNone) {
				t.Errorf("a revoked session: %v", err)
			}
		})
	}
}
