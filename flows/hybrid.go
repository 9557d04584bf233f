package flows

import (
	"context"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

const frontCaution = "tokens come through the browser's address bar, where history, extensions and scripts can read them: " +
	"for new clients RFC 9700 2.1.2 wants the authorization code flow instead"

// Implicit is the implicit flow (OpenID Connect Core 3.2): tokens come straight out of the browser. It is here to look at old
// clients.
func Implicit(c Config) Flow {
	responseType := first(c.Request.ResponseType, "id_token token")
	return Flow{
		ID:    "implicit",
		Title: "Implicit",
		Summary: "The browser brings back the tokens themselves, after the # of the address. It was made for pages that could not call the provider; " +
			"they can today, and a token in an address leaks.",
		Caution: frontCaution,
		Refs: []rule.Ref{
			{Spec: "OpenID Connect Core", Section: "3.2", URL: "https://openid.net/specs/openid-connect-core-1_0.html#ImplicitFlowAuth"},
			{Spec: "RFC 6749", Section: "4.2", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.2"},
			{Spec: "RFC 9700", Section: "2.1.2", URL: "https://www.rfc-editor.org/rfc/rfc9700#section-2.1.2"},
		},
		Steps: append(requestSteps(c, responseType), frontIDTokenStep("id_token"), userInfoStep()),
	}
}

// Hybrid is the hybrid flow (OpenID Connect Core 3.3): some of the answer comes through the browser, the rest is redeemed.
func Hybrid(c Config) Flow {
	responseType := first(c.Request.ResponseType, "code id_token")
	return Flow{
		ID:    "hybrid",
		Title: "Hybrid",
		Summary: "The browser brings back a code together with an ID token or an access token; the code is redeemed as always. " +
			"The ID token that came first proves that the code was not exchanged for another on the way, which PKCE and iss do today.",
		Caution: frontCaution,
		Refs: []rule.Ref{
			{Spec: "OpenID Connect Core", Section: "3.3", URL: "https://openid.net/specs/openid-connect-core-1_0.html#HybridFlowAuth"},
			{Spec: "OAuth 2.0 Multiple Response Types", Section: "5", URL: "https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#Combinations"},
		},
		Steps: append(requestSteps(c, responseType), frontIDTokenStep("front_id_token"), redeemStep(), secondIDTokenStep(), userInfoStep()),
	}
}

// takeFrontTokens makes a session of the tokens that the browser brought (OpenID Connect Core 3.2.2.5, 3.3.2.5).
func (s *state) takeFrontTokens(a callbackAnswer) {
	answer := make(map[string]string, len(a.params))
	for name := range a.params {
		answer[name] = a.params.Get(name)
	}
	for _, name := range []string{"code", "state", "iss", "session_state"} {
		delete(answer, name)
	}
	tokens := TokensOf(answer, s.cfg.Now())
	tokens.Refresh = secret.Text{} // never through the browser
	s.direct, s.front = false, true
	s.session = s.newSession(tokens)
	note := s.note
	s.tellTokens(answer, a.from)
	s.note = note + "; " + s.note
}

// frontIDTokenStep validates the ID token that came through the browser.
func frontIDTokenStep(id string) Step {
	step := idTokenStep()
	step.ID, step.Title = id, "Check the ID token from the browser"
	step.Why = "This ID token came through the browser, where anybody could have put it: only its signature speaks for it. It must carry our nonce, " +
		"and hashes of the code and the access token that came with it, so that none of the three can be exchanged for another login's."
	step.Refs = []rule.Ref{
		{Spec: "OpenID Connect Core", Section: "3.3.2.12", URL: "https://openid.net/specs/openid-connect-core-1_0.html#HybridIDTValidation"},
		{Spec: "OpenID Connect Core", Section: "3.2.2.11", URL: "https://openid.net/specs/openid-connect-core-1_0.html#ImplicitIDTValidation"},
	}
	step.run = runFrontIDToken
	return step
}

func runFrontIDToken(ctx context.Context, s *state) error {
	if s.session == nil || s.session.Tokens.ID.IsZero() {
		return skip("no ID token was asked for with this response type")
	}
	report, err := s.validateIDToken(ctx, s.session.Tokens.ID, nil)
	if err != nil {
		return err
	}
	for name, wanted := range map[string]bool{ // required here, OPTIONAL in the code flow
		"at_hash": !s.session.Tokens.Access.IsZero(), "c_hash": s.login.code != "",
	} {
		if wanted && innermost(report).Token.Payload.Get(name) == nil {
			return problem(ProblemCheck, "an ID token with "+name+", as it came through the browser", "one without it", "OpenID Connect Core 3.3.2.11")
		}
	}
	s.idToken = innermost(report).Token
	return nil
}

// secondIDTokenStep validates the ID token of the token endpoint, and compares it with the one before.
func secondIDTokenStep() Step {
	step := idTokenStep()
	validate := step.run
	step.run = func(ctx context.Context, s *state) error {
		before := s.idToken
		if err := validate(ctx, s); err != nil || before == nil {
			return err
		}
		return s.sameLogin(before)
	}
	return step
}

// sameLogin compares issuer and subject of two ID tokens of one login (OpenID Connect Core 3.3.3.6).
func (s *state) sameLogin(before *inspect.Token) error {
	for _, name := range []string{"iss", "sub"} {
		if want, got := memberText(before.Payload, name), memberText(s.idToken.Payload, name); want != got {
			return different(want, got, "OpenID Connect Core 3.3.3.6")
		}
	}
	s.note += "; same issuer and subject as the one from the browser"
	return nil
}
