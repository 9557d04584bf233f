package batch

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jsonout"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Column is one member of the output lines.
type Column struct {
	name   string
	words  bool // needs [inspect.Judge], not only [inspect.Brief]
	append func([]byte, *inspect.Report) []byte
}

// Standard gives the members that a line has unless others are asked for: the contract of inspect's JSON without what explains
// the token to a reader (headers, claims, checklist).
func Standard() []Column {
	return []Column{{append: standard}}
}

// names lists what [Columns] knows, beside paths into header and payload.
var names = []string{
	"kind", "type", "size", "header", "payload", "signature", "signature.status", "signature.alg", "signature.kid", "signature.key_source", "signature.reason",
	"time", "time.status", "time.issued_at", "time.not_before", "time.expires_at", "time.remaining_s",
	"findings", "findings.id", "findings.slug", "findings.severity", "error", "bad", "headers", "claims", "checklist", "all",
}

// Columns reads the names of members: those of inspect's JSON, single members below them ("signature.status", "findings.id"),
// and any path into header and payload ("payload.realm_access.roles"). "all" is the whole JSON of inspect. Each becomes one
// member of the line under the name it was asked for by. near proposes a name for one that is not known; it may be nil.
func Columns(wanted []string, near func(string, []string) string) ([]Column, error) {
	var all []Column
	for _, name := range wanted {
		name = strings.TrimSpace(name)
		part, path, deep := strings.Cut(name, ".")
		switch {
		case name == "line" || name == "column" || name == "":
			continue // always there
		case deep && path != "" && (part == "header" || part == "payload"):
			all = append(all, member(name, part, strings.Split(path, ".")))
		case slices.Contains(names, name):
			all = append(all, column(name))
		default:
			hint := ""
			if near != nil {
				if n := near(name, names); n != "" {
					hint = fmt.Sprintf(", did you mean %s?", n)
				}
			}
			return nil, fmt.Errorf("want one of %s, or a path such as payload.sub, got %q%s", strings.Join(names, ", "), name, hint)
		}
	}
	return all, nil
}

// member is a value in header or payload, null when the token has none there.
func member(name, part string, path []string) Column {
	return Column{name: name, append: func(b []byte, r *inspect.Report) []byte {
		root := r.Token.Payload
		if part == "header" {
			root = r.Token.Header
		}
		if v := at(root, path); v != nil {
			return jsonout.Raw(key(b, name), v.Raw)
		}
		return append(key(b, name), "null"...)
	}}
}

func column(name string) Column {
	c := Column{name: name}
	switch name {
	case "headers", "claims", "checklist", "all":
		c.words = true
	}
	c.append = func(b []byte, r *inspect.Report) []byte {
		if name == "all" {
			return everything(b, r)
		}
		if name == "bad" {
			return strconv.AppendBool(key(b, name), r.Bad())
		}
		if property, ok := strings.CutPrefix(name, "findings."); ok {
			return properties(key(b, name), r.Findings, property)
		}
		part, sub, _ := strings.Cut(name, ".")
		b = key(b, name)
		switch part {
		case "kind":
			return jsonout.String(b, r.Kind)
		case "type":
			return jsonout.String(b, r.Type)
		case "size":
			return strconv.AppendInt(b, int64(r.Size), 10)
		case "header":
			return value(b, r.Token.Header)
		case "payload":
			return value(b, r.Token.Payload)
		case "signature":
			return one(b, r.Signature, sub)
		case "time":
			return one(b, r.Time, sub)
		case "findings":
			return findings(b, r.Findings)
		case "error":
			return encode(b, r.Error)
		case "headers":
			return encode(b, r.Headers)
		case "claims":
			return encode(b, r.Claims)
		}
		return encode(b, r.Checklist)
	}
	return c
}

// one writes a struct by its JSON members, or one of these.
func one(b []byte, v any, name string) []byte {
	if name == "" {
		return encode(b, v)
	}
	text, err := json.Marshal(v)
	if err == nil {
		if m := inspect.ScanJSON(string(text)).Root.Get(name); m != nil {
			return jsonout.Raw(b, m.Raw)
		}
	}
	return append(b, "null"...)
}

func properties(b []byte, all []rule.Finding, property string) []byte {
	b = append(b, '[')
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		switch f := &all[i]; property {
		case "id":
			b = jsonout.String(b, f.ID)
		case "slug":
			b = jsonout.String(b, f.Slug)
		default:
			b = jsonout.String(b, f.Severity.String())
		}
	}
	return append(b, ']')
}

