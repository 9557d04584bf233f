package lint

import (
	"bytes"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// hmacRules prove that a token could have been forged: each needs a secret with which the MAC is right, so there are no false
// alarms. Nothing is guessed beyond a short built-in list.
func hmacRules() []Rule {
	return []Rule{
		{
			ID: "TOK-024", Slug: "alg-confusion", Title: "A public key was used as the secret", Severity: rule.Error,
			Refs:    refs("RFC 8725 2.1", "RFC 8725 3.1", "CVE-2015-9235", "CVE-2016-10555", "CVE-2017-11424", "CVE-2022-29217", "CVE-2024-54150", "CVE-2026-44699"),
			Why:     "The public key is known to everybody. A verifier that passes it to an HMAC accepts whatever anybody signs with its text.",
			Fix:     "Fix the algorithm in the verifier: RS256 and nothing else for this key. Treat the token as an attack.",
			Good:    "RS256 with the private key",
			Bad:     "HS256 with the PEM text of the public key as the secret",
			Applies: symmetric,
			Check: func(s *Subject) []rule.Finding {
				if s.Keys == nil {
					return nil
				}
				for i := range s.Keys.Keys {
					k := &s.Keys.Keys[i]
					for _, text := range publicTexts(k) {
						if s.macFits(text) {
							return found("header.alg", "the MAC is right with the text of %s as the secret: the token is forged", keyWords(k))
						}
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-025", Slug: "secret-weak", Title: "A secret that everybody knows", Severity: rule.Error,
			Refs:    refs("RFC 8725 2.2", "RFC 8725 3.5", "RFC 7518 3.2"),
			Why:     "The secret stands in tutorials and sample settings; it is the first thing an attacker tries, offline.",
			Fix:     "Replace it by at least 32 random bytes, and consider an asymmetric algorithm.",
			Good:    "32 bytes of /dev/urandom",
			Bad:     "your-256-bit-secret",
			Applies: symmetric,
			Check: func(s *Subject) []rule.Finding {
				if known := s.rightSecret(); known != nil { // no need to compute what is known
					if !weak().has[string(known)] {
						return nil
					}
					return found("key", "the MAC is right with the well-known secret %s", quoteShort(string(known)))
				}
				if len(s.signingInput()) > inspect.MaxGuessed {
					return nil // the verdict notes it
				}
				for _, secret := range weak().list {
					if s.macFits(secret) {
						return found("key", "the MAC is right with the well-known secret %s", quoteShort(string(secret)))
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-026", Slug: "secret-short", Title: "The secret is too short", Severity: rule.Error,
			Refs:    refs("RFC 7518 3.2"),
			Why:     "A secret shorter than the hash can be found by trying.",
			Fix:     "Use at least 32 random bytes for HS256, 48 for HS384 and 64 for HS512.",
			Good:    "32 bytes for HS256",
			Bad:     "10 bytes for HS256",
			Applies: symmetric,
			Check: func(s *Subject) []rule.Finding {
				k := s.Verdict.Key
				if s.Verdict.Status != inspect.Verified || k == nil {
					return nil
				}
				if want := jose.Find(s.alg()).Hash.Size(); k.Bits < 8*want {
					return found("key", "the secret has %d bytes, %s needs %d", k.Bits/8, s.alg(), want)
				}
				return nil
			},
		},
	}
}

// symmetric applies a rule to tokens with a MAC that can be computed.
func symmetric(s *Subject) bool {
	if !signed(s) || s.Token.Part("signature") == nil {
		return false
	}
	a := jose.Find(s.alg())
	return a != nil && a.Symmetric() && s.signingInput() != nil
}

// rightSecret is the secret that verified the MAC, or nil.
func (s *Subject) rightSecret() []byte {
	if k := s.Verdict.Key; k != nil && s.Verdict.Status == inspect.Verified {
		return k.Material.Secret()
	}
	return nil
}

// macFits reports whether the token's MAC is right with a secret.
func (s *Subject) macFits(secret []byte) bool {
	return hmac.Equal(s.Token.Part("signature").Bytes, jose.MAC(s.alg(), secret, s.signingInput()))
}

// weak gives the built-in list and the decodings of its entries, each once.
var weak = sync.OnceValue(func() (all struct {
	list [][]byte
	has  map[string]bool
}) {
	all.has = make(map[string]bool)
	add := func(secret []byte) {
		if !all.has[string(secret)] {
			all.has[string(secret)] = true
			all.list = append(all.list, secret)
		}
	}
	add(nil)
	add([]byte{0})
	for word := range strings.SplitSeq(weakSecrets, "\n") {
		add([]byte(word))
		for _, encoding := range [...]*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if decoded, err := encoding.DecodeString(word); err == nil && len(decoded) > 0 {
				add(decoded)
			}
		}
	}
	return all
})

// publicTexts gives the forms in which a public key is found lying about, each of which somebody has passed to an HMAC.
func publicTexts(k *inspect.Key) (texts [][]byte) {
	add := func(kind string, der []byte) {
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		texts = append(texts, text, bytes.TrimRight(text, "\n"), der)
	}
	if k.Material == nil || k.KTY == "oct" {
		return nil
	}
	public := k.Material.Public()
	if der, err := x509.MarshalPKIXPublicKey(public); err == nil {
		add("PUBLIC KEY", der)
	}
	if key, ok := public.(*rsa.PublicKey); ok {
		add("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(key))
	}
	texts = append(texts, k.Material.Canonical())
	if k.Certificate != nil {
		add("CERTIFICATE", k.Certificate)
	}
	if k.JSON != nil {
		if chain, ok := k.JSON.Get("x5c").Texts(); ok {
			for _, c := range chain {
				if der, err := base64.StdEncoding.DecodeString(c); err == nil {
					add("CERTIFICATE", der)
				}
			}
		}
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(k.JSON.Raw)) == nil {
			texts = append(texts, []byte(k.JSON.Raw), compact.Bytes())
		}
	}
	return texts
}
