package flows

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// What the engine knows, for messages that it did not exchange itself: those of a saved run, and those that a browser
// captured. Nothing here sends anything.

// ReadMetadata reads a discovery document that was found at an address; nil when it is no JSON object with an issuer.
func ReadMetadata(data []byte, address string) *Metadata {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return nil
	}
	m, _ := parseMetadata(object, data, address)
	if m.Issuer == "" {
		return nil
	}
	return m
}

// ReadTokens reads a token answer (RFC 6749 5.1), also a form-encoded one, that came at a time. members are all members
// of the answer as text. It reports false when there is no access or ID token in it.
func ReadTokens(r *record.Response, at time.Time) (t Tokens, members map[string]string, ok bool) {
	members = make(map[string]string)
	var object map[string]json.RawMessage
	if json.Unmarshal(r.Body.Data, &object) == nil {
		for name := range object {
			members[name] = dialect(object).text(name)
		}
	} else if values, err := url.ParseQuery(strings.TrimSpace(string(r.Body.Data))); err == nil {
		for name := range values {
			members[name] = values.Get(name)
		}
	}
	t = TokensOf(members, at)
	return t, members, r.Status < 300 && !(t.Access.IsZero() && t.ID.IsZero())
}

// TokensOf makes tokens of the members of an answer, or of the parameters of one that came through the browser.
func TokensOf(members map[string]string, at time.Time) Tokens {
	t := Tokens{ID: secret.New(members["id_token"]), Access: secret.New(members["access_token"]), Refresh: secret.New(members["refresh_token"]),
		TokenType: members["token_type"], Scope: members["scope"], Extra: extraMembers(members)}
	if lives, ok := seconds(members["expires_in"]); ok && !at.IsZero() {
		t.ExpiresAt = at.Add(lives)
	}
	return t
}

// Asked is what an authorization answer is judged by: what was asked for, as far as it is known.
type Asked struct {
	State        string
	Issuer       string
	ResponseType string
	IssRequired  bool // the provider announces that it always sends iss (RFC 9207 3)
}

// JudgeAnswer judges the parameters of an authorization answer as [Run] does; nil when there is nothing wrong with them.
func JudgeAnswer(q url.Values, a Asked) *Problem {
	x := expectation{state: a.State, issuer: a.Issuer, issRequired: a.IssRequired, wants: promised(a.ResponseType)}
	return x.check(q)
}

// promised gives the parameters that a response type promises.
func promised(responseType string) []string {
	var wants []string
	for word := range strings.FieldsSeq(responseType) {
		if word == "token" {
			word = "access_token"
		}
		wants = append(wants, word)
	}
	return wants
}

// JudgeIDToken says what makes an ID token unusable, as [Run] does; nil when nothing does. unverified lets one pass whose
// signature could not be checked for want of a key: the rest of the checks still count.
func JudgeIDToken(r *inspect.Report, unverified bool) *Problem {
	if unverified && r.Signature.Status == inspect.Unverified {
		passing := *r
		passing.Signature.Status = inspect.Verified
		passing.Checklist = withoutSignature(r.Checklist)
		return judge(&passing)
	}
	return judge(r)
}

// withoutSignature gives a checklist without what could not hold for want of a key.
func withoutSignature(items []inspect.Item) []inspect.Item {
	var rest []inspect.Item
	for _, item := range items {
		if item.Subject != "signature" {
			rest = append(rest, item)
		}
	}
	return rest
}

// TenantIssuer fills in Microsoft Entra's issuer template with the tenant that a token names; other issuers stay.
func TenantIssuer(issuer string, token *inspect.Token) string { return tenantIssuer(issuer, token) }

// Offline says why nothing can be sent with a session; empty for one that a login left.
func (s *Session) Offline() string {
	if s == nil {
		return ""
	}
	return s.offline
}

// Away marks a session that no login of this program left, with the reason why nothing can be sent with it.
func (s *Session) Away(reason string) *Session {
	s.offline = reason
	return s
}
