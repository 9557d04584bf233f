package diagnose

import "github.com/oidcscope/oidcscope/flows/preset"

// entraList is Microsoft's list of these numbers. It warns that they may change: the number is tried first, and when it is
// not here, the words and the OAuth error decide.
const entraList = "Microsoft Entra error codes (learn.microsoft.com/entra/identity-platform/reference-error-codes)"

// entra is Microsoft Entra ID. It has a number for everything, so a row is little more than the number's meaning.
func entra() []row {
	rows := append(entraClient(), entraGrant()...)
	rows = append(rows, entraTenant()...)
	rows = append(rows, entraPerson()...)
	rows = append(rows, entraRequest()...)
	rows = append(rows, row{id: "ENT-0", text: []pattern{"aadsts{number}:", "aadb2c{number}:"}, mark: preset.Known, spec: entraList,
		what:   "Entra answers with a number that is not explained here: {description|see its words}",
		causes: []string{"what its words say: this number is not one of those that are explained here"},
		fixes:  []fix{enter("look the number up", "https://login.microsoftonline.com/error?code={number}"), do("find the attempt by its trace id in {at_log|the sign-in logs}")}})
	for i := range rows {
		if rows[i].spec == "" {
			rows[i].spec, rows[i].mark, rows[i].source = entraList, orMark(rows[i].mark, preset.Checked), "Entra error reference"
		}
	}
	return rows
}

func orMark(a, b preset.Mark) preset.Mark {
	if a != "" {
		return a
	}
	return b
}

func aadsts(numbers ...string) []string {
	subs := make([]string, len(numbers))
	for i, n := range numbers {
		subs[i] = "AADSTS" + n
	}
	return subs
}

const (
	entraPublic   = "Entra admin center > App registrations > the app > Authentication > Allow public client flows: Yes"
	entraPlatform = "Entra admin center > App registrations > the app > Authentication > Platform configurations > Mobile and desktop applications"
)

