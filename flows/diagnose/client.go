package diagnose

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
)

const idTokenChecks = "OpenID Connect Core 3.1.3.7"

// client is what a client finds out by itself: the answer came, and something in it does not fit. A run knows which check
// failed; a text has the words of some library.
func client() []row {
	rows := append(clientDiscovery(), clientDocuments()...)
	rows = append(rows, clientAnswer()...)
	rows = append(rows, clientIDToken()...)
	rows = append(rows, clientTokens()...)
	for i := range rows {
		rows[i].mark, rows[i].source = preset.Checked, rows[i].spec
	}
	return rows
}

// own reports whether the problem is one that the engine found: no error of the provider, no failure of the network.
func own(s *situation) bool { return s.code == "" && s.failure == nil }

func step(ref string, more ...func(*situation) bool) func(*situation) bool {
	return func(s *situation) bool {
		if !own(s) || s.kind == "" || !strings.HasPrefix(s.ref, ref) {
			return false
		}
		for _, m := range more {
			if !m(s) {
				return false
			}
		}
		return true
	}
}

// both holds where a and b do.
func both(a, b func(*situation) bool) func(*situation) bool {
	return func(s *situation) bool { return a(s) && b(s) }
}

// clocksAgree keeps the clock here from being blamed when the provider's shows the same time.
func clocksAgree(s *situation) bool { return s.facts["clock"] != "" && s.facts["skew"] == "" }

// text holds for pasted texts: no check of ours, no OAuth error.
func text(s *situation) bool { return own(s) && s.ref == "" }

func says(texts ...string) func(*situation) bool {
	return func(s *situation) bool { return s.hasAny(texts...) }
}

func clientDiscovery() []row {
	template := func(s *situation) bool { return strings.Contains(s.facts["got"], "{tenantid}") }
	slash := func(s *situation) bool {
		return strings.TrimRight(s.facts["expected"], "/") == strings.TrimRight(s.facts["got"], "/") && s.facts["got"] != ""
	}
	return []row{
		{id: "CL-01", when: step("OpenID Connect Discovery 4.3", slash), spec: "OpenID Connect Discovery 4.3", what: "the issuer differs by a slash at the end only; issuers are compared character by character", causes: []string{"Auth0, authentik and JumpCloud have a slash at the end, and somebody took it away"}, fixes: []fix{enter("use the issuer as the provider writes it", "{got}")}},
		{id: "CL-03", when: step("OpenID Connect Discovery 4.3", template), spec: "OpenID Connect Discovery 4.3", what: "the document's issuer is a template: it stands for every tenant of Microsoft Entra", causes: []string{"the address names a tenant by its domain, or one of common, organizations, consumers"}, fixes: []fix{enter("use the tenant's GUID", "https://login.microsoftonline.com/TENANT-GUID/v2.0"), enter("or the address for any account", "https://login.microsoftonline.com/common/v2.0")}},
		{id: "CL-02", when: step("OpenID Connect Discovery 4.3"), spec: "OpenID Connect Discovery 4.3", what: "the document names another issuer than the one that was asked for", causes: []string{"a proxy does not pass Host or X-Forwarded-Proto on, so the server takes its inside name", "the server's outside address is not configured (Keycloak hostname, Authelia, ZITADEL ExternalDomain)", "the address is an alias: a domain instead of the tenant's GUID, or a mirror"}, fixes: []fix{enter("log in with the issuer that the provider names, if it is the right one", "{got}"), do("or configure the provider's outside address, so that it names the one you asked for")}},
		{id: "CL-02", text: []pattern{"issuer did not match the issuer returned by provider, expected '{issuer}' got '{got}'", "did not match the issuer returned by provider", "issuer does not match expected issuer", "discovered issuer mismatch", "unexpected discovery document issuer", "idx20803", "issuer name does not match authority", "the issuer '{got}' provided in the configuration did not match the requested issuer", "provided in the configuration metadata did not match the requested issuer"}, when: text, spec: "OpenID Connect Discovery 4.3", what: "the discovery document names another issuer than the one that was configured", causes: []string{"a slash at the end differs", "a proxy does not pass Host or X-Forwarded-Proto on", "http and https, or an inside and an outside name, are mixed"}, fixes: []fix{enter("configure the issuer as the document writes it", "{got}"), do("or configure the provider's outside address")}},
	}
}

