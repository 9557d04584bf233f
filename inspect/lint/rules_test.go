package lint

import (
	"fmt"
	"strings"
	"testing"
)

// TestRulesAreDocumented keeps a rule from existing without what explain and the documentation say about it.
func TestRulesAreDocumented(t *testing.T) {
	last := ""
	slugs := map[string]string{}
	for _, r := range Rules() {
		if r.ID <= last {
			t.Errorf("%s comes after %s: ids must be unique and in order", r.ID, last)
		}
		last = r.ID
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
}

// TestCausesExist keeps the table of causes from naming rules that are not there.
func TestCausesExist(t *testing.T) {
	known := map[string]bool{}
	for _, r := range Rules() {
		known[r.ID] = true
	}
	for i := range 101 {
		for _, cause := range causes(fmt.Sprintf("TOK-%03d", i)) {
			if !known[cause] {
				t.Errorf("TOK-%03d is silenced by %s, which does not exist", i, cause)
			}
		}
	}
}

func TestRefs(t *testing.T) {
	for _, r := range refs("RFC 7519 4.1.4", "RFC 9068", "OpenID Connect Core 3.1.3.7", "CVE-2015-9235") {
		if got := r.String(); !strings.Contains("RFC 7519 4.1.4|RFC 9068|OpenID Connect Core 3.1.3.7|CVE-2015-9235", got) {
			t.Errorf("reference %q is not what was written", got)
		}
	}
	if r := refs("OpenID Connect Core 3.1.3.7")[0]; r.Spec != "OpenID Connect Core" || r.Section != "3.1.3.7" {
		t.Errorf("got %+v", r)
	}
	if r := refs("RFC 9068")[0]; r.Section != "" {
		t.Errorf("the number of the RFC was taken for a section: %+v", r)
	}
}
