package flows

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/oidcscope/oidcscope/flows/record"
)

// onceOnly says of a value that it is good once, and by which answer it is used up.
type onceOnly struct {
	name    string
	success bool   // used up by an answer that grants; otherwise by any answer to a request that carried it
	says    string // why, with the specification
	again   string // what sending it again probably does
}

// onceRules are the values of the flows that are good once.
func onceRules() []onceOnly {
	return []onceOnly{
		{"code", false, "a code is good once (RFC 6749 4.1.2)",
			"the provider must refuse the code the second time with invalid_grant, and should revoke the tokens that came the first time (RFC 6749 4.1.2)"},
		{"request_uri", false, "the reference to a pushed request is good once (RFC 9126 4)", ""},
		{"device_code", true, "a device code is good for one set of tokens (RFC 8628 3.4)",
			"before the next interval has passed the provider may answer slow_down; after the tokens came it must refuse the device code (RFC 8628 3.5)"},
		{"auth_req_id", true, "an auth_req_id is good for one set of tokens (CIBA 10.1)",
			"before the next interval has passed the provider may answer slow_down (CIBA 11)"},
		{"refresh_token", true, "a provider that rotates refresh tokens takes each once (RFC 9700 4.14.2)",
			"a provider that rotates refresh tokens must refuse it the second time, and may revoke the whole grant: the login is then over (RFC 9700 4.14.2)"},
		{"assertion", false, "a provider may take each assertion once, by its jti (RFC 7523 3)",
			"a provider that remembers jti refuses the assertion the second time with invalid_grant (RFC 7523 3)"},
	}
}

func onceRule(name string) (onceOnly, bool) {
	rules := onceRules()
	if i := slices.IndexFunc(rules, func(o onceOnly) bool { return o.name == name }); i >= 0 {
		return rules[i], true
	}
	return onceOnly{}, false
}

// was says in words where the value was used up.
func (o onceOnly) was(exchange int) string {
	if exchange == 0 {
		return "was used"
	}
	return fmt.Sprintf("was used in exchange %d", exchange)
}

// given reports whether a value came from outside of the run, so that no step of it makes another.
func given(v Variable) bool { return v.From == fromGiven || v.From == fromSession }

// Where the values come from that no step makes.
const (
	fromGiven   = "given"
	fromSession = "the session"
)

// used notes what an exchange used up.
func (t *Trail) used(e *record.Exchange) {
	if t == nil || e.Response == nil || record.ByBrowser(e.Purpose) {
		return
	}
	sent := e.Request.Params()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, rule := range onceRules() {
		if rule.success && e.Response.Status >= 300 {
			continue
		}
		for _, value := range sent[rule.name] {
			t.spend(rule.name, value, e)
		}
	}
}

// opened notes that a browser came back from an address that carried a value.
func (t *Trail) opened(address, step string, callback *record.Exchange) {
	if t == nil {
		return
	}
	e := &record.Exchange{Step: step}
	if callback != nil {
		e = callback
	}
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, value := range u.Query()["request_uri"] {
		t.spend("request_uri", value, e)
	}
}

// spend keeps the first use.
func (t *Trail) spend(name, value string, e *record.Exchange) {
	key := name + "\x00" + value
	if _, known := t.spent[key]; !known {
		t.spent[key] = spending{e.ID, e.Step}
	}
}

// resendCaution says what sending a request again will probably do, after the answer that came to it (nil: none).
func resendCaution(e *record.Exchange, answer *record.Response) string {
	refused := answer != nil && answer.Status >= 400
	sent := e.Request.Params()
	for _, rule := range onceRules() {
		switch {
		case !sent.Has(rule.name) || rule.again == "":
		case refused && !rule.success:
			return "the request was refused, and the provider may have used up the " + rule.name + " with it all the same: a second refusal may be about that alone"
		case refused && rule.name == "refresh_token":
			return "" // it is as good or bad as before
		default:
			return rule.again
		}
	}
	return ""
}