// clientDocuments are documents and answers that can't be used as they came.
func clientDocuments() []row {
	documents := []Endpoint{AtDiscovery, AtKeys}
	return []row{
		{id: "CL-32", at: []Endpoint{AtDiscovery}, when: step("OpenID Connect Discovery 3", says("with an issuer")), spec: "OpenID Connect Discovery 3", what: "the discovery document names no issuer", causes: []string{"the address leads to another JSON document", "the document was written by hand, or cut by a proxy"}, fixes: []fix{enter("look at the document", "{endpoint}")}},
		{id: "CL-33", when: func(s *situation) bool { return own(s) && s.kind == flows.ProblemAnswer && s.has("broken json") }, spec: "RFC 8259 2", what: "the answer is not whole JSON: {got|it can't be read}", causes: []string{"it was cut off on its way, or is empty", "something stands before or behind it (a warning of the server's script)", "another document was saved at this address"}, fixes: []fix{enter("look at the answer as it comes", "curl -i {endpoint}")}},
		{id: "CL-34", when: func(s *situation) bool { return own(s) && s.kind == flows.ProblemAnswer && s.has("at most 1 mib") }, spec: "OpenID Connect Discovery 4.2", what: "the answer is larger than any such document: {got|over 1 MiB}", causes: []string{"the address leads to something else", "a fault, or an attack, of the server"}, fixes: []fix{enter("look at the address", "{endpoint}")}},
		{id: "CL-35", at: []Endpoint{AtKeys}, when: step("RFC 7517 5", says("at least one key")), spec: "RFC 7517 5", what: "the key set is empty", causes: []string{"the provider has lost or not yet made its signing keys", "a cache serves an old answer"}, fixes: []fix{readLog(), enter("look at the key set", "{endpoint}")}},
		{id: "CL-36", at: documents, status: []int{401, 403, 407}, when: func(s *situation) bool { return s.failure == nil }, spec: "OpenID Connect Discovery 4", what: "the document is kept from strangers, though it has to be public: HTTP {status_text|401}", causes: []string{"a proxy or firewall in front asks for a login, or blocks", "Kubernetes keeps it from anonymous callers unless a role is bound", "the path is another one than the document's"}, fixes: []fix{enter("let this path through without a login", "{endpoint}")}},
		{id: "CL-37", when: func(s *situation) bool { return own(s) && s.has("an absolute http(s) url") }, spec: "OpenID Connect Discovery 3", what: "an endpoint in the discovery document is no whole address: {got|see the document}", causes: []string{"the provider's outside address is not configured, so that only a path is left"}, fixes: []fix{do("configure the provider's outside address"), enter("in the document it says", "{got}")}},
		{id: "CL-25", when: func(s *situation) bool {
			return own(s) && s.status >= 300 && s.status < 400 && s.endpoint != AtAuthorize && s.endpoint != AtCallback
		}, spec: "RFC 9110 15.4", what: "the endpoint redirects elsewhere instead of answering", causes: []string{"http in the address, and a redirect to https: a POST loses its body on the way", "a login page or proxy stands before the endpoint"}, fixes: []fix{enter("use the https address in issuer and endpoints; this one redirects", "{endpoint}"), do("tell the provider its outside address, so that discovery names it")}},
		{id: "CL-38", when: step("RFC 8628 3.2"), spec: "RFC 8628 3.2", what: "the device authorization answer can't be used: {expected|a member} was wanted, and came as {got|nothing}", causes: []string{"the provider leaves a member out, or names it in another way", "a fault, or an attack: an address that is none"}, fixes: []fix{do("look at the answer as it came"), readLog()}},
		{id: "CL-39", when: func(s *situation) bool { return own(s) && s.kind == flows.ProblemAnswer && s.has("an empty answer") }, spec: "RFC 6749 5.1", what: "the answer is empty", causes: []string{"a proxy answers, or cut the body", "a fault of the server"}, fixes: []fix{readLog(), enter("look at the answer as it comes", "curl -i {endpoint}")}},
	}
}

