package lint

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// keyRules are about which key a token names, brings along or was checked with.
func keyRules() []Rule {
	return []Rule{
		{
			ID: "TOK-023", Slug: "alg-key-mismatch", Title: "Algorithm and key do not belong together", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.1", "RFC 7517 4.4", "RFC 8725 3.1", "CVE-2016-5431"),
			Why:     "One key is for one algorithm. A verifier that lets the token choose can be tricked into using a public key as a shared secret.",
			Fix:     "Sign with the algorithm that the key is published for, and let the verifier accept only that one.",
			Good:    `RS256 with an RSA key`,
			Bad:     `HS256 where only RSA public keys are known`,
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				keys := s.named()
				if strings.HasPrefix(s.alg(), "HS") && !s.hasSecrets() {
					keys = s.all() // whatever the token names: there is no secret among them
				}
				if !s.known() || len(keys) == 0 || slices.ContainsFunc(keys, s.fits) {
					return nil
				}
				return found("header.alg", "%s does not fit %s", quoteShort(s.alg()), keyWords(keys[0]))
			},
		},
		{
			ID: "TOK-027", Slug: "rsa-weak", Title: "Weak RSA key", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.3", "RFC 7518 4.2", "RFC 8017 3.1", "CVE-2017-15361"),
			Why:     "Moduli below 2048 bits can be factored, and with exponent 1 or an even one anybody can sign.",
			Fix:     "Make a new key of at least 2048 bits with exponent 65537.",
			Good:    "RSA 2048, exponent 65537",
			Bad:     "RSA 1024",
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				k := s.chosen()
				if k == nil || k.KTY != "RSA" {
					return nil
				}
				if k.Bits > 0 && k.Bits < 2048 {
					return found("key", "the modulus has %d bits, at least 2048 are needed", k.Bits)
				}
				if weakExponent(k) {
					return found("key", "the public exponent is even or below 3")
				}
				if guessableModulus(k) {
					return found("key", "the modulus was made by a library whose keys can be factored (ROCA)")
				}
				return nil
			},
		},
		{
			ID: "TOK-028", Slug: "key-use", Title: "A key for something else", Severity: rule.Error,
			Refs:    refs("RFC 7517 4.2", "RFC 7517 4.3", "RFC 8725 3.1"),
			Why:     "A key must not serve two purposes: what is safe for one can break the other.",
			Fix:     `Publish signing keys with "use":"sig", and name one of them in kid.`,
			Good:    `{"kty":"RSA","use":"sig"}`,
			Bad:     `{"kty":"RSA","use":"enc"} for a signature`,
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				k := s.chosen()
				switch {
				case k == nil || s.usable(k):
					return nil
				case s.encrypted() && k.Use != "" && k.Use != "enc":
					return found("key", "the key says use %s, not enc: it is not for encryption", quoteShort(k.Use))
				case s.encrypted():
					return found("key", "key_ops of the key lists %s, nothing that opens a token", list(k.Ops))
				case k.Use == "enc":
					return found("key", "the key says use enc: it is for encryption, not for signatures")
				case k.Use != "" && k.Use != "sig":
					return found("key", "the key says use %s, not sig", quoteShort(k.Use))
				}
				return found("key", "key_ops of the key lists %s, not verify", list(k.Ops))
			},
		},
		{
			ID: "TOK-029", Slug: "kid-missing", Title: "The token does not say which key", Severity: rule.Warn,
			Refs:    refs("RFC 7515 4.1.4", "OpenID Connect Core 10.1"),
			Why:     "Several keys fit, so a verifier has to try them; with the next key rotation that breaks.",
			Fix:     "Let the issuer set kid.",
			Good:    `{"alg":"RS256","kid":"2026-11"}`,
			Bad:     `{"alg":"RS256"} with two RSA keys published`,
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				if s.Header.Get("kid") != nil || s.Profile == inspect.ProfileDPoP {
					return nil
				}
				n := 0
				for i := range s.Keys.Keys {
					if s.fits(&s.Keys.Keys[i]) && s.usable(&s.Keys.Keys[i]) {
						n++
					}
				}
				if n < 2 {
					return nil
				}
				return found("header.kid", "there is no kid, and %d known keys fit", n)
			},
		},
		{
			ID: "TOK-030", Slug: "kid-unknown", Title: "A key that nobody knows", Severity: rule.Error,
			Refs:    refs("RFC 7515 4.1.4", "OpenID Connect Core 10.1.1"),
			Why:     "The key was rotated away, belongs to another issuer, or was made up.",
			Fix:     "Fetch the key set once more. If the key is still not there, compare the token's issuer with the one the keys are from.",
			Good:    `kid "a" where the key set has "a"`,
			Bad:     `kid "z" where the key set has "a" and "b"`,
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				kid, ok := s.Header.Get("kid").Text()
				if s.Verdict.Status == inspect.Verified && !s.encrypted() || s.Token.Opened {
					return nil // by a key without a name, as those of PEM files are
				}
				if !ok || len(s.Keys.Keys) == 0 || len(s.named()) > 0 || strings.HasPrefix(s.alg(), "HS") && !s.hasSecrets() {
					return nil
				}
				return found("header.kid", "no known key has the kid %s", quoteShort(kid))
			},
		},
		{
			ID: "TOK-031", Slug: "kid-injection", Title: "The key name looks like an attack", Severity: rule.Error,
			Refs:    refs("RFC 8725 2.9", "RFC 8725 3.10", "CWE-22", "CWE-89"),
			Why:     "kid comes from whoever made the token and goes into a lookup: a file name, a query, a command.",
			Fix:     "Use kid only to compare it with the names of known keys.",
			Good:    `{"kid":"2026-11"}`,
			Bad:     `{"kid":"../../dev/null"}`,
			Applies: hasHeader,
			Check: func(s *Subject) []rule.Finding {
				kid, ok := s.Header.Get("kid").Text()
				if !ok {
					return nil
				}
				if what := injection(kid); what != "" {
					return found("header.kid", "%s: %s", what, quoteShort(kid))
				}
				return nil
			},
		},
		{
			ID: "TOK-032", Slug: "kid-duplicate", Title: "Two keys of one name", Severity: rule.Warn,
			Refs:    refs("RFC 7517 4.5"),
			Why:     "A library that takes the first match may take the wrong key.",
			Fix:     "Give each key of the set its own kid.",
			Good:    `keys "a" and "b"`,
			Bad:     `two RSA keys "a"`,
			Applies: withKeys,
			Check: func(s *Subject) []rule.Finding {
				if _, ok := s.Header.Get("kid").Text(); !ok {
					return nil
				}
				keys := s.named()
				if len(keys) < 2 {
					return nil
				}
				count := map[string]int{}
				for _, k := range keys {
					if count[k.KTY]++; count[k.KTY] == 2 {
						return found("header.kid", "more than one %s key of the set has this kid", k.KTY)
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-033", Slug: "jwk-embedded", Title: "The token brings its own key", Severity: rule.Error,
			Refs: refs("RFC 7515 4.1.3", "RFC 8725 3.10", "CVE-2018-0114"),
			Why:  "Whoever writes the token writes the key: a verifier that trusts it accepts everything.",
			Fix:  "Ignore jwk in the header, and verify with keys from the issuer.",
			Good: `{"alg":"ES256","kid":"a"}`,
			Bad:  `{"alg":"ES256","jwk":{"kty":"EC"}}`,
			Applies: func(s *Subject) bool {
				return s.Header != nil && !s.encrypted() && s.Profile != inspect.ProfileDPoP
			},
			Check: func(s *Subject) []rule.Finding {
				switch typ, _ := s.Header.Get("typ").Text(); {
				case s.Header.Get("jwk") == nil:
					return nil
				case strings.HasPrefix(mediaType(typ), "openid4vci-proof"), mediaType(typ) == "oauth-client-attestation-pop+jwt", s.selfIssued():
					return nil
				}
				return found("header.jwk", "the header carries a key; it proves nothing and was not used")
			},
		},
		{
			ID: "TOK-034", Slug: "jwk-private", Title: "A private key in the open", Severity: rule.Error,
			Refs:    refs("RFC 9449 4.2", "RFC 7515 4.1.3"),
			Why:     "Everybody who sees the token can now sign with that key.",
			Fix:     "Replace the key at once, and publish public members only.",
			Good:    `{"jwk":{"kty":"EC","crv":"P-256","x":"…","y":"…"}}`,
			Bad:     `{"jwk":{"kty":"EC","crv":"P-256","x":"…","y":"…","d":"…"}}`,
			Applies: hasHeader,
			Check: func(s *Subject) (all []rule.Finding) {
				if name := privateMember(s.Header.Get("jwk")); name != "" {
					all = append(all, found("header.jwk", "holds the private member %s", name)...)
				}
				if name := privateMember(s.Claims.Get("cnf").Get("jwk")); name != "" {
					all = append(all, found("claims.cnf.jwk", "holds the private member %s", name)...)
				}
				return all
			},
		},
		{
			ID: "TOK-037", Slug: "x5c", Title: "The token brings a certificate", Severity: rule.Warn,
			Refs:    refs("RFC 7515 4.1.6", "RFC 7515 4.1.7", "RFC 7515 4.1.8", "RFC 8725 3.10"),
			Why:     "Whoever writes the token chooses the certificate. It proves something only to a verifier that follows the chain to a root of its own, and compares names.",
			Fix:     "Verify with keys of the issuer. Where certificates are the way (eIDAS, OpenID4VP, SD-JWT VC), check the whole chain.",
			Good:    `{"alg":"ES256","kid":"a"}`,
			Bad:     `{"alg":"ES256","x5c":["MIIB…"]}`,
			Applies: hasHeader,
			Check:   checkCertificates,
		},
		{
			ID: "TOK-035", Slug: "key-url", Title: "The token says where to fetch its key", Severity: rule.Warn,
			Refs:    refs("RFC 7515 4.1.2", "RFC 7515 4.1.5", "RFC 8725 3.10"),
			Why:     "A verifier that follows the address fetches what the token's author wants it to fetch.",
			Fix:     "Take keys from the issuer's metadata only. This program never follows jku and x5u.",
			Good:    `{"alg":"ES256","kid":"a"}`,
			Bad:     `{"alg":"ES256","jku":"https://auth.example.net/keys"}`,
			Applies: hasHeader,
			Check:   func(s *Subject) []rule.Finding { return s.keyURLs(false) },
		},
		{
			ID: "TOK-036", Slug: "key-url-foreign", Title: "The token's key is on a foreign host", Severity: rule.Error,
			Refs:    refs("RFC 7515 4.1.2", "RFC 8725 3.10", "rfc8725bis 3.10"),
			Why:     "The address is not the issuer's: the classic way to have a verifier trust an attacker's key, or call a host inside your network.",
			Fix:     "Refuse such tokens.",
			Good:    `{"alg":"ES256","kid":"a"}`,
			Bad:     `{"alg":"ES256","jku":"http://evil.example/keys"}`,
			Applies: hasHeader,
			Check:   func(s *Subject) []rule.Finding { return s.keyURLs(true) },
		},
	}
}

// selfIssued reports an ID token that its holder makes (SIOP): the key belongs into it.
func (s *Subject) selfIssued() bool {
	iss := s.text("iss")
	return s.Claims.Get("sub_jwk") != nil || iss != nil && strings.HasPrefix(*iss, "https://self-issued.me")
}
