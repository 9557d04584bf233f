package flows

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

func oauthError(code string) http.HandlerFunc { return replyJSON(400, map[string]any{"error": code}) }

func deviceAnswerOf(change func(map[string]any)) http.HandlerFunc {
	answer := map[string]any{"device_code": "device-code-0123456789", "user_code": "WDJB-MJHT",
		"verification_uri": "https://idp.example/activate", "expires_in": 600, "interval": 5}
	change(answer)
	return replyJSON(200, answer)
}

// TestPollPace measures in fake time when each poll is made.
func TestPollPace(t *testing.T) {
	pending := oauthError("authorization_pending")
	slower := func(body map[string]any, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			replyJSON(400, body)(w, r)
		}
	}
	slow := map[string]any{"error": "slow_down"}
	for name, c := range map[string]struct {
		device  map[string]any
		answers []http.HandlerFunc
		at      []int // seconds between polls
	}{
		"as told":           {map[string]any{"interval": 2}, []http.HandlerFunc{pending}, []int{2, 2}},
		"no interval":       {map[string]any{"interval": nil}, []http.HandlerFunc{pending}, []int{5, 5}},
		"interval as text":  {map[string]any{"interval": "3"}, []http.HandlerFunc{pending}, []int{3, 3}},
		"interval 0":        {map[string]any{"interval": 0}, []http.HandlerFunc{pending}, []int{1, 1}},
		"slow down twice":   {nil, []http.HandlerFunc{oauthError("slow_down"), pending, oauthError("slow_down"), pending}, []int{5, 10, 10, 15, 15}},
		"GitHub's interval": {nil, []http.HandlerFunc{slower(map[string]any{"error": "slow_down", "interval": 30}), pending}, []int{5, 30, 30}},
		"smaller interval":  {nil, []http.HandlerFunc{slower(map[string]any{"error": "slow_down", "interval": 1}), pending}, []int{5, 10, 10}},
		"Retry-After":       {nil, []http.HandlerFunc{slower(slow, "Retry-After", "20"), pending}, []int{5, 20, 20}},
		"pending with 200":  {nil, []http.HandlerFunc{replyJSON(200, map[string]any{"error": "authorization_pending"})}, []int{5, 5}},
		"busy":              {nil, []http.HandlerFunc{reply(503, "text/html", "<p>busy</p>"), pending}, []int{5, 10, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/device", deviceAnswerOf(func(a map[string]any) {
					for k, v := range c.device {
						a[k] = v
						if v == nil {
							delete(a, k)
						}
					}
				}))
				w.idp.answer("/token", append(c.answers, w.idp.token)...)
				var at []int
				last := time.Now()
				w.onEvent = func(e Event) {
					if x, ok := e.(Exchange); ok && x.Purpose == "token" {
						at = append(at, int(time.Since(last)/time.Second))
						last = time.Now()
					}
				}
				if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(at, c.at) {
					t.Errorf("polls after %v s, want %v", at, c.at)
				}
			})
		})
	}
}

func TestPollBacksOffWhenTheConnectionFails(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Transport.Timeout = time.Second
		hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		w.idp.answer("/token", hang, hang, w.idp.token)
		began := time.Now()
		if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if want := (5 + 1 + 10 + 1 + 20) * time.Second; time.Since(began) != want {
			t.Errorf("it took %s, want %s", time.Since(began), want)
		}
	})
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Transport.Timeout = time.Second
		w.idp.answer("/device", deviceAnswerOf(func(a map[string]any) { a["expires_in"] = 36000 }))
		w.idp.answer("/token", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err := w.run(t.Context(), DeviceCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemTransport || p.Failure.Kind != record.FailTimeout {
			t.Errorf("%+v", p)
		}
		if n := len(w.idp.requests()) - 3; n != maxStumbles+1 {
			t.Errorf("%d polls, want %d", n, maxStumbles+1)
		}
	})
}