// entraClient is about who the client is and how it proves that.
func entraClient() []row {
	return []row{
		{id: "ENT-01", sub: aadsts("50011", "500112"), take: []pattern{"redirect uri '{redirect_uri}' specified", "reply url specified", "reply address '{redirect_uri}'"},
			what:   "the redirect URI is not registered for this app",
			causes: []string{"it was never added, or under another platform", "case, port or a slash at the end differs", "http with another host than localhost", "behind a proxy the app made the address of its inside name"},
			fixes:  []fix{enter("add exactly this redirect URI at "+entraPlatform, "{register_uri}"), checkClientID()}},
		{id: "ENT-02", sub: aadsts("7000218"), what: "Entra takes the app for a confidential client: it wants client_secret or client_assertion",
			causes: []string{"public client flows are not allowed for the app", "the redirect URI is registered under Web only, which makes the client confidential", "a device login on an app that is registered as confidential"},
			fixes:  []fix{do("allow public client flows: " + entraPublic), enter("register the redirect URI at "+entraPlatform, "{register_uri}"), do("or, if the app is meant to be confidential, send its secret (--client-secret)")}},
		{id: "ENT-63", sub: aadsts("500113"), mark: preset.Known, spec: entraList, what: "no redirect URI is registered for the app at all", causes: []string{"the app was made without a platform, or under another one than it is used for"}, fixes: []fix{addRedirect()}},
		{id: "ENT-64", sub: aadsts("28002"), mark: preset.Known, spec: entraList, what: "the scope of the token request is empty or malformed, or not one that an access token can be given for", causes: []string{"scope is empty", "only openid, profile or offline_access of another resource was asked for", "scopes are joined with commas instead of spaces"}, fixes: []fix{do("ask for at least one scope of one resource, separated by spaces"), fewerScopes()}},
		{id: "ENT-04", sub: aadsts("700016", "70001"), what: "the app {client_id|of the request} is not found in the tenant that was asked",
			causes: []string{"the tenant in the address is another one than the app's", "the client id is wrong", "nobody in the tenant has consented to the app yet", "another cloud (government, China)"},
			fixes:  []fix{checkClientID(), enter("use the tenant that the app is registered in", "https://login.microsoftonline.com/TENANT-GUID/v2.0"), do("or sign in with an account of the app's tenant")}},
		{id: "ENT-19", sub: aadsts("7000215"), what: "the client secret is wrong",
			causes: []string{"the secret's id was copied instead of its value", "the secret holds characters that were not encoded", "the secret belongs to another app"},
			fixes:  []fix{do("copy the column Value, not Secret ID; it is shown only once: {at_secret|Certificates & secrets}"), newSecret(), enter("or send the secret in the body", "--auth-method client_secret_post")}},
		{id: "ENT-20", sub: aadsts("7000222"), what: "the client secret has expired", causes: []string{"the secret is past its end date"},
			fixes: []fix{newSecret(), do("or authenticate with a certificate (private_key_jwt)")}},
		{id: "ENT-21", sub: aadsts("700025"), what: "a secret or assertion was sent, but the client is public", causes: []string{"the app is marked as public, so credentials are refused"},
			fixes: []fix{enter("send no secret", "--auth-method none"), do("or make the client confidential: a redirect URI under Web, public client flows off")}},
		{id: "ENT-22", sub: aadsts("700027"), what: "the signature of the client assertion does not hold", causes: []string{"the certificate's thumbprint (x5t) is not one of the app's", "another private key was used", "the certificate has expired"},
			fixes: []fix{do("upload the certificate whose key signs the assertion: {at_secret|Certificates & secrets} > Certificates"), do("put its thumbprint into the header x5t or x5t#S256")}},
		{id: "ENT-46", sub: aadsts("7000216"), what: "the client credentials grant came without a credential: client_secret or client_assertion is required", causes: []string{"the client secret is missing in the request", "it was sent under another name"},
			fixes: []fix{do("send the secret (--client-secret), or a client assertion"), newSecret()}},
		{id: "ENT-49", sub: aadsts("700024", "700021"), mark: preset.Known, what: "the client assertion is not within its time, or not for this endpoint", causes: []string{"the clock is wrong", "the assertion lives too long, or has expired", "its iss and sub are not the client id"},
			fixes: []fix{syncClock(), do("make a new assertion for each request, valid for a few minutes")}},
		{id: "ENT-50", sub: aadsts("700023", "700212"), mark: preset.Known, what: "the audience of the client assertion is not this token endpoint", causes: []string{"aud is the issuer or another tenant's endpoint"},
			fixes: []fix{enter("use the token endpoint as aud", "{token_endpoint}")}},
		{id: "ENT-51", sub: aadsts("700211", "700213", "70021", "700222"), mark: preset.Known, what: "no federated credential of the app matches the assertion that was presented", causes: []string{"issuer, subject or audience of the federated credential differ from the token's, to the character", "the credential was added a moment ago and has not spread"},
			fixes: []fix{do("compare iss, sub and aud of the token with Certificates & secrets > Federated credentials")}},
	}
}

