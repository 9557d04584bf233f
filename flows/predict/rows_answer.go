package predict

// callbackRows are what the browser brings back, before it is judged here.
func callbackRows() []row {
	at := []Endpoint{AtCallback}
	iss := func(always bool) func(situation) bool {
		return func(s situation) bool { return s.issAlways == always }
	}
	return []row{
		{id: "callback-state", at: at, name: []string{"state"}, outcome: CheckFails, text: "an answer without our state is not an answer to this login: it must be refused here", ref: "RFC 6749 10.12"},
		{id: "callback-iss-changed", at: at, kind: []Kind{Changed, Added}, name: []string{"iss"}, outcome: CheckFails, text: "the answer comes from another provider than the one that was asked: it must be refused here (mix-up)", ref: "RFC 9207 2.4"},
		{id: "callback-iss-dropped", at: at, kind: []Kind{Dropped}, name: []string{"iss"}, when: iss(true), outcome: CheckFails, text: "the provider announces that it always says who it is: without iss the answer must be refused here", ref: "RFC 9207 2.4"},
		{id: "callback-iss-missing", at: at, kind: []Kind{Dropped}, name: []string{"iss"}, when: iss(false), outcome: Unharmed, text: "the provider does not announce iss, so it need not be there", ref: "RFC 9207 2.4"},
		{id: "callback-code-dropped", at: at, kind: []Kind{Dropped}, name: []string{"code"}, outcome: CheckFails, text: "an answer with neither code nor error says nothing: it must be refused here", ref: "RFC 6749 4.1.2"},
		{id: "callback-code-changed", at: at, kind: []Kind{Changed}, name: []string{"code"}, outcome: Refused, errors: []string{"invalid_grant"}, status: []int{400}, later: "token",
			text: "nobody can see it here; the provider must refuse the code when it is redeemed: invalid_grant", ref: "RFC 6749 5.2", missed: "it hands out tokens for a code that it never made"},
		{id: "callback-response", at: at, name: []string{"response"}, outcome: CheckFails, text: "the signature of the answer no longer holds: it must be refused here", ref: "JARM 2.4"},
		{id: "callback-id_token", at: at, kind: []Kind{Changed}, name: []string{"id_token"}, outcome: CheckFails, later: "id_token", text: "the signature of the ID token no longer holds: it must be refused here", ref: "OpenID Connect Core 3.2.2.11"},
		{id: "callback-access_token", at: at, kind: []Kind{Changed}, name: []string{"access_token"}, outcome: CheckFails, later: "id_token", text: "at_hash in the ID token is that of another access token: it must be refused here", ref: "OpenID Connect Core 3.2.2.9"},
		{id: "callback-repeated", at: at, kind: []Kind{Repeated}, outcome: CheckFails, text: "no parameter may come twice: the answer must be refused here", ref: "RFC 6749 3.1"},
		{id: "callback-unknown", at: at, kind: []Kind{Added, Dropped, Changed}, name: []string{"session_state", "scope"}, outcome: Unharmed, text: "a parameter that the client does not know must be ignored", ref: "RFC 6749 4.1.2"},
		{id: "callback-added", at: at, kind: []Kind{Added}, when: func(s situation) bool { return s.Name != "error" && s.Name != "code" && s.Name != "state" }, outcome: Unharmed,
			text: "a parameter that the client does not know must be ignored", ref: "RFC 6749 4.1.2"},
	}
}

