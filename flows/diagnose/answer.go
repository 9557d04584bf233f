package diagnose

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// What the fields of an answer say, and conditions on how it was asked for. Many servers refuse with a status alone, and then
// these are all there is to go by.

// wordless holds for a refusal without a code and without a word: an empty body, or the status's own text.
func wordless(s *situation) bool {
	return s.failure == nil && (s.shape == "empty" || strings.EqualFold(strings.TrimSpace(s.prose.text), http.StatusText(s.status)))
}

// sentToken holds when an access token went along.
func sentToken(s *situation) bool {
	return wordless(s) && (s.scheme == "bearer" || s.scheme == "dpop" || s.sent.Get("access_token") != "")
}

// sentCredentials holds when the client authenticated.
func sentCredentials(s *situation) bool {
	return s.facts["sent_method"] != "" && s.facts["sent_method"] != "none"
}

// asksForBearer holds when the endpoint names Bearer as the way to authenticate, and not Basic.
func asksForBearer(s *situation) bool {
	return s.answer != nil && flows.Challenges(s.answer, "Bearer") && !flows.Challenges(s.answer, "Basic") && s.scheme != "bearer"
}

// retryAfter says when to come again: in seconds, or at a time (RFC 9110 10.2.3); "" when the answer does not say.
func retryAfter(r *record.Response) string {
	value := strings.TrimSpace(record.Get(r.Headers, "Retry-After"))
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		return fmt.Sprintf("%d s", n)
	}
	if at, err := http.ParseTime(value); err == nil {
		return "until " + at.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return ""
}

// wantedScope gives the scopes that a resource asks for (RFC 6750 3), without those in which a shell would see more than a word: the
// person will paste them into theirs.
func wantedScope(r *record.Response) string {
	scopes := strings.FieldsFunc(flows.ChallengeParam(r, "scope"), func(r rune) bool { return r == ' ' || r == ',' })
	return strings.Join(slices.DeleteFunc(scopes, func(scope string) bool { return strings.ContainsAny(scope, "$`!\\\"") }), " ")
}
