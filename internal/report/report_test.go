package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/rule"
)

func sample() *Report {
	hostile := "a\x1b]0;x\x07 <script>|`*[x](y)\u202e"
	return &Report{Title: "Doctor: " + hostile, Target: "https://idp.example", Version: "v1", Facts: [][2]string{{"issuer", hostile}},
		Checks: []Check{{ID: "A-001", Slug: "a", Title: "First", Why: "because", Fix: "do", Severity: rule.Error, Refs: rule.Refs("RFC 7519 4")},
			{ID: "A-002", Title: "Second"}, {ID: "B-001", Title: "Third"}, {ID: "B-002", Title: "Fourth"}, {ID: "B-003", Title: "Fifth"}, {ID: "B-004", Title: "Sixth"}},
		Results: []Result{
			{Outcome: rule.Outcome{ID: "A-001", Slug: "a", Result: rule.Found, Findings: []rule.Finding{{ID: "A-001", Severity: rule.Error, At: hostile, Message: hostile, Fix: "do", Ref: "RFC 7519 4"}}}, Remark: "known"},
			{Outcome: rule.Outcome{ID: "A-002", Result: rule.Pass}},
			{Outcome: rule.Outcome{ID: "B-001", Result: rule.NotReached, Reason: "no network"}},
			{Outcome: rule.Outcome{ID: "B-002", Result: rule.NotApplicable}},
			{Outcome: rule.Outcome{ID: "B-003", Result: rule.Found, Findings: []rule.Finding{{ID: "B-003", Severity: rule.Info, Message: "note"}}}},
			{Outcome: rule.Outcome{ID: "B-004", Result: rule.Inconclusive, Reason: "it says neither"}},
		}}
}

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(b.String(), func(r rune) bool { return r < 0x20 && r != '\n' || r == 0x202e }); i >= 0 {
		t.Errorf("a control character at %d: %q", i, b.String()[max(0, i-20):i+1])
	}
	return b.String()
}

func TestSARIF(t *testing.T) {
	text := written(t, func(b *bytes.Buffer) error { return SARIF(b, sample()) })
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range log.Runs[0].Results {
		kinds = append(kinds, r.Kind+" "+r.Level)
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("%s points at another rule", r.RuleID)
		}
	}
	if got := strings.Join(kinds, ", "); got != "fail error, pass none, open none, notApplicable none, fail note, review none" {
		t.Error(got)
	}
}

func TestJUnit(t *testing.T) {
	text := written(t, func(b *bytes.Buffer) error { return JUnit(b, sample()) })
	var suites junitSuites
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 6 || suites.Failures != 1 || suites.Skipped != 3 || len(suites.Suites) != 2 {
		t.Errorf("%+v", suites)
	}
	if c := suites.Suites[1].Cases[2]; c.Failure != nil || !strings.Contains(c.Out, "note") {
		t.Errorf("a note is no failure: %+v", c)
	}
	if c := suites.Suites[1].Cases[3]; c.Skipped == nil || c.Skipped.Message != "inconclusive: it says neither" {
		t.Errorf("inconclusive wanted, got %+v", c)
	}
}

func TestMarkdown(t *testing.T) {
	text := written(t, func(b *bytes.Buffer) error { return Markdown(b, sample()) })
	for _, want := range []string{"### A-001 error", "| A-002 Second | pass |", "| B-001 Third | not reached | no network |", "| B-004 Sixth | inconclusive | it says neither |", "1 not reached, 1 inconclusive.", "known"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "<script>") || strings.Contains(text, "[x](y)") {
		t.Error("Markdown or HTML of a provider gets through")
	}
}

// Several things that were checked stay apart, and a rule that speaks of more than one is described once.
func TestSeveralThings(t *testing.T) {
	r := sample()
	for _, which := range []string{"one", "two"} {
		res := r.Results[4]
		res.In = which
		r.Results = append(r.Results, res)
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, func(b *bytes.Buffer) error { return SARIF(b, r) })), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	last := run.Results[len(run.Results)-1]
	if len(run.Tool.Driver.Rules) != 6 || run.Tool.Driver.Rules[last.RuleIndex].ID != "B-003" || last.Locations[0].Logical[0].Name != "two" {
		t.Errorf("%+v", run)
	}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(written(t, func(b *bytes.Buffer) error { return JUnit(b, r) })), &suites); err != nil {
		t.Fatal(err)
	}
	if n := len(suites.Suites); n != 4 || suites.Suites[3].Name != "two: B" {
		t.Errorf("%+v", suites.Suites)
	}
	if text := written(t, func(b *bytes.Buffer) error { return Markdown(b, r) }); !strings.Contains(text, "Fifth (two)") {
		t.Error(text)
	}
}

func TestFound(t *testing.T) {
	all := Found([]rule.Finding{{ID: "A", Message: "1"}, {ID: "B", Message: "2"}, {ID: "A", Message: "3"}})
	if len(all) != 2 || len(all[0].Findings) != 2 || all[1].Result != rule.Found {
		t.Errorf("%+v", all)
	}
}
