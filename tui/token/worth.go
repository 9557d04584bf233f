package token

import (
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// What only the provider knows of a token, and what it can be told about it: introspection (RFC 7662) and revocation
// (RFC 7009). Both are for access and refresh tokens alone.

// askable reports whether the provider can be asked about a token.
func askable(which flows.TokenName) bool {
	return which == flows.AccessToken || which == flows.RefreshToken
}

// worthRows tell what the provider said about the token in front, and what it was told.
func (s *Screen) worthRows(width int) []widget.Row {
	theme, sub := s.c.Theme, s.subject()
	if s.session == nil || sub.which == pasted {
		return nil
	}
	if !askable(sub.which) {
		return s.endedRows(width)
	}
	var rows []widget.Row
	if in := s.session.Introspection; in != nil && in.Which == sub.which {
		text, style := "✗ the provider says: not active", theme.Bad
		if in.Active {
			text, style = "✓ the provider says: active", theme.Good
		}
		rows = append(rows, draw.Fixed("", style.Render(ui.Truncate(text, width))))
	}
	if s.session.Forgotten(sub.which) {
		rows = append(rows, draw.Prose(theme.Care, "! The provider was told to forget it. Who only checks the signature of a JWT does not know that.", width)...)
	}
	return rows
}

// endedRows tell of what can't be revoked that its session was ended all the same.
func (s *Screen) endedRows(width int) []widget.Row {
	if !s.session.Over() {
		return nil
	}
	text := "! The session was ended, its tokens are revoked. An ID token can't be: it says who logged in, and is no key to anything."
	if s.subject().which == flows.UserInfo {
		text = "! The session was ended, its tokens are revoked: this answer is from before, and can't be asked for again."
	}
	return draw.Prose(s.c.Theme.Care, text, width)
}

// cantAsk says why an endpoint can't be asked about the token in front; empty when it can.
func (s *Screen) cantAsk(endpoint func(*flows.Metadata) string, name string) string {
	sub := s.subject()
	switch {
	case s.session == nil:
		return "there is no session; log in first"
	case s.session.Offline() != "":
		return s.session.Offline()
	case sub == nil || !askable(sub.which):
		return "only access and refresh tokens of the session can be"
	case s.running != "":
		return "a run is under way"
	case s.session.Token(sub.which).IsZero():
		return "there is no such token"
	case s.session.Metadata != nil && endpoint(s.session.Metadata) == "":
		return "the provider announces no " + name
	}
	return ""
}

func (s *Screen) cantIntrospect() string {
	return s.cantAsk(func(m *flows.Metadata) string { return m.IntrospectionEndpoint }, "introspection endpoint")
}

func (s *Screen) cantRevoke() string {
	return s.cantAsk(func(m *flows.Metadata) string { return m.RevocationEndpoint }, "revocation endpoint")
}
