package inspect

import (
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
)

// An SD-JWT (RFC 9901) is a signed token that holds digests in the place of some claims, and disclosures behind it that the
// digests are of. Whoever shows it leaves disclosures out. What the token says is what is left when every digest is replaced
// by its disclosure, or dropped. One fault in the disclosures makes all of it invalid (7.1).

// Selective is what stands behind the signed token of an SD-JWT.
type Selective struct {
	Alg         string // of the digests, as in _sd_alg: "sha-256" when that is absent
	Disclosures []Disclosure
	Processed   *Document // the claims with the disclosures put in; nil when they could not be processed
	KeyBinding  *Token    // proves that the holder shows it (4.3); nil when there is none
	Problems    []string  // what is wrong that belongs to no single disclosure
	Withheld    int       // digests that no disclosure is of: claims that are kept back, or decoys (RFC 9901 4.2.5)

	presented string // what the key binding token signs the hash of: all up to the last ~
}

// Disclosure is one disclosed claim, or entry of a list.
type Disclosure struct {
	Text    string
	Offset  int    // in Token.Raw
	Digest  string // base64url
	Salt    string
	Name    string // of the claim; "" for an entry of a list
	Entry   bool   // it is an entry of a list
	Value   *Value // nil when it can't be read
	Problem string // why it must be refused, or ""
	used    bool
	text    string // the JSON text that Value stands in
}

// MaxDisclosures bounds how many disclosures are read; a token with more is refused.
const MaxDisclosures = 2000

// readDisclosures reads what stands behind the first ~.
func (t *Token) readDisclosures(offset int) {
	sd := &Selective{Alg: "sha-256"}
	t.SD = sd
	rest := t.Raw[offset:]
	if n := strings.Count(rest, "~"); n > MaxDisclosures {
		t.add("token", fault(FaultSize, offset, "%d disclosures: more than %d are refused", n, MaxDisclosures))
		return
	}
	last := strings.LastIndexByte(rest, '~') + 1
	if tail := rest[last:]; strings.Contains(tail, ".") {
		sd.KeyBinding = Decode(tail)
		sd.presented = t.Raw[:offset+last]
		rest = rest[:last]
	}
	for at := 0; at < len(rest); {
		end := strings.IndexByte(rest[at:], '~')
		d := Disclosure{Offset: offset + at}
		if end < 0 {
			d.Text, d.Problem = rest[at:], "no ~ stands behind the last disclosure: it is cut off, or the key binding token is"
			at = len(rest)
		} else {
			d.Text = rest[at : at+end]
			at += end + 1
		}
		if d.Problem == "" {
			d.read()
		}
		sd.Disclosures = append(sd.Disclosures, d)
	}
}

// read decodes a disclosure: a list of salt, name and value, or of salt and value for the entry of a list (RFC 9901 4.2).
func (d *Disclosure) read() {
	room := make([]byte, len(d.Text)*3/4)
	n, flaw := decodeBase64(room, d.Text)
	if flaw != nil && flaw.Code != FaultNonCanonical {
		d.Problem = "no base64url: " + flaw.Message
		return
	}
	doc := ScanJSON(string(room[:n]))
	switch {
	case !doc.Complete && len(doc.Faults) > 0:
		d.Problem = "no JSON: " + doc.Faults[0].Message
		return
	case !doc.Complete || doc.Root.Kind != Array || len(doc.Root.Items) != 2 && len(doc.Root.Items) != 3 || doc.Text[doc.Root.End:] != "":
		d.Problem = "no list of salt, name and value, nor of salt and value"
		return
	}
	d.text = doc.Text
	items := doc.Root.Items
	var isText bool
	if d.Salt, isText = items[0].Text(); !isText {
		d.Problem = fmt.Sprintf("the salt is %s, wanted a text", items[0].Kind)
		return
	}
	d.Value, d.Entry = &items[len(items)-1], len(items) == 2
	if !d.Entry {
		if d.Name, isText = items[1].Text(); !isText {
			d.Problem = fmt.Sprintf("the name is %s, wanted a text", items[1].Kind)
		} else if d.Name == "_sd" || d.Name == "..." {
			d.Problem = fmt.Sprintf("it discloses %q, which would add digests behind the issuer's back", d.Name)
		}
	}
}

// digestHash gives the hash function of a name in the registry of RFC 6920, for the ones that RFC 9901 4.1.1 can mean; nil for
// others, and for those that are too weak.
func digestHash(name string) func() hash.Hash {
	switch name {
	case "sha-256":
		return sha256.New
	case "sha-384":
		return sha512.New384
	case "sha-512":
		return sha512.New
	case "sha3-256":
		return func() hash.Hash { return sha3.New256() }
	case "sha3-384":
		return func() hash.Hash { return sha3.New384() }
	case "sha3-512":
		return func() hash.Hash { return sha3.New512() }
	}
	return nil
}

// KnownDigest reports a hash that RFC 9901 4.1.1 allows for digests.
func KnownDigest(name string) bool { return digestHash(name) != nil }

// digest is the base64url of the hash of a text as it stands there (RFC 9901 4.2.3, 4.3.1).
func digest(name, text string) string {
	newHash := digestHash(name)
	if newHash == nil {
		return ""
	}
	h := newHash()
	h.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// DisclosureReport is one disclosure of an SD-JWT.
type DisclosureReport struct {
	Digest  string          `json:"digest,omitempty"`
	Salt    string          `json:"salt,omitempty"`
	Name    string          `json:"name,omitempty"` // absent for the entry of a list
	Value   json.RawMessage `json:"value,omitempty"`
	Problem string          `json:"problem,omitempty"`
}

// disclose reports the disclosures, and the token by which the holder proves to be the holder.
func (r *Report) disclose(tok *Token, ctx Context) {
	if tok.SD == nil {
		return
	}
	for i := range tok.SD.Disclosures {
		d := &tok.SD.Disclosures[i]
		r.Disclosures = append(r.Disclosures, DisclosureReport{d.Digest, d.Salt, d.Name, rawOf(d.Value), d.Problem})
	}
	r.KeyBinding, _ = tok.checkKeyBinding(ctx)
}
