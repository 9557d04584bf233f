package rule

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	finds := func(at string) func(int) []Finding {
		return func(int) []Finding { return []Finding{{At: at, Message: "found"}} }
	}
	rules := []Rule[int]{
		{ID: "A", Slug: "a", Severity: Error, Fix: "do this", Refs: []Ref{{Spec: "RFC 7519", Section: "4.1.4"}, {Spec: "RFC 9068"}}, Check: finds("x")},
		{ID: "B", Slug: "b", Needs: []string{"A"}, Check: finds("never")},
		{ID: "C", Slug: "c", Needs: []string{"B"}, Check: finds("never")},
		{ID: "D", Slug: "d", Applies: func(int) bool { return false }, Check: finds("never")},
		{ID: "E", Slug: "e", Needs: []string{"D"}, Check: func(int) []Finding { return nil }},
		{ID: "F", Slug: "f", Check: func(int) []Finding { panic("broken") }},
	}
	got := Run(rules, 1)
	want := []Result{Found, NotReached, NotReached, NotApplicable, Pass, Found}
	for i, o := range got {
		if o.Result != want[i] {
			t.Errorf("%s: got %s, want %s", o.ID, o.Result, want[i])
		}
	}
	f := got[0].Findings[0]
	if f.ID != "A" || f.Slug != "a" || f.Severity != Error || f.Fix != "do this" || f.Ref != "RFC 7519 4.1.4; RFC 9068" {
		t.Errorf("members of the rule are not in the finding: %+v", f)
	}
	if !strings.Contains(got[1].Reason, "A") {
		t.Errorf("not reached without the reason: %q", got[1].Reason)
	}
	if f := got[5].Findings[0]; f.ID != "F" || !strings.Contains(f.Message, "broken") {
		t.Errorf("a panic is not a finding about the rule: %+v", f)
	}
}

// Findings gives what Run found, also beyond a rule that panics.
func TestFindings(t *testing.T) {
	finds := func(at string) func(int) []Finding {
		return func(int) []Finding { return []Finding{{At: at, Message: "found"}} }
	}
	rules := []Rule[int]{
		{ID: "A", Slug: "a", Severity: Error, Fix: "do this", Refs: []Ref{{Spec: "RFC 7519", Section: "4.1.4"}}, Check: finds("x")},
		{ID: "B", Applies: func(int) bool { return false }, Check: finds("never")},
		{ID: "C", Check: func(int) []Finding { panic("broken") }},
		{ID: "D", Applies: func(int) bool { panic("broken too") }, Check: finds("never")},
		{ID: "E", Check: func(int) []Finding { return nil }},
		{ID: "F", Slug: "f", Severity: Info, Check: finds("y")},
	}
	var got []string
	for _, f := range Findings(rules, 1) {
		got = append(got, f.ID+" "+f.Severity.String()+" "+f.At+" "+f.Ref)
	}
	want := "A error x RFC 7519 4.1.4|C warn check |D warn check |F info y "
	if strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSeverityText(t *testing.T) {
	for _, s := range []Severity{Info, Warn, Error} {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Severity
		if err := json.Unmarshal(text, &back); err != nil || back != s {
			t.Errorf("%s came back as %v, %v", text, back, err)
		}
	}
	var s Severity
	if err := s.UnmarshalText([]byte("fatal")); err == nil {
		t.Error("an unknown word was read as a severity")
	}
}
