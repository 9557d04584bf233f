package flow

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// message is a request as it is shown and edited: an address without its query, the parameters in the order in which they
// stand in the request, and the body when that is no form.
type message struct {
	method, base, fragment string
	params                 []widget.Param
	form                   bool // the body is a form, or there is none: form parameters can be added
	body                   []byte
}

// sentMessage takes a recorded request apart.
func sentMessage(r *record.Request) message {
	return newMessage(r.Method, r.URL, r.Headers, r.Body.Data)
}

// heldMessage takes a request at the gate apart.
func heldMessage(h *record.Held) message {
	var headers []record.Header
	for name, values := range h.Request.Header {
		for _, v := range values {
			headers = append(headers, record.Header{Name: name, Value: v})
		}
	}
	slices.SortStableFunc(headers, func(a, b record.Header) int { return strings.Compare(a.Name, b.Name) })
	return newMessage(h.Request.Method, h.Request.URL.String(), headers, h.Body)
}

func newMessage(method, address string, headers []record.Header, body []byte) message {
	m := message{method: method, form: len(body) == 0}
	rest, fragment, _ := strings.Cut(address, "#")
	base, query, _ := strings.Cut(rest, "?")
	m.base, m.fragment = base, fragment
	m.params = pairs(nil, widget.InQuery, query)
	contentType := ""
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			contentType = h.Value
		}
	}
	if strings.HasPrefix(strings.ToLower(contentType), "application/x-www-form-urlencoded") {
		m.form = true
		m.params = pairs(m.params, widget.InForm, string(body))
	} else {
		m.body = body
	}
	for _, h := range headers {
		m.params = append(m.params, widget.Param{In: widget.InHeader, Name: h.Name, Value: h.Value, Secret: secret.IsHeader(h.Name), Raw: h.Value})
	}
	return m
}

// editable are the parts that can be changed: of what a browser does only the address and its parameters.
func (m *message) editable(visit bool) []widget.Param {
	address := widget.Param{In: widget.InAddress, Name: "address", Value: m.base, Raw: m.base}
	if visit {
		return append([]widget.Param{address}, m.params...)
	}
	parts := append([]widget.Param{{In: widget.InMethod, Name: "method", Value: m.method, Raw: m.method}, address}, m.params...)
	if len(m.body) == 0 {
		return parts
	}
	at := slices.IndexFunc(parts, func(p widget.Param) bool { return p.In == widget.InHeader })
	if at < 0 {
		at = len(parts)
	}
	text := string(m.body)
	return slices.Insert(parts, at, widget.Param{In: widget.InBody, Name: "body", Value: text, Raw: text, Secret: string(secret.JSON(m.body)) != text})
}

// with is the message with its parts as they were edited.
func (m *message) with(parts []widget.Param) message {
	edited := *m
	edited.params = nil
	for _, p := range parts {
		switch p.In {
		case widget.InMethod:
			edited.method = strings.ToUpper(strings.TrimSpace(p.Value))
		case widget.InAddress:
			edited.base = strings.TrimSpace(p.Value)
		case widget.InBody:
			edited.body = []byte(p.Value)
		default:
			edited.params = append(edited.params, p)
		}
	}
	return edited
}

// pairs reads a query or a form. Unlike url.ParseQuery it keeps the order, duplicates, and what is not well encoded.
func pairs(params []widget.Param, place widget.ParamPlace, text string) []widget.Param {
	for piece := range strings.SplitSeq(text, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		name, value = unescape(name), unescape(value)
		params = append(params, widget.Param{In: place, Name: name, Value: value, Secret: secret.IsParam(name), Raw: piece})
	}
	return params
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// decision makes the gate's answer from edited parameters. What was not edited is sent byte for byte as it stood.
func (m *message) decision(params []widget.Param, edits []string) record.Decision {
	if len(edits) == 0 {
		return record.Decision{}
	}
	edited := m.with(params)
	d := record.Decision{Method: edited.method, URL: edited.url(), Header: http.Header{}, Body: edited.content(), Edits: edits}
	for _, p := range edited.params {
		if p.In == widget.InHeader {
			d.Header[p.Name] = append(d.Header[p.Name], p.Value)
		}
	}
	if m.form && len(d.Body) > 0 && d.Header.Get("Content-Type") == "" && !dropped(edits, "Content-Type") {
		d.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if d.Body == nil {
		d.Body = []byte{}
	}
	return d
}

func dropped(edits []string, header string) bool {
	for _, e := range edits {
		if strings.EqualFold(e, "dropped header "+header) {
			return true
		}
	}
	return false
}

func joined(params []widget.Param, place widget.ParamPlace) string {
	var b bytes.Buffer
	for _, p := range params {
		if p.In != place {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		if p.Raw != "" {
			b.WriteString(p.Raw)
			continue
		}
		b.WriteString(url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value))
	}
	return b.String()
}

// meaning says in a few words what a parameter is for, and what it protects. Unknown names have no text rather than a guess.
func meaning(name string) string {
	switch name {
	case "response_type":
		return "what the redirect shall bring"
	case "response_mode":
		return "how the answer comes back"
	case "client_id":
		return "who asks; public"
	case "client_secret":
		return "proves who asks"
	case "redirect_uri":
		return "where the answer goes; must match exactly"
	case "scope":
		return "what is asked for"
	case "state":
		return "ties the answer to this browser"
	case "nonce":
		return "comes back inside the ID token; stops replay"
	case "code_challenge":
		return "SHA-256 of the verifier that stays here"
	case "code_challenge_method":
		return "S256: hashed, not plain"
	case "code_verifier":
		return "its SHA-256 is the challenge sent before"
	case "code":
		return "used once, short-lived"
	case "grant_type":
		return "which kind of grant is redeemed"
	case "device_code":
		return "names this login to the provider"
	case "refresh_token":
		return "brings new tokens without a login"
	case "prompt":
		return "what the provider shall ask the person"
	case "max_age":
		return "seconds since the last login, at most"
	case "login_hint":
		return "who is expected to log in"
	case "iss":
		return "who answers; stops mix-up (RFC 9207)"
	case "request_uri":
		return "the request pushed before (RFC 9126)"
	case "resource", "audience":
		return "for whom the token is meant"
	default:
		return ""
	}
}

// url is the whole address, as it goes over the wire.
func (m *message) url() string {
	address := m.base
	if query := joined(m.params, widget.InQuery); query != "" {
		address += "?" + query
	}
	if m.fragment != "" {
		address += "#" + m.fragment
	}
	return address
}

// content is the body, also when it is a form.
func (m *message) content() []byte {
	if m.form {
		return []byte(joined(m.params, widget.InForm))
	}
	return m.body
}

func (m *message) contentType() string {
	for _, p := range m.params {
		if p.In == widget.InHeader && strings.EqualFold(p.Name, "Content-Type") {
			return p.Value
		}
	}
	return ""
}
