package flows

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Endpoints are addresses of a provider, by their names in a discovery document ("token_endpoint"). With an issuer they complete what
// its document says. Without one they stand for it: a provider that publishes no document, as GitHub, is plain OAuth 2.0, and the
// steps that only OpenID Connect has are left out, unless the scope openid is asked for.
type Endpoints map[string]string

// EndpointNames lists the names that Endpoints may have.
func EndpointNames() []string {
	return []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "device_authorization_endpoint",
		"introspection_endpoint", "revocation_endpoint", "end_session_endpoint", "pushed_authorization_request_endpoint",
		"backchannel_authentication_endpoint", "registration_endpoint"}
}

// undiscovered reports whether there is nothing to discover.
func (c Config) undiscovered() bool { return c.Issuer == "" && len(c.Endpoints) > 0 }

// asksOpenID reports whether an ID token is expected (OpenID Connect Core 3.1.2.1).
func (c Config) asksOpenID() bool {
	return !c.undiscovered() || slices.Contains(strings.Fields(strings.Join(c.Scopes, " ")), "openid")
}

// providerSteps are the steps in which a run learns about its provider.
func providerSteps(c Config) []Step {
	if !c.undiscovered() {
		return []Step{discoveryStep(), keysStep()}
	}
	steps := []Step{givenStep()}
	if c.Endpoints["jwks_uri"] != "" {
		steps = append(steps, keysStep())
	}
	return steps
}

// personSteps are the steps in which a run learns about the person.
func personSteps(c Config, idToken ...Step) []Step {
	var steps []Step
	if c.asksOpenID() {
		steps = append(steps, idToken...)
	}
	if !c.undiscovered() || c.Endpoints["userinfo_endpoint"] != "" {
		steps = append(steps, userInfoStep())
	}
	return steps
}

func givenStep() Step {
	return Step{
		ID: "discovery", Title: "Take the endpoints as they are given", Arrow: "endpoints", From: Client, To: Client,
		Why: "This provider publishes no discovery document, or none is asked for: where its endpoints are was given by hand, or is known of it. " +
			"Nothing says which scopes, algorithms and ways to authenticate it takes, and there is no issuer to compare anything with.",
		Refs: []rule.Ref{{Spec: "RFC 6749", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-3"}},
		run: func(_ context.Context, s *state) error {
			s.metadata = &Metadata{URL: "what was given", given: true}
			if p := s.metadata.take(s.cfg.Endpoints); p != nil {
				return p
			}
			for _, name := range slices.Sorted(maps.Keys(s.cfg.Endpoints)) {
				s.variable(name, s.cfg.Endpoints[name], "given")
				if u, err := url.Parse(s.cfg.Endpoints[name]); err == nil && u.Scheme == "http" && !isLoopback(u.Hostname()) {
					s.found(rule.Warn, "endpoint-http", "the "+name+" uses http: everything, secrets included, travels unprotected", "", "RFC 6749 3.1, 3.2")
				}
			}
			s.note = count(len(s.cfg.Endpoints), "endpoint") + ", no issuer"
			return nil
		},
	}
}

// take puts given endpoints in the place of those of a document.
func (m *Metadata) take(given Endpoints) *Problem {
	for name, address := range given {
		into := m.address(name)
		if into == nil {
			return problem(ProblemConfig, "the name of an endpoint: "+strings.Join(EndpointNames(), ", "), fmt.Sprintf("%q", name), "RFC 8414 2")
		}
		if !isWebAddress(address) {
			return problem(ProblemConfig, name+": an absolute http(s) URL", fmt.Sprintf("%q", address), "RFC 6749 3.1, 3.2")
		}
		*into = address
	}
	return nil
}

// Place names an undiscovered provider to the person: the host of its endpoints.
func (e Endpoints) Place() string {
	for _, name := range EndpointNames() {
		if u, err := url.Parse(e[name]); err == nil && u.Host != "" {
			return u.Scheme + "://" + u.Host
		}
	}
	return ""
}
