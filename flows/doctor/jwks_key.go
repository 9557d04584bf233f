package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// each makes the check of a rule about single keys: what is found of each key, at its place.
func each(check func(k *Key) []rule.Finding) func(*Subject) []rule.Finding {
	return func(s *Subject) []rule.Finding {
		var all []rule.Finding
		for i := range s.Keys {
			if !s.Keys[i].bare() {
				all = append(all, check(&s.Keys[i])...)
			}
		}
		return all
	}
}

// keysWith applies a rule to sets that hold a key of some kind.
func keysWith(is func(k *Key) bool) func(*Subject) bool {
	return func(s *Subject) bool {
		for i := range s.Keys {
			if !s.Keys[i].bare() && is(&s.Keys[i]) {
				return true
			}
		}
		return false
	}
}

func ofType(kty string) func(k *Key) bool { return func(k *Key) bool { return k.KTY == kty } }

// keyRules are about what single keys say of themselves.
func keyRules() []Rule {
	return []Rule{
		{
			ID: "JWKS-006", Slug: "private-key", Title: "No private key is published", Severity: rule.Error,
			Refs: refs("RFC 7517 9.2", "RFC 7518 6.2.2", "RFC 7518 6.3.2"), Needs: needs(factKeys),
			Why:  "Whoever has read the set can sign tokens for everybody. The key is lost, whether anybody noticed or not.",
			Fix:  "Rotate the key now and refuse what it signed. Publish only the public members: kty, n, e; or kty, crv, x, y.",
			Good: `{"kty":"EC","crv":"P-256","x":"…","y":"…"}`, Bad: `{"kty":"EC","crv":"P-256","x":"…","y":"…","d":"…"}`,
			Check: each(func(k *Key) []rule.Finding {
				var has []string
				for _, m := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "priv"} {
					if k.JSON.Get(m) != nil {
						has = append(has, m)
					}
				}
				if len(has) == 0 {
					return nil
				}
				return found(k.at(has[0]), "%s is published with its private half (%s): critical", k.name(), list(has))
			}),
		},
		{
			ID: "JWKS-007", Slug: "shared-secret", Title: "No shared secret is published", Severity: rule.Error,
			Refs: refs("RFC 7517 9.2", "RFC 7518 6.4", "RFC 8725 3.5"), Needs: needs(factKeys),
			Why:  "A symmetric key verifies and makes signatures alike: whoever has read the set can make tokens.",
			Fix:  "Change the secret now, and take keys of type oct out of the set.",
			Good: `{"kty":"RSA","n":"…","e":"AQAB"}`, Bad: `{"kty":"oct","k":"…"}`,
			Check: each(func(k *Key) []rule.Finding {
				if k.KTY == "oct" || k.JSON.Get("k") != nil {
					return found(k.at(""), "%s is a shared secret: critical", k.name())
				}
				return nil
			}),
		},
		{
			ID: "JWKS-011", Slug: "kid-odd", Title: "Names of keys are sound", Severity: rule.Info,
			Refs: refs("RFC 7517 4.5"), Needs: needs(factKeys),
			Why:  "A name that is no text, empty or very long is mishandled by some library; one that says private alarms people. The name itself leaks nothing.",
			Fix:  "Use short texts: a date, a counter, a thumbprint.",
			Good: `{"kid":"2026-11"}`, Bad: `{"kid":""}`,
			Check: each(func(k *Key) []rule.Finding {
				v := k.JSON.Get("kid")
				switch {
				case v == nil:
					return nil
				case v.Kind != inspect.String:
					return found(k.at("kid"), "%s: kid is %s, wanted a text", k.name(), v.Kind)
				case v.Str == "":
					return found(k.at("kid"), "%s: kid is empty", k.name())
				case len(v.Str) > 256:
					return found(k.at("kid"), "kid has %d bytes", len(v.Str))
				case strings.Contains(strings.ToLower(v.Str), "private") || strings.Contains(strings.ToLower(v.Str), "secret"):
					return found(k.at("kid"), "the name %s says private; what is private in the key itself has a check of its own", quote(v.Str))
				}
				return nil
			}),
		},
		{
			ID: "JWKS-012", Slug: "kty", Title: "Keys say their type", Severity: rule.Error,
			Refs: refs("RFC 7517 4.1", "RFC 7518 6.1"), Needs: needs(factKeys),
			Why:  "Without kty, which is written exactly so and in exact letters, nothing can be read of the key.",
			Fix:  "Write kty in small letters, and its value as RSA, EC, OKP.",
			Good: `{"kty":"RSA"}`, Bad: `{"Kty":"RSA"}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i := range s.Keys {
					all = append(all, badType(&s.Keys[i])...)
				}
				return all
			},
		},
		{
			ID: "JWKS-013", Slug: "key-type-unknown", Title: "Key types and curves are common ones", Severity: rule.Info,
			Refs: refs("RFC 7517 5", "RFC 8037 2", "RFC 8812 3"), Needs: needs(factKeys),
			Why:  "Clients have to ignore keys that they don't know. Some libraries refuse the whole set instead.",
			Fix:  "Nothing, unless clients break: then publish such keys in a set of their own.",
			Good: `{"kty":"EC","crv":"P-256"}`, Bad: `{"kty":"XYZ"}`,
			Check: each(func(k *Key) []rule.Finding {
				known := []string{"RSA", "EC", "OKP", "oct", "AKP"}
				if kty, ok := k.JSON.Get("kty").Text(); !ok || badCase(kty) {
					return nil
				}
				if !slices.Contains(known, k.KTY) {
					return found(k.at("kty"), "%s has the type %s, which is not registered", k.name(), quote(k.KTY))
				}
				switch k.Crv {
				case "", "P-256", "P-384", "P-521", "Ed25519", "Ed448", "X25519", "X448":
					return nil
				case "secp256k1":
					return found(k.at("crv"), "%s is on secp256k1, which not every library knows", k.name())
				}
				return found(k.at("crv"), "%s is on the curve %s, which is not registered", k.name(), quote(k.Crv))
			}),
		},
		{
			ID: "JWKS-022", Slug: "curve-alg", Title: "Curve and algorithm belong together", Severity: rule.Error,
			Refs: refs("RFC 7518 3.4", "RFC 8812 3.2", "RFC 8037 3.1"), Needs: needs(factKeys),
			Why:  "ES256 is P-256, ES384 is P-384, ES512 is P-521: nothing else verifies.",
			Fix:  "Correct alg, or make a key on its curve.",
			Good: `{"kty":"EC","crv":"P-384","alg":"ES384"}`, Bad: `{"kty":"EC","crv":"P-256","alg":"ES384"}`,
			Applies: keysWith(func(k *Key) bool { return (k.KTY == "EC" || k.KTY == "OKP") && k.Alg != "" }),
			Check: each(func(k *Key) []rule.Finding {
				kty, crv := keyTypeOf(k.Alg)
				if kty != k.KTY || k.Crv == "" {
					return nil // of another type, which is told elsewhere
				}
				if crv != "" && crv != k.Crv || k.Alg == "EdDSA" && k.Crv != "Ed25519" && k.Crv != "Ed448" {
					return found(k.at("alg"), "%s has alg %s and the curve %s", k.name(), quote(k.Alg), quote(k.Crv))
				}
				return nil
			}),
		},
		{
			ID: "JWKS-023", Slug: "alg-unfit", Title: "Algorithms are registered and fit the key", Severity: rule.Warn,
			Refs: refs("RFC 7517 4.4", "RFC 7518 3.1", "RFC 7518 4.1"), Needs: needs(factKeys),
			Why:  "A client that goes by alg finds no key for it.",
			Fix:  "Use a registered name for this type of key, or leave alg out.",
			Good: `{"kty":"RSA","alg":"RS256"}`, Bad: `{"kty":"RSA","alg":"SHA256"}`,
			Applies: keysWith(func(k *Key) bool { return k.JSON.Get("alg") != nil }),
			Check: each(func(k *Key) []rule.Finding {
				v := k.JSON.Get("alg")
				switch {
				case v == nil:
					return nil
				case v.Kind != inspect.String:
					return found(k.at("alg"), "%s: alg is %s, wanted a text", k.name(), v.Kind)
				case v.Str == "none" || v.Str != "RS1" && !signatureName(v.Str) && !encryptionAlg(v.Str):
					return found(k.at("alg"), "%s: %s is no registered algorithm%s", k.name(), quote(v.Str), nearestAlg(v.Str))
				}
				kty, _ := keyTypeOf(v.Str)
				if kty == "" && (k.KTY == "RSA" || k.KTY == "oct") || kty != "" && k.KTY != "" && kty != k.KTY {
					return found(k.at("alg"), "%s: %s is not for keys of type %s", k.name(), quote(v.Str), quote(k.KTY))
				}
				return nil
			}),
		},
		missing("JWKS-024", "alg-missing", "Keys say their algorithm", "alg", refs("RFC 7517 4.4", "RFC 8725 3.1"),
			"A client must not let the token choose: without alg it has to go by what the metadata announces.", "Add alg to each key, or fix the algorithm in the client."),
		missing("JWKS-025", "use-missing", "Keys say their use", "use", refs("RFC 7517 4.2"),
			"Clients take such keys for signature keys, unless key_ops says otherwise.", `Add "use":"sig".`),
		{
			ID: "JWKS-026", Slug: "use-conflict", Title: "use, key_ops and alg agree", Severity: rule.Warn,
			Refs: refs("RFC 7517 4.2", "RFC 7517 4.3"), Needs: needs(factKeys),
			Why:  "Two readers take the key for two purposes.",
			Fix:  "Write use alone, or values of key_ops that fit it.",
			Good: `{"use":"sig","key_ops":["verify"]}`, Bad: `{"use":"enc","key_ops":["verify"]}`,
			Check: each(func(k *Key) []rule.Finding { return conflicts(k) }),
		},
		{
			ID: "JWKS-032", Slug: "x5u", Title: "No key refers to a certificate elsewhere", Severity: rule.Info,
			Refs: refs("RFC 7517 4.6", "RFC 8725 3.10"), Needs: needs(factKeys),
			Why:  "Following x5u sends requests wherever the set says. It is never followed here.",
			Fix:  "Use x5c, or nothing.",
			Good: `{"kty":"RSA"}`, Bad: `{"kty":"RSA","x5u":"https://idp.example/cert"}`,
			Check: each(func(k *Key) []rule.Finding {
				if v := k.JSON.Get("x5u"); v != nil {
					return found(k.at("x5u"), "%s names %s", k.name(), quote(v.Str))
				}
				return nil
			}),
		},
	}
}

// missing is the rule of a member that keys should have; what lacks it is told in one finding, because it is usually all of them.
func missing(id, slug, title, member string, where []rule.Ref, why, fix string) Rule {
	return Rule{
		ID: id, Slug: slug, Title: title, Severity: rule.Info, Refs: where, Needs: needs(factKeys), Why: why, Fix: fix,
		Good: fmt.Sprintf(`{"kty":"RSA",%q:"…"}`, member), Bad: `{"kty":"RSA"}`,
		Check: func(s *Subject) []rule.Finding {
			var names []string
			for i := range s.Keys {
				if k := &s.Keys[i]; !k.bare() && k.JSON.Get(member) == nil && k.KTY != "" && (member != "use" || k.JSON.Get("key_ops") == nil) {
					names = append(names, k.name())
				}
			}
			if len(names) == 0 {
				return nil
			}
			return found("keys", "without %s: %s", member, list(names))
		},
	}
}

func badCase(kty string) bool {
	for _, known := range []string{"RSA", "EC", "OKP", "oct", "AKP"} {
		if kty != known && strings.EqualFold(kty, known) {
			return true
		}
	}
	return false
}

func badType(k *Key) []rule.Finding {
	if k.bare() {
		return found(k.at(""), "%s is no JSON object", k.name())
	}
	v := k.JSON.Get("kty")
	switch {
	case v == nil:
		for i := range k.JSON.Members {
			if name := k.JSON.Members[i].Name; strings.EqualFold(name, "kty") {
				return found(k.at("kty"), "%s has %s instead of kty: names are exact", k.name(), quote(name))
			}
		}
		return found(k.at("kty"), "%s has no kty", k.name())
	case v.Kind != inspect.String || v.Str == "":
		return found(k.at("kty"), "%s: kty is %s, wanted a text", k.name(), v.Kind)
	case badCase(v.Str):
		return found(k.at("kty"), "%s: kty is %s; letter case counts", k.name(), quote(v.Str))
	}
	return nil
}

// conflicts looks for contradictions among use, key_ops and alg.
func conflicts(k *Key) []rule.Finding {
	var all []rule.Finding
	v := k.JSON.Get("key_ops")
	var ops []string
	if v != nil {
		texts, ok := v.Texts()
		if !ok || v.Kind != inspect.Array {
			return found(k.at("key_ops"), "%s: key_ops is no list of texts", k.name())
		}
		ops = texts
	}
	for i, op := range ops {
		switch {
		case slices.Contains(ops[:i], op):
			all = append(all, found(k.at("key_ops"), "%s: %s is listed twice", k.name(), quote(op))...)
		case !slices.Contains(append(slices.Clone(signingOps), encryptionOps...), op):
			all = append(all, found(k.at("key_ops"), "%s: %s is no registered operation", k.name(), quote(op))...)
		}
	}
	signs := slices.ContainsFunc(ops, func(op string) bool { return slices.Contains(signingOps, op) })
	encrypts := slices.ContainsFunc(ops, func(op string) bool { return slices.Contains(encryptionOps, op) })
	switch {
	case k.Use == "enc" && signs, k.Use == "sig" && encrypts:
		all = append(all, found(k.at("use"), "%s: use is %s, and key_ops lists %s", k.name(), quote(k.Use), list(ops))...)
	case signs && encrypts:
		all = append(all, found(k.at("key_ops"), "%s: key_ops lists signing and encrypting: %s", k.name(), list(ops))...)
	case k.Use == "enc" && signatureName(k.Alg), k.Use == "sig" && encryptionAlg(k.Alg):
		all = append(all, found(k.at("use"), "%s: use is %s, and alg is %s", k.name(), quote(k.Use), quote(k.Alg))...)
	case k.Use != "" && k.Use != "sig" && k.Use != "enc":
		all = append(all, found(k.at("use"), "%s: use %s is not registered", k.name(), safe.Short(k.Use, 40))...)
	}
	return all
}

var (
	signingOps    = []string{"sign", "verify"}
	encryptionOps = []string{"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"}
)
