package flows

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAuthorizationCode(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		var seen shown
		w.browser = func(need NeedUser) { seen = w.visit(w.answerOf(need, nil)) }
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"discovery", "keys", "prepare", "authorize", "token", "id_token", "userinfo"}
		if got := stepsDone(w); !slices.Equal(got, want) {
			t.Errorf("steps done: %v, want %v", got, want)
		}
		if s.Tokens.Access.Reveal() != "access-0123456789" || s.Tokens.Refresh.Reveal() != "refresh-0123456789" || s.Tokens.ID.IsZero() {
			t.Errorf("tokens: %+v", s.Tokens)
		}
		if want := time.Now().Add(300 * time.Second); s.Tokens.ExpiresAt.Sub(want).Abs() > time.Second {
			t.Errorf("expires at %s, want about %s", s.Tokens.ExpiresAt, want)
		}
		if seen.status != 200 || !strings.Contains(seen.body, "Login received") {
			t.Errorf("the browser was shown %d %q", seen.status, seen.body)
		}
		q := w.idp.login
		for _, name := range []string{"code_challenge", "state", "nonce"} {
			if len(q.Get(name)) != 43 {
				t.Errorf("%s has %d characters, want 43", name, len(q.Get(name)))
			}
		}
		if q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" || q.Get("scope") != "openid profile offline_access" {
			t.Errorf("authorization request: %v", q)
		}
		if f := w.idp.form("/token"); f.Get("client_id") != "practice" || f.Has("client_secret") {
			t.Errorf("token request of a public client: %v", f)
		}
		var purposes []string
		for i, e := range of[Exchange](w) {
			purposes = append(purposes, e.Purpose)
			if e.ID != i+1 {
				t.Errorf("exchange %d has id %d", i+1, e.ID)
			}
		}
		if want := []string{"discovery", "keys", "callback", "token", "userinfo"}; !slices.Equal(purposes, want) {
			t.Errorf("exchanges: %v, want %v", purposes, want)
		}
	})
}

func TestDeviceCode(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		pending := replyJSON(400, map[string]any{"error": "authorization_pending"})
		w.idp.answer("/token", pending, pending, replyJSON(400, map[string]any{"error": "slow_down"}), pending, w.idp.token)
		began := time.Now()
		s, err := w.run(t.Context(), DeviceCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		if want := (5 + 5 + 5 + 10 + 10) * time.Second; time.Since(began) != want {
			t.Errorf("it took %s, want %s", time.Since(began), want)
		}
		if s.Tokens.Access.IsZero() {
			t.Error("no access token")
		}
		need := of[NeedUser](w)
		if len(need) != 1 || need[0].UserCode != "WDJB-MJHT" || need[0].VerificationURIComplete == "" || need[0].Interval != 5*time.Second {
			t.Errorf("need: %+v", need)
		}
		var waits []string
		for _, e := range of[Waiting](w) {
			waits = append(waits, e.Reason+" "+e.Interval.String())
		}
		want := []string{"user 5s", "authorization_pending 5s", "authorization_pending 5s", "slow_down 10s", "authorization_pending 10s"}
		if !slices.Equal(waits, want) {
			t.Errorf("waits: %v, want %v", waits, want)
		}
	})
}
