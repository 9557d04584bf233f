package lint

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

func identityRules() []Rule {
	return []Rule{
		{
			ID: "TOK-060", Slug: "required-claim", Title: "A required claim is missing", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 2", "RFC 9068 2.2", "RFC 9449 4.2", "RFC 7523 3", "RFC 8417 2.2", "RFC 9901 4.3"),
			Why:     "The rules for this kind of token are written in terms of that claim; without it they cannot be applied.",
			Fix:     "Configure the issuer to include the claim, or inspect the token with the profile that it really has.",
			Good:    `an ID token with iss, sub, aud, exp and iat`,
			Bad:     `an ID token without sub`,
			Applies: jwtProfile,
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range s.required() {
					if s.Claims.Get(name) == nil {
						all = append(all, found("claims."+name, "%s is required here and is missing", name)...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-061", Slug: "iss-mismatch", Title: "Another issuer", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.1", "OpenID Connect Core 3.1.3.7", "RFC 9207 2.4", "RFC 8725 3.8"),
			Why:     "Keys and trust belong to one exact issuer string. Letter case, a trailing slash and the port all count.",
			Fix:     "Configure the issuer exactly as the provider's discovery document writes it.",
			Good:    "expected https://auth.example.net, token says https://auth.example.net",
			Bad:     "expected https://auth.example.net, token says https://auth.example.net/",
			Applies: func(s *Subject) bool { return s.Claims != nil && s.Ctx.Issuer != "" && !s.clientIssued() },
			Check: func(s *Subject) []rule.Finding {
				iss := s.said("iss")
				if iss == nil || s.issuerFits(*iss) {
					return nil
				}
				i := firstDifference(*iss, s.Ctx.Issuer)
				return found("claims.iss", "is %q, expected %q; they differ from character %d on", safe.Short(*iss, 200), safe.Short(s.Ctx.Issuer, 200), i+1)
			},
		},
		{
			ID: "TOK-062", Slug: "iss-form", Title: "The issuer is no https URL", Severity: rule.Warn,
			Refs:    refs("OpenID Connect Core 2", "RFC 8414 2", "RFC 9068 2.2"),
			Why:     "Metadata and keys are fetched from the issuer: over plain http anybody on the way can replace them.",
			Fix:     "Use an https issuer without query and fragment. Behind a proxy, tell the provider its public address.",
			Good:    "https://auth.example.net/realms/app",
			Bad:     "http://auth.example.net",
			Applies: func(s *Subject) bool { return s.Claims != nil && s.Profile != inspect.ProfileJWS && !s.clientIssued() },
			Check: func(s *Subject) []rule.Finding {
				iss := s.text("iss")
				if iss == nil {
					return nil
				}
				if complaint := s.issuerForm(*iss); complaint != "" {
					return found("claims.iss", "%s", complaint)
				}
				return nil
			},
		},
		{
			ID: "TOK-063", Slug: "aud-mismatch", Title: "For somebody else", Severity: rule.Error,
			Refs: refs("RFC 7519 4.1.3", "OpenID Connect Core 3.1.3.7", "RFC 9068 4", "RFC 8725 3.9"),
			Why:  "A token made for another party must not be accepted, or that party could use it here.",
			Fix:  "Ask for the right audience (audience or resource parameter, API scope), or expect the one the token has.",
			Good: `{"aud":["https://api.example","account"]} where https://api.example is expected`,
			Bad:  `{"aud":"account"} where https://api.example is expected`,
			Applies: func(s *Subject) bool {
				// With an SD-JWT that has a key binding token, that one is for the audience.
				return s.Claims != nil && (s.Token.SD == nil || s.Token.SD.KeyBinding == nil)
			},
			Check: func(s *Subject) []rule.Finding {
				expected := s.audiences()
				aud := s.Claims.Get("aud")
				if len(expected) == 0 || aud == nil {
					return nil
				}
				have := textOrList(aud)
				if slices.ContainsFunc(have, func(a string) bool { return slices.Contains(expected, a) }) {
					return nil
				}
				return found("claims.aud", "is for %s, expected %s", list(have), list(expected))
			},
		},
		{
			ID: "TOK-064", Slug: "aud-multiple", Title: "Several audiences and no authorized party", Severity: rule.Warn,
			Refs:    refs("OpenID Connect Core 2", "OpenID Connect Core 3.1.3.7"),
			Why:     "Everybody named in aud accepts the token; azp would say which client it was issued to.",
			Fix:     "Issue ID tokens for one client, or add azp.",
			Good:    `{"aud":["rp","other"],"azp":"rp"}`,
			Bad:     `{"aud":["rp","other"]}`,
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) []rule.Finding {
				if aud := s.Claims.Get("aud"); aud == nil || len(aud.Items) < 2 || s.Claims.Get("azp") != nil {
					return nil
				}
				return found("claims.aud", "the token is good for %d parties, and azp does not say which client it was issued to", len(s.Claims.Get("aud").Items))
			},
		},
		{
			ID: "TOK-065", Slug: "azp-mismatch", Title: "Issued to another client", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 2", "OpenID Connect Core 3.1.3.7"),
			Why:     "azp names the client that the token was issued to, and it is not this one.",
			Fix:     "Use the client's own token. With Google an Android or iOS app is in azp and its server's client in aud, by design.",
			Good:    `{"azp":"rp"} at client rp`,
			Bad:     `{"azp":"other"} at client rp`,
			Applies: isProfile(inspect.ProfileIDToken, inspect.ProfileAccess),
			Check: func(s *Subject) []rule.Finding {
				azp := s.said("azp")
				if azp == nil || s.Ctx.ClientID == "" || *azp == s.Ctx.ClientID {
					return nil
				}
				return found("claims.azp", "was issued to %q, this client is %q", safe.Short(*azp, 120), safe.Short(s.Ctx.ClientID, 120))
			},
		},
		{
			ID: "TOK-066", Slug: "sub-form", Title: "Subject out of specification", Severity: rule.Warn,
			Refs:    refs("OpenID Connect Core 2"),
			Why:     "sub is at most 255 ASCII characters. Databases cut longer ones off, and then two people become one.",
			Fix:     "Let the provider use a short opaque identifier.",
			Good:    `{"sub":"248289761001"}`,
			Bad:     `{"sub":"Zoë"}`,
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) []rule.Finding {
				sub := s.text("sub")
				switch {
				case sub == nil:
					return nil
				case !ascii(*sub):
					return found("claims.sub", "holds characters that are not ASCII")
				case len(*sub) > 255:
					return found("claims.sub", "is %d characters long, at most 255 are allowed", len(*sub))
				}
				return nil
			},
		},
		{
			ID: "TOK-067", Slug: "nonce-missing", Title: "The nonce is missing", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 3.1.3.7", "RFC 9449 8", "RFC 9901 7.3"),
			Why:     "A nonce was sent, and its echo is what ties the token to this very login. Without it a stolen token could be injected.",
			Fix:     "Check that the provider supports nonce in this flow and that nothing between drops the parameter.",
			Good:    `{"nonce":"n-0S6_WzA2Mj"}`,
			Bad:     `{}`,
			Applies: isProfile(inspect.ProfileIDToken, inspect.ProfileDPoP, inspect.ProfileKB),
			Check: func(s *Subject) []rule.Finding {
				if s.Ctx.Nonce == "" && !s.Ctx.NonceSent || s.Claims.Get("nonce") != nil {
					return nil
				}
				return found("claims.nonce", "a nonce was sent, the token has none")
			},
		},
		{
			ID: "TOK-068", Slug: "nonce-mismatch", Title: "Another nonce", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 3.1.3.7", "RFC 9449 4.3"),
			Why:     "The token answers another request: injected, replayed, or from a second browser tab.",
			Fix:     "Start the login again and finish it in one tab. If it stays, look for a cache that serves old answers.",
			Good:    "sent n1, token has n1",
			Bad:     "sent n1, token has n2",
			Applies: isProfile(inspect.ProfileIDToken, inspect.ProfileDPoP, inspect.ProfileKB),
			Check: func(s *Subject) []rule.Finding {
				nonce := s.said("nonce")
				if nonce == nil || s.Ctx.Nonce == "" || *nonce == s.Ctx.Nonce {
					return nil
				}
				return found("claims.nonce", "is %q, %q was sent", safe.Short(*nonce, 80), safe.Short(s.Ctx.Nonce, 80))
			},
		},
		{
			ID: "TOK-071", Slug: "acr-unmet", Title: "The login was weaker than required", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 2", "OpenID Connect Core 5.5.1.1", "RFC 9470"),
			Why:     "A certain authentication context was required, and acr does not name it.",
			Fix:     "Ask for it as an essential claim (claims parameter), and check that the provider can do it.",
			Good:    `{"acr":"urn:mfa"} where urn:mfa is required`,
			Bad:     `{"acr":"0"} where urn:mfa is required`,
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) []rule.Finding {
				if len(s.Ctx.ACR) == 0 {
					return nil
				}
				acr := s.said("acr")
				switch {
				case acr == nil:
					return found("claims.acr", "there is no acr, required is %s", list(s.Ctx.ACR))
				case slices.Contains(s.Ctx.ACR, *acr):
					return nil
				}
				return found("claims.acr", "is %q, required is %s", safe.Short(*acr, 120), list(s.Ctx.ACR))
			},
		},
		{
			ID: "TOK-072", Slug: "claim-type", Title: "A claim has the wrong JSON type", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1", "OpenID Connect Core 2", "OpenID Connect Core 5.1", "RFC 8693 4.2"),
			Why:     "Each library turns a wrong type into something else, or into nothing, so two services see two different tokens.",
			Fix:     "Correct the claim's type in the issuer's mapping. Apple sends email_verified as text; clients have to live with it.",
			Good:    `{"email_verified":true}`,
			Bad:     `{"email_verified":"true"}`,
			Applies: jwtProfile,
			Check:   checkTypes,
		},
		{
			ID: "TOK-073", Slug: "scope-broad", Title: "All-powerful scope", Severity: rule.Warn,
			Refs:    refs("RFC 9700 2.3"),
			Why:     "A token should carry the rights its task needs; one like this opens everything when it leaks.",
			Fix:     "Ask for the scopes you need, by name.",
			Good:    `{"scope":"orders:read"}`,
			Bad:     `{"scope":"orders:* admin"}`,
			Applies: isProfile(inspect.ProfileAccess, inspect.ProfileATJWT),
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range [...]string{"scope", "scp"} {
					if i := slices.IndexFunc(scopes(s.Claims.Get(name)), broad); i >= 0 {
						all = append(all, found("claims."+name, "%s gives more than any one task needs", quoteShort(scopes(s.Claims.Get(name))[i]))...)
					}
				}
				return all
			},
		},
	}
}

