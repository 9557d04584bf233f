package doctor

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

const (
	grantMember = "grant_types_supported"
	deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"
	deviceShort = "device_code"
)

// grantRules are about the grants that a document lists.
func grantRules() []Rule {
	return []Rule{
		{
			ID: "DISC-039", Slug: "grants-default", Title: "Grant types are listed", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "Without the list authorization_code and implicit are assumed: the default offers what should not be used, and leaves out refresh and device.",
			Fix:  "List the grants. As a client, don't conclude from its absence that a grant is missing.",
			Good: `{"grant_types_supported":["authorization_code","refresh_token"]}`, Bad: `{"grant_types_supported":null}`,
			Applies: profiles(Login, OAuth),
			Check: func(s *Subject) []rule.Finding {
				if s.Doc.has(grantMember) {
					return nil
				}
				return found(grantMember, "%s is missing; the default is authorization_code, implicit", grantMember)
			},
		},
		{
			ID: "DISC-040", Slug: "grant-names", Title: "Grant types have their registered names", Severity: rule.Warn,
			Refs: refs("RFC 8628 3.4", "RFC 6749 4.5"), Needs: needs(factDocument),
			Why:  "Extension grants are named by absolute URIs; clients look for those and take the grant for missing.",
			Fix:  "List " + deviceGrant + " for the device grant, and the URN of the others.",
			Good: `{"grant_types_supported":["authorization_code"]}`, Bad: `{"grant_types_supported":["authorization_code","device_code"]}`,
			Applies: isList(grantMember),
			Check: func(s *Subject) []rule.Finding {
				odd := only(s.Doc.values(grantMember), func(g string) bool {
					u, err := url.Parse(g)
					return !slices.Contains([]string{"authorization_code", "implicit", "refresh_token", "password", "client_credentials"}, g) && (err != nil || u.Scheme == "")
				})
				var all []rule.Finding
				for _, g := range odd {
					hint := ""
					if g == deviceShort {
						hint = "; the device grant is " + deviceGrant
					}
					all = append(all, found(grantMember, "%s is no registered grant type%s", quote(g), hint)...)
				}
				return all
			},
		},
		{
			ID: "DISC-041", Slug: "device-half", Title: "Device grant and device endpoint come together", Severity: rule.Warn,
			Refs: refs("RFC 8628 4"), Needs: needs(factDocument),
			Why:  "One without the other is half a configuration: no client can use it from discovery.",
			Fix:  "Publish both the grant and device_authorization_endpoint, or neither.",
			Good: `{"grant_types_supported":["authorization_code"]}`, Bad: `{"grant_types_supported":["authorization_code","urn:ietf:params:oauth:grant-type:device_code"]}`,
			Applies: isList(grantMember),
			Check: func(s *Subject) []rule.Finding {
				grants := s.Doc.values(grantMember)
				grant := slices.Contains(grants, deviceGrant) || slices.Contains(grants, deviceShort)
				switch endpoint := s.Doc.has("device_authorization_endpoint"); {
				case grant && !endpoint:
					return found("device_authorization_endpoint", "the device grant is listed, and device_authorization_endpoint is missing")
				case endpoint && !grant:
					return found(grantMember, "device_authorization_endpoint is there, and the device grant is not listed")
				}
				return nil
			},
		},
		{
			ID: "DISC-042", Slug: "refresh-how", Title: "How to get a refresh token is told", Severity: rule.Info,
			Refs: refs("OpenID Connect Core 11"), Needs: needs(factDocument),
			Why:     "The grant refresh_token says that there are refresh tokens, the scope offline_access how to ask for one. With one of them the other is a matter of the provider's documentation.",
			Fix:     "Look up what the provider wants: a scope of its own, a parameter, or nothing.",
			Good:    `{"grant_types_supported":["authorization_code","refresh_token"],"scopes_supported":["openid","offline_access"]}`,
			Bad:     `{"grant_types_supported":["authorization_code","refresh_token"],"scopes_supported":["openid"]}`,
			Applies: both(profiles(Login), isList(grantMember), isList("scopes_supported")),
			Check: func(s *Subject) []rule.Finding {
				grant := slices.Contains(s.Doc.values(grantMember), "refresh_token")
				switch scope := slices.Contains(s.Doc.values("scopes_supported"), "offline_access"); {
				case grant && !scope:
					return found("scopes_supported", "refresh_token is listed, offline_access is not")
				case scope && !grant:
					return found(grantMember, "offline_access is listed, refresh_token is not")
				}
				return nil
			},
		},
		{
			ID: "DISC-043", Slug: "password-offered", Title: "The password grant is not offered", Severity: rule.Warn,
			Refs: refs("RFC 9700 2.4"), Needs: needs(factDocument),
			Why:  "It makes people give their password to clients, goes around second factors, and must not be used.",
			Fix:  "Switch it off; for tools on a terminal use the device grant.",
			Good: `{"grant_types_supported":["authorization_code"]}`, Bad: `{"grant_types_supported":["authorization_code","password"]}`,
			Applies: isList(grantMember),
			Check: func(s *Subject) []rule.Finding {
				if slices.Contains(s.Doc.values(grantMember), "password") {
					return found(grantMember, "password is offered")
				}
				return nil
			},
		},
	}
}

