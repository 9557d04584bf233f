package practice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// slowDownStep is what RFC 8628 3.5 adds to the interval of a client that polls too fast.
const slowDownStep = 5 * time.Second

// polling is how a device code has been polled so far.
type polling struct {
	last     time.Time
	interval time.Duration
}

// tooFast answers slow_down to a client that polls before its interval is over.
func (p *Provider) tooFast(a *answer, r *http.Request) bool {
	code := r.PostFormValue("device_code")
	if r.URL.Path != pathToken || r.PostFormValue("grant_type") != string(goidc.GrantDeviceCode) {
		return false
	}
	if as, err := p.store.SessionByDeviceCode(r.Context(), code); err != nil || as.ClientID != seenFrom(r.Context()).ClientID {
		return false // another client's pace is its own: go-oidc refuses it
	}
	now := time.Now()
	state := p.polls.get(code)
	if state.interval == 0 {
		state.interval = p.options.DeviceInterval
	}
	waited := now.Sub(state.last)
	// A client's timer and the way through the network are not exact.
	tooFast := !state.last.IsZero() && waited < state.interval-state.interval/10
	state.last = now
	s := seenFrom(r.Context())
	if tooFast {
		s.Code = string(goidc.ErrorCodeSlowDown)
		s.Reason = fmt.Sprintf("polled after %.1f s, the interval is %v: it is 5 s longer from now on",
			waited.Seconds(), state.interval)
		state.interval += slowDownStep
	}
	p.polls.put(code, state)
	if tooFast {
		a.refuse(http.StatusBadRequest, goidc.ErrorCodeSlowDown, "polling too fast")
	}
	return tooFast
}

// completeDevice gives a device answer what go-oidc has no setting for: our times, verification_uri_complete
// (RFC 8628 3.3.1), and a user code in two groups.
func (p *Provider) completeDevice(a *answer, r *http.Request) {
	var device struct {
		DeviceCode              string `json:"device_code"`
		UserCode                string `json:"user_code"`
		VerificationURI         string `json:"verification_uri"`
		VerificationURIComplete string `json:"verification_uri_complete"`
		ExpiresIn               int    `json:"expires_in"`
		Interval                int    `json:"interval"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body.Bytes(), &device) != nil {
		return
	}
	as, err := p.store.SessionByDeviceCode(r.Context(), device.DeviceCode)
	if err != nil {
		return
	}
	device.ExpiresIn = wholeSeconds(p.options.DeviceLifetime)
	as.ExpiresAt = as.CreatedAt + device.ExpiresIn
	device.Interval = wholeSeconds(p.options.DeviceInterval)
	device.UserCode = groupUserCode(device.UserCode)
	device.VerificationURIComplete = device.VerificationURI + "?" + url.Values{"user_code": {device.UserCode}}.Encode()
	body, _ := json.Marshal(device)
	a.set(http.StatusOK, body)
}

// wholeSeconds rounds up: the members of the protocol are whole, and zero means something else.
func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func groupUserCode(code string) string {
	if len(code) != 8 {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// normaliseUserCode reads a code as people type it: lower case, with or without the hyphen, with spaces (RFC 8628 6.1).
func normaliseUserCode(r *http.Request) {
	query := r.URL.Query()
	typed := query.Get("user_code")
	if typed == "" {
		return
	}
	query.Set("user_code", strings.Map(func(c rune) rune {
		if c = c &^ ' '; c < 'A' || c > 'Z' {
			return -1
		}
		return c
	}, typed))
	if query.Get("user_code") == "" {
		query.Set("user_code", "-") // so that "1234" is an unknown code, not a missing one
	}
	query.Set("typed", typed)
	r.URL.RawQuery = query.Encode()
}

// deviceFinished keeps a code that was decided on from being decided on again: going back in the browser, or pressing a
// button twice, would make a second grant.
func (p *Provider) deviceFinished(a *answer, r *http.Request) bool {
	var as *goidc.AuthnSession
	var err error
	if id, ok := strings.CutPrefix(r.URL.Path, pathDevice+"/"); ok {
		as, err = p.store.Session(r.Context(), id)
	} else if r.URL.Path == pathDevice {
		as, err = p.store.SessionByUserCode(r.Context(), r.URL.Query().Get("user_code"))
	}
	switch {
	case as == nil || err != nil:
		return false
	case as.Status == goidc.StatusSuccess:
		_ = p.confirmDevice(a, r)
	case as.Status == goidc.StatusFailure:
		_ = p.showError(a, r, errRefused)
	default:
		return false
	}
	return true
}
