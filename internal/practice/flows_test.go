package practice_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// The engine's flows against this provider, over real loopback: what each says the other has to understand.

// config gives the engine's configuration of one of the provider's clients.
func config(t *testing.T, p *practice.Provider, client string) flows.Config {
	t.Helper()
	cfg, err := p.Config(client)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// run runs a flow as alice, and gives what the run told.
func run(t *testing.T, p *practice.Provider, f flows.Flow, cfg flows.Config) (*flows.Session, []flows.Event) {
	t.Helper()
	s, events, err := try(t, p, f, cfg)
	if err != nil {
		t.Fatalf("%s: %v\n%+v", f.ID, err, p.Log())
	}
	return s, events
}

func try(t *testing.T, p *practice.Provider, f flows.Flow, cfg flows.Config) (*flows.Session, []flows.Event, error) {
	t.Helper()
	var events []flows.Event
	person := make(chan error, 10)
	asked := 0
	if cfg.Issuer != "" && cfg.UserTimeout == 0 {
		cfg.UserTimeout = 10 * time.Second
	}
	s, err := flows.Run(t.Context(), f, cfg, func(e flows.Event) {
		events = append(events, e)
		need, ok := e.(flows.NeedUser)
		if !ok || need.Kind == flows.NeedElsewhere {
			return
		}
		asked++
		go func(ctx context.Context) {
			if need.Kind == flows.NeedDevice {
				person <- p.ApproveDevice(ctx, need.UserCode)
				return
			}
			_, err := p.LogIn(ctx, need.URL)
			person <- err
		}(t.Context())
	})
	for range asked {
		if failed := <-person; failed != nil && err == nil {
			t.Errorf("the person: %v", failed)
		}
	}
	return s, events, err
}

// note gives what a step said at its end.
func note(events []flows.Event, step string) string {
	for _, e := range events {
		if done, ok := e.(flows.StepDone); ok && done.Step == step {
			return done.Note
		}
	}
	return ""
}

// purposes lists the requests of a run.
func purposes(events []flows.Event) []string {
	var all []string
	for _, e := range events {
		if x, ok := e.(flows.Exchange); ok {
			all = append(all, x.Purpose)
		}
	}
	return all
}

// claims gives a token's payload, once its signature was verified.
func claims(t *testing.T, s *flows.Session, which flows.TokenName) map[string]any {
	t.Helper()
	r := s.Reports[which]
	if r == nil || r.Signature.Status != inspect.Verified {
		t.Fatalf("%s is not verified: %+v", which, r)
	}
	var all map[string]any
	if err := json.Unmarshal(r.Payload, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEngineClientCredentialsIntrospectRevoke(t *testing.T) {
	p := start(t, practice.Options{})
	for _, client := range []string{"practice-basic", "practice-post"} {
		t.Run(client, func(t *testing.T) {
			cfg := config(t, p, client)
			cfg.Scopes = []string{"practice:read"}
			s, _ := run(t, p, flows.ClientCredentials(cfg), cfg)
			if got := claims(t, s, flows.AccessToken); got["sub"] != client || got["scope"] != "practice:read" {
				t.Errorf("claims %v", got)
			}
			s, _ = run(t, p, flows.Introspect(s, flows.AccessToken), flows.Config{})
			if in := s.Introspection; in == nil || !in.Active || !strings.Contains(string(in.Raw), "practice:read") {
				t.Errorf("introspection %+v", in)
			}
			s.Config.ClientSecret = secret.New("wrong")
			if _, _, err := try(t, p, flows.Introspect(s, flows.AccessToken), flows.Config{}); err == nil || !strings.Contains(err.Error(), "invalid_client") {
				t.Errorf("with a wrong secret: %v", err)
			}
		})
	}
}

func TestEngineRevokesALogin(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-basic")
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	s, _ = run(t, p, flows.Revoke(s, flows.RefreshToken), flows.Config{})
	s, _ = run(t, p, flows.Introspect(s, flows.RefreshToken), flows.Config{})
	if s.Introspection.Active || !slices.Equal(s.Revoked, []flows.TokenName{flows.RefreshToken}) {
		t.Errorf("after the revocation: %s, revoked %v", s.Introspection.Raw, s.Revoked)
	}
	if _, _, err := try(t, p, flows.Refresh(s), flows.Config{}); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("the revoked token refreshes: %v", err)
	}
}

func TestEngineTokenExchange(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice-post")
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	s, _ = run(t, p, flows.ExchangeToken(s), flows.Config{Extra: map[string][]string{"scope": {"practice:read"}}})
	if got := claims(t, s, flows.AccessToken); got["sub"] != "alice" || got["scope"] != "practice:read" {
		t.Errorf("claims %v", got)
	}
}

func TestEngineDPoPWithNonces(t *testing.T) {
	p := start(t, practice.Options{DPoPNonce: true})
	cfg := config(t, p, "practice")
	cfg.Request.DPoP = true
	s, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if s.Tokens.TokenType != "DPoP" || !strings.Contains(note(events, "token"), "bound to our DPoP key") || len(s.Tokens.UserInfo) == 0 {
		t.Errorf("token type %q, note %q, userinfo %s", s.Tokens.TokenType, note(events, "token"), s.Tokens.UserInfo)
	}
	if got := purposes(events); !slices.Equal(got, []string{"discovery", "keys", "callback", "token", "token", "userinfo"}) {
		t.Errorf("the request is repeated once, for the nonce: %v", got)
	}
	again, events := run(t, p, flows.Refresh(s), flows.Config{})
	if again.Tokens.TokenType != "DPoP" || !strings.Contains(note(events, "token"), "bound to our DPoP key") {
		t.Errorf("refreshed: %q %q", again.Tokens.TokenType, note(events, "token"))
	}
}

func TestEnginePushedAndSignedAnswers(t *testing.T) {
	p := start(t, practice.Options{})
	for _, mode := range []string{"", "query", "form_post", "jwt", "query.jwt", "form_post.jwt"} {
		t.Run(mode, func(t *testing.T) {
			cfg := config(t, p, "practice")
			cfg.Request.PAR, cfg.ResponseMode = true, mode
			s, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
			if s.Tokens.ID.IsZero() || note(events, "par") == "" {
				t.Errorf("tokens of a pushed request: %q", note(events, "par"))
			}
			if signed := strings.HasSuffix(mode, "jwt"); signed != strings.Contains(note(events, "authorize"), "signed by the provider") {
				t.Errorf("note %q", note(events, "authorize"))
			}
		})
	}
}

func TestEngineRequestOptions(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	cfg.Scopes = []string{"openid"}
	cfg.Request.ACRValues = []string{"urn:oidcscope:practice:password"}
	cfg.Request.Prompt, cfg.Request.Resources = []string{"login"}, []string{"https://api.practice.example"}
	cfg.Request.Claims = []byte(`{"id_token":{"email":null}}`)
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if got := claims(t, s, flows.IDToken); got["email"] != "alice@example.com" {
		t.Errorf("ID token %v", got)
	}
	if got := claims(t, s, flows.AccessToken); got["aud"] != "https://api.practice.example" {
		t.Errorf("access token %v", got)
	}
	cfg.Request.ACRValues = []string{"urn:example:fingerprint"}
	if _, _, err := try(t, p, flows.AuthorizationCode(cfg), cfg); err == nil {
		t.Error("a level that was not reached is accepted")
	}
}

// register registers a client and gives the engine's configuration of it, with the key that it holds.
func register(t *testing.T, p *practice.Provider, metadata map[string]any) (flows.Config, map[string]any) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "mine", Algorithm: "ES256", Use: "sig"}
	private, err := jwk.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	metadata["application_type"], metadata["redirect_uris"] = "native", []string{"http://127.0.0.1/callback"}
	metadata["jwks"] = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}}
	body, err := json.Marshal(metadata)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(p.Issuer()+"/register", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var client map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&client); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("registration: %d %v", resp.StatusCode, client)
	}
	cfg := flows.Config{Issuer: p.Issuer(), ClientID: client["client_id"].(string), ClientKey: secret.New(string(private))}
	if s, ok := client["client_secret"].(string); ok {
		cfg.ClientSecret = secret.New(s)
	}
	return cfg, client
}

