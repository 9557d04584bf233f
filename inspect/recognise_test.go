package inspect

import "testing"

// TestUUIDIsOpaque: "e18ac217…" decodes to what begins with a brace, and is no header all the same.
func TestUUIDIsOpaque(t *testing.T) {
	for _, raw := range []string{"e18ac217-cf5b-451f-b33c-fdf6d14b9bbc", "E8BF2923-FCFB-4CD6-8970-75598BBD6E04"} {
		if tok := Decode(raw); tok.Kind != Opaque {
			t.Errorf("%s: %s", raw, tok.Kind)
		}
	}
}
