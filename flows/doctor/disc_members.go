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

// memberRules are about the members of a document, whatever they are for.
func memberRules() []Rule {
	return []Rule{
		{
			ID: "DISC-015", Slug: "required-members", Title: "No required member is missing", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "Clients stop at a document that lacks what every provider must tell.",
			Fix:  "Add the member.",
			Good: `{}`, Bad: `{"jwks_uri":null}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range required(s.Profile, s.Doc) {
					if name != "issuer" && !s.Doc.has(name) { // the issuer has a check of its own
						all = append(all, found(name, "%s is missing; the profile %s requires it", name, s.Profile)...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-016", Slug: "member-types", Title: "Members have the right JSON types", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "Typed clients refuse the whole document for one text where a list is wanted.",
			Fix:  "Write lists as JSON arrays of strings and booleans as true or false.",
			Good: `{"claims_parameter_supported":true}`, Bad: `{"claims_parameter_supported":"true"}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range unique(s.Doc.names()) {
					if v := s.Doc.get(name); v != nil && name != "issuer" {
						all = append(all, wrongType(name, v)...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-017", Slug: "empty-lists", Title: "No list is empty", Severity: rule.Warn,
			Refs: refs("RFC 8414 2", "RFC 8414 3.2"), Needs: needs(factDocument),
			Why:  "A list without elements must be left out. Some clients read it as nothing is offered, others as the default.",
			Fix:  "Leave the member out.",
			Good: `{"scopes_supported":["openid"]}`, Bad: `{"acr_values_supported":[]}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range unique(s.Doc.names()) {
					if v := s.Doc.get(name); v != nil && v.Kind == inspect.Array && len(v.Items) == 0 {
						all = append(all, found(name, "%s has no element", safe.Short(name, 60))...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-018", Slug: "endpoints-absolute", Title: "Endpoints are absolute https URLs", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 6749 3.1", "RFC 6749 3.2"), Needs: needs(factDocument),
			Why:  "Clients send codes and secrets there, and can't guess what a relative address belongs to.",
			Fix:  "Write the whole address, with https and without a fragment.",
			Good: `{"token_endpoint":"https://idp.example/token"}`, Bad: `{"token_endpoint":"/token"}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range s.Doc.endpoints() {
					all = append(all, badEndpoint(s, name)...)
				}
				return all
			},
		},
		{
			ID: "DISC-019", Slug: "endpoint-domains", Title: "Endpoints lie in the issuer's domain", Severity: rule.Info,
			Refs: refs("RFC 9700 4.4"), Needs: needs(factDocument, "DISC-004", "DISC-012"),
			Why:  "Large providers spread their endpoints over several domains. Elsewhere it is how a mix-up begins: the code goes to a stranger.",
			Fix:  "Make sure that the other domain is the provider's.",
			Good: `{"token_endpoint":"https://login.idp.example/token"}`, Bad: `{"token_endpoint":"https://other.example/token"}`,
			Check: func(s *Subject) []rule.Finding {
				issuer, ok := parseAddress(bare(s.Doc.text("issuer")))
				if !ok {
					return nil
				}
				var all []rule.Finding
				for _, name := range s.Doc.endpoints() {
					if u, ok := s.Doc.address(name); ok && name != "jwks_uri" && site(u.Hostname()) != site(issuer.Hostname()) {
						all = append(all, found(name, "%s is at %s, the issuer at %s", safe.Short(name, 60), quote(u.Hostname()), quote(issuer.Hostname()))...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-020", Slug: "base-path", Title: "Endpoints lie under the issuer's path", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factDocument, "DISC-004", "DISC-009", "DISC-012"),
			Why:  "A proxy that adds a path, and a provider that does not know of it, give addresses that lead nowhere.",
			Fix:  "Configure the provider with its outside base path.",
			Good: `{"issuer":"https://idp.example"}`,
			Bad:  `{"issuer":"https://idp.example/base","token_endpoint":"https://idp.example/token"}`,
			Check: func(s *Subject) []rule.Finding {
				issuer, ok := parseAddress(s.Doc.text("issuer"))
				if !ok || strings.Trim(issuer.Path, "/") == "" {
					return nil
				}
				var all []rule.Finding
				for _, name := range s.Doc.endpoints() {
					if u, ok := s.Doc.address(name); ok && strings.EqualFold(u.Host, issuer.Host) && !under(u.Path, issuer.Path) {
						all = append(all, found(name, "%s is not under %s: %s", safe.Short(name, 60), quote(issuer.Path), quote(u.Path))...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-058", Slug: "misnamed-members", Title: "No member is misnamed", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "Clients look members up by their exact names and do not find these.",
			Fix:  "Publish the value under its registered name, beside the private one if that is used.",
			Good: `{"registration_endpoint":"https://idp.example/register"}`, Bad: `{"register_endpoint":"https://idp.example/register"}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range unique(s.Doc.names()) {
					if standard := standardName(name); standard != "" && !s.Doc.has(standard) && name != legacyAlgs {
						all = append(all, found(name, "%s is probably meant to be %s", safe.Short(name, 60), standard)...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-060", Slug: "signed-metadata", Title: "The metadata is not signed beside", Severity: rule.Info,
			Refs: refs("RFC 8414 2.1"), Needs: needs(factDocument),
			Why:  "Where signed_metadata is present and understood, its values win over those of the document. It was not checked here.",
			Fix:  "Make sure that both say the same, and that clients verify the signature before they use it.",
			Good: `{}`, Bad: `{"signed_metadata":"eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}`,
			Check: func(s *Subject) []rule.Finding {
				if !s.Doc.has("signed_metadata") {
					return nil
				}
				return found("signed_metadata", "signed_metadata is present; it was not verified")
			},
		},
	}
}

func wrongType(name string, v *inspect.Value) []rule.Finding {
	want, known := memberKinds()[name]
	switch {
	case !known:
		return nil
	case v.Kind != want && want == inspect.Bool && v.Kind == inspect.String:
		return as(rule.Warn, name, "%s is the text %s, wanted a boolean", name, quote(v.Str))
	case v.Kind != want:
		return found(name, "%s is %s, wanted %s", name, v.Kind, want)
	case want == inspect.Array:
		for i := range v.Items {
			if k := v.Items[i].Kind; k != inspect.String && name != "authorization_details_types_supported" {
				return found(fmt.Sprintf("%s[%d]", name, i), "%s holds %s, wanted texts", name, k)
			}
		}
	}
	return nil
}

// badEndpoint says what is wrong with the address of one endpoint.
func badEndpoint(s *Subject, name string) []rule.Finding {
	v := s.Doc.get(name)
	if v.Kind != inspect.String {
		return nil // the type is told already
	}
	severity := rule.Severity(0)
	if s.Profile == IssuerOnly && name != "jwks_uri" {
		severity = rule.Info // nobody goes there
	}
	u, ok := s.Doc.address(name)
	switch {
	case !ok:
		return as(severity, name, "%s is no absolute https URL: %s", safe.Short(name, 60), quote(v.Str))
	case strings.Contains(v.Str, "#"):
		return as(severity, name, "%s has a fragment: %s", safe.Short(name, 60), quote(v.Str))
	case u.Scheme == "https":
		return nil
	}
	if s.ownOrigin(u) {
		return nil // the issuer itself uses http, which is told there
	}
	if loopback(u.Hostname()) {
		severity = rule.Info
	}
	return as(severity, name, "%s does not use https: %s", safe.Short(name, 60), quote(v.Str))
}

// ownOrigin reports whether an address has the issuer's scheme and host.
func (s *Subject) ownOrigin(u *url.URL) bool {
	issuer, ok := parseAddress(s.Doc.text("issuer"))
	return ok && sameOrigin(issuer, u)
}

// responseRules are about what the authorization endpoint answers, and about subjects, prompts and languages.
func responseRules() []Rule {
	return []Rule{
		{
			ID: "DISC-021", Slug: "code-offered", Title: "Response type code is offered", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 9700 2.1.2"), Needs: needs(factDocument),
			Why:  "Without it only the implicit flow is left, which gives tokens to whoever sees the address.",
			Fix:  "Offer the authorization code flow, and list code in response_types_supported.",
			Good: `{"response_types_supported":["code"]}`, Bad: `{"response_types_supported":["id_token"]}`,
			Applies: both(profiles(Login), isList("response_types_supported")),
			Check: func(s *Subject) []rule.Finding {
				if types := s.Doc.values("response_types_supported"); !slices.Contains(types, "code") {
					return found("response_types_supported", "code is not among %s", list(types))
				}
				return nil
			},
		},
		{
			ID: "DISC-022", Slug: "implicit-offered", Title: "No response type gives access tokens away", Severity: rule.Warn,
			Refs: refs("RFC 9700 2.1.2"), Needs: needs(factDocument),
			Why:  "An access token in a redirect ends up in histories, logs and Referer headers, and can't be bound to who asked for it.",
			Fix:  "Switch the implicit and hybrid flows off, at least for each client that does not need them.",
			Good: `{"response_types_supported":["code"]}`, Bad: `{"response_types_supported":["code","id_token token"]}`,
			Applies: isList("response_types_supported"),
			Check: func(s *Subject) []rule.Finding {
				bad := only(s.Doc.values("response_types_supported"), func(t string) bool { return slices.Contains(words(t), "token") })
				if len(bad) == 0 {
					return nil
				}
				return found("response_types_supported", "offered: %s", list(bad))
			},
		},
		{
			ID: "DISC-023", Slug: "response-type-order", Title: "Response types are known and in their usual order", Severity: rule.Info,
			Refs: refs("OAuth 2.0 Multiple Response Types 3", "OAuth 2.0 Multiple Response Types 5"), Needs: needs(factDocument),
			Why:  "The order of the words means nothing, but clients that compare texts do not find a type in another order.",
			Fix:  "Write them as the specifications do: code id_token, code token, id_token token, code id_token token.",
			Good: `{"response_types_supported":["code","code id_token"]}`, Bad: `{"response_types_supported":["code","id_token code"]}`,
			Applies: isList("response_types_supported"),
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, t := range s.Doc.values("response_types_supported") {
					parts := words(t)
					unknown := only(parts, func(w string) bool { return !slices.Contains([]string{"code", "id_token", "token", "none"}, w) })
					sorted := slices.Sorted(slices.Values(parts))
					switch {
					case len(parts) == 0 || len(unknown) > 0:
						all = append(all, found("response_types_supported", "%s is not registered", quote(t))...)
					case strings.Join(sorted, " ") != t:
						all = append(all, found("response_types_supported", "%s is usually written %s", quote(t), quote(strings.Join(sorted, " ")))...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-024", Slug: "subject-types", Title: "Subject types are public or pairwise", Severity: rule.Warn,
			Refs: refs("OpenID Connect Core 8"), Needs: needs(factDocument),
			Why:  "Other values have no meaning to clients.",
			Fix:  "List public, pairwise, or both.",
			Good: `{"subject_types_supported":["public"]}`, Bad: `{"subject_types_supported":["private"]}`,
			Applies: isList("subject_types_supported"),
			Check: func(s *Subject) []rule.Finding {
				odd := only(s.Doc.values("subject_types_supported"), func(t string) bool { return t != "public" && t != "pairwise" })
				if len(odd) == 0 {
					return nil
				}
				return found("subject_types_supported", "not registered: %s", list(odd))
			},
		},
		{
			ID: "DISC-025", Slug: "pairwise-only", Title: "A person's sub is the same for every client", Severity: rule.Info,
			Refs: refs("OpenID Connect Core 8.1"), Needs: needs(factDocument),
			Why:  "With pairwise identifiers each client (or sector) sees another sub for the same person: two clients can't compare them.",
			Fix:  "Don't join users of two clients by sub; ask the provider for a sector identifier where they belong together.",
			Good: `{"subject_types_supported":["public","pairwise"]}`, Bad: `{"subject_types_supported":["pairwise"]}`,
			Applies: isList("subject_types_supported"),
			Check: func(s *Subject) []rule.Finding {
				if types := unique(s.Doc.values("subject_types_supported")); len(types) == 1 && types[0] == "pairwise" {
					return found("subject_types_supported", "only pairwise subjects")
				}
				return nil
			},
		},
		{
			ID: "DISC-062", Slug: "values-well-formed", Title: "Languages, prompts and ACR values are well formed", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3", "Prompt Create 1.0", "BCP 47"), Needs: needs(factDocument),
			Why:  "A typo here is copied into requests, which are then refused or ignored.",
			Fix:  "Correct the value.",
			Good: `{"ui_locales_supported":["en","pt-BR"]}`, Bad: `{"ui_locales_supported":["bp"]}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, member := range []string{"ui_locales_supported", "claims_locales_supported"} {
					for _, tag := range s.Doc.values(member) {
						if why := badLanguage(tag); why != "" {
							all = append(all, found(member, "%s: %s", quote(tag), why)...)
						}
					}
				}
				for _, p := range s.Doc.values("prompt_values_supported") {
					if !slices.Contains([]string{"none", "login", "consent", "select_account", "create"}, p) {
						all = append(all, found("prompt_values_supported", "%s is not registered", quote(p))...)
					}
				}
				for _, acr := range s.Doc.values("acr_values_supported") {
					if acr == "" || len(words(acr)) != 1 || words(acr)[0] != acr {
						all = append(all, found("acr_values_supported", "%s can't be asked for: acr_values is separated by blanks", quote(acr))...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-063", Slug: "response-modes", Title: "The answer can come by query or form", Severity: rule.Info,
			Refs: refs("OAuth 2.0 Multiple Response Types 2.1", "JARM 2.3"), Needs: needs(factDocument),
			Why:  "A listener on a machine gets only what the browser sends: a query or a posted form, never a fragment.",
			Fix:  "Offer response_mode query or form_post.",
			Good: `{"response_modes_supported":["query","form_post"]}`, Bad: `{"response_modes_supported":["fragment"]}`,
			Applies: both(profiles(Login, OAuth), isList("response_modes_supported")),
			Check: func(s *Subject) []rule.Finding {
				modes := s.Doc.values("response_modes_supported")
				if slices.Contains(modes, "query") || slices.Contains(modes, "form_post") {
					return nil
				}
				if slices.ContainsFunc(modes, func(m string) bool { return m == "query.jwt" || m == "form_post.jwt" || m == "jwt" }) {
					return found("response_modes_supported", "answers come as JWTs alone (%s), which not every client reads", list(modes))
				}
				return found("response_modes_supported", "neither query nor form_post among %s", list(modes))
			},
		},
	}
}
