package docgen

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Checks is the page of all checks, of tokens and of providers.
func Checks() string {
	var b strings.Builder
	tokens, providers := lint.Rules(), doctor.Rules()
	fmt.Fprintf(&b, note+"# Checks\n\n`oidcscope inspect` has %d checks for tokens, `oidcscope doctor` has %d for providers. An id is never used for something else. "+
		"A check finds, does not find, does not apply, or was not reached; what was not looked at is never called good. "+
		"Some findings have another severity than their check where the text says so. `oidcscope explain ID` shows the same.\n", len(tokens), len(providers))
	checks(&b, "Tokens", tokens)
	checks(&b, "Providers", providers)
	return b.String()
}

func checks[S any](b *strings.Builder, title string, rules []rule.Rule[S]) {
	fmt.Fprintf(b, "\n## %s\n\n| id | name | severity | |\n|---|---|---|---|\n", title)
	for _, r := range rules {
		fmt.Fprintf(b, "| [%s](#%s) | %s | %s | %s |\n", r.ID, strings.ToLower(r.ID), r.Slug, r.Severity, cell(r.Title))
	}
	for _, r := range rules {
		fmt.Fprintf(b, "\n### %s\n\n**%s.** %s\n\n%s\n\n", r.ID, r.Title, r.Why, r.Fix)
		if r.Good != "" {
			fmt.Fprintf(b, "- good: %s\n", code(r.Good))
		}
		if r.Bad != "" {
			fmt.Fprintf(b, "- bad: %s\n", code(r.Bad))
		}
		fmt.Fprintf(b, "- %s, %s\n", r.Severity, links(r.Refs))
	}
}

// code writes an example as code, also one that has backquotes in it.
func code(text string) string {
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// Claims is the page of all claims and header parameters that have a meaning here.
func Claims() string {
	var b strings.Builder
	b.WriteString(note + "# Claims and header parameters\n\nWhat `oidcscope inspect` says beside each name. A `*` stands for any text. Names that are not here are shown as they are, and never guessed.\n")
	where := inspect.Where("")
	for e := range inspect.Glossary() {
		if e.Where != where {
			where = e.Where
			title := "Header parameters"
			if where == inspect.InPayload {
				title = "Claims"
			}
			fmt.Fprintf(&b, "\n## %s\n\n| name | type | meaning | from |\n|---|---|---|---|\n", title)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.Name, strings.ReplaceAll(e.Kind, "-", " "), cell(e.Meaning), cell(e.Source))
	}
	return b.String()
}
