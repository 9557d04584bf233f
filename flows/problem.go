package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Problem is why a step failed: what was expected, what came, and which specification asks for it.
type Problem struct {
	Kind      ProblemKind // for exit codes and for the diagnosis
	Expected  string
	Got       string
	Mark      int // byte offset in Got (and Expected) of the first difference; -1 when it has no meaning
	Ref       string
	OAuth     *OAuthError     // the provider's own words, when it sent any
	Failure   *record.Failure // when the transport failed
	Exchange  int             // id of the exchange it is about; 0 when none
	Diagnosis *Diagnosis

	cause error // what errors.Is may look for, such as context.Canceled
}

// Error gives the problem in one line.
func (p *Problem) Error() string {
	switch {
	case p.Expected == "":
		return p.Got
	case p.Got == "":
		return "expected " + p.Expected
	default:
		return "expected " + p.Expected + ", got " + p.Got
	}
}

// Unwrap gives what is behind the problem: the transport's failure or the context's error.
func (p *Problem) Unwrap() error {
	if p.cause == nil && p.Failure != nil {
		return p.Failure
	}
	return p.cause
}

// ProblemKind sorts problems by what they mean for the caller.
type ProblemKind string

const (
	ProblemTransport ProblemKind = "transport" // no usable answer: exit code 3
	ProblemAnswer    ProblemKind = "answer"    // an answer that is not what the specification says
	ProblemRefused   ProblemKind = "refused"   // the provider said no
	ProblemCheck     ProblemKind = "check"     // a check of ours failed: state, nonce, iss, ID token
	ProblemConfig    ProblemKind = "config"    // the run cannot be made as configured: exit code 2
	ProblemUser      ProblemKind = "user"      // the person took too long, or refused
	ProblemCanceled  ProblemKind = "canceled"
)

// OAuthError is an error answer in any of its shapes, normalised.
type OAuthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
	URI         string `json:"error_uri,omitempty"`
	SubCode     string `json:"sub_code,omitempty"`
	Hint        string `json:"hint,omitempty"`
	TraceID     string `json:"trace_id,omitempty"`
	Status      int    `json:"status,omitempty"`
	Shape       string `json:"shape,omitempty"` // "json", "form", "query", "www-authenticate", "html", "empty" …
}

// Diagnosis says what happened, why it probably did, and what to do about it.
type Diagnosis struct {
	ID       string   `json:"id"`
	Summary  string   `json:"summary"`
	Causes   []string `json:"causes"`
	Fixes    []Fix    `json:"fixes"`
	Checked  []string `json:"checked,omitempty"` // what was looked at to say so
	Ref      string   `json:"ref,omitempty"`
	Provider string   `json:"provider,omitempty"`
}

// Fix is one thing to do, with the value to copy where there is one.
type Fix struct {
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
}

// DiagnosisInput is what a diagnosis may look at, beside the problem.
type DiagnosisInput struct {
	Flow     string // id of the flow
	Step     string // id of the step
	Config   Config
	Metadata *Metadata        // nil when discovery did not get that far
	Exchange *record.Exchange // the one the problem is about; nil when none

	Provider    string        // id of a preset, when the person named it
	RedirectURI string        // as it was sent; empty when the run did not get that far
	Scopes      []string      // as they were asked for
	Skew        time.Duration // how far the clock here is behind the provider's
	SkewKnown   bool          // whether an answer with a Date field came
	Found       []string      // slugs of what was unusual before
	Unproven    bool          // nobody saw that the token request carries the redirect URI and the verifier of its login: a capture
	Edits       []Edited      // what the person changed on the way, the nearest to the problem first
}

// Edited is a change that the person made to a request, or to an answer, before the problem.
type Edited struct {
	Step    string
	Purpose string // of the request: "token"
	Answer  bool   // the answer was changed, not the request
	Resent  bool   // the request was sent once more, and this is about the later answer
	What    string // "dropped code_verifier"
	Must    string // what it had to cause, when that is known: "without the verifier the provider must answer invalid_grant"
	Ref     string // who says so

	exchange int  // 0 for what a browser sends
	harmless bool // nothing had to come of it
}

// problem makes a Problem without a mark.
func problem(kind ProblemKind, expected, got, ref string) *Problem {
	return &Problem{Kind: kind, Expected: expected, Got: got, Mark: -1, Ref: ref}
}

// about notes which exchange a problem is about.
func (p *Problem) about(e *record.Exchange) *Problem {
	if e != nil {
		p.Exchange = e.ID
	}
	return p
}

