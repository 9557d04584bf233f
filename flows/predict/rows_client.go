package predict

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// clientRows are how the client says who it is, at every endpoint that asks.
func clientRows() []row {
	asks := []Endpoint{AtToken, AtPAR, AtDevice, AtBackchannel, AtIntrospection, AtRevocation}
	const ref = "RFC 6749 5.2"
	basic := func(s situation) bool {
		scheme, _, _ := strings.Cut(record.Get(s.headers, "Authorization"), " ")
		return strings.EqualFold(scheme, "Basic")
	}
	public := func(s situation) bool { return !s.authenticates() }
	asserts := func(s situation) bool { return s.before.Has("client_assertion") }
	missed := "it does not authenticate this client: anybody can speak for it"
	row401 := func(id, name, text, ref string, kind Kind, errors ...string) row {
		return row{id: id, at: asks, kind: []Kind{kind}, name: []string{name}, outcome: Refused, errors: errors, status: []int{401, 400}, text: text, ref: ref, missed: missed}
	}
	return []row{
		{id: "basic-dropped", at: asks, in: InHeader, kind: []Kind{Dropped}, name: []string{"Authorization"}, when: basic, outcome: Refused, errors: []string{"invalid_client"}, status: []int{401, 400},
			text: "a client that has a secret must authenticate: without it the provider must answer invalid_client", ref: ref, missed: missed},
		{id: "basic-changed", at: asks, in: InHeader, kind: []Kind{Changed}, name: []string{"Authorization"}, when: basic, outcome: Refused, errors: []string{"invalid_client"}, status: []int{401},
			text: "the credentials are wrong: the provider must answer invalid_client, with HTTP 401 as they came in the Authorization header", ref: ref, missed: missed},
		row401("secret-dropped", "client_secret", "a client that has a secret must authenticate: without it the provider must answer invalid_client", ref, Dropped, "invalid_client"),
		row401("secret-changed", "client_secret", "the secret is wrong: the provider must answer invalid_client", ref, Changed, "invalid_client"),
		row401("client_assertion-dropped", "client_assertion", "without its assertion the client is not authenticated: invalid_client", "RFC 7521 4.2.1", Dropped, "invalid_client", "invalid_request"),
		row401("client_assertion-changed", "client_assertion", "the signature of the assertion no longer holds: invalid_client", "RFC 7521 4.2.1", Changed, "invalid_client"),
		row401("client_assertion_type-dropped", "client_assertion_type", "an assertion without its type does not say what it is: invalid_client", "RFC 7521 4.2.1", Dropped, "invalid_client", "invalid_request"),
		row401("client_assertion_type-changed", "client_assertion_type", "no such type of assertion: invalid_client", "RFC 7521 4.2.1", Changed, "invalid_client", "invalid_request"),
		{id: "client_id-beside-assertion", at: asks, kind: []Kind{Dropped}, name: []string{"client_id"}, when: asserts, outcome: Accepted,
			text: "the assertion names the client in sub, so client_id may be left out", ref: "RFC 7521 4.2"},
		{id: "client_id-dropped-public", at: asks, kind: []Kind{Dropped}, name: []string{"client_id"}, when: public, outcome: Refused, errors: []string{"invalid_client", "invalid_request"}, status: []int{400, 401},
			text: "a client without credentials must say who it is: the provider must refuse", ref: "RFC 6749 3.2.1", missed: "it does not check for whom the code was made"},
		{id: "client_id-changed-public", at: asks, kind: []Kind{Changed}, name: []string{"client_id"}, when: public, outcome: Refused, errors: []string{"invalid_client", "invalid_grant", "unauthorized_client"}, status: []int{400, 401},
			text: "an unknown client must be refused with invalid_client; a known one with invalid_grant, as what it brings was made for another", ref: "RFC 6749 4.1.3, 5.2",
			missed: "what was made for one client works for another"},
		row401("client_id-dropped", "client_id", "the secret without its client authenticates nobody: invalid_client", ref, Dropped, "invalid_client", "invalid_request"),
		row401("client_id-changed", "client_id", "these credentials are not those of that client: invalid_client", ref, Changed, "invalid_client"),
	}
}
