package flows

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

func TestParseChallenges(t *testing.T) {
	type c = challenge
	for in, want := range map[string][]c{
		`Bearer`: {{"Bearer", map[string]string{}}},
		`Bearer realm="a, b", error=invalid_token`:               {{"Bearer", map[string]string{"realm": "a, b", "error": "invalid_token"}}},
		`DPoP algs="ES256 RS256", Bearer realm="x", scope="a b"`: {{"DPoP", map[string]string{"algs": "ES256 RS256"}}, {"Bearer", map[string]string{"realm": "x", "scope": "a b"}}},
		`Negotiate, Basic realm="r"`:                             {{"Negotiate", map[string]string{}}, {"Basic", map[string]string{"realm": "r"}}},
		`Negotiate YII+abc/==, Bearer error="x"`:                 {{"Negotiate", map[string]string{}}, {"Bearer", map[string]string{"error": "x"}}},
		`Bearer error = "x" , error="y"`:                         {{"Bearer", map[string]string{"error": "x"}}},
		`bearer MAX_AGE="5"`:                                     {{"bearer", map[string]string{"max_age": "5"}}},
		`Bearer realm="say \"hi\""`:                              {{"Bearer", map[string]string{"realm": `say "hi"`}}},
		`realm="x", Bearer`:                                      {{"Bearer", map[string]string{}}},
		``:                                                       nil,
		`",=,"`:                                                  nil,
	} {
		if got := parseChallenges(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %v\nwant %v", in, got, want)
		}
	}
}

func FuzzParseChallenges(f *testing.F) {
	for _, seed := range []string{`Bearer realm="a", error="b"`, `a b=c, d`, `"`, `=`, `Bearer x="`, `a ==, b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all := parseChallenges(s) // ends, and stays within its bounds
		if len(all) > maxChallenges {
			t.Errorf("%d challenges", len(all))
		}
		for _, c := range all {
			if c.scheme == "" || len(c.params) > maxChallenges {
				t.Errorf("%q", c)
			}
		}
	})
}

const resource = "https://api.example/orders"

func challengeReply(status int, fields ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Www-Authenticate"] = fields
		w.WriteHeader(status)
	}
}

func TestCall(t *testing.T) {
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		age     time.Duration // of the session
		kind    ProblemKind
		summary string
		fix     string
		ref     string
	}{
		"accepted":  {replyJSON(200, map[string]any{"orders": 3}), 0, "", "", "", ""},
		"redirect":  {http.RedirectHandler("https://elsewhere.example", http.StatusFound).ServeHTTP, 0, "", "", "", ""},
		"not found": {reply(404, "text/plain", "no"), 0, ProblemAnswer, "", "", "RFC 9110 15"},
		"expired":   {challengeReply(401, `Bearer realm="api", error="invalid_token"`), time.Hour, ProblemRefused, "does not accept this token", "oidcscope refresh", "RFC 6750 3.1"},
		"another's": {challengeReply(401, `Bearer error="invalid_token"`), 0, ProblemRefused, "does not accept this token", "--resource", "RFC 6750 3.1"},
		"scope":     {challengeReply(403, `Bearer error="insufficient_scope", scope="orders:read orders:write"`), 0, ProblemRefused, "does not allow this", `--scope "orders:read orders:write"`, "RFC 6750 3.1"},
		"step up": {challengeReply(401, `Bearer error="insufficient_user_authentication", acr_values="gold", max_age="60"`), 0, ProblemRefused,
			"step up", `--acr-values "gold" --max-age 60`, "RFC 9470 3"},
		"step up, into a shell": {challengeReply(401, `Bearer error="insufficient_user_authentication", acr_values="$(id) it's", max_age="60; id"`), 0, ProblemRefused,
			"step up", `--acr-values '$(id) it'\''s'`, "RFC 9470 3"},
		"scope, into a shell":  {challengeReply(403, "Bearer error=\"insufficient_scope\", scope=\"a`id`\""), 0, ProblemRefused, "does not allow this", "--scope 'a`id`'", "RFC 6750 3.1"},
		"bound tokens only":    {challengeReply(401, `DPoP algs="ES256"`), 0, ProblemRefused, "bound to a key only", "--dpop", "RFC 9449 7.1"},
		"no token seen":        {challengeReply(401, `Bearer realm="api"`), 0, ProblemRefused, "as if no token had come", "", "RFC 6750 3.1"},
		"other scheme":         {challengeReply(401, `Negotiate`, `Basic realm="x"`), 0, ProblemRefused, "asks for Negotiate, Basic", "", "RFC 9110 11.6.1"},
		"says nothing":         {challengeReply(401), 0, ProblemRefused, "does not say what it wants", "", "RFC 9110 15.5.2"},
		"points to its rules":  {challengeReply(401, `Bearer error="invalid_token", resource_metadata="https://api.example/.well-known/oauth-protected-resource"`), 0, ProblemRefused, "", "https://api.example/.well-known/oauth-protected-resource", ""},
		"forbidden, no reason": {reply(403, "text/plain", "no"), 0, ProblemAnswer, "", "", "RFC 9110 15"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				before := w.loggedIn(t)
				time.Sleep(c.age)
				w.idp.answer("/orders", c.answer)
				_, err := w.over(t, Call(before, CallInput{Method: "POST", URL: resource, Body: []byte(`{"a":1}`)}))
				if got := w.idp.requests(); !slices.Equal(got, []string{"POST /orders"}) {
					t.Fatalf("requests %v", got)
				}
				if sent := w.idp.seen[0]; sent.Header.Get("Authorization") != "Bearer access-0123456789" || sent.Header.Get("Content-Type") != "application/json" {
					t.Errorf("headers %v", sent.Header)
				}
				if c.kind == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				p := problemOf(t, err)
				if p.Kind != c.kind || c.ref != "" && p.Ref != c.ref {
					t.Errorf("%s %s: %q", p.Kind, p.Ref, p.Got)
				}
				if c.summary == "" && c.fix == "" {
					return
				}
				if p.Diagnosis == nil || !strings.Contains(p.Diagnosis.Summary, c.summary) {
					t.Fatalf("%+v", p.Diagnosis)
				}
				if !slices.ContainsFunc(p.Diagnosis.Fixes, func(f Fix) bool { return strings.Contains(f.Value, c.fix) }) && c.fix != "" {
					t.Errorf("fixes %+v", p.Diagnosis.Fixes)
				}
				if slices.ContainsFunc(p.Diagnosis.Fixes, func(f Fix) bool { return strings.Contains(f.Value, "; id") }) {
					t.Errorf("a shell would run what the resource says: %+v", p.Diagnosis.Fixes)
				}
			})
		})
	}
}

