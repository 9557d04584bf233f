package docgen

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/probe"
)

// Probes is the page of all probes.
func Probes() string {
	var b strings.Builder
	fmt.Fprintf(&b, note+"# Probes\n\n`oidcscope probe` has %d probes: each sends something that a provider must refuse, or looks whether it does what it must. "+
		"An id is never used for something else. A probe passes, fails, is not applicable, was not reached, or is inconclusive: asked, with an answer that says neither. "+
		"Only the first of these is good news.\n\n"+
		"Nothing is tried more than once, the client is the one that was named, and the tokens that were got are revoked at the end. *login* says that the browser is needed; "+
		"*login, if open* only where the provider's first answer, to a browser that is not logged in, leaves the question open.\n", len(probe.Probes()))
	for _, f := range probe.Families() {
		fmt.Fprintf(&b, "\n## %s\n", f.Title)
		for _, p := range f.Probes {
			fmt.Fprintf(&b, "\n### %s\n\n**%s** `%s`. It %s.\n\n- expected: %s\n- to repair: %s\n", p.ID, p.Title, p.Slug, p.Does, p.Expects, p.Fix)
			if needs := probeNeeds(p); needs != "" {
				fmt.Fprintf(&b, "- needs: %s\n", needs)
			}
			fmt.Fprintf(&b, "- %s, %s\n", p.Severity, links(p.Refs))
		}
	}
	return b.String()
}

// probeNeeds says in a line what a probe can't do without.
func probeNeeds(p probe.Probe) string {
	var all []string
	switch {
	case p.IfOpen:
		all = append(all, "a login, if open")
	case p.Visit != "":
		all = append(all, "a login")
	}
	for _, n := range p.Needs {
		if n != probe.NeedAuthorization {
			all = append(all, string(n))
		}
	}
	return strings.Join(all, ", ")
}
