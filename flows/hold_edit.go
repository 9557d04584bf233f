package flows

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// maxEdit bounds one edit in words, in bytes.
const maxEdit = 64 << 10

// EditRequest adds one change, in words, to what was decided about a held request. name=value sets a parameter, +name=value adds one
// beside those of the name, -name drops it; "Name: value" and "-Name:" do so with header fields. Parameters stand in the form
// of a request that has one, else in the address. method=GET, url=https://… and body=… change these, where there is no parameter
// of that name; the query stays, unless the new address has one.
func EditRequest(held *record.Held, d record.Decision, words string) (record.Decision, error) {
	edit, err := parseEdit(words)
	if err != nil {
		return d, err
	}
	req, body, err := d.Edited(held)
	if err != nil {
		return d, fmt.Errorf("the request as changed so far: %w", err)
	}
	if part, ok := edit.part(held, req, body); ok {
		return edit.change(part, held, d, req)
	}
	if edit.header {
		if held.Visit {
			return d, errVisit
		}
		header := req.Header.Clone()
		if err := edit.fields(header); err != nil {
			return d, err
		}
		d.Header = header
		return d, nil
	}
	if strings.HasPrefix(held.Request.Header.Get("Content-Type"), formType) {
		form, err := edit.params(string(body))
		d.Body = []byte(form)
		return d, err
	}
	u := *req.URL
	u.RawQuery, err = edit.params(u.RawQuery)
	d.URL = u.String()
	return d, err
}

// errVisit says what can't be changed of what a browser does.
var errVisit = errors.New("the browser makes this request: only its address and the parameters there can be changed")

// part gives which part of a request an edit names, beside parameters and header fields. Of a parameter with that name it is an
// edit.
func (e wordedEdit) part(held *record.Held, req *http.Request, body []byte) (string, bool) {
	if e.header || e.add || e.drop || e.name != "method" && e.name != "url" && e.name != "body" {
		return "", false
	}
	params := req.URL.Query()
	if strings.HasPrefix(held.Request.Header.Get("Content-Type"), formType) {
		params, _ = url.ParseQuery(string(body))
	}
	return e.name, !params.Has(e.name)
}

func (e wordedEdit) change(part string, held *record.Held, d record.Decision, req *http.Request) (record.Decision, error) {
	switch part {
	case "url":
		u, err := url.Parse(strings.TrimSpace(e.value))
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return d, fmt.Errorf("url: want http:// or https:// and a host, got %q", e.value)
		}
		if u.RawQuery == "" {
			u.RawQuery = req.URL.RawQuery
		}
		d.URL = u.String()
		return d, nil
	case "method":
		if held.Visit {
			return d, errVisit
		}
		method := strings.ToUpper(strings.TrimSpace(e.value))
		if method == "" || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return d, fmt.Errorf("method: want a word such as GET or POST, got %q", e.value)
		}
		d.Method = method
	default:
		if held.Visit {
			return d, errVisit
		}
		d.Body = []byte(e.value)
	}
	return d, nil
}

// EditAnswer adds one change, in words, to what was decided about a held answer. status=400 sets the status, body=… the whole body,
// where the answer has no member body; name=value a member of a JSON object (the value is JSON, or else text), -name drops it, "Name: value" and "-Name:" are header fields.
// id_token.nonce=x and id_token.header.alg=none change what is inside a token; its signature stays, and so no longer holds.
func EditAnswer(held *record.HeldAnswer, d record.AnswerDecision, words string) (record.AnswerDecision, error) {
	edit, err := parseEdit(words)
	if err != nil {
		return d, err
	}
	_, now := d.Edited(held)
	switch {
	case now == nil:
		return d, errors.New("no answer is held")
	case edit.header:
		header := make(http.Header)
		for _, f := range now.Headers {
			header.Add(f.Name, f.Value)
		}
		if err := edit.fields(header); err != nil {
			return d, err
		}
		d.Header = header
		return d, nil
	case edit.name == "status" && !edit.drop:
		status, err := strconv.Atoi(edit.value)
		if err != nil || status < 100 || status > 999 {
			return d, fmt.Errorf("status: want a number from 100 to 999, got %q", edit.value)
		}
		d.Status = status
		return d, nil
	}
	if edit.name == "body" && !edit.drop && !edit.add && record.Members(now.Body.Data)["body"] == nil {
		d.Body = []byte(edit.value)
		return d, nil
	}
	if now.Body.Truncated {
		return d, errors.New("the answer is longer than what is kept of it, and can't be changed")
	}
	body, err := edit.object(now.Body.Data)
	if err == nil {
		d.Body = body
	}
	return d, err
}

