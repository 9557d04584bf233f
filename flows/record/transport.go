package record

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/oidcscope/oidcscope/internal/version"
)

// DefaultTimeout bounds one request, from dialling to the last byte of the body, when [Options] names no other.
const DefaultTimeout = 30 * time.Second

// ErrAborted is what a request ends with when the gate aborted the run.
var ErrAborted = errors.New("the run was aborted at the gate")

// Options say how requests travel and who is told about them. The zero value is the network with the system's
// authorities and the proxy of the environment.
type Options struct {
	CAPEM              []byte        // extra authorities, beside the system's
	Timeout            time.Duration // of one request, time at the gate not counted; 0: [DefaultTimeout]
	InsecureSkipVerify bool
	ClientCertPEM      []byte                                // shown in the TLS handshake when the server asks for one; with its chain
	ClientKeyPEM       []byte                                // its private key; nil: it stands in ClientCertPEM
	Proxy              func(*http.Request) (*url.URL, error) // nil: HTTPS_PROXY, HTTP_PROXY and NO_PROXY
	Base               http.RoundTripper                     // replaces the network, proxy and TLS settings included

	// For measurements: to reach one address of a name, and to offer old versions of TLS alone.
	Dial   func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
	OldTLS bool                                                                 // offer TLS 1.0 and 1.1, nothing newer

	Gate       Gate             // nil lets everything pass
	OnHold     func(*Held)      // called before the gate is asked
	AnswerGate AnswerGate       // nil takes every answer in as it came
	Keep       bool             // keep what was sent, for [Transport.Repeat]
	OnExchange func(Exchange)   // called when an exchange is over, from the goroutine that made the request
	Now        func() time.Time // nil: time.Now
}

// Transport is the recording http.RoundTripper. It reads each answer to its end (or its bound) before it returns, so that
// an exchange is complete, with its times, when the caller sees the answer.
type Transport struct {
	options Options
	base    http.RoundTripper
	client  *tls.Certificate // nil without ClientCertPEM

	mu   sync.Mutex
	last int          // id of the newest exchange
	sent map[int]sent // by exchange, with Options.Keep
}

// New makes a transport. It fails only when CAPEM holds no certificate, or the client's certificate and key can't be used.
func New(o Options) (*Transport, error) {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	t := &Transport{options: o, base: o.Base}
	if err := t.loadClientCertificate(); err != nil {
		return nil, err
	}
	if t.base == nil {
		base, err := t.network()
		if err != nil {
			return nil, err
		}
		t.base = base
	}
	return t, nil
}

// network builds the real transport. Compression is off so that bodies are recorded as they came over the wire.
func (t *Transport) network() (http.RoundTripper, error) {
	o := t.options
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.InsecureSkipVerify}
	if len(o.CAPEM) > 0 {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(o.CAPEM) {
			return nil, errors.New("extra authorities: want PEM certificates (-----BEGIN CERTIFICATE-----), found none that can be read")
		}
		config.RootCAs = pool
	}
	if t.client != nil {
		// A server may list the authorities it knows, and crypto/tls would keep a certificate of another one back: those that
		// clients sign themselves are of none (RFC 8705 2.2). Which one is right is the provider's to say.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return t.client, nil }
	}
	if o.OldTLS {
		config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	proxy := o.Proxy
	if proxy == nil {
		proxy = http.ProxyFromEnvironment
	}
	return &http.Transport{
		Proxy:                  noteProxy(proxy),
		OnProxyConnectResponse: noteProxyAnswer,
		DialContext:            dial,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    15 * time.Second,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}, nil
}

// loadClientCertificate reads the certificate that the client shows, and its key.
func (t *Transport) loadClientCertificate() error {
	o := t.options
	if len(o.ClientCertPEM) == 0 {
		return nil
	}
	key := o.ClientKeyPEM
	if len(key) == 0 {
		key = o.ClientCertPEM
	}
	pair, err := tls.X509KeyPair(o.ClientCertPEM, key)
	if err != nil {
		return fmt.Errorf("client certificate: want a certificate and its private key in PEM: %w", err)
	}
	t.client = &pair
	return nil
}

// ClientCertificate gives the chain that the client shows, the client's own first, in DER; nil without one.
func (t *Transport) ClientCertificate() [][]byte {
	if t.client == nil {
		return nil
	}
	return t.client.Certificate
}

// Client gives an http.Client over the transport. It follows a redirect only where the request's [Label] allows it.
func (t *Transport) Client() *http.Client {
	return &http.Client{Transport: t, CheckRedirect: checkRedirect}
}

