package lint

import (
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Limits in seconds; the catalogue's defaults.
const (
	maxTokenLife     = 86400
	maxAssertionLife = 3600
	maxLogoutLife    = 600
	maxProofAge      = 300
	maxLogoutAge     = 600
	milliseconds     = 100_000_000_000 // from here on a NumericDate can't be meant in seconds
)

// numericDates are the claims that RFC 7519 and OpenID Connect Core define as NumericDate.
var numericDates = [...]string{"exp", "nbf", "iat", "auth_time"}

func timeRules() []Rule {
	return []Rule{
		{
			ID: "TOK-049", Slug: "exp-missing", Title: "No expiry", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.4", "OpenID Connect Core 2", "RFC 9068 2.2", "RFC 7523 3", "OpenID Connect Back-Channel Logout 2.4"),
			Why:     "A token without exp is good for ever: once stolen it can be used until the signing key is replaced.",
			Fix:     "Let the issuer set exp, minutes ahead for access and ID tokens.",
			Good:    `{"exp":1795309200}`,
			Bad:     `{"iat":1795305600}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				if s.Claims.Get("exp") != nil {
					return nil
				}
				var severity rule.Severity
				switch s.Profile {
				case inspect.ProfileIDToken, inspect.ProfileATJWT, inspect.ProfileLogout, inspect.ProfileClientAssertion:
					severity = rule.Error
				case inspect.ProfileJWT, inspect.ProfileAccess, inspect.ProfileRequestObject:
					severity = rule.Warn
				default:
					return nil
				}
				return one(severity, "claims.exp", "there is no exp claim: the token never expires")
			},
		},
		{
			ID: "TOK-050", Slug: "expired", Title: "The token has expired", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.4"),
			Why:     "After exp the token must not be accepted. It is a fact about time, not a sign of an attack.",
			Fix:     "Get a new token: refresh, or log in again. If it looks too early, compare the clocks of issuer and verifier.",
			Good:    "exp 1795309200 judged at 1795305600",
			Bad:     "exp 1795305600 judged at 1795309200",
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				exp, ok := s.date("exp")
				if !ok || s.now-s.skew < exp {
					return nil
				}
				return found("claims.exp", "expired %s ago", seconds(s.now-exp))
			},
		},
		{
			ID: "TOK-051", Slug: "not-yet-valid", Title: "The token is not valid yet", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.5"),
			Why:     "Before nbf the token must not be accepted. Most often a clock is wrong.",
			Fix:     "Synchronise the clocks (NTP) of the issuer and of this machine, or wait.",
			Good:    "nbf 1795305600 judged at 1795305600",
			Bad:     "nbf 1795306500 judged at 1795305600",
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				nbf, ok := s.date("nbf")
				if !ok || nbf <= s.now+s.skew {
					return nil
				}
				return found("claims.nbf", "valid only in %s", seconds(nbf-s.now))
			},
		},
		{
			ID: "TOK-052", Slug: "iat-future", Title: "Issued in the future", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.6", "OpenID Connect Core 3.1.3.7"),
			Why:     "An issue time ahead of now means that a clock is wrong, or that somebody made the token up.",
			Fix:     "Synchronise the clocks (NTP) of the issuer and of this machine.",
			Good:    "iat 1795305600 judged at 1795305600",
			Bad:     "iat 1795306500 judged at 1795305600",
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				iat, ok := s.date("iat")
				if !ok || iat <= s.now+s.skew {
					return nil
				}
				return found("claims.iat", "issued %s from now", seconds(iat-s.now))
			},
		},
		{
			ID: "TOK-053", Slug: "time-unit", Title: "A time is not in seconds", Severity: rule.Error,
			Refs:    refs("RFC 7519 2"),
			Why:     "NumericDate counts seconds. Milliseconds read as seconds lie thousands of years ahead, so the token practically never expires.",
			Fix:     "Divide by 1000 (or 1000000, or 1000000000) where the issuer writes the claim.",
			Good:    `{"exp":1795309200}`,
			Bad:     `{"exp":1795309200000}`,
			Applies: jwtProfile,
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range dateNames {
					if d := s.dateClaim(name); d.fault == dateUnit {
						x := d.x
						unit, scale := unitOf(x)
						at := time.Unix(int64(x/scale), 0).UTC().Format("2006-01-02 15:04:05")
						all = append(all, found("claims."+name, "looks like %s: that would be %s UTC; read as seconds it lies %s away", unit, at, years(x-s.now))...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-054", Slug: "time-type", Title: "A time is not a number", Severity: rule.Error,
			Refs:    refs("RFC 7519 2", "RFC 7519 4.1.4", "RFC 7519 4.1.5", "RFC 7519 4.1.6"),
			Why:     "Some libraries turn text into a date, others behave as if the claim were absent, and so the token may never expire for them.",
			Fix:     "Write the claim as a JSON number: seconds since 1970-01-01 UTC.",
			Good:    `{"exp":1795309200}`,
			Bad:     `{"exp":"1795309200"}`,
			Applies: jwtProfile,
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range numericDates {
					if s.dateClaim(name).fault == dateType {
						all = append(all, found("claims."+name, "is %s, want a number of seconds", kindWord(s.Claims.Get(name)))...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-055", Slug: "time-range", Title: "A time is out of range", Severity: rule.Error,
			Refs:    refs("RFC 7519 2"),
			Why:     "Zero, negative and overflowing times are bugs at best; at worst they are meant to break somebody's arithmetic.",
			Fix:     "Leave the claim out when there is no value, and check what fills it.",
			Good:    `{"auth_time":1795305600}`,
			Bad:     `{"auth_time":0}`,
			Applies: jwtProfile,
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range numericDates {
					if s.dateClaim(name).fault == dateRange {
						all = append(all, found("claims."+name, "is %s, which is no time", quoteRaw(s.Claims.Get(name)))...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-056", Slug: "time-order", Title: "Expires before it begins", Severity: rule.Error,
			Refs:    refs("RFC 7519 4.1.4", "RFC 7519 4.1.5"),
			Why:     "There is no moment at which such a token is valid.",
			Fix:     "Check how the issuer computes exp: often the lifetime is missing or has the wrong unit.",
			Good:    `{"iat":1795305600,"exp":1795309200}`,
			Bad:     `{"iat":1795305600,"exp":1795305600}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				if name, bad := s.endsBefore(); bad {
					return found("claims.exp", "exp is not after %s: the token was never valid", name)
				}
				return nil
			},
		},
		{
			ID: "TOK-057", Slug: "lifetime-long", Title: "Lives long", Severity: rule.Warn,
			Refs:    refs("RFC 9068 5", "RFC 9700 2.2", "RFC 9700 4.10", "RFC 7523 3", "OpenID Connect Back-Channel Logout 2.4"),
			Why:     "Whoever steals the token can use it for that long. Short lives limit theft; refresh tokens make them bearable.",
			Fix:     "Shorten the lifetime at the issuer, and use refresh tokens.",
			Good:    "one hour",
			Bad:     "one week",
			Applies: jwtProfile,
			Check:   checkLifetime,
		},
		{
			ID: "TOK-058", Slug: "stale", Title: "Too old for a one-time token", Severity: rule.Error,
			Refs:    refs("RFC 9449 4.3", "RFC 9449 11.1", "RFC 9901 7.3", "OpenID Connect Back-Channel Logout 2.6"),
			Why:     "Proofs and logout tokens are for now. An old one is probably a replay.",
			Fix:     "Make a new one for each request, and check the clocks.",
			Good:    "a DPoP proof made a second ago",
			Bad:     "a DPoP proof made ten minutes ago",
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				var limit float64
				switch s.Profile {
				case inspect.ProfileDPoP, inspect.ProfileKB:
					limit = maxProofAge
				case inspect.ProfileLogout:
					limit = maxLogoutAge
				default:
					return nil
				}
				iat, ok := s.date("iat")
				if !ok || s.now-iat <= limit+s.skew {
					return nil
				}
				return found("claims.iat", "made %s ago, at most %s is accepted", seconds(s.now-iat), seconds(limit))
			},
		},
		{
			ID: "TOK-059", Slug: "auth-age", Title: "The login is too long ago", Severity: rule.Error,
			Refs: refs("OpenID Connect Core 2", "OpenID Connect Core 3.1.2.1", "OpenID Connect Core 3.1.3.7"),
			Why:  "The request asked with max_age for a recent login; auth_time does not show one.",
			Fix:  "Ask again with prompt=login, and check that the provider supports max_age and auth_time.",
			Good: "max_age 300, auth_time two minutes ago",
			Bad:  "max_age 300, auth_time missing",
			Applies: func(s *Subject) bool {
				return s.Profile == inspect.ProfileIDToken && s.Claims != nil && s.Ctx.MaxAge != nil
			},
			Check: func(s *Subject) []rule.Finding {
				limit := s.Ctx.MaxAge.Seconds()
				if s.Claims.Get("auth_time") == nil {
					return found("claims.auth_time", "max_age was requested, but there is no auth_time")
				}
				at, ok := s.date("auth_time")
				if !ok || s.now-at <= limit+s.skew {
					return nil
				}
				return found("claims.auth_time", "the login was %s ago, max_age allows %s", seconds(s.now-at), seconds(limit))
			},
		},
	}
}

func checkLifetime(s *Subject) []rule.Finding {
	var limit float64
	switch s.Profile {
	case inspect.ProfileIDToken, inspect.ProfileAccess, inspect.ProfileATJWT, inspect.ProfileJWT:
		limit = maxTokenLife
	case inspect.ProfileClientAssertion, inspect.ProfileRequestObject:
		limit = maxAssertionLife
	case inspect.ProfileLogout:
		limit = maxLogoutLife
	default:
		return nil
	}
	exp, ok := s.date("exp")
	if !ok {
		return nil
	}
	if _, bad := s.endsBefore(); bad {
		return nil
	}
	start, ok := s.date("iat")
	if !ok {
		if start, ok = s.date("nbf"); !ok {
			start = s.now
		}
	}
	if exp-start <= limit {
		return nil
	}
	return found("claims.exp", "lives %s, more than %s", seconds(exp-start), seconds(limit))
}

// endsBefore names the claim that exp does not come after.
func (s *Subject) endsBefore() (name string, bad bool) {
	exp, ok := s.date("exp")
	if !ok {
		return "", false
	}
	for _, name := range [...]string{"iat", "nbf"} {
		if t, ok := s.date(name); ok && exp <= t {
			return name, true
		}
	}
	return "", false
}
