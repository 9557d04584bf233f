package lint

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// kindRules are about taking one kind of token for another.
func kindRules() []Rule {
	return []Rule{
		{
			ID: "TOK-041", Slug: "typ-missing", Title: "The token does not say what it is", Severity: rule.Info,
			Refs: refs("RFC 7519 5.1", "RFC 8725 3.11", "rfc8725bis 3.11"),
			Why:  "An explicit typ keeps kinds of tokens apart. Many large providers omit it.",
			Fix:  "Nothing to do for a client. An issuer can add typ.",
			Good: `{"typ":"at+jwt","alg":"RS256"}`,
			Bad:  `{"alg":"RS256"}`,
			Applies: func(s *Subject) bool {
				switch s.Profile {
				case inspect.ProfileJWT, inspect.ProfileIDToken, inspect.ProfileAccess, inspect.ProfileLogout,
					inspect.ProfileClientAssertion, inspect.ProfileRequestObject, inspect.ProfileSET:
					return s.Header != nil
				}
				return false
			},
			Check: func(s *Subject) []rule.Finding {
				if s.Header.Get("typ") != nil {
					return nil
				}
				return found("header.typ", "there is no typ")
			},
		},
		{
			ID: "TOK-042", Slug: "typ-wrong", Title: "Another kind of token", Severity: rule.Error,
			Refs: refs("RFC 9068 2.1", "RFC 9068 4", "RFC 9449 4.3", "RFC 9101 10.8", "OpenID Connect Back-Channel Logout 2.4", "RFC 9901 4.3", "RFC 8725 3.11"),
			Why:  "A token of one kind must not pass for another: that is how an ID token opens an API.",
			Fix:  "Send the kind of token that is wanted here, or inspect it with its own profile.",
			Good: `an access token with typ at+jwt`,
			Bad:  `a logout token (typ logout+jwt) where an ID token is expected`,
			Applies: func(s *Subject) bool {
				return s.Header != nil && s.Profile != inspect.ProfileJWT && s.Profile != inspect.ProfileJWS
			},
			Check: func(s *Subject) []rule.Finding {
				v := s.Header.Get("typ")
				if v == nil {
					if want := mandatoryTyp(s.Profile); want != "" {
						return found("header.typ", "there is no typ, want %s", want)
					}
					return nil
				}
				if v.Kind == inspect.String && typFits(s.Profile, mediaType(v.Str)) {
					return nil
				}
				return found("header.typ", "is %s, which does not fit %s", quoteRaw(v), s.Profile)
			},
		},
		{
			ID: "TOK-043", Slug: "token-confusion", Title: "The claims are those of another kind of token", Severity: rule.Error,
			Refs:    refs("RFC 8725 2.8", "RFC 8725 3.12", "RFC 9068 5", "OpenID Connect Core 2"),
			Why:     "An ID token tells a client who logged in; an access token opens an API; a refresh token gets new ones. None replaces another.",
			Fix:     "Send the access token to APIs, and give the ID token to the client only.",
			Good:    `an access token without nonce`,
			Bad:     `a token with nonce and at_hash sent to an API`,
			Applies: isProfile(inspect.ProfileAccess, inspect.ProfileATJWT, inspect.ProfileIDToken),
			Check: func(s *Subject) []rule.Finding {
				if s.Profile == inspect.ProfileIDToken {
					return s.notAnIDToken()
				}
				return s.notAnAccessToken()
			},
		},
	}
}

func mandatoryTyp(p inspect.Profile) string {
	switch p {
	case inspect.ProfileATJWT:
		return "at+jwt"
	case inspect.ProfileDPoP:
		return "dpop+jwt"
	case inspect.ProfileKB:
		return "kb+jwt"
	case inspect.ProfileSDJWT:
		return "a type that ends in +sd-jwt"
	}
	return ""
}

// mediaType brings typ and cty into the short form of RFC 7515 4.1.9.
func mediaType(typ string) string {
	return strings.TrimPrefix(strings.ToLower(typ), "application/")
}

func typFits(p inspect.Profile, typ string) bool {
	switch p {
	case inspect.ProfileATJWT:
		return typ == "at+jwt"
	case inspect.ProfileDPoP:
		return typ == "dpop+jwt"
	case inspect.ProfileKB:
		return typ == "kb+jwt"
	case inspect.ProfileSDJWT:
		return strings.HasSuffix(typ, "+sd-jwt")
	case inspect.ProfileIDToken:
		return typ == "jwt"
	case inspect.ProfileAccess:
		return typ == "jwt" || strings.HasSuffix(typ, "at+jwt")
	case inspect.ProfileLogout:
		return typ == "logout+jwt" || typ == "jwt"
	case inspect.ProfileClientAssertion:
		return typ == "jwt" || typ == "client-authentication+jwt"
	case inspect.ProfileRequestObject:
		return typ == "oauth-authz-req+jwt" || typ == "jwt"
	case inspect.ProfileSET:
		return typ == "secevent+jwt"
	}
	return true
}

func (s *Subject) notAnAccessToken() []rule.Finding {
	for _, name := range [...]string{"nonce", "at_hash", "c_hash", "s_hash"} {
		if s.Claims.Get(name) != nil {
			return found("claims."+name, "%s belongs into an ID token", name)
		}
	}
	if use := s.text("token_use"); use != nil && *use == "id" {
		return found("claims.token_use", "says that this is an ID token")
	}
	return s.keycloakType("ID", "Refresh", "Offline", "Logout")
}

func (s *Subject) notAnIDToken() []rule.Finding {
	if use := s.text("token_use"); use != nil && *use == "access" {
		return found("claims.token_use", "says that this is an access token")
	}
	if f := s.keycloakType("Bearer", "Refresh", "Offline", "Logout"); f != nil {
		return f
	}
	if s.Claims.Get("events") != nil {
		return found("claims.events", "events belongs into a logout or security event token")
	}
	if s.Claims.Get("htm") != nil && s.Claims.Get("htu") != nil {
		return found("claims.htm", "htm and htu belong into a DPoP proof")
	}
	return nil
}

func (s *Subject) keycloakType(others ...string) []rule.Finding {
	if typ := s.text("typ"); typ != nil && slices.Contains(others, *typ) {
		return found("claims.typ", "says that this is a token of type %s", *typ)
	}
	return nil
}
