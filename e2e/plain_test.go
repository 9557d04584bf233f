//go:build e2e

package e2e

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// compactToken is what must never be in an output that keeps secrets.
var compactToken = regexp.MustCompile(`eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}`)

// loginAtDex runs login without a terminal while the browser does the person's part.
func loginAtDex(t *testing.T, d dex, env []string, args ...string) result {
	t.Helper()
	b, o := startBrowser(t), newOpener(t)
	env = cleanEnv(t, append(env, o.env())...)
	return program(t, env, func() error {
		address, err := o.opened(20 * time.Second)
		if err == nil {
			err = b.Open(address)
		}
		if err == nil {
			err = logInAtDex(b)
		}
		return err
	}, append([]string{"login", d.issuer}, args...)...)
}

func TestPlainLogin(t *testing.T) {
	r := loginAtDex(t, startDex(t), nil, "--client-id", "scope-public", "--plain")
	if r.status != 0 {
		t.Fatalf("want exit status 0, got %d", r.status)
	}
	for _, want := range []string{"verified", "alice@example.com", "authorization_code"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("want %q in the text", want)
		}
	}
	if secret := compactToken.FindString(r.stdout + r.stderr); secret != "" {
		t.Errorf("the text shows a token: %s", secret)
	}
}

func TestJSONLogin(t *testing.T) {
	r := loginAtDex(t, startDex(t), nil, "--client-id", "scope-public", "--json")
	if r.status != 0 {
		t.Fatalf("want exit status 0, got %d", r.status)
	}
	var events, verified []string
	var last struct {
		Event string
		OK    bool
	}
	for line := range strings.Lines(r.stdout) {
		var e struct {
			Event, Which string
			OK           bool
			Inspection   struct{ Signature struct{ Status string } }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("want one JSON object a line, got %v in %q", err, line)
		}
		events = append(events, e.Event)
		if e.Inspection.Signature.Status == "verified" {
			verified = append(verified, e.Which)
		}
		last.Event, last.OK = e.Event, e.OK
	}
	if events[0] != "run_started" || last.Event != "done" || !last.OK {
		t.Errorf("want run_started … done with ok, got %q, ok %v", events, last.OK)
	}
	if !slices.Contains(verified, "id_token") {
		t.Errorf("want a verified id_token, got %q", verified)
	}
	if secret := compactToken.FindString(r.stdout + r.stderr); secret != "" {
		t.Errorf("the events show a token: %s", secret)
	}
}

// TestPrintedTokenVerifies uses the client with a secret, whose characters have to be form-encoded in Basic credentials
// (RFC 6749 2.3.1), and a fixed redirect address; then inspect takes the printed token from standard input.
func TestPrintedTokenVerifies(t *testing.T) {
	d := startDex(t)
	r := loginAtDex(t, d, []string{"DEX_SECRET=s3cret+with%2Fodd characters"}, "--client-id", "scope-secret",
		"--client-secret", "env:DEX_SECRET", "--auth-method", "client_secret_basic", "--redirect-uri", d.secretRedirect, "--print", "id_token")
	token := strings.TrimSuffix(r.stdout, "\n")
	if r.status != 0 || compactToken.FindString(token) != token || token == "" {
		t.Fatalf("want status 0 and nothing but a token on standard output, got %d, %q", r.status, r.stdout)
	}

	inspected := program(t, cleanEnv(t), nil, "inspect", "--json", "--issuer", d.issuer, "--discover", "--client-id", "scope-secret", token)
	var report struct{ Signature struct{ Status, Alg string } }
	if err := json.Unmarshal([]byte(inspected.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if inspected.status != 0 || report.Signature.Status != "verified" || report.Signature.Alg != "RS256" {
		t.Errorf("want status 0 and a verified RS256 signature, got %d, %+v", inspected.status, report.Signature)
	}

	other := program(t, cleanEnv(t), nil, "inspect", "--json", "--issuer", d.issuer, "--discover", "--client-id", "scope-secret", token[:len(token)-8]+"AAAAAAAA")
	if other.status != 1 {
		t.Errorf("a broken signature: want exit status 1, got %d", other.status)
	}
}

func TestUnreachableProvider(t *testing.T) {
	r := program(t, cleanEnv(t), nil, "login", "http://"+freeAddr(t), "--client-id", "x", "--plain", "--no-browser")
	if r.status != 3 || !strings.Contains(r.stdout+r.stderr, "nothing accepts connections") {
		t.Errorf("want exit status 3 and why, got %d", r.status)
	}
}
