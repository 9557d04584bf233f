package inspect

import (
	"encoding/base64"
	"testing"
)

// TestUUIDIsOpaque: "e18ac217…" decodes to what begins with a brace, and is no header all the same.
func TestUUIDIsOpaque(t *testing.T) {
	for _, raw := range []string{"e18ac217-cf5b-451f-b33c-fdf6d14b9bbc", "E8BF2923-FCFB-4CD6-8970-75598BBD6E04"} {
		if tok := Decode(raw); tok.Kind != Opaque {
			t.Errorf("%s: %s", raw, tok.Kind)
		}
	}
}

// TestRandomIsOpaque: random bytes in base64url, as many providers hand out, begin like a header once in 256 times. Nothing is
// wrong with such a token; a header that somebody cut off is one all the same.
func TestRandomIsOpaque(t *testing.T) {
	noise := make([]byte, 32)
	for i := range noise {
		noise[i] = byte(37*i + 131)
	}
	for _, begin := range []string{"{", `{"`, "{ "} {
		raw := base64.RawURLEncoding.EncodeToString(append([]byte(begin), noise...))
		for _, raw := range []string{raw, raw + "." + raw} {
			if tok := Decode(raw); tok.Kind != Opaque || len(tok.Faults) > 0 {
				t.Errorf("%s: want opaque and no fault, got %s %v", raw, tok.Kind, tok.Faults)
			}
		}
	}
	for _, header := range []string{`{"alg":"RS256"}`, `{"alg":"RS2`, "{alg:none}"} {
		if tok := Decode(base64.RawURLEncoding.EncodeToString([]byte(header))); tok.Kind != JWSCompact || len(tok.Faults) == 0 {
			t.Errorf("%s: want a damaged JWS, got %s", header, tok.Kind)
		}
	}
}
