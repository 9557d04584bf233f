package explain

import (
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/rule"
)

func termTopics() []Topic {
	var list []Topic
	for _, t := range append(terms(), algorithms()...) {
		list = append(list, Topic{Kind: Term, Name: t.name, Text: t.text, Refs: references(t.ref), See: t.see, also: t.also})
	}
	return list
}

// references splits "RFC 7519 4.1.4, RFC 9068" and the glossary's "RFC 7519 4.1.4; RFC 9068".
func references(text string) []string {
	var refs []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		part = strings.TrimSpace(part)
		if last := len(refs) - 1; last >= 0 && part != "" && part[0] >= '0' && part[0] <= '9' {
			refs[last] += ", " + part // another section of the same document
		} else {
			refs = append(refs, part)
		}
	}
	return refs
}

func glossaryTopics() []Topic {
	var list []Topic
	for e := range inspect.Glossary() {
		t := Topic{Kind: Claim, Name: e.Name, Text: e.Meaning + ".", Refs: references(e.Source)}
		if e.Where == inspect.InHeader {
			t.Kind = Header
		}
		if e.Kind != "" {
			t.Details = []Detail{{"type", strings.ReplaceAll(e.Kind, "-", " ")}}
		}
		list = append(list, t)
	}
	return list
}

func parameterTopics() []Topic {
	var list []Topic
	for _, p := range slices.Concat(parameters(), metadata()) {
		list = append(list, Topic{Kind: Parameter, Name: p.name, Text: p.text, Details: []Detail{{"where", p.where}}, Refs: references(p.ref)})
	}
	return list
}

// Flows lists what there is, as the program runs it when nothing is configured: the logins, a login with everything that its request
// can have, and the flows over a session.
func Flows() []flows.Flow {
	s := &flows.Session{Metadata: &flows.Metadata{}}
	var all []flows.Flow
	for _, l := range flows.Logins() {
		all = append(all, l.Make(flows.Config{}))
	}
	full := flows.AuthorizationCode(flows.Config{Request: flows.RequestOptions{JAR: true, PAR: true}})
	full.Title += ", the request signed and pushed"
	return append(all, full, flows.Refresh(s), flows.FetchUserInfo(s), flows.Introspect(s, flows.AccessToken), flows.Revoke(s, flows.RefreshToken),
		flows.ExchangeToken(s), flows.Call(s, flows.CallInput{URL: "https://api.example"}), flows.Logout(s), flows.Register(flows.Config{}),
		flows.ReadRegistration(s), flows.DeleteRegistration(s))
}

func flowTopics() []Topic {
	var list []Topic
	seen := map[string]bool{}
	for _, f := range Flows() {
		t := Topic{Kind: Flow, Name: f.ID, Title: f.Title, Text: f.Summary, Refs: refTexts(f.Refs), also: []string{f.Title}}
		if f.Caution != "" {
			t.Details = append(t.Details, Detail{"caution", f.Caution})
		}
		for i, s := range f.Steps {
			t.Details = append(t.Details, Detail{"step " + strconv.Itoa(i+1), s.Title + " (" + s.ID + ")"})
			if seen[s.ID+s.Title] {
				continue
			}
			seen[s.ID+s.Title] = true
			list = append(list, Topic{
				Kind: Step, Name: s.ID, Title: s.Title, Text: s.Why, Refs: refTexts(s.Refs), See: []string{f.ID}, also: []string{s.Title},
				Details: []Detail{{"between", between(s)}, {"on the wire", s.Arrow}},
			})
		}
		if !seen[f.ID] { // further forms of a flow have other steps, which are topics of their own
			seen[f.ID] = true
			list = append(list, t)
		}
	}
	return list
}

func between(s flows.Step) string {
	if s.From == s.To {
		return string(s.From)
	}
	return string(s.From) + " → " + string(s.To)
}

func refTexts(refs []rule.Ref) []string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
	}
	return texts
}

func checkTopics() []Topic {
	return slices.Concat(checks("token", lint.Rules()), checks("provider", doctor.Rules()), probeTopics())
}

// probeTopics are found by their ids only: their names, such as state, mean something else to most who ask.
func probeTopics() []Topic {
	var list []Topic
	for _, c := range probe.Checks() {
		list = append(list, Topic{Kind: Check, Name: c.ID, Title: c.Title, Text: c.Why, Refs: refTexts(c.Refs),
			Details: []Detail{{"checks a", "provider, by trying (oidcscope probe)"}, {"severity", c.Severity.String()}, {"slug", c.Slug}, {"fix", c.Fix}}})
	}
	return list
}

func checks[S any](of string, rules []rule.Rule[S]) []Topic {
	list := make([]Topic, len(rules))
	for i, r := range rules {
		list[i] = Topic{
			Kind: Check, Name: r.ID, Title: r.Title, Text: r.Why, Refs: refTexts(r.Refs), also: []string{r.Slug},
			Details: []Detail{{"checks a", of}, {"severity", r.Severity.String()}, {"slug", r.Slug}, {"fix", r.Fix}, {"good", r.Good}, {"bad", r.Bad}},
		}
	}
	return list
}

func specificationTopics() []Topic {
	var list []Topic
	for _, s := range specifications() {
		t := Topic{Kind: Specification, Name: s.name, Title: s.title, Text: s.text, also: []string{s.title, strings.Replace(s.name, "OpenID Connect", "OIDC", 1)}}
		if address := s.address(); address != "" {
			t.Refs = []string{address}
		}
		list = append(list, t)
	}
	return list
}
