package inspect

import (
	"encoding/json"
	"time"
)

// Claim is one header parameter or claim with its meaning.
type Claim struct {
	Name      string          `json:"name"`
	Value     json.RawMessage `json:"value"`
	Kind      string          `json:"kind,omitempty"` // "time", "uri", "hash", … as in the glossary
	Meaning   string          `json:"meaning,omitempty"`
	Source    string          `json:"source,omitempty"`
	Text      string          `json:"text,omitempty"` // the value in words: "2026-11-22 00:10:01 UTC, in 4 min 31 s"
	Duplicate bool            `json:"duplicate,omitempty"`
	JSON      *Value          `json:"-"`
}

// describe gives an object as it was sent, and its members with their meanings.
func describe(v *Value, where Where, platform string, now time.Time) (json.RawMessage, []Claim) {
	if v == nil {
		return nil, nil
	}
	raw := json.RawMessage(v.Raw)
	if len(v.Members) == 0 {
		return raw, nil
	}
	words := glossary()
	claims := make([]Claim, len(v.Members))
	for i := range v.Members {
		m := &v.Members[i]
		c := &claims[i]
		from, to := m.Value.Start-v.Start, m.Value.End-v.Start
		*c = Claim{Name: m.Name, Value: raw[from:to:to], Duplicate: m.Duplicate, JSON: &m.Value}
		r := words.meaning(m.Name, where, platform)
		if where == InHeader && v.Get("enc") != nil {
			r = ofEncryption(m.Name, r)
		}
		if r != nil {
			c.Kind, c.Meaning, c.Source = r.kind, r.meaning, r.source
		}
		c.Text = Describe(m.Name, where, &m.Value, now)
	}
	return raw, claims
}

// Describe says in words what the value of a header parameter or claim means; "" when the value speaks for itself. now may be
// zero. Parts of the value stand in the result as they came, and need internal/safe.
func Describe(name string, where Where, v *Value, now time.Time) string {
	if where == InHeader {
		if text := describeHeader(name, v); text != "" {
			return text
		}
	}
	if text := describeCoded(name, v); text != "" {
		return text
	}
	if r := glossary().meaning(name, where, ""); r != nil {
		switch r.kind {
		case "time":
			return describeTime(v, now)
		case "jwk":
			return describeJWK(v)
		case "hash":
			return describeHash(v)
		}
	}
	switch v.Kind {
	case Array:
		return plural(int64(len(v.Items)), "entry", "entries")
	case Object:
		return plural(int64(len(v.Members)), "member", "members")
	}
	return ""
}
