package lint

import (
	"slices"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
)

// withKeys applies a rule to a token for which at least one key is known: for its signature, or to open it.
func withKeys(s *Subject) bool { return s.Header != nil && !s.unsecured() && s.Keys != nil }

// known reports an algorithm that can be compared with keys.
func (s *Subject) known() bool {
	if s.encrypted() {
		return registeredAlg(s.alg(), true)
	}
	return jose.Find(s.alg()) != nil
}

// all gives every key that is known.
func (s *Subject) all() []*inspect.Key {
	keys := make([]*inspect.Key, len(s.Keys.Keys))
	for i := range s.Keys.Keys {
		keys[i] = &s.Keys.Keys[i]
	}
	return keys
}

// named gives the keys that the token can mean: those with its kid, or all when it names none. Keys of PEM files and secrets
// have no names, so that the token can mean any of them.
func (s *Subject) named() []*inspect.Key {
	if s.candidates != nil {
		return s.candidates
	}
	kid, hasKID := s.Header.Get("kid").Text()
	s.candidates = s.few[:0]
	for i := range s.Keys.Keys {
		if k := &s.Keys.Keys[i]; !hasKID || k.KID == kid || k.JSON == nil {
			s.candidates = append(s.candidates, k)
		}
	}
	return s.candidates
}

// chosen is the key the token was checked with: the one that verified it, or else the one it names.
func (s *Subject) chosen() *inspect.Key {
	switch {
	case s.encrypted() && s.Opened != nil && s.Opened.Key != nil:
		return s.Opened.Key
	case !s.encrypted() && s.Verdict.Key != nil:
		return s.Verdict.Key
	}
	var fitting []*inspect.Key
	for _, k := range s.named() {
		if s.fits(k) {
			fitting = append(fitting, k)
		}
	}
	if len(fitting) == 1 {
		return fitting[0]
	}
	return nil
}

// fits reports whether the key is of the type, curve and algorithm that the header's alg needs.
func (s *Subject) fits(k *inspect.Key) bool {
	if s.encrypted() {
		enc, _ := s.Header.Get("enc").Text()
		return k.Material != nil && inspect.FitsKeyAlg(k.Alg, s.alg(), enc) && jose.FitsDecryption(s.alg(), enc, k.Material) == nil
	}
	a := jose.Find(s.alg())
	return a != nil && a.Type == k.KTY && (a.Curve == "" || a.Curve == k.Crv) &&
		(k.Alg == "" || k.Alg == a.Name || a.Type == "OKP" && (k.Alg == "EdDSA" || k.Alg == "Ed25519"))
}

// usable reports whether use and key_ops allow what the token needs (RFC 7517 4.2, 4.3). A private key's "sign" is enough for
// checking signatures.
func (s *Subject) usable(k *inspect.Key) bool {
	if s.encrypted() {
		return (k.Use == "" || k.Use == "enc") && (len(k.Ops) == 0 || has(k.Ops, "decrypt", "unwrapKey", "deriveKey", "deriveBits"))
	}
	return (k.Use == "" || k.Use == "sig") && (len(k.Ops) == 0 || has(k.Ops, "verify", "sign"))
}

func has(list []string, any ...string) bool {
	return slices.ContainsFunc(any, func(a string) bool { return slices.Contains(list, a) })
}

func (s *Subject) hasSecrets() bool {
	return slices.ContainsFunc(s.Keys.Keys, func(k inspect.Key) bool { return k.KTY == "oct" })
}

func keyWords(k *inspect.Key) string {
	text := "the " + k.KTY + " key"
	if k.Crv != "" {
		text += " on " + quoteShort(k.Crv)
	}
	if k.KID != "" {
		text += " " + quoteShort(k.KID)
	}
	if k.Alg != "" {
		text += " published for " + quoteShort(k.Alg)
	}
	return text
}
