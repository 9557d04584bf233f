package doctor

import (
	"cmp"
	"slices"
	"sync"
)

// Rules lists the checks in the order of their ids: discovery, HTTP, JWKS and so on, by name of the family as the documentation
// sorts them. The list is built when it is asked for first.
var Rules = sync.OnceValue(func() []Rule {
	all := slices.Concat(readRules(), issuerRules(), placeRules(), memberRules(), responseRules(), algorithmRules(), pkceRules(), authRules(), grantRules(),
		offerRules(), httpRules(), tlsRules(), clockRules(), setRules(), nameRules(), ownerRules(), keyRules(), materialRules(), certificateRules(), endpointRules(), clientRules())
	slices.SortFunc(all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(family(a.ID), family(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	return all
})

// families are the beginnings of ids in the order in which people read them.
var families = [...]string{"DISC", "HTTP", "TLS", "CLK", "JWKS", "EP", "CFG"}

func family(id string) int {
	for i, f := range families {
		if len(id) > len(f) && id[:len(f)] == f && id[len(f)] == '-' {
			return i
		}
	}
	return len(families)
}

// Checks lists the rules as a list shows them. It is shared: don't change it.
var Checks = sync.OnceValue(func() []Check {
	rules := Rules()
	all := make([]Check, len(rules))
	for i := range rules {
		all[i] = Check{rules[i].ID, rules[i].Slug, rules[i].Title}
	}
	return all
})

// Place is where a check stands among all, for sorting; -1 for an id that is none.
func Place(id string) int {
	if place, ok := places()[id]; ok {
		return place
	}
	return -1
}

var places = sync.OnceValue(func() map[string]int {
	all := make(map[string]int, len(Checks()))
	for i, c := range Checks() {
		all[c.ID] = i
	}
	return all
})
