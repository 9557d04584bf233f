package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// oktaList is where the words come from.
const oktaList = "Okta's OAuth error list (okta/okta-developer-docs, oauth2-error-codes.json)"

func okta() []row {
	rows := []row{
		{id: "OK-01", text: []pattern{"must be a login redirect uri", "must be a 'login redirect uri'", "whitelisted in the client app settings", "must be an absolute uri*whitelisted"}, what: "the redirect URI is not one of the app's Sign-in redirect URIs", causes: []string{"it was never added, or with another port: the comparison is exact", "http instead of https", "the client id is that of another app"}, fixes: []fix{addRedirect(), checkClientID()}},
		{id: "OK-02", text: []pattern{"pkce code challenge is required", "pkce is required"}, source: "goauthentik/authentik#16398", what: "the app requires PKCE, and the authorization request had no code_challenge", causes: []string{"the client is set to Require PKCE as additional verification", "the client library sends none"}, fixes: []fix{sendChallenge()}},
		{id: "OK-03", text: []pattern{"invalid value for 'client_id'"}, what: "the client id is not known at this server", causes: []string{"another organization, or the preview one", "the app was deactivated", "a typing error"}, fixes: []fix{checkClientID(), enter("compare the organization's address", "{issuer}")}},
		{id: "OK-04", text: []pattern{"client secret supplied for a confidential client is invalid"}, what: "the client secret is wrong", causes: []string{"the secret was replaced", "the secret of another app"}, fixes: []fix{newSecret()}},
		{id: "OK-05", text: []pattern{"browser requests to the token endpoint must use proof key"}, what: "a token request with an Origin header needs PKCE", causes: []string{"the request comes from a browser, or a proxy adds Origin"}, fixes: []fix{sendChallenge(), do("send no Origin header")}},
		{id: "OK-06", text: []pattern{"whitelisted redirect_uri", "trusted origin"}, what: "the origin of the request is not trusted", causes: []string{"a page in a browser calls Okta, and its origin is not on the list"}, fixes: []fix{enter("add it: Security > API > Trusted Origins", "{origin}")}},
		{id: "OK-07", text: []pattern{"pkce verification failed"}, what: "the code_verifier does not hash to the code_challenge", causes: []string{"another verifier than that of the authorization request", "hash or encoding differ"}, fixes: []fix{oneVerifier()}},
		{id: "OK-08", text: []pattern{"authorization code is invalid or has expired"}, what: "the code is used or has expired: it lives 60 seconds", causes: []string{"too much time passed between login and exchange", "it was redeemed already"}, fixes: []fix{restart()}},
		{id: "OK-09", text: []pattern{"does not match the redirection uri used"}, what: "the redirect URI of the token request differs from that of the authorization request", causes: []string{"a slash, a port or the scheme differs", "it was left out"}, fixes: []fix{sameRedirect()}},
		{id: "OK-10", text: []pattern{"issued to another client", "was not issued to this client"}, what: "the code or token was issued to another client", causes: []string{"two client ids are mixed up"}, fixes: []fix{checkClientID()}},
		{id: "OK-11", text: []pattern{"refresh token is invalid or expired"}, what: "the refresh token is over", causes: []string{"rotation: it was used already", "it expired by the policy of the server", "it was revoked"}, fixes: []fix{signIn(), oneUser()}},
		{id: "OK-12", text: []pattern{"not configured for the authorization server resource"}, what: "a scope is not defined on this authorization server", causes: []string{"the organization's server and custom servers have different scopes: the wrong one was asked", "the scope was not added"}, fixes: []fix{enter("look whether this is the server that has the scope", "{issuer}"), allowScope()}},
		{id: "OK-13", text: []pattern{"offline_access scope", "'offline_access' scope"}, what: "offline_access is not allowed for this request", causes: []string{"the grant Refresh Token is off at the app", "a login that is made in a browser"}, fixes: []fix{do("tick Refresh Token: {at_grant|Grant type}"), enter("or leave it out", `--scope "openid profile email"`)}},
		{id: "OK-14", text: []pattern{"user is not assigned", "you are not allowed to access this app"}, what: "the person is not assigned to the app", causes: []string{"neither the person nor one of their groups is assigned"}, fixes: []fix{assignUser()}},
		{id: "OK-15", text: []pattern{"policy evaluation failed"}, what: "no rule of the authorization server's access policy allows this request", causes: []string{"no rule covers this client, grant, person or scope"}, fixes: []fix{enter("add a rule: Security > API > the server > Access Policies", "{grant_type}"), do("name the client in the policy, and the grant and scopes in the rule")}},
		{id: "OK-16", text: []pattern{"all the requested scopes were rejected", "requested scopes were rejected", "denied scopes"}, what: "the policy rejected the scopes", causes: []string{"the rule allows other scopes", "the person declined them"}, fixes: []fix{allowScope()}},
		{id: "OK-17", text: []pattern{"not authorized to use the provided grant type"}, take: []pattern{"configured grant types: [{offered_grants}]"}, what: "the grant is not enabled on the app (it has: {offered_grants|others})", causes: []string{"the grant is not ticked", "device codes need an app of type Native"}, fixes: []fix{allowGrant()}},
		{id: "OK-18", text: []pattern{"cannot use a custom authorization server"}, what: "the organization can't use a custom authorization server", causes: []string{"API Access Management is not part of the licence"}, fixes: []fix{enter("use the organization's own server", "https://{host|DOMAIN.okta.com}")}},
		{id: "OK-19", text: []pattern{"audience claim for client_assertion must be the endpoint", "audience claim for client_assertion"}, what: "aud of the client assertion is not the endpoint that was called", causes: []string{"aud is the issuer instead of the token endpoint"}, fixes: []fix{enter("put the called endpoint there", "{endpoint}"), enter("the token endpoint", "{token_endpoint}")}},
		{id: "OK-20", text: []pattern{"expires too far in the future", "must be issued before", "client_assertion token*expired"}, what: "the times of the client assertion are not acceptable", causes: []string{"it lives longer than an hour", "the clock is wrong"}, fixes: []fix{syncClock(), do("let it live a few minutes")}},
		{id: "OK-21", text: []pattern{"more than five minutes in the past", "dpop*issued in the future", "issued in the future"}, what: "the times of the DPoP proof are not acceptable", causes: []string{"the clock is wrong", "a proof was used twice"}, fixes: []fix{syncClock()}},
		{id: "OK-22", code: []string{"use_dpop_nonce"}, what: "Okta wants its nonce in the DPoP proof", causes: []string{"the first request never has one: this is normal"}, fixes: []fix{do("repeat the request with the value of the header DPoP-Nonce in the proof")}},
		{id: "OK-23", text: []pattern{"require user consent", "requires user consent"}, code: []string{"consent_required", "access_denied", "invalid_request"}, what: "consent is needed", causes: []string{"the scopes need it, and the request was silent"}, fixes: []fix{askConsent()}},
		{id: "OK-24", text: []pattern{"existing session", "re-authentication or mfa", "the client specified not to prompt"}, what: "a silent login was tried, but the person has to do something", causes: []string{"there is no session", "a second factor or a new login is due"}, fixes: []fix{noSilence()}},
		{id: "OK-25", text: []pattern{"exceeded rate limit", "rate limit exceeded", "api call exceeded"}, what: "too many requests", causes: []string{"the organization's or client's limit is reached", "tokens are not kept between calls"}, fixes: []fix{do("wait until the time in X-Rate-Limit-Reset, keep tokens until they expire")}},
		{id: "OK-26", text: []pattern{"either the client or the client credentials are invalid", "client authentication failed"}, what: "client authentication failed: the secret is wrong, or the client is not known at this authorization server", causes: []string{"the secret was replaced, or belongs to another app", "the client is not known at this authorization server (organization and custom servers, preview)", "the app wants another method"}, fixes: []fix{checkClientID(), newSecret(), switchMethod()}},
		{id: "OK-27", code: []string{"authorization_pending"}, what: "the device login is waiting for the person", causes: []string{"the person has not finished yet: this is the normal answer until then"}, fixes: []fix{keepPolling()}},
		{id: "OK-28", code: []string{"slow_down"}, what: "the device login is asked for too often: polled faster than the interval", causes: []string{"requests came faster than the interval"}, fixes: []fix{do("wait 5 seconds longer between two requests, from now on")}},
		{id: "OK-29", code: []string{"e0000004", "e0000011", "e0000006", "e0000007"}, mark: preset.Known, what: "Okta's own interface refused: {description|see its code}", causes: []string{"name or password is wrong, a token is not valid, or a permission is missing"}, fixes: []fix{readLog()}},
	}
	for i := range rows {
		rows[i].spec = oktaList
		if rows[i].mark == "" {
			rows[i].mark = preset.Checked
		}
		if rows[i].source == "" {
			rows[i].source = oktaList
		}
	}
	return rows
}
