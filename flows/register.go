package flows

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// RegistrationInput is what a client registers itself with.
type RegistrationInput struct {
	Metadata     []byte      // a JSON object (RFC 7591 2); its members win over those made from the Config
	InitialToken secret.Text // that the provider asks for, when registration is not open to everybody (RFC 7591 3)
}

// Registration is a client as the provider registered it (RFC 7591 3.2.1; RFC 7592 3).
type Registration struct {
	ClientID string
	Secret   secret.Text
	Token    secret.Text // registration access token; zero when the client can't be managed
	URI      string      // registration_client_uri
	Raw      []byte      // the JSON object
}

// Register registers a client (RFC 7591). Run returns a session without tokens, whose Config is that of the new client and
// whose Registration tells how to read, change and delete it.
func Register(Config) Flow {
	step := Step{
		ID: "register", Title: "Register the client", Arrow: "client metadata", From: Client, To: Provider,
		Why: "The client says what it is and what it will do: where it wants to be redirected to, which grants it uses, how it authenticates. The provider answers with a client id, and perhaps a secret, " +
			"and with what it made of the wishes: it may change any of them.",
		Refs: []rule.Ref{
			{Spec: "RFC 7591", Section: "3.1", URL: "https://www.rfc-editor.org/rfc/rfc7591#section-3.1"},
			{Spec: "OpenID Connect Registration", Section: "2", URL: "https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata"},
		},
		run: runRegister,
	}
	return Flow{
		ID: "register", Title: "Client registration", Summary: "Makes a new client at a provider that lets clients register themselves.",
		Refs: step.Refs, Steps: []Step{discoveryStep(), step}, anonymous: true,
	}
}

func runRegister(ctx context.Context, s *state) error {
	address, err := s.metadata.endpoint("registration_endpoint", s.metadata.RegistrationEndpoint, "OpenID Connect Discovery 3")
	if err != nil {
		return err
	}
	body, err := s.clientMetadata()
	if err != nil {
		return err
	}
	e, err := s.manage(ctx, "registration", http.MethodPost, address, s.cfg.Registration.InitialToken, body)
	if err != nil {
		return err
	}
	s.session = s.newSession(Tokens{})
	return s.takeRegistration(e, body, "RFC 7591 3.2.1")
}

// clientMetadata is what is asked for: what the Config implies, and what was given.
func (s *state) clientMetadata() ([]byte, error) {
	method := s.cfg.AuthMethod
	if method == "" {
		method = AuthNone
	}
	redirect, err := parseRedirect(s.cfg.RedirectURI)
	if err != nil {
		return nil, err
	}
	wanted := object{
		{"client_name", "oidcscope"}, {"application_type", "native"}, {"redirect_uris", []string{redirect.withoutPort()}},
		{"grant_types", []string{"authorization_code", "refresh_token"}}, {"response_types", []string{"code"}}, {"token_endpoint_auth_method", method},
	}
	if len(s.cfg.Scopes) > 0 {
		wanted = append(wanted, member{"scope", strings.Join(s.cfg.Scopes, " ")})
	}
	if len(s.cfg.Registration.Metadata) == 0 {
		return wanted.json(), nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(s.cfg.Registration.Metadata, &given); err != nil || given == nil {
		return nil, problem(ProblemConfig, "client metadata as a JSON object", excerpt(s.cfg.Registration.Metadata, 60), "RFC 7591 2")
	}
	wanted = slices.DeleteFunc(wanted, func(m member) bool { return given[m.name] != nil })
	for _, name := range slices.Sorted(maps.Keys(given)) {
		wanted = append(wanted, member{name, given[name]})
	}
	return wanted.json(), nil
}

// manage sends a request of the registration protocol, with a bearer token where there is one.
func (s *state) manage(ctx context.Context, purpose, method, address string, token secret.Text, body []byte) (*record.Exchange, error) {
	req, err := http.NewRequest(method, address, strings.NewReader(string(body)))
	if err != nil {
		return nil, problem(ProblemAnswer, "an address to send to", err.Error(), "")
	}
	req.Header.Set("Accept", "application/json")
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if !token.IsZero() {
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
	}
	return s.send(ctx, purpose, 0, req)
}

// takeRegistration keeps the client, and tells what the provider made of what was asked; nil when nothing was.
func (s *state) takeRegistration(e *record.Exchange, asked []byte, ref string) error {
	o, err := s.object(e, "client information answer", ref)
	if err != nil {
		return err
	}
	m := dialect(o)
	r := &Registration{ClientID: m.text("client_id"), Secret: secret.New(m.text("client_secret")), Token: secret.New(m.text("registration_access_token")),
		URI: m.text("registration_client_uri"), Raw: e.Response.Body.Data}
	if r.ClientID == "" {
		return problem(ProblemAnswer, "client information with client_id", "none", ref).about(e)
	}
	if before := s.session.Registration; before != nil { // a reading may leave out what does not change (RFC 7592 3)
		r.Token, r.URI = secret.New(first(r.Token.Reveal(), before.Token.Reveal())), first(r.URI, before.URI)
	}
	for _, name := range []string{"client_id", "client_secret", "registration_access_token", "registration_client_uri", "token_endpoint_auth_method"} {
		if value := m.text(name); value != "" {
			s.variable(name, value, "client information answer")
		}
	}
	if !r.Secret.IsZero() && o["client_secret_expires_at"] == nil {
		s.found(rule.Warn, "secret-expiry", "the answer has a client_secret but no client_secret_expires_at, which is then required", "", ref)
	}
	if asked != nil {
		s.compareRegistration(asked, o, "RFC 7591 3.2.1")
	}
	s.session.Registration = r
	c := &s.session.Config
	c.ClientID, c.ClientSecret = r.ClientID, r.Secret
	if method := AuthMethod(m.text("token_endpoint_auth_method")); slices.Contains(AuthMethods(), method) {
		c.AuthMethod = method
	}
	s.note = "client " + r.ClientID
	if r.URI == "" || r.Token.IsZero() {
		s.note += "; it can't be read, changed or deleted, as no registration_client_uri and token came"
	}
	return nil
}
