package probe

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Refresh tokens: whose they are, what they may ask for, and what happens when one comes a second time. They have a login of their own, which
// the last of them ends.

func refreshProbes() []Probe {
	refreshing := func(p Probe) Probe {
		p.Visit, p.Needs = Refreshing, append([]Need{NeedAuthorization, NeedRefresh}, p.Needs...)
		return p
	}
	return []Probe{
		refreshing(Probe{ID: "PRB-090", Slug: "refresh-other-client", Title: "A refresh token of another client", Severity: rule.Error, Refs: refs("RFC 6749 6", "RFC 6749 10.4"),
			Does: "redeems the refresh token of the first client as the second", Expects: "invalid_grant", Fix: "bind refresh tokens to the client they were issued to",
			Needs: []Need{NeedOther}, try: func(r *run) Verdict {
				g, v := r.withRefresh()
				if g == nil {
					return v
				}
				e, err := r.post(r.other, form("grant_type", "refresh_token", "refresh_token", g.refresh))
				r.take(r.other, e, err)
				return refusal(e, err, "invalid_grant")
			}}),
		refreshing(Probe{ID: "PRB-091", Slug: "revoke-other-client", Title: "Revocation by another client", Severity: rule.Error, Refs: refs("RFC 7009 2.1"),
			Does: "asks, as the second client, to revoke the refresh token of the first; the next probe shows whether it did", Expects: "a refusal, or nothing done",
			Fix: "revoke tokens for the client only that they were issued to", Needs: []Need{NeedOther, NeedRevocation}, try: tryRevokeOther}),
		refreshing(Probe{ID: "PRB-092", Slug: "refresh-scope", Title: "A refresh that asks for more", Severity: rule.Error, Refs: refs("RFC 6749 6"),
			Does: "redeems the refresh token for a scope that was never granted", Expects: "invalid_scope, or tokens without it", Fix: "grant at a refresh what was granted at the login, or less", try: tryRefreshScope}),
		refreshing(Probe{ID: "PRB-093", Slug: "refresh-rotation", Title: "Refresh tokens of a public client", Severity: rule.Error, Refs: refs("RFC 9700 2.2.2", "RFC 9700 4.14.2"),
			Does: "redeems the refresh token properly", Expects: "a new refresh token, when the client is public: else a stolen one is good for as long as it lives",
			Fix: "rotate the refresh tokens of public clients, or bind them to a key", try: tryRotation}),
		refreshing(Probe{ID: "PRB-094", Slug: "refresh-reuse", Title: "A refresh token that was used before", Severity: rule.Error, Refs: refs("RFC 9700 4.14.2"),
			Does: "redeems the old refresh token once more", Expects: "invalid_grant", Fix: "refuse refresh tokens that were replaced", try: tryRefreshReuse}),
		refreshing(Probe{ID: "PRB-095", Slug: "refresh-reuse-revokes", Title: "What a refresh token used twice leaves", Severity: rule.Warn, Refs: refs("RFC 9700 4.14.2"),
			Does: "redeems the new refresh token after the old one came again", Expects: "invalid_grant: one of the two is a thief, and nobody knows which",
			Fix: "revoke the whole grant when a used refresh token comes again", try: tryReuseRevokes}),
	}
}

// refresh redeems the current refresh token of a login; the answer's replaces it.
func (r *run) refresh(g *grant, more ...string) (*grant, Verdict) {
	e, err := r.post(g.bench, form(append([]string{"grant_type", "refresh_token", "refresh_token", g.refresh}, more...)...))
	if err != nil {
		return nil, unsent(err)
	}
	fresh := r.take(g.bench, e, nil)
	if fresh == nil {
		return nil, missed("the refresh token is refused: %s", said(e))
	}
	return fresh, Verdict{}
}

func tryRevokeOther(r *run) Verdict {
	g, v := r.withRefresh()
	if g == nil {
		return v
	}
	e, err := r.other.Post(r.ctx, "revocation", r.client.Metadata().RevocationEndpoint, form("token", g.refresh, "token_type_hint", "refresh_token"))
	if err != nil {
		return unsent(err)
	}
	if errorCode(e) == "invalid_client" && !strings.Contains(strings.ToLower(said(e)), "issued") { // zitadel says of the token that it "was not issued for this client"
		return unclear("the second client could not authenticate: %s", said(e))
	}
	fresh, _ := r.refresh(g)
	if fresh == nil {
		return broken("%s, and the refresh token is gone", said(e))
	}
	r.replace(g, fresh)
	return met("%s, and the refresh token still works", said(e))
}

