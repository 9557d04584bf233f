package flows

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// skip is what a step returns when it has nothing to do.
type skip string

func (s skip) Error() string { return string(s) }

// Run runs the steps of a flow in order and emits what happens, from one goroutine, in order. It returns when the flow is
// done, failed (the error is a *[Problem], scrubbed of the run's secrets) or ctx is cancelled (a *Problem that wraps the
// context's error). The session is nil unless tokens were received, and is returned also when a later step failed.
// emit must not be nil; it may block, which holds the flow.
//
// The flows over a session ([Refresh], [FetchUserInfo]) take what cfg leaves empty from the session.
func Run(ctx context.Context, f Flow, cfg Config, emit func(Event)) (*Session, error) {
	s, err := newState(f, cfg, emit)
	if err == nil {
		err = s.cfg.check(f)
	}
	started := s.cfg.Now()
	s.announce()
	s.tellKept()
	var failed *Problem
	if err != nil {
		failed = s.tellProblem(asProblem(ctx, err))
	} else {
		defer s.record.CloseIdleConnections()
		failed = s.runSteps(ctx)
		s.closeCallback()
		s.pings.close()
		s.judgeRest()
	}
	s.emit(Done{Meta: s.metaOf(""), OK: failed == nil, Canceled: failed != nil && failed.Kind == ProblemCanceled,
		Duration: s.cfg.Now().Sub(started) - s.debug.held, Held: s.debug.held, Tokens: s.session.names()})
	if failed != nil {
		return s.session, failed
	}
	return s.session, nil
}

// runSteps returns the problem that ended the run, or the check that failed in an optional step: a run with a failed
// check is not a good run, even though it could go on.
func (s *state) runSteps(ctx context.Context) *Problem {
	failed := make([]*Problem, len(s.flow.Steps)) // of the steps that the run went on after
	for i := s.begin(); i < len(s.flow.Steps); {
		s.trail.keep(s, i)
		p, goOn := s.runStep(ctx, s.flow.Steps[i])
		if to, back := s.goBack(); back {
			clear(failed[to:])
			i = to
			continue
		}
		if p != nil && !goOn {
			return p
		}
		failed[i] = p
		i++
	}
	for _, p := range failed {
		if p != nil {
			return p
		}
	}
	return nil
}

// runStep gives the problem of a step that counts against the run, and whether the run goes on all the same.
func (s *state) runStep(ctx context.Context, step Step) (p *Problem, goOn bool) {
	s.step, s.note, s.outcome = step.ID, "", Good
	err := s.holdStep(ctx)
	started, held := s.cfg.Now(), s.debug.held
	s.emit(StepStarted{s.here()})
	if err == nil && s.debug.leave == nil {
		err = step.run(ctx, s)
	}
	if s.debug.leave != nil && ctx.Err() == nil {
		s.emit(StepSkipped{Meta: s.here(), Reason: s.debug.leave.reason()})
		return nil, true
	}
	switch reason := err.(type) {
	case nil:
		s.judgeStep(nil)
		s.emit(StepDone{Meta: s.here(), Duration: s.cfg.Now().Sub(started) - (s.debug.held - held), Held: s.debug.held - held, Note: s.note, Outcome: s.outcome})
		return nil, true
	case skip:
		s.emit(StepSkipped{Meta: s.here(), Reason: string(reason)})
		return nil, true
	default:
		p = asProblem(ctx, err)
		s.judgeStep(p)
		s.tellProblem(p)
		if s.holdFailure(ctx, p) { // the person wants to see what comes after
			return p, true
		}
		if !step.Optional || p.Kind == ProblemCanceled {
			return p, false
		}
		if p.Kind != ProblemCheck {
			return nil, true
		}
		return p, true
	}
}

// tellProblem scrubs a problem, has it diagnosed, and emits it.
func (s *state) tellProblem(p *Problem) *Problem {
	p.scrub(s.secrets)
	if s.cfg.Diagnose != nil && p.Kind != ProblemCanceled {
		if d := s.cfg.Diagnose(p, s.diagnosisInput(p)); d != nil {
			p.Diagnosis = d
		}
	}
	p.Diagnosis.scrub(s.secrets)
	s.trail.fail(s.step)
	s.emit(StepFailed{Meta: s.here(), Problem: *p})
	return p
}

// diagnosisInput is what is known beside a problem.
func (s *state) diagnosisInput(p *Problem) DiagnosisInput {
	in := DiagnosisInput{Flow: s.flow.ID, Step: s.step, Config: s.cfg, Metadata: s.metadata,
		RedirectURI: s.login.redirectURI, Scopes: s.login.scopes, Skew: s.skew, SkewKnown: s.skewKnown, Found: s.unusual, Edits: s.editsBefore(p)}
	if s.last != nil && s.last.ID == p.Exchange {
		in.Exchange = s.last
	}
	return in
}

