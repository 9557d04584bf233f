// Package probe tries on a provider what it must refuse: a code that was used before, a wrong verifier, a redirect URI that differs by a
// slash, a proof of possession sent twice. What the doctor can't see without a login is seen here, by a client that the person names, at
// a provider that is theirs to test.
//
// Use [Run] with a [Config]; [Select] says beforehand what will be done and how often the browser is needed. What it knows is a list of
// probes ([Probes]), each with what it sends, what it needs, what the specifications expect, and the repair. It promises that nothing is
// tried more than once, that every request goes through a flows.Bench (and so is recorded, with its secrets masked), that a refusal which says
// nothing about the question is never called a pass, and that the tokens it got are revoked at the end where the provider can.
//
// Probes that need no login come first. They knock at the authorization endpoint as a browser without cookies would, and compare the
// answer with that to a proper request. Only where that leaves the question open, and for all that needs a code, the person's browser is
// asked; each such visit is announced.
package probe

import (
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Config says whom to test, as which client.
type Config struct {
	Client flows.Config // the provider, and the client that the person named
	Other  *Other       // a second client of theirs; nil: what needs one is not reached

	Only, Skip []string // ids or slugs of probes; empty: all, none

	// Say takes what the person says while the browser is out: see Word. Nil: nobody says anything.
	Say <-chan Word
}

// Other is the second client.
type Other struct {
	ID     string
	Config func(*flows.Config) // puts it in the place of the first: its id, its secret, its way to authenticate
}

// Word is what a person can say about a visit of the browser that does not come back.
type Word string

const (
	Skip     Word = "skip"    // leave it at that
	SawError Word = "refused" // the browser shows an error page of the provider
)

// Result is how a probe ended.
type Result string

const (
	Pass          Result = "pass"           // the provider did what the specifications say
	Fail          Result = "fail"           // it did not
	NotApplicable Result = "not_applicable" // the question does not arise
	NotReached    Result = "not_reached"    // it could not be asked
	Inconclusive  Result = "inconclusive"   // it was asked, and the answer says neither
)

// Probe is one attempt, with the documentation it cannot exist without.
type Probe struct {
	ID, Slug, Title string
	Severity        rule.Severity // of a provider that fails
	Refs            []rule.Ref
	Does            string // what is sent
	Expects         string // what the provider must do
	Fix             string // for the provider that does not
	Visit           Visit  // the visit of the browser that it needs; empty: none
	IfOpen          bool   // that visit is only made when the answer without it leaves the question open
	Needs           []Need

	try func(*run) Verdict
}

// Outcome is how one probe ended.
type Outcome struct {
	ID, Slug, Title string
	Result          Result
	Severity        rule.Severity // of a fail, 0 else
	Expected        string
	Got             string // what the provider did; empty when it was not asked
	Reason          string // why a probe is not applicable, not reached or inconclusive
	Fix             string // of a fail
	Ref             string
}

// Event is one thing that happened in a run. The set is closed: the types below.
type Event interface{ isEvent() }

type (
	// Began opens a run.
	Began struct {
		Issuer, ClientID string
		Plan             Plan
	}
	// Trying says which probe is made now.
	Trying struct{ Probe Probe }
	// Opening announces a visit of the browser, the Nth.
	Opening struct {
		N     int
		Visit Visit
		Why   string // "to get a code that is redeemed twice"
	}
	// Engine is what the engine tells: the requests, and what the person has to do.
	Engine struct{ flows.Event }
	// Tried is the end of one probe.
	Tried struct{ Outcome }
	// Tidied says what became of the tokens that the probes got.
	Tidied struct{ Revoked, Left int }
	// Done closes every run.
	Done struct{ Report *Report }
)

func (Began) isEvent()   {}
func (Trying) isEvent()  {}
func (Opening) isEvent() {}
func (Engine) isEvent()  {}
func (Tried) isEvent()   {}
func (Tidied) isEvent()  {}
func (Done) isEvent()    {}

// Report is what a run leaves. Outcomes has one for each selected probe, by id.
type Report struct {
	Issuer, ClientID, OtherID string
	Outcomes                  []Outcome
	Unreachable               string // why the provider could not be asked at all; empty when it answered
	Refused                   string // why no probe was made although it answered; empty when they were
	Interrupted               bool
	Visits                    int // of the browser
	Requests                  int
	Revoked, Left             int // tokens that were revoked at the end, and that were left to expire
	Duration                  time.Duration
}

// Summary counts outcomes.
type Summary struct {
	Probes        int `json:"probes"`
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	Errors        int `json:"errors"` // of those that failed, by severity
	Warnings      int `json:"warnings"`
	Infos         int `json:"infos"`
	NotApplicable int `json:"not_applicable"`
	NotReached    int `json:"not_reached"`
	Inconclusive  int `json:"inconclusive"`
}

// Count makes the summary of a report.
func (r *Report) Count() Summary {
	s := Summary{Probes: len(r.Outcomes)}
	for i := range r.Outcomes {
		switch o := &r.Outcomes[i]; o.Result {
		case Pass:
			s.Passed++
		case NotApplicable:
			s.NotApplicable++
		case NotReached:
			s.NotReached++
		case Inconclusive:
			s.Inconclusive++
		default:
			s.Failed++
			switch o.Severity {
			case rule.Error:
				s.Errors++
			case rule.Warn:
				s.Warnings++
			default:
				s.Infos++
			}
		}
	}
	return s
}

// Bad reports whether a probe of severity error failed.
func (r *Report) Bad() bool { return r.Count().Errors > 0 }
