package probe

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/flows"
)

// Visit is one trip of the browser to the provider and back. Probes that can share one do: a code is good once, so most can't.
type Visit string

const (
	First           Visit = "first"
	TwiceRedeemed   Visit = "twice-redeemed"
	WrongVerifier   Visit = "wrong-verifier"
	NoVerifier      Visit = "no-verifier"
	PlainVerifier   Visit = "plain-verifier"
	RedirectChanged Visit = "redirect-changed"
	RedirectLeftOut Visit = "redirect-left-out"
	ForOther        Visit = "for-other"
	NoAuth          Visit = "no-auth"
	NoChallenge     Visit = "no-challenge"
	PlainChallenge  Visit = "plain-challenge"
	UnknownScope    Visit = "unknown-scope"
	UnsignedRequest Visit = "unsigned-request"
	AgainByTyping   Visit = "again"
	Pushed          Visit = "pushed"
	Refreshing      Visit = "refreshing"
	Bound           Visit = "bound"
	ChangedRedirect Visit = "changed-redirect" // one for each redirect URI that the provider did not refuse at once
)

// trip is what is special about a visit.
type trip struct {
	why    string // the end of "the browser is opened …"
	open   bool   // it need not come back: an error page is a good end of it
	state  *string
	change func(*run, *flows.Authorization)
}

// oddState holds what gets lost when a state is decoded once too often, or put into an address without encoding. All of it is
// allowed (RFC 6749 appendix A.5: printable ASCII).
const oddState = "oidcscope ~+&=%25/?#;,'!*()"

func (v Visit) trip() trip {
	none, odd := "", oddState
	set := func(pairs ...string) func(*run, *flows.Authorization) {
		return func(_ *run, a *flows.Authorization) {
			for i := 0; i < len(pairs); i += 2 {
				a.Params.Set(pairs[i], pairs[i+1])
			}
		}
	}
	switch v {
	case First:
		return trip{why: "for a proper login: the tokens that the other probes work with", change: askConsent}
	case TwiceRedeemed:
		return trip{why: "to get a code that is redeemed twice"}
	case WrongVerifier:
		return trip{why: "to get a code that is redeemed with a wrong verifier"}
	case NoVerifier:
		return trip{why: "to get a code that is redeemed without the verifier"}
	case PlainVerifier:
		return trip{why: "to get a code that is redeemed with the challenge in place of the verifier"}
	case RedirectChanged:
		return trip{why: "to get a code that is redeemed with another redirect URI, and to see a state with special characters come back", state: &odd}
	case RedirectLeftOut:
		return trip{why: "to get a code that is redeemed without the redirect URI, by a request without state", state: &none}
	case ForOther:
		return trip{why: "to get a code that the second client tries to redeem"}
	case NoAuth:
		return trip{why: "to get a code that is redeemed without the client's authentication"}
	case NoChallenge:
		return trip{why: "to ask without a code challenge", open: true, change: func(_ *run, a *flows.Authorization) { withoutChallenge(a) }}
	case PlainChallenge:
		return trip{why: "to ask with a plain code challenge", open: true, change: func(_ *run, a *flows.Authorization) { plainChallenge(a) }}
	case UnknownScope:
		return trip{why: "to ask for a scope that does not exist", open: true, change: func(_ *run, a *flows.Authorization) { addUnknownScope(a) }}
	case UnsignedRequest:
		return trip{why: "to send a request object that nobody signed", open: true, change: func(r *run, a *flows.Authorization) { unsignedRequest(r, a) }}
	case AgainByTyping:
		return trip{why: "to log in again although the browser is logged in", change: set("prompt", "login", "max_age", "0")}
	case Refreshing:
		return trip{why: "to get a refresh token; some providers end the earlier one of a person with each new login", change: askConsent}
	case Pushed:
		return trip{why: "with a pushed request, whose reference is then used again"}
	case Bound:
		return trip{why: "to get a token that is bound to a key (DPoP)"}
	}
	return trip{why: "with the changed redirect URI, as the provider did not refuse it at once", open: true}
}

// askConsent has the first login ask for what refresh tokens need (OpenID Connect Core 11), unless the person said what to ask.
func askConsent(r *run, a *flows.Authorization) {
	if hasScope(a.Params.Get("scope"), "offline_access") && !a.Params.Has("prompt") {
		a.Params.Set("prompt", "consent")
	}
}

// visited is what a visit brought.
type visited struct {
	a       *flows.Authorization
	answer  url.Values        // what came to the redirect URI; nil when nothing did
	refused *flows.OAuthError // instead of a code
	verdict Verdict           // why there is no answer; the zero Verdict when there is one
	grant   *grant            // what the code was redeemed for, when that is done once for several probes
	sent    time.Time
	address string
}

// code is the code that came, empty without one.
func (v *visited) code() string { return v.answer.Get("code") }

// noCode is the verdict of a probe that needed a code and got none.
func (v *visited) noCode() Verdict {
	switch {
	case v.verdict.Result != "":
		return v.verdict
	case v.refused != nil:
		return missed("instead of a code the provider sent %s", words(v.refused))
	}
	return missed("the browser came back without a code")
}

func words(e *flows.OAuthError) string {
	if e.Description == "" {
		return e.Code
	}
	return e.Code + ": " + shorten(e.Description)
}

