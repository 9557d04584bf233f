package flows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// EncodeEvent writes an event as the JSON object of the output contract (no line break at the end). Secrets are redacted
// unless reveal is set: those with a known name become {"redacted": true, …}, and those of the run are masked wherever
// else they turn up.
func EncodeEvent(e Event, reveal bool) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(encoder{e.Common(), reveal}.object(e)); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", e, err)
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// encoder writes the events of one run. The JSON names below are a contract: members are added, never renamed.
type encoder struct {
	meta   Meta
	reveal bool
}

type eventHead struct {
	Event string    `json:"event"`
	Time  time.Time `json:"time"`
	Run   string    `json:"run"`
	Step  string    `json:"step,omitempty"`
}

func (c encoder) head(name string) eventHead {
	return eventHead{name, c.meta.Time.UTC(), c.meta.Run, c.meta.Step}
}

func (c encoder) object(e Event) any {
	switch e := e.(type) {
	case RunStarted:
		return struct {
			eventHead
			Flow     string     `json:"flow"`
			Title    string     `json:"title"`
			Issuer   string     `json:"issuer"`
			ClientID string     `json:"client_id"`
			Steps    []StepInfo `json:"steps"`
			Warnings []string   `json:"warnings,omitempty"`
		}{c.head("run_started"), e.Flow, e.Title, e.Issuer, e.ClientID, e.Steps, e.Warnings}
	case StepStarted:
		return c.head("step_started")
	case StepDone:
		return struct {
			eventHead
			Duration milliseconds `json:"duration_ms"`
			Held     milliseconds `json:"held_ms,omitempty"`
			Note     string       `json:"note,omitempty"`
			Outcome  Outcome      `json:"outcome,omitempty"`
		}{c.head("step_done"), milliseconds(e.Duration), milliseconds(e.Held), c.scrub(e.Note), e.Outcome}
	case StepSkipped:
		return struct {
			eventHead
			Reason string `json:"reason"`
		}{c.head("step_skipped"), c.scrub(e.Reason)}
	case StepHeld:
		return struct {
			eventHead
			ID      int    `json:"id"`
			Purpose string `json:"purpose"`
			Method  string `json:"method"`
			URL     string `json:"url"`
		}{c.head("step_held"), e.Held.ID, e.Held.Purpose, e.Held.Request.Method, c.url(e.Held.Request.URL.String())}
	case Exchange:
		return c.exchange(e.Exchange)
	case Variable:
		return struct {
			eventHead
			Name   string   `json:"name"`
			Value  any      `json:"value"`
			Secret bool     `json:"secret"`
			From   string   `json:"from"`
			UsedBy []string `json:"used_by,omitempty"`
		}{c.head("variable"), e.Name, c.value(e.Value, e.Secret), e.Secret, e.From, e.UsedBy}
	case Received:
		return c.token(e)
	case Found:
		f := e.Finding
		f.Message = c.scrub(f.Message)
		return struct {
			eventHead
			rule.Finding
		}{c.head("finding"), f}
	case Done:
		return struct {
			eventHead
			OK       bool         `json:"ok"`
			Canceled bool         `json:"canceled,omitempty"`
			Duration milliseconds `json:"duration_ms"`
			Held     milliseconds `json:"held_ms,omitempty"`
			Tokens   []TokenName  `json:"tokens"`
		}{c.head("done"), e.OK, e.Canceled, milliseconds(e.Duration), milliseconds(e.Held), e.Tokens}
	default:
		return c.personal(e)
	}
}