func broad(scope string) bool {
	switch scope { // scopes are case-sensitive (RFC 6749 3.3)
	case "admin", "root", "superuser", "all", "full_access":
		return true
	}
	return strings.Contains(scope, "*")
}

// required lists the claims that must be there, in the order of the profile's specification.
func (s *Subject) required() []string {
	var names []string
	switch s.Profile {
	case inspect.ProfileIDToken:
		names = []string{"iss", "sub", "aud", "iat"}
	case inspect.ProfileATJWT:
		names = []string{"iss", "sub", "aud", "iat", "jti", "client_id"}
	case inspect.ProfileLogout:
		names = []string{"iss", "aud", "iat", "jti"}
	case inspect.ProfileDPoP:
		return []string{"jti", "htm", "htu", "iat"}
	case inspect.ProfileClientAssertion:
		return []string{"iss", "sub", "aud", "jti"}
	case inspect.ProfileSET:
		names = []string{"iss", "iat", "jti", "events"}
	case inspect.ProfileKB:
		return []string{"iat", "aud", "nonce", "sd_hash"}
	case inspect.ProfileRequestObject:
		names = []string{"client_id"}
		if len(s.audiences()) > 0 {
			names = append(names, "aud")
		}
		return names // iss is the client, not the issuer that is expected elsewhere
	}
	if s.Ctx.Issuer != "" && !slices.Contains(names, "iss") {
		names = append(names, "iss")
	}
	if len(s.audiences()) > 0 && !slices.Contains(names, "aud") && s.Profile != inspect.ProfileSDJWT {
		names = append(names, "aud")
	}
	return names
}

