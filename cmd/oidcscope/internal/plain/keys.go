package plain

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Keys prints a key set: a line for each key with its type, algorithm and use, and below it the thumbprint and what is odd or wrong.
// Nothing of it is secret.
func (p *Printer) Keys(set *inspect.KeySet) {
	const kid, kind, alg = 24, 22, 10
	title := count(len(set.Keys), "key")
	if set.URL != "" {
		title += " of " + safe.Short(set.URL, 200)
	}
	p.line(p.bold(title))
	p.line(p.dim("   " + pad("kid", kid) + pad("key", kind) + pad("alg", alg) + "use"))
	for i := range set.Keys {
		k := &set.Keys[i]
		mark := p.good(markGood)
		if k.Err != "" {
			mark = p.bad(markBad)
		}
		name := safe.Short(k.KID, kid-2)
		if k.KID == "" {
			name = p.dim(pad("(no kid)", kid))
		}
		use := safe.Short(k.Use, 20)
		if k.Ops != nil {
			use = strings.TrimSpace(use + " " + safe.Short(strings.Join(k.Ops, ","), 30))
		}
		if k.Private {
			use = strings.TrimSpace(use + " private")
		}
		p.line(" " + mark + " " + pad(name, kid) + pad(safe.Short(k.Name(), kind-2), kind) + pad(safe.Short(orElse(k.Alg, "–"), alg-2), alg) + orElse(use, "–"))
		if len(k.KID) > kid-2 {
			p.under(5, asIs, "kid "+safe.Short(k.KID, 500))
		}
		if k.Thumbprint != "" && k.Thumbprint != k.KID {
			p.line("     " + p.dim("thumbprint "+k.Thumbprint))
		}
		if k.Err != "" {
			p.under(5, p.bad, "can't be used: "+k.Err)
		}
		for _, note := range k.Notes {
			p.under(5, p.care, markCare+" "+note)
		}
	}
	for _, f := range set.Faults {
		p.under(1, p.bad, fmt.Sprintf("%s the set, byte %d: %s", markBad, f.Offset, f.Message))
	}
}
