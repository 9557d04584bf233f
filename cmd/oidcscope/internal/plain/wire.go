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

// maxSent is the same of what is sent: a registration has more, and each was chosen by the person.
const maxSent = 60

// maxValue bounds one parameter or member on a line, in characters.
const maxValue = 240

// maxComposite is how long an object or a list may be to be printed on its line, in bytes; a longer one is summed up.
const maxComposite = 100

// pair is a parameter or a member of an answer.
type pair struct{ name, value string }

// exchange prints what was sent and what came back.
func (r *Run) exchange(e flows.Exchange) {
	p := r.p
	r.edits("edited", e.Edits)
	r.address(e.Request.Method, e.Request.URL)
	for _, h := range e.Request.Headers {
		if strings.EqualFold(h.Name, "Authorization") {
			r.pairs([]pair{{h.Name, r.header(h)}})
		}
	}
	r.pairs(r.sent(e.Request.Body.Data, headerOf(e.Request.Headers, "Content-Type")))
	if e.Wire != nil {
		p.under(detail, p.dim, "← "+orElse(e.Wire.Reason, fmt.Sprint(e.Wire.Status))+" is what came; taken in was this:")
		r.edits("edited", e.AnswerEdits)
	}
	if e.Response != nil {
		r.response(e)
	}
	if e.Failure != nil {
		p.under(detail, p.bad, "✗ "+e.Failure.Message)
	}
}

// address prints a request's address, its query as a table: that is where an authorization request has its say.
func (r *Run) address(verb, address string) {
	base, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	if !r.reveal {
		base = secret.URL(base)
	}
	r.p.under(detail, r.p.accent, "→ "+verb+" "+base)
	r.pairs(r.parameters(query))
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
	p.ends(detail, "← "+safe.Text(strings.Join(facts, " · ")), paint, duration(e.Timing.Total), p.dim)
	if location := headerOf(resp.Headers, "Location"); location != "" {
		r.address("redirected to", location)
	}
	r.pairs(r.members(resp.Body.Data, maxMembers))
}

func (r *Run) header(h record.Header) string {
	if r.reveal {
		return h.Value
	}
	return secret.Dotted(secret.HeaderValue(h.Name, h.Value))
}

// sent takes the body of a request apart: a form, or a JSON object.
func (r *Run) sent(body []byte, contentType string) []pair {
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	switch media = strings.TrimSpace(media); {
	case media == "application/x-www-form-urlencoded":
		return r.parameters(string(body))
	case media == "application/json", strings.HasSuffix(media, "+json"):
		return r.members(body, maxSent)
	}
	return nil
}

// parameters takes form-encoded text apart; what can't be decoded stays as it was sent.
func (r *Run) parameters(text string) []pair {
	var pairs []pair
	for field := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(field, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		if name == "" {
			continue
		}
		if !r.reveal && secret.IsParam(name) {
			value = secret.New(value).String()
		}
		pairs = append(pairs, pair{name, value})
	}
	return pairs
}

// members lists the members of a JSON object that has no more than most, in order.
func (r *Run) members(body []byte, most int) []pair {
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
		if d.Decode(&raw) != nil || len(pairs) == most {
			return nil
		}
		pairs = append(pairs, r.member(fmt.Sprint(name), raw))
	}
	return pairs
}

func (r *Run) member(name string, raw json.RawMessage) pair {
	var text string
	isText := json.Unmarshal(raw, &text) == nil
	switch {
	case !r.reveal && secret.IsMember(name) && isText:
		return pair{name, secret.New(text).String()}
	case isText:
		return pair{name, text}
	case !r.reveal:
		raw = secret.JSON(raw)
	}
	if text = compact(raw); len(text) <= maxComposite {
		return pair{name, text}
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return pair{name, "list of " + count(len(list), "value")}
	}
	return pair{name, "object of " + size(int64(len(text)))}
}

// pairs prints names and values. A name that is too long for its column has a line of its own.
func (r *Run) pairs(pairs []pair) {
	least := len("code_challenge_method")
	if r.p.width < 72 {
		least = len("refresh_token  ")
	}
	names := make([]string, len(pairs))
	for i, x := range pairs {
		names[i] = safe.Short(x.name, 60)
	}
	column := 8 + least
	for _, n := range names {
		if w := width(n); w <= 25 {
			column = max(column, 8+w)
		}
	}
	for i, x := range pairs {
		if r.shown != nil {
			r.shown[x] = true
		}
		lines := wrap(safe.Short(x.value, maxValue), r.p.width-column)
		if width(names[i]) > column-8 {
			r.p.line("      " + r.p.dim(names[i]))
			lines = append([]string{""}, lines...)
		} else {
			r.p.line("      " + r.p.dim(pad(names[i], column-8)) + "  " + lines[0])
		}
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
