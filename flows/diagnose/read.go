package diagnose

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
)

// Hints is what is known about a text beside the text. All are optional.
type Hints struct {
	Provider    string // id, alias or name of a preset
	Endpoint    Endpoint
	Status      int // HTTP status of the answer
	ContentType string
}

// Answer is what was read of a text, and its diagnosis. Secrets of the text are masked in all of it.
type Answer struct {
	Error     *flows.OAuthError
	Endpoint  Endpoint
	Diagnosis *flows.Diagnosis
}

// Faults of [Text].
var (
	ErrNothing = errors.New("want an error answer (an address, a body, a page, a header or a log line), got a text in which none is recognised")
	ErrNoError = errors.New("this is no error")
	ErrRequest = errors.New("this is the address of a login page, before the login; want the answer: the address that the browser ended on, or the page's text")
)

// MaxInput bounds what is read of a text, in bytes.
const MaxInput = 1 << 20

// Text reads an answer that somebody met elsewhere and diagnoses it: the address that a browser was sent back to, a JSON or form
// body, an HTML page or its text, a WWW-Authenticate field, a whole HTTP answer, a log line. The error is one of
// [ErrNothing], [ErrNoError] and [ErrRequest].
func Text(text string, h Hints) (*Answer, error) {
	if len(text) > MaxInput {
		text = text[:MaxInput]
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.ToValidUTF8(text, "�"), "\ufeff"))
	r := &reader{text: text, hints: h}
	e, err := r.read()
	if err != nil {
		return nil, err
	}
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: e, Mark: -1}
	in := flows.DiagnosisInput{Step: string(r.hints.Endpoint), RedirectURI: r.redirectURI, Exchange: r.exchange(),
		Config: flows.Config{Issuer: r.issuer, ClientID: r.clientID}}
	if known, ok := preset.Find(h.Provider); ok {
		in.Provider = known.ID
	}
	d := Problem(p, in)
	if d.ID == "UNKNOWN" && e.Code == "" && e.Status == 0 && (e.Shape != "json" || e.Description == "") {
		return nil, ErrNothing
	}
	secrets := secretsIn(text)
	scrubDiagnosis(d, secrets)
	scrubError(e, secrets)
	return &Answer{Error: e, Endpoint: r.hints.Endpoint, Diagnosis: d}, nil
}

// reader finds the error in a text.
type reader struct {
	text    string
	hints   Hints
	headers []record.Header

	redirectURI, issuer, clientID string
}

// exchange is the text as the answer it came in, for whoever wants to recognise the provider by it.
func (r *reader) exchange() *record.Exchange {
	return &record.Exchange{Purpose: string(r.hints.Endpoint), Response: &record.Response{Status: r.hints.Status, Headers: r.headers,
		Body: record.Body{Data: []byte(r.text), Size: int64(len(r.text))}}}
}

func (r *reader) read() (*flows.OAuthError, error) {
	if r.text == "" && r.hints.Status == 0 {
		return nil, ErrNothing
	}
	r.unwrapMessage()
	for _, try := range []func() (*flows.OAuthError, error){r.address, r.object, r.challenge, r.query, r.embedded, r.pairs} {
		if e, err := try(); e != nil || err != nil {
			return r.withStatus(e), err
		}
	}
	return r.withStatus(r.answer(r.text)), nil
}

// withStatus gives an error the status that is known, and none that was only assumed.
func (r *reader) withStatus(e *flows.OAuthError) *flows.OAuthError {
	if e == nil {
		return nil
	}
	if e.Status = r.hints.Status; e.Status == 0 {
		e.Status = statusIn(r.text)
	}
	return e
}

// answer normalises a body. A body that somebody asks about is taken for an error, whatever the status says.
func (r *reader) answer(body string) *flows.OAuthError {
	headers := append([]record.Header{{Name: "Content-Type", Value: r.hints.ContentType}}, r.headers...)
	res := &record.Response{Status: r.hints.Status, Headers: headers, Body: record.Body{Data: []byte(body), Size: int64(len(body))}}
	if e := flows.Normalise(res); e != nil {
		return e
	}
	res.Status = http.StatusBadRequest
	if e := flows.Normalise(res); e != nil {
		return e
	}
	return &flows.OAuthError{Description: body, Shape: "text"}
}

// unwrapMessage takes a whole HTTP answer apart, as curl -i prints it.
func (r *reader) unwrapMessage() {
	if !strings.HasPrefix(r.text, "HTTP/") {
		return
	}
	text := strings.ReplaceAll(r.text, "\r\n", "\n")
	head, body, found := strings.Cut(text, "\n\n")
	status, fields, _ := strings.Cut(head, "\n")
	parts := strings.Fields(status)
	if len(parts) < 2 || !found && !strings.Contains(head, "\n") {
		return
	}
	code, err := strconv.Atoi(parts[1])
	if err != nil || code < 100 || code > 599 {
		return
	}
	if r.hints.Status == 0 {
		r.hints.Status = code
	}
	r.readFields(fields)
	if r.text = strings.TrimSpace(body); r.text == "" {
		r.text = strings.TrimSpace(record.Get(r.headers, "Location"))
	}
}

