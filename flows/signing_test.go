package flows

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// clientKeyPEM is a private key of the client: that of the test provider, which nobody minds.
func clientKeyPEM(t *testing.T) string {
	der, err := x509.MarshalPKCS8PrivateKey(testKey())
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// readJWT verifies a JWT with the key set of one JWK and gives header and claims.
func readJWT(t *testing.T, raw, keys string) (header, claims *inspect.Value) {
	t.Helper()
	tok := inspect.Decode(raw)
	if v := inspect.Verify(tok, inspect.ParseKeySet([]byte(keys), "jwks", "")); v.Status != inspect.Verified {
		t.Fatalf("%s: %s %s", raw, v.Status, v.Reason)
	}
	return tok.Header, tok.Payload
}

func number(v *inspect.Value, name string) string {
	if m := v.Get(name); m != nil {
		return m.Raw
	}
	return ""
}

func TestClientAssertion(t *testing.T) {
	for name, c := range map[string]struct {
		cfg   func(*Config)
		keys  func(*world) string
		alg   string
		kid   string
		aud   string
		typed AuthMethod
	}{
		"key": {func(c *Config) { c.ClientKey = secret.New(clientKeyPEM(t)) },
			func(w *world) string { return jsonText(w.idp.jwk("")) }, "ES256", "", "https://idp.example", AuthPrivateKeyJWT},
		"key with a name": {func(c *Config) {
			c.ClientKey, c.ClientKeyID, c.AssertionAudience = secret.New(clientKeyPEM(t)), "mine", "https://idp.example/token"
		}, func(w *world) string { return jsonText(w.idp.jwk("mine")) }, "ES256", "mine", "https://idp.example/token", AuthPrivateKeyJWT},
		"secret": {func(c *Config) {
			c.ClientSecret, c.AuthMethod = secret.New("client-secret-0123456789-0123456789"), AuthSecretJWT
		}, func(w *world) string {
			return jsonText(map[string]any{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString([]byte("client-secret-0123456789-0123456789"))})
		}, "HS256", "", "https://idp.example", AuthSecretJWT},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("token_endpoint_auth_methods_supported", []string{"private_key_jwt", "client_secret_jwt"})
				c.cfg(&w.cfg)
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg)) // through x/oauth2
				if err != nil {
					t.Fatal(err)
				}
				first := w.checkAssertion(t, c.keys(w), c.alg, c.kid, c.aud)
				w.events, w.idp.seen = nil, nil
				w.idp.login.Del("nonce")
				if _, err := w.run(t.Context(), Refresh(s)); err != nil { // through x/oauth2, without a place for parameters
					t.Fatal(err)
				}
				if second := w.checkAssertion(t, c.keys(w), c.alg, c.kid, c.aud); first == second {
					t.Error("the assertion was used twice")
				}
				w.events, w.idp.seen = nil, nil
				if _, err := w.run(t.Context(), ClientCredentials(w.cfg)); err != nil { // by our own request
					t.Fatal(err)
				}
				w.checkAssertion(t, c.keys(w), c.alg, c.kid, c.aud)
			})
		})
	}
}

// checkAssertion checks what came with the last token request, and gives its jti.
func (w *world) checkAssertion(t *testing.T, keys, alg, kid, aud string) string {
	t.Helper()
	form := w.idp.form("/token")
	if form.Get("client_assertion_type") != assertionType || form.Has("client_secret") || form.Get("client_id") != "practice" {
		t.Errorf("request %v", form)
	}
	header, claims := readJWT(t, form.Get("client_assertion"), keys)
	if memberText(header, "alg") != alg || memberText(header, "kid") != kid {
		t.Errorf("header %s", header.Raw)
	}
	now := time.Now().Unix()
	for name, want := range map[string]string{"iss": "practice", "sub": "practice", "aud": aud} {
		if got := memberText(claims, name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if number(claims, "iat") != jsonText(now) || number(claims, "exp") != jsonText(now+300) {
		t.Errorf("times in %s at %d", claims.Raw, now)
	}
	shown := false
	for _, v := range of[Variable](w) {
		shown = shown || v.Name == "client_assertion_claims" && v.Value == claims.Raw
	}
	if !shown {
		t.Error("the claims are not shown")
	}
	return memberText(claims, "jti")
}

func TestRefusedAssertionIsExplained(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ClientKey, w.cfg.AuthMethod = secret.New(clientKeyPEM(t)), AuthPrivateKeyJWT
		w.idp.answer("/token", replyJSON(401, map[string]any{"error": "invalid_client"}))
		_, err := w.run(t.Context(), ClientCredentials(w.cfg))
		p := problemOf(t, err)
		if p.Diagnosis == nil || p.Diagnosis.ID != "CL-ASSERTION" || !strings.Contains(p.Diagnosis.Fixes[1].Value, "https://idp.example/token") {
			t.Errorf("%+v", p.Diagnosis)
		}
	})
}

