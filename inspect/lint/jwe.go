package lint

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Bounds on PBES2 iterations (RFC 7518 4.8.1.2; rfc8725bis 3.13).
const (
	minIterations = 1000
	maxIterations = 1_200_000
)

// jweRules judge what can be seen of an encrypted token without its key.
func jweRules() []Rule {
	return []Rule{
		{
			ID: "TOK-084", Slug: "p2c-low", Title: "Too few iterations", Severity: rule.Warn,
			Refs:    refs("RFC 7518 4.8.1.2"),
			Why:     "With so few iterations the password can be guessed quickly.",
			Fix:     "Use 600000 or more, as OWASP recommends for PBKDF2 with SHA-256.",
			Good:    `{"p2c":600000}`,
			Bad:     `{"p2c":100}`,
			Applies: passwordBased,
			Check: func(s *Subject) []rule.Finding {
				if n, ok := iterations(s.Header.Get("p2c")); ok && n < minIterations {
					return found("header.p2c", "%d iterations, at least %d are wanted", n, minIterations)
				}
				return nil
			},
		},
		{
			ID: "TOK-085", Slug: "p2c-high", Title: "Too many iterations", Severity: rule.Error,
			Refs:    refs("rfc8725bis 2.10", "rfc8725bis 3.13", "CVE-2022-36083", "CVE-2023-49290", "CVE-2023-50658"),
			Why:     "The sender chooses how long the receiver computes: an absurd count is an attack on it. The password is not tried.",
			Fix:     "Refuse the token.",
			Good:    `{"p2c":600000}`,
			Bad:     `{"p2c":2147483647}`,
			Applies: passwordBased,
			Check: func(s *Subject) []rule.Finding {
				v := s.Header.Get("p2c")
				if v == nil {
					return nil
				}
				if n, ok := iterations(v); ok && n <= maxIterations {
					return nil
				}
				return found("header.p2c", "is %s, want a whole number up to %d", quoteRaw(v), maxIterations)
			},
		},
		{
			ID: "TOK-088", Slug: "jwe-shape", Title: "The parts do not fit the algorithm", Severity: rule.Error,
			Refs: refs("RFC 7518 4.6", "RFC 7518 4.8", "RFC 7518 5.2", "RFC 7518 5.3", "RFC 8725 2.5", "RFC 8725 3.4", "CVE-2017-16007"),
			Why:  "Lengths that cannot be, or a point off the curve, are a bug or an attack on the receiver's key.",
			Fix:  "Refuse the token.",
			Good: "A256GCM with an IV of 12 and a tag of 16 bytes",
			Bad:  "dir with an encrypted key",
			Applies: func(s *Subject) bool {
				return s.Header != nil && s.Token.Kind == inspect.JWECompact && len(s.Token.Parts) == 5
			},
			Check: checkShape,
		},
	}
}

func passwordBased(s *Subject) bool {
	return s.Header != nil && s.encrypted() && strings.HasPrefix(s.alg(), "PBES2-")
}

// iterations reads p2c: a whole number that is not negative.
func iterations(v *inspect.Value) (uint64, bool) {
	if v == nil || v.Kind != inspect.Number {
		return 0, false
	}
	n, err := strconv.ParseUint(v.Raw, 10, 64)
	return n, err == nil
}

func checkShape(s *Subject) (all []rule.Finding) {
	size := func(i int) int { return len(s.Token.Parts[i].Bytes) }
	alg := s.alg()
	if (alg == "dir" || alg == "ECDH-ES") && s.Token.Parts[1].Text != "" {
		all = append(all, found("segment.1", "with %s there is no encrypted key, here it has %d bytes", alg, size(1))...)
	}
	enc, _ := s.Header.Get("enc").Text()
	if iv, tag := encSizes(enc); iv > 0 {
		if size(2) != iv && !s.undecoded("iv") {
			all = append(all, found("segment.2", "the IV has %d bytes, %s wants %d", size(2), enc, iv)...)
		}
		if size(4) != tag && !s.undecoded("tag") {
			all = append(all, found("segment.4", "the tag has %d bytes, %s wants %d", size(4), enc, tag)...)
		}
	}
	if strings.HasPrefix(alg, "ECDH-ES") {
		if complaint := epkFault(s.Header.Get("epk")); complaint != "" {
			all = append(all, found("header.epk", "%s", complaint)...)
		}
	}
	if strings.HasPrefix(alg, "PBES2-") {
		salt, _ := s.Header.Get("p2s").Text()
		if b, err := base64.RawURLEncoding.DecodeString(salt); err != nil || len(b) < 8 {
			all = append(all, found("header.p2s", "the salt has %d bytes, at least 8 are wanted", len(b))...)
		}
	}
	return all
}

// encSizes gives the lengths of IV and tag in bytes (RFC 7518 5.2, 5.3), zero for an unknown enc.
func encSizes(enc string) (iv, tag int) {
	switch enc {
	case "A128GCM", "A192GCM", "A256GCM":
		return 12, 16
	case "A128CBC-HS256":
		return 16, 16
	case "A192CBC-HS384":
		return 16, 24
	case "A256CBC-HS512":
		return 16, 32
	}
	return 0, 0
}

// epkFault says why the sender's one-time key can't be used, or "".
func epkFault(epk *inspect.Value) string {
	if epk == nil {
		return "there is no epk, the sender's one-time key"
	}
	if epk.Kind != inspect.Object {
		return "is " + kindWord(epk) + ", want a key"
	}
	crv, _ := epk.Get("crv").Text()
	if crv == "X25519" || crv == "X448" {
		return ""
	}
	if keys := inspect.ParseKeySet([]byte(epk.Raw), "jwk", ""); len(keys.Keys) == 1 && keys.Keys[0].Err != "" {
		return "can't be used: " + keys.Keys[0].Err
	}
	return ""
}
