package batch

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

const now = 1795305600 // seconds; the moment at which the tests judge

func context0() inspect.Context { return inspect.Context{Now: time.Unix(now, 0).UTC()} }

// minted are tokens of one issuer and the key set to verify them with.
type minted struct {
	list   []string
	key    *rsa.PrivateKey
	public *rsa.PublicKey
	set    *inspect.KeySet
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// token signs claims with RS256, with the standard library alone.
func (m *minted) token(t testing.TB, header, claims string) string {
	t.Helper()
	input := b64([]byte(header)) + "." + b64([]byte(claims))
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, m.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + b64(signature)
}

const rs256 = `{"alg":"RS256","kid":"k1","typ":"JWT"}`

func claims(i int) string {
	return fmt.Sprintf(`{"iss":"https://idp.example","sub":"user-%06d","aud":"my-app","iat":%d,"exp":%d,"auth_time":%d,"nonce":"n-%08d","email":"u%d@example.com","email_verified":true,"name":"Ada Example %d","azp":"my-app","sid":"s-%d"}`,
		i, now-60, now+3600, now-60, i, i, i, i)
}

func mintMany(t testing.TB, n int) *minted {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	m := &minted{key: key, public: &key.PublicKey}
	m.set = inspect.ParseKeySet(fmt.Appendf(nil, `{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"k1","n":%q,"e":%q}]}`,
		b64(key.N.Bytes()), b64(big.NewInt(int64(key.E)).Bytes())), "jwks", "")
	for i := range n {
		m.list = append(m.list, m.token(t, rs256, claims(i)))
	}
	return m
}
