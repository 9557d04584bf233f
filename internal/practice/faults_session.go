package practice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/oidcscope/oidcscope/flows"
)

// refreshFaults come after a good login, when its refresh token is redeemed.
func refreshFaults() []Fault {
	faults := []Fault{
		{
			Name: "refresh-reuse", Title: "A refresh token that was used before",
			Does:   "redeems the refresh token for somebody else first, so that ours comes second",
			Like:   "two processes with one token, a lost answer that is asked for again, or a thief",
			See:    "the refresh fails with invalid_grant, and the whole grant is revoked (RFC 9700 4.14.2)",
			Leads:  Lead{Kind: flows.ProblemRefused, Code: "invalid_grant", Diagnosis: "SPEC-invalid_grant-refresh"},
			change: func(m *slip) { m.again() },
		},
		{
			Name: "refresh-expired", Title: "A refresh token that is over",
			Does:  "answers that the refresh token has expired or was revoked",
			Like:  "a password that was changed, an idle limit, or an administrator",
			See:   "the refresh fails with invalid_grant: a new login is needed",
			Leads: Lead{Kind: flows.ProblemRefused, Code: "invalid_grant", Diagnosis: "WORD-refresh"},
			change: func(m *slip) {
				m.refuse(http.StatusBadRequest, "invalid_grant", "the refresh token is expired or revoked")
			},
		},
		{
			Name: "refresh-sub", Title: "A refresh that changes the person",
			Does:   "brings an ID token about somebody else",
			Like:   "a session store that mixes up its keys",
			See:    "the new ID token is refused: it must be about the same person",
			Leads:  Lead{Step: "id_token", Kind: flows.ProblemCheck, Item: "sub", Diagnosis: "CL-42"},
			change: func(m *slip) { m.claims("sub", "bob") },
		},
		{
			Name: "refresh-iss", Title: "A refresh that changes the issuer",
			Does:   "brings an ID token of another issuer",
			Like:   "a tenant that was moved while people were logged in",
			See:    "the new ID token is refused",
			Leads:  Lead{Step: "id_token", Kind: flows.ProblemCheck, Item: "iss", Findings: []string{"TOK-061"}, Diagnosis: "CL-04"},
			change: func(m *slip) { m.claims("iss", m.p.issuer+"/moved") },
		},
		{
			Name: "refresh-auth-time", Title: "A refresh that counts as a login",
			Does:   "sets auth_time to the time of the refresh",
			Like:   "servers that fill auth_time with the time of issue",
			See:    "the new ID token is refused: nobody has logged in again",
			Leads:  Lead{Step: "id_token", Kind: flows.ProblemCheck, Item: "auth_time", Diagnosis: "CL-42"},
			change: func(m *slip) { m.claims("auth_time", time.Now().Add(time.Minute).Unix()) },
		},
		{
			Name: "refresh-html", Title: "A page instead of new tokens",
			Does:   "answers the refresh with the login page",
			Like:   "a session cookie that the token endpoint should never have asked for",
			See:    "the refresh fails, with the title of the page",
			Leads:  Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-18"},
			change: func(m *slip) { m.page(http.StatusOK, "Log in", "Your session has ended.") },
		},
	}
	for i := range faults {
		f := &faults[i]
		f.Where, f.Flow, f.at = AreaRefresh, "pkce", []string{pathToken}
		if f.Leads.Step == "" {
			f.Leads.Step = "token"
		}
	}
	return faults
}

