package inspect

import (
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
	Each       []Verdict `json:"-"` // of every signature, when the token has a list of them
	KIDUnknown bool      `json:"-"` // the token names a key that the set does not have: fetching it anew may help
}

// Attempt is one key that was considered.
type Attempt struct {
	Key    *Key
	Tried  bool   // the cryptography ran
	Reason string // "kid differs", "key is for encryption (use: enc)", "signature does not match this key"
}

// Verify checks the signature of a JWS over the bytes as received (RFC 7515 5.2). The algorithm is the header's and must fit
// the key; what the header demands and this program does not understand (crit) refuses the token. keys may be nil. Several
// signatures are judged one by one, in [Verdict.Each], and the verdict sums them up.
func Verify(tok *Token, keys *KeySet) Verdict {
	budget := maxWork
	if tok.Kind == JWSGeneral && len(tok.Signatures) > 0 {
		return verifyEach(tok, keys, &budget)
	}
	return verifyOne(tok, keys, &budget)
}

func verifyOne(tok *Token, keys *KeySet, budget *int) Verdict {
	c := check{tok: tok, keys: keys, budget: budget}
	if c.header() && c.parts() {
		c.tryKeys()
		c.malformed()
		if size := tok.signedSize(); c.alg.Symmetric() && c.v.Status != Verified && size > MaxGuessed {
			c.v.Notes = append(c.v.Notes, fmt.Sprintf("well-known secrets were not tried: %d bytes are signed, more than %d", size, MaxGuessed))
		}
	}
	return c.v
}

// MaxGuessed is how many bytes may be signed with a shared secret for the well-known secrets to be tried on it (package lint): each
// of them hashes all of it.
const MaxGuessed = 100 << 10

type check struct {
	tok    *Token
	keys   *KeySet
	alg    *jose.Algorithm
	kid    string
	budget *int   // work that may still be done, in [cost]
	flaw   string // padding of a part: such a token is refused, also when its signature fits the text as it came
	v      Verdict
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
	case !c.tok.signed():
		status, reason := c.tok.unsigned()
		return c.end(status, "%s", reason)
	case c.tok.Fault(FaultSize, "token") != nil:
		return c.end(Refused, "%s", c.tok.Fault(FaultSize, "token").Message)
	case c.tok.Fault(FaultForm, "token") != nil:
		return c.end(Refused, "%s", c.tok.Fault(FaultForm, "token").Message)
	case h != nil && c.tok.Fault(FaultForm, "header") != nil:
		return c.end(Refused, "%s", c.tok.Fault(FaultForm, "header").Message)
	case h == nil:
		return c.end(Refused, "the header can't be read, so it is not known how the token was signed")
	case c.tok.Fault(FaultTrailing, "header") != nil:
		return c.end(Refused, "bytes follow the JSON object of the header: two readers may see two headers")
	case misplaced(c.tok) != "":
		return c.end(Refused, "%s", misplaced(c.tok))
	case duplicateIn(h) != "":
		return c.end(Refused, "the header has %q more than once: two readers may take two values (RFC 7515 4)", clip(duplicateIn(h), 80))
	case !isText:
		return c.end(Refused, `the header names no algorithm ("alg", RFC 7515 4.1.1)`)
	case strings.EqualFold(alg, "none"):
		return c.end(Unsecured, "alg %s: the token is not signed, anyone can have written it", alg)
	}
	if problem := CritProblem(h); problem != "" {
		return c.end(Refused, "%s", problem)
	}
	if c.alg = jose.Find(alg); c.alg == nil {
		return c.end(Unsupported, "algorithm %q can't be checked by this program%s", clip(alg, 80), letterCase(alg))
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

// signed reports a form whose one signature is checked here.
func (t *Token) signed() bool {
	return t.Kind == JWSCompact || t.Kind == JWSFlattened || t.Kind == JWSGeneral || t.Kind == SDJWT
}

// misplaced says which parameter stands where anybody could have changed it, or in both headers, or "" (RFC 7515 4.1.11,
// 7.2.1; RFC 7797 6).
func misplaced(t *Token) string {
	if t.Unprotected == nil {
		return ""
	}
	for i := range t.Unprotected.Members {
		name := t.Unprotected.Members[i].Name
		switch {
		case t.Protected.Get(name) != nil:
			return fmt.Sprintf("%q stands in the protected and in the unprotected header (RFC 7515 7.2.1)", clip(name, 80))
		case name == "crit" || name == "b64":
			return name + " has to be in the protected header (RFC 7515 4.1.11, RFC 7797 6)"
		}
	}
	return ""
}

// unsigned says what to say of a form that has no signature to check here.
func (t *Token) unsigned() (Status, string) {
	switch {
	case t.Opened:
		return Unverified, "decrypted, and not signed inside: there is no signature to check"
	case t.encrypted():
		return Unverified, "encrypted: there is no signature to check before it is decrypted"
	case t.Kind == PASETO:
		return Unsupported, "signatures of PASETO tokens are not checked"
	case t.Kind == Opaque:
		return Unsupported, "an opaque token carries no signature that others could check"
	}
	return Unsupported, "no token was recognised"
}

func duplicateIn(v *Value) string {
	for i := range v.Members {
		if v.Members[i].Duplicate {
			return v.Members[i].Name
		}
	}
	return ""
}

// malformed refuses a token with padding (RFC 7515 2, 5.2). That its signature does not hold is worse, and said first.
func (c *check) malformed() {
	if c.flaw == "" || c.v.Status == Invalid {
		return
	}
	c.v.Key, c.v.KeySource, c.v.Notes = nil, "", nil
	c.end(Refused, "%s", c.flaw)
}

// parts looks at the three parts (RFC 7515 5.2 steps 2, 6 and 7).
func (c *check) parts() bool {
	for i := range c.tok.Faults {
		f := &c.tok.Faults[i]
		switch f.Code {
		case FaultSegments:
			return c.end(Refused, "no compact JWS: %s", f.Message)
		case FaultDuplicate:
			if f.In == "token" {
				return c.end(Refused, "%s: two readers may see two tokens", f.Message)
			}
		case FaultAlphabet, FaultLength:
			return c.end(Refused, "the %s part is no base64url: %s", f.In, f.Message)
		case FaultNonCanonical: // RFC 4648 3.5 lets a decoder refuse it, and the texts that decode to the same bytes are many
			return c.end(Refused, "the %s part is not the one text that its bytes encode to: %s (RFC 4648 3.5)", f.In, f.Message)
		case FaultPadding: // it can be decoded, so what was signed can be told
			if c.flaw == "" {
				c.flaw = fmt.Sprintf("the %s part is no base64url: %s", f.In, f.Message)
			}
		}
	}
	if c.tok.Parts[2].Text == "" {
		return c.end(Invalid, "the signature part is empty")
	}
	return true
}
