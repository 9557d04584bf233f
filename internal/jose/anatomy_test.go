package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
)

// samples makes a key for every algorithm.
func samples(t *testing.T) map[string]*Key {
	t.Helper()
	keys := map[string]*Key{}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	odd, err := rsa.GenerateKey(rand.Reader, 2049) // EM of PSS is a byte shorter than the modulus
	must(t, err)
	for i := range algorithms {
		a := &algorithms[i]
		var k *Key
		switch a.Type {
		case "RSA":
			k, err = New(big)
			if a.Name == "PS384" {
				k, err = New(odd)
			}
		case "EC":
			var priv *ecdsa.PrivateKey
			priv, err = ecdsa.GenerateKey(curve(a.Curve), rand.Reader)
			must(t, err)
			k, err = New(priv)
		case "OKP":
			_, priv, e := ed25519.GenerateKey(rand.Reader)
			must(t, e)
			k, err = New(priv)
		default:
			k, err = NewSecret(bytes.Repeat([]byte("secret"), 20))
		}
		must(t, err)
		keys[a.Name] = k
	}
	return keys
}

func holds(an *Anatomy) bool {
	return an.Problem == "" && len(an.Made.Bytes) > 0 && bytes.Equal(an.Made.Bytes, an.Wanted.Bytes)
}

// The two values that are shown at the end are equal exactly when the libraries' own check passes.
func TestDissectAgreesWithVerify(t *testing.T) {
	keys, others := samples(t), samples(t)
	for i := range algorithms {
		alg := algorithms[i].Name
		k := keys[alg]
		for n := range 4 {
			input := []byte(fmt.Sprintf("header.payload %d", n))
			signature, err := Sign(alg, k, input)
			must(t, err)
			changed := bytes.Clone(signature)
			changed[n*len(changed)/4] ^= 1 << n
			for name, c := range map[string]struct {
				key              *Key
				input, signature []byte
			}{
				"right":     {k, input, signature},
				"input":     {k, append([]byte{'x'}, input...), signature},
				"signature": {k, input, changed},
				"key":       {others[alg], input, signature},
				"zero":      {k, input, make([]byte, len(signature))},
				"high":      {k, input, bytes.Repeat([]byte{0xff}, len(signature))},
				"short":     {k, input, signature[1:]},
			} {
				if name == "key" && algorithms[i].Symmetric() {
					continue // the samples' secrets are the same
				}
				an, err := Dissect(alg, c.key, c.input, c.signature)
				must(t, err)
				if got, want := holds(an), Verify(alg, c.key, c.input, c.signature) == nil; got != want || want != (name == "right") {
					t.Errorf("%s, %s: the anatomy says %v, the check %v (%s)\n%x\n%x", alg, name, got, want, an.Problem, an.Made.Bytes, an.Wanted.Bytes)
				}
			}
		}
	}
}

// The values on the way are those of the standard library.
func TestDissectShowsTheValues(t *testing.T) {
	keys := samples(t)
	input := []byte("header.payload")
	sum := sha256.Sum256(input)
	field := func(fields []Field, name string) []byte {
		for _, f := range fields {
			if f.Name == name {
				return f.Bytes
			}
		}
		return nil
	}
	signed := func(alg string) ([]byte, *Anatomy) {
		signature, err := Sign(alg, keys[alg], input)
		must(t, err)
		an, err := Dissect(alg, keys[alg], input, signature)
		must(t, err)
		return signature, an
	}
	if _, an := signed("RS256"); !bytes.Equal(an.Digest, sum[:]) || !bytes.Equal(field(an.Steps, "digest"), sum[:]) || len(field(an.Steps, "padding")) != 256-3-19-32 {
		t.Errorf("RS256: %x %+v", an.Digest, an.Steps)
	}
	if _, an := signed("PS256"); len(field(an.Steps, "salt")) != 32 || an.Hash != "SHA-256" {
		t.Errorf("PS256: %+v", an.Steps)
	}
	if signature, an := signed("ES512"); !bytes.Equal(field(an.Signature, "r"), signature[:66]) || len(an.Digest) != 64 {
		t.Errorf("ES512: %+v", an.Signature)
	}
	if signature, an := signed("EdDSA"); !bytes.Equal(an.Made.Bytes, signature[:32]) || an.Over != "R, the public key and the signing input" {
		t.Errorf("EdDSA: %+v", an)
	}
	if signature, an := signed("HS256"); !bytes.Equal(an.Made.Bytes, signature) || an.Digest != nil {
		t.Errorf("HS256: %+v", an)
	}
}

// A salt of another length is shown, and is why the signature is refused.
func TestDissectSaltLength(t *testing.T) {
	priv, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	k, err := New(priv)
	must(t, err)
	sum := sha256.Sum256([]byte("input"))
	signature, err := rsa.SignPSS(rand.Reader, priv, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: 20})
	must(t, err)
	an, err := Dissect("PS256", k, []byte("input"), signature)
	must(t, err)
	if an.Problem == "" || len(an.Steps[len(an.Steps)-1].Bytes) != 20 || holds(an) {
		t.Errorf("%q %+v", an.Problem, an.Steps)
	}
}

// Without a key the digest and the signature's parts are there, and nothing is compared.
func TestDissectWithoutKey(t *testing.T) {
	for i := range algorithms {
		for _, size := range []int{0, 3, 64, 256} {
			an, err := Dissect(algorithms[i].Name, nil, []byte("input"), make([]byte, size))
			must(t, err)
			if len(an.Made.Bytes)+len(an.Wanted.Bytes) > 0 || holds(an) || len(an.Signature) == 0 {
				t.Errorf("%s, %d bytes: %+v", algorithms[i].Name, size, an)
			}
		}
	}
	var refused *RefusedError
	k, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(t, err)
	key, err := New(k)
	must(t, err)
	if _, err := Dissect("ES256", key, nil, nil); !errors.As(err, &refused) {
		t.Errorf("a key of another curve: %v", err)
	}
	if _, err := Dissect("ES256K", nil, nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an algorithm that is not known: %v", err)
	}
}
