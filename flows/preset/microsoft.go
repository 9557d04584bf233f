package preset

// microsoft are Entra ID's endpoints: one software, several kinds of tenants, and each kind with an issuer of its own form.
func microsoft() []Preset {
	entra := Preset{
		ID: "entra", Name: "Microsoft Entra ID", Aliases: []string{"azure", "azuread", "azure ad", "aad", "microsoft", "entra id", "entra-v2", "entra-id", "msal", "office365"}, Use: Login,
		Issuers:  []string{"https://login.microsoftonline.com/{tenant}/v2.0", "https://sts.windows.net/{tenant}/", "https://login.microsoftonline.us/{tenant}/v2.0", "https://login.partner.microsoftonline.cn/{tenant}/v2.0"},
		Register: "{tenant} is the GUID of the directory, not its domain; register http://localhost/callback as mobile and desktop application, then any port will do",
		Redirect: AnyPortName,
		Places: Places{
			Redirect: "Entra admin center > App registrations > the app > Authentication > Mobile and desktop applications", Client: "Entra admin center > App registrations",
			Secret: "Entra admin center > App registrations > the app > Certificates & secrets", Grant: "Entra admin center > App registrations > the app > Authentication > Allow public client flows",
			Scope: "Entra admin center > App registrations > the app > API permissions", User: "Entra admin center > Enterprise applications > the app > Users and groups",
			Log: "Entra admin center > Monitoring > Sign-in logs (search for the trace or correlation id)",
		},
		IssuerFact:      known("the tenant may be a domain in the address, but the issuer always names the GUID, so a domain never matches exactly"),
		DeviceFact:      checked("Allow public client flows must be on", "Azure/azure-sdk-for-go#22386"),
		ClientFact:      checked("S256 works although code_challenge_methods_supported is left out", "Drenso/symfony-oidc#93"),
		RedirectFact:    checked("http://localhost with any port, the path counts; 127.0.0.1 only through the manifest, [::1] not at all; register under Mobile and desktop, not Web (that makes the client confidential) and not SPA (that demands an Origin header); a redirect URI without a path comes back with a slash", "Microsoft Entra docs, reply URLs"),
		RefreshFact:     known("with the scope offline_access"),
		RotationFact:    checked("a new one each time, the old one stays valid; those of the SPA platform live 24 hours, whatever happens", "AADSTS700084 in the Entra error reference"),
		AccessTokenFact: checked("JWT; tokens for Microsoft Graph carry a nonce in the header and can be verified by Graph alone", "AzureAD identitymodel-extensions#609"),
		RevocationFact:  known("neither revocation nor introspection; end_session_endpoint yes"),
		CacheFact:       checked("max-age=86400, private", "recorded headers, 2022"),
		signs: signs{
			hosts: []string{"login.microsoftonline.com", "sts.windows.net", "login.windows.net", "login.microsoft.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"},
			marks: []string{"aadsts", "\"error_codes\":["},
			phrases: []string{"login.microsoftonline.com", "login.windows.net", "microsoft entra", "login.microsoft.com", "azure portal",
				"aka.ms/"},
		},
	}
	multi := func(id, name, tenant, aliases string) Preset {
		p := entra
		p.ID, p.Name, p.Aliases, p.Family = id, name, []string{aliases}, "entra"
		p.Issuers = []string{"https://login.microsoftonline.com/" + tenant + "/v2.0"}
		p.IssuerFact = checked("the document's issuer holds the literal {tenantid}: put the token's tid there, then compare; each key has an issuer member of its own that must agree", "recorded discovery document and key set")
		p.signs = signs{}
		return p
	}
	v1 := entra
	v1.ID, v1.Name, v1.Aliases, v1.Family = "entra-v1", "Microsoft Entra ID (version 1)", []string{"adfs-v1", "azuread-v1"}, "entra"
	v1.Issuers = []string{"https://sts.windows.net/{tenant}/"}
	v1.Discovery = "https://login.microsoftonline.com/{tenant}/.well-known/openid-configuration"
	v1.IssuerFact = checked("no /v2.0; the issuer is on another host and ends in a slash; a version 2 endpoint may still give version 1 access tokens, when the API's manifest says so", "recorded version 1 document; the last part is only known")
	v1.signs = signs{}
	b2c := entra
	b2c.ID, b2c.Name, b2c.Aliases, b2c.Family = "entra-b2c", "Azure AD B2C", []string{"b2c", "azure-b2c", "azureadb2c"}, "entra"
	b2c.Issuers = []string{"https://{name}.b2clogin.com/{tenant}/v2.0/"}
	b2c.Discovery = "https://{name}.b2clogin.com/{name}.onmicrosoft.com/{policy}/v2.0/.well-known/openid-configuration"
	b2c.IssuerFact = known("the policy is in the discovery address, not in the issuer, unless the tfp form is chosen: one issuer, several key sets")
	b2c.DeviceFact, b2c.ClientFact = known("none"), known("S256")
	b2c.RedirectFact = known("as Entra; a scheme of your own is allowed")
	b2c.signs = signs{hosts: []string{".b2clogin.com"}, marks: []string{"aadb2c"}, phrases: []string{"b2clogin.com"}}
	ciam := entra
	ciam.ID, ciam.Name, ciam.Aliases, ciam.Family = "entra-ciam", "Microsoft Entra External ID", []string{"ciam", "external id", "entra-external-id"}, "entra"
	ciam.Issuers = []string{"https://{tenant}.ciamlogin.com/{tenant}/v2.0"}
	ciam.Discovery = "https://{subdomain}.ciamlogin.com/{tenant}/v2.0/.well-known/openid-configuration"
	ciam.IssuerFact = known("the issuer's host begins with the tenant's GUID, the discovery address with its subdomain")
	ciam.signs = signs{hosts: []string{".ciamlogin.com"}, phrases: []string{"ciamlogin.com"}}
	return []Preset{
		entra, v1, b2c, ciam,
		multi("entra-common", "Microsoft Entra ID (common)", "common", "azure-common"),
		multi("entra-organizations", "Microsoft Entra ID (organizations)", "organizations", "azure-organizations"),
		multi("entra-consumers", "Microsoft Entra ID (consumers)", "consumers", "msa"),
	}
}
