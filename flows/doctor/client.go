package doctor

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// clientRules are about a client's configuration against the provider, and about the machine that it runs on.
func clientRules() []Rule {
	return []Rule{
		{
			ID: "CFG-001", Slug: "redirect-preset", Title: "The redirect URI suits the provider's rule", Severity: rule.Error,
			Refs: refs("RFC 8252 7.3", "RFC 8252 8.3"), Needs: needs(factDocument, "CFG-003", "CFG-002"),
			Why:  "Providers compare redirect URIs each in their own way: some take any port on a loopback address, some only by name, most none but the registered one.",
			Fix:  "Use the form that this provider takes.",
			Good: "http://127.0.0.1:0/callback where any port on a loopback address is taken", Bad: "http://127.0.0.1/callback where only https is taken",
			Applies: func(s *Subject) bool { return hasRedirect(s) && s.Preset != nil && s.Preset.Redirect != "" },
			Check:   func(s *Subject) []rule.Finding { return checkRedirectForm(s) },
		},
		{
			ID: "CFG-002", Slug: "redirect-http", Title: "http is for redirects to this machine only", Severity: rule.Error,
			Refs: refs("RFC 9700 2.1", "RFC 8252 7.3"), Needs: []string{"CFG-003"},
			Why:  "The code would travel over the network for anybody to read; providers refuse it.",
			Fix:  "Use https, or a loopback address.",
			Good: "http://127.0.0.1:8085/callback", Bad: "http://app.example/callback",
			Applies: hasRedirect,
			Check: func(s *Subject) []rule.Finding {
				if u, err := url.Parse(s.Client.RedirectURI); err == nil && u.Scheme == "http" && !loopback(u.Hostname()) {
					return found("redirect_uri", "%s uses http beyond this machine", quote(u.Redacted()))
				}
				return nil
			},
		},
		{
			ID: "CFG-003", Slug: "redirect-form", Title: "The redirect URI has no fragment and no wildcard", Severity: rule.Error,
			Refs: refs("RFC 6749 3.1.2", "RFC 9700 4.1.3"),
			Why:  "A fragment is forbidden; a wildcard is a pattern for registering, not an address.",
			Fix:  "Give one whole address.",
			Good: "https://app.example/callback", Bad: "https://app.example/*",
			Applies: hasRedirect,
			Check: func(s *Subject) []rule.Finding {
				text := s.Client.RedirectURI
				u, err := url.Parse(text)
				switch {
				case err != nil || u.Scheme == "":
					return found("redirect_uri", "%s is no absolute address", quote(text))
				case strings.Contains(text, "#"):
					return found("redirect_uri", "%s has a fragment", quote(text))
				case strings.Contains(text, "*"):
					return found("redirect_uri", "%s has a wildcard", quote(text))
				}
				return nil
			},
		},
		{
			ID: "CFG-004", Slug: "localhost-ipv6", Title: "localhost means the address that is listened at", Severity: rule.Warn,
			Refs: refs("RFC 8252 8.3"), Needs: needs(factLocal, "CFG-003"),
			Why:  "Where the name resolves to ::1 first and the listener is at 127.0.0.1, the browser's answer goes astray.",
			Fix:  "Use 127.0.0.1 (or [::1]) in the redirect URI where the provider takes it.",
			Good: "localhost is 127.0.0.1", Bad: "localhost is ::1",
			Applies: func(s *Subject) bool { return len(s.Local.Localhost) > 0 },
			Check: func(s *Subject) []rule.Finding {
				if first := s.Local.Localhost[0].Unmap(); first.Is6() {
					return found("redirect_uri", "localhost is %s first", first)
				}
				return nil
			},
		},
		{
			ID: "CFG-005", Slug: "redirect-port", Title: "The redirect URI's port can be listened at", Severity: rule.Error,
			Refs: refs("RFC 8252 7.3"), Needs: needs(factLocal, "CFG-003"),
			Why:  "A port in use, or one below 1024 without the right to it, gets no answer from the browser.",
			Fix:  "Stop what uses it, or register another port.",
			Good: "the port is free", Bad: "address already in use",
			Check: func(s *Subject) []rule.Finding {
				if s.Local.Listen == nil {
					return nil
				}
				u, _ := url.Parse(s.Client.RedirectURI)
				return found("redirect_uri", "port %s can't be listened at: %s", u.Port(), safe.Short(s.Local.Listen.Error(), 200))
			},
		},
		{
			ID: "CFG-006", Slug: "client-secret", Title: "The client has a secret where one is wanted", Severity: rule.Error,
			Refs: refs("OpenID Connect Core 9", "RFC 6749 2.3"), Needs: needs(factDocument),
			Why:  "A public client that sends a secret is refused with invalid_client, and so is a client that has to have one and sends none.",
			Fix:  "Compare the client's type at the provider with the configuration.",
			Good: "a secret with client_secret_basic", Bad: "client_secret_basic without a secret",
			Applies: func(s *Subject) bool {
				return s.Client != nil && (s.Client.Secret || s.Client.Public || s.Client.AuthMethod != "")
			},
			Check: func(s *Subject) []rule.Finding {
				c := s.Client
				switch {
				case (c.Public || c.AuthMethod == "none") && c.Secret:
					return found("client_secret", "the client is public, and a secret is configured")
				case strings.HasPrefix(string(c.AuthMethod), "client_secret_") && !c.Secret:
					return found("client_secret", "%s needs a secret, and none is configured", c.AuthMethod)
				case !c.Secret && s.hasPreset("google"):
					return found("client_secret", "this provider's desktop clients have a secret and must send it, PKCE or not")
				}
				return nil
			},
		},
		{
			ID: "CFG-007", Slug: "scopes-known", Title: "The scopes exist, openid among them", Severity: rule.Warn,
			Refs: refs("OpenID Connect Core 3.1.2.1", "OpenID Connect Discovery 3"), Needs: needs(factDocument),
			Why:  "A scope that the provider does not know is refused with invalid_scope, or left out without a word; without openid there is no ID token.",
			Fix:  "Ask for scopes that the provider lists, and for openid.",
			Good: "openid email", Bad: "email photos",
			Applies: func(s *Subject) bool { return s.Client != nil && len(s.Client.Scopes) > 0 },
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				if s.Profile == Login && !slices.Contains(s.Client.Scopes, "openid") {
					all = append(all, found("scope", "openid is not among %s", list(s.Client.Scopes))...)
				}
				if listed, ok := s.Doc.list("scopes_supported"); ok {
					if unknown := only(s.Client.Scopes, func(v string) bool { return !slices.Contains(listed, v) }); len(unknown) > 0 {
						all = append(all, found("scope", "not listed by the provider: %s", list(unknown))...)
					}
				}
				return all
			},
		},
		{
			ID: "CFG-008", Slug: "refresh-trigger", Title: "A refresh token is asked for in the provider's way", Severity: rule.Warn,
			Refs: refs("OpenID Connect Core 11"), Needs: needs(factDocument),
			Why:  "offline_access is the specification's word for it; some providers want another one, or a parameter.",
			Fix:  "Ask as this provider wants it.",
			Good: "offline_access where it is listed", Bad: "offline_access at Google, which wants access_type=offline",
			Applies: func(s *Subject) bool { return s.Client != nil && slices.Contains(s.Client.Scopes, "offline_access") },
			Check: func(s *Subject) []rule.Finding {
				if s.hasPreset("google") {
					return found("scope", "offline_access means nothing to this provider; it wants access_type=offline, and prompt=consent")
				}
				if listed, ok := s.Doc.list("scopes_supported"); ok && !slices.Contains(listed, "offline_access") {
					return found("scope", "offline_access is not listed by the provider")
				}
				return nil
			},
		},
		{
			ID: "CFG-009", Slug: "state-nonce", Title: "state and nonce are there and long enough", Severity: rule.Warn,
			Refs: refs("RFC 6749 10.10", "OpenID Connect Core 15.5.2"),
			Why:  "They tie the answer to the browser and the token to the request; what is short can be guessed, and some providers refuse it.",
			Fix:  "Make both of at least 16 random characters.",
			Good: "22 random characters", Bad: "state=1",
			Applies: func(s *Subject) bool { return s.Client != nil && (s.Client.State != "" || s.Client.Nonce != "") },
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				if n := len(s.Client.State); n < 16 {
					all = append(all, found("state", "state has %d characters", n)...)
				}
				if s.Profile == Login && s.Client.Nonce == "" {
					all = append(all, found("nonce", "there is no nonce")...)
				}
				return all
			},
		},
		{
			ID: "CFG-010", Slug: "secret-encoding", Title: "The secret survives form-encoding", Severity: rule.Info,
			Refs: refs("RFC 6749 2.3.1"),
			Why:  "With HTTP Basic id and secret are form-encoded first; some servers and clients forget it, and then secrets with such characters fail.",
			Fix:  "If invalid_client comes, try client_secret_post, or have a secret made of letters and digits.",
			Good: "letters, digits, - . _", Bad: "a secret with + % : or a blank",
			Applies: func(s *Subject) bool { return s.Client != nil && s.Client.Secret },
			Check: func(s *Subject) []rule.Finding {
				if s.Client.SecretOdd {
					return found("client_secret", "the secret holds characters that change when they are encoded")
				}
				return nil
			},
		},
		{
			ID: "CFG-011", Slug: "proxy", Title: "No proxy is set for the way to the provider", Severity: rule.Info,
			Refs: refs("RFC 9110 3.7"),
			Why:  "A proxy, or an authority of one's own, explains certificates and pages that the provider never sent.",
			Fix:  "Nothing, if it is meant; else unset HTTPS_PROXY, or list the host in NO_PROXY.",
			Good: "no proxy variable is set", Bad: "HTTPS_PROXY is set",
			Applies: func(s *Subject) bool { return !s.Offline },
			Check: func(s *Subject) []rule.Finding {
				if s.Machine.Proxy != "" {
					return found("environment", "%s is set", quote(s.Machine.Proxy))
				}
				return nil
			},
		},
		{
			ID: "CFG-012", Slug: "remote-machine", Title: "A browser can reach this machine's listener", Severity: rule.Warn,
			Refs: refs("RFC 8628 1", "RFC 8252 7.3"), Needs: needs(factLocal),
			Why:  "Over SSH, in WSL or in a container, 127.0.0.1 of the browser is another machine: the callback never comes.",
			Fix:  "Use the device flow, forward the port (ssh -L), or paste the address back (--paste).",
			Good: "the browser runs here", Bad: "a redirect URI on 127.0.0.1, over SSH",
			Check: func(s *Subject) []rule.Finding {
				if s.Machine.Remote != "" {
					return found("environment", "this program runs in %s", quote(s.Machine.Remote))
				}
				return nil
			},
		},
		{
			ID: "CFG-013", Slug: "entra-version", Title: "The token is of the version that is expected", Severity: rule.Warn,
			Refs: refs("Microsoft identity platform, access tokens"), Needs: needs(factDocument),
			Why:  "Entra writes access tokens in the version that the API's registration says, whatever endpoint was used: version 1 has another issuer.",
			Fix:  "Set requestedAccessTokenVersion (accessTokenAcceptedVersion) to 2 in the API's manifest, or expect the version 1 issuer.",
			Good: "ver 2.0, issuer …/v2.0", Bad: "ver 1.0, issuer sts.windows.net, where …/v2.0 is expected",
			Applies: func(s *Subject) bool { return s.Token != nil && s.hasPreset("entra", "entra-v1") },
			Check: func(s *Subject) []rule.Finding {
				ver, _ := s.Token.Payload.Get("ver").Text()
				iss, _ := s.Token.Payload.Get("iss").Text()
				one := ver == "1.0" || strings.HasPrefix(iss, "https://sts.windows.net/")
				if expected := strings.HasSuffix(strings.TrimRight(s.Doc.text("issuer"), "/"), "/v2.0"); one == expected && (ver != "" || iss != "") {
					return found("token.iss", "the token is of version %s (issuer %s), the document is %s's", quote(ver), quote(iss), quote(s.Doc.text("issuer")))
				}
				return nil
			},
		},
		{
			ID: "CFG-014", Slug: "foreign-audience", Title: "The access token is meant for this client's API", Severity: rule.Info,
			Refs: refs("RFC 9700 2.3"), Needs: needs(factDocument),
			Why:  "A token for another API is that API's business: its format can change, and its signature may not be checkable at all.",
			Fix:  "Don't validate it; ask for a token for your own API (scope, audience or resource).",
			Good: "aud api://my-api", Bad: "a Microsoft Graph token, with nonce in its header",
			Applies: func(s *Subject) bool { return s.Token != nil },
			Check: func(s *Subject) []rule.Finding {
				if s.Token.Header.Get("nonce") != nil && s.hasPreset("entra", "entra-v1") {
					return found("token.nonce", "nonce in the header: a Microsoft Graph token, which Graph alone can verify")
				}
				if aud, _ := s.Token.Payload.Get("aud").Texts(); s.hasPreset("okta-org", "okta") && slices.Contains(aud, s.Doc.text("issuer")) {
					return found("token.aud", "a token of the org authorization server, for Okta's own APIs")
				}
				return nil
			},
		},
		{
			ID: "CFG-015", Slug: "container-clock", Title: "No time zone covers up a wrong clock of the container", Severity: rule.Info,
			Refs: refs("RFC 7519 4.1.4"), Needs: []string{"CLK-001"},
			Why:  "A container has no clock of its own: one that is off must be set on the host. A time zone changes what is shown, never what is compared.",
			Fix:  "Set the host's clock by NTP. TZ is for showing only.",
			Good: "no TZ, or UTC", Bad: "TZ=Etc/GMT+5 to repair a wrong clock",
			Applies: func(s *Subject) bool { return s.Machine.Container },
			Check: func(s *Subject) []rule.Finding {
				if zone := s.Machine.TimeZone; zone != "" && !slices.Contains([]string{"UTC", "Etc/UTC", ":UTC"}, zone) {
					return found("environment", "TZ is %s in a container", quote(zone))
				}
				return nil
			},
		},
	}
}

func hasRedirect(s *Subject) bool { return s.Client != nil && s.Client.RedirectURI != "" }

// checkRedirectForm holds the redirect URI against the way in which the provider compares it. A loopback address without a port, or
// with port 0, stands for any free one.
func checkRedirectForm(s *Subject) []rule.Finding {
	u, err := url.Parse(s.Client.RedirectURI)
	if err != nil {
		return nil
	}
	local := loopback(u.Hostname())
	name := strings.EqualFold(u.Hostname(), "localhost")
	free := local && (u.Port() == "" || u.Port() == "0")
	what := quote(s.Client.RedirectURI)
	switch how := s.Preset.Redirect; {
	case how == preset.RealDomain && (local || u.Scheme != "https"):
		return found("redirect_uri", "%s: this provider takes https with a real domain alone", what)
	case how == preset.Exact && free:
		return found("redirect_uri", "%s with any free port: this provider compares the port too; register one and name it", what)
	case how == preset.AnyPortIP && free && name:
		return found("redirect_uri", "%s: this provider takes any port on 127.0.0.1 and [::1], not on localhost", what)
	case how == preset.AnyPortName && local && !name:
		return found("redirect_uri", "%s: this provider takes any port on localhost, and not the address", what)
	}
	return nil
}
