package flows

import "github.com/oidcscope/oidcscope/internal/secret"

// overSession gives the steps of a flow over a session. A session that was put together from a token alone knows nothing of
// its provider yet; then discovery comes first.
func overSession(s *Session, steps ...Step) []Step {
	if s.Metadata != nil {
		return steps
	}
	return append(providerSteps(s.Config), steps...)
}

// Token gives a token of the session by its name; the zero Text for one that it does not hold.
func (s *Session) Token(which TokenName) secret.Text {
	switch which {
	case IDToken:
		return s.Tokens.ID
	case AccessToken:
		return s.Tokens.Access
	case RefreshToken:
		return s.Tokens.Refresh
	}
	return secret.Text{}
}

// needToken is the problem of a flow over a session that lacks the token it works on.
func needToken(s *Session, which TokenName, ref string) error {
	if s.Token(which).IsZero() {
		return problem(ProblemConfig, "a session with "+string(which), "one without it", ref)
	}
	return nil
}

// resume begins a flow over a session, or goes on with it: the steps work on one copy, which also keeps what discovery found just now.
func (s *state) resume(prior *Session) {
	if s.session != nil {
		return
	}
	s.session = prior.clone()
	s.session.Metadata, s.session.Keys = s.metadata, s.keys
	if s.session.Issuer == "" && s.metadata != nil {
		s.session.Issuer = s.metadata.Issuer
	}
}
