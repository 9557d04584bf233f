package inspect

// A JWE in JSON (RFC 7516 7.2) is one ciphertext and a key for each recipient. Its parts stand in Token.Parts as in a compact
// token, with the encrypted key of the first recipient.

// Recipient is one receiver of an encrypted token.
type Recipient struct {
	Header       *Value // protected, shared and own header joined
	Own          *Value // the recipient's own, unprotected header; nil when there is none
	EncryptedKey Part
}

// jweJSON reads the flattened and the general serialization.
func (t *Token) jweJSON(doc *Document) {
	if !doc.Complete {
		return
	}
	root := doc.Root
	holders := []*Value{root}
	if list := root.Get("recipients"); list != nil {
		if f := tooMany(list, "recipients", "RFC 7516 7.2.1"); f != nil {
			t.add("token", *f)
			return
		}
		holders = holders[:0]
		for i := range list.Items {
			holders = append(holders, &list.Items[i])
		}
	}
	room := make([]byte, len(t.Raw)*3/4)
	take := func(name, member string, holder *Value) (Part, bool) {
		p, has := t.jsonPart(name, member, holder)
		flaw := p.decode(&room)
		t.addPartFault(&p, flaw)
		return p, has
	}
	protected, hasProtected := take("header", "protected", root)
	t.Parts = append(t.Parts, protected)
	t.readProtected(hasProtected, root.Get("unprotected"), holders[0].Get("header"))
	for i, holder := range holders {
		key, _ := take("encrypted_key", "encrypted_key", holder)
		r := Recipient{Own: holder.Get("header"), EncryptedKey: key}
		r.Header = joinObjects(joinObjects(t.Protected, object(root.Get("unprotected"))), object(r.Own))
		if i == 0 {
			t.Parts = append(t.Parts, key)
		}
		t.Recipients = append(t.Recipients, r)
	}
	for _, name := range []string{"iv", "ciphertext", "tag"} {
		p, _ := take(name, name, root)
		t.Parts = append(t.Parts, p)
	}
	if aad, has := take("aad", "aad", root); has {
		t.Parts = append(t.Parts, aad)
	}
	t.Shared = object(root.Get("unprotected"))
}

func object(v *Value) *Value {
	if v == nil || v.Kind != Object {
		return nil
	}
	return v
}

// encrypted reports a form that has to be opened before its content can be read.
func (t *Token) encrypted() bool { return t.Kind == JWECompact || t.Kind == JWEJSON }

// Open puts the plaintext of an encrypted token in the place of its payload.
func (t *Token) Open(plaintext []byte) {
	t.Bytes, t.Opened = plaintext, true
	t.readClaims()
}
