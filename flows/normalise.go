package flows

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// Error answers come in many shapes. Whatever the shape, the result is an [OAuthError]: the code that programs go by, the
// provider's finer code, its words for people, and the ids that its support asks for. Order of work: what the body says
// wins over the status (GitHub and Slack send errors with 200), the body over the WWW-Authenticate field, and a page or an
// empty answer counts as an error only when the status says so.

// Shapes of error answers.
const (
	shapeJSON   = "json"
	shapeForm   = "form"
	shapeQuery  = "query"
	shapeHeader = "www-authenticate"
	shapeXML    = "xml"
	shapeHTML   = "html"
	shapeText   = "text"
	shapeEmpty  = "empty"
)

// maxErrorText bounds each text that is kept of an error answer, in bytes.
const maxErrorText = 4 << 10

// Normalise reads an error from an answer in any shape; nil means that the answer is none.
func Normalise(r *record.Response) *OAuthError { return normalise(r, new(reading)) }

// NormaliseQuery reads the error of a redirect back to the client (RFC 6749 4.1.2.1); nil when it carries none.
func NormaliseQuery(q url.Values) *OAuthError { return normaliseQuery(q) }

func normalise(r *record.Response, read *reading) *OAuthError {
	e := normaliseBody(r, read)
	if r.Status >= 400 && (e == nil || e.Shape != shapeJSON && e.Shape != shapeForm && e.Shape != shapeXML || e.Code == e.Description) {
		if challenge := normaliseChallenge(r); challenge != nil { // a message alone stands in for a code; the field has a real one
			if e != nil && e.Shape == shapeJSON {
				challenge.Description = first(challenge.Description, e.Description)
			}
			e = challenge
		}
	}
	if e == nil {
		return nil
	}
	e.Status = r.Status
	e.finish()
	return e
}

func normaliseBody(r *record.Response, read *reading) *OAuthError {
	body := bytes.TrimSpace(jsonBody(r))
	failed := r.Status >= 300
	media := mediaType(record.Get(r.Headers, "Content-Type"))
	switch {
	case len(body) == 0:
		return when(failed, &OAuthError{Shape: shapeEmpty})
	case body[0] == '{':
		if m, err := read.object(jsonBody(r)); err == nil {
			if e := normaliseObject(m, failed); e != nil || !failed {
				return e
			}
		}
	case body[0] == '[':
		if e := normaliseArray(body); e != nil && failed {
			return e
		}
	}
	switch {
	case looksLikeHTML(r):
		return when(failed, normalisePage(body))
	case body[0] == '<' || strings.HasSuffix(media, "xml"):
		if e := normaliseXML(body); e != nil {
			return when(failed, e)
		}
	case media == formType || bytes.HasPrefix(body, []byte("error=")):
		if values, err := url.ParseQuery(string(body)); err == nil && values.Get("error") != "" {
			e := normaliseQuery(values)
			e.Shape = shapeForm
			return e
		}
	}
	if !failed {
		return nil
	}
	text := plainText(body)
	return &OAuthError{Code: knownCode(text), Description: text, Shape: shapeText}
}

func when(condition bool, e *OAuthError) *OAuthError {
	if !condition {
		return nil
	}
	return e
}

// normaliseQuery reads the error of a redirect (RFC 6749 4.1.2.1); nil when it carries none.
func normaliseQuery(q url.Values) *OAuthError {
	code := q.Get("error")
	if code == "" && !q.Has("code") { // Facebook's dialog has names of its own, with a number for a code
		code = first(q.Get("error_reason"), q.Get("error_code"))
	}
	if code == "" {
		return nil
	}
	e := &OAuthError{Code: code, Description: first(q.Get("error_description"), q.Get("error_message")), URI: q.Get("error_uri"),
		SubCode: first(q.Get("error_subcode"), q.Get("error_reason"), q.Get("error_code")), Hint: q.Get("error_hint"), Shape: shapeQuery}
	if e.SubCode == e.Code {
		e.SubCode = ""
	}
	e.finish()
	return e
}

