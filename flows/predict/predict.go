// Package predict says what a change to a request, or to an answer, must cause, before it is sent, and judges afterwards
// whether it did: without the verifier the provider must answer invalid_grant (RFC 7636 4.6); if it hands out tokens all
// the same, it does not enforce PKCE.
//
// What is known is rows of tables, one file for each family of requests. A row names the place (which request), the edit,
// what must happen and which specification says so. [Request] and [Answer] find the rows for a change; [Judge] compares
// them with what came. All of it is pure: no clock, no network, no run. What no row knows is not predicted, and what can't be
// told apart afterwards is not judged.
package predict

import "github.com/oidcscope/oidcscope/flows/record"

// Outcome is what a specification wants to happen after an edit.
type Outcome string

const (
	Refused      Outcome = "refused"       // the provider must say no
	Accepted     Outcome = "accepted"      // the provider must go on as if nothing had happened
	CheckFails   Outcome = "check_fails"   // this client must refuse what it got
	Unharmed     Outcome = "unharmed"      // this client must go on: nothing depends on it
	Undetermined Outcome = "provider_says" // the specifications leave it to the provider
)

// Prediction is what one edit must cause.
type Prediction struct {
	ID      string   `json:"id"`               // "pkce-verifier-dropped"
	Edit    string   `json:"edit"`             // "dropped code_verifier"
	Outcome Outcome  `json:"outcome"`          // what must happen
	Errors  []string `json:"errors,omitempty"` // for Refused: the codes that fit, the right one first
	Status  []int    `json:"status,omitempty"` // for Refused: the statuses that fit, the right one first
	Text    string   `json:"text"`             // "without the verifier the provider must answer invalid_grant"
	Ref     string   `json:"ref"`              // "RFC 7636 4.6"
	Later   string   `json:"later,omitempty"`  // id of the step that shows it, when it is not the one of the edit

	Missed string `json:"-"` // what it means when the outcome is another one: "it does not enforce PKCE"
	Silent bool   `json:"-"` // the refusal is a page that only the browser sees
}

// Result is what became of a prediction.
type Result string

const (
	AsPredicted Result = "as_predicted"
	Otherwise   Result = "otherwise"  // another error than the specification wants, or another check failed
	NotRefused  Result = "accepted"   // accepted where it must be refused
	NotAccepted Result = "refused"    // refused where it must be accepted
	NotJudged   Result = "not_judged" // nothing was predicted, no answer came, or several edits can't be told apart
)

// Verdict is a prediction with what became of it.
type Verdict struct {
	Prediction
	Result Result `json:"result"`
	Said   string `json:"said"` // "as predicted", "the provider accepted it: it does not enforce PKCE"
}

// Sent is a request before it is sent.
type Sent struct {
	Step    string
	Purpose string // "token", "authorization"; as in record.Held
	Method  string
	URL     string
	Headers []record.Header
	Body    []byte

	IssAlways bool // the provider announces that authorization answers carry iss (RFC 9207 3)
}
