package flows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

type decodedMessage struct {
	Proto   string
	Headers []struct {
		Name  string
		Value concealed
	}
	Body      json.RawMessage
	BodySize  int64 `json:"body_size"`
	Truncated bool  `json:"body_truncated"`

	Uncompressed string `json:"body_uncompressed"`
}

func (m decodedMessage) fields() []record.Header {
	var all []record.Header
	for _, h := range m.Headers {
		all = append(all, record.Header{Name: h.Name, Value: string(h.Value)})
	}
	return all
}

func (m decodedMessage) body() record.Body {
	data := bodyText(record.Get(m.fields(), "Content-Type"), m.Body)
	return record.Body{Data: data, Size: m.BodySize, Truncated: m.Truncated, Uncompressed: m.Uncompressed}
}

type decodedRequest struct {
	Method, URL string
	decodedMessage
}

func (q *decodedRequest) request() *record.Request {
	if q == nil {
		return nil
	}
	return &record.Request{Method: q.Method, URL: q.URL, Proto: q.Proto, Headers: q.fields(), Body: q.body()}
}

type decodedResponse struct {
	Status int
	decodedMessage
}

func (r *decodedResponse) response() *record.Response {
	if r == nil {
		return nil
	}
	return &record.Response{Status: r.Status, Reason: Reason(r.Status), Proto: r.Proto, Headers: r.fields(), Body: r.body()}
}

func decodeExchange(line []byte, m Meta) (Event, error) {
	var in struct {
		ID          int
		Purpose     string
		Request     decodedRequest
		Response    *decodedResponse
		Failure     *record.Failure
		Timing      encodedTiming
		Connection  encodedConnection
		Edits       []string
		Unedited    *decodedRequest  `json:"unedited_request"`
		AnswerEdits []string         `json:"answer_edits"`
		Wire        *decodedResponse `json:"wire_response"`
		ResentOf    int              `json:"resent_of"`
		Aside       bool
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return nil, err
	}
	t, c := in.Timing, in.Connection
	e := record.Exchange{
		ID: in.ID, Step: m.Step, Purpose: in.Purpose, Failure: in.Failure,
		Request: *in.Request.request(), Response: in.Response.response(),
		Edits: in.Edits, Unedited: in.Unedited.request(), AnswerEdits: in.AnswerEdits, Wire: in.Wire.response(), ResentOf: in.ResentOf, Aside: in.Aside,
		Timing: record.Timing{DNS: time.Duration(t.DNS), Connect: time.Duration(t.Connect), TLS: time.Duration(t.TLS), Wait: time.Duration(t.Wait),
			Read: time.Duration(t.Read), Total: time.Duration(t.Total), Start: m.Time.Add(-time.Duration(t.Total))},
		Connection: record.Connection{Remote: c.Remote, Reused: c.Reused, Proxy: c.Proxy, TLS: c.TLS, Cipher: c.Cipher, ALPN: c.ALPN,
			Skipped: c.Skipped, Chain: c.Chain},
	}
	return Exchange{m, e}, nil
}

// Reason gives a status with its usual words: "200 OK".
func Reason(status int) string {
	return strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
}

func decodeStepHeld(line []byte, m Meta) (Event, error) {
	var in struct {
		ID                   int
		Purpose, Method, URL string
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return nil, err
	}
	address, err := url.Parse(in.URL)
	if err != nil || address.String() != in.URL {
		address = &url.URL{Opaque: in.URL} // written as it stands
	}
	return StepHeld{m, &record.Held{ID: in.ID, Step: m.Step, Purpose: in.Purpose, Request: &http.Request{Method: in.Method, URL: address, Header: http.Header{}}}}, nil
}

// bodyText makes the text of a body again: of an object the form or the JSON that it was, of a string the text itself.
func bodyText(contentType string, raw json.RawMessage) []byte {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if raw[0] == '"' {
		var text string
		_ = json.Unmarshal(raw, &text) // it is part of a line that was read
		return []byte(text)
	}
	if media, _, _ := mime.ParseMediaType(contentType); media == formType {
		if form, ok := formText(raw); ok {
			return []byte(form)
		}
	}
	return withMasks(raw)
}

// formText makes a form of an object of texts, and of lists of texts.
func formText(raw json.RawMessage) (string, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, _ := dec.Token(); open != json.Delim('{') {
		return "", false
	}
	var pairs []string
	for dec.More() {
		name, _ := dec.Token()
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return "", false
		}
		values := make([]concealed, 1)
		if into := any(&values[0]); value[0] == '[' {
			values = nil
			if json.Unmarshal(value, &values) != nil {
				return "", false
			}
		} else if json.Unmarshal(value, into) != nil || string(value) == "null" {
			return "", false
		}
		for _, v := range values {
			pairs = append(pairs, url.QueryEscape(fmt.Sprint(name))+"="+url.QueryEscape(string(v)))
		}
	}
	return strings.Join(pairs, "&"), true
}

// withMasks writes masks in the place of the redactions of a JSON text. A redaction can be told from text by its quotes:
// inside of a JSON string they would be escaped. What a provider sent under a name that is no secret's is left as it is.
func withMasks(raw json.RawMessage) []byte {
	var in bytes.Buffer
	if json.Compact(&in, raw) != nil {
		return raw
	}
	const begin = `":{"redacted":true,`
	var out bytes.Buffer
	for rest := in.Bytes(); ; {
		i := bytes.Index(rest, []byte(begin))
		if i < 0 {
			out.Write(rest)
			return out.Bytes()
		}
		end := bytes.IndexByte(rest[i:], '}')
		if end < 0 {
			out.Write(rest)
			return out.Bytes()
		}
		value := rest[i+2 : i+end+1]
		mask, ok := maskOf(value)
		name := rest[bytes.LastIndexByte(rest[:i], '"')+1 : i]
		if ok && secret.IsMember(string(name)) {
			out.Write(rest[:i+2])
			out.Write(plainJSON(mask))
		} else {
			out.Write(rest[:i+end+1])
		}
		rest = rest[i+end+1:]
	}
}