// normaliseObject reads the JSON dialects. failed says that the status is an error too: members such as message are
// common in good answers.
func normaliseObject(m dialect, failed bool) *OAuthError {
	if !failed && !m.mayFail() {
		return nil
	}
	if failed {
		m = m.folded()
	}
	e := &OAuthError{
		Description: first(m.text("error_description"), m.words("error_description"), m.text("message"), m.text("errorSummary"), m.text("errorMessage"), m.text("Message"), m.problem()),
		URI:         m.text("error_uri"),
		SubCode:     first(m.text("error_reason"), m.item("error_codes"), m.text("suberror"), m.text("code")),
		Hint:        first(m.text("error_hint"), m.messages()),
		TraceID:     first(m.text("trace_id"), m.text("correlation_id"), m.text("request_id"), m.text("errorId")),
		Shape:       shapeJSON,
	}
	var inner map[string]json.RawMessage
	switch {
	case m.text("error") != "":
		e.Code = m.text("error")
	case json.Unmarshal(m["error"], &inner) == nil && inner != nil: // Google's and Facebook's APIs
		i := dialect(inner)
		e.Code = first(i.text("status"), i.text("type"), i.text("code"))
		e.Description = i.text("message")
	case string(m["ok"]) == "false":
		e.Code = "not_ok"
	case !failed:
		return nil
	case m.text("kind") == "Status": // Kubernetes; its code is the HTTP status
		e.Code, e.SubCode = m.text("reason"), ""
	case m.text("errorCode") != "": // Okta's own interfaces
		e.Code = m.text("errorCode")
	case m.text("__type") != "" || m.text("Code") != "": // AWS's interfaces, Cognito's own among them
		e.Code = first(m.text("__type"), m.text("Code"))
	case m.item("errors") != "": // a list of texts
		e.Description = first(strings.Join(m.texts("errors"), "; "), e.Description)
		e.Code = knownCode(e.Description)
	case m.firstError() != nil: // Fitbit, X, JSON:API
		i := m.firstError()
		e.Code = first(i.text("errorType"), i.text("code"), i.text("type"))
		e.Description = first(i.text("message"), i.text("detail"), i.text("title"), e.Description)
	case m.fault() != nil: // Apigee
		i := m.fault()
		e.Description, e.SubCode = i.text("faultstring"), i.object("detail").text("errorcode")
	case m.text("message") != "": // Twitch
		e.Code = m.text("message")
	case m.problem() != "": // a problem document whose detail begins with the code
		e.Code = knownCode(m.problem())
	}
	if e.SubCode == e.Code {
		e.SubCode = ""
	}
	return e
}

// normaliseArray reads Salesforce's [{"message": …, "errorCode": …}].
func normaliseArray(body []byte) *OAuthError {
	var items []map[string]json.RawMessage
	if json.Unmarshal(body, &items) != nil || len(items) == 0 {
		return nil
	}
	m := dialect(items[0])
	return &OAuthError{Code: m.text("errorCode"), Description: m.text("message"), Shape: shapeJSON}
}

// normaliseXML reads AWS STS: Code and Message, wherever they stand.
func normaliseXML(body []byte) *OAuthError {
	e := &OAuthError{Shape: shapeXML}
	into := map[string]*string{"Code": &e.Code, "Message": &e.Description, "RequestId": &e.TraceID}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	for name := ""; ; {
		token, err := d.Token()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			name = t.Name.Local
		case xml.EndElement:
			name = ""
		case xml.CharData:
			if text := into[name]; text != nil && *text == "" {
				*text = strings.TrimSpace(string(t))
			}
		}
	}
	if e.Code == "" {
		return nil
	}
	return e
}

// normalisePage reads what an HTML page says to people.
func normalisePage(body []byte) *OAuthError {
	text := htmlText(body)
	return &OAuthError{Code: knownCode(text), Description: text, Shape: shapeHTML}
}

// normaliseChallenge reads error, error_description and scope of WWW-Authenticate (RFC 6750 3, RFC 9449 7.1).
func normaliseChallenge(r *record.Response) *OAuthError {
	for _, c := range challengesOf(r) {
		params := c.params
		if params["error"] == "" {
			continue
		}
		e := &OAuthError{Code: params["error"], Description: params["error_description"], URI: params["error_uri"], Shape: shapeHeader}
		if scope := params["scope"]; scope != "" {
			e.Hint = "scope wanted: " + scope
		}
		return e
	}
	return nil
}

// finish looks for finer codes inside the description, and bounds everything.
func (e *OAuthError) finish() {
	e.unwrapDescription()
	e.Description = maskEchoes(e.Description)
	for _, mark := range []string{"AADSTS", "AADB2C"} {
		if code := markedNumber(e.Description, mark); code != "" {
			e.SubCode = code
		}
	}
	if e.SubCode == "" {
		e.SubCode = errorsKey(e.Description)
	}
	for _, text := range []*string{&e.Code, &e.Description, &e.URI, &e.SubCode, &e.Hint, &e.TraceID} {
		if len(*text) > maxErrorText {
			*text = strings.ToValidUTF8((*text)[:maxErrorText], "") + "…"
		}
	}
}

// unwrapDescription opens a description that is itself a JSON error, as ZITADEL and gateways send.
func (e *OAuthError) unwrapDescription() {
	if !strings.HasPrefix(strings.TrimSpace(e.Description), "{") {
		return
	}
	m, err := new(reading).object([]byte(e.Description))
	if err != nil {
		return
	}
	inner := normaliseObject(m, true)
	if inner.Description == "" {
		return
	}
	if inner.Code == inner.Description { // a message alone, which stands for the code at Twitch
		inner.Code = ""
	}
	e.Description = inner.Description
	e.SubCode = first(e.SubCode, inner.Code, inner.SubCode)
}
