package flows

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
)

// TestDescribeAnswerMasksTokens: an answer that is odd, such as tokens with status 400, is quoted without its secrets.
func TestDescribeAnswerMasksTokens(t *testing.T) {
	for contentType, body := range map[string]string{
		"application/json":                  `{"access_token":"2YotnFZFEjr1zCsicMWpAA"}`,
		"application/x-www-form-urlencoded": `access_token=2YotnFZFEjr1zCsicMWpAA`,
		"":                                  `{"id_token":"2YotnFZFEjr1zCsicMWpAA"}`,
	} {
		e := &record.Exchange{Response: &record.Response{Status: 400, Body: record.Keep([]byte(body))}}
		if contentType != "" {
			e.Response.Headers = []record.Header{{Name: "Content-Type", Value: contentType}}
		}
		if got := describeAnswer(e); strings.Contains(got, "2Yotn") || !strings.Contains(got, "redacted") {
			t.Errorf("%q: %s", contentType, got)
		}
	}
}
