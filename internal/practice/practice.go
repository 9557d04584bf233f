// Package practice is the practice provider: a real OpenID Connect provider on loopback, for learning and for tests. It
// keeps keys and state in memory and makes them anew at each start. It is the only importer of go-oidc.
//
// [Start] gives a running [Provider]; [Provider.Issuer] and [Provider.Clients] are all that a client needs to know about
// it. [Provider.LogIn] and [Provider.ApproveDevice] do over HTTP what a person would do in the browser, so that a login can
// be watched, or tested, where there is none.
//
// The protocol is go-oidc's. What real providers do and go-oidc leaves out stands in front of it, in this package: pages,
// slow_down, verification_uri_complete, at_hash, form-decoded Basic credentials, DPoP nonces, challenges in
// WWW-Authenticate, and a used refresh token that revokes its grant. Requests to go-oidc are served one after the other:
// its sessions and grants are shared pointers, and a practice provider has no need for more.
//
// [Options.Fault] makes the provider misbehave in one of the ways that [Faults] lists, each of which imitates a mistake of the
// real world and says what it must lead to.
//
// Nothing is printed and nothing is written to disk. Why a request was refused is told to [Options.OnRequest] and kept in
// [Provider.Log].
package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
)

// Options of a practice provider. The zero value is a provider with the lifetimes that real ones have.
type Options struct {
	Addr string // listen address, loopback only; empty: 127.0.0.1:0

	TokenLifetime   time.Duration // of ID and access tokens, whole seconds; 0: 5 minutes
	RefreshLifetime time.Duration // of refresh tokens; 0: 24 hours
	DeviceInterval  time.Duration // between two polls for a device code; 0: 5 seconds
	DeviceLifetime  time.Duration // of a device code; 0: 5 minutes

	// IDTokenAlg is how ID tokens are signed: ES256 (the default), EdDSA, RS256 or PS256. The RSA keys are made when first
	// used, which takes 50 to 200 ms.
	IDTokenAlg string

	MutualTLS bool // serve the endpoints that clients call at https too, and take certificates there (RFC 8705)

	// NotifyURI is where the client practice-ping wants to be told that a backchannel request has its answer (CIBA 10.2), http on
	// loopback; empty: there is no such client.
	NotifyURI string

	DPoPNonce bool // insist on a nonce in DPoP proofs (RFC 9449 8)

	Fault string // name of the way to misbehave ([Faults]); empty: none

	// OnRequest is told about each request after it was answered, from the goroutine that answered it.
	OnRequest func(Seen)
}

// Provider is a running practice provider. All methods may be called from any goroutine.
type Provider struct {
	issuer    string
	options   Options
	host      string     // of the issuer, with port
	tlsHost   string     // of the endpoints with mutual TLS, with port; empty without
	authority *authority // nil without mutual TLS
	keys      *keySet
	store     *store
	standing  []standing
	logins    logins
	polls     bounded[polling] // by device code
	asked     bounded[int]     // polls of a backchannel request, by auth_req_id
	seen      *seenLog
	nonces    *nonceSource
	handler   http.Handler
	fault     *Fault       // nil: none
	slips     atomic.Int64 // answers that the fault has changed

	op        *provider.Provider
	library   http.Handler // of op
	libraryMu sync.Mutex   // one request at a time; guards everything that go-oidc and the policies touch

	server    *http.Server
	active    sync.WaitGroup // requests being answered
	stopping  chan struct{}  // closed when Close begins
	serving   chan struct{}  // closed when the listener's goroutine has ended
	stop      func() bool    // ends the watch over the context given to Start
	closeOnce sync.Once
	closeErr  error
}

// Start listens and serves until Close is called or ctx ends.
func Start(ctx context.Context, o Options) (*Provider, error) {
	addr, err := loopbackAddress(o.Addr)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	listeners := []net.Listener{listener}
	var ca *authority
	tlsHost := ""
	if o.MutualTLS {
		var second net.Listener
		if ca, second, err = openMutualTLS(ctx, listener.Addr().String()); err != nil {
			listener.Close()
			return nil, fmt.Errorf("practice provider: %w", err)
		}
		listeners, tlsHost = append(listeners, second), second.Addr().String()
	}
	p, err := newProvider(listener.Addr().String(), tlsHost, ca, o)
	if err != nil {
		for _, l := range listeners {
			l.Close()
		}
		return nil, err
	}
	p.serve(listeners)
	p.stop = context.AfterFunc(ctx, func() { p.shutDown() }) // not Close: it reads stop, which is set here
	return p, nil
}

