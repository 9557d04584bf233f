package widget

import (
	"fmt"
	"strings"
	"time"
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

// Next is how long nothing of what is shown changes: until the next whole second left, or past, begins.
func (c Countdown) Next(now time.Time) time.Duration {
	if rest := c.Until.Sub(now) % time.Second; rest > 0 {
		return rest
	} else {
		return time.Second + rest
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

// Clock writes a time to go as a clock does: 04:31, 1:04:31, and from two days on "3 d 4 h".
func Clock(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s < 3600:
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	case s < 48*3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	default:
		return fmt.Sprintf("%d d %d h", s/86400, s/3600%24)
	}
}

// Span writes a duration in its one or two largest units: "41 s", "5 min", "1 h 30 min", "3 d 4 h", "412 ms".
func Span(d time.Duration) string {
	if d < 0 {
		return "-" + Span(-d)
	}
	switch s := int64(d / time.Second); {
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case s < 60 && d%time.Second >= 100*time.Millisecond && s < 10:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return two(s/60, "min", s%60, "s")
	case s < 86400:
		return two(s/3600, "h", s/60%60, "min")
	default:
		return two(s/86400, "d", s/3600%24, "h")
	}
}

// Ago writes how long ago something was, to the whole second.
func Ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return Span(d.Truncate(time.Second)) + " ago"
}

func two(big int64, bigUnit string, small int64, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", big, bigUnit)
	}
	return fmt.Sprintf("%d %s %d %s", big, bigUnit, small, smallUnit)
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

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