// CloseIdleConnections closes what the network keeps open.
func (t *Transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Add records an exchange that did not go through the transport, such as the request a browser made to a callback
// listener. The id is given here.
func (t *Transport) Add(e Exchange) {
	e.ID = t.next()
	t.tell(e)
}

// RoundTrip asks the gate, sends the request, reads the answer and tells about the exchange.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	label := LabelOf(req.Context())
	body, err := takeBody(req)
	if err != nil {
		return nil, fmt.Errorf("reading the request body: %w", err)
	}
	req = named(withBody(req, body))
	e := Exchange{ID: t.next(), Step: label.Step, Purpose: label.Purpose}
	out, sent, failure := t.ask(req, body, &e)
	if failure != nil {
		e.Failure, e.Timing.Start = failure, t.options.Now()
		e.Request = describeRequest(out, sent, nil)
		t.tell(e)
		if failure.Kind == FailCanceled {
			return nil, errors.Join(ErrAborted, failure)
		}
		return nil, failure
	}
	return t.send(out, sent, e)
}

// send sends the request and, when an answer comes, lets the gate see it.
func (t *Transport) send(req *http.Request, body []byte, e Exchange) (*http.Response, error) {
	t.keep(e, req, body)
	p := t.pass(req, body, e)
	if p.exchange.Failure == nil && t.options.AnswerGate != nil {
		return t.settle(req, body, p)
	}
	t.tell(p.exchange)
	if p.exchange.Failure != nil {
		return nil, p.exchange.Failure
	}
	p.response.Body = reader(p.body)
	return p.response, nil
}

// pass sends the request over the network and reads the answer to its end.
func (t *Transport) pass(req *http.Request, body []byte, e Exchange) passage {
	ctx, cancel := context.WithTimeout(req.Context(), t.options.Timeout)
	defer cancel()
	tr := &trace{now: t.options.Now, start: t.options.Now()}
	res, err := t.base.RoundTrip(req.WithContext(tr.attach(ctx)))
	tr.answered(err == nil)

	var received Body
	if err == nil {
		received, err = readBody(res.Body)
		res.Body.Close()
		if err == nil {
			received = uncompress(received, res.Header.Get("Content-Encoding"))
		}
	}
	facts := tr.finish()
	e.ID = t.tellRetries(e, req, body, facts)
	e.Timing = facts.timing
	e.Request = describeRequest(req, body, facts.fields)
	e.Connection = describeConnection(facts, res, err)
	e.Connection.Skipped = t.options.InsecureSkipVerify && e.Connection.TLS != ""
	if res != nil {
		e.Request.Proto = res.Proto
		e.Response = describeResponse(res, received)
	}
	if err != nil {
		e.Failure = classify(err, req.URL, facts, res != nil)
		return passage{exchange: e}
	}
	return passage{e, res, received}
}

// tellRetries makes an exchange of each attempt that net/http repeated by itself on a new connection, and gives the id
// of the attempt that counted.
func (t *Transport) tellRetries(e Exchange, req *http.Request, body []byte, f facts) int {
	for _, start := range f.retries {
		e.Request = describeRequest(req, body, nil)
		e.Timing = Timing{Start: start}
		e.Connection = Connection{Reused: true}
		e.Failure = &Failure{Kind: FailReset, Host: req.URL.Host,
			Message: "the kept connection had been closed by the server; the request was sent again on a new one"}
		t.tell(e)
		e.ID = t.next()
	}
	return e.ID
}

func (t *Transport) next() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	return t.last
}

func (t *Transport) tell(e Exchange) {
	if t.options.OnExchange != nil {
		t.options.OnExchange(e)
	}
}

// named puts the program's name into a request, unless it has one: the gate sees what is sent.
func named(own *http.Request) *http.Request {
	if own.Header.Get("User-Agent") == "" {
		own.Header.Set("User-Agent", userAgent())
	}
	return own
}

// userAgent is worked out from the build's facts once, not for every request.
var userAgent = sync.OnceValue(version.UserAgent)

// takeBody reads and closes the request body, as a RoundTripper must.
func takeBody(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	defer req.Body.Close()
	return io.ReadAll(req.Body)
}

// withBody gives a copy of the request that sends these bytes.
func withBody(req *http.Request, body []byte) *http.Request {
	out := req.Clone(req.Context())
	out.ContentLength = int64(len(body))
	if len(body) == 0 {
		out.Body, out.GetBody = http.NoBody, nil
		return out
	}
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	out.Body, _ = out.GetBody()
	return out
}
