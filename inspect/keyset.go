package inspect

import (
	"bytes"
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// MaxKeys bounds how many keys of one set are read.
const MaxKeys = 1000

// KeySet is a set of keys and where it came from.
type KeySet struct {
	Source  string // "jwks", "pem", "secret", "discovery"
	URL     string // where it was fetched, or the file
	Fetched time.Time
	Keys    []Key
	Faults  []Fault // of the set itself; In is "key_set". A fault of one key is its Err
}

// Key is one key of a set, also when it can't be used.
type Key struct {
	Index      int
	Source     string // as KeySet.Source; of its own set when sets were joined
	KID        string
	KTY        string // "RSA", "EC", "OKP", "oct"
	Alg        string
	Use        string
	Ops        []string
	Crv        string
	Bits       int
	Thumbprint string   // RFC 7638, SHA-256, base64url; empty when it can't be computed, and for shared secrets
	Private    bool     // has private members
	JSON       *Value   // as received, offsets into the set; nil for PEM and secrets
	Err        string   // why it can't be used; empty when it can
	Notes      []string // what is odd about a key that can be used
	Material   *jose.Key

	Certificate []byte // DER of the certificate that the key came in, nil when it came otherwise; it was not verified
}

// SecretKeySet makes a set of one shared secret.
func SecretKeySet(secret []byte) *KeySet {
	material, err := jose.NewSecret(secret)
	k := Key{Source: "secret", KTY: "oct", Private: true}
	k.use(material, err)
	return &KeySet{Source: "secret", Keys: []Key{k}}
}

// JoinKeySets makes one set of several. The first one names source and place; each key keeps its own source.
func JoinKeySets(sets ...*KeySet) *KeySet {
	var joined *KeySet
	for _, set := range sets {
		if set == nil {
			continue
		}
		if joined == nil {
			joined = &KeySet{Source: set.Source, URL: set.URL, Fetched: set.Fetched}
		}
		joined.Keys = append(joined.Keys, set.Keys...)
		joined.Faults = append(joined.Faults, set.Faults...)
	}
	return joined
}

// Name describes the key in a few words: "RSA 2048", "EC P-256", "secret of 32 bytes".
func (k *Key) Name() string {
	switch {
	case k.KTY == "oct":
		return fmt.Sprintf("secret of %d bytes", k.Bits/8)
	case k.Crv != "":
		return k.KTY + " " + k.Crv
	case k.Bits > 0:
		return fmt.Sprintf("%s %d", k.KTY, k.Bits)
	}
	return orElse(k.KTY, "unknown key")
}

// HasKID reports whether some key of the set has that kid (exactly, RFC 7515 4.1.4).
func (s *KeySet) HasKID(kid string) bool {
	if s == nil {
		return false
	}
	for i := range s.Keys {
		if s.Keys[i].KID == kid {
			return true
		}
	}
	return false
}

func (s *KeySet) add(f Fault) {
	f.In = "key_set"
	s.Faults = append(s.Faults, f)
}

func (s *KeySet) parseKeys(items []Value) {
	if len(items) > MaxKeys {
		s.add(fault(FaultSize, items[MaxKeys].Start, "%d keys: only the first %d are read", len(items), MaxKeys))
		items = items[:MaxKeys]
	}
	s.Keys = make([]Key, len(items))
	for i := range items {
		s.Keys[i] = parseKey(i, s.Source, &items[i])
	}
}

// privateMembers are the members of a JWK that must not be seen (RFC 7518 6.2.2, 6.3.2, 6.4; RFC 9964 3).
var privateMembers = [...]string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}

func parseKey(index int, source string, v *Value) Key {
	k := Key{Index: index, Source: source, JSON: v}
	if v.Kind != Object {
		k.Err = fmt.Sprintf("wanted an object, got %s", v.Kind)
		return k
	}
	k.KID, _ = v.Get("kid").Text()
	k.KTY, _ = v.Get("kty").Text()
	k.Alg, _ = v.Get("alg").Text()
	k.Use, _ = v.Get("use").Text()
	if ops := v.Get("key_ops"); ops != nil && ops.Kind == Array {
		k.Ops, _ = ops.Texts()
	}
	k.Crv, _ = v.Get("crv").Text()
	for _, name := range privateMembers {
		k.Private = k.Private || v.Get(name) != nil
	}
	material, err := jose.ParseJWK([]byte(v.Raw))
	k.use(material, err)
	for i := range v.Members {
		switch m := &v.Members[i]; {
		case m.Duplicate:
			k.spoil("the member %q occurs more than once: two readers may see two keys", clip(m.Name, 80))
		case (m.Name == "kid" || m.Name == "use" || m.Name == "alg") && m.Value.Kind != String:
			k.Notes = append(k.Notes, fmt.Sprintf("%q is %s, wanted a text: it is not compared", m.Name, m.Value.Kind))
		case m.Name == "key_ops" && (m.Value.Kind != Array || k.Ops == nil):
			k.Notes = append(k.Notes, `"key_ops" is no list of texts: it is not compared`)
		}
	}
	if k.KTY == "" && k.Err != "" {
		k.Err += nearMiss(v, "kty")
	}
	if v.Get("x5c") != nil {
		k.compareChain()
	}
	return k
}

// use takes over what is known of the material, and the material itself if it is good.
func (k *Key) use(material *jose.Key, err error) {
	k.KTY, k.Bits = orElse(material.Type(), k.KTY), material.Bits()
	k.Crv = orElse(material.Curve(), k.Crv)
	k.Notes = append(k.Notes, material.Notes()...)
	if k.KTY != "oct" {
		k.Thumbprint = material.Thumbprint()
	}
	if err != nil {
		k.Err = err.Error()
		return
	}
	k.Material = material
}

func (k *Key) spoil(format string, args ...any) {
	if k.Err == "" {
		k.Err = fmt.Sprintf(format, args...)
	}
	k.Material = nil
}

// nearMiss hints at a member whose name differs only in letter case or by a missing s.
func nearMiss(v *Value, name string) string {
	for i := range v.Members {
		if got := v.Members[i].Name; got != name && (bytes.EqualFold([]byte(got), []byte(name)) || got+"s" == name) {
			return fmt.Sprintf("; there is %q, and names are exact", clip(got, 80))
		}
	}
	return ""
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
