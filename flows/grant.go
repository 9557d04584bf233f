package flows

import (
	"context"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// GrantInput is what the grants without a browser are made with. Each of them uses a few of the members.
type GrantInput struct {
	Username string      // of the person: password (RFC 6749 4.3)
	Password secret.Text // of the person

	Assertion secret.Text // JWT bearer (RFC 7523 2.1); empty: one is made and signed with Config.ClientKey
	Subject   string      // sub of an assertion that is made here; empty: the client itself

	// CIBA. The person is named by Request.LoginHint, or by the ID token of an earlier login.
	IDTokenHint    secret.Text
	BindingMessage string      // shown on both devices, so that the person sees that they belong together
	UserCode       secret.Text // that only the person knows, where the provider wants one
	NotifyURI      string      // where the provider pings us, as registered; on this machine, else nobody could reach it. Empty: poll

	// Token exchange (RFC 8693 2.1). The types are "access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt", or any
	// other as a URI. Empty: access_token for the tokens that are given, the provider's choice for the one that is asked for.
	SubjectToken, ActorToken         secret.Text
	SubjectTokenType, ActorTokenType string
	RequestedTokenType               string
}

// tokenTypePrefix begins the token type URIs of RFC 8693 3.
const tokenTypePrefix = "urn:ietf:params:oauth:token-type:"

// tokenType gives the URI of a token type, which may be given by its last word.
func tokenType(name string) string {
	switch {
	case name == "":
		return tokenTypePrefix + "access_token"
	case strings.Contains(name, ":"):
		return name
	}
	return tokenTypePrefix + name
}

// askTokens sends a token request of a grant that x/oauth2 has no notion of, and takes the tokens. Extra parameters win, so
// that a request can be broken on purpose.
func (s *state) askTokens(ctx context.Context, form url.Values, ref string) error {
	address, err := s.tokenEndpoint()
	if err != nil {
		return err
	}
	if grant := form.Get("grant_type"); !s.metadata.grants(grant) {
		s.found(rule.Warn, "grant-not-announced", "the provider does not announce the grant "+grant, "", "RFC 8414 2")
	}
	if len(s.login.scopes) > 0 {
		form.Set("scope", strings.Join(s.login.scopes, " "))
	}
	merge(form, s.cfg.Request.tokenParams())
	s.addExtra("token", address, form)
	e, err := s.post(ctx, "token", address, form)
	if err != nil {
		return err
	}
	return s.takeTokens(e, ref)
}

// needsClient is the problem of a grant that has nothing but the client's authentication to go by. A client that is expressly
// to send none is let through: the provider has to refuse it.
func (s *state) needsClient(ref string) error {
	if s.cfg.AuthMethod == "" && s.metadata.authMethod(s.cfg) == AuthNone {
		return problem(ProblemConfig, "a client that can authenticate: with a secret, a key or a certificate", "a public client", ref)
	}
	return nil
}

// ownScopes are the scopes of a grant that is about no login: those that were given, or whatever the provider grants by itself.
func (s *state) ownScopes() { s.login.scopes = strings.Fields(strings.Join(s.cfg.Scopes, " ")) }
