// Package flows is the protocol engine: it runs an OAuth 2.0 or OpenID Connect flow one visible step at a time and tells
// what happens as a stream of events. It opens no browser, prints nothing, and touches no file.
//
// Use [Run] with a [Flow] such as [AuthorizationCode] or [DeviceCode], a [Config], and a function that takes the
// [Event]s. What a login leaves is a [Session], which [Refresh], [FetchUserInfo], [Introspect], [Revoke], [ExchangeToken], [Call]
// and [Logout] work on. Every request goes through a record.Transport, so that all of them can be seen, held and edited.
// [Logins] lists the flows that begin with nothing.
package flows

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Party is one end of a step's arrow.
type Party string

const (
	You      Party = "you" // the person, with the browser or the second device
	Client   Party = "oidcscope"
	Provider Party = "provider"
	Resource Party = "resource" // a protected resource, which need not be the provider's
)

// Step is one visible step of a flow.
type Step struct {
	ID       string // "token"; stable, used in JSON and as a breakpoint's name
	Title    string // "Redeem the code"
	Arrow    string // what is written on the ladder's arrow: "code + verifier"
	From, To Party  // equal for a step inside one party
	Why      string // a paragraph or two: what is sent, why, what it protects
	Refs     []rule.Ref
	Optional bool   // its failure does not end the run
	NoSkip   string // why a debugger can't leave it out; empty: it can

	run func(context.Context, *state) error
}

// Flow is a grant as data: what will happen, before it happens.
type Flow struct {
	ID      string // "pkce", "device", "refresh", "userinfo"
	Title   string // "Authorization code + PKCE"
	Summary string
	Caution string // why not to use it, for flows that are here to look at old clients; empty for all others
	Refs    []rule.Ref
	Steps   []Step

	prior     *Session // that the flow works on; nil for a login
	anonymous bool     // it needs no client: a token alone is enough
	bare      bool     // it needs no provider either
}

// AuthMethod is a client authentication method by its registered name (token_endpoint_auth_method, RFC 7591 2).
type AuthMethod string

const (
	AuthNone  AuthMethod = "none"
	AuthBasic AuthMethod = "client_secret_basic"
	AuthPost  AuthMethod = "client_secret_post"

	AuthSecretJWT     AuthMethod = "client_secret_jwt" // OpenID Connect Core 9
	AuthPrivateKeyJWT AuthMethod = "private_key_jwt"
	AuthTLS           AuthMethod = "tls_client_auth" // RFC 8705 2
	AuthSelfSignedTLS AuthMethod = "self_signed_tls_client_auth"
)

// AuthMethods lists the methods that a client can authenticate with, the simplest first.
func AuthMethods() []AuthMethod {
	return []AuthMethod{AuthNone, AuthBasic, AuthPost, AuthSecretJWT, AuthPrivateKeyJWT, AuthTLS, AuthSelfSignedTLS}
}

// Config is what a run needs to know. The zero value of a member means its documented default.
type Config struct {
	Issuer       string
	Endpoints    Endpoints // of a provider without a discovery document, and those that its document lacks; nil: the document tells
	ClientID     string
	ClientSecret secret.Text
	AuthMethod   AuthMethod // empty: by what the client has (key, certificate, secret) and the provider announces, none without any

	ClientKey         secret.Text // private key for private_key_jwt and signed requests: the text of a PEM, JWK or JWKS
	ClientKeyID       string      // kid in what is signed; empty: that of the JWK, or none
	ClientKeyAlg      string      // empty: that of the JWK, or the first that fits the key and is announced
	AssertionAudience string      // aud of assertions; empty: the issuer
	DecryptKey        secret.Text // private keys for what the provider encrypts to this client: PEM, JWK or JWKS; empty: ClientKey

	Scopes       []string   // empty: openid profile email, offline_access when announced
	Extra        url.Values // extra parameters of the authorization request, or of the first request of a flow without one
	Request      RequestOptions
	Grant        GrantInput // for the grants without a browser
	Registration RegistrationInput

	RedirectURI  string        // empty: http://127.0.0.1:0/callback; port 0, or none on a loopback host, means a free port
	ResponseMode string        // empty: the default of the response type; query, fragment, form_post, jwt, query.jwt, fragment.jwt, form_post.jwt
	Paste        bool          // no listener: the person pastes the address they ended on, which comes through Pasted
	Pasted       <-chan string // what was pasted, also while a listener waits; the engine only reads
	UserTimeout  time.Duration // how long to wait for the person; 0: 5 minutes for the browser, and as long as the provider says for another device

	PostLogoutRedirectURI string // where the browser goes after a logout, as registered; empty: it stays at the provider

	Gate      record.Gate
	Debug     Debug       // nil: the run is never held
	Trail     *Trail      // where the run leaves what is needed to go back to a step of it; nil: nowhere
	From      *Checkpoint // where the run begins; nil: at its first step
	Transport Transport

	// Diagnose is asked about every problem before it is told; nil: no diagnosis. What the engine found out by itself is in
	// the problem's Diagnosis already, and stays when the answer is nil.
	Diagnose func(*Problem, DiagnosisInput) *Diagnosis

	// The following have defaults that a program never changes; tests do.
	Now    func() time.Time
	Random io.Reader
	Listen func(ctx context.Context, network, address string) (net.Listener, error)
}

// Transport says how requests travel.
type Transport struct {
	CAFile             string        // where CAPEM was read from, for messages; the engine itself reads no file
	CAPEM              []byte        // extra authorities, PEM
	Timeout            time.Duration // of one request; 0: 30 seconds
	InsecureSkipVerify bool
	ClientCertPEM      []byte                                // certificate that the client shows in the TLS handshake, with its chain
	ClientCertKeyPEM   secret.Text                           // its private key; empty: it stands in ClientCertPEM
	Proxy              func(*http.Request) (*url.URL, error) // nil: from the environment
	Base               http.RoundTripper                     // replaces the network; for tests and the embedded provider
}

// Session is what a login leaves.
type Session struct {
	Issuer   string
	Config   Config // of the run, for refresh; Gate and channels removed
	Metadata *Metadata
	Keys     *inspect.KeySet
	Tokens   Tokens
	At       time.Time // when the tokens came
	Reports  map[TokenName]*inspect.Report
	Previous *Session // before the last refresh; at most one
	Flow     string   // id of the flow that left it, through all refreshes; empty: not known, as of one that was kept
	Asked    []string // the scopes that this flow asked for

	Registration  *Registration  // of a client that registered itself; nil else
	Introspection *Introspection // the provider's last answer about a token; nil when it was not asked
	Revoked       []TokenName    // that the provider was told to forget

	// Doubt says why the tokens of the last refresh are not to be used: its new ID token did not pass, or was not checked. Empty: they
	// are. The refresh token is good for another try all the same, as the one before it may be used up.
	Doubt   string
	trusted *trusted // of a session in doubt: the ID token before; nil else

	dpop    *dpopKey // that the tokens are bound to; nil for bearer tokens
	offline string   // why nothing can be sent with it; empty when something can
}

// Tokens of a session. An absent token is the zero Text.
type Tokens struct {
	ID, Access, Refresh secret.Text
	TokenType           string
	Scope               string
	ExpiresAt           time.Time // of the access token; zero when the provider did not say
	Extra               map[string]string
	UserInfo            []byte
}
