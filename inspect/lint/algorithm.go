package lint

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// algorithmRules are about the header parameters that choose how a token is protected.
func algorithmRules() []Rule {
	return []Rule{
		{
			ID: "TOK-018", Slug: "alg-none", Title: "Not signed at all", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.6", "RFC 7519 6", "RFC 8725 2.1", "RFC 8725 3.2", "rfc8725bis 2.11", "draft-ietf-jose-deprecate-none-rsa15", "CVE-2015-9235"),
			Why:     "Anybody can write such a token. Spellings such as nOnE are there to get past filters.",
			Fix:     "Never accept it. Let the issuer sign with a real algorithm. In plain OpenID Connect a request object may be unsigned; sign it all the same.",
			Good:    `{"alg":"ES256"}`,
			Bad:     `{"alg":"none"}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				if !s.unsecured() {
					return nil
				}
				return found("header.alg", "alg is %s: the token is not protected, anybody could have written it", quoteShort(s.alg()))
			},
		},
		{
			ID: "TOK-019", Slug: "alg-missing", Title: "No algorithm", Severity: rule.Error,
			Refs:    refs("RFC 7515 4.1.1", "RFC 7516 4.1.1"),
			Why:     "Without alg nobody can tell how to check the token.",
			Fix:     "Write alg, as text, into the protected header.",
			Good:    `{"alg":"ES256"}`,
			Bad:     `{"typ":"JWT"}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				switch v := s.Header.Get("alg"); {
				case v == nil:
					return found("header.alg", "there is no alg")
				case v.Kind != inspect.String:
					return found("header.alg", "is %s, want a text", kindWord(v))
				}
				return nil
			},
		},
		{
			ID: "TOK-020", Slug: "alg-unknown", Title: "Unknown algorithm", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.1", "RFC 7518 4.1", "RFC 7518 5.1", "RFC 9864", "RFC 9964"),
			Why:     "The name is in no registry (letter case counts), so nobody else can check the token.",
			Fix:     "Correct the spelling, or use a registered algorithm.",
			Good:    `{"alg":"RS256"}`,
			Bad:     `{"alg":"rs256"}`,
			Applies: hasHeader,
			Check: func(s *Subject) (all []rule.Finding) {
				if alg, ok := s.Header.Get("alg").Text(); ok && !s.unsecured() && !registeredAlg(alg, s.encrypted()) {
					all = append(all, found("header.alg", "%s is not registered", quoteShort(alg))...)
				}
				if enc, ok := s.Header.Get("enc").Text(); ok && s.encrypted() && !registeredEnc(enc) {
					all = append(all, found("header.enc", "%s is not registered", quoteShort(enc))...)
				}
				return all
			},
		},
		{
			ID: "TOK-021", Slug: "alg-deprecated", Title: "Deprecated algorithm", Severity: rule.Warn,
			Refs:    refs("RFC 8725 3.2", "draft-ietf-jose-deprecate-none-rsa15"),
			Why:     "PKCS #1 v1.5 decryption invites padding oracles, SHA-1 is broken, and unauthenticated ciphers can be tampered with.",
			Fix:     "Use RSA-OAEP-256 or ECDH-ES for encryption, RS256 or better ES256 for signatures.",
			Good:    `{"alg":"RSA-OAEP-256"}`,
			Bad:     `{"alg":"RSA1_5"}`,
			Applies: hasHeader,
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range [...]string{"alg", "enc"} {
					if v, ok := s.Header.Get(name).Text(); ok && prohibited(v) {
						all = append(all, found("header."+name, "%s should not be used any more", quoteShort(v))...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-022", Slug: "alg-polymorphic", Title: "The name leaves the curve open", Severity: rule.Info,
			Refs:    refs("RFC 9864 2.2", "rfc8725bis 3.2"),
			Why:     "EdDSA can mean Ed25519 or Ed448. It is what most deployments still send.",
			Fix:     "Prefer the names Ed25519 and Ed448 where both sides know them.",
			Good:    `{"alg":"Ed25519"}`,
			Bad:     `{"alg":"EdDSA"}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				if s.alg() != "EdDSA" {
					return nil
				}
				return found("header.alg", "EdDSA does not name the curve; Ed25519 would")
			},
		},
		{
			ID: "TOK-038", Slug: "crit", Title: "A critical extension that can't be met", Severity: rule.Error,
			Refs:    refs("RFC 7515 4.1.11", "RFC 7516 4.1.13"),
			Why:     "crit lists what a receiver must understand or refuse the token. A malformed list must be refused as well.",
			Fix:     "List only extensions that are in the header and that the receiver knows.",
			Good:    `{"alg":"ES256","b64":false,"crit":["b64"]}`,
			Bad:     `{"alg":"ES256","crit":["exp"],"exp":1}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				if complaint := inspect.CritListProblem(s.joinedCrit()); complaint != "" {
					return found("header.crit", "%s", safe.Text(complaint))
				}
				return nil
			},
		},
		{
			ID: "TOK-039", Slug: "b64-false", Title: "Unencoded payload", Severity: rule.Error,
			Refs:    refs("RFC 7797 6", "RFC 7797 7"),
			Why:     "A JWT must not use b64 false; and without b64 in crit one verifier reads another payload than the next.",
			Fix:     "Leave b64 out of JWTs; elsewhere list it in crit.",
			Good:    `{"alg":"ES256"}`,
			Bad:     `{"alg":"ES256","b64":false}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				switch b64 := s.protected().Get("b64"); {
				case b64 == nil || b64.IsTrue():
					return nil
				case s.b64Unlisted():
					return found("header.b64", "b64 is there but not in crit")
				case s.Profile != inspect.ProfileJWS:
					return found("header.b64", "a JWT must not have an unencoded payload")
				}
				return nil
			},
		},
		{
			ID: "TOK-040", Slug: "zip", Title: "Compressed", Severity: rule.Warn,
			Refs:    refs("RFC 8725 3.6", "RFC 7516 4.1.3", "rfc8725bis 2.12"),
			Why:     "The length of compressed text tells about its content, and small tokens can inflate to gigabytes. In a signed token zip means nothing.",
			Fix:     "Do not compress.",
			Good:    `{"alg":"dir","enc":"A256GCM"}`,
			Bad:     `{"alg":"dir","enc":"A256GCM","zip":"DEF"}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				switch {
				case s.Header.Get("zip") == nil:
					return nil
				case s.encrypted():
					return found("header.zip", "the plaintext is compressed")
				}
				return found("header.zip", "zip has no meaning in a signed token")
			},
		},
	}
}

