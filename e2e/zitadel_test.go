//go:build e2e

package e2e

import (
	"bytes"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// zitadel is the running example provider of zitadel/oidc: its issuer ends in a slash, and its access tokens look opaque.
type zitadel struct {
	person      *person
	issuer      string
	webRedirect string // the only redirect address of the client web
}

func startZitadel(t *testing.T) zitadel {
	t.Helper()
	_, port, _ := net.SplitHostPort(freeAddr(t))
	z := zitadel{person: &person{transport: &http.Transport{}, knows: map[string]string{"username": "test-user@localhost", "password": "verysecure"}}, issuer: "http://localhost:" + port + "/", webRedirect: "http://" + strings.Replace(freeAddr(t), "127.0.0.1", "localhost", 1) + "/callback"}
	var log bytes.Buffer
	cmd := exec.Command(zitadelBinary, port, z.webRedirect)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("what zitadel wrote:\n%s", log.String())
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(z.issuer + ".well-known/openid-configuration")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return z
			}
		}
		if time.Now().After(end) {
			t.Fatalf("zitadel does not answer: %v", err)
		}
	}
}

// atZitadel runs a command without a terminal while the person logs in at whatever page is asked for.
func atZitadel(t *testing.T, z zitadel, args ...string) result {
	t.Helper()
	o := newOpener(t)
	defer z.person.visits(t, o)()
	return program(t, cleanEnv(t, o.env(), "ZITADEL_SECRET=secret", "SERVICE_SECRET=verysecret", "OIDCSCOPE_LOGIN_TIMEOUT=20s"), nil, args...)
}

// tells wants a good end, all of the texts, and no token.
func (r result) tells(t *testing.T, texts ...string) {
	t.Helper()
	if r.status != 0 {
		t.Errorf("want exit status 0, got %d", r.status)
	}
	for _, want := range texts {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("want %q in the text", want)
		}
	}
	if secret := compactToken.FindString(r.stdout); secret != "" {
		t.Errorf("the text shows a token: %s", secret)
	}
}

// TestZitadelInPlainText goes through everything that provider can do, each with a login of its own.
func TestZitadelInPlainText(t *testing.T) {
	z := startZitadel(t)
	native := []string{z.issuer, "--client-id", "native", "--redirect-uri", "http://localhost/callback", "--scope", "openid profile email offline_access", "--plain"}
	web := []string{z.issuer, "--client-id", "web", "--client-secret", "env:ZITADEL_SECRET", "--redirect-uri", z.webRedirect, "--scope", "openid offline_access", "--plain"}
	for name, c := range map[string]struct {
		args  []string
		texts []string
	}{
		"login":      {append([]string{"login"}, native...), []string{"issuer matches", "signature verified with RS256", "test-user@zitadel.ch", "sub is that of the ID token"}},
		"web":        {append([]string{"login"}, web...), []string{"signature verified with RS256"}},
		"refresh":    {append([]string{"refresh"}, native...), []string{"the refresh token was rotated", "signature verified with RS256"}},
		"userinfo":   {append([]string{"userinfo"}, native...), []string{"sub is that of the ID token"}},
		"introspect": {append([]string{"introspect"}, web...), []string{"✓ active", "test-user@localhost"}},
		"revoke":     {append([]string{"revoke", "--token", "refresh_token"}, web...), []string{"the provider accepted it"}},
		"logout":     {append([]string{"logout"}, native...), []string{"the person was sent to the provider", "end_session"}},
	} {
		t.Run(name, func(t *testing.T) { atZitadel(t, z, c.args...).tells(t, c.texts...) })
	}
	t.Run("client credentials", func(t *testing.T) {
		r := program(t, cleanEnv(t, "SERVICE_SECRET=verysecret"), nil, "login", z.issuer, "--flow", "client-credentials", "--client-id", "sid1", "--client-secret", "env:SERVICE_SECRET", "--plain")
		r.tells(t, "✓ done: access_token")
	})
	t.Run("refused", func(t *testing.T) {
		r := program(t, cleanEnv(t, "SERVICE_SECRET=wrong"), nil, "login", z.issuer, "--flow", "client-credentials", "--client-id", "sid1", "--client-secret", "env:SERVICE_SECRET", "--plain")
		if r.status != 1 || strings.Contains(r.stdout, "sends none") {
			t.Errorf("want exit status 1, and nothing about a secret that was not sent, got %d", r.status)
		}
	})
}

// TestZitadelAsJSON goes through the same, as programs see it.
func TestZitadelAsJSON(t *testing.T) {
	z := startZitadel(t)
	native := []string{"--client-id", "native", "--redirect-uri", "http://localhost/callback", "--scope", "openid profile email offline_access"}
	web := []string{"--client-id", "web", "--client-secret", "env:ZITADEL_SECRET", "--redirect-uri", z.webRedirect, "--scope", "openid offline_access"}
	const idToken, same = "id_token RS256", "sub is that of the ID token"
	for name, c := range map[string]struct {
		command string
		args    []string
		want    []string
	}{
		"login":              {"login", native, []string{"issuer matches", idToken, same}},
		"web":                {"login", web, []string{idToken}},
		"refresh":            {"refresh", native, []string{"the refresh token was rotated", idToken}},
		"userinfo":           {"userinfo", native, []string{same}},
		"introspect":         {"introspect", web, []string{"introspect: active"}},
		"revoke":             {"revoke", append([]string{"--token", "refresh_token"}, web...), []string{"the provider accepted it"}},
		"logout":             {"logout", native, []string{"the person was sent to the provider"}},
		"device":             {"login", []string{"--flow", "device", "--client-id", "device", "--client-secret", "env:ZITADEL_SECRET"}, []string{idToken}},
		"client credentials": {"login", []string{"--flow", "client-credentials", "--client-id", "sid1", "--client-secret", "env:SERVICE_SECRET"}, []string{"came: access_token"}},
	} {
		t.Run(name, func(t *testing.T) {
			z.run(t, c.command, c.args...).tells(t, c.want...)
		})
	}
	t.Run("refused", func(t *testing.T) {
		r := z.run(t, "login", "--flow", "client-credentials", "--client-id", "sid1", "--client-secret", "cmd:echo wrong")
		if r.status != 1 || r.ok || r.diagnosis == "" {
			t.Errorf("want status 1 and a diagnosis, got %d and %q: %s", r.status, r.diagnosis, r.got)
		}
	})
}

func (z zitadel) run(t *testing.T, command string, more ...string) told {
	t.Helper()
	return z.person.run(t, []string{"ZITADEL_SECRET=secret", "SERVICE_SECRET=verysecret"}, append([]string{command, z.issuer}, more...)...)
}
