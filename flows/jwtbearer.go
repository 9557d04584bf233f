package flows

import (
	"context"
	"net/url"

	"github.com/oidcscope/oidcscope/internal/rule"
)

const jwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// JWTBearer redeems a signed assertion for tokens (RFC 7523 2.1; RFC 7521 4.1).
func JWTBearer(Config) Flow {
	return Flow{
		ID:    "jwt-bearer",
		Title: "JWT bearer",
		Summary: "A signed statement takes the place of a login: somebody whom the provider trusts says, in a JWT, who the token is to be about. " +
			"Service accounts use it with a key of their own, and so do platforms whose workloads carry a token of another issuer.",
		Refs: []rule.Ref{
			{Spec: "RFC 7523", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc7523#section-2.1"},
			{Spec: "RFC 7521", Section: "4.1", URL: "https://www.rfc-editor.org/rfc/rfc7521#section-4.1"},
		},
		Steps: []Step{discoveryStep(), keysStep(), assertionStep(), jwtBearerStep()},
	}
}

// assertionStep makes and signs the assertion, unless one was given.
func assertionStep() Step {
	return Step{
		ID: "assertion", Title: "Make the assertion", Arrow: "sign assertion", From: Client, To: Client, NoSkip: "the next step sends the assertion",
		Why: "The assertion names its issuer, the person or service that the token is to be about, the provider as its audience, and when it expires. " +
			"The private key stays here: the provider has the public half and can check who signed. It lives a few minutes and has an id, so that a copy is soon worthless and can't be used twice.",
		Refs: []rule.Ref{{Spec: "RFC 7523", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc7523#section-3"}},
		run:  runAssertion,
	}
}

func runAssertion(_ context.Context, s *state) error {
	if given := s.cfg.Grant.Assertion; !given.IsZero() {
		s.login.assertion = given.Reveal()
		s.variable("assertion", s.login.assertion, fromGiven, "token")
		return skip("an assertion was given")
	}
	if s.clientKey == nil {
		return problem(ProblemConfig, "an assertion, or a private key to sign one with", "neither", "RFC 7523 3")
	}
	signed, err := s.assertion(s.clientKey, "JWT", first(s.cfg.Grant.Subject, s.cfg.ClientID))
	if err != nil {
		return err
	}
	s.login.assertion = signed.token
	s.variable("assertion", signed.token, signed.from, "token")
	s.variable("assertion_claims", signed.claims, "made here", "token")
	s.note = "signed with " + signed.alg
	return nil
}

func jwtBearerStep() Step {
	return Step{
		ID: "token", Title: "Redeem the assertion", Arrow: "assertion", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "The assertion is sent in place of a code or a password. The provider checks the signature with the key it knows for the assertion's issuer, and whether that issuer may speak for the subject. " +
			"No refresh token should come: the next assertion does the same.",
		Refs: []rule.Ref{
			{Spec: "RFC 7523", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc7523#section-2.1"},
			{Spec: "RFC 7521", Section: "4.1.1", URL: "https://www.rfc-editor.org/rfc/rfc7521#section-4.1.1"},
		},
		run: func(ctx context.Context, s *state) error {
			s.ownScopes()
			return s.askTokens(ctx, url.Values{"grant_type": {jwtBearerGrant}, "assertion": {s.login.assertion}}, "RFC 7521 4.1")
		},
	}
}
