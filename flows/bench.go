package flows

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Bench is the engine in single pieces, for those who test a provider instead of logging in: one authorization, one token
// request, one call at a time, in any order and as wrong as they like. It has the listener, the client authentication, the
// DPoP key, the recording transport and the redaction of a run, and judges nothing: what came is given back as it came.
//
// A bench is used by one goroutine. Close it when done.
type Bench struct {
	s    *state
	step *string // under which requests are recorded; shared with the benches made of this one
}

// NewBench fetches the discovery document of cfg.Issuer, and gives a bench for the client of cfg. What happens is told to
// emit. The error is a *[Problem].
func NewBench(ctx context.Context, cfg Config, emit func(Event)) (*Bench, error) {
	f := Flow{ID: "bench", Steps: []Step{discoveryStep()}}
	s, err := newState(f, cfg, emit)
	if err == nil {
		err = s.cfg.check(f)
	}
	if err != nil {
		return nil, s.tellProblem(asProblem(ctx, err))
	}
	if p := s.runSteps(ctx); p != nil {
		s.record.CloseIdleConnections()
		return nil, p
	}
	return &Bench{s: s, step: new(string)}, nil
}

// As gives a bench at the same provider for a changed configuration: another client, another way to authenticate, DPoP. The
// secrets of both are masked in the words of both.
func (b *Bench) As(change func(*Config)) (*Bench, error) {
	cfg := b.s.cfg
	change(&cfg)
	s, err := newState(b.s.flow, cfg, b.s.emitTo)
	if err == nil {
		err = s.cfg.check(s.flow)
	}
	if err != nil {
		return nil, err
	}
	s.metadata, s.id = b.s.metadata, b.s.id
	b.s.secrets.AddBasic(cfg.ClientID, cfg.ClientSecret.Reveal())
	s.secrets = b.s.secrets
	return &Bench{s: s, step: b.step}, nil
}

// Close ends what is open.
func (b *Bench) Close() {
	b.s.closeCallback()
	b.s.record.CloseIdleConnections()
}

// Step names what the next requests belong to, also those of benches made with As.
func (b *Bench) Step(id string) { *b.step = id }

// Metadata is the provider's discovery document, with the endpoints that this client calls: those for certificates when it has one (RFC 8705 5).
func (b *Bench) Metadata() *Metadata {
	m := *b.s.metadata
	for name, address := range map[string]*string{"token_endpoint": &m.TokenEndpoint, "userinfo_endpoint": &m.UserInfoEndpoint, "revocation_endpoint": &m.RevocationEndpoint,
		"introspection_endpoint": &m.IntrospectionEndpoint, "pushed_authorization_request_endpoint": &m.PAREndpoint, "device_authorization_endpoint": &m.DeviceAuthorizationEndpoint} {
		*address = m.forClient(b.s.cfg, name, *address)
	}
	return &m
}

// Config is the client's configuration, defaults filled in.
func (b *Bench) Config() Config { return b.s.cfg }

// AuthMethod is how the client authenticates here.
func (b *Bench) AuthMethod() AuthMethod { return b.s.metadata.authMethod(b.s.cfg) }

// TokenEndpoint is where this client asks for tokens.
func (b *Bench) TokenEndpoint() string {
	return b.s.metadata.forClient(b.s.cfg, "token_endpoint", b.s.metadata.TokenEndpoint)
}

// Secret has a value masked wherever it turns up from now on; Scrub masks those that are known.
func (b *Bench) Secret(value string) { b.s.secrets.Add(value) }

// Scrub masks the secrets of the bench in a text.
func (b *Bench) Scrub(text string) string { return b.s.secrets.Scrub(text) }

// Authorization is an authorization request that is being made. Params hold everything that will be sent; who changes them
// breaks the request on purpose.
type Authorization struct {
	State, Nonce string
	Verifier     string // of the code challenge in Params
	RedirectURI  string
	Params       url.Values
}

// AuthorizationOptions are what has to be known of an authorization request before it is made.
type AuthorizationOptions struct {
	Listen      bool    // open the listener for the answer: the request will be opened in the browser
	RedirectURI string  // empty: the configured one
	State       *string // nil: random; empty: the request has none
}

// quietPort stands in a redirect URI that leaves the port open while nobody listens (RFC 8252 7.3: any port must do).
const quietPort = "49152"

// Authorization makes an authorization request with new values (RFC 6749 4.1.1; RFC 7636 4.3; OpenID Connect Core 3.1.2.1).
func (b *Bench) Authorization(ctx context.Context, o AuthorizationOptions) (*Authorization, error) {
	s := b.at()
	s.closeCallback()
	s.login = login{scopes: s.metadata.scopes(s.cfg), responseType: "code", method: PKCES256}
	var values [3]string
	for i := range values {
		raw, err := s.random(32)
		if err != nil {
			return nil, err
		}
		values[i] = base64.RawURLEncoding.EncodeToString(raw)
	}
	l := &s.login
	l.verifier, l.state = values[0], values[1]
	if l.openID() {
		l.nonce = values[2]
	}
	if o.State != nil {
		l.state = *o.State
	}
	l.challenge = oauth2.S256ChallengeFromVerifier(l.verifier)
	s.secrets.Add(l.verifier)
	if err := b.chooseRedirect(ctx, o); err != nil {
		return nil, err
	}
	params := s.authorizationParams()
	if l.state == "" {
		params.Del("state")
	}
	return &Authorization{State: l.state, Nonce: l.nonce, Verifier: l.verifier, RedirectURI: l.redirectURI, Params: params}, nil
}