func (r *reader) readFields(fields string) {
	scan := bufio.NewScanner(strings.NewReader(fields))
	for scan.Scan() {
		name, value, ok := strings.Cut(scan.Text(), ":")
		if !ok {
			continue
		}
		r.headers = append(r.headers, record.Header{Name: http.CanonicalHeaderKey(strings.TrimSpace(name)), Value: strings.TrimSpace(value)})
	}
	if r.hints.ContentType == "" {
		r.hints.ContentType = record.Get(r.headers, "Content-Type")
	}
}

// address finds the first address with an error in its query or fragment.
func (r *reader) address() (*flows.OAuthError, error) {
	request, good := false, false
	for _, word := range strings.FieldsFunc(r.text, func(c rune) bool { return c == ' ' || c == '\n' || c == '\t' || strings.ContainsRune("\"'<>`", c) }) {
		i := strings.IndexAny(word, "?#")
		if i < 0 || !strings.Contains(word[:i], "/") && !strings.Contains(word[:i], ":") {
			continue
		}
		base, rest := word[:i], word[i+1:]
		for _, part := range strings.Split(rest, "#") {
			q, err := url.ParseQuery(strings.TrimRight(part, ".,;)"))
			if err != nil && len(q) == 0 {
				continue
			}
			if e := flows.NormaliseQuery(q); e != nil {
				r.fromQuery(base, q)
				return e, nil
			}
			request = request || q.Has("client_id") && q.Has("response_type")
			good = good || q.Get("code") != "" && q.Has("state") // RFC 6749 4.1.2
		}
	}
	switch alone := !strings.ContainsAny(r.text, " \n{"); {
	case request && alone:
		return nil, ErrRequest
	case good && alone:
		return nil, ErrNoError
	}
	return nil, nil
}

func (r *reader) fromQuery(base string, q url.Values) {
	if r.hints.Endpoint == "" {
		r.hints.Endpoint = AtCallback
	}
	if u, err := url.Parse(strings.TrimSpace(base[max(0, strings.LastIndex(base, " ")):])); err == nil && u.Scheme != "" && r.hints.Endpoint == AtCallback {
		u.User = nil
		r.redirectURI = u.String()
	}
	r.issuer, r.clientID = q.Get("iss"), q.Get("client_id")
}

// object reads a JSON body, and those that are no error.
func (r *reader) object() (*flows.OAuthError, error) {
	if !strings.HasPrefix(r.text, "{") && !strings.HasPrefix(r.text, "[") || !json.Valid([]byte(r.text)) {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(r.text), &members) == nil {
		if string(members["active"]) == "false" {
			return &flows.OAuthError{Code: "inactive", Description: "active: false", Shape: "json"}, nil
		}
		good := members["access_token"] != nil || members["id_token"] != nil || members["issuer"] != nil || members["keys"] != nil || string(members["active"]) == "true"
		if good && members["error"] == nil {
			return nil, ErrNoError
		}
	}
	return r.answer(r.text), nil
}

// challenge reads a WWW-Authenticate field, with or without its name, or header fields that hold one.
func (r *reader) challenge() (*flows.OAuthError, error) {
	lower := asciiLower(r.text)
	i := strings.Index(lower, "www-authenticate:")
	if i >= 0 {
		i += len("www-authenticate:")
	} else if i = max(strings.Index(lower, "bearer "), strings.Index(lower, "dpop ")); i < 0 || !strings.Contains(lower[i:], "error=") {
		return nil, nil
	}
	value, _, _ := strings.Cut(r.text[i:], "\n")
	status := r.hints.Status
	if status < 400 {
		status = http.StatusUnauthorized
	}
	e := flows.Normalise(&record.Response{Status: status, Headers: []record.Header{{Name: "WWW-Authenticate", Value: strings.TrimSpace(value)}}})
	if e == nil || e.Code == "" {
		return nil, nil
	}
	if len(r.headers) == 0 { // what else it asks for, such as a stronger login (RFC 9470 3), is read of the exchange
		r.headers = []record.Header{{Name: "WWW-Authenticate", Value: strings.TrimSpace(value)}}
	}
	return e, nil
}

// query reads a form or a bare query.
func (r *reader) query() (*flows.OAuthError, error) {
	text := strings.TrimLeft(r.text, "?#&")
	if strings.ContainsAny(text, "\n<{") || !strings.HasPrefix(text, "error=") && !strings.Contains(text, "&error=") {
		return nil, nil
	}
	q, err := url.ParseQuery(text)
	if err != nil || strings.Contains(strings.SplitN(text, "&", 2)[0], " ") {
		return nil, nil
	}
	e := flows.NormaliseQuery(q)
	if e != nil {
		e.Shape = "form"
	}
	return e, nil
}

// maxObjects bounds how many beginnings of JSON are tried in a text.
const maxObjects = 32

// embedded finds a JSON error inside a log line, also when its quotes are escaped.
func (r *reader) embedded() (*flows.OAuthError, error) {
	for _, text := range []string{r.text, strings.ReplaceAll(r.text, `\"`, `"`)} {
		at := 0
		for range maxObjects {
			i := strings.IndexByte(text[at:], '{')
			if i < 0 {
				break
			}
			at += i
			var raw json.RawMessage
			if json.NewDecoder(bytes.NewReader([]byte(text[at:]))).Decode(&raw) == nil && bytes.Contains(raw, []byte("error")) {
				if e := r.answer(string(raw)); e.Code != "" {
					return e, nil
				}
			}
			at++
		}
	}
	return nil, nil
}