// entraGrant is about codes, refresh tokens and PKCE.
func entraGrant() []row {
	return []row{
		{id: "ENT-08", sub: aadsts("70043"), what: "the refresh token ended: a sign-in frequency policy asks for a new login", causes: []string{"Conditional Access limits how long a session may last"},
			fixes: []fix{signIn(), do("or change the policy: Entra admin center > Protection > Conditional Access > Session > Sign-in frequency")}},
		{id: "ENT-09", sub: aadsts("700082"), what: "the refresh token was not used for too long", causes: []string{"inactivity"}, fixes: []fix{signIn()}},
		{id: "ENT-10", sub: aadsts("700084"), what: "the refresh token of a single-page app is over: it has a fixed lifetime of 24 hours", causes: []string{"the redirect URI is registered under the SPA platform"},
			fixes: []fix{signIn(), enter("tools belong to another platform: "+entraPlatform, "{register_uri}")}},
		{id: "ENT-11", sub: aadsts("54005"), what: "the code was redeemed already", causes: []string{"the exchange was made twice", "a retry after a timeout whose first try had worked"}, fixes: []fix{restart()}},
		{id: "ENT-12", sub: aadsts("70008"), what: "the code or refresh token has expired or was revoked", causes: []string{"too much time passed between login and exchange", "the tokens were revoked"}, fixes: []fix{restart()}},
		{id: "ENT-13", sub: aadsts("50173"), what: "the person's tokens were revoked, by the person or an administrator", causes: []string{"the password was changed or reset", "an administrator revoked the sessions"}, fixes: []fix{signIn()}},
		{id: "ENT-14", sub: aadsts("501481"), what: "the code verifier does not match the code challenge of the authorization request", causes: []string{"a new verifier was made for a retry", "hash or encoding differ"}, fixes: []fix{oneVerifier(), restart()}},
		{id: "ENT-15", sub: aadsts("50147", "501491"), what: "the code challenge has an invalid length or method", causes: []string{"base64 with padding or with + and / instead of base64url", "a plain challenge"}, fixes: []fix{do("send base64url without padding: 43 characters for S256"), sendChallenge()}},
		{id: "ENT-16", sub: aadsts("9002325"), mark: preset.Known, what: "PKCE is required to redeem a code from a browser's origin", causes: []string{"the token request has an Origin header, and the authorization request had no code challenge"}, fixes: []fix{sendChallenge()}},
		{id: "ENT-17", sub: aadsts("9002326"), what: "an Origin header was sent, but the redirect URI is not registered as single-page application", causes: []string{"the request comes from a browser, or a tool or proxy adds the Origin header", "the redirect URI is registered under Web or under Mobile and desktop"},
			fixes: []fix{do("send no Origin header to the token endpoint"), enter("or, for a page in a browser, register the redirect URI under Authentication > Single-page application", "{redirect_uri}")}},
		{id: "ENT-17", text: []pattern{"aadsts90023*single-page"}, what: "an Origin header was sent, but the redirect URI is not registered as single-page application", causes: []string{"the request comes from a browser, or a tool or proxy adds the Origin header"},
			fixes: []fix{do("send no Origin header to the token endpoint"), enter("or register the redirect URI under Authentication > Single-page application", "{redirect_uri}")}},
		{id: "ENT-18", sub: aadsts("9002327"), what: "the redirect URI is registered as single-page application: its codes can be redeemed only with an Origin header, from a browser", causes: []string{"a tool on a machine redeems the code of a redirect URI that is under SPA"},
			fixes: []fix{enter("move the redirect URI to "+entraPlatform, "{register_uri}")}},
		{id: "ENT-36", sub: aadsts("70016"), what: "the device login is waiting for the person", causes: []string{"the person has not finished yet: this is the normal answer until then"}, fixes: []fix{keepPolling()}},
		{id: "ENT-37", sub: aadsts("70018"), what: "the user code that was typed is wrong", causes: []string{"a typing error", "a code of an earlier attempt"}, fixes: []fix{do("type the code again as it is shown")}},
		{id: "ENT-38", sub: aadsts("70019", "70020"), what: "the device code has expired", causes: []string{"the person took longer than 15 minutes"}, fixes: []fix{newDeviceCode()}},
		{id: "ENT-39", sub: aadsts("90120"), what: "the device login was already used or declined", causes: []string{"a second tab finished it", "the person declined"}, fixes: []fix{newDeviceCode()}},
		{id: "ENT-40", sub: aadsts("700005"), what: "the code is redeemed at another tenant's endpoint than it was issued at", causes: []string{"authorization on common, exchange at a tenant, or the other way round"}, fixes: []fix{enter("use both endpoints of one discovery document", "{issuer}")}},
		{id: "ENT-41", sub: aadsts("50196"), what: "the client asks in a loop: the same request came too often", causes: []string{"tokens are not kept, so each call logs in", "a retry without a pause"}, fixes: []fix{do("keep the tokens until they expire, and wait longer after each failure")}},
		{id: "ENT-52", sub: aadsts("70000", "70002"), mark: preset.Known, what: "the code, refresh token or credential is not valid", causes: []string{"code or refresh token cut, damaged or used", "it was issued to another client", "the secret is wrong"}, fixes: []fix{restart(), checkClientID()}},
		{id: "ENT-53", sub: aadsts("50133", "50089", "70044", "50078"), mark: preset.Known, what: "the session has ended and needs a new login", causes: []string{"the password changed, or the session expired", "a policy asks for a new login"}, fixes: []fix{signIn()}},
		{id: "ENT-54", sub: aadsts("70003"), mark: preset.Known, what: "Entra does not support this grant", causes: []string{"a typing error in grant_type", "the grant is not one that Entra knows"}, fixes: []fix{enter("compare the grant type", "{grant_type}")}},
	}
}

