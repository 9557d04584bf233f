package archive

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/flows/record"
)

// writeHAR writes the requests of runs as an HTTP archive. The step and the purpose of each stand in its comment.
func writeHAR(w io.Writer, runs []*Run, maker string, reveal bool) error {
	name, version, _ := strings.Cut(maker, " ")
	log := har.Log{Version: "1.2", Creator: har.Creator{Name: har.Text(name), Version: har.Text(version)}, Pages: []har.Page{}, Entries: []har.Entry{}}
	if !reveal {
		log.Comment = "secrets are masked"
	}
	for i, r := range runs {
		log.Comment = strings.TrimPrefix(log.Comment+r.browserNote(), "; ")
		page := har.Page{Started: har.Time{Time: r.Began()}, ID: fmt.Sprintf("run_%d", i+1), Title: r.Started().Title + " at " + r.Started().Issuer}
		if !reveal {
			page.Title = r.scrub(page.Title)
		}
		log.Pages = append(log.Pages, page)
		for _, e := range r.harEntries(reveal) {
			e.Page = har.Text(page.ID)
			log.Entries = append(log.Entries, e)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(struct {
		Log har.Log `json:"log"`
	}{log})
}

// harEntries are the requests of a run, and what it sent the browser to.
func (r *Run) harEntries(reveal bool) []har.Entry {
	var all []har.Entry
	for _, known := range r.Entries {
		switch e := known.Event.(type) {
		case flows.Exchange:
			all = append(all, entry(e, r.shown(e, reveal)))
		case flows.NeedUser:
			if e.URL != "" {
				get := flows.Exchange{Exchange: record.Exchange{Request: record.Request{Method: "GET", URL: e.URL}}}
				all = append(all, opened(e, r.shown(get, reveal).Request))
			}
		}
	}
	return all
}

// opened is what the browser was sent to. It is a request as any other, but what it got is the browser's.
func opened(e flows.NeedUser, q record.Request) har.Entry {
	return har.Entry{Started: har.Time{Time: e.Time}, Comment: har.Unseen, Timings: har.Timings{Blocked: -1, DNS: -1, Connect: -1, SSL: -1},
		Request:  har.Request{Method: har.Text(q.Method), URL: har.Text(uri(q.URL)), Headers: []har.Pair{}, Cookies: []har.Pair{}, QueryString: query(q.URL), HeadersSize: -1},
		Response: har.Response{Headers: []har.Pair{}, Cookies: []har.Pair{}, HeadersSize: -1, BodySize: -1, Content: har.Content{MimeType: "x-unknown"}}}
}

// uri percent-encodes what no address may have in it (RFC 3986 2): masks, and what providers write all the same.
func uri(address string) string {
	const allowed = "-._~:/?#[]@!$&'()*+,;=%"
	var out strings.Builder
	for i, c := range []byte(address) {
		ok := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(allowed, c) >= 0
		if (c == '[' || c == ']') && strings.ContainsAny(address[:i], "?#") {
			ok = false
		}
		if ok {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return out.String()
}

func entry(e flows.Exchange, x record.Exchange) har.Entry {
	comment := "step " + x.Step
	if x.Purpose != "" && x.Purpose != x.Step {
		comment += ": " + x.Purpose
	}
	if note := editNote(x.Edits, x.AnswerEdits); note != "" {
		comment += "; " + note
	}
	start := x.Timing.Start
	if start.IsZero() {
		start = e.Time.Add(-x.Timing.Total)
	}
	out := har.Entry{
		Started: har.Time{Time: start}, Time: ms(x.Timing.Total), Comment: har.Text(comment),
		Request: har.Request{Method: har.Text(x.Request.Method), URL: har.Text(uri(x.Request.URL)), HTTPVersion: har.Text(x.Request.Proto),
			Headers: pairs(x.Request.Headers), Cookies: cookies(x.Request.Headers, "Cookie"), QueryString: query(x.Request.URL),
			HeadersSize: -1, BodySize: har.Number(x.Request.Body.Size)},
		Response: har.Response{HTTPVersion: har.Text(x.Request.Proto), Headers: []har.Pair{}, Cookies: []har.Pair{}, HeadersSize: -1, BodySize: -1,
			Content: har.Content{MimeType: "x-unknown"}},
		Timings: har.Timings{Blocked: -1, DNS: ifAny(x.Timing.DNS), Connect: ifAny(x.Timing.Connect + x.Timing.TLS), SSL: ifAny(x.Timing.TLS),
			Wait: ms(x.Timing.Wait), Receive: ms(x.Timing.Read)},
		ServerIP: har.Text(hostOf(x.Connection.Remote)),
	}
	if body := x.Request.Body; len(body.Data) > 0 {
		media := record.Get(x.Request.Headers, "Content-Type")
		out.Request.PostData = &har.PostData{MimeType: har.Text(media), Params: []har.Pair{}, Text: har.Text(strings.ToValidUTF8(string(body.Data), "�"))}
	}
	if x.Failure != nil {
		out.Response.Error = har.Text(x.Failure.Message)
	}
	if r := x.Response; r != nil {
		out.Response.Status, out.Response.StatusText = har.Number(r.Status), har.Text(http.StatusText(r.Status))
		out.Response.HTTPVersion, out.Response.Headers = har.Text(r.Proto), pairs(r.Headers)
		out.Response.Cookies, out.Response.RedirectURL = cookies(r.Headers, "Set-Cookie"), har.Text(record.Get(r.Headers, "Location"))
		out.Response.Content.MimeType = har.Text(record.Get(r.Headers, "Content-Type"))
		out.Response.Content.SetBody(r.Body.Data)
		out.Response.Content.Size, out.Response.BodySize = har.Number(r.Body.Size), har.Number(r.Body.Size)
	}
	return out
}

func pairs(fields []record.Header) []har.Pair {
	all := []har.Pair{}
	for _, h := range fields {
		all = append(all, har.Pair{Name: har.Text(h.Name), Value: har.Text(h.Value)})
	}
	return all
}

// cookies lists those of a header. Their values were masked with it.
func cookies(fields []record.Header, header string) []har.Pair {
	all := []har.Pair{}
	for _, h := range fields {
		if !strings.EqualFold(h.Name, header) {
			continue
		}
		parts := strings.Split(h.Value, ";")
		if header == "Set-Cookie" {
			parts = parts[:1]
		}
		for _, p := range parts {
			name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			all = append(all, har.Pair{Name: har.Text(name), Value: har.Text(value)})
		}
	}
	return all
}

// query lists the parameters of an address, decoded.
func query(address string) []har.Pair {
	all := []har.Pair{}
	address, _, _ = strings.Cut(address, "#")
	_, raw, _ := strings.Cut(address, "?")
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		all = append(all, har.Pair{Name: har.Text(unescape(name)), Value: har.Text(unescape(value))})
	}
	return all
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func ms(d time.Duration) har.Number { return har.Number(d.Round(time.Microsecond)) / 1e6 }

// ifAny is -1 for a part that did not happen.
func ifAny(d time.Duration) har.Number {
	if d <= 0 {
		return -1
	}
	return ms(d)
}

func hostOf(address string) string {
	if i := strings.LastIndexByte(address, ':'); i > 0 {
		return strings.Trim(address[:i], "[]")
	}
	return address
}
