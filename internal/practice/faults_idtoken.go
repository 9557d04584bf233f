package practice

import (
	"time"

	"github.com/oidcscope/oidcscope/flows"
)

// idTokenFaults are in the ID token. But for the last ones its signature is good: a genuine token that is not meant for us, or
// not any more.
func idTokenFaults() []Fault {
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	in := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	faults := []Fault{
		{
			Name: "id-expired", Title: "An ID token that has expired",
			Does:   "issues an ID token that expired ten minutes ago",
			Like:   "a clock that is wrong on one side, or a token out of a cache",
			See:    "the token's check fails, and says for how long it has been over",
			Leads:  Lead{Item: "exp", Findings: []string{"TOK-050"}, Diagnosis: "CL-09"},
			change: func(m *slip) { m.claims("iat", ago(15*time.Minute), "exp", ago(10*time.Minute)) },
		},
		{
			Name: "id-future", Title: "An ID token from the future",
			Does:  "issues an ID token with a clock that is an hour ahead",
			Like:  "a server that takes its local time for UTC",
			See:   "the token's check fails: one of the clocks is wrong",
			Leads: Lead{Item: "iat", Findings: []string{"TOK-051", "TOK-052"}, Diagnosis: "CL-09"},
			change: func(m *slip) {
				m.claims("iat", in(time.Hour), "nbf", in(time.Hour), "exp", in(time.Hour+5*time.Minute))
			},
		},
		{
			Name: "id-milliseconds", Title: "Times in milliseconds",
			Does:   "writes exp and iat in milliseconds",
			Like:   "JavaScript and Java, whose clocks count milliseconds",
			See:    "a finding says that these can't be seconds; taken as seconds the token lives for fifty thousand years",
			Leads:  Lead{Item: "iat", Findings: []string{"TOK-053"}, Diagnosis: "CL-09"},
			change: func(m *slip) { m.claims("iat", time.Now().UnixMilli(), "exp", in(5*time.Minute)*1000) },
		},
		{
			Name: "id-exp-text", Title: "An expiry as text",
			Does:   "writes exp as a text",
			Like:   "claims mapped by hand, or kept in a database as text",
			See:    "the token's check fails: exp is no number",
			Leads:  Lead{Item: "exp", Findings: []string{"TOK-054"}, Diagnosis: "CL-09"},
			change: func(m *slip) { m.claims("exp", time.Now().Add(5*time.Minute).UTC().Format(time.RFC3339)) },
		},
		{
			Name: "id-no-exp", Title: "No expiry",
			Does:   "issues an ID token without exp",
			Like:   "tokens made with a JWT library's defaults",
			See:    "the token's check fails: it would be good for ever",
			Leads:  Lead{Item: "exp", Findings: []string{"TOK-049"}, Diagnosis: "CL-09"},
			change: func(m *slip) { m.claims("exp", nil) },
		},
		{
			Name: "id-iss", Title: "An ID token of another issuer",
			Does:   "names another issuer in the token than in its discovery document",
			Like:   "Entra's tenants, accounts.google.com without https, or an inside address",
			See:    "the token's check fails, with the place where both issuers begin to differ",
			Leads:  Lead{Item: "iss", Findings: []string{"TOK-061"}, Diagnosis: "CL-04"},
			change: func(m *slip) { m.claims("iss", m.p.issuer+"/tenant-b") },
		},
		{
			Name: "id-aud", Title: "An ID token for another client",
			Does:   "issues the ID token for another client",
			Like:   "a token that was issued to an API or a web site, and handed on",
			See:    "the token's check fails: it is genuine, and not for us",
			Leads:  Lead{Item: "aud", Findings: []string{"TOK-063"}, Diagnosis: "CL-08"},
			change: func(m *slip) { m.claims("aud", "some-other-client", "azp", nil) },
		},
		{
			Name: "id-aud-many", Title: "An ID token for several clients",
			Does:   "adds an API to the audience of the ID token, and no azp",
			Like:   "Keycloak's audience mappers, and Auth0 with an API",
			See:    "the token passes, with a note that others can use it too",
			Leads:  Lead{OK: true, Findings: []string{"TOK-064"}},
			change: func(m *slip) { m.claims("aud", []string{m.client(), api}, "azp", nil) },
		},
		{
			Name: "id-azp", Title: "An ID token issued to another client",
			Does:   "names another client as the authorized party",
			Like:   "a token that one client of a project gets for another",
			See:    "the token's check fails: somebody else asked for it",
			Leads:  Lead{Item: "azp", Findings: []string{"TOK-065"}, Diagnosis: "CL-08"},
			change: func(m *slip) { m.claims("azp", "some-other-client") },
		},
		{
			Name: "id-nonce", Title: "The nonce of another login",
			Does:   "puts another nonce into the ID token",
			Like:   "a token replayed from another login, or a provider that mixes up its sessions",
			See:    "the token's check fails: it belongs to another login",
			Leads:  Lead{Item: "nonce", Findings: []string{"TOK-068"}, Diagnosis: "CL-10", Probes: []string{"PRB-061"}},
			change: func(m *slip) { m.claims("nonce", "the-nonce-of-somebody-else") },
		},
		{
			Name: "id-no-nonce", Title: "No nonce",
			Does:   "leaves the nonce out of the ID token",
			Like:   "LinkedIn for years, and OAuth servers with ID tokens added later",
			See:    "the token's check fails: nothing ties it to this login",
			Leads:  Lead{Item: "nonce", Findings: []string{"TOK-067"}, Diagnosis: "CL-10", Probes: []string{"PRB-061"}},
			change: func(m *slip) { m.claims("nonce", nil) },
		},
		{
			Name: "id-at-hash", Title: "A hash of another access token",
			Does:   "puts a wrong at_hash into the ID token",
			Like:   "a server that hashes before it encodes, or with another algorithm",
			See:    "the token's check fails: the two tokens don't belong together",
			Leads:  Lead{Item: "at_hash", Findings: []string{"TOK-070"}, Diagnosis: "CL-11"},
			change: func(m *slip) { m.claims("at_hash", halfHash("ES256", "another access token")) },
		},
		{
			Name: "id-no-sub", Title: "No subject",
			Does:   "leaves sub out of the ID token",
			Like:   "a mapping that names the person by e-mail only",
			See:    "the check of the ID token fails: it is about nobody",
			Leads:  Lead{Step: "id_token", Kind: flows.ProblemCheck, Findings: []string{"TOK-060"}, Diagnosis: "CL-54"},
			change: func(m *slip) { m.claims("sub", nil) },
		},
		{
			Name: "id-sub-twice", Title: "Two subjects",
			Does:  "names sub twice in the ID token, as two people",
			Like:  "claims glued together as text; readers differ in which one they take",
			See:   "a finding marks both; userinfo tells which one the provider meant",
			Leads: Lead{Step: "userinfo", Findings: []string{"TOK-009"}, Diagnosis: "CL-14"},
			change: func(m *slip) {
				m.forge(func(token string) (string, error) { return m.p.keys.twice(token, "sub", "mallory") })
			},
		},
		{
			Name: "id-none", Title: "An unsigned ID token",
			Does:   "sends the ID token with alg none and no signature",
			Like:   "a debug switch that stayed on, or the oldest attack on JWTs",
			See:    "the token's check fails, whatever its claims say",
			Leads:  Lead{Item: "signature", Findings: []string{"TOK-018"}, Diagnosis: "CL-07"},
			change: func(m *slip) { m.forge(unsigned) },
		},
		{
			Name: "id-hs256", Title: "The public key as a secret",
			Does:   "signs the ID token with HS256, the public key being the secret",
			Like:   "the attack on libraries that let the token choose the algorithm",
			See:    "the token's check fails: a MAC was made with what everybody knows",
			Leads:  Lead{Item: "signature", Diagnosis: "CL-07"},
			change: func(m *slip) { m.forge(m.p.keys.confused) },
		},
		{
			Name: "id-tampered", Title: "Claims changed after signing",
			Does:   "changes the name in the ID token and leaves the signature as it was",
			Like:   "somebody on the way, or a gateway that rewrites claims",
			See:    "the signature is invalid, with the very key that the token names",
			Leads:  Lead{Item: "signature", Findings: []string{"TOK-044"}, Diagnosis: "CL-06"},
			change: func(m *slip) { m.forge(tampered) },
		},
		{
			Name: "id-wrong-key", Title: "Signed by another key of that name",
			Does:   "signs the ID token with a key that is not published, under the kid of one that is",
			Like:   "two servers behind one name, each with keys of its own",
			See:    "the signature is invalid, with the very key that the token names",
			Leads:  Lead{Item: "signature", Findings: []string{"TOK-044"}, Diagnosis: "CL-06"},
			change: func(m *slip) { m.forge(func(token string) (string, error) { return m.p.keys.stranger(token, "") }) },
		},
		{
			Name: "id-unknown-key", Title: "Signed by an unknown key",
			Does:  "signs the ID token with a key that is not published, under its own kid",
			Like:  "a token of another environment, or keys that were never rolled out",
			See:   "the kid is unknown, also after the keys were fetched once more",
			Leads: Lead{Item: "signature", Findings: []string{"RUN-unknown-kid", "TOK-030"}, Diagnosis: "CL-05"},
			change: func(m *slip) {
				m.forge(func(token string) (string, error) { return m.p.keys.stranger(token, "es256-of-staging") })
			},
		},
		{
			Name: "id-broken", Title: "An ID token that was cut off",
			Does:   "sends only the beginning of the ID token",
			Like:   "a column, a cookie or a log line that is too short",
			See:    "the token is shown as far as it goes, and where it ends",
			Leads:  Lead{Item: "signature", Diagnosis: "CL-40"},
			change: func(m *slip) { m.forge(func(token string) (string, error) { return token[:len(token)*2/3], nil }) },
		},
	}
	for i := range faults {
		f := &faults[i]
		f.Where, f.Flow, f.at = AreaIDToken, "pkce", []string{pathToken}
		if f.Leads.OK {
			continue
		}
		f.Leads.Kind = flows.ProblemCheck
		if f.Leads.Step == "" {
			f.Leads.Step = "id_token"
		}
	}
	return faults
}
