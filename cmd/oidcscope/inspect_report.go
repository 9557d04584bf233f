package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	outcomes "github.com/oidcscope/oidcscope/internal/report"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// The reports of inspect for tickets and build servers: findings, the verdicts on signature and time, and the checklist, of every
// token of the input. What was not checked is said to be so. A build server takes each as a test of its own. Elsewhere a fault is told
// once: what a finding says is not repeated as verdict and as item, and SARIF, which is about faults, has no checklist at all.

// report makes the document of all tokens.
func (o *inspectOptions) report(target string, reports []*inspect.Report) *outcomes.Report {
	doc := &outcomes.Report{Title: "Inspect: " + target, Target: target, Version: readBuild().Version, Checks: outcomes.Checks(lint.Rules())}
	doc.Checks = append(doc.Checks, verdictChecks()...)
	names := tokenNames(reports)
	for i, r := range reports {
		doc.Facts = append(doc.Facts, [2]string{cmp.Or(names[i], "token"), tokenFacts(r)})
		o.document(doc, names[i], r)
	}
	return doc
}

// document adds the results of one token.
func (o *inspectOptions) document(doc *outcomes.Report, name string, r *inspect.Report) {
	add := func(res outcomes.Result, told bool) {
		res.In = name
		switch {
		case o.format == "sarif" && res.Result != rule.Found, o.format != "junit" && told:
			return
		}
		doc.Results = append(doc.Results, res)
	}
	isError := func(f rule.Finding) bool { return f.Severity == rule.Error }
	for _, v := range []outcomes.Result{o.signatureResult(r), timeResult(r)} {
		add(v, v.Result == rule.Found && slices.ContainsFunc(r.Findings, isError))
	}
	if o.format != "sarif" {
		for _, item := range checklist(doc, r) {
			add(item, item.Result == rule.Found && slices.ContainsFunc(r.Findings, func(f rule.Finding) bool {
				return isError(f) && (f.At == item.Slug || strings.HasSuffix(f.At, "."+item.Slug))
			}))
		}
	}
	for _, found := range outcomes.Found(r.Findings) {
		add(found, false)
	}
}

const (
	checkSignature = "VERDICT-signature"
	checkTime      = "VERDICT-time"
)

func verdictChecks() []outcomes.Check {
	return []outcomes.Check{
		{ID: checkSignature, Slug: "signature", Title: "A key verifies the signature", Severity: rule.Error, Refs: rule.Refs("RFC 7515 5.2"),
			Why: "What an unverified token says is what somebody wrote, and not more.", Fix: "Give the keys of the issuer, and refuse tokens that they do not verify."},
		{ID: checkTime, Slug: "time", Title: "The token is in its time", Severity: rule.Error, Refs: rule.Refs("RFC 7519 4.1.4", "RFC 7519 4.1.5"),
			Why: "Outside of nbf and exp a token must not be accepted.", Fix: "Get a new token, and compare the clocks."},
	}
}

// outcome is a verdict as the result of a check; message is for one that is bad.
func outcome(id string, result rule.Result, at, message string) outcomes.Result {
	o := rule.Outcome{ID: id, Result: result}
	for _, c := range verdictChecks() {
		if c.ID != id {
			continue
		}
		o.Slug = c.Slug
		if result == rule.Found {
			o.Findings = []rule.Finding{{ID: id, Slug: c.Slug, Severity: c.Severity, At: at, Message: message, Fix: c.Fix, Ref: rule.JoinRefs(c.Refs)}}
		}
	}
	if result != rule.Found {
		o.Reason = message
	}
	return outcomes.Result{Outcome: o}
}

func (o *inspectOptions) signatureResult(r *inspect.Report) outcomes.Result {
	v := r.Signature
	switch {
	case v.Status == inspect.Verified:
		return outcome(checkSignature, rule.Pass, "", "")
	case v.Status == inspect.Invalid, v.Status == inspect.Refused, v.Status == inspect.Unsecured, o.requireVerified:
		return outcome(checkSignature, rule.Found, "signature", fmt.Sprintf("%s: %s", v.Status, v.Reason))
	case r.Facts != nil:
		return outcome(checkSignature, rule.NotApplicable, "", v.Reason)
	}
	return outcome(checkSignature, rule.NotReached, "", v.Reason)
}

func timeResult(r *inspect.Report) outcomes.Result {
	switch r.Time.Status {
	case inspect.TimeValid:
		return outcome(checkTime, rule.Pass, "", "")
	case inspect.TimeExpired:
		return outcome(checkTime, rule.Found, "claims.exp", "the token has expired")
	case inspect.TimeNotYetValid:
		return outcome(checkTime, rule.Found, "claims.nbf", "the token is not valid yet")
	case inspect.TimeMalformed:
		return outcome(checkTime, rule.Found, "claims", r.Time.Detail)
	case inspect.TimeNoExpiry:
		return outcome(checkTime, rule.NotApplicable, "", "the token has no expiry")
	}
	return outcome(checkTime, rule.NotApplicable, "", "no times can be read")
}

// checklist gives the items of the specification's list, under names that are one for each kind of token, and describes them.
func checklist(doc *outcomes.Report, r *inspect.Report) (all []outcomes.Result) {
	for r.Inner != nil {
		r = r.Inner
	}
	for _, item := range r.Checklist {
		id := strings.ToUpper(r.Type) + "-" + item.Number + "-" + item.Subject
		if !slices.ContainsFunc(doc.Checks, func(c outcomes.Check) bool { return c.ID == id }) {
			doc.Checks = append(doc.Checks, outcomes.Check{ID: id, Slug: item.Subject, Title: item.Title, Severity: rule.Error, Refs: rule.Refs(item.Ref)})
		}
		res := rule.Outcome{ID: id, Slug: item.Subject, Reason: item.Detail}
		switch item.Result {
		case inspect.ItemPass:
			res.Result = rule.Pass
		case inspect.ItemFail:
			res.Result = rule.Found
			res.Findings = []rule.Finding{{ID: id, Slug: item.Subject, Severity: rule.Error, At: item.Subject, Message: item.Detail, Fix: item.Title, Ref: item.Ref}}
		case inspect.ItemNotApplicable:
			res.Result = rule.NotApplicable
		default:
			res.Result = rule.NotReached
		}
		all = append(all, outcomes.Result{Outcome: res})
	}
	return all
}

// tokenNames tells the tokens of one input apart; a single one needs no name.
func tokenNames(reports []*inspect.Report) []string {
	names := make([]string, len(reports))
	if len(reports) < 2 {
		return names
	}
	for i, r := range reports {
		names[i] = fmt.Sprintf("token %d", i+1)
		if r.Found != nil && r.Found.Where != "" {
			names[i] += ", " + r.Found.Where
		} else if r.Found != nil {
			names[i] += fmt.Sprintf(", at byte %d", r.Found.Offset)
		}
	}
	return names
}

// tokenFacts says in a line what a token is and how it was judged.
func tokenFacts(r *inspect.Report) string {
	facts := []string{plain.Title(r), string(r.Kind), fmt.Sprintf("%d bytes", r.Size), "signature " + string(r.Signature.Status), "time " + string(r.Time.Status)}
	if iss, ok := r.Token.Says().Get("iss").Text(); ok {
		facts = append(facts, "issuer "+iss)
	}
	return strings.Join(facts, ", ")
}
