package flows

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Revoke tells the provider to forget a token of the session (RFC 7009). Run returns a copy of the session that lists the
// token as revoked; the token itself stays in it, so that it can be asked about afterwards.
func Revoke(s *Session, which TokenName) Flow {
	step := revokeStep(s, which)
	return Flow{
		ID: "revoke", Title: "Revocation", Summary: "Tells the provider that a token is not to be accepted any more.",
		Refs: step.Refs, Steps: overSession(s, step), prior: s,
	}
}

func revokeStep(s *Session, which TokenName) Step {
	return Step{
		ID: "revoke", Title: "Revoke the token", Arrow: "revoke " + string(which), From: Client, To: Provider,
		Why: "A token that is no longer needed should not lie around until it expires. Revoking a refresh token should end the access tokens that came with it too. " +
			"The provider answers 200 also for a token it does not know: the aim, that it can't be used, is reached either way. " +
			"An access token that is a JWT may still be taken by those who only check its signature.",
		Refs: []rule.Ref{
			{Spec: "RFC 7009", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc7009#section-2.1"},
			{Spec: "RFC 7009", Section: "2.2", URL: "https://www.rfc-editor.org/rfc/rfc7009#section-2.2"},
		},
		run: func(ctx context.Context, st *state) error { return st.runRevoke(ctx, s, which) },
	}
}

func (s *state) runRevoke(ctx context.Context, prior *Session, which TokenName) error {
	const ref = "RFC 7009 2.2"
	if err := needToken(prior, which, "RFC 7009 2.1"); err != nil {
		return err
	}
	address, err := s.metadata.endpoint("revocation_endpoint",
		s.metadata.forClient(s.cfg, "revocation_endpoint", s.metadata.RevocationEndpoint), "RFC 8414 2")
	if err != nil {
		return err
	}
	s.resume(prior)
	token := prior.Token(which).Reveal()
	s.variable("token", token, "the session", "revoke")
	e, err := s.post(ctx, "revocation", address, url.Values{"token": {token}, "token_type_hint": {string(which)}})
	if err != nil {
		return err
	}
	if oauth := normalise(e.Response, &s.reading); oauth != nil {
		return s.explainClient(refusedOrOdd("the token to be revoked", oauth, "RFC 7009 2.2.1", e))
	}
	if e.Response.Status != http.StatusOK {
		s.found(rule.Info, "revocation-status", "the answer is "+e.Response.Reason+", not 200", "", ref)
	}
	if !slices.Contains(s.session.Revoked, which) {
		s.session.Revoked = append(slices.Clone(s.session.Revoked), which)
	}
	s.note = "the provider accepted it; whether it knew the token is not told"
	return nil
}
