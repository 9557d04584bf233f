//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/webdriver"
)

// zitadel is the running example provider of zitadel/oidc: its issuer ends in a slash, and its access tokens look opaque.
type zitadel struct {
	issuer      string
	webRedirect string // the only redirect address of the client web
}

func startZitadel(t *testing.T) zitadel {
	t.Helper()
	_, port, _ := net.SplitHostPort(freeAddr(t))
	z := zitadel{issuer: "http://localhost:" + port + "/", webRedirect: "http://" + strings.Replace(freeAddr(t), "127.0.0.1", "localhost", 1) + "/callback"}
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

// logInAtZitadel fills in the one page there is; the page for devices has a second one, with a button that agrees.
func logInAtZitadel(b *webdriver.Browser) error {
	for _, act := range []func() error{
		func() error { return b.Fill("#username", "test-user@localhost") },
		func() error { return b.Fill("#password", "verysecure") },
		func() error { return b.Click("button[type=submit]") },
	} {
		if err := act(); err != nil {
			return fmt.Errorf("at zitadel: %w", err)
		}
	}
	return nil
}

// atZitadel runs a command without a terminal while the browser logs in, and opens whatever page is asked for after that.
func atZitadel(t *testing.T, args ...string) result {
	t.Helper()
	b, o := startBrowser(t), newOpener(t)
	return program(t, cleanEnv(t, o.env(), "ZITADEL_SECRET=secret", "SERVICE_SECRET=verysecret", "OIDCSCOPE_LOGIN_TIMEOUT=20s"), func() error {
		address, err := o.opened(20 * time.Second)
		if err == nil {
			err = b.Open(address)
		}
		if err == nil {
			err = logInAtZitadel(b)
		}
		return err
	}, args...)
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
		t.Run(name, func(t *testing.T) { atZitadel(t, c.args...).tells(t, c.texts...) })
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

// TestZitadelAsJSON has a device log in: the events say where to go, and how it ends.
func TestZitadelAsJSON(t *testing.T) {
	z := startZitadel(t)
	b := startBrowser(t)
	cmd := exec.CommandContext(t.Context(), binary, "login", z.issuer, "--flow", "device", "--client-id", "device", "--client-secret", "env:ZITADEL_SECRET", "--json")
	cmd.Env = append(os.Environ(), cleanEnv(t, "ZITADEL_SECRET=secret")...)
	events, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var verified, done bool
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct {
			Event, Which string
			OK           bool
			Address      string `json:"verification_uri_complete"`
			Inspection   struct{ Signature struct{ Status string } }
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("want one JSON object a line, got %v in %q", err, lines.Text())
		}
		if e.Event == "need_user" {
			if err := errors.Join(b.Open(e.Address), logInAtZitadel(b), b.Click("button.green")); err != nil {
				t.Error(err)
			}
		}
		verified = verified || e.Which == "id_token" && e.Inspection.Signature.Status == "verified"
		done = e.Event == "done" && e.OK
	}
	if err := cmd.Wait(); err != nil || !verified || !done {
		t.Errorf("want exit status 0, a verified ID token and a good end, got %v, %v, %v", err, verified, done)
	}
}
