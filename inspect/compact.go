package inspect

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

var (
	jwsParts = [...]string{"header", "payload", "signature"}
	jweParts = [...]string{"header", "encrypted_key", "iv", "ciphertext", "tag"}
)

// compact reads a compact serialization (RFC 7515 3.1, RFC 7516 3.1), or the same with disclosures behind it (RFC 9901 4).
// It reports false when the first part is no JSON header, which makes the token opaque.
func (t *Token) compact() bool {
	if isUUID(t.Raw) { // one in sixty-four of them begins like a header
		return false
	}
	text, disclosures, isSD := strings.Cut(t.Raw, "~")
	end := strings.IndexByte(text, '.')
	if end < 0 {
		end = len(text)
	}
	buf := t.memory.room(len(text) * 3 / 4)
	header := Part{Name: jwsParts[0], Text: text[:end]}
	flaw := header.decode(&buf)
	met := t.memory.header(header.Text)
	if met == nil && !isHeader(header.Readable()) {
		return false
	}
	if n := strings.Count(text, "."); met == nil && !isSD && n != 2 && n != 4 && !isProse(header.Readable()) {
		return false
	}
	t.Parts = append(t.memory.list(), header)
	if met != nil {
		t.HeaderJSON, t.Header = met, met.Root
	} else {
		t.addPartFault(&t.Parts[0], flaw)
		t.readHeader()
		if flaw == nil {
			t.memory.keepHeader(header.Text, t.HeaderJSON)
		}
	}

	dots := strings.Count(text, ".")
	names := jwsParts[:]
	switch {
	case isSD:
		t.Kind = SDJWT
	case dots == 4 || dots != 2 && t.headerRoot().Get("enc") != nil:
		t.Kind, names = JWECompact, jweParts[:]
	default:
		t.Kind = JWSCompact
	}
	t.segments(text, end, names, buf)
	if isSD {
		t.Parts = append(t.Parts, Part{Name: "disclosures", Text: disclosures, Offset: len(text) + 1})
	}
	if t.Kind != JWECompact {
		t.readPayload()
	}
	if isSD {
		t.readDisclosures(len(text) + 1)
		t.process()
	}
	return true
}

// segments cuts off and decodes the parts after the header, whose end is given.
func (t *Token) segments(text string, end int, names []string, buf []byte) {
	for i := 1; i < len(names); i++ {
		if end == len(text) {
			t.add("token", fault(FaultSegments, len(text), "wanted %d parts (%s), got %d: the %s is missing",
				len(names), strings.Join(names, "."), i, strings.ReplaceAll(names[i], "_", " ")))
			return
		}
		start := end + 1
		if next := strings.IndexByte(text[start:], '.'); next < 0 {
			end = len(text)
		} else {
			end = start + next
		}
		p := Part{Name: names[i], Text: text[start:end], Offset: start}
		if names[i] == "payload" && t.headerRoot().Get("b64").IsFalse() {
			p.Bytes = []byte(p.Text) // RFC 7797 5.2: the payload stands there as it is
			t.Parts = append(t.Parts, p)
			continue
		}
		flaw := p.decode(&buf)
		t.Parts = append(t.Parts, p)
		t.addPartFault(&p, flaw)
	}
	if end < len(text) {
		t.add("token", fault(FaultSegments, end, "wanted %d parts (%s), got %d: one dot too many",
			len(names), strings.Join(names, "."), strings.Count(text, ".")+1))
		t.Parts = append(t.Parts, Part{Name: "rest", Text: text[end+1:], Offset: end + 1})
	}
}

// decode fills Bytes from a shared buffer, of which it takes its share.
func (p *Part) decode(buf *[]byte) *Fault {
	size := min(len(p.Text)*3/4, len(*buf))
	room := (*buf)[:size:size]
	*buf = (*buf)[size:]
	n, flaw := decodeBase64(room, p.Text)
	p.Bytes = room[:n]
	if flaw != nil && flaw.Code != FaultNonCanonical {
		p.Repaired = repairBase64(p.Text)
	}
	return flaw
}

// addPartFault records a fault of a part, whose offset is so far in the part. Padding and a wrong alphabet are two faults.
func (t *Token) addPartFault(p *Part, flaw *Fault) {
	if flaw == nil {
		return
	}
	first := *flaw
	first.Offset += p.Offset
	t.add(p.Name, first)
	if trimmed := strings.TrimRight(p.Text, "="); flaw.Code == FaultAlphabet && len(trimmed) < len(p.Text) {
		t.add(p.Name, *atOffset(alphabetFault(p.Text, len(trimmed)), p.Offset))
	}
}

func atOffset(f *Fault, by int) *Fault {
	f.Offset += by
	return f
}

// isHeader reports whether decoded bytes begin like a JSON object, or are JSON of another kind that somebody put there.
func isHeader(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\ufeff")), " \t\r\n")
	if len(b) == 0 {
		return false
	}
	return b[0] == '{' || (b[0] == '[' || b[0] == '"') && ScanJSON(string(b)).Complete
}

// isProse reports whether decoded bytes are what people or JSON writers write. One opaque token in 256 begins with a brace by
// chance, when it is decoded; what follows the brace is noise then, where a header that was cut off goes on as text.
func isProse(b []byte) bool {
	return utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) || r == 0x7f }) < 0
}

// headerRoot is what is known of the header, also when it could not be read to its end.
func (t *Token) headerRoot() *Value {
	if t.HeaderJSON == nil {
		return nil
	}
	return t.HeaderJSON.Root
}

func (t *Token) readHeader() {
	t.HeaderJSON = ScanJSON(string(t.Parts[0].Readable()))
	for _, f := range t.HeaderJSON.Faults {
		t.add("header", f)
	}
	if !t.HeaderJSON.Complete {
		return
	}
	if root := t.HeaderJSON.Root; root.Kind == Object {
		t.Header = root
	} else {
		t.add("header", fault(FaultNotObject, root.Start, "wanted a JSON object, got %s", root.Kind))
	}
}

// readPayload reads the payload as JSON if it looks like JSON. A JWS may carry anything (RFC 7515 2), so other content
// is no fault here.
func (t *Token) readPayload() {
	p := t.Part("payload")
	if p == nil {
		return
	}
	t.Bytes = p.Readable()
	t.readClaims()
}

// readClaims reads the bytes of the payload, or of the plaintext, as JSON.
func (t *Token) readClaims() {
	start := bytes.TrimLeft(bytes.TrimPrefix(t.Bytes, []byte("\ufeff")), " \t\r\n")
	if len(start) == 0 {
		return
	}
	doc := scan(string(t.Bytes), t.memory)
	if container := start[0] == '{' || start[0] == '['; !container && (!doc.Complete || len(doc.Faults) > 0) {
		return // text that happens to begin like a number
	}
	t.PayloadJSON = doc
	for _, f := range doc.Faults {
		t.add("payload", f)
	}
	if doc.Complete {
		t.Payload = doc.Root
	}
}
