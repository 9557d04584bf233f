package flows

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// confidential makes the world's client one with a secret.
func (w *world) confidential() {
	w.cfg.ClientSecret = secret.New("client-secret-0123456789-0123456789")
}

func TestGrantsWithoutABrowser(t *testing.T) {
	const given = "given-token-0123456789"
	for name, c := range map[string]struct {
		flow  func(Config) Flow
		grant GrantInput
		extra url.Values
		wants url.Values // of the token request
		lacks []string
	}{
		"client credentials": {ClientCredentials, GrantInput{}, nil, url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}}, []string{"client_id"}},
		"extra wins":         {ClientCredentials, GrantInput{}, url.Values{"audience": {"api"}, "scope": {"other"}}, url.Values{"audience": {"api"}, "scope": {"other"}}, nil},
		"password": {Password, GrantInput{Username: "alice", Password: secret.New("pass word+0123")}, nil,
			url.Values{"grant_type": {"password"}, "username": {"alice"}, "password": {"pass word+0123"}}, nil},
		"assertion": {JWTBearer, GrantInput{Assertion: secret.New(given)}, nil,
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {given}}, []string{"client_assertion"}},
		"exchange": {TokenExchange, GrantInput{SubjectToken: secret.New(given)}, nil,
			url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {given},
				"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"}}, []string{"actor_token", "requested_token_type"}},
		"exchange with an actor": {TokenExchange, GrantInput{SubjectToken: secret.New(given), SubjectTokenType: "jwt", ActorToken: secret.New("actor-0123456789"),
			ActorTokenType: "id_token", RequestedTokenType: "urn:example:mine"}, nil,
			url.Values{"subject_token_type": {"urn:ietf:params:oauth:token-type:jwt"}, "actor_token": {"actor-0123456789"},
				"actor_token_type": {"urn:ietf:params:oauth:token-type:id_token"}, "requested_token_type": {"urn:example:mine"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.confidential()
				w.cfg.Scopes, w.cfg.Grant, w.cfg.Extra = []string{"read"}, c.grant, c.extra
				w.idp.tokens = func(a map[string]any) {
					delete(a, "refresh_token")
					a["issued_token_type"] = tokenTypePrefix + "access_token"
				}
				s, err := w.run(t.Context(), c.flow(w.cfg))
				if err != nil {
					t.Fatal(err)
				}
				if s.Tokens.Access.Reveal() != "access-0123456789" || s.Reports[AccessToken] == nil {
					t.Errorf("tokens %v", s.names())
				}
				form := w.idp.form("/token")
				for n := range c.wants {
					if form.Get(n) != c.wants.Get(n) {
						t.Errorf("%s: %q, want %q", n, form.Get(n), c.wants.Get(n))
					}
				}
				for _, n := range c.lacks {
					if form.Has(n) {
						t.Errorf("%s was sent: %q", n, form.Get(n))
					}
				}
				if n := slices.Index(w.idp.requests(), "POST /token"); n != len(w.idp.requests())-1 {
					t.Errorf("requests %v", w.idp.requests())
				}
				for _, e := range w.events {
					if line, _ := EncodeEvent(e, false); strings.Contains(string(line), given) || strings.Contains(string(line), "pass word") || strings.Contains(string(line), "pass+word") {
						t.Errorf("a secret is shown: %s", line)
					}
				}
			})
		})
	}
}

func TestGrantInputIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		flow     func(Config) Flow
		expected string
	}{
		"public client":    {ClientCredentials, "a client that can authenticate"},
		"no password":      {Password, "user name and password"},
		"no assertion":     {JWTBearer, "a private key to sign one with"},
		"no subject token": {TokenExchange, "a subject token"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				_, err := w.run(t.Context(), c.flow(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemConfig || !strings.Contains(p.Expected, c.expected) || slices.Contains(w.idp.requests(), "POST /token") {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

func TestPasswordIsMarked(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Grant = GrantInput{Username: "alice", Password: secret.New("password-0123")}
		if _, err := w.run(t.Context(), Password(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if warnings := of[RunStarted](w)[0].Warnings; len(warnings) != 1 || !strings.Contains(warnings[0], "RFC 9700") {
			t.Errorf("warnings %q", warnings)
		}
		if done := stepsDone(w); !slices.Contains(done, "id_token") || !slices.Contains(done, "userinfo") {
			t.Errorf("done: %v", done)
		}
	})
}

func TestExchangedTokenKinds(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.confidential()
		before := w.loggedIn(t)
		w.idp.tokens = func(a map[string]any) {
			a["access_token"], a["token_type"], a["issued_token_type"] = w.idp.idToken("practice"), "N_A", tokenTypePrefix+"id_token"
			delete(a, "id_token")
			delete(a, "refresh_token")
		}
		s, err := w.over(t, ExchangeToken(before))
		if err != nil {
			t.Fatal(err)
		}
		if s.Tokens.ID.IsZero() || !s.Tokens.Access.IsZero() || s.Reports[IDToken] == nil || w.found("token-type") != nil {
			t.Errorf("tokens %v", s.names())
		}
		if form := w.idp.form("/token"); form.Get("subject_token") != "access-0123456789" || form.Has("scope") {
			t.Errorf("request %v", form)
		}
		w.idp.tokens = nil
		if _, err = w.over(t, ExchangeToken(before)); err != nil || w.found("issued-token-type") == nil {
			t.Errorf("a missing issued_token_type is told: %v", err)
		}
	})
}

func TestIntrospect(t *testing.T) {
	signed := func(change func(map[string]any)) func(*idp) http.HandlerFunc {
		return func(p *idp) http.HandlerFunc {
			claims := map[string]any{"iss": p.issuer, "aud": "practice", "iat": 1, "token_introspection": map[string]any{"active": true, "sub": "alice"}}
			if change != nil {
				change(claims)
			}
			return reply(200, introspectionJWT, p.sign(map[string]any{"alg": "ES256", "kid": p.kid, "typ": "token-introspection+jwt"}, claims))
		}
	}
	plain := func(status int, v any) func(*idp) http.HandlerFunc {
		return func(*idp) http.HandlerFunc { return replyJSON(status, v) }
	}
	for name, c := range map[string]struct {
		answer         func(*idp) http.HandlerFunc
		active, signed bool
		kind           ProblemKind
		got            string
	}{
		"active":             {plain(200, map[string]any{"active": true, "sub": "alice", "exp": 1900000000, "aud": []string{"a", "b"}}), true, false, "", ""},
		"inactive":           {plain(200, map[string]any{"active": false}), false, false, "", ""},
		"signed":             {signed(nil), true, true, "", ""},
		"signed for another": {signed(set("aud", "other")), false, false, ProblemCheck, `one for "other"`},
		"signed by another":  {signed(set("iss", "https://evil.example")), false, false, ProblemCheck, "evil"},
		"signed, nothing":    {signed(set("token_introspection", 1)), false, false, ProblemAnswer, "a JWT without it"},
		"no active":          {plain(200, map[string]any{"sub": "alice"}), false, false, ProblemAnswer, "missing, among sub"},
		"active as text":     {plain(200, map[string]any{"active": "true"}), false, false, ProblemAnswer, `"true"`},
		"refused":            {plain(401, map[string]any{"error": "invalid_client"}), false, false, ProblemRefused, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.confidential()
				w.idp.meta = set("introspection_endpoint", w.idp.issuer+"/introspect")
				before := w.loggedIn(t)
				w.idp.answer("/introspect", c.answer(w.idp))
				s, err := w.over(t, Introspect(before, AccessToken))
				if form := w.idp.form("/introspect"); form.Get("token") != "access-0123456789" || form.Get("token_type_hint") != "access_token" {
					t.Errorf("request %v", form)
				}
				if c.kind != "" {
					if p := problemOf(t, err); p.Kind != c.kind || !strings.Contains(p.Got, c.got) || s.Introspection != nil {
						t.Errorf("%s: %q", p.Kind, p.Got)
					}
					return
				}
				if err != nil || s.Introspection == nil || s.Introspection.Active != c.active || s.Introspection.Signed != c.signed {
					t.Fatalf("%v: %+v", err, s.Introspection)
				}
				if before.Introspection != nil {
					t.Error("the session before was changed")
				}
				for _, v := range of[Variable](w) {
					if v.Name == "aud" && v.Value != `["a","b"]` {
						t.Errorf("aud %q", v.Value)
					}
				}
			})
		})
	}
}

func TestIntrospectAsksForSignedAnswers(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = func(d map[string]any) {
			d["introspection_endpoint"], d["introspection_signing_alg_values_supported"] = w.idp.issuer+"/introspect", []string{"ES256"}
		}
		w.idp.answer("/introspect", replyJSON(200, map[string]any{"active": true}))
		before := w.loggedIn(t)
		if _, err := w.over(t, Introspect(before, RefreshToken)); err != nil {
			t.Fatal(err)
		}
		if accept := w.idp.seen[0].Header.Get("Accept"); !strings.HasPrefix(accept, introspectionJWT) {
			t.Errorf("Accept: %s", accept)
		}
	})
}

