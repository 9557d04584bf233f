package inspect

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// ParseSecret reads a shared secret as people write it: "hex:", "base64:" or "base64url:" before the encoded bytes, anything else is
// the secret itself, and "text:" before it says so. Padding may be there or not.
func ParseSecret(text string) ([]byte, error) {
	form, rest, named := strings.Cut(text, ":")
	if !named {
		return []byte(text), nil
	}
	var secret []byte
	var err error
	switch form {
	case "text":
		return []byte(rest), nil
	case "hex":
		secret, err = hex.DecodeString(rest)
	case "base64":
		secret, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(rest, "="))
	case "base64url":
		secret, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(rest, "="))
	default:
		return []byte(text), nil
	}
	if err != nil {
		return nil, fmt.Errorf("want %s behind %q (text: before a secret that begins like this): %w", form, form+":", err)
	}
	return secret, nil
}

// OtherReading finds the encoding in which a secret that was given as text verifies a token that it does not verify as text:
// "base64", "base64url" or "hex", or "" when there is none.
func OtherReading(tok *Token, text string) string {
	for _, form := range [...]string{"base64", "base64url", "hex"} {
		secret, err := ParseSecret(form + ":" + text)
		if err == nil && len(secret) > 0 && Verify(tok, SecretKeySet(secret)).Status == Verified {
			return form
		}
	}
	return ""
}
