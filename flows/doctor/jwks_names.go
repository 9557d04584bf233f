package doctor

import (
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// nameRules are about telling the keys of a set apart.
func nameRules() []Rule {
	return []Rule{
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
	}
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