// TestRefusedAssertionAndClocks: a clock that is known to be wrong is the first cause, and one that is right is none.
func TestRefusedAssertionAndClocks(t *testing.T) {
	for apart, first := range map[time.Duration]string{10 * time.Minute: "10m0s apart", time.Second: "public key"} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.ClientKey, w.cfg.AuthMethod = secret.New(clientKeyPEM(t)), AuthPrivateKeyJWT
			refuse := replyJSON(401, map[string]any{"error": "invalid_client"})
			w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Date", time.Now().Add(apart).UTC().Format(http.TimeFormat))
				refuse(rw, r)
			})
			_, err := w.run(t.Context(), ClientCredentials(w.cfg))
			d := problemOf(t, err).Diagnosis
			if d == nil || !strings.Contains(d.Causes[0], first) || strings.Contains(d.Fixes[0].Text, "clock") != (apart > time.Minute) {
				t.Errorf("%v: %+v", apart, d)
			}
		})
	}
}

func TestClientKeysThatCannotSign(t *testing.T) {
	public := jsonText(newIDP(t).jwk("k"))
	for name, c := range map[string]struct{ key, got string }{
		"public":   {public, "a public EC P-256 key"},
		"rubbish":  {"not a key", "wanted the literal null"},
		"a secret": {`{"kty":"oct","k":"AAAA"}`, "client secret"},
		"empty":    {`{"keys":[]}`, "no key"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.ClientKey = secret.New(c.key)
				_, err := w.run(t.Context(), ClientCredentials(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Got, c.got) || len(w.idp.requests()) != 0 {
					t.Errorf("%s %q, requests %v", p.Kind, p.Got, w.idp.requests())
				}
			})
		})
	}
	inBubble(t, func(t *testing.T, w *world) { // a key that does not fit what is announced
		w.idp.meta = func(d map[string]any) {
			d["token_endpoint_auth_methods_supported"] = []string{"private_key_jwt"}
			d["token_endpoint_auth_signing_alg_values_supported"] = []string{"RS256"}
		}
		w.cfg.ClientKey = secret.New(clientKeyPEM(t))
		_, err := w.run(t.Context(), ClientCredentials(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Expected, "RS256") || slices.Contains(w.idp.requests(), "POST /token") {
			t.Errorf("%+v", p)
		}
	})
}

func TestJWTBearerWithAnOwnAssertion(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ClientKey, w.cfg.Grant.Subject = secret.New(clientKeyPEM(t)), "alice"
		if _, err := w.run(t.Context(), JWTBearer(w.cfg)); err != nil {
			t.Fatal(err)
		}
		form := w.idp.form("/token")
		_, claims := readJWT(t, form.Get("assertion"), jsonText(w.idp.jwk("")))
		if memberText(claims, "iss") != "practice" || memberText(claims, "sub") != "alice" || memberText(claims, "aud") != w.idp.issuer {
			t.Errorf("claims %s", claims.Raw)
		}
		if form.Has("client_assertion") || form.Get("client_id") != "practice" {
			t.Errorf("the provider does not announce private_key_jwt: %v", form)
		}
	})
}

// dpopProof checks the proof of the last request to a path and gives its claims and the thumbprint of its key.
func (w *world) dpopProof(t *testing.T, method, path string) (*inspect.Value, string) {
	t.Helper()
	var last *seenRequest
	for _, r := range w.idp.seen {
		if r.URL.Path == path {
			last = r
		}
	}
	if last == nil || last.Header.Get("DPoP") == "" {
		t.Fatalf("no proof at %s", path)
	}
	tok := inspect.Decode(last.Header.Get("DPoP"))
	jwk := tok.Header.Get("jwk")
	header, claims := readJWT(t, last.Header.Get("DPoP"), jwk.Raw)
	if memberText(header, "typ") != "dpop+jwt" || jwk.Get("d") != nil || memberText(claims, "htm") != method || memberText(claims, "htu") != w.idp.issuer+path {
		t.Errorf("proof %s %s", header.Raw, claims.Raw)
	}
	return claims, inspect.ParseKeySet([]byte(jwk.Raw), "", "").Keys[0].Thumbprint
}

