package flows

import (
	"context"
	"encoding/base64"
	"maps"
	"net/url"
	"time"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Logout sends the person to the provider to log out there (OpenID Connect RP-Initiated Logout 1.0). With
// Config.PostLogoutRedirectURI on this machine it waits for the browser to come back; without it nobody tells how it went.
func Logout(s *Session) Flow {
	step := logoutStep(s)
	return Flow{
		ID: "logout", Title: "Logout", Summary: "Ends the login at the provider, in the browser.",
		Refs: step.Refs, Steps: overSession(s, step), prior: s,
	}
}

func logoutStep(s *Session) Step {
	return Step{
		ID: "logout", Title: "Log out at the provider", Arrow: "log out", From: You, To: Provider,
		Why: "Forgetting the tokens here leaves the browser logged in at the provider: the next login would go through without a password. So the browser is sent there once more. " +
			"The ID token goes along as a hint at who is to be logged out, so that the provider need not ask; without it, anybody could log people out with a link.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect RP-Initiated Logout", Section: "2", URL: "https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout"},
			{Spec: "OpenID Connect RP-Initiated Logout", Section: "3", URL: "https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout"},
		},
		run: func(ctx context.Context, st *state) error { return st.runLogout(ctx, s) },
	}
}

func (s *state) runLogout(ctx context.Context, prior *Session) error {
	address, err := s.metadata.endpoint("end_session_endpoint", s.metadata.EndSessionEndpoint, "OpenID Connect RP-Initiated Logout 2.1")
	if err != nil {
		return err
	}
	s.resume(prior)
	q := url.Values{"client_id": {s.cfg.ClientID}}
	if !prior.Tokens.ID.IsZero() {
		q.Set("id_token_hint", s.speaking(prior.Tokens.ID).Raw) // of an encrypted one, what is inside (OpenID Connect Core 3.1.2.1)
	} else {
		s.found(rule.Info, "logout-no-hint", "there is no ID token to send as a hint: the provider will ask the person", "", "OpenID Connect RP-Initiated Logout 2")
	}
	if s.cfg.PostLogoutRedirectURI != "" {
		return s.logOutAndReturn(ctx, address, q)
	}
	to, err := s.openLogout(ctx, address, q)
	if err != nil {
		return err
	}
	s.debug.pending = unseen(s.debug.pending, s.step)
	s.emit(to.asks(s.here(), NeedOpenURL, "", time.Time{}))
	s.note = "the person was sent to the provider; how it ends is not told without a post_logout_redirect_uri"
	return nil
}

// Purposes of what the browser does for a logout.
const (
	purposeLogout       = "logout"
	purposeLogoutReturn = "logout callback"
)

// openLogout gives the address that the browser is sent to: with the extra parameters, and as it was changed at the gate.
func (s *state) openLogout(ctx context.Context, address string, q url.Values) (visit, error) {
	after := maps.Clone(q)
	merge(after, s.cfg.Extra)
	s.predictExtra(purposeLogout, address, q, after)
	return s.holdBrowser(ctx, purposeLogout, withParams(address, after))
}

// logOutAndReturn listens for the browser that comes back after the logout.
func (s *state) logOutAndReturn(ctx context.Context, address string, q url.Values) error {
	redirect, err := parseRedirect(s.cfg.PostLogoutRedirectURI)
	if err != nil {
		return err
	}
	b, err := s.random(32)
	if err != nil {
		return err
	}
	s.login.state, s.cfg.ResponseMode = base64.RawURLEncoding.EncodeToString(b), "" // the answer is a plain GET
	s.variable("state", s.login.state, "made here: 32 random bytes, base64url", "logout")
	listener, err := s.listenForCallback(ctx, redirect)
	if err != nil {
		return err
	}
	defer listener.close()
	q.Set("state", s.login.state)
	q.Set("post_logout_redirect_uri", listener.redirectURI)
	to, err := s.openLogout(ctx, address, q)
	if err != nil {
		return err
	}
	until := s.cfg.Now().Add(s.cfg.patience())
	s.emit(to.asks(s.here(), NeedOpenURL, listener.redirectURI, until))
	s.emit(Waiting{Meta: s.here(), Until: until, Reason: "callback"})
	timer := time.NewTimer(s.cfg.patience())
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return canceled(ctx, ctx.Err())
	case <-timer.C:
		return problem(ProblemUser, "the browser to come back within "+s.cfg.patience().String(), "nothing", "OpenID Connect RP-Initiated Logout 3")
	case answer := <-listener.answers():
		return s.takeLogoutReturn(ctx, listener.redirectURI, answer)
	}
}

// takeLogoutReturn judges what the browser came back with.
func (s *state) takeLogoutReturn(ctx context.Context, redirectURI string, a callbackAnswer) error {
	a, err := s.holdCallback(ctx, purposeLogoutReturn, redirectURI, a)
	if err != nil {
		return err
	}
	s.recordCallback(a, purposeLogoutReturn)
	if a.problem != nil {
		return a.problem.about(s.last)
	}
	s.note = "the browser came back from the provider, with our state"
	return nil
}

// withParams adds parameters to an endpoint's address, which may have a query of its own (RFC 6749 3.1).
func withParams(address string, q url.Values) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	all := u.Query()
	for name, values := range q {
		all[name] = values
	}
	u.RawQuery = all.Encode()
	return u.String()
}
