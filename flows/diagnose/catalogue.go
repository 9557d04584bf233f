package diagnose

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// Section is the rows of one provider, or of one subject, for pages.
type Section struct {
	Title   string
	Entries []Entry
}

// Entry is a row in words.
type Entry struct {
	ID, Signs, What, Causes, Fixes, Ref string

	Codes []string // error codes that the row is about: the OAuth code, the provider's own
}

// Catalogue lists everything that can be diagnosed.
func Catalogue() []Section {
	sections := []Section{section("What the specifications say", specification()), section("Words that many providers use", commonWords()), section("What a capture of both requests shows", mismatched()),
		section("Transport", transport()), section("What the client finds out by itself", client())}
	for _, t := range tables() {
		title := t.provider
		var facts map[string]string
		if p, ok := preset.Find(t.provider); ok {
			title, facts = p.Name, map[string]string{"at_redirect": p.Places.Redirect, "at_client": p.Places.Client, "at_secret": p.Places.Secret, "at_grant": p.Places.Grant, "at_scope": p.Places.Scope, "at_user": p.Places.User, "at_log": p.Places.Log}
		}
		s := Section{Title: title}
		for _, r := range t.rows {
			s.Entries = append(s.Entries, entry(r, facts))
		}
		sections = append(sections, s)
	}
	return sections
}

func section(title string, rows []row) Section {
	s := Section{Title: title}
	for _, r := range rows {
		s.Entries = append(s.Entries, entry(r, nil))
	}
	return s
}

func entry(r row, facts map[string]string) Entry {
	var fixes []string
	for _, f := range r.fixes {
		text, _ := fill(f.text, facts)
		if text == "" { // it is for where a fact is known
			continue
		}
		if value, complete := fill(f.value, facts); complete && value != "" {
			text += ": `" + value + "`"
		}
		fixes = append(fixes, text)
	}
	what, _ := fill(r.what, facts)
	ref := r.reference()
	if r.mark == preset.Known && r.spec != "" {
		ref += " (the row is only known, not checked)"
	}
	return Entry{r.id, r.signs(), what, strings.Join(fillAll(r.causes, facts), "; "), strings.Join(fixes, "; "), ref, slices.Concat(r.code, r.sub)}
}

// signs says what the row goes by.
func (r *row) signs() string {
	var parts []string
	add := func(label string, values []string) {
		if len(values) > 0 {
			parts = append(parts, label+"`"+strings.Join(values, "`, `")+"`")
		}
	}
	add("", r.code)
	add("", r.sub)
	var texts, at []string
	for _, p := range r.text {
		texts = append(texts, string(p))
	}
	for _, e := range r.at {
		if e != unsaid {
			at = append(at, string(e))
		}
	}
	add("words ", texts)
	add("at ", at)
	return strings.Join(parts, "; ")
}
