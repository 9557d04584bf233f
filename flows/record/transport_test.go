package record

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// recorder collects exchanges of a client whose base is a handler over a real loopback server.
type recorder struct {
	exchanges []Exchange
	client    *http.Client
}

func newRecorder(t *testing.T, o Options) *recorder {
	t.Helper()
	r := &recorder{}
	o.OnExchange = func(e Exchange) { r.exchanges = append(r.exchanges, e) }
	rt, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rt.CloseIdleConnections)
	r.client = rt.Client()
	return r
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func post(ctx context.Context, t *testing.T, address, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(WithLabel(ctx, Label{Step: "token", Purpose: "token"}), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}

func TestExchangeIsRecordedWhole(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * time.Millisecond)
		w.Header().Add("X-B", "1")
		w.Header().Add("X-B", "2")
		w.Header().Set("X-A", "0")
		w.WriteHeader(http.StatusTeapot)
		io.Copy(w, r.Body)
	})
	r := newRecorder(t, Options{})
	res, err := r.client.Do(post(t.Context(), t, address+"/token?x=1", "a=1&b=2"))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	if string(body) != "a=1&b=2" {
		t.Errorf("the caller reads %q", body)
	}
	if len(r.exchanges) != 1 {
		t.Fatalf("%d exchanges", len(r.exchanges))
	}
	e := r.exchanges[0]
	if e.ID != 1 || e.Step != "token" || e.Purpose != "token" || e.Request.URL != address+"/token?x=1" || string(e.Request.Body.Data) != "a=1&b=2" {
		t.Errorf("request: %+v", e.Request)
	}
	if e.Response.Status != http.StatusTeapot || string(e.Response.Body.Data) != "a=1&b=2" || e.Response.Proto != "HTTP/1.1" {
		t.Errorf("response: %+v", e.Response)
	}
	var names []string
	for _, h := range e.Request.Headers {
		names = append(names, h.Name)
	}
	if len(names) < 3 || names[0] != "Host" || !slices.Contains(names, "Content-Length") {
		t.Errorf("request fields as written, Host first: %v", names)
	}
	var values []string
	for _, h := range e.Response.Headers {
		if strings.HasPrefix(h.Name, "X-") {
			values = append(values, h.Name+h.Value)
		}
	}
	if !slices.Equal(values, []string{"X-A0", "X-B1", "X-B2"}) {
		t.Errorf("response fields: %v", values)
	}
	tm := e.Timing
	if tm.Connect <= 0 || tm.Wait < 2*time.Millisecond || tm.Total < tm.Connect+tm.Wait || tm.TLS != 0 {
		t.Errorf("timing: %+v", tm)
	}
	if !strings.HasPrefix(e.Connection.Remote, "127.0.0.1:") {
		t.Errorf("connection: %+v", e.Connection)
	}
}

func TestLongBodiesAreBoundedAndCounted(t *testing.T) {
	const size = BodyLimit + 12345
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Write(bytes.Repeat([]byte("x"), size)) })
	r := newRecorder(t, Options{})
	res, err := r.client.Do(post(t.Context(), t, address, strings.Repeat("y", size)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(res.Body)
	if len(data) != BodyLimit || err == nil {
		t.Errorf("the caller reads %d bytes, then %v", len(data), err)
	}
	for name, b := range map[string]Body{"request": r.exchanges[0].Request.Body, "response": r.exchanges[0].Response.Body} {
		if len(b.Data) != BodyLimit || b.Size != size || !b.Truncated {
			t.Errorf("%s: %d kept of %d, truncated %v", name, len(b.Data), b.Size, b.Truncated)
		}
	}
}

func TestRedirects(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.URL.Path); n < 4 {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
			return
		}
		io.WriteString(w, "end")
	})
	for _, c := range []struct{ limit, exchanges, status int }{{0, 1, 302}, {5, 4, 200}, {2, 3, 0}} {
		r := newRecorder(t, Options{})
		ctx := WithLabel(t.Context(), Label{Redirects: c.limit})
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, address+"/", nil)
		res, err := r.client.Do(req)
		failure, _ := errors.AsType[*Failure](err)
		switch {
		case c.status == 0 && (failure == nil || failure.Kind != FailRedirect):
			t.Errorf("limit %d: want a redirect failure, got %v", c.limit, err)
		case c.status != 0 && (err != nil || res.StatusCode != c.status):
			t.Errorf("limit %d: %v", c.limit, err)
		}
		if len(r.exchanges) != c.exchanges {
			t.Errorf("limit %d: %d exchanges, want %d", c.limit, len(r.exchanges), c.exchanges)
		}
	}
}

