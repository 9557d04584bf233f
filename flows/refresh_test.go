package flows

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// loggedIn logs in and forgets the events of that.
func (w *world) loggedIn(t *testing.T) *Session {
	t.Helper()
	s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
	if err != nil {
		t.Fatal(err)
	}
	w.events, w.idp.seen = nil, nil
	w.idp.login.Del("nonce") // a refreshed ID token should not have one (OpenID Connect Core 12.2)
	return s
}

// over runs a flow over a session with a configuration that holds only what is new.
func (w *world) over(t *testing.T, f Flow) (*Session, error) {
	w.cfg = Config{}
	return w.run(t.Context(), f)
}

func TestRefresh(t *testing.T) {
	for name, c := range map[string]struct {
		answer  map[string]any // nil: left out
		refresh string
		newID   bool
		note    string
	}{
		"rotated":     {map[string]any{"refresh_token": "refresh-two-0123456789"}, "refresh-two-0123456789", true, "rotated"},
		"kept":        {map[string]any{"refresh_token": nil}, "refresh-0123456789", true, "stays the same"},
		"same":        {nil, "refresh-0123456789", true, "stays the same"},
		"no ID token": {map[string]any{"id_token": nil}, "refresh-0123456789", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				before := w.loggedIn(t)
				authTime := time.Now().Unix()
				time.Sleep(time.Minute)
				w.idp.claims = func(claims map[string]any) { claims["auth_time"] = authTime }
				w.idp.tokens = func(a map[string]any) {
					a["access_token"] = "access-two-0123456789"
					for k, v := range c.answer {
						a[k] = v
						if v == nil {
							delete(a, k)
						}
					}
				}
				s, err := w.over(t, Refresh(before))
				if err != nil {
					t.Fatal(err)
				}
				if s.Tokens.Access.Reveal() != "access-two-0123456789" || s.Tokens.Refresh.Reveal() != c.refresh || s.At.Sub(before.At) < time.Minute {
					t.Errorf("tokens %q %q at %s", s.Tokens.Access.Reveal(), s.Tokens.Refresh.Reveal(), s.At)
				}
				if got := s.Tokens.ID.Reveal() != before.Tokens.ID.Reveal(); got != c.newID || s.Reports[IDToken] == nil {
					t.Errorf("new ID token: %v, want %v", got, c.newID)
				}
				if s.Previous == nil || s.Previous.Tokens.Access.Reveal() != "access-0123456789" || s.Previous.Previous != nil {
					t.Errorf("previous: %+v", s.Previous)
				}
				if len(s.Tokens.UserInfo) == 0 {
					t.Error("userinfo of before is kept")
				}
				if told := w.found("refresh-not-rotated") != nil; told != (c.refresh == "refresh-0123456789") {
					t.Errorf("told of the missing rotation: %v", told)
				}
				if got := w.idp.requests(); !slices.Equal(got, []string{"POST /token"}) {
					t.Errorf("requests: %v", got)
				}
				if f := w.idp.form("/token"); f.Get("grant_type") != "refresh_token" || f.Get("refresh_token") != "refresh-0123456789" || f.Get("client_id") != "practice" {
					t.Errorf("request: %v", f)
				}
				if done := of[StepDone](w); !strings.Contains(done[0].Note, c.note) {
					t.Errorf("note %q, want %q", done[0].Note, c.note)
				}
				again, err := w.over(t, Refresh(s))
				if err != nil || again.Previous.Previous != nil {
					t.Errorf("a second refresh: %v", err)
				}
			})
		})
	}
}

