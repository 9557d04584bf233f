package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/compare"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Comparison prints two runs beside each other. Secrets are masked; scrub masks those of the runs in prose.
func (p *Printer) Comparison(first, second string, c compare.Comparison, scrub func(string) string) {
	p.line(p.bold(safe.Text(first) + " → " + safe.Text(second)))
	for _, side := range []compare.Side{c.First, c.Second} {
		p.under(1, p.dim, joinNonEmpty(" · ", joinNonEmpty(" · ", side.Flow, side.Issuer), joinNonEmpty(" · ", side.Began.UTC().Format("2006-01-02 15:04:05"), joinNonEmpty(" · ", side.Ended, duration(side.Duration)))))
	}
	for _, s := range c.Steps {
		p.comparedStep(s, scrub)
	}
	p.blank()
	if c.Differ == 0 {
		p.line(p.good(markGood + " the same, but for what every run makes anew" + elsewhere(c)))
		return
	}
	p.line(p.care(fmt.Sprintf("~ %s of %d differ", count(c.Differ, "step"), len(c.Steps))))
}

func (p *Printer) comparedStep(s compare.Step, scrub func(string) string) {
	mark, paint := "=", p.dim
	switch s.Change {
	case compare.Changed:
		mark, paint = "~", p.care
	case compare.OnlyFirst:
		mark, paint = "–", p.bad
	case compare.OnlySecond:
		mark, paint = "+", p.good
	}
	outcome := s.Outcome[0]
	if s.Outcome[0] != s.Outcome[1] {
		outcome += " → " + s.Outcome[1]
	}
	took := ""
	if s.Took[0] > 0 && s.Took[1] > 0 {
		took = duration(s.Took[0]) + " → " + duration(s.Took[1])
	}
	p.ends(0, mark+" "+safe.Text(s.Title)+": "+outcome, paint, took, p.dim)
	if s.Change == compare.Same {
		return
	}
	if s.Said[0] != s.Said[1] {
		p.under(detail, p.dim, scrub(joinNonEmpty(" → ", orElse(s.Said[0], "–"), orElse(s.Said[1], "–"))))
	}
	for _, r := range s.Requests {
		if r.Change == compare.Same {
			continue
		}
		title := r.Purpose + " request"
		if r.Status != [2]int{} { // the browser's, or one that got no answer twice
			title += fmt.Sprintf(": %s → %s", answered(r.Status[0]), answered(r.Status[1]))
		}
		p.under(2, paint, title)
		p.differences("", r.Sent, scrub)
		p.differences("answer: ", r.Answer, scrub)
	}
	p.differences("finding ", s.Findings, scrub)
	if len(s.Requests) == 0 { // else the answer says it
		p.differences("value ", s.Values, scrub)
	}
}

// elsewhere says that the providers are two; addresses that differ only in that are no difference.
func elsewhere(c compare.Comparison) string {
	if c.First.Issuer == c.Second.Issuer {
		return ""
	}
	return ", and for the provider"
}

func answered(status int) string {
	if status == 0 {
		return "none"
	}
	return fmt.Sprint(status)
}

// differences prints what is not the same; what differs in every run is not named.
func (p *Printer) differences(label string, all []compare.Difference, scrub func(string) string) {
	value := func(d compare.Difference, text string) string {
		bare := strings.Trim(text, `"`) // of a JSON text
		switch {
		case d.Secret && strings.HasPrefix(bare, "•"): // a saved run has it masked
			return bare
		case d.Secret:
			return secret.New(bare).String()
		}
		return safe.Short(scrub(text), maxValue)
	}
	for _, d := range all {
		name := label + d.Name
		switch d.Change {
		case compare.OnlyFirst:
			p.under(detail, p.bad, "– "+name+"  was "+value(d, d.Before))
		case compare.OnlySecond:
			p.under(detail, p.good, "+ "+name+"  "+value(d, d.After))
		case compare.Changed:
			p.under(detail, p.care, "~ "+name+"  "+value(d, d.Before)+" → "+value(d, d.After))
		}
	}
}
