package probe

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Endpoints that take tokens, and what a proper login shows.

func resourceProbes() []Probe {
	return []Probe{
		{ID: "PRB-050", Slug: "userinfo-no-token", Title: "Userinfo without a token", Severity: rule.Error, Refs: refs("RFC 6750 3", "OpenID Connect Core 5.3.3"),
			Does: "asks for userinfo without an access token", Expects: "401 with WWW-Authenticate: Bearer", Fix: "answer 401 with a Bearer challenge",
			Needs: []Need{NeedUserInfo}, try: func(r *run) Verdict {
				return challenged(r.bearer("userinfo", r.client.Metadata().UserInfoEndpoint, ""))
			}},
		{ID: "PRB-051", Slug: "userinfo-made-up", Title: "Userinfo with a made-up token", Severity: rule.Error, Refs: refs("RFC 6750 3.1"),
			Does: "asks for userinfo with a token that nobody issued", Expects: "401 with WWW-Authenticate: Bearer error=\"invalid_token\"", Fix: "answer 401 with the error invalid_token",
			Needs: []Need{NeedUserInfo}, try: func(r *run) Verdict {
				return challenged(r.bearer("userinfo", r.client.Metadata().UserInfoEndpoint, "oidcscope-made-up-"+rand.Text()))
			}},
		{ID: "PRB-052", Slug: "introspect-no-auth", Title: "Introspection by anybody", Severity: rule.Error, Refs: refs("RFC 7662 2.1", "RFC 7662 4"),
			Does: "asks about a made-up token without any authentication", Expects: "401: who may ask about tokens can go looking for them", Fix: "require authentication at the introspection endpoint",
			Needs: []Need{NeedIntrospection}, try: tryIntrospection},
		{ID: "PRB-053", Slug: "revoke-no-auth", Title: "Revocation without authentication", Severity: rule.Error, Refs: refs("RFC 7009 2.1", "RFC 7009 5"),
			Does: "asks to revoke a made-up token with the client id alone", Expects: "invalid_client", Fix: "authenticate confidential clients at the revocation endpoint",
			Needs: []Need{NeedRevocation, NeedSecret}, try: tryRevocation},
	}
}

// challenged judges the answer to a request for a protected resource that must be refused with a challenge.
func challenged(e *record.Exchange, err error) Verdict {
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("it answered, HTTP %d", e.Response.Status)
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status != http.StatusUnauthorized:
		return Verdict{Result: Fail, Severity: rule.Warn, Text: said(e) + ": refused, but the status to expect is 401"}
	}
	challenge := strings.ToLower(record.Get(e.Response.Headers, "WWW-Authenticate"))
	if !strings.Contains(challenge, "bearer") && !strings.Contains(challenge, "dpop") {
		return Verdict{Result: Fail, Severity: rule.Warn, Text: "401 without WWW-Authenticate: Bearer: a client can't tell what is wanted"}
	}
	return met("401 with %s", shorten(record.Get(e.Response.Headers, "WWW-Authenticate")))
}

func tryIntrospection(r *run) Verdict {
	e, err := r.anonymous("introspection", r.client.Metadata().IntrospectionEndpoint, form("token", "oidcscope-made-up-"+rand.Text()))
	active, told := isActive(e, err)
	switch {
	case err != nil:
		return unsent(err)
	case told && active:
		return broken("it called a made-up token active")
	case told:
		return broken("it answered without knowing who asks, HTTP %d", e.Response.Status)
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status >= 400:
		return met("%s", said(e))
	}
	return unclear("%s", said(e))
}

func tryRevocation(r *run) Verdict {
	e, err := r.anonymous("revocation", r.client.Metadata().RevocationEndpoint, form("token", "oidcscope-made-up-"+rand.Text(), "client_id", r.cfg.Client.ClientID))
	if err == nil && isSuccess(e) {
		return broken("HTTP %d: it took the request", e.Response.Status)
	}
	return refusal(e, err, "invalid_client")
}

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
	if g == nil {
		return v
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
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("it answered, HTTP %d", e.Response.Status)
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	}
	return met("%s", said(e))
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