// boundTokens makes the provider bind its tokens to the key of the proof.
func (w *world) boundTokens(t *testing.T) {
	w.idp.tokens = func(a map[string]any) {
		_, thumbprint := w.dpopProof(t, "POST", "/token")
		a["token_type"] = "DPoP"
		a["access_token"] = w.idp.sign(map[string]any{"alg": "ES256", "kid": w.idp.kid, "typ": "at+jwt"},
			map[string]any{"iss": w.idp.issuer, "sub": "alice", "aud": "api", "exp": time.Now().Unix() + 300, "cnf": map[string]any{"jkt": thumbprint}})
	}
}

// TestNonceByAnotherCode: a server that calls the missing nonce invalid_dpop_proof is asked once more, and only once.
func TestNonceByAnotherCode(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.DPoP = true
		w.boundTokens(t)
		refuse := func(nonce string) http.HandlerFunc {
			return func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("DPoP-Nonce", nonce)
				replyJSON(400, map[string]any{"error": "invalid_dpop_proof"})(rw, r)
			}
		}
		w.idp.answer("/token", refuse("n-1"), w.idp.token)
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Error(err)
		}
		w.idp.answer("/token", refuse("n-2"))
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); problemOf(t, err).OAuth.Code != "invalid_dpop_proof" {
			t.Error(err)
		}
		if n := len(w.idp.requests()); n > 12 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestDPoP(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.DPoP = true
		w.boundTokens(t)
		w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) { // wants a nonce first
			rw.Header().Set("DPoP-Nonce", "nonce-one")
			replyJSON(400, map[string]any{"error": "use_dpop_nonce"})(rw, r)
		}, func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("DPoP-Nonce", "nonce-two")
			w.idp.token(rw, r)
		})
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.idp.requests(); !slices.Equal(got[2:], []string{"POST /token", "POST /token", "GET /userinfo"}) || w.found("dpop-nonce") == nil {
			t.Errorf("requests %v", got)
		}
		atToken, thumbprint := w.dpopProof(t, "POST", "/token")
		if memberText(atToken, "nonce") != "nonce-one" || atToken.Get("ath") != nil || w.idp.login.Get("dpop_jkt") != thumbprint {
			t.Errorf("proof %s, dpop_jkt %s", atToken.Raw, w.idp.login.Get("dpop_jkt"))
		}
		atUserInfo, same := w.dpopProof(t, "GET", "/userinfo")
		sum := sha256.Sum256([]byte(s.Tokens.Access.Reveal()))
		if memberText(atUserInfo, "ath") != base64.RawURLEncoding.EncodeToString(sum[:]) || memberText(atUserInfo, "nonce") != "nonce-two" || same != thumbprint {
			t.Errorf("proof %s", atUserInfo.Raw)
		}
		if memberText(atUserInfo, "jti") == memberText(atToken, "jti") {
			t.Error("the id was used twice")
		}
		if last := w.idp.seen[len(w.idp.seen)-1]; last.Header.Get("Authorization") != "DPoP "+s.Tokens.Access.Reveal() {
			t.Errorf("Authorization: %s", last.Header.Get("Authorization"))
		}
		var note string
		for _, d := range of[StepDone](w) {
			if d.Step == "token" {
				note = d.Note
			}
		}
		if !strings.Contains(note, "bound to our DPoP key") {
			t.Errorf("note %q", note)
		}

		w.events, w.idp.seen = nil, nil // the key stays with the session
		w.idp.login.Del("nonce")
		if _, err := w.over(t, Refresh(s)); err != nil {
			t.Fatal(err)
		}
		if claims, again := w.dpopProof(t, "POST", "/token"); again != thumbprint || memberText(claims, "nonce") != "nonce-two" {
			t.Errorf("refresh: proof %s", claims.Raw)
		}
	})
}

