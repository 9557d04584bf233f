package diagnose

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// certified is a provider that says as little as it may, as certified ones do.
func certified() *flows.Metadata {
	return &flows.Metadata{Issuer: "https://idp.example", TokenEndpoint: "https://idp.example/token", DPoPSigningAlgs: []string{"ES256"}, CertificateBoundTokens: true,
		TokenEndpointAuthMethods: []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"}}
}

func atToken(headers ...record.Header) *record.Exchange {
	return &record.Exchange{Purpose: "token", Response: &record.Response{Status: 400}, Request: record.Request{Method: "POST", URL: "https://idp.example/token",
		Headers: append(headers, record.Header{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}), Body: record.Body{Data: []byte("grant_type=authorization_code&code=c&code_verifier=v")}}}
}

// TestOtherMethods: a refused client is told every way in which it could authenticate instead, and no other.
func TestOtherMethods(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_client", Description: "client authentication failed", Status: 401}}
	cfg := flows.Config{ClientID: "app", ClientSecret: secret.New("secret")}
	d := Problem(p, flows.DiagnosisInput{Step: "token", Config: cfg, Metadata: certified(), Exchange: atToken(record.Header{Name: "Authorization", Value: "Basic YXBwOnNlY3JldA=="})})
	var method flows.Fix
	for _, f := range d.Fixes {
		if strings.HasPrefix(f.Value, "--auth-method") {
			method = f
		}
	}
	if method.Value != "--auth-method client_secret_post" || !strings.Contains(method.Text, "client_secret_jwt") || strings.Contains(method.Text, "private_key_jwt") {
		t.Errorf("%s: %+v", d.ID, d.Fixes)
	}
}

// TestUnbound: a client that is registered for bound tokens hears no more than invalid_grant from some providers.
func TestUnbound(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_grant", Description: "grant request is invalid", Status: 400}}
	told := func(metadata *flows.Metadata, headers ...record.Header) string {
		d := Problem(p, flows.DiagnosisInput{Step: "token", Config: flows.Config{ClientID: "app"}, Metadata: metadata, Exchange: atToken(headers...)})
		values := d.ID
		for _, f := range d.Fixes {
			if values += " " + f.Value; f.Text == "" {
				t.Errorf("a fix without words: %+v", d.Fixes)
			}
		}
		for _, c := range d.Causes {
			if c == "" {
				t.Errorf("a cause without words: %q", d.Causes)
			}
		}
		return values
	}
	if got := told(certified()); !strings.HasPrefix(got, "SPEC-invalid_grant-own --dpop") {
		t.Errorf("without a proof: %s", got)
	}
	if got := told(certified(), record.Header{Name: "DPoP", Value: "a.b.c"}); strings.Contains(got, "--dpop") {
		t.Errorf("with a proof: %s", got)
	}
	certificates := certified()
	certificates.DPoPSigningAlgs = nil
	if got := told(certificates); !strings.Contains(got, "--cert") {
		t.Errorf("without a certificate: %s", got)
	}
	if got := told(&flows.Metadata{}); strings.Contains(got, "--dpop") || strings.Contains(got, "--cert") {
		t.Errorf("where nothing is bound: %s", got)
	}
}

// TestAnyPort: a port that was free by chance is not the one to register, unless the provider compares ports.
func TestAnyPort(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemUser, Ref: "RFC 8252 7.3", Expected: "an answer from the browser within 5m0s", Got: "none"}
	const sent = "http://127.0.0.1:40709/callback"
	for name, c := range map[string]struct{ configured, provider, register, says, pinned string }{
		"any port":               {"", "", "http://127.0.0.1/callback", "without the port", "--redirect-uri " + sent},
		"port left out":          {"http://127.0.0.1/callback", "", "http://127.0.0.1/callback", "without the port", "--redirect-uri " + sent},
		"port 0":                 {"http://127.0.0.1:0/callback", "", "http://127.0.0.1/callback", "without the port", "--redirect-uri " + sent},
		"a port of one's own":    {sent, "", sent, "", ""},
		"provider lets any in":   {"", "google", "http://127.0.0.1/callback", "without the port", "--redirect-uri " + sent},
		"provider compares them": {"", "auth0", sent, "compares ports", "--redirect-uri " + sent},
	} {
		d := Problem(p, flows.DiagnosisInput{Step: "authorize", Provider: c.provider, RedirectURI: sent, Config: flows.Config{ClientID: "app", RedirectURI: c.configured}})
		if d == nil || d.ID != "CL-15" {
			t.Fatalf("%s: %+v", name, d)
		}
		if f := d.Fixes[0]; f.Value != c.register || !strings.Contains(f.Text, c.says) || c.says == "" && strings.Contains(f.Text, "port") {
			t.Errorf("%s: %+v", name, f)
		}
		if got := d.Fixes[1].Value; c.pinned != "" && got != c.pinned || c.pinned == "" && strings.HasPrefix(got, "--redirect-uri") {
			t.Errorf("%s: %+v", name, d.Fixes)
		}
	}
}

// TestUnproven: of a capture that does not show the whole login nobody knows that the code was sent as it came.
func TestUnproven(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_grant", Status: 400}}
	if d := Problem(p, flows.DiagnosisInput{Step: "token", Exchange: atToken(), Unproven: true}); d.ID != "SPEC-invalid_grant" {
		t.Errorf("%s: %s", d.ID, d.Summary)
	}
}
