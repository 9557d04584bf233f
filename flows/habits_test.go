package flows

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// The habits of providers in the field, over a real network: each of them either works, with a word about it, or fails with an
// explanation of what really was the matter.

// abroad serves a test provider over HTTP, and gives a world that logs in there.
func abroad(t *testing.T, overTLS bool) *world {
	t.Helper()
	w := newWorld(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.idp.mu.Lock()
		w.idp.seen = append(w.idp.seen, &seenRequest{r, form})
		handler := w.idp.route(r.URL.Path)
		w.idp.mu.Unlock()
		handler(rw, r)
	}))
	if overTLS {
		server.EnableHTTP2 = true
		server.StartTLS()
		w.cfg.Transport.CAPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	w.idp.issuer, w.cfg.Issuer = server.URL, server.URL
	w.cfg.Transport.Base, w.cfg.Listen, w.cfg.UserTimeout = nil, nil, 10*time.Second
	w.browser = func(need NeedUser) {
		if need.Kind != NeedOpenURL {
			return
		}
		res, err := http.Get(w.answerOf(need, nil))
		if err != nil {
			t.Errorf("the browser: %v", err)
			return
		}
		res.Body.Close()
	}
	return w
}

// compressed sends what a handler answers compressed, whether that was asked for or not.
func compressed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h(rec, r)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(rec.Code)
		z := gzip.NewWriter(w)
		z.Write(rec.Body.Bytes())
		z.Close()
	}
}

// changed answers as h does, with something done to the body.
func changed(h http.HandlerFunc, contentType string, status int, change func([]byte) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h(rec, r)
		body := rec.Body.Bytes()
		if change != nil {
			body = change(body)
		}
		reply(status, contentType, string(body))(w, r)
	}
}

