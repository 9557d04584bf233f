package practice_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// thumbprint is x5t#S256 of a certificate in PEM, computed here anew.
func thumbprint(t *testing.T, certificate []byte) string {
	t.Helper()
	block, _ := pem.Decode(certificate)
	if block == nil {
		t.Fatal("no certificate")
	}
	sum := sha256.Sum256(block.Bytes)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// TestEngineMutualTLS logs in with both methods of RFC 8705: the requests go to the aliases, and the tokens are bound to the
// certificate.
func TestEngineMutualTLS(t *testing.T) {
	p := start(t, practice.Options{MutualTLS: true})
	for _, client := range []string{"practice-tls", "practice-self-signed"} {
		t.Run(client, func(t *testing.T) {
			cfg := config(t, p, client)
			cfg.Request.PAR = true
			s, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
			if !strings.Contains(note(events, "token"), "bound to our certificate") {
				t.Errorf("note %q", note(events, "token"))
			}
			cnf, _ := claims(t, s, flows.AccessToken)["cnf"].(map[string]any)
			if want := thumbprint(t, cfg.Transport.ClientCertPEM); cnf["x5t#S256"] != want {
				t.Errorf("cnf %v, want %s", cnf, want)
			}
			direct := map[string]bool{"pushed authorization request": true, "token": true, "userinfo": true}
			for _, e := range events {
				x, ok := e.(flows.Exchange)
				if ok && direct[x.Purpose] != strings.HasPrefix(x.Request.URL, p.MutualTLS()) {
					t.Errorf("%s goes to %s", x.Purpose, x.Request.URL)
				}
			}
			run(t, p, flows.Refresh(s), flows.Config{})
			run(t, p, flows.Introspect(s, flows.AccessToken), flows.Config{})
			run(t, p, flows.Revoke(s, flows.RefreshToken), flows.Config{})
		})
	}
}

// TestEngineCertificateOfAnother comes with a certificate that is good, but not the client's.
func TestEngineCertificateOfAnother(t *testing.T) {
	p := start(t, practice.Options{MutualTLS: true})
	for client, other := range map[string]string{"practice-tls": "practice-self-signed", "practice-self-signed": "practice-tls"} {
		cfg, stolen := config(t, p, client), config(t, p, other)
		cfg.Transport.ClientCertPEM, cfg.Transport.ClientCertKeyPEM = stolen.Transport.ClientCertPEM, stolen.Transport.ClientCertKeyPEM
		if _, _, err := try(t, p, flows.ClientCredentials(cfg), cfg); err == nil || !strings.Contains(err.Error(), "invalid_client") {
			t.Errorf("%s with the certificate of %s: %v", client, other, err)
		}
	}
}

// TestEngineBoundTokenWithoutItsCertificate uses a bound token as if it were a bearer token.
func TestEngineBoundTokenWithoutItsCertificate(t *testing.T) {
	p := start(t, practice.Options{MutualTLS: true})
	cfg := config(t, p, "practice-tls")
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	thief := &flows.Session{Config: flows.Config{Issuer: p.Issuer()}, Tokens: flows.Tokens{Access: s.Tokens.Access}}
	if _, _, err := try(t, p, flows.FetchUserInfo(thief), flows.Config{}); err == nil || !strings.Contains(err.Error(), "invalid") {
		t.Errorf("the token works without the certificate: %v", err)
	}
	for _, f := range []flows.Flow{flows.FetchUserInfo(s), flows.Call(s, flows.CallInput{Method: "GET", URL: p.MutualTLS() + "/userinfo"})} {
		run(t, p, f, flows.Config{})
	}
}

// TestEngineDoesNotTrustTheAuthorityByItself fails in the handshake, and says so.
func TestEngineDoesNotTrustTheAuthorityByItself(t *testing.T) {
	p := start(t, practice.Options{MutualTLS: true})
	cfg := config(t, p, "practice-tls")
	cfg.Transport.CAPEM = nil
	if _, _, err := try(t, p, flows.ClientCredentials(cfg), cfg); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("%v", err)
	}
}