// tokenAnswerRows are the members of a token answer. A change inside an ID token breaks its signature, whatever else it does.
func tokenAnswerRows() []row {
	token := []Endpoint{AtToken}
	const broken = "the signature no longer holds, so the ID token must be refused here"
	inside := func(in Part, name, text, ref string) row {
		return row{id: "id-token-" + name, at: token, in: in, kind: []Kind{Dropped, Changed, Added}, name: []string{name}, outcome: CheckFails, later: "id_token", text: broken + text, ref: ref}
	}
	const core = "OpenID Connect Core 3.1.3.7 item "
	return []row{
		inside(InToken, "iss", "; even one with a good signature must, when it comes from another issuer", core+"2, 6"),
		inside(InToken, "aud", "; even one with a good signature must, when it is not for this client", core+"3, 6"),
		inside(InToken, "azp", "", core+"4, 6"),
		inside(InToken, "exp", "; even one with a good signature must, once its time is over", core+"6, 9"),
		inside(InToken, "iat", "", core+"6, 10"),
		inside(InToken, "nonce", "; even one with a good signature must, when it belongs to another login", core+"6, 11"),
		inside(InToken, "sub", "; this is how somebody would log in as somebody else", core+"6"),
		inside(InToken, "at_hash", "", "OpenID Connect Core 3.1.3.6"),
		inside(InJOSE, "alg", "; the header must not choose how it is checked", core+"6, 7; RFC 8725 3.1"),
		inside(InJOSE, "kid", "; no key, or another one, belongs to this kid", core+"6; OpenID Connect Core 10.1"),
		{id: "id-token-inside", at: token, in: InToken, kind: []Kind{Dropped, Changed, Added}, outcome: CheckFails, later: "id_token", text: broken, ref: core + "6"},
		{id: "id-token-header", at: token, in: InJOSE, kind: []Kind{Dropped, Changed, Added}, outcome: CheckFails, later: "id_token", text: broken, ref: core + "6"},
		{id: "id-token-signature", at: token, in: InSeal, kind: []Kind{Changed}, outcome: CheckFails, later: "id_token", text: broken, ref: core + "6"},
		{id: "id-token-changed", at: token, in: InMember, kind: []Kind{Changed}, name: []string{"id_token"}, outcome: CheckFails, later: "id_token", text: "what can't be read as a token, or has no good signature, must be refused here", ref: core + "6"},
		{id: "id-token-dropped", at: token, in: InMember, kind: []Kind{Dropped}, name: []string{"id_token"}, outcome: CheckFails, later: "id_token", text: "the scope openid was asked for, so an ID token must come: the answer must be refused here", ref: "OpenID Connect Core 3.1.3.3"},
		{id: "access-token-dropped", at: token, in: InMember, kind: []Kind{Dropped}, name: []string{"access_token"}, outcome: CheckFails, text: "a token answer without access_token is none: it must be refused here", ref: "RFC 6749 5.1"},
		{id: "access-token-hash", at: token, in: InMember, kind: []Kind{Changed}, name: []string{"access_token"}, when: func(s situation) bool { return s.hashed }, outcome: CheckFails, later: "id_token",
			text: "at_hash in the ID token is that of another access token: it must be refused here", ref: "OpenID Connect Core 3.1.3.8"},
		{id: "access-token-changed", at: token, in: InMember, kind: []Kind{Changed}, name: []string{"access_token"}, outcome: Refused, errors: []string{"invalid_token"}, status: []int{401}, later: "userinfo",
			text: "nobody can see it here; the userinfo endpoint must refuse the token: 401 invalid_token", ref: "RFC 6750 3.1", missed: "it does not check access tokens"},
		{id: "token-answer-told", at: token, in: InMember, kind: []Kind{Dropped, Changed, Added}, name: []string{"token_type", "expires_in", "scope"}, outcome: Unharmed,
			text: "the run goes on; what is unusual about it is told as a finding", ref: "RFC 6749 5.1"},
		{id: "refresh-token-later", at: token, in: InMember, kind: []Kind{Dropped, Changed, Added}, name: []string{"refresh_token"}, outcome: Unharmed,
			text: "nothing shows now; the next refresh will be refused, or can't be made", ref: "RFC 6749 6"},
		{id: "token-answer-added", at: token, in: InMember, kind: []Kind{Added}, outcome: Unharmed, text: "a member that the client does not know must be ignored", ref: "RFC 6749 5.1"},
	}
}

