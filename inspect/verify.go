package inspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// Status is the verdict on a signature.
type Status string

const (
	Verified    Status = "verified"
	Invalid     Status = "invalid"
	Unverified  Status = "unverified"  // no key to check with
	Unsupported Status = "unsupported" // algorithm or form that this program cannot check
	Refused     Status = "refused"     // a check was refused: a limit, a forbidden combination
	Unsecured   Status = "none"        // alg none
)

// Verdict says how the check of one signature ended.
type Verdict struct {
	Status    Status   `json:"status"`
	Alg       string   `json:"alg,omitempty"`
	KID       string   `json:"kid,omitempty"`
	KeySource string   `json:"key_source,omitempty"` // "jwks", "pem", "secret", "discovery"
	Reason    string   `json:"reason"`               // empty when verified
	Notes     []string `json:"notes,omitempty"`      // what is weak or odd about the key that verified

	Key        *Key      `json:"-"` // the key that verified
	Attempts   []Attempt `json:"-"` // each key that did not, and why
	Covers     int       `json:"-"` // bytes of the signing input
	KIDUnknown bool      `json:"-"` // the token names a key that the set does not have: fetching it anew may help
}

// Attempt is one key that was considered.
type Attempt struct {
	Key    *Key
	Tried  bool   // the cryptography ran
	Reason string // "kid differs", "key is for encryption (use: enc)", "signature does not match this key"
}

// maxTries bounds how many keys are tried on one signature.
const maxTries = 100

// Verify checks the signature of a compact JWS over the bytes as received (RFC 7515 5.2). The algorithm is the header's and
// must fit the key; what the header demands and this program does not understand (crit) refuses the token. keys may be nil.
func Verify(tok *Token, keys *KeySet) Verdict {
	c := check{tok: tok, keys: keys}
	if c.header() && c.parts() {
		c.tryKeys()
	}
	return c.v
}

type check struct {
	tok  *Token
	keys *KeySet
	alg  *jose.Algorithm
	kid  string
	v    Verdict
}

func (c *check) end(s Status, format string, args ...any) bool {
	c.v.Status, c.v.Reason = s, fmt.Sprintf(format, args...)
	return false
}

// header judges everything that can be judged without a key.
func (c *check) header() bool {
	h := c.tok.Header
	alg, isText := h.Get("alg").Text()
	c.v.Alg = alg
	c.kid, _ = h.Get("kid").Text()
	c.v.KID = c.kid
	switch {
	case c.tok.Kind != JWSCompact:
		return c.end(Unsupported, "%s", unopened(c.tok.Kind))
	case h == nil:
		return c.end(Refused, "the header can't be read, so it is not known how the token was signed")
	case c.tok.Fault(FaultTrailing, "header") != nil:
		return c.end(Refused, "bytes follow the JSON object of the header: two readers may see two headers")
	case duplicateIn(h) != "":
		return c.end(Refused, "the header has %q more than once: two readers may take two values (RFC 7515 4)", duplicateIn(h))
	case !isText:
		return c.end(Refused, `the header names no algorithm ("alg", RFC 7515 4.1.1)`)
	case strings.EqualFold(alg, "none"):
		return c.end(Unsecured, "alg %s: the token is not signed, anyone can have written it", alg)
	}
	if problem := CritProblem(h); problem != "" {
		return c.end(Refused, "%s", problem)
	}
	if c.alg = jose.Find(alg); c.alg == nil {
		return c.end(Unsupported, "algorithm %q can't be checked by this program%s", alg, letterCase(alg))
	}
	return true
}

// letterCase hints at an algorithm that is only spelt wrongly.
func letterCase(alg string) string {
	for _, name := range jose.Algorithms() {
		if strings.EqualFold(alg, name) {
			return fmt.Sprintf("; names are case-sensitive, did the issuer mean %s?", name)
		}
	}
	return ""
}

func unopened(k Kind) string {
	switch k {
	case JWECompact, JWEJSON:
		return "encrypted: there is no signature to check before it is decrypted"
	case JWSFlattened, JWSGeneral:
		return "signatures of the JSON serialization are not checked yet; only the compact one is"
	case SDJWT:
		return "signatures of SD-JWTs are not checked yet"
	case PASETO:
		return "signatures of PASETO tokens are not checked"
	case Opaque:
		return "an opaque token carries no signature that others could check"
	}
	return "no token was recognised"
}

func duplicateIn(v *Value) string {
	for i := range v.Members {
		if v.Members[i].Duplicate {
			return v.Members[i].Name
		}
	}
	return ""
}

// parts wants three clean base64url parts (RFC 7515 5.2 steps 2, 6 and 7).
func (c *check) parts() bool {
	for i := range c.tok.Faults {
		f := &c.tok.Faults[i]
		switch f.Code {
		case FaultSegments:
			return c.end(Refused, "no compact JWS: %s", f.Message)
		case FaultAlphabet, FaultLength, FaultPadding:
			return c.end(Refused, "the %s part is no base64url: %s", f.In, f.Message)
		}
	}
	if c.tok.Parts[2].Text == "" {
		return c.end(Invalid, "the signature part is empty")
	}
	return true
}

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
	end := c.tok.Parts[2].Offset - 1
	input, signature := []byte(c.tok.Raw[:end]), c.tok.Parts[2].Bytes
	c.v.Covers = end
	known := c.kid != "" && c.keys.HasKID(c.kid)
	c.v.Attempts = make([]Attempt, 0, len(c.keys.Keys))
	tried := 0
	for i := range c.keys.Keys {
		k := &c.keys.Keys[i]
		a := Attempt{Key: k, Reason: c.unfit(k, known)}
		if a.Reason == "" && tried == maxTries {
			a.Reason = "not tried: too many keys fit"
		}
		if a.Reason == "" {
			tried++
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
		c.v.Notes = append(c.v.Notes, fmt.Sprintf("no key of the set is named %q; a key without a name verified", c.kid))
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
	case tried > 0 && c.tok.Parts[1].Text == "":
		c.end(Unverified, "the payload part is empty: a detached payload (RFC 7515 F) has to be put back before it can be checked")
	case tried == 1:
		c.end(Invalid, "%s", last)
	case tried > 1:
		c.end(Invalid, "the signature matches none of the %d keys tried", tried)
	case c.v.KIDUnknown:
		c.end(Unverified, "no key of the set has the kid %q", c.kid)
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
		return fmt.Sprintf("the key is for another use (%q)", k.Use)
	case k.Ops != nil && !allowsVerify(k):
		return fmt.Sprintf("the key is not for verifying (key_ops: %s)", strings.Join(k.Ops, ", "))
	}
	if err := jose.Fits(c.alg, k.Material); err != nil {
		return err.Error()
	}
	if k.Alg != "" && !sameAlg(k.Alg, c.v.Alg) {
		return fmt.Sprintf("the key is for %s, the token says %s", k.Alg, c.v.Alg)
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
