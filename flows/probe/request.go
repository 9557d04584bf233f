package probe

import (
	"net/http"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// What may stand in an authorization request, and how its answer travels.

func requestProbes() []Probe {
	authorization := []Need{NeedAuthorization}
	return []Probe{
		{ID: "PRB-010", Slug: "response-type", Title: "A response type that does not exist", Severity: rule.Warn, Refs: refs("RFC 6749 3.1.1", "RFC 6749 4.1.2.1"),
			Does: "asks for response_type oidcscope", Expects: "the error unsupported_response_type", Fix: "refuse response types that are not known",
			Needs: authorization, try: func(r *run) Verdict {
				return r.mustRefuse(func(a *flows.Authorization) { a.Params.Set("response_type", "oidcscope") })
			}},
		{ID: "PRB-011", Slug: "prompt-none", Title: "No page where none may be shown", Severity: rule.Error, Refs: refs("OpenID Connect Core 3.1.2.6", "OpenID Connect Core 3.1.2.1"),
			Does: "asks with prompt=none from a browser that is not logged in", Expects: "a redirect back with login_required, or another of its kind, and no page",
			Fix: "answer prompt=none without a session by a redirect with the error login_required", Needs: []Need{NeedAuthorization, NeedOpenID}, try: tryPromptNone},
		{ID: "PRB-012", Slug: "error-iss", Title: "The issuer in an error", Severity: rule.Error, Refs: refs("RFC 9207 2", "RFC 9207 2.3"),
			Does: "looks whether the redirect with an error names the issuer", Expects: "the iss parameter, when the provider announces it: errors have it too",
			Fix: "add iss to error answers as well", Needs: []Need{NeedAuthorization, NeedOpenID}, try: tryErrorIssuer},
		{ID: "PRB-013", Slug: "redirect-status", Title: "How the browser is sent back", Severity: rule.Warn, Refs: refs("RFC 9700 4.12"),
			Does: "looks at the status of the redirect with an error", Expects: "303, or 302: with 307 the browser would send a form with a password on to the client",
			Fix: "redirect with 303 See Other", Needs: []Need{NeedAuthorization, NeedOpenID}, try: tryRedirectStatus},
		{ID: "PRB-014", Slug: "frames", Title: "The login page in a frame", Severity: rule.Error, Refs: refs("RFC 9700 4.16", "RFC 6749 10.13"),
			Does: "looks at what the login page says about frames", Expects: "Content-Security-Policy with frame-ancestors, or X-Frame-Options: else a page of a stranger can lay itself over it",
			Fix: "send Content-Security-Policy: frame-ancestors 'none' with every page of the login", Needs: authorization, try: tryFrames},
		{ID: "PRB-015", Slug: "authorize-cors", Title: "The authorization endpoint for scripts", Severity: rule.Error, Refs: refs("RFC 9700 2.6"),
			Does: "asks with an Origin field, as a script on another page would", Expects: "no Access-Control-Allow-Origin: the browser goes there itself",
			Fix: "switch CORS off at the authorization endpoint", Needs: authorization, try: tryCORS},
		{ID: "PRB-016", Slug: "parameter-twice", Title: "A parameter that comes twice", Severity: rule.Info, Refs: refs("RFC 6749 3.1", "RFC 6749 4.1.2.1"),
			Does: "sends state twice, with different values", Expects: "the error invalid_request", Fix: "refuse requests in which a parameter comes twice: two programs on the way may read different ones",
			Needs: authorization, try: func(r *run) Verdict {
				return r.mustRefuse(func(a *flows.Authorization) { a.Params["state"] = []string{a.State, "oidcscope-second"} })
			}},
		{ID: "PRB-017", Slug: "no-challenge", Title: "A request without a code challenge", Severity: rule.Warn, Refs: refs("RFC 9700 2.1.1", "OAuth 2.1 4.1.1"),
			Does: "asks for a code without PKCE", Expects: "an error: PKCE is for every client", Fix: "require a code challenge, of public clients in any case",
			Visit: NoChallenge, IfOpen: true, Needs: authorization, try: tryNoChallenge},
		{ID: "PRB-018", Slug: "plain-challenge", Title: "A plain code challenge", Severity: rule.Warn, Refs: refs("RFC 9700 2.1.1", "RFC 7636 7.2"),
			Does: "asks with code_challenge_method=plain", Expects: "an error: with plain, whoever reads the request can redeem the code",
			Fix: "allow S256 only", Visit: PlainChallenge, IfOpen: true, Needs: authorization, try: tryPlainChallenge},
		{ID: "PRB-019", Slug: "unsigned-request", Title: "A request object that nobody signed", Severity: rule.Error, Refs: refs("RFC 9101 10.2", "OpenID Connect Core 6.1"),
			Does: "sends a request object with alg none, which holds another state", Expects: "an error, or the request object ignored",
			Fix:   "refuse request objects with alg none, also when they are not required",
			Visit: UnsignedRequest, IfOpen: true, Needs: authorization, try: tryUnsignedRequest},
		{ID: "PRB-020", Slug: "unknown-scope", Title: "A scope that does not exist", Severity: rule.Error, Refs: refs("RFC 6749 3.3", "RFC 6749 5.1"),
			Does: "asks for the scope oidcscope_unregistered too", Expects: "invalid_scope, or tokens without it and a scope member that says so",
			Fix: "grant registered scopes only, and say in the token answer what was granted", Visit: UnknownScope, IfOpen: true, Needs: authorization, try: tryUnknownScope},
	}
}

// mustRefuse is for requests of which there is nothing to see after the login.
func (r *run) mustRefuse(change func(*flows.Authorization)) Verdict {
	l, v, settled := r.tryRequest(flows.AuthorizationOptions{}, change)
	if settled {
		return v
	}
	return broken("the provider went on: %s", l.where())
}

// silent is where a request with prompt=none lands, the one redirect with an error that every OpenID Provider has.
func (r *run) silent() (*landing, Verdict) {
	if _, v := r.control(); v.Result != "" {
		return nil, v
	}
	if r.facts.silent == nil {
		a, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
		if err != nil {
			return nil, unsent(err)
		}
		a.Params.Set("prompt", "none")
		r.facts.silent, r.facts.silentState = r.knock(a), a.State
	}
	return r.facts.silent, r.facts.silent.verdict
}

func tryPromptNone(r *run) Verdict {
	l, v := r.silent()
	if v.Result != "" {
		return v
	}
	allowed := []string{"login_required", "interaction_required", "consent_required", "account_selection_required"}
	switch {
	case l.isError() && slices.Contains(allowed, l.params.Get("error")) && l.params.Get("state") != r.facts.silentState:
		return broken("%s, and without our state", l.where())
	case l.isError() && slices.Contains(allowed, l.params.Get("error")):
		return met("%s", l.where())
	case l.back && l.params.Get("code") != "":
		return unclear("a code, although this browser has no session: %s", l.where())
	}
	return broken("%s", l.where())
}

func tryErrorIssuer(r *run) Verdict {
	if !r.client.Metadata().IssInAuthResponse {
		return moot("the provider does not announce authorization_response_iss_parameter_supported")
	}
	l, v := r.silent()
	switch {
	case v.Result != "":
		return v
	case !l.isError():
		return missed("no redirect with an error came: %s", l.where())
	}
	switch iss := l.params.Get("iss"); iss {
	case r.client.Metadata().Issuer:
		return met("iss is the issuer")
	case "":
		return broken("an error without iss")
	default:
		return broken("iss is %q", shorten(iss))
	}
}

func tryRedirectStatus(r *run) Verdict {
	l, v := r.silent()
	switch {
	case v.Result != "":
		return v
	case !l.back:
		return missed("no redirect back came: %s", l.where())
	case l.e.Response.Status == http.StatusTemporaryRedirect || l.e.Response.Status == http.StatusPermanentRedirect:
		return broken("HTTP %d", l.e.Response.Status)
	}
	return met("HTTP %d", l.e.Response.Status)
}

func tryFrames(r *run) Verdict {
	l, v := r.control()
	if v.Result != "" {
		return v
	}
	if media := strings.ToLower(record.Get(l.e.Response.Headers, "Content-Type")); !isSuccess(l.e) || !strings.Contains(media, "html") {
		return missed("no login page of the provider was reached: %s", l.where())
	}
	for _, h := range l.e.Response.Headers {
		value := strings.ToLower(h.Value)
		switch {
		case strings.EqualFold(h.Name, "X-Frame-Options") && (strings.Contains(value, "deny") || strings.Contains(value, "sameorigin")):
			return met("X-Frame-Options: %s", shorten(h.Value))
		case strings.EqualFold(h.Name, "Content-Security-Policy") && strings.Contains(value, "frame-ancestors"):
			return met("Content-Security-Policy with frame-ancestors")
		}
	}
	return broken("the page %q has neither", l.page)
}

func tryCORS(r *run) Verdict {
	if _, v := r.control(); v.Result != "" {
		return v
	}
	a, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
	if err != nil {
		return unsent(err)
	}
	l := r.knock(a, "Origin", "https://oidcscope.invalid")
	switch {
	case l.verdict.Result != "":
		return l.verdict
	case l.first == nil:
		return missed("%s", l.where())
	}
	if allowed := record.Get(l.first.Response.Headers, "Access-Control-Allow-Origin"); allowed != "" {
		return broken("Access-Control-Allow-Origin: %s", shorten(allowed))
	}
	return met("no Access-Control-Allow-Origin")
}
