package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/flows"
)

// PastRun is a run of this session of the program, for the home screen and for the summary at the end. It holds no secret.
type PastRun struct {
	Run       int
	Kind      RunKind
	Title     string // of the provider
	Flow      string
	At        time.Time
	Steps     int // done
	Exchanges int
	Duration  time.Duration
	Outcome   Outcome
	Problem   string // why it failed, in a line
}

// Outcome is how a run ended.
type Outcome string

const (
	Under    Outcome = "under way"
	OK       Outcome = "ok"
	Failed   Outcome = "failed"
	Canceled Outcome = "cancelled"
)

// Text is the run in one line: "Practice provider · PKCE · 8 steps, 412 ms · ok".
func (p PastRun) Text() string {
	s := fmt.Sprintf("%s · %s · %s", p.Title, p.Flow, Count(p.Steps, "step"))
	if p.Outcome != Under {
		s += ", " + Duration(p.Duration)
	}
	return s
}

// See keeps a list of past runs up to date with a message of the root, newest last.
func See(past []PastRun, msg any) []PastRun {
	switch m := msg.(type) {
	case RunBegan:
		return append(past, PastRun{Run: m.Run, Kind: m.Kind, Title: m.Title, Flow: m.Flow.Title, At: m.At, Outcome: Under})
	case RunEvent:
		if p := lastRun(past, m.Run); p != nil {
			switch m.Event.(type) {
			case flows.StepDone:
				p.Steps++
			case flows.Exchange:
				p.Exchanges++
			}
		}
	case RunEnded:
		if p := lastRun(past, m.Run); p != nil {
			p.Duration, p.Outcome = m.Duration, OK
			if m.Canceled || errors.Is(m.Err, context.Canceled) {
				p.Outcome = Canceled
			} else if m.Err != nil {
				p.Outcome, p.Problem = Failed, m.Err.Error()
			}
		}
	}
	return past
}

func lastRun(past []PastRun, run int) *PastRun {
	if n := len(past); n > 0 && past[n-1].Run == run {
		return &past[n-1]
	}
	return nil
}

// Count is a number with its noun: "1 step", "8 steps".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Duration writes how long something took: "412 ms", "4.1 s", "2 min 5 s".
func Duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
}

// Clock writes what is left or past as a clock does: "04:31", "2:04:31", or "12 days".
func Clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	switch {
	case s >= 48*3600:
		return fmt.Sprintf("%d days", s/86400)
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	default:
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
}
