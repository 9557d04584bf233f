package inspect

import "fmt"

// Fault is a fault in reading, or a peculiarity that two readers may take differently. Its position is exact.
type Fault struct {
	In      string    `json:"in"`     // "token", "header", "payload", "signature", "encrypted_key", …; "key_set"
	Offset  int       `json:"offset"` // bytes: into Token.Raw for base64url and structure, into the decoded part for JSON
	Message string    `json:"message"`
	Code    FaultCode `json:"code,omitempty"`

	Byte byte   `json:"-"` // the offending byte, for FaultAlphabet and FaultSyntax; 0 at the end of the text
	Name string `json:"-"` // the member name, for FaultDuplicate
}

// FaultCode names a kind of fault for programs.
type FaultCode string

const (
	// FaultEmpty: there is nothing to read.
	FaultEmpty FaultCode = "empty"
	// FaultTooLarge: longer than [MaxToken]; nothing was decoded.
	FaultTooLarge FaultCode = "too_large"
	// FaultSegments: a compact token with too few or too many parts. Offset is the extra dot, or the end.
	FaultSegments FaultCode = "segments"
	// FaultForm: a JSON object that is no JWS or JWE serialization (RFC 7515 7.2, RFC 7516 7.2).
	FaultForm FaultCode = "form"

	// FaultAlphabet: a byte that is not in the base64url alphabet (RFC 4648 5).
	FaultAlphabet FaultCode = "base64_alphabet"
	// FaultLength: a base64url text of 4n+1 characters, which encodes nothing.
	FaultLength FaultCode = "base64_length"
	// FaultPadding: "=" at the end, which RFC 7515 2 forbids.
	FaultPadding FaultCode = "base64_padding"
	// FaultNonCanonical: unused bits of the last character are set (RFC 4648 3.5). The part still decodes.
	FaultNonCanonical FaultCode = "base64_noncanonical"

	// FaultSyntax: the first place where the text stops being JSON (RFC 8259).
	FaultSyntax FaultCode = "json_syntax"
	// FaultTrailing: bytes other than white space after the JSON value.
	FaultTrailing FaultCode = "json_trailing"
	// FaultUTF8: bytes that are no UTF-8 (RFC 8259 8.1).
	FaultUTF8 FaultCode = "json_utf8"
	// FaultDepth: nested deeper than [MaxDepth].
	FaultDepth FaultCode = "json_depth"
	// FaultSize: more than [MaxValues] values.
	FaultSize FaultCode = "json_size"
	// FaultNotObject: a complete JSON value where an object is required.
	FaultNotObject FaultCode = "json_not_object"
	// FaultBOM: a byte order mark before the value (RFC 8259 8.1). It was skipped.
	FaultBOM FaultCode = "json_bom"
	// FaultSurrogate: an escape such as \ud800 that is half of a pair (RFC 8259 8.2). It was read as U+FFFD.
	FaultSurrogate FaultCode = "json_surrogate"
	// FaultDuplicate: a member name that occurred before in the same object. Offset is the name's opening quote.
	FaultDuplicate FaultCode = "json_duplicate"
)

// Peculiar reports whether the text could be read in spite of the fault: duplicates, byte order marks, lone surrogates,
// unused bits.
func (c FaultCode) Peculiar() bool {
	switch c {
	case FaultNonCanonical, FaultBOM, FaultSurrogate, FaultDuplicate:
		return true
	}
	return false
}

func fault(code FaultCode, offset int, format string, args ...any) Fault {
	return Fault{Code: code, Offset: offset, Message: fmt.Sprintf(format, args...)}
}

// quoteByte names a byte for a message without ever printing a control character.
func quoteByte(b byte) string {
	if b > 0x20 && b < 0x7f {
		return fmt.Sprintf("%q", rune(b))
	}
	if b == ' ' {
		return "a blank"
	}
	return fmt.Sprintf("byte 0x%02x", b)
}
