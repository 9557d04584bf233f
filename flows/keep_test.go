package flows

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// again keeps a session and takes it up, as another invocation does.
func again(t *testing.T, s *Session) *Session {
	t.Helper()
	data, err := s.Keep()
	if err != nil {
		t.Fatal(err)
	}
	restored, err := Restore(data, s.Config)
	if err != nil {
		t.Fatal(err)
	}
	return restored
}

func TestKeptSessionGoesOn(t *testing.T) {
	for _, dpop := range []bool{false, true} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.Request.DPoP = dpop
			if dpop {
				w.idp.tokens = func(a map[string]any) { a["token_type"] = "DPoP" }
			}
			before := w.loggedIn(t)
			s := again(t, before)
			if s.Tokens.Access != before.Tokens.Access || s.Tokens.Refresh != before.Tokens.Refresh || s.Tokens.ID != before.Tokens.ID ||
				!s.Tokens.ExpiresAt.Equal(before.Tokens.ExpiresAt) || s.Tokens.Scope != before.Tokens.Scope || !s.At.Equal(before.At) {
				t.Errorf("got %+v, want %+v", s.Tokens, before.Tokens)
			}
			if dpop && (s.dpop == nil || s.dpop.thumbprint() != before.dpop.thumbprint()) {
				t.Error("the key is another")
			}
			if r := s.Reports[IDToken]; r == nil || r.Signature.Status != inspect.Unverified {
				t.Errorf("a token that nobody checked now: %+v", r)
			}
			refreshed, err := w.over(t, Refresh(s))
			if err != nil {
				t.Fatal(err)
			}
			if got := w.idp.requests(); got[len(got)-1] != "POST /token" || !slices.Contains(got, "GET /.well-known/openid-configuration") {
				t.Errorf("requests %v", got)
			}
			if r := refreshed.Reports[IDToken]; r == nil || r.Signature.Status != inspect.Verified {
				t.Errorf("the new ID token: %+v", r)
			}
		})
	}
}

func TestCheckSession(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		s := again(t, w.loggedIn(t))
		time.Sleep(48 * time.Hour)
		checked, err := w.over(t, CheckSession(s))
		if err != nil {
			t.Fatal(err)
		}
		if r := checked.Reports[IDToken]; r.Signature.Status != inspect.Verified || r.Time.Status != "expired" {
			t.Errorf("%s, %s", r.Signature.Status, r.Time.Status)
		}
		if s.Reports[IDToken].Signature.Status != inspect.Unverified {
			t.Error("the session before was changed")
		}
	})
}

// Without an issuer the endpoints say whose tokens these are.
func TestKeptSessionWithoutAnIssuer(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Endpoints = Endpoints{"authorization_endpoint": w.cfg.Issuer + "/authorize", "token_endpoint": w.cfg.Issuer + "/token"}
		w.cfg.Issuer, w.cfg.Scopes = "", []string{"api"}
		s := again(t, w.loggedIn(t))
		if s.Tokens.Access.IsZero() {
			t.Fatal("no access token")
		}
		if _, err := w.over(t, Refresh(s)); err != nil {
			t.Error(err)
		}
		data, err := s.Keep()
		if err != nil {
			t.Fatal(err)
		}
		elsewhere := s.Config
		elsewhere.Endpoints = Endpoints{"authorization_endpoint": "https://evil.example/authorize", "token_endpoint": "https://evil.example/token"}
		if _, err := Restore(data, elsewhere); err == nil || !strings.Contains(err.Error(), "evil.example") {
			t.Errorf("tokens for another provider: %v", err)
		}
	})
}

