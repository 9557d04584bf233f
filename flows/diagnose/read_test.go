package diagnose

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// TestShapes reads the forms in which people paste an error.
func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		want, code string
		status     int
	}{
		"address":             {"http://127.0.0.1:41207/callback?error=access_denied&error_description=User+is+not+assigned+to+the+client+application.&state=x", "OK-14", "access_denied", 0},
		"address in a line":   {`level=info msg="GET https://app.example/cb?error=login_required&state=abc" dur=1ms`, "SPEC-login_required", "login_required", 0},
		"fragment":            {"https://app.example/#error=invalid_scope&state=1", "SPEC-invalid_scope", "invalid_scope", 0},
		"query":               {"error=invalid_scope&error_description=no", "SPEC-invalid_scope", "invalid_scope", 0},
		"query, other order":  {"state=1&error=consent_required", "SPEC-consent_required", "consent_required", 0},
		"curl -i":             {"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{\"error\":\"invalid_client\"}", "SPEC-invalid_client", "invalid_client", 401},
		"curl -i, redirect":   {"HTTP/2 302\nlocation: https://app.example/cb?error=access_denied\n\n", "SPEC-access_denied", "access_denied", 302},
		"curl -i, challenge":  {"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\", error_description=\"The token is expired\"\n\n", "WORD-expired-token", "invalid_token", 401},
		"challenge":           {`WWW-Authenticate: Bearer error="insufficient_scope", scope="read:all"`, "SPEC-insufficient_scope", "insufficient_scope", 0},
		"challenge, no name":  {`Bearer realm="api", error="invalid_token"`, "SPEC-invalid_token", "invalid_token", 0},
		"DPoP challenge":      {`DPoP error="use_dpop_nonce", error_description="needs a nonce"`, "SPEC-use_dpop_nonce", "use_dpop_nonce", 0},
		"x/oauth2":            {`oauth2: "invalid_grant" "Code not valid"`, "KC-06", "invalid_grant", 0},
		"x/oauth2, long":      {"oauth2: cannot fetch token: 401 Unauthorized\nResponse: {\"error\":\"invalid_client\",\"error_description\":\"Invalid client credentials.\"}", "DX-07", "invalid_client", 401},
		"escaped JSON":        {`time=… err="{\"error\":\"invalid_grant\",\"error_description\":\"Incorrect redirect_uri\"}"`, "KC-08", "invalid_grant", 0},
		"logfmt":              {`level=warn error=invalid_grant error_description="PKCE verification failed: Code mismatch" ip=1`, "KC-10", "invalid_grant", 0},
		"page":                {"<!doctype html><html><head><title>Error</title></head><body><h1>We are sorry...</h1><p>Invalid parameter: redirect_uri</p></body></html>", "KC-01", "", 0},
		"page as text":        {"We are sorry...\nInvalid parameter: redirect_uri", "KC-01", "", 0},
		"AWS XML":             {"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>Incorrect token audience</Message></Error></ErrorResponse>", "AW-01", "InvalidIdentityToken", 0},
		"Salesforce resource": {`[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`, "SF-06", "INVALID_SESSION_ID", 0},
		"Entra, unknown":      {"AADSTS99999: Something new.", "ENT-0", "", 0},
		"Entra, number only":  {`{"error":"invalid_grant","error_codes":[54005]}`, "ENT-11", "invalid_grant", 0},
		"introspection":       {`{"active":false}`, "SPEC-inactive", "inactive", 0},
		"TLS":                 {`Get "https://idp.example/.well-known/openid-configuration": tls: failed to verify certificate: x509: certificate signed by unknown authority`, "CL-24", "", 0},
		"status alone":        {"503 Service Unavailable", "SPEC-5xx", "", 503},
		"unknown code":        {`{"error":"quite_new","error_description":"nobody knows"}`, "UNKNOWN", "quite_new", 0},
	} {
		a, err := Text(c.text, Hints{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.Diagnosis.ID != c.want || a.Error.Code != c.code || a.Error.Status != c.status {
			t.Errorf("%s: %s, code %q, status %d; want %s, %q, %d", name, a.Diagnosis.ID, a.Error.Code, a.Error.Status, c.want, c.code, c.status)
		}
	}
}

func TestTextThatIsNoError(t *testing.T) {
	for text, want := range map[string]error{
		"": ErrNothing, "hello world": ErrNothing, "{}": ErrNothing, "👋": ErrNothing,
		`{"access_token":"abcdef123456","token_type":"Bearer"}`: ErrNoError, `{"active":true}`: ErrNoError, "http://127.0.0.1:8085/cb?code=abcdef123456&state=x": ErrNoError, "http://127.0.0.1:8085/cb?code=": ErrNothing,
		`{"issuer":"https://a.example","jwks_uri":"https://a.example/k"}`:                                       ErrNoError,
		"https://a.example/authorize?client_id=app&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb": ErrRequest,
	} {
		if a, err := Text(text, Hints{}); !errors.Is(err, want) {
			t.Errorf("%q: %+v, %v; want %v", text, a, err, want)
		}
	}
}

// TestValuesToCopy checks that what stands in an answer comes back as the value to enter.
func TestValuesToCopy(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		hints Hints
		want  string
	}{
		"redirect URI of Entra":   {"AADSTS50011: The redirect URI 'http://localhost:8400/callback' specified in the request does not match", Hints{}, "http://localhost/callback"},
		"redirect URI of Google":  {"Error 400: redirect_uri_mismatch\nThe redirect URI in the request, http://127.0.0.1:8085/cb, does not match the ones authorized for the OAuth client.", Hints{}, "http://127.0.0.1:8085/cb"},
		"redirect URI of callers": {"http://127.0.0.1:41207/callback?error=redirect_uri_mismatch", Hints{Provider: "github"}, "http://127.0.0.1:41207/callback"},
		"scope of Entra":          {"AADSTS70011: The provided value for the input parameter 'scope' isn't valid. The scope api.read isn't valid.", Hints{}, "api.read"},
		"scope of fosite":         {`{"error":"invalid_scope","error_description":"The OAuth 2.0 Client is not allowed to request scope 'groups'."}`, Hints{Provider: "hydra"}, "groups"},
		"method of fosite":        {`{"error":"invalid_client","error_description":"The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested."}`, Hints{}, "--auth-method client_secret_basic"},
		"audience of Auth0":       {`{"error":"access_denied","error_description":"Service not found: https://api.example"}`, Hints{}, "https://api.example"},
		"issuer of AWS":           {"No OpenIDConnect provider found in your account for https://token.example", Hints{}, "https://token.example"},
		"scope of a resource":     {`WWW-Authenticate: Bearer error="insufficient_scope", scope="read:all"`, Hints{}, `--scope "openid read:all"`},
	} {
		a, err := Text(c.text, c.hints)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := false
		for _, f := range a.Diagnosis.Fixes {
			found = found || f.Value == c.want
		}
		if !found {
			t.Errorf("%s: %s, fixes %+v; want the value %q", name, a.Diagnosis.ID, a.Diagnosis.Fixes, c.want)
		}
	}
}

