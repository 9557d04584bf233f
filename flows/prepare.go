package flows

import (
	"context"
	"encoding/base64"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// login is what an authorization code login keeps between its steps.
type login struct {
	scopes      []string
	verifier    string
	challenge   string
	state       string
	nonce       string // empty when no ID token is asked for
	redirectURI string
	code        string
}

// openID reports whether an ID token was asked for (OpenID Connect Core 3.1.2.1).
func (l login) openID() bool { return slices.Contains(l.scopes, "openid") }

// prepareStep makes the random values that protect the login.
func prepareStep() Step {
	return Step{
		ID: "prepare", Title: "Make verifier, state and nonce", Arrow: "verifier, state, nonce", From: Client, To: Client,
		Why: "Three random values tie the parts of this login together. The verifier stays here and only its SHA-256 is sent, so that a stolen code is worthless; " +
			"the state comes back with the browser, so that nobody can slip us an answer to a login we did not start; the nonce comes back inside the ID token, so that an old token can't be replayed.",
		Refs: []rule.Ref{
			{Spec: "RFC 7636", Section: "4.1", URL: "https://www.rfc-editor.org/rfc/rfc7636#section-4.1"},
			{Spec: "RFC 6749", Section: "10.12", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-10.12"},
			{Spec: "OpenID Connect Core", Section: "15.5.2", URL: "https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes"},
		},
		run: runPrepare,
	}
}

func runPrepare(_ context.Context, s *state) error {
	s.login.scopes = s.metadata.scopes(s.cfg)
	values := []*string{&s.login.verifier, &s.login.state, &s.login.nonce}
	for _, v := range values {
		// 32 bytes give the 43 characters that RFC 7636 4.1 recommends; also enough for providers that refuse a short state.
		b, err := s.random(32)
		if err != nil {
			return err
		}
		*v = base64.RawURLEncoding.EncodeToString(b)
	}
	s.login.challenge = oauth2.S256ChallengeFromVerifier(s.login.verifier)
	const made = "made here: 32 random bytes, base64url"
	s.variable("code_verifier", s.login.verifier, made, "token")
	s.variable("code_challenge", s.login.challenge, "made here: SHA-256 of code_verifier, base64url", "authorize")
	s.variable("state", s.login.state, made, "authorize")
	if !s.login.openID() {
		s.login.nonce = ""
		s.note = "verifier and state; no nonce, as no ID token is asked for"
		return nil
	}
	s.variable("nonce", s.login.nonce, made, "authorize", "id_token")
	return nil
}