// everything writes the members of the whole report.
func everything(b []byte, r *inspect.Report) []byte {
	text := encode(nil, r)
	if len(text) < 3 {
		return b
	}
	return append(append(b, ','), text[1:len(text)-1]...)
}

// encode writes any value as encoding/json does, safe to print.
func encode(b []byte, v any) []byte {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return append(b, "null"...)
	}
	return jsonout.Raw(b, text.String())
}

// key appends the name of a member; the line has members already.
func key(b []byte, name string) []byte {
	return append(jsonout.String(append(b, ','), name), ':')
}

func value(b []byte, v *inspect.Value) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	return jsonout.Raw(b, v.Raw)
}

// standard writes the standard members. It is what a stream spends its time in beside the cryptography, so it knows them one by
// one; a test compares it with encoding/json.
func standard(b []byte, r *inspect.Report) []byte {
	b = jsonout.String(append(b, `,"kind":`...), r.Kind)
	b = jsonout.String(append(b, `,"type":`...), r.Type)
	b = strconv.AppendInt(append(b, `,"size":`...), int64(r.Size), 10)
	if r.Token.Header != nil {
		b = jsonout.Raw(append(b, `,"header":`...), r.Token.Header.Raw)
	}
	if r.Token.Payload != nil {
		b = jsonout.Raw(append(b, `,"payload":`...), r.Token.Payload.Raw)
	}
	b = signature(append(b, `,"signature":`...), &r.Signature)
	b = times(append(b, `,"time":`...), &r.Time)
	b = findings(append(b, `,"findings":`...), r.Findings)
	if r.Error != nil {
		b = encode(append(b, `,"error":`...), r.Error)
	}
	if len(r.Signatures) > 0 {
		b = encode(append(b, `,"signatures":`...), r.Signatures)
	}
	if r.Unprotected != nil {
		b = jsonout.Raw(append(b, `,"unprotected":`...), string(r.Unprotected))
	}
	if r.Detached {
		b = append(b, `,"detached":true`...)
	}
	return b
}

func signature(b []byte, v *inspect.Verdict) []byte {
	b = jsonout.String(append(b, `{"status":`...), v.Status)
	for _, m := range [...]struct{ key, text string }{{`,"alg":`, v.Alg}, {`,"kid":`, v.KID}, {`,"key_source":`, v.KeySource}} {
		if m.text != "" {
			b = jsonout.String(append(b, m.key...), m.text)
		}
	}
	b = jsonout.String(append(b, `,"reason":`...), v.Reason)
	if len(v.Notes) > 0 {
		b = encode(append(b, `,"notes":`...), v.Notes)
	}
	return append(b, '}')
}

func times(b []byte, t *inspect.Times) []byte {
	b = moment(append(b, `{"at":`...), t.At)
	for _, m := range [...]struct {
		key string
		at  *time.Time
	}{{`,"issued_at":`, t.IssuedAt}, {`,"not_before":`, t.NotBefore}, {`,"expires_at":`, t.ExpiresAt}} {
		if m.at != nil {
			b = moment(append(b, m.key...), *m.at)
		}
	}
	b = jsonout.String(append(b, `,"status":`...), t.Status)
	if t.Remaining != nil {
		b = strconv.AppendInt(append(b, `,"remaining_s":`...), *t.Remaining, 10)
	}
	if t.Detail != "" {
		b = jsonout.String(append(b, `,"detail":`...), t.Detail)
	}
	return append(b, '}')
}

func moment(b []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// maxFindings bounds how many findings of one token are written; the summary counts all.
const maxFindings = 200

func findings(b []byte, all []rule.Finding) []byte {
	b = append(b, '[')
	for i := range all[:min(len(all), maxFindings)] {
		if i > 0 {
			b = append(b, ',')
		}
		f := &all[i]
		b = jsonout.String(append(b, `{"id":`...), f.ID)
		b = jsonout.String(append(b, `,"slug":`...), f.Slug)
		b = jsonout.String(append(b, `,"severity":`...), f.Severity.String())
		for _, m := range [...]struct{ key, text string }{{`,"at":`, f.At}, {`,"message":`, f.Message}, {`,"fix":`, f.Fix}, {`,"ref":`, f.Ref}} {
			if m.text != "" || m.key == `,"message":` {
				b = jsonout.String(append(b, m.key...), m.text)
			}
		}
		b = append(b, '}')
	}
	return append(b, ']')
}
