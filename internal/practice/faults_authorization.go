package practice

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
)

// authorizationFaults are in the browser's trip.
func authorizationFaults() []Fault {
	refusal := func(name, title, does, like, see, code, description, diagnosis string, atOnce bool) Fault {
		f := Fault{
			Name: name, Title: title, Where: AreaAuthorization, Flow: "pkce", Does: does, Like: like, See: see,
			Leads:  Lead{Step: "authorize", Kind: flows.ProblemRefused, Code: code, Diagnosis: diagnosis},
			change: func(m *slip) { m.refuseAuthorization(code, description) },
		}
		if atOnce {
			f.change = func(m *slip) { m.refuseAtOnce(code, description) }
		}
		return f
	}
	changed := func(name, title, does, like, see string, leads Lead, change func(*slip, url.Values)) Fault {
		return Fault{
			Name: name, Title: title, Where: AreaAuthorization, Flow: "pkce", Does: does, Like: like, See: see, Leads: leads,
			change: func(m *slip) { m.answerRedirect(func(q url.Values) { change(m, q) }) },
		}
	}
	faults := []Fault{
		refusal("access-denied", "The login is refused", "sends the browser back with access_denied",
			"a person who pressed Cancel, is not assigned to the application, or is stopped by a policy",
			"the login step fails with the provider's words; nothing is wrong with the client",
			"access_denied", "the user is not assigned to this application", "WORD-assigned", false),
		refusal("invalid-scope", "A scope that is not allowed", "refuses the scopes before it shows a page",
			"a scope that the client was not given, or that belongs to another authorization server",
			"the login step fails with invalid_scope, and the scopes that were asked for",
			"invalid_scope", "the client may not request the scope offline_access", "SPEC-invalid_scope", true),
		refusal("login-required", "No session, and no page", "answers login_required as if no page were allowed",
			"a silent login (prompt=none) in a browser that blocks the provider's cookies",
			"the login step fails with login_required",
			"login_required", "there is no session, and no page may be shown", "SPEC-login_required-unasked", true),
		refusal("unauthorized-client", "A grant that is switched off", "refuses the client this kind of login",
			"a client registered as a machine-to-machine application, or the code flow not ticked",
			"the login step fails with unauthorized_client",
			"unauthorized_client", "the client is not allowed to use the authorization code grant", "WORD-grant-off", true),
		refusal("server-error", "The provider breaks", "sends the browser back with server_error",
			"an upstream provider, a claims script or a database that failed during the login",
			"the login step fails; the fault is not on this side",
			"server_error", "an unexpected error occurred, reference 4711", "SPEC-server_error", false),
		refusal("unavailable", "The provider is busy", "sends the browser back with temporarily_unavailable",
			"a rate limit, or maintenance",
			"the login step fails; trying again later helps",
			"temporarily_unavailable", "the service is under maintenance", "SPEC-temporarily_unavailable", false),
		changed("state-wrong", "The state of another login", "sends another state back than the one that it got",
			"an old browser tab, an answer that somebody else started, or a state that a gateway rewrote",
			"the code is not used: the answer does not belong to this login",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-12", Probes: []string{"PRB-060", "PRB-075"}},
			func(_ *slip, q url.Values) { q.Set("state", "somebody-elses-login") }),
		changed("state-missing", "No state", "leaves the state out of its answer",
			"home-made servers that know code and redirect_uri only",
			"the code is not used: nothing ties the answer to this login",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-12"},
			func(_ *slip, q url.Values) { q.Del("state") }),
		changed("state-cut", "A state that was cut off", "sends the first half of the state back",
			"a column in a database that is too short for long states",
			"the code is not used: the answer does not belong to this login",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-12"},
			func(_ *slip, q url.Values) { q.Set("state", q.Get("state")[:len(q.Get("state"))/2]) }),
		changed("iss-wrong", "An answer of another issuer", "puts another issuer into its answer",
			"a mix-up of two providers, which RFC 9207 was written against",
			"the code is not used: it may be meant for another provider",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-13", Probes: []string{"PRB-062"}},
			func(_ *slip, q url.Values) { q.Set("iss", "https://attacker.example") }),
		changed("iss-missing", "No issuer, though announced", "announces the iss parameter and leaves it out",
			"a server where the switch for the announcement and the one for the parameter are two",
			"the code is not used: a provider that announces iss must send it",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-13", Probes: []string{"PRB-062"}},
			func(_ *slip, q url.Values) { q.Del("iss") }),
		changed("code-missing", "An answer without a code", "sends the browser back with neither a code nor an error",
			"a redirect rebuilt by a gateway that dropped what it did not know",
			"the login step fails: there is nothing to redeem",
			Lead{Step: "authorize", Kind: flows.ProblemAnswer, Diagnosis: "CL-17"},
			func(_ *slip, q url.Values) { q.Del("code") }),
		changed("code-doubled", "Two codes", "sends two codes in one answer",
			"parameter pollution: two parties on the way that each add one",
			"the login step fails: each parameter may come once only",
			Lead{Step: "authorize", Kind: flows.ProblemCheck, Diagnosis: "CL-16"},
			func(_ *slip, q url.Values) { q.Add("code", "another-code") }),
		{
			Name: "fragment", Title: "The answer in the fragment", Where: AreaAuthorization, Flow: "pkce",
			Does:   "puts the answer behind the # of the address, where the browser keeps it for itself",
			Like:   "a client registered as a single-page application, or response_mode=fragment",
			See:    "the browser comes back with nothing, and what to do about it is said at once",
			Leads:  Lead{Step: "authorize", Kind: flows.ProblemUser, Findings: []string{"RUN-callback-empty"}, Diagnosis: "CL-17"},
			client: clientLimits{person: 10 * time.Second},
			change: func(m *slip) {
				m.answerRedirect(func(url.Values) {})
				if to := m.a.header.Get("Location"); strings.Contains(to, "code=") {
					m.a.header.Set("Location", strings.Replace(to, "?", "#", 1))
				}
			},
		},
		{
			Name: "redirect-refused", Title: "A redirect URI that is not registered", Where: AreaAuthorization, Flow: "pkce",
			Does:   "shows an error page to the person and never sends the browser back",
			Like:   "a redirect URI that differs from the registered one by a slash, a port, or localhost for 127.0.0.1",
			See:    "the browser shows the provider's page, and the program waits in vain",
			Leads:  Lead{Step: "authorize", Kind: flows.ProblemUser, Diagnosis: "CL-15"},
			client: clientLimits{person: 10 * time.Second},
			change: func(m *slip) {
				m.page(http.StatusBadRequest, "Error", "The redirect_uri in the request does not match a registered redirect URI.")
			},
		},
	}
	for i := range faults {
		faults[i].at = []string{pathAuthorize}
	}
	return faults
}
