package doctor

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// setRules are about the key set as a whole: that it comes, that it is one, that it serves.
func setRules() []Rule {
	return []Rule{
		{
			ID: "JWKS-001", Slug: "keys-reachable", Title: "The key set can be fetched", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 7517 5"), Needs: needs(factKeysAnswer),
			Why:  "Without the keys no client can check a token.",
			Fix:  "Serve the key set at jwks_uri with status 200, over https, without login.",
			Good: "200 OK", Bad: "404 Not Found",
			Check: func(s *Subject) []rule.Finding {
				at := s.KeysAnswer.first().String()
				if f := s.KeysAnswer.failure(); f != nil {
					return found(at, "no answer: %s", safe.Short(f.Message, 300))
				}
				if !s.KeysAnswer.ok() {
					return found(at, "wanted status 200, got %s", safe.Short(s.KeysAnswer.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "JWKS-002", Slug: "keys-content-type", Title: "The key set is announced as JSON", Severity: rule.Info,
			Refs: refs("RFC 7517 8.5.2"), Needs: needs(factKeysAnswer, "JWKS-001"),
			Why:  "Strict clients refuse a key set with another content type.",
			Fix:  "Send Content-Type: application/jwk-set+json or application/json.",
			Good: "Content-Type: application/jwk-set+json", Bad: "Content-Type: text/plain",
			Check: func(s *Subject) []rule.Finding {
				media, _ := s.KeysAnswer.media()
				if media == "application/json" || media == "application/jwk-set+json" {
					return nil
				}
				severity := rule.Info
				if !isJSON(media) {
					severity = rule.Warn
				}
				return as(severity, "Content-Type", "wanted application/jwk-set+json, got %s", quote(s.KeysAnswer.header("Content-Type")))
			},
		},
		{
			ID: "JWKS-003", Slug: "keys-form", Title: "The key set is an object with a list of keys", Severity: rule.Error,
			Refs: refs("RFC 7517 5", "RFC 7517 5.1"), Needs: needs(factKeysText, "JWKS-001"),
			Why:  "Anything else is no key set, and clients find no key in it.",
			Fix:  `Serve {"keys": [ … ]}.`,
			Good: `{"keys":[]}`, Bad: `{"key":[]}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, f := range s.Set.Faults {
					if f.Code == inspect.FaultDuplicate {
						continue
					}
					all = append(all, found("keys", "byte %d: %s", f.Offset, safe.Short(f.Message, 200))...)
				}
				if len(all) == 0 && len(s.Keys) == 1 && s.Keys[0].JSON != nil && s.Keys[0].JSON.Start == leading(s.KeysText) {
					return found("keys", "a single key, not a set of keys")
				}
				return all
			},
		},
		{
			ID: "JWKS-004", Slug: "usable-key", Title: "There is a key to verify signatures with", Severity: rule.Error,
			Refs: refs("RFC 7517 5", "OpenID Connect Discovery 3"), Needs: needs(factKeysText, "JWKS-003"),
			Why:  "With no usable signature key every token is refused.",
			Fix:  "Publish the public half of the key that tokens are signed with.",
			Good: `{"keys":[ an RSA key with "use":"sig" ]}`, Bad: `{"keys":[]}`,
			Check: func(s *Subject) []rule.Finding {
				if slices.ContainsFunc(s.Keys, func(k Key) bool { return k.usable() }) {
					return nil
				}
				if len(s.Keys) == 0 {
					return found("keys", "the set is empty")
				}
				return found("keys", "none of %d keys can verify a signature", len(s.Keys))
			},
		},
		{
			ID: "JWKS-005", Slug: "algs-served", Title: "There is a key for each announced algorithm", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3"), Needs: append(needs(factDocument, "JWKS-003", "JWKS-004"), string(factKeys)),
			Why:  "A client that asks for an algorithm without a key gets tokens that nobody can check, or none.",
			Fix:  "Take the algorithm out of id_token_signing_alg_values_supported, or publish a key for it.",
			Good: "RS256 announced, and an RSA key", Bad: "ES256 announced, and RSA keys alone",
			Applies: isList(idTokenAlgs),
			Check: func(s *Subject) []rule.Finding {
				missing := only(unique(s.Doc.values(idTokenAlgs)), func(alg string) bool {
					return signatureName(alg) && alg != "none" && !isHMAC(alg) && !slices.ContainsFunc(s.Keys, func(k Key) bool { return k.signing() && k.fits(alg) })
				})
				if len(missing) == 0 {
					return nil
				}
				return found("keys", "announced for ID tokens, and no key fits: %s", list(missing))
			},
		},
		{
			ID: "JWKS-033", Slug: "set-large", Title: "The key set is small", Severity: rule.Warn,
			Refs: refs("RFC 7517 5"), Needs: needs(factKeysText, "JWKS-003"),
			Why:  "Every client fetches and reads it; what is never taken out grows for ever.",
			Fix:  "Take keys out when the last token signed with them has ended.",
			Good: "3 keys, 4 kB", Bad: "more than 50 keys, or more than 256 KiB",
			Check: func(s *Subject) []rule.Finding {
				if n := len(s.Keys); n > 50 {
					return found("keys", "%d keys", n)
				}
				if n := len(s.KeysText); n > 256<<10 {
					return found("keys", "%d bytes", n)
				}
				return nil
			},
		},
	}
}

// leading counts the white space before the first character.
func leading(text []byte) int { return len(text) - len(strings.TrimLeft(string(text), " \t\r\n")) }

// fits reports whether an algorithm and a key belong together, as far as the key tells.
func (k *Key) fits(alg string) bool {
	kty, crv := keyTypeOf(alg)
	if k.Alg != "" && k.Alg != alg && !(k.Alg == "EdDSA" && alg == k.Crv || alg == "EdDSA" && k.Alg == k.Crv) {
		return false
	}
	return k.KTY == kty && (crv == "" || crv == k.Crv)
}
