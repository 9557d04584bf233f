package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Decoder reads events that [EncodeEvent] wrote: what it gives is written as the same JSON again. A secret that was redacted
// comes back as the mask of package secret, which stands for it everywhere; one that was not is remembered, so that it is
// masked when the events of its run are written anew. The zero value is ready to use.
type Decoder struct {
	runs map[string]*secret.Set
}

// UnknownEvent is the error of an event that another version of the program wrote.
type UnknownEvent struct{ Name string }

func (u *UnknownEvent) Error() string {
	return fmt.Sprintf("an event of a kind that is not known here: %q", u.Name)
}

// Decode reads one line. Members that are not known are passed over. The error is an [*UnknownEvent], or says what is no
// event.
func (d *Decoder) Decode(line []byte) (Event, error) {
	var head eventHead
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, fmt.Errorf("want an event, a JSON object: %w", err)
	}
	if head.Event == "" {
		return nil, errors.New("want an event, got a JSON object without the member event")
	}
	read := eventReaders()[head.Event]
	if read == nil {
		return nil, &UnknownEvent{head.Event}
	}
	e, err := read(line, Meta{Time: head.Time, Run: head.Run, Step: head.Step, secrets: d.secrets(head.Run)})
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", head.Event, err)
	}
	Remember(d.secrets(head.Run), e)
	return e, nil
}

func (d *Decoder) secrets(run string) *secret.Set {
	if d.runs == nil {
		d.runs = make(map[string]*secret.Set)
	}
	if d.runs[run] == nil {
		d.runs[run] = new(secret.Set)
	}
	return d.runs[run]
}

type eventReader func(line []byte, m Meta) (Event, error)

// eventReaders is the list of the events that can be read, by name.
func eventReaders() map[string]eventReader {
	return map[string]eventReader{
		"run_started":  decodeRunStarted,
		"step_started": func(_ []byte, m Meta) (Event, error) { return StepStarted{m}, nil },
		"step_done":    decodeStepDone,
		"step_skipped": decodeStepSkipped,
		"step_held":    decodeStepHeld,
		"exchange":     decodeExchange,
		"variable":     decodeVariable,
		"token":        decodeReceived,
		"finding":      decodeFound,
		"done":         decodeDone,
		"need_user":    decodeNeedUser,
		"waiting":      decodeWaiting,
		"step_failed":  decodeStepFailed,

		"answer_held": decodeAnswerHeld,
		"prediction":  decodePredicted,
		"verdict":     decodeJudged,
		"resent":      decodeResent,
		"restarted":   decodeRestarted,
		"step_kept":   func(_ []byte, m Meta) (Event, error) { return StepKept{m}, nil },
	}
}

func decodeRunStarted(line []byte, m Meta) (Event, error) {
	var in struct {
		Flow, Title, Issuer string
		ClientID            string `json:"client_id"`
		Steps               []StepInfo
		Warnings            []string
	}
	err := json.Unmarshal(line, &in)
	return RunStarted{m, in.Flow, in.Title, in.Issuer, in.ClientID, in.Steps, in.Warnings}, err
}

func decodeStepDone(line []byte, m Meta) (Event, error) {
	var in struct {
		Duration milliseconds `json:"duration_ms"`
		Held     milliseconds `json:"held_ms"`
		Note     string
		Outcome  Outcome
	}
	err := json.Unmarshal(line, &in)
	return StepDone{m, time.Duration(in.Duration), time.Duration(in.Held), in.Note, in.Outcome}, err
}

func decodeStepSkipped(line []byte, m Meta) (Event, error) {
	var in struct{ Reason string }
	err := json.Unmarshal(line, &in)
	return StepSkipped{m, in.Reason}, err
}

func decodeVariable(line []byte, m Meta) (Event, error) {
	var in struct {
		Name   string
		Value  concealed
		Secret bool
		From   string
		UsedBy []string `json:"used_by"`
	}
	err := json.Unmarshal(line, &in)
	return Variable{m, in.Name, string(in.Value), in.Secret, in.From, in.UsedBy}, err
}

func decodeFound(line []byte, m Meta) (Event, error) {
	var in rule.Finding
	err := json.Unmarshal(line, &in)
	return Found{m, in}, err
}

