package jose

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey  = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	input  = []byte("eyJhbGciOiJFUzI1NiJ9.e30")
)

func must[T any](v T, err error) T {
	if err != nil {
		panic("test set-up: " + err.Error())
	}
	return v
}

// TestPSSSaltLength: jwx takes a salt of any length, JOSE only that of the hash.
func TestPSSSaltLength(t *testing.T) {
	k := must(New(rsaKey()))
	sum := sha256.Sum256(input)
	for _, tt := range []struct {
		salt int
		want bool
	}{{sha256.Size, true}, {0, false}, {20, false}, {31, false}, {33, false}, {64, false}} {
		options := rsa.PSSOptions{SaltLength: tt.salt}
		if tt.salt == 0 {
			options.SaltLength = 1 // 0 would mean "as long as possible"
		}
		sig := must(rsa.SignPSS(rand.Reader, rsaKey(), crypto.SHA256, sum[:], &options))
		if got := Verify("PS256", k, input, sig) == nil; got != tt.want {
			t.Errorf("salt of %d bytes: verified %v", tt.salt, got)
		}
	}
}

func TestECDSASpecialSignatures(t *testing.T) {
	k := must(New(ecKey()))
	n := elliptic.P256().Params().N
	one := big.NewInt(1)
	for name, rs := range map[string][2]*big.Int{
		"zeros": {new(big.Int), new(big.Int)}, "r zero": {new(big.Int), one}, "s zero": {one, new(big.Int)},
		"s is the order": {one, n}, "both the order": {n, n}, "ones": {one, one}, "order minus one": {new(big.Int).Sub(n, one), new(big.Int).Sub(n, one)},
	} {
		sig := append(rs[0].FillBytes(make([]byte, 32)), rs[1].FillBytes(make([]byte, 32))...)
		if err := Verify("ES256", k, input, sig); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	sum := sha256.Sum256(input)
	der := must(ecdsa.SignASN1(rand.Reader, ecKey(), sum[:]))
	if err := Verify("ES256", k, input, der); !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), "DER") {
		t.Errorf("DER: %v", err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	rs, es, secret := must(New(rsaKey())), must(New(ecKey())), must(NewSecret([]byte("s3cret")))
	for _, tt := range []struct {
		alg     string
		key     *Key
		refused bool
	}{{"none", rs, true}, {"None", secret, true}, {"ES256", rs, true}, {"ES384", es, true}, {"HS256", rs, true}, {"RS256", secret, true}, {"ES256K", es, false}, {"", rs, false}} {
		err := Verify(tt.alg, tt.key, input, make([]byte, 64))
		var refused *RefusedError
		if err == nil || errors.As(err, &refused) != tt.refused || !tt.refused && !errors.Is(err, ErrUnsupported) {
			t.Errorf("%q with %s: %v", tt.alg, tt.key.Type(), err)
		}
		if _, err := Sign(tt.alg, tt.key, input); err == nil {
			t.Errorf("%q with %s signs", tt.alg, tt.key.Type())
		}
	}
	if _, err := Sign("RS256", must(New(&rsaKey().PublicKey)), input); err == nil {
		t.Error("a public key signs")
	}
}

func jwkOf(t *testing.T, members map[string]any) []byte {
	t.Helper()
	return must(json.Marshal(members))
}

func TestParseJWK(t *testing.T) {
	n, d := encode(rsaKey().N.Bytes()), encode(rsaKey().D.Bytes())
	p, q := encode(rsaKey().Primes[0].Bytes()), encode(rsaKey().Primes[1].Bytes())
	point := must(ecKey().PublicKey.Bytes())
	x, y := encode(point[1:33]), encode(point[33:])
	ecD := encode(must(ecKey().Bytes()))
	edPub, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519Key := must(ecdh.X25519().GenerateKey(rand.Reader))
	other := encode(must(must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).Bytes()))
	bits := func(n int) string { return encode(new(big.Int).SetBit(big.NewInt(1), n-1, 1).Bytes()) }
	for _, tt := range []struct {
		name    string
		members map[string]any
		says    string // part of the error; empty: usable
		private bool
	}{
		{"RSA", map[string]any{"kty": "RSA", "n": n, "e": "AQAB"}, "", false},
		{"RSA private", map[string]any{"kty": "RSA", "n": n, "e": "AQAB", "d": d, "p": p, "q": q}, "", true},
		{"RSA private without primes", map[string]any{"kty": "RSA", "n": n, "e": "AQAB", "d": d}, "", false},
		{"RSA private of another key", map[string]any{"kty": "RSA", "n": n, "e": "AQAB", "d": "AQAB", "p": p, "q": q}, "do not fit", false},
		{"RSA of 16384 bits", map[string]any{"kty": "RSA", "n": bits(16384), "e": "AQAB"}, "", false},
		{"RSA of 16392 bits", map[string]any{"kty": "RSA", "n": bits(16392), "e": "AQAB"}, "more than 16384", false},
		{"RSA of 512 bits", map[string]any{"kty": "RSA", "n": bits(512), "e": "AQAB"}, "less than 1024", false},
		{"RSA modulus even", map[string]any{"kty": "RSA", "n": encode(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes()), "e": "AQAB"}, "even", false},
		{"RSA exponent 3", map[string]any{"kty": "RSA", "n": n, "e": "Aw"}, "", false},
		{"RSA exponent 0", map[string]any{"kty": "RSA", "n": n, "e": "AA"}, "exponent 0", false},
		{"RSA exponent of 40 bits", map[string]any{"kty": "RSA", "n": n, "e": "gAAAAAE"}, "40 bits", false},
		{"RSA exponent huge and even", map[string]any{"kty": "RSA", "n": n, "e": n[:100] + "AA"}, "exponent", false},
		{"RSA without n", map[string]any{"kty": "RSA", "e": "AQAB"}, `no "n"`, false},
		{"RSA n a number", map[string]any{"kty": "RSA", "n": 5, "e": "AQAB"}, `"n": wanted a text`, false},
		{"RSA n no base64", map[string]any{"kty": "RSA", "n": "%%%", "e": "AQAB"}, "not base64url", false},
		{"EC", map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y}, "", false},
		{"EC private", map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": ecD}, "", true},
		{"EC private of another key", map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": other}, "another public key", false},
		{"EC off the curve", map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": x}, "not on the curve", false},
		{"EC zero", map[string]any{"kty": "EC", "crv": "P-256", "x": encode(make([]byte, 32)), "y": encode(make([]byte, 32))}, "not on the curve", false},
		{"EC coordinate too long", map[string]any{"kty": "EC", "crv": "P-256", "x": x + "AAAA", "y": y}, "35 bytes", false},
		{"EC other curve", map[string]any{"kty": "EC", "crv": "secp256k1", "x": x, "y": y}, "not supported", false},
		{"EC without curve", map[string]any{"kty": "EC", "x": x, "y": y}, `curve ""`, false},
		{"Ed25519", map[string]any{"kty": "OKP", "crv": "Ed25519", "x": encode(edPub)}, "", false},
		{"Ed25519 private", map[string]any{"kty": "OKP", "crv": "Ed25519", "x": encode(edPub), "d": encode(edKey.Seed())}, "", true},
		{"Ed25519 private of another key", map[string]any{"kty": "OKP", "crv": "Ed25519", "x": encode(edPub), "d": encode(edPub)}, "another public key", false},
		{"Ed25519 too short", map[string]any{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "3 bytes", false},
		{"X25519", map[string]any{"kty": "OKP", "crv": "X25519", "x": encode(edPub)}, "", false},
		{"X25519 private", map[string]any{"kty": "OKP", "crv": "X25519", "x": encode(x25519Key.PublicKey().Bytes()), "d": encode(x25519Key.Bytes())}, "", true},
		{"X25519 private of another key", map[string]any{"kty": "OKP", "crv": "X25519", "x": encode(edPub), "d": encode(x25519Key.Bytes())}, "another public key", false},
		{"X25519 too short", map[string]any{"kty": "OKP", "crv": "X25519", "x": "AAAA"}, "3 bytes", false},
		{"secret", map[string]any{"kty": "oct", "k": "AAEC"}, "", true},
		{"secret empty", map[string]any{"kty": "oct", "k": ""}, `no "k"`, false},
		{"secret is a public key", map[string]any{"kty": "oct", "k": encode([]byte("-----BEGIN PUBLIC KEY-----\n"))}, "no shared secret", false},
		{"unknown type", map[string]any{"kty": "AKP"}, "not supported", false},
		{"no type", map[string]any{"n": n}, `no "kty"`, false},
		{"type in another case", map[string]any{"Kty": "RSA", "n": n, "e": "AQAB"}, `no "kty"`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := ParseJWK(jwkOf(t, tt.members))
			if k == nil {
				t.Fatal("no key")
			}
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
			if k.Private() != tt.private || (err == nil) != (k.usable() == nil) {
				t.Errorf("private %v, usable %v", k.Private(), k.usable())
			}
		})
	}
	if _, err := ParseJWK([]byte(`[]`)); err == nil {
		t.Error("a list is a key")
	}
}

func TestParseJWKNotes(t *testing.T) {
	n := rsaKey().N.Bytes()
	standard := base64.StdEncoding.EncodeToString(n)
	zero := encode(append([]byte{0}, n...))
	k, err := ParseJWK(jwkOf(t, map[string]any{"kty": "RSA", "n": standard, "e": "AQAB"}))
	if err != nil || len(k.Notes()) != 1 || k.Public().(*rsa.PublicKey).N.Cmp(rsaKey().N) != 0 {
		t.Errorf("ordinary base64: %v, %q", err, k.Notes())
	}
	k, err = ParseJWK(jwkOf(t, map[string]any{"kty": "RSA", "n": zero, "e": "AQAB"}))
	if err != nil || len(k.Notes()) != 1 || k.Bits() != 2048 {
		t.Errorf("leading zero: %v, %q", err, k.Notes())
	}
}

func TestParsePEM(t *testing.T) {
	pub := must(x509.MarshalPKIXPublicKey(&rsaKey().PublicKey))
	ecPriv := must(x509.MarshalECPrivateKey(ecKey()))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour)}
	cert := must(x509.CreateCertificate(rand.Reader, template, template, &ecKey().PublicKey, ecKey()))
	encodePEM := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	text := "some words before\n" + encodePEM("PUBLIC KEY", pub) +
		encodePEM("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey)) +
		encodePEM("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsaKey()))) +
		encodePEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey())) +
		encodePEM("EC PRIVATE KEY", ecPriv) + encodePEM("CERTIFICATE", cert) +
		encodePEM("ENCRYPTED PRIVATE KEY", pub) + encodePEM("PUBLIC KEY", pub[:20])
	keys, err := ParsePEM([]byte(text))
	if err != nil || len(keys) != 8 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	for i, k := range keys[:6] {
		if k.Err != nil || k.Key.usable() != nil {
			t.Errorf("%s: %v", k.Label, k.Err)
		}
		if wantPrivate := i >= 2 && i <= 4; k.Key.Private() != wantPrivate {
			t.Errorf("%s: private %v", k.Label, k.Key.Private())
		}
	}
	if keys[5].Certificate == nil || keys[5].Key.Thumbprint() != must(New(ecKey())).Thumbprint() {
		t.Error("the key of the certificate is another one")
	}
	if keys[6].Err == nil || keys[7].Err == nil {
		t.Error("an encrypted or broken key can be used")
	}
	if _, err := ParsePEM([]byte("no key")); err == nil {
		t.Error("no block, no error")
	}
	for _, secret := range [][]byte{pub, cert, []byte(encodePEM("CERTIFICATE", cert)), []byte(`{"kty":"EC"}`), []byte(`{"keys":[]}`)} {
		if _, err := NewSecret(secret); err == nil {
			t.Errorf("%.30q is taken for a secret", secret)
		}
	}
}

func TestMACAndHalfHash(t *testing.T) {
	secret := must(NewSecret([]byte("s3cret")))
	sig := must(Sign("HS256", secret, input))
	if string(MAC("HS256", []byte("s3cret"), input)) != string(sig) {
		t.Error("MAC and Sign differ")
	}
	if MAC("RS256", nil, input) != nil || HalfHash("none", nil) != nil {
		t.Error("a hash without an algorithm")
	}
	// OpenID Connect Core A.4: at_hash of its sample access token.
	if got := encode(HalfHash("RS256", []byte("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"))); got != "77QmUPtjPfzWtF2AnpK9RQ" {
		t.Errorf("at_hash %q", got)
	}
}
