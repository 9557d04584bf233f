package lint

import (
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Limits of the catalogue, in bytes of the token's text.
const (
	maxHeaderLine = 8192
	maxSDJWT      = 65536
	maxExact      = 1<<53 - 1 // the largest integer that an IEEE double holds together with its neighbours
)

// containerRules are about how the token is written: its parts, base64url and JSON.
func containerRules() []Rule {
	return []Rule{
		{
			ID: "TOK-001", Slug: "segment-count", Title: "Not a whole token", Severity: rule.Error,
			Refs: refs("RFC 7515 3.1", "RFC 7515 5.2", "RFC 7516 3.1", "RFC 7519 7.2"),
			Why:  "A token that was half copied, or glued to something else, can't be verified.",
			Fix:  "Copy it again, whole. A signed compact token has three parts with dots between, an encrypted one five.",
			Good: "header.payload.signature",
			Bad:  "header.payload",
			Check: func(s *Subject) []rule.Finding {
				for i := range s.Token.Faults {
					if f := &s.Token.Faults[i]; f.Code == inspect.FaultSegments || f.Code == inspect.FaultForm {
						return found("input", "%s (at byte %d)", f.Message, f.Offset)
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-002", Slug: "b64-alphabet", Title: "Not base64url", Severity: rule.Error,
			Refs:    refs("RFC 7515 2", "RFC 7515 5.2", "RFC 4648 5", "rfc8725bis 3.14"),
			Why:     "Tolerant decoders skip or replace such characters, so that two programs can read two different tokens.",
			Fix:     "Encode with base64url: - and _ in place of + and /, no line breaks, no padding.",
			Good:    "eyJhbGciOiJFUzI1NiJ9",
			Bad:     "eyJhbGciOiJFUzI1NiJ9+",
			Applies: structured,
			Check:   func(s *Subject) []rule.Finding { return s.partFaults(inspect.FaultAlphabet, inspect.FaultLength) },
		},
		{
			ID: "TOK-003", Slug: "b64-padding", Title: "Padded base64", Severity: rule.Error,
			Refs:    refs("RFC 7515 2"),
			Why:     "JOSE forbids the = at the end; some libraries take it and others refuse the token.",
			Fix:     "Cut the padding off where the token is made.",
			Good:    "eyJhIjoxfQ",
			Bad:     "eyJhIjoxfQ==",
			Applies: structured,
			Check:   func(s *Subject) []rule.Finding { return s.partFaults(inspect.FaultPadding) },
		},
		{
			ID: "TOK-004", Slug: "b64-noncanonical", Title: "One of several spellings", Severity: rule.Warn,
			Refs:    refs("RFC 4648 3.5", "RFC 4648 12"),
			Why:     "Unused bits of the last character are set. Several texts decode to the same bytes, so deny lists and caches keyed on the text can be got around.",
			Fix:     "Encode with a strict library; a verifier should refuse such texts.",
			Good:    "eyJhIjoxfQ",
			Bad:     "eyJhIjoxfR",
			Applies: structured,
			Check: func(s *Subject) []rule.Finding {
				return s.partFaults(inspect.FaultNonCanonical)
			},
		},
		{
			ID: "TOK-005", Slug: "input-junk", Title: "The paste was cleaned", Severity: rule.Info,
			Refs: refs("RFC 6750 2.1", "RFC 9449 7.1"),
			Why:  "What was pasted had more around or inside than the token; a program that takes it as it is will fail.",
			Fix:  "Copy the token alone.",
			Good: "eyJhbGciOi….eyJpc3MiOi….c2ln",
			Bad:  "Authorization: Bearer eyJhbGciOi….eyJpc3MiOi….c2ln",
			Check: func(s *Subject) []rule.Finding {
				if s.Token.Removed == "" {
					return nil
				}
				return found("input", "removed: %s", s.Token.Removed)
			},
		},
		{
			ID: "TOK-006", Slug: "header-json", Title: "The header is not JSON", Severity: rule.Error,
			Refs:    refs("RFC 7515 4", "RFC 7515 5.2"),
			Why:     "The header says how the token is protected; when it can't be read, nothing in it can be trusted.",
			Fix:     "Look at what makes the token. A header cut off in the middle points to a copy that is not whole.",
			Good:    `{"alg":"RS256"}`,
			Bad:     `{"alg":"RS256"`,
			Applies: structured,
			Check:   func(s *Subject) []rule.Finding { return s.jsonFault("header", "header") },
		},
		{
			ID: "TOK-007", Slug: "claims-json", Title: "The claims are not JSON", Severity: rule.Error,
			Refs: refs("RFC 7519 7.2"),
			Why:  "A signed message can hold anything; a JWT holds one JSON object.",
			Fix:  "Look at what makes the token, or inspect it with the profile jws.",
			Good: `{"sub":"alice"}`,
			Bad:  `sub=alice`,
			Applies: func(s *Subject) bool {
				return !s.again && (!s.encrypted() || s.Token.Opened) && structured(s) && s.Profile != inspect.ProfileJWS
			},
			Check: func(s *Subject) []rule.Finding {
				if s.nested() {
					return nil
				}
				return s.jsonFault("payload", "claims")
			},
		},
		{
			ID: "TOK-008", Slug: "dup-header", Title: "A header parameter twice", Severity: rule.Error,
			Refs:    refs("RFC 7515 4", "RFC 7516 4"),
			Why:     "Of two alg the verifier may take one and the application the other.",
			Fix:     "Write each name once. A verifier must refuse the token.",
			Good:    `{"alg":"RS256"}`,
			Bad:     `{"alg":"RS256","alg":"none"}`,
			Applies: func(s *Subject) bool { return s.Header != nil },
			Check: func(s *Subject) []rule.Finding {
				if s.Token.Unprotected == nil {
					return duplicates("header", s.Header)
				}
				return append(duplicates("header", s.protected()), duplicates("header", s.Token.Unprotected)...) // in both is TOK-016
			},
		},
		{
			ID: "TOK-009", Slug: "dup-claim", Title: "A claim twice", Severity: rule.Error,
			Refs:    refs("RFC 7519 4", "RFC 8259 4"),
			Why:     "Some parsers keep the first value, some the last: one service sees a user, the next an administrator.",
			Fix:     "Write each name once. A verifier should refuse the token.",
			Good:    `{"sub":"alice"}`,
			Bad:     `{"sub":"alice","sub":"admin"}`,
			Applies: jwtProfile,
			Check:   func(s *Subject) []rule.Finding { return duplicates("claims", s.Claims) },
		},
		{
			ID: "TOK-010", Slug: "json-trailing", Title: "Something follows the JSON", Severity: rule.Error,
			Refs:    refs("RFC 8259 2", "RFC 7515 5.2"),
			Why:     "Parsers that read a stream stop at the end of the first value and never see the rest.",
			Fix:     "Write one JSON object and nothing after it.",
			Good:    `{"sub":"alice"}`,
			Bad:     `{"sub":"alice"}{"sub":"admin"}`,
			Applies: structured,
			Check:   func(s *Subject) []rule.Finding { return s.documentFaults(inspect.FaultTrailing) },
		},
		{
			ID: "TOK-011", Slug: "json-text", Title: "Text that parsers read differently", Severity: rule.Warn,
			Refs:    refs("RFC 8259 8.1", "RFC 8259 8.2", "RFC 8725 3.7"),
			Why:     "A byte order mark or half of a surrogate pair is kept by one parser, dropped by another and replaced by a third: two texts that are compared then differ.",
			Fix:     "Write plain UTF-8 without a mark, and whole surrogate pairs.",
			Good:    `{"name":"\ud83d\ude00"}`,
			Bad:     `{"name":"\ud83d"}`,
			Applies: structured,
			Check:   checkJSONText,
		},
		{
			ID: "TOK-012", Slug: "json-depth", Title: "Nested too deep", Severity: rule.Error,
			Refs:    refs("RFC 8259 9"),
			Why:     "No real token is nested deeper than 32 levels; such depth is meant to exhaust a parser's stack.",
			Fix:     "Refuse the token, and bound the depth that your parser accepts.",
			Good:    `{"address":{"country":"NL"}}`,
			Bad:     `[[[[…]]]] with 9000 levels`,
			Applies: structured,
			Check:   func(s *Subject) []rule.Finding { return s.documentFaults(inspect.FaultDepth) },
		},
		{
			ID: "TOK-013", Slug: "unsafe-text", Title: "Text that is not what it looks like", Severity: rule.Warn,
			Refs:    refs("RFC 8725 2.9", "RFC 8725 3.10", "CWE-150", "CVE-2021-42574"),
			Why:     "Control characters, escape sequences, direction overrides and zero-width characters can recolour, overwrite or reorder what somebody reads, or drive the terminal.",
			Fix:     "Find out who could put them there, and refuse such values where they come in.",
			Good:    `{"department":"finance"}`,
			Bad:     `{"department":"\u202eecnanif"}`,
			Applies: structured,
			Check: func(s *Subject) []rule.Finding {
				if s.Token.Kind == inspect.JWSCompact && asciiJSON(s.Header) && asciiJSON(s.Claims) {
					return nil
				}
				var seen places
				report := func(at place, v *inspect.Value) {
					if what := unsafeText(v.Str); v.Kind == inspect.String && what != "" {
						seen.add(at, "holds %s", what)
					}
				}
				names := func(at place, m *inspect.Member) {
					if what := unsafeName(m.Name); what != "" {
						seen.add(at, "the name holds %s", what)
					}
				}
				walk("header", s.Header, report, names)
				walk("claims", s.Claims, report, names)
				return seen.all
			},
		},
		{
			ID: "TOK-014", Slug: "size", Title: "Too long for a header line", Severity: rule.Warn,
			Refs: refs("RFC 9110 5.4"),
			Why:  "Many servers and proxies refuse header lines above 8 KiB, and cookies hold 4 KiB.",
			Fix:  "Leave out groups and other long claims, or let services look them up.",
			Good: "1,200 characters",
			Bad:  "9,000 characters",
			Check: func(s *Subject) []rule.Finding {
				limit := maxHeaderLine
				if s.Token.Kind == inspect.SDJWT {
					limit = maxSDJWT
				}
				if len(s.Token.Raw) <= limit {
					return nil
				}
				return found("input", "%d characters, more than %d", len(s.Token.Raw), limit)
			},
		},
		{
			ID: "TOK-015", Slug: "number-precision", Title: "A number that loses digits", Severity: rule.Warn,
			Refs:    refs("RFC 8259 6", "RFC 7493 2.2"),
			Why:     "JavaScript and many decoders keep numbers as IEEE doubles: from 2^53 on, different identifiers become equal.",
			Fix:     "Write large identifiers as text.",
			Good:    `{"uid":"9007199254740993"}`,
			Bad:     `{"uid":9007199254740993}`,
			Applies: jwtProfile,
			Check: func(s *Subject) []rule.Finding {
				var seen places
				s.eachClaim(func(at place, v *inspect.Value) {
					if v.Kind == inspect.Number && inexact(v.Raw) && !reportedDate(at, v) {
						seen.add(at, "%s can't be held exactly by many parsers", quoteRaw(v))
					}
				})
				return seen.all
			},
		},
		{
			ID: "TOK-016", Slug: "header-placement", Title: "A parameter where anybody can change it", Severity: rule.Error,
			Refs:    refs("RFC 7515 4", "RFC 7515 7.2.1", "RFC 7516 7.2.1", "RFC 7797 6"),
			Why:     "What is not in the protected header can be changed by anyone on the way; what is in both headers is read differently by different verifiers.",
			Fix:     "Put alg, crit, b64 and zip into the protected header, and no name into both.",
			Good:    `{"protected":"eyJhbGciOiJFUzI1NiJ9"}`,
			Bad:     `{"header":{"alg":"ES256"}}`,
			Applies: func(s *Subject) bool { return s.Header != nil && s.Token.Unprotected != nil },
			Check:   checkPlacement,
		},
		{
			ID: "TOK-017", Slug: "nested-cty", Title: "A token inside that is not announced", Severity: rule.Warn,
			Refs:    refs("RFC 7519 5.2", "RFC 8725 3.3"),
			Why:     "Without cty the receiver may take the inner token for plain text and skip its checks.",
			Fix:     `Set "cty":"JWT" in the outer header.`,
			Good:    `{"alg":"RS256","cty":"JWT"}`,
			Bad:     `{"alg":"RS256"} over a token`,
			Applies: structured,
			Check: func(s *Subject) []rule.Finding {
				if s.Header == nil || !s.nested() {
					return nil
				}
				if cty := s.Header.Get("cty"); cty != nil && mediaType(cty.Str) == "jwt" {
					return nil
				}
				return found("header.cty", "the payload is a token, but cty does not say so")
			},
		},
	}
}

func checkPlacement(s *Subject) (all []rule.Finding) {
	headers := []*inspect.Value{s.Token.Unprotected}
	for i := range s.Token.Recipients {
		headers = append(headers, s.Token.Recipients[i].Own)
	}
	for _, h := range headers {
		for i := range members(h) {
			m := &h.Members[i]
			switch {
			case s.protected().Get(m.Name) != nil:
				all = append(all, found("header."+m.Name, "stands in the protected and in the unprotected header")...)
			case m.Duplicate && s.encrypted():
				all = append(all, found("header."+m.Name, "stands in the shared and in the recipient's header")...)
			case m.Name == "crit" || m.Name == "b64" || m.Name == "zip" || m.Name == "alg":
				all = append(all, found("header."+m.Name, "is in the unprotected header, where anybody can change it")...)
			}
		}
	}
	return all
}

func members(v *inspect.Value) []inspect.Member {
	if v == nil {
		return nil
	}
	return v.Members
}

// reportedDate reports a time claim about which TOK-053 or TOK-055 speaks.
func reportedDate(at place, v *inspect.Value) bool {
	if at.object != "claims" {
		return false
	}
	switch _, fault := numericDate(v); at.name {
	case "exp", "nbf", "iat", "auth_time":
		return fault == dateUnit || fault == dateRange
	case "updated_at":
		return fault == dateUnit
	}
	return false
}