func clientAnswer() []row {
	refused := func(s *situation) bool { return s.kind == flows.ProblemUser }
	return []row{
		{id: "CL-17", when: step("RFC 8252 7.3", refused, func(s *situation) bool { return contains(s.found, "callback-empty") }), spec: "OAuth 2.0 Multiple Response Types 2.1", what: "the browser came back, but without an answer that can be seen here", causes: []string{"response_mode is fragment: then the code stands behind #, which the browser does not send", "a page or proxy in between took the parameters away"}, fixes: []fix{enter("ask for the query", "--response-mode query"), enter("or paste the address that the browser ended on", "--paste")}},
		{id: "CL-15", when: step("RFC 8252 7.3", refused), spec: "RFC 8252 7.3, 8.3", what: "no answer came from the browser: the login was not finished, or its last redirect did not reach this machine", causes: []string{"the browser shows an error page of the provider: most often the redirect URI is not registered", "the browser runs on another machine (SSH, WSL, a container), where nobody listens", "localhost leads to another address (IPv6) than the one that is listened on", "a firewall or an extension blocks the redirect"}, fixes: []fix{enter("if the page names the redirect URI, register it under {at_redirect|the client's settings}", "{register_uri}"), enter("have the page's text explained", "oidcscope diagnose -"), enter("with a browser elsewhere, paste the address that it ended on", "--paste"), enter("or log in without a redirect", "--flow device")}},
		{id: "CL-31", when: func(s *situation) bool {
			return own(s) && s.kind == flows.ProblemUser && s.endpoint == AtDevice || own(s) && s.kind == flows.ProblemUser && s.endpoint == AtToken
		}, spec: "RFC 8628 3.5", what: "the device login was not finished in time", causes: []string{"the code was not typed in, or the login not confirmed"}, fixes: []fix{newDeviceCode()}},
		{id: "CL-12", when: step("RFC 6749 10.12"), spec: "RFC 6749 10.12", what: "the answer does not carry the state of this login", causes: []string{"an older tab or login answered", "the address was cut when it was copied", "the provider drops state", "somebody else started that login (cross-site request forgery)"}, fixes: []fix{do("close the other tabs and start the login again")}},
		{id: "CL-12", text: []pattern{"state mismatch", "state does not match", "invalid state", "state did not match", "csrf state", "mismatching_state", "state missing from the response", "checks.state", "state cookie was missing", "correlation failed"}, when: text, spec: "RFC 6749 10.12", what: "the answer does not carry the state of this login", causes: []string{"an older tab or login answered", "the cookie that holds the state did not come back: SameSite, another host name, http", "several instances without a shared session"}, fixes: []fix{do("start the login again in one tab"), do("check that login and callback use the same host name, and the cookie's SameSite")}},
		{id: "CL-13", when: step("RFC 9207 2.4", says("without it")), spec: "RFC 9207 2.4", what: "the answer lacks the iss parameter that the provider announces", causes: []string{"a fault of the server or of a proxy", "the answer is another provider's (mix-up)"}, fixes: []fix{do("do not accept it; tell the provider's operator")}},
		{id: "CL-13", when: step("RFC 9207 2.4"), spec: "RFC 9207 2.4", what: "the answer comes from another issuer than the one that was asked", causes: []string{"a proxy changes the server's name", "a mix-up of two providers, perhaps on purpose"}, fixes: []fix{do("do not accept it"), enter("the issuer that answered", "{got}")}},
		{id: "CL-16", when: step("RFC 6749 3.1", says("came twice")), spec: "RFC 6749 3.1", what: "a parameter of the answer came twice", causes: []string{"two answers were joined when they were copied", "a server or proxy repeats it"}, fixes: []fix{restart()}},
		{id: "CL-17", when: step("RFC 6749 4.1.2"), spec: "OAuth 2.0 Multiple Response Types 2.1", what: "the answer has neither code nor error where it was looked for", causes: []string{"response_mode is fragment: then the code stands behind #, which the browser does not send", "the address was cut"}, fixes: []fix{enter("ask for the query", "--response-mode query")}},
		{id: "CL-26", when: func(s *situation) bool { return own(s) && s.kind == flows.ProblemConfig && s.ref == "RFC 8252 7.3" }, spec: "RFC 8252 7.3", what: "the address of the redirect URI can't be listened on", causes: []string{"the port is taken by another program, or another login", "ports below 1024 need rights"}, fixes: []fix{enter("take a free port", "--redirect-uri http://127.0.0.1/callback"), enter("or see who has it", "ss -ltnp")}},
		{id: "CL-18", when: func(s *situation) bool {
			return own(s) && s.kind == flows.ProblemAnswer && s.hasAny("an html page", "text that begins", "text/html") && s.status < 400
		}, spec: "RFC 8259 11", what: "a page came where JSON was due", causes: []string{"a proxy or a login page stands before the endpoint", "the address is that of a page", "the network wants a login first (captive portal)"}, fixes: []fix{enter("open the address and look", "{endpoint}")}},
	}
}

