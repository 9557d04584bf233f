package flows

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/oidcscope/oidcscope/flows/record"
)

func answerOf(status int, contentType, body string, more ...record.Header) *record.Response {
	headers := append([]record.Header{{Name: "Content-Type", Value: contentType}}, more...)
	return &record.Response{Status: status, Headers: headers, Body: record.Body{Data: []byte(body), Size: int64(len(body))}}
}

func TestNormalise(t *testing.T) {
	const j = "application/json"
	challenge := func(v string) record.Header { return record.Header{Name: "Www-Authenticate", Value: v} }
	for name, c := range map[string]struct {
		answer *record.Response
		want   OAuthError
	}{
		"RFC 6749": {answerOf(400, j, `{"error":"invalid_grant","error_description":"expired","error_uri":"https://idp.example/e"}`),
			OAuthError{Code: "invalid_grant", Description: "expired", URI: "https://idp.example/e", Shape: "json"}},
		"GitHub, 200":       {answerOf(200, j, `{"error":"bad_verification_code"}`), OAuthError{Code: "bad_verification_code", Shape: "json"}},
		"GitHub, form":      {answerOf(200, "application/x-www-form-urlencoded", "error=slow_down&error_description=too+fast"), OAuthError{Code: "slow_down", Description: "too fast", Shape: "form"}},
		"form as text":      {answerOf(400, "text/plain", "error=invalid_client"), OAuthError{Code: "invalid_client", Shape: "form"}},
		"Twitch":            {answerOf(400, j, `{"status":400,"message":"invalid device code"}`), OAuthError{Code: "invalid device code", Description: "invalid device code", Shape: "json"}},
		"Slack":             {answerOf(200, j, `{"ok":false,"error":"bad_redirect_uri","response_metadata":{"messages":["[WARN] use https","two"]}}`), OAuthError{Code: "bad_redirect_uri", Hint: "[WARN] use https; two", Shape: "json"}},
		"Slack, no error":   {answerOf(200, j, `{"ok":false}`), OAuthError{Code: "not_ok", Shape: "json"}},
		"FusionAuth":        {answerOf(400, j, `{"error":"invalid_request","error_reason":"auth_code_not_found","error_description":"Invalid Authorization Code"}`), OAuthError{Code: "invalid_request", SubCode: "auth_code_not_found", Description: "Invalid Authorization Code", Shape: "json"}},
		"old Hydra":         {answerOf(401, j, `{"error":"invalid_client","error_hint":"method differs","status_code":401}`), OAuthError{Code: "invalid_client", Hint: "method differs", Shape: "json"}},
		"Entra":             {answerOf(401, j, `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215],"trace_id":"t-1","correlation_id":"c-1","suberror":"x"}`), OAuthError{Code: "invalid_client", SubCode: "AADSTS7000215", Description: "AADSTS7000215: Invalid client secret provided.", TraceID: "t-1", Shape: "json"}},
		"Entra, codes only": {answerOf(400, j, `{"error":"invalid_grant","error_codes":[70008]}`), OAuthError{Code: "invalid_grant", SubCode: "70008", Shape: "json"}},
		"problem, with a code": {answerOf(400, "application/problem+json", `{"type":"about:blank","title":"Bad Request","status":400,"detail":"invalid_grant: the code is no good"}`),
			OAuthError{Code: "invalid_grant", Description: "Bad Request: invalid_grant: the code is no good", Shape: "json"}},
		"errors, a list of texts": {answerOf(400, j, `{"errors":["invalid_grant","the code is no good"]}`), OAuthError{Code: "invalid_grant", Description: "invalid_grant; the code is no good", Shape: "json"}},
		"description, a list":     {answerOf(400, j, `{"error":"invalid_grant","error_description":["no good","too old"]}`), OAuthError{Code: "invalid_grant", Description: "no good; too old", Shape: "json"}},
		"description by language": {answerOf(400, j, `{"error":"invalid_grant","error_description":{"en":"no good","de":"taugt nichts"}}`), OAuthError{Code: "invalid_grant", Description: "taugt nichts; no good", Shape: "json"}},
		"capitals":                {answerOf(400, j, `{"Error":"invalid_grant","ErrorDescription":"no good"}`), OAuthError{Code: "invalid_grant", Description: "no good", Shape: "json"}},
		"message, and a challenge": {answerOf(401, j, `{"message":"no"}`, challenge(`dpop error="invalid_dpop_proof", algs="ES256"`)),
			OAuthError{Code: "invalid_dpop_proof", Description: "no", Shape: "www-authenticate"}},
		"challenge in single quotes": {answerOf(401, j, "", challenge(`Bearer error='invalid_token', error_description='expired, sorry'`)),
			OAuthError{Code: "invalid_token", Description: "expired, sorry", Shape: "www-authenticate"}},
		"problem document":  {answerOf(401, j, `{"type":"about:blank","title":"Unauthorized","status":401,"detail":"no such client"}`), OAuthError{Description: "Unauthorized: no such client", Shape: "json"}},
		"FastAPI":           {answerOf(401, j, `{"detail":"Not authenticated"}`), OAuthError{Description: "Not authenticated", Shape: "json"}},
		"list of errors":    {answerOf(400, j, `{"errors":[{"errorType":"invalid_grant","message":"Authorization code invalid"}],"success":false}`), OAuthError{Code: "invalid_grant", Description: "Authorization code invalid", Shape: "json"}},
		"Apigee":            {answerOf(401, j, `{"fault":{"faultstring":"Invalid access token","detail":{"errorcode":"oauth.v2.InvalidAccessToken"}}}`), OAuthError{Description: "Invalid access token", SubCode: "oauth.v2.InvalidAccessToken", Shape: "json"}},
		"AWS":               {answerOf(400, j, `{"__type":"NotAuthorizedException","message":"Invalid Refresh Token"}`), OAuthError{Code: "NotAuthorizedException", Description: "Invalid Refresh Token", Shape: "json"}},
		"Salesforce":        {answerOf(401, j, `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`), OAuthError{Code: "INVALID_SESSION_ID", Description: "Session expired or invalid", Shape: "json"}},
		"Logto":             {answerOf(400, j, `{"code":"oidc.invalid_grant","message":"Grant request is invalid.","error":"invalid_grant","error_description":"grant request is invalid"}`), OAuthError{Code: "invalid_grant", SubCode: "oidc.invalid_grant", Description: "grant request is invalid", Shape: "json"}},
		"Kubernetes":        {answerOf(403, j, `{"kind":"Status","status":"Failure","message":"forbidden: User","reason":"Forbidden","code":403}`), OAuthError{Code: "Forbidden", Description: "forbidden: User", Shape: "json"}},
		"Google APIs":       {answerOf(401, j, `{"error":{"code":401,"message":"Invalid Credentials","status":"UNAUTHENTICATED"}}`), OAuthError{Code: "UNAUTHENTICATED", Description: "Invalid Credentials", Shape: "json"}},
		"Okta":              {answerOf(401, j, `{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorId":"oae1"}`), OAuthError{Code: "E0000011", Description: "Invalid token provided", TraceID: "oae1", Shape: "json"}},
		"AWS STS":           {answerOf(400, "text/xml", `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code><Message>Incorrect token audience</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`), OAuthError{Code: "InvalidIdentityToken", Description: "Incorrect token audience", TraceID: "r-1", Shape: "xml"}},
		"old Auth0":         {answerOf(401, "text/plain", "Unauthorized"), OAuthError{Description: "Unauthorized", Shape: "text"}},
		"ZITADEL key":       {answerOf(400, j, `{"error":"invalid_request","error_description":"Errors.App.NotFound (APP-1)"}`), OAuthError{Code: "invalid_request", SubCode: "Errors.App.NotFound", Description: "Errors.App.NotFound (APP-1)", Shape: "json"}},
		"nested":            {answerOf(400, j, `{"error":"server_error","error_description":"{\"code\":\"upstream_timeout\",\"message\":\"no answer\"}"}`), OAuthError{Code: "server_error", SubCode: "upstream_timeout", Description: "no answer", Shape: "json"}},
		"page":              {answerOf(400, "text/html", `<html><head><title>Oops</title><style>p{}</style></head><body><script>var x="access_denied"</script><h1>Error</h1><p>Error 400: redirect_uri_mismatch &amp; more</p></body></html>`), OAuthError{Code: "redirect_uri_mismatch", Description: "Error Error 400: redirect_uri_mismatch & more", Shape: "html"}},
		"page as JSON":      {answerOf(502, j, "<!DOCTYPE html><p>Bad gateway</p>"), OAuthError{Description: "Bad gateway", Shape: "html"}},
		"header":            {answerOf(401, "", "", challenge(`Bearer realm="x", error="invalid_token", error_description="expired, at \"noon\""`)), OAuthError{Code: "invalid_token", Description: `expired, at "noon"`, Shape: "www-authenticate"}},
		"header with scope": {answerOf(403, "text/plain", "no", challenge(`Bearer error=insufficient_scope, scope="read write"`)), OAuthError{Code: "insufficient_scope", Hint: "scope wanted: read write", Shape: "www-authenticate"}},
		"body over header":  {answerOf(401, j, `{"error":"invalid_client"}`, challenge(`Basic realm="x", error="other"`)), OAuthError{Code: "invalid_client", Shape: "json"}},
		"empty":             {answerOf(403, "", ""), OAuthError{Shape: "empty"}},
		"redirect":          {answerOf(302, "", ""), OAuthError{Shape: "empty"}},
		"unknown JSON":      {answerOf(500, j, `{"x":1}`), OAuthError{Shape: "json"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Normalise(c.answer)
			if got == nil {
				t.Fatal("no error was seen")
			}
			c.want.Status = c.answer.Status
			if *got != c.want {
				t.Errorf("\n got %+v\nwant %+v", *got, c.want)
			}
		})
	}
}

