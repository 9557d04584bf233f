package flows

import (
	"errors"
	"net/url"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// usesAssertion reports whether the client authenticates with a JWT.
func (m AuthMethod) usesAssertion() bool { return m == AuthSecretJWT || m == AuthPrivateKeyJWT }

// usesCertificate reports whether the client authenticates in the TLS handshake (RFC 8705 2).
func (m AuthMethod) usesCertificate() bool { return m == AuthTLS || m == AuthSelfSignedTLS }

// assertion makes a JWT that speaks for the client (RFC 7523 3). The audience is the issuer alone: an assertion that named
// an endpoint could be asked for by one provider and used at another. Providers that want their token endpoint there are
// served by Config.AssertionAudience.
func (s *state) assertion(key *signingKey, typ, subject string) (signedJWT, error) {
	alg, err := key.algFor(s.metadata.TokenEndpointAuthSigningAlgs)
	if err != nil {
		return signedJWT{}, err
	}
	id, err := s.jti()
	if err != nil {
		return signedJWT{}, err
	}
	now := s.cfg.Now()
	signed, err := signJWT(key.key, alg, key.header(typ), object{
		{"iss", s.cfg.ClientID}, {"sub", subject}, {"aud", first(s.cfg.AssertionAudience, s.metadata.Issuer)},
		{"jti", id}, {"iat", now.Unix()}, {"exp", now.Add(assertionLife).Unix()},
	})
	signed.from += " with " + key.what
	return signed, err
}

// addAssertion puts the client's assertion into a form. Each request gets a new one: providers refuse an id they have seen.
func (s *state) addAssertion(form url.Values, method AuthMethod) error {
	key := s.clientKey
	if method == AuthSecretJWT {
		var err error
		if key, err = s.secretKey(); err != nil {
			return err
		}
	}
	if key == nil {
		return errors.New("no key for the client's assertion") // Config.check has seen to it
	}
	signed, err := s.assertion(key, "JWT", s.cfg.ClientID)
	if err != nil {
		return err
	}
	if method == AuthSecretJWT {
		s.checkSecretLength(signed.alg)
	}
	form.Set("client_id", s.cfg.ClientID)
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", signed.token)
	s.variable("client_assertion", signed.token, signed.from, s.step)
	s.variable("client_assertion_claims", signed.claims, "made here: what the client states about itself", s.step)
	return nil
}
