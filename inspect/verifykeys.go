package inspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

func (c *check) tryKeys() {
	if c.keys == nil {
		c.end(Unverified, "no key to check with")
		return
	}
	if len(c.keys.Keys) == 0 {
		reason := "the key set is empty"
		if len(c.keys.Faults) > 0 {
			reason = "the key set can't be read: " + c.keys.Faults[0].Message
		}
		c.end(Unverified, "%s", reason)
		return
	}
	input, signature := c.tok.signingInput(), c.signature()
	c.v.Covers = len(input)
	known := c.kid != "" && c.keys.HasKID(c.kid)
	tried := 0
	for i := range c.keys.Keys {
		k := &c.keys.Keys[i]
		a := Attempt{Key: k, Reason: c.unfit(k, known)}
		if a.Reason == "" && (tried == maxTries || tried > 0 && *c.budget < cost(k, len(input))) {
			a.Reason = "not tried: too many keys fit"
		}
		if a.Reason == "" {
			tried++
			*c.budget -= cost(k, len(input))
			a.Tried = true
			err := jose.Verify(c.v.Alg, k.Material, input, signature)
			if err == nil {
				c.verified(k)
				return
			}
			a.Reason, a.Tried = err.Error(), errors.Is(err, jose.ErrSignature)
		}
		c.v.Attempts = append(c.v.Attempts, a)
	}
	c.failed(known)
}

// signature gives the signature's bytes, also of a part with padding.
func (c *check) signature() []byte {
	part := &c.tok.Parts[2]
	if c.flaw == "" {
		return part.Bytes
	}
	text := strings.TrimRight(part.Text, "=")
	out := make([]byte, len(text)*3/4)
	n, _ := decodeBase64(out, text)
	return out[:n]
}

func (c *check) verified(k *Key) {
	c.v.Status, c.v.Key, c.v.KeySource = Verified, k, k.Source
	if c.v.KID == "" {
		c.v.KID = k.KID
	}
	if c.alg.Symmetric() && k.Bits < 8*c.alg.Hash.Size() {
		c.v.Notes = append(c.v.Notes, fmt.Sprintf("the secret has %d bytes, %s wants at least %d (RFC 7518 3.2)", k.Bits/8, c.alg.Name, c.alg.Hash.Size()))
	}
	if k.KTY == "RSA" && k.Bits < 2048 {
		c.v.Notes = append(c.v.Notes, fmt.Sprintf("the RSA key has %d bits, at least 2048 are wanted (RFC 7518 3.3)", k.Bits))
	}
	if c.kid != "" && k.KID == "" && k.JSON != nil {
		c.v.Notes = append(c.v.Notes, fmt.Sprintf("no key of the set is named %q; a key without a name verified", clip(c.kid, 100)))
	}
}

// failed sums up why no key verified.
func (c *check) failed(known bool) {
	c.v.KIDUnknown = c.kid != "" && !known && c.couldBeNamed()
	tried, last := 0, ""
	for _, a := range c.v.Attempts {
		if a.Tried {
			tried++
			last = a.Reason
		}
	}
	switch {
	case tried > 0 && c.tok.Parts[1].Text == "" && !c.tok.attached:
		c.end(Unverified, "the payload part is empty: a detached payload (RFC 7515 F) has to be put back before it can be checked")
	case tried == 1:
		c.end(Invalid, "%s", last)
	case tried > 1:
		c.end(Invalid, "the signature matches none of the %d keys tried", tried)
	case c.v.KIDUnknown:
		c.end(Unverified, "no key of the set has the kid %q", clip(c.kid, 100))
	default:
		c.end(Refused, "%s", c.whyNone())
	}
}

// couldBeNamed reports whether the keys come from a set in which keys have names and this algorithm's key might be.
func (c *check) couldBeNamed() bool {
	for i := range c.keys.Keys {
		if k := &c.keys.Keys[i]; k.JSON != nil && (!c.alg.Symmetric() || k.KTY == "oct") {
			return true
		}
	}
	return false
}

// whyNone gives the reason of the key that came nearest: the one with the right name, else the first.
func (c *check) whyNone() string {
	nearest := c.v.Attempts[0]
	for _, a := range c.v.Attempts {
		if c.kid != "" && a.Key.KID == c.kid {
			nearest = a
			break
		}
	}
	if len(c.v.Attempts) == 1 || c.kid != "" && nearest.Key.KID == c.kid {
		return nearest.Reason
	}
	return fmt.Sprintf("none of the %d keys fits %s; the first: %s", len(c.v.Attempts), c.alg.Name, nearest.Reason)
}

// unfit says why a key is not tried, or "". Policy that jwx leaves out: RFC 7517 4.2 to 4.5, RFC 8725 3.1.
func (c *check) unfit(k *Key, known bool) string {
	switch {
	case known && k.KID != c.kid, c.kid != "" && k.KID != "" && k.KID != c.kid:
		return "kid differs"
	case k.Err != "":
		return "the key can't be used: " + k.Err
	case k.Use == "enc":
		return "the key is for encryption (use: enc)"
	case k.Use != "" && k.Use != "sig":
		return fmt.Sprintf("the key is for another use (%q)", clip(k.Use, 80))
	case k.Ops != nil && !allowsVerify(k):
		return fmt.Sprintf("the key is not for verifying (key_ops: %q)", clip(strings.Join(k.Ops, ", "), 80))
	}
	if err := jose.Fits(c.alg, k.Material); err != nil {
		return err.Error()
	}
	if k.Alg != "" && !sameAlg(k.Alg, c.v.Alg) {
		return fmt.Sprintf("the key is for %q, the token says %s", clip(k.Alg, 80), c.v.Alg)
	}
	return ""
}

// allowsVerify takes sign for verify in a key that holds both halves (RFC 7517 4.3).
func allowsVerify(k *Key) bool {
	for _, op := range k.Ops {
		if op == "verify" || op == "sign" && k.Private {
			return true
		}
	}
	return false
}

// sameAlg takes EdDSA and Ed25519 for the same once the curve is known to be Ed25519 (RFC 9864 2.2).
func sameAlg(a, b string) bool {
	isEd := func(s string) bool { return s == "EdDSA" || s == "Ed25519" }
	return a == b || isEd(a) && isEd(b)
}
