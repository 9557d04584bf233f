package inspect

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
)

// flip replaces the character at i by another of base64url whose bits all count: not the last one of a part.
func flip(text string, i int) string {
	c := byte('A')
	if text[i] == c {
		c = 'B'
	}
	return text[:i] + string(c) + text[i+1:]
}

// agrees checks what holds for every walk: it says verified only with two equal values, and only when Verify does.
func agrees(t *testing.T, what string, w *Walk) {
	t.Helper()
	verified := w.Verdict.Status == Verified
	same := w.Anatomy != nil && w.Anatomy.Problem == "" && len(w.Anatomy.Made.Bytes) > 0 && bytes.Equal(w.Anatomy.Made.Bytes, w.Anatomy.Wanted.Bytes)
	if verified != same {
		t.Errorf("%s: verdict %s (%s), the values equal: %v", what, w.Verdict.Status, w.Verdict.Reason, same)
	}
	if said := w.Explain(); said == "" || strings.Contains(said, "Both are the same") != verified {
		t.Errorf("%s: %s, and it says %q", what, w.Verdict.Status, said)
	}
}

func TestWalkEveryAlgorithm(t *testing.T) {
	for alg, m := range testMinters() {
		raw := m.token(t, `{"alg":"`+alg+`","kid":"k"}`, `{"sub":"alice"}`)
		w := NewWalk(Decode(raw), m.jwks("k", ""))
		if w.Verdict.Status != Verified || w.Key == nil || w.Key.KID != "k" {
			t.Errorf("%s: %s %s", alg, w.Verdict.Status, w.Verdict.Reason)
		}
		agrees(t, alg, w)
		if input := raw[:strings.LastIndexByte(raw, '.')]; string(w.Input) != input {
			t.Errorf("%s: signing input %q, want %q", alg, w.Input, input)
		}
		if sum := sha256.Sum256(w.Input); strings.HasSuffix(alg, "S256") && alg[0] != 'H' && !bytes.Equal(w.Anatomy.Digest, sum[:]) {
			t.Errorf("%s: digest %x, want %x", alg, w.Anatomy.Digest, sum)
		}
		header, payload, signature := w.Texts()
		for what, changed := range map[string]*Walk{
			"header":    w.With(flip(header, 3), payload, signature),
			"payload":   w.With(header, flip(payload, 3), signature),
			"signature": w.With(header, payload, flip(signature, 3)),
			"cut":       w.With(header, payload, signature[:8]),
			"none":      w.With(header, payload, ""),
		} {
			agrees(t, alg+" "+what, changed)
			if changed.Verdict.Status == Verified {
				t.Errorf("%s: verified with another %s", alg, what)
			}
		}
		back := w.With(header, flip(payload, 3), signature).With(header, payload, signature)
		agrees(t, alg+" undone", back)
		if back.Verdict.Status != Verified {
			t.Errorf("%s: undone, but %s", alg, back.Verdict.Reason)
		}
	}
}

// Every form of a signed token can be walked through, and changed.
func TestWalkForms(t *testing.T) {
	m := mint("ES256")
	keys := m.jwks("k", "")
	protected := b64(`{"alg":"ES256","kid":"k"}`)
	whole := m.signParts(t, protected, b64(`{"sub":"alice"}`))
	detached := Decode(protected + ".." + whole[strings.LastIndexByte(whole, '.')+1:])
	if !detached.Attach([]byte(`{"sub":"alice"}`)) {
		t.Fatal("not detached")
	}
	several := Decode(general(b64(`{"sub":"alice"}`), m.signature(t, `{"alg":"ES256"}`, `{"kid":"k"}`, b64(`{"sub":"alice"}`)), `{"protected":"`+protected+`","signature":"AAAA"}`))
	for what, tok := range map[string]*Token{
		"compact": Decode(whole), "detached": detached, "sd-jwt": Decode(whole + "~"),
		"flattened": Decode(flattened(b64(`{"sub":"alice"}`), m.signature(t, `{"alg":"ES256"}`, `{"kid":"k"}`, b64(`{"sub":"alice"}`)))),
		"general":   several, "first": several.Signatures[0],
	} {
		w := NewWalk(tok, keys)
		agrees(t, what, w)
		if w.Verdict.Status != Verified {
			t.Errorf("%s: %s %s", what, w.Verdict.Status, w.Verdict.Reason)
		}
		header, payload, signature := w.Texts()
		same := w.With(header, payload, signature)
		agrees(t, what+" again", same)
		if same.Verdict.Status != Verified || !bytes.Equal(same.Input, w.Input) {
			t.Errorf("%s put together again: %s %s", what, same.Verdict.Status, same.Verdict.Reason)
		}
		changed := w.With(header, payload, flip(signature, 5))
		agrees(t, what+" changed", changed)
		if changed.Verdict.Status != Invalid {
			t.Errorf("%s changed: %s", what, changed.Verdict.Status)
		}
	}
	agrees(t, "second", NewWalk(several.Signatures[1], keys))
}

// What keeps a check from being made is said, and nothing is computed that would look like one.
func TestWalkWithoutComparison(t *testing.T) {
	m := mint("RS256")
	raw := m.token(t, `{"alg":"RS256","kid":"k"}`, `{}`)
	for what, w := range map[string]*Walk{
		"no keys": NewWalk(Decode(raw), nil), "other kid": NewWalk(Decode(raw), m.jwks("other", "")), "other type": NewWalk(Decode(raw), mint("ES256").jwks("k", "")),
		"none": NewWalk(Decode(b64(`{"alg":"none"}`)+"."+b64(`{}`)+"."), nil), "opaque": NewWalk(Decode("opaque"), nil), "empty": NewWalk(Decode(""), nil),
		"crit": NewWalk(Decode(m.token(t, `{"alg":"RS256","crit":["x"],"x":1}`, `{}`)), m.jwks("", "")),
	} {
		agrees(t, what, w)
		if w.Key != nil {
			t.Errorf("%s: a key that was not tried", what)
		}
	}
	if w := NewWalk(Decode(raw), nil); len(w.Anatomy.Digest) != 32 || len(w.Anatomy.Signature) != 1 {
		t.Errorf("without keys the digest can be seen all the same: %+v", w.Anatomy)
	}
}
