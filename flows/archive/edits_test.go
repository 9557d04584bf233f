package archive

import (
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
)

// TestExportsMarkWhatWasChanged changes everything that can be changed in a run, and looks for it in every form.
func TestExportsMarkWhatWasChanged(t *testing.T) {
	f := read(t, saved(t, "pkce.jsonl"))
	r := f.Runs[0]
	for i := range r.Entries {
		entry := &r.Entries[i]
		entry.Line = nil
		switch e := entry.Event.(type) {
		case flows.NeedUser:
			e.Edits, e.Unedited = []string{"changed state"}, "https://idp.example/authorize?state=before"
			entry.Event = e
		case flows.Exchange:
			if e.Purpose == "token" {
				e.Edits, e.AnswerEdits = []string{"dropped code_verifier"}, []string{"changed the status to 400"}
				entry.Event = e
			}
		}
	}
	verdict := predict.Verdict{Prediction: predict.Prediction{ID: "verifier-dropped", Edit: "dropped code_verifier", Text: "must be refused", Ref: "RFC 7636 4.6"}, Said: "it does not enforce PKCE"}
	r.Entries = slices.Insert(r.Entries, len(r.Entries)-1, Entry{Event: flows.Judged{Meta: r.Entries[0].Event.Common(), Exchange: 3, Verdicts: []predict.Verdict{verdict}}})
	for format, wants := range map[Format][]string{
		JSON:     {`"edits":["changed state"]`, `"unedited_url":"https://idp.example/authorize?state=before"`, `"edits":["dropped code_verifier"]`, `"answer_edits":["changed the status to 400"]`},
		HAR:      {"the address that the browser was sent to was edited: changed state", "edited: dropped code_verifier", "the answer was edited: changed the status to 400"},
		Curl:     {"# the address that the browser was sent to was edited: changed state", "edited: dropped code_verifier", "the answer was edited: changed the status to 400"},
		Markdown: {"the address that the browser was sent to: changed state", "dropped code\\_verifier", "the answer to request", "RFC 7636 4.6", "**it does not enforce PKCE**"},
	} {
		text := written(t, format, f.Runs, false)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", format, want, text)
			}
		}
	}
	again := read(t, []byte(written(t, JSON, f.Runs, false)))
	for _, e := range again.Runs[0].Entries {
		if need, ok := e.Event.(flows.NeedUser); ok && (len(need.Edits) != 1 || need.Unedited == "") {
			t.Errorf("read back: %+v", need)
		}
	}
}
