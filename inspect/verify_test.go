package inspect

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/jose"
)

const plainClaims = `{"iss":"https://idp.example","sub":"alice","aud":"web","exp":1795309200,"iat":1795305600}`

func TestVerifyEveryAlgorithm(t *testing.T) {
	for _, alg := range jose.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			m := mint(alg)
			raw := m.token(t, `{"alg":"`+alg+`","kid":"k1"}`, plainClaims)
			tok := Decode(raw)
			keys := m.jwks("k1", "")
			v := Verify(tok, keys)
			if v.Status != Verified || v.Key == nil || v.KID != "k1" || v.KeySource != "jwks" || v.Reason != "" {
				t.Fatalf("got %+v, keys %+v", v, keys.Keys)
			}
			if want := strings.LastIndexByte(raw, '.'); v.Covers != want {
				t.Errorf("covers %d bytes, want %d", v.Covers, want)
			}
			for i := 8; i < len(raw)-1; i += 5 { // not the last character: it may differ in unused bits only
				if raw[i] == '.' {
					continue
				}
				flipped := 'A'
				if raw[i] == 'A' {
					flipped = 'B'
				}
				changed := raw[:i] + string(flipped) + raw[i+1:]
				if got := Verify(Decode(changed), keys); got.Status == Verified {
					t.Fatalf("verified with character %d changed", i)
				}
			}
		})
	}
}
