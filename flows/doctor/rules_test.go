package doctor

import (
	"slices"
	"testing"
)

// TestRulesAreDocumented keeps a rule from existing without what explain and the documentation say about it, and holds the list to
// its length: an id is never used twice, and never taken away.
func TestRulesAreDocumented(t *testing.T) {
	ids, slugs := map[string]bool{}, map[string]string{}
	for _, r := range Rules() {
		if ids[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		ids[r.ID] = true
		if other, taken := slugs[r.Slug]; taken {
			t.Errorf("%s and %s share the slug %q", r.ID, other, r.Slug)
		}
		slugs[r.Slug] = r.ID
		for name, text := range map[string]string{"Title": r.Title, "Why": r.Why, "Fix": r.Fix, "Good": r.Good, "Bad": r.Bad, "Slug": r.Slug} {
			if text == "" {
				t.Errorf("%s has no %s", r.ID, name)
			}
		}
		if r.Severity == 0 || r.Check == nil || len(r.Refs) == 0 {
			t.Errorf("%s lacks severity, check or reference", r.ID)
		}
	}
	for family, count := range map[string]int{"DISC": 64, "HTTP": 10, "TLS": 5, "CLK": 2, "JWKS": 38, "EP": 14, "CFG": 15} {
		n := 0
		for id := range ids {
			if family == families[min(familyOf(id), len(families)-1)] {
				n++
			}
		}
		if n != count {
			t.Errorf("%s has %d rules, want %d", family, n, count)
		}
	}
}

func familyOf(id string) int { return family(id) }

// TestNeedsExist keeps a rule from waiting for ever: what it needs is a rule or a fact, rules do not wait for each other in a
// circle, and so every rule has an outcome in every run.
func TestNeedsExist(t *testing.T) {
	needs := map[string][]string{}
	for _, r := range Rules() {
		needs[r.ID] = slices.Concat(r.Needs, causes(r.ID))
	}
	for id, list := range needs {
		for _, n := range list {
			if _, isID := needs[n]; !isID && !slices.Contains(facts[:], Fact(n)) {
				t.Errorf("%s needs %q, which is neither a rule nor a fact", id, n)
			}
		}
		seen := map[string]bool{}
		var walk func(string)
		walk = func(n string) {
			if n == id && len(seen) > 0 {
				t.Errorf("%s waits for itself", id)
				return
			}
			if seen[n] {
				return
			}
			seen[n] = true
			for _, next := range needs[n] {
				walk(next)
			}
		}
		for _, n := range list {
			seen["start"] = true
			walk(n)
		}
	}
	for _, r := range remarks() {
		if _, ok := needs[r.check]; !ok {
			t.Errorf("a remark is about %s, which does not exist", r.check)
		}
	}
}
