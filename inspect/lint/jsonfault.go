package lint

import (
	"math"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// inexact reports an integer literal beyond 2^53-1, or a value that a double can't hold.
func inexact(literal string) bool {
	if len(literal) <= 15 && !strings.ContainsAny(literal, ".eE") {
		return false // fewer digits than 2^53 has
	}
	x, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(x, 0) {
		return true
	}
	return math.Abs(x) > maxExact && !strings.ContainsAny(literal, ".eE")
}

// partFaults reports the base64url faults of the parts, one finding a part.
func (s *Subject) partFaults(codes ...inspect.FaultCode) (all []rule.Finding) {
	for i := range s.Token.Parts {
		part := &s.Token.Parts[i]
		for _, code := range codes {
			if f := s.Token.Fault(code, part.Name); f != nil {
				all = append(all, found("segment."+strconv.Itoa(i), "%s (at byte %d)", f.Message, f.Offset)...)
				break
			}
		}
	}
	return all
}

// jsonFault reports why header or payload is not one JSON object. Trailing bytes and depth have rules of their own, and a
// part that base64url could not decode is reported there.
func (s *Subject) jsonFault(in, at string) []rule.Finding {
	if s.undecoded(in) {
		return nil
	}
	for _, code := range [...]inspect.FaultCode{inspect.FaultSyntax, inspect.FaultUTF8, inspect.FaultNotObject, inspect.FaultSize} {
		if f := s.Token.Fault(code, in); f != nil {
			return found(at, "%s (at byte %d)", f.Message, f.Offset)
		}
	}
	if in == "payload" && s.Claims == nil && (s.Token.Part(in) != nil || s.Token.Opened) && s.Token.Fault(inspect.FaultDepth, in) == nil {
		return found(at, "the payload is no JSON object: it begins with %s", quoteShort(string(s.Token.Bytes[:min(len(s.Token.Bytes), shown)])))
	}
	return nil
}

// undecoded reports that base64url kept the part from being read, which has rules of its own.
func (s *Subject) undecoded(part string) bool {
	for _, code := range [...]inspect.FaultCode{inspect.FaultAlphabet, inspect.FaultLength, inspect.FaultPadding} {
		if s.Token.Fault(code, part) != nil {
			return true
		}
	}
	return false
}

// documentFaults reports a fault of header and claims, one finding each.
func (s *Subject) documentFaults(code inspect.FaultCode) (all []rule.Finding) {
	for _, d := range [...]struct{ in, at string }{{"header", "header"}, {"payload", "claims"}} {
		if d.in == "payload" && (s.again || s.Profile == inspect.ProfileJWS) {
			continue
		}
		if f := s.Token.Fault(code, d.in); f != nil {
			all = append(all, found(d.at, "%s (at byte %d)", f.Message, f.Offset)...)
		}
	}
	return all
}

func checkJSONText(s *Subject) (all []rule.Finding) {
	if len(s.Token.Faults) == 0 {
		return nil
	}
	roots := map[string]*inspect.Value{"header": s.protected(), "payload": object(s.Token.Payload)}
	seen := map[string]bool{}
	for i := range s.Token.Faults {
		f := &s.Token.Faults[i]
		at := map[string]string{"header": "header", "payload": "claims"}[f.In]
		switch {
		case at == "" || f.In == "payload" && s.Profile == inspect.ProfileJWS:
			continue
		case f.Code == inspect.FaultSurrogate:
			at = pathAt(at, roots[f.In], f.Offset)
		case f.Code != inspect.FaultBOM:
			continue
		}
		if !seen[at] {
			seen[at] = true
			all = append(all, found(at, "%s (at byte %d)", f.Message, f.Offset)...)
		}
	}
	return all
}

func duplicates(at string, v *inspect.Value) []rule.Finding {
	var seen places
	walk(at, v, nil, func(at place, m *inspect.Member) {
		if m.Duplicate {
			seen.add(at, "the name occurs more than once")
		}
	})
	return seen.all
}
