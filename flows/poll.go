package flows

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// pollStep asks until the person is done.
func pollStep() Step {
	return Step{
		ID: "token", Title: "Ask until the login is done", Arrow: "device code", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "Nobody can call us back here, so we ask: is the login done? Until then the provider answers authorization_pending, which is no error. " +
			"It sets the pace; slow_down means five seconds more between questions, for good.",
		Refs: []rule.Ref{
			{Spec: "RFC 8628", Section: "3.4", URL: "https://www.rfc-editor.org/rfc/rfc8628#section-3.4"},
			{Spec: "RFC 8628", Section: "3.5", URL: "https://www.rfc-editor.org/rfc/rfc8628#section-3.5"},
		},
		run: runPoll,
	}
}

// maxStumbles is how many polls in a row may go wrong on the way before the step gives up.
const maxStumbles = 5

// polling is what is asked, for how long, and how often.
type polling struct {
	form      url.Values // of the token request
	what      string     // "device code", for messages
	ref       string
	interval  time.Duration
	expiresAt time.Time
	odd       <-chan string           // notifications that were not believed: what is wrong with them
	wake      <-chan *record.Exchange // the notification that it is time to ask at once (CIBA ping); nil without
}

// browserPatience is how long the browser is waited for, unless the configuration says so.
const browserPatience = 5 * time.Minute

// patience is how long to wait for the person in the browser.
func (c Config) patience() time.Duration {
	if c.UserTimeout > 0 {
		return c.UserTimeout
	}
	return browserPatience
}

// poller is the pace of a polling.
type poller struct {
	polling
	until    time.Time // when the client itself gives up; zero: when the code expires
	polls    int
	told     bool
	stumbles int // polls in a row without an answer that means anything
}

func runPoll(ctx context.Context, s *state) error {
	return s.poll(ctx, polling{what: "device code", ref: "RFC 8628 3.5", interval: s.device.interval, expiresAt: s.device.expiresAt,
		form: url.Values{"grant_type": {deviceGrant}, "device_code": {s.device.deviceCode}}})
}

// poll asks until there are tokens, or there will be none.
func (s *state) poll(ctx context.Context, what polling) error {
	address, err := s.tokenEndpoint()
	if err != nil {
		return err
	}
	p := poller{polling: what}
	if s.cfg.UserTimeout > 0 {
		p.until = s.cfg.Now().Add(s.cfg.UserTimeout)
	}
	if resources := s.cfg.Request.Resources; len(resources) > 0 { // RFC 8707 2.2
		p.form["resource"] = resources
	}
	reason := "user" // nothing has been answered yet
	if p.wake != nil {
		reason = "notification"
	}
	for {
		if err := s.pause(ctx, &p, reason); err != nil {
			return err
		}
		p.polls++
		e, err := s.askToken(ctx, &p, address)
		var done bool
		if done, reason, err = p.judge(s, e, err); err != nil {
			return err
		}
		if done {
			return s.takeTokens(e, p.ref)
		}
	}
}

// askToken sends one poll. One that hangs does not outlast the client's own patience.
func (s *state) askToken(ctx context.Context, p *poller, address string) (*record.Exchange, error) {
	if p.until.IsZero() {
		return s.post(ctx, "token", address, maps.Clone(p.form))
	}
	bounded, cancel := context.WithTimeout(ctx, p.until.Sub(s.cfg.Now()))
	defer cancel()
	e, err := s.post(bounded, "token", address, maps.Clone(p.form))
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return nil, p.tooLate(s.cfg.UserTimeout)
	}
	return e, err
}

// tooLate is the problem of a person who did not come within the time that the client was told to wait.
func (p *poller) tooLate(waited time.Duration) *Problem {
	return problem(ProblemUser, "the person to agree within "+waited.String(), "nothing in that time; the "+p.what+" itself lives on", p.ref)
}