func decodeDone(line []byte, m Meta) (Event, error) {
	var in struct {
		OK       bool
		Canceled bool
		Duration milliseconds `json:"duration_ms"`
		Held     milliseconds `json:"held_ms"`
		Tokens   []TokenName
	}
	err := json.Unmarshal(line, &in)
	return Done{m, in.OK, in.Canceled, time.Duration(in.Duration), time.Duration(in.Held), in.Tokens}, err
}

func decodeNeedUser(line []byte, m Meta) (Event, error) {
	var in struct {
		Kind        NeedKind
		URL         string
		RedirectURI string    `json:"redirect_uri"`
		Edits       []string  `json:"edits"`
		Unedited    string    `json:"unedited_url"`
		UserCode    string    `json:"user_code"`
		URI         string    `json:"verification_uri"`
		Complete    string    `json:"verification_uri_complete"`
		Interval    float64   `json:"interval_s"`
		ExpiresAt   time.Time `json:"expires_at"`
	}
	err := json.Unmarshal(line, &in)
	return NeedUser{m, in.Kind, in.URL, in.RedirectURI, in.Edits, in.Unedited, in.UserCode, in.URI, in.Complete, units(in.Interval, time.Second), in.ExpiresAt}, err
}

func decodeWaiting(line []byte, m Meta) (Event, error) {
	var in struct {
		Until    time.Time
		Reason   string
		Interval float64 `json:"interval_s"`
		Polls    int
	}
	err := json.Unmarshal(line, &in)
	return Waiting{m, in.Until, in.Reason, units(in.Interval, time.Second), in.Polls}, err
}

func decodeStepFailed(line []byte, m Meta) (Event, error) {
	in := struct {
		Kind          ProblemKind
		Expected, Got string
		Mark          *int
		Ref           string
		OAuth         *OAuthError `json:"oauth_error"`
		Failure       *record.Failure
		Exchange      int
		Diagnosis     *Diagnosis
	}{}
	if err := json.Unmarshal(line, &in); err != nil {
		return nil, err
	}
	mark := -1
	if in.Mark != nil && *in.Mark >= 0 && *in.Mark <= max(len(in.Expected), len(in.Got)) {
		mark = *in.Mark
	}
	return StepFailed{m, Problem{Kind: in.Kind, Expected: in.Expected, Got: in.Got, Mark: mark, Ref: in.Ref, OAuth: in.OAuth,
		Failure: in.Failure, Exchange: in.Exchange, Diagnosis: in.Diagnosis}}, nil
}

// concealed is a text that may have been redacted; then it is the mask that stands for it.
type concealed string

func (c *concealed) UnmarshalJSON(data []byte) error {
	if mask, ok := maskOf(data); ok {
		*c = concealed(mask)
		return nil
	}
	return json.Unmarshal(data, (*string)(c))
}

// maskOf gives the mask of a redaction in JSON.
func maskOf(data []byte) (mask string, ok bool) {
	if len(data) == 0 || data[0] != '{' {
		return "", false
	}
	var r secret.Redacted
	if json.Unmarshal(data, &r) != nil || !r.Redacted {
		return "", false
	}
	var cookies redactedCookies
	if json.Unmarshal(data, &cookies) == nil && cookies.Text != "" {
		if secret.HeaderValue("Cookie", cookies.Text) == cookies.Text || secret.HeaderValue("Set-Cookie", cookies.Text) == cookies.Text {
			return cookies.Text, redactCookies(cookies.Text) == cookies
		}
		return "", false
	}
	mask = r.Mask()
	if secret.Redact(mask) != r {
		return "", false
	}
	var credentials redactedCredentials
	if json.Unmarshal(data, &credentials) == nil && isScheme(credentials.Scheme) {
		mask = credentials.Scheme + " " + mask
	}
	return mask, true
}

// UnmarshalJSON reads a number of milliseconds.
func (d *milliseconds) UnmarshalJSON(data []byte) error {
	var n float64
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*d = milliseconds(units(math.Round(n*1e3)/1e3, time.Millisecond))
	return nil
}

// units makes a duration of a number of units. What no duration can hold is the longest.
func units(n float64, unit time.Duration) time.Duration {
	const most = math.MaxInt64 / 2
	return time.Duration(math.Round(max(-most, min(most, n*float64(unit)))))
}
