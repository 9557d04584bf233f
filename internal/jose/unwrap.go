package jose

import (
	"crypto"
	"crypto/aes"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"

	gojose "github.com/go-jose/go-jose/v4"
	josecipher "github.com/go-jose/go-jose/v4/cipher"
)

// go-jose opens JSON forms, and knows neither X25519 (RFC 8037 3.2) nor RSA-OAEP with SHA-384 and SHA-512; jwx knows these, and fails on
// the forms. unwrapper gives go-jose the content key for them, and leaves the rest to it.
type unwrapper struct {
	m *Message
	k *Key
}

// foreign reports what go-jose needs an unwrapper for.
func (m *Message) foreign(k *Key) bool {
	return k.crv == "X25519" || m.Alg == "RSA-OAEP-384" || m.Alg == "RSA-OAEP-512"
}

// DecryptKey implements gojose.OpaqueKeyDecrypter.
func (u *unwrapper) DecryptKey(encrypted []byte, _ gojose.Header) ([]byte, error) {
	switch u.m.Alg {
	case "RSA-OAEP-384":
		return rsa.DecryptOAEP(crypto.SHA384.New(), rand.Reader, u.k.private.(*rsa.PrivateKey), encrypted, nil)
	case "RSA-OAEP-512":
		return rsa.DecryptOAEP(crypto.SHA512.New(), rand.Reader, u.k.private.(*rsa.PrivateKey), encrypted, nil)
	}
	return u.agree(encrypted)
}

// agree derives the content key, or the key that it is wrapped with, from the sender's one-time key (RFC 7518 4.6.2, RFC 8037 3.2).
func (u *unwrapper) agree(encrypted []byte) ([]byte, error) {
	h, err := u.m.agreement()
	if err != nil {
		return nil, err
	}
	peer, err := ecdh.X25519().NewPublicKey(h.x)
	if err != nil {
		return nil, err
	}
	shared, err := u.k.private.(*ecdh.PrivateKey).ECDH(peer) // refuses points of small order
	if err != nil {
		return nil, err
	}
	name, size := u.m.Enc, 0
	_, wrap, wrapped := strings.Cut(u.m.Alg, "+")
	if wrapped {
		name = u.m.Alg
		_, size = encryptionKey(wrap)
	} else {
		size, _, _ = EncSizes(u.m.Enc)
	}
	kdf := josecipher.NewConcatKDF(crypto.SHA256, shared, prefixed([]byte(name)), prefixed(h.apu), prefixed(h.apv), binary.BigEndian.AppendUint32(nil, uint32(8*size)), nil)
	key := make([]byte, size)
	if _, err := io.ReadFull(kdf, key); err != nil || !wrapped {
		return key, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return josecipher.KeyUnwrap(block, encrypted)
}

// prefixed puts the length before the data (RFC 7518 4.6.2).
func prefixed(data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...)
}

// agreementHeader is what the header says about the agreement.
type agreementHeader struct{ x, apu, apv []byte }

// agreement reads epk, apu and apv, which may stand in any of the three headers.
func (m *Message) agreement() (h agreementHeader, err error) {
	protected, err := base64.RawURLEncoding.DecodeString(m.Protected)
	if err != nil {
		return h, err
	}
	var all struct {
		EPK struct {
			Kty, Crv, X string
		} `json:"epk"`
		APU string `json:"apu"`
		APV string `json:"apv"`
	}
	for _, text := range []string{string(protected), m.Shared, m.Own} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return h, err
		}
	}
	if all.EPK.Kty != "OKP" || all.EPK.Crv != "X25519" {
		return h, errors.New("the one-time key is not on X25519")
	}
	for _, part := range []struct {
		text string
		into *[]byte
	}{{all.EPK.X, &h.x}, {all.APU, &h.apu}, {all.APV, &h.apv}} {
		if *part.into, err = base64.RawURLEncoding.DecodeString(part.text); err != nil {
			return h, err
		}
	}
	return h, nil
}
