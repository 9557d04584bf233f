package doctor

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Rule is a provider check.
type Rule = rule.Rule[*Subject]

// shown is how many characters of a value a message shows.
const shown = 120

func refs(texts ...string) []rule.Ref { return rule.Refs(texts...) }

// found is one finding with the severity of its rule. Arguments that come from the provider are made printable by quote and its
// kin; the place is made so here.
func found(at, format string, args ...any) []rule.Finding { return as(0, at, format, args...) }

// as is found with a severity of its own.
func as(severity rule.Severity, at, format string, args ...any) []rule.Finding {
	return []rule.Finding{{Severity: severity, At: safe.Short(at, shown), Message: fmt.Sprintf(format, args...)}}
}

func quote(s string) string { return `"` + safe.Short(s, shown) + `"` }

// list quotes some texts.
func list(texts []string) string {
	const most = 6
	var b strings.Builder
	for i, t := range texts {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(texts)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(safe.Short(t, shown))
	}
	return b.String()
}

// words splits at blanks.
func words(s string) []string { return strings.FieldsFunc(s, unicode.IsSpace) }

func only(values []string, keep func(string) bool) []string {
	var kept []string
	for _, v := range values {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

func unique(values []string) []string {
	var out []string
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// site gives the registrable domain of a host as well as it can be known without the public suffix list: two labels, or three
// under the second-level labels that registries of countries use.
func site(host string) string {
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 && slices.Contains([]string{"co", "com", "org", "net", "gov", "ac", "edu", "gob", "gouv", "go", "or", "ne"}, labels[len(labels)-2]) {
		n = 3
	}
	return strings.Join(labels[max(len(labels)-n, 0):], ".")
}

// under reports whether a path lies below another one, segment by segment.
func under(path, base string) bool {
	base = strings.TrimRight(base, "/")
	return path == base || strings.HasPrefix(path, base+"/")
}

// sameOrigin reports whether two addresses have scheme and host alike.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}

func profiles(all ...Profile) func(*Subject) bool {
	return func(s *Subject) bool { return slices.Contains(all, s.Profile) }
}

// hasPreset reports whether the provider is one of these, or of their family.
func (s *Subject) hasPreset(ids ...string) bool {
	return s.Preset != nil && slices.ContainsFunc(s.Preset.Families(), func(id string) bool { return slices.Contains(ids, id) })
}

// codeFlow reports whether the document offers a flow with a code, for which PKCE matters.
func codeFlow(s *Subject) bool {
	if s.Profile == IssuerOnly {
		return false
	}
	types, there := s.Doc.list("response_types_supported")
	return !there || slices.ContainsFunc(types, func(t string) bool { return slices.Contains(words(t), "code") })
}

func both(conditions ...func(*Subject) bool) func(*Subject) bool {
	return func(s *Subject) bool {
		for _, c := range conditions {
			if !c(s) {
				return false
			}
		}
		return true
	}
}

// named applies a rule to documents that have a member.
func named(member string) func(*Subject) bool {
	return func(s *Subject) bool { return s.Doc.has(member) }
}

// isList applies a rule to documents in which a member is a list of texts.
func isList(member string) func(*Subject) bool {
	return func(s *Subject) bool {
		_, ok := s.Doc.list(member)
		return ok
	}
}