func TestDPoPThatIsNotHeeded(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*testing.T, *world)
		found   string
		kind    ProblemKind
	}{
		"bearer token": {func(*testing.T, *world) {}, "dpop-ignored", ""},
		"asks for a nonce for ever": {func(t *testing.T, w *world) {
			w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("DPoP-Nonce", "nonce-"+jsonText(len(w.idp.requests())))
				replyJSON(400, map[string]any{"error": "use_dpop_nonce"})(rw, r)
			})
		}, "dpop-nonce", ProblemRefused},
		"bound to another key": {func(t *testing.T, w *world) {
			w.boundTokens(t)
			bind := w.idp.tokens
			w.idp.tokens = func(a map[string]any) {
				bind(a)
				a["access_token"] = w.idp.sign(map[string]any{"alg": "ES256", "kid": w.idp.kid}, map[string]any{"cnf": map[string]any{"jkt": "another"}, "exp": time.Now().Unix() + 300})
			}
		}, "", ProblemCheck},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Request.DPoP = true
				c.prepare(t, w)
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if c.kind == "" && err != nil || c.kind != "" && problemOf(t, err).Kind != c.kind {
					t.Errorf("%v", err)
				}
				if c.found != "" && w.found(c.found) == nil {
					t.Errorf("no finding %s", c.found)
				}
				if n := strings.Count(strings.Join(w.idp.requests(), "\n"), "POST /token"); n > 2 {
					t.Errorf("%d token requests", n)
				}
			})
		})
	}
}

// pushed makes the provider take pushed requests.
func (w *world) pushed() {
	w.idp.answer("/par", func(rw http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		w.idp.mu.Lock()
		w.idp.login = r.PostForm
		w.idp.mu.Unlock()
		replyJSON(201, map[string]any{"request_uri": "urn:example:request-1", "expires_in": 60})(rw, r)
	})
	w.browser = func(need NeedUser) {
		u, _ := url.Parse(need.URL)
		if q := u.Query(); len(q) != 2 || q.Get("request_uri") != "urn:example:request-1" || q.Get("client_id") != "practice" {
			w.t.Errorf("the browser carries %v", q)
		}
		back := url.Values{"code": {"code-0123456789"}, "state": {w.idp.login.Get("state")}, "iss": {w.idp.issuer}}
		w.visit(w.idp.login.Get("redirect_uri") + "?" + back.Encode())
	}
}

func TestPushedRequest(t *testing.T) {
	for name, c := range map[string]struct {
		ask, required bool
		steps         bool
	}{"asked for": {true, false, true}, "required": {false, true, false}, "both": {true, true, true}} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = func(d map[string]any) {
					d["pushed_authorization_request_endpoint"], d["require_pushed_authorization_requests"] = w.idp.issuer+"/par", c.required
				}
				w.pushed()
				w.confidential()
				w.cfg.Request.PAR = c.ask
				w.cfg.Request.LoginHint = "alice@example.com"
				if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
				form := w.idp.form("/par")
				for _, name := range []string{"code_challenge", "state", "nonce", "redirect_uri", "scope", "response_type", "login_hint"} {
					if form.Get(name) == "" {
						t.Errorf("%s was not pushed", name)
					}
				}
				if form.Get("code_challenge_method") != "S256" || form.Has("code_verifier") || form.Has("client_secret") {
					t.Errorf("pushed %v", form)
				}
				if got := slices.Contains(stepsDone(w), "par"); got != c.steps {
					t.Errorf("a step of its own: %v", stepsDone(w))
				}
				if n := strings.Count(strings.Join(w.idp.requests(), "\n"), "POST /par"); n != 1 {
					t.Errorf("pushed %d times", n)
				}
			})
		})
	}
}

func TestPushedRequestRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.PAR = true
		w.idp.meta = set("pushed_authorization_request_endpoint", w.idp.issuer+"/par")
		w.idp.answer("/par", replyJSON(400, map[string]any{"error": "invalid_request", "error_description": "redirect_uri"}))
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemRefused || w.failure().Meta.Step != "par" {
			t.Errorf("%+v", p)
		}
		time.Sleep(time.Second)
		if len(w.memory.listeners) != 0 {
			t.Error("the listener is still open")
		}
		w.events = nil
		w.idp.answer("/par", replyJSON(201, map[string]any{"expires_in": 60}))
		_, err = w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemAnswer || !strings.Contains(p.Expected, "request_uri") {
			t.Errorf("%+v", p)
		}
	})
}