// different makes the problem of two strings that must be the same, with the first difference marked.
func different(expected, got, ref string) *Problem {
	p := problem(ProblemCheck, expected, got, ref)
	p.Mark = firstDifference(expected, got)
	return p
}

// firstDifference gives the byte offset at which two strings begin to differ; the length of the shorter when one is the
// beginning of the other.
func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// transportProblem makes the problem of a request that had no usable answer.
func transportProblem(ctx context.Context, what string, err error, e *record.Exchange) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok { // the signer could not make what the request needs
		return p
	}
	failure, _ := errors.AsType[*record.Failure](err)
	if ctx.Err() != nil || errors.Is(err, record.ErrAborted) || failure != nil && failure.Kind == record.FailCanceled {
		return canceled(ctx, err).about(e)
	}
	if failure == nil {
		failure = &record.Failure{Kind: record.FailOther, Message: err.Error(), Cause: err.Error()}
	}
	p := problem(ProblemTransport, "an answer to the "+what+" request", failure.Message, transportRef(failure.Kind))
	p.Failure = failure
	return p.about(e)
}

// transportRef names the rule that a transport failure broke; where none was broken (nobody was there), it is empty.
func transportRef(kind record.FailureKind) string {
	switch kind {
	case record.FailTLSUnknown, record.FailTLSName, record.FailTLSExpired, record.FailTLSOther:
		return "RFC 6749 1.6; RFC 9110 4.3.4"
	case record.FailNotHTTP, record.FailReset:
		return "RFC 9112 2"
	case record.FailTruncated:
		return "RFC 9112 8"
	case record.FailRedirect:
		return "RFC 9110 15.4"
	case record.FailProxy:
		return "RFC 9110 9.3.6"
	}
	return ""
}

// canceled makes the problem of a run that was ended from outside.
func canceled(ctx context.Context, err error) *Problem {
	got := "the run was cancelled"
	if errors.Is(err, record.ErrAborted) {
		got = record.ErrAborted.Error()
	}
	p := problem(ProblemCanceled, "", got, "")
	if p.cause = context.Cause(ctx); p.cause == nil {
		p.cause = context.Canceled
	}
	return p
}

// asProblem makes a Problem of whatever a step returned.
func asProblem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return canceled(ctx, err)
	}
	p := problem(ProblemConfig, "", err.Error(), "")
	p.cause = err
	return p
}

// scrub masks the run's secrets in everything that a problem says. It is our reading of what happened; what really came
// is kept in the exchange.
func (p *Problem) scrub(secrets *secret.Set) {
	for _, text := range []*string{&p.Expected, &p.Got} {
		if clean := secrets.Scrub(*text); clean != *text {
			*text, p.Mark = clean, -1
		}
	}
	if p.OAuth != nil {
		for _, text := range []*string{&p.OAuth.Description, &p.OAuth.URI, &p.OAuth.Hint, &p.OAuth.Code, &p.OAuth.SubCode} {
			*text = secrets.Scrub(*text)
		}
	}
	if p.Failure != nil {
		failure := *p.Failure
		failure.Message, failure.Cause = secrets.Scrub(failure.Message), secrets.Scrub(failure.Cause)
		p.Failure = &failure
	}
}

// scrub masks the run's secrets in a diagnosis, which may quote the provider.
func (d *Diagnosis) scrub(secrets *secret.Set) {
	if d == nil {
		return
	}
	d.Summary = secrets.Scrub(d.Summary)
	for i := range d.Causes {
		d.Causes[i] = secrets.Scrub(d.Causes[i])
	}
	for i := range d.Fixes {
		d.Fixes[i].Text, d.Fixes[i].Value = secrets.Scrub(d.Fixes[i].Text), secrets.Scrub(d.Fixes[i].Value)
	}
}

// refused makes the problem of an error answer.
func refused(expected string, oauth *OAuthError, ref string, e *record.Exchange) *Problem {
	p := problem(ProblemRefused, expected, oauth.text(), ref)
	p.OAuth = oauth
	return p.about(e)
}

// text gives the provider's words in one line: "invalid_grant: the code has expired".
func (e *OAuthError) text() string {
	parts := []string{e.Code}
	if e.Description != "" && e.Description != e.Code {
		parts = append(parts, e.Description)
	}
	if e.Hint != "" {
		parts = append(parts, e.Hint)
	}
	text := strings.Trim(strings.Join(parts, ": "), ": ")
	if e.Status >= 300 {
		text = strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, text))
	}
	return text
}
