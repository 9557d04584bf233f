package batch

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jsonout"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// result is what is known about one token.
type result struct {
	line     []byte // the JSON line, from the first member after line and column on
	status   inspect.Status
	time     inspect.TimeStatus
	kid      string
	issuer   string
	bad      bool
	findings []rule.Finding
}

// Summary counts what was written.
type Summary struct {
	Lines      int `json:"lines"`      // that were read, blank ones included
	Tokens     int `json:"tokens"`     // that were judged
	Bad        int `json:"bad"`        // as [inspect.Report.Bad] says
	Unreadable int `json:"unreadable"` // lines that no token could be read from

	Signature Counts `json:"signature"` // by status
	Time      Counts `json:"time"`      // by status
	Findings  Counts `json:"findings"`  // by "TOK-050 expired": tokens that have the finding
	Keys      Counts `json:"keys"`      // by kid
	Issuers   Counts `json:"issuers"`   // by iss
}

// Counts counts names. The names come from tokens and may be anything; there is a bound on how many different ones are counted.
type Counts struct {
	of     map[string]int
	Others int // of names beyond the bound
}

// maxNames bounds the different names that are counted, and maxName their length in bytes.
const (
	maxNames = 1000
	maxName  = 200
)

func (c *Counts) add(name string, n int) {
	if len(name) > maxName {
		name = name[:maxName] + "…"
	}
	if _, known := c.of[name]; !known && len(c.of) >= maxNames {
		c.Others += n
		return
	}
	if c.of == nil {
		c.of = make(map[string]int)
	}
	c.of[name] += n
}

func (c *Counts) join(other *Counts) {
	for name, n := range other.of {
		c.add(name, n)
	}
	c.Others += other.Others
}

// Count is how often a name occurred.
type Count struct {
	Name string
	N    int
}

// MarshalJSON writes an object of names and numbers, the most frequent first.
func (c Counts) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, n := range c.Sorted() {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(jsonout.String(b, n.Name), ':'), int64(n.N), 10)
	}
	return append(b, '}'), nil
}

// Sorted gives the names, the most frequent first. They stand here as they came, and need internal/safe.
func (c *Counts) Sorted() []Count {
	all := make([]Count, 0, len(c.of))
	for name, n := range maps.All(c.of) {
		all = append(all, Count{name, n})
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return all
}

// count adds one token.
func (s *Summary) count(r *result) {
	s.Tokens++
	if r.bad {
		s.Bad++
	}
	s.Signature.add(string(r.status), 1)
	s.Time.add(string(r.time), 1)
	s.Keys.add(r.kid, 1)
	s.Issuers.add(r.issuer, 1)
	for i := range r.findings {
		if f := &r.findings[i]; i == 0 || f.ID != r.findings[i-1].ID { // they are in the order of their ids
			s.Findings.add(f.ID+" "+f.Slug, 1)
		}
	}
}

// add adds another summary.
func (s *Summary) add(o *Summary) {
	s.Lines += o.Lines
	s.Tokens += o.Tokens
	s.Bad += o.Bad
	s.Unreadable += o.Unreadable
	s.Signature.join(&o.Signature)
	s.Time.join(&o.Time)
	s.Findings.join(&o.Findings)
	s.Keys.join(&o.Keys)
	s.Issuers.join(&o.Issuers)
}
