package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// run is what the probes of one run share. They are made one after the other, so nothing here is locked.
type run struct {
	cfg    Config
	plan   Plan
	ctx    context.Context
	client *flows.Bench
	other  *flows.Bench // nil without a second client
	dpop   *flows.Bench // the client with a key of its own; made by the first probe that needs it

	emit   func(Event)
	report *Report

	proper *landing // where a proper request lands
	visits map[Visit]*visited
	unmet  int      // visits in a row that nobody came back from
	lost   int      // visits that did not come back, and need not
	gaveUp bool     // no further visits
	kept   []*grant // to be revoked at the end
	facts  facts
}

// facts are what one probe finds out and a later one needs.
type facts struct {
	silent      *landing // where a request with prompt=none lands
	silentState string
	badClient   string   // error code that a client without any proof leads to
	reused      *grant   // of the first redemption of the code that was redeemed twice
	codeRefused bool     // the second redemption was refused
	bound       *grant   // bound to a key
	old         string   // the refresh token that was redeemed properly
	rotated     *grant   // what came for it
	rotation    Verdict  // why nothing came
	reuse       *Verdict // on the old refresh token coming again
}

// defaultRedirect leaves the port open (RFC 8252 7.3).
const defaultRedirect = "http://127.0.0.1/callback"

// visitTimeout is how long the browser may be out: a visit after the first needs no typing.
const visitTimeout = 3 * time.Minute

// Run makes the selected probes one after the other and tells emit what happens, from one goroutine, in order. The error is about
// the configuration; what became of the run stands in the report. When ctx ends, the probes that are left are not reached.
func Run(ctx context.Context, cfg Config, emit func(Event)) (*Report, error) {
	plan, err := Select(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.Client.RedirectURI == "" && !cfg.Client.Paste {
		cfg.Client.RedirectURI = defaultRedirect
	}
	if cfg.Client.UserTimeout <= 0 {
		cfg.Client.UserTimeout = visitTimeout
	}
	if cfg.Client.Now == nil {
		cfg.Client.Now = time.Now
	}
	r := &run{cfg: cfg, plan: plan, ctx: ctx, emit: emit, visits: map[Visit]*visited{},
		report: &Report{Issuer: cfg.Client.Issuer, ClientID: cfg.Client.ClientID}}
	if cfg.Other != nil {
		r.report.OtherID = cfg.Other.ID
	}
	started := cfg.Client.Now()
	emit(Began{Issuer: cfg.Client.Issuer, ClientID: cfg.Client.ClientID, Plan: plan})
	if err := r.open(); err != nil {
		return r.report, err
	}
	r.all(plan.Probes)
	if r.client != nil {
		r.tidy()
		r.close()
	}
	r.report.Interrupted = ctx.Err() != nil
	r.report.Duration = cfg.Client.Now().Sub(started)
	emit(Done{Report: r.report})
	return r.report, nil
}

// open reads the discovery document. A provider that can't be reached, or answers nonsense, is a result; a configuration that
// can't work is an error.
func (r *run) open() error {
	engine := func(e flows.Event) {
		if _, ok := e.(flows.Exchange); ok {
			r.report.Requests++
		}
		r.emit(Engine{e})
	}
	client, err := flows.NewBench(r.ctx, r.cfg.Client, engine)
	if p, ok := errors.AsType[*flows.Problem](err); ok && p.Kind != flows.ProblemConfig {
		if p.Kind == flows.ProblemTransport {
			r.report.Unreachable = p.Error()
		} else {
			r.report.Refused = "the discovery document: " + p.Error()
		}
		return nil
	}
	if err != nil {
		return err
	}
	r.client = client
	if o := r.cfg.Other; o != nil {
		if o.ID == r.cfg.Client.ClientID {
			return fmt.Errorf("a second client wanted that is not the first, got %q twice", o.ID)
		}
		if r.other, err = client.As(o.Config); err != nil {
			return fmt.Errorf("the second client: %w", err)
		}
	}
	return nil
}

func (r *run) close() {
	for _, b := range []*flows.Bench{r.client, r.other, r.dpop} {
		if b != nil {
			b.Close()
		}
	}
}

func (r *run) all(probes []Probe) {
	for i := range probes {
		p := &probes[i]
		var v Verdict
		switch {
		case r.ctx.Err() != nil:
			v = missed("interrupted")
		case r.client == nil && r.report.Unreachable != "":
			v = missed("the provider could not be reached")
		case r.client == nil:
			v = missed("there is no discovery document that could be read")
		default:
			r.emit(Trying{*p})
			r.client.Step(p.Slug)
			v = r.attempt(p)
			if r.ctx.Err() != nil {
				v = missed("interrupted")
			}
		}
		o := r.outcome(p, v)
		r.report.Outcomes = append(r.report.Outcomes, o)
		r.emit(Tried{o})
	}
}

// attempt makes one probe. One that panics over an odd answer says so, and does not take the others along.
func (r *run) attempt(p *Probe) (v Verdict) {
	defer func() {
		if trouble := recover(); trouble != nil {
			v = unclear("this probe itself failed: %v; please report the shape of the answer to the oidcscope project", trouble)
		}
	}()
	for _, n := range p.Needs {
		if v, ok := n.missing(r); !ok {
			return v
		}
	}
	return p.try(r)
}

// outcome makes the result of a verdict. What a provider said is cleaned, and the secrets of the run are masked in it.
func (r *run) outcome(p *Probe, v Verdict) Outcome {
	text := v.Text
	if r.client != nil {
		text = r.client.Scrub(text)
	}
	text = safe.Text(text)
	o := Outcome{ID: p.ID, Slug: p.Slug, Title: p.Title, Result: v.Result, Expected: p.Expects, Ref: rule.JoinRefs(p.Refs)}
	switch v.Result {
	case Pass:
		o.Got = text
	case Fail:
		o.Got, o.Fix, o.Severity = text, p.Fix, p.Severity
		if v.Severity != 0 {
			o.Severity = v.Severity
		}
	case Inconclusive:
		o.Got, o.Reason = text, text
	default:
		o.Reason = text
	}
	return o
}

func (r *run) asksOpenID() bool {
	scopes := r.cfg.Client.Scopes
	return len(scopes) == 0 || slices.Contains(strings.Fields(strings.Join(scopes, " ")), "openid")
}

// tidyTime is how long the end of a run may take, also of one that was interrupted.
const tidyTime = 3 * time.Second

// tidy revokes what the probes got and did not use up.
func (r *run) tidy() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), tidyTime)
	defer cancel()
	r.client.Step("tidy")
	endpoint := r.client.Metadata().RevocationEndpoint
	for _, g := range r.kept {
		token, hint := g.refresh, "refresh_token"
		if token == "" {
			token, hint = g.access, "access_token"
		}
		if token == "" || g.dead {
			continue
		}
		if endpoint != "" && isGood(g.bench.Post(ctx, "revocation", endpoint, form("token", token, "token_type_hint", hint))) {
			r.report.Revoked++
			continue
		}
		r.report.Left++
	}
	if r.report.Revoked+r.report.Left > 0 {
		r.emit(Tidied{Revoked: r.report.Revoked, Left: r.report.Left})
	}
}

func isGood(e *record.Exchange, err error) bool {
	return err == nil && e.Response != nil && isSuccess(e)
}
