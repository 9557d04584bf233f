package jose

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// PEMKey is one key of a PEM text.
type PEMKey struct {
	Label       string            // "PUBLIC KEY", "CERTIFICATE", …
	Key         *Key              // never nil
	Certificate *x509.Certificate // when it came in one
	Err         error             // why it can't be used
}

// maxPEMKeys bounds how many blocks of one PEM text are read.
const maxPEMKeys = 100

// ParsePEM reads every key of a PEM text (RFC 7468): public, private, and those of certificates. A certificate is not
// verified; it is only where the key stands. An error means that there is no PEM block at all.
func ParsePEM(data []byte) ([]PEMKey, error) {
	var keys []PEMKey
	for len(keys) < maxPEMKeys {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		data = rest
		if block.Type == "EC PARAMETERS" {
			continue // openssl writes them in front of the key, which names its curve itself
		}
		keys = append(keys, parseBlock(block))
	}
	if len(keys) == 0 {
		return nil, errors.New("wanted a PEM block (-----BEGIN …), got none")
	}
	return keys, nil
}

// errLocked is the error about a key that a password protects (RFC 5958 3, RFC 1421 4.6).
var errLocked = fmt.Errorf("the key is encrypted with a password, which this program does not ask for; openssl pkey -in FILE -out key.pem writes it without: %w", ErrUnsupported)

func parseBlock(block *pem.Block) PEMKey {
	p := PEMKey{Label: block.Type, Key: &Key{}}
	if block.Headers["DEK-Info"] != "" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") { // RFC 1421 4.6.1
		p.Err = fmt.Errorf("%s: %w", block.Type, errLocked)
		return p
	}
	raw, err := parseDER(block.Type, block.Bytes, &p)
	if err != nil {
		p.Err = fmt.Errorf("%s: %w", block.Type, err)
		return p
	}
	p.Key, p.Err = New(raw)
	return p
}

// ParseDER reads a key or the key of a certificate in DER, whichever it is. ok is false when it is neither.
func ParseDER(der []byte) (p PEMKey, ok bool) {
	for _, label := range [...]string{"CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY", "RSA PUBLIC KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"} {
		p = PEMKey{Label: label}
		if raw, err := parseDER(label, der, &p); err == nil {
			p.Key, p.Err = New(raw)
			return p, true
		}
	}
	return PEMKey{}, false
}

func parseDER(label string, der []byte, p *PEMKey) (any, error) {
	switch label {
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(der)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(der)
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(der)
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(der)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(der)
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		p.Certificate = cert
		return cert.PublicKey, nil
	case "ENCRYPTED PRIVATE KEY":
		return nil, errLocked
	case "OPENSSH PRIVATE KEY":
		return nil, fmt.Errorf("a key in the format of OpenSSH: ssh-keygen -p -m PKCS8 -f FILE rewrites it, on a copy: %w", ErrUnsupported)
	case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		return nil, fmt.Errorf("a request for a certificate and no key: openssl req -in FILE -noout -pubkey takes the key out: %w", ErrUnsupported)
	}
	return nil, fmt.Errorf("no key in it: %w", ErrUnsupported)
}

// publicKeyText says what kind of public key a "secret" is the text of; "" when it is none.
func publicKeyText(secret []byte) string {
	text := bytes.TrimSpace(secret)
	switch {
	case bytes.HasPrefix(text, []byte("-----BEGIN CERTIFICATE")):
		return "a certificate in PEM"
	case bytes.HasPrefix(text, []byte("-----BEGIN")) && bytes.Contains(text[:min(40, len(text))], []byte("PUBLIC KEY")):
		return "a public key in PEM"
	case len(text) > 0 && text[0] == '{':
		var jwk struct {
			Kty  string            `json:"kty"`
			Keys []json.RawMessage `json:"keys"`
		}
		if json.Unmarshal(text, &jwk) == nil && (jwk.Keys != nil || jwk.Kty != "" && jwk.Kty != "oct") {
			return "a public key in JSON (JWK)"
		}
	case len(secret) > 32 && secret[0] == 0x30: // an ASN.1 sequence
		if _, err := x509.ParsePKIXPublicKey(secret); err == nil {
			return "a public key in DER"
		}
		if _, err := x509.ParsePKCS1PublicKey(secret); err == nil {
			return "a public key in DER"
		}
		if _, err := x509.ParseCertificate(secret); err == nil {
			return "a certificate in DER"
		}
	}
	return ""
}
