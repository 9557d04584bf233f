//go:build e2e

package e2e

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestFragmentIsHandedOver logs in with tokens after the # of the address, which a browser never sends: our own page has to hand
// them over, under the strictest policy that lets it.
func TestFragmentIsHandedOver(t *testing.T) {
	issuer := servePractice(t)
	b, o := startBrowser(t), newOpener(t)
	r := program(t, cleanEnv(t, o.env()), func() error {
		address, err := o.opened(20 * time.Second)
		if err == nil {
			err = b.Open(address)
		}
		if err == nil {
			err = logInAtPractice(b)
		}
		return err
	}, "login", issuer, "--client-id", "practice", "--flow", "hybrid", "--response-type", "code id_token token", "--plain", "--login-timeout", "30s")
	if r.status != 0 {
		t.Fatalf("want exit status 0, got %d", r.status)
	}
	if !strings.Contains(strings.Join(strings.Fields(r.stdout), " "), "same issuer and subject as the one from the browser") {
		t.Error("the two ID tokens were not compared")
	}
	if secret := compactToken.FindString(r.stdout + r.stderr); secret != "" {
		t.Errorf("the text shows a token: %s", secret)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text, err := b.Text()
		address, _ := b.Address()
		if err == nil && strings.Contains(text, "Login received") {
			if strings.Contains(address, "token") {
				t.Errorf("the tokens stay in the address bar: %s", address)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the browser shows %q, %v", text, err)
		}
	}
}

// servePractice serves the practice provider from another process, and gives its issuer.
func servePractice(t *testing.T) string {
	t.Helper()
	cmd := exec.Command(binary, "demo", "--serve", "--json")
	cmd.Env = cleanEnv(t)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	var served struct {
		Issuer string `json:"issuer"`
	}
	if err := json.NewDecoder(out).Decode(&served); err != nil {
		t.Fatal(err)
	}
	return served.Issuer
}
