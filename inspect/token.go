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
	MaxToken = 4 << 20  // bytes of one token
	MaxText  = 16 << 20 // bytes of a text with tokens in it
	MaxDepth = 32       // levels of JSON
)

// Token is a decoded token. What could not be read is absent, and a [Fault] says where and why.
type Token struct {
	Pasted  string // what Decode was given
	Raw     string // the token after trimming, as verified
	Trims   []Trim // what was removed to get from Pasted to Raw
	Removed string // the same in words; empty when nothing worth a word
	Kind    Kind
	Parts   []Part // compact: the segments in order; JSON forms: the members that hold parts
	Header  *Value // the protected header (compact), nil when unreadable
	Payload *Value // the payload as JSON; nil when it is not JSON
	Bytes   []byte // the decoded payload as bytes
	Faults  []Fault

	// HeaderJSON and PayloadJSON are the documents that Header and Payload are the roots of. They are there, with what
	// could be read, also when Header or Payload is nil; nil when there is nothing that looks like JSON.
	HeaderJSON  *Document
	PayloadJSON *Document

	// The JSON serializations have an unprotected header too; there Header is both, joined (RFC 7515 7.2.1, RFC 7516 7.2.1).
	Protected   *Value // nil in compact tokens, whose Header is protected
	Unprotected *Value

	Recipients []Recipient // of an encrypted token in JSON
	Shared     *Value      // the unprotected header that all recipients share; nil when there is none
	Opened     bool        // Bytes and Payload are the plaintext of an encrypted token

	SD *Selective // disclosures and key binding of an SD-JWT

	// Signatures of the general serialization, each as a token of its own; the fields above are those of the first.
	Signatures []*Token
	attached   bool // the payload was put back
	shared     *sharedPayload
	runs       []run
	memory     *memory // nil: of its own
}

// Part is one segment.
type Part struct {
	Name     string // "header", "payload", "signature"; JWE: "header", "encrypted_key", "iv", "ciphertext", "tag"; "rest"
	Text     string // as received
	Offset   int    // of Text in Token.Raw, bytes
	Bytes    []byte // decoded; the readable prefix when there is a fault
	Repaired []byte // a tolerant second reading, only when there is a fault: good for looking at, never for verifying
}

// Readable gives the decoded bytes, or the tolerant second reading when there is a fault.
func (p *Part) Readable() []byte {
	if p.Repaired != nil {
		return p.Repaired
	}
	return p.Bytes
}

// Part returns the part of that name, or nil.
func (t *Token) Part(name string) *Part {
	for i := range t.Parts {
		if t.Parts[i].Name == name {
			return &t.Parts[i]
		}
	}
	return nil
}

// Fault returns the first fault of that code in the named place ("header", "payload", …), or nil.
func (t *Token) Fault(code FaultCode, in string) *Fault {
	for i := range t.Faults {
		if f := &t.Faults[i]; f.Code == code && f.In == in {
			return f
		}
	}
	return nil
}

// Unreadable returns the first fault that kept something from being read, or nil.
func (t *Token) Unreadable() *Fault {
	for i := range t.Faults {
		if !t.Faults[i].Code.Peculiar() {
			return &t.Faults[i]
		}
	}
	return nil
}

// Decode reads a token of any form. It never fails and keeps every byte.
func Decode(raw string) *Token {
	t := &Token{Pasted: raw, Raw: raw, Kind: Unknown}
	t.decode()
	return t
}

// decode reads the token that Raw holds with whatever was pasted around it. Blanks inside cost a second reading, so that the usual
// token without any is not searched for them.
func (t *Token) decode() {
	if len(t.Raw) > MaxToken {
		t.add("token", fault(FaultTooLarge, MaxToken, "longer than %d bytes: not read", MaxToken))
		return
	}
	p := t.trim()
	t.recognise()
	if !t.clean() && mayJoin(t.Raw) {
		*t = Token{Pasted: t.Pasted, Raw: t.Raw, Kind: Unknown, Trims: t.Trims, runs: t.runs, memory: t.memory}
		t.join(&p)
		t.recognise()
	}
	t.Trims = p.trims
	t.Removed = p.inWords()
}

// clean reports that every character of the token was read as base64url.
func (t *Token) clean() bool {
	return (t.Kind == JWSCompact || t.Kind == JWECompact) && len(t.Faults) == 0
}

func (t *Token) add(in string, f Fault) {
	f.In = in
	t.Faults = append(t.Faults, f)
}
