package inspect

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// ChangeKind says what became of a value.
type ChangeKind string

const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is one difference between two tokens.
type Change struct {
	In     string        // "header", "claims", "signature"
	Path   string        // names joined by dots, as findings have them; "[2]" for entries of a list, "[]" for those without a place
	Kind   ChangeKind    //
	Before *Value        // nil when added
	After  *Value        // nil when removed
	Time   bool          // the values that are there are times
	Shift  time.Duration // of a time: how much later the second one is; 0 when one of them can't be read
}

// MarshalJSON writes the change with its values as they were sent, and a shift in seconds.
func (c Change) MarshalJSON() ([]byte, error) {
	var out struct {
		In     string          `json:"in"`
		Path   string          `json:"path,omitempty"`
		Kind   ChangeKind      `json:"kind"`
		Before json.RawMessage `json:"before,omitempty"`
		After  json.RawMessage `json:"after,omitempty"`
		Shift  *float64        `json:"shift_s,omitempty"`
	}
	out.In, out.Path, out.Kind = c.In, c.Path, c.Kind
	out.Before, out.After = rawOf(c.Before), rawOf(c.After)
	if c.Shift != 0 {
		s := c.Shift.Seconds()
		out.Shift = &s
	}
	return json.Marshal(out)
}

func rawOf(v *Value) json.RawMessage {
	if v == nil {
		return nil
	}
	return jsonout.Raw(nil, v.Raw)
}

// maxChanges bounds how many differences are listed; two lists of a hundred thousand entries are just different.
const maxChanges = 1000

// Difference is what tells two tokens apart.
type Difference struct {
	Changes []Change // header first, then claims, then the signature; at most 1000
	More    int      // changes beyond that
	Same    int      // header parameters and claims that both have, with the same value
}

// Diff compares two tokens: header and claims at any depth, and whether the signature is another one. Objects are compared by
// member, whatever their order; lists of plain values as collections; other lists entry by entry. Numbers are compared as they
// are written. What could not be read is not compared.
func Diff(before, after *Token) Difference {
	var d Difference
	d.object("header", "", before.Header, after.Header)
	d.value("claims", "", before.Payload, after.Payload)
	if a, b := before.Part("signature"), after.Part("signature"); a != nil && b != nil && a.Text != b.Text {
		d.add(Change{In: "signature", Kind: Changed})
	}
	return d
}

// DiffClaims compares the claims of two tokens.
func DiffClaims(before, after *Value) Difference {
	var d Difference
	d.value("claims", "", before, after)
	return d
}

func (d *Difference) add(c Change) {
	if len(d.Changes) == maxChanges {
		d.More++
		return
	}
	if e, ok := Lookup(c.Path, InPayload); ok && c.In == "claims" && e.Kind == "time" {
		a, faultA := NumericDate(c.Before)
		b, faultB := NumericDate(c.After)
		c.Time = (faultA == TimeFine || c.Before == nil) && (faultB == TimeFine || c.After == nil)
		if c.Time && c.Kind == Changed {
			c.Shift = b.Sub(a)
		}
	}
	d.Changes = append(d.Changes, c)
}

// value compares two values of one place.
func (d *Difference) value(in, path string, before, after *Value) {
	switch {
	case before == nil && after == nil:
	case before == nil:
		d.add(Change{In: in, Path: path, Kind: Added, After: after})
	case after == nil:
		d.add(Change{In: in, Path: path, Kind: Removed, Before: before})
	case before.Kind == Object && after.Kind == Object:
		d.object(in, path, before, after)
	case before.Kind == Array && after.Kind == Array:
		d.list(in, path, before, after)
	case !sameScalar(before, after):
		d.add(Change{In: in, Path: path, Kind: Changed, Before: before, After: after})
	}
}

func sameScalar(a, b *Value) bool {
	if a.Kind == String && b.Kind == String {
		return a.Str == b.Str
	}
	return a.Kind == b.Kind && a.Raw == b.Raw
}

// object compares members by name, in the order of the second object, then those that are gone. A name that occurs more than
// once stands for its last value, as most parsers have it.
func (d *Difference) object(in, path string, before, after *Value) {
	if before == nil || after == nil {
		return
	}
	old, now := lastMembers(before), lastMembers(after)
	for i := range after.Members {
		m := &after.Members[i]
		if now[m.Name].value != &m.Value {
			continue
		}
		was := old[m.Name]
		count := len(d.Changes) + d.More
		if was.value != nil && was.times != now[m.Name].times {
			d.add(Change{In: in, Path: join(path, m.Name), Kind: Changed, Before: was.value, After: &m.Value})
		} else {
			d.value(in, join(path, m.Name), was.value, &m.Value)
		}
		if path == "" && count == len(d.Changes)+d.More {
			d.Same++
		}
	}
	for i := range before.Members {
		m := &before.Members[i]
		if old[m.Name].value == &m.Value && now[m.Name].value == nil {
			d.value(in, join(path, m.Name), &m.Value, nil)
		}
	}
}

// last is the last value of a name, and how often the name occurs.
type last struct {
	value *Value
	times int
}

func lastMembers(v *Value) map[string]last {
	members := make(map[string]last, len(v.Members))
	for i := range v.Members {
		m := &v.Members[i]
		members[m.Name] = last{&m.Value, members[m.Name].times + 1}
	}
	return members
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (d *Difference) list(in, path string, before, after *Value) {
	if !plainEntries(before) || !plainEntries(after) {
		for i := range max(len(before.Items), len(after.Items)) {
			var a, b *Value
			if i < len(before.Items) {
				a = &before.Items[i]
			}
			if i < len(after.Items) {
				b = &after.Items[i]
			}
			d.value(in, path+index(i), a, b)
		}
		return
	}
	left := make(map[string]int, len(before.Items))
	for i := range before.Items {
		left[entryKey(&before.Items[i])]++
	}
	moved := !slices.EqualFunc(before.Items, after.Items, func(a, b Value) bool { return sameScalar(&a, &b) })
	for i := range after.Items {
		if key := entryKey(&after.Items[i]); left[key] > 0 {
			left[key]--
		} else {
			moved = false
			d.add(Change{In: in, Path: path + "[]", Kind: Added, After: &after.Items[i]})
		}
	}
	for i := range before.Items {
		if key := entryKey(&before.Items[i]); left[key] > 0 {
			left[key]--
			moved = false
			d.add(Change{In: in, Path: path + "[]", Kind: Removed, Before: &before.Items[i]})
		}
	}
	if moved { // the same entries in another order
		d.add(Change{In: in, Path: path, Kind: Changed, Before: before, After: after})
	}
}

func plainEntries(v *Value) bool {
	return !slices.ContainsFunc(v.Items, func(v Value) bool { return v.Kind == Object || v.Kind == Array })
}

// entryKey tells plain values apart: a text by what it says, anything else by how it is written.
func entryKey(v *Value) string {
	if v.Kind == String {
		return "s" + v.Str
	}
	return "r" + v.Raw
}
