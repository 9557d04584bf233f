package diagnose

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/preset"
)

// Endpoint is where an answer came from, or where our own check was made.
type Endpoint string

const (
	AtDiscovery     Endpoint = "discovery"
	AtKeys          Endpoint = "keys"
	AtAuthorize     Endpoint = "authorize" // a page that the person sees
	AtCallback      Endpoint = "callback"  // the redirect back to the client
	AtToken         Endpoint = "token"
	AtDevice        Endpoint = "device_authorization"
	AtUserInfo      Endpoint = "userinfo"
	AtIntrospection Endpoint = "introspection"
	AtRevocation    Endpoint = "revocation"
	AtPAR           Endpoint = "par"
	AtRegistration  Endpoint = "registration"
	AtResource      Endpoint = "resource"
	AtIDToken       Endpoint = "id_token" // no endpoint: the check of the ID token

	unsaid Endpoint = "" // it is not known where the answer came from
)

// Endpoints lists all of them.
func Endpoints() []Endpoint {
	return []Endpoint{AtDiscovery, AtKeys, AtAuthorize, AtCallback, AtToken, AtDevice, AtUserInfo, AtIntrospection, AtRevocation, AtPAR, AtRegistration, AtResource, AtIDToken}
}

// row is one failure that is known: what it looks like, what happened, why, and what to do. All conditions that are set have
// to hold; of those with several values, one is enough.
//
// The texts may hold {name|words}: the fact of that name, or the words when it is not known. A fix's value is left out when
// one of its facts is not known.
type row struct {
	id     string
	at     []Endpoint // with unsaid: also when it is not known where the answer came from
	grant  []string   // grant_type of the request
	code   []string   // the OAuth error, or what stands for it
	sub    []string   // the provider's finer code
	status []int
	ref    []string // beginnings of the specification reference of a check of ours
	bare   bool     // there is a code, and not a word more
	text   []pattern
	take   []pattern // no condition: looked for to find facts
	when   func(*situation) bool

	what   string
	causes []string
	fixes  []fix
	spec   string      // the specification or the vendor's list that says so
	mark   preset.Mark // how sure the row is
	source string      // of a checked row
}

// fix is one thing to do, with the value to copy.
type fix struct {
	text, value string
	moot        string // the fact that makes it pointless, unless nothing else is left to do
}

func do(text string) fix { return fix{text: text} }

func enter(text, value string) fix { return fix{text: text, value: value} }

// reference says where the row's knowledge is from.
func (r *row) reference() string {
	switch {
	case r.spec != "":
		return r.spec
	case r.source != "":
		return r.source
	}
	return "widely known; not checked against the provider's documents"
}

// matches reports whether the row is about the situation, and which facts its text gives.
func (r *row) matches(s *situation) (facts map[string]string, ok bool) {
	switch {
	case len(r.at) > 0 && !slices.Contains(r.at, s.endpoint),
		len(r.grant) > 0 && !slices.Contains(r.grant, s.grant),
		len(r.code) > 0 && !slices.Contains(r.code, s.code),
		len(r.sub) > 0 && !slices.ContainsFunc(r.sub, s.hasSub),
		len(r.status) > 0 && !slices.Contains(r.status, s.status),
		len(r.ref) > 0 && !slices.ContainsFunc(r.ref, func(ref string) bool { return strings.HasPrefix(s.ref, ref) }),
		r.bare && !s.bare,
		r.when != nil && !r.when(s):
		return nil, false
	}
	facts, ok = firstMatch(r.text, s.words)
	if !ok && len(r.text) > 0 {
		return nil, false
	}
	if taken, ok := firstMatch(r.take, s.words); ok {
		return taken, true
	}
	return facts, true
}

func firstMatch(patterns []pattern, w words) (facts map[string]string, ok bool) {
	for _, p := range patterns {
		if facts, ok := p.match(w); ok {
			return facts, true
		}
	}
	return nil, false
}

// table is the rows of one provider, in the order in which they are tried.
type table struct {
	provider string // id of a preset; empty for what holds everywhere
	rows     []row
}

// tables lists the rows of the providers. They are made when a diagnosis is asked for: a program that starts doesn't need
// them.
func tables() []table {
	return []table{
		{"entra", entra()}, {"google", google()}, {"keycloak", keycloak()}, {"auth0", auth0()}, {"okta", okta()}, {"cognito", cognito()}, {"gitlab", gitlab()},
		{"github", github()}, {"slack", slack()}, {"twitch", twitch()}, {"linkedin", linkedin()}, {"apple", apple()}, {"salesforce", salesforce()},
		{"dex", dex()}, {"hydra", hydra()}, {"zitadel", zitadel()}, {"authentik", authentik()}, {"fusionauth", fusionauth()}, {"duende", duende()},
		{"openiddict", openiddict()}, {"node-oidc-provider", nodeProvider()}, {"logto", logto()}, {"casdoor", casdoor()}, {"kanidm", kanidm()}, {"pingfederate", ping()}, {"openam", openam()},
		{"kubernetes", kubernetes()}, {"aws-sts", awsSTS()}, {"gcp-wif", gcpSTS()}, {"glewlwyd", glewlwyd()},
	}
}

// rowsOf gives the rows of a provider, its own before those of the software it is made of.
func rowsOf(p *preset.Preset) (rows []row) {
	if p == nil {
		return nil
	}
	all := tables()
	for _, id := range p.Families() {
		for _, t := range all {
			if t.provider == id {
				rows = append(rows, t.rows...)
			}
		}
	}
	return rows
}
