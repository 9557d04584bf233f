// Package archive keeps runs: it writes the events of a run as JSON lines, reads them back, and makes of them what other
// programs and people read: an HTTP archive, curl commands, a report in Markdown.
//
// [Read] takes a saved file apart into [Run]s; it is as careful as the decoder of tokens, because such files come by mail. [Write]
// is its inverse: what another version of the program added is kept as it stood. [Export] writes a run in any [Format]. Secrets
// are masked in all of them unless reveal is set.
//
// The package opens no file and knows no time: whoever calls it does. Below it, package har is the format of HTTP archives, and package
// capture finds logins in those that a browser wrote.
package archive

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Run is one run with everything that is known of it.
type Run struct {
	ID      string
	Entries []Entry
	Source  string // in words, where it is from: "login.json", "a capture by Firefox 131"; empty for a run of this process
}

// Entry is one event. Line is as it was read; nil for an event of this process. Of an event that is not known here there
// is only the line.
type Entry struct {
	Event flows.Event
	Line  json.RawMessage
}

// Of makes the runs of events that this process has seen, in order.
func Of(events []flows.Event) []*Run {
	var runs []*Run
	for _, e := range events {
		runs = add(runs, e.Common().Run, Entry{Event: e})
	}
	return runs
}

func add(runs []*Run, id string, e Entry) []*Run {
	i := slices.IndexFunc(runs, func(r *Run) bool { return r.ID == id })
	if i < 0 {
		i = len(runs)
		runs = append(runs, &Run{ID: id})
	}
	runs[i].Entries = append(runs[i].Entries, e)
	return runs
}

// events gives the events of one type, in order.
func events[E flows.Event](r *Run) []E {
	var all []E
	for _, entry := range r.Entries {
		if e, ok := entry.Event.(E); ok {
			all = append(all, e)
		}
	}
	return all
}

// Exchanges are the requests of the run, in order.
func (r *Run) Exchanges() []flows.Exchange { return events[flows.Exchange](r) }

// Started is the event that opens the run; of a run without one, what can be said of it.
func (r *Run) Started() flows.RunStarted {
	if all := events[flows.RunStarted](r); len(all) > 0 {
		return all[0]
	}
	started := flows.RunStarted{Title: "A run without its beginning"}
	started.Meta.Run = r.ID
	for _, e := range events[flows.StepStarted](r) {
		if !slices.ContainsFunc(started.Steps, func(s flows.StepInfo) bool { return s.ID == e.Step }) && len(started.Steps) < maxSteps {
			started.Steps = append(started.Steps, flows.StepInfo{ID: e.Step, Title: e.Step, From: flows.Client, To: flows.Provider})
		}
	}
	return started
}

// Began is when the run began; the zero time when that is not known.
func (r *Run) Began() time.Time {
	for _, entry := range r.Entries {
		if entry.Event != nil && !entry.Event.Common().Time.IsZero() {
			return entry.Event.Common().Time
		}
	}
	return time.Time{}
}

// maxSteps is how many steps of a file are believed to be a flow's.
const maxSteps = 64

// Flow gives the run's flow: its steps as the file names them, with what this program knows about each. It is for looking at
// and can't be run.
func (r *Run) Flow() flows.Flow {
	started := r.Started()
	f := flows.Flow{ID: started.Flow, Title: started.Title}
	known := make(map[string]flows.Step)
	for _, k := range explain.Flows() {
		for _, s := range k.Steps {
			if _, there := known[s.ID]; !there || k.ID == started.Flow {
				known[s.ID] = s
			}
		}
	}
	for _, info := range started.Steps[:min(len(started.Steps), maxSteps)] {
		step := flows.Step{ID: info.ID, Title: info.Title, From: info.From, To: info.To}
		if k, ok := known[info.ID]; ok {
			step.Arrow, step.Why, step.Refs, step.Optional = k.Arrow, k.Why, k.Refs, k.Optional
		}
		f.Steps = append(f.Steps, step)
	}
	return f
}

