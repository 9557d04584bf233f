package flows

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Refresh redeems the refresh token of a session (RFC 6749 6; OpenID Connect Core 12). Run returns a new session whose
// Previous is s. The new session keeps what the provider did not send anew: the refresh token, the ID token, userinfo.
func Refresh(s *Session) Flow {
	return Flow{
		ID: "refresh", Title: "Refresh",
		Summary: "Gets new tokens without asking the person again, for as long as the provider lets the refresh token live.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "6", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-6"},
			{Spec: "OpenID Connect Core", Section: "12", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokens"},
		},
		Steps: overSession(s, refreshStep(s), refreshedIDTokenStep(s)),
		prior: s,
	}
}

func refreshStep(prior *Session) Step {
	return Step{
		ID: "token", Title: "Redeem the refresh token", Arrow: "refresh token", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "Access tokens live shortly, so that a stolen one is soon worthless; the refresh token fetches the next one. It is sent to the token endpoint and nowhere else. " +
			"Many providers hand out a new refresh token each time and refuse the old one from then on: if a thief uses it too, one of the two comes too late, and the theft shows.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "6", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-6"},
			{Spec: "RFC 9700", Section: "4.14", URL: "https://www.rfc-editor.org/rfc/rfc9700#section-4.14"},
		},
		run: func(ctx context.Context, s *state) error { return s.runRefresh(ctx, prior) },
	}
}

func (s *state) runRefresh(ctx context.Context, prior *Session) error {
	old := prior.Tokens
	if old.Refresh.IsZero() {
		return problem(ProblemConfig, "a refresh token", "a session without one", "RFC 6749 6")
	}
	s.variable("refresh_token", old.Refresh.Reveal(), fromSession, "token")
	e, err := s.throughOAuth2(ctx, func(ctx context.Context, c *oauth2.Config) error {
		_, err := c.TokenSource(ctx, &oauth2.Token{RefreshToken: old.Refresh.Reveal()}).Token()
		return err
	})
	if err != nil {
		return err
	}
	taken := s.takeTokens(e, "RFC 6749 5.1")
	if s.session == nil {
		return taken
	}
	s.keepOld(prior)
	if taken != nil || s.cfg.asksOpenID() && !s.session.Tokens.ID.IsZero() {
		s.session.doubt("what the last refresh brought has not been checked", prior)
	}
	return taken
}

// trusted is an ID token that passed its checks, and what they said.
type trusted struct {
	id     secret.Text
	report *inspect.Report
}

// lastTrusted is the newest ID token of a session that passed its checks: what the next one is compared with.
func (s *Session) lastTrusted() trusted {
	if s.trusted != nil {
		return *s.trusted
	}
	return trusted{s.Tokens.ID, s.Reports[IDToken]}
}

// Trusted is the report on the newest ID token that passed its checks: who the session is about, also while it is in doubt. It is nil
// without an ID token.
func (s *Session) Trusted() *inspect.Report { return s.lastTrusted().report }

// doubt marks a refreshed session as one whose tokens are not to be used. A rotated refresh token is all that is left of the session
// before (RFC 9700 4.14), so it has to outlive a check that failed.
func (s *Session) doubt(why string, prior *Session) {
	last := prior.lastTrusted()
	s.Doubt, s.trusted = why, &last
}

// keepOld takes over from the session before what the answer left out, as RFC 6749 6 and OpenID Connect Core 12.2 allow.
func (s *state) keepOld(prior *Session) {
	t, old := &s.session.Tokens, prior.Tokens
	before := prior.clone()
	before.Previous = nil
	s.session.Previous = before
	if t.Refresh.IsZero() {
		t.Refresh = old.Refresh
		s.session.Reports[RefreshToken] = prior.Reports[RefreshToken]
	}
	if t.Refresh == old.Refresh {
		s.note += "; the refresh token stays the same"
		if s.metadata.authMethod(s.cfg) == AuthNone && s.dpop == nil && s.certificate == "" {
			s.found(rule.Info, "refresh-not-rotated", "the refresh token of this public client was not rotated, and is bound to no key: whoever steals it can use it beside the client, and nobody notices",
				"have the provider rotate refresh tokens of public clients, or bind them (DPoP)", "RFC 9700 4.14.2")
		}
	} else {
		s.note += "; the refresh token was rotated: the old one is used up"
	}
	if t.Scope == "" {
		t.Scope = old.Scope
	}
	if t.UserInfo == nil {
		t.UserInfo = old.UserInfo
		s.session.Reports[UserInfo] = prior.Reports[UserInfo]
	}
}

func refreshedIDTokenStep(prior *Session) Step {
	step := idTokenStep()
	step.Title = "Check the new ID token"
	step.Why = "A refresh may bring a new ID token, or none. A new one must be about the same login: same issuer, same person, same audience, the same time of login. " +
		"Otherwise tokens of another person could be slipped into a running session."
	step.Refs = []rule.Ref{{Spec: "OpenID Connect Core", Section: "12.2", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse"}}
	step.run = func(ctx context.Context, s *state) error { return s.runRefreshedIDToken(ctx, prior) }
	return step
}

func (s *state) runRefreshedIDToken(ctx context.Context, prior *Session) error {
	raw, last := s.session.Tokens.ID, prior.lastTrusted()
	if !s.cfg.asksOpenID() && !raw.IsZero() {
		return skip("the scope openid was not asked for, so nothing is known that an ID token could be checked with")
	}
	if raw.IsZero() {
		s.session.Tokens.ID, s.session.Reports[IDToken] = last.id, last.report
		return skip("the refresh brought no new ID token, which is allowed; the one of the login is kept")
	}
	var previous *inspect.Token
	if !last.id.IsZero() {
		previous = s.speaking(last.id)
	}
	if _, err := s.validateIDToken(ctx, raw, previous); err != nil {
		if p := asProblem(ctx, err); p.Kind == ProblemCheck {
			s.session.Doubt = "the ID token of the last refresh did not pass its checks"
		}
		return err
	}
	s.session.Doubt, s.session.trusted = "", nil
	return nil
}

// RefusedGrant reports whether a run over a session failed because its refresh token is good no more. A provider that has a problem of
// its own, or one with the client, says nothing about the token (RFC 6749 5.2).
func RefusedGrant(err error) bool {
	p, ok := errors.AsType[*Problem](err)
	return ok && p.Kind == ProblemRefused && p.OAuth != nil && p.OAuth.Status < 500 && p.OAuth.Status != http.StatusTooManyRequests &&
		!slices.Contains([]string{"invalid_client", "temporarily_unavailable", "server_error", "slow_down", "use_dpop_nonce"}, p.OAuth.Code)
}
