package record

import (
	"net/http"
	"net/url"
)

// ask lets the gate decide. It returns the request to send with its body, or why it is not sent. What the gate changed is
// noted in e.Edits: by the gate's own words, else by a comparison.
func (t *Transport) ask(req *http.Request, body []byte, e *Exchange) (*http.Request, []byte, *Failure) {
	if t.options.Gate == nil {
		return req, body, nil
	}
	out := withBody(req, body)
	held := &Held{ID: e.ID, Step: e.Step, Purpose: e.Purpose, Request: withBody(req, body), Body: append([]byte(nil), body...)}
	if t.options.OnHold != nil {
		t.options.OnHold(held)
	}
	d, err := t.options.Gate(req.Context(), held)
	switch {
	case err != nil || req.Context().Err() != nil:
		return out, body, &Failure{Kind: FailCanceled, Host: req.URL.Host, Message: "cancelled while held at the gate", Cause: text(err)}
	case d.Action == Drop:
		return out, body, &Failure{Kind: FailDropped, Host: req.URL.Host, Message: "the request was dropped at the gate; nothing was sent"}
	case d.Action == Abort:
		return out, body, &Failure{Kind: FailCanceled, Host: req.URL.Host, Message: ErrAborted.Error()}
	}
	edited, sent, err := d.apply(req, body)
	if err != nil {
		return out, body, &Failure{Kind: FailOther, Host: req.URL.Host, Message: "the edited request can't be sent", Cause: err.Error()}
	}
	e.Edits = d.Edits
	if len(e.Edits) == 0 {
		e.Edits = differences(req, body, edited, sent)
	}
	if len(e.Edits) > 0 {
		made := describeRequest(req, body, nil)
		e.Unedited = &made
	}
	return edited, sent, nil
}

// Edited gives the request that would be sent, and its body.
func (d Decision) Edited(held *Held) (*http.Request, []byte, error) {
	return d.apply(held.Request, held.Body)
}

// Differences says in words what the decision changes.
func (d Decision) Differences(held *Held) []string {
	edited, body, err := d.Edited(held)
	if err != nil {
		return nil
	}
	return differences(held.Request, held.Body, edited, body)
}

// apply makes the request that the decision describes.
func (d Decision) apply(req *http.Request, body []byte) (*http.Request, []byte, error) {
	if d.Body != nil {
		body = d.Body
	}
	out := withBody(req, body)
	if d.Method != "" {
		out.Method = d.Method
	}
	if d.URL != "" {
		u, err := url.Parse(d.URL)
		if err != nil {
			return nil, nil, err
		}
		out.URL, out.Host = u, u.Host
	}
	if d.Header != nil {
		out.Header = d.Header.Clone()
		out.Header.Del("Content-Length")      // follows from the body
		if len(d.Header["User-Agent"]) == 0 { // net/http would put its own name there
			out.Header["User-Agent"] = []string{""}
		}
	}
	return out, body, nil
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
