package doctor

import (
	"slices"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Change is a check that ended otherwise than the time before.
type Change struct{ Before, Now Outcome }

// Compare lists what two runs found differently, in the order of the checks. That keys changed counts each time, since it is itself a
// comparison with the run before.
func Compare(before, now *Report) []Change {
	var all []Change
	for _, n := range now.Outcomes {
		i := slices.IndexFunc(before.Outcomes, func(o Outcome) bool { return o.ID == n.ID })
		if i < 0 {
			continue
		}
		b := before.Outcomes[i]
		if n.ID == "JWKS-038" && n.Result != rule.Found { // there was nothing to compare the first time
			continue
		}
		if n.ID == "JWKS-038" || b.Result != n.Result || !slices.EqualFunc(b.Findings, n.Findings, sameFinding) {
			all = append(all, Change{b, n})
		}
	}
	return all
}

// sameFinding compares two findings without the words, in which times and counts change.
func sameFinding(a, b rule.Finding) bool { return a.Severity == b.Severity && a.At == b.At }

// IsKeySet reports whether a JSON text is a key set, or was meant to be one, rather than a discovery document: keys are keys under
// another name too.
func IsKeySet(text []byte) bool {
	d := newDocument("", text)
	switch {
	case d.has("kty"):
		return true
	case d.has("issuer") || !d.Readable():
		return false
	}
	return d.has("keys") || slices.ContainsFunc(d.root.Members, func(m inspect.Member) bool {
		return len(m.Value.Items) > 0 && m.Value.Items[0].Get("kty") != nil
	})
}