func clientIDToken() []row {
	item := func(title string) func(*situation) bool {
		return step(idTokenChecks, func(s *situation) bool { return s.facts["expected"] == title })
	}
	alg := func(s *situation) bool {
		return s.hasAny("refused", "none", "unsecured", "algorithm", "hs256", "hs384", "hs512")
	}
	return []row{
		{id: "CL-07", when: step(idTokenChecks+" item 6", says("signature refused", "signature none", "unsecured", "is not allowed", "algorithm"), func(s *situation) bool {
			return !s.hasAny("key can't be used", "the key is for", "no compact jws", "wanted 3 parts")
		}), spec: "RFC 8725 3.1, 3.2", what: "the ID token's algorithm is not one that may be trusted here", causes: []string{"alg is none, or an HMAC where a key pair is expected", "the provider signs with an algorithm that it does not announce", "an attack on the token"}, fixes: []fix{do("do not accept it"), enter("the provider announces", "{offered_algs}")}},
		{id: "CL-40", when: step(idTokenChecks+" item 6", says("no compact jws", "wanted 3 parts", "can't be decoded", "no json")), spec: "RFC 7515 7.1", what: "the ID token is no whole JWT: {got|it can't be read}", causes: []string{"it was cut off on its way", "the provider sends something else as id_token"}, fixes: []fix{enter("take it apart", "oidcscope inspect TOKEN")}},
		{id: "CL-41", when: step(idTokenChecks+" item 6", says("key can't be used", "the key is for", "not on the curve")), spec: "RFC 7517 4.2, 4.4", what: "the key that the ID token names can't be used for it: {got|see the key set}", causes: []string{"use, alg or curve of the key don't fit the token's alg", "the key set was written by hand"}, fixes: []fix{do("have the provider publish its signing key with use sig, and the alg that it signs with")}},
		{id: "CL-05", when: step(idTokenChecks+" item 6", says("no key", "kid", "unverified", "key set is empty")), spec: "OpenID Connect Core 10.1.1", what: "no key of the provider verifies the ID token: {got|none has its kid}", causes: []string{"the provider changed its keys, and a cache still holds the old set", "the token is of another issuer or realm", "several servers with keys of their own behind one name"}, fixes: []fix{do("fetch the key set again; look at its kids and at the token's"), enter("compare the issuer", "{issuer}")}},
		{id: "CL-06", when: step(idTokenChecks + " item 6"), spec: "RFC 7515 5.2", what: "the signature of the ID token does not hold, although the key is there", causes: []string{"the token was altered on its way", "an access token for Microsoft Graph, which only Graph can verify", "two keys with the same kid"}, fixes: []fix{enter("take it apart", "oidcscope inspect TOKEN"), do("do not accept it")}},
		{id: "CL-04", when: item("The issuer is the expected one, exactly"), spec: idTokenChecks, what: "the ID token's iss is not the issuer of the discovery document", causes: []string{"Google and LinkedIn have two spellings", "a template of Entra that was not filled in", "an inside and an outside name of the server", "the token is of another provider"}, fixes: []fix{enter("compare with the document's issuer", "{issuer}")}},
		{id: "CL-08", when: item("The token is meant for this client"), spec: idTokenChecks, what: "the ID token is not for this client: aud does not name it", causes: []string{"an access token was taken for an ID token", "the token is another client's", "the provider puts an API's audience into it"}, fixes: []fix{enter("aud has to hold", "{client_id}")}},
		{id: "CL-08", when: item("The authorized party is this client"), spec: idTokenChecks, what: "the ID token was issued to another client: azp does not name this one", causes: []string{"several audiences, and another client asked for it"}, fixes: []fix{enter("azp has to be", "{client_id}")}},
		{id: "CL-07", when: item("The algorithm is the registered one"), spec: "RFC 8725 3.1, 3.2", what: "the ID token is signed with another algorithm than the provider announces: {got|see the token}", causes: []string{"the provider's configuration and its discovery document don't agree", "the token is of another provider"}, fixes: []fix{enter("the provider announces", "{offered_algs}"), do("have the provider announce what it uses")}},
		{id: "CL-09", when: step(idTokenChecks, func(s *situation) bool {
			return s.facts["expected"] == "The token has not expired" && s.hasAny("no exp", "milliseconds", "is a text", "wanted")
		}), spec: idTokenChecks + "; RFC 7519 4.1.4", what: "exp of the ID token is missing, or no number of seconds: {got|see the token}", causes: []string{"the provider, or a script for its claims, writes it in another form"}, fixes: []fix{do("have the provider send exp as a number of seconds since 1970")}},
		{id: "CL-09", when: both(item("The token has not expired"), clocksAgree), spec: idTokenChecks + "; RFC 7519 4.1.4", what: "the ID token has expired", causes: []string{"the provider handed out a token that it had made before: its clock agrees with the one here", "the service that signs has another clock than the one that answers", "its lifetime is shorter than the login took"}, fixes: []fix{do("log in again; if it is old every time, compare iat with the time of the answer, and look for a cache on the provider's side")}},
		{id: "CL-09", when: item("The token has not expired"), spec: idTokenChecks + "; RFC 7519 4.1.4", what: "the ID token has expired", causes: []string{"the clock of this machine is ahead ({clock|compare it with the Date header of an answer})", "the token was kept for too long"}, fixes: []fix{syncClock()}},
		{id: "CL-09", when: both(item("The token was issued not too far away from now"), clocksAgree), spec: idTokenChecks + "; RFC 7519 4.1.6", what: "the ID token's iat does not fit the time here", causes: []string{"the provider handed out a token that it had made before: its clock agrees with the one here", "the service that signs has another clock than the one that answers"}, fixes: []fix{do("have the provider's clocks set by network time, and look for a cache on its side")}},
		{id: "CL-09", when: item("The token was issued not too far away from now"), spec: idTokenChecks + "; RFC 7519 4.1.6", what: "the ID token's iat does not fit the time here", causes: []string{"the two clocks differ ({clock|compare them by the Date header of an answer})"}, fixes: []fix{syncClock()}},
		{id: "CL-10", when: item("The nonce is the one that was sent"), spec: idTokenChecks + "; 3.1.2.1", what: "the ID token's nonce is missing, or not the one of this login", causes: []string{"the provider drops it (LinkedIn did)", "the token is of another login (replay)"}, fixes: []fix{do("start the login again; if it is missing every time, the provider does not support it")}},
		{id: "CL-11", when: step("OpenID Connect Core 3.1.3.8"), spec: "OpenID Connect Core 3.1.3.6", what: "at_hash does not fit: the access token is not the one that came with this ID token", causes: []string{"tokens of two logins are mixed", "the provider hashes with another length than alg asks for"}, fixes: []fix{do("check the two of one answer; the hash is the left half of the hash that alg names")}},
		{id: "CL-11", when: step("OpenID Connect Core 3.3.2.10"), spec: "OpenID Connect Core 3.3.2.11", what: "c_hash does not fit: the code is not the one that came with this ID token", causes: []string{"answers of two logins are mixed"}, fixes: []fix{restart()}},
		{id: "CL-27", when: item("The login has the level that was asked for"), spec: idTokenChecks, what: "the login has not the level that acr_values asked for", causes: []string{"acr_values is a wish, which the provider may ignore"}, fixes: []fix{do("ask for it as an essential claim, when the provider supports that")}},
		{id: "CL-28", when: item("The login is recent enough"), spec: idTokenChecks, what: "the login is longer ago than max_age allows", causes: []string{"the provider ignores max_age, or its session was used"}, fixes: []fix{enter("ask for a new login", "--param prompt=login")}},
		{id: "CL-05", text: []pattern{"unable to find a signing key", "no key found", "no matching key", "signature key was not found", "idx10501", "idx10503", "no applicable key found", "kid*not found", "key id*not found", "unable to find a key", "error finding key", "failed to verify id token signature", "jwks did not contain", "no suitable key", "unknown kid", "signing key not found"}, when: text, spec: "OpenID Connect Core 10.1.1", what: "no key of the provider fits the token's kid", causes: []string{"the provider changed its keys, and a cache still holds the old set", "the token is of another issuer, realm or tenant", "the key set's address is wrong"}, fixes: []fix{do("fetch the key set again"), enter("take the token apart", "oidcscope inspect TOKEN --issuer ISSUER --discover")}},
		{id: "CL-07", text: []pattern{"alg none", "unexpected signing method", "signed with unsupported algorithm", "unexpected signature algorithm", "algorithm not allowed", "invalid algorithm", "unsupported algorithm", "idx10511", "id token signed with", "unexpected jwt alg", "disallowed alg"}, when: text, spec: "RFC 8725 3.1, 3.2", what: "the token is signed with an algorithm that is not expected", causes: []string{"the client is configured for another algorithm than the provider uses", "HS256 because the provider signs with the client secret", "an attack on the token"}, fixes: []fix{do("set the client's algorithm to the one in the discovery document, never to what the token says")}},
		{id: "CL-06", text: []pattern{"signature verification failed", "invalid signature", "failed to verify signature", "signature is invalid", "signature does not match", "signature validation failed", "jws signature", "invalid jwt signature", "signature mismatch", "verification error"}, when: text, spec: "RFC 7515 5.2", what: "the token's signature does not hold", causes: []string{"the wrong key: another issuer, or an old key set", "the token was altered or cut", "an access token for Microsoft Graph, which only Graph can verify"}, fixes: []fix{enter("take the token apart", "oidcscope inspect TOKEN --issuer ISSUER --discover")}},
		{id: "CL-08", text: []pattern{"expected audience '{client_id}' got", "unexpected 'aud'", "jwt audience invalid", "audience doesn't match", "invalid audience", "idx10214", "audience validation failed", "aud claim", "audience mismatch", "unexpected jwt 'aud'", "audience*not allowed", "the aud"}, when: text, spec: idTokenChecks, what: "the token is not for this client: its aud is another one", causes: []string{"an access token is used as an ID token, or the other way round", "the audience of the API is not configured", "the token is another client's"}, fixes: []fix{enter("aud has to hold", "{client_id}"), enter("take the token apart", "oidcscope inspect TOKEN")}},
		{id: "CL-04", text: []pattern{"id token issued by a different provider", "expected '{issuer}' got '{got}'", "unexpected 'iss'", "jwt issuer invalid", "idx10205", "issuer validation failed", "invalid issuer", "iss claim", "unexpected jwt 'iss'", "invalid_issuer", "issuer mismatch", "the iss"}, when: text, spec: idTokenChecks, what: "the token's iss is not the issuer that is configured", causes: []string{"a slash, scheme or host differs", "version 1 and version 2 tokens of Entra have different issuers", "an inside and an outside name of the server"}, fixes: []fix{enter("configure the issuer as the token has it", "{got}"), enter("take the token apart", "oidcscope inspect TOKEN")}},
		{id: "CL-09", text: []pattern{"token is expired", "jwt expired", "token has expired", "signature has expired", "idx10223", "lifetime validation failed", "token expired", "exp claim", "token is not valid yet", "jwt not active", "not yet valid", "immature signature", "idx10222", "issued in the future", "iat claim", "nbf claim", "issued at*future", "used before issued"}, when: text, spec: idTokenChecks + "; RFC 7519 4.1", what: "the token's times don't fit the clock here", causes: []string{"it has expired", "the clock of this machine, or of the provider, is wrong"}, fixes: []fix{do("get a new token"), syncClock()}},
		{id: "CL-10", text: []pattern{"nonce mismatch", "nonce does not match", "invalid nonce", "nonce*mismatch", "idx21323", "nonce was null", "nonce*did not match", "unexpected id token 'nonce'", "requirenonce"}, when: text, spec: idTokenChecks, what: "the ID token's nonce is missing, or not the one of this login", causes: []string{"the cookie that holds the nonce did not come back", "an older login answered", "the provider drops the nonce"}, fixes: []fix{do("start the login again in one tab"), do("check the cookie's SameSite and host name")}},
		{id: "CL-11", text: []pattern{"at_hash", "access token hash"}, when: func(s *situation) bool { return text(s) && !alg(s) }, spec: "OpenID Connect Core 3.1.3.6", what: "at_hash does not fit the access token", causes: []string{"tokens of two logins are mixed"}, fixes: []fix{do("check the two of one answer")}},
	}
}

