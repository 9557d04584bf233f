package doctor

import (
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// ownerRules are about whose keys they are, and what became of them.
func ownerRules() []Rule {
	return []Rule{
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
