package inspect

import (
	"errors"
	"slices"

	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// JWK writes the key as a JSON Web Key (RFC 7517 4) on one line. A key that came as JWK keeps its members, their order and their text;
// another one gets the members of RFC 7518 6, and its thumbprint as kid. Without private the private members are left out, of a
// shared secret its value.
func (k *Key) JWK(private bool) ([]byte, error) {
	if k.JSON != nil {
		return k.sentJWK(private)
	}
	if k.Material == nil {
		return nil, errors.New(orElse(k.Err, "the key can't be used"))
	}
	members, err := k.Material.JWK(private)
	if err != nil {
		return nil, err
	}
	var b []byte
	for i, m := range members {
		b = append(b, "{,"[min(i, 1)])
		b = jsonout.String(append(jsonout.String(b, m.Name), ':'), m.Value)
	}
	if kid := orElse(k.KID, k.Thumbprint); kid != "" {
		b = jsonout.String(append(b, `,"kid":`...), kid)
	}
	return append(b, '}'), nil
}

func (k *Key) sentJWK(private bool) ([]byte, error) {
	if private && !k.Private {
		return nil, errors.New("this is a public key: there is no private half to write")
	}
	b := []byte{'{'}
	for i := range k.JSON.Members {
		m := &k.JSON.Members[i]
		if !private && slices.Contains(privateMembers[:], m.Name) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = jsonout.Raw(append(jsonout.String(b, m.Name), ':'), m.Value.Raw)
	}
	return append(b, '}'), nil
}
