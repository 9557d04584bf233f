// Package rule is the common shape of everything oidcscope checks: a [Rule] states what must hold, why, and how to
// repair it; running it gives an [Outcome]. Token checks and provider checks are lists of rules, and so are their
// documentation pages, their JSON and their panes.
//
// [Run] is what to use first. It keeps three promises: a rule whose precondition failed is "not reached" rather than
// passed, a rule that panics becomes a finding about itself, and the order of the list is the order of the outcomes.
package rule

import (
	"fmt"
	"strings"
)

// Severity of a finding. Error: a specification says MUST, or a real client breaks. Warn: SHOULD, or a known risk.
// Info: good to know. The zero value is no severity: a finding that has it takes its rule's.
type Severity int

const (
	_ Severity = iota
	Info
	Warn
	Error
)

// String returns the word used in every output: "info", "warn" or "error".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warn:
		return "warn"
	default:
		return "info"
	}
}

// MarshalText writes the severity as its word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word that MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "error":
		*s = Error
	case "warn":
		*s = Warn
	case "info":
		*s = Info
	default:
		return fmt.Errorf("severity: want error, warn or info, got %q", text)
	}
	return nil
}

// Ref names a place in a specification or in a provider's documentation.
type Ref struct {
	Spec    string // "RFC 7519", "OpenID Connect Core"
	Section string // "4.1.4"; may be empty
	URL     string // where to read it; may be empty
}

// String gives the reference as it is printed: "RFC 7519 4.1.4".
func (r Ref) String() string { return strings.TrimSpace(r.Spec + " " + r.Section) }

// MarshalText writes the reference as [Ref.String] gives it.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Refs reads references as they are written, "RFC 7519 4.1.4": the last word is the section when it is a number with dots.
func Refs(texts ...string) []Ref {
	all := make([]Ref, len(texts))
	for i, t := range texts {
		all[i] = Ref{Spec: t}
		if cut := strings.LastIndexByte(t, ' '); cut > 0 && t[cut+1] >= '0' && t[cut+1] <= '9' && (strings.ContainsRune(t[cut:], '.') || !bareNumber(t[:cut])) {
			all[i] = Ref{Spec: t[:cut], Section: t[cut+1:]}
		}
	}
	return all
}

// bareNumber reports whether the number that follows belongs to the name of the document: "RFC 9068".
func bareNumber(before string) bool { return before == "RFC" }

// JoinRefs prints several references in one line, separated by "; ".
func JoinRefs(refs []Ref) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}

// Finding is one thing that a check found, at one place. Its JSON is part of the output contract.
type Finding struct {
	ID       string   `json:"id"`
	Slug     string   `json:"slug"`
	Severity Severity `json:"severity"`
	At       string   `json:"at,omitempty"`
	Message  string   `json:"message"`
	Fix      string   `json:"fix,omitempty"`
	Ref      string   `json:"ref,omitempty"`
}

// Result says how a check ended. A check that could not be made is never a pass.
type Result string

const (
	Pass          Result = "pass"
	Found         Result = "finding"
	NotApplicable Result = "not_applicable"
	NotReached    Result = "not_reached"
	Inconclusive  Result = "inconclusive" // of probes: it was asked, and the answer says neither
)

// Rule is one check over a subject S, with the documentation it cannot exist without.
type Rule[S any] struct {
	ID, Slug, Title string
	Severity        Severity
	Refs            []Ref
	Needs           []string // ids of rules; when one of these has findings or was not reached, this one is not reached
	Why, Fix        string
	Good, Bad       string // examples, used by documentation and tests

	// Applies says whether the rule has anything to judge in this subject; nil means always.
	Applies func(S) bool
	// Check returns the findings. Members left empty (ID, Slug, Severity, Fix, Ref) are filled from the rule.
	Check func(S) []Finding
}

// Outcome is how one rule ended on one subject.
type Outcome struct {
	ID, Slug string
	Result   Result
	Findings []Finding
	Reason   string // for not_reached: which precondition failed
}

// Run applies the rules in order and gives one outcome for each.
func Run[S any](rules []Rule[S], subject S) []Outcome {
	outcomes := make([]Outcome, 0, len(rules))
	blocked := make(map[string]bool)
	for i := range rules {
		r := &rules[i]
		o := Outcome{ID: r.ID, Slug: r.Slug}
		if need := firstBlocked(r.Needs, blocked); need != "" {
			o.Result, o.Reason = NotReached, need+" did not hold"
		} else {
			o = r.Apply(subject)
		}
		if o.Result == Found || o.Result == NotReached {
			blocked[r.ID] = true
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// Apply judges one subject by one rule, whatever its Needs are: for callers that keep an order of their own.
func (r *Rule[S]) Apply(subject S) Outcome {
	o := Outcome{ID: r.ID, Slug: r.Slug, Result: Pass}
	if r.Applies != nil && !r.Applies(subject) {
		o.Result = NotApplicable
		return o
	}
	if o.Findings = r.run(subject); len(o.Findings) > 0 {
		o.Result = Found
	}
	return o
}

// Worst is the highest severity of the outcome's findings; 0 without any.
func (o *Outcome) Worst() Severity {
	var worst Severity
	for i := range o.Findings {
		worst = max(worst, o.Findings[i].Severity)
	}
	return worst
}

// Findings applies the rules in order and gives only what they found: the quick way through, for streams of subjects. No
// outcome is kept, so rules that need others must go through [Run].
func Findings[S any](rules []Rule[S], subject S) []Finding {
	var all []Finding
	for next := 0; next < len(rules); {
		next = findFrom(rules, next, subject, &all)
	}
	return all
}

// findFrom applies the rules from an index on and gives the index to go on from: one rule that panics costs one recovery, the
// others none.
func findFrom[S any](rules []Rule[S], i int, subject S, all *[]Finding) (next int) {
	defer func() {
		if p := recover(); p != nil {
			*all = append(*all, rules[i].broken(p))
			next = i + 1
		}
	}()
	for ; i < len(rules); i++ {
		if r := &rules[i]; r.Applies == nil || r.Applies(subject) {
			if found := r.Check(subject); len(found) > 0 {
				*all = append(*all, r.fill(found)...)
			}
		}
	}
	return i
}

func firstBlocked(needs []string, blocked map[string]bool) string {
	for _, n := range needs {
		if blocked[n] {
			return n
		}
	}
	return ""
}

func (r *Rule[S]) run(subject S) (findings []Finding) {
	defer func() {
		if p := recover(); p != nil {
			findings = []Finding{r.broken(p)}
		}
	}()
	return r.fill(r.Check(subject))
}

// broken is the finding that a rule which panicked makes about itself.
func (r *Rule[S]) broken(p any) Finding {
	return Finding{
		ID: r.ID, Slug: r.Slug, Severity: Warn, At: "check",
		Message: fmt.Sprintf("this check itself failed: %v", p),
		Fix:     "please report this token or document shape to the oidcscope project",
	}
}

// fill completes findings from their rule.
func (r *Rule[S]) fill(findings []Finding) []Finding {
	for i := range findings {
		f := &findings[i]
		if f.ID == "" {
			f.ID, f.Slug = r.ID, r.Slug
		}
		if f.Severity == 0 {
			f.Severity = r.Severity
		}
		if f.Fix == "" {
			f.Fix = r.Fix
		}
		if f.Ref == "" {
			f.Ref = JoinRefs(r.Refs)
		}
	}
	return findings
}
