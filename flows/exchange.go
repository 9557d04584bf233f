package flows

import (
	"context"
	"net/url"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"

// TokenExchange exchanges Config.Grant's subject token for another one (RFC 8693).
func TokenExchange(c Config) Flow {
	f := exchangeFlow()
	f.Steps = append(providerSteps(c), exchangeStep(nil))
	return f
}

// ExchangeToken exchanges the access token of a session (RFC 8693). Run returns a new session.
func ExchangeToken(s *Session) Flow {
	f := exchangeFlow()
	f.Steps, f.prior = overSession(s, exchangeStep(s)), s
	return f
}

func exchangeFlow() Flow {
	return Flow{
		ID:    "token-exchange",
		Title: "Token exchange",
		Summary: "Trades a token for another one that fits where it is to be used: for another audience, with less power, or saying on whose behalf somebody acts. " +
			"A service that is called with a token does this before it calls the next one, instead of passing on a token that was not meant for it.",
		Refs: []rule.Ref{{Spec: "RFC 8693", URL: "https://www.rfc-editor.org/rfc/rfc8693"}},
	}
}

// exchangeStep exchanges the configured token, or that of a session.
func exchangeStep(prior *Session) Step {
	return Step{
		ID: "token", Title: "Exchange the token", Arrow: "subject token", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "The subject token says for whom the new token is to be. An actor token, when there is one, says who will act for them: the new token then names both, which is delegation. " +
			"Without it the new token looks as if the subject itself held it, which is impersonation. The provider decides whether this client may do either.",
		Refs: []rule.Ref{
			{Spec: "RFC 8693", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc8693#section-2.1"},
			{Spec: "RFC 8693", Section: "1.1", URL: "https://www.rfc-editor.org/rfc/rfc8693#section-1.1"},
		},
		run: func(ctx context.Context, s *state) error { return s.runExchange(ctx, prior) },
	}
}

func (s *state) runExchange(ctx context.Context, prior *Session) error {
	const ref = "RFC 8693 2.1"
	in := s.cfg.Grant
	if in.SubjectToken.IsZero() && prior != nil {
		in.SubjectToken, in.SubjectTokenType = prior.Tokens.Access, "access_token"
	}
	if in.SubjectToken.IsZero() {
		return problem(ProblemConfig, "a subject token: the one to exchange", "none", ref)
	}
	s.ownScopes()
	if prior != nil {
		s.login.scopes = nil // those of the login are about something else
	}
	s.variable("subject_token", in.SubjectToken.Reveal(), exchanged(prior), "token")
	form := url.Values{"grant_type": {exchangeGrant}, "subject_token": {in.SubjectToken.Reveal()}, "subject_token_type": {tokenType(in.SubjectTokenType)}}
	if !in.ActorToken.IsZero() {
		s.variable("actor_token", in.ActorToken.Reveal(), fromGiven, "token")
		form.Set("actor_token", in.ActorToken.Reveal())
		form.Set("actor_token_type", tokenType(in.ActorTokenType))
	}
	if in.RequestedTokenType != "" {
		form.Set("requested_token_type", tokenType(in.RequestedTokenType))
	}
	if err := s.askTokens(ctx, form, "RFC 8693 2.2.1"); err != nil {
		return err
	}
	s.checkIssued(in)
	return nil
}

func exchanged(prior *Session) string {
	if prior != nil {
		return fromSession
	}
	return fromGiven
}

// checkIssued tells what kind of token came: whatever it is, it comes as access_token (RFC 8693 2.2.1).
func (s *state) checkIssued(in GrantInput) {
	const ref = "RFC 8693 2.2.1"
	issued := s.session.Tokens.Extra["issued_token_type"]
	switch {
	case issued == "":
		s.found(rule.Warn, "issued-token-type", "the answer has no issued_token_type, which is required: what kind of token came is not known", "", ref)
	case in.RequestedTokenType != "" && issued != tokenType(in.RequestedTokenType):
		s.found(rule.Info, "issued-token-type", "asked for "+tokenType(in.RequestedTokenType)+", the provider issued "+issued, "", ref)
	}
	if issued != "" {
		s.variable("issued_token_type", issued, "token answer")
	}
	if issued == tokenTypePrefix+"id_token" && s.session.Tokens.ID.IsZero() {
		s.session.Tokens.ID, s.session.Tokens.Access = s.session.Tokens.Access, secret.Text{}
		s.session.Reports[IDToken] = s.session.Reports[AccessToken]
		delete(s.session.Reports, AccessToken)
	}
}
