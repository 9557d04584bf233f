package preset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTable holds every row to what the package promises.
func TestTable(t *testing.T) {
	names := make(map[string]string)
	for _, p := range All() {
		for _, name := range append([]string{p.ID, p.Name}, p.Aliases...) {
			if other, taken := names[fold(name)]; taken && other != p.ID {
				t.Errorf("%q names both %s and %s", name, other, p.ID)
			}
			names[fold(name)] = p.ID
		}
		for label, f := range map[string]Fact{"issuer": p.IssuerFact, "device": p.DeviceFact, "client": p.ClientFact, "redirect": p.RedirectFact,
			"refresh": p.RefreshFact, "rotation": p.RotationFact, "access token": p.AccessTokenFact, "revocation": p.RevocationFact, "cache": p.CacheFact} {
			if f.Mark == Checked && f.Source == "" {
				t.Errorf("%s, %s: a checked fact names its source", p.ID, label)
			}
		}
		for _, phrase := range append(p.signs.marks, p.signs.phrases...) {
			if phrase != strings.ToLower(phrase) || len(phrase) < 4 {
				t.Errorf("%s: phrase %q can't match or says too little", p.ID, phrase)
			}
		}
		if p.Family != "" {
			if _, ok := Find(p.Family); !ok {
				t.Errorf("%s: no family %q", p.ID, p.Family)
			}
		}
		if p.Use == Login && (p.Redirect == "" || p.Register == "" || p.Places.Redirect == "" || p.Pattern() == "" && p.Endpoint("token_endpoint") == "") {
			t.Errorf("%s: a provider for logins has an issuer or endpoints, a redirect rule, and a place to register", p.ID)
		}
	}
	if n := len(All()); n < 45 {
		t.Errorf("%d presets, want all", n)
	}
	for i, q := range Quirks() {
		if q.ID != "Q"+itoa(i+1) || q.Text == "" || q.Handling == "" || len(q.Steps) == 0 || q.Mark == Checked && q.Source == "" {
			t.Errorf("quirk %+v", q)
		}
		for _, id := range q.Providers {
			if p, ok := Find(id); !ok || p.ID != id {
				t.Errorf("%s: no preset %q", q.ID, id)
			}
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"entra": "entra", "Entra ID": "entra", "Microsoft Entra ID": "entra", "azure-ad": "entra", "identityserver": "duende", "IdentityServer4": "duende",
		"ory": "hydra", "doorkeeper": "gitlab", "okta-custom": "okta", "okta-org": "okta-org", "k8s": "kubernetes", "gcp-sts": "gcp-wif", "forgerock": "openam",
		"": "", "--": "", "nobody": "",
	} {
		if p, ok := Find(name); ok != (want != "") || ok && p.ID != want {
			t.Errorf("Find(%q): %+v, %v", name, p, ok)
		}
	}
}

func TestComplete(t *testing.T) {
	ids := func(typed string) string {
		var all []string
		for _, p := range Complete(typed) {
			all = append(all, p.ID)
		}
		return strings.Join(all, " ")
	}
	for typed, want := range map[string]string{"okta": "okta okta-org", "keyc": "keycloak", "identity": "duende pingfederate sap-ias wso2", "": "", "zz": ""} {
		if got := ids(typed); got != want && typed != "identity" || typed == "identity" && !strings.Contains(got, "duende") {
			t.Errorf("Complete(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for name, c := range map[string]struct {
		clues Clues
		want  string
		by    Evidence
	}{
		"Google":             {Clues{Issuer: "https://accounts.google.com"}, "google", ByIssuer},
		"a tenant":           {Clues{Issuer: "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"}, "entra", ByIssuer},
		"common":             {Clues{Issuer: "https://login.microsoftonline.com/common/v2.0"}, "entra-common", ByIssuer},
		"version 1":          {Clues{Issuer: "https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/"}, "entra", ByIssuer},
		"a realm":            {Clues{Issuer: "https://idp.example/realms/app"}, "keycloak", ByIssuer},
		"an old realm":       {Clues{Issuer: "https://idp.example/auth/realms/app"}, "keycloak", ByIssuer},
		"a region":           {Clues{Issuer: "https://contoso.eu.auth0.com/"}, "auth0", ByIssuer},
		"a server":           {Clues{Issuer: "https://dev-1.okta.com/oauth2/aus1"}, "okta", ByIssuer},
		"an organization":    {Clues{Issuer: "https://dev-1.okta.com"}, "okta-org", ByIssuer},
		"says nothing":       {Clues{Issuer: "https://op.example/dex"}, "", ""},
		"says nothing else":  {Clues{Issuer: "https://op.example/some/oidc"}, "", ""},
		"not an address":     {Clues{Issuer: "::"}, "", ""},
		"GitHub's endpoint":  {Clues{URLs: []string{"https://github.com/login/oauth/access_token"}}, "github", ByHost},
		"Cognito's domain":   {Clues{URLs: []string{"https://x.auth.eu-west-1.amazoncognito.com/oauth2/token"}}, "cognito", ByHost},
		"a look-alike":       {Clues{URLs: []string{"https://evil-okta.com/"}}, "", ""},
		"a domain of theirs": {Clues{Document: []byte(`{"mfa_challenge_endpoint":"https://login.example/mfa/challenge"}`)}, "auth0", ByDocument},
		"Glewlwyd": {Clues{Document: []byte(`{"authorization_endpoint":"http://localhost:4593/api/oidc/auth","jwks_uri":"http://localhost:4593/api/oidc/jwks","device_authorization_endpoint":"http://localhost:4593/api/oidc/device_authorization"}`)},
			"glewlwyd", ByEndpoint},
		"something at /oidc":   {Clues{URLs: []string{"https://idp.example/oidc/auth", "https://idp.example/oidc/jwks"}}, "", ""},
		"Authelia":             {Clues{URLs: []string{"https://auth.example/api/oidc/token"}}, "authelia", ByEndpoint},
		"oidc-provider":        {Clues{Document: []byte(`{"jwks_uri":"https://op.example/jwks","end_session_endpoint":"https://op.example/session/end","token_endpoint":"https://op.example/token","userinfo_endpoint":"https://op.example/me"}`)}, "node-oidc-provider", ByEndpoint},
		"and Logto over it":    {Clues{Document: []byte(`{"jwks_uri":"https://l.example/oidc/jwks","authorization_endpoint":"https://l.example/oidc/auth","end_session_endpoint":"https://l.example/oidc/session/end","token_endpoint":"https://l.example/oidc/token","userinfo_endpoint":"https://l.example/oidc/me"}`)}, "logto", ByEndpoint},
		"its page":             {Clues{Text: "oops! something went wrong\nerror: invalid_redirect_uri\nerror_description: redirect_uri did not match any of the client's registered redirect_uris"}, "node-oidc-provider", ByWords},
		"a code of RFC 9101":   {Clues{Text: `{"error":"invalid_request_object"}`}, "", ""},
		"a code of CIBA":       {Clues{Text: `{"error":"invalid_user_code"}`}, "", ""},
		"words":                {Clues{Text: "AADSTS50011: The redirect URI …"}, "entra", ByWords},
		"longer words win":     {Clues{Text: `{"error":"invalid_grant","error_description":"PKCE verification failed: Code mismatch"}`}, "keycloak", ByWords},
		"a mark wins":          {Clues{Text: "AADSTS7000215: Invalid client secret provided, as \"message\":\"invalid client secret\""}, "entra", ByWords},
		"its places are known": {Clues{Document: []byte(`{"token_endpoint":"https://idp.example/oauth/token"}`), Text: "PKCE verification failed: Code mismatch"}, "", ""},
		"no words":             {Clues{Text: `{"error":"invalid_client"}`}, "", ""},
		"not a document":       {Clues{Document: []byte(`[1,`)}, "", ""},
	} {
		p, by := Recognise(c.clues)
		if got := idOf(p); got != c.want || by != c.by {
			t.Errorf("%s: %q by %q, want %q by %q", name, got, by, c.want, c.by)
		}
	}
}

func idOf(p *Preset) string {
	if p == nil {
		return ""
	}
	return p.ID
}

// TestRecogniseRecorded takes the recorded documents without their issuers, which are replaced by examples in some.
func TestRecogniseRecorded(t *testing.T) {
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	for file, want := range map[string]string{
		"apple": "apple", "auth0": "auth0", "authentik": "authentik", "dex": "dex", "entra-common": "entra", "facebook": "facebook", "github-actions": "github-actions", "gitlab": "gitlab",
		"google": "google", "hydra": "hydra", "keycloak": "keycloak", "okta-custom-as-oauth-metadata": "okta", "okta-org": "okta", "salesforce": "salesforce", "slack": "slack", "naver-no-jwks": "",
	} {
		document, err := os.ReadFile(filepath.Join(dir, "discovery", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if p, by := Recognise(Clues{Document: document}); idOf(p) != want {
			t.Errorf("%s: %q by %q, want %q", file, idOf(p), by, want)
		}
	}
}

func TestRegister(t *testing.T) {
	const sent = "http://127.0.0.1:49152/callback"
	for rule, want := range map[Redirect]string{
		Exact: sent, AnyPort: "http://127.0.0.1/callback", AnyPortIP: "http://127.0.0.1/callback", AnyPortName: "http://localhost/callback", RealDomain: "", Wildcard: "http://127.0.0.1/*", Unregistered: sent, BelowCallback: sent,
	} {
		if got := rule.Register(sent); got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
	}
	if got := AnyPortIP.Register("http://localhost:8085/callback"); got != "http://localhost:8085/callback" {
		t.Errorf("the name localhost keeps its port: %q", got)
	}
	if got := AnyPort.Register("http://[::1]:8085/cb"); got != "http://[::1]/cb" {
		t.Errorf("IPv6: %q", got)
	}
	if got := RealDomain.Register("https://app.example/cb"); got != "https://app.example/cb" {
		t.Errorf("a real domain: %q", got)
	}
	if got := Exact.Register("callback"); got != "" {
		t.Errorf("no address: %q", got)
	}
}

func TestQuirksOfAStep(t *testing.T) {
	p, _ := Find("github")
	if q := p.Quirks(Device); len(q) != 4 {
		t.Errorf("GitHub's quirks of the device flow: %+v", q)
	}
	if q := p.Quirks(IDToken); len(q) != 0 {
		t.Errorf("none of the ID token: %+v", q)
	}
}
