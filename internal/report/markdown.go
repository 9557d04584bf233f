package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Markdown writes the report for a ticket: the findings, the worst first, then what was checked without any.
func Markdown(w io.Writer, r *Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", escape(r.Title))
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", escape(f[0]), escape(f[1]))
	}
	found := only(r.Results, rule.Found)
	slices.SortStableFunc(found, func(a, b *Result) int { return int(b.Worst()) - int(a.Worst()) })
	fmt.Fprintf(&b, "\n## Findings\n\n")
	if len(found) == 0 {
		b.WriteString("None.\n")
	}
	for _, res := range found {
		fmt.Fprintf(&b, "### %s %s: %s%s\n\n", escape(res.ID), res.Worst(), escape(orElse(r.check(res.ID).Title, res.Slug)), in(res.In))
		for _, f := range res.Findings {
			fmt.Fprintf(&b, "- %s%s\n", at(f.At), escape(f.Message))
		}
		b.WriteString("\n")
		if res.Remark != "" {
			fmt.Fprintf(&b, "%s\n\n", escape(res.Remark))
		}
		if why := r.check(res.ID).Why; why != "" {
			fmt.Fprintf(&b, "%s\n\n", escape(why))
		}
		fmt.Fprintf(&b, "**Fix:** %s (%s)\n\n", escape(res.Findings[0].Fix), escape(res.Findings[0].Ref))
	}
	fmt.Fprintf(&b, "\n## Without findings\n\n| check | result | |\n|---|---|---|\n")
	for i := range r.Results {
		res := &r.Results[i]
		if res.Result == rule.Found {
			continue
		}
		fmt.Fprintf(&b, "| %s %s%s | %s | %s |\n", escape(res.ID), escape(orElse(r.check(res.ID).Title, res.Slug)), in(res.In), words(res.Result), escape(res.Reason))
	}
	fmt.Fprintf(&b, "\nChecks: %d with findings, %d passed, %d not applicable, %d not reached", len(found), r.count(rule.Pass), r.count(rule.NotApplicable), r.count(rule.NotReached))
	if n := r.count(rule.Inconclusive); n > 0 {
		fmt.Fprintf(&b, ", %d inconclusive", n)
	}
	b.WriteString(".\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func only(results []Result, kind rule.Result) []*Result {
	var all []*Result
	for i := range results {
		if results[i].Result == kind {
			all = append(all, &results[i])
		}
	}
	return all
}

func words(r rule.Result) string { return strings.ReplaceAll(string(r), "_", " ") }

// in says which of several things a result is about.
func in(which string) string {
	if which == "" {
		return ""
	}
	return " (" + escape(which) + ")"
}

func at(place string) string {
	if place == "" {
		return ""
	}
	return escape(place) + ": "
}

// escape keeps untrusted text from being Markdown or HTML.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`, "~", `\~`, "!", `\!`).Replace(clean(text))
}
