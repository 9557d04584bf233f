package lint

import (
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

func signatureRules() []Rule {
	return []Rule{
		{
			ID: "TOK-044", Slug: "sig-invalid", Title: "The signature does not hold", Severity: rule.Error,
			Refs:    refs("RFC 7515 5.2", "RFC 8725 3.3"),
			Why:     "The token was changed after it was signed, or signed by somebody else.",
			Fix:     "Do not trust it. If it should be right, compare issuer and key set, and check that the copy is whole and unchanged.",
			Good:    "a key of the issuer verifies the token",
			Bad:     "no key of the issuer verifies the token",
			Applies: signed,
			Check: func(s *Subject) []rule.Finding {
				if s.Verdict.Status != inspect.Invalid {
					return nil
				}
				return found("signature", "no known key verifies it")
			},
		},
		{
			ID: "TOK-045", Slug: "sig-empty", Title: "The signature is empty", Severity: rule.Error,
			Refs:    refs("RFC 7515 5.2", "CVE-2020-28042"),
			Why:     "Some verifiers took an empty signature for a right one.",
			Fix:     "Refuse the token.",
			Good:    "header.payload.signature",
			Bad:     "header.payload.",
			Applies: signed,
			Check: func(s *Subject) []rule.Finding {
				if part := s.Token.Part("signature"); part == nil || part.Text != "" {
					return nil
				}
				return found("signature", "alg promises a signature, and there is none")
			},
		},
		{
			ID: "TOK-046", Slug: "ecdsa-degenerate", Title: "An ECDSA signature that can't be one", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.4", "CVE-2022-21449"),
			Why:     "With r or s zero (or not below the group's order) broken libraries accept the signature for every message.",
			Fix:     "Refuse the token, and update the library that accepted it.",
			Good:    "r and s between 1 and n-1",
			Bad:     "64 zero bytes",
			Applies: signed,
			Check: func(s *Subject) []rule.Finding {
				order, size := ecdsaOrder(s.alg())
				part := s.Token.Part("signature")
				if order == nil || part == nil || len(part.Bytes) != 2*size {
					return nil
				}
				for i, name := range [...]string{"r", "s"} {
					x := new(big.Int).SetBytes(part.Bytes[i*size : (i+1)*size])
					if x.Sign() == 0 {
						return found("signature", "%s is zero", name)
					}
					if x.Cmp(order) >= 0 {
						return found("signature", "%s is not below the order of the group", name)
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-047", Slug: "ecdsa-format", Title: "An ECDSA signature in another format", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.4"),
			Why:     "JOSE wants r and s side by side with fixed length; most cryptographic libraries give ASN.1 DER.",
			Fix:     "Convert DER into r and s of fixed length before encoding.",
			Good:    "64 bytes for ES256",
			Bad:     "70 bytes that begin with 0x30 (DER)",
			Applies: signed,
			Check: func(s *Subject) []rule.Finding {
				order, size := ecdsaOrder(s.alg())
				part := s.Token.Part("signature")
				if order == nil || part == nil || part.Text == "" || len(part.Bytes) == 2*size || s.undecoded("signature") {
					return nil
				}
				if len(part.Bytes) > 0 && part.Bytes[0] == 0x30 {
					return found("signature", "looks like ASN.1 DER (%d bytes), want r and s side by side (%d bytes)%s", len(part.Bytes), 2*size, s.asDER(part.Bytes, size))
				}
				return found("signature", "has %d bytes, want %d", len(part.Bytes), 2*size)
			},
		},
		{
			ID: "TOK-048", Slug: "not-verified", Title: "Not verified", Severity: rule.Info,
			Refs:    refs("RFC 8725 3.3"),
			Why:     "No key was at hand. What the token says is what somebody wrote, and not more.",
			Fix:     "Give a key: --jwks, --key, --secret, or --issuer with --discover.",
			Good:    "inspect --jwks keys.json TOKEN",
			Bad:     "inspect TOKEN",
			Applies: signed,
			Check: func(s *Subject) []rule.Finding {
				if s.Keys != nil {
					return nil
				}
				return found("signature", "no key was given, so the signature was not checked")
			},
		},
	}
}

// signed applies a rule to signed tokens with a readable header.
func signed(s *Subject) bool { return s.Header != nil && !s.encrypted() && !s.unsecured() }

// ecdsaOrder gives the order of the group of an ECDSA algorithm and the size of r and s in bytes (RFC 7518 3.4).
func ecdsaOrder(alg string) (*big.Int, int) {
	switch alg {
	case "ES256":
		return elliptic.P256().Params().N, 32
	case "ES384":
		return elliptic.P384().Params().N, 48
	case "ES512":
		return elliptic.P521().Params().N, 66
	}
	return nil, 0
}

// asDER says whether the signature would be right if DER were allowed (RFC 3279 2.2.3).
func (s *Subject) asDER(der []byte, size int) string {
	var rs struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &rs)
	if err != nil || len(rest) > 0 || rs.R.Sign() < 0 || rs.S.Sign() < 0 || rs.R.BitLen() > 8*size || rs.S.BitLen() > 8*size || s.Keys == nil {
		return ""
	}
	signature := append(rs.R.FillBytes(make([]byte, size)), rs.S.FillBytes(make([]byte, size))...)
	const most = 20 // keys; this is a hint, no verdict
	for i, k := range s.named() {
		if i < most && k.Material != nil && jose.Verify(s.alg(), k.Material, s.signingInput(), signature) == nil {
			return "; in that form it is right: the issuer signs with the right key and writes the signature wrongly"
		}
	}
	return "; in that form it is not right either"
}