func TestRefreshedIDTokenOfAnotherLogin(t *testing.T) {
	for name, value := range map[string]any{"sub": "mallory", "auth_time": 5, "aud": "other"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				before := w.loggedIn(t)
				w.idp.claims = func(c map[string]any) { c[name] = value }
				s, err := w.over(t, Refresh(before))
				if p := problemOf(t, err); p.Kind != ProblemCheck || w.failure().Meta.Step != "id_token" || s == nil {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

// A refresh whose ID token does not pass leaves a session in doubt: the rotated refresh token is all that is left, and what it brings
// next is compared with the last ID token that did pass. So it is in memory, and after it was kept.
func TestRefreshLeavesDoubt(t *testing.T) {
	for name, over := range map[string]func(*Session) *Session{"in memory": func(s *Session) *Session { return s }, "kept": func(s *Session) *Session { return again(t, s) }} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				before := w.loggedIn(t)
				refresh := func(s *Session, sub, token string) (*Session, error) {
					w.idp.claims = set("sub", sub)
					w.idp.tokens = set("refresh_token", token)
					return w.over(t, Refresh(s))
				}
				s, err := refresh(before, "mallory", "refresh-two-0123456789")
				if p := problemOf(t, err); p.Kind != ProblemCheck {
					t.Fatalf("%+v", p)
				}
				s = over(s)
				if sub, _ := s.Trusted().Token.Payload.Get("sub").Text(); sub != "alice" {
					t.Errorf("it is about %q now", sub)
				}
				if s.Tokens.Refresh.Reveal() != "refresh-two-0123456789" || !strings.Contains(s.Doubt, "did not pass") || s.Fresh(time.Now(), 0) {
					t.Errorf("refresh token %q, doubt %q, fresh %v", s.Tokens.Refresh.Reveal(), s.Doubt, s.Fresh(time.Now(), 0))
				}
				if s, err = refresh(s, "mallory", "refresh-three-0123456789"); problemOf(t, err).Kind != ProblemCheck || s.Doubt == "" {
					t.Fatal("the ID token of another person was compared with itself")
				}
				if s, err = refresh(over(s), "alice", "refresh-four-0123456789"); err != nil || s.Doubt != "" || !s.Fresh(time.Now(), 0) {
					t.Errorf("after a good refresh: %v, doubt %q", err, s.Doubt)
				}
				if form := w.idp.form("/token"); form.Get("refresh_token") != "refresh-three-0123456789" {
					t.Errorf("sent %q", form.Get("refresh_token"))
				}
			})
		})
	}
}

// A run that is interrupted after the tokens came leaves them too.
func TestRefreshInterruptedBeforeTheCheck(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		before := w.loggedIn(t)
		w.idp.tokens = set("refresh_token", "refresh-two-0123456789")
		ctx, cancel := context.WithCancel(t.Context())
		w.cfg = Config{Debug: func(_ context.Context, at Stop) (Command, error) {
			if at.Kind == BeforeStep && at.Step == "id_token" {
				cancel()
			}
			return Command{}, nil
		}}
		s, err := w.run(ctx, Refresh(before))
		if p := problemOf(t, err); p.Kind != ProblemCanceled || s == nil || s.Tokens.Refresh.Reveal() != "refresh-two-0123456789" || s.Doubt == "" {
			t.Errorf("%+v, %+v", p, s)
		}
	})
}

// A refresh token is only said to be used up by a provider that looked at it.
func TestRefusedGrant(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		answer map[string]any
		want   bool
	}{
		"used up":         {400, map[string]any{"error": "invalid_grant"}, true},
		"a gateway":       {502, map[string]any{"message": "Bad Gateway"}, false},
		"too many":        {429, map[string]any{"error": "rate_limit_exceeded"}, false},
		"the client":      {401, map[string]any{"error": "invalid_client"}, false},
		"its own trouble": {400, map[string]any{"error": "temporarily_unavailable"}, false},
	} {
		inBubble(t, func(t *testing.T, w *world) {
			before := w.loggedIn(t)
			w.idp.answer("/token", replyJSON(c.status, c.answer))
			if _, err := w.over(t, Refresh(before)); err == nil || RefusedGrant(err) != c.want {
				t.Errorf("%s: %v is taken for the end of the session: %v, want %v", name, err, !c.want, c.want)
			}
		})
	}
}

func TestRefreshFailures(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		before := w.loggedIn(t)
		w.idp.answer("/token", replyJSON(400, map[string]any{"error": "invalid_grant", "error_description": "refresh-0123456789 is used up"}))
		s, err := w.over(t, Refresh(before))
		p := problemOf(t, err)
		if s != nil || p.Kind != ProblemRefused || p.OAuth.Code != "invalid_grant" || strings.Contains(p.Error(), "refresh-0123456789") {
			t.Errorf("%v %+v", s, p)
		}
		before.Tokens.Refresh = secret.Text{}
		w.events = nil
		_, err = w.over(t, Refresh(before))
		if p := problemOf(t, err); p.Kind != ProblemConfig {
			t.Errorf("%+v", p)
		}
	})
}

