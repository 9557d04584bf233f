package capture

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/flows/record"
)

// kind is what a message is to OAuth.
type kind string

const (
	unknown       kind = ""
	discovery     kind = "discovery"
	keys          kind = "keys"
	authorization kind = "authorization"
	pushed        kind = "par"
	token         kind = "token"
	device        kind = "device"
	backchannel   kind = "backchannel"
	userinfo      kind = "userinfo"
	introspection kind = "introspection"
	revocation    kind = "revocation"
	logout        kind = "logout"
	preflight     kind = "preflight" // the question that a browser asks before a request to another origin
)

// message is one entry of the archive, read as an exchange of the engine.
type message struct {
	at       time.Time
	end      time.Time
	x        record.Exchange
	url      *url.URL
	sent     url.Values        // parameters of the request: query and body
	form     url.Values        // of the body alone
	answer   map[string]string // members of a JSON answer, as text
	location *url.URL          // where the answer sends the browser; nil when nowhere
	kind     kind
	bodyLost bool // the archive does not have the answer's body
	formLost bool // nor what was sent
	used     bool // it belongs to a group
}

// Keep reports whether an entry may have to do with a login: not pictures, styles and scripts. It is for [har.Options], so that
// large archives take little room.
func Keep(e *har.Entry) bool {
	switch e.ResourceType {
	case "image", "font", "stylesheet", "script", "media", "websocket", "manifest", "ping":
		return false
	}
	if strings.EqualFold(string(e.Request.Method), "CONNECT") {
		return false
	}
	if strings.EqualFold(string(e.Request.Method), "OPTIONS") {
		return true
	}
	if e.Response.Status >= 300 && e.Response.Status < 400 || e.Response.Status == 0 {
		return true
	}
	media := strings.ToLower(string(e.Response.Content.MimeType))
	for _, asset := range []string{"image/", "font/", "text/css", "javascript", "audio/", "video/", "application/wasm", "application/font"} {
		if strings.Contains(media, asset) {
			return false
		}
	}
	return true
}

// read makes a message of an entry; nil when its address is none.
func read(e *har.Entry) *message {
	u, err := url.Parse(strings.TrimSpace(string(e.Request.URL)))
	if err != nil || u.Host == "" && u.Scheme == "" {
		return nil
	}
	m := &message{at: e.Started.Time, end: e.Started.Add(e.Time.Duration()), url: u}
	m.x = record.Exchange{
		Request: record.Request{Method: strings.ToUpper(string(e.Request.Method)), URL: unmasked(string(e.Request.URL)), Proto: string(e.Request.HTTPVersion),
			Headers: headers(e.Request.Headers), Body: record.Keep(e.Request.PostData.Body())},
		Timing: record.Timing{Start: m.at, DNS: e.Timings.DNS.Duration(), Connect: e.Timings.Connect.Duration(), TLS: e.Timings.SSL.Duration(),
			Wait: e.Timings.Wait.Duration(), Read: e.Timings.Receive.Duration(), Total: e.Time.Duration()},
		Connection: record.Connection{Remote: string(e.ServerIP)},
	}
	if p := e.Request.PostData; p != nil && record.Get(m.x.Request.Headers, "Content-Type") == "" && p.MimeType != "" {
		m.x.Request.Headers = append(m.x.Request.Headers, record.Header{Name: "Content-Type", Value: string(p.MimeType)})
	}
	m.formLost = m.x.Request.Body.Size == 0 && (e.Request.BodySize > 0 || number(record.Get(m.x.Request.Headers, "Content-Length")) > 0)
	m.readAnswer(e)
	m.readParameters()
	m.kind = m.classify()
	return m
}

// unmasked writes the masks in an address of this program's own archives as they are known: there they are percent-encoded.
func unmasked(address string) string {
	const begin, end = "%E2%80%B9redacted", "%E2%80%BA"
	for from := 0; ; {
		start := strings.Index(address[from:], begin)
		if start < 0 {
			return address
		}
		start += from
		length := strings.Index(address[start:], end)
		if length < 0 {
			return address
		}
		stop := start + length + len(end)
		mask, err := url.QueryUnescape(address[start:stop])
		if err != nil || !masked(mask) {
			from = stop
			continue
		}
		address = address[:start] + mask + address[stop:]
		from = start + len(mask)
	}
}

// headers leaves out those that HTTP/2 makes of the first line.
func headers(pairs []har.Pair) []record.Header {
	var all []record.Header
	for _, p := range pairs {
		if !strings.HasPrefix(string(p.Name), ":") {
			all = append(all, record.Header{Name: string(p.Name), Value: string(p.Value)})
		}
	}
	return all
}

