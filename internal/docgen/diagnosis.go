package docgen

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/flows/preset"
)

// Errors is the page of everything that can be diagnosed.
func Errors() string {
	var b strings.Builder
	sections := diagnose.Catalogue()
	count := 0
	for _, s := range sections {
		count += len(s.Entries)
	}
	fmt.Fprintf(&b, note+"# Errors\n\nWhat `oidcscope diagnose`, and every run that fails, can explain: %d rows. A provider's own rows are asked first, then transport and the client's own "+
		"checks, then words that many providers use, and the code at last. What stands in `code` is looked for; `*` is anything, `{name}` a value that is kept. "+
		"Causes stand in the order of their likelihood.\n", count)
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## %s\n\n| id | signs | what | causes | what to do | from |\n|---|---|---|---|---|---|\n", s.Title)
		for _, e := range s.Entries {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", e.ID, cell(e.Signs), cell(e.What), cell(e.Causes), cell(e.Fixes), cell(e.Ref))
		}
	}
	return b.String()
}

// Providers is the page of the presets and quirks.
func Providers() string {
	var b strings.Builder
	fmt.Fprintf(&b, note+"# Providers\n\nWhat is known of %d providers that their discovery documents can't say. *Checked* facts name their source; what is only *known* is a hint. "+
		"Names of menus change; they are hints too.\n", len(preset.All()))
	for _, p := range preset.All() {
		fmt.Fprintf(&b, "\n## %s `%s`\n\n", p.Name, p.ID)
		if len(p.Aliases) > 0 {
			fmt.Fprintf(&b, "Also: %s.\n\n", strings.Join(p.Aliases, ", "))
		}
		b.WriteString("| | |\n|---|---|\n")
		line := func(label, text string) {
			if text != "" {
				fmt.Fprintf(&b, "| %s | %s |\n", label, cell(text))
			}
		}
		if len(p.Issuers) > 0 {
			line("issuer", "`"+strings.Join(p.Issuers, "`, `")+"`")
		}
		if p.Discovery != "" {
			line("discovery", "`"+p.Discovery+"`")
		}
		for _, e := range p.Endpoints {
			line(e.Name, "`"+e.URL+"`, which discovery does not name")
		}
		line("a client on your machine", p.Register)
		for _, f := range p.Facts() {
			line(f.Label, factText(f.Fact))
		}
		line("redirect URIs are set at", p.Places.Redirect)
		for _, q := range p.Quirks("") {
			line(q.ID, factText(preset.Fact{Text: q.Text + ": " + q.Handling, Mark: q.Mark, Source: q.Source}))
		}
	}
	b.WriteString("\n## Quirks\n\n| | what | handling | at | who | |\n|---|---|---|---|---|---|\n")
	for _, q := range preset.Quirks() {
		var steps []string
		for _, s := range q.Steps {
			steps = append(steps, string(s))
		}
		who := strings.Join(q.Providers, ", ")
		if q.Others != "" {
			who = strings.TrimPrefix(who+"; "+q.Others, "; ")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", q.ID, cell(q.Text), cell(q.Handling), strings.Join(steps, ", "), cell(who), cell(factText(preset.Fact{Text: "", Mark: q.Mark, Source: q.Source})))
	}
	return b.String()
}

// factText gives a fact with how sure it is.
func factText(f preset.Fact) string {
	switch {
	case f == preset.Fact{}:
		return ""
	case f.Mark == preset.Checked:
		return strings.TrimSpace(f.Text + " *(checked: " + f.Source + ")*")
	default:
		return strings.TrimSpace(f.Text + " *(known)*")
	}
}