// offerRules are about the rest of what a document offers.
func offerRules() []Rule {
	return []Rule{
		{
			ID: "DISC-044", Slug: "scope-openid", Title: "The scope openid is listed", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factDocument),
			Why:  "If scopes are published at all, openid must be among them; clients that filter their scopes by the list lose it, and the ID token with it.",
			Fix:  "Add openid to scopes_supported.",
			Good: `{"scopes_supported":["openid","email"]}`, Bad: `{"scopes_supported":["email"]}`,
			Applies: both(profiles(Login, IssuerOnly), isList("scopes_supported")),
			Check: func(s *Subject) []rule.Finding {
				if scopes := s.Doc.values("scopes_supported"); !slices.Contains(scopes, "openid") {
					return found("scopes_supported", "openid is not among %s", list(scopes))
				}
				return nil
			},
		},
		{
			ID: "DISC-045", Slug: "claims-listed", Title: "Claims are listed, sub and iss among them", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factDocument),
			Why:  "Recommended: clients learn what they can expect to be told about a person.",
			Fix:  "List the claims.",
			Good: `{"claims_supported":["sub","iss","email"]}`, Bad: `{"claims_supported":["email"]}`,
			Applies: profiles(Login),
			Check: func(s *Subject) []rule.Finding {
				claims, there := s.Doc.list("claims_supported")
				if !there {
					if s.Doc.has("claims_supported") {
						return nil // of a wrong type, which is told there
					}
					return found("claims_supported", "claims_supported is missing")
				}
				if missing := only([]string{"sub", "iss"}, func(c string) bool { return !slices.Contains(claims, c) }); len(missing) > 0 {
					return found("claims_supported", "not listed: %s", list(missing))
				}
				return nil
			},
		},
		absent("DISC-046", "userinfo-endpoint", "There is a userinfo endpoint", "userinfo_endpoint", []rule.Ref{{Spec: "OpenID Connect Discovery", Section: "3"}},
			"Recommended: without it a person's claims come in the ID token alone.", "Ask for the claims in the ID token, or offer the endpoint."),
		{
			ID: "DISC-047", Slug: "registration-endpoint", Title: "Clients can't register themselves", Severity: rule.Info,
			Refs: refs("RFC 7591 3", "RFC 7591 5", "OpenID Connect Discovery 3"), Needs: needs(factDocument),
			Why:  "Dynamic registration may be open to anybody, who can then show the provider's login page under a name of their choice.",
			Fix:  "Make sure that registration wants an initial access token, or shows who asks.",
			Good: `{"registration_endpoint":null}`, Bad: `{"registration_endpoint":"https://idp.example/register"}`,
			Check: func(s *Subject) []rule.Finding {
				if !s.Doc.has("registration_endpoint") {
					return nil
				}
				return found("registration_endpoint", "there is a registration endpoint; whether it takes anybody was not tried here")
			},
		},
		{
			ID: "DISC-048", Slug: "token-endpoints", Title: "Tokens can be revoked and looked up", Severity: rule.Info,
			Refs: refs("RFC 8414 2", "RFC 7662 2", "RFC 7009 2"), Needs: needs(factDocument),
			Why:     "Revocation ends what a stolen token can do; introspection tells a resource server whether an opaque token lives.",
			Fix:     "Nothing to do if neither is needed. Where an endpoint is offered, list how clients authenticate there: introspection has no default.",
			Good:    `{"revocation_endpoint":"https://idp.example/revoke","introspection_endpoint":"https://idp.example/introspect","introspection_endpoint_auth_methods_supported":["client_secret_basic"]}`,
			Bad:     `{"revocation_endpoint":null,"introspection_endpoint":null}`,
			Applies: profiles(Login, OAuth),
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range []string{"revocation_endpoint", "introspection_endpoint"} {
					if !s.Doc.has(name) {
						all = append(all, found(name, "there is no %s", name)...)
					}
				}
				if s.Doc.has("introspection_endpoint") && !s.Doc.has("introspection_endpoint_auth_methods_supported") {
					all = append(all, found("introspection_endpoint_auth_methods_supported", "how to authenticate at the introspection endpoint is not told")...)
				}
				return all
			},
		},
		absent("DISC-049", "end-session-endpoint", "There is a logout endpoint", "end_session_endpoint", []rule.Ref{{Spec: "OpenID Connect RP-Initiated Logout", Section: "2.1"}},
			"Without it a client can end its own session only; at the provider the person stays logged in.", "Look up whether the provider has a logout address of its own."),
		{
			ID: "DISC-050", Slug: "logout-flags", Title: "Logout flags are consistent", Severity: rule.Warn,
			Refs: refs("OpenID Connect Back-Channel Logout 2.1", "OpenID Connect Front-Channel Logout 3"), Needs: needs(factDocument),
			Why:  "The session flag says that sid comes with the logout; it means nothing when logout is not supported.",
			Fix:  "Set both flags, or neither.",
			Good: `{"backchannel_logout_supported":true,"backchannel_logout_session_supported":true}`,
			Bad:  `{"backchannel_logout_session_supported":true}`,
			Applies: func(s *Subject) bool {
				return slices.ContainsFunc(s.Doc.names(), func(n string) bool {
					return strings.HasSuffix(n, "channel_logout_supported") || strings.HasSuffix(n, "channel_logout_session_supported")
				})
			},
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, channel := range []string{"backchannel", "frontchannel"} {
					main, session := channel+"_logout_supported", channel+"_logout_session_supported"
					switch {
					case s.Doc.isTrue(session) && !s.Doc.isTrue(main):
						all = append(all, found(main, "%s is true, %s is not", session, main)...)
					case s.Doc.isTrue(main) && !s.Doc.isTrue(session):
						all = append(all, as(rule.Info, session, "%s is true without %s: a logout names no session", main, session)...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-051", Slug: "response-iss", Title: "Authorization answers name their issuer", Severity: rule.Info,
			Refs: refs("RFC 9207 3", "RFC 9700 4.4.2"), Needs: needs(factDocument),
			Why:  "A client of several providers tells by iss whose answer it got; without it one provider can pose as another (mix-up).",
			Fix:  "Switch iss in the authorization response on, or give each provider a redirect URI of its own.",
			Good: `{"authorization_response_iss_parameter_supported":true}`, Bad: `{"authorization_response_iss_parameter_supported":false}`,
			Applies: codeFlow,
			Check: func(s *Subject) []rule.Finding {
				const member = "authorization_response_iss_parameter_supported"
				if s.Doc.isTrue(member) {
					return nil
				}
				severity := rule.Info
				if s.Client != nil && s.Client.ManyIssuers {
					severity = rule.Warn
				}
				return as(severity, member, "iss in the authorization response is not announced")
			},
		},
		{
			ID: "DISC-052", Slug: "par", Title: "Pushed requests are announced as a whole", Severity: rule.Error,
			Refs: refs("RFC 9126 5"), Needs: needs(factDocument),
			Why:  "Where pushed authorization requests are required, there must be an endpoint to push to: no login is possible otherwise.",
			Fix:  "Publish pushed_authorization_request_endpoint, or don't require it.",
			Good: `{}`, Bad: `{"require_pushed_authorization_requests":true}`,
			Check: func(s *Subject) []rule.Finding {
				endpoint, required := s.Doc.has("pushed_authorization_request_endpoint"), s.Doc.isTrue("require_pushed_authorization_requests")
				switch {
				case required && !endpoint:
					return found("pushed_authorization_request_endpoint", "pushed requests are required, and there is no endpoint for them")
				case endpoint && !required:
					return as(rule.Info, "require_pushed_authorization_requests", "pushed requests are possible, not required")
				}
				return nil
			},
		},
		{
			ID: "DISC-053", Slug: "mtls-aliases", Title: "Endpoints for client certificates are elsewhere", Severity: rule.Info,
			Refs: refs("RFC 8705 5"), Needs: needs(factDocument),
			Why:     "A client that authenticates by certificate must use the aliases: the usual endpoints may not ask for one.",
			Fix:     "Use the aliases with tls_client_auth and for bound tokens.",
			Good:    `{"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.idp.example/token"}}`,
			Bad:     `{"mtls_endpoint_aliases":{"token_endpoint":"https://idp.example/token"}}`,
			Applies: named("mtls_endpoint_aliases"),
			Check:   checkAliases,
		},
		{
			ID: "DISC-054", Slug: "mtls-half", Title: "Client certificates are provided for", Severity: rule.Info,
			Refs: refs("RFC 8705 2", "RFC 8705 3.3", "RFC 8705 5"), Needs: needs(factDocument),
			Why:  "A method with certificates is offered; without aliases the usual endpoints have to ask every client for one, and without the flag tokens are not bound.",
			Fix:  "Publish mtls_endpoint_aliases, and tls_client_certificate_bound_access_tokens where tokens are bound.",
			Good: `{"token_endpoint_auth_methods_supported":["tls_client_auth"],"tls_client_certificate_bound_access_tokens":true,"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.idp.example/token"}}`,
			Bad:  `{"token_endpoint_auth_methods_supported":["tls_client_auth"]}`,
			Applies: func(s *Subject) bool {
				return s.Doc.has(authMethods) && (s.Doc.offers(authMethods, "tls_client_auth") || s.Doc.offers(authMethods, "self_signed_tls_client_auth"))
			},
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				if !s.Doc.has("mtls_endpoint_aliases") {
					all = append(all, found("mtls_endpoint_aliases", "there are no mtls_endpoint_aliases")...)
				}
				if !s.Doc.isTrue("tls_client_certificate_bound_access_tokens") {
					all = append(all, found("tls_client_certificate_bound_access_tokens", "tokens are not bound to certificates")...)
				}
				return all
			},
		},
		{
			ID: "DISC-057", Slug: "request-uri-default", Title: "request_uri is not offered by default", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3", "RFC 9101 10.4"), Needs: needs(factDocument),
			Why:  "Left out, it means true: the provider would fetch addresses that a request names, which is a way into its network.",
			Fix:  "Write request_uri_parameter_supported: false where it is not supported.",
			Good: `{"request_uri_parameter_supported":false}`, Bad: `{"request_uri_parameter_supported":null}`,
			Applies: profiles(Login),
			Check: func(s *Subject) []rule.Finding {
				if s.Doc.has("request_uri_parameter_supported") {
					return nil
				}
				return found("request_uri_parameter_supported", "request_uri_parameter_supported is missing; the default is true")
			},
		},
	}
}

