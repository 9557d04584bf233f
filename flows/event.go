package flows

import (
	"encoding/json"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Event is one thing that happened in a run. The set is closed: the types of this file. Events hold what really
// happened, secrets included; [EncodeEvent] writes the redacted JSON line of the output contract.
type Event interface {
	// Common gives the members that all events have.
	Common() Meta
}

// Meta is common to all events.
type Meta struct {
	Time time.Time
	Run  string // id of the run
	Step string // id of the step; empty for events of the whole run

	secrets *secret.Set // of the run, so that an event can be written without them
}

// Common makes every struct that embeds Meta an Event.
func (m Meta) Common() Meta { return m }

// Scrub masks the secrets that the run knew when the event happened, wherever they turn up in a text.
func (m Meta) Scrub(text string) string {
	if m.secrets == nil {
		return text
	}
	return m.secrets.Scrub(text)
}

// Outcome says how good the result is of a step that did not fail. Only of [Good] may a tick be shown.
type Outcome string

const (
	Good       Outcome = ""            // what there was to check was checked
	NotChecked Outcome = "not_checked" // something that the step is for could not be checked; the note says what
	NotGood    Outcome = "not_good"    // the answer is a proper one, and says no: the token is not active
)

// StepInfo describes a step before it runs.
type StepInfo struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	From  Party  `json:"from"`
	To    Party  `json:"to"`
}

type (
	// RunStarted opens every run.
	RunStarted struct {
		Meta
		Flow, Title      string
		Issuer, ClientID string
		Steps            []StepInfo
		Warnings         []string // such as "certificates are not verified"; they stay on screen
	}
	// StepStarted and StepDone enclose what a step does.
	StepStarted struct{ Meta }
	StepDone    struct {
		Meta
		Duration time.Duration // without the time at a gate
		Held     time.Duration // the time at a gate
		Note     string        // one line of result: "issuer matches, 14 endpoints"
		Outcome  Outcome       // how good that is
	}
	// StepSkipped says that a step had nothing to do, and why: "the provider has no userinfo endpoint".
	StepSkipped struct {
		Meta
		Reason string
	}
	// StepHeld says that a request is at the gate. It comes before each request of a run that has a gate, also when the
	// gate then lets the request pass at once: only the gate's owner knows.
	StepHeld struct {
		Meta
		Held *record.Held
	}
	// Exchange is a finished request.
	Exchange struct {
		Meta
		record.Exchange
	}
	// NeedUser asks the person to do something elsewhere.
	NeedUser struct {
		Meta
		Kind NeedKind
		// open_url and paste
		URL         string
		RedirectURI string
		Edits       []string // what was changed at the gate in the address
		Unedited    string   // the address as it would have been; empty when nothing was changed
		// device
		UserCode                string
		VerificationURI         string
		VerificationURIComplete string
		Interval                time.Duration
		ExpiresAt               time.Time // also the time limit of open_url
	}
	// Waiting says that the engine waits, for what, and until when it will try again.
	Waiting struct {
		Meta
		Until    time.Time
		Reason   string // "callback"; while polling "user" or "notification" before the first answer, then "authorization_pending", "slow_down" or "connection"
		Interval time.Duration
		Polls    int
	}
	// Variable is a value that a step produced.
	Variable struct {
		Meta
		Name   string
		Value  string
		Secret bool
		From   string   // where it came from: "token response", "made here: 32 random bytes"
		UsedBy []string // ids of the steps that use it
	}
	// Received is a token that came in, taken apart.
	Received struct {
		Meta
		Which  TokenName
		Raw    secret.Text
		Report *inspect.Report
		Claims json.RawMessage // of a saved run, whose Raw is redacted: the claims that came instead of a token
	}
	// Found is a finding about the run itself: an unusual answer that did no harm, a paste that could not be read.
	Found struct {
		Meta
		rule.Finding
	}
	// StepFailed ends a step, and the run unless the step is optional.
	StepFailed struct {
		Meta
		Problem
	}
	// Done closes every run.
	Done struct {
		Meta
		OK       bool
		Canceled bool
		Duration time.Duration // without the time at a gate
		Held     time.Duration // the time at a gate
		Tokens   []TokenName
	}
)

// NeedKind says what the person has to do.
type NeedKind string

const (
	NeedOpenURL NeedKind = "open_url"
	NeedDevice  NeedKind = "device"
	NeedPaste   NeedKind = "paste"

	NeedElsewhere NeedKind = "authentication_device" // CIBA: the provider asks the person on a device of theirs
)

// TokenName names a token by the member of the token response it came in.
type TokenName string

const (
	IDToken      TokenName = "id_token"
	AccessToken  TokenName = "access_token"
	RefreshToken TokenName = "refresh_token"
	UserInfo     TokenName = "userinfo"

	IntrospectionAnswer TokenName = "introspection"
)
