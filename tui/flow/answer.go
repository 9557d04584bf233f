package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// answerMessage is a held answer as it is edited: its status, the members of its JSON object (else its body), its headers.
type answerMessage struct {
	use    int // the exchange it belongs to
	params []widget.Param
}

// newAnswer takes apart the answer that would be taken in.
func newAnswer(held *record.HeldAnswer, use int) *answerMessage {
	e := heldExchange(held, use)
	a := &answerMessage{use: use}
	r := e.Response
	if r == nil {
		return a
	}
	a.params = []widget.Param{{In: widget.InStatus, Name: "status", Value: strconv.Itoa(r.Status)}}
	if members := membersOf(r.Body.Data); members != nil {
		a.params = append(a.params, members...)
	} else if len(r.Body.Data) > 0 {
		a.params = append(a.params, widget.Param{In: widget.InBody, Name: "body", Value: string(r.Body.Data), Raw: string(r.Body.Data)})
	}
	for _, h := range r.Headers {
		a.params = append(a.params, widget.Param{In: widget.InHeader, Name: h.Name, Value: h.Value, Secret: secret.IsHeader(h.Name), Raw: h.Value})
	}
	return a
}

// heldExchange is the sending whose answer is meant: the newest, or the one that was chosen.
func heldExchange(held *record.HeldAnswer, use int) *record.Exchange {
	for i := range held.Earlier {
		if held.Earlier[i].ID == use && use != 0 {
			return &held.Earlier[i]
		}
	}
	return &held.Exchange
}

// membersOf lists the members of a JSON object; nil for anything else. Raw is a member as it stood, so that what is not edited stays
// to the byte.
func membersOf(body []byte) []widget.Param {
	doc := inspect.ScanJSON(string(body))
	if doc.Root == nil || !doc.Complete || doc.Root.Kind != inspect.Object || len(doc.Root.Members) == 0 {
		return nil
	}
	params := make([]widget.Param, len(doc.Root.Members))
	for i := range doc.Root.Members {
		m := &doc.Root.Members[i]
		value := m.Value.Raw
		if m.Value.Kind == inspect.String {
			value = m.Value.Str
		}
		params[i] = widget.Param{In: widget.InMember, Name: m.Name, Value: value, Secret: secret.IsParam(m.Name), Raw: m.Value.Raw}
	}
	return params
}

// decision makes the gate's answer of the edited parts. What was not edited stays as it came.
func (a *answerMessage) decision(params []widget.Param, edits []string) record.AnswerDecision {
	d := record.AnswerDecision{Use: a.use}
	if len(edits) == 0 {
		return d
	}
	d.Edits = edits
	members, headers := []widget.Param{}, http.Header{}
	for _, p := range params {
		switch p.In {
		case widget.InStatus:
			if n, err := strconv.Atoi(strings.TrimSpace(p.Value)); err == nil && p.Raw == "" {
				d.Status = n
			}
		case widget.InBody:
			if p.Raw == "" {
				d.Body = []byte(p.Value)
			}
		case widget.InHeader:
			headers[http.CanonicalHeaderKey(p.Name)] = append(headers[http.CanonicalHeaderKey(p.Name)], p.Value)
		case widget.InMember:
			members = append(members, p)
		}
	}
	if a.changed(widget.InHeader, params) {
		d.Header = headers
	}
	if a.changed(widget.InMember, params) {
		d.Body = objectOf(members, a.texts())
	}
	return d
}

// check finds what can't be taken in.
func (a *answerMessage) check(params []widget.Param) error {
	for _, p := range params {
		if n, err := strconv.Atoi(strings.TrimSpace(p.Value)); p.In == widget.InStatus && (err != nil || n < 100 || n > 999) {
			return fmt.Errorf("status: want a number from 100 to 999, got %q", safe.Short(p.Value, 20))
		}
	}
	return nil
}

// changed reports whether the parts of one place are not what they were.
func (a *answerMessage) changed(place widget.ParamPlace, params []widget.Param) bool {
	var was, is []widget.Param
	for _, p := range a.params {
		if p.In == place {
			was = append(was, p)
		}
	}
	for _, p := range params {
		if p.In == place {
			is = append(is, p)
		}
	}
	if len(was) != len(is) {
		return true
	}
	for i := range was {
		if was[i] != is[i] {
			return true
		}
	}
	return false
}

// texts are the members that came as strings.
func (a *answerMessage) texts() map[string]bool {
	texts := make(map[string]bool)
	for _, p := range a.params {
		if p.In == widget.InMember && strings.HasPrefix(p.Raw, `"`) {
			texts[p.Name] = true
		}
	}
	return texts
}

// objectOf writes a JSON object. A changed value is JSON where it reads as JSON and the member was no string before; else it is a
// string.
func objectOf(members []widget.Param, texts map[string]bool) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted(m.Name))
		b.WriteByte(':')
		switch {
		case m.Raw != "":
			b.WriteString(m.Raw)
		case !texts[m.Name] && json.Valid([]byte(m.Value)):
			b.WriteString(m.Value)
		default:
			b.Write(quoted(m.Value))
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

func quoted(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil { // a string can always be written
		return []byte(`""`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
