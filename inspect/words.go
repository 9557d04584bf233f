package inspect

import (
	"fmt"
	"strconv"
	"time"
)

// InWords gives a duration in its two largest units: "4 min 31 s", "10 h", "3 days 4 h", "2 years". The sign is dropped;
// whoever prints it says "in" or "ago".
func InWords(d time.Duration) string { return secondsInWords(int64(d / time.Second)) }

func secondsInWords(s int64) string {
	if s < 0 {
		s = -s
	}
	const year = 31556952 // seconds, leap years averaged in
	units := [...]struct {
		size      int64
		one, many string
	}{{year, "year", "years"}, {86400, "day", "days"}, {3600, "h", "h"}, {60, "min", "min"}, {1, "s", "s"}}
	for i, u := range units {
		n := s / u.size
		if n == 0 {
			continue
		}
		text := plural(n, u.one, u.many)
		if i+1 < len(units) {
			next := units[i+1]
			if rest := s % u.size / next.size; rest > 0 && n < 10 || rest > 0 && i > 0 {
				text += " " + plural(rest, next.one, next.many)
			}
		}
		return text
	}
	return "0 s"
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}

// relative says where a time lies as seen from now: "in 4 min 31 s", "2 h ago", "now".
func relative(t, now time.Time) string {
	switch s := t.Unix() - now.Unix(); {
	case s > 0:
		return "in " + secondsInWords(s)
	case s < 0:
		return secondsInWords(s) + " ago"
	}
	return "now"
}

// dateInWords is the one form in which dates are written: "2026-11-22 00:10:01 UTC".
func dateInWords(t time.Time) string {
	layout := "2006-01-02 15:04:05 UTC"
	if t.Nanosecond() != 0 {
		layout = "2006-01-02 15:04:05.000 UTC"
	}
	return t.UTC().Format(layout)
}

// differ shows two texts that should be equal, with the place where they part. Both are quoted, so nothing in them can
// reach a terminal.
func differ(want, got string) string {
	at := 0
	for at < len(want) && at < len(got) && want[at] == got[at] {
		at++
	}
	const long = 200
	if len(want) > long || len(got) > long {
		return fmt.Sprintf("wanted %q, got %q: they differ from character %d on", clip(want, long), clip(got, long), at+1)
	}
	switch {
	case at == len(want) && got[at:] == "/", at == len(got) && want[at:] == "/":
		return fmt.Sprintf("wanted %q, got %q: they differ by the slash at the end", want, got)
	case at == 0:
		return fmt.Sprintf("wanted %q, got %q", want, got)
	}
	return fmt.Sprintf("wanted %q, got %q: they differ from character %d on", want, got, at+1)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}