// pause waits for the interval, unless the code expires before or the provider says that it is time.
func (s *state) pause(ctx context.Context, p *poller, reason string) error {
	until := s.cfg.Now().Add(p.interval)
	if until.After(p.expiresAt) {
		until = p.expiresAt
	}
	if !p.until.IsZero() && until.After(p.until) {
		until = p.until
	}
	s.emit(Waiting{Meta: s.here(), Until: until, Reason: reason, Interval: p.interval, Polls: p.polls})
	timer := time.NewTimer(until.Sub(s.cfg.Now()))
	defer timer.Stop()
	for waiting := true; waiting; {
		select {
		case <-ctx.Done():
			return canceled(ctx, ctx.Err())
		case what := <-p.odd:
			s.found(rule.Warn, "ping-refused", "a notification came "+what+"; it is not believed, and asking goes on at the usual pace",
				"the provider has to send the client_notification_token of the request as a bearer token, and auth_req_id", "CIBA 10.2")
		case e := <-p.wake:
			e.Step, e.Purpose = s.step, "notification"
			s.record.Add(*e)
			waiting = false
		case <-timer.C:
			waiting = false
		}
	}
	switch now := s.cfg.Now(); {
	case !now.Before(p.expiresAt):
		return problem(ProblemUser, "a login before the "+p.what+" expired", "none in time", p.ref)
	case !p.until.IsZero() && !now.Before(p.until):
		return p.tooLate(s.cfg.UserTimeout)
	}
	return nil
}

// judge says what an answer means for the pace: done, wait on (and why), or the end.
func (p *poller) judge(s *state, e *record.Exchange, failed error) (done bool, reason string, err error) {
	if failed != nil {
		return false, "connection", p.stumble(failed)
	}
	oauth := normalise(e.Response, &s.reading)
	if oauth == nil {
		return true, "", nil
	}
	code := strings.ToLower(oauth.Code)
	switch code {
	case "authorization_pending", "slow_down":
		p.stumbles = 0
		p.oddPending(s, oauth)
		if code == "slow_down" {
			p.slowDown(e)
		}
		return false, code, nil
	case "expired_token":
		end := refused("a login before the "+p.what+" expired", oauth, p.ref, e)
		end.Kind = ProblemUser
		return false, "", end
	case "access_denied":
		return false, "", refused("the person to agree", oauth, p.ref, e)
	}
	if busy := e.Response.Status == 429 || e.Response.Status >= 502 && e.Response.Status <= 504; busy && p.stumbles < maxStumbles {
		p.stumbles++
		p.slowDown(e)
		s.found(rule.Warn, "poll-busy", fmt.Sprintf("the provider answered HTTP %d; asking on, more slowly", e.Response.Status), "", p.ref)
		return false, "slow_down", nil
	}
	end := refusedOrOdd("tokens, or authorization_pending", oauth, p.ref, e)
	return false, "", s.explainClient(end)
}

// oddPending tells once that the provider says "not yet" in a way of its own.
func (p *poller) oddPending(s *state, oauth *OAuthError) {
	if p.told || oauth.Status == http.StatusBadRequest && oauth.Code == strings.ToLower(oauth.Code) {
		return
	}
	p.told = true
	s.found(rule.Info, "pending-status", fmt.Sprintf("%s came with HTTP %d; the specification wants these words, in lower case, with 400", excerpt([]byte(oauth.Code), 40), oauth.Status), "", p.ref)
}

// slowDown adds five seconds for good, or takes the longer interval that the provider names (GitHub: interval in the
// body; others: Retry-After).
func (p *poller) slowDown(e *record.Exchange) {
	p.interval += 5 * time.Second
	for _, named := range []string{errorInterval(e.Response), record.Get(e.Response.Headers, "Retry-After")} {
		if d, ok := seconds(named); ok && d > p.interval-5*time.Second {
			p.interval = d
		}
	}
	p.interval = min(p.interval, maxInterval)
}

// stumble backs off after a connection that timed out or broke (RFC 8628 3.5: exponentially); other failures are final.
func (p *poller) stumble(failed error) error {
	failure, ok := errors.AsType[*record.Failure](failed)
	temporary := ok && (failure.Kind == record.FailTimeout || failure.Kind == record.FailReset || failure.Kind == record.FailTruncated)
	if !temporary || p.stumbles >= maxStumbles {
		return failed
	}
	p.stumbles++
	p.interval = min(2*p.interval, maxInterval)
	return nil
}
