package flows

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// state is what the steps of one run share. Steps run one after the other in the goroutine that called Run, so nothing
// here is locked.
type state struct {
	cfg     Config
	flow    Flow
	id      string
	emitTo  func(Event)
	secrets *secret.Set
	record  *record.Transport
	http    *http.Client
	last    *record.Exchange // the newest exchange

	step string // id of the step that runs
	note string // its one line of result

	issuer   issuerInput
	metadata *Metadata
	keys     *inspect.KeySet
	login    login
	listener *callbackListener // open from the step that needs its address until the answer is in

	clientKey   *signingKey // nil without Config.ClientKey
	certificate string      // x5t#S256 of the client's certificate; empty without one
	dpop        *dpopKey    // nil for bearer tokens
	device      deviceAnswer
	backchannel backchannel
	pings       *pingListener  // of CIBA; nil when polling
	direct      bool           // the tokens came over verified TLS (OpenID Connect Core 3.1.3.7 item 6)
	front       bool           // the tokens came through the browser
	idToken     *inspect.Token // the ID token of this run, once validated
	session     *Session       // nil until tokens came

	skew      time.Duration // how far the clock here is behind the provider's
	skewKnown bool
	unusual   []string // slugs of the findings, for the diagnosis
}

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
	var failed *Problem
	if err != nil {
		failed = s.tellProblem(asProblem(ctx, err))
	} else {
		defer s.record.CloseIdleConnections()
		failed = s.runSteps(ctx)
		s.closeCallback()
		s.pings.close()
	}
	s.emit(Done{Meta: s.metaOf(""), OK: failed == nil, Canceled: failed != nil && failed.Kind == ProblemCanceled,
		Duration: s.cfg.Now().Sub(started), Tokens: s.session.names()})
	if failed != nil {
		return s.session, failed
	}
	return s.session, nil
}

// runSteps returns the problem that ended the run, or the check that failed in an optional step: a run with a failed
// check is not a good run, even though it could go on.
func (s *state) runSteps(ctx context.Context) *Problem {
	var checkFailed *Problem
	for _, step := range s.flow.Steps {
		p := s.runStep(ctx, step)
		switch {
		case p == nil:
		case !step.Optional || p.Kind == ProblemCanceled:
			return p
		case p.Kind == ProblemCheck && checkFailed == nil:
			checkFailed = p
		}
	}
	return checkFailed
}

