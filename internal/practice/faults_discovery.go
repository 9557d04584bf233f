package practice

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// discoveryFaults are in what the provider says about itself.
func discoveryFaults() []Fault {
	document := []string{pathDiscovery, pathASMetadata}
	return []Fault{
		{
			Name: "issuer-slash", Title: "An issuer with a slash at the end", Where: AreaDiscovery, Flow: "pkce",
			Does:  "names an issuer that ends in a slash, which the address asked for does not",
			Like:  "Auth0, authentik and others end their issuers in a slash, and many clients cut it off",
			See:   "the discovery step fails: issuers are compared character by character, and the form to use is named",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemCheck, Diagnosis: "CL-01", Doctor: "DISC-006"},
			at:    document, change: func(m *slip) { m.set("issuer", m.p.issuer+"/") },
		},
		{
			Name: "issuer-host", Title: "An issuer with an inside address", Where: AreaDiscovery, Flow: "pkce",
			Does:  "names its address behind the proxy as its issuer",
			Like:  "a server behind a reverse proxy that was not told its outside address",
			See:   "the discovery step fails, with both issuers and the place where they begin to differ",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemCheck, Diagnosis: "CL-02", Doctor: "DISC-008"},
			at:    document, change: func(m *slip) { m.set("issuer", "http://idp.internal:8080") },
		},
		{
			Name: "issuer-scheme", Title: "An issuer with another scheme", Where: AreaDiscovery, Flow: "pkce",
			Does:  "names an issuer that begins with https, and is reached by http",
			Like:  "TLS that ends at a load balancer, and one side that does not know of it",
			See:   "the discovery step fails; the first difference is the s of https",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemCheck, Diagnosis: "CL-02", Doctor: "DISC-008"},
			at:    document, change: func(m *slip) { m.set("issuer", "https"+strings.TrimPrefix(m.p.issuer, "http")) },
		},
		{
			Name: "issuer-missing", Title: "A discovery document without an issuer", Where: AreaDiscovery, Flow: "pkce",
			Does:  "leaves the issuer out of its discovery document",
			Like:  "a hand-written document, or one filtered by a gateway",
			See:   "the discovery step fails: nothing says whose document this is",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "DISC-004", Diagnosis: "CL-32"},
			at:    document, change: func(m *slip) { m.set("issuer", nil) },
		},
		{
			Name: "no-jwks-uri", Title: "No jwks_uri", Where: AreaDiscovery, Flow: "pkce",
			Does:  "does not say where its keys are",
			Like:  "an OAuth server that issues ID tokens but never finished OpenID Connect",
			See:   "the keys step is skipped, and the ID token can't be verified: it is not called good",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Doctor: "DISC-015", Diagnosis: "CL-47"},
			at:    document, change: func(m *slip) { m.set("jwks_uri", nil) },
		},
		{
			Name: "no-token-endpoint", Title: "No token_endpoint", Where: AreaDiscovery, Flow: "pkce",
			Does:  "does not say where codes are redeemed",
			Like:  "a provider that only offers the implicit flow, or a document with a misspelt member",
			See:   "the login comes back with a code, and then there is nowhere to send it",
			Leads: Lead{Step: "token", Kind: flows.ProblemConfig, Diagnosis: "CL-30", Doctor: "DISC-058"},
			at:    document, change: func(m *slip) { m.set("token_endpoint", nil, "token_endpont", m.p.issuer+pathToken) },
		},
		{
			Name: "endpoint-https", Title: "An endpoint that speaks no TLS", Where: AreaDiscovery, Flow: "pkce",
			Does:  "names a token endpoint with https on a port that speaks plain http",
			Like:  "an outside address configured without TLS in front of it",
			See:   "the token step fails in the TLS handshake, before anything is sent",
			Leads: Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailTLSOther, Doctor: "EP-003", Diagnosis: "CL-24"},
			at:    document, change: func(m *slip) { m.set("token_endpoint", "https://"+m.p.host+pathToken) },
		},
		{
			Name: "endpoint-relative", Title: "An endpoint without a host", Where: AreaDiscovery, Flow: "pkce",
			Does:  "names its token endpoint as a path only",
			Like:  "a base URL that was left empty in the configuration",
			See:   "the token step fails: an absolute address was wanted",
			Leads: Lead{Step: "token", Kind: flows.ProblemAnswer, Doctor: "DISC-018", Diagnosis: "CL-37"},
			at:    document, change: func(m *slip) { m.set("token_endpoint", pathToken) },
		},
		{
			Name: "discovery-404", Title: "No discovery document", Where: AreaDiscovery, Flow: "pkce",
			Does:  "answers 404 wherever a discovery document may be",
			Like:  "a wrong issuer (the realm, tenant or /oauth2/default is missing), or a provider without discovery",
			See:   "the discovery step fails after every place where the document may be was asked",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "DISC-001", Diagnosis: "SPEC-404"},
			at:    document, change: func(m *slip) { m.say(http.StatusNotFound, "text/plain; charset=utf-8", "404 page not found\n") },
		},
		{
			Name: "discovery-401", Title: "A discovery document behind a login", Where: AreaDiscovery, Flow: "pkce",
			Does:  "asks for authorization before it shows its discovery document",
			Like:  "Kubernetes, whose issuer documents are closed to strangers by default",
			See:   "the discovery step fails with the server's own words",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemRefused, Doctor: "DISC-001", Diagnosis: "CL-36"},
			at:    document, change: func(m *slip) {
				m.say(http.StatusUnauthorized, "application/json",
					`{"kind":"Status","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`)
			},
		},
		{
			Name: "discovery-html", Title: "A page instead of the discovery document", Where: AreaDiscovery, Flow: "pkce",
			Does:  "answers with the start page of its single-page application, status 200",
			Like:  "a web server that answers every unknown path with index.html",
			See:   "the discovery step fails: an HTML page came, with its title",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "HTTP-007", Diagnosis: "CL-18"},
			at:    document, change: func(m *slip) { m.page(http.StatusOK, "Practice Portal", "Loading …") },
		},
		{
			Name: "discovery-loop", Title: "A discovery document that redirects in a circle", Where: AreaDiscovery, Flow: "pkce",
			Does:  "redirects the discovery document to itself",
			Like:  "a rule for the slash at the end that fights with another one",
			See:   "the discovery step gives up after a few redirects",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemTransport, Failure: record.FailRedirect, Doctor: "DISC-001", Diagnosis: "CL-25"},
			at:    document, change: func(m *slip) { m.redirect(m.p.issuer + m.path) },
		},
		{
			Name: "discovery-type", Title: "A discovery document as plain text", Where: AreaDiscovery, Flow: "pkce",
			Does:  "sends its discovery document as text/plain",
			Like:  "issuers whose document lies as a file in an object store",
			See:   "the login works; a warning says that strict clients will refuse the document",
			Leads: Lead{OK: true, Findings: []string{"RUN-content-type"}, Doctor: "DISC-003"},
			at:    document, change: func(m *slip) { m.a.header.Set("Content-Type", "text/plain; charset=utf-8") },
		},
		{
			Name: "discovery-broken", Title: "A discovery document with a stray character", Where: AreaDiscovery, Flow: "pkce",
			Does:  "sends one character after the end of its discovery document",
			Like:  "a document that was copied out of a terminal, prompt included",
			See:   "the discovery step fails: broken JSON, and what is wrong with it",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "DISC-002", Diagnosis: "CL-33"},
			at:    document, change: func(m *slip) { m.a.body.WriteString("%\n") },
		},
		{
			Name: "metadata-text", Title: "A list that is a text", Where: AreaDiscovery, Flow: "pkce",
			Does:  `writes scopes_supported as one text, "openid profile", where a list belongs`,
			Like:  "documents put together by hand from an OAuth scope parameter",
			See:   "the login works; a warning names the member that was left out",
			Leads: Lead{OK: true, Findings: []string{"RUN-metadata-type"}, Doctor: "DISC-016"},
			at:    document, change: func(m *slip) { m.set("scopes_supported", "openid profile email") },
		},
		{
			Name: "pkce-plain", Title: "PKCE without S256", Where: AreaDiscovery, Flow: "pkce",
			Does:  "announces the code challenge method plain only",
			Like:  "servers whose announcement was written before S256 was built in",
			See:   "a warning before the login; the provider itself has the last word, and takes S256",
			Leads: Lead{OK: true, Findings: []string{"RUN-no-s256"}, Doctor: "DISC-031"},
			at:    document, change: func(m *slip) { m.set("code_challenge_methods_supported", []string{"plain"}) },
		},
		{
			Name: "alg-unannounced", Title: "An algorithm that was not announced", Where: AreaDiscovery, Flow: "pkce",
			Does:  "announces RS512 for ID tokens and signs with another algorithm",
			Like:  "a key rotation to another algorithm that the document was not told of",
			See:   "the ID token's signature holds, and its algorithm is still not one that the provider promised",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Item: "alg", Doctor: "DISC-026", Diagnosis: "CL-07"},
			at:    document, change: func(m *slip) { m.set("id_token_signing_alg_values_supported", []string{"RS512"}) },
		},
		{
			Name: "discovery-huge", Title: "A discovery document of two megabytes", Where: AreaDiscovery, Flow: "pkce",
			Does:  "sends a discovery document that does not end for a long time",
			Like:  "an endpoint that lists every tenant, or somebody who wants the client to run out of memory",
			See:   "the discovery step fails: reading stopped at 1 MiB",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "HTTP-009", Diagnosis: "CL-34"},
			at:    document, change: func(m *slip) {
				m.object(func(d map[string]json.RawMessage) { put(d, "tenants", strings.Repeat("practice ", 2<<20/9)) })
			},
		},
	}
}