// audiences gives what aud must contain one of: for an ID token the client id.
func (s *Subject) audiences() []string {
	if s.Profile == inspect.ProfileIDToken && s.Ctx.ClientID != "" {
		return []string{s.Ctx.ClientID}
	}
	return s.Ctx.Audiences
}

func checkTypes(s *Subject) (all []rule.Finding) {
	for i := range s.Claims.Members {
		m := &s.Claims.Members[i]
		if want := wantedType(m.Name, &m.Value); want != "" {
			all = append(all, found("claims."+m.Name, "is %s, want %s", kindWord(&m.Value), want)...)
		}
	}
	return all
}

// wantedType says what a registered claim should have been, or "" when it is what it should be.
func wantedType(name string, v *inspect.Value) string {
	switch name {
	case "iss", "sub", "jti", "nonce", "azp", "acr", "client_id", "sid", "scope", "htm", "htu", "ath", "at_hash", "c_hash":
		if v.Kind != inspect.String {
			return "text"
		}
	case "aud":
		if !(v.Kind == inspect.String && v.Str != "" || v.Kind == inspect.Array && len(v.Items) > 0 && allText(v)) {
			return "text or a list of texts, not empty"
		}
	case "amr":
		if v.Kind != inspect.Array || !allText(v) {
			return "a list of texts"
		}
	case "email_verified", "phone_number_verified":
		if v.Kind != inspect.Bool {
			return "true or false"
		}
	case "cnf", "events", "act", "address", "realm_access":
		if v.Kind != inspect.Object {
			return "an object"
		}
	}
	return ""
}
