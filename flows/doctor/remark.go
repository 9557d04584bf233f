package doctor

import (
	"slices"

	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// remark is what is known of some providers that bears on the finding of a check.
type remark struct {
	check     string
	providers []string // ids of presets, or of their families
	severity  rule.Severity
	text      func(*preset.Preset) string
}

// quirk takes the remark from the table of quirks.
func quirk(id string) func(*preset.Preset) string {
	return func(*preset.Preset) string {
		for _, q := range preset.Quirks() {
			if q.ID == id {
				return q.Text + "; " + q.Handling
			}
		}
		return ""
	}
}

func issuerFact(p *preset.Preset) string { return p.IssuerFact.Text }
func cacheFact(p *preset.Preset) string  { return p.CacheFact.Text }
func saying(text string) func(*preset.Preset) string {
	return func(*preset.Preset) string { return text }
}

// remarks lists them. A severity lowers that of the findings: what a provider does by design is worth knowing, and no fault. Without
// one the finding stays as it is, and the remark explains it.
func remarks() []remark {
	const design = "by design of this provider"
	of := func(ids ...string) []string { return ids }
	return []remark{
		{"DISC-001", of("kubernetes"), 0, issuerFact},
		{"DISC-003", of("kubernetes"), 0, issuerFact},
		{"DISC-005", of("entra-consumers"), rule.Info, issuerFact},
		{"DISC-005", of("entra", "okta", "okta-org", "okta-custom", "kanidm", "fusionauth"), 0, issuerFact},
		{"DISC-006", of("auth0", "authentik", "jumpcloud", "hydra", "entra-b2c"), 0, issuerFact},
		{"DISC-008", of("entra-v1", "entra-b2c", "entra-ciam"), rule.Info, issuerFact},
		{"DISC-008", of("keycloak", "authelia", "zitadel", "duende", "fusionauth", "sap-ias", "linkedin", "casdoor"), 0, issuerFact},
		{"DISC-009", of("entra"), rule.Info, saying("the document for several tenants: put the token's tid in the place of {tenantid}, then compare")},
		{"DISC-012", of("fusionauth"), 0, issuerFact},
		{"DISC-013", of("okta", "okta-custom", "keycloak"), 0, issuerFact},
		{"DISC-018", of("eks"), rule.Info, issuerFact},
		{"DISC-019", of("google", "cognito", "entra", "linkedin", "facebook"), 0, saying(design)},
		{"DISC-020", of("authentik", "kanidm", "vault", "entra", "entra-b2c", "logto"), rule.Info, issuerFact},
		{"DISC-021", of("facebook"), 0, quirk("Q41")},
		{"DISC-030", of("entra", "cognito"), rule.Info, quirk("Q15")},
		{"DISC-030", of("slack", "linkedin", "dex", "hydra"), 0, quirk("Q15")},
		{"DISC-034", of("linkedin"), rule.Warn, quirk("Q17")},
		{"DISC-036", of("google", "auth0", "entra"), rule.Info, saying("this provider leaves none out and takes public clients all the same")},
		{"DISC-037", of("entra"), 0, saying("Entra takes RS256 and PS256")},
		{"DISC-039", of("apple", "auth0", "google", "twitch", "linkedin"), 0, quirk("Q16")},
		{"DISC-040", of("gitlab"), 0, quirk("Q12")},
		{"DISC-042", of("google"), 0, func(p *preset.Preset) string { return p.RefreshFact.Text }},
		{"DISC-046", of("apple"), 0, saying(design)},
		{"DISC-049", of("google", "gitlab", "apple", "cognito"), 0, func(p *preset.Preset) string { return p.RevocationFact.Text }},
		{"DISC-058", of("salesforce", "pingfederate"), rule.Info, quirk("Q13")},
		{"EP-004", of("entra"), 0, saying("answered with AADSTS900561")},
		{"EP-007", of("github", "slack"), rule.Info, quirk("Q1")},
		{"HTTP-003", of("okta", "auth0", "keycloak", "onelogin", "vault", "dex", "google", "entra"), 0, cacheFact},
		{"JWKS-011", of("hydra"), 0, quirk("Q23")},
		{"JWKS-013", of("hydra"), 0, quirk("Q21")},
		{"JWKS-024", of("entra", "onelogin", "spiffe"), 0, quirk("Q18")},
		{"JWKS-025", of("slack", "spiffe"), 0, quirk("Q19")},
		{"JWKS-036", of("entra"), 0, issuerFact},
		{"JWKS-037", of("google"), 0, saying(design)},
		{"CFG-001", nil, 0, func(p *preset.Preset) string { return p.RedirectFact.Text }},
		{"CFG-006", nil, 0, func(p *preset.Preset) string { return p.ClientFact.Text }},
		{"CFG-008", nil, 0, func(p *preset.Preset) string { return p.RefreshFact.Text }},
		{"CFG-014", nil, 0, func(p *preset.Preset) string { return p.AccessTokenFact.Text }},
	}
}

// remarked adds what is known of the provider to an outcome that has findings.
func (s *Subject) remarked(o Outcome) Outcome {
	if o.Result != rule.Found || s.Preset == nil {
		return o
	}
	ids := s.Preset.Families()
	for _, r := range remarks() {
		if r.check != o.ID || r.providers != nil && !slices.ContainsFunc(r.providers, func(id string) bool { return slices.Contains(ids, id) }) {
			continue
		}
		if o.Remark = r.text(s.Preset); o.Remark != "" {
			o.Remark = s.Preset.Name + ": " + o.Remark
		}
		if r.severity != 0 {
			o.Findings = slices.Clone(o.Findings)
			for i := range o.Findings {
				o.Findings[i].Severity = r.severity
			}
		}
		return o
	}
	return o
}
