package flows

import (
	"slices"
	"testing"
)

// TestSeveralResources go along with every request that may name them (RFC 8707 2.1, 2.2).
func TestSeveralResources(t *testing.T) {
	want := []string{"https://api.example/a", "https://api.example/b"}
	check := func(t *testing.T, w *world, path string) {
		t.Helper()
		if got := w.idp.form(path)["resource"]; !slices.Equal(got, want) {
			t.Errorf("%s: resource %q", path, got)
		}
	}
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.Resources = want
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		if got := w.idp.login["resource"]; !slices.Equal(got, want) {
			t.Errorf("authorization request: resource %q", got)
		}
		check(t, w, "/token")
		w.events, w.idp.login = nil, nil
		if _, err := w.run(t.Context(), Refresh(s)); err != nil {
			t.Fatal(err)
		}
		check(t, w, "/token")
	})
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.Resources = want
		if _, err := w.run(t.Context(), DeviceCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		check(t, w, "/device")
		check(t, w, "/token")
	})
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.Resources, w.cfg.AuthMethod = want, AuthNone
		if _, err := w.run(t.Context(), ClientCredentials(w.cfg)); err != nil {
			t.Fatal(err)
		}
		check(t, w, "/token")
	})
}