func TestDeviceFailures(t *testing.T) {
	for name, c := range map[string]struct {
		spoil    func(*world)
		step     string
		kind     ProblemKind
		expected string
		got      string
	}{
		"denied":       {func(w *world) { w.idp.answer("/token", oauthError("access_denied")) }, "token", ProblemRefused, "the person to agree", "access_denied"},
		"expired":      {func(w *world) { w.idp.answer("/token", oauthError("expired_token")) }, "token", ProblemUser, "before the device code expired", "expired_token"},
		"time is over": {func(w *world) { w.idp.answer("/token", oauthError("authorization_pending")) }, "token", ProblemUser, "before the device code expired", "none in time"},
		"refused":      {func(w *world) { w.idp.answer("/token", oauthError("invalid_client")) }, "token", ProblemRefused, "tokens", "HTTP 400 invalid_client"},
		"empty 403":    {func(w *world) { w.idp.answer("/token", reply(403, "", "")) }, "token", ProblemAnswer, "tokens", "HTTP 403, an empty answer"},
		"broken":       {func(w *world) { w.idp.answer("/token", reply(500, "text/html", "<title>Oops</title>")) }, "token", ProblemAnswer, "tokens", `titled "Oops"`},
		"always busy":  {func(w *world) { w.idp.answer("/token", reply(429, "", "")) }, "token", ProblemAnswer, "tokens", "HTTP 429"},
		"not offered":  {func(w *world) { w.idp.meta = func(d map[string]any) { delete(d, "device_authorization_endpoint") } }, "device", ProblemConfig, "device_authorization_endpoint", "no device_authorization_endpoint"},
		"no user code": {func(w *world) {
			w.idp.answer("/device", deviceAnswerOf(func(a map[string]any) { delete(a, "user_code") }))
		}, "device", ProblemAnswer, "user_code", "only device_code, expires_in, interval, verification_uri"},
		"hostile address": {func(w *world) {
			w.idp.answer("/device", deviceAnswerOf(func(a map[string]any) { a["verification_uri"] = "javascript:alert(1)" }))
		}, "device", ProblemAnswer, "http(s)", "javascript"},
		"device refused": {func(w *world) {
			w.idp.answer("/device", replyJSON(403, map[string]any{"error": "unauthorized_client", "error_description": "no device grant"}))
		}, "device", ProblemRefused, "device authorization answer", "HTTP 403 unauthorized_client: no device grant"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				c.spoil(w)
				s, err := w.run(t.Context(), DeviceCode(w.cfg))
				p := problemOf(t, err)
				if s != nil || w.failure().Meta.Step != c.step || p.Kind != c.kind || !strings.Contains(p.Expected, c.expected) || !strings.Contains(p.Got, c.got) {
					t.Errorf("step %s, %s: expected %q, got %q", w.failure().Meta.Step, p.Kind, p.Expected, p.Got)
				}
			})
		})
	}
}

// TestUserTimeoutBoundsPolling: who says how long to wait means every way in which a person is waited for.
func TestUserTimeoutBoundsPolling(t *testing.T) {
	pending := oauthError("authorization_pending")
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, c := range map[string]struct {
		flow   func(Config) Flow
		poll   http.HandlerFunc
		within time.Duration // the client's own patience
		took   time.Duration
		says   string
	}{
		"device":              {DeviceCode, pending, 12 * time.Second, 12 * time.Second, "within 12s"},
		"device, it hangs":    {DeviceCode, hang, 8 * time.Second, 8 * time.Second, "within 8s"},
		"device, longer":      {DeviceCode, pending, time.Hour, 10 * time.Minute, "before the device code expired"},
		"device, not said":    {DeviceCode, pending, 0, 10 * time.Minute, "before the device code expired"},
		"backchannel":         {CIBA, pending, 7 * time.Second, 7 * time.Second, "within 7s"},
		"backchannel, unsaid": {CIBA, pending, 0, 2 * time.Minute, "expired"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.confidential()
				w.cfg.UserTimeout, w.cfg.Request.LoginHint = c.within, "alice"
				w.idp.meta = set("backchannel_authentication_endpoint", w.idp.issuer+"/bc")
				w.idp.answer("/bc", replyJSON(200, map[string]any{"auth_req_id": "request-0123456789", "expires_in": 120}))
				w.idp.answer("/token", c.poll)
				began := time.Now()
				_, err := w.run(t.Context(), c.flow(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemUser || !strings.Contains(p.Expected, c.says) {
					t.Errorf("%s: %q", p.Kind, p.Expected)
				}
				if took := time.Since(began); took != c.took {
					t.Errorf("it took %s, want %s", took, c.took)
				}
			})
		})
	}
}

