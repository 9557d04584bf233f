package report

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
)

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure"`
		Skipped *junitSkipped `xml:"skipped"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// JUnit writes the report as JUnit XML, a suite for each family of checks and each thing that was checked. A finding of severity error or warn is a failure; one of
// severity info stands in the output of its passed case; what was not checked, and what came to no clear result, is skipped with a message that says so.
func JUnit(w io.Writer, r *Report) error {
	all := junitSuites{Name: clean(r.Title)}
	for i := range r.Results {
		res := &r.Results[i]
		family, _, _ := strings.Cut(res.ID, "-")
		name := clean(joined(res.In, family))
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != name {
			all.Suites = append(all.Suites, junitSuite{Name: name})
		}
		s := &all.Suites[len(all.Suites)-1]
		c := r.junitCase(res, family)
		s.Cases = append(s.Cases, c)
		s.Tests++
		all.Tests++
		if c.Failure != nil {
			s.Failures++
			all.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
			all.Skipped++
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junitCase(res *Result, family string) junitCase {
	c := junitCase{Name: strings.TrimSpace(res.ID + " " + orElse(r.check(res.ID).Title, res.Slug)), Class: "oidcscope." + family}
	switch res.Result {
	case rule.NotApplicable:
		c.Skipped = &junitSkipped{clean(joined("not applicable", res.Reason))}
	case rule.NotReached:
		c.Skipped = &junitSkipped{clean(joined("not reached", res.Reason))}
	case rule.Inconclusive:
		c.Skipped = &junitSkipped{clean(joined("inconclusive", res.Reason))}
	case rule.Found:
		var text []string
		for _, f := range res.Findings {
			text = append(text, clean(joined(f.Severity.String(), joined(f.At, f.Message))))
		}
		if res.Remark != "" {
			text = append(text, clean(res.Remark))
		}
		f := res.Findings[0]
		if res.Worst() == rule.Info {
			c.Out = strings.Join(text, "\n")
			break
		}
		text = append(text, "fix: "+clean(f.Fix), clean(f.Ref))
		c.Failure = &junitFailure{Message: clean(f.Message), Type: res.Worst().String(), Text: strings.Join(text, "\n")}
	}
	return c
}
