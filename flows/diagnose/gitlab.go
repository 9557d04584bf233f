package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// doorkeeper is the library behind GitLab, whose words these are.
const doorkeeper = "Doorkeeper config/locales/en.yml"

func gitlab() []row {
	return []row{
		{id: "GL-01", text: []pattern{"redirect uri included is not valid", "requested redirect uri is malformed or doesn't match"}, mark: preset.Checked, source: doorkeeper + "; hackmdio/codimd#141", what: "the redirect URI does not match one of the application's", causes: []string{"a slash at the end or another path", "another port: only the loopback addresses may vary it", "localhost where 127.0.0.1 is registered, or the other way round"}, fixes: []fix{addRedirect(), enter("use the address, whose port may vary", "--redirect-uri http://127.0.0.1/callback")}},
		{id: "GL-02", text: []pattern{"client authentication failed due to unknown client", "client authentication failed"}, mark: preset.Checked, source: doorkeeper, what: "client authentication failed: the secret of a confidential application is missing or wrong, or the id is wrong", causes: []string{"Confidential is ticked, and no secret was sent", "the secret or the id is wrong", "it was sent in a way that is not accepted"}, fixes: []fix{do("untick Confidential: {at_client|the application}, for a tool on a machine"), do("or send the secret (--client-secret)"), checkClientID(), switchMethod()}},
		{id: "GL-03", grant: []string{"refresh_token"}, text: []pattern{"authorization grant is invalid, expired, revoked"}, mark: preset.Checked, source: "oauth2-proxy/oauth2-proxy#1780", what: "the refresh token is over", causes: []string{"rotation: it was used already", "it was revoked"}, fixes: []fix{signIn(), oneUser()}},
		{id: "GL-03", text: []pattern{"authorization grant is invalid, expired, revoked"}, mark: preset.Checked, source: "Dynatrace/ace-box#580; oauth2-proxy/oauth2-proxy#1780", what: "the code, refresh token or password is not good; GitLab has one text for all of it", causes: []string{"the code was redeemed already, or has expired", "the redirect URI differs from that of the authorization request", "the refresh token was used already (rotation) or revoked", "password grant: wrong name or password, or a second factor is on", "the code verifier does not match"}, fixes: []fix{restart(), sameRedirect(), oneUser()}},
		{id: "GL-04", text: []pattern{"requested scope is invalid, unknown, or malformed"}, mark: preset.Checked, source: doorkeeper, what: "the application does not have a scope that was asked for", causes: []string{"it is not ticked at the application", "a typing error"}, fixes: []fix{allowScope(), fewerScopes()}},
		{id: "GL-05", text: []pattern{"code challenge is required", "code_challenge_method must be"}, mark: preset.Checked, source: doorkeeper, what: "PKCE is required", causes: []string{"the request has no code challenge", "its method is not accepted"}, fixes: []fix{sendChallenge()}},
		{id: "GL-06", text: []pattern{"more than one mechanism for authenticating the client"}, mark: preset.Checked, source: doorkeeper, what: "the client authenticated in two ways at once", causes: []string{"a library sends the Basic header and the form fields"}, fixes: []fix{enter("choose one", "--auth-method client_secret_basic")}},
		{id: "GL-07", text: []pattern{"access token expired", "access token was revoked", "access token is invalid"}, mark: preset.Known, what: "the access token is not valid any more", causes: []string{"it has expired (2 hours)", "it was revoked, or is of another server"}, fixes: []fix{do("refresh it, or log in again")}},
		{id: "GL-08", text: []pattern{"client is not authorized to perform this request", "does not support this response type"}, mark: preset.Known, what: "the application may not use this grant or response type", causes: []string{"the grant is off at this server", "response_type is not code"}, fixes: []fix{enter("use the code flow", "response_type=code")}},
	}
}
