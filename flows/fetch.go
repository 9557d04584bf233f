package flows

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// maxRedirects bounds the redirects that the fetch of a document follows.
const maxRedirects = 5

// send makes one request and returns the recorded exchange. What a request answers is always read from its record, so
// that what is judged is what was seen. The error is a *Problem of the transport.
func (s *state) send(ctx context.Context, purpose string, redirects int, req *http.Request) (*record.Exchange, error) {
	ctx = record.WithLabel(ctx, record.Label{Step: s.step, Purpose: purpose, Redirects: redirects})
	s.last = nil
	res, err := s.http.Do(req.WithContext(ctx))
	if err != nil {
		return s.last, transportProblem(ctx, purpose, err, s.last)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	return s.last, nil
}

// get fetches a public document; redirects are followed a few times.
func (s *state) get(ctx context.Context, purpose, address string) (*record.Exchange, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, problem(ProblemAnswer, "an address to fetch", err.Error(), "")
	}
	req.Header.Set("Accept", "application/json")
	return s.send(ctx, purpose, maxRedirects, req)
}

// object reads an answer that must be a JSON object with status 200. An unusual content type is told but does no harm.
func (s *state) object(e *record.Exchange, what, ref string) (map[string]json.RawMessage, error) {
	if oauth := normalise(e.Response, &s.reading); oauth != nil {
		return nil, refusedOrOdd(what, oauth, ref, e)
	}
	if e.Response.Body.Truncated {
		return nil, problem(ProblemAnswer, what+" of at most 1 MiB", fmt.Sprintf("%d bytes", e.Response.Body.Size), ref).about(e)
	}
	object, err := s.reading.object(jsonBody(e.Response))
	if err != nil || object == nil {
		return nil, notJSON(what, ref, e, err)
	}
	s.checkContentType(e, what)
	s.checkMark(e, what)
	if topMembers(jsonBody(e.Response)) > len(object) {
		s.tellTwice(e, what)
	}
	return object, nil
}

// byteOrderMark is what some editors and frameworks put before a text. JSON must not begin with it, and a reader may ignore it
// (RFC 8259 8.1).
const byteOrderMark = "\ufeff"

// jsonBody is a body without the mark.
func jsonBody(r *record.Response) []byte { return bytes.TrimPrefix(r.Body.Data, []byte(byteOrderMark)) }

func (s *state) checkMark(e *record.Exchange, what string) {
	if bytes.HasPrefix(e.Response.Body.Data, []byte(byteOrderMark)) {
		s.found(rule.Warn, "byte-order-mark", "the "+what+" begins with a byte order mark (EF BB BF)", "most JSON readers refuse it: the provider should send it without", "RFC 8259 8.1")
	}
	if e.Response.Body.Uncompressed != "" {
		s.found(rule.Info, "compressed", "the "+what+" came compressed ("+e.Response.Body.Uncompressed+"), although that was not asked for", "", "RFC 9110 12.5.3")
	}
}

// topMembers counts the members of an object as they are written, those with the same name too. It is asked of every answer, and
// most have none twice.
func topMembers(text []byte) int {
	members, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			members++
		}
	}
	return members
}

// tellTwice tells members that came more than once. Readers differ in which one they take, here it is the last (RFC 8259 4).
func (s *state) tellTwice(e *record.Exchange, what string) {
	var twice []string
	for _, f := range inspect.ScanJSON(string(jsonBody(e.Response))).Faults {
		if f.Code == inspect.FaultDuplicate && !slices.Contains(twice, f.Name) {
			twice = append(twice, f.Name)
		}
	}
	if len(twice) > 0 {
		s.found(rule.Warn, "member-twice", fmt.Sprintf("the %s has members more than once: %s; the last one is taken here", what, excerpt([]byte(strings.Join(twice, ", ")), 200)),
			"other readers take the first, or refuse: the provider should send it once", "RFC 8259 4")
	}
}

// checkContentType tells a JSON answer that is not announced as JSON.
func (s *state) checkContentType(e *record.Exchange, what string) {
	if given := record.Get(e.Response.Headers, "Content-Type"); !isJSONType(given) {
		s.found(rule.Warn, "content-type", fmt.Sprintf("the %s is JSON, but its content type is %q", what, given),
			"strict clients refuse it: the provider should send application/json", "RFC 8259 11")
	}
}