// everything joins what an answer says.
func everything(a *Answer) string {
	d, e := a.Diagnosis, a.Error
	all := []string{d.ID, d.Summary, d.Ref, d.Provider, e.Code, e.Description, e.URI, e.SubCode, e.Hint, e.TraceID, e.Shape, string(a.Endpoint)}
	all = append(all, d.Causes...)
	all = append(all, d.Checked...)
	for _, f := range d.Fixes {
		all = append(all, f.Text, f.Value)
	}
	return strings.Join(all, "\n")
}

func TestSecretsAreMasked(t *testing.T) {
	const hidden = "s3cr3t-Value_42x"
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"
	for name, text := range map[string]string{
		"code in an address": "https://app.example/cb?code=" + hidden + "&error=access_denied&error_description=got+" + hidden,
		"a secret in JSON":   `{"error":"invalid_client","error_description":"bad secret ` + hidden + `","client_secret":"` + hidden + `"}`,
		"a log line":         `msg="token request failed" client_secret=` + hidden + ` error=invalid_client error_description="secret ` + hidden + ` is wrong"`,
		"a header":           "Authorization: Bearer " + hidden + "\nerror: invalid_token, the token " + hidden + " has expired",
		"Casdoor":            `{"error":"invalid_grant","error_description":"verifier is invalid, challengeAnswer: [` + hidden + `]"}`,
		"a JWT in prose":     `{"error":"invalid_grant","error_description":"the assertion ` + jwt + ` has expired"}`,
		"encoded":            "error=invalid_grant&error_description=code%3D" + hidden + "+was+used",
	} {
		a, err := Text(text, Hints{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := everything(a); strings.Contains(said, hidden) || strings.Contains(said, jwt) {
			t.Errorf("%s: a secret is seen:\n%s", name, said)
		}
	}
}

func TestUnknownProviderIsNoHindrance(t *testing.T) {
	a, err := Text(`{"error":"invalid_grant"}`, Hints{Provider: "nobody"})
	if err != nil || a.Diagnosis.Provider != "" || a.Diagnosis.ID != "SPEC-invalid_grant" {
		t.Errorf("%+v, %v", a, err)
	}
}

// FuzzText: whatever is pasted, nothing panics, what is said can be printed, no placeholder is left, and no value that
// stands under the name of a secret is seen.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"https://app.example/cb?code=abcdef123456&error=access_denied", `{"error":"invalid_grant","error_description":"x","client_secret":"abcdef123456"}`,
		"AADSTS50011: The redirect URI 'x' specified", "<html><body>Invalid parameter: redirect_uri", "error=x&token=abcdef123456", "HTTP/1.1 500 x\n\n", "Bearer error=\"x\"",
		"{{{", "\x00\x1b[31m error=invalid_client", "oauth2: \"a\" \"b\"", "Errors.App.NotFound {", "error=%zz&error=1", "challengeAnswer: [", `[{"errorCode":1}]`,
	} {
		f.Add(seed, "", 0)
	}
	f.Add("error=invalid_grant", "keycloak", 400)
	f.Fuzz(func(t *testing.T, text, provider string, status int) {
		a, err := Text(text, Hints{Provider: provider, Status: status})
		if err != nil {
			if a != nil {
				t.Fatal("an answer and an error")
			}
			return
		}
		if a.Diagnosis.ID == "" || a.Diagnosis.Summary == "" {
			t.Fatalf("no diagnosis: %+v", a.Diagnosis)
		}
		said := everything(a)
		for _, r := range safe.Block(said) {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Fatalf("%q can't be printed", r)
			}
		}
		q, err := url.ParseQuery(text)
		if err != nil || strings.Count(text, "=") > 8 {
			return
		}
		for name, values := range q {
			for _, v := range values {
				if secret.IsParam(name) && len(v) >= 12 && strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789") == "" && strings.ContainsAny(v, "0123456789") && strings.Contains(said, v) {
					t.Fatalf("%s=%s is seen:\n%s", name, v, said)
				}
			}
		}
	})
}
