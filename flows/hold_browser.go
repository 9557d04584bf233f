package flows

import (
	"context"
	"net/http"
	"net/url"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// The browser's two requests are no requests of ours, but they can be held all the same: the one that we ask the person to
// make, and the one that comes back.

// holdBrowser asks before the browser is sent somewhere. It gives the address to open.
func (s *state) holdBrowser(ctx context.Context, purpose, address string) (string, error) {
	if s.cfg.Debug == nil {
		return address, nil
	}
	held := s.browserRequest(purpose, address)
	if held == nil {
		return address, nil
	}
	d, err := s.askBrowser(ctx, BeforeOpen, held)
	if err != nil || d.URL == "" {
		return address, err
	}
	s.predictBrowser(held, d)
	return d.URL, nil
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
		e.Unedited, e.Edits = &asCame, d.Edits
		if len(e.Edits) == 0 {
			e.Edits = d.Differences(held)
		}
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
