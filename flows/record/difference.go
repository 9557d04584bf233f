package record

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// differences says in words what changed between two requests.
func differences(before *http.Request, was []byte, after *http.Request, is []byte) []string {
	var edits []string
	if before.Method != after.Method {
		edits = append(edits, "changed the method to "+after.Method)
	}
	if a, b := withoutQuery(before.URL), withoutQuery(after.URL); a != b {
		edits = append(edits, "changed the address to "+b)
	}
	edits = append(edits, fieldDifferences("", before.URL.Query(), after.URL.Query())...)
	edits = append(edits, fieldDifferences("header ", before.Header, after.Header)...)
	if string(was) == string(is) {
		return edits
	}
	old, err1 := url.ParseQuery(string(was))
	changed, err2 := url.ParseQuery(string(is))
	if err1 != nil || err2 != nil || !strings.HasPrefix(after.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return append(edits, "changed the body")
	}
	return append(edits, fieldDifferences("", old, changed)...)
}

// AnswerDifferences says in words what changed between two answers. Values are not named: they may be secret.
func AnswerDifferences(before, after *Response) []string {
	var edits []string
	if before.Status != after.Status {
		edits = append(edits, fmt.Sprintf("changed the status to %d", after.Status))
	}
	edits = append(edits, fieldDifferences("header ", fieldMap(before.Headers), fieldMap(after.Headers))...)
	if string(before.Body.Data) == string(after.Body.Data) {
		return edits
	}
	old, changed := Members(before.Body.Data), Members(after.Body.Data)
	if old == nil || changed == nil {
		return append(edits, "changed the body of the answer")
	}
	members := fieldDifferences("member ", old, changed)
	if len(members) == 0 { // order, white space
		members = []string{"changed the body of the answer"}
	}
	return append(edits, members...)
}

func fieldMap(fields []Header) map[string][]string {
	m := make(map[string][]string)
	for _, f := range fields {
		switch name := http.CanonicalHeaderKey(f.Name); name {
		case "Content-Length", "Date": // the one follows from the body, the other from the clock
		default:
			m[name] = append(m[name], f.Value)
		}
	}
	return m
}

// Members gives the members of a JSON object as text, each in a list of one; nil for anything else.
func Members(data []byte) map[string][]string {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil || object == nil {
		return nil
	}
	m := make(map[string][]string, len(object))
	for name, value := range object {
		m[name] = []string{string(value)}
	}
	return m
}

func withoutQuery(u *url.URL) string {
	c := *u
	c.RawQuery = ""
	return c.Redacted()
}

// fieldDifferences compares two multi-maps by name. Values are not named: they may be secret.
func fieldDifferences(prefix string, before, after map[string][]string) []string {
	var edits []string
	for name, old := range before {
		switch now, there := after[name]; {
		case !there:
			edits = append(edits, "dropped "+prefix+name)
		case strings.Join(old, "\x00") != strings.Join(now, "\x00"):
			edits = append(edits, "changed "+prefix+name)
		}
	}
	for name := range after {
		if _, there := before[name]; !there {
			edits = append(edits, "added "+prefix+name)
		}
	}
	slices.Sort(edits)
	return edits
}
