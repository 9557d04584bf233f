package inspect

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// TimeStatus is the verdict on a token's times.
type TimeStatus string

const (
	TimeValid       TimeStatus = "valid"
	TimeExpired     TimeStatus = "expired"
	TimeNotYetValid TimeStatus = "not-yet-valid"
	TimeNoExpiry    TimeStatus = "no-expiry"
	TimeMalformed   TimeStatus = "malformed"
	TimeUnknown     TimeStatus = "unknown" // there are no readable claims, or no clock was given
)

// Times are the token's times, judged at At to the second and without leeway: a token is expired at exp (RFC 7519 4.1.4:
// "on or after"). The checklist and the token checks allow for leeway.
type Times struct {
	At        time.Time  `json:"at"`
	IssuedAt  *time.Time `json:"issued_at,omitempty"`
	NotBefore *time.Time `json:"not_before,omitempty"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Status    TimeStatus `json:"status"`
	Remaining *int64     `json:"remaining_s,omitempty"` // whole seconds until expiry; negative when expired
	Detail    string     `json:"detail,omitempty"`      // what is wrong with a time that can't be used
}

// StatusAt judges the same times at another moment; a countdown asks it every second.
func (t Times) StatusAt(now time.Time) TimeStatus {
	switch {
	case t.Status == TimeMalformed, t.Status == TimeUnknown && t.ExpiresAt == nil && t.NotBefore == nil, now.IsZero():
		return t.Status
	case t.ExpiresAt != nil && !now.Before(*t.ExpiresAt):
		return TimeExpired
	case t.NotBefore != nil && now.Before(*t.NotBefore):
		return TimeNotYetValid
	case t.ExpiresAt == nil:
		return TimeNoExpiry
	}
	return TimeValid
}

// TimeFault says why a NumericDate can't be taken as it stands.
type TimeFault string

const (
	TimeFine  TimeFault = ""
	TimeType  TimeFault = "type"  // no number at all
	TimeUnit  TimeFault = "unit"  // milliseconds, microseconds or nanoseconds instead of seconds
	TimeRange TimeFault = "range" // zero, negative, or beyond every date
)

// secondsLimit is where seconds stop being plausible: the year 5138. Milliseconds since 1973 lie above it.
const secondsLimit = 100_000_000_000

// NumericDate reads a time claim (RFC 7519 2): seconds since 1970, fractions allowed. With [TimeUnit] the time is the one
// that was probably meant; with other faults it is zero. A nil value is a [TimeType] fault.
func NumericDate(v *Value) (time.Time, TimeFault) {
	if v == nil || v.Kind != Number {
		return time.Time{}, TimeType
	}
	return numericDate(v.Raw)
}

func numericDate(literal string) (time.Time, TimeFault) {
	if n, err := strconv.ParseInt(literal, 10, 64); err == nil {
		if n <= 0 {
			return time.Time{}, TimeRange
		}
		if n < secondsLimit {
			return time.Unix(n, 0).UTC(), TimeFine
		}
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsInf(f, 0) || f <= 0 {
		return time.Time{}, TimeRange
	}
	fault := TimeFine
	if f >= secondsLimit {
		fault = TimeUnit
		for range 3 {
			if f /= 1000; f < secondsLimit {
				break
			}
		}
		if f >= secondsLimit {
			return time.Time{}, TimeRange
		}
	}
	whole, fraction := math.Modf(f)
	t := time.Unix(int64(whole), int64(fraction*1e9)).Round(time.Microsecond).UTC()
	return t, fault
}

// unitInWords guesses the unit of a number that is too large for seconds.
func unitInWords(literal string) string {
	switch f, _ := strconv.ParseFloat(literal, 64); {
	case f < 1e14:
		return "milliseconds"
	case f < 1e17:
		return "microseconds"
	}
	return "nanoseconds"
}

// timeProblem explains a time that can't be used, in words; "" when it can.
func timeProblem(v *Value) string {
	t, fault := NumericDate(v)
	switch fault {
	case TimeType:
		if v.Kind == String {
			return "a text where a number of seconds is wanted" + textDate(v.Str)
		}
		return v.Kind.String() + " where a number of seconds is wanted"
	case TimeUnit:
		return "in " + unitInWords(v.Raw) + " instead of seconds; meant is probably " + dateInWords(t)
	case TimeRange:
		return "no date: " + clip(v.Raw, 40) + " is zero, negative or too large"
	}
	return ""
}

// textDate reads the dates that some issuers send as text; others may read them or not.
func textDate(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		var fault TimeFault
		if t, fault = numericDate(strings.TrimSpace(s)); fault != TimeFine {
			return ""
		}
	}
	return "; meant is probably " + dateInWords(t)
}

// judgeTimes reads iat, nbf and exp. now may be zero: then nothing is judged that needs a clock.
func judgeTimes(claims *Value, now time.Time) Times {
	t := Times{At: now, Status: TimeUnknown}
	if claims == nil || claims.Kind != Object {
		return t
	}
	t.IssuedAt = t.take("iat", claims)
	t.NotBefore = t.take("nbf", claims)
	t.ExpiresAt = t.take("exp", claims)
	exp, nbf := claims.Get("exp"), claims.Get("nbf")
	switch {
	case exp != nil && t.ExpiresAt == nil, nbf != nil && t.NotBefore == nil:
		t.Status = TimeMalformed
	case exp == nil && (nbf == nil || now.IsZero()):
		t.Status = TimeNoExpiry
	case !now.IsZero():
		t.Status = TimeValid
		t.Status = t.StatusAt(now)
	}
	if t.ExpiresAt != nil && !now.IsZero() {
		left := t.ExpiresAt.Unix() - now.Unix()
		t.Remaining = &left
	}
	return t
}

// take reads one time claim, or adds to Detail why it can't be used.
func (t *Times) take(name string, claims *Value) *time.Time {
	v := claims.Get(name)
	if v == nil {
		return nil
	}
	at, fault := NumericDate(v)
	if fault == TimeFine {
		return &at
	}
	if t.Detail != "" {
		t.Detail += "; "
	}
	t.Detail += name + " is " + timeProblem(v)
	return nil
}
