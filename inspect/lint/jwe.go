package lint

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
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
				if n, ok := iterations(s.Header.Get("p2c")); ok && n < jose.MinIterations {
					return found("header.p2c", "%d iterations, at least %d are wanted", n, jose.MinIterations)
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
				if n, ok := iterations(v); ok && n <= jose.MaxIterations {
					return nil
				}
				return found("header.p2c", "is %s, want a whole number up to %d", quoteRaw(v), jose.MaxIterations)
			},
		},
		{
			ID: "TOK-086", Slug: "inflate-bomb", Title: "Inflates without end", Severity: rule.Error,
			Refs:    refs("rfc8725bis 2.12", "rfc8725bis 3.15", "CVE-2024-28122", "CVE-2024-28180", "CVE-2024-28176"),
			Why:     "A few kilobytes of compressed text become gigabytes: an attack on whoever opens the token. Inflating stopped at the limit.",
			Fix:     "Refuse the token, and bound what is inflated.",
			Good:    "a plaintext of 2 KB",
			Bad:     "300 bytes that inflate to 5 MB",
			Applies: func(s *Subject) bool { return s.Opened != nil },
			Check: func(s *Subject) []rule.Finding {
				if !s.Opened.Inflates {
					return nil
				}
				return found("header.zip", "%s", s.Opened.Reason)
			},
		},
		{
			ID: "TOK-087", Slug: "jwe-no-sender", Title: "Encrypted by nobody knows whom", Severity: rule.Warn,
			Refs:    refs("RFC 8725 2.3", "RFC 8725 3.3", "rfc8725bis 2.3", "CVE-2023-51774"),
			Why:     "Everybody who has the public key can make such a token. That it opens proves that it was meant for this receiver, and nothing about its sender.",
			Fix:     "Sign first, then encrypt the signed token (cty JWT). Or encrypt with a key that only both sides have.",
			Good:    "a signed token inside an encrypted one",
			Bad:     `{"alg":"RSA-OAEP","enc":"A256GCM"} over bare claims`,
			Applies: func(s *Subject) bool { return s.Token.Opened && s.Header != nil },
			Check: func(s *Subject) []rule.Finding {
				if object(s.Token.Payload) == nil || !jose.PublicKeyEncryption(s.alg()) {
					return nil
				}
				return found("header.alg", "the claims are encrypted to a public key and not signed: anybody can have written them")
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
				return s.Header != nil && s.encrypted() && s.Token.Part("tag") != nil
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
	size := func(part string) int { return len(s.Token.Part(part).Bytes) }
	alg := s.alg()
	if key := s.encryptedKey(); (alg == "dir" || alg == "ECDH-ES") && key.Text != "" {
		all = append(all, found("segment.1", "with %s there is no encrypted key, here it has %d bytes", alg, len(key.Bytes))...)
	}
	enc, _ := s.Header.Get("enc").Text()
	if _, iv, tag := jose.EncSizes(enc); iv > 0 {
		if size("iv") != iv && !s.undecoded("iv") {
			all = append(all, found("segment.2", "the IV has %d bytes, %s wants %d", size("iv"), enc, iv)...)
		}
		if size("tag") != tag && !s.undecoded("tag") {
			all = append(all, found("segment.4", "the tag has %d bytes, %s wants %d", size("tag"), enc, tag)...)
		}
	}
	if strings.HasPrefix(alg, "ECDH-ES") {
		if complaint := inspect.OneTimeKeyProblem(s.Header.Get("epk")); complaint != "" {
			all = append(all, found("header.epk", "the one-time key %s", safe.Text(complaint))...)
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

// encryptedKey is that of the recipient who is looked at.
func (s *Subject) encryptedKey() *inspect.Part {
	if to := s.Token.Recipients; len(to) > 1 && s.Opened != nil {
		return &to[s.Opened.Recipient].EncryptedKey
	}
	return s.Token.Part("encrypted_key")
}
