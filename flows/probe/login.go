package probe

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// What a proper login shows: whether the values that protect it come back, and what may become of its tokens.

func loginProbes() []Probe {
	first := func(p Probe) Probe {
		p.Visit = First
		p.Needs = append([]Need{NeedAuthorization}, p.Needs...)
		return p
	}
	return []Probe{
		first(Probe{ID: "PRB-060", Slug: "state", Title: "State comes back", Severity: rule.Error, Refs: refs("RFC 6749 4.1.2", "RFC 6749 10.12"),
			Does: "compares the state of the answer with that of the request", Expects: "the same state, unchanged", Fix: "send state back exactly as it came",
			try: func(r *run) Verdict { return r.tryState(First) }}),
		first(Probe{ID: "PRB-061", Slug: "nonce", Title: "Nonce comes back", Severity: rule.Error, Refs: refs("OpenID Connect Core 3.1.3.7", "OpenID Connect Core 15.5.2"),
			Does: "looks for the nonce of the request in the ID token", Expects: "the same nonce, unchanged", Fix: "put the nonce of the request into the ID token, unchanged",
			Needs: []Need{NeedOpenID}, try: tryNonce}),
		first(Probe{ID: "PRB-062", Slug: "answer-iss", Title: "The issuer in the answer", Severity: rule.Error, Refs: refs("RFC 9207 2", "RFC 9700 4.4"),
			Does: "looks whether the answer with the code names the issuer", Expects: "the iss parameter, when the provider announces it",
			Fix: "add iss to every authorization answer, or don't announce it", try: tryIssuer}),
		first(Probe{ID: "PRB-063", Slug: "token-cache", Title: "Tokens that may be kept on the way", Severity: rule.Error, Refs: refs("RFC 6749 5.1"),
			Does: "looks at what the token answer says about caches", Expects: "Cache-Control: no-store", Fix: "send Cache-Control: no-store with every answer that holds tokens", try: tryCache}),
		first(Probe{ID: "PRB-064", Slug: "token-in-query", Title: "An access token in an address", Severity: rule.Error, Refs: refs("RFC 9700 4.3.2", "RFC 6750 5.3"),
			Does: "asks for userinfo with the access token as a query parameter; the token is revoked later", Expects: "a refusal: addresses are logged, kept in histories and sent on as referrers",
			Fix: "take access tokens from the Authorization field only", Needs: []Need{NeedUserInfo}, try: tryTokenInQuery}),
		{ID: "PRB-065", Slug: "login-again", Title: "A login that must be made anew", Severity: rule.Error, Refs: refs("OpenID Connect Core 3.1.2.1", "OpenID Connect Core 2"),
			Does: "asks with prompt=login and max_age=0", Expects: "the person is asked again, and auth_time in the ID token is after the request",
			Fix: "ask for the password again, and set auth_time to when that was", Visit: AgainByTyping, Needs: []Need{NeedAuthorization, NeedOpenID}, try: tryLoginAgain},
	}
}

// tryState compares the state of a visit.
func (r *run) tryState(kind Visit) Verdict {
	v := r.visit(kind)
	if v.verdict.Result != "" {
		return v.verdict
	}
	if len(v.answer) == 0 {
		return v.noCode()
	}
	got, came := v.answer["state"]
	switch {
	case v.a.State == "" && !came:
		return met("no state was sent, and none came back")
	case v.a.State == "" && got[0] == "":
		return met("no state was sent, and an empty one came back")
	case v.a.State == "":
		return broken("no state was sent, and one came back")
	case !came:
		return broken("no state came back")
	case len(got) > 1:
		return broken("it came back %d times", len(got))
	case got[0] != v.a.State && kind == RedirectChanged:
		return broken("%q came back", shorten(got[0])) // it is no secret
	case got[0] != v.a.State:
		return broken("another one came back, of %d characters", len(got[0]))
	}
	return met("unchanged")
}

// claims reads the payload of a JWT that came from the token endpoint itself; that it is genuine is what a login checks.
func claims(token string) map[string]any {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var object map[string]any
	if err != nil || json.Unmarshal(payload, &object) != nil {
		return nil
	}
	return object
}