func TestSignedRequest(t *testing.T) {
	for name, required := range map[string]bool{"asked for": false, "required": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("require_signed_request_object", required)
				w.cfg.ClientKey = secret.New(clientKeyPEM(t))
				w.cfg.Request.JAR = !required
				age := time.Minute
				w.cfg.Request.MaxAge, w.cfg.Request.Claims = &age, []byte(`{"id_token":{"email":null}}`)
				w.cfg.Request.Resources = []string{"https://a.example", "https://b.example"}
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(need.URL)
					q := u.Query()
					header, claims := readJWT(t, q.Get("request"), jsonText(w.idp.jwk("")))
					if memberText(header, "typ") != "oauth-authz-req+jwt" || memberText(claims, "iss") != "practice" || memberText(claims, "aud") != w.idp.issuer ||
						number(claims, "max_age") != "60" || claims.Get("claims").Get("id_token") == nil || len(claims.Get("resource").Items) != 2 {
						t.Errorf("request object %s", claims.Raw)
					}
					if q.Has("state") || q.Has("redirect_uri") || q.Get("client_id") != "practice" {
						t.Errorf("beside the object: %v", q)
					}
					login := url.Values{}
					for _, name := range []string{"state", "nonce", "redirect_uri", "code_challenge"} {
						login.Set(name, memberText(claims, name))
					}
					w.idp.mu.Lock()
					w.idp.login = login
					w.idp.mu.Unlock()
					w.visit(login.Get("redirect_uri") + "?" + url.Values{"code": {"code-0123456789"}, "state": {login.Get("state")}, "iss": {w.idp.issuer}}.Encode())
				}
				if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
	for alg, want := range map[string]string{"": "the client's private key, to sign the request with, or the client secret", "ES256": "private key, to sign the request with ES256",
		"HS256": "or the client secret", "none": "an algorithm to sign the request with"} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.Request.JAR, w.cfg.Request.JARAlg = true, alg
			_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
			if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Expected, want) {
				t.Errorf("%q: %+v", alg, p)
			}
		})
	}
}

// TestRequestSignedWithTheSecret: a MAC by the client secret signs as well (OpenID Connect Core 6.1, 10.1), and the provider can check it.
func TestRequestSignedWithTheSecret(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 4)
	for name, c := range map[string]struct {
		secret, asked string
		announced     []string
		key           bool
		alg           string   // HS… for the secret, else the key's
		findings      []string // all that are about the signed request
	}{
		"announced":                      {long, "", []string{"RS256", "HS256"}, false, "HS256", nil},
		"only a longer one is announced": {long, "", []string{"none", "HS512", "HS384"}, false, "HS384", nil},
		"nothing is announced":           {long, "", nil, false, "HS256", []string{"jar-algs-not-announced"}},
		"asked for":                      {long, "HS512", []string{"HS256", "HS512"}, false, "HS512", nil},
		"asked for, not announced":       {long, "HS512", []string{"HS256"}, false, "HS512", []string{"jar-alg-not-announced"}},
		"asked for beside a key":         {long, "HS256", []string{"ES256", "HS256"}, true, "HS256", nil},
		"a key goes first":               {long, "", []string{"HS256", "ES256"}, true, "ES256", nil},
		"a key that is not announced":    {long, "", []string{"HS256"}, true, "HS256", nil},
		"a short secret":                 {long[:47], "HS384", []string{"HS384"}, false, "HS384", []string{"secret-too-short"}},
		"just long enough":               {long[:48], "HS384", []string{"HS384"}, false, "HS384", nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = func(d map[string]any) {
					d["request_parameter_supported"] = true
					d["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
					if c.announced != nil {
						d["request_object_signing_alg_values_supported"] = c.announced
					}
				}
				w.cfg.ClientSecret, w.cfg.Request.JAR, w.cfg.Request.JARAlg = secret.New(c.secret), true, c.asked
				keys := secretJWK(c.secret)
				if c.key {
					w.cfg.ClientKey, w.cfg.ClientKeyID = secret.New(clientKeyPEM(t)), "mine"
				}
				if !strings.HasPrefix(c.alg, "HS") {
					keys = jsonText(w.idp.jwk("mine"))
				}
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(need.URL)
					header, claims := readJWT(t, u.Query().Get("request"), keys)
					if memberText(header, "alg") != c.alg || header.Get("kid") != nil && strings.HasPrefix(c.alg, "HS") {
						t.Errorf("header %s", header.Raw)
					}
					w.answerSigned(claims)
				}
				if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
				var found []string
				for _, f := range of[Found](w) {
					if strings.HasPrefix(f.Slug, "jar-") || f.Slug == "secret-too-short" {
						found = append(found, f.Slug)
					}
				}
				if !slices.Equal(found, c.findings) {
					t.Errorf("findings %q, want %q", found, c.findings)
				}
			})
		})
	}
	inBubble(t, func(t *testing.T, w *world) { // one that no key or secret here signs with
		w.idp.meta = set("request_object_signing_alg_values_supported", []string{"RS256"})
		w.cfg.ClientSecret, w.cfg.Request.JAR = secret.New(long), true
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Expected, "RS256") || !strings.Contains(p.Got, "HS256") {
			t.Errorf("%+v", p)
		}
	})
	inBubble(t, func(t *testing.T, w *world) { // a provider that does not take signed requests at all
		w.cfg.ClientKey, w.cfg.Request.JAR = secret.New(clientKeyPEM(t)), true
		w.browser = func(need NeedUser) {
			u, _ := url.Parse(need.URL)
			_, claims := readJWT(t, u.Query().Get("request"), jsonText(w.idp.jwk("")))
			w.answerSigned(claims)
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil || w.found("jar-not-announced") == nil {
			t.Errorf("%v, findings %v", err, of[Found](w))
		}
	})
}