func (s *state) runStep(ctx context.Context, step Step) *Problem {
	s.step, s.note = step.ID, ""
	started := s.cfg.Now()
	s.emit(StepStarted{s.here()})
	err := ctx.Err()
	if err == nil {
		err = step.run(ctx, s)
	}
	switch reason := err.(type) {
	case nil:
		s.emit(StepDone{Meta: s.here(), Duration: s.cfg.Now().Sub(started), Note: s.note})
		return nil
	case skip:
		s.emit(StepSkipped{Meta: s.here(), Reason: string(reason)})
		return nil
	default:
		return s.tellProblem(asProblem(ctx, err))
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
	s.emit(StepFailed{Meta: s.here(), Problem: *p})
	return p
}

// diagnosisInput is what is known beside a problem.
func (s *state) diagnosisInput(p *Problem) DiagnosisInput {
	in := DiagnosisInput{Flow: s.flow.ID, Step: s.step, Config: s.cfg, Metadata: s.metadata,
		RedirectURI: s.login.redirectURI, Scopes: s.login.scopes, Skew: s.skew, SkewKnown: s.skewKnown, Found: s.unusual}
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

// announce opens the stream.
func (s *state) announce() {
	steps := make([]StepInfo, len(s.flow.Steps))
	for i, step := range s.flow.Steps {
		steps[i] = StepInfo{ID: step.ID, Title: step.Title, From: step.From, To: step.To}
	}
	s.emit(RunStarted{Meta: s.metaOf(""), Flow: s.flow.ID, Title: s.flow.Title, Issuer: s.issuer.issuer,
		ClientID: s.cfg.ClientID, Steps: steps, Warnings: s.warnings()})
}

func newState(f Flow, cfg Config, emit func(Event)) (*state, error) {
	s := &state{cfg: cfg.withDefaults(f.prior), flow: f, emitTo: emit, secrets: new(secret.Set)}
	s.id = runID(s.cfg.Random)
	s.secrets.AddBasic(s.cfg.ClientID, s.cfg.ClientSecret.Reveal())
	if f.prior != nil {
		s.metadata, s.keys = f.prior.Metadata, f.prior.Keys
		s.idToken = f.prior.idToken()
		for _, t := range []secret.Text{f.prior.Tokens.ID, f.prior.Tokens.Access, f.prior.Tokens.Refresh} {
			s.secrets.Add(t.Reveal())
		}
	}
	s.issuer = parseIssuer(s.cfg.Issuer)
	rt, err := record.New(record.Options{
		CAPEM: s.cfg.Transport.CAPEM, Timeout: s.cfg.Transport.Timeout, InsecureSkipVerify: s.cfg.Transport.InsecureSkipVerify,
		ClientCertPEM: s.cfg.Transport.ClientCertPEM, ClientKeyPEM: []byte(s.cfg.Transport.ClientCertKeyPEM.Reveal()),
		Proxy: s.cfg.Transport.Proxy, Base: s.cfg.Transport.Base, Now: s.cfg.Now,
		Gate: s.cfg.Gate, OnHold: s.held, OnExchange: s.exchanged,
	})
	if err != nil {
		return s, problem(ProblemConfig, "usable transport settings", err.Error(), "")
	}
	s.record, s.http = rt, rt.Client()
	s.http.Transport = signer{s, rt}
	return s, s.loadKeys()
}

// loadKeys reads what the client proves itself with.
func (s *state) loadKeys() (err error) {
	if s.clientKey, err = parseClientKey(s.cfg); err != nil {
		return err
	}
	if chain := s.record.ClientCertificate(); len(chain) > 0 {
		s.certificate = certificateThumbprint(chain[0])
	}
	return s.prepareDPoP()
}

// withDefaults fills in what was left empty: from the session the flow works on, then from the documented defaults.
func (c Config) withDefaults(prior *Session) Config {
	if prior != nil {
		c = c.inherit(prior.Config)
	}
	if c.UserTimeout <= 0 {
		c.UserTimeout = 5 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Listen == nil {
		c.Listen = func(ctx context.Context, network, address string) (net.Listener, error) {
			return new(net.ListenConfig).Listen(ctx, network, address)
		}
	}
	return c
}

// inherit takes the provider, the client and the way of travel from an earlier run.
func (c Config) inherit(prior Config) Config {
	gate, diagnose, grant, extra := c.Gate, c.Diagnose, c.Grant, c.Extra
	if c.Issuer == "" {
		c = prior
		c.Grant, c.Extra = grant, extra // those of the login are about the login
	}
	if gate != nil {
		c.Gate = gate
	}
	if diagnose != nil {
		c.Diagnose = diagnose
	}
	return c
}

// check finds what can't work before anything is sent.
func (c Config) check(f Flow) error {
	switch {
	case c.Issuer == "" && !f.bare:
		return problem(ProblemConfig, "an issuer, such as https://idp.example", "none", "OpenID Connect Core 2")
	case c.ClientID == "" && !f.anonymous:
		return problem(ProblemConfig, "a client id, as registered with the provider", "none", "RFC 6749 2.2")
	case c.AuthMethod != "" && !slices.Contains(AuthMethods(), c.AuthMethod):
		return problem(ProblemConfig, "a client authentication method: "+methodNames(), string(c.AuthMethod), "RFC 7591 2")
	case c.ClientSecret.IsZero() && (c.AuthMethod == AuthBasic || c.AuthMethod == AuthPost || c.AuthMethod == AuthSecretJWT):
		return problem(ProblemConfig, "a client secret for "+string(c.AuthMethod), "none", "RFC 6749 2.3.1")
	case c.ClientKey.IsZero() && c.AuthMethod == AuthPrivateKeyJWT:
		return problem(ProblemConfig, "the client's private key for private_key_jwt", "none", "OpenID Connect Core 9")
	case len(c.Transport.ClientCertPEM) == 0 && c.AuthMethod.usesCertificate():
		return problem(ProblemConfig, "the client's certificate for "+string(c.AuthMethod), "none", "RFC 8705 2")
	case len(f.Steps) == 0:
		return problem(ProblemConfig, "a flow with steps", f.ID, "")
	}
	if p := c.Request.check(); p != nil {
		return p
	}
	return nil
}

func methodNames() string {
	var names []string
	for _, m := range AuthMethods() {
		names = append(names, string(m))
	}
	return strings.Join(names, ", ")
}

// warnings are what stays on screen for the whole run.
func (s *state) warnings() []string {
	var w []string
	if s.flow.Caution != "" {
		w = append(w, s.flow.Caution)
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
	s.last = &e
	s.readClock(&e)
	learnExchange(s.secrets, &e)
	s.emit(Exchange{Meta: s.here(), Exchange: e})
}

// variable tells a value that the step produced, and remembers it when it is a secret.
func (s *state) variable(name, value, from string, usedBy ...string) {
	hidden := secret.IsParam(name)
	if hidden {
		s.secrets.Add(value)
	}
	s.emit(Variable{Meta: s.here(), Name: name, Value: value, Secret: hidden, From: from, UsedBy: usedBy})
}

// found tells something unusual that does not end the step.
func (s *state) found(severity rule.Severity, slug, message, fix, ref string) {
	s.unusual = append(s.unusual, slug)
	s.emit(Found{Meta: s.here(), Finding: rule.Finding{ID: "RUN-" + slug, Slug: slug, Severity: severity, At: s.step,
		Message: s.secrets.Scrub(message), Fix: fix, Ref: ref}})
}
