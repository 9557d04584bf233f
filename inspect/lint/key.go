package lint

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
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

// withKeys applies a rule to a token for which at least one key is known: for its signature, or to open it.
func withKeys(s *Subject) bool { return s.Header != nil && !s.unsecured() && s.Keys != nil }

// known reports an algorithm that can be compared with keys.
func (s *Subject) known() bool {
	if s.encrypted() {
		return registeredAlg(s.alg(), true)
	}
	return jose.Find(s.alg()) != nil
}

// all gives every key that is known.
func (s *Subject) all() []*inspect.Key {
	keys := make([]*inspect.Key, len(s.Keys.Keys))
	for i := range s.Keys.Keys {
		keys[i] = &s.Keys.Keys[i]
	}
	return keys
}

// named gives the keys that the token can mean: those with its kid, or all when it names none. Keys of PEM files and secrets
// have no names, so that the token can mean any of them.
func (s *Subject) named() []*inspect.Key {
	if s.candidates != nil {
		return s.candidates
	}
	kid, hasKID := s.Header.Get("kid").Text()
	s.candidates = s.few[:0]
	for i := range s.Keys.Keys {
		if k := &s.Keys.Keys[i]; !hasKID || k.KID == kid || k.JSON == nil {
			s.candidates = append(s.candidates, k)
		}
	}
	return s.candidates
}

// chosen is the key the token was checked with: the one that verified it, or else the one it names.
func (s *Subject) chosen() *inspect.Key {
	switch {
	case s.encrypted() && s.Opened != nil && s.Opened.Key != nil:
		return s.Opened.Key
	case !s.encrypted() && s.Verdict.Key != nil:
		return s.Verdict.Key
	}
	var fitting []*inspect.Key
	for _, k := range s.named() {
		if s.fits(k) {
			fitting = append(fitting, k)
		}
	}
	if len(fitting) == 1 {
		return fitting[0]
	}
	return nil
}

// fits reports whether the key is of the type, curve and algorithm that the header's alg needs.
func (s *Subject) fits(k *inspect.Key) bool {
	if s.encrypted() {
		enc, _ := s.Header.Get("enc").Text()
		return k.Material != nil && inspect.FitsKeyAlg(k.Alg, s.alg(), enc) && jose.FitsDecryption(s.alg(), enc, k.Material) == nil
	}
	a := jose.Find(s.alg())
	return a != nil && a.Type == k.KTY && (a.Curve == "" || a.Curve == k.Crv) &&
		(k.Alg == "" || k.Alg == a.Name || a.Type == "OKP" && (k.Alg == "EdDSA" || k.Alg == "Ed25519"))
}

// usable reports whether use and key_ops allow what the token needs (RFC 7517 4.2, 4.3). A private key's "sign" is enough for
// checking signatures.
func (s *Subject) usable(k *inspect.Key) bool {
	if s.encrypted() {
		return (k.Use == "" || k.Use == "enc") && (len(k.Ops) == 0 || has(k.Ops, "decrypt", "unwrapKey", "deriveKey", "deriveBits"))
	}
	return (k.Use == "" || k.Use == "sig") && (len(k.Ops) == 0 || has(k.Ops, "verify", "sign"))
}

func has(list []string, any ...string) bool {
	return slices.ContainsFunc(any, func(a string) bool { return slices.Contains(list, a) })
}

func (s *Subject) hasSecrets() bool {
	return slices.ContainsFunc(s.Keys.Keys, func(k inspect.Key) bool { return k.KTY == "oct" })
}

func keyWords(k *inspect.Key) string {
	text := "the " + k.KTY + " key"
	if k.Crv != "" {
		text += " on " + quoteShort(k.Crv)
	}
	if k.KID != "" {
		text += " " + quoteShort(k.KID)
	}
	if k.Alg != "" {
		text += " published for " + quoteShort(k.Alg)
	}
	return text
}

func privateMember(jwk *inspect.Value) string {
	for _, name := range [...]string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"} {
		if jwk.Get(name) != nil {
			return name
		}
	}
	return ""
}

// keyURLs reports jku and x5u, the foreign ones or the others.
func (s *Subject) keyURLs(foreign bool) (all []rule.Finding) {
	for _, name := range [...]string{"jku", "x5u"} {
		v := s.Header.Get(name)
		if v == nil {
			continue
		}
		why := s.foreign(v)
		switch {
		case foreign && why != "":
			all = append(all, found("header."+name, "%s: %s", why, quoteRaw(v))...)
		case !foreign && why == "":
			all = append(all, found("header."+name, "the verifier is asked to fetch %s", quoteRaw(v))...)
		}
	}
	return all
}

// foreign says why an address can't be the issuer's, or "".
func (s *Subject) foreign(v *inspect.Value) string {
	u, err := url.Parse(v.Str)
	if err != nil || u.Host == "" {
		return "this is no address"
	}
	issuer := s.Ctx.Issuer
	if s.issuer != nil {
		issuer = *s.issuer
	}
	home, err := url.Parse(issuer)
	switch {
	case u.Scheme != "https":
		return "not https"
	case u.User != nil:
		return "the address hides its host behind user information"
	case issuer == "" || err != nil || !strings.EqualFold(home.Host, u.Host):
		return "another host than the issuer's"
	}
	return ""
}

// plainName reports whether a kid is made of base64url characters and dots alone, as thumbprints are (RFC 7638): in those, two
// dashes stand next to each other by chance.
func plainName(kid string) bool {
	return !strings.ContainsFunc(kid, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	})
}

// injection says which attack a kid looks like, or "".
func injection(kid string) string {
	lower := strings.ToLower(kid)
	switch {
	case len(kid) > 256:
		return "longer than 256 characters"
	case strings.Contains(kid, "../"), strings.Contains(kid, `..\`), strings.HasPrefix(kid, "/"), strings.HasPrefix(kid, `\`):
		return "a path"
	case strings.Contains(kid, "://"):
		return "an address"
	case strings.ContainsAny(kid, "'\"`;|"), strings.Contains(kid, "$("), strings.Contains(kid, "--") && !plainName(kid),
		strings.Contains(lower, " union "), strings.Contains(lower, " or 1=1"):
		return "a piece of SQL or of a shell command"
	case strings.Contains(kid, ")("), strings.Contains(kid, "*)"):
		return "a piece of an LDAP filter"
	case strings.ContainsFunc(kid, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }):
		return "control characters"
	}
	return ""
}