func TestEngineAssertions(t *testing.T) {
	p := start(t, practice.Options{})
	for _, method := range []flows.AuthMethod{flows.AuthPrivateKeyJWT, flows.AuthSecretJWT} {
		t.Run(string(method), func(t *testing.T) {
			cfg, _ := register(t, p, map[string]any{"grant_types": []string{"authorization_code", "refresh_token", "client_credentials"},
				"token_endpoint_auth_method": method, "token_endpoint_auth_signing_alg": map[flows.AuthMethod]string{flows.AuthPrivateKeyJWT: "ES256", flows.AuthSecretJWT: "HS256"}[method]})
			cfg.AuthMethod = method
			if method == flows.AuthSecretJWT {
				cfg.ClientKey = secret.Text{}
			}
			cfg.Request.PAR = true
			s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
			run(t, p, flows.Refresh(s), flows.Config{})
			cfg.Scopes = []string{"practice:read"}
			run(t, p, flows.ClientCredentials(cfg), cfg)
		})
	}
}

func TestEngineSignedRequest(t *testing.T) {
	p := start(t, practice.Options{})
	for name, push := range map[string]bool{"by value": false, "pushed": true} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := register(t, p, map[string]any{"grant_types": []string{"authorization_code"}, "token_endpoint_auth_method": "none", "request_object_signing_alg": "ES256"})
			cfg.AuthMethod, cfg.Scopes = flows.AuthNone, []string{"openid"}
			cfg.Request.JAR, cfg.Request.PAR = true, push
			_, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
			if !strings.Contains(note(events, "request_object"), "ES256") {
				t.Errorf("note %q", note(events, "request_object"))
			}
		})
	}
}

