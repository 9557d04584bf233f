package lint

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
)

var receiver = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// receiverKeys is the receiver's private key as a set, with extra members such as `,"use":"sig"`.
func receiverKeys(kid, extra string) *inspect.KeySet {
	k := receiver()
	text := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	return inspect.ParseKeySet(fmt.Appendf(nil, `{"keys":[{"kty":"RSA","kid":%q,"n":%q,"e":"AQAB","d":%q,"p":%q,"q":%q%s}]}`,
		kid, text(k.N.Bytes()), text(k.D.Bytes()), text(k.Primes[0].Bytes()), text(k.Primes[1].Bytes()), extra), "jwks", "")
}

var sharedSecret = []byte("0123456789abcdef0123456789abcdef")

// seal encrypts with A256GCM, to the receiver with RSA-OAEP-256, or with the shared secret when the header says dir.
func seal(t testing.TB, header string, plaintext []byte) string {
	t.Helper()
	cek, encryptedKey := sharedSecret, []byte(nil)
	if strings.Contains(header, "RSA-OAEP-256") {
		cek = make([]byte, 32)
		_, _ = rand.Read(cek)
		var err error
		if encryptedKey, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, &receiver().PublicKey, cek, nil); err != nil {
			t.Fatal(err)
		}
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	iv := make([]byte, 12)
	_, _ = rand.Read(iv)
	sealed := aead.Seal(nil, iv, plaintext, []byte(b64(header)))
	cut := len(sealed) - 16
	return strings.Join([]string{b64(header), b64(string(encryptedKey)), b64(string(iv)), b64(string(sealed[:cut])), b64(string(sealed[cut:]))}, ".")
}

func deflate(t testing.TB, plaintext []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plaintext); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEncrypted(t *testing.T) {
	const oaep = `{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"r","cty":"JWT"}`
	const bare = `{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"r","typ":"JWT"}`
	const dir = `{"alg":"dir","enc":"A256GCM","typ":"JWT"}`
	claims := []byte(`{` + idBase + `}`)
	signed := []byte(mint(t, es256, string(claims)))
	own := receiverKeys("r", "")
	secret := inspect.SecretKeySet(sharedSecret)
	bomb := deflate(t, append([]byte(`{"a":"`), append(bytes.Repeat([]byte("a"), 5<<20), `"}`...)...))
	for _, c := range []struct {
		name, token string
		decrypt     *inspect.KeySet
		status      inspect.DecryptStatus
		want        string
	}{
		{"signed, then encrypted", seal(t, oaep, signed), own, inspect.Opened, ""},
		{"without a key", seal(t, oaep, signed), nil, inspect.NotOpened, ""},
		{"expired inside", seal(t, oaep, []byte(mint(t, es256, `{"iss":"https://idp.example","sub":"a","aud":"rp","iat":1795300000,"exp":1795300600}`))), own, inspect.Opened, "TOK-050 error claims.exp"},
		{"not announced", seal(t, `{"alg":"RSA-OAEP-256","enc":"A256GCM"}`, signed), own, inspect.Opened, "TOK-017 warn header.cty"},
		{"bare claims", seal(t, bare, claims), own, inspect.Opened, "TOK-087 warn header.alg"},
		{"bare claims, shared key", seal(t, dir, claims), secret, inspect.Opened, ""},
		{"claims not JSON", seal(t, dir, []byte("hello")), secret, inspect.Opened, "TOK-007 error claims"},
		{"claim twice", seal(t, dir, []byte(`{"sub":"b",`+idBase+`}`)), secret, inspect.Opened, "TOK-009 error claims.sub"},
		{"compressed", seal(t, `{"alg":"dir","enc":"A256GCM","typ":"JWT","zip":"DEF"}`, deflate(t, claims)), secret, inspect.Opened, "TOK-040 warn header.zip"},
		{"bomb", seal(t, `{"alg":"dir","enc":"A256GCM","typ":"JWT","zip":"DEF"}`, bomb), secret, inspect.OpenRefused, "TOK-040 warn header.zip; TOK-086 error header.zip"},
		{"another key", seal(t, oaep, signed), receiverKeys("x", ""), inspect.NotOpened, "TOK-030 error header.kid"},
		{"key for signatures", seal(t, oaep, signed), receiverKeys("r", `,"use":"sig"`), inspect.OpenRefused, "TOK-028 error key"},
		{"key for verifying", seal(t, oaep, signed), receiverKeys("r", `,"key_ops":["verify"]`), inspect.OpenRefused, "TOK-028 error key"},
		{"key for another algorithm", seal(t, oaep, signed), receiverKeys("r", `,"alg":"RSA1_5"`), inspect.OpenRefused, "TOK-023 error header.alg"},
		{"secret for a public key's token", seal(t, `{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}`, signed), secret, inspect.OpenRefused, "TOK-023 error header.alg"},
		{"two keys fit", seal(t, `{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}`, signed), inspect.JoinKeySets(own, own), inspect.Opened, "TOK-029 warn header.kid"},
		{"encrypted key with dir", strings.Replace(seal(t, dir, claims), "..", ".AAAA.", 1), secret, inspect.OpenRefused, "TOK-088 error segment.1"},
		{"foreign algorithm", seal(t, `{"alg":"dir","enc":"A256XYZ","typ":"JWT"}`, claims), secret, inspect.OpenNotSupported, "TOK-020 error header.enc; TOK-023 error header.alg"},
		{"p2c huge", seal(t, `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","typ":"JWT","p2c":2000000,"p2s":"AAAAAAAAAAAAAAAA"}`, claims), nil, inspect.OpenRefused, "TOK-085 error header.p2c"},
		{"p2c a fraction", seal(t, `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","typ":"JWT","p2c":4096.5,"p2s":"AAAAAAAAAAAAAAAA"}`, claims), nil, inspect.OpenRefused, "TOK-085 error header.p2c"},
		{"p2c low", seal(t, `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","typ":"JWT","p2c":100,"p2s":"AAAAAAAAAAAAAAAA"}`, claims), nil, inspect.OpenRefused, "TOK-084 warn header.p2c"},
		{"no one-time key", seal(t, `{"alg":"ECDH-ES","enc":"A256GCM","typ":"JWT"}`, claims), nil, inspect.OpenRefused, "TOK-088 error header.epk"},
		{"point off the curve", seal(t, `{"alg":"ECDH-ES","enc":"A256GCM","typ":"JWT","epk":{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}`, claims), nil, inspect.OpenRefused, "TOK-088 error header.epk"},
		{"crit", seal(t, `{"alg":"dir","enc":"A256GCM","typ":"JWT","crit":["x"],"x":1}`, claims), secret, inspect.OpenRefused, "TOK-038 error header.crit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, keys := signer()
			r := Inspect(c.token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken, DecryptKeys: c.decrypt})
			if r.Encryption == nil || r.Encryption.Status != c.status {
				t.Errorf("%+v", r.Encryption)
			}
			compare(t, r, c.want)
		})
	}
}