func TestGoodAnswersAreNoErrors(t *testing.T) {
	for _, a := range []*record.Response{
		answerOf(200, "application/json", `{"access_token":"x","message":"hello","code":3}`),
		answerOf(200, "application/json", `{"error":null}`),
		answerOf(200, "application/json", `[]`),
		answerOf(200, "application/x-www-form-urlencoded", "access_token=x&scope=&token_type=bearer"),
		answerOf(200, "text/html", "<p>access_denied</p>"),
		answerOf(204, "", ""),
	} {
		if got := Normalise(a); got != nil {
			t.Errorf("%s: taken for an error: %+v", a.Body.Data, got)
		}
	}
}

// TestNormaliseRecorded runs over answers that real providers gave. Where the body names an OAuth code, that code is what
// programs must see.
func TestNormaliseRecorded(t *testing.T) {
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	file, err := os.Open(filepath.Join(dir, "errors.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); n++ {
		var f struct {
			Provider, Endpoint, Body string
			Status                   int
			ContentType              string `json:"content_type"`
		}
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		got := normaliseFixture(f.Endpoint, f.Status, f.ContentType, f.Body)
		if got == nil {
			t.Errorf("%s %s: no error was seen in %q", f.Provider, f.Endpoint, f.Body)
			continue
		}
		if want := codeIn(f.Body); got.Code != want {
			t.Errorf("%s %s: code %q, want %q, of %q", f.Provider, f.Endpoint, got.Code, want, f.Body)
		}
		if f.Provider == "entra" && !strings.HasPrefix(got.SubCode, "AADSTS") {
			t.Errorf("entra: sub-code %q of %q", got.SubCode, f.Body)
		}
	}
	if n < 80 {
		t.Errorf("only %d recorded answers", n)
	}
}

func normaliseFixture(endpoint string, status int, contentType, body string) *OAuthError {
	if endpoint != "callback" {
		return Normalise(answerOf(status, contentType, body))
	}
	_, query, isURL := strings.Cut(body, "?")
	if !isURL {
		query = body
	}
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	return normaliseQuery(q)
}

// codeIn finds the code that a recorded answer holds, in a way that shares nothing with the normaliser.
func codeIn(body string) string {
	for _, mark := range []string{`"error":"`, "error="} {
		if i := strings.Index(body, mark); i >= 0 && (mark[0] == '"' || i == 0 || body[i-1] == '&' || body[i-1] == '?') {
			rest := body[i+len(mark):]
			return rest[:strings.IndexAny(rest+`"`, `"&`)]
		}
	}
	for mark, code := range map[string]string{`"kind":"Status"`: after(body, `"reason":"`), `{"status":400,`: after(body, `"message":"`),
		"Error 400: invalid_request": "invalid_request", "Error: redirect_uri_mismatch": "redirect_uri_mismatch",
		"unauthorized_client : ": "unauthorized_client", "access_denied: Policy": "access_denied"} {
		if strings.Contains(body, mark) {
			return code
		}
	}
	return ""
}

func after(text, mark string) string {
	_, rest, found := strings.Cut(text, mark)
	if !found {
		return ""
	}
	return rest[:strings.IndexByte(rest+`"`, '"')]
}

func TestTitlesAndTextOfPages(t *testing.T) {
	// U+0130 gets shorter when lowered by bytes.ToLower: offsets must be those of the page as it is.
	page := "İİİ<TITLE lang=x> Sign in\n to &quot;Corp&quot; </Title ><body>a<!-- <p>hidden -->b<header>c</header>"
	if got := htmlTitle([]byte(page)); got != `Sign in to "Corp"` {
		t.Errorf("title: %q", got)
	}
	if got := htmlText([]byte(page)); got != `İİİ Sign in to "Corp" a b c` {
		t.Errorf("text: %q", got)
	}
	for _, broken := range []string{"<title", "<title>", "<script", "<!--", "<", "<title>x"} {
		htmlTitle([]byte(broken))
		htmlText([]byte(broken))
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add(400, "application/json", `{"error":{"code":1},"error_description":"{\"message\":\"x\"}"}`, `Bearer error="x", scope=`)
	f.Add(400, "text/html", "<title>x</title><script>y", "")
	f.Add(200, "text/xml", "<Code>x</Code>", "a=b")
	f.Add(403, "", "error=x&%zz", `Bearer error="\`)
	f.Fuzz(func(t *testing.T, status int, contentType, body, challenge string) {
		r := answerOf(status, contentType, body, record.Header{Name: "WWW-Authenticate", Value: challenge})
		e := Normalise(r)
		if e == nil {
			if status >= 400 {
				t.Errorf("HTTP %d is an error in any shape", status)
			}
			return
		}
		for _, text := range []string{e.Code, e.Description, e.SubCode, e.Hint} {
			if len(text) > maxErrorText+len("…") {
				t.Errorf("%d bytes are kept", len(text))
			}
		}
		if e.Shape == shapeJSON && !utf8.ValidString(e.Description) {
			t.Errorf("description is no UTF-8: %q", e.Description)
		}
		htmlTitle([]byte(body))
	})
}
