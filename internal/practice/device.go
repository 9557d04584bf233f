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
	if _, err := p.store.SessionByDeviceCode(r.Context(), code); err != nil {
		return false
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
		a.refuse(goidc.ErrorCodeSlowDown, "polling too fast")
	}
	return tooFast
}

// refuse answers with an OAuth error (RFC 6749 5.2).
func (a *answer) refuse(code goidc.ErrorCode, description string) {
	a.header.Set("Content-Type", "application/json")
	body, _ := json.Marshal(goidc.NewError(code, description))
	a.set(http.StatusBadRequest, body)
}

// completeDevice writes the user code in two groups and adds verification_uri_complete (RFC 8628 3.3.1).
func (p *Provider) completeDevice(a *answer) {
	var device map[string]any
	if a.status != http.StatusOK || json.Unmarshal(a.body.Bytes(), &device) != nil {
		return
	}
	code, _ := device["user_code"].(string)
	uri, _ := device["verification_uri"].(string)
	device["user_code"] = groupUserCode(code)
	device["verification_uri_complete"] = uri + "?" + url.Values{"user_code": {groupUserCode(code)}}.Encode()
	body, _ := json.Marshal(device)
	a.set(http.StatusOK, body)
}

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
