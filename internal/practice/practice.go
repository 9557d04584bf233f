// Package practice is the practice provider: a real OpenID Connect provider on loopback, for learning and for tests. It
// keeps keys and state in memory, makes them anew at each start, and misbehaves on request. It is the only importer of
// go-oidc.
package practice

import (
	"context"
	"errors"
	"net/http"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// Options of a practice provider. The zero value is what `oidcscope demo` uses.
type Options struct {
	Addr string // listen address; empty: 127.0.0.1:0
}

// ClientInfo is a client that is registered from the start.
type ClientInfo struct {
	ID     string
	Secret secret.Text // zero for the public client
	Scopes []string
	Method string // token_endpoint_auth_method
}

// Provider is a running practice provider.
type Provider struct{}

// Start listens and serves until Close.
func Start(ctx context.Context, o Options) (*Provider, error) {
	return nil, errors.New("under construction")
}

// Issuer is the provider's issuer URL, "http://127.0.0.1:41207".
func (p *Provider) Issuer() string { return "" }

// Handler serves the provider without a listener; for tests.
func (p *Provider) Handler() http.Handler { return nil }

// Clients lists the registered clients: "practice" (public) first, then one for each client authentication method.
func (p *Provider) Clients() []ClientInfo { return nil }

// LogIn does what a person would do in the browser: it opens the authorization URL, logs alice in, consents, and follows the
// redirect to the client. The redirect's address is returned.
func (p *Provider) LogIn(ctx context.Context, authURL string) (string, error) {
	return "", errors.New("under construction")
}

// ApproveDevice does what a person would do on the second device: it enters the user code and allows the login.
func (p *Provider) ApproveDevice(ctx context.Context, userCode string) error {
	return errors.New("under construction")
}

// Close stops the provider and waits for its goroutines.
func (p *Provider) Close() error { return nil }
