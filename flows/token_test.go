package flows

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

func TestTokenFailures(t *testing.T) {
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		kind     ProblemKind
		expected string
		got      string
	}{
		"invalid_grant":   {replyJSON(400, map[string]any{"error": "invalid_grant", "error_description": "used"}), ProblemRefused, "tokens", "HTTP 400 invalid_grant: used"},
		"error with 200":  {replyJSON(200, map[string]any{"error": "bad_verification_code"}), ProblemRefused, "tokens", "bad_verification_code"},
		"form error, 200": {reply(200, "application/x-www-form-urlencoded", "error=bad_verification_code"), ProblemRefused, "tokens", "bad_verification_code"},
		"page":            {reply(200, "text/html", "<title>Log in</title>"), ProblemAnswer, "token answer as a JSON object", `HTTP 200, an HTML page titled "Log in"`},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://idp.example/login?x=1", http.StatusFound)
		},
			ProblemAnswer, "tokens", "a redirect to https://idp.example/login"},
		"JSON 500":        {replyJSON(500, map[string]any{"trace": "x"}), ProblemAnswer, "tokens", `HTTP 500, application/json that begins`},
		"empty 400":       {reply(400, "", ""), ProblemAnswer, "tokens", "HTTP 400, an empty answer"},
		"empty 200":       {reply(200, "application/json", ""), ProblemAnswer, "token answer", "HTTP 200, an empty answer"},
		"no access token": {replyJSON(200, map[string]any{"token_type": "Bearer", "scope": "x"}), ProblemAnswer, "with an access_token", "only scope, token_type"},
		"wrong type":      {replyJSON(200, map[string]any{"access_token": []int{1}}), ProblemAnswer, "with an access_token", "only access_token"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/token", c.answer)
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				p := problemOf(t, err)
				if s != nil || p.Kind != c.kind || !strings.Contains(p.Expected, c.expected) || !strings.Contains(p.Got, c.got) || p.Exchange != 4 {
					t.Errorf("%s: expected %q, got %q, exchange %d", p.Kind, p.Expected, p.Got, p.Exchange)
				}
				if n := slices.Index(w.idp.requests(), "POST /token"); slices.Contains(w.idp.requests()[n+1:], "POST /token") {
					t.Error("the code was sent twice")
				}
			})
		})
	}
}

func TestTokenAnswersOfRealProviders(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*world) http.HandlerFunc
		found  []string
	}{
		"form-encoded": {func(w *world) http.HandlerFunc {
			return func(rw http.ResponseWriter, r *http.Request) {
				reply(200, "application/x-www-form-urlencoded", "access_token=access-0123456789&token_type=bearer&id_token="+w.idp.idToken("practice"))(rw, r)
			}
		}, []string{"token-form", "expires-in-missing", "no-refresh-token"}},
		"JSON as text": {func(w *world) http.HandlerFunc {
			return func(rw http.ResponseWriter, r *http.Request) {
				reply(200, "text/plain", jsonText(map[string]any{"access_token": "access-0123456789", "expires_in": "300", "refresh_token": "r-0123456789", "id_token": w.idp.idToken("practice")}))(rw, r)
			}
		}, []string{"content-type", "token-type-missing"}},
		"less scope": {func(w *world) http.HandlerFunc {
			w.idp.tokens = func(a map[string]any) {
				a["scope"] = "openid"
				a["token_type"] = "DPoP"
				a["instance_url"] = "https://x"
			}
			return w.idp.token
		}, []string{"scope-reduced", "token-type"}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/token", c.answer(w))
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if err != nil {
					t.Fatal(err)
				}
				if s.Tokens.Access.Reveal() != "access-0123456789" {
					t.Errorf("access token %q", s.Tokens.Access.Reveal())
				}
				for _, slug := range c.found {
					if w.found(slug) == nil {
						t.Errorf("no finding %s", slug)
					}
				}
				if name == "less scope" && s.Tokens.Extra["instance_url"] != "https://x" {
					t.Errorf("extra: %v", s.Tokens.Extra)
				}
				if name == "JSON as text" && s.Tokens.ExpiresAt.IsZero() {
					t.Error("expires_in as text is understood")
				}
			})
		})
	}
}

