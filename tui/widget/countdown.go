package widget

import (
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Countdown is the life of something that expires. Times are arguments; it never looks at a clock.
type Countdown struct {
	From  time.Time // zero when unknown: then there is no bar, only the time left
	Until time.Time
}

// Phase is what the time left means.
type Phase int

const (
	Fresh   Phase = iota
	Ending        // the last tenth of the life; the last minute when its beginning is unknown
	Expired       // Until has come
)

// Phase judges the moment now. The moment of expiry itself is expired: RFC 7519 4.1.4 says "on or after".
func (c Countdown) Phase(now time.Time) Phase {
	left := c.Until.Sub(now)
	switch {
	case left <= 0:
		return Expired
	case c.From.IsZero() && left <= time.Minute, !c.From.IsZero() && left <= c.Until.Sub(c.From)/10:
		return Ending
	default:
		return Fresh
	}
}

// Left says how long until expiry: "04:31", or "expired 12 s ago". Part seconds count as whole ones, so that 00:00 is
// never shown of something that still lives.
func (c Countdown) Left(now time.Time) string {
	left := c.Until.Sub(now)
	if left <= 0 {
		if left > -time.Second {
			return "expired just now"
		}
		return "expired " + Ago(-left)
	}
	return Clock(left)
}

// Bar draws the life as width cells and says how many of them are left. An unknown beginning gives no bar.
func (c Countdown) Bar(now time.Time, width int) (left, gone string) {
	life := c.Until.Sub(c.From)
	if c.From.IsZero() || life <= 0 || width <= 0 {
		return "", ""
	}
	rest := min(max(c.Until.Sub(now), 0), life)
	full := int((int64(width)*int64(rest/time.Millisecond) + int64(life/time.Millisecond) - 1) / max(int64(life/time.Millisecond), 1))
	full = min(full, width)
	return strings.Repeat("█", full), strings.Repeat("░", width-full)
}

// Clock is [ui.Clock] of a time to go: the second that has begun counts.
func Clock(left time.Duration) string {
	return ui.Clock((left + time.Second - 1).Truncate(time.Second))
}

// Span writes a duration in words that fit its size: "412 ms", "1.5 s", "5 min 29 s".
func Span(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Span(-d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second && d%time.Second >= 100*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return inspect.InWords(d)
	}
}

// Ago writes how long ago something was, to the whole second.
func Ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return Span(d.Truncate(time.Second)) + " ago"
}

// Size writes a number of bytes: "612 B", "2.1 kB", "1.4 MB" (powers of 1000).
func Size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 999_950:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	}
}
