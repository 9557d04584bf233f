package probe

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Family is a group of probes about one thing.
type Family struct {
	Title  string
	Probes []Probe
}

// Families lists all probes, in the order in which they are made: those without a login first, those that spoil what others need last.
func Families() []Family {
	return []Family{
		{"Redirect URIs", redirectProbes()},
		{"Authorization requests", requestProbes()},
		{"Client authentication", clientProbes()},
		{"Token endpoint", tokenEndpointProbes()},
		{"Pushed requests", pushedProbes()},
		{"Device codes", deviceProbes()},
		{"Userinfo, introspection, revocation", resourceProbes()},
		{"Logins", loginProbes()},
		{"Codes", codeProbes()},
		{"Bound tokens (DPoP)", boundProbes()},
		{"Refresh tokens", refreshProbes()},
		{"Logout", logoutProbes()},
	}
}

// Probes lists the probes of all families.
func Probes() []Probe {
	var all []Probe
	for _, f := range Families() {
		all = append(all, f.Probes...)
	}
	return all
}

// Find gives the probe of an id or a slug.
func Find(name string) (Probe, bool) {
	for _, p := range Probes() {
		if named(p, []string{name}) {
			return p, true
		}
	}
	return Probe{}, false
}

func named(p Probe, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, p.ID) || n == p.Slug })
}

func needs(p Probe, n Need) bool { return slices.Contains(p.Needs, n) }

// refs reads references, and gives each the address where it stands.
func refs(texts ...string) []rule.Ref {
	all := rule.Refs(texts...)
	for i := range all {
		all[i].URL = address(all[i])
	}
	return all
}

func address(r rule.Ref) string {
	if number, ok := strings.CutPrefix(r.Spec, "RFC "); ok {
		at := "https://www.rfc-editor.org/rfc/rfc" + number
		if r.Section != "" {
			at += "#section-" + r.Section
		}
		return at
	}
	switch r.Spec {
	case "OpenID Connect Core":
		return "https://openid.net/specs/openid-connect-core-1_0.html"
	case "OpenID Connect RP-Initiated Logout":
		return "https://openid.net/specs/openid-connect-rpinitiated-1_0.html"
	case "OAuth 2.1":
		return "https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/"
	}
	return ""
}