// newProvider makes a provider that is to be reached at host, "127.0.0.1:41207", and with mutual TLS at tlsHost.
func newProvider(host, tlsHost string, ca *authority, o Options) (*Provider, error) {
	p := &Provider{
		issuer:  "http://" + host,
		host:    host,
		tlsHost: tlsHost, authority: ca,
		options: o.withDefaults(),
		store:   newStore(),
		logins:  newLogins(),
		polls:   newBounded[polling](1000),
		asked:   newBounded[int](1000),
		seen:    newSeenLog(o.OnRequest),
		nonces:  newNonceSource(),
		serving: make(chan struct{}), stopping: make(chan struct{}),
	}
	var err error
	if o.Fault != "" {
		if p.fault, err = FindFault(o.Fault); err != nil {
			return nil, err
		}
	}
	if p.keys, err = newKeySet(p.options.IDTokenAlg); err != nil {
		return nil, err
	}
	if p.standing, err = standingClients(ca, p.options.NotifyURI); err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	if p.op, err = p.newLibrary(); err != nil {
		return nil, fmt.Errorf("practice provider: %w", err)
	}
	p.library = p.op.Handler()
	p.handler = p.newHandler()
	return p, nil
}

func (p *Provider) serve(listeners []net.Listener) {
	p.server = &http.Server{
		Handler:           p.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		// The default would write to the terminal that the interface draws on.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	var serving sync.WaitGroup
	for _, l := range listeners {
		serving.Go(func() { _ = p.server.Serve(l) })
	}
	go func() {
		defer close(p.serving)
		serving.Wait()
	}()
}

// Issuer is the provider's issuer URL, "http://127.0.0.1:41207".
func (p *Provider) Issuer() string { return p.issuer }

// Handler serves the provider without a listener; for tests. It answers only requests whose Host is the issuer's.
func (p *Provider) Handler() http.Handler { return p.handler }

// Close stops the provider and waits for its goroutines. It may be called more than once; every call returns after the
// provider has stopped.
func (p *Provider) Close() error {
	if p.stop != nil {
		p.stop()
	}
	return p.shutDown()
}

func (p *Provider) shutDown() error {
	p.closeOnce.Do(func() {
		close(p.stopping)
		// Requests in flight get a moment to be answered; a browser's open connection must not hold up the exit.
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := p.server.Shutdown(ctx); err != nil {
			p.closeErr = p.server.Close()
		}
		<-p.serving
		p.active.Wait()
	})
	return p.closeErr
}

func (o Options) withDefaults() Options {
	defaults := []struct {
		value *time.Duration
		std   time.Duration
	}{
		{&o.TokenLifetime, 5 * time.Minute},
		{&o.RefreshLifetime, 24 * time.Hour},
		{&o.DeviceInterval, 5 * time.Second},
		{&o.DeviceLifetime, 5 * time.Minute},
	}
	for _, d := range defaults {
		if *d.value <= 0 {
			*d.value = d.std
		}
	}
	if o.IDTokenAlg == "" {
		o.IDTokenAlg = string(goidc.ES256)
	}
	return o
}

// loopbackAddress makes sure that the provider, which lets anyone in, is reachable from this machine only.
func loopbackAddress(addr string) (string, error) {
	if addr == "" {
		return "127.0.0.1:0", nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("practice provider: address as HOST:PORT wanted, got %q: %w", addr, err)
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("practice provider: loopback address wanted, got %q: %w", addr, errNotLoopback)
	}
	return net.JoinHostPort(host, port), nil
}

var errNotLoopback = errors.New("anyone can log in to the practice provider, so it listens on 127.0.0.1 or [::1] only")
