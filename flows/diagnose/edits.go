package diagnose

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// maxEdits is how many changes are named among the causes.
const maxEdits = 3

// byHand puts what the person changed on the way before all other causes: who dropped the verifier need not look for a proxy that
// did.
func byHand(d *flows.Diagnosis, edits []flows.Edited) *flows.Diagnosis {
	if d == nil || len(edits) == 0 {
		return d
	}
	var causes []string
	for _, e := range edits[:min(len(edits), maxEdits)] {
		causes = append(causes, cause(e))
	}
	if rest := len(edits) - maxEdits; rest > 0 {
		causes = append(causes, fmt.Sprintf("you changed more than that: %d further edits", rest))
	}
	d.Causes = append(causes, d.Causes...)
	d.Fixes = append([]flows.Fix{{Text: "go back to the step and let it pass unchanged"}}, d.Fixes...)
	d.Checked = append([]string{"what you changed"}, d.Checked...)
	return d
}

// cause says what was changed and, where a specification does, what that had to cause.
func cause(e flows.Edited) string {
	where := "the " + e.Purpose + " request"
	switch {
	case e.Answer:
		where = "the answer to " + where
	case record.ByBrowser(e.Purpose):
		where = "what the browser brought back"
	}
	text := "you " + e.What + " in " + where
	if strings.HasPrefix(e.What, "dropped ") {
		text = "you " + e.What + " from " + where
	}
	if e.Resent {
		text = "you sent the " + e.Purpose + " request a second time, and took in the answer to that"
	}
	if e.Must != "" {
		text += ": " + e.Must
	}
	if e.Ref != "" {
		text += " (" + e.Ref + ")"
	}
	return text
}
