package jose

import (
	"errors"
	"strings"
	"testing"
)

// TestEncryptAndDecrypt opens with jwx what go-jose made: two libraries have to agree.
func TestEncryptAndDecrypt(t *testing.T) {
	rs, es, shared := must(New(rsaKey())), must(New(ecKey())), must(NewSecret([]byte("0123456789abcdef0123456789abcdef")))
	for _, tt := range []struct {
		alg, enc string
		key      *Key
	}{
		{"RSA-OAEP", "A128GCM", rs}, {"RSA-OAEP-256", "A256GCM", rs}, {"ECDH-ES", "A256GCM", es}, {"ECDH-ES+A128KW", "A128CBC-HS256", es},
		{"ECDH-ES+A256KW", "A256CBC-HS512", es}, {"A256KW", "A128GCM", shared}, {"dir", "A256GCM", shared},
	} {
		t.Run(tt.alg+" "+tt.enc, func(t *testing.T) {
			text, err := Encrypt(tt.alg, tt.enc, tt.key, map[string]string{"kid": "k", "cty": "JWT"}, []byte("hello"))
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(text, ".")
			if len(parts) != 5 {
				t.Fatalf("%d parts", len(parts))
			}
			m := &Message{Alg: tt.alg, Enc: tt.enc, Protected: parts[0], EncryptedKey: parts[1], IV: parts[2], Ciphertext: parts[3], Tag: parts[4]}
			if plain, err := Decrypt(m, tt.key); err != nil || string(plain) != "hello" {
				t.Errorf("%q, %v", plain, err)
			}
			m.Tag = parts[4][1:] + "A"
			if _, err := Decrypt(m, tt.key); err == nil {
				t.Error("a changed tag opens")
			}
		})
	}
}

func TestEncryptRefuses(t *testing.T) {
	rs, es := must(New(rsaKey())), must(New(ecKey()))
	var refused *RefusedError
	if _, err := Encrypt("ECDH-ES", "A256GCM", rs, nil, nil); !errors.As(err, &refused) {
		t.Errorf("ECDH with an RSA key: %v", err)
	}
	if _, err := Encrypt("none", "A256GCM", es, nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no algorithm: %v", err)
	}
	if _, err := Encrypt("ECDH-ES", "A1GCM", es, nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("no content encryption: %v", err)
	}
	if n := SharedKeySize("dir", "A256CBC-HS512"); n != 64 {
		t.Errorf("dir with A256CBC-HS512: %d bytes", n)
	}
	if SharedKeySize("A128KW", "A256GCM") != 16 || SharedKeySize("RSA-OAEP", "A256GCM") != 0 {
		t.Error("sizes of shared keys")
	}
}
