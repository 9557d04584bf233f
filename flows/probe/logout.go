package probe

import (
	"net/url"

	"github.com/oidcscope/oidcscope/internal/rule"
)

func logoutProbes() []Probe {
	return []Probe{
		{ID: "PRB-100", Slug: "logout-redirect", Title: "A logout that leads anywhere", Severity: rule.Error, Refs: refs("OpenID Connect RP-Initiated Logout 3", "RFC 9700 4.11"),
			Does: "logs out, from a browser that is not logged in, with a post_logout_redirect_uri that nobody registered", Expects: "no redirect to that address",
			Fix: "redirect after a logout to registered addresses only", Needs: []Need{NeedLogout}, try: func(r *run) Verdict { return r.tryLogout("") }},
		{ID: "PRB-101", Slug: "logout-redirect-hint", Title: "A logout with a hint that leads anywhere", Severity: rule.Error, Refs: refs("OpenID Connect RP-Initiated Logout 3", "OpenID Connect RP-Initiated Logout 2"),
			Does: "does the same with the ID token of the login as a hint; the provider may end that login", Expects: "no redirect to that address",
			Fix: "compare post_logout_redirect_uri with the registered ones also when the hint is good", Visit: First, Needs: []Need{NeedAuthorization, NeedLogout, NeedOpenID}, try: func(r *run) Verdict {
				g, v := r.login()
				switch {
				case g == nil:
					return v
				case g.id == "":
					return missed("no ID token came")
				}
				return r.tryLogout(g.id)
			}},
	}
}

// tryLogout asks for a logout that ends at an address of nobody's.
func (r *run) tryLogout(hint string) Verdict {
	const nobodys = "https://oidcscope.invalid/after"
	u, err := url.Parse(r.client.Metadata().EndSessionEndpoint)
	if err != nil {
		return unsent(err)
	}
	q := u.Query()
	q.Set("client_id", r.cfg.Client.ClientID)
	q.Set("post_logout_redirect_uri", nobodys)
	q.Set("state", "oidcscope")
	if hint != "" {
		q.Set("id_token_hint", hint)
	}
	u.RawQuery = q.Encode()
	l := r.knockAt(u.String(), nobodys)
	switch {
	case l.verdict.Result != "":
		return l.verdict
	case l.back:
		return broken("%s", l.where())
	case l.e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", l.where())
	case l.refused, l.namesError():
		return met("%s", l.where())
	case l.to != nil:
		return met("it goes elsewhere: %s", l.where())
	}
	return unclear("a page, and what it leads to was not tried: %s", l.where())
}
