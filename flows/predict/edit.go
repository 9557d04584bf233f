package predict

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// Kind says what an edit did.
type Kind string

const (
	Dropped  Kind = "dropped"
	Changed  Kind = "changed"
	Added    Kind = "added"
	Repeated Kind = "repeated" // there once more, or several times
)

// Part is where in a message an edit is.
type Part string

const (
	InParams  Part = "parameter" // of the address or the form
	InHeader  Part = "header"
	InMethod  Part = "method"
	InAddress Part = "address" // scheme, host and path
	InBody    Part = "body"    // one that is no form and no JSON object
	InStatus  Part = "status"
	InMember  Part = "member"          // of a JSON answer
	InToken   Part = "ID token claim"  // of the answer's id_token
	InJOSE    Part = "ID token header" // of the answer's id_token
	InSeal    Part = "ID token signature"
)

// Edit is one difference between what would have been and what is. The values may be secret; [Edit.String] has none.
type Edit struct {
	Kind   Kind   `json:"kind"`
	In     Part   `json:"in"`
	Name   string `json:"name,omitempty"`
	Before string `json:"-"`
	After  string `json:"-"`
}

// String gives the edit in words, as record.Exchange.Edits does: "dropped code_verifier".
func (e Edit) String() string {
	switch e.In {
	case InParams:
		return string(e.Kind) + " " + e.Name
	case InMethod, InAddress, InBody, InStatus, InSeal:
		return string(e.Kind) + " the " + string(e.In)
	}
	return string(e.Kind) + " " + string(e.In) + " " + e.Name
}

// Edits compares two requests. Parameters of the address and of the form are one set; a header field that follows from the
// body is no edit.
func Edits(before, after Sent) []Edit {
	var edits []Edit
	if before.Method != after.Method {
		edits = append(edits, Edit{Changed, InMethod, "", before.Method, after.Method})
	}
	if a, b := withoutQuery(before.URL), withoutQuery(after.URL); a != b {
		edits = append(edits, Edit{Changed, InAddress, "", a, b})
	}
	edits = append(edits, compare(InHeader, fields(before.Headers), fields(after.Headers))...)
	params := compare(InParams, before.params(), asForm(after, before).params())
	if !before.isForm() && string(before.Body) != string(after.Body) {
		edits = append(edits, Edit{Kind: Changed, In: InBody})
	}
	return append(edits, params...)
}

// AnswerEdits compares two answers: status, header fields, members of a JSON object, and what is in an ID token.
func AnswerEdits(before, after *record.Response) []Edit {
	var edits []Edit
	if before.Status != after.Status {
		edits = append(edits, Edit{Kind: Changed, In: InStatus})
	}
	edits = append(edits, compare(InHeader, fields(before.Headers), fields(after.Headers))...)
	if string(before.Body.Data) == string(after.Body.Data) {
		return edits
	}
	old, changed := record.Members(before.Body.Data), record.Members(after.Body.Data)
	if old == nil || changed == nil {
		return append(edits, Edit{Kind: Changed, In: InBody})
	}
	for _, e := range compare(InMember, old, changed) {
		if e.Name == "id_token" && e.Kind == Changed {
			if inside := tokenEdits(unquote(e.Before), unquote(e.After)); len(inside) > 0 {
				edits = append(edits, inside...)
				continue
			}
		}
		edits = append(edits, e)
	}
	return edits
}

// tokenEdits compares two compact tokens; nothing when one of them can't be read.
func tokenEdits(before, after string) []Edit {
	a, b := strings.Split(before, "."), strings.Split(after, ".")
	if len(a) != 3 || len(b) != 3 {
		return nil
	}
	var edits []Edit
	for i, in := range []Part{InJOSE, InToken} {
		old, changed := tokenMembers(a[i]), tokenMembers(b[i])
		if old == nil || changed == nil {
			return nil
		}
		edits = append(edits, compare(in, old, changed)...)
	}
	if len(edits) == 0 {
		edits = append(edits, Edit{Kind: Changed, In: InSeal})
	}
	return edits
}

func tokenMembers(part string) map[string][]string {
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return nil
	}
	return record.Members(data)
}

func unquote(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) != nil {
		return text
	}
	return s
}

// compare lists the edits between two multi-maps, by name.
func compare(in Part, before, after map[string][]string) []Edit {
	var edits []Edit
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old, now := before[name], after[name]
		e := Edit{Changed, in, name, strings.Join(old, " "), strings.Join(now, " ")}
		switch {
		case slices.Equal(old, now):
			continue
		case len(now) == 0, in == InParams && e.After == "": // RFC 6749 3.2: one without a value counts as left out
			e.Kind = Dropped
		case len(now) > len(old) && len(old) > 0, len(now) > 1 && len(old) == 0:
			e.Kind = Repeated
		case len(old) == 0:
			e.Kind = Added
		}
		edits = append(edits, e)
	}
	return edits
}

// fields gives header fields by their names, without those that follow from the body or the connection.
func fields(all []record.Header) map[string][]string {
	m := make(map[string][]string)
	for _, f := range all {
		switch name := textproto.CanonicalMIMEHeaderKey(f.Name); name {
		case "Content-Length", "Host", "User-Agent", "Accept-Encoding":
		default:
			m[name] = append(m[name], f.Value)
		}
	}
	return m
}

// params are the parameters of a request, those of its address and those of its form.
func (s Sent) params() url.Values {
	all := url.Values{}
	if u, err := url.Parse(s.URL); err == nil {
		all = u.Query()
	}
	if !s.isForm() {
		return all
	}
	form, _ := url.ParseQuery(string(s.Body))
	for name, values := range form {
		all[name] = append(all[name], values...)
	}
	return all
}

func (s Sent) isForm() bool {
	return strings.HasPrefix(record.Get(s.Headers, "Content-Type"), "application/x-www-form-urlencoded")
}

// asForm gives a request with the content type of the one before the edit: what is in a body does not change with its name.
func asForm(s, before Sent) Sent {
	s.Headers = []record.Header{{Name: "Content-Type", Value: record.Get(before.Headers, "Content-Type")}}
	return s
}

func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.RawQuery, u.Fragment = "", ""
	return u.String()
}
