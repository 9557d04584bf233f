package lint

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// shown is how many characters of a value a message shows.
const shown = 80

// refs reads references as they are written.
func refs(texts ...string) []rule.Ref { return rule.Refs(texts...) }

// found is one finding with the severity of its rule. The place and whatever the arguments quote must be printable; the
// place is made so here.
func found(at, format string, args ...any) []rule.Finding { return one(0, at, format, args...) }

func one(severity rule.Severity, at, format string, args ...any) []rule.Finding {
	return []rule.Finding{{Severity: severity, At: safe.Text(at), Message: fmt.Sprintf(format, args...)}}
}

// jwtProfile applies a rule to every token whose claims could be read.
func jwtProfile(s *Subject) bool { return s.Claims != nil }

// structured applies a rule to signed and encrypted tokens of every form.
func structured(s *Subject) bool {
	switch s.Token.Kind {
	case inspect.Opaque, inspect.Unknown, inspect.PASETO:
		return false
	}
	return true
}

func isProfile(profiles ...inspect.Profile) func(*Subject) bool {
	return func(s *Subject) bool {
		if s.Claims == nil {
			return false
		}
		for _, p := range profiles {
			if s.Profile == p {
				return true
			}
		}
		return false
	}
}

// kindWord names the JSON type of a value for a message.
func kindWord(v *inspect.Value) string { return v.Kind.String() }

// quoteRaw shows the JSON text of a value, bounded and printable.
func quoteRaw(v *inspect.Value) string { return safe.Short(v.Raw, shown) }

// quoteShort quotes a text, bounded and printable.
func quoteShort(s string) string { return `"` + safe.Short(s, shown) + `"` }

func list(texts []string) string {
	const most = 5
	out := make([]string, 0, most+1)
	for i, t := range texts {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(texts)-most))
			break
		}
		out = append(out, quoteShort(t))
	}
	if len(out) == 0 {
		return "nobody"
	}
	return strings.Join(out, ", ")
}

// textOrList gives the texts of a value that is a text or a list of them; other entries are left out.
func textOrList(v *inspect.Value) []string {
	if v.Kind == inspect.String {
		return []string{v.Str}
	}
	var all []string
	for i := range v.Items {
		if v.Items[i].Kind == inspect.String {
			all = append(all, v.Items[i].Str)
		}
	}
	return all
}

// scopes reads a scope as text with blanks (RFC 6749 3.3) or, as some providers write scp, as a list.
func scopes(v *inspect.Value) []string {
	if v == nil {
		return nil
	}
	if v.Kind == inspect.String {
		return strings.Fields(v.Str)
	}
	return textOrList(v)
}

func allText(v *inspect.Value) bool {
	for i := range v.Items {
		if v.Items[i].Kind != inspect.String {
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// firstDifference gives the index of the first byte in which two texts differ.
func firstDifference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// place is where a value stands: the object it is a member of ("claims", "claims.address"), and its name there. It becomes a text
// only when there is something to say, which is seldom.
type place struct{ object, name string }

func (p place) String() string { return p.object + "." + p.name }

// places collects findings at places: one for each, and not without end.
type places struct {
	all  []rule.Finding
	last place
}

// maxFindings bounds what one check finds; a token with more is beyond help.
const maxFindings = 500

func (p *places) add(at place, format string, args ...any) {
	if at == p.last || len(p.all) >= maxFindings {
		return
	}
	p.last = at
	p.all = append(p.all, found(at.String(), format, args...)...)
}

// eachClaim visits every claim at any depth with its place; the entries of a list have the place of the list.
func (s *Subject) eachClaim(visit func(at place, v *inspect.Value)) {
	walk("claims", s.Claims, visit, nil)
}

// walk visits the members of an object at any depth. The scanner bounds the depth.
func walk(object string, v *inspect.Value, visit func(at place, v *inspect.Value), member func(at place, m *inspect.Member)) {
	if v == nil {
		return
	}
	for i := range v.Members {
		m := &v.Members[i]
		at := place{object, m.Name}
		if member != nil {
			member(at, m)
		}
		walkValue(at, &m.Value, visit, member)
	}
}

func walkValue(at place, v *inspect.Value, visit func(at place, v *inspect.Value), member func(at place, m *inspect.Member)) {
	if visit != nil {
		visit(at, v)
	}
	if len(v.Members) > 0 {
		walk(at.String(), v, visit, member)
	}
	for i := range v.Items {
		walkValue(at, &v.Items[i], visit, member)
	}
}

// pathAt gives the place of the innermost member that encloses a byte offset.
func pathAt(at string, v *inspect.Value, offset int) string {
	if v == nil {
		return at
	}
	for i := range v.Members {
		if m := &v.Members[i]; offset >= m.NameStart && offset < m.Value.End {
			return pathAt(at+"."+m.Name, &m.Value, offset)
		}
	}
	for i := range v.Items {
		if item := &v.Items[i]; offset >= item.Start && offset < item.End {
			return pathAt(at, item, offset)
		}
	}
	return at
}
