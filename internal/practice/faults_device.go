package practice

import (
	"net/http"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/oidcscope/oidcscope/flows"
)

// deviceFaults are in logins with a device code.
func deviceFaults() []Fault {
	poll := []string{pathToken}
	start := []string{pathDeviceAuth}
	return []Fault{
		{
			Name: "device-slow-down", Title: "A provider that is never patient enough", Where: AreaDevice, Flow: "device",
			Does:  "answers every poll with slow_down, and lets the code expire",
			Like:  "a rate limit that counts all clients behind one address",
			See:   "the polls come further and further apart, until the code is over",
			Leads: Lead{Step: "token", Kind: flows.ProblemUser, Diagnosis: "CL-31"},
			at:    []string{pathToken, pathDeviceAuth}, change: func(m *slip) {
				if m.path == pathDeviceAuth {
					m.set("expires_in", 8)
				} else {
					m.refuse(http.StatusBadRequest, "slow_down", "polling too fast")
				}
			},
		},
		{
			Name: "device-expired", Title: "A device code that has expired", Where: AreaDevice, Flow: "device",
			Does:  "answers the first poll with expired_token",
			Like:  "a person who took too long, or a provider with several nodes and no shared memory",
			See:   "the polling ends; a new code is needed",
			Leads: Lead{Step: "token", Kind: flows.ProblemUser, Code: "expired_token", Diagnosis: "WORD-device-code"},
			at:    poll, change: func(m *slip) { m.refuse(http.StatusBadRequest, "expired_token", "the device code has expired") },
		},
		{
			Name: "device-denied", Title: "A device login that is refused", Where: AreaDevice, Flow: "device",
			Does:  "answers the first poll with access_denied",
			Like:  "a person who pressed Cancel, or a policy against device codes",
			See:   "the polling ends: somebody said no",
			Leads: Lead{Step: "token", Kind: flows.ProblemRefused, Code: "access_denied", Diagnosis: "WORD-cancelled"},
			at:    poll, change: func(m *slip) { m.refuse(http.StatusBadRequest, "access_denied", "the user denied the request") },
		},
		{
			Name: "device-invalid-grant", Title: "A device code that nobody knows", Where: AreaDevice, Flow: "device",
			Does:  "answers the polls with invalid_grant",
			Like:  "a code that was redeemed already, or sent to the wrong tenant",
			See:   "the polling ends with the provider's words",
			Leads: Lead{Step: "token", Kind: flows.ProblemRefused, Code: "invalid_grant", Diagnosis: "SPEC-invalid_grant-device"},
			at:    poll, change: func(m *slip) { m.refuse(http.StatusBadRequest, "invalid_grant", "the device code is not known") },
		},
		{
			Name: "device-pending-200", Title: "Pending with status 200", Where: AreaDevice, Flow: "device",
			Does:  "answers the first poll with authorization_pending and status 200",
			Like:  "GitHub",
			See:   "the login works: the body is believed, not the status",
			Leads: Lead{OK: true},
			at:    poll, instead: func(m *slip) bool {
				if m.count == 1 {
					m.refuse(http.StatusOK, string(goidc.ErrorCodeAuthPending), "waiting for the person")
				}
				return m.count == 1
			},
		},
		{
			Name: "device-no-interval", Title: "No polling interval", Where: AreaDevice, Flow: "device",
			Does:  "does not say how often to ask",
			Like:  "servers that leave out what has a default",
			See:   "the login works: five seconds are the default of RFC 8628",
			Leads: Lead{OK: true},
			at:    start, change: func(m *slip) { m.set("interval", nil) },
		},
		{
			Name: "device-verification-url", Title: "verification_url", Where: AreaDevice, Flow: "device",
			Does:  "calls the address verification_url",
			Like:  "Google, whose device endpoint is older than the RFC",
			See:   "the login works, with a note",
			Leads: Lead{OK: true, Findings: []string{"RUN-verification-url"}},
			at:    start, change: func(m *slip) {
				m.set("verification_url", m.text("verification_uri"), "verification_uri", nil, "verification_uri_complete", nil)
			},
		},
		{
			Name: "device-no-lifetime", Title: "A device code without a lifetime", Where: AreaDevice, Flow: "device",
			Does:  "does not say how long the device code lives",
			Like:  "servers written from examples",
			See:   "the login works; a warning says what is assumed",
			Leads: Lead{OK: true, Findings: []string{"RUN-device-expires-in"}},
			at:    start, change: func(m *slip) { m.set("expires_in", nil) },
		},
		{
			Name: "device-no-code", Title: "No user code", Where: AreaDevice, Flow: "device",
			Does:  "leaves the user code out of its answer",
			Like:  "a member of another name in home-made servers",
			See:   "the device step fails: there is nothing to type",
			Leads: Lead{Step: "device", Kind: flows.ProblemAnswer, Diagnosis: "CL-38"},
			at:    start, change: func(m *slip) { m.set("user_code", nil) },
		},
		{
			Name: "device-script", Title: "An address that is none", Where: AreaDevice, Flow: "device",
			Does:  "sends a javascript: address for the person to open",
			Like:  "nobody by accident: a provider that wants to run code in the browser",
			See:   "the device step fails, and nothing is opened",
			Leads: Lead{Step: "device", Kind: flows.ProblemAnswer, Diagnosis: "CL-38"},
			at:    start, change: func(m *slip) {
				m.set("verification_uri", "javascript:alert(document.cookie)", "verification_uri_complete", nil)
			},
		},
		{
			Name: "device-missing", Title: "No device login", Where: AreaDevice, Flow: "device",
			Does:  "has no device authorization endpoint",
			Like:  "Cognito and Apple, and providers where it is a switch of the tenant",
			See:   "the device step fails before anything is sent",
			Leads: Lead{Step: "device", Kind: flows.ProblemConfig, Doctor: "DISC-041", Diagnosis: "CL-30"},
			at:    []string{pathDiscovery, pathASMetadata}, change: func(m *slip) { m.set("device_authorization_endpoint", nil) },
		},
		{
			Name: "device-unauthorized", Title: "A client that may not use device codes", Where: AreaDevice, Flow: "device",
			Does:  "refuses the client this grant",
			Like:  "the device grant not ticked for the client",
			See:   "the device step fails with unauthorized_client",
			Leads: Lead{Step: "device", Kind: flows.ProblemRefused, Code: "unauthorized_client", Diagnosis: "SPEC-unauthorized_client"},
			at:    start, change: func(m *slip) {
				m.refuse(http.StatusBadRequest, "unauthorized_client", "the client may not use the device grant")
			},
		},
	}
}
