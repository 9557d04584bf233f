package archive

import (
	"fmt"
	"io"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// A run as a report for an issue tracker. Everything that came from outside is code, between fences that are longer than any
// in it, or is escaped: what a provider sent can't become a heading, a link, a mention or HTML there.

// maxBlock is how much of a body stands in a report, in bytes.
const maxBlock = 16 << 10

func writeMarkdown(w io.Writer, runs []*Run, maker string, reveal bool) error {
	var out strings.Builder
	for i, r := range runs {
		if i > 0 {
			out.WriteString("\n---\n\n")
		}
		r.markdown(&out, reveal)
	}
	hidden := "; secrets are masked, equal ones have equal hashes"
	if reveal {
		hidden = "; **it holds secrets**"
	}
	fmt.Fprintf(&out, "\n---\n\nWritten by %s%s.\n", plainText(maker), hidden)
	_, err := io.WriteString(w, out.String())
	return err
}

func (r *Run) markdown(out *strings.Builder, reveal bool) {
	scrub := r.scrub
	if reveal {
		scrub = func(s string) string { return s }
	}
	started := r.Started()
	fmt.Fprintf(out, "# %s\n\n", plainText(started.Title))
	fmt.Fprintf(out, "- issuer: %s\n- client: %s\n- %s\n", code(started.Issuer), code(started.ClientID), plainText(r.when()))
	done, err := r.Outcome()
	switch {
	case err == nil:
		fmt.Fprintf(out, "- **ended well** after %s\n", done.Duration.Round(1e6))
	default:
		fmt.Fprintf(out, "- **failed**: %s\n", plainText(scrub(err.Error())))
	}
	for _, w := range started.Warnings {
		fmt.Fprintf(out, "- warning: %s\n", plainText(scrub(w)))
	}
	r.steps(out, scrub)
	r.markdownEdits(out, scrub)
	r.failures(out, scrub)
	r.findings(out, scrub)
	r.requests(out, reveal)
}

// steps is the table of what happened.
func (r *Run) steps(out *strings.Builder, scrub func(string) string) {
	out.WriteString("\n## Steps\n\n| | step | result | took |\n|---|---|---|--:|\n")
	for _, info := range r.Flow().Steps {
		mark, result, took := "·", "not reached", ""
		for _, entry := range r.Entries {
			if entry.Event == nil || entry.Event.Common().Step != info.ID {
				continue
			}
			switch e := entry.Event.(type) {
			case flows.StepDone:
				mark, result, took = outcomeMark(e.Outcome), scrub(e.Note), e.Duration.Round(1e6).String()
			case flows.StepSkipped:
				mark, result = "–", "skipped: "+scrub(e.Reason)
			case flows.StepFailed:
				mark, result = "✗", scrub(e.Problem.Error())
			}
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", mark, plainText(info.Title), plainText(result), took)
	}
}

func outcomeMark(o flows.Outcome) string {
	switch o {
	case flows.NotGood:
		return "✗"
	case flows.NotChecked:
		return "?"
	default:
		return "✓"
	}
}

// failures tells what failed and why that probably was.
func (r *Run) failures(out *strings.Builder, scrub func(string) string) {
	for _, e := range events[flows.StepFailed](r) {
		fmt.Fprintf(out, "\n## What failed: %s\n\n", plainText(r.title(e.Step)))
		if e.Expected != "" {
			fmt.Fprintf(out, "- expected: %s\n", plainText(scrub(e.Expected)))
		}
		fmt.Fprintf(out, "- got: %s\n", plainText(scrub(e.Got)))
		if e.Ref != "" {
			fmt.Fprintf(out, "- reference: %s\n", plainText(e.Ref))
		}
		d := e.Diagnosis
		if d == nil {
			continue
		}
		fmt.Fprintf(out, "\n**Diagnosis** %s: %s\n", plainText(d.ID), plainText(scrub(d.Summary)))
		list(out, "Probable causes, in order", d.Causes, scrub)
		var fixes []string
		for _, f := range d.Fixes {
			text := plainText(scrub(f.Text))
			if f.Value != "" {
				text += ": " + code(scrub(f.Value))
			}
			fixes = append(fixes, text)
		}
		if len(fixes) > 0 {
			out.WriteString("\nWhat to do:\n\n- " + strings.Join(fixes, "\n- ") + "\n")
		}
	}
}

func list(out *strings.Builder, title string, texts []string, scrub func(string) string) {
	for i, text := range texts {
		if i == 0 {
			fmt.Fprintf(out, "\n%s:\n\n", title)
		}
		fmt.Fprintf(out, "%d. %s\n", i+1, plainText(scrub(text)))
	}
}

func (r *Run) title(step string) string {
	for _, s := range r.Flow().Steps {
		if s.ID == step {
			return s.Title
		}
	}
	return step
}

// findings are those of the run and of its tokens.
func (r *Run) findings(out *strings.Builder, scrub func(string) string) {
	var lines []string
	for _, e := range events[flows.Found](r) {
		lines = append(lines, fmt.Sprintf("- %s %s: %s", plainText(e.ID), e.Severity, plainText(scrub(e.Message))))
	}
	for _, e := range events[flows.Received](r) {
		if e.Report == nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("- %s: %s, signature %s", plainText(string(e.Which)), plainText(string(e.Report.Kind)), plainText(string(e.Report.Signature.Status))))
		for _, f := range e.Report.Findings {
			lines = append(lines, fmt.Sprintf("  - %s %s: %s", plainText(f.ID), f.Severity, plainText(scrub(f.Message))))
		}
	}
	if len(lines) > 0 {
		out.WriteString("\n## Tokens and findings\n\n" + strings.Join(lines, "\n") + "\n")
	}
}

// requests are the messages, folded.
func (r *Run) requests(out *strings.Builder, reveal bool) {
	out.WriteString("\n## Requests\n")
	for _, e := range r.Exchanges() {
		x := r.shown(e, reveal)
		answer := "no answer"
		if x.Response != nil {
			answer = flows.Reason(x.Response.Status)
		}
		fmt.Fprintf(out, "\n<details><summary>%d. %s: %s</summary>\n\n", x.ID, htmlText(orElse(x.Purpose, x.Step)), htmlText(answer))
		if note := editNote(x.Edits, x.AnswerEdits); note != "" {
			fmt.Fprintf(out, "%s\n\n", plainText(r.scrub(note)))
		}
		out.WriteString(fence("http", message(x.Request.Method+" "+x.Request.URL, x.Request.Headers, x.Request.Body)))
		if x.Response != nil {
			out.WriteString("\n" + fence("http", message(strings.TrimSpace(x.Response.Proto+" "+answer), x.Response.Headers, x.Response.Body)))
		}
		if x.Failure != nil {
			fmt.Fprintf(out, "\nThe connection failed (%s): %s\n", plainText(string(x.Failure.Kind)), plainText(x.Failure.Message))
		}
		out.WriteString("\n</details>\n")
	}
}

// message is one side of an exchange as text.
func message(first string, fields []record.Header, body record.Body) string {
	var b strings.Builder
	b.WriteString(safe.Text(first) + "\n")
	for _, h := range fields {
		b.WriteString(safe.Text(h.Name+": "+h.Value) + "\n")
	}
	if len(body.Data) > 0 {
		data := body.Data[:min(len(body.Data), maxBlock)]
		b.WriteString("\n" + safe.Block(string(data)) + "\n")
		if rest := body.Size - int64(len(data)); rest > 0 {
			fmt.Fprintf(&b, "… %d bytes more\n", rest)
		}
	}
	return b.String()
}

// fence puts a text into a code block that it can't end.
func fence(language, text string) string {
	mark := strings.Repeat("`", max(3, longest(text, '`')+1))
	return mark + language + "\n" + strings.TrimRight(text, "\n") + "\n" + mark + "\n"
}

// code puts a text into a code span that it can't end.
func code(text string) string {
	text = safe.Text(text)
	if text == "" {
		return "–"
	}
	mark := strings.Repeat("`", longest(text, '`')+1)
	return mark + " " + strings.ReplaceAll(text, "|", `\|`) + " " + mark
}

// longest gives the length of the longest row of a character.
func longest(text string, c rune) int {
	most, now := 0, 0
	for _, r := range text {
		if r == c {
			now++
			most = max(most, now)
		} else {
			now = 0
		}
	}
	return most
}

// htmlText keeps text from being HTML, or a mention, in a line that is HTML.
func htmlText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "@", "&#64;", "://", "&#58;//").Replace(safe.Text(text))
}

// plainText keeps text from being Markdown, HTML, a link or a mention: each address and each @ is taken apart by a character
// reference, which shows the same.
func plainText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", `\|`,
		"#", `\#`, "~", `\~`, "!", `\!`, "@", "&#64;", "://", "&#58;//", "$", `\$`).Replace(safe.Text(text))
}
