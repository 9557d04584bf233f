package record

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// HeldAnswer is an answer that waits at the gate before the run takes it in.
type HeldAnswer struct {
	Exchange Exchange   // the request as it was sent, the answer as it came
	Earlier  []Exchange // the same request, sent before ([Resend]), the oldest first; some may have failed on the way
}

// Answering is what the gate decided about an answer.
type Answering int

const (
	Take   Answering = iota // take it in, with the changes in AnswerDecision
	Resend                  // send the same request once more, and ask again with both answers
	Refuse                  // cancel the request
)

// AnswerDecision is the gate's word about an answer. Zero means: take it in as it came.
type AnswerDecision struct {
	Action Answering
	Use    int         // id of the exchange whose answer is taken in; 0: the newest
	Status int         // 100 to 999; 0: unchanged
	Header http.Header // nil: unchanged
	Body   []byte      // nil: unchanged; at most [BodyLimit] bytes
	Edits  []string    // what was changed, in words; nil: found by comparing
}

// AnswerGate is asked before an answer is taken in. It may block until ctx ends. An error cancels the request. A request
// that failed on the way has no answer and asks nobody.
type AnswerGate func(ctx context.Context, held *HeldAnswer) (AnswerDecision, error)

// maxResends bounds how often one held answer can be asked for again.
const maxResends = 20

// passage is one time that a request was sent: its exchange and, unless it failed, the answer.
type passage struct {
	exchange Exchange
	response *http.Response
	body     Body
}

// settle lets the gate decide about an answer. The exchanges that come of it are told in order when that is done, so that
// each is told once, with what was changed.
func (t *Transport) settle(req *http.Request, body []byte, first passage) (*http.Response, error) {
	all := []passage{first}
	for {
		d, err := t.options.AnswerGate(req.Context(), heldAnswer(all))
		if err == nil {
			err = req.Context().Err()
		}
		if err == nil && d.Action == Resend && len(all) <= maxResends {
			e := first.exchange
			all = append(all, t.pass(withBody(req, body), body, Exchange{ID: t.next(), Step: e.Step, Purpose: e.Purpose, Edits: e.Edits, Unedited: e.Unedited, ResentOf: e.ID}))
			continue
		}
		var taken *passage
		if err == nil && d.Action != Refuse {
			taken, err = take(all, d)
		}
		for _, p := range all {
			t.tell(p.exchange)
		}
		if taken == nil {
			return nil, errors.Join(ErrAborted, &Failure{Kind: FailCanceled, Host: req.URL.Host, Message: "cancelled while the answer was held at the gate", Cause: text(err)})
		}
		taken.response.Body = reader(taken.body)
		return taken.response, nil
	}
}

// heldAnswer describes what waits: the newest answer.
func heldAnswer(all []passage) *HeldAnswer {
	newest := lastAnswered(all)
	held := &HeldAnswer{Exchange: all[newest].exchange}
	for i, p := range all {
		if i != newest {
			held.Earlier = append(held.Earlier, p.exchange)
		}
	}
	return held
}

func lastAnswered(all []passage) int {
	for i := len(all) - 1; i > 0; i-- {
		if all[i].response != nil {
			return i
		}
	}
	return 0
}

// Differences says in words what the decision changes about the held answer.
func (d AnswerDecision) Differences(held *HeldAnswer) []string {
	before, after := d.Edited(held)
	if before == nil {
		return nil
	}
	return AnswerDifferences(before, after)
}

// Edited gives the answer that the decision is about, as it came and as it would be taken in; nil without one.
func (d AnswerDecision) Edited(held *HeldAnswer) (before, after *Response) {
	before = held.Exchange.Response
	for i := range held.Earlier {
		if held.Earlier[i].ID == d.Use {
			before = held.Earlier[i].Response
		}
	}
	if before == nil {
		return nil, nil
	}
	changed := *before
	if d.Status != 0 {
		changed.Status = d.Status
	}
	if d.Header != nil {
		changed.Headers = Fields(d.Header)
	}
	if d.Body != nil {
		changed.Body = Keep(d.Body)
	}
	return before, &changed
}

// take applies the decision to the answer that it names.
func take(all []passage, d AnswerDecision) (*passage, error) {
	i := lastAnswered(all)
	if d.Use != 0 {
		i = slices.IndexFunc(all, func(p passage) bool { return p.exchange.ID == d.Use && p.response != nil })
	}
	if i < 0 {
		return nil, fmt.Errorf("an exchange with an answer to take in: want one of those that are held, got %d", d.Use)
	}
	for j := range all {
		all[j].exchange.Aside = j != i
	}
	p := &all[i]
	if err := p.edit(d); err != nil {
		return nil, err
	}
	return p, nil
}

// edit changes the answer that is taken in, and keeps what came over the wire.
func (p *passage) edit(d AnswerDecision) error {
	if d.Status == 0 && d.Header == nil && d.Body == nil {
		return nil
	}
	if d.Status != 0 && (d.Status < 100 || d.Status > 999) {
		return fmt.Errorf("status of the edited answer: want 100 to 999, got %d", d.Status)
	}
	if len(d.Body) > BodyLimit {
		return fmt.Errorf("body of the edited answer: want at most %d bytes, got %d", BodyLimit, len(d.Body))
	}
	came := *p.exchange.Response
	if d.Status != 0 {
		p.response.StatusCode, p.response.Status = d.Status, strings.TrimSpace(fmt.Sprintf("%d %s", d.Status, http.StatusText(d.Status)))
	}
	if d.Header != nil {
		p.response.Header = d.Header.Clone()
	}
	if d.Body != nil {
		p.body = Keep(d.Body)
		p.response.ContentLength = p.body.Size
		if p.response.Header.Get("Content-Length") != "" {
			p.response.Header.Set("Content-Length", strconv.FormatInt(p.body.Size, 10))
		}
	}
	now := describeResponse(p.response, p.body)
	edits := d.Edits
	if len(edits) == 0 {
		edits = AnswerDifferences(&came, now)
	}
	if len(edits) > 0 {
		p.exchange.Wire, p.exchange.Response, p.exchange.AnswerEdits = &came, now, edits
	}
	return nil
}