// visit sends the browser, once for each kind of visit.
func (r *run) visit(kind Visit) *visited {
	if v := r.visits[kind]; v != nil {
		return v
	}
	t := kind.trip()
	v := r.send(r.client, kind, flows.AuthorizationOptions{Listen: !r.cfg.Client.Paste, State: t.state}, t.change)
	r.visits[kind] = v
	return v
}

// send makes a request, announces the visit, and waits for the browser.
func (r *run) send(b *flows.Bench, kind Visit, o flows.AuthorizationOptions, change func(*run, *flows.Authorization)) *visited {
	v := &visited{}
	if kind.trip().open {
		if why, ok := r.mayVisit(); !ok {
			v.verdict = why
			return v
		}
	}
	if r.gaveUp {
		v.verdict = missed("no further visits after the browser did not come back")
		return v
	}
	var err error
	if v.a, err = b.Authorization(r.ctx, o); err != nil {
		v.verdict = unsent(err)
		return v
	}
	if change != nil {
		change(r, v.a)
	}
	if v.address, err = b.Address(r.ctx, v.a); err != nil {
		p, ok := errors.AsType[*flows.Problem](err)
		if ok && p.OAuth != nil { // refused where it was pushed to
			v.refused, v.answer = p.OAuth, url.Values{}
			return v
		}
		v.verdict = unsent(err)
		return v
	}
	r.report.Visits++
	r.emit(Opening{N: r.report.Visits, Visit: kind, Why: kind.trip().why})
	v.sent = r.cfg.Client.Now()
	r.await(b, v, kind.trip().open)
	return v
}

// errSaid ends a visit by the person's word.
type errSaid Word

func (e errSaid) Error() string { return "the person said: " + string(e) }

// await waits for the browser, or for the person who says that it does not come back.
func (r *run) await(b *flows.Bench, v *visited, open bool) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		select {
		case word := <-r.cfg.Say:
			cancel(errSaid(word))
		case <-ctx.Done():
		}
	}()
	answer, err := b.Await(ctx, v.address)
	cause := context.Cause(ctx)
	cancel(nil)
	<-listening
	var said errSaid
	switch {
	case err == nil:
		r.unmet = 0
		v.answer, v.refused = answer, flows.NormaliseQuery(answer)
	case errors.As(cause, &said) && Word(said) == SawError:
		v.refused, v.answer = &flows.OAuthError{Code: "an error page in the browser, as you said"}, url.Values{}
	case errors.As(cause, &said):
		v.verdict = missed("the visit of the browser was skipped")
		r.nobody(open)
	case open:
		v.verdict = missed("the browser did not come back: %v", err)
		r.lost++
	default:
		v.verdict = missed("the browser did not come back: %v", err)
		r.nobody(open)
	}
	if v.a != nil {
		b.Secret(v.code())
	}
}

// nobody gives up on visits when two in a row, or the very first, led to nothing: a person who is not there is not asked on and on.
func (r *run) nobody(open bool) {
	if open { // somebody spoke of it
		return
	}
	r.unmet++
	r.gaveUp = r.unmet >= 2 || r.report.Visits == 1
}

// mayVisit says why a visit is not made that need not come back, as the provider may show an error page instead. When a proper login is part
// of the run, it comes first: it shows that there is somebody at the browser. After two that nobody spoke of, there is no waiting for a third.
func (r *run) mayVisit() (v Verdict, ok bool) {
	if slices.ContainsFunc(r.plan.Probes, func(p Probe) bool { return p.Visit == First }) {
		if first := r.visit(First); first.verdict.Result != "" {
			return first.verdict, false
		}
	}
	return missed("two visits like it did not come back, and nobody said why"), r.lost < 2
}

// Plan is what a run will do.
type Plan struct {
	Probes []Probe
	Visits int // of the browser, at least when every probe applies
	IfOpen int // further ones, for questions that the provider leaves open
	Typing int // visits for which the person has to type the password
}

// Select gives the plan of a configuration: the probes that were asked for, in the order in which they are made.
func Select(cfg Config) (Plan, error) {
	var p Plan
	known := func(names []string) error {
		for _, name := range names {
			if _, ok := Find(name); !ok {
				return fmt.Errorf("want the id or name of a probe, got %q", name)
			}
		}
		return nil
	}
	if err := errors.Join(known(cfg.Only), known(cfg.Skip)); err != nil {
		return p, err
	}
	sure, open := map[Visit]bool{}, map[Visit]bool{}
	changed := 0
	for _, probe := range Probes() {
		if len(cfg.Only) > 0 && !named(probe, cfg.Only) || named(probe, cfg.Skip) {
			continue
		}
		p.Probes = append(p.Probes, probe)
		switch {
		case probe.Visit == "" || needs(probe, NeedOther) && cfg.Other == nil:
		case probe.Visit == ChangedRedirect:
			changed++
		case probe.IfOpen:
			open[probe.Visit] = true
		default:
			sure[probe.Visit] = true
		}
	}
	if sure[AgainByTyping] {
		sure[First] = true // there has to be a login that is not to be used again
	}
	p.Visits = len(sure)
	for v := range open {
		if !sure[v] {
			p.IfOpen++
		}
	}
	p.IfOpen += changed
	if p.Visits > 0 {
		p.Typing = 1
	}
	if sure[AgainByTyping] && p.Visits > 1 {
		p.Typing++
	}
	return p, nil
}
