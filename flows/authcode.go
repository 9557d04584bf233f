package flows

import "github.com/oidcscope/oidcscope/internal/rule"

// AuthorizationCode is the authorization code flow with PKCE S256 (RFC 6749 4.1, RFC 7636), OpenID Connect Core 3.1. A request
// that is to be signed or pushed has a step for it.
func AuthorizationCode(c Config) Flow {
	return Flow{
		ID:    "pkce",
		Title: "Authorization code + PKCE",
		Summary: "The person logs in at the provider, in the browser; this program never sees the password. The browser brings back a code, " +
			"which is good for nothing but to be redeemed once, directly and together with a secret that only this program has.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.1", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1"},
			{Spec: "RFC 7636", URL: "https://www.rfc-editor.org/rfc/rfc7636"},
			{Spec: "OpenID Connect Core", Section: "3.1", URL: "https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth"},
			{Spec: "RFC 8252", URL: "https://www.rfc-editor.org/rfc/rfc8252"},
		},
		Steps: append(append(requestSteps(c, "code"), redeemStep()), personSteps(c, idTokenStep())...),
	}
}

// requestSteps are the steps of every login in the browser, up to the answer that it brings back.
func requestSteps(c Config, responseType string) []Step {
	prepare := prepareStep(responseType)
	if !c.asksOpenID() {
		prepare.Title, prepare.Arrow = "Make verifier and state", "verifier, state"
	}
	steps := append(providerSteps(c), prepare)
	if c.Request.JAR || c.Request.EncryptJAR {
		steps = append(steps, requestObjectStep())
	}
	if c.Request.PAR {
		steps = append(steps, pushStep())
	}
	return append(steps, authorizeStep())
}
