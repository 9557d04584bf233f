//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/webdriver"
)

// Who can log in at Dex. The hash in the configuration is bcrypt of the password.
const (
	dexUser     = "alice@example.com"
	dexPassword = "correct horse"
)

// dexConfig has a public client, which may use any port on loopback, and one with a secret, which may not: Dex compares its
// redirect address to the character.
const dexConfig = `
issuer: %[1]s
storage: {type: memory}
web: {http: %[2]s}
logger: {level: warn}
enablePasswordDB: true
oauth2: {skipApprovalScreen: false, responseTypes: [code, token, id_token], passwordConnector: local}
expiry:
  idTokens: 10m
  refreshTokens: {disableRotation: false, reuseInterval: 0s}
staticClients:
  - {id: scope-public, name: oidcscope, public: true}
  - {id: scope-secret, name: oidcscope with a secret, secret: "s3cret+with%%2Fodd characters", redirectURIs: ["%[3]s"]}
staticPasswords:
  - email: ` + dexUser + `
    hash: "$2a$10$kuxZy6nrAqQfwBiT9.YdU.WWtUi4QXRLPF2tOeKM6tycnl7hppYnW"
    username: alice
    name: Alice Example
    userID: 08a8684b-db88-4b73-90a9-3cd1661f5466
`

// dex is a running Dex.
type dex struct {
	person         *person
	issuer         string
	secretRedirect string // the only redirect address of the client scope-secret
}

func startDex(t *testing.T) dex {
	t.Helper()
	addr := freeAddr(t)
	d := dex{person: &person{transport: &http.Transport{}, knows: map[string]string{"login": dexUser, "password": dexPassword}}, issuer: "http://" + addr + "/dex", secretRedirect: "http://" + freeAddr(t) + "/callback"}
	file := filepath.Join(t.TempDir(), "dex.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, dexConfig, d.issuer, addr, d.secretRedirect), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.Command(dexBinary, "serve", file)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("what Dex wrote:\n%s", log.String())
		}
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(d.issuer + "/.well-known/openid-configuration")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return d
			}
		}
		if time.Now().After(end) {
			t.Fatalf("Dex does not answer: %v", err)
		}
	}
}

// freeAddr is an address nothing listens on now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// logInAtDex clicks through Dex's pages, from its login form to the consent.
func logInAtDex(b *webdriver.Browser) error {
	for _, act := range []func() error{
		func() error { return b.Fill("#login", dexUser) },
		func() error { return b.Fill("#password", dexPassword) },
		func() error { return b.Click("#submit-login") },
		func() error { return b.WaitForText("Grant Access", 10*time.Second) },
		func() error { return b.Click("button.theme-btn--success") },
	} {
		if err := act(); err != nil {
			return fmt.Errorf("at Dex: %w", err)
		}
	}
	return nil
}

// TestDexAsJSON goes through what Dex can do, as programs see it.
func TestDexAsJSON(t *testing.T) {
	d := startDex(t)
	env := []string{"DEX_SECRET=s3cret+with%2Fodd characters", "DEX_PASSWORD=" + dexPassword}
	run := func(t *testing.T, command string, more ...string) told {
		return d.person.run(t, env, append([]string{command, d.issuer}, more...)...)
	}
	public := []string{"--client-id", "scope-public", "--scope", "openid profile email offline_access"}
	secret := []string{"--client-id", "scope-secret", "--client-secret", "env:DEX_SECRET", "--redirect-uri", d.secretRedirect, "--scope", "openid email offline_access"}
	const idToken, same = "id_token RS256", "sub is that of the ID token"
	for name, c := range map[string]struct {
		command string
		args    []string
		want    []string
	}{
		"login":               {"login", public, []string{"issuer matches", "came: access_token, expires_in, id_token, refresh_token", idToken, "access_token RS256", same}},
		"refresh":             {"refresh", public, []string{"the refresh token was rotated", idToken, same}},
		"userinfo":            {"userinfo", public, []string{idToken, same}},
		"device":              {"login", append([]string{"--flow", "device"}, public...), []string{idToken, same}},
		"password":            {"login", append([]string{"--flow", "password", "--username", dexUser, "--password", "env:DEX_PASSWORD"}, secret...), []string{idToken}},
		"refresh by secret":   {"refresh", secret, []string{"the refresh token was rotated", idToken}},
		"introspect":          {"introspect", secret, []string{"active"}},
		"introspect, refresh": {"introspect", append([]string{"--token", "refresh_token"}, secret...), []string{"active"}},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, c.command, c.args...).tells(t, c.want...)
		})
	}
	t.Run("wrong secret", func(t *testing.T) {
		r := d.person.run(t, []string{"DEX_SECRET=wrong"}, append([]string{"login", d.issuer}, secret...)...)
		if r.status != 1 || r.ok || r.diagnosis == "" {
			t.Errorf("want status 1 and a diagnosis, got %d and %q: %s", r.status, r.diagnosis, r.got)
		}
	})
}
