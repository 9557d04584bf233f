package flows

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

type encodedHeader struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// encodedMessage is the common part of request and response. Body is the JSON value of a JSON body, an object of a form's
// fields, and text for anything else.
type encodedMessage struct {
	Proto     string          `json:"proto,omitempty"`
	Headers   []encodedHeader `json:"headers"`
	Body      any             `json:"body,omitempty"`
	BodySize  int64           `json:"body_size"`
	Truncated bool            `json:"body_truncated,omitempty"`

	Uncompressed string `json:"body_uncompressed,omitempty"`
}

type encodedRequest struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	encodedMessage
}

type encodedResponse struct {
	Status int `json:"status"`
	encodedMessage
}

type encodedTiming struct {
	DNS     milliseconds `json:"dns_ms"`
	Connect milliseconds `json:"connect_ms"`
	TLS     milliseconds `json:"tls_ms"`
	Wait    milliseconds `json:"wait_ms"`
	Read    milliseconds `json:"read_ms"`
	Total   milliseconds `json:"total_ms"`
}

type encodedConnection struct {
	Remote  string               `json:"remote,omitempty"`
	Reused  bool                 `json:"reused,omitempty"`
	Proxy   string               `json:"proxy,omitempty"`
	TLS     string               `json:"tls,omitempty"`
	Cipher  string               `json:"cipher,omitempty"`
	ALPN    string               `json:"alpn,omitempty"`
	Skipped bool                 `json:"verification_skipped,omitempty"`
	Chain   []record.Certificate `json:"chain,omitempty"`
}

func (c encoder) exchange(e record.Exchange) any {
	failure := e.Failure
	if failure != nil {
		scrubbed := *failure
		scrubbed.Message, scrubbed.Cause = c.url(failure.Message), c.url(failure.Cause)
		failure = &scrubbed
	}
	return struct {
		eventHead
		ID         int               `json:"id"`
		Purpose    string            `json:"purpose,omitempty"`
		Request    encodedRequest    `json:"request"`
		Response   *encodedResponse  `json:"response,omitempty"`
		Failure    *record.Failure   `json:"failure,omitempty"`
		Timing     encodedTiming     `json:"timing"`
		Connection encodedConnection `json:"connection"`
		encodedEdits
	}{
		c.head("exchange"), e.ID, e.Purpose,
		encodedRequest{e.Request.Method, c.url(e.Request.URL), c.message(e.Request.Proto, e.Request.Headers, e.Request.Body)},
		c.response(e.Response), failure,
		encodedTiming{milliseconds(e.Timing.DNS), milliseconds(e.Timing.Connect), milliseconds(e.Timing.TLS),
			milliseconds(e.Timing.Wait), milliseconds(e.Timing.Read), milliseconds(e.Timing.Total)},
		encodedConnection{e.Connection.Remote, e.Connection.Reused, e.Connection.Proxy, e.Connection.TLS, e.Connection.Cipher,
			e.Connection.ALPN, e.Connection.Skipped, e.Connection.Chain},
		c.edits(e),
	}
}

func (c encoder) message(proto string, fields []record.Header, body record.Body) encodedMessage {
	m := encodedMessage{Proto: proto, Headers: []encodedHeader{}, BodySize: body.Size, Truncated: body.Truncated, Uncompressed: body.Uncompressed}
	for _, h := range fields {
		m.Headers = append(m.Headers, c.header(h))
	}
	if len(body.Data) > 0 {
		m.Body = c.body(record.Get(fields, "Content-Type"), body.Data)
	}
	return m
}

func (c encoder) header(h record.Header) encodedHeader {
	switch {
	case c.reveal:
		return encodedHeader{h.Name, h.Value}
	case secret.IsHeader(h.Name):
		return encodedHeader{h.Name, c.redactHeader(h)}
	default:
		return encodedHeader{h.Name, c.meta.Scrub(secret.HeaderValue(h.Name, h.Value))}
	}
}

// redactedCredentials are credentials without their secret: the scheme says how they were sent, the hash which they were.
type redactedCredentials struct {
	secret.Redacted
	Scheme string `json:"scheme,omitempty"`
}

// redactedCookies are cookies without their values. Length is that of the whole field; the hash is that of Text, which is all that
// is left of it when it is read back.
type redactedCookies struct {
	secret.Redacted
	Text string `json:"text"` // "sid=‹redacted: …›; Path=/; HttpOnly"
}

func redactCookies(text string) redactedCookies {
	r := secret.Redact(text)
	r.Length = secret.Unmasked(text)
	return redactedCookies{r, text}
}

// redactHeader redacts a field. Of credentials the scheme stays, and the hash is that of the token alone, so that it can be
// found again where the token came from. Of cookies their names stay, and what the provider says of them.
func (c encoder) redactHeader(h record.Header) any {
	if secret.IsCookie(h.Name) && secret.Mask(h.Value) != h.Value {
		return redactCookies(c.meta.Scrub(secret.HeaderValue(h.Name, h.Value)))
	}
	if scheme, credentials, ok := strings.Cut(h.Value, " "); ok && isScheme(scheme) && strings.HasSuffix(strings.ToLower(h.Name), "authorization") {
		return redactedCredentials{secret.Redact(credentials), scheme}
	}
	return secret.Redact(h.Value)
}