func TestNoRedirectFromHTTPSToHTTP(t *testing.T) {
	base := roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 302, Header: http.Header{"Location": {"http://idp.example/elsewhere"}}, Body: http.NoBody, Request: r}, nil
	})
	r := newRecorder(t, Options{Base: base})
	req, _ := http.NewRequestWithContext(WithLabel(t.Context(), Label{Redirects: 5}), http.MethodGet, "https://idp.example/", nil)
	_, err := r.client.Do(req)
	if failure, ok := errors.AsType[*Failure](err); !ok || failure.Kind != FailRedirect || len(r.exchanges) != 1 {
		t.Errorf("got %v after %d exchanges", err, len(r.exchanges))
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestHiddenRetryIsShown closes a kept connection under the client: net/http then repeats the request by itself, and both
// attempts must be seen.
func TestHiddenRetryIsShown(t *testing.T) {
	var connections atomic.Int32
	const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	address := raw(t, func(c net.Conn) {
		drain(c)
		io.WriteString(c, answer)
		if connections.Add(1) == 1 {
			drain(c) // the second request arrives, and is not answered
			return
		}
		drain(c)
		io.WriteString(c, answer)
	})
	r := newRecorder(t, Options{})
	for range 2 {
		res, err := r.client.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	var story []string
	for _, e := range r.exchanges {
		what := "failed"
		if e.Response != nil {
			what = "answered"
		}
		story = append(story, fmt.Sprintf("%d %s", e.ID, what))
	}
	if want := []string{"1 answered", "2 failed", "3 answered"}; !slices.Equal(story, want) {
		t.Errorf("exchanges: %v, want %v", story, want)
	}
}

func TestGate(t *testing.T) {
	var got string
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.RequestURI() + " " + string(body)
	})
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		decision Decision
		err      error
		sent     string
		edits    []string
		failure  FailureKind
	}{
		"send":  {sent: "POST /token?q=1 code=c&code_verifier=v"},
		"drop":  {decision: Decision{Action: Drop}, failure: FailDropped},
		"abort": {decision: Decision{Action: Abort}, failure: FailCanceled},
		"error": {err: boom, failure: FailCanceled},
		"body": {decision: Decision{Body: []byte("code=other&x=1")}, sent: "POST /token?q=1 code=other&x=1",
			edits: []string{"added x", "changed code", "dropped code_verifier"}},
		"address": {decision: Decision{Method: "PUT", URL: "/other?q=2"}, sent: "PUT /other?q=2 code=c&code_verifier=v",
			edits: []string{"changed the method to PUT", "changed the address to ", "changed q"}},
		"own words": {decision: Decision{Body: []byte{}, Edits: []string{"emptied the body"}}, sent: "POST /token?q=1 ", edits: []string{"emptied the body"}},
	} {
		t.Run(name, func(t *testing.T) {
			got = ""
			var held *Held
			if strings.HasPrefix(c.decision.URL, "/") {
				c.decision.URL = address + c.decision.URL
			}
			r := newRecorder(t, Options{Gate: func(_ context.Context, h *Held) (Decision, error) { held = h; return c.decision, c.err }})
			_, err := r.client.Do(post(t.Context(), t, address+"/token?q=1", "code=c&code_verifier=v"))
			if got != c.sent {
				t.Errorf("the server saw %q, want %q", got, c.sent)
			}
			if held == nil || string(held.Body) != "code=c&code_verifier=v" || held.Step != "token" {
				t.Errorf("held: %+v", held)
			}
			e := r.exchanges[0]
			if len(e.Edits) != len(c.edits) {
				t.Fatalf("edits: %q, want %q", e.Edits, c.edits)
			}
			for i, want := range c.edits {
				if !strings.HasPrefix(e.Edits[i], want) {
					t.Errorf("edit %q, want %q", e.Edits[i], want)
				}
			}
			failure, _ := errors.AsType[*Failure](err)
			switch {
			case c.failure == "" && err != nil, c.failure != "" && (failure == nil || failure.Kind != c.failure):
				t.Errorf("error %v, want failure %q", err, c.failure)
			case c.failure == FailCanceled && !errors.Is(err, ErrAborted):
				t.Errorf("error %v is no ErrAborted", err)
			}
		})
	}
}

// TestTimeAtTheGateIsNotCounted holds a request longer than its time limit.
func TestTimeAtTheGateIsNotCounted(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {})
	r := newRecorder(t, Options{Timeout: 100 * time.Millisecond, Gate: func(context.Context, *Held) (Decision, error) {
		time.Sleep(150 * time.Millisecond)
		return Decision{}, nil
	}})
	if _, err := r.client.Do(post(t.Context(), t, address, "")); err != nil {
		t.Error(err)
	}
}

func TestProxyIsNamed(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.String()) })
	proxy, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy.User = url.UserPassword("user", "proxy-password")
	e, err := get(t, Options{Proxy: http.ProxyURL(proxy)}, t.Context(), "http://idp.example/x")
	if err != nil {
		t.Fatal(err)
	}
	if e.Connection.Proxy != address || string(e.Response.Body.Data) != "http://idp.example/x" {
		t.Errorf("proxy %q, the proxy was asked for %q", e.Connection.Proxy, e.Response.Body.Data)
	}
}

func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	e, err := get(t, Options{CAPEM: authority}, t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if e.Response.Proto != "HTTP/2.0" || e.Request.Proto != "HTTP/2.0" || e.Connection.ALPN != "h2" || e.Timing.TLS <= 0 {
		t.Errorf("%s, ALPN %q, TLS took %s", e.Response.Proto, e.Connection.ALPN, e.Timing.TLS)
	}
}

func TestAdd(t *testing.T) {
	var seen []int
	rt, err := New(Options{OnExchange: func(e Exchange) { seen = append(seen, e.ID) }})
	if err != nil {
		t.Fatal(err)
	}
	rt.Add(Exchange{})
	rt.Add(Exchange{})
	if !slices.Equal(seen, []int{1, 2}) {
		t.Errorf("ids: %v", seen)
	}
}