// TestEngineRequestSignedWithTheSecret: the library verifies what was signed with the secret, in an address and pushed, and so is the client's
// assertion with every algorithm of secrets.
func TestEngineRequestSignedWithTheSecret(t *testing.T) {
	p := start(t, practice.Options{})
	for _, id := range []string{"practice-basic", "practice-post", "practice-secret-jwt"} {
		for _, alg := range []string{"HS256", "HS384", "HS512"} {
			t.Run(id+" "+alg, func(t *testing.T) {
				cfg := config(t, p, id)
				cfg.Request.JAR, cfg.Request.JARAlg, cfg.Request.PAR, cfg.ClientKeyAlg = true, alg, alg == "HS384", alg
				_, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
				if !strings.Contains(note(events, "request_object"), "signed with "+alg) {
					t.Errorf("note %q", note(events, "request_object"))
				}
			})
		}
	}
	cfg := config(t, p, "practice-basic")
	cfg.Request.JAR, cfg.ClientSecret = true, secret.New(strings.Repeat("another secret ", 6))
	if _, _, err := try(t, p, flows.AuthorizationCode(cfg), cfg); err == nil {
		t.Error("a request that was signed with another secret is taken")
	}
}

func TestEngineSignedUserInfo(t *testing.T) {
	p := start(t, practice.Options{})
	cfg, _ := register(t, p, map[string]any{"grant_types": []string{"authorization_code"}, "token_endpoint_auth_method": "none", "userinfo_signed_response_alg": "ES256"})
	cfg.AuthMethod, cfg.Scopes, cfg.ClientKey = flows.AuthNone, []string{"openid profile"}, secret.Text{}
	s, events := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if !strings.Contains(note(events, "userinfo"), "signature verified with ES256; sub is that of the ID token") {
		t.Errorf("note %q", note(events, "userinfo"))
	}
	if got := claims(t, s, flows.UserInfo); got["name"] != "Alice Example" {
		t.Errorf("userinfo %v", got)
	}
}

func TestEngineLogout(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	cfg.PostLogoutRedirectURI = "http://127.0.0.1/bye"
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	_, events := run(t, p, flows.Logout(s), flows.Config{})
	if !strings.Contains(note(events, "logout"), "came back") {
		t.Errorf("note %q", note(events, "logout"))
	}
}

