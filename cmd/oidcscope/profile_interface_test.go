package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/config"
)

// A login from the interface's form is one from the command line: the same files, references and defaults.
func TestProfileAndOnceBecomeALogin(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, []byte("a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	sys := newSystem()
	sys.lookupEnv = func(name string) (string, bool) { return map[string]string{"PW": "p@ss"}[name], name == "PW" }
	p := config.Profile{Issuer: "https://idp.example", ClientID: "app", Flow: "password", DecryptKey: key, AssertionAudience: "https://idp.example/t", PKCE: "plain", MaxAge: "5m",
		Claims: `{"userinfo":{"email":null}}`, EncryptJAR: true, Prompt: []string{"login", "consent"}, Audience: "api",
		Endpoints: config.Endpoints{Token: "https://idp.example/token"}}
	once := map[string]string{"username": "alice", "password": "env:PW", "client-secret": "bare", "timeout": "7s", "insecure-skip-verify": "true", "no-browser": "true", "paste": "true", "refresh-token": "rt"}
	got, err := resolveProfile(context.Background(), sys, p, once)
	if err != nil {
		t.Fatal(err)
	}
	c := got.Config
	if got.Flow != "password" || !got.NoBrowser || got.RefreshToken.Reveal() != "rt" || c.Grant.Username != "alice" || c.Grant.Password.Reveal() != "p@ss" || c.ClientSecret.Reveal() != "bare" ||
		c.Transport.Timeout != 7*time.Second || !c.Transport.InsecureSkipVerify || !c.Paste || c.DecryptKey.Reveal() != "a key" || c.AssertionAudience != "https://idp.example/t" ||
		c.Request.PKCE != "plain" || c.Request.MaxAge == nil || *c.Request.MaxAge != 5*time.Minute || string(c.Request.Claims) != p.Claims || !c.Request.EncryptJAR ||
		strings.Join(c.Request.Prompt, " ") != "login consent" || c.Extra.Get("audience") != "api" || c.Endpoints["token_endpoint"] != "https://idp.example/token" {
		t.Errorf("%+v\n%+v", got, c.Request)
	}
	for name, value := range map[string]string{"password": "-", "timeout": "soon", "nonsense": "1"} {
		if _, err := resolveProfile(context.Background(), sys, p, map[string]string{name: value}); err == nil || !strings.Contains(err.Error(), "--"+name) {
			t.Errorf("--%s %s: %v", name, value, err)
		}
	}
	if _, err := resolveProfile(context.Background(), sys, config.Profile{ClientID: "app", Endpoints: config.Endpoints{Token: "https://idp.example/token"}}, nil); err != nil {
		t.Errorf("endpoints take the place of an issuer: %v", err)
	}
}