// replace takes the tokens of a refresh into a login.
func (r *run) replace(g, fresh *grant) {
	if fresh.refresh != "" {
		g.refresh = fresh.refresh
	}
	g.access, g.answer, fresh.dead = fresh.access, fresh.answer, true
}

func tryRefreshScope(r *run) Verdict {
	g, v := r.withRefresh()
	if g == nil {
		return v
	}
	e, err := r.post(g.bench, form("grant_type", "refresh_token", "refresh_token", g.refresh, "scope", "openid "+unknownScope))
	fresh := r.take(g.bench, e, err)
	switch {
	case err != nil:
		return unsent(err)
	case fresh == nil && errorCode(e) == "invalid_scope":
		return met("%s", said(e))
	case fresh == nil && strings.Contains(said(e), unknownScope): // Dex
		return met("%s (invalid_scope is the code to expect)", said(e))
	case fresh == nil: // the token itself may be at fault
		return unclear("refused for another reason: %s", said(e))
	case hasScope(fresh.scope, unknownScope):
		r.replace(g, fresh)
		return broken("it was granted: scope is %q", shorten(fresh.scope))
	case fresh.scope == "":
		r.replace(g, fresh)
		return broken("tokens without a scope member, which means that it was granted as asked for")
	}
	r.replace(g, fresh)
	return met("not granted: scope is %q", shorten(fresh.scope))
}

// rotate redeems the refresh token once, and keeps the old one.
func (r *run) rotate() Verdict {
	if r.facts.rotated != nil || r.facts.rotation.Result != "" {
		return r.facts.rotation
	}
	g, v := r.withRefresh()
	if g == nil {
		r.facts.rotation = v
		return v
	}
	fresh, v := r.refresh(g)
	if fresh == nil {
		r.facts.rotation = v
		return v
	}
	r.facts.old, r.facts.rotated = g.refresh, fresh
	g.dead = true
	return Verdict{}
}

func (r *run) isRotated() bool {
	return r.facts.rotated.refresh != "" && r.facts.rotated.refresh != r.facts.old
}

func tryRotation(r *run) Verdict {
	if v := r.rotate(); r.facts.rotated == nil {
		return v
	}
	switch {
	case r.isRotated():
		return met("a new refresh token came")
	case r.client.AuthMethod() != flows.AuthNone:
		return moot("the client authenticates, so its refresh tokens are of no use to others; this provider does not rotate them")
	}
	return broken("the refresh token stays the same")
}

func tryRefreshReuse(r *run) Verdict {
	if v := r.rotate(); r.facts.rotated == nil {
		return v
	}
	if !r.isRotated() {
		return moot("the provider does not rotate this client's refresh tokens")
	}
	e, err := r.post(r.client, form("grant_type", "refresh_token", "refresh_token", r.facts.old))
	again := r.take(r.client, e, err)
	v := refusal(e, err, "invalid_grant")
	r.facts.reuse = &v
	if again != nil && r.facts.rotated.refresh == again.refresh {
		v.Text += ", with the same new refresh token: a second attempt within a time of grace"
		v.Severity = rule.Info
	}
	return v
}

func tryReuseRevokes(r *run) Verdict {
	if r.facts.reuse == nil {
		if v := tryRefreshReuse(r); r.facts.reuse == nil { // this probe alone was asked for
			return v
		}
	}
	if r.facts.reuse.Result != Pass {
		return missed("the used refresh token was not refused")
	}
	fresh := r.facts.rotated
	e, err := r.post(r.client, form("grant_type", "refresh_token", "refresh_token", fresh.refresh))
	if r.take(r.client, e, err); err == nil && !hasTokens(e) {
		fresh.dead = errorCode(e) == "invalid_grant"
	}
	return refusal(e, err, "invalid_grant")
}
