package wire

import (
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// maxKept is how many exchanges are kept; a body is at most record.BodyLimit bytes, and most are small.
const maxKept = 500

// log is what went over the wire since the program began, oldest first.
type log struct {
	runs    []*loggedRun
	kept    int
	dropped int
}

// loggedRun is one run with its exchanges.
type loggedRun struct {
	number    int
	title     string // plain, not yet safe
	at        time.Time
	secrets   secret.Set
	exchanges []*logged
}

// logged is one exchange.
type logged struct {
	flows.Exchange
	run *loggedRun
}

// begin opens a run.
func (l *log) begin(m ui.RunBegan) {
	r := &loggedRun{number: m.Run, title: m.Flow.Title, at: m.At}
	if m.Title != "" {
		r.title = m.Title + " · " + m.Flow.Title
	}
	r.secrets.Add(m.Config.ClientSecret.Reveal())
	l.runs = append(l.runs, r)
}

// fetching opens a series of requests that belong to no run. Its number is kept apart from those of runs.
func (l *log) fetching(m ui.FetchBegan) {
	l.runs = append(l.runs, &loggedRun{number: -m.Number, title: m.Title, at: m.At})
}

// fetched keeps one request of such a series.
func (l *log) fetched(m ui.Fetched) {
	r := l.run(-m.Number)
	r.exchanges = append(r.exchanges, &logged{Exchange: flows.Exchange{Exchange: m.Exchange}, run: r})
	l.kept++
	l.trim()
}

// take keeps what belongs here of an event, and reports whether there is another exchange.
func (l *log) take(m ui.RunEvent) bool {
	r := l.run(m.Run)
	switch e := m.Event.(type) {
	case flows.Variable:
		if e.Secret {
			r.secrets.Add(e.Value)
		}
	case flows.Received:
		r.secrets.Add(e.Raw.Reveal())
	case flows.Exchange:
		r.exchanges = append(r.exchanges, &logged{Exchange: e, run: r})
		l.kept++
		l.trim()
		return true
	}
	return false
}

func (l *log) run(number int) *loggedRun {
	for i := len(l.runs) - 1; i >= 0; i-- { // a login and a checkup may go on side by side
		if l.runs[i].number == number {
			return l.runs[i]
		}
	}
	r := &loggedRun{number: number}
	l.runs = append(l.runs, r)
	return r
}

// trim forgets the oldest beyond the bound.
func (l *log) trim() {
	for l.kept > maxKept {
		for len(l.runs[0].exchanges) == 0 {
			l.runs = l.runs[1:]
		}
		l.runs[0].exchanges = l.runs[0].exchanges[1:]
		l.kept, l.dropped = l.kept-1, l.dropped+1
	}
}

// last is the newest exchange, nil when there is none.
func (l *log) last() *logged {
	for i := len(l.runs) - 1; i >= 0; i-- {
		if e := l.runs[i].exchanges; len(e) > 0 {
			return e[len(e)-1]
		}
	}
	return nil
}

// matches reports whether a filter keeps the exchange: by what can be read of it in the list.
func (e *logged) matches(part string) bool {
	if part == "" {
		return true
	}
	text := strings.Join([]string{e.Request.Method, secret.URL(e.Request.URL), e.Purpose, e.Exchange.Exchange.Step}, " ")
	if e.Response != nil {
		text += " " + e.Response.Reason
	}
	if e.Failure != nil {
		text += " " + string(e.Failure.Kind) + " " + e.Failure.Message
	}
	return widget.ContainsFold(text, part)
}

// path is the address in parts. The details have its query, which may be long and hold secrets.
func (e *logged) path() (host, path string) {
	u, err := url.Parse(secret.URL(e.Request.URL))
	if err != nil {
		return "", secret.URL(e.Request.URL)
	}
	path = u.EscapedPath()
	if u.RawQuery != "" {
		path += "?…"
	}
	return u.Host, path
}

// view is what is shown of an exchange: everything, or everything but secrets. Secrets are taken out before anything is
// drawn, so that no way of drawing can leak them.
type view struct {
	id         string
	url        string
	request    side
	response   *side
	failure    *record.Failure
	connection record.Connection
}

// side is one of the two messages.
type side struct {
	headers []record.Header
	media   string
	body    []byte
}

// shown makes the view of an exchange.
func (e *logged) shown(reveal bool) *view {
	scrub := func(text string) string { return e.run.secrets.Scrub(e.Scrub(text)) }
	if reveal {
		scrub = nil
	}
	v := &view{url: e.Request.URL, request: sideOf(e.Request.Headers, e.Request.Body, scrub), connection: e.Connection}
	if scrub != nil {
		v.url = scrub(secret.URL(v.url))
	}
	if r := e.Response; r != nil {
		s := sideOf(r.Headers, r.Body, scrub)
		v.response = &s
	}
	if f := e.Failure; f != nil {
		c := *f
		if scrub != nil {
			c.Message, c.Cause = scrub(secret.URL(c.Message)), scrub(secret.URL(c.Cause))
		}
		v.failure = &c
	}
	return v
}

func sideOf(headers []record.Header, body record.Body, scrub func(string) string) side {
	s := side{headers: headers, media: record.Get(headers, "Content-Type"), body: body.Data}
	if scrub == nil {
		return s
	}
	s.headers = make([]record.Header, len(headers))
	for i, h := range headers {
		s.headers[i] = record.Header{Name: h.Name, Value: scrub(secret.HeaderValue(h.Name, h.Value))}
	}
	if len(body.Data) > 0 {
		s.body = []byte(scrub(string(secret.Body(s.media, body.Data))))
	}
	return s
}
