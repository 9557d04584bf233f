package lint

import (
	"math"
	"strconv"

	"github.com/oidcscope/oidcscope/inspect"
)

type dateFault uint8

const (
	dateOK dateFault = iota
	dateAbsent
	dateType
	dateRange
	dateUnit
)

// numericDate reads a NumericDate (RFC 7519 2) in seconds and says what is wrong with it.
func numericDate(v *inspect.Value) (float64, dateFault) {
	if v == nil {
		return 0, dateAbsent
	}
	if v.Kind != inspect.Number {
		return 0, dateType
	}
	x, err := number(v.Raw)
	switch {
	case err != nil, math.IsInf(x, 0), x <= 0:
		return x, dateRange
	case x >= milliseconds:
		return x, dateUnit
	}
	return x, dateOK
}

// number reads a JSON number. Nearly every time is written as ten digits, which need no general parser.
func number(literal string) (float64, error) {
	if len(literal) > 15 {
		return strconv.ParseFloat(literal, 64)
	}
	n := 0
	for i := range len(literal) {
		c := literal[i] - '0'
		if c > 9 {
			return strconv.ParseFloat(literal, 64)
		}
		n = n*10 + int(c)
	}
	return float64(n), nil
}

// date gives a time claim that can be computed with; a claim reported under TOK-053, 054 or 055 takes no part.
func (s *Subject) date(name string) (float64, bool) {
	d := s.dateClaim(name)
	return d.x, d.fault == dateOK
}

// dateNames are the claims that hold a NumericDate.
var dateNames = [...]string{"exp", "nbf", "iat", "auth_time", "updated_at"}

// date is such a claim as it was read.
type date struct {
	x     float64 // seconds
	fault dateFault
}

// dateClaim reads one of the dateNames. Many rules ask for them, so all are read once.
func (s *Subject) dateClaim(name string) date {
	if !s.dated {
		s.dated = true
		for i, n := range dateNames {
			s.dates[i].x, s.dates[i].fault = numericDate(s.Claims.Get(n))
		}
	}
	for i, n := range dateNames {
		if n == name {
			return s.dates[i]
		}
	}
	return date{fault: dateAbsent}
}

func unitOf(x float64) (string, float64) {
	switch {
	case x < 1e14:
		return "milliseconds", 1e3
	case x < 1e17:
		return "microseconds", 1e6
	default:
		return "nanoseconds", 1e9
	}
}

func years(s float64) string { return strconv.FormatFloat(s/31556952, 'f', 0, 64) + " years" }

// seconds says a duration in words with its two largest units.
func seconds(s float64) string {
	if s > 1e15 {
		return years(s)
	}
	total := int64(math.Round(s))
	units := [...]struct {
		name string
		size int64
	}{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}
	out, shown := "", 0
	for _, u := range units {
		if n := total / u.size; n > 0 && shown < 2 {
			if out != "" {
				out += " "
			}
			out += strconv.FormatInt(n, 10) + " " + u.name
			total -= n * u.size
			shown++
		} else if shown > 0 {
			shown++
		}
	}
	if out == "" {
		return "0 s"
	}
	return out
}
