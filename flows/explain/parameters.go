package explain

// parameter is a member of a request or an answer of OAuth 2.0 and OpenID Connect.
type parameter struct{ name, where, text, ref string }

// Where parameters travel.
const (
	inAuthorize = "authorization request"
	inRedirect  = "authorization response"
	inToken     = "token request"
	inAnswer    = "token response"
	inDevice    = "device authorization response"
	inLogout    = "logout request"
	inManage    = "introspection and revocation"
	inHeader    = "HTTP header"
	inMetadata  = "discovery document"
)

func parameters() []parameter {
	return []parameter{
		{"acr_values", inAuthorize, "Levels of authentication that are wished for, the preferred one first. The provider may ignore them; the token's acr says what was done. The claims parameter can demand one.", "OpenID Connect Core 3.1.2.1"},
		{"actor_token", inToken, "Token of the party that acts for somebody else, in a token exchange.", "RFC 8693 2.1"},
		{"assertion", inToken, "Signed JWT or SAML assertion that takes the place of a code: the grant itself.", "RFC 7521 4.1"},
		{"audience", inToken, "Which API the token is for. A parameter of some providers (Auth0) and of token exchange; the general one is resource.", "RFC 8693 2.1"},
		{"auth_req_id", inToken, "Name of a login that was asked for in the background (CIBA); the client polls with it.", "CIBA Core 7.3"},
		{"authorization_details", inAuthorize, "Rights in detail, as JSON: which account, which amount. What scope can't say.", "RFC 9396 2"},
		{"binding_message", inAuthorize, "Text that both devices show, so that the person can tell that they belong together.", "CIBA Core 7.1"},
		{"claims", inAuthorize, "JSON that asks for single claims, in the ID token or at userinfo, and can call them essential.", "OpenID Connect Core 5.5"},
		{"client_assertion", inToken, "JWT by which the client proves who it is, instead of a secret (private_key_jwt, client_secret_jwt).", "RFC 7523 2.2"},
		{"client_assertion_type", inToken, "Says what kind of client_assertion is sent: for JWT always urn:ietf:params:oauth:client-assertion-type:jwt-bearer.", "RFC 7523 2.2"},
		{"client_id", inAuthorize, "Name by which the provider knows the client. It is no secret.", "RFC 6749 2.2"},
		{"client_notification_token", inAuthorize, "Bearer token with which the provider calls the client back (CIBA ping and push).", "CIBA Core 7.1"},
		{"client_secret", inToken, "Password of a confidential client. Programs that people install can't keep one.", "RFC 6749 2.3.1"},
		{"code", inRedirect, "One-time voucher for tokens, good for a minute or so. It comes through the browser, so others may see it: PKCE makes it worthless to them.", "RFC 6749 4.1.2"},
		{"code_challenge", inAuthorize, "Hash of the code_verifier, sent first. Whoever redeems the code has to show what it was made of.", "RFC 7636 4.3"},
		{"code_challenge_method", inAuthorize, "How the challenge was made: S256 (SHA-256). plain is there for old clients only, and protects nothing that can be seen.", "RFC 7636 4.3"},
		{"code_verifier", inToken, "Random text of 43 to 128 characters that only this client knows; its hash was sent with the authorization request.", "RFC 7636 4.5"},
		{"device_code", inDevice, "Secret with which the device polls for its tokens.", "RFC 8628 3.2"},
		{"display", inAuthorize, "How the login page should be shown: page, popup, touch, wap. Hardly any provider cares.", "OpenID Connect Core 3.1.2.1"},
		{"dpop_jkt", inAuthorize, "Thumbprint of the DPoP key, so that the code too is bound to it.", "RFC 9449 10"},
		{"error", inRedirect, "Code of what went wrong. `explain` knows the codes; `diagnose` the answers of providers.", "RFC 6749 4.1.2.1"},
		{"error_description", inRedirect, "What went wrong, for developers; anything may stand in it.", "RFC 6749 4.1.2.1"},
		{"error_uri", inRedirect, "Page with more about the error. It comes from outside: look at it before you open it.", "RFC 6749 4.1.2.1"},
		{"expires_in", inAnswer, "How many seconds the access token lives, counted from the answer. A hint: the provider may end it earlier.", "RFC 6749 5.1"},
		{"grant_type", inToken, "What the client brings to get tokens: authorization_code, refresh_token, client_credentials, or the name of an extension.", "RFC 6749 4.1.3"},
		{"id_token_hint", inLogout, "ID token of the session that is meant. Also in an authorization request, with prompt=none.", "OpenID Connect RP-Initiated Logout 2"},
		{"interval", inDevice, "Seconds to wait between two polls; 5 when absent. slow_down adds 5.", "RFC 8628 3.2"},
		{"iss", inRedirect, "Issuer that sent the answer. It keeps a client that knows several providers from sending a code to the wrong one (mix-up).", "RFC 9207 2"},
		{"issued_token_type", inAnswer, "What kind of token a token exchange has given.", "RFC 8693 2.2.1"},
		{"login_hint", inAuthorize, "Who wants to log in: an address or name for the form to be filled with.", "OpenID Connect Core 3.1.2.1"},
		{"logout_hint", inLogout, "Who wants to log out, when there is no ID token to say it.", "OpenID Connect RP-Initiated Logout 2"},
		{"max_age", inAuthorize, "How many seconds ago the last real login may be. The token then must have auth_time. 0 asks for a new login.", "OpenID Connect Core 3.1.2.1"},
		{"nonce", inAuthorize, "Random value that comes back in the ID token and ties it to this login.", "OpenID Connect Core 3.1.2.1"},
		{"password", inToken, "The person's password, given to the client: the grant of that name is not to be used any more.", "RFC 9700 2.4"},
		{"post_logout_redirect_uri", inLogout, "Where the browser goes after the logout. It has to be registered.", "OpenID Connect RP-Initiated Logout 2"},
		{"prompt", inAuthorize, "What to show: none (nothing, or fail), login (ask again), consent, select_account, create.", "OpenID Connect Core 3.1.2.1"},
		{"redirect_uri", inAuthorize, "Where the answer goes. It is compared with what was registered, character by character; only the port of a loopback address may differ. The token request repeats it.", "RFC 6749 3.1.2, RFC 9700 2.1, RFC 8252 7.3"},
		{"refresh_token", inAnswer, "Gets new access tokens without a login. Worth as much as a password; public clients get a new one each time.", "RFC 6749 6, RFC 9700 4.14"},
		{"registration", inAuthorize, "Client metadata in the request itself, for self-issued providers.", "OpenID Connect Core 7.2.1"},
		{"request", inAuthorize, "The whole request as a signed JWT, so that nobody can change it on the way through the browser.", "RFC 9101 5"},
		{"request_uri", inAuthorize, "Reference to a request that the provider has already: from a pushed authorization request (PAR), or an address to fetch it from.", "RFC 9126 2.2, RFC 9101 5.2"},
		{"requested_token_type", inToken, "Kind of token that a token exchange should give.", "RFC 8693 2.1"},
		{"resource", inAuthorize, "Address of the API that the token is for; it ends up in aud. May occur more than once.", "RFC 8707 2"},
		{"response_mode", inAuthorize, "How the answer comes back: query, fragment, form_post, or signed (jwt).", "OAuth 2.0 Multiple Response Types 2.1"},
		{"response_type", inAuthorize, "What the browser brings back. code is the one to use; token and id_token are the implicit flow.", "RFC 6749 3.1.1"},
		{"scope", inAuthorize, "Rights that are asked for, separated by blanks. openid makes it OpenID Connect; offline_access asks for a refresh token. The answer repeats it when it gives less.", "RFC 6749 3.3"},
		{"session_state", inRedirect, "Lets a page notice that the session at the provider has changed.", "OpenID Connect Session Management 2"},
		{"state", inAuthorize, "Random value that comes back with the answer and ties it to this browser: without it somebody else's login could be slipped in.", "RFC 6749 10.12"},
		{"subject_token", inToken, "Token of the person for whom something is to be done, in a token exchange.", "RFC 8693 2.1"},
		{"subject_token_type", inToken, "What kind of token the subject_token is.", "RFC 8693 2.1"},
		{"token", inManage, "The token that is asked about or revoked.", "RFC 7662 2.1, RFC 7009 2.1"},
		{"token_type", inAnswer, "How to use the access token: Bearer, DPoP, N_A.", "RFC 6749 7.1"},
		{"token_type_hint", inManage, "access_token or refresh_token: saves the provider a search.", "RFC 7009 2.1"},
		{"ui_locales", inAuthorize, "Languages for the login page, the preferred one first.", "OpenID Connect Core 3.1.2.1"},
		{"user_code", inDevice, "Short code that the person types in on another device.", "RFC 8628 3.2"},
		{"username", inToken, "The person's name, in the password grant, which is not to be used any more.", "RFC 9700 2.4"},
		{"verification_uri", inDevice, "Address where the person types in the user_code. Some providers call it verification_url.", "RFC 8628 3.2"},
		{"verification_uri_complete", inDevice, "The same with the code in it, for a QR code. Whoever opens it must still compare the code.", "RFC 8628 3.3.1"},

		{"Authorization", inHeader, "Carries credentials: Basic with client id and secret, Bearer or DPoP with an access token.", "RFC 6750 2.1, RFC 9449 7.1"},
		{"DPoP", inHeader, "Proof, made for this one request, that the sender holds the key which the token is bound to.", "RFC 9449 4"},
		{"DPoP-Nonce", inHeader, "Value of the server that the next DPoP proof has to carry.", "RFC 9449 8"},
		{"WWW-Authenticate", inHeader, "With 401 and 403: which scheme is wanted, and as error why the token was not good enough.", "RFC 6750 3"},
		{"Accept", inHeader, "Which kinds of answer the sender can read, the preferred one first. At userinfo application/jwt can ask for a signed answer.", "RFC 9110 12.5.1"},
		{"Access-Control-Allow-Origin", inHeader, "Which web pages may read this answer from a script. Without it a login that runs in the browser (a single-page app) fails there, and works everywhere else.", "Fetch 3.3.3"},
		{"Cache-Control", inHeader, "How long an answer may be kept. Answers with tokens must say no-store; on a key set max-age says how soon a new key is seen.", "RFC 9111 5.2, RFC 6749 5.1"},
		{"Content-Type", inHeader, "What the body is: application/x-www-form-urlencoded in a token request, application/json in its answer, application/jwt when userinfo is signed.", "RFC 9110 8.3, RFC 6749 5.1"},
		{"Date", inHeader, "The server's clock when it answered. When it differs from yours by minutes, tokens seem expired, or not yet valid.", "RFC 9110 6.6.1"},
		{"ETag", inHeader, "Name of this version of a document; a key set that has the same one has not changed.", "RFC 9110 8.8.3"},
		{"Location", inHeader, "Where a redirect leads. In a login it carries the code, or the error, back to the redirect URI.", "RFC 9110 10.2.2, RFC 6749 4.1.2"},
		{"Pragma", inHeader, "no-cache for caches of 1996. RFC 6749 asked for it beside Cache-Control; today it does nothing.", "RFC 9111 5.4, RFC 6749 5.1"},
		{"Retry-After", inHeader, "With 429 and 503: how long to wait before asking again, in seconds or as a date.", "RFC 9110 10.2.3"},
		{"Set-Cookie", inHeader, "The provider remembers the browser by it: the session that single sign-on and prompt=none depend on.", "RFC 6265 4.1"},
		{"Strict-Transport-Security", inHeader, "Tells browsers to come by HTTPS only, from now on.", "RFC 6797 6.1"},
		{"User-Agent", inHeader, "Which program asks. Some gateways refuse those that they don't know.", "RFC 9110 10.1.5"},

		{"authorization_endpoint", inMetadata, "Where the browser is sent to log in.", "OpenID Connect Discovery 3"},
		{"token_endpoint", inMetadata, "Where codes and refresh tokens are turned into tokens, from program to program.", "OpenID Connect Discovery 3"},
		{"userinfo_endpoint", inMetadata, "Gives claims about the person for an access token.", "OpenID Connect Core 5.3"},
		{"jwks_uri", inMetadata, "Where the provider's public keys are.", "OpenID Connect Discovery 3"},
		{"registration_endpoint", inMetadata, "Where a program can register itself as a client.", "RFC 7591 3"},
		{"introspection_endpoint", inMetadata, "Says whether a token is still good, and what it means.", "RFC 7662 2"},
		{"revocation_endpoint", inMetadata, "Ends a token before its time.", "RFC 7009 2"},
		{"end_session_endpoint", inMetadata, "Where the browser is sent to log out.", "OpenID Connect RP-Initiated Logout 2.1"},
		{"device_authorization_endpoint", inMetadata, "Where a device without a browser begins its login.", "RFC 8628 3.1"},
		{"pushed_authorization_request_endpoint", inMetadata, "Takes the parameters of a login beforehand, from program to program (PAR).", "RFC 9126 2"},
		{"backchannel_authentication_endpoint", inMetadata, "Begins a login on another device of the person (CIBA).", "CIBA Core 7"},
	}
}
