package jose

import (
	"crypto/ecdh"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	gojose "github.com/go-jose/go-jose/v4"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwe"
	"github.com/lestrrat-go/jwx/v2/x25519"
)

// Bounds on what the sender of an encrypted token makes the receiver do (rfc8725bis 3.13, 3.15).
const (
	MinIterations = 1000
	MaxIterations = 1_200_000
	MaxInflated   = 250_000 // bytes of plaintext after decompression
)

// ErrDecrypt is the verdict of the cryptography: the key is not the right one, or something was changed. It never says which
// (RFC 7516 11.5).
var ErrDecrypt = errors.New("the key does not open it")

// ErrInflate says that the plaintext is compressed and becomes larger than [MaxInflated].
var ErrInflate = fmt.Errorf("the plaintext inflates to more than %d bytes", MaxInflated)

// Message is an encrypted message as it was received, addressed to one recipient: the texts are base64url, Shared and Own the
// unprotected headers as JSON. In the compact form AAD, Shared and Own are empty.
type Message struct {
	Alg, Enc                                     string
	Protected, EncryptedKey, IV, Ciphertext, Tag string
	AAD                                          string
	Shared, Own                                  string
}

// Decrypt opens a message. The caller has compared the header with the shape of the parts; here algorithm and key are
// compared. Errors: a *[RefusedError], [ErrUnsupported], [ErrInflate], or [ErrDecrypt].
func Decrypt(m *Message, k *Key) ([]byte, error) {
	if err := FitsDecryption(m.Alg, m.Enc, k); err != nil {
		return nil, err
	}
	var plaintext []byte
	var err error
	if m.AAD == "" && m.Shared == "" && m.Own == "" {
		plaintext, err = m.compact(k)
	} else {
		plaintext, err = m.json(k)
	}
	switch {
	case err == nil && len(plaintext) > MaxInflated && len(plaintext) > len(m.Ciphertext):
		return nil, ErrInflate
	case err == nil:
		return plaintext, nil
	case errors.Is(err, ErrInflate), errors.Is(err, ErrUnsupported):
		return nil, err
	}
	return nil, ErrDecrypt
}

// allowIterations lifts jwx's limit of 10000, below what is recommended today, once and before the first use.
var allowIterations = sync.OnceFunc(func() { jwe.Settings(jwe.WithMaxPBES2Count(MaxIterations)) })

func (m *Message) compact(k *Key) ([]byte, error) {
	allowIterations()
	key := k.private
	if x, ok := key.(*ecdh.PrivateKey); ok {
		private, err := x25519.NewKeyFromSeed(x.Bytes())
		if err != nil {
			return nil, err
		}
		key = private
	}
	text := strings.Join([]string{m.Protected, m.EncryptedKey, m.IV, m.Ciphertext, m.Tag}, ".")
	plaintext, err := jwe.Decrypt([]byte(text), jwe.WithKey(jwa.KeyEncryptionAlgorithm(m.Alg), key), jwe.WithMaxDecompressBufferSize(MaxInflated))
	if err != nil && strings.Contains(err.Error(), "exceeds maximum allowed size") {
		return nil, ErrInflate
	}
	return plaintext, err
}

// json opens what the compact form can't say with go-jose, of whose JSON forms jwx fails most (RFC 7520 5).
func (m *Message) json(k *Key) ([]byte, error) {
	members := map[string]any{"ciphertext": m.Ciphertext}
	for name, value := range map[string]string{"protected": m.Protected, "encrypted_key": m.EncryptedKey, "iv": m.IV, "tag": m.Tag, "aad": m.AAD} {
		if value != "" {
			members[name] = value
		}
	}
	for name, value := range map[string]string{"unprotected": m.Shared, "header": m.Own} {
		if value != "" {
			members[name] = json.RawMessage(value)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	message, err := gojose.ParseEncryptedJSON(string(text), []gojose.KeyAlgorithm{gojose.KeyAlgorithm(m.Alg)}, []gojose.ContentEncryption{gojose.ContentEncryption(m.Enc)})
	if err != nil {
		return nil, err
	}
	key := k.private
	if m.foreign(k) {
		key = &unwrapper{m, k}
	}
	plaintext, err := message.Decrypt(key)
	if err != nil && strings.Contains(err.Error(), "uncompressed data would be too large") {
		return nil, ErrInflate
	}
	return plaintext, err
}
