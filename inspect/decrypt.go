package inspect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// DecryptStatus says how opening an encrypted token ended.
type DecryptStatus string

const (
	Opened           DecryptStatus = "opened"
	NotOpened        DecryptStatus = "not_opened" // no key to open it with
	OpenFailed       DecryptStatus = "failed"     // no key opens it, or it was changed
	OpenRefused      DecryptStatus = "refused"    // not even tried: a limit, a malformed part, a forbidden combination
	OpenNotSupported DecryptStatus = "unsupported"
)

// Decryption is the verdict on an encrypted token. That it opens says that nothing was changed on the way. Who made it is only
// known when the key is shared: with a public key everybody can encrypt (rfc8725bis 2.3).
type Decryption struct {
	Status    DecryptStatus `json:"status"`
	Alg       string        `json:"alg,omitempty"`
	Enc       string        `json:"enc,omitempty"`
	KID       string        `json:"kid,omitempty"`
	KeySource string        `json:"key_source,omitempty"`
	Recipient int           `json:"recipient,omitempty"` // which of several recipients' keys opened it, from 0
	Reason    string        `json:"reason"`              // empty when opened

	Key        *Key      `json:"-"` // the key that opened it
	Attempts   []Attempt `json:"-"`
	Inflates   bool      `json:"-"` // refused because the plaintext inflates beyond all measure
	KIDUnknown bool      `json:"-"`
}

// Decrypt opens an encrypted token with one of the keys, private ones or shared secrets, or with a password (PBES2), and puts
// the plaintext into the token. Everything that can be checked before a key is used is checked before (RFC 7516 5.2, RFC 8725
// 3.4, rfc8725bis 3.13). keys and password may be nil.
func Decrypt(tok *Token, keys *KeySet, password []byte) Decryption {
	keys = withPassword(keys, password)
	recipients := tok.Recipients
	if tok.Kind == JWECompact {
		recipients = []Recipient{{Header: tok.Header}}
		if len(tok.Parts) > 1 {
			recipients[0].EncryptedKey = tok.Parts[1]
		}
	}
	if len(recipients) == 0 {
		recipients = []Recipient{{}}
	}
	var first Decryption
	budget := maxOpenings
	for i := range recipients {
		o := opening{tok: tok, to: &recipients[i], keys: keys, budget: &budget}
		o.d.Recipient = i
		if o.check() && o.tryKeys() {
			return o.d
		}
		// What came nearest to opening is told: a key that was tried before one that was not.
		if i == 0 || first.Status != OpenFailed && o.d.Status == OpenFailed {
			first = o.d
		}
	}
	return first
}

// maxOpenings bounds how many keys are tried on one token over all recipients, by [opening.cost]; a private RSA operation takes a
// millisecond.
const maxOpenings = 20

// cost is 1 for a key, and as much more for a password as the sender wants it to be.
func (o *opening) cost() int {
	n := 0
	if count := o.to.Header.Get("p2c"); count != nil {
		n, _ = strconv.Atoi(count.Raw)
	}
	return 1 + n*10/jose.MaxIterations
}

// withPassword makes a key of the password, which PBES2 takes as bytes (RFC 7518 4.8).
func withPassword(keys *KeySet, password []byte) *KeySet {
	if len(password) == 0 {
		return keys
	}
	set := SecretKeySet(password)
	for i := range set.Keys {
		set.Keys[i].Source = "password"
	}
	return JoinKeySets(keys, set)
}

// opening is one attempt to open a token for one recipient.
type opening struct {
	tok    *Token
	to     *Recipient
	keys   *KeySet
	budget *int
	d      Decryption
}

func (o *opening) end(s DecryptStatus, format string, args ...any) bool {
	o.d.Status, o.d.Reason = s, fmt.Sprintf(format, args...)
	return false
}

// check judges everything that can be judged without a key.
func (o *opening) check() bool {
	h := o.to.Header
	var hasAlg, hasEnc bool
	o.d.Alg, hasAlg = h.Get("alg").Text()
	o.d.Enc, hasEnc = h.Get("enc").Text()
	o.d.KID, _ = h.Get("kid").Text()
	switch flaw := o.tok.refusal(); {
	case flaw != nil:
		return o.end(OpenRefused, "%s", flaw.Message)
	case h == nil:
		return o.end(OpenRefused, "the header can't be read, so it is not known how the token was encrypted")
	case duplicateIn(h) != "":
		return o.end(OpenRefused, "the header has %q more than once: two readers may take two values (RFC 7516 4)", clip(duplicateIn(h), 80))
	case !hasAlg || !hasEnc:
		return o.end(OpenRefused, "the header does not name both algorithms (alg and enc, RFC 7516 4.1.1, 4.1.2)")
	}
	if p := o.tok.ProtectedHeader(); p.Get("crit") != nil {
		if problem := CritListProblem(h); problem != "" {
			return o.end(OpenRefused, "%s", problem)
		}
		return o.end(OpenRefused, "crit demands an extension that encryption does not have here (RFC 7516 4.1.13)")
	}
	for _, name := range []string{"crit", "zip"} {
		if h.Get(name) != nil && o.tok.ProtectedHeader().Get(name) == nil {
			return o.end(OpenRefused, "%s has to be in the protected header (RFC 7516 4.1.3, 4.1.13)", name)
		}
	}
	if _, iv, _ := jose.EncSizes(o.d.Enc); iv == 0 {
		return o.end(OpenNotSupported, "content encryption %q is not known here", clip(o.d.Enc, 80))
	}
	if problem := o.shape(); problem != "" {
		return o.end(OpenRefused, "%s", problem)
	}
	return true
}