func TestRestoreRefuses(t *testing.T) {
	cfg := Config{Issuer: "https://idp.example", ClientID: "cli"}
	whole := func(change func(map[string]any)) string {
		k := map[string]any{"issuer": cfg.Issuer, "client_id": cfg.ClientID, "tokens": map[string]any{"access_token": "a"}}
		change(k)
		return jsonText(k)
	}
	for name, tt := range map[string]struct{ data, want string }{
		"another issuer": {whole(func(k map[string]any) { k["issuer"] = "https://evil.example" }), "issuer"},
		"another client": {whole(func(k map[string]any) { k["client_id"] = "other" }), "client"},
		"no token":       {whole(func(k map[string]any) { delete(k, "tokens") }), "with a token"},
		"bad key":        {whole(func(k map[string]any) { k["dpop_key"] = map[string]any{"kty": "EC"} }), "bound to"},
		"public key": {whole(func(k map[string]any) {
			k["dpop_key"] = map[string]any{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
		}), "bound to"},
		"no JSON":   {"tokens", "kept session"},
		"too large": {strings.Repeat(" ", maxKept+1), "at most"},
	} {
		if _, err := Restore([]byte(tt.data), cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
	if _, err := Restore([]byte(whole(func(map[string]any) {})), cfg); err != nil {
		t.Error(err)
	}
}

func TestFresh(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for name, tt := range map[string]struct {
		access  string
		expires time.Time
		want    bool
	}{
		"lives": {"a", now.Add(time.Minute), true}, "soon gone": {"a", now.Add(20 * time.Second), false}, "gone": {"a", now.Add(-time.Second), false},
		"unknown": {"a", time.Time{}, true}, "none": {"", now.Add(time.Hour), false},
	} {
		s := &Session{Tokens: Tokens{Access: secret.New(tt.access), ExpiresAt: tt.expires}}
		if got := s.Fresh(now, 30*time.Second); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestEndSession(t *testing.T) {
	for name, tt := range map[string]struct {
		meta    func(map[string]any)
		refuse  bool
		revoked []TokenName
		want    []string // requests
		logout  bool
	}{
		"all":           {func(m map[string]any) {}, false, []TokenName{RefreshToken, AccessToken}, []string{"POST /revoke", "POST /revoke"}, true},
		"no revocation": {func(m map[string]any) { delete(m, "revocation_endpoint") }, false, nil, nil, true},
		"no logout":     {func(m map[string]any) { delete(m, "end_session_endpoint") }, false, []TokenName{RefreshToken, AccessToken}, []string{"POST /revoke", "POST /revoke"}, false},
		"refused":       {func(m map[string]any) {}, true, nil, []string{"POST /revoke", "POST /revoke"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = func(m map[string]any) {
					m["revocation_endpoint"], m["end_session_endpoint"] = w.idp.issuer+"/revoke", w.idp.issuer+"/logout"
					tt.meta(m)
				}
				w.idp.answer("/revoke", reply(200, "", ""))
				if tt.refuse {
					w.idp.answer("/revoke", replyJSON(400, map[string]any{"error": "unsupported_token_type"}))
				}
				before := w.loggedIn(t)
				w.browser = nil
				s, err := w.over(t, EndSession(before, true))
				if err != nil {
					t.Fatal(err)
				}
				if got := w.idp.requests(); !slices.Equal(got, tt.want) && len(got)+len(tt.want) > 0 {
					t.Errorf("requests %v", got)
				}
				if !slices.Equal(s.Revoked, tt.revoked) {
					t.Errorf("revoked %v", s.Revoked)
				}
				if got := len(of[NeedUser](w)) > 0; got != tt.logout {
					t.Errorf("sent to log out: %v", got)
				}
			})
		})
	}
}

func FuzzRestore(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://idp.example","client_id":"cli","at":"2026-01-01T00:00:00Z","tokens":{"id_token":"eyJ.e30.","access_token":"a","expires_at":"2026-01-01T00:00:00Z","extra":{"a":"b"}},"revoked":["access_token"]}`))
	f.Add([]byte(`{"issuer":"https://idp.example","client_id":"cli","tokens":{"refresh_token":"r"},"dpop_key":{"kty":"EC","crv":"P-256"}}`))
	cfg := Config{Issuer: "https://idp.example", ClientID: "cli"}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Restore(data, cfg)
		if err != nil {
			return
		}
		if s.Config.Issuer != cfg.Issuer || s.Config.ClientID != cfg.ClientID {
			t.Fatal("the tokens would go to somebody else")
		}
		text, err := s.Keep()
		if err != nil {
			t.Skip(err) // a year beyond 9999
		}
		twice, err := Restore(text, cfg)
		if err != nil || twice.Tokens.Access != s.Tokens.Access || twice.Tokens.Refresh != s.Tokens.Refresh || !json.Valid(text) {
			t.Fatalf("%s: %v", text, err)
		}
	})
}
