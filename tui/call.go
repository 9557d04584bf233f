package tui

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// maxHeaderFields bounds the header fields of a call; a further line appears when the last is filled.
const maxHeaderFields = 8

// askCall asks for a request to a protected resource, which then goes there with the session's access token.
func (a *app) askCall(session *flows.Session) tea.Cmd {
	a.askFor("Call a URL with the access token", "call", callFields, callProblem, func(f *form.Form) tea.Msg { return readCall(session, f) })
	return nil
}

func callFields(f *form.Form) []form.Field {
	all := []form.Field{
		{ID: "url", Label: "Address", Hint: "https://api.example/…", Long: true, About: "the token is sent there, so it must be one that you trust; redirects are not followed (RFC 6750 5.3)"},
		{ID: "method", Label: "Method", Kind: form.Choice, Options: append([]form.Option{{Label: "GET, or POST with a body"}}, form.Options(http.MethodGet, http.MethodPost, http.MethodPut,
			http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions)...), About: "what is asked of the resource (RFC 9110 9)"},
	}
	for i := range maxHeaderFields {
		id := fmt.Sprintf("header%d", i)
		all = append(all, form.Field{ID: id, Label: "Header", Hint: "Accept: application/json", About: "a header field, as Name: value; Authorization is the token's (RFC 9110 5)"})
		if f.Raw(id) == "" {
			break
		}
	}
	return append(all, form.Field{ID: "data", Label: "Body", Hint: "none; text, or @file", Long: true, About: "sent as it is; as JSON when it is JSON and no Content-Type says otherwise (RFC 9110 6.4)"})
}

func callProblem(f *form.Form, id string) string {
	value := strings.TrimSpace(f.Raw(id))
	switch {
	case id == "url":
		if u, err := url.Parse(value); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return "an address is needed that begins with https://"
		}
	case strings.HasPrefix(id, "header") && value != "":
		if name, _, err := flows.HeaderField(value); err != nil {
			return "a header field is Name: value"
		} else if strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "DPoP") {
			return "this field carries the session's token already (RFC 6750 2.1)"
		}
	}
	return ""
}

// callURL is what the overlay brings.
type callURL struct {
	session *flows.Session
	in      flows.CallInput
	path    string // of a file for the body; empty: none
}

// readCall takes what callProblem found nothing wrong with.
func readCall(session *flows.Session, f *form.Form) callURL {
	c := callURL{session: session, in: flows.CallInput{URL: strings.TrimSpace(f.Raw("url")), Method: f.Raw("method"), Header: http.Header{}}}
	for _, x := range f.Fields() {
		if name, value, err := flows.HeaderField(f.Raw(x.ID)); err == nil && strings.HasPrefix(x.ID, "header") {
			c.in.Header.Add(name, value)
		}
	}
	if file, isFile := strings.CutPrefix(f.Raw("data"), "@"); isFile {
		c.path = file
	} else if text := f.Raw("data"); text != "" {
		c.in.Body = []byte(text)
	}
	return c
}

// call sends the request, after its body was read.
func (a *app) call(m callURL) tea.Cmd {
	if m.path != "" {
		return func() tea.Msg {
			body, err := readBody(m.path)
			if err != nil {
				return ui.Notify{Text: err.Error(), Kind: ui.NoteBad}
			}
			m.in.Body, m.path = body, ""
			return m
		}
	}
	start := ui.StartFlow{Flow: flows.Call(m.session, m.in)}
	if one := a.sessions.current; one != nil {
		start.Helper = one.helper
	}
	return a.overSession(m.session, start)
}

// maxCallBody bounds a file that is sent, in bytes.
const maxCallBody = 10 << 20

func readBody(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxCallBody+1))
	if err == nil && len(body) > maxCallBody {
		err = errors.New("read " + path + ": too large to be sent from here")
	}
	return body, err
}
