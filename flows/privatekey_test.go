package flows

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// TestPrivateKeyPublished tells of a key set that gives the provider away, and shows nothing of the private half.
func TestPrivateKeyPublished(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		key := w.idp.jwk("k1")
		key["d"] = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc" // the test key's own
		w.idp.answer("/keys", replyJSON(200, map[string]any{"keys": []any{key}}))
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		f := w.found("key-private")
		if f == nil || f.Severity != rule.Error || !strings.Contains(f.Message, `"k1"`) || strings.Contains(f.Message, "BwcH") {
			t.Errorf("%+v", f)
		}
	})
}
