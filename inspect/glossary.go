package inspect

import (
	"iter"
	"strings"
	"sync"
)

// The glossary says what every header parameter and claim of note means, and where that is written. It is tables of
// constant texts, one row a name, so that it costs nothing at start; the index over them is built by the first look-up.

// Where says which half of a token a name belongs to.
type Where string

const (
	InHeader  Where = "header"
	InPayload Where = "claim"
)

// Entry is what the glossary has on one name.
type Entry struct {
	Name    string // may hold one *: "custom:*"
	Where   Where
	Kind    string // "string", "uri", "time", "hash", "bool", "number", "array", "object", "jwk", "string-or-array", "string-or-uri"
	Meaning string
	Source  string // specification and section, or the provider
}

type row struct{ name, kind, meaning, source string }

func (r *row) entry(w Where) Entry { return Entry{r.name, w, r.kind, r.meaning, r.source} }

// Glossary yields every entry, header parameters first.
func Glossary() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for w, rows := range tables() {
			for i := range rows {
				if !yield(rows[i].entry(w)) {
					return
				}
			}
		}
	}
}

func tables() iter.Seq2[Where, []row] {
	return func(yield func(Where, []row) bool) {
		_ = yield(InHeader, headerRows[:]) && yield(InPayload, registeredRows[:]) &&
			yield(InPayload, entraRows[:]) && yield(InPayload, vendorRows[:])
	}
}

// index maps a name to its rows, the general one first; patterns are the rows with a star.
type glossaryIndex struct {
	header, claim map[string][]*row
	patterns      []*row
}

var glossary = sync.OnceValue(func() *glossaryIndex {
	g := &glossaryIndex{
		header: make(map[string][]*row, len(headerRows)),
		claim:  make(map[string][]*row, len(registeredRows)+len(entraRows)+len(vendorRows)),
	}
	for w, rows := range tables() {
		names := g.claim
		if w == InHeader {
			names = g.header
		}
		for i := range rows {
			r := &rows[i]
			names[r.name] = append(names[r.name], r)
			if strings.Contains(r.name, "*") {
				g.patterns = append(g.patterns, r)
			}
		}
	}
	return g
})

// Lookup says what a header parameter or claim means. Members of a claim are named with dots ("firebase.tenant"). Where
// several issuers use one name differently, it is the specification's meaning; [LookupAll] has the others.
func Lookup(name string, where Where) (Entry, bool) {
	if rows := glossary().rows(name, where); len(rows) > 0 {
		return rows[0].entry(where), true
	}
	return Entry{}, false
}

// LookupAll returns every meaning of a name, in headers and as a claim.
func LookupAll(name string) []Entry {
	var all []Entry
	for _, w := range []Where{InHeader, InPayload} {
		for _, r := range glossary().rows(name, w) {
			all = append(all, r.entry(w))
		}
	}
	return all
}

func (g *glossaryIndex) rows(name string, where Where) []*row {
	if where == InHeader {
		return g.header[name]
	}
	if rows := g.claim[name]; rows != nil {
		return rows
	}
	for i, p := range g.patterns {
		before, after, _ := strings.Cut(p.name, "*")
		if len(name) > len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			return g.patterns[i : i+1]
		}
	}
	return nil
}

// meaning picks the row that fits an issuer: the one of its own platform, if the name has one.
func (g *glossaryIndex) meaning(name string, where Where, platform string) *row {
	rows := g.rows(name, where)
	if len(rows) == 0 {
		return nil
	}
	for _, r := range rows[1:] {
		if platform != "" && r.source == platform {
			return r
		}
	}
	return rows[0]
}

// platformOf names the platform of an issuer whose claims have meanings of their own under registered names.
func platformOf(iss, sub string) string {
	switch {
	case strings.HasPrefix(iss, "https://token.actions.githubusercontent.com"):
		return "GitHub Actions"
	case strings.HasPrefix(sub, "spiffe://"):
		return "SPIFFE"
	}
	return ""
}
