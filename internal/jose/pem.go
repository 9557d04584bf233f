package jose

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
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

func parseBlock(block *pem.Block) PEMKey {
	p := PEMKey{Label: block.Type, Key: &Key{}}
	raw, err := parseDER(block.Type, block.Bytes, &p)
	if err != nil {
		p.Err = fmt.Errorf("%s: %w", block.Type, err)
		return p
	}
	p.Key, p.Err = New(raw)
	return p
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
		return nil, fmt.Errorf("the key is encrypted with a password: %w", ErrUnsupported)
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
