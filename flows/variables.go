package flows

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
)

// Use is a place where a value of the run turned up after it was made.
type Use struct {
	Step     string `json:"step"`
	Exchange int    `json:"exchange,omitempty"` // 0 for what a browser was sent with, and for a token
	Where    Where  `json:"where"`
	Name     string `json:"name"` // of the parameter, the header field, the claim
}

// Where says in what kind of place a value turned up.
type Where string

const (
	InForm    Where = "form"
	InAddress Where = "address"
	InHeader  Where = "header"
	InBrowser Where = "browser" // the address that the browser was sent to
	InReturn  Where = "return"  // what the browser brought back
	InClaim   Where = "claim"   // of a token that came
)

// TracedVariable is a value of a run with everything that is known of its way: which step made it and from what, where it
// was used, and by which steps it is to be used (UsedBy) although that has not happened yet.
type TracedVariable struct {
	Variable
	Uses []Use
}

// shortestTraced is how long a value must be, in bytes, to be recognised under another name than its own: a 300 is everywhere.
const shortestTraced = 8

// maxTraced bounds how many values are followed; the oldest are kept.
const maxTraced = 200

// TraceVariables follows the values of a run through its events, in the order in which they were made. It reads what really
// was sent, after every edit. A value that was made anew is followed from there on.
func TraceVariables(events []Event) []TracedVariable {
	t := tracer{}
	for _, e := range events {
		switch e := e.(type) {
		case Variable:
			t.made(e)
		case Exchange:
			t.exchange(e)
		case NeedUser:
			if u, err := url.Parse(e.URL); err == nil {
				t.params(Use{Step: e.Step, Where: InBrowser}, u.Query())
			}
		case Received:
			t.token(e)
		}
	}
	return t.all
}

type tracer struct{ all []TracedVariable }

// made begins to follow a value; one that a step told before, of the same name and value, is the same.
func (t *tracer) made(v Variable) {
	same := func(old TracedVariable) bool {
		return old.Name == v.Name && old.Value == v.Value
	}
	if len(t.all) < maxTraced && !slices.ContainsFunc(t.all, same) {
		t.all = append(t.all, TracedVariable{Variable: v})
	}
}

func (t *tracer) exchange(e Exchange) {
	use := Use{Step: e.Meta.Step, Exchange: e.ID}
	use.Where = InAddress
	if record.ByBrowser(e.Purpose) {
		use.Where = InReturn
	}
	if u, err := url.Parse(e.Request.URL); err == nil {
		t.params(use, u.Query())
	}
	if use.Where == InAddress {
		use.Where = InForm
	}
	if form, err := url.ParseQuery(string(e.Request.Body.Data)); err == nil && strings.HasPrefix(record.Get(e.Request.Headers, "Content-Type"), formType) {
		t.params(use, form)
	}
	use.Where = InHeader
	for _, h := range e.Request.Headers {
		_, credentials, _ := strings.Cut(h.Value, " ")
		t.value(use, h.Name, h.Value)
		t.value(use, h.Name, credentials)
	}
}

func (t *tracer) params(use Use, q url.Values) {
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, v := range q[name] {
			t.value(use, name, v)
		}
	}
}

// token looks for values that came back inside of a token: the nonce.
func (t *tracer) token(e Received) {
	if e.Report == nil || e.Report.Token == nil || e.Report.Token.Payload == nil {
		return
	}
	for _, m := range e.Report.Token.Payload.Members {
		if m.Value.Kind == inspect.String {
			t.value(Use{Step: e.Step, Where: InClaim}, m.Name, m.Value.Str)
		}
	}
}

// value notes a use of every variable that has this value. Under another name than its own a short value may be another one, and
// so may a masked one of a saved run.
func (t *tracer) value(use Use, name, value string) {
	if value == "" {
		return
	}
	use.Name = name
	telling := len(value) >= shortestTraced && !strings.HasPrefix(value, "•")
	for i := range t.all {
		v := &t.all[i]
		if v.Value == value && (v.Name == name || telling) && !slices.Contains(v.Uses, use) {
			v.Uses = append(v.Uses, use)
		}
	}
}
