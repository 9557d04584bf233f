package lint

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
)

// BenchmarkInspect sets decoding, verifying and judging an RS256 token beside the standard library's decoding and
// verifying of the same token. The ratio of the two is what counts.
func BenchmarkInspect(b *testing.B) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	key, err := jose.New(private)
	if err != nil {
		b.Fatal(err)
	}
	m := key.Members()
	keys := inspect.ParseKeySet(fmt.Appendf(nil, `{"keys":[{"kty":"RSA","kid":"k1","n":%q,"e":%q}]}`, m["n"], m["e"]), "jwks", "")
	input := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"k1","typ":"JWT"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{`+idBase+`,"email":"alice@example.com","email_verified":true,"nonce":"n-0S6_WzA2Mj"}`))
	signature, err := jose.Sign("RS256", key, []byte(input))
	if err != nil {
		b.Fatal(err)
	}
	token := input + "." + base64.RawURLEncoding.EncodeToString(signature)
	ctx := inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken}

	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			parts := strings.Split(token, ".")
			for _, p := range parts[:2] {
				if _, err := base64.RawURLEncoding.DecodeString(p); err != nil {
					b.Fatal(err)
				}
			}
			signature, err := base64.RawURLEncoding.DecodeString(parts[2])
			if err != nil {
				b.Fatal(err)
			}
			sum := sha256.Sum256([]byte(token[:len(parts[0])+1+len(parts[1])]))
			if err := rsa.VerifyPKCS1v15(&private.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all checks", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := Inspect(token, keys, ctx); r.Signature.Status != inspect.Verified || len(r.Findings) != 0 {
				b.Fatalf("%+v %v", r.Signature, r.Findings)
			}
		}
	})
}
