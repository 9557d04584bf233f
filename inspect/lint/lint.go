// Package lint judges a decoded token: a list of rules, each with its reason, repair and reference, run over what
// package inspect read. [Check] is what to use; [Rules] is the list, for documentation and for explain.
//
// It promises that a cause silences its consequences (a signature of the wrong length is not also reported as invalid),
// that content which could not be read is not judged, and that no message holds a character that could drive a terminal.
package lint

import (
	"cmp"
	"slices"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Rule is a token check.
type Rule = rule.Rule[*Subject]

// Rules lists the checks in the order of their ids. The lists are functions, so that a program that judges no token does not build
// them when it starts.
func Rules() []Rule {
	all := slices.Concat(containerRules(), algorithmRules(), keyRules(), hmacRules(), kindRules(), signatureRules(), timeRules(), identityRules(), profileRules(),
		jweRules(), selectiveRules(), contentRules(), vendorRules())
	slices.SortFunc(all, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Inspect is inspect.Inspect with the findings filled in.
func Inspect(raw string, keys *inspect.KeySet, ctx inspect.Context) *inspect.Report {
	return InspectToken(inspect.Decode(raw), keys, ctx)
}

// InspectToken is inspect.InspectToken with the findings filled in.
func InspectToken(tok *inspect.Token, keys *inspect.KeySet, ctx inspect.Context) *inspect.Report {
	r := inspect.InspectToken(tok, keys, ctx)
	r.Findings = Check(r, keys, ctx)
	return r
}

// Check gives the findings on a token that was inspected with these keys and this context, ordered by id, then by place.
func Check(r *inspect.Report, keys *inspect.KeySet, ctx inspect.Context) []rule.Finding {
	var findings []rule.Finding
	for _, s := range subjects(r, keys, ctx) {
		findings = append(findings, silence(rule.Findings(rules(), s))...)
	}
	if r.Inner != nil { // what is wrong with the token inside is wrong with the whole
		r.Inner.Findings = Check(r.Inner, keys, ctx)
		findings = append(findings, r.Inner.Findings...)
	}
	if len(findings) == 0 {
		return []rule.Finding{} // in JSON a list, not null
	}
	slices.SortStableFunc(findings, func(a, b rule.Finding) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.At, b.At))
	})
	return slices.CompactFunc(findings, func(a, b rule.Finding) bool { return a.ID == b.ID && a.At == b.At })
}

// rules is the list, sorted once and only when the first token is judged.
var rules = sync.OnceValue(Rules)

// causes names, for each rule, the rules whose findings say the same more exactly.
func causes(id string) []string {
	switch id {
	case "TOK-004":
		return []string{"TOK-002", "TOK-003"}
	case "TOK-007":
		return []string{"TOK-039"} // an unencoded payload is read as the specification does not mean it
	case "TOK-023":
		return []string{"TOK-024", "TOK-025"}
	case "TOK-026":
		return []string{"TOK-025"}
	case "TOK-030":
		return []string{"TOK-031"}
	case "TOK-033":
		return []string{"TOK-034"}
	case "TOK-035":
		return []string{"TOK-036"} // of the same parameter
	case "TOK-044":
		return []string{"TOK-045", "TOK-046", "TOK-047", "TOK-095"}
	case "TOK-046", "TOK-047":
		return []string{"TOK-023"} // a key that does not fit says nothing about the signature's form
	case "TOK-048":
		return []string{"TOK-018", "TOK-024", "TOK-025", "TOK-045"}
	case "TOK-049":
		return []string{"TOK-096"}
	case "TOK-100":
		return []string{"TOK-001"}
	}
	return nil
}

// silence drops the findings whose cause was found too.
func silence(findings []rule.Finding) []rule.Finding {
	var seen []string
	for i := range findings {
		if id := findings[i].ID; !slices.Contains(seen, id) {
			seen = append(seen, id)
		}
	}
	return slices.DeleteFunc(findings, func(f rule.Finding) bool {
		return slices.ContainsFunc(causes(f.ID), func(id string) bool {
			if f.ID == "TOK-004" || f.ID == "TOK-035" { // one finding for each part or parameter
				return hasAt(findings, id, f.At)
			}
			return slices.Contains(seen, id)
		})
	})
}

func hasAt(findings []rule.Finding, id, at string) bool {
	return slices.ContainsFunc(findings, func(f rule.Finding) bool { return f.ID == id && f.At == at })
}