func TestFetchUserInfo(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		before := w.loggedIn(t)
		w.idp.answer("/userinfo", replyJSON(200, map[string]any{"sub": "alice", "name": "Alice"}))
		s, err := w.over(t, FetchUserInfo(before))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(s.Tokens.UserInfo), "Alice") || strings.Contains(string(before.Tokens.UserInfo), "Alice") {
			t.Errorf("userinfo %s, before %s", s.Tokens.UserInfo, before.Tokens.UserInfo)
		}
		if got := w.idp.seen[0].Header.Get("Authorization"); got != "Bearer access-0123456789" {
			t.Errorf("Authorization %q", got)
		}
	})
}

func TestUserInfoFailures(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   ProblemKind
		got    string
		failed bool // the login as a whole
	}{
		"other person": {replyJSON(200, map[string]any{"sub": "mallory"}), ProblemCheck, "mallory", true},
		"no sub":       {replyJSON(200, map[string]any{"name": "x"}), ProblemAnswer, "none", false},
		"challenge": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="profile"`)
			w.WriteHeader(403)
		}, ProblemRefused, "HTTP 403 insufficient_scope: scope wanted: profile", false},
		"page": {reply(200, "text/html", "<title>Hello</title>"), ProblemAnswer, `titled "Hello"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/userinfo", c.answer)
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				failed := w.failure()
				if failed.Kind != c.kind || !strings.Contains(failed.Got, c.got) || (err != nil) != c.failed || s == nil || len(s.Tokens.UserInfo) > 0 {
					t.Errorf("%s: got %q, error %v", failed.Kind, failed.Got, err)
				}
				if d := of[Done](w)[0]; d.OK == c.failed {
					t.Errorf("done: %+v", d)
				}
			})
		})
	}
}

func TestSignedUserInfo(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*idp) string
		note   string // of the step, or what the problem got
		good   bool
	}{
		"signed":           {func(p *idp) string { return p.idToken("practice") }, "signature verified with ES256; sub is that of the ID token", true},
		"spoiled":          {func(p *idp) string { return spoilSignature(p.idToken("practice")) }, "signature invalid", false},
		"other client's":   {func(p *idp) string { return p.idToken("another") }, `one for "another"`, false},
		"about another":    {func(p *idp) string { p.claims = set("sub", "bob"); return p.idToken("practice") }, "bob", false},
		"of another":       {func(p *idp) string { p.claims = set("iss", "https://evil.example"); return p.idToken("practice") }, "https://evil.example", false},
		"encrypted, shown": {func(*idp) string { return encryptedToken }, "does not open here; its sub is not checked", true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/userinfo", func(rw http.ResponseWriter, r *http.Request) {
					reply(200, "application/jwt", c.answer(w.idp))(rw, r)
				})
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if !c.good {
					if p := problemOf(t, err); !strings.Contains(p.Got, c.note) || p.Kind != ProblemCheck || len(s.Tokens.UserInfo) != 0 {
						t.Errorf("%s %q, userinfo %q", p.Kind, p.Got, s.Tokens.UserInfo)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				done := of[StepDone](w)
				if note := done[len(done)-1].Note; !strings.Contains(note, c.note) || s.Reports[UserInfo] == nil {
					t.Errorf("note %q, report %v", note, s.Reports[UserInfo])
				}
			})
		})
	}
}

// encryptedToken is the JWE of RFC 7516 A.2, cut short in its ciphertext.
const encryptedToken = "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltGRhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw"

func set(name string, value any) func(map[string]any) {
	return func(m map[string]any) { m[name] = value }
}

// spoilSignature changes a token's signature.
func spoilSignature(token string) string {
	i := strings.LastIndexByte(token, '.') + 1
	changed := byte('A')
	if token[i] == 'A' {
		changed = 'B'
	}
	return token[:i] + string(changed) + token[i+1:]
}
