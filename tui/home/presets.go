package home

import (
	"net/url"
	"strings"
)

// preset is a provider that is known by a short name: where its issuer is found, and what its discovery document can't
// say about a client that runs on someone's own machine.
type preset struct {
	id, name string
	issuer   string // with {placeholders}
	hint     string
}

// presets are in the order in which they complete.
func presets() []preset {
	return []preset{
		{"auth0", "Auth0", "https://{tenant}.auth0.com/", "the slash at the end belongs to the issuer; register the redirect URI to the character, port included; type Native, no secret"},
		{"authelia", "Authelia", "https://{host}", "register the redirect URI; on a loopback address any port is accepted"},
		{"authentik", "authentik", "https://{host}/application/o/{application}/", "the slash at the end belongs to the issuer; one issuer for each application"},
		{"cognito", "Amazon Cognito", "https://cognito-idp.{region}.amazonaws.com/{pool}", "no device code; register http://localhost with its port; an app client without a secret"},
		{"dex", "Dex", "https://{host}/dex", "a public client without registered redirect URIs may use any port on localhost"},
		{"duende", "Duende IdentityServer", "https://{host}", "register the redirect URI to the character, port included"},
		{"entra", "Microsoft Entra ID", "https://login.microsoftonline.com/{tenant}/v2.0", "{tenant} is the GUID of the directory, not its domain; register http://localhost/callback as mobile and desktop application, then any port will do"},
		{"gitlab", "GitLab", "https://gitlab.com", "register http://127.0.0.1/callback, any port will do; untick Confidential"},
		{"google", "Google", "https://accounts.google.com", "a client of type Desktop app has a secret that must be sent; it may use any port on 127.0.0.1"},
		{"hydra", "Ory Hydra", "https://{project}.projects.oryapis.com", "on 127.0.0.1 any port is accepted, on localhost only the registered one"},
		{"kanidm", "Kanidm", "https://{host}/oauth2/openid/{client}", "one issuer for each client; localhost redirects must be allowed for it"},
		{"keycloak", "Keycloak", "https://{host}/realms/{realm}", "before version 17: /auth/realms/; register http://127.0.0.1/* or the exact port; device code is a switch of the client"},
		{"logto", "Logto", "https://{host}/oidc", "type Native: any port on a loopback address"},
		{"okta", "Okta", "https://{domain}.okta.com/oauth2/default", "type Native; register the redirect URI to the character, port included"},
		{"okta-org", "Okta, organization server", "https://{domain}.okta.com", "its access tokens are for Okta's own interfaces only"},
		{"onelogin", "OneLogin", "https://{subdomain}.onelogin.com/oidc/2", "type Native; no device code"},
		{"pingone", "PingOne", "https://auth.pingone.com/{environment}/as", "the domain's end depends on the region: com, eu, ca, asia"},
		{"salesforce", "Salesforce", "https://login.salesforce.com", "register http://localhost with its port"},
		{"zitadel", "ZITADEL", "https://{instance}.zitadel.cloud", "type Native: any port on a loopback address"},
	}
}

// complete gives the presets that a beginning could mean; none once it looks like an address.
func complete(typed string) []preset {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" || strings.ContainsAny(typed, "/:.") {
		return nil
	}
	var found []preset
	for _, p := range presets() {
		if strings.HasPrefix(p.id, typed) || strings.Contains(" "+strings.ToLower(p.name), " "+typed) {
			found = append(found, p)
		}
	}
	return found
}

// presetOf recognises the provider behind an issuer by the fixed parts of the presets' patterns. Patterns with little that
// is fixed ("https://{host}/oidc") fit too much to say anything, so they don't count.
func presetOf(issuer string) (preset, bool) {
	u, err := url.Parse(issuer)
	if err != nil {
		return preset{}, false
	}
	var best preset
	fixed := 0
	for _, p := range presets() {
		if n := matches(p.issuer, "https://"+u.Host+u.Path); n > fixed {
			best, fixed = p, n
		}
	}
	if fixed < len("https:///realms/") {
		return preset{}, false
	}
	return best, true
}

// matches says how many fixed characters of a pattern text has, when it fits; 0 when it does not.
func matches(pattern, text string) int {
	fixed := 0
	text = strings.TrimSuffix(text, "/")
	pattern = strings.TrimSuffix(pattern, "/")
	for {
		before, rest, more := strings.Cut(pattern, "{")
		if !strings.HasPrefix(text, before) {
			return 0
		}
		text, fixed = text[len(before):], fixed+len(before)
		if !more {
			if text != "" {
				return 0
			}
			return fixed
		}
		_, pattern, _ = strings.Cut(rest, "}")
		next, _, _ := strings.Cut(pattern, "{")
		at := len(text)
		if next != "" {
			at = strings.Index(text, next)
		}
		if at <= 0 || strings.Contains(text[:at], "/") {
			return 0
		}
		text = text[at:]
	}
}
