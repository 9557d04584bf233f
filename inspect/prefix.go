package inspect

import "strings"

// KnownPrefix names the well-known prefix of an opaque token and whose tokens begin like that, or "". The token stays opaque: the
// prefix only tells whom to ask.
func KnownPrefix(token string) (prefix, who string) {
	for _, p := range [...]struct{ prefix, who string }{
		{"gho_", "a GitHub OAuth access token"}, {"ghp_", "a GitHub personal access token"}, {"ghu_", "a GitHub App user token"},
		{"ghs_", "a GitHub App installation token"}, {"ghr_", "a GitHub refresh token"}, {"github_pat_", "a GitHub fine-grained token"},
		{"glpat-", "a GitLab personal access token"}, {"gloas-", "a GitLab OAuth application secret"}, {"ya29.", "a Google access token"},
		{"1//", "a Google refresh token"}, {"xoxb-", "a Slack bot token"}, {"xoxp-", "a Slack user token"}, {"xoxe-", "a Slack refresh token"},
		{"xoxe.", "a Slack rotating token"}, {"ory_at_", "an Ory Hydra access token"}, {"ory_rt_", "an Ory Hydra refresh token"},
		{"ory_ac_", "an Ory Hydra authorization code"}, {"sk_live_", "a Stripe secret key"}, {"sk_test_", "a Stripe test key"},
		{"npm_", "an npm token"}, {"dop_v1_", "a DigitalOcean token"}, {"shpat_", "a Shopify access token"}, {"hvs.", "a Vault service token"},
		{"EwB", "a Microsoft account token"}, {"M.C", "a Microsoft account token"}, {"0.A", "an Entra refresh token or code"}, {"1.A", "an Entra refresh token or code"},
		{"EAA", "a Facebook access token"}, {"00D", "a Salesforce session"}, {"v^1.1#", "an eBay token"}, {"v1.", "an Auth0 refresh token"},
	} {
		if strings.HasPrefix(token, p.prefix) {
			return p.prefix, p.who
		}
	}
	return "", ""
}
