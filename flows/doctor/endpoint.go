package doctor

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// endpointRules are about what endpoints answer to requests that hold no credentials.
func endpointRules() []Rule {
	return []Rule{
		{
			ID: "EP-001", Slug: "authorize-answers", Title: "The authorization endpoint is there", Severity: rule.Warn,
			Refs: refs("RFC 6749 3.1", "RFC 6749 4.1.2.1"), Needs: needs(factAuthorize),
			Why:  "A request without parameters is refused with an error, or a page. Anything else means that the path is wrong or the server down.",
			Fix:  "Open the address in a browser; correct authorization_endpoint or the proxy in front.",
			Good: "400 Bad Request", Bad: "404 Not Found",
			Check: func(s *Subject) []rule.Finding {
				return answers(s.Probes[factAuthorize], "authorization_endpoint", func(status int) bool { return status == http.StatusNotFound || status >= 500 })
			},
		},
		{
			ID: "EP-002", Slug: "open-redirector", Title: "No redirect to an address that nobody registered", Severity: rule.Error,
			Refs: refs("RFC 6749 4.1.2.1", "RFC 9700 4.11"), Needs: needs(factForeign),
			Why:  "The endpoint must not send people to an address that was not registered for the client: links to it would look like the provider's.",
			Fix:  "Show the error on a page when client or redirect URI are unknown.",
			Good: "400 with a page", Bad: "302 to https://oidcscope.invalid/callback?error=…",
			Applies: answeredBy(factForeign),
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factForeign]
				if !redirected(a.status()) {
					return nil
				}
				to, err := a.url().Parse(a.header("Location"))
				if err == nil && sentTo(to) {
					return found("authorization_endpoint", "%s to %s, for a client that does not exist", safe.Short(a.response().Reason, 60), quote(to.Redacted()))
				}
				return nil
			},
		},
		{
			ID: "EP-003", Slug: "token-answers", Title: "The token endpoint refuses as it should", Severity: rule.Warn,
			Refs: refs("RFC 6749 5.2"), Needs: needs(factTokenPost, "EP-007"),
			Why:  "An empty form is answered with JSON: invalid_request or invalid_client. A page or 404 means a wrong path, or a firewall in between.",
			Fix:  "Correct token_endpoint, or what stands in front of it.",
			Good: `400 {"error":"invalid_request"}`, Bad: "404 with a page",
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factTokenPost]
				if f := unanswered(a, "token_endpoint"); f != nil {
					return f
				}
				switch {
				case a.html():
					return found("token_endpoint", "%s with an HTML page%s", safe.Short(a.response().Reason, 60), pageTitle(a.body()))
				case oneOf(a.status(), http.StatusNotFound, http.StatusMethodNotAllowed) || a.status() >= 500:
					return found("token_endpoint", "%s", safe.Short(a.response().Reason, 60))
				case errorCode(a) == "":
					return found("token_endpoint", "%s without the JSON of an OAuth error", safe.Short(a.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "EP-004", Slug: "token-get", Title: "The token endpoint takes no GET", Severity: rule.Info,
			Refs: refs("RFC 6749 3.2"), Needs: needs(factTokenGet),
			Why:  "Clients must use POST: what stands in an address ends up in logs.",
			Fix:  "Answer GET with 405 or 400.",
			Good: "405 Method Not Allowed", Bad: "200 OK",
			Applies: answeredBy(factTokenGet),
			Check: func(s *Subject) []rule.Finding {
				if a := s.Probes[factTokenGet]; a.status() < 400 {
					return found("token_endpoint", "GET is answered with %s", safe.Short(a.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "EP-005", Slug: "token-no-store", Title: "Token answers are not cached", Severity: rule.Warn,
			Refs: refs("RFC 6749 5.1"), Needs: needs(factTokenPost),
			Why:  "Answers of this endpoint hold tokens; a cache that keeps them gives them to others.",
			Fix:  "Send Cache-Control: no-store with every answer.",
			Good: "Cache-Control: no-store", Bad: "no such header",
			Applies: func(s *Subject) bool { return errorCode(s.Probes[factTokenPost]) != "" },
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factTokenPost]
				if strings.Contains(strings.ToLower(strings.Join(a.headers("Cache-Control"), ",")), "no-store") {
					return nil
				}
				return found("token_endpoint", "the error has Cache-Control %s", quote(a.header("Cache-Control")))
			},
		},
		{
			ID: "EP-006", Slug: "token-challenge", Title: "A 401 says how to authenticate", Severity: rule.Info,
			Refs: refs("RFC 6749 5.2", "RFC 9110 15.5.2"), Needs: needs(factTokenPost),
			Why:  "A 401 carries WWW-Authenticate, so that the client knows the scheme.",
			Fix:  "Send WWW-Authenticate: Basic with 401, or answer 400.",
			Good: "401 with WWW-Authenticate: Basic", Bad: "401 without it",
			Applies: func(s *Subject) bool { return s.Probes[factTokenPost].status() == http.StatusUnauthorized },
			Check: func(s *Subject) []rule.Finding {
				if s.Probes[factTokenPost].header("WWW-Authenticate") == "" {
					return found("token_endpoint", "401 without WWW-Authenticate")
				}
				return nil
			},
		},
		{
			ID: "EP-007", Slug: "token-error-200", Title: "Errors have the status of errors", Severity: rule.Warn,
			Refs: refs("RFC 6749 5.2"), Needs: needs(factTokenPost),
			Why:  "A client that goes by the status takes the error for a token answer.",
			Fix:  "Answer 400 or 401. As a client, look for error before the status.",
			Good: `400 {"error":"invalid_request"}`, Bad: `200 {"error":"invalid_request"}`,
			Applies: answeredBy(factTokenPost),
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factTokenPost]
				if a.ok() && !a.html() {
					return found("token_endpoint", "an empty request is answered with status 200%s", withCode(a))
				}
				return nil
			},
		},
		{
			ID: "EP-008", Slug: "userinfo-challenge", Title: "Userinfo wants a token", Severity: rule.Info,
			Refs: refs("RFC 6750 3", "OpenID Connect Core 5.3.3"), Needs: needs(factUserInfo),
			Why:  "Without a token the answer is 401 with WWW-Authenticate: Bearer, by which clients know what to send.",
			Fix:  "Answer so.",
			Good: "401 with WWW-Authenticate: Bearer", Bad: "200, or 401 without it",
			Applies: answeredBy(factUserInfo),
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factUserInfo]
				scheme := strings.ToLower(strings.Join(a.headers("WWW-Authenticate"), ","))
				switch {
				case a.ok():
					return as(rule.Warn, "userinfo_endpoint", "200 without a token")
				case a.status() != http.StatusUnauthorized:
					return found("userinfo_endpoint", "wanted 401, got %s", safe.Short(a.response().Reason, 60))
				case !strings.Contains(scheme, "bearer") && !strings.Contains(scheme, "dpop"):
					return found("userinfo_endpoint", "401 without WWW-Authenticate: Bearer")
				}
				return nil
			},
		},
		{
			ID: "EP-009", Slug: "device-answers", Title: "The device endpoint refuses as it should", Severity: rule.Info,
			Refs: refs("RFC 8628 3.2", "RFC 6749 5.2"), Needs: needs(factDevice),
			Why:  "A client that does not exist is answered with the JSON of an OAuth error.",
			Fix:  "Correct device_authorization_endpoint, or what stands in front of it.",
			Good: `401 {"error":"invalid_client"}`, Bad: "404 with a page",
			Check: func(s *Subject) []rule.Finding {
				return oauthError(s.Probes[factDevice], "device_authorization_endpoint")
			},
		},
		{
			ID: "EP-010", Slug: "introspection-open", Title: "Introspection and revocation want credentials", Severity: rule.Warn,
			Refs: refs("RFC 7662 2.1", "RFC 7662 4", "RFC 7009 2.1"), Needs: append(needs(factIntrospect), string(factRevoke)),
			Why:  "An introspection endpoint that answers anybody lets tokens be guessed and tried.",
			Fix:  "Want client authentication there.",
			Good: "401 Unauthorized", Bad: `200 {"active":false}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				if a := s.Probes[factIntrospect]; a.ok() && newDocument("", a.body()).has("active") {
					all = append(all, found("introspection_endpoint", "it answers without credentials")...)
				}
				if a := s.Probes[factRevoke]; a.ok() {
					all = append(all, as(rule.Info, "revocation_endpoint", "200 without credentials: public clients may revoke, so this may be meant")...)
				}
				return all
			},
		},
		{
			ID: "EP-011", Slug: "logout-redirect", Title: "Logout sends nobody to a strange address", Severity: rule.Info,
			Refs: refs("OpenID Connect RP-Initiated Logout 2", "OpenID Connect RP-Initiated Logout 6"), Needs: needs(factEndSession),
			Why:  "Without id_token_hint the person is asked first, and a redirect goes to registered addresses alone.",
			Fix:  "Ask for confirmation, and compare post_logout_redirect_uri with what is registered.",
			Good: "200 with a page that asks", Bad: "302 to https://oidcscope.invalid/",
			Applies: answeredBy(factEndSession),
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factEndSession]
				if to, err := a.url().Parse(a.header("Location")); redirected(a.status()) && err == nil && sentTo(to) {
					return found("end_session_endpoint", "%s to an address that nobody registered", safe.Short(a.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "EP-012", Slug: "par-answers", Title: "The endpoint of pushed requests refuses as it should", Severity: rule.Info,
			Refs: refs("RFC 9126 2.3"), Needs: needs(factPAR),
			Why:  "A request without client is answered with the JSON of an OAuth error.",
			Fix:  "Correct pushed_authorization_request_endpoint, or what stands in front of it.",
			Good: `401 {"error":"invalid_client"}`, Bad: "201 Created",
			Check: func(s *Subject) []rule.Finding {
				return oauthError(s.Probes[factPAR], "pushed_authorization_request_endpoint")
			},
		},
		{
			ID: "EP-013", Slug: "registration-open", Title: "Registration wants a token", Severity: rule.Warn,
			Refs: refs("RFC 7591 5", "RFC 7591 3"), Needs: needs(factRegister),
			Why:  "Where anybody can register, anybody can show the provider's login page for a client of their own.",
			Fix:  "Want an initial access token, or limit and watch registrations.",
			Good: "401 Unauthorized", Bad: `400 {"error":"invalid_redirect_uri"}: the request was looked at`,
			Applies: answeredBy(factRegister),
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factRegister]
				code := errorCode(a)
				if a.status() < 300 || strings.HasPrefix(code, "invalid_redirect") || code == "invalid_client_metadata" {
					return found("registration_endpoint", "%s%s: requests without a token are looked at", safe.Short(a.response().Reason, 60), withCode(a))
				}
				return nil
			},
		},
		{
			ID: "EP-014", Slug: "frame-protection", Title: "The login page can't be framed", Severity: rule.Info,
			Refs: refs("RFC 9700 4.16", "RFC 6749 10.13"), Needs: needs(factAuthorize),
			Why:  "In somebody else's frame a person clicks on what they don't see.",
			Fix:  "Send Content-Security-Policy: frame-ancestors 'none', or X-Frame-Options: DENY.",
			Good: "Content-Security-Policy: frame-ancestors 'none'", Bad: "neither header",
			Applies: func(s *Subject) bool { return s.Probes[factAuthorize].html() },
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factAuthorize]
				if a.header("X-Frame-Options") != "" || strings.Contains(strings.ToLower(strings.Join(a.headers("Content-Security-Policy"), ";")), "frame-ancestors") {
					return nil
				}
				return found("authorization_endpoint", "a page without X-Frame-Options and without frame-ancestors")
			},
		},
	}
}

// answeredBy applies a rule when an answer came; that none came is for another rule to say.
func answeredBy(f Fact) func(*Subject) bool {
	return func(s *Subject) bool { return s.Probes[f].response() != nil }
}

func unanswered(a *Answer, at string) []rule.Finding {
	if f := a.failure(); f != nil {
		return found(at, "no answer: %s", safe.Short(f.Message, 200))
	}
	return nil
}

func answers(a *Answer, at string, bad func(status int) bool) []rule.Finding {
	if f := unanswered(a, at); f != nil {
		return f
	}
	if bad(a.status()) {
		return found(at, "%s", safe.Short(a.response().Reason, 60))
	}
	return nil
}

// oauthError wants the JSON of an OAuth error with a status of its kind.
func oauthError(a *Answer, at string) []rule.Finding {
	if f := unanswered(a, at); f != nil {
		return f
	}
	if a.status() < 400 || a.status() >= 500 || errorCode(a) == "" {
		return found(at, "wanted an OAuth error, got %s%s", safe.Short(a.response().Reason, 60), withCode(a))
	}
	return nil
}

// errorCode is the member error of a JSON answer.
func errorCode(a *Answer) string {
	if a.response() == nil {
		return ""
	}
	doc := newDocument("", a.body())
	if v := doc.get("error"); v != nil && v.Kind == inspect.Object {
		return "object" // as some APIs write it
	}
	return doc.text("error")
}

func withCode(a *Answer) string {
	if code := errorCode(a); code != "" {
		return " " + quote(code)
	}
	return ""
}

// sentTo reports whether an address is the one that nobody can have registered.
func sentTo(u *url.URL) bool { return u.Scheme+"://"+u.Host == origin }