// TestCallNamesWhatIsGranted only as far as it is known: by the token answer, or by the token itself.
func TestCallNamesWhatIsGranted(t *testing.T) {
	for name, c := range map[string]struct{ told, access, want string }{
		"by the answer": {"openid orders:list", "access-0123456789", "granted are: openid orders:list"},
		"by the token":  {"", "eyJhbGciOiJSUzI1NiJ9.eyJzY29wZSI6Im9yZGVyczpsaXN0In0.AAAA", "granted are: orders:list"},
		"by nothing":    {"", "access-0123456789", "not known here"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/orders", challengeReply(403, `Bearer error="insufficient_scope"`))
				s := &Session{Config: w.cfg, Tokens: Tokens{Access: secret.New(c.access), Scope: c.told}}
				s.Reports = map[TokenName]*inspect.Report{AccessToken: inspect.Inspect(c.access, nil, inspect.Context{Now: time.Now()})}
				_, err := w.run(t.Context(), Call(s, CallInput{URL: resource}))
				if d := problemOf(t, err).Diagnosis; d == nil || len(d.Causes) != 1 || !strings.Contains(d.Causes[0], c.want) {
					t.Errorf("%+v", d)
				}
			})
		})
	}
}

// TestCallWithATokenAlone needs neither provider nor client.
func TestCallWithATokenAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Issuer, w.cfg.ClientID = "", ""
		w.idp.answer("/orders", reply(204, "", ""))
		s := &Session{Config: w.cfg, Tokens: Tokens{Access: secret.New("access-0123456789")}}
		if _, err := w.run(t.Context(), Call(s, CallInput{URL: resource})); err != nil {
			t.Error(err)
		}
		for _, bad := range []string{"api.example/orders", "ftp://api.example", "https://", "::"} {
			w.events = nil
			if _, err := w.run(t.Context(), Call(s, CallInput{URL: bad})); problemOf(t, err).Kind != ProblemConfig {
				t.Errorf("%s: %v", bad, err)
			}
		}
		s.Tokens.Access = secret.Text{}
		w.events = nil
		if _, err := w.run(t.Context(), Call(s, CallInput{URL: resource})); problemOf(t, err).Kind != ProblemConfig {
			t.Error(err)
		}
	})
}