func clientTokens() []row {
	return []row{
		{id: "CL-42", when: step("OpenID Connect Core 12.2"), spec: "OpenID Connect Core 12.2", what: "the ID token of the refresh does not fit the first one: {expected|a claim differs}: {got|see both}", causes: []string{"sessions or accounts are mixed at the provider", "the provider sets auth_time, aud or iss anew at each refresh"}, fixes: []fix{do("do not use the answer when sub or iss differ; log in again"), enter("compare the two", "oidcscope diff OLD NEW")}},
		{id: "CL-14", when: step("OpenID Connect Core 5.3.2", says("userinfo answer with sub")), spec: "OpenID Connect Core 5.3.2", what: "the userinfo answer has no sub", causes: []string{"the provider's userinfo is not that of OpenID Connect", "a mapping took sub away"}, fixes: []fix{do("without sub the answer can't be tied to the login: don't use it"), readLog()}},
		{id: "CL-14", when: step("OpenID Connect Core 5.3.2", says("answer for the client")), spec: "OpenID Connect Core 5.3.2", what: "the signed userinfo answer is for another client: {got|see its aud}", causes: []string{"the provider puts another audience into it", "an answer was passed on from another client"}, fixes: []fix{enter("its aud has to hold", "{client_id}")}},
		{id: "CL-14", when: step("OpenID Connect Core 5.3.2"), spec: "OpenID Connect Core 5.3.2", what: "userinfo speaks of another person than the ID token: sub differs", causes: []string{"tokens of two sessions are mixed", "an attack: another access token was put in"}, fixes: []fix{do("do not use the answer; log in again")}},
		{id: "CL-19", when: step("OpenID Connect Core 3.1.3.3"), spec: "OpenID Connect Core 3.1.2.1, 3.1.3.3", what: "no ID token came", causes: []string{"the scope openid did not arrive, or was not granted", "the provider is plain OAuth 2.0 (GitHub)", "the client may not have openid"}, fixes: []fix{enter("ask for it", `--scope "openid profile email"`), do("or see who logged in with the provider's own userinfo")}},
		{id: "CL-19", text: []pattern{"no id_token", "id_token not present", "missing id_token", "id_token is missing", "no id token", "id token missing", "id_token missing"}, when: text, spec: "OpenID Connect Core 3.1.2.1", what: "no ID token came", causes: []string{"the scope openid is missing", "the provider is plain OAuth 2.0"}, fixes: []fix{enter("ask for it", `--scope "openid profile email"`)}},
		{id: "CL-20", text: []pattern{"no refresh token", "refresh token is not set", "refresh_token is missing", "missing refresh_token", "no refresh_token"}, when: text, spec: "OpenID Connect Core 11", what: "no refresh token came", causes: []string{"offline_access was not asked for (at Google: access_type=offline)", "the consent was given earlier: it has to be asked again", "the refresh grant is not enabled for the client"}, fixes: []fix{enter("ask for it", `--scope "openid offline_access"`), enter("at Google", "--param access_type=offline --param prompt=consent"), do("allow the grant refresh_token under {at_grant|the client's settings}")}},
		{id: "CL-21", text: []pattern{"access token is not a jwt", "jwt malformed", "not a valid jwt", "invalid number of segments", "not enough segments", "compact jws format", "jwt must have 3 parts", "idx12741", "idx14100", "token contains an invalid number of segments", "malformed jwt"}, when: text, spec: "RFC 6749 1.4", what: "the token is no JWT", causes: []string{"the access token is opaque by design (Google, GitHub, Auth0 without audience)", "another text was passed: with Bearer before it, in quotes, or cut"}, fixes: []fix{do("ask introspection or userinfo about it"), enter("at Auth0, ask for your API", "--audience https://api.example")}},
		{id: "CL-22", text: []pattern{"scope has changed", "granted scope", "not all requested scopes"}, when: text, spec: "RFC 6749 3.3, 5.1", what: "fewer scopes were granted than asked for", causes: []string{"a policy, or the person, left some out", "the provider writes them in another way or order"}, fixes: []fix{do("go by the scope of the answer; ask for the missing ones when they are needed")}},
		{id: "CL-23", text: []pattern{"expires_in", "cannot unmarshal*expires"}, when: text, spec: "RFC 6749 5.1", what: "expires_in is missing or no number", causes: []string{"Salesforce leaves it out, older servers send a string"}, fixes: []fix{do("tolerate it: take the lifetime as not known")}},
		{id: "CL-29", when: func(s *situation) bool {
			return own(s) && strings.HasPrefix(s.ref, "RFC 6749 5.1") && s.has("access_token")
		}, spec: "RFC 6749 5.1", what: "the token answer holds no access token", causes: []string{"an error in a form that is not known", "a proxy changed the answer"}, fixes: []fix{do("look at the answer as it came")}},
		{id: "CL-30", when: func(s *situation) bool { return own(s) && s.kind == flows.ProblemConfig && s.has("a provider with a") }, spec: "OpenID Connect Discovery 3", what: "the provider does not have the endpoint that this flow needs: {got|see the discovery document}", causes: []string{"the flow is not supported or not switched on there", "the discovery document leaves the endpoint out"}, fixes: []fix{do("choose another flow"), do("the provider's documentation may name the endpoint")}},
	}
}