// refusal gives a fault of the token that keeps every recipient from opening it.
func (t *Token) refusal() *Fault {
	for i := range t.Faults {
		f := &t.Faults[i]
		switch f.Code {
		case FaultSegments, FaultForm, FaultSize, FaultTooLarge, FaultAlphabet, FaultLength, FaultPadding, FaultNonCanonical:
			return f
		case FaultTrailing:
			if f.In == "header" {
				return f
			}
		case FaultDuplicate:
			if f.In == "token" {
				return f
			}
		}
	}
	return nil
}

func (o *opening) tryKeys() bool {
	if o.keys == nil || len(o.keys.Keys) == 0 {
		return o.end(NotOpened, "no key to open it with")
	}
	m := o.message()
	known := o.d.KID != "" && o.keys.HasKID(o.d.KID)
	tried := 0
	for i := range o.keys.Keys {
		k := &o.keys.Keys[i]
		a := Attempt{Key: k, Reason: o.unfit(k, known)}
		if a.Reason == "" && *o.budget <= 0 {
			a.Reason = "not tried: too many keys fit"
		}
		if a.Reason == "" {
			*o.budget -= o.cost()
			plaintext, err := jose.Decrypt(m, k.Material)
			if err == nil {
				o.d.Status, o.d.Reason, o.d.Key, o.d.KeySource = Opened, "", k, k.Source
				o.d.KID = orElse(o.d.KID, k.KID)
				o.tok.Open(plaintext)
				return true
			}
			if errors.Is(err, jose.ErrInflate) {
				o.d.Inflates = true
				return o.end(OpenRefused, "%s", err)
			}
			a.Reason, a.Tried = err.Error(), errors.Is(err, jose.ErrDecrypt)
			if a.Tried {
				tried++
			}
		}
		o.d.Attempts = append(o.d.Attempts, a)
	}
	o.d.KIDUnknown = o.d.KID != "" && !known && tried == 0
	switch {
	case tried > 0:
		return o.end(OpenFailed, "%s", jose.ErrDecrypt)
	case o.d.KIDUnknown && slices.ContainsFunc(o.keys.Keys, func(k Key) bool { return k.KID != "" }):
		return o.end(NotOpened, "no key that was given has the kid %q", clip(o.d.KID, 100))
	}
	return o.end(OpenRefused, "%s", nearest(o.d.Attempts, o.d.KID, o.d.Alg))
}

func (o *opening) message() *jose.Message {
	text := func(name string) string {
		if p := o.tok.Part(name); p != nil {
			return p.Text
		}
		return ""
	}
	m := &jose.Message{Alg: o.d.Alg, Enc: o.d.Enc, Protected: text("header"), EncryptedKey: o.to.EncryptedKey.Text,
		IV: text("iv"), Ciphertext: text("ciphertext"), Tag: text("tag"), AAD: text("aad")}
	if o.tok.Shared != nil {
		m.Shared = o.tok.Shared.Raw
	}
	if o.to.Own != nil {
		m.Own = o.to.Own.Raw
	}
	return m
}

// unfit says why a key is not tried, or "".
func (o *opening) unfit(k *Key, known bool) string {
	switch {
	case known && k.KID != o.d.KID, o.d.KID != "" && k.KID != "" && k.KID != o.d.KID:
		return "kid differs"
	case k.Err != "":
		return "the key can't be used: " + k.Err
	case k.Source == "password" && !strings.HasPrefix(o.d.Alg, "PBES2-"):
		return "a password opens PBES2 only"
	case k.Use != "" && k.Use != "enc":
		return fmt.Sprintf("the key is not for encryption (use: %q)", clip(k.Use, 80))
	case k.Ops != nil && !allowsDecrypt(k):
		return fmt.Sprintf("the key is not for decryption (key_ops: %q)", clip(strings.Join(k.Ops, ", "), 80))
	}
	if err := jose.FitsDecryption(o.d.Alg, o.d.Enc, k.Material); err != nil {
		return err.Error()
	}
	if epk := o.to.Header.Get("epk"); epk != nil && k.Crv != "" {
		if crv, _ := epk.Get("crv").Text(); crv != k.Crv {
			return fmt.Sprintf("the sender's one-time key is on %q, this key on %s", clip(crv, 40), k.Crv)
		}
	}
	if !o.forAlg(k) {
		return fmt.Sprintf("the key is for %q, the token says %s", clip(k.Alg, 80), o.d.Alg)
	}
	return ""
}

// forAlg compares the alg of a key (RFC 7517 4.4). With dir the key is one of the content encryption.
func (o *opening) forAlg(k *Key) bool { return FitsKeyAlg(k.Alg, o.d.Alg, o.d.Enc) }

// FitsKeyAlg reports whether the alg that a key is published for allows an encrypted token with these algorithms.
func FitsKeyAlg(keyAlg, alg, enc string) bool {
	return keyAlg == "" || keyAlg == alg || alg == "dir" && keyAlg == enc
}

// allowsDecrypt wants an operation that opens something (RFC 7517 4.3).
func allowsDecrypt(k *Key) bool {
	return slices.ContainsFunc(k.Ops, func(op string) bool {
		return op == "decrypt" || op == "unwrapKey" || op == "deriveKey" || op == "deriveBits"
	})
}

// nearest gives the reason of the key that came nearest: the one with the right name, else the first.
func nearest(attempts []Attempt, kid, alg string) string {
	for _, a := range attempts {
		if kid != "" && a.Key.KID == kid {
			return a.Reason
		}
	}
	if len(attempts) == 1 {
		return attempts[0].Reason
	}
	return fmt.Sprintf("none of the %d keys fits %s; the first: %s", len(attempts), clip(alg, 40), attempts[0].Reason)
}