// Outcome says how the run ended: the error is nil for a good one, a *[flows.Problem] that tells why it failed, and of a run
// without an end that it has none.
func (r *Run) Outcome() (done flows.Done, err error) {
	all := events[flows.Done](r)
	if len(all) == 0 {
		return flows.Done{}, &flows.Problem{Kind: flows.ProblemUser, Expected: "the end of the run", Got: "a record that stops before it", Mark: -1}
	}
	done = all[len(all)-1]
	failed := events[flows.StepFailed](r)
	switch {
	case done.OK:
		return done, nil
	case len(failed) > 0:
		return done, &failed[len(failed)-1].Problem
	case done.Canceled:
		return done, &flows.Problem{Kind: flows.ProblemCanceled, Got: "the run was cancelled", Mark: -1}
	default:
		return done, &flows.Problem{Kind: flows.ProblemAnswer, Got: "the run failed", Mark: -1}
	}
}

// Session makes the session that the run left, as far as the record tells; nil without tokens. Nothing can be sent with it.
func (r *Run) Session() *flows.Session {
	started := r.Started()
	s := &flows.Session{Issuer: started.Issuer, Config: flows.Config{Issuer: started.Issuer, ClientID: started.ClientID},
		Reports: make(map[flows.TokenName]*inspect.Report)}
	for _, e := range r.Exchanges() {
		s = learn(s, e)
	}
	for _, v := range events[flows.Variable](r) {
		if v.Name == "issuer" && !v.Secret {
			s.Issuer = v.Value
		}
	}
	came := false
	for _, e := range events[flows.Received](r) {
		came = true
		s.At = e.Time
		s.Reports[e.Which] = e.Report
		switch e.Which {
		case flows.IDToken:
			s.Tokens.ID = e.Raw
		case flows.AccessToken:
			s.Tokens.Access = e.Raw
		case flows.RefreshToken:
			s.Tokens.Refresh = e.Raw
		case flows.UserInfo:
			s.Tokens.UserInfo = []byte(e.Raw.Reveal())
			if e.Claims != nil {
				s.Tokens.UserInfo = e.Claims
			}
		}
	}
	if !came {
		return nil
	}
	return s.Away(r.offline())
}

func (r *Run) offline() string {
	if r.Source == "" {
		return "this is a run from before"
	}
	return "this run was read from " + r.Source + ": nothing is sent"
}

// attachKeys gives the reports of the run's tokens the keys that verified them, which are among those that were fetched.
func (r *Run) attachKeys() {
	var keys []inspect.Key
	for _, e := range r.Exchanges() {
		if strings.HasPrefix(e.Purpose, "keys") && e.Response != nil && e.Response.Status < 300 {
			keys = append(keys, inspect.ParseKeySet(e.Response.Body.Data, "jwks", e.Request.URL).Keys...)
		}
	}
	for _, e := range events[flows.Received](r) {
		if e.Report == nil || e.Report.Signature.Status != inspect.Verified {
			continue
		}
		for i := range keys {
			if keys[i].KID == e.Report.Signature.KID && keys[i].KID != "" {
				e.Report.Signature.Key = &keys[i]
			}
		}
	}
}

// learn takes from an exchange what a session keeps of it.
func learn(s *flows.Session, e flows.Exchange) *flows.Session {
	if e.Response == nil || e.Response.Status >= 300 {
		return s
	}
	switch e.Purpose {
	case "discovery":
		if m := flows.ReadMetadata(e.Response.Body.Data, e.Request.URL); m != nil {
			s.Metadata = m
		}
	case "keys", "keys again":
		s.Keys = inspect.ParseKeySet(e.Response.Body.Data, "jwks", e.Request.URL)
	case "token":
		if t, _, ok := flows.ReadTokens(e.Response, e.Timing.Start.Add(e.Timing.Total)); ok {
			t.ID, t.Access, t.Refresh = secret.Text{}, secret.Text{}, secret.Text{} // those that were received count
			s.Tokens = t
		}
	}
	return s
}

// Line says in one line what a run was: "Authorization code + PKCE · https://idp.example · 12 requests · failed".
func (r *Run) Line() string {
	started := r.Started()
	how := "ok"
	if done, err := r.Outcome(); err != nil && done.Canceled {
		how = "cancelled"
	} else if err != nil {
		how = "failed"
	}
	requests := "1 request"
	if n := len(r.Exchanges()); n != 1 {
		requests = fmt.Sprint(n, " requests")
	}
	return strings.Join([]string{started.Title, started.Issuer, requests, how}, " · ")
}
