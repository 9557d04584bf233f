package inspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/oidcscope/oidcscope/internal/jose"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// minter makes tokens over bytes that the test wrote.
type minter struct {
	alg string
	key *jose.Key
}

func (m minter) token(t testing.TB, header, payload string) string {
	t.Helper()
	return m.signParts(t, b64(header), b64(payload))
}

// signParts signs part texts as they are, so that a test can bend the encoding.
func (m minter) signParts(t testing.TB, header, payload string) string {
	t.Helper()
	input := header + "." + payload
	sig, err := jose.Sign(m.alg, m.key, []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// jwks gives the public key as a key set with extra members spliced in, such as `,"use":"enc"`.
func (m minter) jwks(kid, extra string) *KeySet {
	return ParseKeySet([]byte(`{"keys":[`+m.jwk(kid, extra)+`]}`), "jwks", "")
}

func (m minter) jwk(kid, extra string) string {
	members := map[string]string{"kty": m.key.Type()}
	for name, value := range m.key.Members() {
		members[name] = value
	}
	if m.key.Type() == "oct" {
		members["k"] = base64.RawURLEncoding.EncodeToString(testSecret)
	}
	if kid != "" {
		members["kid"] = kid
	}
	text, _ := json.Marshal(members)
	return string(text[:len(text)-1]) + extra + "}"
}

var testSecret = []byte("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

var testRSA = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })

var testMinters = sync.OnceValue(func() map[string]minter {
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	keys := map[string]*jose.Key{
		"RSA": must(jose.New(testRSA())), "OKP": must(jose.New(edKey)), "oct": must(jose.NewSecret(testSecret)),
		"P-256": must(jose.New(must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)))),
		"P-384": must(jose.New(must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)))),
		"P-521": must(jose.New(must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)))),
	}
	all := map[string]minter{}
	for _, name := range jose.Algorithms() {
		a := jose.Find(name)
		key := keys[a.Type]
		if a.Type == "EC" {
			key = keys[a.Curve]
		}
		all[name] = minter{name, key}
	}
	return all
})

func mint(alg string) minter { return testMinters()[alg] }

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprint("test set-up: ", err))
	}
	return v
}
