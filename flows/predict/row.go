package predict

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// Endpoint is the kind of request, or of answer, that an edit is about.
type Endpoint string

const (
	AtToken         Endpoint = "token"
	AtAuthorization Endpoint = "authorization" // what the browser opens
	AtCallback      Endpoint = "callback"      // what the browser brings back
	AtPAR           Endpoint = "pushed authorization request"
	AtDevice        Endpoint = "device authorization"
	AtBackchannel   Endpoint = "backchannel authentication"
	AtUserInfo      Endpoint = "userinfo"
	AtIntrospection Endpoint = "introspection"
	AtRevocation    Endpoint = "revocation"
	AtResource      Endpoint = "call"
	AtDiscovery     Endpoint = "discovery"
	AtKeys          Endpoint = "keys"
	AtLogout        Endpoint = "logout"          // what the browser opens to log out
	AtLogoutReturn  Endpoint = "logout callback" // what it brings back from there
)

// row is one thing that is known. All conditions that are set have to hold.
type row struct {
	id    string
	at    []Endpoint
	grant []string // grant_type of the request before the edit
	kind  []Kind   // empty: dropped and changed
	in    Part     // empty: a parameter
	name  []string // of the parameter, the field, the member; empty: any
	when  func(situation) bool

	outcome Outcome
	errors  []string
	status  []int
	text    string
	ref     string
	missed  string // what it means when the outcome is another one
	later   string // id of the step that shows it, when it is not the request or the step itself
	silent  bool   // the provider must not send the browser back
}

// situation is an edit with the message that it is in.
type situation struct {
	Edit
	endpoint      Endpoint
	before, after url.Values // parameters of the request
	headers       []record.Header
	issAlways     bool // the provider announces that its answers name it
	hashed        bool // the answer's ID token holds the hash of the access token
}

func (s situation) grant() string { return s.before.Get("grant_type") }

// authenticates reports whether the request carried the client's credentials before the edit.
func (s situation) authenticates() bool {
	scheme, _, _ := strings.Cut(record.Get(s.headers, "Authorization"), " ")
	return strings.EqualFold(scheme, "Basic") || s.before.Has("client_secret") || s.before.Has("client_assertion")
}

func (r *row) matches(s situation) bool {
	in, kinds := r.in, r.kind
	if in == "" {
		in = InParams
	}
	if len(kinds) == 0 {
		kinds = []Kind{Dropped, Changed}
	}
	return in == s.In && slices.Contains(kinds, s.Kind) &&
		(len(r.at) == 0 || slices.Contains(r.at, s.endpoint)) &&
		(len(r.grant) == 0 || slices.Contains(r.grant, s.grant())) &&
		(len(r.name) == 0 || slices.Contains(r.name, s.Name)) &&
		(r.when == nil || r.when(s))
}

func (r *row) predict(e Edit) Prediction {
	return Prediction{ID: r.id, Edit: e.String(), Outcome: r.outcome, Errors: r.errors, Status: r.status, Text: r.text, Ref: r.ref, Missed: r.missed, Later: r.later, Silent: r.silent}
}

// first gives what the first row that fits says.
func first(rows []row, s situation) (Prediction, bool) {
	for i := range rows {
		if rows[i].matches(s) {
			return rows[i].predict(s.Edit), true
		}
	}
	return Prediction{}, false
}

// Request predicts what the edits of a request must cause, one prediction for each edit that a specification says something
// about. Sent of before is the request as it would have gone.
func Request(before, after Sent) []Prediction {
	rows := requestRows()
	var all []Prediction
	for _, e := range Edits(before, after) {
		s := situation{Edit: e, endpoint: endpointOf(before), before: before.params(), after: after.params(), headers: before.Headers, issAlways: before.IssAlways}
		if p, ok := first(rows, s); ok {
			all = append(all, p)
		}
	}
	return all
}

// Answer predicts what the edits of an answer must cause. sent is the request that it answers.
func Answer(sent Sent, before, after *record.Response) []Prediction {
	rows := answerRows()
	var all []Prediction
	for _, e := range AnswerEdits(before, after) {
		s := situation{Edit: e, endpoint: endpointOf(sent), before: sent.params(), headers: sent.Headers, hashed: hasHash(before)}
		if p, ok := first(rows, s); ok {
			all = append(all, p)
		}
	}
	return all
}

func endpointOf(s Sent) Endpoint {
	if s.Purpose == "keys again" {
		return AtKeys
	}
	return Endpoint(s.Purpose)
}

func requestRows() []row {
	return slices.Concat(grantRows(), clientRows(), besideRows(), authorizationRows(), logoutRows(), polledRows(), tokenUseRows(), proofRows(), callbackRows(), commonRows())
}

func answerRows() []row { return slices.Concat(tokenAnswerRows(), documentAnswerRows()) }

// hasHash reports whether the ID token of a token answer holds at_hash.
func hasHash(answer *record.Response) bool {
	_, payload, _ := strings.Cut(unquote(strings.Join(record.Members(answer.Body.Data)["id_token"], "")), ".")
	payload, _, _ = strings.Cut(payload, ".")
	return len(tokenMembers(payload)["at_hash"]) > 0
}