// isScheme reports whether a word can be an authentication scheme (RFC 9110 11.1) and no secret: those that are registered
// are short words.
func isScheme(word string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz-"
	return len(word) <= 16 && word != "" && strings.Trim(strings.ToLower(word), letters) == ""
}

func (c encoder) body(contentType string, data []byte) any {
	media, _, _ := mime.ParseMediaType(contentType)
	if media == formType {
		if form, ok := c.form(string(data)); ok {
			return form
		}
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(trimmed) {
		return c.json(trimmed)
	}
	if c.reveal {
		return string(data)
	}
	return c.meta.Scrub(string(secret.Body(contentType, data)))
}

// form gives the fields of a form as one object, in order; a repeated name becomes an array.
func (c encoder) form(body string) (json.RawMessage, bool) {
	values, err := url.ParseQuery(body)
	if err != nil {
		return nil, false
	}
	var out bytes.Buffer
	seen := make(map[string]bool)
	for _, pair := range strings.Split(body, "&") {
		escaped, _, _ := strings.Cut(pair, "=")
		name, _ := url.QueryUnescape(escaped)
		if seen[name] || pair == "" {
			continue
		}
		seen[name] = true
		hidden := secret.IsParam(name)
		var value any
		if all := values[name]; len(all) == 1 {
			value = c.value(all[0], hidden)
		} else {
			items := make([]any, len(all))
			for i, v := range all {
				items[i] = c.value(v, hidden)
			}
			value = items
		}
		if !c.reveal {
			name = c.meta.Scrub(name)
		}
		writeMember(&out, name, value)
	}
	if out.Len() == 0 {
		return json.RawMessage("{}"), true
	}
	out.WriteByte('}')
	return out.Bytes(), true
}

// writeMember adds a member to an object that is being written.
func writeMember(out *bytes.Buffer, name string, value any) {
	if out.Len() == 0 {
		out.WriteByte('{')
	} else {
		out.WriteByte(',')
	}
	out.Write(plainJSON(name))
	out.WriteByte(':')
	out.Write(plainJSON(value))
}

// plainJSON writes a value without HTML escapes; it can't fail for the values it is given: text, numbers, redactions.
func plainJSON(value any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return []byte("null")
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// json rewrites a valid JSON text with its secrets redacted; order, numbers and duplicates stay. It goes token by token,
// so that deep nesting costs nothing.
func (c encoder) json(data []byte) json.RawMessage {
	if c.reveal {
		return data
	}
	w := jsonRedactor{encoder: c, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	w.dec.UseNumber()
	for w.next() {
	}
	return w.out.Bytes()
}

type jsonRedactor struct {
	encoder
	data []byte
	dec  *json.Decoder
	out  bytes.Buffer

	levels []jsonLevel
	hide   bool // the next value belongs to a secret name
}

type jsonLevel struct {
	object bool
	key    bool // a name comes next
	count  int
}

func (w *jsonRedactor) next() bool {
	token, err := w.dec.Token()
	if err != nil {
		return false
	}
	if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
		w.out.WriteByte(byte(d))
		w.levels = w.levels[:len(w.levels)-1]
		return true
	}
	if n := len(w.levels); n > 0 {
		top := &w.levels[n-1]
		if top.key {
			w.name(top, token.(string))
			return true
		}
		if top.count++; !top.object && top.count > 1 {
			w.out.WriteByte(',')
		}
		top.key = top.object
	}
	w.value(token)
	return true
}

func (w *jsonRedactor) name(top *jsonLevel, name string) {
	if top.count > 0 {
		w.out.WriteByte(',')
	}
	w.out.Write(plainJSON(w.meta.Scrub(name)))
	w.out.WriteByte(':')
	top.key, w.hide = false, secret.IsMember(name)
}

func (w *jsonRedactor) value(token json.Token) {
	hide := w.hide
	w.hide = false
	d, container := token.(json.Delim)
	switch {
	case container && hide:
		w.out.Write(plainJSON(secret.Redact(w.whole())))
	case container:
		w.out.WriteByte(byte(d))
		w.levels = append(w.levels, jsonLevel{object: d == '{', key: d == '{'})
	default:
		text, isText := token.(string)
		switch {
		case isText && text != "":
			w.out.Write(plainJSON(w.encoder.value(text, hide)))
		case hide && token != nil && !isText:
			w.out.Write(plainJSON(secret.Redact(string(plainJSON(token)))))
		default:
			w.out.Write(plainJSON(token))
		}
	}
}

// whole reads to the end of the container whose opening was just read, and gives its text.
func (w *jsonRedactor) whole() string {
	start := w.dec.InputOffset() - 1
	for depth := 1; depth > 0; {
		token, err := w.dec.Token()
		if err != nil {
			break
		}
		if d, ok := token.(json.Delim); ok {
			if d == '{' || d == '[' {
				depth++
			} else {
				depth--
			}
		}
	}
	return string(w.data[start:w.dec.InputOffset()])
}