func TestRevoke(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   ProblemKind
	}{
		"revoked":     {reply(200, "", ""), ""},
		"204":         {reply(204, "", ""), ""},
		"unsupported": {replyJSON(400, map[string]any{"error": "unsupported_token_type"}), ProblemRefused},
		"busy":        {reply(503, "", ""), ProblemAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("revocation_endpoint", w.idp.issuer+"/revoke")
				w.idp.answer("/revoke", c.answer)
				before := w.loggedIn(t)
				s, err := w.over(t, Revoke(before, RefreshToken))
				if form := w.idp.form("/revoke"); form.Get("token") != "refresh-0123456789" || form.Get("token_type_hint") != "refresh_token" || form.Get("client_id") != "practice" {
					t.Errorf("request %v", form)
				}
				if c.kind != "" {
					if p := problemOf(t, err); p.Kind != c.kind || len(s.Revoked) > 0 {
						t.Errorf("%s, revoked %v", p.Kind, s.Revoked)
					}
					return
				}
				if err != nil || !slices.Equal(s.Revoked, []TokenName{RefreshToken}) || before.Revoked != nil {
					t.Errorf("%v, revoked %v, before %v", err, s.Revoked, before.Revoked)
				}
			})
		})
	}
}

func TestSessionFlowsNeedTheirTokenAndEndpoint(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		s := w.loggedIn(t)
		for _, f := range []Flow{Introspect(s, AccessToken), Revoke(s, AccessToken), Logout(s)} {
			w.events = nil
			if _, err := w.over(t, f); problemOf(t, err).Kind != ProblemConfig {
				t.Errorf("%s without an endpoint: %v", f.ID, err)
			}
		}
		s.Tokens.Refresh = secret.Text{}
		for _, f := range []Flow{Introspect(s, RefreshToken), Revoke(s, RefreshToken)} {
			w.events = nil
			if _, err := w.over(t, f); !strings.Contains(problemOf(t, err).Expected, "refresh_token") {
				t.Errorf("%s without a token: %v", f.ID, err)
			}
		}
	})
}

// TestSessionOfATokenAlone begins with a token that came from elsewhere: discovery is then part of the flow.
func TestSessionOfATokenAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ClientID = ""
		s, err := w.run(t.Context(), FetchUserInfo(&Session{Config: w.cfg, Tokens: Tokens{Access: secret.New("access-0123456789")}}))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.idp.requests(); !slices.Equal(got, []string{"GET /.well-known/openid-configuration", "GET /keys", "GET /userinfo"}) {
			t.Errorf("requests %v", got)
		}
		if s.Issuer != w.idp.issuer || s.Metadata == nil || len(s.Tokens.UserInfo) == 0 {
			t.Errorf("%+v", s)
		}
		w.cfg.ClientID, w.events = "practice", nil
		if s, err = w.run(t.Context(), Refresh(&Session{Config: w.cfg, Tokens: Tokens{Refresh: secret.New("refresh-0123456789")}})); err != nil || s.Tokens.Access.IsZero() {
			t.Errorf("refresh of a token alone: %v", err)
		}
	})
}

func TestLogout(t *testing.T) {
	for name, c := range map[string]struct {
		back  string // what the browser comes back with; {state} is that of the request
		kind  ProblemKind
		words string
	}{
		"comes back":   {"?state={state}", "", "with our state"},
		"wrong state":  {"?state=another", ProblemCheck, "another one"},
		"without":      {"?x=1&state=", ProblemCheck, "another one"},
		"brings none":  {"?", ProblemCheck, "without state"},
		"stays there":  {"", ProblemUser, "nothing"},
		"no way back":  {"none", "", "not told"},
		"refuses, why": {"?error=access_denied&state={state}", ProblemRefused, "access_denied"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("end_session_endpoint", w.idp.issuer+"/logout?tenant=1")
				before := w.loggedIn(t)
				before.Config.ResponseMode = "form_post" // that of the login has nothing to do with this
				if c.back != "none" {
					before.Config.PostLogoutRedirectURI = "http://127.0.0.1:0/bye"
				}
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(need.URL)
					q := u.Query()
					if q.Get("id_token_hint") != before.Tokens.ID.Reveal() || q.Get("client_id") != "practice" || q.Get("tenant") != "1" {
						t.Errorf("logout request %v", q)
					}
					if strings.HasPrefix(c.back, "?") {
						w.visit(q.Get("post_logout_redirect_uri") + strings.ReplaceAll(c.back, "{state}", q.Get("state")))
					}
				}
				_, err := w.over(t, Logout(before))
				if c.kind != "" {
					if p := problemOf(t, err); p.Kind != c.kind || !strings.Contains(p.Got, c.words) {
						t.Errorf("%s: %q", p.Kind, p.Got)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if note := of[StepDone](w)[0].Note; !strings.Contains(note, c.words) {
					t.Errorf("note %q", note)
				}
			})
		})
	}
}
