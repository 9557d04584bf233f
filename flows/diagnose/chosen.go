package diagnose

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// choice is something that the person asked for and that many providers refuse, often without a word about which parameter it was.
type choice struct {
	at    []Endpoint
	when  func(flows.DiagnosisInput) bool
	about []string // words of an answer that is about this
	cause func(flows.DiagnosisInput) string
	fix   flows.Fix
}

// choices are what an authorization request can be made with on purpose, the likeliest to be refused first.
func choices() []choice {
	login := []Endpoint{AtCallback, AtAuthorize, AtPAR}
	says := func(text string) func(flows.DiagnosisInput) string {
		return func(flows.DiagnosisInput) string { return text }
	}
	pkce := []string{"pkce", "code_challenge", "code challenge", "code_verifier", "code verifier"}
	return []choice{
		{append([]Endpoint{AtToken}, login...), func(in flows.DiagnosisInput) bool { return in.Config.Request.PKCE == flows.PKCEOff && hasCode(in) }, pkce,
			says("PKCE was left out (--pkce off), and the provider may want it"), flows.Fix{Text: "let the request have its code challenge", Value: "--pkce S256"}},
		{append([]Endpoint{AtToken}, login...), func(in flows.DiagnosisInput) bool { return in.Config.Request.PKCE == flows.PKCEPlain && hasCode(in) }, pkce,
			plainCause, flows.Fix{Text: "send the verifier's hash", Value: "--pkce S256"}},
		{login, func(in flows.DiagnosisInput) bool { return in.Flow == "implicit" || in.Flow == "hybrid" }, []string{"response_type", "response type", "implicit", "hybrid"},
			func(in flows.DiagnosisInput) string {
				return "the " + in.Flow + " flow may be off for this client, as it is at most providers"
			}, flows.Fix{Text: "use the authorization code flow, or allow this one for the client", Value: "--flow pkce"}},
		{login, func(in flows.DiagnosisInput) bool {
			return in.Config.ResponseMode != "" && !announced(in, modes, in.Config.ResponseMode)
		}, []string{"response_mode", "response mode"},
			func(in flows.DiagnosisInput) string {
				return "the provider does not announce the response mode " + in.Config.ResponseMode
			}, flows.Fix{Text: "leave --response-mode out, or use one of response_modes_supported"}},
		{login, func(in flows.DiagnosisInput) bool { return unannouncedLevels(in) != "" }, []string{"acr"},
			func(in flows.DiagnosisInput) string {
				return "the provider does not announce the acr value " + unannouncedLevels(in)
			}, flows.Fix{Text: "leave --acr-values out, or use one of acr_values_supported"}},
	}
}

// hasCode reports whether the flow has a code to protect.
func hasCode(in flows.DiagnosisInput) bool { return flows.Uses(in.Flow, "pkce") }

func plainCause(in flows.DiagnosisInput) string {
	if m := in.Metadata; m != nil && len(m.CodeChallengeMethods) > 0 && !contains(m.CodeChallengeMethods, string(flows.PKCEPlain)) {
		return "the code challenge method is plain (--pkce plain), and the provider announces " + strings.Join(m.CodeChallengeMethods, ", ") + " only"
	}
	return "the code challenge method is plain (--pkce plain), and the provider may want S256"
}

func modes(m *flows.Metadata) []string { return m.ResponseModesSupported }

// announced reports whether a value is on a list of the provider's; one without the list announces nothing of it.
func announced(in flows.DiagnosisInput, list func(*flows.Metadata) []string, value string) bool {
	return in.Metadata != nil && contains(list(in.Metadata), value)
}

func unannouncedLevels(in flows.DiagnosisInput) string {
	var unknown []string
	for _, v := range in.Config.Request.ACRValues {
		if !announced(in, func(m *flows.Metadata) []string { return m.ACRValues }, v) {
			unknown = append(unknown, v)
		}
	}
	return strings.Join(unknown, ", ")
}

// byChoice puts what the person chose before the causes of a refusal that names none itself, or that is about just that. Where the
// provider's words are about something else, a row has found it and its causes stay.
func (s *situation) byChoice(d *flows.Diagnosis, in flows.DiagnosisInput) *flows.Diagnosis {
	if d == nil || s.kind != flows.ProblemRefused {
		return d
	}
	vague := d.ID == "UNKNOWN" || strings.HasPrefix(d.ID, "SPEC-invalid_request") || d.ID == "SPEC-unauthorized_client" || s.endpoint != AtToken && strings.HasPrefix(d.ID, "SPEC-silent")
	var named, others []choice
	for _, c := range choices() {
		switch {
		case !slices.Contains(c.at, s.endpoint) || !c.when(in):
		case s.hasAny(c.about...):
			named = append(named, c)
		case vague && (s.endpoint != AtToken || s.code == "invalid_request"):
			others = append(others, c)
		}
	}
	if len(named) == 0 {
		named = others
	}
	if len(named) == 0 {
		return d
	}
	var causes []string
	var fixes []flows.Fix
	for _, c := range named {
		causes, fixes = append(causes, c.cause(in)), append(fixes, c.fix)
	}
	d.Causes, d.Fixes = append(causes, d.Causes...), append(fixes, d.Fixes...)
	d.Checked = append([]string{"what was asked for"}, d.Checked...)
	return d
}
