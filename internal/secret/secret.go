// Package secret keeps what must not be seen from being seen by accident. [Text] is a string that prints redacted in
// every way Go prints things; [Reveal] is the one deliberate way to its value. [Set] remembers the secrets of a run so
// that they can be removed from any text, wherever a provider echoes them. [IsParam] and [IsHeader] say which OAuth
// parameters and HTTP headers hold secrets.
package secret

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Text is a secret string. Its zero value is the empty secret.
type Text struct{ value string }

// New makes a secret of a string.
func New(value string) Text { return Text{value} }

// Reveal gives the secret itself. Call it only to send it to the party it is meant for, or when the user asked to see it.
func (t Text) Reveal() string { return t.value }

// IsZero reports whether there is no secret.
func (t Text) IsZero() bool { return t.value == "" }

// Len is the length of the secret in bytes; of a mask, that of the secret it stands for.
func (t Text) Len() int {
	if r, ok := readMask(t.value); ok {
		return r.Length
	}
	return len(t.value)
}

// String gives the redacted form for people: dots and the length, never a part of the value.
func (t Text) String() string {
	if t.value == "" {
		return ""
	}
	return fmt.Sprintf(dotted, t.Len())
}

// dotted is how people see a secret.
const dotted = "•••••••• %d characters"

// GoString is String, so that %#v does not leak.
func (t Text) GoString() string { return fmt.Sprintf("secret.Text(%d bytes)", len(t.value)) }

// Format is String for every verb, so that no verb leaks.
func (t Text) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('#') {
		fmt.Fprint(s, t.GoString())
		return
	}
	fmt.Fprint(s, t.String())
}

// Redacted is the JSON form of a secret: its length in bytes and the first 8 hex digits of its SHA-256, so that two
// occurrences can be compared without being seen.
type Redacted struct {
	Redacted bool   `json:"redacted"`
	Length   int    `json:"length"`
	SHA256   string `json:"sha256_8"`
}

// Mask gives the text that stands for the redacted secret, as [Mask] does for the secret itself.
func (r Redacted) Mask() string {
	return fmt.Sprintf("%s%d characters, sha256 %s%s", maskOpen, r.Length, r.SHA256, maskClose)
}

// Redact describes a value without showing it. Of a mask it gives what the mask tells of the secret, so that a saved run
// can be written again.
func Redact(value string) Redacted {
	if r, ok := readMask(value); ok {
		return r
	}
	sum := sha256.Sum256([]byte(value))
	return Redacted{Redacted: true, Length: len(value), SHA256: hex.EncodeToString(sum[:4])}
}

// MarshalJSON writes the [Redacted] form.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(Redact(t.value)) }
