// Package preset knows providers: where each publishes its discovery document, what that document can't say (which
// redirect URIs it matches, when it gives a refresh token, what its tokens look like), how it departs from the
// specifications, and by what it is recognised. A provider is a row of data; nothing here talks to anyone.
//
// Use [Find] for a name that somebody typed, [Recognise] for what a provider showed of itself, and [All] for the list. The
// rule for using a preset: what the discovery document says wins for endpoints and capabilities, the preset for the rest.
//
// Every [Fact] says how sure it is: [Checked] against a vendor's document, a server's source or a recorded answer that is
// named beside it, or only widely [Known], which is a hint and should be shown as one.
package preset

import (
	"slices"
	"strings"
	"sync"
)

// Mark is how sure a fact is.
type Mark string

const (
	Checked Mark = "checked" // in the source that stands beside it
	Known   Mark = "known"   // widely known, not checked again
)

// Fact is a sentence about a provider. The zero Fact says nothing.
type Fact struct {
	Text   string
	Mark   Mark
	Source string // what a checked fact was checked in
}

// Use is what people go to a provider for.
type Use string

const (
	Login       Use = "login"        // people log in there
	Workload    Use = "workload"     // it issues tokens to machines and has no login
	RelyingSide Use = "relying-side" // it takes tokens of others
)

// Preset is what is known of one provider. Texts that are empty are not known.
type Preset struct {
	ID      string
	Name    string
	Aliases []string
	Family  string // id of the preset whose software it shares, and whose errors it speaks; empty: its own
	Use     Use

	Issuers   []string // patterns with {placeholders}; the first is what a form offers
	Discovery string   // pattern, where it is not the issuer and the suffix of OpenID Connect Discovery 4.1
	Endpoints []Endpoint

	Register string // how to register a client that runs on somebody's machine, in a sentence
	Redirect Redirect
	Places   Places

	IssuerFact, DeviceFact, ClientFact, RedirectFact           Fact
	RefreshFact, RotationFact, AccessTokenFact, RevocationFact Fact
	CacheFact                                                  Fact // Cache-Control of discovery and key set

	signs signs
}

// Endpoint is one that the discovery document does not name, although it exists.
type Endpoint struct {
	Name string // as in discovery: "device_authorization_endpoint"
	URL  string
}

// Endpoint gives the address that the preset has for an endpoint, or "".
func (p *Preset) Endpoint(name string) string {
	for _, e := range p.Endpoints {
		if e.Name == name {
			return e.URL
		}
	}
	return ""
}

// Places says where in the provider's administration something is set. Vendors rename their menus; these are hints.
type Places struct {
	Redirect string // redirect URIs
	Client   string // the client's id and type
	Secret   string // its secrets
	Grant    string // which grants it may use
	Scope    string // which scopes it may ask for
	User     string // who may log in
	Log      string // where the provider tells more than it answers
}

// All lists the presets by id. The list is shared: don't change it.
var All = sync.OnceValue(func() []Preset {
	all := slices.Concat(large(), services(), social(), servers(), frameworks(), workloads())
	slices.SortFunc(all, func(a, b Preset) int { return strings.Compare(a.ID, b.ID) })
	return all
})

// Find gives the preset of a name as people write it: an id, an alias, or the provider's name; without case, with any
// separators. ok is false for a name that is none.
func Find(name string) (found *Preset, ok bool) {
	want := fold(name)
	if want == "" {
		return nil, false
	}
	all := All()
	for i := range all {
		p := &all[i]
		if fold(p.ID) == want || fold(p.Name) == want || slices.ContainsFunc(p.Aliases, func(a string) bool { return fold(a) == want }) {
			return p, true
		}
	}
	return nil, false
}

// Complete lists the presets that a beginning could mean, by id: it may begin an id or a word of the name, and from three
// letters on an alias, because there are many.
func Complete(typed string) []*Preset {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" {
		return nil
	}
	var found []*Preset
	all := All()
	for i := range all {
		p := &all[i]
		begins := func(name string) bool { return strings.HasPrefix(name, typed) }
		if begins(p.ID) || len(typed) >= 3 && slices.ContainsFunc(p.Aliases, begins) || strings.Contains(" "+strings.ToLower(p.Name), " "+typed) {
			found = append(found, p)
		}
	}
	return found
}

// Labelled is a fact and what it is about.
type Labelled struct {
	Label string // "refresh tokens"
	Fact
}

// Facts lists what is known of the provider, in the order of a login.
func (p *Preset) Facts() []Labelled {
	all := []Labelled{{"documents", p.IssuerFact}, {"device code", p.DeviceFact}, {"client", p.ClientFact}, {"redirect", p.RedirectFact},
		{"refresh", p.RefreshFact}, {"rotation", p.RotationFact}, {"tokens", p.AccessTokenFact}, {"endpoints", p.RevocationFact}, {"caching", p.CacheFact}}
	return slices.DeleteFunc(all, func(l Labelled) bool { return l.Fact == Fact{} })
}

// Families lists the ids whose errors the provider may speak: its own, then that of the software it is made of.
func (p *Preset) Families() []string {
	if p.Family == "" || p.Family == p.ID {
		return []string{p.ID}
	}
	return []string{p.ID, p.Family}
}

// Pattern is the issuer as a form offers it, with {placeholders}; "" for a provider without one.
func (p *Preset) Pattern() string {
	if len(p.Issuers) == 0 {
		return ""
	}
	return p.Issuers[0]
}

// fold makes names comparable: "Entra ID", "entra-id" and "EntraID" are one.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, name)
}

func checked(text, source string) Fact { return Fact{text, Checked, source} }

func known(text string) Fact { return Fact{Text: text, Mark: Known} }
