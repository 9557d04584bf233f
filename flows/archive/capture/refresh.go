package capture

import (
	"fmt"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// A refresh in the background is a run of its own, as it is in the engine; what ties it to the login before is checked here.

func (r *rebuilder) refreshed() bool {
	return r.g.token != nil && r.g.token.sent.Get("grant_type") == "refresh_token"
}

// tellPassedOn says where a refresh token is from, and whether it was used before.
func (r *rebuilder) tellPassedOn(m *message) (notes []string) {
	if !r.refreshed() {
		return nil
	}
	sent := visible(m.sent.Get("refresh_token"))
	for _, earlier := range r.messages {
		if earlier == m || earlier.kind != token || sent == "" || earlier.sent.Get("refresh_token") != sent || !earlier.at.Before(m.at) || !earlier.answered() {
			continue
		}
		if rotated := earlier.answer["refresh_token"]; rotated != "" && rotated != sent {
			r.found(rule.Warn, "capture-refresh-twice", "this refresh token was used before, and another came for it: a provider that rotates them ends the session for that", "RFC 9700 4.14.2")
			break
		}
	}
	if r.g.before == nil {
		return []string{"the login that the refresh token came with is " + missing}
	}
	return []string{fmt.Sprintf("the refresh token is that of run %d", r.g.before.number)}
}

// comparePeople holds the person of a refreshed ID token against that of the login (OpenID Connect Core 12.2).
func (r *rebuilder) comparePeople(raw string) string {
	if !r.refreshed() || r.g.before == nil {
		return ""
	}
	first := r.g.before.token.answer["id_token"]
	if visible(first) == "" {
		return ""
	}
	before, now := payloadOf(first), payloadOf(raw)
	for _, name := range []string{"iss", "sub"} {
		if before[name] != now[name] {
			r.found(rule.Error, "capture-refresh-"+name, fmt.Sprintf("the refreshed ID token has another %s than the one of the login: %q, before %q", name, now[name], before[name]), "OpenID Connect Core 12.2")
			return ""
		}
	}
	return fmt.Sprintf("iss and sub are those of run %d", r.g.before.number)
}
