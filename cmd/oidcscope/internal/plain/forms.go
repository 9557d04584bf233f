package plain

import (
	"fmt"

	"github.com/oidcscope/oidcscope/inspect"
)

// What tokens of other forms than the plain signed one have to say: who may open them, each signature, the token inside.

func (p *Printer) encryption(r *inspect.Report) {
	e := r.Encryption
	if e == nil {
		return
	}
	algorithms := e.Alg + " with " + e.Enc
	switch e.Status {
	case inspect.Opened:
		p.verdict(markGood, p.good, "decrypted", algorithms+", key "+e.Key.Name())
	case inspect.NotOpened:
		p.verdict(markUnknown, p.care, "not decrypted", algorithms+": "+e.Reason)
	case inspect.OpenNotSupported:
		p.verdict(markUnknown, p.care, "not decrypted", e.Reason)
	case inspect.OpenFailed, inspect.OpenRefused:
		p.verdict(markBad, p.bad, "not decrypted", e.Reason)
		p.attempts(e.Attempts)
	}
}

// signatures lists each signature of a token that has several.
func (p *Printer) signatures(r *inspect.Report) {
	if len(r.Signatures) < 2 {
		return
	}
	const most = 10
	for i := range r.Signatures {
		if i == most {
			p.under(verdictColumn, p.dim, fmt.Sprintf("and %d more signatures", len(r.Signatures)-i))
			return
		}
		s := &r.Signatures[i]
		text := fmt.Sprintf("%d: %s, %s", i+1, orElse(s.Alg, "no algorithm"), s.Status)
		if s.Reason != "" {
			text += ": " + s.Reason
		}
		p.under(verdictColumn, p.dim, text)
	}
}

// inner prints the token inside. Its findings are among those of the whole.
func (p *Printer) inner(r *inspect.Report) {
	if r.Inner == nil {
		return
	}
	p.blank()
	p.ends(0, "The token inside", p.bold, form(r.Inner), p.dim)
	p.body(r.Inner)
}

// disclosures lists what an SD-JWT discloses, and whether its holder proves to be the holder.
func (p *Printer) disclosures(r *inspect.Report) {
	if len(r.Disclosures) == 0 && r.KeyBinding == nil {
		return
	}
	const most = 50
	p.blank()
	p.line(" " + p.bold("Disclosures"))
	for i := range r.Disclosures {
		d := &r.Disclosures[i]
		switch {
		case i == most:
			p.under(3, p.dim, fmt.Sprintf("and %d more", len(r.Disclosures)-i))
		case i > most:
		case d.Problem != "":
			p.under(3, p.bad, fmt.Sprintf("%d  %s %s", i, markBad, d.Problem))
		default:
			p.under(3, p.dim, fmt.Sprintf("%d  %s = %s", i, orElse(d.Name, "(entry of a list)"), d.Value))
		}
	}
	if kb := r.KeyBinding; kb != nil {
		p.under(3, p.dim, "key binding token: "+string(kb.Signature.Status)+", "+orElse(kb.Signature.Reason, kb.Signature.Alg+" with the key in cnf"))
	}
}

// facts says how a token looks that can't be decoded.
func (p *Printer) facts(r *inspect.Report) {
	f := r.Facts
	if f == nil {
		return
	}
	if f.Version != "" {
		p.verdict(markUnknown, p.dim, "PASETO", fmt.Sprintf("%s %s, %d bytes", f.Version, f.Purpose, f.Bytes))
		if f.Message != "" {
			p.under(verdictColumn, p.dim, "says: "+f.Message)
		}
		if f.Footer != "" {
			p.under(verdictColumn, p.dim, "footer: "+f.Footer)
		}
		return
	}
	text := fmt.Sprintf("%d characters, %s: at most %d bits to guess", f.Length, orElse(f.Form, f.Alphabet), f.Bits)
	if f.Issuer != "" {
		text += "; begins like " + f.Issuer
	}
	p.verdict(markUnknown, p.dim, "opaque", text)
}
