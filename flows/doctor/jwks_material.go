package doctor

import (
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// materialRules are about the numbers that keys are made of.
func materialRules() []Rule {
	isRSA := keysWith(ofType("RSA"))
	return []Rule{
		{
			ID: "JWKS-014", Slug: "rsa-short", Title: "RSA keys have at least 2048 bits", Severity: rule.Error,
			Refs: refs("RFC 7518 3.3", "RFC 7518 3.5"), Needs: needs(factKeys),
			Why:  "Shorter moduli can be factored, and libraries refuse them.",
			Fix:  "Make a new key of 2048 bits or more, and rotate.",
			Good: "2048 bits", Bad: "1024 bits", Applies: isRSA,
			Check: each(func(k *Key) []rule.Finding {
				if k.KTY == "RSA" && k.N != nil && k.N.BitLen() < 2048 {
					return found(k.at("n"), "%s has %d bits", k.name(), k.N.BitLen())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-015", Slug: "rsa-long", Title: "RSA keys have at most 8192 bits", Severity: rule.Warn,
			Refs: refs("RFC 8725 3.5"), Needs: needs(factKeys),
			Why:  "Each check takes milliseconds; libraries have limits, so that nobody can keep them busy.",
			Fix:  "Use 2048 to 4096 bits, or an elliptic curve.",
			Good: "4096 bits", Bad: "16384 bits", Applies: isRSA,
			Check: each(func(k *Key) []rule.Finding {
				if k.KTY == "RSA" && k.N != nil && k.N.BitLen() > 8192 {
					return found(k.at("n"), "%s has %d bits", k.name(), k.N.BitLen())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-016", Slug: "rsa-exponent", Title: "RSA exponents are odd and not small", Severity: rule.Error,
			Refs: refs("RFC 8017 3.1", "NIST SP 800-56B 6.2"), Needs: needs(factKeys),
			Why:  "With exponent 1 anything is its own signature; an even one has no private key. Small ones have broken careless implementations.",
			Fix:  "Make a new key with exponent 65537.",
			Good: `{"e":"AQAB"}`, Bad: `{"e":"AQ"}`, Applies: isRSA,
			Check: each(func(k *Key) []rule.Finding {
				switch {
				case k.KTY != "RSA" || k.E == nil:
					return nil
				case k.E.Bit(0) == 0:
					return found(k.at("e"), "%s has the even exponent %s", k.name(), short(k.E))
				case k.E.Cmp(big.NewInt(1)) == 0:
					return found(k.at("e"), "%s has the exponent 1", k.name())
				case k.E.Cmp(big.NewInt(65537)) < 0:
					return as(rule.Warn, k.at("e"), "%s has the small exponent %s", k.name(), short(k.E))
				}
				return nil
			}),
		},
		{
			ID: "JWKS-017", Slug: "rsa-exponent-long", Title: "RSA exponents fit into 32 bits", Severity: rule.Warn,
			Refs: refs("RFC 8017 3.1"), Needs: needs(factKeys),
			Why:  "Many libraries keep the exponent in 32 bits, and refuse or misread a longer one.",
			Fix:  "Make a new key with exponent 65537.",
			Good: "65537", Bad: "an exponent of 64 bits", Applies: isRSA,
			Check: each(func(k *Key) []rule.Finding {
				if k.KTY == "RSA" && k.E != nil && k.E.BitLen() > 32 {
					return found(k.at("e"), "%s has an exponent of %d bits", k.name(), k.E.BitLen())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-018", Slug: "rsa-broken", Title: "RSA keys are whole and not broken", Severity: rule.Error,
			Refs: refs("RFC 8017 3.1", "RFC 7518 6.3.1"), Needs: needs(factKeys),
			Why:  "A modulus that is even, has a small factor, or shares one with another key has no secret left.",
			Fix:  "Make a new key with a good source of randomness, and rotate.",
			Good: "a product of two large primes", Bad: "an even modulus, or no modulus", Applies: isRSA,
			Check: func(s *Subject) []rule.Finding {
				all := each(brokenRSA)(s)
				return append(all, sharedFactors(s.Keys)...)
			},
		},
		{
			ID: "JWKS-019", Slug: "roca", Title: "RSA keys are not of the ROCA kind", Severity: rule.Warn,
			Refs: refs("CVE-2017-15361"), Needs: needs(factKeys, "JWKS-018"),
			Why:  "Chips of one maker chose primes of a form that can be factored.",
			Fix:  "Make a new key with other hardware or in software, and rotate.",
			Good: "an ordinary modulus", Bad: "a modulus with the fingerprint of CVE-2017-15361", Applies: isRSA,
			Check: each(func(k *Key) []rule.Finding {
				if k.KTY == "RSA" && k.N != nil && k.N.BitLen() >= 512 && roca(k.N) {
					return found(k.at("n"), "%s has the fingerprint of CVE-2017-15361", k.name())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-020", Slug: "base64url", Title: "Numbers are minimal base64url", Severity: rule.Warn,
			Refs: refs("RFC 7518 2", "RFC 7518 6.3.1.1", "RFC 7515 2"), Needs: needs(factKeys),
			Why:  "Padding, + and / or a zero byte in front: strict readers refuse the key, and lenient ones compute another thumbprint.",
			Fix:  "Encode without padding, with - and _, and without leading zero bytes.",
			Good: `{"e":"AQAB"}`, Bad: `{"e":"AAEAAQ=="}`,
			Check: each(func(k *Key) []rule.Finding { return oddEncoding(k) }),
		},
		{
			ID: "JWKS-021", Slug: "ec-point", Title: "Points lie on their curve, in full length", Severity: rule.Error,
			Refs: refs("RFC 7518 6.2.1.2", "RFC 7518 6.2.1.3", "RFC 8037 2"), Needs: needs(factKeys),
			Why:  "A point elsewhere verifies nothing, and can be an attack on who computes with it.",
			Fix:  "Export the key anew; write both coordinates in the full length of the curve.",
			Good: "32 bytes for each coordinate of P-256", Bad: "31 bytes, or a point off the curve",
			Applies: keysWith(func(k *Key) bool { return k.KTY == "EC" || k.KTY == "OKP" }),
			Check:   each(func(k *Key) []rule.Finding { return badPoint(k) }),
		},
	}
}

// certificateRules are about the certificates that come with keys.
func certificateRules() []Rule {
	has := keysWith(func(k *Key) bool { return k.JSON.Get("x5c") != nil })
	return []Rule{
		{
			ID: "JWKS-028", Slug: "x5c-form", Title: "Certificates can be read", Severity: rule.Warn,
			Refs: refs("RFC 7517 4.7"), Needs: needs(factKeys),
			Why:  "x5c is standard base64 of DER, unlike everything around it; base64url is the usual mistake.",
			Fix:  "Encode each certificate in standard base64, without PEM's lines.",
			Good: `{"x5c":["MIIC…"]}`, Bad: `{"x5c":["MII-_…"]}`, Applies: has,
			Check: each(func(k *Key) []rule.Finding {
				if k.X5CErr != "" {
					return found(k.at("x5c"), "%s: %s", k.name(), k.X5CErr)
				}
				return nil
			}),
		},
		{
			ID: "JWKS-029", Slug: "x5c-mismatch", Title: "Certificate and key are the same key", Severity: rule.Error,
			Refs: refs("RFC 7517 4.7"), Needs: needs(factKeys),
			Why:  "Clients that go by the certificate and clients that go by the members verify with different keys.",
			Fix:  "Publish the certificate of this key, or none.",
			Good: "x5c[0] holds n and e", Bad: "x5c[0] holds another modulus", Applies: has,
			Check: each(func(k *Key) []rule.Finding {
				if len(k.X5C) == 0 {
					return nil
				}
				if same, known := k.samePublic(k.X5C[0]); known && !same {
					return found(k.at("x5c"), "%s: the certificate holds another key", k.name())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-030", Slug: "x5c-expired", Title: "Certificates are in their time", Severity: rule.Info,
			Refs: refs("RFC 7517 4.7"), Needs: needs(factKeys),
			Why:  "Most clients look at the key alone; some check the certificate's dates and stop.",
			Fix:  "Renew the certificate with the key, or leave x5c out.",
			Good: "valid for a year", Bad: "expired in 2020", Applies: has,
			Check: func(s *Subject) []rule.Finding {
				return each(func(k *Key) []rule.Finding { return certificateTimes(k, s.Now) })(s)
			},
		},
		{
			ID: "JWKS-031", Slug: "x5t-mismatch", Title: "Thumbprints are the certificate's", Severity: rule.Warn,
			Refs: refs("RFC 7517 4.8", "RFC 7517 4.9"), Needs: needs(factKeys),
			Why:  "A client that looks the key up by its certificate's thumbprint does not find it.",
			Fix:  "Compute them over the DER of x5c[0]: SHA-1 for x5t, SHA-256 for x5t#S256, base64url.",
			Good: "x5t is the SHA-1 of x5c[0]", Bad: "x5t of another certificate",
			Applies: keysWith(func(k *Key) bool {
				return len(k.X5C) > 0 && (k.JSON.Get("x5t") != nil || k.JSON.Get("x5t#S256") != nil)
			}),
			Check: each(func(k *Key) []rule.Finding {
				if len(k.X5C) == 0 {
					return nil
				}
				one, two := thumbprints(k.X5C[0])
				var all []rule.Finding
				for member, want := range map[string]string{"x5t": one, "x5t#S256": two} {
					if v := k.JSON.Get(member); v != nil && v.Str != want {
						all = append(all, found(k.at(member), "%s: %s is %s, the certificate's is %s", k.name(), member, quote(v.Str), want)...)
					}
				}
				slices.SortFunc(all, func(a, b rule.Finding) int { return strings.Compare(a.At, b.At) })
				return all
			}),
		},
	}
}

// certificateSoon is when the end of a key's certificate is near.
const certificateSoon = 30 * 24 * time.Hour

func certificateTimes(k *Key, now time.Time) []rule.Finding {
	if len(k.X5C) == 0 {
		return nil
	}
	c := k.X5C[0]
	switch {
	case now.Before(c.NotBefore):
		return found(k.at("x5c"), "%s: the certificate is valid from %s on", k.name(), c.NotBefore.UTC().Format(time.DateOnly))
	case now.After(c.NotAfter):
		return found(k.at("x5c"), "%s: the certificate expired on %s", k.name(), c.NotAfter.UTC().Format(time.DateOnly))
	case c.NotAfter.Sub(now) < certificateSoon:
		return as(rule.Warn, k.at("x5c"), "%s: the certificate expires on %s, in %s", k.name(), c.NotAfter.UTC().Format(time.DateOnly), days(c.NotAfter.Sub(now)))
	}
	return nil
}

func oddEncoding(k *Key) []rule.Finding {
	var all []rule.Finding
	for _, m := range []string{"n", "e", "x", "y"} {
		text, ok := k.JSON.Get(m).Text()
		if !ok || text == "" || k.KTY == "oct" {
			continue
		}
		b, err := base64.RawURLEncoding.DecodeString(text)
		switch {
		case strings.HasSuffix(text, "="):
			all = append(all, found(k.at(m), "%s: %s is padded", k.name(), m)...)
		case strings.ContainsAny(text, "+/"):
			all = append(all, found(k.at(m), "%s: %s is standard base64", k.name(), m)...)
		case strings.ContainsAny(text, " \r\n\t"):
			all = append(all, found(k.at(m), "%s: %s holds white space", k.name(), m)...)
		case err == nil && len(b) > 1 && b[0] == 0 && (m == "n" || m == "e"):
			all = append(all, found(k.at(m), "%s: %s begins with a zero byte", k.name(), m)...)
		}
	}
	return all
}

// badPoint tells what is wrong with the point of a key on a curve that is known here.
func badPoint(k *Key) []rule.Finding {
	sizes := map[string]int{"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32, "Ed25519": 32, "X25519": 32, "Ed448": 57, "X448": 56}
	members := []string{"x", "y"}
	if k.KTY == "OKP" {
		members = members[:1]
	} else if k.KTY != "EC" {
		return nil
	}
	if v := k.JSON.Get("crv"); v == nil || v.Kind != inspect.String {
		return found(k.at("crv"), "%s names no curve", k.name())
	}
	size, known := sizes[k.Crv]
	if !known {
		return nil
	}
	for _, m := range members {
		n := number(k.JSON.Get(m))
		text, _ := k.JSON.Get(m).Text()
		switch {
		case k.JSON.Get(m) == nil:
			return found(k.at(m), "%s has no %s", k.name(), m)
		case n == nil:
			return found(k.at(m), "%s: %s can't be read", k.name(), m)
		}
		plain := strings.TrimRight(text, "=")
		if got := len(plain) * 3 / 4; got != size {
			return found(k.at(m), "%s: %s has %d bytes, %s has %d", k.name(), m, got, k.Crv, size)
		}
	}
	if strings.Contains(k.Err, "not on the curve") {
		return found(k.at("x"), "%s: the point is not on %s", k.name(), k.Crv)
	}
	return nil
}
