package inspect

import (
	"encoding/base64"
	"slices"
	"strings"
)

// MaxSignatures bounds how many signatures, or recipients, of one JSON token are read; a token with more is refused.
const MaxSignatures = 100

// A JWS in JSON (RFC 7515 7.2) is one payload and its signatures, each with a header of its own. Each signature becomes a
// Token with the parts of a compact one, so that whatever looks at a compact token can look at each of them.

// jwsJSON reads the flattened and the general serialization. Of a text that is cut off nothing is taken for the token's.
func (t *Token) jwsJSON(doc *Document) {
	if !doc.Complete {
		return
	}
	root := doc.Root
	signatures := root.Get("signatures")
	if t.Kind == JWSFlattened {
		t.takeSignature(root, root)
		t.readHeaderDisclosures(nil)
		return
	}
	if f := tooMany(signatures, "signatures", "RFC 7515 7.2.1"); f != nil {
		t.add("token", *f)
		return
	}
	payload := &sharedPayload{}
	for i := range signatures.Items {
		s := &Token{shared: payload, Pasted: t.Pasted, Raw: t.Raw, Trims: t.Trims, Removed: t.Removed, runs: t.runs, Kind: JWSFlattened}
		s.takeSignature(root, &signatures.Items[i])
		t.Signatures = append(t.Signatures, s)
	}
	first := t.Signatures[0]
	t.Parts, t.Header, t.HeaderJSON, t.Protected, t.Unprotected = first.Parts, first.Header, first.HeaderJSON, first.Protected, first.Unprotected
	t.Payload, t.PayloadJSON, t.Bytes = first.Payload, first.PayloadJSON, first.Bytes
	t.readHeaderDisclosures(t.Signatures[1:])
	t.Faults = append(t.Faults, first.Faults...)
	for i, s := range t.Signatures[1:] {
		for _, f := range s.Faults {
			if f.In != "payload" { // told with the first one
				f.In = "signatures" + index(i+1) + "." + f.In
				t.Faults = append(t.Faults, f)
			}
		}
	}
}

// tooMany says what is wrong with a list of signatures or recipients, or nil.
func tooMany(list *Value, name, ref string) *Fault {
	var f Fault
	switch {
	case list.Kind != Array || len(list.Items) == 0:
		f = fault(FaultForm, list.Start, "%q has to be a list with at least one entry (%s)", name, ref)
	case len(list.Items) > MaxSignatures:
		f = fault(FaultSize, list.Items[MaxSignatures].Start, "%d entries of %q: more than %d are refused", len(list.Items), name, MaxSignatures)
	default:
		return nil
	}
	return &f
}

// takeSignature reads one signature of the object that holds it, and the payload of the outer object.
func (t *Token) takeSignature(root, holder *Value) {
	protected, hasProtected := t.jsonPart("header", "protected", holder)
	payload, _ := t.jsonPart("payload", "payload", root)
	signature, hasSignature := t.jsonPart("signature", "signature", holder)
	buf := make([]byte, (len(protected.Text)+len(signature.Text))*3/4)
	flaw := protected.decode(&buf)
	t.Parts = []Part{protected}
	t.addPartFault(&t.Parts[0], flaw)
	t.readProtected(hasProtected, holder.Get("header"))

	t.takePayload(&payload)
	if !hasSignature {
		t.add("token", fault(FaultForm, holder.Start, `no member "signature" (RFC 7515 7.2.1)`))
		return
	}
	flaw = signature.decode(&buf)
	t.Parts = append(t.Parts, signature)
	t.addPartFault(&signature, flaw)
}

// sharedPayload is what the signatures of one token read of their payload, once for each way of reading it.
type sharedPayload struct{ plain, encoded *Token }

// takePayload reads the payload, or takes over what another signature read of it.
func (t *Token) takePayload(payload *Part) {
	plain := t.Protected.Get("b64").IsFalse()
	var read **Token
	if t.shared != nil {
		read = &t.shared.encoded
		if plain {
			read = &t.shared.plain
		}
		if first := *read; first != nil {
			t.Parts = append(t.Parts, first.Parts[1])
			t.Payload, t.PayloadJSON, t.Bytes = first.Payload, first.PayloadJSON, first.Bytes
			for _, f := range first.Faults {
				if f.In == "payload" {
					t.Faults = append(t.Faults, f)
				}
			}
			return
		}
		*read = t
	}
	var flaw *Fault
	if plain {
		payload.Bytes = []byte(payload.Text) // RFC 7797 5.2
	} else {
		room := make([]byte, len(payload.Text)*3/4)
		flaw = payload.decode(&room)
	}
	t.Parts = append(t.Parts, *payload)
	t.addPartFault(payload, flaw)
	t.readPayload()
}

