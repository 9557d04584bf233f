package jose

import (
	"fmt"

	"github.com/lestrrat-go/jwx/v2/jws"
)

// Sign signs input with a private key or a shared secret. The caller writes header and payload itself: input is
// base64url(header) "." base64url(payload), and stays as it is.
func Sign(alg string, k *Key, input []byte) ([]byte, error) {
	a := Find(alg)
	if a == nil {
		return nil, unsupported(alg)
	}
	if err := Fits(a, k); err != nil {
		return nil, err
	}
	if k.private == nil {
		return nil, refuse("%s needs a private key, this is a public one", alg)
	}
	signer, err := jws.NewSigner(a.jwx())
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnsupported, err)
	}
	return signer.Sign(input, k.private)
}
