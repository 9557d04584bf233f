package diagnose

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
)

func TestWhatThePersonChangedIsTheFirstCause(t *testing.T) {
	problem := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_grant", Status: 400}, Ref: "RFC 6749 5.2"}
	in := flows.DiagnosisInput{Flow: "pkce", Step: "token"}
	without := Problem(problem, in)
	in.Edits = []flows.Edited{{Step: "token", Purpose: "token", What: "dropped code_verifier", Must: "without the verifier the provider must answer invalid_grant", Ref: "RFC 7636 4.6"},
		{Step: "authorize", Purpose: "callback", What: "changed iss"}}
	d := Problem(problem, in)
	if d.ID != without.ID || len(d.Causes) != len(without.Causes)+2 {
		t.Errorf("the diagnosis itself changed: %+v", d)
	}
	if got, want := d.Causes[0], "you dropped code_verifier from the token request: without the verifier the provider must answer invalid_grant (RFC 7636 4.6)"; got != want {
		t.Errorf("first cause %q, want %q", got, want)
	}
	if got := d.Causes[1]; got != "you changed iss in what the browser brought back" {
		t.Errorf("second cause %q", got)
	}
	if !strings.Contains(d.Fixes[0].Text, "unchanged") {
		t.Errorf("first fix %q", d.Fixes[0].Text)
	}
}