func TestEngineJWTBearer(t *testing.T) {
	p := start(t, practice.Options{})
	cfg, _ := register(t, p, map[string]any{"grant_types": []string{"authorization_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, "token_endpoint_auth_method": "private_key_jwt"})
	cfg.Scopes, cfg.Grant.Subject = []string{"practice:read"}, "alice"
	s, _ := run(t, p, flows.JWTBearer(cfg), cfg)
	if got := claims(t, s, flows.AccessToken); got["sub"] != "alice" || got["scope"] != "practice:read" {
		t.Errorf("claims %v", got)
	}
	for name, spoil := range map[string]func(*flows.Config){
		"nobody":        func(c *flows.Config) { c.Grant.Subject = "mallory" },
		"for another":   func(c *flows.Config) { c.AssertionAudience = "https://elsewhere.example" },
		"by another":    func(c *flows.Config) { c.ClientKey = otherKey(t) },
		"another's kid": func(c *flows.Config) { c.ClientKeyID = "unknown" },
	} {
		t.Run(name, func(t *testing.T) {
			bad := cfg
			spoil(&bad)
			if _, _, err := try(t, p, flows.JWTBearer(bad), bad); err == nil || !strings.Contains(err.Error(), "invalid_") {
				t.Errorf("%v", err)
			}
		})
	}
}

// The client with a key that is there from the start may speak for itself and for the people here, as one that registered may.
func TestEngineJWTBearerOfTheStandingClient(t *testing.T) {
	p := start(t, practice.Options{})
	for _, subject := range []string{"practice-key", "alice"} {
		cfg := config(t, p, "practice-key")
		cfg.Scopes, cfg.Grant.Subject = []string{"practice:read"}, subject
		s, _ := run(t, p, flows.JWTBearer(cfg), cfg)
		if got := claims(t, s, flows.AccessToken)["sub"]; got != subject {
			t.Errorf("sub %v, want %q", got, subject)
		}
	}
}

func otherKey(t *testing.T) secret.Text {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	text, err := (&jose.JSONWebKey{Key: key, KeyID: "mine", Algorithm: "ES256"}).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return secret.New(string(text))
}

func TestEngineHybridAndImplicit(t *testing.T) {
	p := start(t, practice.Options{})
	for _, c := range []struct {
		responseType string
		flow         func(flows.Config) flows.Flow
	}{
		{"id_token", flows.Implicit}, {"id_token token", flows.Implicit},
		{"code id_token", flows.Hybrid}, {"code token", flows.Hybrid}, {"code id_token token", flows.Hybrid},
	} {
		for _, mode := range []string{"form_post", "form_post.jwt", "fragment"} {
			t.Run(c.responseType+" "+mode, func(t *testing.T) {
				cfg := config(t, p, "practice-basic") // go-oidc wants PKCE of public clients even where there is no code
				cfg.Request.ResponseType, cfg.ResponseMode = c.responseType, mode
				if mode == "fragment" { // what a browser would run as a script, a person does by hand
					pasted := make(chan string, 1)
					cfg.Paste, cfg.Pasted = true, pasted
					flow := c.flow(cfg)
					s, err := flows.Run(t.Context(), flow, cfg, func(e flows.Event) {
						if need, ok := e.(flows.NeedUser); ok {
							left, err := p.LogIn(t.Context(), need.URL)
							if left == "" {
								t.Errorf("the person: %v", err)
							}
							pasted <- left
						}
					})
					if err != nil {
						t.Fatalf("%v\n%+v", err, p.Log())
					}
					claims(t, s, flows.IDToken)
					return
				}
				s, events := run(t, p, c.flow(cfg), cfg)
				if got := claims(t, s, flows.IDToken); got["sub"] != "alice" {
					t.Errorf("ID token %v", got)
				}
				if strings.HasPrefix(c.responseType, "code") && !slices.Contains(purposes(events), "token") {
					t.Errorf("the code was not redeemed: %v", purposes(events))
				}
			})
		}
	}
}

func TestEngineAuthorizationDetails(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	cfg.Request.AuthorizationDetails = []byte(`[{"type":"practice_order","order":7}]`)
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	if got := claims(t, s, flows.AccessToken); got["authorization_details"] == nil {
		t.Errorf("access token %v", got)
	}
}

func TestEnginePassword(t *testing.T) {
	for _, client := range []string{"practice", "practice-basic", "practice-key"} {
		p := start(t, practice.Options{})
		cfg := config(t, p, client)
		cfg.Grant.Username, cfg.Grant.Password = "bob", secret.New(practice.Password)
		s, _ := run(t, p, flows.Password(cfg), cfg)
		if got := claims(t, s, flows.IDToken); got["sub"] != "bob" || len(s.Tokens.UserInfo) == 0 {
			t.Errorf("%s: ID token %v, userinfo %s", client, got, s.Tokens.UserInfo)
		}
	}
	for name, change := range map[string]func(*flows.Config){
		"wrong password": func(c *flows.Config) { c.Grant.Password = secret.New("guess") },
		"unknown person": func(c *flows.Config) { c.Grant.Username = "mallory" },
		"unknown client": func(c *flows.Config) { c.ClientID = "nobody" },
		"wrong secret":   func(c *flows.Config) { c.ClientSecret = secret.New("guess") },
	} {
		p := start(t, practice.Options{})
		cfg := config(t, p, "practice-basic")
		cfg.Grant.Username, cfg.Grant.Password = "alice", secret.New(practice.Password)
		change(&cfg)
		if _, err := flows.Run(t.Context(), flows.Password(cfg), cfg, func(flows.Event) {}); err == nil {
			t.Errorf("%s: tokens were given", name)
		}
	}
}

func TestEngineCIBA(t *testing.T) {
	p := start(t, practice.Options{DeviceInterval: time.Second})
	cfg := config(t, p, "practice-basic")
	cfg.Request.LoginHint, cfg.Grant.BindingMessage = "alice", "W4SCT"
	s, events := run(t, p, flows.CIBA(cfg), cfg)
	if got := claims(t, s, flows.IDToken); got["sub"] != "alice" || len(s.Tokens.UserInfo) == 0 {
		t.Errorf("ID token %v, userinfo %s", got, s.Tokens.UserInfo)
	}
	if got := purposes(events); !slices.Equal(got, []string{"discovery", "keys", "backchannel authentication", "token", "token", "userinfo"}) {
		t.Errorf("requests %v", got)
	}
	cfg.Request.LoginHint = "bob"
	if _, _, err := try(t, p, flows.CIBA(cfg), cfg); err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("bob: %v", err)
	}
	cfg.Request.LoginHint = "mallory"
	if _, _, err := try(t, p, flows.CIBA(cfg), cfg); err == nil || !strings.Contains(err.Error(), "unknown_user_id") {
		t.Errorf("nobody: %v", err)
	}
}
