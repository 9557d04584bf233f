package practice

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// laxFaults are at the authorization endpoint and what stands around it.
func laxFaults() []Fault {
	pushed := map[string]string{} // clients, by the reference that they got
	strange := false              // a scope that nobody registered was asked for
	return serial([]Fault{
		lax(Fault{
			Name: "lax-redirect", Title: "Any redirect URI", Does: "sends the code to whatever redirect URI the request names", Like: "registered patterns such as https://*.example/*, and prefixes",
			at: []string{pathAuthorize, pathPAR}, instead: before(func(m *slip) { m.registerRedirect(m.param("redirect_uri")) }),
		}, "PRB-002", "PRB-003", "PRB-004", "PRB-006", "PRB-041"),
		lax(Fault{
			Name: "lax-open-redirector", Title: "Errors to any address", Does: "sends errors to whatever redirect URI the request names", Like: "error handlers that redirect before the redirect URI was checked",
			at: []string{pathAuthorize}, change: func(m *slip) {
				if to := m.lastOf("redirect_uri"); m.a.status >= 400 && to != "" {
					m.redirect(to + "?error=invalid_request")
				}
			},
		}, "PRB-001", "PRB-007"),
		lax(Fault{
			Name: "lax-twice", Title: "Parameters that come twice", Does: "takes the first of two parameters and forgets the second", Like: "most web frameworks",
			at: []string{pathAuthorize}, instead: before(func(m *slip) {
				for name := range m.r.Form {
					if name != "resource" {
						m.setParam(name, m.param(name))
					}
				}
			}),
		}, "PRB-007", "PRB-016"),
		lax(Fault{
			Name: "lax-request", Title: "Requests with holes", Does: "fills in what an authorization request lacks or has wrong: the response type, the redirect URI", Like: "servers that are kind to old clients",
			at: []string{pathAuthorize}, instead: before(func(m *slip) {
				if m.param("client_id") != "" && m.param("request_uri") == "" {
					m.setParam("response_type", "code")
				}
				if c := m.p.clientOf(m.param("client_id")); c != nil && m.param("redirect_uri") == "" && len(c.RedirectURIs) > 0 {
					m.setParam("redirect_uri", c.RedirectURIs[0])
				}
			}),
		}, "PRB-008", "PRB-010"),
		lax(Fault{
			Name: "lax-prompt", Title: "A page in spite of prompt=none", Does: "shows its login page although none may be shown", Like: "providers that know no prompt",
			at: []string{pathAuthorize}, instead: before(func(m *slip) {
				if m.param("prompt") == "none" {
					m.setParam("prompt", "")
				}
			}),
		}, "PRB-011"),
		lax(Fault{
			Name: "lax-error-iss", Title: "Errors without the issuer", Does: "leaves iss out of errors, and puts it into good answers only", Like: "servers that build errors elsewhere",
			at: []string{pathAuthorize}, change: func(m *slip) {
				m.leave(func(q url.Values) {
					if q.Has("error") {
						q.Del("iss")
					}
				})
			},
		}, "PRB-012"),
		lax(Fault{
			Name: "lax-307", Title: "A redirect that keeps the form", Does: "sends the browser back with status 307", Like: "frameworks whose redirect keeps the method, the password with it",
			at: []string{pathAuthorize}, change: func(m *slip) {
				if _, ok := m.toClient(); ok && m.r.Method == http.MethodGet {
					m.a.status = http.StatusTemporaryRedirect
				}
			},
		}, "PRB-013"),
		lax(Fault{
			Name: "lax-frames", Title: "A login page in a frame", Does: "lets any page show its login page in a frame", Like: "a proxy that takes security fields away",
			at: []string{pathAuthorize}, change: func(m *slip) {
				m.a.header.Del("Content-Security-Policy")
				m.a.header.Del("X-Frame-Options")
			},
		}, "PRB-014"),
		lax(Fault{
			Name: "lax-cors", Title: "The authorization endpoint for scripts", Does: "allows every origin everywhere", Like: "one CORS setting for all paths",
			at: []string{pathAuthorize}, change: func(m *slip) { m.a.header.Set("Access-Control-Allow-Origin", "*") },
		}, "PRB-015"),
		laxPKCE(lax(Fault{
			Name: "lax-pkce", Title: "PKCE that is not checked", Does: "takes any verifier, or none, with or without a challenge", Like: "servers that accept the parameters of PKCE and do nothing with them",
		}, "PRB-017", "PRB-018", "PRB-070", "PRB-071", "PRB-072", "PRB-073"), true, func(string, string) bool { return true }),
		laxPKCE(lax(Fault{
			Name: "lax-verifier", Title: "A verifier that is optional", Does: "checks the verifier only when one is sent", Like: "PKCE that was added to a running server, for those who know it",
		}, "PRB-071"), false, func(_, verifier string) bool { return verifier == "" }),
		laxPKCE(lax(Fault{
			Name: "lax-method", Title: "A challenge method that is forgotten", Does: "takes the challenge for the verifier, too", Like: "servers that keep the challenge without its method, and try both",
		}, "PRB-072"), false, func(challenge, verifier string) bool { return verifier == challenge }),
		laxPKCE(lax(Fault{
			Name: "lax-downgrade", Title: "A challenge that can be taken out", Does: "ignores the verifier when the request had no challenge", Like: "servers where PKCE is a matter of the request",
		}, "PRB-017", "PRB-073"), true, func(challenge, _ string) bool { return challenge == "" }),
		lax(Fault{
			Name: "lax-request-object", Title: "Request objects that nobody signed", Does: "believes request objects with alg none", Like: "libraries that take the algorithm from the header",
			at: []string{pathAuthorize}, instead: before(func(m *slip) {
				claims := unsecuredClaims(m.param("request"))
				if claims == nil {
					return
				}
				m.setParam("request", "")
				for name, value := range claims {
					if text, ok := value.(string); ok && !slices.Contains([]string{"iss", "aud", "jti", "request"}, name) {
						m.setParam(name, text)
					}
				}
			}),
		}, "PRB-019"),
		lax(Fault{
			Name: "lax-scope", Title: "Scopes that nobody registered", Does: "grants every scope that is asked for, also at a refresh", Like: "resource servers that define scopes, and an authorization server that asks none of them",
			at: []string{pathAuthorize, pathToken}, instead: before(func(m *slip) {
				if m.path == pathAuthorize || m.isRefresh() {
					asked := strings.Fields(m.param("scope"))
					known := slices.DeleteFunc(slices.Clone(asked), func(s string) bool { return !slices.Contains(scopeIDs(), s) })
					strange = strange || len(known) < len(asked)
					m.setParam("scope", strings.Join(known, " "))
				}
			}), change: func(m *slip) {
				if m.path == pathToken && strange && m.a.status == http.StatusOK {
					strange = false
					m.set("scope", strings.TrimSpace(m.text("scope")+" oidcscope_unregistered"))
				}
			},
		}, "PRB-020", "PRB-092"),
		lax(Fault{
			Name: "lax-par-auth", Title: "Pushed requests from anybody", Does: "does not authenticate clients that push a request", Like: "an endpoint that was added later, without the filter of the others",
			at: []string{pathPAR}, instead: before(func(m *slip) {
				if !m.proves() {
					m.vouch(m.param("client_id"))
				}
			}),
		}, "PRB-040"),
		lax(Fault{
			Name: "lax-par-reference", Title: "References for everybody, for ever", Does: "lets any client use the reference of a pushed request, as often as it likes", Like: "references kept in a cache that knows an expiry and nothing else",
			at: []string{pathAuthorize, pathPAR}, instead: before(func(m *slip) {
				if id := pushed[m.param("request_uri")]; id != "" && m.path == pathAuthorize {
					m.setParam("client_id", id)
				}
			}), change: func(m *slip) {
				if m.path == pathPAR {
					pushed[m.text("request_uri")] = seenFrom(m.r.Context()).ClientID
				} else if m.a.status >= 400 && pushed[m.param("request_uri")] != "" {
					m.page(http.StatusOK, "Sign in · practice provider", "Once more.")
				}
			},
		}, "PRB-042", "PRB-043"),
		lax(Fault{
			Name: "lax-state", Title: "A state that is decoded twice", Does: "decodes the state once more before it is sent back, and makes one up where there was none", Like: "gateways that decode a query to look at it",
			at: []string{pathAuthorize}, change: func(m *slip) {
				m.answerRedirect(func(q url.Values) {
					if decoded, err := url.QueryUnescape(q.Get("state")); err == nil {
						q.Set("state", decoded)
					}
					if q.Get("state") == "" {
						q.Set("state", "none")
					}
				})
			},
		}, "PRB-075", "PRB-077"),
		lax(Fault{
			Name: "lax-logout", Title: "A logout that leads anywhere", Does: "redirects after a logout to any address", Like: "a return address that is a convenience and no setting",
			at: []string{pathLogout}, change: func(m *slip) {
				if to := m.param("post_logout_redirect_uri"); m.a.status >= 400 && to != "" {
					m.redirect(to)
				}
			},
		}, "PRB-100", "PRB-101"),
	})
}

// lastOf is the last of several parameters of a name.
func (m *slip) lastOf(name string) string {
	values := m.r.Form[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// registerRedirect registers a redirect URI for the client of the request.
func (m *slip) registerRedirect(uri string) {
	id := seenFrom(m.r.Context()).ClientID
	if c := m.p.clientOf(id); c != nil && uri != "" {
		m.p.libraryMu.Lock()
		defer m.p.libraryMu.Unlock()
		c.RedirectURIs = append(slices.Clone(c.RedirectURIs), withoutPort(uri))
	}
}

// withoutPort is a loopback address as it is compared.
func withoutPort(uri string) string {
	u, err := url.Parse(uri)
	if err == nil && isLoopback(u.Hostname()) && u.Hostname() != "localhost" {
		u.Host = u.Hostname()
		return u.String()
	}
	return uri
}