// chooseRedirect fixes the redirect URI, with a listener when the browser is to come there.
func (b *Bench) chooseRedirect(ctx context.Context, o AuthorizationOptions) error {
	s, configured := b.s, b.s.cfg.RedirectURI
	defer func() { s.cfg.RedirectURI = configured }()
	if o.RedirectURI != "" {
		s.cfg.RedirectURI = o.RedirectURI
	}
	if o.Listen {
		return s.openCallback(ctx)
	}
	r, err := parseRedirect(s.cfg.RedirectURI)
	if err != nil {
		return err
	}
	s.login.redirectURI = r.url.String()
	if r.local() {
		s.login.redirectURI = r.withPort(quietPort)
	}
	return nil
}

// Address gives the address that the browser is to open for a request. What the provider requires or the client does (a signed
// request, a pushed one) is done first; a refusal there is a *[Problem] with the provider's words in OAuth.
func (b *Bench) Address(ctx context.Context, a *Authorization) (string, error) {
	s := b.at()
	s.login.params, s.login.requestObject, s.login.requestURI = a.Params, "", ""
	if (s.metadata.RequireSignedRequest || s.cfg.Request.JAR || s.cfg.Request.EncryptJAR) && !a.Params.Has("request") {
		if err := s.signRequest(); err != nil {
			return "", err
		}
	}
	if s.metadata.RequirePAR || s.cfg.Request.PAR {
		if err := s.pushRequest(ctx); err != nil {
			return "", err
		}
	}
	if s.login.requestURI == "" && s.login.requestObject == "" {
		return withParams(s.metadata.AuthorizationEndpoint, a.Params), nil
	}
	return s.authorizationURL(), nil
}

// Await asks the person to open an address, and gives the parameters that the browser brings to the redirect URI, whatever
// they are. Without an answer in time the error is a *[Problem] of kind user.
func (b *Bench) Await(ctx context.Context, address string) (url.Values, error) {
	s := b.at()
	defer s.closeCallback()
	s.emit(StepStarted{s.here()})
	started := s.cfg.Now()
	answer, err := s.awaitAnswer(ctx, visit{url: address})
	if err != nil {
		return nil, s.tellProblem(asProblem(ctx, err))
	}
	s.recordCallback(answer, "callback")
	s.emit(StepDone{Meta: s.here(), Duration: s.cfg.Now().Sub(started)})
	return answer.params, nil
}

// Post sends a form with the client's authentication. purpose "token" marks a token request, which gets a DPoP proof when the
// bench has a key.
func (b *Bench) Post(ctx context.Context, purpose, address string, form url.Values) (*record.Exchange, error) {
	sent := make(url.Values, len(form))
	merge(sent, form)
	return b.at().post(ctx, purpose, address, sent)
}

// Send sends a request as it is: nothing is added. redirects says how many may be followed.
func (b *Bench) Send(ctx context.Context, purpose string, redirects int, req *http.Request) (*record.Exchange, error) {
	return b.at().send(ctx, purpose, redirects, req)
}

// Call asks for an address with an access token, which is bound to the bench's key when it has one (RFC 6750 2.1; RFC 9449 7.1).
func (b *Bench) Call(ctx context.Context, purpose, address, token string) (*record.Exchange, error) {
	s := b.at()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, problem(ProblemAnswer, "an address to fetch", err.Error(), "")
	}
	req.Header.Set("Accept", "application/json, application/jwt")
	scheme := "Bearer"
	if s.dpop != nil {
		scheme = "DPoP"
	}
	req.Header.Set("Authorization", scheme+" "+token)
	return s.send(withOutgoing(ctx, outgoing{prove: s.dpop != nil, token: token}), purpose, 0, req)
}

// Proof makes a DPoP proof for a request, made at a time, with the key of the bench and the nonce that the server gave (RFC 9449 4.2, 8).
func (b *Bench) Proof(method, address string, at time.Time, accessToken string) (secret.Text, error) {
	nonce := ""
	if u, err := url.Parse(address); err == nil {
		nonce = b.s.dpop.nonces[origin(u)]
	}
	proof, err := b.at().proof(method, address, at, accessToken, nonce)
	return secret.New(proof.token), err
}

// ProofWithoutNonce makes one that is as old as its iat: beside a nonce, iat need not count (RFC 9449 4.3, item 11).
func (b *Bench) ProofWithoutNonce(method, address string, at time.Time, accessToken string) (secret.Text, error) {
	proof, err := b.at().proof(method, address, at, accessToken, "")
	return secret.New(proof.token), err
}

// at brings the step's name up to date.
func (b *Bench) at() *state {
	b.s.step = strings.TrimSpace(*b.step)
	return b.s
}
