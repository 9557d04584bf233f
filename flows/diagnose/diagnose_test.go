package diagnose

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// TestRunAtAProvider: a run knows more than an answer, and the diagnosis uses it.
func TestRunAtAProvider(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_grant", Description: "Incorrect redirect_uri", Status: 400}}
	in := flows.DiagnosisInput{Step: "token", RedirectURI: "http://127.0.0.1:41207/callback", Metadata: &flows.Metadata{Issuer: "https://idp.example/realms/app"},
		Config:   flows.Config{Issuer: "https://idp.example/realms/app", ClientID: "app", ClientSecret: secret.New("not-to-be-seen")},
		Exchange: &record.Exchange{Purpose: "token", Request: record.Request{Method: "POST", URL: "https://idp.example/realms/app/protocol/openid-connect/token"}, Response: &record.Response{Status: 400}}}
	d := Problem(p, in)
	if d.ID != "KC-08" || d.Provider != "keycloak" || d.Fixes[0].Value != "http://127.0.0.1:41207/callback" {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(strings.Join(d.Checked, ","), "the discovery document") {
		t.Errorf("checked: %q", d.Checked)
	}
}

func TestCanceledRunsHaveNoDiagnosis(t *testing.T) {
	if d := Problem(&flows.Problem{Kind: flows.ProblemCanceled}, flows.DiagnosisInput{}); d != nil {
		t.Errorf("%+v", d)
	}
}

// TestOwnDiagnosis: what the engine found by itself stays, and joins what the provider's words say.
func TestOwnDiagnosis(t *testing.T) {
	own := func() *flows.Diagnosis {
		return &flows.Diagnosis{ID: "CL-BASIC", Summary: "encoded", Causes: []string{"the encoding"}, Fixes: []flows.Fix{{Text: "send it in the body"}}}
	}
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_client"}, Diagnosis: own()}
	if d := Problem(p, flows.DiagnosisInput{Step: "token"}); d.ID != "CL-BASIC" || len(d.Checked) == 0 {
		t.Errorf("no provider: %+v", d)
	}
	p.Diagnosis, p.OAuth.SubCode = own(), "AADSTS7000215"
	if d := Problem(p, flows.DiagnosisInput{Step: "token"}); d.ID != "ENT-19" || d.Causes[len(d.Causes)-1] != "the encoding" {
		t.Errorf("with a provider: %+v", d)
	}
}

func TestClock(t *testing.T) {
	for skew, want := range map[time.Duration]string{3 * time.Minute: "3m0s behind", -3 * time.Minute: "3m0s ahead of"} {
		p := &flows.Problem{Kind: flows.ProblemCheck, Ref: idTokenChecks, Expected: "The token has not expired", Got: "expired 3 min ago"}
		d := Problem(p, flows.DiagnosisInput{Step: "id_token", Skew: skew, SkewKnown: true})
		if d.ID != "CL-09" || !strings.Contains(d.Fixes[0].Text, want) {
			t.Errorf("%v: %+v", skew, d)
		}
	}
}

// TestClockIsNotBlamed when the provider's clock shows the same time.
func TestClockIsNotBlamed(t *testing.T) {
	for _, check := range []string{"The token has not expired", "The token was issued not too far away from now"} {
		p := &flows.Problem{Kind: flows.ProblemCheck, Ref: idTokenChecks, Expected: check, Got: "expired 10 min ago"}
		d := Problem(p, flows.DiagnosisInput{Step: "id_token", SkewKnown: true})
		if d.ID != "CL-09" || strings.Contains(strings.Join(d.Causes, ";")+d.Fixes[0].Text, "this machine") {
			t.Errorf("%s: %+v", check, d)
		}
	}
}

// TestClockOnlyWhenItDiffers: a clock that is right need not be set, and the provider's words stay when nothing else is left to do.
func TestClockOnlyWhenItDiffers(t *testing.T) {
	p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_dpop_proof", Description: "bad", Status: 400}}
	for skew, want := range map[time.Duration]bool{0: false, 3 * time.Minute: true} {
		d := Problem(p, flows.DiagnosisInput{Step: "token", Skew: skew, SkewKnown: true})
		if said := slices.ContainsFunc(d.Fixes, func(f flows.Fix) bool { return strings.Contains(f.Text, "clock of this machine") }); said != want || len(d.Fixes) == 0 {
			t.Errorf("%v: %+v", skew, d.Fixes)
		}
	}
}

// TestUnknownSaysWhatIsKnown, and invents nothing.
func TestUnknownSaysWhatIsKnown(t *testing.T) {
	d := Problem(&flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "quite_new", Description: "Try harder. And more.", URI: "https://idp.example/e", Status: 400}}, flows.DiagnosisInput{Step: "token"})
	if d.ID != "UNKNOWN" || len(d.Causes) != 0 || !strings.Contains(d.Summary, "quite_new") || d.Fixes[0].Value != "Try harder" || d.Fixes[1].Value != "https://idp.example/e" {
		t.Errorf("%+v", d)
	}
}

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		pattern    pattern
		text, name string
		want       string
		ok         bool
	}{
		{"scope '{s}' is", `The scope "Read" is bad`, "s", "Read", true},
		{"scope {s}", "scope read:all.", "s", "read:all", true},
		{"a*b", "a " + strings.Repeat("x", maxGap) + " b", "", "", false},
		{"a*b", "a is not b", "", "", true},
		{"ab*cd", "ab cX ab cd", "", "", true},
		{"{s}", "anything", "s", "", false},
		{"", "anything", "", "", false},
	} {
		found, ok := c.pattern.match(newWords(c.text))
		if ok != c.ok || ok && c.name != "" && found[c.name] != c.want {
			t.Errorf("%q in %q: %v, %v", c.pattern, c.text, found, ok)
		}
	}
}
