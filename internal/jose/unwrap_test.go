package jose

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
	"testing"
)

// Messages in JSON with parameters outside of the protected header, for the algorithms that neither library opens alone. They are
// sealed with the standard library.
func TestDecryptForeignJSON(t *testing.T) {
	b64 := base64.RawURLEncoding.EncodeToString
	seal := func(cek []byte, m *Message) {
		block := must(aes.NewCipher(cek))
		gcm := must(cipher.NewGCM(block))
		iv := make([]byte, 12)
		rand.Read(iv)
		sealed := gcm.Seal(nil, iv, []byte("it is opened"), []byte(m.Protected+"."+m.AAD))
		m.IV, m.Ciphertext, m.Tag = b64(iv), b64(sealed[:len(sealed)-16]), b64(sealed[len(sealed)-16:])
	}
	opens := func(name string, m *Message, k *Key) {
		t.Helper()
		if text, err := Decrypt(m, k); err != nil || string(text) != "it is opened" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		spoilt := *m
		spoilt.AAD = b64([]byte("other data"))
		if _, err := Decrypt(&spoilt, k); err != ErrDecrypt {
			t.Errorf("%s with other data: %v", name, err)
		}
		spoilt = *m
		spoilt.Tag = strings.Repeat("A", 22)
		if _, err := Decrypt(&spoilt, k); err != ErrDecrypt {
			t.Errorf("%s with another tag: %v", name, err)
		}
	}

	private := must(rsa.GenerateKey(rand.Reader, 2048))
	k := must(New(private))
	for alg, h := range map[string]hash.Hash{"RSA-OAEP-384": sha512.New384(), "RSA-OAEP-512": sha512.New()} {
		cek := make([]byte, 16)
		rand.Read(cek)
		m := &Message{Alg: alg, Enc: "A128GCM", Protected: b64([]byte(`{"enc":"A128GCM"}`)), AAD: b64([]byte("data")), Own: fmt.Sprintf(`{"alg":%q}`, alg),
			EncryptedKey: b64(must(rsa.EncryptOAEP(h, rand.Reader, &private.PublicKey, cek, nil)))}
		seal(cek, m)
		opens(alg, m, k)
	}

	receiver, sender := must(ecdh.X25519().GenerateKey(rand.Reader)), must(ecdh.X25519().GenerateKey(rand.Reader))
	shared := must(sender.ECDH(receiver.PublicKey()))
	text := func(s string) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...) }
	derive := func(name string, bits uint32) []byte { // one round is enough for 256 bits (RFC 7518 4.6.2)
		info := append(append(append(text(name), text("Alice")...), text("Bob")...), binary.BigEndian.AppendUint32(nil, bits)...)
		sum := sha256.Sum256(append(append(binary.BigEndian.AppendUint32(nil, 1), shared...), info...))
		return sum[:bits/8]
	}
	epk := fmt.Sprintf(`{"epk":{"kty":"OKP","crv":"X25519","x":%q},"apu":%q,"apv":%q}`, b64(sender.PublicKey().Bytes()), b64([]byte("Alice")), b64([]byte("Bob")))
	x := must(New(receiver))
	direct := &Message{Alg: "ECDH-ES", Enc: "A256GCM", Protected: b64([]byte(`{"alg":"ECDH-ES","enc":"A256GCM"}`)), Shared: epk, AAD: b64([]byte("data"))}
	seal(derive("A256GCM", 256), direct)
	opens("X25519", direct, x)
	other := *direct
	other.Shared = strings.Replace(epk, b64([]byte("Bob")), b64([]byte("Eve")), 1)
	if _, err := Decrypt(&other, x); err != ErrDecrypt {
		t.Errorf("for another receiver: %v", err)
	}
	other.Shared = strings.Replace(epk, b64(sender.PublicKey().Bytes()), b64(make([]byte, 32)), 1)
	if _, err := Decrypt(&other, x); err != ErrDecrypt {
		t.Errorf("a point of small order: %v", err)
	}
	cek := make([]byte, 16)
	rand.Read(cek)
	wrapped := &Message{Alg: "ECDH-ES+A128KW", Enc: "A128GCM", Protected: b64([]byte(`{"alg":"ECDH-ES+A128KW","enc":"A128GCM"}`)), Own: epk, AAD: b64([]byte("data")),
		EncryptedKey: b64(wrapKey(t, derive("ECDH-ES+A128KW", 128), cek))}
	seal(cek, wrapped)
	opens("X25519 and key wrap", wrapped, x)
}

// wrapKey is RFC 3394 2.2.1.
func wrapKey(t *testing.T, kek, cek []byte) []byte {
	t.Helper()
	block := must(aes.NewCipher(kek))
	a, n := []byte(strings.Repeat("\xa6", 8)), len(cek)/8
	r := append([]byte(nil), cek...)
	for j := range 6 {
		for i := range n {
			b := append(append([]byte(nil), a...), r[8*i:8*i+8]...)
			block.Encrypt(b, b)
			binary.BigEndian.PutUint64(a, binary.BigEndian.Uint64(b[:8])^uint64(n*j+i+1))
			copy(r[8*i:], b[8:])
		}
	}
	return append(a, r...)
}
