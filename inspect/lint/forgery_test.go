package lint

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// The forms of forgery that Wycheproof's JOSE vectors are about, made with the standard library alone. A token is accepted when its
// signature is verified and no finding is an error: what is right is, and what is wrong in any way is not.

func raw64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// forger has the private keys.
type forger struct {
	t   *testing.T
	rsa *rsa.PrivateKey
	ec  map[string]*ecdsa.PrivateKey
	mac []byte
}

func newForger(t *testing.T) *forger {
	t.Helper()
	f := &forger{t: t, ec: map[string]*ecdsa.PrivateKey{}, mac: []byte("0123456789abcdef0123456789ABCDEF")}
	var err error
	if f.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if f.ec[c.Params().Name], err = ecdsa.GenerateKey(c, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// jwk writes a public key, or the secret, with more members behind it.
func (f *forger) jwk(kind, more string) string {
	switch kind {
	case "RSA":
		return fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB"%s}`, raw64(f.rsa.N.Bytes()), more)
	case "oct":
		return fmt.Sprintf(`{"kty":"oct","k":%q%s}`, raw64(f.mac), more)
	}
	point, err := f.ec[kind].PublicKey.Bytes()
	if err != nil {
		f.t.Fatal(err)
	}
	half := (len(point) - 1) / 2
	return fmt.Sprintf(`{"kty":"EC","crv":%q,"x":%q,"y":%q%s}`, kind, raw64(point[1:1+half]), raw64(point[1+half:]), more)
}

const forgedClaims = `{"iss":"https://idp.example","exp":1795309200}`

func input(header string) string { return b64(header) + "." + b64(forgedClaims) }

// signed puts a signature behind the header and the claims.
func signedBy(header string, sign func(input []byte) []byte) string {
	return input(header) + "." + raw64(sign([]byte(input(header))))
}

func (f *forger) pkcs1(in []byte) []byte {
	sum := sha256.Sum256(in)
	signature, err := rsa.SignPKCS1v15(nil, f.rsa, crypto.SHA256, sum[:])
	if err != nil {
		f.t.Fatal(err)
	}
	return signature
}

func (f *forger) pss(salt int) func([]byte) []byte {
	return func(in []byte) []byte {
		sum := sha256.Sum256(in)
		signature, err := rsa.SignPSS(rand.Reader, f.rsa, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			f.t.Fatal(err)
		}
		return signature
	}
}

// padded signs with a padding of one's own making: the bytes before the hash.
func (f *forger) padded(build func(sum []byte) []byte) func([]byte) []byte {
	return func(in []byte) []byte {
		sum := sha256.Sum256(in)
		block := build(sum[:])
		whole := append(make([]byte, 256-len(block)), block...)
		return new(big.Int).Exp(new(big.Int).SetBytes(whole), f.rsa.D, f.rsa.N).FillBytes(make([]byte, 256))
	}
}

func (f *forger) ecdsa(crv string, write func(r, s *big.Int) []byte) func([]byte) []byte {
	return func(in []byte) []byte {
		digest := map[string]func([]byte) []byte{
			"P-256": func(b []byte) []byte { s := sha256.Sum256(b); return s[:] },
			"P-384": func(b []byte) []byte { s := sha512.Sum384(b); return s[:] },
			"P-521": func(b []byte) []byte { s := sha512.Sum512(b); return s[:] },
		}[crv]
		r, s, err := ecdsa.Sign(rand.Reader, f.ec[crv], digest(in))
		if err != nil {
			f.t.Fatal(err)
		}
		return write(r, s)
	}
}

// fixed writes r and s side by side (RFC 7518 3.4).
func fixed(size int) func(r, s *big.Int) []byte {
	return func(r, s *big.Int) []byte {
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
	}
}

func hs256(secret []byte) func([]byte) []byte {
	return func(in []byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(in)
		return h.Sum(nil)
	}
}

func TestForgeries(t *testing.T) {
	f := newForger(t)
	sha256Info := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20}
	ff := func(n int) []byte { return []byte(strings.Repeat("\xff", n)) }
	join := func(parts ...[]byte) (all []byte) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	n := elliptic.P256().Params().N
	es := func(r, s *big.Int) func([]byte) []byte { return func([]byte) []byte { return fixed(32)(r, s) } }
	one, zero := big.NewInt(1), new(big.Int)
	der, err := x509.MarshalPKIXPublicKey(&f.rsa.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	rs := signedBy(`{"alg":"RS256"}`, f.pkcs1)
	hs := signedBy(`{"alg":"HS256"}`, hs256(f.mac))
	parts := strings.Split(hs, ".")
	bend := func(part string, by int) string {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		return part[:len(part)-1] + string(alphabet[strings.IndexByte(alphabet, part[len(part)-1])|by])
	}
	respelt := b64(`{"alg":"HS256"}`) + ".eyJhIjoxfR" // the last bits of {"a":1} are not zero, and that text was signed
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weakJWK := fmt.Sprintf(`{"kty":"RSA","n":%q,"e":"AQAB"}`, raw64(weak.N.Bytes()))
	weakSign := func(in []byte) []byte {
		sum := sha256.Sum256(in)
		signature, err := rsa.SignPKCS1v15(nil, weak, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	short := fmt.Sprintf(`{"kty":"oct","k":%q}`, raw64(f.mac[:16]))

	for _, c := range []struct {
		name, token, key string
		accepted         bool
	}{
		{"RS256", rs, f.jwk("RSA", ""), true},
		{"RS256 with use and alg", rs, f.jwk("RSA", `,"use":"sig","alg":"RS256","key_ops":["verify"]`), true},
		{"HS256", hs, f.jwk("oct", `,"use":"sig"`), true},
		{"ES256", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-256", fixed(32))), f.jwk("P-256", ""), true},
		{"ES384", signedBy(`{"alg":"ES384"}`, f.ecdsa("P-384", fixed(48))), f.jwk("P-384", ""), true},
		{"ES512", signedBy(`{"alg":"ES512"}`, f.ecdsa("P-521", fixed(66))), f.jwk("P-521", ""), true},
		{"PS256", signedBy(`{"alg":"PS256"}`, f.pss(32)), f.jwk("RSA", ""), true},
		{"blanks in the header's JSON", signedBy("{ \"alg\" :\t\"HS256\" }", hs256(f.mac)), f.jwk("oct", ""), true},

		{"PSS without salt", signedBy(`{"alg":"PS256"}`, f.pss(0)), f.jwk("RSA", ""), false},
		{"PSS with the salt of SHA-1", signedBy(`{"alg":"PS256"}`, f.pss(20)), f.jwk("RSA", ""), false},
		{"PSS with a salt a byte too long", signedBy(`{"alg":"PS256"}`, f.pss(33)), f.jwk("RSA", ""), false},
		{"PSS with the longest salt", signedBy(`{"alg":"PS256"}`, f.pss(222)), f.jwk("RSA", ""), false},
		{"PSS as PKCS1", signedBy(`{"alg":"RS256"}`, f.pss(32)), f.jwk("RSA", ""), false},
		{"PKCS1 as PSS", signedBy(`{"alg":"PS256"}`, f.pkcs1), f.jwk("RSA", ""), false},

		{"PKCS1 as it has to be", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{1}, ff(202), []byte{0}, sha256Info, sum) })), f.jwk("RSA", ""), true},
		{"PKCS1 with short padding", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{1}, ff(8), []byte{0}, sha256Info, sum, make([]byte, 194)) })), f.jwk("RSA", ""), false},
		{"PKCS1 without the end of the padding", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{1}, ff(203), sha256Info, sum) })), f.jwk("RSA", ""), false},
		{"PKCS1 of type 2", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{2}, ff(202), []byte{0}, sha256Info, sum) })), f.jwk("RSA", ""), false},
		{"PKCS1 with a zero in the padding", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte {
			return join([]byte{1}, ff(100), []byte{0}, ff(101), []byte{0}, sha256Info, sum)
		})), f.jwk("RSA", ""), false},
		{"PKCS1 without the name of the hash", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{1}, ff(221), []byte{0}, sum) })), f.jwk("RSA", ""), false},
		{"PKCS1 without NULL", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte {
			info := join([]byte{0x30, 0x2f, 0x30, 0x0b}, sha256Info[4:15], []byte{0x04, 0x20})
			return join([]byte{1}, ff(255-2-len(info)-32), []byte{0}, info, sum)
		})), f.jwk("RSA", ""), false},
		{"PKCS1 with SHA-1", signedBy(`{"alg":"RS256"}`, func(in []byte) []byte {
			sum := sha1.Sum(in)
			signature, err := rsa.SignPKCS1v15(nil, f.rsa, crypto.SHA1, sum[:])
			if err != nil {
				t.Fatal(err)
			}
			return signature
		}), f.jwk("RSA", ""), false},
		{"signature of n more", signedBy(`{"alg":"RS256"}`, func(in []byte) []byte {
			return new(big.Int).Add(new(big.Int).SetBytes(f.pkcs1(in)), f.rsa.N).Bytes()
		}), f.jwk("RSA", ""), false},
		{"zero before the signature", signedBy(`{"alg":"RS256"}`, func(in []byte) []byte { return append([]byte{0}, f.pkcs1(in)...) }), f.jwk("RSA", ""), false},

		{"r and s zero", signedBy(`{"alg":"ES256"}`, es(zero, zero)), f.jwk("P-256", ""), false},
		{"r zero", signedBy(`{"alg":"ES256"}`, es(zero, one)), f.jwk("P-256", ""), false},
		{"s is the order", signedBy(`{"alg":"ES256"}`, es(one, n)), f.jwk("P-256", ""), false},
		{"r and s one", signedBy(`{"alg":"ES256"}`, es(one, one)), f.jwk("P-256", ""), false},
		{"r of the order more", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-256", func(r, s *big.Int) []byte {
			return append(new(big.Int).Add(r, n).Bytes(), s.FillBytes(make([]byte, 32))...)
		})), f.jwk("P-256", ""), false},
		{"DER", signedBy(`{"alg":"ES256"}`, func(in []byte) []byte {
			sum := sha256.Sum256(in)
			signature, err := ecdsa.SignASN1(rand.Reader, f.ec["P-256"], sum[:])
			if err != nil {
				t.Fatal(err)
			}
			return signature
		}), f.jwk("P-256", ""), false},
		{"a longer r and s", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-256", fixed(40))), f.jwk("P-256", ""), false},
		{"ES512 with a key on P-256", signedBy(`{"alg":"ES512"}`, f.ecdsa("P-256", fixed(66))), f.jwk("P-256", ""), false},
		{"ES256 with a key on P-384", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-384", fixed(48))), f.jwk("P-384", ""), false},

		{"a key for encryption", rs, f.jwk("RSA", `,"use":"enc"`), false},
		{"a key for encrypting", rs, f.jwk("RSA", `,"key_ops":["encrypt"]`), false},
		{"a key for PS512", rs, f.jwk("RSA", `,"alg":"PS512"`), false},
		{"a key for OAEP", rs, f.jwk("RSA", `,"alg":"RSA-OAEP"`), false},
		{"a key for an algorithm that does not exist", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-256", fixed(32))), f.jwk("P-256", `,"alg":"ES2567"`), false},
		{"a key on a curve of which the point is not", signedBy(`{"alg":"ES256"}`, f.ecdsa("P-256", fixed(32))), strings.Replace(f.jwk("P-256", ""), "P-256", "P-384", 1), false},
		{"1024 bits", signedBy(`{"alg":"RS256"}`, weakSign), weakJWK, false},
		{"exponent 1", signedBy(`{"alg":"RS256"}`, f.padded(func(sum []byte) []byte { return join([]byte{1}, ff(202), []byte{0}, sha256Info, sum) })), strings.Replace(f.jwk("RSA", ""), "AQAB", "AQ", 1), false},
		{"a short secret", signedBy(`{"alg":"HS256"}`, hs256(f.mac[:16])), short, false},
		{"an empty secret", signedBy(`{"alg":"HS256"}`, hs256(nil)), `{"kty":"oct","k":""}`, false},
		{"the public key as the secret", signedBy(`{"alg":"HS256"}`, hs256(public)), f.jwk("RSA", ""), false},
		{"a public member as the secret", signedBy(`{"alg":"HS256"}`, hs256(f.rsa.N.Bytes())), f.jwk("RSA", ""), false},

		{"unused bits of the signature", parts[0] + "." + parts[1] + "." + bend(parts[2], 1), f.jwk("oct", ""), false},
		{"unused bits of the payload, signed as they are", respelt + "." + raw64(hs256(f.mac)([]byte(respelt))), f.jwk("oct", ""), false},
		{"padding", rs + "==", f.jwk("RSA", ""), false},
		{"a question mark", parts[0] + "." + parts[1] + ".?" + parts[2], f.jwk("oct", ""), false},
		{"ordinary base64", strings.NewReplacer("-", "+", "_", "/").Replace(rs) + "", f.jwk("RSA", ""), !strings.ContainsAny(rs, "-_")},
		{"one part more", hs + ".", f.jwk("oct", ""), false},
		{"no signature", parts[0] + "." + parts[1] + ".", f.jwk("oct", ""), false},
		{"none", b64(`{"alg":"none"}`) + "." + parts[1] + ".", f.jwk("oct", ""), false},
		{"nOnE with a signature", b64(`{"alg":"nOnE"}`) + "." + parts[1] + "." + parts[2], f.jwk("oct", ""), false},
		{"alg in another letter case", signedBy(`{"alg":"hs256"}`, hs256(f.mac)), f.jwk("oct", ""), false},
		{"alg twice", signedBy(`{"alg":"HS256","alg":"HS256"}`, hs256(f.mac)), f.jwk("oct", ""), false},
		{"another header", strings.Replace(hs, parts[0], b64(`{"alg":"HS256","x":1}`), 1), f.jwk("oct", ""), false},
		{"crit unknown", signedBy(`{"alg":"HS256","crit":["exp"],"exp":1}`, hs256(f.mac)), f.jwk("oct", ""), false},
		{"crit empty", signedBy(`{"alg":"HS256","crit":[]}`, hs256(f.mac)), f.jwk("oct", ""), false},
		{"b64 false without crit", b64(`{"alg":"HS256","b64":false}`) + "." + forgedClaims + "." + raw64(hs256(f.mac)([]byte(b64(`{"alg":"HS256","b64":false}`)+"."+forgedClaims))), f.jwk("oct", ""), false},
		{"bytes behind the header", signedBy(`{"alg":"HS256"}{}`, hs256(f.mac)), f.jwk("oct", ""), false},
		{"its own key", signedBy(`{"alg":"ES256","jwk":`+f.jwk("P-256", "")+`}`, f.ecdsa("P-256", fixed(32))), f.jwk("RSA", ""), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys := inspect.ParseKeySet([]byte(`{"keys":[`+c.key+`]}`), "jwks", "")
			r := Inspect(c.token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileJWT})
			wrong := ""
			for _, f := range r.Findings {
				if f.Severity == rule.Error {
					wrong += f.ID + " "
				}
			}
			if got := r.Signature.Status == inspect.Verified && wrong == ""; got != c.accepted {
				t.Errorf("accepted: %v; %s %q, errors %s", got, r.Signature.Status, r.Signature.Reason, wrong)
			}
			if !c.accepted && !r.Bad() {
				t.Error("it is not called bad")
			}
		})
	}
	if _, err := jose.NewSecret(public); err == nil {
		t.Error("the text of a public key is taken for a secret")
	}
}
