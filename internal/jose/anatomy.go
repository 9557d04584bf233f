package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
)

// Anatomy is the check of a signature with every value that is computed on its way, for showing how it ends as it does. It
// decides nothing: [Verify] does. It follows the specification of each algorithm with plain arithmetic over public values, so
// that a reader finds the letters of the specification in it; it is far too slow, and not careful enough, for anything else.
type Anatomy struct {
	Hash   string // "SHA-256"
	Digest []byte // nil where the hash is not of the input alone before a key comes in (HMAC)
	Over   string // what the digest is of, in words

	Signature []Field // the signature taken apart: r and s, R and S, or the whole
	Steps     []Field // what key and signature give, in order; empty without a key

	// Made and Wanted are compared at the end; the signature holds when they are equal. Both are empty without a key, and when
	// Problem says why it does not come to that.
	Made, Wanted Field
	Problem      string
}

// Field is a value with its name in the specification and a few words.
type Field struct {
	Name  string
	Bytes []byte
	Note  string
}

// Dissect computes the anatomy of a signature over input. Without a key (nil) it goes as far as one can: the digest, and the
// signature's own parts. The error is that of [Verify] for an algorithm and a key that do not belong together, or are not known.
func Dissect(alg string, k *Key, input, signature []byte) (*Anatomy, error) {
	a := Find(alg)
	if a == nil {
		return nil, unsupported(alg)
	}
	if k != nil {
		if err := Fits(a, k); err != nil {
			return nil, err
		}
		if err := k.usable(); err != nil {
			return nil, err
		}
	}
	an := &Anatomy{Hash: hashName(a.Hash), Over: "the signing input"}
	if a.Type != "OKP" && !a.Symmetric() {
		h := a.Hash.New()
		h.Write(input)
		an.Digest = h.Sum(nil)
	}
	if k != nil {
		if want := a.SignatureSize(k); len(signature) != want {
			an.Signature = []Field{{"signature", signature, count(signature)}}
			an.Problem = sizeError(a, signature, want).Error()
			return an, nil
		}
	}
	switch a.Type {
	case "RSA":
		an.rsa(a, k, signature)
	case "EC":
		an.ec(k, signature)
	case "OKP":
		an.edwards(k, input, signature)
	default:
		an.mac(a, k, input, signature)
	}
	return an, nil
}

func hashName(h crypto.Hash) string {
	switch h {
	case crypto.SHA384:
		return "SHA-384"
	case crypto.SHA512:
		return "SHA-512"
	}
	return "SHA-256"
}

func count(b []byte) string { return fmt.Sprintf("%d bytes", len(b)) }

// mac is RFC 2104: the same computation on both sides, with the same secret.
func (an *Anatomy) mac(a *Algorithm, k *Key, input, signature []byte) {
	an.Signature = []Field{{"tag", signature, count(signature)}}
	if k == nil {
		return
	}
	an.Made = Field{"HMAC", MAC(a.Name, k.Secret(), input), "computed here from the secret and the signing input"}
	an.Wanted = Field{"tag", signature, "the third part of the token"}
}

func (an *Anatomy) rsa(a *Algorithm, k *Key, signature []byte) {
	an.Signature = []Field{{"s", signature, "one number, " + count(signature)}}
	if k == nil {
		return
	}
	pub := k.public.(*rsa.PublicKey)
	em, ok := recovered(pub, signature)
	if !ok {
		an.Problem = "the signature as a number is not smaller than the modulus: no private key made it (RFC 8017 5.2.2)"
		return
	}
	if a.PSS {
		an.pss(a, pub, em)
		return
	}
	an.pkcs1(a, em)
}

func (an *Anatomy) ec(k *Key, signature []byte) {
	if k == nil {
		half := len(signature) / 2
		an.Signature = []Field{{"r", signature[:half], ""}, {"s", signature[half:], ""}}
		return
	}
	an.ecdsa(k.public.(*ecdsa.PublicKey), signature)
}

func (an *Anatomy) edwards(k *Key, input, signature []byte) {
	if len(signature) != ed25519.SignatureSize {
		an.Signature = []Field{{"signature", signature, count(signature)}}
		return
	}
	an.Signature = []Field{{"R", signature[:32], "a point, chosen anew for each signature"}, {"S", signature[32:], "a number, its lowest byte first"}}
	an.Over = "R, the public key and the signing input"
	if k == nil {
		return
	}
	an.ed25519(k.public.(ed25519.PublicKey), input, signature)
}
