package inspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

const benchHeader = `{"alg":"ALG","kid":"k1","typ":"JWT"}`

// benchClaims are those of an Entra ID token, 17 claims.
const benchClaims = `{"aud":"37a1987d-6b9a-5c41-aa05-8e73953a2f26","iss":"https://login.microsoftonline.com/e49aa58a-f445-5fcd-a0e7-a76eb2d87518/v2.0","iat":1795305300,"nbf":1795305300,"exp":1795309200,"name":"Ada Example","nonce":"DbFvNwILFEq_s-1__t4fqgXTOqrOM3YEjflM0Z7uyiY","oid":"f5c05210-ae36-5999-a45d-d5812361f5a4","preferred_username":"ada@contoso.example","rh":"1.AAA6LwWPILu4YczKIx9SsY22zpt6wE","sid":"29bf4c71-e1ec-5e63-a277-d36a618a3e85","sub":"JqfbkcbY3VIEypgZb0XCH2-ng3VHIlB1xPXKAIIxQRs","tid":"e49aa58a-f445-5fcd-a0e7-a76eb2d87518","uti":"6LwWPILu4YczKIx9SsY22","ver":"2.0","groups":["a","b"],"address":{"country":"DE"}}`

func benchToken(b testing.TB, alg string) (string, *KeySet) {
	m := mint(alg)
	return m.token(b, strings.Replace(benchHeader, "ALG", alg, 1), benchClaims), m.jwks("k1", "")
}

// bareVerify is what a program does with the standard library alone: the cryptography over the signing input.
func bareVerify(a *jose.Algorithm, key any, input, sig []byte) bool {
	if a.Type == "oct" {
		h := hmac.New(a.Hash.New, testSecret)
		h.Write(input)
		return hmac.Equal(h.Sum(nil), sig)
	}
	if pub, ok := key.(ed25519.PublicKey); ok {
		return ed25519.Verify(pub, input, sig)
	}
	h := a.Hash.New()
	h.Write(input)
	sum := h.Sum(nil)
	switch pub := key.(type) {
	case *rsa.PublicKey:
		if a.PSS {
			return rsa.VerifyPSS(pub, a.Hash, sum, sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(pub, a.Hash, sum, sig) == nil
	case *ecdsa.PublicKey:
		half := len(sig) / 2
		return ecdsa.Verify(pub, sum, new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:]))
	}
	return false
}

// bareDecode is decoding with the standard library alone.
func bareDecode(b *testing.B, raw string) (input, sig []byte, claims map[string]any) {
	parts := strings.Split(raw, ".")
	var header struct {
		Alg string `json:"alg"`
		KID string `json:"kid"`
	}
	for i, into := range []any{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			b.Fatal(err)
		}
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		b.Fatal(err)
	}
	return []byte(raw[:len(parts[0])+1+len(parts[1])]), sig, claims
}

// BenchmarkVerify sets the whole way from text to verdict beside the bare cryptography (bare), and beside the same way
// with the standard library (decoded). Goal: inspect takes at most 10% more than bare plus decoding.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range jose.Algorithms() {
		a := jose.Find(alg)
		raw, keys := benchToken(b, alg)
		key := any(keys.Keys[0].Material.Public())
		input, sig, _ := bareDecode(b, raw)
		b.Run(alg+"/bare", func(b *testing.B) {
			for b.Loop() {
				if !bareVerify(a, key, input, sig) {
					b.Fatal("not verified")
				}
			}
		})
		b.Run(alg+"/decoded", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				input, sig, _ := bareDecode(b, raw)
				if !bareVerify(a, key, input, sig) {
					b.Fatal("not verified")
				}
			}
		})
		b.Run(alg+"/inspect", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Verify(Decode(raw), keys).Status != Verified {
					b.Fatal("not verified")
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	raw, _ := benchToken(b, "RS256")
	b.Run("standard", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			bareDecode(b, raw)
		}
	})
	b.Run("inspect", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Decode(raw)
		}
	})
}

func BenchmarkInspect(b *testing.B) {
	raw, keys := benchToken(b, "RS256")
	ctx := Context{Now: time.Unix(1795305600, 0), Issuer: "https://login.microsoftonline.com/{tenantid}/v2.0", ClientID: "x"}
	b.ReportAllocs()
	for b.Loop() {
		Inspect(raw, keys, ctx)
	}
}

func BenchmarkScanJSON(b *testing.B) {
	b.SetBytes(int64(len(benchClaims)))
	b.ReportAllocs()
	for b.Loop() {
		ScanJSON(benchClaims)
	}
}
