package flows

import (
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// login is what a login keeps between its steps.
type login struct {
	scopes       []string
	responseType string
	verifier     string
	challenge    string // empty without PKCE
	method       PKCEMethod
	state        string
	nonce        string // empty when no ID token is asked for
	redirectURI  string
	params       url.Values // of the request, in place of those made of the members above; nil but on a Bench

	assertion     string // of the JWT bearer grant
	requestObject string // the signed request (RFC 9101)
	requestURI    string // the reference to the pushed request (RFC 9126)
	code          string
}

// openID reports whether an ID token was asked for (OpenID Connect Core 3.1.2.1).
func (l login) openID() bool { return slices.Contains(l.scopes, "openid") }

// prepareStep makes the random values that protect the login.
func prepareStep(responseType string) Step {
	return Step{
		ID: "prepare", Title: "Make verifier, state and nonce", Arrow: "verifier, state, nonce", From: Client, To: Client, NoSkip: "a login without state can be answered by anybody; drop a value from the request instead",
		Why: "Three random values tie the parts of this login together. The verifier stays here and only its SHA-256 is sent, so that a stolen code is worthless; " +
			"the state comes back with the browser, so that nobody can slip us an answer to a login we did not start; the nonce comes back inside the ID token, so that an old token can't be replayed.",
		Refs: []rule.Ref{
			{Spec: "RFC 7636", Section: "4.1", URL: "https://www.rfc-editor.org/rfc/rfc7636#section-4.1"},
			{Spec: "RFC 6749", Section: "10.12", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-10.12"},
			{Spec: "OpenID Connect Core", Section: "15.5.2", URL: "https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes"},
		},
		run: func(_ context.Context, s *state) error { return s.runPrepare(responseType) },
	}
}

func (s *state) runPrepare(responseType string) error {
	s.login.scopes = s.metadata.scopes(s.cfg)
	s.login.responseType = responseType
	if p := s.checkMode(); p != nil {
		return p
	}
	s.needMode()
	values := []*string{&s.login.verifier, &s.login.state, &s.login.nonce}
	for _, v := range values {
		// 32 bytes give the 43 characters that RFC 7636 4.1 recommends; also enough for providers that refuse a short state.
		b, err := s.random(32)
		if err != nil {
			return err
		}
		*v = base64.RawURLEncoding.EncodeToString(b)
	}
	s.prepareChallenge()
	const made = "made here: 32 random bytes, base64url"
	s.variable("state", s.login.state, made, "authorize")
	if !s.login.openID() && !strings.Contains(responseType, "id_token") {
		s.login.nonce = ""
		s.note = "verifier and state; no nonce, as no ID token is asked for"
		return nil
	}
	s.variable("nonce", s.login.nonce, made, "authorize", "id_token")
	return nil
}

// prepareChallenge makes the code challenge. What is less than S256 was asked for, and is marked.
func (s *state) prepareChallenge() {
	const made = "made here: 32 random bytes, base64url"
	l := &s.login
	l.method = s.cfg.Request.PKCE
	if l.method == "" {
		l.method = PKCES256
	}
	switch {
	case !strings.Contains(l.responseType, "code"): // there will be no code to protect
		l.verifier, l.method = "", PKCEOff
		return
	case l.method == PKCEOff:
		l.verifier = ""
		s.found(rule.Warn, "pkce-off", "as asked for, the code is not protected: whoever gets hold of it can redeem it", "leave PKCE on", "RFC 9700 2.1.1")
		return
	case l.method == PKCEPlain:
		l.challenge = l.verifier
		s.found(rule.Warn, "pkce-plain", "as asked for, the verifier itself is sent with the request: whoever reads the request can redeem the code", "use S256", "RFC 7636 7.2")
		s.variable("code_verifier", l.verifier, made, "authorize", "token")
		return
	}
	l.challenge = oauth2.S256ChallengeFromVerifier(l.verifier)
	s.variable("code_verifier", l.verifier, made, "token")
	s.variable("code_challenge", l.challenge, "made here: SHA-256 of code_verifier, base64url", "authorize")
}