func (m *message) readAnswer(e *har.Entry) {
	if e.Response.Status <= 0 && (e.Part || e.Comment == har.Unseen) {
		m.bodyLost = true // there may have been an answer: behind the cut, or in the browser
		return
	}
	if e.Response.Status <= 0 {
		why := "the browser got no answer"
		if said := e.Response.Error + e.Response.FailureText; said != "" {
			why += ": " + string(said)
		}
		m.x.Failure = &record.Failure{Kind: record.FailOther, Message: why, Host: m.url.Host}
		return
	}
	r := &record.Response{Status: int(e.Response.Status), Reason: flows.Reason(int(e.Response.Status)), Proto: string(e.Response.HTTPVersion),
		Headers: headers(e.Response.Headers)}
	body, there := e.Response.Content.Body()
	r.Body = record.Keep(body)
	m.bodyLost = len(body) == 0 && (!there || e.Response.Content.Size > 0) && !empty(r)
	if record.Get(r.Headers, "Content-Type") == "" && e.Response.Content.MimeType != "" {
		r.Headers = append(r.Headers, record.Header{Name: "Content-Type", Value: string(e.Response.Content.MimeType)})
	}
	to := record.Get(r.Headers, "Location")
	if to == "" && e.Response.RedirectURL != "" {
		to = string(e.Response.RedirectURL)
		r.Headers = append(r.Headers, record.Header{Name: "Location", Value: to})
	}
	if to != "" && r.Status >= 300 && r.Status < 400 {
		if u, err := url.Parse(to); err == nil {
			m.location = m.url.ResolveReference(u)
		}
	}
	m.x.Response = r
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) == nil {
		m.answer = texts(object)
	}
}

// texts gives the members of an object as text: strings as they are, all else as JSON.
func texts(object map[string]json.RawMessage) map[string]string {
	all := make(map[string]string, len(object))
	for name, raw := range object {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		all[name] = text
	}
	return all
}

func (m *message) readParameters() {
	m.sent, m.form = m.url.Query(), url.Values{}
	body := m.x.Request.Body.Data
	media := strings.ToLower(record.Get(m.x.Request.Headers, "Content-Type"))
	var object map[string]json.RawMessage
	switch {
	case len(body) == 0:
	case strings.Contains(media, "json") && json.Unmarshal(body, &object) == nil: // Auth0 takes JSON where a form is asked for
		for name, text := range texts(object) {
			m.form.Set(name, text)
		}
	case strings.Contains(media, "urlencoded") || media == "" || media == "text/plain":
		if q, err := url.ParseQuery(strings.TrimSpace(string(body))); err == nil {
			m.form = q
		}
	}
	for name, values := range m.form {
		m.sent[name] = append(m.sent[name], values...)
	}
}

// classify says what a message is by what it carries.
func (m *message) classify() kind {
	q, post := m.sent, m.x.Request.Method == "POST"
	path := strings.ToLower(m.url.Path)
	has := func(names ...string) bool {
		for _, n := range names {
			if m.answer[n] == "" {
				return false
			}
		}
		return true
	}
	switch {
	case m.x.Request.Method == "OPTIONS":
		return preflight
	case strings.Contains(path, "/.well-known/openid-configuration"), strings.Contains(path, "/.well-known/oauth-authorization-server"):
		return discovery
	case !post && strings.HasPrefix(m.answer["keys"], "[") && strings.Contains(m.answer["keys"], `"kty"`):
		return keys
	case post && q.Has("grant_type"), post && m.formLost && (redeems(path) || has("access_token", "token_type")):
		return token
	case post && has("device_code", "user_code"):
		return device
	case post && has("auth_req_id"):
		return backchannel
	case post && has("request_uri", "expires_in"), post && strings.HasSuffix(path, "/par") && q.Has("client_id"):
		return pushed
	case q.Has("client_id") && (q.Has("response_type") || q.Has("request_uri") || q.Has("request")):
		return authorization
	case post && m.form.Has("token") && (m.answer["active"] == "true" || m.answer["active"] == "false"):
		return introspection
	case post && m.form.Has("token") && strings.Contains(path, "revo"):
		return revocation
	case q.Has("id_token_hint") || q.Has("post_logout_redirect_uri"):
		return logout
	case strings.HasSuffix(path, "userinfo") && (has("sub") || m.bearer() != "" || m.x.Response != nil && m.x.Response.Status >= 400):
		return userinfo
	}
	return unknown
}

// redeems reports whether a path is what token endpoints are called.
func redeems(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Contains(last, "token") && !strings.Contains(last, "revo") && !strings.Contains(last, "introspect") && !strings.Contains(last, "info")
}

// empty reports whether an answer has no body by what it says of itself (RFC 9110 6.4.1).
func empty(r *record.Response) bool {
	return r.Status == 204 || r.Status >= 300 && r.Status < 400 || record.Get(r.Headers, "Content-Length") == "0"
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // no number is none
	return n
}

func (m *message) answered() bool { return m.x.Response != nil && m.x.Response.Status < 300 }

// at2 reports whether the message went to an endpoint, whatever parameters it had.
func (m *message) at2(endpoint string) bool {
	return endpoint != "" && base(m.x.Request.URL) == base(endpoint)
}

// base is an address without query and fragment.
func base(address string) string {
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	return address
}

// bearer is the token of the Authorization field; empty without one.
func (m *message) bearer() string {
	scheme, credentials, _ := strings.Cut(record.Get(m.x.Request.Headers, "Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "DPoP") {
		return credentials
	}
	return ""
}

// page reports whether a message is one that a person sees, or that leads to one.
func (m *message) page() bool {
	if m.kind != unknown && m.kind != authorization || m.x.Response == nil {
		return false
	}
	return m.location != nil || m.x.Request.Method == "POST" && len(m.answer) == 0 || strings.Contains(record.Get(m.x.Response.Headers, "Content-Type"), "html")
}
