package flows

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

// signedAnswer puts the parameters of an answer into a JWT (JARM 2.1).
func (w *world) signedAnswer(back url.Values, change func(map[string]any)) string {
	claims := map[string]any{"iss": w.idp.issuer, "aud": "practice", "exp": time.Now().Unix() + 300}
	for name := range back {
		claims[name] = back.Get(name)
	}
	if change != nil {
		change(claims)
	}
	return w.idp.sign(map[string]any{"alg": "ES256", "kid": w.idp.kid}, claims)
}

func TestSignedAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w *world, good url.Values) url.Values
		kind   ProblemKind
		got    string
	}{
		"good": {func(w *world, good url.Values) url.Values { return url.Values{"response": {w.signedAnswer(good, nil)}} }, "", ""},
		"spoiled": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {spoilSignature(w.signedAnswer(good, nil))}}
		}, ProblemCheck, "signature invalid"},
		"of another": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(good, set("iss", "https://evil.example"))}}
		}, ProblemCheck, "evil"},
		"for another": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(good, set("aud", "other"))}}
		}, ProblemCheck, `"other"`},
		"expired": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(good, set("exp", time.Now().Unix()-3600))}}
		}, ProblemCheck, "one that has"},
		"without exp": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(good, func(m map[string]any) { delete(m, "exp") })}}
		}, ProblemCheck, "one without it"},
		"wrong state": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(good, set("state", "another"))}}
		}, ProblemCheck, "another one"},
		"unsigned": {func(w *world, good url.Values) url.Values { return good }, ProblemCheck, "without response"},
		"refusal": {func(w *world, good url.Values) url.Values {
			return url.Values{"response": {w.signedAnswer(url.Values{"error": {"access_denied"}, "state": good["state"]}, nil)}}
		}, ProblemRefused, "access_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.ResponseMode = "query.jwt"
				w.browser = func(need NeedUser) {
					good, _ := url.Parse(w.answerOf(need, nil))
					back := c.answer(w, good.Query())
					good.RawQuery = back.Encode()
					w.visit(good.String())
				}
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if c.kind == "" {
					if err != nil || w.idp.login.Get("response_mode") != "query.jwt" {
						t.Errorf("%v", err)
					}
					return
				}
				if p := problemOf(t, err); p.Kind != c.kind || !strings.Contains(p.Got, c.got) || slices.Contains(w.idp.requests(), "POST /token") {
					t.Errorf("%s: %q", p.Kind, p.Got)
				}
			})
		})
	}
}

// TestSignedAnswerByANewKey has the provider change its keys while the person logs in: the answer names a kid that the key set lacks.
func TestSignedAnswerByANewKey(t *testing.T) {
	for name, c := range map[string]struct {
		later []string // kids of the key set when it is fetched again
		kind  ProblemKind
	}{
		"published since": {[]string{"k1", "k2"}, ""},
		"never published": {[]string{"k1"}, ProblemCheck},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				set := func(kids ...string) http.HandlerFunc {
					var keys []any
					for _, kid := range kids {
						keys = append(keys, w.idp.jwk(kid))
					}
					return replyJSON(200, map[string]any{"keys": keys})
				}
				w.idp.answer("/keys", set("k1"), set(c.later...))
				w.cfg.ResponseMode = "jwt"
				var page shown
				w.browser = func(need NeedUser) {
					good, _ := url.Parse(w.answerOf(need, nil))
					w.idp.kid = "k2"
					good.RawQuery = url.Values{"response": {w.signedAnswer(good.Query(), nil)}}.Encode()
					page = w.visit(good.String())
				}
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				again := 0
				for _, e := range of[Exchange](w) {
					if e.Purpose == "keys again" && e.Meta.Step == "authorize" {
						again++
					}
				}
				if again != 1 || w.found("unknown-kid") == nil {
					t.Errorf("the key set was fetched again %d times, want once", again)
				}
				if c.kind != "" {
					if p := problemOf(t, err); p.Kind != c.kind || page.status != http.StatusBadRequest || slices.Contains(w.idp.requests(), "POST /token") {
						t.Errorf("%s: %q, the browser's page %d", p.Kind, p.Got, page.status)
					}
					return
				}
				if err != nil || page.status != http.StatusOK || s.Reports[IDToken].Signature.Status != inspect.Verified {
					t.Errorf("%v, the browser's page %d", err, page.status)
				}
			})
		})
	}
}