// TestNesting: tokens inside each other are followed, to a bound.
func TestNesting(t *testing.T) {
	_, keys := signer()
	const outer = `{"alg":"ES256","kid":"k1","cty":"JWT"}`
	token := mint(t, es256, `{`+idBase+`}`)
	for depth := 1; depth <= inspect.MaxNesting; depth++ {
		token = mint(t, outer, token)
		r := Inspect(token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken})
		compare(t, r, "")
		levels := 0
		for in := r.Inner; in != nil; in = in.Inner {
			levels++
		}
		if levels != depth || r.Signature.Status != inspect.Verified || r.Time.Status != inspect.TimeValid {
			t.Errorf("%d levels of %d, %+v", levels, depth, r.Signature)
		}
	}
	r := Inspect(mint(t, outer, token), keys, inspect.Context{Now: time.Unix(now, 0)})
	for in := r; in != nil; in = in.Inner {
		if in.Inner == nil && (in.Signature.Status != inspect.Refused || !strings.Contains(in.Signature.Reason, "not followed")) {
			t.Errorf("too deep: %+v", in.Signature)
		}
	}
}

// TestWeakModulus: the fingerprint of CVE-2017-15361 is in a modulus made as its keys were, and not in others.
func TestWeakModulus(t *testing.T) {
	if own := receiverKeys("r", ""); guessableModulus(&own.Keys[0]) {
		t.Error("an ordinary key is taken for a weak one")
	}
	k := rocaKey(t)
	if !guessableModulus(&k) {
		t.Error("a modulus with the fingerprint is not recognised")
	}
}

// rocaKey has a modulus of 2048 bits that is a power of 65537 modulo the first primes, as those keys have: k·M + (65537^a mod M).
func rocaKey(t *testing.T) inspect.Key {
	t.Helper()
	n := rocaModulus()
	material, err := jose.New(&rsa.PublicKey{N: n, E: 65537})
	if err != nil {
		t.Fatal(err)
	}
	return inspect.Key{KTY: "RSA", Material: material}
}

func rocaModulus() *big.Int {
	product := big.NewInt(1)
	for _, p := range [...]int64{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167} {
		product.Mul(product, big.NewInt(p))
	}
	power := new(big.Int).Exp(big.NewInt(65537), big.NewInt(123456789), product)
	factor := new(big.Int).Lsh(big.NewInt(1), uint(2048-product.BitLen()))
	return new(big.Int).Add(factor.Mul(factor, product), power)
}
