package practice

import (
	"net/http"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// networkFaults are on the way between client and provider.
func networkFaults() []Fault {
	token := []string{pathToken}
	document := []string{pathDiscovery, pathASMetadata}
	return []Fault{
		{
			Name: "net-silent", Title: "No answer", Where: AreaNetwork, Flow: "pkce",
			Does:   "takes the request for tokens and never answers",
			Like:   "a firewall that drops packets, or a provider that hangs on its database",
			See:    "the token step ends with the time limit, and says what it was waiting for",
			Leads:  Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailTimeout, Diagnosis: "NET-timeout"},
			client: clientLimits{request: 4 * time.Second},
			at:     token, change: neverAnswered,
		},
		{
			Name: "net-drip", Title: "An answer byte by byte", Where: AreaNetwork, Flow: "pkce",
			Does:   "sends the tokens byte by byte, four a second",
			Like:   "a broken proxy, or somebody who wants to keep a client busy",
			See:    "the token step ends with the time limit, in the middle of the body",
			Leads:  Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailTimeout, Diagnosis: "NET-timeout"},
			client: clientLimits{request: 4 * time.Second},
			at:     token, change: dripped,
		},
		{
			Name: "net-reset", Title: "A connection that is reset", Where: AreaNetwork, Flow: "pkce",
			Does:  "resets the connection in place of an answer",
			Like:  "a firewall that does not like what it reads, or a server that crashes",
			See:   "the token step fails; whether the code was used is not known",
			Leads: Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailReset, Diagnosis: "NET-reset", Doctor: "EP-003"},
			at:    token, change: wayOf(reset),
		},
		{
			Name: "net-hang-up", Title: "A connection that is closed", Where: AreaNetwork, Flow: "pkce",
			Does:  "closes the connection without a word",
			Like:  "a load balancer without a server behind it",
			See:   "the token step fails: there was no answer",
			Leads: Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailReset, Diagnosis: "NET-reset"},
			at:    token, change: wayOf(hungUp),
		},
		{
			Name: "net-cut", Title: "Half an answer", Where: AreaNetwork, Flow: "pkce",
			Does:  "sends the first half of its discovery document",
			Like:  "a proxy with a small buffer, or a connection that breaks",
			See:   "the discovery step fails: the answer ended before its announced end",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemTransport, Failure: record.FailTruncated, Doctor: "DISC-001", Diagnosis: "NET-truncated"},
			at:    document, change: wayOf(halved),
		},
		{
			Name: "net-foreign", Title: "Another service answers", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers as a mail server would",
			Like:  "a wrong port",
			See:   "the discovery step fails: what answers does not speak HTTP",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemTransport, Failure: record.FailNotHTTP, Doctor: "DISC-001", Diagnosis: "NET-plain"},
			at:    document, change: wayOf(foreign),
		},
		{
			Name: "net-refused", Title: "Nobody there", Where: AreaNetwork, Flow: "pkce",
			Does:  "names a token endpoint on a port where nothing listens",
			Like:  "a server that is down, or an inside port in the document",
			See:   "the token step fails: nothing accepts connections there",
			Leads: Lead{Step: "token", Kind: flows.ProblemTransport, Failure: record.FailRefused, Diagnosis: "NET-refused", Doctor: "EP-003"},
			at:    document, change: func(m *slip) { m.set("token_endpoint", "http://127.0.0.1:1"+pathToken) }, // port 1: tcpmux, unused
		},
		{
			Name: "net-502", Title: "A gateway without its server", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers the request for tokens with the gateway's page, status 502",
			Like:  "a provider that is being restarted behind its proxy",
			See:   "the token step fails, with status and title of the page",
			Leads: Lead{Step: "token", Kind: flows.ProblemAnswer, Diagnosis: "SPEC-5xx", Doctor: "EP-003"},
			at:    token, change: func(m *slip) { m.page(http.StatusBadGateway, "502 Bad Gateway", "nginx") },
		},
		{
			Name: "net-503", Title: "A provider under maintenance", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers 503 and says when to come back",
			Like:  "a rate limit, or a planned outage",
			See:   "the discovery step fails with the status",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "DISC-001", Diagnosis: "SPEC-5xx"},
			at:    document, change: func(m *slip) {
				m.page(http.StatusServiceUnavailable, "Maintenance", "Back at noon.")
				m.a.header.Set("Retry-After", "3600")
			},
		},
		{
			Name: "net-429", Title: "Too many requests", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers the request for tokens with 429",
			Like:  "a rate limit for all clients behind one address",
			See:   "the token step fails with the status",
			Leads: Lead{Step: "token", Kind: flows.ProblemRefused, Doctor: "EP-003", Diagnosis: "WORD-rate"},
			at:    token, change: func(m *slip) {
				m.say(http.StatusTooManyRequests, "application/json", `{"message":"API rate limit exceeded"}`)
				m.a.header.Set("Retry-After", "60")
			},
		},
		{
			Name: "net-captive", Title: "The login page of a hotel", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers as a network does that wants to be paid first (status 511)",
			Like:  "hotels, trains and airports",
			See:   "the discovery step fails: the network itself answers",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Diagnosis: "NET-portal", Doctor: "DISC-001"},
			at:    document, change: func(m *slip) {
				m.page(http.StatusNetworkAuthenticationRequired, "Welcome to Practice Hotel", "Please accept the terms of use to go online.")
			},
		},
		{
			Name: "net-empty", Title: "An empty answer", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers the request for tokens with status 200 and nothing else",
			Like:  "an error that was swallowed, or a gateway that drops bodies",
			See:   "the token step fails: nothing came",
			Leads: Lead{Step: "token", Kind: flows.ProblemAnswer, Diagnosis: "CL-39"},
			at:    token, change: func(m *slip) { m.say(http.StatusOK, "application/json", "") },
		},
		{
			Name: "net-403", Title: "A firewall's page", Where: AreaNetwork, Flow: "pkce",
			Does:  "answers the discovery document with a firewall's page, status 403",
			Like:  "a web application firewall that takes programs for attackers",
			See:   "the discovery step fails, with status and title of the page",
			Leads: Lead{Step: "discovery", Kind: flows.ProblemAnswer, Doctor: "HTTP-008", Diagnosis: "NET-proxy-page"},
			at:    document, change: func(m *slip) { m.page(http.StatusForbidden, "Request blocked", "Ray 4711") },
		},
	}
}