// userInfoFaults are in what the provider tells about the person.
func userInfoFaults() []Fault {
	challenge := func(m *slip, status int, code, description string) {
		m.say(status, "text/plain; charset=utf-8", "")
		m.a.header.Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%q, error=%q, error_description=%q", "practice provider", code, description))
	}
	faults := []Fault{
		{
			Name: "userinfo-sub", Title: "Claims about somebody else",
			Does:   "answers with the claims of another person than the ID token's",
			Like:   "a cache that does not look at the token",
			See:    "the claims are not used: they are about somebody else",
			Leads:  Lead{Kind: flows.ProblemCheck, Diagnosis: "CL-14"},
			change: func(m *slip) { m.set("sub", "bob", "name", "Bob Example") },
		},
		{
			Name: "userinfo-no-sub", Title: "Claims about nobody",
			Does:   "leaves sub out of its answer",
			Like:   "an OAuth profile endpoint, announced as userinfo",
			See:    "the claims are not used: whose they are is not said",
			Leads:  Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-14"},
			change: func(m *slip) { m.set("sub", nil) },
		},
		{
			Name: "userinfo-401", Title: "An access token that is not accepted",
			Does:  "refuses the access token with a challenge in WWW-Authenticate, and no body",
			Like:  "a token for another audience, or one that was revoked",
			See:   "the userinfo step fails with the words of the challenge",
			Leads: Lead{Kind: flows.ProblemRefused, Code: "invalid_token", Diagnosis: "SPEC-invalid_token"},
			change: func(m *slip) {
				challenge(m, http.StatusUnauthorized, "invalid_token", "the access token is not for this endpoint")
			},
		},
		{
			Name: "userinfo-403", Title: "Too little scope",
			Does:   "refuses the access token because a scope is missing",
			Like:   "a userinfo endpoint that wants profile, too",
			See:    "the userinfo step fails with insufficient_scope",
			Leads:  Lead{Kind: flows.ProblemRefused, Code: "insufficient_scope", Diagnosis: "SPEC-insufficient_scope"},
			change: func(m *slip) { challenge(m, http.StatusForbidden, "insufficient_scope", "the scope profile is needed") },
		},
		{
			Name: "userinfo-html", Title: "A page instead of claims",
			Does:   "answers with a page, status 200",
			Like:   "a profile page for people at the address for programs",
			See:    "the userinfo step fails, with the title of the page",
			Leads:  Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-18", Doctor: "EP-008"},
			change: func(m *slip) { m.page(http.StatusOK, "My profile", "Welcome back, Alice.") },
		},
		{
			Name: "userinfo-jwt", Title: "Claims as a JWT",
			Does:   "signs the claims, which nobody asked for",
			Like:   "a client registered with userinfo_signed_response_alg",
			See:    "the JWT is verified like an ID token, and its claims are used",
			Leads:  Lead{OK: true},
			change: func(m *slip) { m.sign(m.client()) },
		},
		{
			Name: "userinfo-jwt-aud", Title: "Claims for another client, as a JWT",
			Does:   "signs the claims for another client",
			Like:   "a cache that keeps signed answers by person only",
			See:    "the claims are not used: the JWT is not for us",
			Leads:  Lead{Kind: flows.ProblemCheck, Diagnosis: "CL-14"},
			change: func(m *slip) { m.sign("some-other-client") },
		},
	}
	for i := range faults {
		f := &faults[i]
		f.Where, f.Flow, f.at = AreaUserInfo, "pkce", []string{pathUserInfo}
		if f.Leads.Kind != "" {
			f.Leads.Step = "userinfo"
			f.Leads.OK = f.Leads.Kind != flows.ProblemCheck // the engine goes on without the claims, but not with wrong ones
		}
	}
	return faults
}

// sign makes a JWT of a JSON answer, for a client (OpenID Connect Core 5.3.2).
func (m *slip) sign(audience string) {
	var token string
	m.object(func(claims map[string]json.RawMessage) {
		set, err := m.p.keys.jwks(m.r.Context())
		if err != nil {
			return
		}
		put(claims, "iss", m.p.issuer)
		put(claims, "aud", audience)
		token, _ = sign(set.Keys[0], goidc.SignatureAlgorithm(set.Keys[0].Algorithm), claims)
	})
	m.say(http.StatusOK, "application/jwt", token)
}
