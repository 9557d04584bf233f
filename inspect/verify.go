package inspect

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
	Status    Status    `json:"status"`
	Alg       string    `json:"alg,omitempty"`
	KID       string    `json:"kid,omitempty"`
	KeySource string    `json:"key_source,omitempty"` // "jwks", "pem", "secret", "discovery"
	Reason    string    `json:"reason"`               // empty when verified
	Key       *Key      `json:"-"`                    // the key that verified
	Attempts  []Attempt `json:"-"`                    // each key that did not, and why
	Covers    int       `json:"-"`                    // bytes of the signing input
}

// Attempt is one key that was considered.
type Attempt struct {
	Key    *Key
	Tried  bool   // the cryptography ran
	Reason string // "kid differs", "key is for encryption (use: enc)", "signature does not match this key"
}

// Verify checks the signature of a compact JWS over the bytes as received.
func Verify(tok *Token, keys *KeySet) Verdict { return Verdict{Status: Unverified} }
