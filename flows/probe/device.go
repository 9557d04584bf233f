package probe

import (
	"net/http"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// The device grant (RFC 8628). Nobody logs in for these: the codes expire by themselves.

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
