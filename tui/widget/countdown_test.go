package widget

import (
	"strings"
	"testing"
	"time"
)

var born = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestCountdownPhases(t *testing.T) {
	c := Countdown{From: born, Until: born.Add(10 * time.Minute)}
	open := Countdown{Until: born.Add(10 * time.Minute)}
	for _, test := range []struct {
		c     Countdown
		after time.Duration
		phase Phase
		left  string
	}{
		{c, 0, Fresh, "10:00"},
		{c, 5*time.Minute + 29*time.Second, Fresh, "04:31"},
		{c, 9*time.Minute - time.Millisecond, Fresh, "01:01"},
		{c, 9 * time.Minute, Ending, "01:00"},
		{c, 10*time.Minute - time.Millisecond, Ending, "00:01"},
		{c, 10 * time.Minute, Expired, "expired just now"},
		{c, 10*time.Minute + 12500*time.Millisecond, Expired, "expired 12 s ago"},
		{c, 12 * time.Hour, Expired, "expired 11 h 50 min ago"},
		{open, 8*time.Minute + 59*time.Second, Fresh, "01:01"},
		{open, 9 * time.Minute, Ending, "01:00"},
	} {
		now := born.Add(test.after)
		if got := test.c.Phase(now); got != test.phase {
			t.Errorf("after %v: phase %v, want %v", test.after, got, test.phase)
		}
		if got := test.c.Left(now); got != test.left {
			t.Errorf("after %v: %q, want %q", test.after, got, test.left)
		}
	}
}

func TestCountdownBar(t *testing.T) {
	c := Countdown{From: born, Until: born.Add(100 * time.Second)}
	for after, want := range map[time.Duration]int{-time.Hour: 10, 0: 10, 50 * time.Second: 5, 99 * time.Second: 1, 100 * time.Second: 0, time.Hour: 0} {
		left, gone := c.Bar(born.Add(after), 10)
		if n := strings.Count(left, "█"); n != want || n+strings.Count(gone, "░") != 10 {
			t.Errorf("after %v: %s%s, want %d of 10 left", after, left, gone, want)
		}
	}
	if left, gone := (Countdown{Until: born}).Bar(born, 10); left+gone != "" {
		t.Errorf("a life of unknown length has a bar: %s%s", left, gone)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		412 * time.Millisecond: "412 ms", 1500 * time.Millisecond: "1.5 s", 41 * time.Second: "41 s", 5 * time.Minute: "5 min",
		90 * time.Minute: "1 h 30 min", 76 * time.Hour: "3 days 4 h", -5 * time.Minute: "-5 min", 250 * time.Microsecond: "250 µs",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%d ns) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{59 * time.Minute: "59:00", 61 * time.Minute: "1:01:00", 50 * time.Hour: "2 days", time.Millisecond: "00:01"} {
		if got := Clock(d); got != want {
			t.Errorf("Clock(%v) = %q, want %q", d, got, want)
		}
	}
}
