package lint

import (
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// contentRules are about what should not be in a token that everybody who holds it can read.
func contentRules() []Rule {
	return []Rule{
		{
			ID: "TOK-089", Slug: "pii", Title: "Personal data in an access token", Severity: rule.Warn,
			Refs:    refs("RFC 9068 6", "RFC 7519 12", "RFC 9700 2.3"),
			Why:     "Access tokens travel to many services and end up in their logs, and everybody can read them.",
			Fix:     "Leave personal claims to the ID token and the userinfo endpoint.",
			Good:    `{"sub":"248289761001","scope":"orders"}`,
			Bad:     `{"sub":"248289761001","email":"alice@example.com"}`,
			Applies: isProfile(inspect.ProfileAccess, inspect.ProfileATJWT, inspect.ProfileJWT),
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range [...]string{"email", "phone_number", "phone", "address", "birthdate", "given_name", "family_name", "upn", "unique_name", "ipaddr"} {
					if v := s.Claims.Get(name); v != nil && !empty(v) {
						all = append(all, found("claims."+name, "everybody who sees the token can read it")...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-090", Slug: "sensitive-id", Title: "A number that must never be in a token", Severity: rule.Error,
			Refs:    refs("RFC 7519 12", "PCI DSS 3.2"),
			Why:     "Government identifiers, card and account numbers do harm wherever they leak, and tokens leak.",
			Fix:     "Remove the claim at the issuer, and look the value up where it is needed.",
			Good:    `{"customer":"c-1042"}`,
			Bad:     `{"passport":"X1234567"}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				var seen places
				s.eachClaim(func(at place, v *inspect.Value) {
					if why := sensitive(at.name, v); why != "" {
						seen.add(at, "%s", why)
					}
				})
				return seen.all
			},
		},
		{
			ID: "TOK-091", Slug: "secret-in-claims", Title: "A secret in the claims", Severity: rule.Error,
			Refs:    refs("RFC 7519 12", "CWE-522"),
			Why:     "Base64url hides nothing: whoever sees the token has the secret.",
			Fix:     "Remove the claim at the issuer and replace the secret: it must count as known.",
			Good:    `{"password_hash":"…"}`,
			Bad:     `{"api_key":"…"}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				var seen places
				s.eachClaim(func(at place, v *inspect.Value) {
					if holdsSecret(at.name, v) {
						seen.add(at, "looks like a password, a key or a token")
					}
				})
				return seen.all
			},
		},
		{
			ID: "TOK-092", Slug: "email-unverified", Title: "The address is not verified", Severity: rule.Info,
			Refs:    refs("OpenID Connect Core 5.1", "OpenID Connect Core 5.7"),
			Why:     "Nobody proved that the person owns the address: accounts must not be linked by it.",
			Fix:     "Identify people by iss and sub.",
			Good:    `{"email":"alice@example.com","email_verified":true}`,
			Bad:     `{"email":"alice@example.com","email_verified":false}`,
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) []rule.Finding {
				v := s.Claims.Get("email_verified")
				if v == nil || v.Kind != inspect.Bool || v.Raw != "false" || s.Claims.Get("email") == nil {
					return nil
				}
				return found("claims.email_verified", "the provider has not verified the address")
			},
		},
	}
}

func empty(v *inspect.Value) bool {
	switch v.Kind {
	case inspect.Null:
		return true
	case inspect.String:
		return v.Str == ""
	case inspect.Array:
		return len(v.Items) == 0
	case inspect.Object:
		return len(v.Members) == 0
	}
	return false
}

// sensitive says why a claim looks like an identifier that does not belong into a token, or "".
func sensitive(name string, v *inspect.Value) string {
	lower := strings.ToLower(name)
	switch lower {
	case "sub", "jti", "sid", "uid", "oid", "tid", "cid", "azp", "aud", "nonce", "client_id",
		"exp", "nbf", "iat", "auth_time", "updated_at":
		return ""
	}
	// Each of the words has one of these in it, and few names have.
	if (strings.Contains(lower, "ss") || strings.IndexByte(lower, '_') >= 0 || strings.Contains(lower, "iban")) && !empty(v) && v.Kind != inspect.Bool {
		for _, word := range [...]string{"ssn", "social_security", "national_id", "passport", "tax_id", "card_number", "credit_card", "iban"} {
			if strings.Contains(lower, word) {
				return "the name says that this is an identifier which does not belong into a token"
			}
		}
	}
	if v.Kind != inspect.String {
		return ""
	}
	switch {
	case socialSecurity(v.Str):
		return "has the form of a social security number"
	case paymentCard(v.Str):
		return "has the form and the check digit of a payment card number"
	}
	return ""
}

// socialSecurity reports the form ddd-dd-dddd.
func socialSecurity(s string) bool {
	if len(s) != 11 {
		return false
	}
	for i := range len(s) {
		if dash := i == 3 || i == 6; dash != (s[i] == '-') || !dash && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// paymentCard reports 13 to 19 digits, blanks and dashes dropped, that begin with 3 to 6 and pass the Luhn check.
func paymentCard(s string) bool {
	if len(s) < 13 || len(s) > 40 {
		return false
	}
	if c := s[0]; c != ' ' && c != '-' && (c < '0' || c > '9') {
		return false
	}
	digits := make([]byte, 0, 40)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c-'0')
		case c != ' ' && c != '-':
			return false
		}
	}
	if len(digits) < 13 || len(digits) > 19 || digits[0] < 3 || digits[0] > 6 {
		return false
	}
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i])
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func holdsSecret(name string, v *inspect.Value) bool {
	if v.Kind != inspect.String || v.Str == "" {
		return false
	}
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, "_hash") || strings.HasSuffix(lower, "_id") {
		return false
	}
	switch lower {
	case "password", "passwd", "pwd", "secret", "client_secret", "api_key", "apikey", "private_key", "refresh_token":
		return true
	}
	for _, prefix := range [...]string{"-----BEGIN", "ghp_", "gho_", "glpat-", "xoxb-", "sk_live_"} {
		if strings.HasPrefix(v.Str, prefix) {
			return true
		}
	}
	return awsKey(v.Str)
}

// awsKey reports AKIA and 16 capital letters or digits.
func awsKey(s string) bool {
	if len(s) < 20 || !strings.HasPrefix(s, "AKIA") {
		return false
	}
	for i := 4; i < 20; i++ {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
