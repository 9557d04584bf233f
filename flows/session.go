package flows

import (
	"maps"
	"slices"

	"github.com/oidcscope/oidcscope/inspect"
)

// names lists the tokens that a session holds. A nil session holds none.
func (s *Session) names() []TokenName {
	names := []TokenName{}
	if s == nil {
		return names
	}
	for _, t := range []struct {
		name    TokenName
		present bool
	}{
		{IDToken, !s.Tokens.ID.IsZero()}, {AccessToken, !s.Tokens.Access.IsZero()},
		{RefreshToken, !s.Tokens.Refresh.IsZero()}, {UserInfo, len(s.Tokens.UserInfo) > 0},
	} {
		if t.present {
			names = append(names, t.name)
		}
	}
	return names
}

// clone copies a session so that a flow over it leaves the original as it is.
func (s *Session) clone() *Session {
	c := *s
	c.Reports = maps.Clone(s.Reports)
	if c.Reports == nil {
		c.Reports = make(map[TokenName]*inspect.Report)
	}
	return &c
}

// idToken gives the ID token of a session, nil when it was not verified.
func (s *Session) idToken() *inspect.Token {
	if r := s.Reports[IDToken]; r != nil && judge(r) == nil {
		return innermost(r).Token
	}
	return nil
}

// Over reports whether the session has ended: the provider was told to forget its access token and its refresh token (RFC 7009), those
// of them that it has. The ID token, which can't be revoked, does not keep it alive.
func (s *Session) Over() bool {
	for _, which := range []TokenName{AccessToken, RefreshToken} {
		if !s.Token(which).IsZero() && !s.Forgotten(which) {
			return false
		}
	}
	return len(s.Revoked) > 0
}

// Forgotten reports whether the provider was told to forget a token of the session.
func (s *Session) Forgotten(which TokenName) bool { return slices.Contains(s.Revoked, which) }