// absent is the rule of an endpoint that is good to have at a login.
func absent(id, slug, title, member string, where []rule.Ref, why, fix string) Rule {
	return Rule{
		ID: id, Slug: slug, Title: title, Severity: rule.Info, Refs: where, Needs: needs(factDocument), Why: why, Fix: fix,
		Good: fmt.Sprintf(`{%q:"https://idp.example/x"}`, member), Bad: fmt.Sprintf(`{%q:null}`, member),
		Applies: profiles(Login),
		Check: func(s *Subject) []rule.Finding {
			if s.Doc.has(member) {
				return nil
			}
			return found(member, "there is no %s", member)
		},
	}
}

func checkAliases(s *Subject) []rule.Finding {
	const member = "mtls_endpoint_aliases"
	aliases := s.Doc.get(member)
	if aliases.Kind != inspect.Object {
		return nil // the type is told elsewhere
	}
	var all []rule.Finding
	same := 0
	for i := range aliases.Members {
		m := &aliases.Members[i]
		address, _ := m.Value.Text()
		u, ok := parseAddress(address)
		switch {
		case !ok || u.Scheme != "https" && !s.ownOrigin(u):
			all = append(all, as(rule.Warn, member+"."+m.Name, "%s is no https URL: %s", safe.Short(m.Name, 60), quote(address))...)
		case address == s.Doc.text(m.Name):
			same++
		case !s.Doc.has(m.Name):
			all = append(all, found(member+"."+m.Name, "%s has an alias and no endpoint", safe.Short(m.Name, 60))...)
		}
	}
	if same > 0 && same == len(aliases.Members) {
		all = append(all, found(member, "all aliases are the usual endpoints: certificates are asked for there")...)
	}
	return all
}
