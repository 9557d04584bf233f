package practice

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// clientLimits are settings with which a client shows a fault without making anybody wait.
type clientLimits struct {
	request time.Duration // of one request
	person  time.Duration // of the wait for the browser
}

// slip is one answer that a fault is about to change.
type slip struct {
	p     *Provider
	a     *answer
	r     *http.Request
	path  string // as it was asked for
	count int    // which of the answers that the fault changes this is, from 1
	again func() // has the provider answer the same request once more
}

// misbehave lets the provider's fault change the answers that it is about.
func (p *Provider) misbehave(next http.Handler) http.Handler {
	if p.fault == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := &slip{p: p, a: w.(*answer), r: r, path: r.URL.Path}
		m.again = func() {
			r.URL.Path = m.path
			r.Body = io.NopCloser(bytes.NewReader([]byte(r.PostForm.Encode())))
			m.a.body.Reset()
			next.ServeHTTP(m.a, r)
		}
		if !p.fault.concerns(m) {
			next.ServeHTTP(w, r)
			return
		}
		m.count = int(p.slips.Add(1))
		s := seenFrom(r.Context())
		s.Notes = append(s.Notes, "misbehaving on purpose: "+p.fault.Title)
		if p.fault.instead != nil && p.fault.instead(m) {
			return
		}
		next.ServeHTTP(w, r)
		if p.fault.change != nil {
			p.fault.change(m)
		}
	})
}

// concerns reports whether an answer is one that the fault changes.
func (f *Fault) concerns(m *slip) bool {
	// The pages of a login are below the authorization endpoint.
	if !slices.ContainsFunc(f.at, func(at string) bool { return m.path == at || strings.HasPrefix(m.path, at+"/") }) {
		return false
	}
	isRefresh := m.r.PostFormValue("grant_type") == string(goidc.GrantRefreshToken)
	return m.path != pathToken || f.Where == AreaLax || isRefresh == (f.Where == AreaRefresh)
}

// object changes the members of a good JSON answer.
func (m *slip) object(change func(map[string]json.RawMessage)) {
	var object map[string]json.RawMessage
	if m.a.status != http.StatusOK || json.Unmarshal(m.a.body.Bytes(), &object) != nil {
		return
	}
	change(object)
	body, _ := json.Marshal(object)
	m.a.set(http.StatusOK, body)
}

// set sets members of a good JSON answer, given as name and value by turns; a nil value takes the member away.
func (m *slip) set(pairs ...any) {
	m.object(func(object map[string]json.RawMessage) {
		for pair := range slices.Chunk(pairs, 2) {
			put(object, pair[0].(string), pair[1])
		}
	})
}

func put(object map[string]json.RawMessage, name string, value any) {
	if value == nil {
		delete(object, name)
		return
	}
	object[name], _ = json.Marshal(value)
}

// text gives a text member of the answer.
func (m *slip) text(name string) string {
	var object map[string]any
	_ = json.Unmarshal(m.a.body.Bytes(), &object)
	text, _ := object[name].(string)
	return text
}

// client is who asked: as the request says, or the access token in it.
func (m *slip) client() string {
	token, bearer := strings.CutPrefix(m.r.Header.Get("Authorization"), "Bearer ")
	if _, _, claims, err := m.p.keys.open(token); bearer && err == nil {
		var id string
		_ = json.Unmarshal(claims["client_id"], &id)
		return id
	}
	return seenFrom(m.r.Context()).ClientID
}

// say replaces the answer.
func (m *slip) say(status int, contentType, body string) {
	m.a.header.Set("Content-Type", contentType)
	m.a.header.Del("Location")
	m.a.set(status, []byte(body))
}

// page replaces the answer by a small HTML page.
func (m *slip) page(status int, title, text string) {
	m.say(status, "text/html; charset=utf-8", "<!doctype html>\n<html><head><title>"+title+"</title></head><body><h1>"+title+
		"</h1><p>"+text+"</p></body></html>\n")
}

// refuse replaces the answer by an OAuth error (RFC 6749 5.2).
func (m *slip) refuse(status int, code, description string) {
	m.a.refuse(status, goidc.ErrorCode(code), description)
}

// redirect replaces the answer by a redirect.
func (m *slip) redirect(to string) {
	m.say(http.StatusFound, "text/plain; charset=utf-8", "")
	m.a.header.Set("Location", to)
}

// answerRedirect changes the parameters with which the browser is sent back to the client; nothing while the person is still
// at the provider's pages.
func (m *slip) answerRedirect(change func(url.Values)) {
	u, err := url.Parse(m.a.header.Get("Location"))
	if err != nil || u.Host == m.p.host || !u.Query().Has("code") {
		return
	}
	q := u.Query()
	change(q)
	u.RawQuery = q.Encode()
	m.a.header.Set("Location", u.String())
}

// refuseAuthorization sends the browser back with an error in place of the code (RFC 6749 4.1.2.1).
func (m *slip) refuseAuthorization(code, description string) {
	m.answerRedirect(func(q url.Values) {
		q.Del("code")
		q.Set("error", code)
		q.Set("error_description", description)
	})
}

// refuseAtOnce is refuseAuthorization before any page is shown.
func (m *slip) refuseAtOnce(code, description string) {
	q := m.r.URL.Query()
	u, err := url.Parse(q.Get("redirect_uri"))
	if m.path != pathAuthorize || err != nil || m.a.status != http.StatusOK { // a request that is refused anyway is none of ours
		return
	}
	u.RawQuery = url.Values{"error": {code}, "error_description": {description}, "state": {q.Get("state")}, "iss": {m.p.issuer}}.Encode()
	m.redirect(u.String())
}

// keys changes the published key set.
func (m *slip) keys(change func([]map[string]any) []map[string]any) {
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	if json.Unmarshal(m.a.body.Bytes(), &set) != nil {
		return
	}
	set.Keys = change(set.Keys)
	body, _ := json.Marshal(set)
	m.a.set(http.StatusOK, body)
}

// declare gives the answer's length itself, for one that will not be as long.
func declare(h http.Header, length int) { h.Set("Content-Length", strconv.Itoa(length)) }
