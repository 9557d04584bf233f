package practice

import (
	"net/http"
	"net/url"

	"github.com/oidcscope/oidcscope/flows"
)

// tokenFaults are in the answer that brings the tokens.
func tokenFaults() []Fault {
	faults := []Fault{
		{
			Name: "invalid-client", Title: "The client is not accepted",
			Does:   "answers the redemption of the code with invalid_client, status 401",
			Like:   "a wrong or expired secret, or a client of another tenant",
			See:    "the token step fails with the provider's words",
			Leads:  Lead{Kind: flows.ProblemRefused, Code: "invalid_client", Diagnosis: "SPEC-invalid_client-public", Doctor: "EP-006"},
			change: func(m *slip) { m.refuse(http.StatusUnauthorized, "invalid_client", "client authentication failed") },
		},
		{
			Name: "pkce-mismatch", Title: "The verifier is not accepted",
			Does:  "answers that the code verifier does not belong to the challenge",
			Like:  "a verifier made anew for a retry, or a challenge that was padded or encoded twice",
			See:   "the token step fails with invalid_grant",
			Leads: Lead{Kind: flows.ProblemRefused, Code: "invalid_grant", Diagnosis: "WORD-verifier"},
			change: func(m *slip) {
				m.refuse(http.StatusBadRequest, "invalid_grant", "PKCE verification failed: code_verifier does not match code_challenge")
			},
		},
		{
			Name: "code-used", Title: "A code that was used before",
			Does:   "redeems the code for somebody else first, so that ours comes second",
			Like:   "a retry after a timeout, a double click, or a virus scanner that follows links",
			See:    "the token step fails with invalid_grant, and the first tokens are revoked",
			Leads:  Lead{Kind: flows.ProblemRefused, Code: "invalid_grant", Diagnosis: "SPEC-invalid_grant-own"},
			change: func(m *slip) { m.again() },
		},
		{
			Name: "error-200", Title: "An error with status 200",
			Does:  "answers the redemption with an error in a JSON body, and status 200",
			Like:  "GitHub and Slack, which always answer 200",
			See:   "the token step fails: the body is believed, not the status",
			Leads: Lead{Kind: flows.ProblemRefused, Code: "bad_verification_code", Doctor: "EP-007", Diagnosis: "SPEC-own-code"},
			change: func(m *slip) {
				m.refuse(http.StatusOK, "bad_verification_code", "The code passed is incorrect or expired.")
			},
		},
		{
			Name: "error-form", Title: "An error as a form",
			Does:  "answers with a form-encoded error",
			Like:  "GitHub without an Accept field, and old PHP servers",
			See:   "the token step fails with the error that the form holds",
			Leads: Lead{Kind: flows.ProblemRefused, Code: "invalid_grant", Doctor: "EP-003", Diagnosis: "WORD-code"},
			change: func(m *slip) {
				m.say(http.StatusBadRequest, "application/x-www-form-urlencoded", url.Values{"error": {"invalid_grant"},
					"error_description": {"the code has expired"}}.Encode())
			},
		},
		{
			Name: "error-message", Title: "An error in words of its own",
			Does:  "answers with status and message, and no error member",
			Like:  "Twitch, and gateways in front of providers",
			See:   "the token step fails; the message is shown for what it is",
			Leads: Lead{Kind: flows.ProblemRefused, Diagnosis: "WORD-code"},
			change: func(m *slip) {
				m.say(http.StatusBadRequest, "application/json", `{"status":400,"message":"Invalid authorization code"}`)
			},
		},
		{
			Name: "token-form", Title: "Tokens as a form",
			Does:  "sends the tokens form-encoded, not as JSON",
			Like:  "old GitHub and Facebook",
			See:   "the login works; a warning says what strict clients would do",
			Leads: Lead{OK: true, Findings: []string{"RUN-token-form"}},
			change: func(m *slip) {
				form := url.Values{"expires_in": {"300"}}
				for _, name := range []string{"access_token", "id_token", "refresh_token", "token_type", "scope"} {
					form.Set(name, m.text(name))
				}
				m.say(http.StatusOK, "application/x-www-form-urlencoded", form.Encode())
			},
		},
		{
			Name: "token-content-type", Title: "Tokens as text/plain",
			Does:   "sends the tokens as JSON, and calls it text/plain",
			Like:   "home-made servers, and functions in the cloud without a content type",
			See:    "the login works; a warning says what strict clients would do",
			Leads:  Lead{OK: true, Findings: []string{"RUN-content-type"}},
			change: func(m *slip) { m.a.header.Set("Content-Type", "text/plain; charset=utf-8") },
		},
		{
			Name: "no-id-token", Title: "No ID token",
			Does:   "leaves the ID token out, although openid was asked for",
			Like:   "a provider that speaks OAuth only, or a client that was not given openid",
			See:    "the tokens come, and the ID token's step fails",
			Leads:  Lead{Step: "id_token", Kind: flows.ProblemAnswer, Diagnosis: "CL-19"},
			change: func(m *slip) { m.set("id_token", nil) },
		},
		{
			Name: "no-access-token", Title: "No access token",
			Does:   "leaves the access token out",
			Like:   "a login product that thinks an ID token is enough",
			See:    "the token step fails, and names what did come",
			Leads:  Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-29"},
			change: func(m *slip) { m.set("access_token", nil) },
		},
		{
			Name: "no-refresh-token", Title: "No refresh token",
			Does:   "grants offline_access and sends no refresh token",
			Like:   "Google without prompt=consent, or a client without the refresh grant",
			See:    "the login works; a note says that there is nothing to refresh with, and what may help",
			Leads:  Lead{OK: true, Findings: []string{"RUN-no-refresh-token"}},
			change: func(m *slip) { m.set("refresh_token", nil) },
		},
		{
			Name: "no-token-type", Title: "No token_type",
			Does:   "does not say what kind of token the access token is",
			Like:   "servers written from examples",
			See:    "the login works, with a warning",
			Leads:  Lead{OK: true, Findings: []string{"RUN-token-type-missing"}},
			change: func(m *slip) { m.set("token_type", nil) },
		},
		{
			Name: "no-expires-in", Title: "No lifetime",
			Does:   "does not say how long the access token lives",
			Like:   "Salesforce and GitHub",
			See:    "the login works; a note says that the lifetime is not known",
			Leads:  Lead{OK: true, Findings: []string{"RUN-expires-in-missing"}},
			change: func(m *slip) { m.set("expires_in", nil) },
		},
		{
			Name: "expires-text", Title: "A lifetime as text",
			Does:   `writes the lifetime as "300", in quotes`,
			Like:   "old versions of Entra, and servers in languages that don't mind",
			See:    "the login works: it is read all the same",
			Leads:  Lead{OK: true},
			change: func(m *slip) { m.set("expires_in", "300") },
		},
		{
			Name: "scope-less", Title: "Fewer scopes than asked for",
			Does:   "grants openid alone, and says so",
			Like:   "scopes that need an administrator's consent, or that the client was not given",
			See:    "the login works; what was not granted is named",
			Leads:  Lead{OK: true, Findings: []string{"RUN-scope-reduced"}},
			change: func(m *slip) { m.set("scope", "openid") },
		},
		{
			Name: "token-html", Title: "A page instead of tokens",
			Does:  "answers the redemption with an HTML page, status 200",
			Like:  "a proxy, a firewall, or a token endpoint that is really the login page",
			See:   "the token step fails, with the title of the page",
			Leads: Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-18", Doctor: "EP-003"},
			change: func(m *slip) {
				m.page(http.StatusOK, "Access blocked", "Your request was stopped by the web application firewall.")
			},
		},
		{
			Name: "token-redirect", Title: "A token endpoint that moved",
			Does:   "redirects the redemption to another address",
			Like:   "http that is sent on to https, which loses the body of a POST",
			See:    "the token step fails: a redirect is not followed with a code in hand",
			Leads:  Lead{Kind: flows.ProblemAnswer, Doctor: "EP-003", Diagnosis: "CL-25"},
			change: func(m *slip) { m.redirect("https://" + m.p.host + pathToken) },
		},
		{
			Name: "token-empty-object", Title: "An empty object",
			Does:   "answers the redemption with {}",
			Like:   "an error handler that lost the error",
			See:    "the token step fails: nothing that was due is there",
			Leads:  Lead{Kind: flows.ProblemAnswer, Diagnosis: "CL-29"},
			change: func(m *slip) { m.say(http.StatusOK, "application/json", "{}") },
		},
	}
	for i := range faults {
		f := &faults[i]
		f.Where, f.Flow, f.at = AreaToken, "pkce", []string{pathToken}
		if f.Leads.Step == "" && !f.Leads.OK {
			f.Leads.Step = "token"
		}
	}
	return faults
}
