package flows

import (
	"context"
	"net/url"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Password is the resource owner password credentials grant (RFC 6749 4.3). RFC 9700 2.4 forbids it; it is here to look at
// old clients.
func Password(c Config) Flow {
	return Flow{
		ID:    "password",
		Title: "Password",
		Summary: "The person's password is typed into the client, which sends it to the provider. This is what OAuth was made to end: the client sees the password, " +
			"people learn to type it anywhere, and a second factor or a passkey has no place in it.",
		Caution: "the password grant is forbidden for new clients (RFC 9700 2.4): use a login in the browser, or a device code",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.3", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.3"},
			{Spec: "RFC 9700", Section: "2.4", URL: "https://www.rfc-editor.org/rfc/rfc9700#section-2.4"},
		},
		Steps: append(append(providerSteps(c), passwordStep()), personSteps(c, idTokenStep())...),
	}
}

func passwordStep() Step {
	return Step{
		ID: "token", Title: "Send the person's password", Arrow: "user name + password", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "User name and password travel to the token endpoint, and tokens come back. The provider shows no page, so it can't ask for a second factor, consent, or whether this program is to be trusted. " +
			"Use it with a test account only, to see what an old client sees.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.3.2", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2"},
			{Spec: "RFC 9700", Section: "2.4", URL: "https://www.rfc-editor.org/rfc/rfc9700#section-2.4"},
		},
		run: runPassword,
	}
}

func runPassword(ctx context.Context, s *state) error {
	in := s.cfg.Grant
	if in.Username == "" || in.Password.IsZero() {
		return problem(ProblemConfig, "the person's user name and password", "none", "RFC 6749 4.3.2")
	}
	s.secrets.Add(in.Password.Reveal())
	s.login.scopes = s.metadata.scopes(s.cfg)
	return s.askTokens(ctx, url.Values{"grant_type": {"password"}, "username": {in.Username}, "password": {in.Password.Reveal()}},
		"RFC 6749 4.3.3")
}
