package flows

import (
	"slices"
	"strings"
	"testing"
)

func TestIssuerAsPeoplePasteIt(t *testing.T) {
	for given, want := range map[string]string{
		"https://idp.example":                                          "https://idp.example",
		" https://idp.example/ ":                                       "https://idp.example/",
		"https://idp.example/.well-known/openid-configuration":         "https://idp.example",
		"https://idp.example/a/b/.well-known/openid-configuration":     "https://idp.example/a/b",
		"https://idp.example/.well-known/oauth-authorization-server/a": "https://idp.example/a",
		"http://127.0.0.1:8080":                                        "http://127.0.0.1:8080",
	} {
		if in := parseIssuer(given); in.issuer != want || in.problem != nil {
			t.Errorf("%q: issuer %q, problem %v", given, in.issuer, in.problem)
		}
	}
	for _, bad := range []string{"idp.example", "ftp://idp.example", "https://", "https://idp.example?x=1", "https://idp.example#x", "https://%zz"} {
		if in := parseIssuer(bad); in.problem == nil || in.problem.Kind != ProblemConfig {
			t.Errorf("%q: problem %v", bad, in.problem)
		}
	}
}

func TestCandidates(t *testing.T) {
	for given, want := range map[string][]string{
		"https://idp.example/": {"https://idp.example/.well-known/openid-configuration", "https://idp.example/.well-known/oauth-authorization-server"},
		"https://idp.example/a/b": {
			"https://idp.example/a/b/.well-known/openid-configuration", "https://idp.example/.well-known/oauth-authorization-server/a/b",
			"https://idp.example/a/b/.well-known/oauth-authorization-server", "https://idp.example/.well-known/openid-configuration/a/b"},
	} {
		if got := parseIssuer(given).candidates(); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", given, got, want)
		}
	}
	pasted := "https://idp.example/.well-known/oauth-authorization-server"
	if got := parseIssuer(pasted).candidates(); got[0] != pasted || len(got) != 2 {
		t.Errorf("the pasted address comes first, once: %q", got)
	}
}

func TestIssuerComparison(t *testing.T) {
	const entra = "https://login.microsoftonline.com/"
	for _, c := range []struct {
		asked, got string
		ok         bool
		mark       int
	}{
		{"https://idp.example", "https://idp.example", true, 0},
		{"https://idp.example", "https://idp.example/", false, 19},
		{"https://idp.example/", "https://idp.example", false, 19},
		{"https://idp.example/.well-known/openid-configuration", "https://idp.example/", true, 0},
		{"https://idp.example/.well-known/openid-configuration", "https://other.example", false, 8},
		{"https://idp.example/a", "https://IDP.example/a", false, 8},
		{"https://idp.example/a", "http://idp.example/a", false, 4},
		{entra + "common/v2.0", entra + "{tenantid}/v2.0", true, 0},
		{entra + "organizations/v2.0", entra + "{tenantid}/v2.0", true, 0},
		{entra + "consumers/v2.0", entra + entraConsumers + "/v2.0", true, 0},
		{entra + "common/v2.0", "https://evil.example/{tenantid}/v2.0", false, 8},
		{entra + "contoso/v2.0", entra + "{tenantid}/v2.0", false, len(entra)},
		{entra + "commonplace/v2.0", entra + "{tenantid}place/v2.0", false, len(entra)},
	} {
		remark, p := parseIssuer(c.asked).check(c.got)
		switch {
		case c.ok && (p != nil || remark == ""):
			t.Errorf("%s is %s: %v, remark %q", c.asked, c.got, p, remark)
		case !c.ok && p == nil:
			t.Errorf("%s is %s: accepted", c.asked, c.got)
		case !c.ok && (p.Mark != c.mark || p.Expected != strings.TrimSuffix(c.asked, oidcSuffix) || p.Got != c.got):
			t.Errorf("%s is %s: %+v", c.asked, c.got, p)
		}
	}
	_, p := parseIssuer("https://idp.example").check("https://idp.example/")
	if p.Diagnosis == nil || p.Diagnosis.Fixes[0].Value != "https://idp.example/" {
		t.Errorf("a slash says which form to use: %+v", p.Diagnosis)
	}
}
