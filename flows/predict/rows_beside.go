package predict

// besideRows are authorization requests whose parameters are elsewhere: in a signed request (JAR), or pushed ahead (PAR). What then
// still stands in the address, or in the form beside the signed request, does not count: otherwise whoever edits the address would
// change what was signed. They come before the rows of the parameters themselves.
func besideRows() []row {
	browser, pushed, both := []Endpoint{AtAuthorization}, []Endpoint{AtPAR}, []Endpoint{AtAuthorization, AtPAR}
	has := func(name string) func(situation) bool {
		return func(s situation) bool { return s.before.Has(name) }
	}
	beside := func(s situation) bool {
		switch s.Name {
		case "client_id", "request", "request_uri", "client_assertion", "client_assertion_type", "client_secret":
			return false
		}
		return s.before.Has("request") || s.endpoint == AtAuthorization && s.before.Has("request_uri")
	}
	invalid := []string{"invalid_request", "invalid_request_object"}
	return []row{
		{id: "jar-dropped", at: browser, kind: []Kind{Dropped}, name: []string{"request"}, outcome: Refused, silent: true, errors: invalid,
			text: "without the signed request there is no redirect_uri: the provider must refuse, and knows no address to send the browser to", ref: "RFC 9101 10.5; OpenID Connect Core 3.1.2.1",
			missed: "it takes an unsigned request in its place, to the redirect URI that is registered"},
		{id: "jar-dropped-par", at: pushed, kind: []Kind{Dropped}, name: []string{"request"}, outcome: Refused, errors: invalid, status: []int{400},
			text: "without the signed request nothing is asked for: response_type is missing, invalid_request", ref: "RFC 9126 2.3; RFC 6749 3.1.1", missed: "it takes a request that asks for nothing"},
		{id: "jar-changed-par", at: pushed, kind: []Kind{Changed}, name: []string{"request"}, outcome: Refused, errors: []string{"invalid_request_object", "invalid_request"}, status: []int{400},
			text: "the signature of the request no longer holds: the provider must answer invalid_request_object", ref: "RFC 9126 3; RFC 9101 6.2", missed: "it does not check who signed the request"},
		{id: "jar-client", at: both, kind: []Kind{Changed}, name: []string{"client_id"}, when: has("request"), outcome: Refused, silent: true, errors: []string{"invalid_request", "invalid_request_object", "invalid_client", "unauthorized_client"},
			text: "client_id must be that in the signed request, or the key of the wrong client would be used: the provider must refuse", ref: "RFC 9101 6.3", missed: "it does not compare the client with the one that signed"},
		{id: "reference-dropped", at: browser, kind: []Kind{Dropped}, name: []string{"request_uri"}, outcome: Refused, silent: true, errors: invalid,
			text: "without the reference nothing is asked for: the provider must refuse, and knows no address to send the browser to", ref: "RFC 9126 4; RFC 6749 3.1.2", missed: "it guesses what it is asked for"},
		{id: "reference-client", at: browser, kind: []Kind{Changed}, name: []string{"client_id"}, when: has("request_uri"), outcome: Refused, silent: true, errors: []string{"invalid_request", "invalid_request_uri", "invalid_client", "unauthorized_client"},
			text: "the reference belongs to the client that pushed the request: for another one the provider must refuse", ref: "RFC 9126 2.2, 4", missed: "a reference works for any client"},
		{id: "beside-response_type", at: both, kind: []Kind{Changed, Dropped}, name: []string{"response_type", "scope"}, when: has("request"), outcome: Undetermined,
			text: "by OAuth only what is signed counts (RFC 9101 6.3); OpenID Connect wants response_type and the scope openid beside it all the same, and response_type the same as inside", ref: "OpenID Connect Core 6.1; RFC 9101 5"},
		{id: "beside", at: both, kind: []Kind{Added, Changed, Dropped}, when: beside, outcome: Accepted,
			text: "only what was signed or pushed counts: what stands beside it must be ignored", ref: "RFC 9101 6.3; RFC 9126 4", missed: "it reads parameters that nobody signed"},
	}
}
