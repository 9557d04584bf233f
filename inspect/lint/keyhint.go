package lint

// What a header says about where its key is found: names, addresses and keys that it brings along. All of it is an attacker's to choose.

import (
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

func privateMember(jwk *inspect.Value) string {
	for _, name := range [...]string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"} {
		if jwk.Get(name) != nil {
			return name
		}
	}
	return ""
}

// keyURLs reports jku and x5u, the foreign ones or the others.
func (s *Subject) keyURLs(foreign bool) (all []rule.Finding) {
	for _, name := range [...]string{"jku", "x5u"} {
		v := s.Header.Get(name)
		if v == nil {
			continue
		}
		why := s.foreign(v)
		switch {
		case foreign && why != "":
			all = append(all, found("header."+name, "%s: %s", why, quoteRaw(v))...)
		case !foreign && why == "":
			all = append(all, found("header."+name, "the verifier is asked to fetch %s", quoteRaw(v))...)
		}
	}
	return all
}

// foreign says why an address can't be the issuer's, or "".
func (s *Subject) foreign(v *inspect.Value) string {
	u, err := url.Parse(v.Str)
	if err != nil || u.Host == "" {
		return "this is no address"
	}
	issuer := s.Ctx.Issuer
	if s.issuer != nil {
		issuer = *s.issuer
	}
	home, err := url.Parse(issuer)
	switch {
	case u.Scheme != "https":
		return "not https"
	case u.User != nil:
		return "the address hides its host behind user information"
	case issuer == "" || err != nil || !strings.EqualFold(home.Host, u.Host):
		return "another host than the issuer's"
	}
	return ""
}

// plainName reports whether a kid is made of base64url characters and dots alone, as thumbprints are (RFC 7638): in those, two
// dashes stand next to each other by chance.
func plainName(kid string) bool {
	return !strings.ContainsFunc(kid, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	})
}

// injection says which attack a kid looks like, or "".
func injection(kid string) string {
	lower := strings.ToLower(kid)
	switch {
	case len(kid) > 256:
		return "longer than 256 characters"
	case strings.Contains(kid, "../"), strings.Contains(kid, `..\`), strings.HasPrefix(kid, "/"), strings.HasPrefix(kid, `\`):
		return "a path"
	case strings.Contains(kid, "://"):
		return "an address"
	case strings.ContainsAny(kid, "'\"`;|"), strings.Contains(kid, "$("), strings.Contains(kid, "--") && !plainName(kid),
		strings.Contains(lower, " union "), strings.Contains(lower, " or 1=1"):
		return "a piece of SQL or of a shell command"
	case strings.Contains(kid, ")("), strings.Contains(kid, "*)"):
		return "a piece of an LDAP filter"
	case strings.ContainsFunc(kid, func(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }):
		return "control characters"
	}
	return ""
}
