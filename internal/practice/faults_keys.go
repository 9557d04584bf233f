package practice

import (
	"net/http"

	"github.com/oidcscope/oidcscope/flows"
)

// keyFaults are in the published key set.
func keyFaults() []Fault {
	set := []string{pathJWKS}
	return []Fault{
		{
			Name: "keys-empty", Title: "An empty key set", Where: AreaKeys, Flow: "pkce",
			Does:  "publishes a key set without a key",
			Like:  "a provider that has just been set up, or lost its keys in a move",
			See:   "the keys step says so, and the ID token can't be verified",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Diagnosis: "CL-05", Doctor: "JWKS-004"},
			at:    set, change: func(m *slip) { m.keys(func([]map[string]any) []map[string]any { return []map[string]any{} }) },
		},
		{
			Name: "keys-stale", Title: "A key set that lacks the key", Where: AreaKeys, Flow: "pkce",
			Does:  "has changed its signing key, and still publishes the old set",
			Like:  "a cache in front of the key set that outlives a key rotation",
			See:   "the kid is unknown, the set is fetched once more, and the key is still not in it",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Item: "signature", Findings: []string{"RUN-unknown-kid", "TOK-030"}, Diagnosis: "CL-05"},
			at:    set, change: func(m *slip) { m.keys(func([]map[string]any) []map[string]any { return otherJWKS() }) },
		},
		{
			Name: "keys-rotated", Title: "A key that changed during the login", Where: AreaKeys, Flow: "pkce",
			Does:  "changes its signing key between the first fetch of its keys and the ID token",
			Like:  "an ordinary key rotation, met by a client that keeps keys",
			See:   "the kid is unknown, the set is fetched once more, and the token verifies with the new key",
			Leads: Lead{OK: true, Findings: []string{"RUN-unknown-kid"}},
			at:    set, change: func(m *slip) {
				if m.count == 1 {
					m.keys(func([]map[string]any) []map[string]any { return otherJWKS() })
				}
			},
		},
		{
			Name: "keys-same-kid", Title: "Two keys with the same kid", Where: AreaKeys, Flow: "pkce",
			Does:  "publishes two different keys under one kid, the wrong one first",
			Like:  "kids that are counted by hand, or two servers behind one name with keys of their own",
			See:   "the right one is found, because both are tried; clients that take the first will fail",
			Leads: Lead{OK: true, Findings: []string{"TOK-032"}, Doctor: "JWKS-008"},
			at:    set, change: func(m *slip) {
				m.keys(func(keys []map[string]any) []map[string]any {
					var decoys []map[string]any
					for i, other := range otherJWKS() {
						if i < len(keys) {
							other["kid"] = keys[i]["kid"]
							decoys = append(decoys, other)
						}
					}
					return append(decoys, keys...)
				})
			},
		},
		{
			Name: "keys-private", Title: "The private keys are published", Where: AreaKeys, Flow: "pkce",
			Does:  "publishes its keys with their private halves",
			Like:  "a key set written out by a tool that was meant for the server's own storage",
			See:   "the login works, and everything it proves is worthless: anybody can sign tokens",
			Leads: Lead{OK: true, Doctor: "JWKS-006"},
			at:    set, change: func(m *slip) {
				m.keys(func([]map[string]any) []map[string]any { return m.p.keys.privateJWKS() })
			},
		},
		{
			Name: "keys-curve", Title: "A key on the wrong curve", Where: AreaKeys, Flow: "pkce",
			Does:  "labels its P-256 keys as P-384",
			Like:  "a key set written by hand, or converted by a script",
			See:   "the keys step says which key can't be used, and the ID token can't be verified with it",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Findings: []string{"RUN-key-unusable"}, Doctor: "JWKS-021", Diagnosis: "CL-41"},
			at:    set, change: func(m *slip) { m.eachKey("crv", "P-256", "P-384") },
		},
		{
			Name: "keys-alg", Title: "A key for another algorithm", Where: AreaKeys, Flow: "pkce",
			Does:  "labels its ES256 keys as keys for ES384",
			Like:  "the algorithm typed into a configuration, and not derived from the key",
			See:   "the ID token is not verified: the key says itself that it is not for this algorithm",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Doctor: "JWKS-022", Diagnosis: "CL-41"},
			at:    set, change: func(m *slip) { m.eachKey("alg", "ES256", "ES384") },
		},
		{
			Name: "keys-use", Title: "Signing keys that are for encryption", Where: AreaKeys, Flow: "pkce",
			Does:  `labels its signing keys with use "enc"`,
			Like:  "a provider that publishes both kinds and mixes up the labels",
			See:   "the ID token is not verified: no key of the set may sign",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Doctor: "JWKS-026", Diagnosis: "CL-41"},
			at:    set, change: func(m *slip) { m.eachKey("use", "sig", "enc") },
		},
		{
			Name: "keys-html", Title: "A page instead of the keys", Where: AreaKeys, Flow: "pkce",
			Does:  "answers with a login page where its keys should be",
			Like:  "a gateway that protects every path but the ones on its list",
			See:   "the keys step fails, the login goes on, and the ID token can't be verified",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Doctor: "JWKS-003", Diagnosis: "CL-47"},
			at:    set, change: func(m *slip) { m.page(http.StatusOK, "Sign in to continue", "This address is protected.") },
		},
		{
			Name: "keys-500", Title: "A key set that fails", Where: AreaKeys, Flow: "pkce",
			Does:  "answers 500 where its keys should be",
			Like:  "a key store or a database that is down",
			See:   "the keys step fails, the login goes on, and the ID token can't be verified",
			Leads: Lead{Step: "id_token", Kind: flows.ProblemCheck, Doctor: "JWKS-001", Diagnosis: "CL-47"},
			at:    set, change: func(m *slip) {
				m.say(http.StatusInternalServerError, "text/plain; charset=utf-8", "Internal Server Error\n")
			},
		},
	}
}

// eachKey changes a member of every published key that has it at that value.
func (m *slip) eachKey(member, from, to string) {
	m.keys(func(keys []map[string]any) []map[string]any {
		for _, k := range keys {
			if k[member] == from {
				k[member] = to
			}
		}
		return keys
	})
}
