package flows

import (
	"bytes"
	"encoding/base64"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// What this program signs itself (client assertions, request objects, DPoP proofs) is written here, member by member and in
// order, so that what is signed is what is shown. internal/jose only signs the bytes.

// member is a member of a JSON object that is being written.
type member struct {
	name  string
	value any
}

// object is an ordered JSON object.
type object []member

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) { return o.json(), nil }

func (o object) json() []byte {
	var out bytes.Buffer
	for _, m := range o {
		writeMember(&out, m.name, m.value)
	}
	if out.Len() == 0 {
		out.WriteByte('{')
	}
	out.WriteByte('}')
	return out.Bytes()
}

// signedJWT is a JWT that was made here, with what a screen wants to tell about it.
type signedJWT struct {
	token  string // compact serialisation
	claims string // the JSON that was signed
	alg    string
	from   string // "made here: ES256 with the client's key"
}

// signJWT signs header and claims (RFC 7515 5.1). alg is put in front of the header.
func signJWT(key *jose.Key, alg string, header, claims object) (signedJWT, error) {
	header = append(object{{"alg", alg}}, header...)
	payload := claims.json()
	input := base64.RawURLEncoding.AppendEncode(nil, header.json())
	input = append(input, '.')
	input = base64.RawURLEncoding.AppendEncode(input, payload)
	signature, err := jose.Sign(alg, key, input)
	if err != nil {
		return signedJWT{}, problem(ProblemConfig, "a key that signs with "+alg, err.Error(), "RFC 7518 3.1")
	}
	token := string(input) + "." + base64.RawURLEncoding.EncodeToString(signature)
	return signedJWT{token: token, claims: string(payload), alg: alg, from: "made here: " + alg}, nil
}

// jti makes the id of a JWT that may be used once: 16 random bytes.
func (s *state) jti() (string, error) {
	b, err := s.random(16)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// assertionLife is how long an assertion or a request object is good for. Providers refuse long lives, and clocks differ.
const assertionLife = 5 * time.Minute
