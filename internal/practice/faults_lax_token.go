package practice

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// laxTokenFaults are at the endpoints that clients and resources call.
func laxTokenFaults() []Fault {
	token := []string{pathToken}
	redirects, owners, askers := byCode{}, byCode{}, map[string]string{} // redirect URIs and clients by code; clients by state
	answers, used := byCode{}, byCode{}
	current, asked := map[string]string{}, "" // what the refresh tokens that seem to stay really are by now; the one that is redeemed
	return serial([]Fault{
		lax(Fault{
			Name: "lax-tokens", Title: "Tokens for anything", Does: "answers every refused token request with a token", Like: "a stub that went into production",
			at: token, change: func(m *slip) {
				if m.a.status >= 400 {
					m.say(http.StatusOK, "application/json", `{"access_token":"anything","token_type":"Bearer","expires_in":300}`)
				}
			},
		}, "PRB-030", "PRB-035", "PRB-038", "PRB-070", "PRB-074", "PRB-076", "PRB-078", "PRB-079", "PRB-090", "PRB-094"),
		lax(Fault{
			Name: "lax-client", Title: "Clients that need not authenticate", Does: "lets confidential clients redeem codes without any authentication", Like: "a switch for public clients that opens the door for all",
			at: token, instead: before(func(m *slip) {
				if !m.proves() {
					m.vouch(m.param("client_id"))
				}
			}),
		}, "PRB-081"),
		lax(Fault{
			Name: "lax-secret", Title: "Secrets that are not compared", Does: "takes any client secret", Like: "a comparison of hashes that are both empty",
			at: token, instead: before(func(m *slip) {
				if id, _, ok := m.r.BasicAuth(); ok {
					m.vouch(id)
				}
			}),
		}, "PRB-031"),
		lax(Fault{
			Name: "lax-challenge", Title: "A refused secret without a challenge", Does: "refuses a wrong secret with status 400", Like: "one status for all errors",
			at: token, change: func(m *slip) {
				if m.a.status == http.StatusUnauthorized {
					m.a.status = http.StatusBadRequest
					m.a.header.Del("WWW-Authenticate")
				}
			},
		}, "PRB-031"),
		lax(Fault{
			Name: "lax-assertion", Title: "Assertions that anybody could have made", Does: "lets clients in with an assertion that is unsigned, or signed with the public key as a secret", Like: "libraries that take the algorithm from the header",
			at: token, instead: func(m *slip) bool {
				forged := m.forgedAssertion()
				if forged { // as if the client were fine, and the code were not
					m.refuse(http.StatusBadRequest, "invalid_grant", "the code is not known")
				}
				return forged
			},
		}, "PRB-032", "PRB-033"),
		lax(Fault{
			Name: "lax-query", Title: "Token parameters in the address", Does: "takes token requests by GET, and parameters in the address", Like: "frameworks that make one list of query and body",
			at: token, instead: before(func(m *slip) {
				m.r.Method = http.MethodPost
				m.r.PostForm = m.r.Form
				m.r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				m.r.URL.RawQuery = ""
			}),
		}, "PRB-036", "PRB-037"),
		lax(Fault{
			Name: "lax-pace", Title: "Polling without a pace", Does: "never says slow_down", Like: "stateless servers that can't remember the last question",
			at: token, change: func(m *slip) {
				if m.a.status >= 400 && strings.Contains(m.a.body.String(), "slow_down") {
					m.refuse(http.StatusBadRequest, "authorization_pending", "waiting for the person")
				}
			},
		}, "PRB-045"),
		lax(Fault{
			Name: "lax-device", Title: "Device codes for everybody", Does: "lets any client ask for a device code of another", Like: "codes that are looked up by themselves alone",
			at: token, change: func(m *slip) {
				if m.a.status >= 400 && m.r.PostFormValue("grant_type") == string(goidc.GrantDeviceCode) {
					m.refuse(http.StatusBadRequest, "authorization_pending", "waiting for the person")
				}
			},
		}, "PRB-045", "PRB-046"),
		lax(Fault{
			Name: "lax-userinfo", Title: "Userinfo for everybody", Does: "answers whoever asks, with whatever token and proof", Like: "a cache in front of userinfo that does not look at the Authorization field",
			at: []string{pathUserInfo}, change: func(m *slip) {
				if m.a.status >= 400 {
					m.say(http.StatusOK, "application/json", `{"sub":"alice"}`)
				}
			},
		}, "PRB-050", "PRB-051", "PRB-064", "PRB-080", "PRB-085", "PRB-086", "PRB-087", "PRB-088", "PRB-089"),
		lax(Fault{
			Name: "lax-bearer", Title: "A refusal without a challenge", Does: "refuses tokens at userinfo without WWW-Authenticate", Like: "a gateway that answers 401 by itself",
			at: []string{pathUserInfo}, change: func(m *slip) { m.a.header.Del("WWW-Authenticate") },
		}, "PRB-050", "PRB-051"),
		lax(Fault{
			Name: "lax-introspection", Title: "Introspection by anybody", Does: "tells everybody whether a token is active", Like: "an endpoint that was meant for the inner network",
			at: []string{pathIntrospect}, change: func(m *slip) {
				if m.a.status >= 400 {
					m.say(http.StatusOK, "application/json", `{"active":false}`)
				}
			},
		}, "PRB-052"),
		lax(Fault{
			Name: "lax-revocation", Title: "Revocation by anybody", Does: "revokes whatever it is told to, whoever says so", Like: "an endpoint that always answers 200",
			at: []string{pathRevoke}, instead: func(m *slip) bool {
				if g := m.p.grantOf(m.param("token")); g != nil {
					m.p.revoke(g)
				}
				m.say(http.StatusOK, "application/json", "")
				return true
			},
		}, "PRB-053", "PRB-091"),
		lax(Fault{
			Name: "lax-cache", Title: "Tokens that may be cached", Does: "sends tokens without Cache-Control", Like: "a gateway that replaces the fields for caches",
			at: token, change: func(m *slip) {
				m.a.header.Del("Cache-Control")
				m.a.header.Del("Pragma")
			},
		}, "PRB-063"),
		lax(Fault{
			Name: "lax-login", Title: "A login that is used again", Does: "keeps the old login although a new one was asked for", Like: "single sign-on that knows its cookie better than the request",
			at: token, change: func(m *slip) {
				if m.text("id_token") != "" {
					m.agedLogin()
				}
			},
		}, "PRB-065"),
		lax(Fault{
			Name: "lax-code-redirect", Title: "Codes without their redirect URI", Does: "does not compare the redirect URI when a code is redeemed", Like: "servers that checked it once and think that is enough",
			at: []string{pathAuthorize, pathToken}, instead: before(func(m *slip) {
				if uri := redirects[m.param("code")]; uri != "" && m.path == pathToken {
					m.setParam("redirect_uri", uri)
				}
			}), change: func(m *slip) {
				redirects.keep(m, func(u *url.URL) string {
					return u.Scheme + "://" + u.Host + u.Path
				})
			},
		}, "PRB-074", "PRB-076"),
		lax(Fault{
			Name: "lax-code-client", Title: "Codes for everybody", Does: "lets any client redeem the code of another", Like: "codes that are looked up by themselves alone",
			at: []string{pathAuthorize, pathToken}, instead: before(func(m *slip) {
				if m.path == pathAuthorize {
					askers[m.param("state")] = m.param("client_id")
				} else if id := owners[m.param("code")]; id != "" && m.path == pathToken {
					m.vouch(id)
				}
			}), change: func(m *slip) {
				owners.keep(m, func(u *url.URL) string { return askers[u.Query().Get("state")] })
			},
		}, "PRB-078"),
		lax(Fault{
			Name: "lax-code-twice", Title: "Codes that can be used again", Does: "gives the same tokens for a code as often as it comes", Like: "a cache in front of the token endpoint, or two servers with a database each",
			at: token, instead: func(m *slip) bool {
				body := answers[m.param("code")]
				if body != "" {
					m.say(http.StatusOK, "application/json", body)
				}
				return body != ""
			}, change: func(m *slip) {
				if m.a.status == http.StatusOK && m.param("code") != "" {
					answers[m.param("code")] = m.a.body.String()
				}
			},
		}, "PRB-079"),
		lax(Fault{
			Name: "lax-code-tokens", Title: "A code used twice that leaves its tokens", Does: "refuses a code the second time, and lets the tokens of the first be", Like: "codes that are deleted when they are used, so that nobody knows what they were for",
			at: token, instead: func(m *slip) bool {
				again := used[m.param("code")] != ""
				if again {
					m.refuse(http.StatusBadRequest, "invalid_grant", "the code is not known")
				}
				return again
			}, change: func(m *slip) {
				if m.a.status == http.StatusOK && m.param("code") != "" {
					used[m.param("code")] = m.param("code")
				}
			},
		}, "PRB-080"),
		lax(Fault{
			Name: "lax-refresh-client", Title: "Refresh tokens for everybody", Does: "lets any client redeem the refresh token of another", Like: "tokens that are looked up by themselves alone",
			at: token, instead: before(func(m *slip) {
				if g := m.p.grantOf(m.param("refresh_token")); g != nil {
					m.vouch(g.ClientID)
				}
			}),
		}, "PRB-090"),
		lax(Fault{
			Name: "lax-refresh-kept", Title: "Refresh tokens that stay", Does: "gives public clients the same refresh token for ever", Like: "servers from before RFC 9700",
			at: token, instead: before(func(m *slip) {
				if asked = m.param("refresh_token"); current[asked] != "" {
					m.setParam("refresh_token", current[asked])
				}
			}), change: func(m *slip) {
				if fresh := m.text("refresh_token"); m.isRefresh() && fresh != "" {
					current[asked] = fresh
					m.set("refresh_token", asked)
				}
			},
		}, "PRB-093"),
		lax(Fault{
			Name: "lax-refresh-reuse", Title: "Refresh tokens that can be used again", Does: "takes refresh tokens that were replaced", Like: "rotation with a time of grace that never ends",
			at: token, instead: before(func(m *slip) {
				if g := m.p.grantOf(m.param("refresh_token")); g != nil {
					m.setParam("refresh_token", g.RefreshToken)
				}
			}),
		}, "PRB-094"),
		lax(Fault{
			Name: "lax-refresh-grant", Title: "A refresh token used twice, and nothing happens", Does: "refuses a refresh token that was replaced, and lets its successor be", Like: "rotation without a memory of what was rotated",
			at: token, instead: func(m *slip) bool {
				g := m.p.grantOf(m.param("refresh_token"))
				old := g != nil && g.RefreshToken != m.param("refresh_token")
				if old {
					m.refuse(http.StatusBadRequest, "invalid_grant", "the refresh token is not known")
				}
				return old
			},
		}, "PRB-095"),
	})
}