func TestIDTokenFailures(t *testing.T) {
	claim := func(name string, value any) func(*world) {
		return func(w *world) { w.idp.claims = func(c map[string]any) { c[name] = value } }
	}
	for name, c := range map[string]struct {
		spoil func(*world)
		got   string
	}{
		"nonce":       {claim("nonce", "other"), "other"},
		"issuer":      {claim("iss", "https://evil.example"), "https://evil.example"},
		"audience":    {claim("aud", "somebody"), "somebody"},
		"expired":     {claim("exp", 1000), ""},
		"unknown key": {func(w *world) { w.idp.header = func(h map[string]any) { h["kid"] = "k9" } }, "k9"},
		"none": {func(w *world) {
			w.idp.header = func(h map[string]any) { h["alg"] = "none"; delete(h, "kid") }
		}, "none"},
		"missing": {func(w *world) { w.idp.tokens = func(a map[string]any) { delete(a, "id_token") } }, "without one"},
		"tampered": {func(w *world) {
			w.idp.tokens = func(a map[string]any) {
				token := a["id_token"].(string)
				a["id_token"] = token[:len(token)-8] + "AAAAAAAA"
			}
		}, "invalid"},
		"not valid yet":   {claim("nbf", time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()), "not before"},
		"sub is a number": {claim("sub", 12345), "12345"},
		"sub is empty":    {claim("sub", ""), "empty"},
		"no sub":          {func(w *world) { w.idp.claims = func(c map[string]any) { delete(c, "sub") } }, "without sub"},
		"no keys":         {func(w *world) { w.idp.meta = func(d map[string]any) { delete(d, "jwks_uri") } }, "unverified"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				c.spoil(w)
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				p := problemOf(t, err)
				failed := w.failure()
				if failed.Meta.Step != "id_token" || !strings.Contains(p.Got, c.got) || p.Expected == "" || p.Ref == "" {
					t.Errorf("step %s: expected %q, got %q, %s", failed.Meta.Step, p.Expected, p.Got, p.Ref)
				}
				if s == nil || s.Tokens.Access.IsZero() {
					t.Error("the tokens that came are kept for looking at")
				}
				if slices.Contains(w.idp.requests(), "GET /userinfo") {
					t.Error("the run went on with an ID token that failed")
				}
				if d := of[Done](w)[0]; d.OK || d.Canceled {
					t.Errorf("done: %+v", d)
				}
			})
		})
	}
}

// TestUnknownKidFetchesTheKeysOnceMore rotates the provider's key between the fetch of the keys and the login.
func TestUnknownKidFetchesTheKeysOnceMore(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		set := func(kids ...string) http.HandlerFunc {
			var keys []any
			for _, kid := range kids {
				keys = append(keys, w.idp.jwk(kid))
			}
			return replyJSON(200, map[string]any{"keys": keys})
		}
		w.idp.answer("/keys", set("k0"), set("k0", "k1"))
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Keys.Keys) != 2 || s.Reports[IDToken].Signature.Status != inspect.Verified {
			t.Errorf("%d keys, %+v", len(s.Keys.Keys), s.Reports[IDToken].Signature)
		}
		var purposes []string
		for _, e := range of[Exchange](w) {
			purposes = append(purposes, e.Purpose)
		}
		if !slices.Contains(purposes, "keys again") || w.found("unknown-kid") == nil {
			t.Errorf("exchanges %v", purposes)
		}
	})
}

func TestKeysThatCanNotBeFetchedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/keys", replyJSON(200, map[string]any{"keys": []any{w.idp.jwk("k0")}}), reply(500, "", ""))
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemCheck || w.found("keys-again") == nil {
			t.Errorf("%+v", p)
		}
		if r := s.Reports[IDToken]; r == nil || r.Signature.Status != inspect.Unverified {
			t.Errorf("the token is shown all the same: %+v", r)
		}
	})
}

func TestHMACWithTheClientSecret(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		const password = "a client secret of more than 32 bytes"
		w.cfg.ClientSecret = secret.New(password)
		w.idp.meta = func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{"HS256"} }
		w.idp.tokens = func(a map[string]any) { a["id_token"] = w.idp.mac(password) }
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		if v := s.Reports[IDToken].Signature; v.Status != inspect.Verified || v.KeySource != "secret" {
			t.Errorf("%+v", v)
		}
	})
}

func TestWithoutOpenID(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Scopes = []string{"read"}
		w.idp.tokens = func(a map[string]any) { delete(a, "id_token") }
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if w.idp.login.Has("nonce") {
			t.Error("a nonce without an ID token to come back in")
		}
		var skipped []string
		for _, e := range of[StepSkipped](w) {
			skipped = append(skipped, e.Step)
			if e.Reason == "" {
				t.Errorf("step %s: skipped without a reason", e.Step)
			}
		}
		if !slices.Equal(skipped, []string{"id_token", "userinfo"}) {
			t.Errorf("skipped: %v", skipped)
		}
	})
}

func TestTenantTemplate(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
		w.cfg.Issuer = "https://login.example/common/v2.0"
		w.idp.meta = func(d map[string]any) {
			d["issuer"] = "https://login.example/{tenantid}/v2.0"
			delete(d, "authorization_response_iss_parameter_supported")
		}
		w.idp.answer("/common/v2.0/.well-known/openid-configuration", replyJSON(200, w.idp.document()))
		w.idp.claims = func(c map[string]any) { c["tid"] = tenant; c["iss"] = "https://login.example/" + tenant + "/v2.0" }
		w.browser = func(need NeedUser) { w.visit(w.answerOf(need, func(q url.Values) { q.Del("iss") })) }
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
	})
}
