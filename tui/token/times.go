package token

import (
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// claimTime reads a claim that holds a time. A time in the wrong unit is no time here: what is meant stands in the claim's
// text.
func claimTime(c *inspect.Claim) (time.Time, bool) {
	if c == nil || c.Kind != "time" {
		return time.Time{}, false
	}
	t, fault := inspect.NumericDate(c.JSON)
	return t, fault == inspect.TimeFine
}

// timeForm is how times are written.
type timeForm int

const (
	timeUTC timeForm = iota
	timeLocal
	timeRaw
	timeForms
)

func (f timeForm) String() string { return [...]string{"UTC", "local time", "raw"}[f] }

// write gives a time in this form; raw is what was sent.
func (f timeForm) write(t time.Time, raw string) string {
	switch f {
	case timeLocal:
		return t.Local().Format("2006-01-02 15:04:05 MST")
	case timeRaw:
		return raw
	default:
		return t.UTC().Format("2006-01-02 15:04:05 UTC")
	}
}

// clock gives the time of day, for lines that stand beside a date.
func (f timeForm) clock(t time.Time) string {
	switch f {
	case timeLocal:
		return t.Local().Format("15:04:05 MST")
	case timeRaw:
		return fmt.Sprint(t.Unix())
	default:
		return t.UTC().Format("15:04:05 UTC")
	}
}

// distance says how far a time is from now: "in 04:31", "5 min ago".
func distance(t, now time.Time) string {
	if d := t.Sub(now); d > 0 {
		return "in " + widget.Clock(d)
	}
	return widget.Ago(now.Sub(t))
}
