package inspect

import (
	"fmt"
	"slices"
)

// CritProblem says why the crit and b64 parameters of a header force everyone to refuse the token (RFC 7515 4.1.11, RFC 7797
// 6), or "". The only extension that this program understands is b64.
func CritProblem(header *Value) string {
	if problem := CritListProblem(header); problem != "" {
		return problem
	}
	b64 := header.Get("b64")
	switch names, _ := header.Get("crit").Texts(); {
	case b64 == nil:
	case b64.Kind != Bool:
		return fmt.Sprintf("b64 is %s, wanted true or false (RFC 7797 3)", b64.Kind)
	case b64.IsFalse() && !slices.Contains(names, "b64"):
		return "b64 is false, but crit does not list it, so others read another payload (RFC 7797 6)"
	}
	return ""
}

// CritListProblem says why the list itself can't be met (RFC 7515 4.1.11), or "".
func CritListProblem(header *Value) string {
	crit := header.Get("crit")
	if crit == nil {
		return ""
	}
	if crit.Kind != Array || len(crit.Items) == 0 {
		return "crit has to be a list with at least one name (RFC 7515 4.1.11)"
	}
	for i := range crit.Items {
		name, ok := crit.Items[i].Text()
		if !ok {
			return fmt.Sprintf("crit holds %s, wanted names (RFC 7515 4.1.11)", crit.Items[i].Kind)
		}
		for j := range i {
			if crit.Items[j].Str == name {
				return fmt.Sprintf("crit names %q twice (RFC 7515 4.1.11)", clip(name, 80))
			}
		}
		switch {
		case registeredHeader(name):
			return fmt.Sprintf("crit names %q, which the specification itself defines and may not be listed (RFC 7515 4.1.11)", clip(name, 80))
		case header.Get(name) == nil:
			return fmt.Sprintf("crit names %q, which the header does not have (RFC 7515 4.1.11)", clip(name, 80))
		case name != "b64":
			return fmt.Sprintf("crit demands the extension %q, which this program does not understand (RFC 7515 4.1.11)", clip(name, 80))
		}
	}
	return ""
}

// registeredHeader lists the parameters of RFC 7515 4.1, RFC 7516 4.1 and RFC 7518, which crit may not name.
func registeredHeader(name string) bool {
	switch name {
	case "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit",
		"enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c":
		return true
	}
	return false
}
