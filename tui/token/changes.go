package token

import (
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// change is one difference between a token before and after a refresh.
type change struct {
	mark          string // "+" added, "–" removed, "~" changed
	name          string
	before, after *inspect.Value
	time          bool          // the values are times
	shift         time.Duration // of a time
}

// comparison is what a refresh did to one token.
type comparison struct {
	note    string // what became of the token as a whole
	changes []change
	more    int // changes that are not listed
	same    int // claims that did not change
}

// compare puts the token before a refresh beside the one after it. nil when there is nothing to compare.
func compare(which flows.TokenName, before, after *subject) *comparison {
	if before == nil || after == nil || before.raw == "" && after.raw == "" {
		return nil
	}
	c := &comparison{note: fate(which, before.raw, after.raw)}
	if before.raw == after.raw || before.report == nil || after.report == nil {
		return c
	}
	if before.report.Token != nil && after.report.Token != nil {
		c.take(inspect.DiffClaims(before.report.Token.Payload, after.report.Token.Payload))
	}
	return c
}

// fate says what became of a token in a refresh.
func fate(which flows.TokenName, before, after string) string {
	switch {
	case before == "":
		return "new: there was none before"
	case after == "":
		return "gone: the provider sent none"
	case before != after && which == flows.RefreshToken:
		return "rotated: the old one must not be used again (RFC 9700 4.14.2)"
	case before != after:
		return "a new one came"
	case which == flows.IDToken:
		return "the same: no new one came, which OpenID Connect Core 12.2 allows"
	case which == flows.RefreshToken:
		return "the same goes on: the provider did not rotate it"
	default:
		return "the same"
	}
}

func (c *comparison) take(d inspect.Difference) {
	marks := map[inspect.ChangeKind]string{inspect.Added: "+", inspect.Removed: "–", inspect.Changed: "~"}
	for _, ch := range d.Changes {
		c.changes = append(c.changes, change{mark: marks[ch.Kind], name: ch.Path, before: ch.Before, after: ch.After, time: ch.Time, shift: ch.Shift})
	}
	c.more, c.same = d.More, d.Same
}

// shiftText says a shift in words: "5 min later".
func shiftText(d time.Duration) string {
	switch {
	case d > 0:
		return widget.Span(d) + " later"
	case d < 0:
		return widget.Span(-d) + " earlier"
	default:
		return ""
	}
}

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