// personal encodes what is asked of the person, and what stops a step.
func (c encoder) personal(e Event) any {
	switch e := e.(type) {
	case NeedUser: // codes and addresses are written in full, but for tokens in them: without them the person can't go on
		return struct {
			eventHead
			Kind        NeedKind `json:"kind"`
			URL         string   `json:"url,omitempty"`
			RedirectURI string   `json:"redirect_uri,omitempty"`
			Edits       []string `json:"edits,omitempty"`
			Unedited    string   `json:"unedited_url,omitempty"`
			UserCode    string   `json:"user_code,omitempty"`
			URI         string   `json:"verification_uri,omitempty"`
			Complete    string   `json:"verification_uri_complete,omitempty"`
			Interval    float64  `json:"interval_s,omitempty"`
			ExpiresAt   *string  `json:"expires_at,omitempty"`
		}{c.head("need_user"), e.Kind, c.open(e.URL), e.RedirectURI, e.Edits, c.open(e.Unedited), e.UserCode, e.VerificationURI, e.VerificationURIComplete,
			e.Interval.Seconds(), moment(e.ExpiresAt)}
	case Waiting:
		return struct {
			eventHead
			Until    *string `json:"until,omitempty"`
			Reason   string  `json:"reason"`
			Interval float64 `json:"interval_s,omitempty"`
			Polls    int     `json:"polls,omitempty"`
		}{c.head("waiting"), moment(e.Until), e.Reason, e.Interval.Seconds(), e.Polls}
	case StepFailed:
		return struct {
			eventHead
			Kind      ProblemKind     `json:"kind"`
			Expected  string          `json:"expected"`
			Got       string          `json:"got"`
			Mark      *int            `json:"mark,omitempty"`
			Ref       string          `json:"ref,omitempty"`
			OAuth     *OAuthError     `json:"oauth_error,omitempty"`
			Failure   *record.Failure `json:"failure,omitempty"`
			Exchange  int             `json:"exchange,omitempty"`
			Diagnosis *Diagnosis      `json:"diagnosis,omitempty"`
		}{c.head("step_failed"), e.Kind, c.scrub(e.Expected), c.scrub(e.Got), markOf(e.Mark), e.Ref, e.OAuth, e.Failure, e.Problem.Exchange, e.Diagnosis}
	}
	if debugged := c.debugged(e); debugged != nil {
		return debugged
	}
	return c.head(fmt.Sprintf("%T", e))
}

func (c encoder) token(e Received) any {
	claims := e.Claims
	if claims == nil && e.Report == nil && json.Valid([]byte(e.Raw.Reveal())) {
		claims = json.RawMessage(e.Raw.Reveal())
	}
	return struct {
		eventHead
		Which      TokenName       `json:"which"`
		Value      any             `json:"value"`
		Claims     json.RawMessage `json:"claims,omitempty"`
		Inspection json.RawMessage `json:"inspection,omitempty"`
	}{c.head("token"), e.Which, c.value(e.Raw.Reveal(), true), claims, c.inspection(e.Report)}
}

// inspection gives the JSON of package inspect, with the run's secrets masked where a token repeats them.
func (c encoder) inspection(r *inspect.Report) json.RawMessage {
	if r == nil {
		return nil
	}
	return json.RawMessage(c.scrub(string(plainJSON(r))))
}

// value gives a text as it is, or redacted.
func (c encoder) value(text string, hidden bool) any {
	switch {
	case c.reveal:
		return text
	case hidden:
		return secret.Redact(text)
	default:
		return c.meta.Scrub(text)
	}
}

func (c encoder) scrub(text string) string {
	if c.reveal {
		return text
	}
	return c.meta.Scrub(text)
}

func (c encoder) url(address string) string {
	if c.reveal {
		return address
	}
	return c.meta.Scrub(secret.URL(address))
}

// open gives an address for the person's browser.
func (c encoder) open(address string) string {
	if c.reveal {
		return address
	}
	return secret.Address(address)
}

// milliseconds is a duration in JSON: a number of milliseconds with at most three decimals.
type milliseconds time.Duration

func (d milliseconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(math.Round(float64(d)/1e3) / 1e3)
}

// moment gives a time in RFC 3339, and nothing for the zero time.
func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(time.RFC3339Nano)
	return &text
}

func markOf(mark int) *int {
	if mark < 0 {
		return nil
	}
	return &mark
}
