package archive

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// edited is one place where a run was changed by the person who watched it: the address that the browser was sent to, a request, an
// answer.
type edited struct {
	step, what string
	edits      []string
}

// changes lists what was changed in a run, in the order in which it happened.
func (r *Run) changes() []edited {
	var all []edited
	add := func(step, what string, edits []string) {
		if len(edits) > 0 {
			all = append(all, edited{step, what, edits})
		}
	}
	for _, entry := range r.Entries {
		switch e := entry.Event.(type) {
		case flows.NeedUser:
			add(e.Step, "the address that the browser was sent to", e.Edits)
		case flows.Exchange:
			add(e.Meta.Step, fmt.Sprintf("request %d", e.ID), e.Edits)
			add(e.Meta.Step, fmt.Sprintf("the answer to request %d", e.ID), e.AnswerEdits)
		}
	}
	return all
}

// markdownEdits tells what was changed, what that had to cause, and what it did.
func (r *Run) markdownEdits(out *strings.Builder, scrub func(string) string) {
	changes := r.changes()
	if len(changes) == 0 {
		return
	}
	out.WriteString("\n## What was changed on purpose\n\n")
	for _, c := range changes {
		fmt.Fprintf(out, "- %s, %s: %s\n", plainText(r.title(c.step)), c.what, plainText(scrub(strings.Join(c.edits, ", "))))
	}
	var verdicts []string
	for _, judged := range events[flows.Judged](r) {
		for _, v := range judged.Verdicts {
			verdicts = append(verdicts, fmt.Sprintf("- %s: %s (%s) → **%s**", plainText(scrub(v.Edit)), plainText(scrub(v.Text)), plainText(v.Ref), plainText(scrub(v.Said))))
		}
	}
	if len(verdicts) > 0 {
		out.WriteString("\nWhat that had to cause, and did:\n\n" + strings.Join(verdicts, "\n") + "\n")
	}
}

// editNote says in one line what was changed in an exchange; empty when nothing was.
func editNote(edits, answerEdits []string) string {
	var parts []string
	if len(edits) > 0 {
		parts = append(parts, "edited: "+strings.Join(edits, ", "))
	}
	if len(answerEdits) > 0 {
		parts = append(parts, "the answer was edited: "+strings.Join(answerEdits, ", "))
	}
	return strings.Join(parts, "; ")
}

// browserNote says what was changed in the addresses that the browser was sent to: those are in no exchange.
func (r *Run) browserNote() string {
	note := ""
	for _, need := range events[flows.NeedUser](r) {
		if len(need.Edits) > 0 {
			note += "; the address that the browser was sent to was edited: " + r.scrub(strings.Join(need.Edits, ", "))
		}
	}
	return note
}
