package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// discoveryStep fetches the discovery document.
func discoveryStep() Step {
	return Step{
		ID: "discovery", Title: "Fetch the discovery document", Arrow: "discovery", From: Client, To: Provider, NoSkip: "without the document no endpoint of the provider is known",
		Why: "A client needs only the issuer's address: everything else is published under it in one JSON document, the endpoints, what they can do, and where the keys are. " +
			"The issuer named inside must equal the one that was asked for, to the character; otherwise a document from somewhere else could send the login, and the secrets in it, to a stranger.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect Discovery", Section: "4", URL: "https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig"},
			{Spec: "RFC 8414", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc8414#section-3"},
		},
		run: runDiscovery,
	}
}

// Discover fetches and checks the discovery document of cfg.Issuer. It is what a form uses while the issuer is typed. The
// error is a *[Problem].
func Discover(ctx context.Context, cfg Config) (*Metadata, error) {
	cfg.Gate = nil
	s, err := newState(Flow{ID: "discovery", Steps: []Step{discoveryStep()}}, cfg, func(Event) {})
	if err != nil {
		return nil, asProblem(ctx, err)
	}
	defer s.record.CloseIdleConnections()
	if p := s.runSteps(ctx); p != nil {
		return nil, p
	}
	return s.metadata, nil
}

// runDiscovery tries each place where the document may be. The first place is the one that the specification asks for, so
// when none has it, its answer is the one to explain.
func runDiscovery(ctx context.Context, s *state) error {
	if s.issuer.problem != nil {
		return s.issuer.problem
	}
	var first *Problem
	for i, address := range s.issuer.candidates() {
		m, err := s.fetchMetadata(ctx, address)
		if err == nil {
			return s.acceptMetadata(m, address, i > 0)
		}
		p, ok := errors.AsType[*Problem](err)
		if !ok || p.Kind != ProblemAnswer && p.Kind != ProblemRefused {
			return err
		}
		if first == nil {
			first = p
		}
	}
	return first
}

func (s *state) fetchMetadata(ctx context.Context, address string) (*Metadata, error) {
	const ref = "OpenID Connect Discovery 4.2"
	e, err := s.get(ctx, "discovery", address)
	if err != nil {
		return nil, err
	}
	object, err := s.object(e, "discovery document", ref)
	if err != nil {
		return nil, err
	}
	m, wrong := parseMetadata(object, jsonBody(e.Response), e.Request.URL)
	if m.Issuer == "" {
		return nil, problem(ProblemAnswer, "a discovery document with an issuer", "none in "+address, "OpenID Connect Discovery 3").about(e)
	}
	remark, p := s.issuer.check(m.Issuer)
	if p != nil {
		return nil, p.about(e)
	}
	s.note = remark
	for _, name := range wrong {
		s.found(rule.Warn, "metadata-type", "the discovery document's "+name+" has the wrong JSON type; it was left out", "", "OpenID Connect Discovery 3")
	}
	return m, nil
}

// acceptMetadata keeps the document and tells what is unusual about it. address is where it was asked for, fallback whether
// that was not the first place.
func (s *state) acceptMetadata(m *Metadata, address string, fallback bool) error {
	s.metadata = m
	if p := m.take(s.cfg.Endpoints); p != nil {
		return p
	}
	s.note += ", " + count(m.endpoints(), "endpoint")
	if n := len(s.cfg.Endpoints); n > 0 {
		s.note += fmt.Sprintf(", %d of them as given", n)
	}
	if s.issuer.document != "" {
		s.variable("issuer", m.Issuer, "derived from the address you gave, confirmed by the document", "discovery")
	}
	if m.URL != address {
		s.found(rule.Info, "discovery-redirect", "the discovery document was redirected to "+withoutQuery(m.URL), "", "OpenID Connect Discovery 4.1")
	}
	if fallback {
		s.found(rule.Info, "discovery-place", "the discovery document is not at "+s.issuer.candidates()[0]+" but at "+address,
			"clients that follow OpenID Connect Discovery alone won't find it", "OpenID Connect Discovery 4.1; RFC 8414 3")
	}
	for _, endpoint := range []string{m.TokenEndpoint, m.AuthorizationEndpoint, m.DeviceAuthorizationEndpoint} {
		if s.issuer.url.Scheme == "https" && strings.HasPrefix(endpoint, "http://") {
			s.found(rule.Warn, "endpoint-http", "the issuer uses https, but the document names "+endpoint,
				"behind a proxy the provider must be told its outside address", "RFC 6749 3.1, 3.2")
		}
	}
	return nil
}

// keysStep fetches the key set.
func keysStep() Step {
	return Step{
		ID: "keys", Title: "Fetch the signing keys", Arrow: "keys", From: Client, To: Provider, Optional: true,
		Why: "The provider signs its tokens with a private key and publishes the public half here. Whoever has the public key can check a token without asking anyone, and can't make one. " +
			"The set usually holds more than one key, so that the provider can change keys without breaking tokens that are on their way; each has a kid, the name that a token's header refers to.",
		Refs: []rule.Ref{
			{Spec: "RFC 7517", Section: "5", URL: "https://www.rfc-editor.org/rfc/rfc7517#section-5"},
			{Spec: "OpenID Connect Core", Section: "10.1.1", URL: "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys"},
		},
		run: runKeys,
	}
}

func runKeys(ctx context.Context, s *state) error {
	if s.metadata.JWKSURI == "" {
		return skip("the provider names no jwks_uri: it publishes no keys")
	}
	return s.fetchKeys(ctx, "keys")
}

func (s *state) fetchKeys(ctx context.Context, purpose string) error {
	const ref = "RFC 7517 5"
	if _, err := s.metadata.endpoint("jwks_uri", s.metadata.JWKSURI, "OpenID Connect Discovery 3"); err != nil {
		return err
	}
	e, err := s.get(ctx, purpose, s.metadata.JWKSURI)
	if err != nil {
		return err
	}
	if _, err := s.object(e, "key set", ref); err != nil {
		return err
	}
	keys := inspect.ParseKeySet(jsonBody(e.Response), "jwks", s.metadata.JWKSURI)
	keys.Fetched = s.cfg.Now()
	s.keys = keys
	usable := 0
	for _, k := range keys.Keys {
		if k.Private {
			s.found(rule.Error, "key-private", fmt.Sprintf("key %d (kid %q) is published with its private half: everybody can sign as the provider", k.Index, k.KID),
				"no token that this key signed proves anything; the provider has to take it out and make another", "RFC 7517 9.2")
		}
		if k.Err == "" {
			usable++
			continue
		}
		s.found(rule.Warn, "key-unusable", fmt.Sprintf("key %d (kid %q) can't be used: %s", k.Index, k.KID, k.Err), "", ref)
	}
	if len(keys.Keys) == 0 {
		return problem(ProblemAnswer, "a key set with at least one key", "none", ref).about(e)
	}
	s.note = fmt.Sprintf("%s, %d usable", count(len(keys.Keys), "key"), usable)
	return nil
}

// checkAnnounced tells what the provider's announcement says against the flow; the provider itself has the last word.
func (s *state) checkAnnounced() {
	m := s.metadata
	if len(m.ResponseTypesSupported) > 0 && !slices.Contains(m.ResponseTypesSupported, "code") {
		s.found(rule.Warn, "no-code", "the provider does not announce response_type code", "", "OpenID Connect Discovery 3")
	}
	if len(m.CodeChallengeMethods) > 0 && !slices.Contains(m.CodeChallengeMethods, "S256") {
		s.found(rule.Warn, "no-s256", "the provider does not announce the code challenge method S256", "", "RFC 8414 2")
	}
}
