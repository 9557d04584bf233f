package flows

import (
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// debugged encodes the events of a run that is held, edited or begun anew; nil for any other event.
func (c encoder) debugged(e Event) any {
	switch e := e.(type) {
	case AnswerHeld:
		return struct {
			eventHead
			ID       int              `json:"id"`
			Purpose  string           `json:"purpose"`
			Response *encodedResponse `json:"response"`
		}{c.head("answer_held"), e.Held.Exchange.ID, e.Held.Exchange.Purpose, c.response(e.Held.Exchange.Response)}
	case Predicted:
		return struct {
			eventHead
			Exchange    int                  `json:"exchange,omitempty"`
			Predictions []predict.Prediction `json:"predictions"`
		}{c.head("prediction"), e.Exchange, e.Predictions}
	case Judged:
		verdicts := make([]predict.Verdict, len(e.Verdicts))
		for i, v := range e.Verdicts {
			v.Said = c.scrub(v.Said)
			verdicts[i] = v
		}
		return struct {
			eventHead
			Exchange int               `json:"exchange,omitempty"`
			Verdicts []predict.Verdict `json:"verdicts"`
		}{c.head("verdict"), e.Exchange, verdicts}
	case Resent:
		return struct {
			eventHead
			Exchange    int      `json:"exchange"`
			Of          int      `json:"of"`
			Same        bool     `json:"same"`
			Differences []string `json:"differences"`
		}{c.head("resent"), e.Exchange, e.Of, e.Same, notNil(e.Differences)}
	case Restarted:
		return struct {
			eventHead
			Of   string `json:"of"`
			Text string `json:"text,omitempty"`
		}{c.head("restarted"), e.Of, e.Text}
	case StepKept:
		return c.head("step_kept")
	}
	return nil
}

func notNil(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

func (c encoder) response(r *record.Response) *encodedResponse {
	if r == nil {
		return nil
	}
	return &encodedResponse{r.Status, c.message(r.Proto, r.Headers, r.Body)}
}

// encodedEdits are the members of an exchange that was changed, or sent again.
type encodedEdits struct {
	Edited      bool             `json:"edited"`
	Edits       []string         `json:"edits,omitempty"`
	Unedited    *encodedRequest  `json:"unedited_request,omitempty"` // as it would have been sent
	AnswerEdits []string         `json:"answer_edits,omitempty"`
	Wire        *encodedResponse `json:"wire_response,omitempty"` // as it came, where response is what was taken in
	ResentOf    int              `json:"resent_of,omitempty"`
	Aside       bool             `json:"aside,omitempty"`
}

func (c encoder) edits(e record.Exchange) encodedEdits {
	all := encodedEdits{Edited: len(e.Edits)+len(e.AnswerEdits) > 0, Edits: c.texts(e.Edits), AnswerEdits: c.texts(e.AnswerEdits),
		Wire: c.response(e.Wire), ResentOf: e.ResentOf, Aside: e.Aside}
	if r := e.Unedited; r != nil {
		all.Unedited = &encodedRequest{r.Method, c.url(r.URL), c.message(r.Proto, r.Headers, r.Body)}
	}
	return all
}

func (c encoder) texts(all []string) []string {
	var out []string
	for _, text := range all {
		out = append(out, c.scrub(text))
	}
	return out
}
