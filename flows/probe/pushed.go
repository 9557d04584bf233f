package probe

import (
	"net/url"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Pushed requests (RFC 9126): who may push, what is looked at, and for whom the reference is good.

func pushedProbes() []Probe {
	return []Probe{
		{ID: "PRB-040", Slug: "par-no-auth", Title: "A pushed request without authentication", Severity: rule.Error, Refs: refs("RFC 9126 2", "RFC 9126 2.3"),
			Does: "pushes a request with the client id alone", Expects: "invalid_client", Fix: "authenticate at this endpoint as at the token endpoint",
			Needs: []Need{NeedPAR, NeedSecret}, try: tryPushAnonymous},
		{ID: "PRB-041", Slug: "par-redirect", Title: "A pushed request with a foreign redirect URI", Severity: rule.Error, Refs: refs("RFC 9126 2.1", "RFC 9126 2.3"),
			Does: "pushes a request whose redirect URI is https://oidcscope.invalid/callback", Expects: "invalid_request, at once", Fix: "validate pushed requests as those at the authorization endpoint",
			Needs: []Need{NeedPAR}, try: tryPushRedirect},
		{ID: "PRB-042", Slug: "par-other-client", Title: "A pushed request of another client", Severity: rule.Error, Refs: refs("RFC 9126 2.2", "RFC 9126 7.3"),
			Does: "pushes a request, and uses its reference as the second client", Expects: "an error: the reference belongs to the client that pushed",
			Fix: "compare the client id of the authorization request with that of the pushed one", Needs: []Need{NeedAuthorization, NeedPAR, NeedOther}, try: tryPushOther},
		{ID: "PRB-043", Slug: "par-twice", Title: "The reference of a pushed request, used again", Severity: rule.Warn, Refs: refs("RFC 9126 4", "RFC 9126 7.3"),
			Does: "logs in by a pushed request, then opens its reference again", Expects: "an error: the reference is good once",
			Fix: "forget the reference once the login is done", Visit: Pushed, Needs: []Need{NeedAuthorization, NeedPAR}, try: tryPushTwice},
	}
}

func tryPushAnonymous(r *run) Verdict {
	a, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
	if err != nil {
		return unsent(err)
	}
	e, err := r.anonymous("pushed authorization request", func(m *flows.Metadata) string { return m.PAREndpoint }, a.Params)
	if err == nil && isSuccess(e) {
		return broken("a reference came, HTTP %d", e.Response.Status)
	}
	return refusal(e, err, "invalid_client")
}

// pushing is a bench for the client that pushes its requests.
func (r *run) pushing() (*flows.Bench, error) {
	return r.client.As(func(c *flows.Config) { c.Request.PAR = true })
}

func tryPushRedirect(r *run) Verdict {
	a, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
	if err != nil {
		return unsent(err)
	}
	a.Params.Set("redirect_uri", "https://oidcscope.invalid/callback")
	e, err := r.client.Post(r.ctx, "pushed authorization request", r.client.Metadata().PAREndpoint, a.Params)
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("a reference came, HTTP %d", e.Response.Status)
	}
	return refusal(e, nil, "invalid_request", "invalid_redirect_uri")
}

func tryPushOther(r *run) Verdict {
	b, err := r.pushing()
	if err != nil {
		return unsent(err)
	}
	defer b.Close()
	a, err := b.Authorization(r.ctx, flows.AuthorizationOptions{})
	if err != nil {
		return unsent(err)
	}
	address, err := b.Address(r.ctx, a)
	if err != nil {
		return missed("a proper request could not be pushed: %v", err)
	}
	stolen, err := url.Parse(address)
	if err != nil {
		return unsent(err)
	}
	q := stolen.Query()
	q.Set("client_id", r.cfg.Other.ID)
	stolen.RawQuery = q.Encode()
	return r.closed(r.knockAt(stolen.String(), a.RedirectURI))
}

// closed judges where a reference led that must lead nowhere.
func (r *run) closed(l *landing) Verdict {
	switch {
	case l.verdict.Result != "":
		return l.verdict
	case l.e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", l.where())
	case l.refused, l.isError(), l.namesError():
		return met("%s", l.where())
	}
	return broken("the provider went on: %s", l.where())
}

func tryPushTwice(r *run) Verdict {
	v := r.visits[Pushed]
	if v == nil {
		b, err := r.pushing()
		if err != nil {
			return unsent(err)
		}
		defer b.Close()
		v = r.send(b, Pushed, flows.AuthorizationOptions{Listen: !r.cfg.Client.Paste}, nil)
		r.visits[Pushed] = v
		if v.code() != "" {
			e, err := r.redeem(r.client, v, nil)
			r.take(r.client, e, err)
		}
	}
	if v.code() == "" {
		return v.noCode()
	}
	return r.closed(r.knockAt(v.address, v.a.RedirectURI))
}