func isJSONType(contentType string) bool {
	media := mediaType(contentType)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// mediaType is the type without its parameters, which may be malformed.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// refusedOrOdd makes the problem of an answer that carries an error: the provider's no when it speaks OAuth, else an
// answer that is not what the specification says.
func refusedOrOdd(what string, oauth *OAuthError, ref string, e *record.Exchange) *Problem {
	p := refused(what, oauth, ref, e)
	p.Diagnosis = redirected(e)
	page := oauth.Shape == shapeHTML || oauth.Shape == shapeEmpty || oauth.Shape == shapeText
	if page || oauth.Code == "" && oauth.Description == "" {
		p.Kind, p.Got = ProblemAnswer, describeAnswer(e)
	}
	return p
}

// redirected explains a redirect as the answer to what must not be sent elsewhere: a request with credentials is never repeated at
// another address (RFC 9700 4.12: a 307 would carry them along).
func redirected(e *record.Exchange) *Diagnosis {
	location := record.Get(e.Response.Headers, "Location")
	if e.Response.Status < 300 || e.Response.Status >= 400 || location == "" || e.Request.Method != http.MethodPost {
		return nil
	}
	return &Diagnosis{
		ID:      "CL-25",
		Summary: "the endpoint redirects, and a request with credentials is not sent on to another address",
		Causes: []string{"the address in the discovery document is not the endpoint's own: http instead of https, another host, a slash at the end",
			"a proxy before the provider wants another address"},
		Fixes:   []Fix{{Text: "have the discovery document name the address that answers", Value: withoutQuery(absolute(location, e.Request.URL))}},
		Checked: []string{"the answer's status and Location"},
		Ref:     "RFC 9700 4.12",
	}
}

// absolute resolves the address of a redirect, which may be relative (RFC 9110 10.2.2).
func absolute(location, base string) string {
	from, err := url.Parse(base)
	if err != nil {
		return location
	}
	to, err := from.Parse(location)
	if err != nil {
		return location
	}
	return to.String()
}

// notJSON makes the problem of an answer that is no JSON object.
func notJSON(what, ref string, e *record.Exchange, err error) *Problem {
	got, body := describeAnswer(e), jsonBody(e.Response)
	switch announced := isJSONType(record.Get(e.Response.Headers, "Content-Type")); {
	case len(bytes.TrimSpace(body)) == 0: // describeAnswer says so
	case json.Valid(body):
		got = kindOfJSON(body) + ", where a JSON object is due"
	case bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")):
		got = "broken JSON: text in UTF-16, and it has to be in UTF-8 (RFC 8259 8.1)"
	case announced && err != nil:
		got = fmt.Sprintf("broken JSON: %v", err)
	}
	return problem(ProblemAnswer, what+" as a JSON object", got, ref).about(e)
}

// kindOfJSON names what a JSON text is.
func kindOfJSON(text []byte) string {
	switch text = bytes.TrimSpace(text); text[0] {
	case '[':
		return "a JSON array"
	case '"':
		return "a JSON text"
	case 'n':
		return "JSON null"
	case 't', 'f':
		return "JSON " + string(text)
	case '{':
		return "a JSON object"
	}
	return "a JSON number"
}

// describeAnswer says what an unexpected answer is: its status, its type, the title of a page, where it came from.
func describeAnswer(e *record.Exchange) string {
	r := e.Response
	given := record.Get(r.Headers, "Content-Type")
	body := secret.Body(given, r.Body.Data) // an odd answer may hold tokens all the same
	var what string
	switch {
	case r.Status == http.StatusNetworkAuthenticationRequired:
		what = "the login page of the network (captive portal)"
	case len(bytes.TrimSpace(r.Body.Data)) == 0:
		what = "an empty answer"
	case looksLikeHTML(r):
		what = "an HTML page"
		if title := htmlTitle(r.Body.Data); title != "" {
			what = fmt.Sprintf("an HTML page titled %q", title)
		}
	case given != "":
		what = fmt.Sprintf("%s that begins %q", given, excerpt(body, 60))
	default:
		what = fmt.Sprintf("text that begins %q", excerpt(body, 60))
	}
	what = fmt.Sprintf("HTTP %d, %s", r.Status, what)
	if location := record.Get(r.Headers, "Location"); location != "" && r.Status >= 300 && r.Status < 400 {
		what += ", a redirect to " + withoutQuery(location)
	}
	return what
}

func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that can't be read"
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}

// excerpt gives the beginning of a body in one line.
func excerpt(data []byte, limit int) string {
	text := strings.Join(strings.Fields(string(data[:min(len(data), 4*limit)])), " ")
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return text
}
