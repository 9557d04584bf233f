package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// requestWords are what servers say that want more of a request than it has: pushed, signed, bound to a key, from a client that
// says who it is, back to an address that is known. The code is invalid_request for most of them, which tells nobody what to do.
func requestWords() []row {
	wants := func(what string) func(*situation) bool {
		return func(s *situation) bool {
			return s.has(what) && s.hasAny("must", "required", "requires", "only", "missing", "not provided", "expected", "needed")
		}
	}
	rows := []row{
		{id: "WORD-no-auth", code: []string{"invalid_request", "invalid_client"}, text: []pattern{"no client authentication mechanism", "no client authentication method", "client credentials*missing", "missing client credentials"}, spec: "RFC 6749 2.3, 3.2.1",
			what:   "the request does not say which client it comes from",
			causes: []string{"neither a client id nor credentials were sent, or the body is no form"},
			fixes:  []fix{do("send the client id, and the credentials of a client that has some"), enter("send the body as a form", "Content-Type: application/x-www-form-urlencoded")}},
		{id: "WORD-logout-redirect", text: []pattern{"post_logout_redirect_uri*not registered", "post_logout_redirect_uri*not allowed", "post_logout_redirect_uri*invalid", "invalid post_logout_redirect_uri", "post logout redirect*not", "invalid post logout redirect", "post_logout_redirect_uri*not match"}, spec: "OpenID Connect RP-Initiated Logout 2, 3",
			what:   "the address to come back to after the logout is not registered for the client",
			causes: []string{"it is not one of the client's post_logout_redirect_uris, which are a list beside the redirect URIs", "port, path, case or a slash at the end differs"},
			fixes:  []fix{enter("register it under {at_redirect|the client's settings}", "{post_logout_redirect_uri}"), do("or leave --post-logout-redirect-uri out: the logout itself does not need it")}},
		{id: "WORD-par-required", at: []Endpoint{AtCallback, AtAuthorize, unsaid}, when: wants("pushed authorization"), spec: "RFC 9126 5, 6",
			what:   "the provider takes pushed requests only (PAR), for this client or for all",
			causes: []string{"the client is set to require_pushed_authorization_requests, and the request came through the browser"},
			fixes:  []fix{enter("push the request first", "--par"), do("or change it under {at_client|the client's settings}")}},
		{id: "WORD-jar-alg", code: []string{"invalid_request_object"}, at: []Endpoint{AtCallback, AtAuthorize, AtPAR, unsaid}, text: []pattern{"preregistered alg", "registered alg", "request_object_signing_alg", "algorithm*not allowed", "signing algorithm*not"}, spec: "RFC 9101 10.2; RFC 7591 2",
			what:   "the request object is not signed with the algorithm that the client is registered with",
			causes: []string{"request_object_signing_alg of the client names another algorithm", "the key that was given is of another kind than that algorithm wants"},
			fixes:  []fix{enter("sign with the registered algorithm, and a key that fits it", "--client-key-alg ALG"), do("or change request_object_signing_alg under {at_client|the client's settings}")}},
		{id: "WORD-jar-required", code: []string{"invalid_request", "invalid_request_object", ""}, at: []Endpoint{AtCallback, AtAuthorize, AtPAR, unsaid}, text: []pattern{"request object must", "request object is required", "request object*required", "missing parameter: 'request'", "signed request*required", "must use*request object", "request object is missing"}, spec: "RFC 9101 10.5",
			what:   "the provider takes signed requests only (JAR), for this client or for all",
			causes: []string{"the client is set to require_signed_request_object, and the request holds plain parameters"},
			fixes:  []fix{enter("sign the request with the client's registered key", "--jar --client-key FILE"), do("or change it under {at_client|the client's settings}")}},
		{id: "WORD-dpop-required", code: []string{"invalid_request", "invalid_grant", "invalid_client", "invalid_dpop_proof", ""}, at: []Endpoint{AtToken, AtPAR, AtDevice, unsaid}, when: func(s *situation) bool { return wants("dpop")(s) && !s.proved }, spec: "RFC 9449 5, 5.2",
			what:   "the provider wants the tokens bound to a key (DPoP), and the request proves none",
			causes: []string{"the client is set to dpop_bound_access_tokens"},
			fixes:  []fix{enter("bind the tokens to a key", "--dpop"), do("or change it under {at_client|the client's settings}")}},
		{id: "WORD-certificate-required", at: []Endpoint{AtToken, AtPAR, AtDevice, unsaid}, text: []pattern{"mutual tls*not provided", "client certificate*not provided", "client certificate*required", "client certificate*missing", "certificate was not provided", "missing client certificate"}, spec: "RFC 8705 2, 3",
			what:   "the provider wants a client certificate, and none came with the connection",
			causes: []string{"the client authenticates by its certificate, or its tokens are bound to one", "a proxy before the provider does not pass the certificate on", "the endpoint for certificates is another one (mtls_endpoint_aliases)"},
			fixes:  []fix{enter("show the client's certificate", "--cert FILE --key FILE")}},
	}
	for i := range rows {
		rows[i].mark = preset.Checked
		rows[i].source = rows[i].spec
	}
	return rows
}