// wordedEdit is one change as a person writes it.
type wordedEdit struct {
	name, value       string
	drop, add, header bool
}

func parseEdit(words string) (e wordedEdit, err error) {
	const want = "an edit: want name=value, +name=value, -name, or a header field as Name: value"
	words = strings.TrimSpace(words)
	if len(words) > maxEdit {
		return e, fmt.Errorf("%s, in at most %d bytes", want, maxEdit)
	}
	rest, dropped := strings.CutPrefix(words, "-")
	rest, added := strings.CutPrefix(rest, "+")
	e.drop, e.add = dropped, added && !dropped
	equals, colon := strings.Index(rest, "="), strings.Index(rest, ":")
	switch {
	case colon > 0 && (equals < 0 || colon < equals) && !strings.HasPrefix(rest[colon:], "://"):
		e.header, e.name, e.value = true, strings.TrimSpace(rest[:colon]), strings.TrimSpace(rest[colon+1:])
	case dropped:
		e.name, _, _ = strings.Cut(rest, "=")
	case equals > 0:
		e.name, e.value = rest[:equals], rest[equals+1:]
	default:
		return e, fmt.Errorf("%s, got %q", want, words)
	}
	if e.name == "" {
		return e, fmt.Errorf("%s, got %q", want, words)
	}
	return e, nil
}

// params applies the edit to a query or a form. What is not touched stays as it was, to the byte.
func (e wordedEdit) params(query string) (string, error) {
	var kept []string
	place := -1
	for _, pair := range strings.Split(query, "&") {
		escaped, _, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(escaped)
		switch {
		case pair == "":
		case err == nil && name == e.name && !e.add:
			if place < 0 {
				place = len(kept)
			}
		default:
			kept = append(kept, pair)
		}
	}
	if e.drop {
		if place < 0 {
			return query, fmt.Errorf("there is no parameter %q to drop", e.name)
		}
		return strings.Join(kept, "&"), nil
	}
	if place < 0 {
		place = len(kept)
	}
	return strings.Join(slices.Insert(kept, place, url.QueryEscape(e.name)+"="+url.QueryEscape(e.value)), "&"), nil
}

func (e wordedEdit) fields(header http.Header) error {
	switch {
	case strings.ContainsAny(e.value, "\r\n\x00") || strings.ContainsAny(e.name, "\r\n\x00 "):
		return fmt.Errorf("a header field on one line, got %q", e.name)
	case e.drop && header.Get(e.name) == "":
		return fmt.Errorf("there is no header field %q to drop", e.name)
	case e.drop:
		header.Del(e.name)
	case e.add:
		header.Add(e.name, e.value)
	default:
		header.Set(e.name, e.value)
	}
	return nil
}

// object applies the edit to a JSON object, or inside of a token that is a member of it.
func (e wordedEdit) object(data []byte) ([]byte, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		return nil, errors.New("the answer is no JSON object: only its status and header can be changed in words")
	}
	if outer, inner, nested := strings.Cut(e.name, "."); nested && object[e.name] == nil {
		var token string
		if json.Unmarshal(object[outer], &token) != nil {
			return nil, fmt.Errorf("there is no token %q in the answer to change %q in", outer, inner)
		}
		changed, err := e.token(token, inner)
		if err != nil {
			return nil, err
		}
		object[outer] = plainJSON(changed)
		return json.Marshal(object)
	}
	if _, there := object[e.name]; e.drop && !there {
		return nil, fmt.Errorf("there is no member %q to drop", e.name)
	}
	delete(object, e.name)
	if !e.drop {
		object[e.name] = jsonOrText(e.value)
	}
	return json.Marshal(object)
}

// token applies the edit to a claim of a compact token, or to a header parameter: "header.alg".
func (e wordedEdit) token(token, name string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errors.New("what is inside of an encrypted or opaque token can't be changed")
	}
	part := 1
	if inner, ok := strings.CutPrefix(name, "header."); ok {
		part, name = 0, inner
	}
	data, err := base64.RawURLEncoding.DecodeString(parts[part])
	if err != nil {
		return "", fmt.Errorf("the token can't be read: %w", err)
	}
	e.name = name
	changed, err := e.object(data)
	if err != nil {
		return "", err
	}
	parts[part] = base64.RawURLEncoding.EncodeToString(changed)
	return strings.Join(parts, "."), nil
}

func jsonOrText(value string) json.RawMessage {
	if json.Valid([]byte(value)) {
		return bytes.TrimSpace([]byte(value))
	}
	return plainJSON(value)
}
