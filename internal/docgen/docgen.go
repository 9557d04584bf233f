// Package docgen writes the pages of docs/ that the program knows best itself: its commands ([CLI]), the keys of its interface ([Keys]),
// the steps of its flows ([Flows]), the faults of its practice provider ([Faults]), the errors that it explains ([Errors]), the providers that
// it knows ([Providers]), its checks ([Checks]), its probes ([Probes]) and the meanings of claims ([Claims]). They are made from the same data that the program runs
// on, and the test TestGeneratedPages in cmd/oidcscope fails when a page is not what it would be made into; go generate ./... makes them anew.
package docgen

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/tui"
)

// note stands at the top of every page.
const note = "<!-- Made by go generate ./... from the program itself; do not edit. -->\n\n"

// Keys is the page of the interface's keys.
func Keys() string {
	var b strings.Builder
	b.WriteString(note + "# Keys\n\nAs the help overlay (`?`) shows them, which also says what can't be done just now, and why.\n")
	for _, g := range tui.KeyGroups() {
		if len(g.Keys) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| key | does |\n|---|---|\n", g.Title)
		for _, k := range g.Keys {
			fmt.Fprintf(&b, "| `%s` | %s |\n", k[0], cell(k[1]))
		}
	}
	return b.String()
}

// Flows is the page of the flows' steps.
func Flows() string {
	var b strings.Builder
	b.WriteString(note + "# Flows\n\nEvery step that the program shows: between whom, why it exists, and what asks for it. " +
		"The names in `code` are the steps' ids in JSON events and breakpoints.\n")
	explained := make(map[string]bool) // a step that several flows have is explained once
	for _, f := range explain.Flows() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", f.Title, f.Summary)
		if f.Caution != "" {
			fmt.Fprintf(&b, "Mind: %s.\n\n", f.Caution)
		}
		fmt.Fprintf(&b, "%s\n\n", links(f.Refs))
		b.WriteString("| | step | between | on the wire |\n|---|---|---|---|\n")
		for i, s := range f.Steps {
			fmt.Fprintf(&b, "| %d | %s `%s` | %s | %s |\n", i+1, cell(s.Title), s.ID, between(s), cell(s.Arrow))
		}
		for i, s := range f.Steps {
			if explained[s.Title+s.Why] {
				continue
			}
			explained[s.Title+s.Why] = true
			fmt.Fprintf(&b, "\n**%d. %s.** %s %s\n", i+1, s.Title, s.Why, links(s.Refs))
		}
	}
	return b.String()
}

func between(s flows.Step) string {
	if s.From == s.To {
		return string(s.From)
	}
	return string(s.From) + " → " + string(s.To)
}

// links writes references, each as a link where it has an address.
func links(refs []rule.Ref) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = r.String()
		if r.URL != "" {
			texts[i] = fmt.Sprintf("[%s](%s)", r, r.URL)
		}
	}
	return strings.Join(texts, " · ")
}

// cell makes text fit into a cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
