package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/jose"
)

// signer is what a token is signed with; the key is nil when it is not signed.
type signer struct {
	alg string
	key *inspect.Key
}

// tooShort warns of a shared secret that is shorter than the hash of its algorithm (RFC 7518 3.2); "" for every other key.
func (s signer) tooShort() string {
	if s.key == nil || s.key.KTY != "oct" {
		return ""
	}
	size, bits := s.key.Bits/8, 0
	if _, err := fmt.Sscanf(s.alg, "HS%d", &bits); err != nil || size >= bits/8 {
		return ""
	}
	return fmt.Sprintf("the secret has %d bytes, %s wants %d or more (RFC 7518 3.2): who has the token can guess it, and strict libraries refuse it", size, s.alg, bits/8)
}

func (o *signOptions) signer() (signer, error) {
	if strings.EqualFold(o.alg, "none") {
		if o.key != "" || o.secret != "" {
			return signer{}, usage("leave the key out", "--alg %s signs nothing, so there is no use for a key", o.alg)
		}
		return signer{alg: o.alg}, nil
	}
	if o.alg != "" && jose.Find(o.alg) == nil {
		hint := "there are " + strings.Join(jose.Algorithms(), ", ")
		if near := config.Nearest(strings.ToUpper(o.alg), jose.Algorithms()); near != "" {
			hint = "did you mean " + near + "?"
		}
		return signer{}, usage(hint, "--alg: %q is not known here", o.alg)
	}
	key, err := o.chooseKey()
	if err != nil {
		return signer{}, err
	}
	s := signer{alg: o.alg, key: key}
	if s.alg == "" {
		s.alg = defaultAlg(key)
	}
	return s, nil
}

// chooseKey finds the private key: the one that is named, or the only one that fits the algorithm.
func (o *signOptions) chooseKey() (*inspect.Key, error) {
	var set *inspect.KeySet
	var err error
	switch {
	case o.key != "" && o.secret != "":
		return nil, usage("give one of them", "--key and --secret exclude each other")
	case o.secret != "":
		set, err = fromSecret(o.secret)
	case o.key != "":
		set, err = fromFile(o.key, "--key", "key")
	default:
		return nil, usage("oidcscope keys make ec --out key.jwk makes one; --alg none does without", "want a key to sign with: --key FILE or --secret VALUE")
	}
	if err != nil {
		return nil, err
	}
	var fitting []*inspect.Key
	reason := "there is no private key in it"
	for i := range set.Keys {
		k := &set.Keys[i]
		switch a := jose.Find(o.alg); {
		case k.Err != "":
			reason = k.Err
		case !k.Private:
			reason = "this is a public key, signing needs the private one"
		case o.alg != "" && jose.Fits(a, k.Material) != nil:
			reason = jose.Fits(a, k.Material).Error()
		default:
			fitting = append(fitting, k)
		}
	}
	if len(fitting) > 1 {
		fitting = slices.DeleteFunc(fitting, func(k *inspect.Key) bool { return k.KID != o.kid })
		reason = "there are several private keys in it, and none is named by --kid"
	}
	if len(fitting) == 0 {
		return nil, usage("", "the key can't sign: %s", reason)
	}
	return fitting[0], nil
}

// defaultAlg is what the key says that it is for, or what is usual for its type.
func defaultAlg(k *inspect.Key) string {
	if a := jose.Find(k.Alg); a != nil && jose.Fits(a, k.Material) == nil {
		return k.Alg
	}
	switch k.KTY {
	case "EC":
		return map[string]string{"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[k.Crv]
	case "OKP":
		return "EdDSA"
	case "oct":
		return "HS256"
	}
	return "RS256"
}

// protected writes the header: alg, typ, kid, and what --header sets.
func (o *signOptions) protected(s signer, from *template, now time.Time) ([]byte, error) {
	var h object
	h.setText("alg", s.alg)
	typ := "JWT"
	if from != nil {
		typ = from.typ
	}
	if o.given("typ") {
		typ = o.typ
	}
	if typ != "" {
		h.setText("typ", typ)
	}
	kid := o.kid
	if !o.given("kid") && s.key != nil {
		kid = s.key.KID
	}
	embed := from != nil && from.embeds && s.key != nil && s.key.KTY != "oct"
	if kid != "" && (!embed || o.given("kid")) {
		h.setText("kid", kid)
	}
	if embed {
		h.set("jwk", string(s.key.Material.Canonical()))
	}
	for _, p := range o.header {
		if err := h.assign("--header", p, now); err != nil {
			return nil, err
		}
	}
	return h.encode(), nil
}