func TestHabitsThatWork(t *testing.T) {
	mark := func(b []byte) []byte { return append([]byte("\ufeff"), b...) }
	for name, c := range map[string]struct {
		at    func(*world)
		found string // slug of what is told about it; empty: nothing
		see   func(*testing.T, *world, *Session)
	}{
		"expires_in as text": {at: func(w *world) { w.idp.tokens = set("expires_in", "300") }, found: "expires-in-text", see: func(t *testing.T, w *world, s *Session) {
			if lives := s.Tokens.ExpiresAt.Sub(s.At).Round(time.Second); lives != 5*time.Minute {
				t.Errorf("lives %s", lives)
			}
		}},
		"expires_in is no number": {at: func(w *world) { w.idp.tokens = set("expires_in", "soon") }, found: "expires-in"},
		"expires_in negative":     {at: func(w *world) { w.idp.tokens = set("expires_in", -1) }, found: "expires-in"},
		"a member twice": {at: func(w *world) {
			w.idp.answer("/token", changed(w.idp.token, "application/json", 200, func(b []byte) []byte { return append([]byte(`{"access_token":"first",`), b[1:]...) }))
		}, found: "member-twice"},
		"expires_in missing":    {at: func(w *world) { w.idp.tokens = func(a map[string]any) { delete(a, "expires_in") } }, found: "expires-in-missing"},
		"expires_in null":       {at: func(w *world) { w.idp.tokens = set("expires_in", nil) }, found: "expires-in-missing"},
		"refresh token missing": {at: func(w *world) { w.idp.tokens = func(a map[string]any) { delete(a, "refresh_token") } }, found: "no-refresh-token"},
		"token_type lower case": {at: func(w *world) { w.idp.tokens = set("token_type", "bearer") }},
		"token_type missing":    {at: func(w *world) { w.idp.tokens = func(a map[string]any) { delete(a, "token_type") } }, found: "token-type-missing"},
		"scope as array": {at: func(w *world) { w.idp.tokens = set("scope", []string{"openid", "profile", "offline_access"}) }, found: "scope-array",
			see: func(t *testing.T, w *world, s *Session) {
				if s.Tokens.Scope != "openid profile offline_access" || w.found("scope-reduced") != nil {
					t.Errorf("scope %q", s.Tokens.Scope)
				}
			}},
		"scope with commas": {at: func(w *world) { w.idp.tokens = set("scope", "openid,profile,offline_access") }, found: "scope-comma", see: func(t *testing.T, w *world, s *Session) {
			if w.found("scope-reduced") != nil {
				t.Error("all that was granted counts as reduced")
			}
		}},
		"error empty beside tokens": {at: func(w *world) {
			w.idp.tokens = func(a map[string]any) { a["error"], a["error_description"] = nil, "" }
		}},
		"byte order mark": {at: func(w *world) {
			w.idp.answer("/.well-known/openid-configuration", changed(replyJSON(200, w.idp.document()), "application/json", 200, mark))
			w.idp.answer("/keys", changed(replyJSON(200, map[string]any{"keys": []any{w.idp.jwk("k1")}}), "application/json", 200, mark))
			w.idp.answer("/token", changed(w.idp.token, "application/json", 200, mark))
			w.idp.answer("/userinfo", changed(replyJSON(200, map[string]any{"sub": "alice"}), "application/json", 200, mark))
		}, found: "byte-order-mark"},
		"charset": {at: func(w *world) {
			w.idp.answer("/token", changed(w.idp.token, `application/json; charset="utf-8"`, 200, nil))
		}},
		"charset malformed": {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "application/json; charset=", 200, nil)) }},
		"type in capitals":  {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "Application/JSON", 200, nil)) }},
		"text/plain":        {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "text/plain", 200, nil)) }, found: "content-type"},
		"no content type":   {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "", 200, nil)) }, found: "content-type"},
		"text/html":         {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "text/html", 200, nil)) }, found: "content-type"},
		"201":               {at: func(w *world) { w.idp.answer("/token", changed(w.idp.token, "application/json", 201, nil)) }},
		"form": {at: func(w *world) {
			w.idp.answer("/token", changed(w.idp.token, "application/x-www-form-urlencoded", 200, func(b []byte) []byte {
				var answer map[string]any
				json.Unmarshal(b, &answer)
				q := url.Values{}
				for name, value := range answer {
					text, ok := value.(string)
					if !ok {
						text = "300"
					}
					q.Set(name, text)
				}
				return []byte(q.Encode())
			}))
		}, found: "token-form"},
		"gzip unasked": {at: func(w *world) {
			w.idp.answer("/token", compressed(w.idp.token))
			w.idp.answer("/keys", compressed(replyJSON(200, map[string]any{"keys": []any{w.idp.jwk("k1")}})))
		}, found: "compressed"},
		"chunks and trailers": {at: func(w *world) {
			w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
				rec := httptest.NewRecorder()
				w.idp.token(rec, r)
				rw.Header().Set("Content-Type", "application/json")
				rw.Header().Set("Trailer", "Checksum")
				for _, b := range rec.Body.Bytes() {
					rw.Write([]byte{b})
					rw.(http.Flusher).Flush()
				}
				rw.Header().Set("Checksum", "x")
			})
		}},
		"cookies": {at: func(w *world) {
			w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
				http.SetCookie(rw, &http.Cookie{Name: "lb", Value: strings.Repeat("x", 3000)})
				w.idp.token(rw, r)
			})
		}},
		"userinfo by POST only": {at: func(w *world) {
			w.idp.answer("/userinfo", func(rw http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.Header.Get("Authorization") == "" {
					rw.Header().Set("Allow", "POST")
					rw.WriteHeader(http.StatusMethodNotAllowed)
					return
				}
				replyJSON(200, map[string]any{"sub": "alice"})(rw, r)
			})
		}, found: "userinfo-get"},
		"key set with types from the future": {at: func(w *world) {
			w.idp.answer("/keys", replyJSON(200, map[string]any{"keys": []any{map[string]any{"kty": "AKP", "alg": "ML-DSA-44", "kid": "pq"}, "no key", w.idp.jwk("k1")}}))
		}, found: "key-unusable"},
		"auth_time 0": {at: func(w *world) { w.idp.claims = set("auth_time", 0) }},
		"discovery by a relative redirect": {at: func(w *world) {
			w.idp.answer("/.well-known/openid-configuration", func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "../elsewhere", http.StatusFound) })
			w.idp.answer("/elsewhere", replyJSON(200, w.idp.document()))
		}, found: "discovery-redirect"},
	} {
		t.Run(name, func(t *testing.T) {
			w := abroad(t, false)
			c.at(w)
			s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Tokens.UserInfo) == 0 || s.Tokens.Access.Reveal() != "access-0123456789" {
				t.Errorf("tokens %+v", s.Tokens)
			}
			if c.found != "" && w.found(c.found) == nil {
				t.Errorf("nothing is told about it: %+v", of[Found](w))
			}
			if c.found == "" && c.see == nil {
				for _, f := range of[Found](w) {
					t.Errorf("told: %s %s", f.Slug, f.Message)
				}
			}
			if c.see != nil {
				c.see(t, w, s)
			}
		})
	}
}

func TestHabitsThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		at   func(*world)
		step string
		says []string // in the problem or its diagnosis
	}{
		"400 without a body": {func(w *world) { w.idp.answer("/token", reply(400, "", "")) }, "token", []string{"HTTP 400, an empty answer"}},
		"403 without a body": {func(w *world) { w.idp.answer("/token", reply(403, "", "")) }, "token", []string{"HTTP 403, an empty answer"}},
		"400, and an odd secret": {func(w *world) {
			w.cfg.ClientSecret, w.cfg.AuthMethod = secret.New("se+cret/with%25odd characters"), AuthBasic
			w.idp.answer("/token", reply(400, "", ""))
		}, "token", []string{"without a word", "the provider does not decode the credentials", "or another parameter"}},
		"JSON, and no object":                            {func(w *world) { w.idp.answer("/token", replyJSON(200, []any{})) }, "token", []string{"a JSON array, where a JSON object is due"}},
		"max_age as an extra parameter, and auth_time 0": {func(w *world) { w.cfg.Extra = url.Values{"max_age": {"60"}}; w.idp.claims = set("auth_time", 0) }, "id_token", []string{"recent enough"}},
		"acr_values as an extra parameter":               {func(w *world) { w.cfg.Extra = url.Values{"acr_values": {"gold"}}; w.idp.claims = set("acr", "0") }, "id_token", []string{"level that was asked for"}},
		"Facebook's names of an error": {func(w *world) {
			w.browser = func(need NeedUser) {
				http.Get(w.answerOf(need, func(q url.Values) {
					q.Del("code")
					q.Set("error_code", "1349126")
					q.Set("error_message", "App not active")
				}))
			}
		}, "authorize", []string{"1349126: App not active"}},
		"an answer of other parameters": {func(w *world) {
			w.browser = func(need NeedUser) {
				http.Get(w.answerOf(need, func(q url.Values) { q.Del("code"); q.Set("ticket", "1"); q.Set("user", "2") }))
			}
		}, "authorize", []string{"without code and error, only ticket, user"}},
		"200 with an error": {func(w *world) {
			w.idp.answer("/token", replyJSON(200, map[string]any{"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}))
		}, "token", []string{"bad_verification_code: The code passed"}},
		"200 with an error in a form": {func(w *world) {
			w.idp.answer("/token", reply(200, "application/x-www-form-urlencoded; charset=utf-8", "error=incorrect_client_credentials&error_description=The+client_id+is+incorrect"))
		}, "token", []string{"incorrect_client_credentials: The client_id is incorrect"}},
		"id_token missing":    {func(w *world) { w.idp.tokens = func(a map[string]any) { delete(a, "id_token") } }, "id_token", []string{"a token answer without one"}},
		"auth_time 0 is old":  {func(w *world) { age := time.Minute; w.cfg.Request.MaxAge = &age; w.idp.claims = set("auth_time", 0) }, "id_token", []string{"recent enough", "auth_time"}},
		"an answer too large": {func(w *world) { w.idp.tokens = set("padding", strings.Repeat("x", 1<<20)) }, "token", []string{"at most 1 MiB"}},
		"a bomb": {func(w *world) {
			w.idp.answer("/token", compressed(reply(200, "application/json", `{"x":"`+strings.Repeat("0", 50<<20)+`"}`)))
		}, "token", []string{"at most 1 MiB"}},
		"the secret must not be decoded": {func(w *world) {
			w.cfg.ClientSecret, w.cfg.AuthMethod = secret.New("se+cret/with%25odd characters"), AuthBasic
			w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) { // compares the credentials as they came
				if _, password, _ := r.BasicAuth(); password != "se+cret/with%25odd characters" {
					replyJSON(401, map[string]any{"error": "invalid_client"})(rw, r)
				}
			})
		}, "token", []string{"client_secret_basic", "the provider does not decode the credentials", "--auth-method client_secret_post"}},
		"and the refusal says nothing": {func(w *world) {
			w.cfg.ClientSecret, w.cfg.AuthMethod = secret.New("se+cret/with%25odd characters"), AuthBasic
			w.idp.answer("/token", reply(401, "", ""))
		}, "token", []string{"the provider does not decode the credentials"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := abroad(t, false)
			c.at(w)
			_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
			p := problemOf(t, err)
			if failed := w.failure(); failed.Step != c.step {
				t.Errorf("failed in %s: %v", failed.Step, err)
			}
			text := err.Error() + jsonText(p.Diagnosis)
			for _, want := range c.says {
				if !strings.Contains(text, want) {
					t.Errorf("want %q in %s", want, text)
				}
			}
		})
	}
}

