package compare

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// compareRequests puts the requests of a step beside each other, by purpose and order.
func compareRequests(x, y *stepReading, a, b *reading) []Request {
	var all []Request
	left := slices.Clone(y.requests)
	for _, e := range x.requests {
		i := slices.IndexFunc(left, func(other flows.Exchange) bool { return other.Purpose == e.Purpose })
		if i < 0 {
			all = append(all, Request{Purpose: e.Purpose, Change: OnlyFirst, Status: [2]int{status(e), 0}, Took: [2]time.Duration{e.Timing.Total, 0}, ID: [2]int{e.ID, 0}})
			continue
		}
		all = append(all, compareExchanges(e, left[i], a, b))
		left = slices.Delete(left, i, i+1)
	}
	for _, e := range left {
		all = append(all, Request{Purpose: e.Purpose, Change: OnlySecond, Status: [2]int{0, status(e)}, Took: [2]time.Duration{0, e.Timing.Total}, ID: [2]int{0, e.ID}})
	}
	return all
}

func compareExchanges(e, f flows.Exchange, a, b *reading) Request {
	r := Request{Purpose: e.Purpose, Change: Same, Status: [2]int{status(e), status(f)}, ID: [2]int{e.ID, f.ID}, Took: [2]time.Duration{e.Timing.Total, f.Timing.Total}}
	fresh := freshIn(a, b)
	r.Sent = slices.Concat(
		compareFields("", map[string]string{"method": e.Request.Method, "address": place(e)}, map[string]string{"method": f.Request.Method, "address": place(f)}, a.elsewhere(b)),
		compareFields("", edits(e), edits(f), nothingFresh),
		compareFields("", sent(e), sent(f), fresh),
		compareFields("header ", fields(e.Request.Headers), fields(f.Request.Headers), fresh))
	if !record.ByBrowser(e.Purpose) { // what the browser was shown in the end is our own page
		r.Answer = slices.Concat(
			compareFields("member ", members(answer(e)), members(answer(f)), fresh),
			compareFields("header ", fields(answer(e).Headers), fields(answer(f).Headers), fresh))
	}
	if failure(e) != failure(f) {
		r.Answer = append(r.Answer, Difference{Name: "connection", Change: Changed, Before: failure(e), After: failure(f)})
	}
	if r.Status[0] != r.Status[1] || anyReal(r.Sent) || anyReal(r.Answer) {
		r.Change = Changed
	}
	return r
}

func status(e flows.Exchange) int { return answer(e).Status }

// answer is what came over the wire.
func answer(e flows.Exchange) record.Response {
	switch {
	case e.Wire != nil:
		return *e.Wire
	case e.Response != nil:
		return *e.Response
	}
	return record.Response{}
}

func failure(e flows.Exchange) string {
	if e.Failure == nil {
		return ""
	}
	return string(e.Failure.Kind)
}

// place is the address without its parameters; of what came to us, without the port that was free at the moment.
func place(e flows.Exchange) string {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return e.Request.URL
	}
	u.RawQuery, u.Fragment = "", ""
	if record.ByBrowser(e.Purpose) {
		return withoutPort(u.String())
	}
	return u.String()
}

// sent are the parameters of a request, several of a name in one text.
func sent(e flows.Exchange) map[string]string {
	all := e.Request.Params()
	flat := make(map[string]string, len(all))
	for name, values := range all {
		flat[name] = strings.Join(values, " ")
	}
	return flat
}

func fields(headers []record.Header) map[string]string {
	all := make(map[string]string)
	for _, h := range headers {
		name := strings.ToLower(h.Name)
		if old, there := all[name]; there {
			all[name] = old + ", " + h.Value
			continue
		}
		all[name] = h.Value
	}
	return all
}

// members are the members of a JSON object; a body of another kind is one.
func members(r record.Response) map[string]string {
	var object map[string]json.RawMessage
	if json.Unmarshal(r.Body.Data, &object) != nil || object == nil {
		if len(r.Body.Data) == 0 {
			return nil
		}
		return map[string]string{"body": string(r.Body.Data)}
	}
	all := make(map[string]string, len(object))
	for name, value := range object {
		all[name] = string(value)
	}
	return all
}

// random reports whether a value of this name is another one each time.
func random(name string) bool {
	switch name {
	case "state", "nonce", "code_challenge", "request_uri", "jti", "dpop_jkt", "request", "response", "session_state", "user_code", "verification_uri_complete",
		"date", "age", "expires", "last-modified", "dpop-nonce", "content-length", "location", "host", "referer", "user-agent", "traceparent", "cf-ray":
		return true
	}
	for _, part := range []string{"request-id", "correlation", "trace-id", "-request"} { // every gateway has its own
		if strings.Contains(name, part) {
			return true
		}
	}
	return secret.IsParam(name) || secret.IsMember(name) || secret.IsHeader(name)
}

// freshIn says which differences mean nothing between two runs: what is another value each time, and what differs only in that the
// providers are two.
func freshIn(a, b *reading) func(name, before, after string) bool {
	elsewhere := a.elsewhere(b)
	return func(name, before, after string) bool {
		if name == "redirect_uri" {
			return withoutPort(before) == withoutPort(after)
		}
		return a.made[name] && b.made[name] || random(name) || elsewhere(name, before, after)
	}
}

// elsewhere says of two values that they are the same but for the issuers: an endpoint of the one provider and of the other.
func (r *reading) elsewhere(other *reading) func(name, before, after string) bool {
	a, b := strings.TrimSuffix(r.side.Issuer, "/"), strings.TrimSuffix(other.side.Issuer, "/")
	return func(_, before, after string) bool {
		return a != "" && b != "" && strings.ReplaceAll(before, a, "{issuer}") == strings.ReplaceAll(after, b, "{issuer}")
	}
}

// withoutPort gives a loopback address without the port that was free at the moment.
func withoutPort(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return address
	}
	u.Host = u.Hostname()
	return u.String()
}

// edits are what the person changed, in words.
func edits(e flows.Exchange) map[string]string {
	all := make(map[string]string)
	for name, words := range map[string][]string{"edits": e.Edits, "edits of the answer": e.AnswerEdits} {
		if len(words) > 0 {
			all[name] = strings.Join(words, ", ")
		}
	}
	return all
}

func nothingFresh(string, string, string) bool { return false }

// compareFields lists what is not the same, by name. fresh says which differences mean nothing.
func compareFields(prefix string, before, after map[string]string, fresh func(name, before, after string) bool) []Difference {
	names := maps.Clone(before)
	if names == nil {
		names = make(map[string]string)
	}
	maps.Copy(names, after)
	var all []Difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		old, inFirst := before[name]
		now, inSecond := after[name]
		d := Difference{Name: prefix + name, Before: old, After: now, Change: Changed, Secret: secret.IsParam(name) || secret.IsMember(name) || secret.IsHeader(name)}
		switch {
		case !inFirst:
			d.Change = OnlySecond
		case !inSecond:
			d.Change = OnlyFirst
		case old == now:
			continue
		case fresh(name, old, now):
			d.Change = Fresh
		}
		all = append(all, d)
	}
	return all
}
