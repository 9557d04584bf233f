package main

import (
	"fmt"
	"time"
)

// seconds is a length of time as the specifications write it, in seconds (max_age of OpenID Connect Core 3.1.2.1), or as Go does.
type seconds struct{ to *time.Duration }

// parseSeconds reads "300" or "5m".
func parseSeconds(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s")
	}
	if err != nil {
		return 0, fmt.Errorf("want seconds, or a length of time such as 5m, got %q", text)
	}
	return d, nil
}

// Set is called for the flag's value.
func (s seconds) Set(text string) (err error) {
	*s.to, err = parseSeconds(text)
	return err
}

// String shows the value in the help.
func (s seconds) String() string {
	if s.to == nil || *s.to == 0 {
		return ""
	}
	return s.to.String()
}

// Type names the value in the help.
func (s seconds) Type() string { return "seconds" }