// TestRedirectsOfTheTokenEndpoint are never followed: 307 and 308 would carry code, verifier and secret to another address.
func TestRedirectsOfTheTokenEndpoint(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, location := range []string{"/token2", "https://elsewhere.example/token"} {
			t.Run(http.StatusText(status)+location[:2], func(t *testing.T) {
				w := abroad(t, false)
				w.cfg.ClientSecret = secret.New("client-secret-0123456789")
				w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
					rw.Header().Set("Location", location)
					rw.WriteHeader(status)
				})
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				p := problemOf(t, err)
				if slices.ContainsFunc(w.idp.requests(), func(r string) bool { return strings.HasSuffix(r, "/token2") }) {
					t.Error("the redirect was followed")
				}
				want := location
				if strings.HasPrefix(location, "/") {
					want = w.idp.issuer + location
				}
				if p.Diagnosis == nil || p.Diagnosis.ID != "CL-25" || p.Diagnosis.Fixes[0].Value != want {
					t.Errorf("%v, diagnosis %+v", err, p.Diagnosis)
				}
			})
		}
	}
}

// TestDeviceAnswerAsForm: old servers answer with a form, and shout.
func TestDeviceAnswerAsForm(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		form := url.Values{"device_code": {"device-code-0123456789"}, "user_code": {"WDJB-MJHT"}, "verification_uri": {w.idp.issuer + "/activate"}, "expires_in": {"600"}, "interval": {"1"}}
		w.idp.answer("/device", reply(200, "application/x-www-form-urlencoded", form.Encode()))
		w.idp.answer("/token", reply(400, "application/json", `{"error":"AUTHORIZATION_PENDING"}`), w.idp.token)
		if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil || w.found("device-form") == nil || w.found("pending-status") == nil {
			t.Error(err, w.found("device-form"), w.found("pending-status"))
		}
	})
}

// TestHabitsOfDevices: no interval, other names, numbers as texts, and refusals that are none.
func TestHabitsOfDevices(t *testing.T) {
	for name, c := range map[string]struct {
		answer map[string]any
		see    func(NeedUser) bool
	}{
		"no interval":     {map[string]any{"interval": nil}, func(n NeedUser) bool { return n.Interval == 5*time.Second }},
		"interval 0":      {map[string]any{"interval": 0}, func(n NeedUser) bool { return n.Interval == time.Second }},
		"interval a text": {map[string]any{"interval": "7"}, func(n NeedUser) bool { return n.Interval == 7*time.Second }},
		"old names": {map[string]any{"verification_uri": nil, "verification_uri_complete": nil, "verification_url": "https://idp.example/go", "verification_url_complete": "https://idp.example/go?userCode=WDJB"},
			func(n NeedUser) bool {
				return n.VerificationURI == "https://idp.example/go" && n.VerificationURIComplete == "https://idp.example/go?userCode=WDJB"
			}},
		"complete only":     {map[string]any{"verification_uri": nil, "verification_uri_complete": "https://idp.example/go?c=W"}, func(n NeedUser) bool { return n.VerificationURI == "https://idp.example/go?c=W" }},
		"another parameter": {map[string]any{"verification_uri_complete": "https://idp.example/activate?otp=WDJB-MJHT"}, func(n NeedUser) bool { return strings.HasSuffix(n.VerificationURIComplete, "otp=WDJB-MJHT") }},
		"no complete":       {map[string]any{"verification_uri_complete": nil}, func(n NeedUser) bool { return n.VerificationURIComplete == "" }},
		"lifetime a text":   {map[string]any{"expires_in": "600"}, func(n NeedUser) bool { return n.ExpiresAt.Sub(n.Time).Round(time.Second) == 10*time.Minute }},
		"no lifetime":       {map[string]any{"expires_in": nil}, func(n NeedUser) bool { return n.ExpiresAt.Sub(n.Time).Round(time.Second) == 15*time.Minute }},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				answer := map[string]any{"device_code": "device-code-0123456789", "user_code": "WDJB-MJHT", "verification_uri": w.idp.issuer + "/activate", "expires_in": 600, "interval": 5}
				for name, value := range c.answer {
					if answer[name] = value; value == nil {
						delete(answer, name)
					}
				}
				w.idp.answer("/device", replyJSON(200, answer))
				pending := replyJSON(428, map[string]any{"error": "authorization_pending"}) // Google's status
				w.idp.answer("/token", pending, replyJSON(200, map[string]any{"error": "authorization_pending"}), replyJSON(200, map[string]any{"error": "slow_down", "interval": 10}), w.idp.token)
				if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
				if w.found("pending-status") == nil {
					t.Error("the odd status is not told")
				}
				for _, need := range of[NeedUser](w) {
					if !c.see(need) {
						t.Errorf("%+v", need)
					}
				}
			})
		})
	}
}

// TestHTTP2 has the whole login over the protocol that most providers speak.
func TestHTTP2(t *testing.T) {
	w := abroad(t, true)
	if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
		t.Fatal(err)
	}
	for _, e := range of[Exchange](w) {
		if e.Purpose != "callback" && e.Request.Proto != "HTTP/2.0" {
			t.Errorf("%s over %s", e.Purpose, e.Request.Proto)
		}
	}
}
