package record

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"
)

// trace collects what net/http tells about one request. Its hooks are called from several goroutines, some of them after
// the request is over, so everything is under one lock and is copied out once.
type trace struct {
	now   func() time.Time
	start time.Time

	mu    sync.Mutex
	marks marks
	facts facts
}

// marks are the moments that the parts of [Timing] lie between.
type marks struct {
	dns, connect, tls, wrote, first time.Time
	got                             int // connections that were handed out for this request
}

// facts is what a trace knows at the end.
type facts struct {
	timing      Timing
	fields      []Header // request header fields as written
	remote      string
	reused      bool
	proxy       *url.URL
	proxyStatus string // the proxy's answer to CONNECT when it was not 200
	tls         *tls.ConnectionState
	phase       string // what was going on last: "connecting", "waiting for the answer" …
	retries     []time.Time
}

type traceKey struct{}

// attach puts the trace's hooks into a context.
func (t *trace) attach(ctx context.Context) context.Context {
	t.facts.phase = "connecting"
	ctx = context.WithValue(ctx, traceKey{}, t)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) {
			t.mark(func() { t.marks.dns, t.facts.phase = t.now(), "looking up the name" })
		},
		DNSDone: func(httptrace.DNSDoneInfo) {
			t.mark(func() { t.facts.timing.DNS, t.facts.phase = t.since(t.marks.dns), "connecting" })
		},
		ConnectStart: func(string, string) { t.mark(func() { t.marks.connect, t.facts.phase = t.now(), "connecting" }) },
		ConnectDone: func(_, _ string, err error) {
			t.mark(func() { t.facts.timing.Connect = t.since(t.marks.connect) })
		},
		TLSHandshakeStart: func() { t.mark(func() { t.marks.tls, t.facts.phase = t.now(), "in the TLS handshake" }) },
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			t.mark(func() { t.facts.timing.TLS, t.facts.tls = t.since(t.marks.tls), &s })
		},
		GotConn:              t.gotConn,
		WroteHeaderField:     t.wroteField,
		WroteRequest:         func(httptrace.WroteRequestInfo) { t.mark(func() { t.marks.wrote = t.now() }) },
		GotFirstResponseByte: func() { t.mark(func() { t.marks.first = t.now() }) },
	})
}

// gotConn notices a second connection for the same request: net/http sends it again by itself when a kept connection
// turns out to be dead.
func (t *trace) gotConn(info httptrace.GotConnInfo) {
	t.mark(func() {
		if t.marks.got++; t.marks.got > 1 {
			t.facts.retries = append(t.facts.retries, t.start)
			t.facts.fields = nil
		}
		t.facts.reused, t.facts.phase = info.Reused, "waiting for the answer"
		if info.Conn != nil {
			t.facts.remote = info.Conn.RemoteAddr().String()
		}
	})
}

func (t *trace) wroteField(name string, values []string) {
	t.mark(func() {
		for _, v := range values {
			t.facts.fields = append(t.facts.fields, Header{Name: name, Value: v})
		}
	})
}

func (t *trace) mark(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f()
}

func (t *trace) since(from time.Time) time.Duration {
	if from.IsZero() {
		return 0
	}
	return t.now().Sub(from)
}

// answered marks the end of the wait, also for transports that call no hooks.
func (t *trace) answered(ok bool) {
	t.mark(func() {
		if t.marks.wrote.IsZero() {
			t.marks.wrote = t.start
		}
		if t.marks.first.IsZero() {
			t.marks.first = t.now()
		}
		t.facts.timing.Wait = t.marks.first.Sub(t.marks.wrote)
		if ok {
			t.facts.phase = "reading the answer"
		}
	})
}

// finish copies the facts out.
func (t *trace) finish() facts {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.facts
	f.timing.Start = t.start
	f.timing.Total = t.now().Sub(t.start)
	f.timing.Read = t.now().Sub(t.marks.first)
	f.fields = append([]Header(nil), f.fields...)
	return f
}

// noteProxy wraps a proxy function so that the trace knows which proxy was used.
func noteProxy(proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(req *http.Request) (*url.URL, error) {
		u, err := proxy(req)
		if t, ok := req.Context().Value(traceKey{}).(*trace); ok && u != nil {
			t.mark(func() { t.facts.proxy = u })
		}
		return u, err
	}
}

// noteProxyAnswer keeps the status of a proxy that refuses to connect.
func noteProxyAnswer(ctx context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok && res.StatusCode != http.StatusOK {
		t.mark(func() { t.facts.proxyStatus = res.Status })
	}
	return nil
}

// hostOf gives the host of a URL without its port.
func hostOf(u *url.URL) string {
	if host, _, err := net.SplitHostPort(u.Host); err == nil {
		return host
	}
	return u.Host
}
