package jose

import (
	"crypto"
	_ "crypto/sha256" // for crypto.Hash.New
	_ "crypto/sha512"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwa"
)

// Algorithm is a signature algorithm of RFC 7518 3.1, RFC 8037 or RFC 9864 that this program can check.
type Algorithm struct {
	Name  string // "RS256"
	Type  string // key type it needs: "RSA", "EC", "OKP", "oct"
	Curve string // curve it needs: "P-256", "Ed25519"; empty for RSA and oct
	Hash  crypto.Hash
	PSS   bool
	Words string // what it is, in words
}

var algorithms = [...]Algorithm{
	{"RS256", "RSA", "", crypto.SHA256, false, "RSA PKCS#1 v1.5 with SHA-256"},
	{"RS384", "RSA", "", crypto.SHA384, false, "RSA PKCS#1 v1.5 with SHA-384"},
	{"RS512", "RSA", "", crypto.SHA512, false, "RSA PKCS#1 v1.5 with SHA-512"},
	{"PS256", "RSA", "", crypto.SHA256, true, "RSA-PSS with SHA-256"},
	{"PS384", "RSA", "", crypto.SHA384, true, "RSA-PSS with SHA-384"},
	{"PS512", "RSA", "", crypto.SHA512, true, "RSA-PSS with SHA-512"},
	{"ES256", "EC", "P-256", crypto.SHA256, false, "ECDSA on P-256 with SHA-256"},
	{"ES384", "EC", "P-384", crypto.SHA384, false, "ECDSA on P-384 with SHA-384"},
	{"ES512", "EC", "P-521", crypto.SHA512, false, "ECDSA on P-521 with SHA-512"},
	{"EdDSA", "OKP", "Ed25519", crypto.SHA512, false, "EdDSA on the curve of the key"},
	{"Ed25519", "OKP", "Ed25519", crypto.SHA512, false, "EdDSA on Ed25519"},
	{"HS256", "oct", "", crypto.SHA256, false, "HMAC with SHA-256, a shared secret"},
	{"HS384", "oct", "", crypto.SHA384, false, "HMAC with SHA-384, a shared secret"},
	{"HS512", "oct", "", crypto.SHA512, false, "HMAC with SHA-512, a shared secret"},
}

// Find returns the algorithm of that exact name, or nil. Names are case-sensitive (RFC 7515 4.1.1).
func Find(name string) *Algorithm {
	for i := range algorithms {
		if algorithms[i].Name == name {
			return &algorithms[i]
		}
	}
	return nil
}

// Algorithms lists the names that [Verify] and [Sign] know.
func Algorithms() []string {
	names := make([]string, len(algorithms))
	for i := range algorithms {
		names[i] = algorithms[i].Name
	}
	return names
}

// Words describes an algorithm, also one that can't be checked here; unknown names give "".
func Words(name string) string {
	if a := Find(name); a != nil {
		return a.Words
	}
	switch name {
	case "none":
		return "unsecured: no signature at all"
	case "ES256K":
		return "ECDSA on secp256k1 with SHA-256"
	case "Ed448":
		return "EdDSA on Ed448"
	case "ML-DSA-44", "ML-DSA-65", "ML-DSA-87":
		return "ML-DSA, a signature for the time after quantum computers"
	case "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512":
		return "content key encrypted with RSA-OAEP"
	case "RSA1_5":
		return "content key encrypted with RSA PKCS#1 v1.5, deprecated"
	case "dir":
		return "the shared key encrypts the content directly"
	}
	switch {
	case strings.HasPrefix(name, "ECDH-ES"):
		return "key agreement with a one-time key (ECDH-ES)"
	case strings.HasPrefix(name, "PBES2-"):
		return "content key encrypted with a password"
	case name == "A128KW" || name == "A192KW" || name == "A256KW":
		return "content key wrapped with AES"
	case strings.HasSuffix(name, "GCMKW"):
		return "content key wrapped with AES-GCM"
	}
	return ""
}

// Symmetric reports whether the algorithm is a MAC: whoever can check it can also make it.
func (a *Algorithm) Symmetric() bool { return a.Type == "oct" }

// SignatureSize is how many bytes a signature of the key has; 0 when every size is possible.
func (a *Algorithm) SignatureSize(k *Key) int {
	switch a.Type {
	case "RSA":
		return (k.bits + 7) / 8
	case "EC":
		return 2 * ((k.bits + 7) / 8)
	case "OKP":
		return 64
	}
	return a.Hash.Size()
}

// jwx is the name by which jwx v2 knows the algorithm; it does not know RFC 9864 yet.
func (a *Algorithm) jwx() jwa.SignatureAlgorithm {
	if a.Name == "Ed25519" {
		return jwa.EdDSA
	}
	return jwa.SignatureAlgorithm(a.Name)
}

// Fits says why an algorithm and a key do not belong together (RFC 7518 3.1, RFC 8725 3.1), or nil.
func Fits(a *Algorithm, k *Key) error {
	if a.Type != k.kty {
		if a.Symmetric() {
			return refuse("%s needs a shared secret, and this is a public %s key: using its bytes as the secret is the classic forgery", a.Name, k.kty)
		}
		return refuse("%s needs %s, this is %s", a.Name, typeInWords(a.Type), typeInWords(k.kty))
	}
	if a.Curve != "" && a.Curve != k.crv {
		return refuse("%s is defined for the curve %s, this key is on %s", a.Name, a.Curve, k.crv)
	}
	return nil
}

func typeInWords(kty string) string {
	switch kty {
	case "RSA":
		return "an RSA key"
	case "EC":
		return "an elliptic curve (EC) key"
	case "OKP":
		return "an Edwards curve (OKP) key"
	case "oct":
		return "a shared secret"
	}
	return "a key of type " + kty
}
