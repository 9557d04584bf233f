package token

import (
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// pasted names the tab of a token that came from a person. It is no member of a token response.
const pasted flows.TokenName = "pasted"

// subject is what one tab shows: a token with everything known about it, or why there is none.
type subject struct {
	which   flows.TokenName
	title   string
	raw     string
	report  *inspect.Report
	keys    *inspect.KeySet // what the signature was checked with; nil when nothing
	ctx     inspect.Context // what else is known of a token that a person gave
	missing string          // why there is nothing to show, and what to do; empty when there is
	life    widget.Countdown
	lifeBy  string // what the expiry was taken from

	named, where string // what it was called in the text that it was found in
	removed      string // what stood around it there
	of           string // "2 of 3 in what was given"
	file         string // where it was read from; empty: it was pasted

	child *subject // what was entered: the token inside, one of several signatures
}

// hidden reports whether the raw text is a secret that stays hidden until it is revealed. What the person pasted is on
// their screen already; an ID token says who logged in, and its parts are shown decoded beside it.
func (s *subject) hidden() bool { return s.which == flows.AccessToken || s.which == flows.RefreshToken }

// token is the decoded token, nil when there is none.
func (s *subject) token() *inspect.Token {
	if s.report == nil {
		return nil
	}
	return s.report.Token
}

// subjects makes the tabs of a session, in the order of the token response.
func subjects(session *flows.Session) []*subject {
	t := &session.Tokens
	id := &subject{which: flows.IDToken, title: "ID token", raw: t.ID.Reveal(),
		missing: noIDToken(session)}
	access := &subject{which: flows.AccessToken, title: "Access token", raw: t.Access.Reveal(),
		missing: "There is no access token in this session."}
	refresh := &subject{which: flows.RefreshToken, title: "Refresh token", raw: t.Refresh.Reveal(),
		missing: "There is no refresh token: " + noRefresh(session) + "."}
	info := &subject{which: flows.UserInfo, title: "UserInfo", raw: strings.TrimSpace(string(t.UserInfo)),
		missing: "Not asked for yet. U asks the userinfo endpoint with the access token (OpenID Connect Core 5.3)."}
	if why := noUserInfo(session); why != "" {
		info.missing = "Can't be asked for: " + why + "."
	}
	list := []*subject{id, access, refresh, info}
	for _, s := range list {
		s.complete(session)
	}
	info.comparePerson(id)
	return list
}

// complete fills in what the session knows about the token.
func (s *subject) complete(session *flows.Session) {
	if s.raw == "" {
		return
	}
	s.missing = ""
	s.report, s.keys = session.Reports[s.which], session.Keys
	if s.report == nil || s.report.Token == nil {
		s.report = s.decode(session)
	}
	s.lifetime(session)
}

// comparePerson compares the sub of a userinfo answer with that of the ID token: an answer about someone else must not be
// used (OpenID Connect Core 5.3.2).
func (s *subject) comparePerson(id *subject) {
	if s.token() == nil || s.report.Checklist != nil {
		return
	}
	item := inspect.Item{Subject: "sub", Title: "The answer is about the person of the ID token", Result: inspect.ItemNotChecked, Ref: "OpenID Connect Core 5.3.2"}
	got, ok := s.token().Payload.Get("sub").Text()
	want, known := "", false
	if id.token() != nil {
		want, known = id.token().Payload.Get("sub").Text()
	}
	switch {
	case !known:
		item.Detail = "there is no ID token with a sub to compare with"
	case !ok:
		item.Result, item.Detail = inspect.ItemFail, "the answer has no sub"
	case got == want:
		item.Result = inspect.ItemPass
	default:
		item.Result, item.Detail = inspect.ItemFail, "sub differs from that of the ID token"
	}
	report := *s.report
	report.Checklist = []inspect.Item{item}
	s.report = &report
}

// decode is for what the engine made no report of, such as a refresh token: nothing of it is checked.
func (s *subject) decode(session *flows.Session) *inspect.Report {
	if s.which == flows.UserInfo && strings.HasPrefix(strings.TrimSpace(s.raw), "{") {
		return document(s.raw)
	}
	return inspect.Inspect(s.raw, nil, inspect.Context{Now: session.At, Profile: inspect.ProfileAuto})
}

func (s *subject) lifetime(session *flows.Session) {
	if r := s.report; r != nil && r.Time.ExpiresAt != nil {
		s.life, s.lifeBy = widget.Countdown{Until: *r.Time.ExpiresAt}, "exp claim"
		if r.Time.IssuedAt != nil && r.Time.IssuedAt.Before(s.life.Until) {
			s.life.From = *r.Time.IssuedAt
		}
		return
	}
	if session == nil {
		return
	}
	switch s.which {
	case flows.AccessToken:
		if t := &session.Tokens; !t.ExpiresAt.IsZero() {
			s.life, s.lifeBy = widget.Countdown{From: session.At, Until: t.ExpiresAt}, "expires_in"
		}
	case flows.RefreshToken:
		if name, left := refreshLife(session.Tokens.Extra); left > 0 {
			s.life, s.lifeBy = widget.Countdown{From: session.At, Until: session.At.Add(left)}, name
		}
	}
}

// refreshLife reads the lifetime of a refresh token from the members that providers invented for it: Keycloak and Azure AD
// B2C, and others. No specification has one.
func refreshLife(extra map[string]string) (member string, left time.Duration) {
	for _, name := range []string{"refresh_expires_in", "refresh_token_expires_in"} {
		if d, err := time.ParseDuration(extra[name] + "s"); err == nil && d > 0 {
			return name, d
		}
	}
	return "", 0
}

// clientAlone is the grant in which no person takes part (RFC 6749 4.4).
const clientAlone = "client-credentials"

// noIDToken says why a session has no ID token, by its grant and what was asked for.
func noIDToken(session *flows.Session) string {
	const ref = " (OpenID Connect Core 3.1.2.1)."
	switch {
	case session.Flow == clientAlone:
		return "This grant has no ID token: nobody logs in, the client gets an access token about itself (RFC 6749 4.4)."
	case session.Flow == "":
		return "The provider sent no ID token. It sends one when the scope openid is asked for" + ref
	case contains(session.Asked, "openid"):
		return "The provider sent no ID token, though the scope openid was asked for" + ref
	default:
		return "The provider sent no ID token: the scope openid was not asked for" + ref
	}
}

// noRefresh says why a session can't be refreshed; empty when it can.
func noRefresh(session *flows.Session) string {
	m := session.Metadata
	switch {
	case session.Offline() != "":
		return session.Offline()
	case session.Tokens.Refresh.IsZero() && session.Over():
		return "the session was ended, its tokens are revoked: log in again"
	case session.Forgotten(flows.RefreshToken):
		return "the refresh token was revoked: log in again"
	case session.Tokens.Refresh.IsZero():
		return whyNoRefreshToken(session)
	case m != nil && m.TokenEndpoint == "":
		return "the provider announces no token endpoint"
	default:
		return ""
	}
}

func whyNoRefreshToken(session *flows.Session) string {
	m := session.Metadata
	announced := m != nil && contains(m.ScopesSupported, "offline_access")
	asked := contains(session.Config.Scopes, "offline_access") || len(session.Config.Scopes) == 0 && announced
	if session.Flow != "" { // not every grant asks for the same when nothing is said
		asked = contains(session.Asked, "offline_access")
	}
	switch {
	case session.Flow == clientAlone:
		return "this grant gives none, as the client can ask again at any time (RFC 6749 4.4.3)"
	case m != nil && len(m.GrantTypesSupported) > 0 && !contains(m.GrantTypesSupported, "refresh_token"):
		return "the provider does not announce the refresh_token grant"
	case !asked && announced:
		return "the scope offline_access was not asked for"
	case !asked:
		return "the scope offline_access was not asked for, nor does the provider announce it"
	case session.Config.ClientSecret.IsZero():
		return "the provider sent none, though offline_access was asked for; some send none to public clients"
	default:
		return "the provider sent none, though offline_access was asked for; look at the client's settings there"
	}
}

// noUserInfo says why the userinfo endpoint can't be asked; empty when it can.
func noUserInfo(session *flows.Session) string {
	switch m := session.Metadata; {
	case session.Offline() != "":
		return session.Offline()
	case session.Forgotten(flows.AccessToken):
		return "the access token was revoked: log in again"
	case session.Flow == clientAlone:
		return "this grant has no person to ask about (RFC 6749 4.4)"
	case m != nil && m.UserInfoEndpoint == "": // of a session that was kept nothing is known yet
		return "the provider announces no userinfo endpoint"
	case session.Tokens.Access.IsZero():
		return "there is no access token"
	default:
		return ""
	}
}

func contains(list []string, want string) bool {
	for _, s := range list {
		if s == want {
			return true
		}
	}
	return false
}