// readClock compares the provider's clock with ours, by the Date of an answer (RFC 9110 6.6.1, whole seconds).
func (s *state) readClock(e *record.Exchange) {
	if e.Response == nil || e.Timing.Start.IsZero() {
		return
	}
	if theirs, err := http.ParseTime(record.Get(e.Response.Headers, "Date")); err == nil {
		s.skew, s.skewKnown = theirs.Sub(e.Timing.Start.Add(e.Timing.Total)), true
	}
}

// stepOf gives the step of an id; the zero step when the flow has none.
func (s *state) stepOf(id string) Step {
	for _, step := range s.flow.Steps {
		if step.ID == id {
			return step
		}
	}
	return Step{}
}

// announce opens the stream.
func (s *state) announce() {
	steps := make([]StepInfo, len(s.flow.Steps))
	for i, step := range s.flow.Steps {
		steps[i] = StepInfo{ID: step.ID, Title: step.Title, From: step.From, To: step.To}
	}
	s.emit(RunStarted{Meta: s.metaOf(""), Flow: s.flow.ID, Title: s.flow.Title, Issuer: first(s.issuer.issuer, s.cfg.Endpoints.Place()),
		ClientID: s.cfg.ClientID, Steps: steps, Warnings: s.warnings()})
}

// warnings are what stays on screen for the whole run.
func (s *state) warnings() []string {
	var w []string
	if s.flow.Caution != "" {
		w = append(w, s.flow.Caution)
	}
	if unused := s.cfg.unusedWarning(s.flow); unused != "" {
		w = append(w, unused)
	}
	if s.cfg.Transport.InsecureSkipVerify {
		w = append(w, "certificates are not verified (--insecure-skip-verify): anyone on the way can read and change everything, tokens included")
	}
	if s.issuer.plainHTTP() {
		w = append(w, "the issuer uses http beyond this machine: everything, tokens included, travels unprotected (OpenID Connect Core 2 asks for https)")
	}
	return w
}

func runID(random io.Reader) string {
	var b [6]byte
	io.ReadFull(random, b[:])
	return hex.EncodeToString(b[:])
}

// count says how many there are of something.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// random gives n bytes for state, nonce and verifier.
func (s *state) random(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(s.cfg.Random, b)
	return b, err
}

// metaOf gives the common members of an event of a step, here those of the step that runs.
func (s *state) metaOf(step string) Meta {
	return Meta{Time: s.cfg.Now(), Run: s.id, Step: step, secrets: s.secrets}
}

func (s *state) here() Meta { return s.metaOf(s.step) }

func (s *state) emit(e Event) { s.emitTo(e) }

// held tells that a request is at the gate.
func (s *state) held(h *record.Held) {
	s.emit(StepHeld{Meta: s.here(), Held: h})
}

// exchanged takes a finished exchange from the transport: its secrets are remembered before anybody sees it.
func (s *state) exchanged(e record.Exchange) {
	if !e.Aside {
		s.last = &e
	}
	s.readClock(&e)
	learnExchange(s.secrets, &e, &s.reading)
	s.trail.used(&e)
	s.emit(Exchange{Meta: s.here(), Exchange: e})
	s.compareResent(&e)
	s.judgeExchange(&e)
}

// variable tells a value that the step produced, and remembers it when it is a secret.
func (s *state) variable(name, value, from string, usedBy ...string) {
	hidden := secret.IsParam(name)
	if hidden {
		s.secrets.Add(value)
	}
	v := Variable{Meta: s.here(), Name: name, Value: value, Secret: hidden, From: from, UsedBy: s.users(name, usedBy)}
	s.trail.made(v)
	s.emit(v)
}

// users completes the steps that use a value, in the order of the flow: what the browser is sent with goes into a signed or pushed
// request before, when there is one; and a step that this flow does not have uses nothing.
func (s *state) users(name string, named []string) []string {
	var all []string
	for _, step := range s.flow.Steps {
		before := false
		switch step.ID {
		case "request_object":
			before = !strings.HasPrefix(name, "request") // these it makes
		case "par":
			before = name != "request_uri"
		}
		if before && slices.Contains(named, "authorize") || slices.Contains(named, step.ID) {
			all = append(all, step.ID)
		}
	}
	return all
}

// found tells something unusual that does not end the step.
func (s *state) found(severity rule.Severity, slug, message, fix, ref string) {
	s.unusual = append(s.unusual, slug)
	s.emit(Found{Meta: s.here(), Finding: rule.Finding{ID: "RUN-" + slug, Slug: slug, Severity: severity, At: s.step,
		Message: s.secrets.Scrub(message), Fix: fix, Ref: ref}})
}