func tryNonce(r *run) Verdict {
	g, v := r.login()
	if g == nil {
		return v
	}
	object := claims(g.id)
	switch got, _ := object["nonce"].(string); {
	case object == nil && g.id == "":
		return missed("no ID token came")
	case object == nil:
		return missed("the ID token can't be read here: it is encrypted, or no JWT")
	case got == "":
		return broken("the ID token has no nonce")
	case got != r.visits[First].a.Nonce:
		return broken("the ID token has another nonce, of %d characters", len(got))
	}
	return met("unchanged")
}

func tryIssuer(r *run) Verdict {
	v := r.visit(First)
	if v.verdict.Result != "" {
		return v.verdict
	}
	announced := r.client.Metadata().IssInAuthResponse
	switch iss := v.answer.Get("iss"); {
	case iss == "" && !announced:
		return moot("the provider does not announce authorization_response_iss_parameter_supported")
	case iss == "":
		return broken("an answer without iss, although it is announced")
	case iss != r.client.Metadata().Issuer:
		return broken("iss is %q", shorten(iss))
	}
	return met("iss is the issuer")
}

func tryCache(r *run) Verdict {
	g, v := r.login()
	if g == nil {
		return v
	}
	control := record.Get(g.answer.Response.Headers, "Cache-Control")
	switch {
	case strings.Contains(strings.ToLower(control), "no-store"):
		return met("Cache-Control: %s", shorten(control))
	case control == "":
		return broken("no Cache-Control field")
	}
	return broken("Cache-Control: %s", shorten(control))
}

func tryTokenInQuery(r *run) Verdict {
	g, v := r.login()
	switch {
	case g == nil:
		return v
	case g.kind == "DPoP": // it would be refused for want of a proof, wherever it stood
		return moot("the client's tokens are bound to a key")
	}
	proper, err := g.bench.Call(r.ctx, "userinfo", r.client.Metadata().UserInfoEndpoint, g.access)
	if err != nil {
		return unsent(err)
	}
	if !isSuccess(proper) {
		return missed("userinfo refuses the token in the Authorization field too: %s", said(proper))
	}
	u, err := url.Parse(r.client.Metadata().UserInfoEndpoint)
	if err != nil {
		return unsent(err)
	}
	q := u.Query()
	q.Set("access_token", g.access)
	u.RawQuery = q.Encode()
	e, err := r.bearer("userinfo", u.String(), "")
	return withheld(e, err)
}

// clockSlack is how much the provider's clock may be behind ours, and how coarse auth_time may be.
const clockSlack = 5 * time.Second

func tryLoginAgain(r *run) Verdict {
	if g, v := r.login(); g == nil { // else there would be no login that is not to be used again
		return v
	}
	v := r.visit(AgainByTyping)
	if v.code() == "" {
		return v.noCode()
	}
	e, err := r.redeem(r.client, v, nil)
	g := r.take(r.client, e, err)
	switch {
	case err != nil:
		return unsent(err)
	case g == nil:
		return missed("the code could not be redeemed: %s", said(e))
	}
	object := claims(g.id)
	at, ok := object["auth_time"].(float64)
	switch {
	case object == nil:
		return missed("no ID token came that can be read here")
	case !ok:
		return broken("the ID token has no auth_time, which max_age asks for")
	}
	skew := skewOf(e, r.cfg.Client.Now())
	if late := v.sent.Add(skew).Sub(time.Unix(int64(at), 0)); late > clockSlack {
		return broken("auth_time is %s before the request: the old login was used", late.Round(time.Second))
	}
	return met("auth_time is that of a new login")
}

// skewOf is how far the provider's clock is ahead of ours, by the Date of an answer (RFC 9110 6.6.1).
func skewOf(e *record.Exchange, now time.Time) time.Duration {
	theirs, err := http.ParseTime(record.Get(e.Response.Headers, "Date"))
	if err != nil {
		return 0
	}
	return theirs.Sub(now)
}
