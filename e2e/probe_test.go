//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestVerdictsOfProbes holds what probe says of Dex and of zitadel's example against what their sources do. What is written behind a
// verdict is where that was read.
func TestVerdictsOfProbes(t *testing.T) {
	d, z := startDex(t), startZitadel(t)
	for name, c := range map[string]struct {
		person   *person
		args     []string
		verdicts map[string]string
	}{
		"Dex": {d.person, []string{d.issuer, "--client-id", "scope-secret", "--client-secret", "env:DEX_SECRET", "--redirect-uri", d.secretRedirect, "--other-client-id", "scope-public"}, map[string]string{
			"redirect-path": "pass", "redirect-slash": "pass", "redirect-case": "pass", // compared as strings: validateRedirectURI
			"redirect-twice":        "fail",           // the first one counts: url.Values.Get in parseAuthorizationRequest
			"prompt-none":           "fail",           // the word prompt is nowhere in its server
			"frames":                "fail",           // no such header unless web.headers has one
			"plain-challenge":       "fail",           // announced, and compared by calculateCodeChallenge
			"wrong-secret":          "fail",           // withClientFromStorage sends no WWW-Authenticate
			"code-twice":            "pass",           // deleted with its first use: exchangeAuthCode
			"code-twice-revokes":    "fail",           // access tokens are signed and never looked up
			"code-other-client":     "inconclusive",   // refused, but as server_error: exchangeAuthCode takes it for a failure of its storage
			"wrong-verifier":        "pass",           // checked in handleAuthCode
			"introspect-no-auth":    "fail",           // handleIntrospect asks for nobody
			"userinfo-made-up":      "fail",           // 403 and access_denied in handleUserInfo
			"refresh-scope":         "pass",           // refused, as invalid_request: getRefreshScopes
			"refresh-rotation":      "pass",           // updateRefreshToken makes a new one
			"refresh-reuse":         "pass",           // reuseInterval is 0 here
			"refresh-reuse-revokes": "fail",           // the new one goes on: updateRefreshToken
			"revoke-other-client":   "not_applicable", // it has no revocation
		}},
		"zitadel": {z.person, []string{z.issuer, "--client-id", "native", "--redirect-uri", "http://localhost/callback", "--other-client-id", "web", "--other-client-secret", "env:ZITADEL_SECRET"}, map[string]string{
			"frames":          "fail",                        // its templates are served with no header
			"authorize-cors":  "fail",                        // one CORS handler around all of it: op.CreateRouter
			"no-challenge":    "fail",                        // AuthorizeCodeChallenge only checks what was sent
			"plain-challenge": "fail",                        // VerifyCodeChallenge
			"token-get":       "fail", "token-query": "fail", // r.Form, which holds the address too: ParseAuthenticatedTokenRequest
			"userinfo-no-token":     "fail", // http.Error without WWW-Authenticate: op.Userinfo
			"token-in-query":        "fail", // ParseUserinfoRequest reads r.Form
			"token-cache":           "fail", // MarshalJSON sets the type alone
			"wrong-verifier":        "pass",
			"code-twice":            "pass", // DeleteAuthRequest with the first
			"refresh-reuse":         "pass", // storage.renewRefreshToken deletes the old one
			"refresh-reuse-revokes": "fail", // and the new one lives on
			"revoke-other-client":   "pass", // refused: "token was not issued for this client"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var only []string
			for slug := range c.verdicts {
				only = append(only, slug)
			}
			got := probed(t, c.person, append(c.args, "--only", strings.Join(only, ","))...)
			for _, slug := range only {
				if got[slug] != c.verdicts[slug] {
					t.Errorf("%s: want %s, got %q", slug, c.verdicts[slug], got[slug])
				}
			}
		})
	}
}

// probed runs probe, and gives the result of each attempt by its name.
func probed(t *testing.T, who *person, args ...string) map[string]string {
	t.Helper()
	o := newOpener(t)
	stop := who.visits(t, o)
	r := program(t, cleanEnv(t, o.env(), "DEX_SECRET=s3cret+with%2Fodd characters", "ZITADEL_SECRET=secret"), nil,
		append([]string{"probe", "--yes", "--json", "--login-timeout", "3s"}, args...)...)
	stop()
	var report struct {
		Probes []struct{ Slug, Result string }
	}
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("status %d, %v", r.status, err)
	}
	if secret := compactToken.FindString(r.stdout + r.stderr); secret != "" {
		t.Errorf("the report shows a token: %s", secret)
	}
	results := make(map[string]string)
	for _, p := range report.Probes {
		results[p.Slug] = p.Result
	}
	return results
}