func TestDeviceAnswersOfOldProviders(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/device", deviceAnswerOf(func(a map[string]any) {
			a["verification_url"] = a["verification_uri"]
			a["verification_uri_complete"] = "file:///etc/passwd"
			delete(a, "verification_uri")
			delete(a, "expires_in")
		}))
		if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		need := of[NeedUser](w)[0]
		if need.VerificationURI != "https://idp.example/activate" || need.VerificationURIComplete != "" || need.ExpiresAt.Sub(need.Time) != 15*time.Minute {
			t.Errorf("%+v", need)
		}
		for _, slug := range []string{"verification-url", "verification-uri-complete", "device-expires-in"} {
			if w.found(slug) == nil {
				t.Errorf("no finding %s", slug)
			}
		}
	})
}

// TestClientAuthentication looks at what is sent for each method, in the device flow's own requests and in those of
// x/oauth2.
func TestClientAuthentication(t *testing.T) {
	const id, password = "practice", "p+ss w%rd"
	const basic = "practice:p%2Bss+w%25rd" // form-encoded before Basic: RFC 6749 2.3.1
	for name, c := range map[string]struct {
		method    AuthMethod
		secret    string
		announced []string
		basic     string
		inForm    bool
	}{
		"public":          {"", "", nil, "", false},
		"default":         {"", password, nil, basic, false},
		"announced post":  {"", password, []string{"client_secret_post"}, "", true},
		"announced both":  {"", password, []string{"client_secret_post", "client_secret_basic"}, basic, false},
		"asked for post":  {AuthPost, password, nil, "", true},
		"asked for basic": {AuthBasic, password, []string{"client_secret_post"}, basic, false},
		"asked for none":  {AuthNone, password, nil, "", false},
	} {
		for _, flow := range []func(Config) Flow{DeviceCode, AuthorizationCode} {
			t.Run(name+" "+flow(Config{}).ID, func(t *testing.T) {
				inBubble(t, func(t *testing.T, w *world) {
					w.cfg.AuthMethod, w.cfg.ClientSecret = c.method, secret.New(c.secret)
					w.idp.meta = func(d map[string]any) {
						if c.announced != nil {
							d["token_endpoint_auth_methods_supported"] = c.announced
						}
					}
					if _, err := w.run(t.Context(), flow(w.cfg)); err != nil {
						t.Fatal(err)
					}
					for _, r := range w.idp.seen {
						if r.Method != http.MethodPost {
							continue
						}
						user, pass, has := r.BasicAuth()
						if sent := user + ":" + pass; has != (c.basic != "") || has && sent != c.basic {
							t.Errorf("%s: Basic %q, want %q", r.URL.Path, sent, c.basic)
						}
						if got := r.form.Get("client_secret"); (got == password) != c.inForm {
							t.Errorf("%s: client_secret %q", r.URL.Path, got)
						}
						if wantID := c.basic == ""; (r.form.Get("client_id") == id) != wantID {
							t.Errorf("%s: client_id %q", r.URL.Path, r.form.Get("client_id"))
						}
					}
				})
			})
		}
	}
}

func TestSecretThatCanNotWorkEverywhere(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ClientSecret = secret.New("p+ss w%rd")
		w.idp.answer("/token", replyJSON(401, map[string]any{"error": "invalid_client", "error_description": "the secret p+ss w%rd is wrong"}))
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		p := problemOf(t, err)
		if p.Diagnosis == nil || p.Diagnosis.ID != "CL-BASIC" {
			t.Errorf("diagnosis: %+v", p.Diagnosis)
		}
		if strings.Contains(p.Error()+p.OAuth.Description, "p+ss") {
			t.Errorf("the echoed secret is in the error: %v, %+v", p, p.OAuth)
		}
	})
}
