package record

import (
	"net/http"
	"net/url"
	"sort"
	"strings"
)

// ask lets the gate decide. It returns the request to send with its body, or why it is not sent. What the gate changed is
// noted in e.Edits: by the gate's own words, else by a comparison.
func (t *Transport) ask(req *http.Request, body []byte, e *Exchange) (*http.Request, []byte, *Failure) {
	out := withBody(req, body)
	if t.options.Gate == nil {
		return out, body, nil
	}
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
	return edited, sent, nil
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
		out.Header.Del("Content-Length") // follows from the body
	}
	return out, body, nil
}

// differences says in words what changed between two requests.
func differences(before *http.Request, was []byte, after *http.Request, is []byte) []string {
	var edits []string
	if before.Method != after.Method {
		edits = append(edits, "changed the method to "+after.Method)
	}
	if a, b := withoutQuery(before.URL), withoutQuery(after.URL); a != b {
		edits = append(edits, "changed the address to "+b)
	}
	edits = append(edits, fieldDifferences("", before.URL.Query(), after.URL.Query())...)
	edits = append(edits, fieldDifferences("header ", before.Header, after.Header)...)
	if string(was) == string(is) {
		return edits
	}
	old, err1 := url.ParseQuery(string(was))
	changed, err2 := url.ParseQuery(string(is))
	if err1 != nil || err2 != nil || !strings.HasPrefix(after.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return append(edits, "changed the body")
	}
	return append(edits, fieldDifferences("", old, changed)...)
}

func withoutQuery(u *url.URL) string {
	c := *u
	c.RawQuery = ""
	return c.Redacted()
}

// fieldDifferences compares two multi-maps by name. Values are not named: they may be secret.
func fieldDifferences(prefix string, before, after map[string][]string) []string {
	var edits []string
	for name, old := range before {
		switch now, there := after[name]; {
		case !there:
			edits = append(edits, "dropped "+prefix+name)
		case strings.Join(old, "\x00") != strings.Join(now, "\x00"):
			edits = append(edits, "changed "+prefix+name)
		}
	}
	for name := range after {
		if _, there := before[name]; !there {
			edits = append(edits, "added "+prefix+name)
		}
	}
	sort.Strings(edits)
	return edits
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
