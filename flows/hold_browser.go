package flows

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// The browser's two requests are no requests of ours, but they can be held all the same: the one that we ask the person to
// make, and the one that comes back.

// visit is where the browser is sent: the address, and what was changed in it at the gate.
type visit struct {
	url      string
	edits    []string
	unedited string
}

// holdBrowser asks before the browser is sent somewhere. It gives the address to open.
func (s *state) holdBrowser(ctx context.Context, purpose, address string) (visit, error) {
	as := visit{url: address}
	if s.cfg.Debug == nil {
		return as, nil
	}
	held := s.browserRequest(purpose, address)
	if held == nil {
		return as, nil
	}
	d, err := s.askBrowser(ctx, BeforeOpen, held)
	if err != nil || d.URL == "" || d.URL == address {
		return as, err
	}
	s.predictBrowser(held, d)
	return visit{d.URL, editsOf(held, d), address}, nil
}

// editsOf gives the changes in words: those of whoever made them, else what differs.
func editsOf(held *record.Held, d record.Decision) []string {
	if len(d.Edits) > 0 {
		return d.Edits
	}
	return d.Differences(held)
}

// asks is the request to the person to go there.
func (v visit) asks(m Meta, kind NeedKind, redirectURI string, until time.Time) NeedUser {
	return NeedUser{Meta: m, Kind: kind, URL: v.url, Edits: v.edits, Unedited: v.unedited, RedirectURI: redirectURI, ExpiresAt: until}
}

// holdCallback asks before what the browser brought to the redirect URI is judged. It gives the answer to take.
func (s *state) holdCallback(ctx context.Context, purpose, redirectURI string, a callbackAnswer) (callbackAnswer, error) {
	if s.cfg.Debug == nil {
		return a, nil
	}
	came := a.params
	if a.signed != "" {
		came = url.Values{"response": {a.signed}}
	}
	held := s.browserRequest(purpose, withParams(redirectURI, came))
	if held == nil {
		return a, nil
	}
	s.learnCallback(a)
	d, err := s.askBrowser(ctx, BeforeReturn, held)
	if err != nil || d.URL == "" || d.URL == held.Request.URL.String() {
		return a, err
	}
	s.predictBrowser(held, d)
	changed := s.expected(ctx).judge(queryOf(d.URL))
	changed.from, changed.exchange = a.from+", changed at the gate", a.exchange
	if e := changed.exchange; e != nil {
		asCame := e.Request
		e.Unedited, e.Edits = &asCame, editsOf(held, d)
		e.Request.Method, e.Request.URL, e.Request.Body = http.MethodGet, d.URL, record.Body{}
	}
	return changed, nil
}

// askBrowser is ask for what a browser sends.
func (s *state) askBrowser(ctx context.Context, at StopKind, held *record.Held) (record.Decision, error) {
	c, err := s.ask(ctx, Stop{Kind: at, Held: held, NoResend: "this request is the browser's"})
	switch {
	case err != nil:
		return record.Decision{}, canceled(ctx, err)
	case s.debug.leave != nil:
		return record.Decision{}, errLeft
	case c.Do == Abort || c.Request.Action == record.Abort:
		return record.Decision{}, canceled(ctx, record.ErrAborted)
	case c.Request.Action == record.Drop:
		return record.Decision{}, problem(ProblemUser, "the browser to go on", "its request was dropped at the gate", "")
	}
	return c.Request, nil
}

// predictBrowser tells what a change to a request of the browser must cause. The end of this step, or a later one, shows it.
func (s *state) predictBrowser(held *record.Held, d record.Decision) {
	before, after, err := sentBeforeAndAfter(held, d)
	if err != nil {
		return
	}
	all := predict.Request(before, after)
	s.edited(Edited{Purpose: held.Purpose}, predict.Edits(before, after), all)
	s.foretellLater(0, all)
}

// learnCallback remembers the secrets of an authorization answer.
func (s *state) learnCallback(a callbackAnswer) {
	for _, name := range []string{"code", "access_token", "id_token", "response"} {
		s.secrets.Add(a.params.Get(name))
	}
	s.secrets.Add(a.signed)
}
