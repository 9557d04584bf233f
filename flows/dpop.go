package flows

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// dpopKey is the key that the tokens of a run are bound to (RFC 9449), and the nonces that servers gave for its proofs. It
// is made for each run, and kept with the session as long as the tokens are.
type dpopKey struct {
	key    *jose.Key
	nonces map[string]string // by origin
}

func newDPoPKey(s *state) (*dpopKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), s.cfg.Random)
	if err != nil {
		return nil, err
	}
	key, err := jose.New(private)
	if err != nil {
		return nil, err
	}
	return &dpopKey{key: key, nonces: make(map[string]string)}, nil
}

// thumbprint is what cnf.jkt of a bound token holds (RFC 9449 6.1).
func (d *dpopKey) thumbprint() string { return d.key.Thumbprint() }

// addProof puts a proof for this very request into its header (RFC 9449 4.2).
func (s *state) addProof(req *http.Request, accessToken string) error {
	proof, err := s.proof(req.Method, req.URL.String(), s.cfg.Now(), accessToken, s.dpop.nonces[origin(req.URL)])
	if err != nil {
		return err
	}
	req.Header.Set("DPoP", proof.token)
	s.variable("dpop_proof_claims", proof.claims, proof.from+" with the key of this run", s.step)
	return nil
}

// proof makes a proof for a request to an address, made at a time, with the server's nonce unless it is empty.
func (s *state) proof(method, address string, at time.Time, accessToken, nonce string) (signedJWT, error) {
	id, err := s.jti()
	if err != nil {
		return signedJWT{}, err
	}
	m := s.dpop.key.Members()
	jwk := object{{"kty", s.dpop.key.Type()}, {"crv", m["crv"]}, {"x", m["x"]}, {"y", m["y"]}}
	claims := object{{"jti", id}, {"htm", method}, {"htu", withoutQuery(address)}, {"iat", at.Unix()}}
	if accessToken != "" {
		sum := sha256.Sum256([]byte(accessToken))
		claims = append(claims, member{"ath", base64.RawURLEncoding.EncodeToString(sum[:])})
	}
	if nonce != "" {
		claims = append(claims, member{"nonce", nonce})
	}
	proof, err := signJWT(s.dpop.key, "ES256", object{{"typ", "dpop+jwt"}, {"jwk", jwk}}, claims)
	if err == nil {
		s.secrets.Add(proof.token)
	}
	return proof, err
}

// keepNonce remembers the nonce for the next proof to the same server (RFC 9449 8.2).
func (s *state) keepNonce(u *url.URL, nonce string) {
	if s.dpop != nil && nonce != "" && len(nonce) <= 1024 {
		s.dpop.nonces[origin(u)] = nonce
	}
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// prepareDPoP gives the run its key: that of the session, or a new one when DPoP was asked for.
func (s *state) prepareDPoP() error {
	if from := s.cfg.From; from != nil && from.dpop != nil {
		s.dpop = from.dpop
		return nil
	}
	if s.flow.prior != nil && s.flow.prior.dpop != nil {
		s.dpop = s.flow.prior.dpop
		return nil
	}
	if !s.cfg.Request.DPoP || s.flow.prior != nil {
		return nil
	}
	key, err := newDPoPKey(s)
	s.dpop = key
	return err
}

// checkBinding tells whether the access token is bound to what this client holds: its DPoP key (RFC 9449 6.1) or its
// certificate (RFC 8705 3.1). Only a JWT can be looked into.
func (s *state) checkBinding() *Problem {
	t := s.session.Tokens
	if s.dpop != nil && !isDPoP(t.TokenType) {
		s.found(rule.Warn, "dpop-ignored", "a DPoP proof was sent, but the token is not bound to its key: token_type is "+first(t.TokenType, "missing"),
			"whoever finds this token can use it", "RFC 9449 5")
	}
	report := s.session.Reports[AccessToken]
	if report == nil || report.Token == nil || report.Token.Payload == nil || report.Token.Payload.Kind != inspect.Object {
		if s.dpop != nil && isDPoP(t.TokenType) || s.certificate != "" {
			s.note += "; whether the token is bound is not checked, as it can't be read"
		}
		return nil
	}
	cnf := report.Token.Payload.Get("cnf")
	if s.dpop != nil && isDPoP(t.TokenType) {
		if p := s.bound(cnf, "jkt", s.dpop.thumbprint(), "RFC 9449 6.1"); p != nil {
			return p
		}
	}
	const thumbprint, ref = "x5t#S256", "RFC 8705 3.1"
	switch {
	case s.certificate == "":
	case cnf.Get(thumbprint) != nil:
		return s.bound(cnf, thumbprint, s.certificate, ref)
	case s.metadata.CertificateBoundTokens && cnf.Get("jkt") == nil: // the certificate may be there to authenticate only
		s.found(rule.Info, "not-bound", "the access token has no cnf."+thumbprint+": it is not bound to the client's certificate",
			"where it should be, register the client with tls_client_certificate_bound_access_tokens", ref)
	}
	return nil
}

// bound compares one confirmation method with what we hold.
func (s *state) bound(cnf *inspect.Value, name, want, ref string) *Problem {
	switch got := memberText(cnf, name); got {
	case "":
		s.found(rule.Warn, "not-bound", "the access token has no cnf."+name+": it is not bound to this client", "", ref)
	case want:
		s.note += "; the access token is bound to our " + map[string]string{"jkt": "DPoP key", "x5t#S256": "certificate"}[name]
	default:
		return different(want, got, ref)
	}
	return nil
}

func isDPoP(tokenType string) bool { return strings.EqualFold(tokenType, "DPoP") }
