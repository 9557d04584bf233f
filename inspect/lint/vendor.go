package lint

import (
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// vendorRules are what one has to know about the tokens of certain issuers.
func vendorRules() []Rule {
	return []Rule{
		{
			ID: "TOK-093", Slug: "entra-tenant", Title: "Issuer and tenant differ", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 3.1.3.7", "Microsoft identity platform, access tokens"),
			Why:     "In Entra every tenant is an issuer of its own. A template in place of the tenant, or another tenant, means that anybody's tenant is trusted.",
			Fix:     "Compare iss with the template after putting tid into it, and accept the tenants you know.",
			Good:    `iss and tid name the same tenant`,
			Bad:     `{"iss":"https://login.microsoftonline.com/{tenantid}/v2.0"}`,
			Applies: entra,
			Check: func(s *Subject) []rule.Finding {
				iss := *s.text("iss")
				u, _ := url.Parse(iss)
				tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
				if tenant == "common" || tenant == "organizations" || strings.HasPrefix(tenant, "{") {
					return found("claims.iss", "%s stands where the tenant's id must be", quoteShort(tenant))
				}
				if tid := s.text("tid"); tid != nil && !strings.EqualFold(*tid, tenant) {
					return found("claims.iss", "names the tenant %s, tid says %s", quoteShort(tenant), quoteShort(*tid))
				}
				return nil
			},
		},
		{
			ID: "TOK-094", Slug: "entra-mutable-id", Title: "An address that anybody can set", Severity: rule.Warn,
			Refs:    refs("Microsoft identity platform, optional claims", "CWE-290"),
			Why:     "The administrator of any Entra tenant can give a user any email address: whoever identifies people by it lets them in (\"nOAuth\").",
			Fix:     "Identify people by tid and oid, or by sub. Ask for the optional claim xms_edov to learn whether the domain is verified.",
			Good:    `{"oid":"…","tid":"…"}`,
			Bad:     `{"email":"ceo@example.com"}`,
			Applies: entra,
			Check: func(s *Subject) []rule.Finding {
				if s.Claims.Get("email") == nil {
					return nil
				}
				if v := s.Claims.Get("xms_edov"); v != nil && (v.Raw == "true" || v.Raw == "1" || v.Str == "true" || v.Str == "1") {
					return nil
				}
				return found("claims.email", "Entra does not vouch for the address (xms_edov is not true)")
			},
		},
		{
			ID: "TOK-095", Slug: "entra-graph-nonce", Title: "A token for Microsoft's own APIs", Severity: rule.Info,
			Refs:    refs("Microsoft identity platform, access tokens"),
			Why:     "The nonce in the header is hashed before Microsoft signs, so that only Microsoft's APIs can verify the token.",
			Fix:     "Do not validate it. Ask for a scope of your own API to get a token for it.",
			Good:    `a token for api://your-app`,
			Bad:     `{"typ":"JWT","nonce":"…","alg":"RS256"}`,
			Applies: entra,
			Check: func(s *Subject) []rule.Finding {
				if s.Header.Get("nonce") == nil {
					return nil
				}
				return found("header.nonce", "made for a Microsoft API: nobody else can verify it")
			},
		},
		{
			ID: "TOK-096", Slug: "k8s-legacy", Title: "Service account token without expiry", Severity: rule.Warn,
			Refs:    refs("Kubernetes, managing service accounts"),
			Why:     "Tokens kept in secrets live until the secret is deleted.",
			Fix:     "Use projected tokens (TokenRequest), which expire and are bound to a pod and an audience.",
			Good:    `{"iss":"https://kubernetes.default.svc","exp":1795309200}`,
			Bad:     `{"iss":"kubernetes/serviceaccount"}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				if iss := s.text("iss"); iss == nil || *iss != "kubernetes/serviceaccount" || s.Claims.Get("exp") != nil {
					return nil
				}
				return found("claims.exp", "a secret-based service account token: it never expires")
			},
		},
		{
			ID: "TOK-097", Slug: "gha-subject", Title: "Foreign code may run under this subject", Severity: rule.Warn,
			Refs:    refs("GitHub Actions, OpenID Connect"),
			Why:     "A trust policy with a wildcard on the subject also accepts workflows started by pull requests.",
			Fix:     "Trust the exact subject of a branch or an environment, and never pull_request_target.",
			Good:    `{"sub":"repo:org/app:ref:refs/heads/main"}`,
			Bad:     `{"sub":"repo:org/app:pull_request"}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				const issuer = "https://token.actions.githubusercontent.com" // an enterprise has a path of its own behind it
				if iss := s.text("iss"); iss == nil || *iss != issuer && !strings.HasPrefix(*iss, issuer+"/") {
					return nil
				}
				if sub := s.text("sub"); sub != nil && strings.HasSuffix(*sub, ":pull_request") {
					return found("claims.sub", "the workflow was started by a pull request")
				}
				if event := s.text("event_name"); event != nil && *event == "pull_request_target" {
					return found("claims.event_name", "pull_request_target runs with the rights of the base repository")
				}
				return nil
			},
		},
		{
			ID: "TOK-098", Slug: "overage", Title: "Groups are elsewhere", Severity: rule.Info,
			Refs:    refs("OpenID Connect Core 5.6.2", "Microsoft identity platform, groups overage"),
			Why:     "The person is in more groups than fit into the token, so that it only says where to ask. A check of groups on this token alone fails.",
			Fix:     "Ask the API that the provider names with an access token, or emit only the groups assigned to the application.",
			Good:    `{"groups":["a","b"]}`,
			Bad:     `{"_claim_names":{"groups":"src1"}}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				for _, name := range [...]string{"_claim_names", "hasgroups", "groups:src1"} {
					if s.Claims.Get(name) != nil {
						return found("claims."+name, "claims are left out of the token and kept elsewhere")
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-099", Slug: "paseto-version", Title: "Superseded PASETO version", Severity: rule.Warn,
			Refs:    refs("PASETO specification, versions"),
			Why:     "Versions 1 and 2 are deprecated in favour of 3 (NIST algorithms) and 4.",
			Fix:     "Issue v3 or v4 tokens.",
			Good:    "v4.public.…",
			Bad:     "v2.local.…",
			Applies: func(s *Subject) bool { return s.Token.Kind == inspect.PASETO },
			Check: func(s *Subject) []rule.Finding {
				version, _, _ := strings.Cut(s.Token.Raw, ".")
				if version != "v1" && version != "v2" {
					return nil
				}
				return found("input", "PASETO %s is deprecated", version)
			},
		},
		{
			ID: "TOK-100", Slug: "opaque", Title: "Nothing to decode", Severity: rule.Info,
			Refs:    refs("RFC 6749 1.4", "RFC 7662"),
			Why:     "The token is a handle that only its issuer understands.",
			Fix:     "Ask the issuer: introspection (RFC 7662), or the API the token is for.",
			Good:    "eyJhbGciOi….eyJpc3MiOi….c2ln",
			Bad:     "gho_16C7e42F292c6912E7710c838347Ae178B4a",
			Applies: func(s *Subject) bool { return s.Token.Kind == inspect.Opaque || s.Token.Kind == inspect.Unknown },
			Check: func(s *Subject) []rule.Finding {
				if damaged(s.Token) {
					return nil
				}
				if _, who := inspect.KnownPrefix(s.Token.Raw); who != "" {
					return found("input", "an opaque token; the prefix is that of %s", who)
				}
				return found("input", "an opaque token: only its issuer can say what it means")
			},
		},
	}
}

func entra(s *Subject) bool {
	iss := s.text("iss")
	return iss != nil && jwtProfile(s) && entraIssuer(*iss)
}

func entraIssuer(iss string) bool {
	if !strings.Contains(iss, "login.microsoftonline.com") && !strings.Contains(iss, "sts.windows.net") {
		return false
	}
	u, err := url.Parse(iss)
	return err == nil && (u.Hostname() == "login.microsoftonline.com" || u.Hostname() == "sts.windows.net")
}
