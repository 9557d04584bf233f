package lint

import (
	"crypto"
	"crypto/sha1" //nolint:gosec // x5t is defined with SHA-1
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// checkCertificates reports x5c where nothing asks for it, and one that contradicts the rest of the token anywhere: a verifier
// that takes the thumbprint and one that takes the certificate then use two keys.
func checkCertificates(s *Subject) []rule.Finding {
	x5c := s.Header.Get("x5c")
	if x5c == nil {
		return nil
	}
	const at = "header.x5c"
	chain, ok := x5c.Texts()
	if !ok || x5c.Kind != inspect.Array || len(chain) == 0 {
		return found(at, "is %s, want a list of certificates in base64", kindWord(x5c))
	}
	der, err := base64.StdEncoding.DecodeString(chain[0])
	if err != nil {
		return found(at, "its first entry is not base64 (the ordinary one, RFC 7515 4.1.6)")
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return found(at, "its first entry is no certificate")
	}
	for _, print := range [...]struct {
		name string
		sum  []byte
	}{{"x5t", sum1(der)}, {"x5t#S256", sum256(der)}} {
		if text, there := s.Header.Get(print.name).Text(); there && text != base64.RawURLEncoding.EncodeToString(print.sum) {
			return found(at, "its first certificate does not have the thumbprint that %s gives", print.name)
		}
	}
	if k := s.Verdict.Key; k != nil && s.Verdict.Status == inspect.Verified && k.Material != nil {
		if public, ok := k.Material.Public().(interface{ Equal(crypto.PublicKey) bool }); ok && !public.Equal(cert.PublicKey) {
			return found(at, "its first certificate holds another key than the one that verified the token")
		}
	}
	if s.certificatesExpected() {
		return nil
	}
	return found(at, "the header carries a certificate of %s; it proves nothing and was not used", quoteShort(cert.Subject.String()))
}

// certificatesExpected lists the kinds of token that bring their certificates by design: credentials (SD-JWT VC, OpenID4VP),
// signed metadata, and signatures after eIDAS (ETSI TS 119 182-1).
func (s *Subject) certificatesExpected() bool {
	typ, _ := s.Header.Get("typ").Text()
	switch typ := mediaType(typ); {
	case s.Profile == inspect.ProfileSDJWT, strings.HasSuffix(typ, "+sd-jwt"), strings.HasPrefix(typ, "openid4v"), strings.HasSuffix(typ, "statement+jwt"):
		return true
	case typ == "oauth-authz-req+jwt", typ == "jades", typ == "statuslist+jwt", typ == "wallet-attestation+jwt", strings.HasPrefix(typ, "oauth-client-attestation"):
		return true
	}
	return s.Header.Get("sigT") != nil || s.Header.Get("sigD") != nil
}

func sum1(b []byte) []byte   { s := sha1.Sum(b); return s[:] } //nolint:gosec // as above
func sum256(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