// jsonPart takes a member whose text is a part of the token. With escapes in it, its text is not what stands at its offset.
func (t *Token) jsonPart(name, member string, holder *Value) (Part, bool) {
	v := holder.Get(member)
	if v == nil {
		return Part{Name: name, Offset: holder.Start}, false
	}
	if v.Kind != String {
		t.add("token", fault(FaultForm, v.Start, "%q is %s, wanted a text", member, v.Kind))
		return Part{Name: name, Offset: v.Start}, true
	}
	return Part{Name: name, Text: v.Str, Offset: v.Start + 1}, true
}

// readProtected reads the protected header and joins it with what is not protected. One of both has to be there
// (RFC 7515 7.2.1, RFC 7516 7.2.1).
func (t *Token) readProtected(has bool, unprotected ...*Value) {
	if has && t.Parts[0].Text != "" {
		t.readHeader()
		t.Protected = t.Header
		if t.Header == nil {
			return // what it says is not known, so neither is the joined header
		}
	}
	for _, u := range unprotected {
		switch {
		case u == nil:
		case u.Kind != Object:
			t.add("header", fault(FaultForm, 0, "the unprotected header is %s, wanted an object", u.Kind))
		default:
			t.Unprotected = joinObjects(t.Unprotected, u)
		}
	}
	if t.Protected == nil && t.Unprotected == nil {
		t.add("header", fault(FaultForm, 0, "neither a protected nor an unprotected header: nothing says how the token was made"))
		return
	}
	t.Header = joinObjects(t.Protected, t.Unprotected)
	if t.HeaderJSON == nil {
		t.HeaderJSON = &Document{Text: t.Header.Raw, Root: t.Header, Complete: true}
	}
}

// joinObjects makes one object of the members of two, in a text of its own. A name that both have is in it twice.
func joinObjects(a, b *Value) *Value {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	left, right := strings.TrimSuffix(a.Raw, "}"), strings.TrimPrefix(b.Raw, "{")
	if len(a.Members) > 0 && len(b.Members) > 0 {
		left += ","
	}
	return ScanJSON(left + right).Root
}

// detached reports a signed token without a payload in it (RFC 7515 F). One with an empty payload looks the same.
func (t *Token) detached() bool {
	part := t.Part("payload")
	return t.Kind != SDJWT && part != nil && part.Text == ""
}

// Attach puts the payload of a detached JWS back (RFC 7515 F): the bytes that were signed, not their base64url. It reports
// false, and changes nothing, for a token that brings its own payload.
func (t *Token) Attach(payload []byte) bool {
	part := t.Part("payload")
	if !t.detached() || t.attached {
		return false
	}
	for _, s := range t.Signatures {
		s.Attach(payload)
	}
	if len(t.Signatures) > 0 {
		first := t.Signatures[0]
		t.Payload, t.PayloadJSON, t.Bytes, t.attached = first.Payload, first.PayloadJSON, first.Bytes, true
		return true
	}
	t.attached, part.Bytes = true, payload
	t.readPayload()
	return true
}

// SigningInput is what the signature was made over (RFC 7515 5.2 step 8, RFC 7797 3): the texts as they were received, and
// only for a payload that was put back one that is made here.
// It is nil when the token has not the parts of a JWS.
func (t *Token) SigningInput() []byte { return t.appendSigningInput(nil) }

// signingInput is [Token.SigningInput] in memory that is used again.
func (t *Token) signingInput() []byte {
	if t.memory == nil {
		return t.SigningInput()
	}
	t.memory.input = t.appendSigningInput(t.memory.input[:0])
	return t.memory.input
}

func (t *Token) appendSigningInput(input []byte) []byte {
	if len(t.Parts) < 3 || t.Kind == JWECompact || t.Kind == JWEJSON || t.Kind == PASETO {
		return nil
	}
	payload := &t.Parts[1]
	if (t.Kind == JWSCompact || t.Kind == SDJWT) && !t.attached {
		return append(input, t.Raw[:t.Parts[2].Offset-1]...)
	}
	text := payload.Text
	if t.attached {
		text = string(payload.Bytes)
		if !t.ProtectedHeader().Get("b64").IsFalse() {
			text = base64.RawURLEncoding.EncodeToString(payload.Bytes)
		}
	}
	input = append(append(slices.Grow(input, len(t.Parts[0].Text)+1+len(text)), t.Parts[0].Text...), '.')
	return append(input, text...)
}

// signedSize is about how long the signing input is, in bytes.
func (t *Token) signedSize() int { return len(t.Parts[0].Text) + 1 + len(t.Parts[1].Text) }

// ProtectedHeader is what signature or tag cover: of a compact token the whole header. It may be nil.
func (t *Token) ProtectedHeader() *Value {
	switch t.Kind {
	case JWSFlattened, JWSGeneral, JWEJSON:
		return t.Protected
	}
	return t.Header
}
