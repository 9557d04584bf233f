package plain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// maxMembers is how many members of an answer are printed; a discovery document or a key set has more and is summed up by its
// step's result.
const maxMembers = 14

// maxValue bounds one parameter or member on a line, in characters.
const maxValue = 240

// pair is a parameter or a member of an answer.
type pair struct{ name, value string }

// exchange prints what was sent and what came back.
func (r *Run) exchange(e flows.Exchange) {
	p := r.p
	for _, edit := range e.Edits {
		p.under(detail, p.care, "edited: "+edit)
	}
	r.address(e.Request.Method, e.Request.URL)
	for _, h := range e.Request.Headers {
		if strings.EqualFold(h.Name, "Authorization") {
			r.pairs([]pair{{h.Name, r.header(h)}})
		}
	}
	r.pairs(r.form(string(e.Request.Body.Data), headerOf(e.Request.Headers, "Content-Type")))
	if e.Response != nil {
		r.response(e)
	}
	if e.Failure != nil {
		p.under(detail, p.bad, "✗ "+e.Failure.Message)
	}
}

// address prints a request's address, its query as a table: that is where an authorization request has its say.
func (r *Run) address(verb, address string) {
	p := r.p
	shown := r.url(address)
	base, query, _ := strings.Cut(shown, "?")
	p.under(detail, p.accent, "→ "+verb+" "+base)
	r.pairs(splitForm(query, func(_, value string) string { return value }))
}

func (r *Run) response(e flows.Exchange) {
	p, resp := r.p, e.Response
	contentType, _, _ := strings.Cut(headerOf(resp.Headers, "Content-Type"), ";")
	facts := []string{orElse(resp.Reason, fmt.Sprint(resp.Status))}
	if contentType != "" {
		facts = append(facts, safe.Short(contentType, 40))
	}
	facts = append(facts, size(resp.Body.Size))
	paint := p.accent
	if resp.Status >= 400 {
		paint = p.bad
	}
	p.ends("    ← "+safe.Text(strings.Join(facts, " · ")), paint, duration(e.Timing.Total), p.dim)
	if location := headerOf(resp.Headers, "Location"); location != "" {
		r.address("redirected to", location)
	}
	r.pairs(r.members(resp.Body.Data))
}

func (r *Run) header(h record.Header) string {
	if r.reveal {
		return h.Value
	}
	return secret.HeaderValue(h.Name, h.Value)
}

func (r *Run) url(address string) string {
	if r.reveal {
		return address
	}
	return secret.URL(address)
}

func (r *Run) form(body, contentType string) []pair {
	if !strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		return nil
	}
	return splitForm(body, func(name, value string) string {
		if r.reveal || !secret.IsParam(name) {
			return value
		}
		return secret.New(value).String()
	})
}

// splitForm takes form-encoded text apart without losing what can't be decoded.
func splitForm(text string, show func(name, value string) string) []pair {
	var pairs []pair
	for field := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(field, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		if name != "" {
			pairs = append(pairs, pair{name, show(name, value)})
		}
	}
	return pairs
}

// members lists the members of a small JSON object, in order.
func (r *Run) members(body []byte) []pair {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var pairs []pair
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil
		}
		var raw json.RawMessage
		if d.Decode(&raw) != nil || len(pairs) == maxMembers {
			return nil
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = compact(raw)
			if !r.reveal {
				text = string(secret.JSON([]byte(text)))
			}
		}
		if key := fmt.Sprint(name); r.reveal || !secret.IsMember(key) {
			pairs = append(pairs, pair{key, text})
		} else {
			pairs = append(pairs, pair{key, secret.New(text).String()})
		}
	}
	return pairs
}

func (r *Run) pairs(pairs []pair) {
	names := make([]string, len(pairs))
	for i, x := range pairs {
		names[i] = safe.Short(x.name, 60)
	}
	column := max(labelColumn(names)+3, 23)
	for i, x := range pairs {
		lines := wrap(safe.Short(x.value, maxValue), r.p.width-column)
		r.p.line("      " + r.p.dim(pad(names[i], column-8)) + "  " + lines[0])
		for _, l := range lines[1:] {
			r.p.line(strings.Repeat(" ", column) + l)
		}
	}
}

func headerOf(headers []record.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
