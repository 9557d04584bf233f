package flows

import (
	"context"
	"errors"
)

// state is what the steps of one run share.
type state struct{}

// Run runs the steps of a flow in order and emits what happens, from one goroutine, in order. It returns when the flow is
// done, failed (the error is a *[Problem]) or ctx is cancelled. The session is nil unless tokens were received.
// emit must not be nil; it may block, which holds the flow.
func Run(ctx context.Context, f Flow, cfg Config, emit func(Event)) (*Session, error) {
	return nil, errors.New("under construction")
}

// EncodeEvent writes an event as the JSON object of the output contract (no line break at the end). Secrets are redacted
// unless reveal is set.
func EncodeEvent(e Event, reveal bool) ([]byte, error) {
	return nil, errors.New("under construction")
}

// AuthorizationCode is the authorization code flow with PKCE S256 (RFC 6749 4.1, RFC 7636), OpenID Connect Core 3.1.
func AuthorizationCode(cfg Config) Flow { return Flow{ID: "pkce"} }

// DeviceCode is the device authorization grant (RFC 8628).
func DeviceCode(cfg Config) Flow { return Flow{ID: "device"} }

// Refresh redeems the refresh token of a session (RFC 6749 6; OpenID Connect Core 12). Run returns a new session whose
// Previous is s.
func Refresh(s *Session) Flow { return Flow{ID: "refresh"} }

// FetchUserInfo calls the userinfo endpoint with the access token of a session (OpenID Connect Core 5.3).
func FetchUserInfo(s *Session) Flow { return Flow{ID: "userinfo"} }

// Discover fetches and checks the discovery document of cfg.Issuer. It is what a form uses while the issuer is typed.
func Discover(ctx context.Context, cfg Config) (*Metadata, error) {
	return nil, errors.New("under construction")
}