// entraTenant is about which tenant and which endpoint.
func entraTenant() []row {
	return []row{
		{id: "ENT-23", sub: aadsts("50194"), what: "the app is for one tenant only, but the common endpoint was asked", causes: []string{"/common or /organizations with a single-tenant app"}, fixes: []fix{enter("use the tenant's own issuer", "https://login.microsoftonline.com/TENANT-GUID/v2.0"), do("or make the app multi-tenant: Authentication > Supported account types")}},
		{id: "ENT-24", sub: aadsts("9001023", "90124", "90130"), what: "this grant or app can't be used at /common or /consumers", causes: []string{"device, password or client credentials grant at the common endpoint"}, fixes: []fix{enter("use /organizations or the tenant", "https://login.microsoftonline.com/organizations/v2.0")}},
		{id: "ENT-25", sub: aadsts("9002332"), what: "the app is for work accounts only, but /consumers was asked", causes: []string{"the endpoint for personal accounts was chosen"}, fixes: []fix{enter("use the tenant's issuer", "https://login.microsoftonline.com/TENANT-GUID/v2.0")}},
		{id: "ENT-26", sub: aadsts("90002"), what: "the tenant is not found", causes: []string{"a typing error in the address", "another cloud (government, China)", "the tenant was deleted, or has no subscription"}, fixes: []fix{enter("compare the tenant in the issuer", "{issuer}")}},
		{id: "ENT-47", sub: aadsts("500201", "90027"), what: "a personal account or its token came to a version 1 endpoint", causes: []string{"the endpoint version: personal accounts work on version 2 only"}, fixes: []fix{enter("use the version 2 endpoints", "https://login.microsoftonline.com/common/v2.0")}},
		{id: "ENT-55", sub: aadsts("50059", "50128", "90072"), mark: preset.Known, what: "the tenant is not known from the request, or the account is not in it", causes: []string{"no tenant in the address and none in the account's name", "an account of another directory"}, fixes: []fix{enter("use the tenant's own issuer", "https://login.microsoftonline.com/TENANT-GUID/v2.0")}},
	}
}

