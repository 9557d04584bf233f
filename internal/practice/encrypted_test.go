package practice_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// inner gives the token inside an encrypted one, once it opened and the signature inside was verified.
func inner(t *testing.T, s *flows.Session, which flows.TokenName) map[string]any {
	t.Helper()
	r := s.Reports[which]
	if r == nil || r.Kind != inspect.JWECompact || r.Encryption == nil || r.Encryption.Status != inspect.Opened || r.Inner == nil || r.Inner.Signature.Status != inspect.Verified {
		t.Fatalf("%s: want an encrypted token with a verified one inside, got %+v", which, r)
	}
	var all map[string]any
	if err := json.Unmarshal(r.Inner.Payload, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEngineEncryptedBothWays sends a request that is signed and encrypted, and gets an answer, an ID token, userinfo and an
// introspection answer that are.
func TestEngineEncryptedBothWays(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-encrypted")
	cfg.Request.EncryptJAR, cfg.ResponseMode = true, "jwt"
	s, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if got := inner(t, s, flows.IDToken); got["sub"] != "alice" || got["aud"] != "practice-encrypted" {
		t.Errorf("ID token %v", got)
	}
	if got := inner(t, s, flows.UserInfo); got["email"] != "alice@example.com" {
		t.Errorf("userinfo %v", got)
	}
	for step, want := range map[string]string{
		"request_object": "encrypted with ECDH-ES+A256KW and A256GCM", "authorize": "signed by the provider",
		"id_token": "opened with ECDH-ES+A256KW; signature verified with ES256", "userinfo": "sub is that of the ID token",
	} {
		if got := note(events, step); !strings.Contains(got, want) {
			t.Errorf("%s: want %q, got %q", step, want, got)
		}
	}
	for _, e := range events {
		if v, ok := e.(flows.Variable); ok && (v.Name == "request" || v.Name == "response") && strings.Count(v.Value, ".") != 4 {
			t.Errorf("%s is not encrypted: %d parts", v.Name, strings.Count(v.Value, ".")+1)
		}
	}

	asked, events := run(t, p, flows.Introspect(s, flows.AccessToken), flows.Config{})
	if in := asked.Introspection; !in.Active || !in.Signed || !in.Encrypted || !strings.Contains(note(events, "introspect"), "encrypted to this client") {
		t.Errorf("introspection %+v, note %q", in, note(events, "introspect"))
	}
	again, _ := run(t, p, flows.Refresh(s), flows.Config{})
	if got := inner(t, again, flows.IDToken); got["sub"] != "alice" {
		t.Errorf("refreshed ID token %v", got)
	}
}

// TestEngineEncryptedPushed pushes the encrypted request, and takes the answer in a form.
func TestEngineEncryptedPushed(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-encrypted")
	cfg.Request.EncryptJAR, cfg.Request.PAR, cfg.ResponseMode = true, true, "form_post.jwt"
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if got := inner(t, s, flows.IDToken); got["sub"] != "alice" {
		t.Errorf("ID token %v", got)
	}
}

// TestEngineWithoutTheKey is told what is missing, and never that something was verified.
func TestEngineWithoutTheKey(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-encrypted")
	cfg.DecryptKey = secret.Text{}
	s, events, err := try(t, p, flows.AuthorizationCode(cfg), cfg)
	if err == nil || !strings.Contains(err.Error(), "an ID token that can be opened here") || !strings.Contains(err.Error(), "practice-encrypted-enc") {
		t.Fatalf("error %v", err)
	}
	if r := s.Reports[flows.IDToken]; r.Signature.Status == inspect.Verified {
		t.Errorf("signature %+v", r.Signature)
	}
	for _, e := range events {
		if failed, ok := e.(flows.StepFailed); ok && (failed.Diagnosis == nil || failed.Diagnosis.ID != "CL-ENCRYPTED") {
			t.Errorf("diagnosis %+v", failed.Diagnosis)
		}
	}
	other := config(t, p, "practice-key")
	cfg.DecryptKey = other.ClientKey
	if _, _, err := try(t, p, flows.AuthorizationCode(cfg), cfg); err == nil || !strings.Contains(err.Error(), "that can be opened here") {
		t.Errorf("with a foreign key: %v", err)
	}
	cfg.DecryptKey = secret.New(`{"kty":"EC"}`)
	if _, _, err := try(t, p, flows.AuthorizationCode(cfg), cfg); err == nil || !strings.Contains(err.Error(), "private keys to open") {
		t.Errorf("with no key: %v", err)
	}
}

// TestEngineSignedIntrospection is asked for in JSON Web Token form, as the provider announces it (RFC 9701).
func TestEngineSignedIntrospection(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-basic")
	cfg.Scopes = []string{"practice:read"}
	s, _ := run(t, p, flows.ClientCredentials(cfg), cfg)
	s, events := run(t, p, flows.Introspect(s, flows.AccessToken), flows.Config{})
	if in := s.Introspection; !in.Active || !in.Signed || in.Encrypted {
		t.Errorf("introspection %+v", in)
	}
	for _, e := range events {
		if x, ok := e.(flows.Exchange); ok && x.Response.Status != http.StatusOK {
			t.Errorf("status %d", x.Response.Status)
		}
	}
}

// TestEngineClientMethods logs in as each of the standing clients, and asks with each that can.
func TestEngineClientMethods(t *testing.T) {
	p := start(t, practice.Options{MutualTLS: true})
	for _, c := range p.Clients() {
		t.Run(c.ID, func(t *testing.T) {
			cfg := config(t, p, c.ID)
			s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
			if len(s.Tokens.UserInfo) == 0 {
				t.Error("no userinfo")
			}
			run(t, p, flows.Refresh(s), flows.Config{})
			if c.Method == "none" {
				return
			}
			cfg.Scopes = []string{"practice:read"}
			own, _ := run(t, p, flows.ClientCredentials(cfg), cfg)
			own, _ = run(t, p, flows.Introspect(own, flows.AccessToken), flows.Config{})
			if !own.Introspection.Active {
				t.Errorf("introspection %s", own.Introspection.Raw)
			}
			cfg.AuthMethod = "" // chosen by what the client has
			if _, _, err := try(t, p, flows.ClientCredentials(cfg), cfg); err != nil && c.Method != "client_secret_post" && c.Method != "client_secret_jwt" && c.Method != "self_signed_tls_client_auth" {
				t.Errorf("the method is not found: %v", err)
			}
		})
	}
}
