package jose

import (
	"fmt"

	gojose "github.com/go-jose/go-jose/v4"
)

// Encrypt makes a message in the compact form (RFC 7516 7.1), for whoever has the private half of the key or shares the secret.
// alg and enc are put into the protected header; header holds its further members, such as kid and cty. Errors: a
// *[RefusedError], or [ErrUnsupported].
func Encrypt(alg, enc string, k *Key, header map[string]string, plaintext []byte) (string, error) {
	if err := FitsEncryption(alg, enc, k); err != nil {
		return "", err
	}
	options := &gojose.EncrypterOptions{}
	for name, value := range header {
		options = options.WithHeader(gojose.HeaderKey(name), value)
	}
	encrypter, err := gojose.NewEncrypter(gojose.ContentEncryption(enc), gojose.Recipient{Algorithm: gojose.KeyAlgorithm(alg), Key: k.public}, options)
	if err != nil {
		return "", fmt.Errorf("%s with a %s key: %w", alg, k.kty, ErrUnsupported)
	}
	message, err := encrypter.Encrypt(plaintext)
	if err != nil {
		return "", err
	}
	return message.CompactSerialize()
}
