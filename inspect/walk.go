package inspect

import (
	"fmt"

	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/jsonout"
)

// A signature walk is the check of one signature with everything that is computed on its way, and the same once more with other
// texts in the place of header, payload or signature: that is how one sees what a signature protects, and from what.

// Walk is the check of one signature, step by step.
type Walk struct {
	Token   *Token
	Verdict Verdict // the judgement; nothing else in a Walk says that a signature holds

	Input     []byte // the exact bytes that were signed (RFC 7515 5.2 step 8); nil when the token has not the parts of a JWS
	Signature []byte // decoded
	Key       *Key   // that verified, or that came nearest; nil when there is none to compute with

	Anatomy *jose.Anatomy // nil when nothing can be computed; Problem says why
	Problem string

	keys *KeySet
}

// NewWalk walks through the check of a token's signature with these keys, which may be nil. Of a token with several signatures it
// is the first; each of Token.Signatures can be walked through by itself.
func NewWalk(tok *Token, keys *KeySet) *Walk {
	w := &Walk{Token: tok, Verdict: Verify(tok, keys), Input: tok.SigningInput(), keys: keys}
	if len(tok.Signatures) > 0 {
		w.Verdict = Verify(tok.Signatures[0], keys)
	}
	if len(tok.Parts) > 2 {
		w.Signature = tok.Parts[2].Bytes
	}
	w.Key = w.Verdict.nearestKey()
	w.dissect()
	return w
}

func (w *Walk) dissect() {
	switch {
	case w.Input == nil || !w.Token.signed():
		w.Problem = "there is no signature to walk through"
		return
	case w.Verdict.Status == Refused && w.Key == nil, w.Verdict.Status == Unsecured, w.Verdict.Status == Unsupported:
		w.Problem = w.Verdict.Reason
		return
	}
	var material *jose.Key
	if w.Key != nil {
		material = w.Key.Material
	}
	var err error
	if w.Anatomy, err = jose.Dissect(w.Verdict.Alg, material, w.Input, w.Signature); err != nil {
		w.Problem = err.Error()
	}
}

// nearestKey gives the key that verified, else the first that was tried, else nil.
func (v *Verdict) nearestKey() *Key {
	if v.Key != nil {
		return v.Key
	}
	for i := range v.Attempts {
		if v.Attempts[i].Tried {
			return v.Attempts[i].Key
		}
	}
	return nil
}

// Texts gives header, payload and signature as they stand in the token. What is signed of a payload that is not in the token
// stands in Input alone.
func (w *Walk) Texts() (header, payload, signature string) {
	if len(w.Token.Parts) < 3 {
		return "", "", ""
	}
	p := w.Token.Parts
	return p[0].Text, p[1].Text, p[2].Text
}

// With is the walk through a token of the same form, with other texts as its parts and the same keys. A payload that was put back
// stays as it was.
func (w *Walk) With(header, payload, signature string) *Walk {
	text := header + "." + payload + "." + signature
	if k := w.Token.Kind; k == JWSFlattened || k == JWSGeneral {
		text = flattenedText(header, payload, signature, w.Token.Unprotected)
	}
	tok := Decode(text)
	if w.Token.attached {
		tok.Attach(w.Token.Bytes)
	}
	return NewWalk(tok, w.keys)
}

// flattenedText writes a JWS in JSON with one signature (RFC 7515 7.2.2).
func flattenedText(header, payload, signature string, unprotected *Value) string {
	out := jsonout.String([]byte(`{"payload":`), payload)
	if header != "" {
		out = jsonout.String(append(out, `,"protected":`...), header)
	}
	if unprotected != nil {
		out = jsonout.Raw(append(out, `,"header":`...), unprotected.Raw)
	}
	out = jsonout.String(append(out, `,"signature":`...), signature)
	return string(append(out, '}'))
}

// Explain says in words how the walk ended, and what would have to be otherwise. It says "verified" only when the verdict does.
func (w *Walk) Explain() string {
	switch w.Verdict.Status {
	case Verified:
		return "Both are the same: whoever holds the private half of this key signed exactly these bytes."
	case Unverified:
		return "Nothing was compared: " + w.Verdict.Reason + "."
	case Unsecured, Unsupported:
		return "Nothing was compared: " + w.Verdict.Reason + "."
	case Refused:
		return "Refused before anything was compared: " + w.Verdict.Reason + "."
	}
	if w.Anatomy != nil && w.Anatomy.Problem != "" {
		return "It does not come to a comparison: " + w.Anatomy.Problem + "."
	}
	if w.Verdict.Reason == jose.ErrSignature.Error() {
		return "They differ: this key did not sign these bytes. Either the bytes are others, or another key signed them."
	}
	return fmt.Sprintf("The signature does not hold: %s.", w.Verdict.Reason)
}
