package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// object is a JSON object under construction: members in order, each value as JSON text. It is written by hand, because maps have no
// order, and libraries for tokens have written names unescaped (GHSA-4cf7-xm37-g63h).
type object []objectMember

type objectMember struct{ name, value string }

// readObject takes the members of a JSON object as they stand there: order, number text, duplicates.
func readObject(text string) (object, error) {
	doc := inspect.ScanJSON(text)
	switch {
	case !doc.Complete:
		reason := "it is empty"
		if len(doc.Faults) > 0 {
			reason = fmt.Sprintf("byte %d: %s", doc.Faults[0].Offset, doc.Faults[0].Message)
		}
		return nil, fmt.Errorf("want JSON: %s", reason)
	case doc.Root.Kind != inspect.Object:
		return nil, fmt.Errorf("want a JSON object, got %s", doc.Root.Kind)
	}
	var o object
	for _, f := range doc.Faults {
		if f.Code == inspect.FaultTrailing {
			return nil, fmt.Errorf("want one JSON object: %s", f.Message)
		}
	}
	for i := range doc.Root.Members {
		m := &doc.Root.Members[i]
		o = append(o, objectMember{m.Name, string(jsonout.Raw(nil, m.Value.Raw))})
	}
	return o, nil
}

// set changes the last member of that name, or adds one.
func (o *object) set(name, value string) {
	for i := len(*o) - 1; i >= 0; i-- {
		if (*o)[i].name == name {
			(*o)[i].value = value
			return
		}
	}
	*o = append(*o, objectMember{name, value})
}

func (o *object) setText(name, text string) { o.set(name, string(jsonout.String(nil, text))) }

func (o *object) setTime(name string, t time.Time) { o.set(name, strconv.FormatInt(t.Unix(), 10)) }

// drop removes every member of that name.
func (o *object) drop(name string) {
	kept := (*o)[:0]
	for _, m := range *o {
		if m.name != name {
			kept = append(kept, m)
		}
	}
	*o = kept
}

// merge sets every member of another object. Members that the other one has twice are there twice afterwards: the duplicate was
// written on purpose.
func (o *object) merge(other object) {
	seen := map[string]bool{}
	for _, m := range other {
		if seen[m.name] {
			*o = append(*o, m)
			continue
		}
		seen[m.name] = true
		o.set(m.name, m.value)
	}
}

func (o object) encode() []byte {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(jsonout.String(b, m.name), ':'), m.value...)
	}
	return append(b, '}')
}

// assign reads "name=value": the value is JSON when it is JSON (true, 42, {"a":1}, "text"), else text. "name=" sets the empty text,
// and "name" alone, with an exclamation mark in front, drops the member. Times may be relative: exp=+10m.
func (o *object) assign(flag, text string, now time.Time) error {
	if name, ok := strings.CutPrefix(text, "!"); ok && !strings.Contains(text, "=") {
		o.drop(name)
		return nil
	}
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return usage(flag+" name=value, or "+flag+" '!name' to leave one out", "%s: want name=value, got %q", flag, text)
	}
	switch e, known := inspect.Lookup(name, inspect.InPayload); {
	case known && e.Kind == "time" && (strings.HasPrefix(value, "+") || strings.HasPrefix(value, "-")):
		t, err := moment(flag, value, now)
		if err != nil {
			return err
		}
		o.setTime(name, t)
	case json.Valid([]byte(value)):
		o.set(name, string(jsonout.Raw(nil, value)))
	default:
		o.setText(name, value)
	}
	return nil
}

// moment reads a time: relative to now ("+10m", "-1h30m", "+7d"), RFC 3339, Unix seconds, or "now".
func moment(flag, text string, now time.Time) (time.Time, error) {
	switch {
	case text == "now":
		return now, nil
	case text != "" && (text[0] == '+' || text[0] == '-'):
		rest, days := text, 0
		if d, after, ok := strings.Cut(text[1:], "d"); ok {
			n, err := strconv.Atoi(d)
			if err != nil || n > 1_000_000 {
				break
			}
			days, rest = n, text[:1]+after
			if after == "" {
				rest = "0s"
			}
		}
		d, err := time.ParseDuration(rest)
		if err != nil {
			break
		}
		if text[0] == '-' {
			days = -days
		}
		return now.AddDate(0, 0, days).Add(d), nil
	}
	if seconds, err := strconv.ParseUint(text, 10, 63); err == nil { // with a sign it would be a duration without its unit
		return time.Unix(int64(seconds), 0), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, usage("", "%s: want +10m, -1h, +7d, now, RFC 3339 or Unix seconds, got %q", flag, text)
}
