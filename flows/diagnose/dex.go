package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

const dexSource = "dexidp/dex server source"

func dex() []row {
	rows := []row{
		{id: "DX-01", text: []pattern{"unregistered redirect_uri"}, what: "the redirect URI is not in redirectURIs of the client", causes: []string{"it was never added, or with another port", "a public client may use any localhost port only while it has no redirectURIs at all"}, fixes: []fix{addRedirect(), do("or make the client public: true, and leave redirectURIs empty")}},
		{id: "DX-02", text: []pattern{"invalid client_id"}, what: "the client is not known", causes: []string{"it is not among staticClients", "a typing error"}, fixes: []fix{enter("add it: {at_client|staticClients}", "{client_id}")}},
		{id: "DX-03", text: []pattern{"missing required scope(s) ['openid']", "missing required scope"}, what: "the scope openid is missing", causes: []string{"openid was not asked for"}, fixes: []fix{enter("ask for it", `--scope "openid profile email"`)}},
		{id: "DX-03", text: []pattern{"unrecognized scope(s) ['{missing_scope}']", "unrecognized scope", "client can't request scope(s) ['{missing_scope}']", "client can't request scope"}, what: "a scope is not known to Dex or not for this client: {missing_scope|see the answer}", causes: []string{"Dex knows openid, profile, email, groups, offline_access and federated:id", "a cross-client scope (audience:server:client_id:…) needs this client in trustedPeers of the other"}, fixes: []fix{do("leave it out, or add this client to trustedPeers of the other")}},
		{id: "DX-04", text: []pattern{"pkce is required", "unsupported pkce challenge method"}, what: "Dex wants PKCE, or another method", causes: []string{"PKCE is enforced for the server", "code_challenge_method is neither S256 nor plain"}, fixes: []fix{sendChallenge()}},
		{id: "DX-05", text: []pattern{"expecting parameter code_verifier", "invalid code_verifier"}, what: "the code_verifier is missing or does not match the code challenge", causes: []string{"the verifier was not sent", "another verifier than that of the authorization request"}, fixes: []fix{oneVerifier()}},
		{id: "DX-06", text: []pattern{"no pkce flow started"}, what: "a code verifier came, but the authorization request had no challenge", causes: []string{"the authorization request was made without PKCE"}, fixes: []fix{sendChallenge()}},
		{id: "DX-07", text: []pattern{"invalid client credentials"}, what: "the client secret is wrong, or the client is not known", causes: []string{"the secret differs from staticClients[].secret", "the client id is not known", "old versions take client_secret_basic only"}, fixes: []fix{enter("send it in the header", "--auth-method client_secret_basic"), do("compare the secret: {at_secret|staticClients}"), checkClientID()}},
		{id: "DX-08", text: []pattern{"refresh token expired", "claimed by another client", "refresh token is invalid", "invalid refresh token"}, what: "the refresh token is over: it expired or was used already", causes: []string{"it expired (Dex says invalid_request where others say invalid_grant)", "rotation: it was used already", "it belongs to another client"}, fixes: []fix{signIn(), oneUser()}},
		{id: "DX-09", text: []pattern{"user session error", "user session has expired", "requested resource does not exist"}, what: "Dex has lost the state of this login", causes: []string{"the back button, or a bookmark of the login page", "storage in memory and a restart", "several replicas without a shared storage"}, fixes: []fix{restart(), do("give Dex a storage that its replicas share (not memory)")}},
		{id: "DX-10", text: []pattern{"not*in*required groups", "required groups"}, what: "the person is in none of the required groups", causes: []string{"the connector lets certain groups in only"}, fixes: []fix{assignUser(), do("or change groups in the connector's configuration")}},
		{id: "DX-11", text: []pattern{"failed to authenticate", "login error", "failed to return user's identity"}, mark: preset.Known, what: "the connector behind Dex refused or failed", causes: []string{"the upstream provider answered with an error", "its client id, secret or redirect URI (Dex's /callback) is wrong"}, fixes: []fix{readLog(), enter("register Dex's own address at the upstream provider", "{issuer}/callback")}},
		{id: "DX-12", text: []pattern{"invalid or expired code parameter", "code expired", "already claimed"}, mark: preset.Known, what: "the code is used or has expired", causes: []string{"it was redeemed already", "too much time passed"}, fixes: []fix{restart()}},
		{id: "DX-13", text: []pattern{"redirect_uri did not match"}, mark: preset.Known, what: "the redirect URI of the token request differs from that of the authorization request", causes: []string{"a slash, another port or host"}, fixes: []fix{sameRedirect()}},
	}
	return checkedIn(rows, dexSource)
}

// checkedIn fills in the source of rows that were checked in one place.
func checkedIn(rows []row, source string) []row {
	for i := range rows {
		if rows[i].mark == "" {
			rows[i].mark = preset.Checked
		}
		if rows[i].mark == preset.Checked && rows[i].source == "" {
			rows[i].source = source
		}
	}
	return rows
}