func TestCallWithABoundToken(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.DPoP = true
		w.boundTokens(t)
		before := w.loggedIn(t)
		w.idp.answer("/orders", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("DPoP-Nonce", "api-nonce")
			challengeReply(401, `DPoP error="use_dpop_nonce"`)(rw, r)
		}, reply(200, "text/plain", "ok"))
		w.idp.issuer = "https://api.example"
		if _, err := w.over(t, Call(before, CallInput{URL: resource + "?page=1"})); err != nil {
			t.Fatal(err)
		}
		claims, _ := w.dpopProof(t, "GET", "/orders") // its htu has no query
		if memberText(claims, "nonce") != "api-nonce" || claims.Get("ath") == nil || w.found("dpop-nonce") == nil || w.found("call-audience") == nil {
			t.Errorf("proof %s", claims.Raw)
		}
	})
}

func TestCIBA(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		polls  []http.HandlerFunc
		kind   ProblemKind
		words  string
	}{
		"agrees": {nil, []http.HandlerFunc{replyJSON(400, map[string]any{"error": "authorization_pending"}), replyJSON(400, map[string]any{"error": "slow_down"})}, "", ""},
		"refuses": {nil, []http.HandlerFunc{replyJSON(400, map[string]any{"error": "authorization_pending"}), replyJSON(400, map[string]any{"error": "access_denied"}),
			replyJSON(500, nil)}, ProblemRefused, "access_denied"},
		"too late":  {nil, []http.HandlerFunc{replyJSON(400, map[string]any{"error": "expired_token"}), replyJSON(500, nil)}, ProblemUser, "expired_token"},
		"no hint":   {func(w *world) { w.cfg.Request.LoginHint = "" }, nil, ProblemConfig, "0"},
		"two hints": {func(w *world) { w.cfg.Grant.IDTokenHint = secret.New("id-token-0123456789") }, nil, ProblemConfig, "2"},
		"no openid": {func(w *world) { w.cfg.Scopes = []string{"profile"} }, nil, ProblemConfig, "profile"},
		"public":    {func(w *world) { w.cfg.ClientSecret = secret.Text{} }, nil, ProblemConfig, "public client"},
		"far away":  {func(w *world) { w.cfg.Grant.NotifyURI = "https://rp.example/ping" }, nil, ProblemConfig, "could not reach"},
		"no answer": {func(w *world) { w.idp.answer("/bc", replyJSON(200, map[string]any{"expires_in": 60})) }, nil, ProblemAnswer, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.confidential()
				w.idp.meta = set("backchannel_authentication_endpoint", w.idp.issuer+"/bc")
				w.idp.answer("/bc", replyJSON(200, map[string]any{"auth_req_id": "request-0123456789", "expires_in": 120, "interval": 2}))
				w.cfg.Request.LoginHint, w.cfg.Grant.BindingMessage = "alice", "W4SCT"
				if c.change != nil {
					c.change(w)
				}
				w.idp.answer("/token", append(c.polls, w.idp.token)...)
				began := time.Now()
				s, err := w.run(t.Context(), CIBA(w.cfg))
				if c.kind != "" {
					if p := problemOf(t, err); p.Kind != c.kind || !strings.Contains(p.Got, c.words) {
						t.Errorf("%s: %q", p.Kind, p.Got)
					}
					return
				}
				if err != nil || s.Reports[IDToken] == nil {
					t.Fatal(err)
				}
				if form := w.idp.form("/bc"); form.Get("login_hint") != "alice" || form.Get("binding_message") != "W4SCT" || !strings.Contains(form.Get("scope"), "openid") {
					t.Errorf("request %v", form)
				}
				if form := w.idp.form("/token"); form.Get("grant_type") != cibaGrant || form.Get("auth_req_id") != "request-0123456789" {
					t.Errorf("poll %v", form)
				}
				if took := time.Since(began); took != 2*time.Second+2*time.Second+7*time.Second { // slow_down adds five
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestCIBAPing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.confidential()
		w.idp.meta = func(d map[string]any) {
			d["backchannel_authentication_endpoint"], d["backchannel_token_delivery_modes_supported"] = w.idp.issuer+"/bc", []string{"poll", "ping"}
		}
		w.idp.answer("/bc", replyJSON(200, map[string]any{"auth_req_id": "request-0123456789", "expires_in": 600, "interval": 60}))
		w.idp.answer("/token", replyJSON(400, map[string]any{"error": "authorization_pending"}), w.idp.token)
		w.cfg.Request.LoginHint, w.cfg.Grant.NotifyURI = "alice", "http://127.0.0.1:9999/ping"
		began := time.Now()
		w.browser = func(need NeedUser) {
			if need.Kind != NeedElsewhere {
				t.Errorf("asked for %s", need.Kind)
			}
			time.Sleep(time.Second)
			token := w.idp.form("/bc").Get("client_notification_token")
			for _, c := range []struct {
				path, auth, body string
				status           int
			}{
				{"/other", "Bearer " + token, `{"auth_req_id":"x"}`, 404}, {"/ping", "Bearer wrong", `{"auth_req_id":"x"}`, 401}, {"/ping", "", "", 401},
				{"/ping", "Bearer " + token, `{}`, 400}, {"/ping", "Bearer " + token, `{"auth_req_id":"request-0123456789"}`, 204}, {"/ping", "Bearer " + token, `{"auth_req_id":"again"}`, 204},
			} {
				if got := w.request("POST", "http://127.0.0.1:9999"+c.path, "", c.body, http.Header{"Authorization": {c.auth}}); got.status != c.status {
					t.Errorf("%s %s: %d, want %d", c.path, c.body, got.status, c.status)
				}
			}
		}
		if _, err := w.run(t.Context(), CIBA(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 61*time.Second { // at once after the ping, then at the provider's pace again
			t.Errorf("took %s", took)
		}
		if waits := of[Waiting](w); len(waits) != 2 || waits[0].Reason != "notification" || waits[1].Reason != "authorization_pending" {
			t.Errorf("waits: %+v", waits)
		}
		if w.found("ping-refused") == nil {
			t.Error("a notification with another token is not told")
		}
		synctest.Wait()
	})
}

func TestRegistration(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = set("registration_endpoint", w.idp.issuer+"/register")
		registered := map[string]any{"client_id": "new", "client_secret": "new-secret-0123456789", "client_secret_expires_at": 0, "token_endpoint_auth_method": "client_secret_post",
			"registration_access_token": "manage-0123456789", "registration_client_uri": w.idp.issuer + "/register/new"}
		w.idp.answer("/register", replyJSON(201, registered))
		w.idp.answer("/register/new", replyJSON(200, map[string]any{"client_id": "new", "registration_access_token": "manage-two-0123456789", "token_endpoint_auth_method": "none"}),
			reply(204, "", ""))
		w.cfg.ClientID, w.cfg.AuthMethod = "", ""
		w.cfg.Registration = RegistrationInput{Metadata: []byte(`{"client_name":"mine","contacts":["a@example.com"]}`), InitialToken: secret.New("initial-0123456789")}
		s, err := w.run(t.Context(), Register(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		sent := w.idp.seen[len(w.idp.seen)-1]
		body, _ := readAll(sent.Body)
		if got := string(body); got != `{"application_type":"native","redirect_uris":["http://127.0.0.1/callback"],"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none","scope":"openid profile offline_access","client_name":"mine","contacts":["a@example.com"]}` ||
			sent.Header.Get("Authorization") != "Bearer initial-0123456789" {
			t.Errorf("sent %s", got)
		}
		if s.Config.ClientID != "new" || s.Config.ClientSecret.Reveal() != "new-secret-0123456789" || s.Config.AuthMethod != AuthPost || s.Registration.Token.Reveal() != "manage-0123456789" {
			t.Errorf("%+v", s.Registration)
		}
		for _, e := range w.events {
			if line, _ := EncodeEvent(e, false); strings.Contains(string(line), "manage-0123456789") || strings.Contains(string(line), "new-secret") || strings.Contains(string(line), "initial-") {
				t.Errorf("a secret is shown: %s", line)
			}
		}
		w.events = nil
		if s, err = w.over(t, ReadRegistration(s)); err != nil || s.Registration.Token.Reveal() != "manage-two-0123456789" || s.Registration.URI == "" || s.Config.AuthMethod != AuthNone {
			t.Fatalf("%v %+v", err, s)
		}
		w.events = nil
		gone, err := w.over(t, DeleteRegistration(s))
		if err != nil || gone.Registration != nil || s.Registration == nil {
			t.Errorf("%v %+v", err, gone)
		}
		if last := w.idp.seen[len(w.idp.seen)-1]; last.Method != "DELETE" || last.Header.Get("Authorization") != "Bearer manage-two-0123456789" {
			t.Errorf("%s %v", last.Method, last.Header)
		}
		w.events = nil
		if _, err := w.over(t, DeleteRegistration(gone)); problemOf(t, err).Kind != ProblemConfig {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct {
		metadata string
		answer   http.HandlerFunc
		kind     ProblemKind
	}{
		"refused":      {"", replyJSON(400, map[string]any{"error": "invalid_redirect_uri"}), ProblemRefused},
		"no client id": {"", replyJSON(201, map[string]any{"x": 1}), ProblemAnswer},
		"no JSON":      {"[1]", nil, ProblemConfig},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("registration_endpoint", w.idp.issuer+"/register")
				w.cfg.Registration.Metadata = []byte(c.metadata)
				if c.answer != nil {
					w.idp.answer("/register", c.answer)
				}
				if _, err := w.run(t.Context(), Register(w.cfg)); problemOf(t, err).Kind != c.kind {
					t.Error(err)
				}
			})
		})
	}
}

func TestLoginsAndWhatProvidersLack(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Logins() {
		f := l.Make(Config{})
		if f.ID != l.ID || seen[l.ID] || f.Title == "" || f.Summary == "" || len(f.Refs) == 0 {
			t.Errorf("%s: %+v", l.ID, f)
		}
		seen[l.ID] = true
		ids := map[string]bool{}
		for _, step := range f.Steps {
			if step.Why == "" || len(step.Refs) == 0 || step.Arrow == "" || ids[step.ID] {
				t.Errorf("%s: step %+v", l.ID, step)
			}
			ids[step.ID] = true
		}
	}
	if _, err := FindLogin("magic"); err == nil || !strings.Contains(err.Error(), "pkce, device") {
		t.Error(err)
	}
	all := &Metadata{AuthorizationEndpoint: "a", TokenEndpoint: "t", DeviceAuthorizationEndpoint: "d", BackchannelEndpoint: "b",
		ResponseTypesSupported: []string{"code", "id_token", "code id_token"}}
	bare := &Metadata{AuthorizationEndpoint: "a", TokenEndpoint: "t", ResponseTypesSupported: []string{"code"}, GrantTypesSupported: []string{"authorization_code"}}
	for id := range seen {
		if why := all.Lacks(id); why != "" {
			t.Errorf("%s: %s", id, why)
		}
		if why := bare.Lacks(id); (why == "") != (id == "pkce") {
			t.Errorf("bare %s: %q", id, why)
		}
		if (*Metadata)(nil).Lacks(id) != "" || (&Metadata{}).Lacks(id) == "" {
			t.Errorf("%s: nothing known, and nothing there", id)
		}
	}
}

func TestCallSendsHeaderFields(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		before := w.loggedIn(t)
		var got http.Header
		w.idp.answer("/api", func(rw http.ResponseWriter, r *http.Request) {
			got = r.Header.Clone()
			got.Set("Method", r.Method)
			got.Set("Host", r.Host)
		})
		in := CallInput{URL: w.idp.issuer + "/api", Header: http.Header{"Accept": {"text/csv"}, "Content-Type": {"text/plain"}, "Host": {"api.example"}}, Body: []byte("{}")}
		if _, err := w.over(t, Call(before, in)); err != nil || got.Get("Method") != "POST" || got.Get("Accept") != "text/csv" || got.Get("Content-Type") != "text/plain" || got.Get("Host") != "api.example" {
			t.Errorf("%v %v", err, got)
		}
		in.Header = http.Header{"Authorization": {"Basic x"}}
		if _, err := w.over(t, Call(before, in)); problemOf(t, err).Kind != ProblemConfig {
			t.Errorf("another Authorization goes along: %v", err)
		}
	})
	for text, want := range map[string]string{"Accept: a/b": "Accept", "X-A:b:c": "X-A", "no colon": "", ": x": "", "a b: c": "", "a: b\r\nc: d": ""} {
		if name, _, err := HeaderField(text); name != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", text, name, err)
		}
	}
}