func hasHeader(s *Subject) bool { return s.Header != nil }

// joinedCrit is the joined header when its crit is protected; a crit that is not is TOK-016.
func (s *Subject) joinedCrit() *inspect.Value {
	if s.protected().Get("crit") == nil {
		return nil
	}
	return s.Header
}

// b64Unlisted reports b64 that a well-formed crit does not list, or that stands without crit (RFC 7797 6).
func (s *Subject) b64Unlisted() bool {
	b64, crit := s.protected().Get("b64"), s.protected().Get("crit")
	names, ok := crit.Texts()
	return b64 != nil && !b64.IsTrue() && (crit == nil || ok && len(names) > 0 && !slices.Contains(names, "b64"))
}

func (s *Subject) encrypted() bool {
	return s.Token.Kind == inspect.JWECompact || s.Token.Kind == inspect.JWEJSON
}

// registeredAlg knows the "JSON Web Signature and Encryption Algorithms" registry.
func registeredAlg(alg string, encryption bool) bool {
	if prohibited(alg) {
		return true
	}
	if encryption {
		switch alg {
		case "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512", "A128KW", "A192KW", "A256KW", "dir",
			"ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW",
			"PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW":
			return true
		}
		return false
	}
	switch alg {
	case "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K",
		"EdDSA", "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87":
		return true
	}
	return false
}

func registeredEnc(enc string) bool {
	switch enc {
	case "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM":
		return true
	}
	return prohibited(enc)
}

// prohibited lists the entries of the registry that are marked prohibited, and RSA1_5.
func prohibited(name string) bool {
	switch name {
	case "RSA1_5", "RS1", "HS1":
		return true
	}
	return len(name) == 7 && (strings.HasSuffix(name, "CBC") || strings.HasSuffix(name, "CTR")) &&
		(strings.HasPrefix(name, "A128") || strings.HasPrefix(name, "A192") || strings.HasPrefix(name, "A256"))
}
