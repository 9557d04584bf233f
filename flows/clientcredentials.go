package flows

import (
	"context"
	"net/url"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// ClientCredentials is the client credentials grant (RFC 6749 4.4).
func ClientCredentials(c Config) Flow {
	return Flow{
		ID:    "client-credentials",
		Title: "Client credentials",
		Summary: "For programs that act for themselves: a nightly job, a service that calls another. Nobody logs in, so there is no ID token; " +
			"the client's own authentication is all that the provider goes by.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.4", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.4"},
		},
		Steps: append(providerSteps(c), clientCredentialsStep()),
	}
}

func clientCredentialsStep() Step {
	return Step{
		ID: "token", Title: "Ask for a token for the client itself", Arrow: "client credentials", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "The client proves who it is, with its secret, its key or its certificate, and gets an access token about itself. " +
			"The token says nothing about any person; an interface that takes it must decide by the client alone. No refresh token should come, because the client can always ask again.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.4.2", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2"},
			{Spec: "RFC 6749", Section: "4.4.3", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.4.3"},
		},
		run: runClientCredentials,
	}
}

func runClientCredentials(ctx context.Context, s *state) error {
	if err := s.needsClient("RFC 6749 4.4"); err != nil {
		return err
	}
	s.ownScopes()
	if err := s.askTokens(ctx, url.Values{"grant_type": {"client_credentials"}}, "RFC 6749 4.4.3"); err != nil {
		return err
	}
	if !s.session.Tokens.Refresh.IsZero() {
		s.found(rule.Info, "refresh-token-for-client", "a refresh token came, which this grant has no use for", "", "RFC 6749 4.4.3")
	}
	return nil
}
