package practice_test

import (
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// What is signed, asserted or sent by a person's password, and the requests that no browser makes.
func TestPredictionsOfWhatIsSignedAndAsserted(t *testing.T) {
	const as, otherwise, accepted, unjudged = predict.AsPredicted, predict.Otherwise, predict.NotRefused, predict.NotJudged
	extra := func(name, value string) func(*flows.Config) {
		return func(c *flows.Config) { c.Extra = map[string][]string{name: {value}} }
	}
	both := func(a, b func(*flows.Config)) func(*flows.Config) { return func(c *flows.Config) { a(c); b(c) } }
	jar := func(c *flows.Config) { c.Request.JAR = true }
	jarpar := func(c *flows.Config) { c.Request.JAR, c.Request.PAR = true, true }
	jarm := func(c *flows.Config) { c.ResponseMode = "jwt" }
	par := func(c *flows.Config) { c.Request.PAR = true }
	machine := func(c *flows.Config) { c.Scopes = []string{"practice:read"} }
	alice := func(c *flows.Config) { c.Grant.Username, c.Grant.Password = "alice", secret.New("practice") }
	hinted := func(c *flows.Config) { c.Request.LoginHint = "alice" }
	away := func(c *flows.Config) { c.PostLogoutRedirectURI = "http://127.0.0.1/bye" }
	open, back := flows.BeforeOpen, flows.BeforeReturn
	const key, jwt = "practice-key", "practice-secret-jwt"
	for _, c := range []prediction{
		// a signed request: what stands beside it does not count
		{client: key, setup: jar, kind: open, step: "authorize", edit: "-request", id: "jar-dropped", want: as, silent: true},
		{client: key, setup: jar, kind: open, step: "authorize", edit: "request=e30.e30.e30", id: "authz-request", want: as, silent: true},
		{client: key, setup: jar, kind: open, step: "authorize", edit: "client_id=practice", id: "jar-client", want: as, silent: true},
		{client: key, setup: jar, kind: open, step: "authorize", edit: "redirect_uri=https://evil.example/cb", id: "beside", want: unjudged, silent: true},
		{client: key, setup: jar, kind: open, step: "authorize", edit: "state=another", id: "beside", want: as},
		{client: key, setup: jar, kind: open, step: "authorize", edit: "scope=profile", id: "beside-response_type", want: unjudged},
		{client: key, setup: jarpar, step: "par", edit: "-request", id: "jar-dropped-par", want: accepted, silent: true},
		{client: key, setup: jarpar, step: "par", edit: "request=e30.e30.e30", id: "jar-changed-par", want: as},
		{client: key, setup: jarpar, step: "par", edit: "nonce=another", id: "beside", want: as},
		{client: key, setup: both(jar, extra("nonce", "another")), id: "authz-nonce", want: as},
		{setup: par, kind: open, step: "authorize", edit: "-request_uri", id: "reference-dropped", want: as, silent: true},
		{setup: par, kind: open, step: "authorize", edit: "client_id=practice-strict", id: "reference-client", want: as, silent: true},
		{setup: par, kind: open, step: "authorize", edit: "state=another", id: "beside", want: as},
		{setup: jarm, kind: back, step: "authorize", edit: "response=e30.e30.e30", id: "callback-response", want: as},
		{setup: jarm, kind: back, step: "authorize", edit: "-response", id: "callback-response", want: as},

		// the client's assertion
		{client: key, step: "token", edit: "-client_assertion", id: "client_assertion-dropped", want: as},
		{client: key, step: "token", edit: "client_assertion=e30.e30.e30", id: "client_assertion-changed", want: as},
		{client: key, step: "token", edit: "-client_assertion_type", id: "client_assertion_type-dropped", want: as},
		{client: key, step: "token", edit: "client_assertion_type=magic", id: "client_assertion_type-changed", want: as},
		{client: key, step: "token", edit: "-client_id", id: "client_id-beside-assertion", want: as},
		{client: key, step: "token", edit: "client_id=practice", id: "client_id-changed", want: as},
		{client: key, setup: par, step: "par", edit: "client_assertion=e30.e30.e30", id: "client_assertion-changed", want: as},
		{client: jwt, step: "token", edit: "client_assertion=e30.e30.e30", id: "client_assertion-changed", want: as},
		{client: jwt, step: "token", edit: "-client_assertion", id: "client_assertion-dropped", want: as},

		{over: flows.ExchangeToken, client: "practice-basic", step: "token", edit: "subject_token_type=magic", id: "subject_token_type-changed", want: as},
		{over: flows.ExchangeToken, client: "practice-basic", step: "token", edit: "requested_token_type=magic", id: "requested_token_type", want: unjudged},

		// a person's password
		{flow: flows.Password, setup: alice, step: "token", edit: "-username", id: "username-dropped", want: as},
		{flow: flows.Password, setup: alice, step: "token", edit: "username=nobody", id: "username-changed", want: as},
		{flow: flows.Password, setup: alice, step: "token", edit: "-password", id: "password-dropped", want: as},
		{flow: flows.Password, setup: alice, step: "token", edit: "password=wrong", id: "password-changed", want: as},
		{flow: flows.Password, setup: alice, step: "token", edit: "+username=bob", id: "repeated", want: as},

		// extra parameters of a flow without a browser are edits that were made before it
		{client: "practice-basic", flow: flows.ClientCredentials, setup: both(machine, extra("grant_type", "magic")), id: "grant_type-changed", want: as},
		{client: key, flow: flows.ClientCredentials, setup: both(machine, extra("grant_type", "")), id: "grant_type-dropped", want: otherwise},
		{flow: flows.Password, setup: both(alice, extra("password", "wrong")), id: "password-changed", want: as},
		{flow: flows.DeviceCode, setup: func(c *flows.Config) { c.Extra = map[string][]string{"scope": {"openid", "profile"}} }, id: "repeated", want: as},
		{flow: flows.CIBA, client: "practice-basic", setup: both(hinted, extra("login_hint", "nobody")), id: "ciba-hint-changed", want: as},
		{flow: flows.CIBA, client: "practice-basic", setup: both(hinted, extra("scope", "")), id: "ciba-scope-dropped", want: accepted},

		// the way out
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "post_logout_redirect_uri=https://evil.example/", id: "logout-return-changed", want: as, silent: true},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "-post_logout_redirect_uri", id: "logout-return-dropped", want: as, silent: true},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "state=another", id: "logout-state-changed", want: as},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "-state", id: "logout-state-changed", want: as},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "id_token_hint=e30.e30.e30", id: "logout-hint-changed", want: as, silent: true},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "client_id=practice-strict", id: "logout-client", want: as, silent: true},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "-id_token_hint", id: "logout-hint-dropped", want: unjudged},
		{over: flows.Logout, setup: away, kind: open, step: "logout", edit: "frobnicate=1", id: "logout-unknown", want: as},
		{over: flows.Logout, setup: away, kind: back, step: "logout", edit: "state=another", id: "logout-return-state", want: as},
	} { // As in TestPredictions: where it is not as predicted, go-oidc differs.
		t.Run(c.client+" "+c.step+" "+c.edit+" "+c.id, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}
