package diagnose

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
)

// groups are all rows, in lists of those that are tried one after the other.
func groups() map[string][]row {
	all := map[string][]row{"transport": transport(), "client": client(), "words": commonWords(), "specification": specification(), "mismatched": mismatched()}
	for _, t := range tables() {
		all[t.provider] = t.rows
	}
	return all
}

// TestRowsAreWhole holds every row to what a diagnosis promises.
func TestRowsAreWhole(t *testing.T) {
	first := make(map[string]string) // where an id was used
	count := 0
	for group, rows := range groups() {
		for _, r := range rows {
			count++
			// What the client finds out by itself is one list of ids with what the transport says.
			if other, used := first[r.id]; used && other != group && !(strings.HasPrefix(r.id, "CL-") && (group == "client" || group == "transport")) {
				t.Errorf("%s is used by %s and %s", r.id, other, group)
			}
			first[r.id] = group
			switch {
			case r.what == "" || len(r.causes) == 0 || len(r.fixes) == 0:
				t.Errorf("%s lacks a summary, causes or fixes", r.id)
			case r.mark == preset.Checked && r.source == "" && r.spec == "" && group != "transport":
				t.Errorf("%s is checked, but its source is not named", r.id)
			case r.mark == "":
				t.Errorf("%s does not say how sure it is", r.id)
			case len(r.code)+len(r.sub)+len(r.status)+len(r.ref)+len(r.text) == 0 && r.when == nil:
				t.Errorf("%s matches everything", r.id)
			}
			for _, text := range append(slices.Clone(r.causes), r.what) {
				if filled, complete := fill(text, nil); !complete || strings.ContainsAny(filled, "{}|") {
					t.Errorf("%s: %q needs words for facts that are not known", r.id, text)
				}
			}
			for _, f := range r.fixes {
				if filled, complete := fill(f.text, nil); !complete || f.text == "" || strings.ContainsAny(filled, "{}|") {
					t.Errorf("%s: the fix %q needs words for facts that are not known", r.id, f.text)
				}
			}
			for _, p := range r.text {
				if string(p) != asciiLower(string(p)) || strings.ContainsAny(string(p), `"`+"`") {
					t.Errorf("%s: pattern %q can't match: words are lower case with single quotes", r.id, p)
				}
			}
		}
	}
	if count < 234 {
		t.Errorf("%d rows, want all", count)
	}
}

// exampleOf writes a text that a pattern matches.
func exampleOf(p pattern) string {
	var b strings.Builder
	for _, piece := range p.pieces() {
		if piece.gap {
			b.WriteString(" x")
		}
		b.WriteString(piece.literal)
	}
	return b.String()
}

// TestRowsAreReached makes, for each condition of each row, the least answer that meets it, and looks whether an earlier
// row takes it.
func TestRowsAreReached(t *testing.T) {
	for group, rows := range groups() {
		for _, r := range rows {
			if r.when != nil { // see TestConditions
				continue
			}
			for _, s := range leastAnswers(r) {
				if got := s.first(rows); got == nil || got.id != r.id || got.what != r.what {
					t.Errorf("%s, %s: %+v goes to %+v", group, r.id, *s, got)
				}
			}
		}
	}
}

func leastAnswers(r row) (all []*situation) {
	or := func(list []string) []string {
		if len(list) == 0 {
			return []string{""}
		}
		return list
	}
	texts := []string{""}
	if len(r.text) > 0 {
		texts = nil
		for _, p := range r.text {
			texts = append(texts, exampleOf(p))
		}
	}
	for _, code := range or(r.code) {
		for _, sub := range or(r.sub) {
			for _, text := range texts {
				s := &situation{code: code, sub: sub, words: newWords(code, sub, text), facts: map[string]string{}, kind: flows.ProblemRefused}
				if len(r.at) > 0 {
					s.endpoint = r.at[0]
				}
				if len(r.grant) > 0 {
					s.grant = r.grant[0]
				}
				if len(r.status) > 0 {
					s.status = r.status[0]
				}
				all = append(all, s)
			}
		}
	}
	return all
}

// TestConditions reaches the rows that look at more than an answer's words, each by an answer of its own.
func TestConditions(t *testing.T) {
	all := groups()
	reached := make(map[*row]bool)
	for _, c := range conditions() {
		s := newSituation(c.problem(), flows.DiagnosisInput{Step: c.step, SkewKnown: true, Skew: c.skew(), Found: c.found, Exchange: c.exchange(), Config: c.config()})
		got := s.first(all[c.group])
		if got == nil || got.id != c.want {
			t.Errorf("%s %q at %s: %+v, want %s", c.group, c.text, c.step, got, c.want)
		}
		reached[got] = true
	}
	for group, rows := range all {
		for i := range rows {
			if rows[i].when != nil && !reached[&rows[i]] {
				t.Errorf("%s: no example reaches %s, %q", group, rows[i].id, rows[i].what)
			}
		}
	}
}

// condition is an answer, or a check of ours that failed.
type condition struct {
	group, want, step string
	code, text        string // the provider's error
	ref               string // of a check of ours
	expected          string
	kind              flows.ProblemKind
	failure           record.FailureKind
	status            int
	request           string
	shape             string
	found             []string
	certificate       bool   // the client has one
	resource          string // that the access token was asked for
	clocksAgree       bool
	sent              string       // Authorization field of the request
	asks              string       // WWW-Authenticate field of the answer
	later             string       // Retry-After field of the answer
	base              flows.Config // of the login
}

func (c condition) skew() time.Duration {
	if c.clocksAgree {
		return 0
	}
	return 3 * time.Minute
}

func (c condition) config() flows.Config {
	cfg := c.base
	if c.resource != "" {
		cfg.Request.Resources = strings.Fields(c.resource)
	}
	if c.certificate {
		cfg.Transport.ClientCertPEM, cfg.AuthMethod = []byte("PEM"), flows.AuthTLS
	}
	return cfg
}

func (c condition) problem() *flows.Problem {
	p := &flows.Problem{Kind: c.kind, Ref: c.ref, Expected: c.expected, Got: c.text, Mark: -1}
	switch {
	case c.failure != "":
		p.Kind, p.Failure = flows.ProblemTransport, &record.Failure{Kind: c.failure, Message: c.text, Host: "idp.example"}
	case c.kind == "":
		p.Kind, p.Got, p.OAuth = flows.ProblemRefused, "", &flows.OAuthError{Code: c.code, Description: c.text, Status: c.status, Shape: c.shape}
	}
	return p
}

func (c condition) exchange() *record.Exchange {
	if c.kind != "" && c.status != 0 {
		return &record.Exchange{Purpose: c.step, Response: &record.Response{Status: c.status}}
	}
	if c.request == "" && c.sent == "" && c.asks == "" && c.later == "" {
		return nil
	}
	return &record.Exchange{Purpose: c.step, Request: record.Request{Method: "POST", URL: "https://idp.example/token",
		Headers: []record.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "Authorization", Value: c.sent}}, Body: record.Body{Data: []byte(c.request)}},
		Response: &record.Response{Status: c.status, Headers: []record.Header{{Name: "WWW-Authenticate", Value: c.asks}, {Name: "Retry-After", Value: c.later}}}}
}