// half is the left half of a SHA-256, as at_hash and c_hash have it.
func half(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// frontAnswer is what a provider puts after the # of the redirect URI.
func (w *world) frontAnswer(need NeedUser, change func(url.Values)) (page, fragment string) {
	u, err := url.Parse(w.answerOf(need, nil))
	if err != nil {
		w.t.Error(err)
	}
	asked := strings.Fields(w.idp.login.Get("response_type"))
	back := url.Values{"state": {w.idp.login.Get("state")}, "iss": {w.idp.issuer}}
	hashes := map[string]any{}
	if slices.Contains(asked, "code") {
		back.Set("code", "code-0123456789")
		hashes["c_hash"] = half("code-0123456789")
	}
	if slices.Contains(asked, "token") {
		back.Set("access_token", "front-access-0123456789")
		back.Set("token_type", "Bearer")
		back.Set("expires_in", "60")
		hashes["at_hash"] = half("front-access-0123456789")
	}
	if slices.Contains(asked, "id_token") {
		before := w.idp.claims
		w.idp.claims = func(m map[string]any) {
			if before != nil {
				before(m)
			}
			for name, value := range hashes {
				m[name] = value
			}
		}
		back.Set("id_token", w.idp.idToken("practice"))
		w.idp.claims = before
	}
	if change != nil {
		change(back)
	}
	u.RawQuery = ""
	return u.String(), back.Encode()
}

// handOver does what our own page does in a browser: it posts the fragment to where it came from.
func (w *world) handOver(page, fragment, origin string) shown {
	first := w.visit(page)
	if first.status != 200 || !strings.Contains(first.body, "location.hash") || !strings.Contains(first.header.Get("Content-Security-Policy"), "script-src 'sha256-") {
		w.t.Errorf("the page that hands over: %d %s", first.status, first.header)
	}
	return w.request("POST", page, "", url.Values{"fragment": {fragment}}.Encode(),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {origin}})
}

func TestImplicitAndHybrid(t *testing.T) {
	for _, c := range []struct {
		responseType string
		flow         func(Config) Flow
		access       string
		steps        []string
	}{
		{"id_token", Implicit, "", []string{"id_token"}},
		{"id_token token", Implicit, "front-access-0123456789", []string{"id_token", "userinfo"}},
		{"code id_token", Hybrid, "access-0123456789", []string{"front_id_token", "token", "id_token", "userinfo"}},
		{"code token", Hybrid, "access-0123456789", []string{"token", "id_token", "userinfo"}},
		{"code id_token token", Hybrid, "access-0123456789", []string{"front_id_token", "token", "id_token", "userinfo"}},
	} {
		t.Run(c.responseType, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Request.ResponseType = c.responseType
				w.browser = func(need NeedUser) {
					page, fragment := w.frontAnswer(need, nil)
					origin, _ := url.Parse(page)
					if got := w.handOver(page, fragment, "https://evil.example"); got.status != 405 {
						t.Errorf("a stranger's page handed over an answer: %d", got.status)
					}
					if got := w.handOver(page, fragment, "http://"+origin.Host); got.status != 200 {
						t.Errorf("handing over: %d %s", got.status, got.body)
					}
				}
				s, err := w.run(t.Context(), c.flow(w.cfg))
				if err != nil {
					t.Fatal(err)
				}
				if done := stepsDone(w); !slices.Equal(done[4:], c.steps) {
					t.Errorf("done %v, want %v", done[4:], c.steps)
				}
				if s.Tokens.Access.Reveal() != c.access || s.Reports[IDToken] == nil || s.Reports[IDToken].Signature.Status != inspect.Verified {
					t.Errorf("access token %q, ID token %+v", s.Tokens.Access.Reveal(), s.Reports[IDToken])
				}
				for _, f := range s.Reports[IDToken].Findings {
					if f.Slug == "hash-missing" { // c_hash is for the one that comes with a code
						t.Errorf("finding %s %s", f.ID, f.Message)
					}
				}
				if w.idp.login.Get("nonce") == "" || strings.Contains(c.responseType, "code") != (w.idp.login.Get("code_challenge_method") == "S256") {
					t.Errorf("request %v", w.idp.login)
				}
				if len(of[RunStarted](w)[0].Warnings) != 1 {
					t.Error("the flow is not marked")
				}
			})
		})
	}
}

func TestFrontChannelTokensAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		claims func(map[string]any)
		change func(*world, url.Values)
		got    string
	}{
		"wrong nonce":         {set("nonce", "another"), nil, "another login"},
		"exchanged code":      {nil, func(_ *world, q url.Values) { q.Set("code", "stolen-0123456789") }, "the hash of the authorization code is"},
		"exchanged token":     {nil, func(_ *world, q url.Values) { q.Set("access_token", "stolen-0123456789") }, "the hash of the access token is"},
		"spoiled":             {nil, func(_ *world, q url.Values) { q.Set("id_token", spoilSignature(q.Get("id_token"))) }, "signature invalid"},
		"no ID token":         {nil, func(_ *world, q url.Values) { q.Del("id_token") }, "without id_token"},
		"hashes are required": {nil, func(w *world, q url.Values) { q.Set("id_token", w.idp.idToken("practice")) }, "no at_hash, which response_type code id_token token requires"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Request.ResponseType = "code id_token token"
				w.idp.claims = c.claims
				w.browser = func(need NeedUser) {
					page, fragment := w.frontAnswer(need, func(q url.Values) {
						if c.change != nil {
							c.change(w, q)
						}
					})
					u, _ := url.Parse(page)
					w.handOver(page, fragment, "http://"+u.Host)
				}
				_, err := w.run(t.Context(), Hybrid(w.cfg))
				if p := problemOf(t, err); !strings.Contains(p.Got, c.got) || slices.Contains(w.idp.requests(), "POST /token") {
					t.Errorf("%s: expected %q, got %q (%s)", p.Kind, p.Expected, p.Got, p.Ref)
				}
			})
		})
	}
	inBubble(t, func(t *testing.T, w *world) { // the second ID token is about somebody else
		w.browser = func(need NeedUser) {
			page, fragment := w.frontAnswer(need, nil)
			u, _ := url.Parse(page)
			w.idp.claims = set("sub", "bob")
			w.handOver(page, fragment, "http://"+u.Host)
		}
		_, err := w.run(t.Context(), Hybrid(w.cfg))
		if p := problemOf(t, err); p.Ref != "OpenID Connect Core 3.3.3.6" {
			t.Errorf("%+v", p)
		}
	})
}

func TestFragmentCanBePasted(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		pasted := make(chan string, 1)
		w.cfg.Paste, w.cfg.Pasted = true, pasted
		w.browser = func(need NeedUser) {
			page, fragment := w.frontAnswer(need, nil)
			pasted <- page + "#" + fragment
		}
		if _, err := w.run(t.Context(), Implicit(w.cfg)); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRequestOptions(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		age := 90 * time.Second
		w.cfg.Request = RequestOptions{ACRValues: []string{"gold", "silver"}, MaxAge: &age, Prompt: []string{"login", "consent"}, LoginHint: "alice", UILocales: []string{"de", "en"},
			Resources: []string{"https://api.example"}, AuthorizationDetails: []byte(`[{"type":"payment"}]`), Claims: []byte(`{"userinfo":{}}`)}
		w.idp.claims = set("acr", "silver")
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"acr_values": "gold silver", "max_age": "90", "prompt": "login consent", "login_hint": "alice", "ui_locales": "de en",
			"resource": "https://api.example", "authorization_details": `[{"type":"payment"}]`, "claims": `{"userinfo":{}}`} {
			if got := w.idp.login.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if w.idp.form("/token").Get("resource") != "https://api.example" || w.found("claims-not-announced") == nil {
			t.Errorf("token request %v", w.idp.form("/token"))
		}
	})
	for name, claims := range map[string]func(map[string]any){"acr": set("acr", "bronze"), "auth_time": set("auth_time", 5)} {
		t.Run("unheeded "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				age := 90 * time.Second
				w.cfg.Request = RequestOptions{ACRValues: []string{"gold"}, MaxAge: &age}
				w.idp.claims = func(m map[string]any) { m["acr"] = "gold"; claims(m) }
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemCheck || w.failure().Meta.Step != "id_token" {
					t.Errorf("%+v", p)
				}
			})
		})
	}
	for name, o := range map[string]RequestOptions{
		"claims":   {Claims: []byte(`[1]`)},
		"details":  {AuthorizationDetails: []byte(`{"type":"x"}`)},
		"prompt":   {Prompt: []string{"none", "login"}},
		"resource": {Resources: []string{"api"}},
		"pkce":     {PKCE: "S512"},
	} {
		t.Run("bad "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Request = o
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemConfig || len(w.idp.requests()) != 0 {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

func TestWeakerPKCEIsMarked(t *testing.T) {
	for method, slug := range map[PKCEMethod]string{PKCEPlain: "pkce-plain", PKCEOff: "pkce-off"} {
		t.Run(string(method), func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Request.PKCE = method
				w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
					r.ParseForm()
					if got := r.PostForm.Get("code_verifier"); got != w.idp.login.Get("code_challenge") {
						t.Errorf("verifier %q, challenge %q", got, w.idp.login.Get("code_challenge"))
					}
					replyJSON(200, map[string]any{"access_token": "access-0123456789", "token_type": "Bearer", "id_token": w.idp.idToken("practice")})(rw, r)
				})
				if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
				if w.found(slug) == nil || (w.idp.login.Get("code_challenge") != "") != (method == PKCEPlain) || w.idp.form("/token").Has("code_verifier") != (method == PKCEPlain) {
					t.Errorf("request %v", w.idp.login)
				}
			})
		})
	}
}
