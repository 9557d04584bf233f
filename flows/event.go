package flows

import (
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
}

// Common makes every struct that embeds Meta an Event.
func (m Meta) Common() Meta { return m }

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
		Duration time.Duration
		Note     string // one line of result: "issuer matches, 14 endpoints"
	}
	// StepSkipped says that a step had nothing to do, and why: "the provider has no userinfo endpoint".
	StepSkipped struct {
		Meta
		Reason string
	}
	// StepHeld says that a request waits at the gate. The gate's owner decides.
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
		Reason   string // "authorization_pending", "slow_down", "callback"
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
	}
	// Found is a finding about the run itself.
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
		Duration time.Duration
		Tokens   []TokenName
	}
)

// NeedKind says what the person has to do.
type NeedKind string

const (
	NeedOpenURL NeedKind = "open_url"
	NeedDevice  NeedKind = "device"
	NeedPaste   NeedKind = "paste"
)

// TokenName names a token by the member of the token response it came in.
type TokenName string

const (
	IDToken      TokenName = "id_token"
	AccessToken  TokenName = "access_token"
	RefreshToken TokenName = "refresh_token"
	UserInfo     TokenName = "userinfo"
)

// Problem is why a step failed: what was expected, what came, and which specification asks for it.
type Problem struct {
	Kind      ProblemKind // for exit codes and for the diagnosis
	Expected  string
	Got       string
	Mark      int // byte offset in Got (and Expected) of the first difference; -1 when it has no meaning
	Ref       string
	OAuth     *OAuthError     // the provider's own words, when it sent any
	Failure   *record.Failure // when the transport failed
	Exchange  int             // id of the exchange it is about; 0 when none
	Diagnosis *Diagnosis
}

// Error gives the problem in one line.
func (p *Problem) Error() string {
	switch {
	case p.Expected == "":
		return p.Got
	case p.Got == "":
		return "expected " + p.Expected
	default:
		return "expected " + p.Expected + ", got " + p.Got
	}
}

// ProblemKind sorts problems by what they mean for the caller.
type ProblemKind string

const (
	ProblemTransport ProblemKind = "transport" // no usable answer: exit code 3
	ProblemAnswer    ProblemKind = "answer"    // an answer that is not what the specification says
	ProblemRefused   ProblemKind = "refused"   // the provider said no
	ProblemCheck     ProblemKind = "check"     // a check of ours failed: state, nonce, iss, ID token
	ProblemConfig    ProblemKind = "config"    // the run cannot be made as configured: exit code 2
	ProblemUser      ProblemKind = "user"      // the person took too long, or refused
	ProblemCanceled  ProblemKind = "canceled"
)

// OAuthError is an error answer in any of its shapes, normalised.
type OAuthError struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
	URI         string `json:"error_uri,omitempty"`
	SubCode     string `json:"sub_code,omitempty"`
	Hint        string `json:"hint,omitempty"`
	TraceID     string `json:"trace_id,omitempty"`
	Status      int    `json:"status,omitempty"`
	Shape       string `json:"shape,omitempty"` // "json", "form", "query", "www-authenticate", "html", "empty" …
}

// Diagnosis says what happened, why it probably did, and what to do about it.
type Diagnosis struct {
	ID       string   `json:"id"`
	Summary  string   `json:"summary"`
	Causes   []string `json:"causes"`
	Fixes    []Fix    `json:"fixes"`
	Checked  []string `json:"checked,omitempty"` // what was looked at to say so
	Ref      string   `json:"ref,omitempty"`
	Provider string   `json:"provider,omitempty"`
}

// Fix is one thing to do, with the value to copy where there is one.
type Fix struct {
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
}
