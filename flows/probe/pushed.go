package probe

import (
	"net/http"
	"net/url"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Pushed requests (RFC 9126) and the device grant (RFC 8628): references and codes that are not for everybody.

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
	e, err := r.anonymous("pushed authorization request", r.client.Metadata().PAREndpoint, a.Params)
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

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

func deviceProbes() []Probe {
	return []Probe{
		{ID: "PRB-045", Slug: "device-pace", Title: "Polling too fast", Severity: rule.Warn, Refs: refs("RFC 8628 3.5"),
			Does: "asks for a device code and polls for it twice at once; nobody has to log in, the code expires by itself", Expects: "slow_down",
			Fix: "remember when a device code was last asked for, and answer slow_down before the interval is over", Needs: []Need{NeedDevice}, try: tryPace},
		{ID: "PRB-046", Slug: "device-other-client", Title: "A device code of another client", Severity: rule.Error, Refs: refs("RFC 8628 3.4", "RFC 6749 5.2"),
			Does: "polls as the second client for a device code of the first", Expects: "invalid_grant", Fix: "bind the device code to the client that asked for it",
			Needs: []Need{NeedDevice, NeedOther}, try: tryDeviceOther},
	}
}

// device gives a device code that nobody will approve.
func (r *run) device() (string, Verdict) {
	e, err := r.client.Post(r.ctx, "device authorization", r.client.Metadata().DeviceAuthorizationEndpoint, form("scope", "openid"))
	if err != nil {
		return "", unsent(err)
	}
	device := members(e)["device_code"]
	switch {
	case device == "" && errorCode(e) == "unauthorized_client":
		return "", moot("the client may not use the device grant: %s", said(e))
	case device == "":
		return "", missed("no device code came: %s", said(e))
	}
	r.client.Secret(device)
	return device, Verdict{}
}

func tryPace(r *run) Verdict {
	device, v := r.device()
	if device == "" {
		return v
	}
	for range 2 { // the first may come at any time
		e, err := r.post(r.client, form("grant_type", deviceGrant, "device_code", device))
		switch {
		case err != nil:
			return unsent(err)
		case errorCode(e) == "slow_down" || e.Response.Status == http.StatusTooManyRequests:
			return met("%s", said(e))
		case errorCode(e) != "authorization_pending":
			return unclear("%s", said(e))
		}
	}
	return broken("authorization_pending, twice in a row at once")
}

func tryDeviceOther(r *run) Verdict {
	device, v := r.device()
	if device == "" {
		return v
	}
	e, err := r.post(r.other, form("grant_type", deviceGrant, "device_code", device))
	v = refusal(e, err, "invalid_grant")
	if err == nil && errorCode(e) == "authorization_pending" {
		return broken("%s: the code is the second client's too", said(e))
	}
	return v
}