// documentAnswerRows are the other answers that a run believes.
func documentAnswerRows() []row {
	one := func(e Endpoint) []Endpoint { return []Endpoint{e} }
	all := []Kind{Dropped, Changed, Added}
	return []row{
		{id: "discovery-issuer", at: one(AtDiscovery), in: InMember, name: []string{"issuer"}, outcome: CheckFails, text: "the document must name the issuer that was asked for, to the character: it must be refused here", ref: "OpenID Connect Discovery 4.3; RFC 8414 3.3"},
		{id: "discovery-place", at: one(AtDiscovery), in: InMember, kind: all, outcome: Undetermined, text: "the document decides where everything is sent: what follows goes by the changed one", ref: "RFC 8414 6.2"},
		{id: "keys-changed", at: one(AtKeys), in: InMember, name: []string{"keys"}, outcome: Undetermined, text: "a key that is missing is fetched once more when a token names it; another one in its place verifies nothing, and the ID token must then be refused here", ref: "OpenID Connect Core 10.1.1"},
		{id: "userinfo-sub", at: one(AtUserInfo), in: InMember, name: []string{"sub"}, outcome: CheckFails, text: "sub must be that of the ID token, or the answer is about somebody else: it must be refused here", ref: "OpenID Connect Core 5.3.2"},
		{id: "userinfo-claims", at: one(AtUserInfo), in: InMember, kind: all, outcome: Unharmed, text: "no claim but sub is checked: an answer that is not signed is believed as it comes over TLS", ref: "OpenID Connect Core 5.3.2"},
		{id: "par-reference-dropped", at: one(AtPAR), in: InMember, kind: []Kind{Dropped}, name: []string{"request_uri"}, outcome: CheckFails, text: "without a reference there is nothing to send the browser with", ref: "RFC 9126 2.2"},
		{id: "par-reference-changed", at: one(AtPAR), in: InMember, kind: []Kind{Changed}, name: []string{"request_uri"}, outcome: Refused, silent: true, errors: []string{"invalid_request_uri", "invalid_request"}, later: "authorize",
			text: "the provider never gave out this reference: it must refuse, and knows no address to send the browser to", ref: "RFC 9126 4", missed: "it does not check the reference"},
		{id: "device-code-dropped", at: one(AtDevice), in: InMember, kind: []Kind{Dropped}, name: []string{"device_code", "user_code", "verification_uri"}, outcome: CheckFails, text: "a required member is missing: the answer must be refused here", ref: "RFC 8628 3.2"},
		{id: "device-code-changed", at: one(AtDevice), in: InMember, kind: []Kind{Changed}, name: []string{"device_code"}, outcome: Refused, errors: []string{"invalid_grant", "expired_token"}, later: "token",
			text: "the provider never gave out this device code: it must refuse it with invalid_grant", ref: "RFC 6749 5.2", missed: "it does not check device codes"},
		{id: "ciba-id-dropped", at: one(AtBackchannel), in: InMember, kind: []Kind{Dropped}, name: []string{"auth_req_id"}, outcome: CheckFails, text: "a required member is missing: the answer must be refused here", ref: "CIBA 7.3"},
		{id: "ciba-id-changed", at: one(AtBackchannel), in: InMember, kind: []Kind{Changed}, name: []string{"auth_req_id"}, outcome: Refused, errors: []string{"invalid_grant"}, later: "token",
			text: "the provider never gave out this auth_req_id: it must refuse it with invalid_grant", ref: "CIBA 11", missed: "it does not check what it is asked about"},
		{id: "introspection-active", at: one(AtIntrospection), in: InMember, kind: []Kind{Dropped}, name: []string{"active"}, outcome: CheckFails, text: "active is required: the answer must be refused here", ref: "RFC 7662 2.2"},
	}
}