// entraPerson is about consent, policies and accounts.
func entraPerson() []row {
	return []row{
		{id: "ENT-03", sub: aadsts("65001"), what: "nobody has consented to what the app asks for: interactive consent or an administrator's is missing", causes: []string{"the person was never asked", "a new scope was added", "the scope needs an administrator", "an old wl.* scope"},
			fixes: []fix{askConsent(), enter("or have an administrator grant it: {at_scope|API permissions} > Grant admin consent", "https://login.microsoftonline.com/organizations/adminconsent?client_id={client_id}")}},
		{id: "ENT-27", sub: aadsts("50020"), what: "the account is from another directory and not a guest in this one", causes: []string{"the wrong account was chosen", "the wrong tenant was asked"}, fixes: []fix{enter("choose the account again", "--param prompt=select_account"), do("or invite the person as a guest: Entra admin center > Users")}},
		{id: "ENT-28", sub: aadsts("50105"), what: "the person is not assigned to the app", causes: []string{"Assignment required is on for the app"}, fixes: []fix{assignUser()}},
		{id: "ENT-29", sub: aadsts("53003", "530032", "53000", "53001", "530003", "53002", "53004"), what: "Conditional Access blocks this login", causes: []string{"the device is not managed or not compliant", "the location, or the risk of the login", "device code logins are blocked by policy"},
			fixes: []fix{do("find the policy: {at_log|Sign-in logs} > the attempt > Conditional Access"), do("log in with a browser on a managed device instead of a device code"), askAdmin()}},
		{id: "ENT-30", sub: aadsts("50076", "50079", "50074", "50072", "50158"), what: "a second factor is needed", causes: []string{"the request was silent (refresh, prompt=none), and a policy asks for multi-factor authentication"}, fixes: []fix{do("log in interactively, so that the second factor can be asked for")}},
		{id: "ENT-45", sub: aadsts("90094", "90095", "90093"), what: "an administrator has to consent to this app", causes: []string{"the tenant does not let people consent themselves", "one of the permissions is for administrators"}, fixes: []fix{askAdmin(), enter("the address for the administrator", "https://login.microsoftonline.com/organizations/adminconsent?client_id={client_id}")}},
		{id: "ENT-48", sub: []string{"AADB2C90118"}, mark: preset.Known, what: "the person pressed Forgot password: B2C leaves that to the app", causes: []string{"the link was chosen, and the policy has no reset of its own"}, fixes: []fix{do("start a login with the password reset policy, or build the reset into the sign-in policy")}},
		{id: "ENT-48", sub: []string{"AADB2C90091"}, mark: preset.Known, what: "the person cancelled", causes: []string{"Cancel was pressed on the page"}, fixes: []fix{do("show that the login was cancelled, and offer it again")}},
		{id: "ENT-56", sub: aadsts("50126", "50034", "50056"), mark: preset.Known, what: "the user name or password is wrong, or the account is not known in this tenant", causes: []string{"a typing error", "an account of another tenant", "a federated account, whose password Entra does not have"}, fixes: []fix{do("log in in the browser instead of sending the password"), enter("choose the account again", "--param prompt=select_account")}},
		{id: "ENT-57", sub: aadsts("50057", "50053", "50055", "50144"), mark: preset.Known, what: "the account is locked, disabled, or its password has expired", causes: []string{"too many wrong passwords", "an administrator disabled the account", "the password is too old"}, fixes: []fix{do("have the account looked at: Entra admin center > Users"), readLog()}},
		{id: "ENT-58", sub: aadsts("50058", "16000", "50097"), mark: preset.Known, what: "a silent login was tried, but nobody is signed in, or not in a way that is enough", causes: []string{"prompt=none without a session", "the browser blocks third-party cookies"}, fixes: []fix{noSilence()}},
		{id: "ENT-59", sub: aadsts("65004"), mark: preset.Known, what: "the person declined the consent", causes: []string{"Cancel was pressed on the consent page"}, fixes: []fix{askConsent()}},
	}
}

