package inspect

import "strings"

// An SD-JWT in a JSON serialization (RFC 9901 8) has its disclosures and its key binding token in the unprotected header: of several
// signatures, in that of the first one. They are read as if they stood behind the compact token, which is also what the key
// binding token signs the hash of (8.1).

// readHeaderDisclosures reads disclosures and kb_jwt of the unprotected header, when one of them is there.
func (t *Token) readHeaderDisclosures(later []*Token) {
	disclosures, binding := t.Unprotected.Get("disclosures"), t.Unprotected.Get("kb_jwt")
	if disclosures == nil && binding == nil || len(t.Parts) < 3 {
		return
	}
	sd := &Selective{Alg: "sha-256"}
	t.SD = sd
	switch {
	case disclosures == nil:
	case disclosures.Kind != Array:
		sd.problem("disclosures is %s, wanted a list of texts (RFC 9901 8.1)", disclosures.Kind)
	case len(disclosures.Items) > MaxDisclosures:
		t.add("token", fault(FaultSize, disclosures.Start, "%d disclosures: more than %d are refused", len(disclosures.Items), MaxDisclosures))
		return
	default:
		for i := range disclosures.Items {
			v := &disclosures.Items[i]
			d := Disclosure{Offset: v.Start + 1, Text: v.Str}
			if v.Kind != String {
				d.Problem = "it is " + v.Kind.String() + ", wanted a text"
			} else {
				d.read()
			}
			sd.Disclosures = append(sd.Disclosures, d)
		}
	}
	if text, ok := binding.Text(); ok {
		sd.KeyBinding = Decode(text)
		sd.presented = t.asPresented()
	} else if binding != nil {
		sd.problem("kb_jwt is %s, wanted a token (RFC 9901 8.1)", binding.Kind)
	}
	for _, s := range later {
		if s.Unprotected.Get("disclosures") != nil || s.Unprotected.Get("kb_jwt") != nil {
			sd.problem("a further signature brings disclosures or a key binding token: they belong to the first one (RFC 9901 8.1)")
		}
	}
	t.process()
}

// asPresented is the compact form of what is shown: the signed token, and a ~ behind it and behind every disclosure.
func (t *Token) asPresented() string {
	var b strings.Builder
	for i := range t.Parts[:3] {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(t.Parts[i].Text)
	}
	b.WriteByte('~')
	for i := range t.SD.Disclosures {
		b.WriteString(t.SD.Disclosures[i].Text)
		b.WriteByte('~')
	}
	return b.String()
}
