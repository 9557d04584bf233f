package inspect

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// processor puts disclosures in the place of their digests (RFC 9901 7.1). It writes a new text, so that order, numbers and
// duplicates stay as they were sent.
type processor struct {
	sd    *Selective
	by    map[string]*Disclosure // by digest
	seen  map[string]bool        // digests that were met
	out   []byte
	depth int
}

// process fills Processed, and the problems of the disclosures.
func (t *Token) process() {
	sd := t.SD
	if t.Payload == nil || t.Payload.Kind != Object {
		return
	}
	if alg := t.Payload.Get("_sd_alg"); alg != nil {
		sd.Alg, _ = alg.Text()
	}
	if digestHash(sd.Alg) == nil {
		sd.Problems = append(sd.Problems, fmt.Sprintf("digests with %q can't be checked", clip(sd.Alg, 40)))
		return
	}
	p := &processor{sd: sd, by: map[string]*Disclosure{}, seen: map[string]bool{}}
	for i := range sd.Disclosures {
		d := &sd.Disclosures[i]
		d.Digest = digest(sd.Alg, d.Text)
		if _, twice := p.by[d.Digest]; twice && d.Problem == "" {
			d.Problem = "the same disclosure stands there twice"
			continue
		}
		p.by[d.Digest] = d
	}
	p.object(t.PayloadJSON.Text, t.Payload, true)
	for i := range sd.Disclosures {
		if d := &sd.Disclosures[i]; !d.used && d.Problem == "" {
			d.Problem = "no digest in the token is of it"
		}
	}
	if doc := ScanJSON(string(p.out)); doc.Complete {
		sd.Processed = doc
	} else {
		sd.Problems = append(sd.Problems, "with the disclosures put in, the claims can't be read: "+doc.Faults[0].Message)
	}
}

// find gives the disclosure of a digest that is met, or nil when it was not disclosed.
func (p *processor) find(of *Value, entry bool) *Disclosure {
	text, ok := of.Text()
	if !ok {
		p.problem("a digest is %s, wanted a text", of.Kind)
		return nil
	}
	d := p.by[text]
	if p.seen[text] {
		if d != nil {
			d.Problem = "its digest stands in the token twice"
		} else {
			p.problem("the digest %q stands in the token twice", clip(text, 60))
		}
		return nil
	}
	p.seen[text] = true
	switch {
	case d == nil:
		p.sd.Withheld++
		return nil
	case d.Problem != "":
		d.used = true
		return nil
	case d.Entry != entry:
		d.used = true
		d.Problem = "its digest is that of a claim, and it is an entry of a list"
		if entry {
			d.Problem = "its digest is that of an entry of a list, and it is a claim"
		}
		return nil
	}
	d.used = true
	return d
}

func (p *processor) problem(format string, args ...any) { p.sd.problem(format, args...) }

func (sd *Selective) problem(format string, args ...any) {
	const most = 20
	if len(sd.Problems) < most {
		sd.Problems = append(sd.Problems, fmt.Sprintf(format, args...))
	}
}

// maxProcessed bounds how deep disclosures lie in each other; what is deeper is left out, and can't be read anyway.
const maxProcessed = 2 * MaxDepth

// value writes a value of a text with its disclosures.
func (p *processor) value(text string, v *Value) {
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case p.depth > maxProcessed:
		p.problem("disclosures lie in each other deeper than %d levels", maxProcessed)
		p.out = append(p.out, "null"...)
	case v.Kind == Object:
		p.object(text, v, false)
	case v.Kind == Array:
		p.list(text, v)
	default:
		p.out = append(p.out, v.Raw...)
	}
}

func (p *processor) object(text string, v *Value, top bool) {
	p.out = append(p.out, '{')
	names := make(map[string]bool, len(v.Members))
	first := true
	comma := func() {
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
	}
	for i := range v.Members {
		m := &v.Members[i]
		if m.Name == "_sd" || top && m.Name == "_sd_alg" {
			continue
		}
		names[m.Name] = true
		comma()
		p.out = append(p.out, strings.TrimRight(text[m.NameStart:m.Value.Start], " \t\r\n")...)
		p.value(text, &m.Value)
	}
	if digests := v.Get("_sd"); digests != nil {
		if digests.Kind != Array {
			p.problem("_sd is %s, wanted a list of digests (RFC 9901 4.2.4.1)", digests.Kind)
		}
		for i := range digests.Items {
			d := p.find(&digests.Items[i], false)
			if d == nil {
				continue
			}
			if names[d.Name] {
				d.Problem = fmt.Sprintf("the claim %q is there already", clip(d.Name, 60))
				continue
			}
			names[d.Name] = true
			comma()
			p.out = append(jsonout.String(p.out, d.Name), ':')
			p.value(d.text, d.Value) // which may hold further digests
		}
	}
	p.out = append(p.out, '}')
}

func (p *processor) list(text string, v *Value) {
	p.out = append(p.out, '[')
	first := true
	for i := range v.Items {
		item := &v.Items[i]
		var d *Disclosure
		if of := item.Get("..."); item.Kind == Object && len(item.Members) == 1 && of != nil {
			if d = p.find(of, true); d == nil {
				continue
			}
		}
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
		if d != nil {
			p.value(d.text, d.Value)
		} else {
			p.value(text, item)
		}
	}
	p.out = append(p.out, ']')
}
