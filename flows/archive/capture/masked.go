package capture

import (
	"strings"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// Captures are made safe before they are sent around: by this program, whose masks tell equal values from others, and by sanitizers, whose
// marks do not. Chrome leaves fields out, Cloudflare's sanitizer writes "[code redacted]" and takes the signatures off tokens. Of
// a value that is not there nothing is computed, and nothing is held against it.

// masked reports whether a value was redacted before it came here.
func masked(value string) bool {
	return value != "" && secret.Mask(value) == value || blotted(value)
}

// blotted reports whether a mark stands in a value's place that does not even tell which value it was.
func blotted(value string) bool {
	if value == "" || len(value) > 64 {
		return false
	}
	if strings.Trim(value, "*xX•.█") == "" && len(value) > 2 {
		return true
	}
	plain := strings.ToLower(value)
	if strings.Trim(plain, "abcdefghijklmnopqrstuvwxyz_- []<>(){}*:") != "" {
		return false
	}
	for _, word := range []string{"redacted", "sanitized", "sanitised", "scrubbed", "masked", "removed", "filtered", "stripped"} {
		if strings.Contains(plain, word) {
			return true
		}
	}
	return false
}

// visible is a value that can be computed with; empty when a mark stands in its place.
func visible(value string) string {
	if masked(value) {
		return ""
	}
	return value
}

// signed reports whether a token has its signature still.
func signed(token string) bool {
	return !blotted(token[strings.LastIndexByte(token, '.')+1:])
}
