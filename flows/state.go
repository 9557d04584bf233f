package flows

import (
	"context"
	"crypto/rand"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// state is what the steps of one run share. Steps run one after the other in the goroutine that called Run, so nothing
// here is locked.
type state struct {
	cfg     Config
	flow    Flow
	id      string
	emitTo  func(Event)
	secrets *secret.Set
	record  *record.Transport
	http    *http.Client
	last    *record.Exchange // the newest exchange
	debug   debugging
	trail   *Trail
	reading reading // of the newest body

	step string // id of the step that runs
	note string // its one line of result

	outcome Outcome // of the step

	issuer   issuerInput
	listener *callbackListener // open from the step that needs its address until the answer is in
	pings    *pingListener     // of CIBA; nil when polling

	clientKey   *signingKey     // nil without Config.ClientKey
	decryptKeys *inspect.KeySet // nil without Config.DecryptKey and Config.ClientKey
	certificate string          // x5t#S256 of the client's certificate; empty without one
	dpop        *dpopKey        // nil for bearer tokens

	progress
}

// progress is what the steps have found out so far: what a step that is run once more begins with.
type progress struct {
	metadata    *Metadata
	keys        *inspect.KeySet
	login       login
	device      deviceAnswer
	backchannel backchannel
	direct      bool           // the tokens came over verified TLS (OpenID Connect Core 3.1.3.7 item 6)
	front       bool           // the tokens came through the browser
	idToken     *inspect.Token // the ID token of this run, once validated
	session     *Session       // nil until tokens came

	skew      time.Duration // how far the clock here is behind the provider's
	skewKnown bool
	unusual   []string // slugs of the findings, for the diagnosis
}

// clone copies what later steps change in place; the rest is replaced, never changed.
func (p progress) clone() progress {
	if p.session != nil {
		p.session = p.session.clone()
		p.session.Tokens.Extra = maps.Clone(p.session.Tokens.Extra)
	}
	p.unusual = slices.Clone(p.unusual)
	return p
}

func newState(f Flow, cfg Config, emit func(Event)) (*state, error) {
	s := &state{cfg: cfg.withDefaults(f.prior), flow: f, emitTo: emit, secrets: new(secret.Set)}
	s.id = runID(s.cfg.Random)
	s.secrets.AddBasic(s.cfg.ClientID, s.cfg.ClientSecret.Reveal())
	if f.prior != nil {
		s.metadata, s.keys = f.prior.Metadata, f.prior.Keys
		s.idToken = f.prior.idToken()
		for _, t := range []secret.Text{f.prior.Tokens.ID, f.prior.Tokens.Access, f.prior.Tokens.Refresh} {
			s.secrets.Add(t.Reveal())
		}
	}
	s.issuer = parseIssuer(s.cfg.Issuer)
	s.startTrail()
	rt, err := record.New(record.Options{
		CAPEM: s.cfg.Transport.CAPEM, Timeout: s.cfg.Transport.Timeout, InsecureSkipVerify: s.cfg.Transport.InsecureSkipVerify,
		ClientCertPEM: s.cfg.Transport.ClientCertPEM, ClientKeyPEM: []byte(s.cfg.Transport.ClientCertKeyPEM.Reveal()),
		Proxy: s.cfg.Transport.Proxy, Base: s.cfg.Transport.Base, Now: s.cfg.Now,
		Gate: s.gate(), AnswerGate: s.answerGate(), OnHold: s.held, OnExchange: s.exchanged, Keep: s.cfg.Debug != nil,
	})
	if err != nil {
		return s, problem(ProblemConfig, "usable transport settings", err.Error(), "")
	}
	s.record, s.http = rt, rt.Client()
	s.http.Transport = signer{s, rt}
	return s, s.loadKeys()
}

// loadKeys reads what the client proves itself with.
func (s *state) loadKeys() (err error) {
	if s.clientKey, err = parseClientKey(s.cfg); err != nil {
		return err
	}
	if s.decryptKeys, err = parseDecryptKeys(s.cfg); err != nil {
		return err
	}
	if chain := s.record.ClientCertificate(); len(chain) > 0 {
		s.certificate = certificateThumbprint(chain[0])
	}
	return s.prepareDPoP()
}

// withDefaults fills in what was left empty: from the session the flow works on, then from the documented defaults.
func (c Config) withDefaults(prior *Session) Config {
	if prior != nil {
		c = c.inherit(prior.Config)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Listen == nil {
		c.Listen = func(ctx context.Context, network, address string) (net.Listener, error) {
			return new(net.ListenConfig).Listen(ctx, network, address)
		}
	}
	return c
}

// inherit takes the provider, the client and the way of travel from an earlier run.
func (c Config) inherit(prior Config) Config {
	gate, diagnose, grant, extra := c.Gate, c.Diagnose, c.Grant, c.Extra
	debug, trail, from := c.Debug, c.Trail, c.From
	if c.Issuer == "" {
		c = prior
		c.Grant, c.Extra = grant, extra // those of the login are about the login
	}
	if gate != nil {
		c.Gate = gate
	}
	if diagnose != nil {
		c.Diagnose = diagnose
	}
	c.Debug, c.Trail, c.From = debug, trail, from
	return c
}

// check finds what can't work before anything is sent.
func (c Config) check(f Flow) error {
	switch {
	case c.Issuer == "" && !f.bare && !c.undiscovered():
		return problem(ProblemConfig, "an issuer, such as https://idp.example", "none", "OpenID Connect Core 2")
	case c.ClientID == "" && !f.anonymous:
		return problem(ProblemConfig, "a client id, as registered with the provider", "none", "RFC 6749 2.2")
	case c.AuthMethod != "" && !slices.Contains(AuthMethods(), c.AuthMethod):
		return problem(ProblemConfig, "a client authentication method: "+methodNames(), string(c.AuthMethod), "RFC 7591 2")
	case c.ClientSecret.IsZero() && (c.AuthMethod == AuthBasic || c.AuthMethod == AuthPost || c.AuthMethod == AuthSecretJWT):
		return problem(ProblemConfig, "a client secret for "+string(c.AuthMethod), "none", "RFC 6749 2.3.1")
	case c.ClientKey.IsZero() && c.AuthMethod == AuthPrivateKeyJWT:
		return problem(ProblemConfig, "the client's private key for private_key_jwt", "none", "OpenID Connect Core 9")
	case len(c.Transport.ClientCertPEM) == 0 && c.AuthMethod.usesCertificate():
		return problem(ProblemConfig, "the client's certificate for "+string(c.AuthMethod), "none", "RFC 8705 2")
	case !c.From.fits(f):
		return problem(ProblemConfig, "to begin at a step of "+f.ID, "a checkpoint of another flow, before its step "+c.From.id, "")
	case len(f.Steps) == 0:
		return problem(ProblemConfig, "a flow with steps", f.ID, "")
	}
	if p := c.Request.check(); p != nil {
		return p
	}
	if p := c.checkResponseType(f.ID); p != nil {
		return p
	}
	return nil
}

func methodNames() string {
	var names []string
	for _, m := range AuthMethods() {
		names = append(names, string(m))
	}
	return strings.Join(names, ", ")
}