// entraRequest is about the form of the request, its scopes and resources.
func entraRequest() []row {
	return []row{
		{id: "ENT-05", sub: aadsts("900144"), take: []pattern{"following parameter: '{parameter}'"}, what: "the parameter {parameter|named in the answer} is missing in the request's body", causes: []string{"the body is JSON instead of a form", "the value is empty", "the parameters are in the address instead of the body"}, fixes: []fix{enter("send the body as a form", "Content-Type: application/x-www-form-urlencoded"), enter("add the parameter", "{parameter}")}},
		{id: "ENT-06", sub: aadsts("90014"), take: []pattern{"required field '{parameter}'"}, what: "the field {parameter|named in the answer} is missing", causes: []string{"the body is JSON instead of a form, or the value is empty", "scope is missing on version 2, or resource on version 1"}, fixes: []fix{enter("add the field", "{parameter}"), enter("send the body as a form", "Content-Type: application/x-www-form-urlencoded")}},
		{id: "ENT-07", sub: aadsts("9002313", "90013", "90015"), what: "the request is malformed", causes: []string{"wrong encoding of the body", "stray quotes around a value", "the code was pasted with the & or # and what follows"}, fixes: []fix{do("compare the body as it was sent with the form encoding, value by value")}},
		{id: "ENT-31", sub: aadsts("70011"), take: []pattern{"the scope {missing_scope} isn't valid", "the scope {missing_scope} is not valid", "the following scopes are not valid: {missing_scope}"}, what: "the scope {missing_scope|that was asked for} is not valid", causes: []string{"a typing error", "the scope is not written with its resource in front (api://…/name, https://graph.microsoft.com/name)", "the resource does not offer this scope", ".default was mixed with other scopes"},
			fixes: []fix{enter("write it with the resource in front, or leave it out", "{missing_scope}"), allowScope(), enter("ask for .default alone, or for single scopes, not both", "https://graph.microsoft.com/.default")}},
		{id: "ENT-32", sub: aadsts("28003"), what: "scope is empty in the token request", causes: []string{"the scope was left out when the code was redeemed"}, fixes: []fix{enter("repeat the scope in the token request", "{scope}")}},
		{id: "ENT-33", sub: aadsts("700022"), what: "the scopes are of more than one resource", causes: []string{"scopes of two APIs in one request"}, fixes: []fix{do("ask for the scopes of one API in each token request; use the refresh token for the next")}},
		{id: "ENT-34", sub: aadsts("500011", "50001"), take: []pattern{"resource principal named {resource} was not found", "application named {resource} was not found"}, what: "the resource {resource|that was asked for} is not in the tenant", causes: []string{"the API is not installed in the tenant: nobody has consented to it", "its App ID URI is misspelled", "the wrong tenant"}, fixes: []fix{enter("compare with the API's App ID URI (Expose an API)", "{resource}"), askAdmin()}},
		{id: "ENT-35", sub: aadsts("650057", "65005", "650056", "650053"), what: "the permission or resource that is asked for is not declared by the app", causes: []string{"API permissions of the app do not list it", "the API has no such scope"}, fixes: []fix{do("add the permission: {at_scope|API permissions} > Add a permission"), allowScope()}},
		{id: "ENT-42", sub: aadsts("700054"), what: "response type id_token is not enabled for the app", causes: []string{"a hybrid or implicit login, while ID tokens are switched off"}, fixes: []fix{enter("use the code flow", "response_type=code"), do("or switch ID tokens on: Authentication > Implicit grant and hybrid flows")}},
		{id: "ENT-43", sub: aadsts("900561"), what: "the endpoint takes POST only", causes: []string{"GET at the token endpoint", "a redirect turned POST into GET"}, fixes: []fix{enter("send the request as", "POST")}},
		{id: "ENT-44", sub: aadsts("901002"), what: "the parameter resource is not for version 2", causes: []string{"a habit of version 1"}, fixes: []fix{enter("ask with scope instead of resource", "{resource}/.default")}},
		{id: "ENT-60", sub: aadsts("50012", "50013"), mark: preset.Known, what: "an assertion is invalid", causes: []string{"its audience, issuer or signature does not fit the app", "it has expired", "a token for Microsoft Graph was used as assertion"}, fixes: []fix{do("use an access token whose aud is this app as assertion"), syncClock()}},
		{id: "ENT-61", sub: aadsts("650052"), mark: preset.Known, what: "the app needs a service that the organization has not subscribed to or enabled", causes: []string{"the service principal of the API is missing in the tenant"}, fixes: []fix{askAdmin()}},
		{id: "ENT-62", sub: aadsts("90009", "90023"), mark: preset.Known, what: "the request asks for something that Entra does not allow for this app", causes: []string{"the app asks for a token for itself with its App ID URI", "an invalid combination of parameters"}, fixes: []fix{do("use the client id's GUID as resource when an app asks for a token for itself"), readLog()}},
	}
}