// secretJWK is a client secret as the key that a provider verifies with (OpenID Connect Core 10.1).
func secretJWK(text string) string {
	return jsonText(map[string]any{"kty": "oct", "k": base64.RawURLEncoding.EncodeToString([]byte(text))})
}

// answerSigned answers a signed request as the provider would.
func (w *world) answerSigned(claims *inspect.Value) {
	login := url.Values{}
	for _, name := range []string{"state", "nonce", "redirect_uri", "code_challenge"} {
		login.Set(name, memberText(claims, name))
	}
	w.idp.mu.Lock()
	w.idp.login = login
	w.idp.mu.Unlock()
	w.visit(login.Get("redirect_uri") + "?" + url.Values{"code": {"code-0123456789"}, "state": {login.Get("state")}, "iss": {w.idp.issuer}}.Encode())
}

// TestSecretAssertionAlgorithm: client_secret_jwt takes what is announced, what was asked for when it is one of secrets, and tells a
// secret that is too short for it (RFC 7518 3.2).
func TestSecretAssertionAlgorithm(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 4)
	for name, c := range map[string]struct {
		secret, asked string
		announced     []string
		key           bool
		alg           string
		short         bool
	}{
		"nothing announced":       {long, "", nil, false, "HS256", false},
		"announced":               {long, "", []string{"RS256", "HS384", "HS512"}, false, "HS384", false},
		"asked for":               {long, "HS512", []string{"HS256", "HS512"}, false, "HS512", false},
		"asked for beside a key":  {long, "HS512", []string{"HS256", "HS512"}, true, "HS512", false},
		"the other is the key's":  {long, "ES256", []string{"HS256"}, true, "HS256", false},
		"too short":               {long[:31], "", []string{"HS256"}, false, "HS256", true},
		"long enough for another": {long[:32], "", []string{"HS512"}, false, "HS512", true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = func(d map[string]any) {
					d["token_endpoint_auth_methods_supported"] = []string{"client_secret_jwt"}
					if c.announced != nil {
						d["token_endpoint_auth_signing_alg_values_supported"] = c.announced
					}
				}
				w.cfg.ClientSecret, w.cfg.AuthMethod, w.cfg.ClientKeyAlg = secret.New(c.secret), AuthSecretJWT, c.asked
				if c.key {
					w.cfg.ClientKey = secret.New(clientKeyPEM(t))
				}
				if _, err := w.run(t.Context(), ClientCredentials(w.cfg)); err != nil {
					t.Fatal(err)
				}
				w.checkAssertion(t, secretJWK(c.secret), c.alg, "", "https://idp.example")
				if (w.found("secret-too-short") != nil) != c.short {
					t.Errorf("findings %v", of[Found](w))
				}
			})
		})
	}
}
