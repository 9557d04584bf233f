package doctor

import (
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// setRules are about the key set as a whole.
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
			ID: "JWKS-008", Slug: "kid-duplicate", Title: "No two keys share a kid", Severity: rule.Error,
			Refs: refs("RFC 7517 4.5"), Needs: needs(factKeys),
			Why:  "Clients take the first key of that name, which may be the wrong one: half of the tokens are refused.",
			Fix:  "Give each key a kid of its own.",
			Good: "kids a and b", Bad: "two RSA keys with the kid a",
			Check: func(s *Subject) []rule.Finding { return duplicateKIDs(s.Keys) },
		},
		{
			ID: "JWKS-009", Slug: "key-twice", Title: "No key is listed twice", Severity: rule.Info,
			Refs: refs("RFC 7517 4.5"), Needs: needs(factKeys),
			Why:  "Harmless, but one of them is probably not what it was meant to be.",
			Fix:  "List each key once.",
			Good: "two different keys", Bad: "the same modulus under two kids",
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i := range s.Keys {
					for j := range i {
						a, b := &s.Keys[j], &s.Keys[i]
						if !a.bare() && !b.bare() && a.KTY == b.KTY && a.KTY != "" && a.material() == b.material() && !opposite(a, b) && hasMaterial(a) {
							all = append(all, found(b.at(""), "%s is the same key as %s", b.name(), a.name())...)
							break
						}
					}
				}
				return all
			},
		},
		{
			ID: "JWKS-010", Slug: "kid-missing", Title: "Keys of one type have kids", Severity: rule.Warn,
			Refs: refs("OpenID Connect Core 10.1", "RFC 7517 4.5"), Needs: needs(factKeys),
			Why:  "With more than one key of a type a token can't say which one it is signed with; OpenID Connect requires kid then.",
			Fix:  "Give each key a kid, and put it into the header of tokens.",
			Good: "two RSA keys, kids a and b", Bad: "two RSA keys without kid",
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i := range s.Keys {
					k := &s.Keys[i]
					if k.bare() || k.KTY == "" || k.JSON.Get("kid") != nil || !k.signing() {
						continue
					}
					same := 0
					for j := range s.Keys {
						if s.Keys[j].KTY == k.KTY && s.Keys[j].signing() {
							same++
						}
					}
					if same > 1 {
						all = append(all, found(k.at("kid"), "%s has no kid, and there are %d %s keys", k.name(), same, safe.Short(k.KTY, 20))...)
					}
				}
				return all
			},
		},
		{
			ID: "JWKS-027", Slug: "key-two-uses", Title: "Keys for signing and for encryption differ", Severity: rule.Warn,
			Refs: refs("RFC 7517 4.2", "RFC 8725 3.5"), Needs: needs(factKeys),
			Why:  "What is safe for one purpose can break the other.",
			Fix:  "Make a key of its own for each purpose.",
			Good: "two moduli", Bad: "one modulus with use sig and with use enc",
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i := range s.Keys {
					for j := range i {
						a, b := &s.Keys[j], &s.Keys[i]
						if opposite(a, b) && a.KTY == b.KTY && a.material() == b.material() {
							all = append(all, found(b.at("use"), "%s and %s are one key, for sig and for enc", a.name(), b.name())...)
						}
					}
				}
				return all
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
		{
			ID: "JWKS-034", Slug: "rotation-overlap", Title: "Keys overlap when they are rotated", Severity: rule.Info,
			Refs: refs("OpenID Connect Core 10.1.1"), Needs: append(needs(factKeysAnswer, "JWKS-001", "JWKS-003"), string(factKeys)),
			Why:  "With a single key, the next one appears when it is used already: clients that cached the set refuse tokens until they fetch it again. A short cache may hide the overlap.",
			Fix:  "Publish the next key for at least one cache life before signing with it.",
			Good: "two signature keys", Bad: "one signature key, not cached",
			Check: func(s *Subject) []rule.Finding {
				n := 0
				for i := range s.Keys {
					if s.Keys[i].usable() {
						n++
					}
				}
				if age, none, known := maxAge(s.KeysAnswer); n == 1 && (none || !known || age <= time.Hour) {
					return found("keys", "one signature key, and the set may not be kept for long: whether keys overlap can't be seen")
				}
				return nil
			},
		},
		{
			ID: "JWKS-035", Slug: "token-kid", Title: "The token's key is in the set", Severity: rule.Error,
			Refs: refs("OpenID Connect Core 10.1.1", "RFC 7515 4.1.4"), Needs: needs(factKeys),
			Why:  "A key that is not there after fetching anew was rotated away, or the token is another issuer's.",
			Fix:  "Compare the token's iss with this issuer; then look whether the provider signs with a key that it does not publish.",
			Good: `kid "a", and the set has "a"`, Bad: `kid "z", and the set has "a"`,
			Applies: func(s *Subject) bool { _, ok := s.tokenKID(); return ok },
			Check: func(s *Subject) []rule.Finding {
				kid, _ := s.tokenKID()
				if s.Set.HasKID(kid) || inspect.ParseKeySet(s.KeysAgain.body(), "jwks", "").HasKID(kid) {
					return nil
				}
				return found("token.kid", "the token names the key %s, which is not in the set", quote(kid))
			},
		},
		{
			ID: "JWKS-036", Slug: "key-issuer", Title: "Keys are this issuer's", Severity: rule.Warn,
			Refs: refs("Microsoft identity platform, signing key issuer validation"), Needs: append(needs(factDocument), string(factKeys)),
			Why:  "A set for several tenants names an issuer with each key. A client that ignores it takes one tenant's token for another's.",
			Fix:  "Compare the key's issuer, with the token's tid put in, with the token's iss.",
			Good: "key issuer https://idp.example/{tenantid}/v2.0, document the same", Bad: "key issuer https://other.example",
			Applies: func(s *Subject) bool {
				return slices.ContainsFunc(s.Keys, func(k Key) bool { return !k.bare() && k.JSON.Get("issuer") != nil })
			},
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i := range s.Keys {
					k := &s.Keys[i]
					if k.bare() {
						continue
					}
					if issuer, ok := k.JSON.Get("issuer").Text(); ok && !s.ownIssuer(k, issuer) {
						all = append(all, found(k.at("issuer"), "%s is of %s, the document of %s", k.name(), quote(issuer), quote(s.Doc.text("issuer")))...)
					}
				}
				return all
			},
		},
		{
			ID: "JWKS-037", Slug: "keys-host", Title: "Keys are on the issuer's host", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factDocument, "DISC-004", "DISC-012"),
			Why:  "Large providers keep keys elsewhere. Where nobody planned it, whoever has that host can sign anything.",
			Fix:  "Make sure that the other host is the provider's.",
			Good: `{"jwks_uri":"https://idp.example/keys"}`, Bad: `{"jwks_uri":"https://keys.other.example/keys"}`,
			Applies: named("jwks_uri"),
			Check: func(s *Subject) []rule.Finding {
				issuer, ok := parseAddress(bare(s.Doc.text("issuer")))
				u, ok2 := s.Doc.address("jwks_uri")
				if !ok || !ok2 || strings.EqualFold(u.Hostname(), issuer.Hostname()) {
					return nil
				}
				return found("jwks_uri", "keys are at %s, the issuer at %s", quote(u.Hostname()), quote(issuer.Hostname()))
			},
		},
		{
			ID: "JWKS-038", Slug: "keys-changed", Title: "Keys are as they were before", Severity: rule.Info,
			Refs: refs("RFC 7517 4.5", "OpenID Connect Core 10.1.1"), Needs: needs(factKeys),
			Why:  "Keys come and go with rotation; other material under a name that exists already is a mistake or an attack.",
			Fix:  "For changed material: find out who changed it. A new key needs a new kid.",
			Good: "the same keys as before", Bad: "the kid a with another modulus than before",
			Applies: func(s *Subject) bool { return s.Previous != nil && s.Previous.Set != nil },
			Check:   func(s *Subject) []rule.Finding { return changes(s.Previous.Keys, s.Keys) },
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

// opposite reports whether one key is for signatures and the other for encryption.
func opposite(a, b *Key) bool {
	return a.Use == "sig" && b.Use == "enc" || a.Use == "enc" && b.Use == "sig"
}

func hasMaterial(k *Key) bool {
	for _, m := range []string{"n", "x", "k", "pub"} {
		if k.JSON.Get(m) != nil {
			return true
		}
	}
	return false
}

func duplicateKIDs(keys []Key) []rule.Finding {
	var all []rule.Finding
	for i := range keys {
		for j := range i {
			a, b := &keys[j], &keys[i]
			// RFC 7517 4.5 lets keys of different types share a kid, as alternatives.
			if a.KID == "" || a.KID != b.KID || a.KTY != b.KTY || a.material() == b.material() {
				continue
			}
			severity := rule.Error
			if opposite(a, b) {
				severity = rule.Warn // clients that go by use still find the right one
			}
			all = append(all, as(severity, b.at("kid"), "%s is the name of two %s keys, %d and %d", quote(b.KID), safe.Short(b.KTY, 20), a.Index+1, b.Index+1)...)
			break
		}
	}
	return all
}

func (s *Subject) tokenKID() (string, bool) {
	if s.Token == nil {
		return "", false
	}
	return s.Token.Header.Get("kid").Text()
}

// ownIssuer reports whether a key's issuer agrees with the document's: the same, or both of one template; and with a token's, when
// the token names the key.
func (s *Subject) ownIssuer(k *Key, issuer string) bool {
	if kid, ok := s.tokenKID(); ok && kid == k.KID {
		iss, _ := s.Token.Payload.Get("iss").Text()
		tid, _ := s.Token.Payload.Get("tid").Text()
		return template().ReplaceAllLiteralString(issuer, tid) == iss
	}
	own := s.Doc.text("issuer")
	return issuer == own || fillsTemplate(own, issuer) || fillsTemplate(issuer, own)
}

// fillsTemplate reports whether text is the template with its placeholder filled in.
func fillsTemplate(pattern, text string) bool {
	at := template().FindStringIndex(pattern)
	if at == nil {
		return false
	}
	before, after := pattern[:at[0]], pattern[at[1]:]
	return len(text) > len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after) &&
		!strings.Contains(text[len(before):len(text)-len(after)], "/")
}

// changes compares two key sets by kid; keys without one by their material.
func changes(before, now []Key) []rule.Finding {
	var all []rule.Finding
	index := func(keys []Key, k *Key) int {
		return slices.IndexFunc(keys, func(o Key) bool {
			return k.KID != "" && o.KID == k.KID && o.KTY == k.KTY || k.KID == "" && o.KID == "" && o.material() == k.material()
		})
	}
	for i := range now {
		k := &now[i]
		switch was := index(before, k); {
		case was < 0:
			all = append(all, found(k.at(""), "%s is new: %s", k.name(), k.Name())...)
		case before[was].material() != k.material():
			all = append(all, as(rule.Error, k.at("kid"), "%s is another key than before", k.name())...)
		}
	}
	for i := range before {
		if k := &before[i]; index(now, k) < 0 {
			all = append(all, found("keys", "%s is gone", k.name())...)
		}
	}
	return all
}
