package inspect

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// Keys come as key sets and as PEM, and as what consoles and tools give out instead: DER, its bare base64 (Keycloak shows a realm's key
// like that), a list of certificates (x5c, RFC 7515 4.1.6), an object of certificates by kid (Google's and Firebase's /v1/certs).

// ParseKeySet reads a JWKS (RFC 7517 5), a single JWK, certificates in JSON, PEM or DER, key by key: one bad key does not spoil the
// others. It never returns nil; what is wrong with the set stands in Faults.
func ParseKeySet(data []byte, source, url string) *KeySet {
	set := &KeySet{Source: source, URL: url}
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	isJSON := len(text) > 0 && (text[0] == '{' || text[0] == '[')
	switch {
	case len(data) > MaxToken:
		set.add(fault(FaultTooLarge, MaxToken, "longer than %d bytes: not read", MaxToken))
	case isJSON:
		set.parseJSON(ScanJSON(string(data)))
	case bytes.Contains(text, []byte("-----BEGIN")): // other text may stand before it, as openssl pkcs12 writes
		set.parsePEM(data)
	case set.parseDER(text):
	case bytes.HasPrefix(text, []byte("ssh-")), bytes.HasPrefix(text, []byte("ecdsa-sha2-")):
		set.add(fault(FaultForm, 0, "a key in the format of OpenSSH: ssh-keygen -e -m PKCS8 -f FILE writes it as PEM"))
	default:
		set.parseJSON(ScanJSON(string(data)))
	}
	return set
}

func (s *KeySet) parseJSON(doc *Document) {
	for _, f := range doc.Faults {
		s.add(f)
	}
	if !doc.Complete {
		return
	}
	root := doc.Root
	switch keys := root.Get("keys"); {
	case keys != nil && keys.Kind == Array:
		s.parseKeys(keys.Items)
	case keys != nil:
		s.add(fault(FaultForm, keys.Start, `"keys" is %s, wanted a list (RFC 7517 5.1)`, keys.Kind))
	case root.Get("kty") != nil:
		s.Keys = []Key{parseKey(0, s.Source, root)}
	case s.parseCertificates(root):
	case root.Kind == Array && len(root.Items) > 0 && root.Items[0].Get("kty") != nil:
		s.add(fault(FaultForm, root.Start, `a list of keys: a key set is an object that has it as "keys" (RFC 7517 5)`))
	case root.Kind != Object:
		s.add(fault(FaultNotObject, root.Start, "wanted a JSON object, got %s", root.Kind))
	default:
		s.add(fault(FaultForm, root.Start, `no member "keys": this is no key set (RFC 7517 5)%s`, nearMiss(root, "keys")))
	}
}

// parseCertificates reads the value of x5c, of which the first certificate holds the key, and an object of certificates by kid.
func (s *KeySet) parseCertificates(root *Value) bool {
	if chain, ok := root.Texts(); ok && root.Kind == Array && len(chain) > 0 {
		k := Key{Source: s.Source}
		k.fromChain(chain)
		s.Keys = []Key{k}
		return true
	}
	for i := range root.Members {
		if text, _ := root.Members[i].Value.Text(); !strings.HasPrefix(text, "-----BEGIN ") {
			return false
		}
	}
	for i := range root.Members {
		m := &root.Members[i]
		found := &KeySet{Source: s.Source}
		found.parsePEM([]byte(m.Value.Str))
		for _, k := range found.Keys[:min(len(found.Keys), 1)] {
			k.Index, k.KID = len(s.Keys), m.Name
			s.Keys = append(s.Keys, k)
		}
	}
	return len(root.Members) > 0
}

// parseDER reads a key or certificate in DER, or in the base64 of it without the lines that make it PEM.
func (s *KeySet) parseDER(data []byte) bool {
	const sequence = 0x30 // ASN.1
	if len(data) < 32 {
		return false
	}
	if data[0] != sequence {
		if !bytes.HasPrefix(data, []byte("M")) { // the base64 of a sequence
			return false
		}
		text := strings.Join(strings.Fields(string(data)), "")
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return false
		}
		data = der
	}
	p, ok := jose.ParseDER(data)
	if !ok {
		return false
	}
	if s.Source == "" {
		s.Source = "pem"
	}
	s.Keys = []Key{pemKey(0, s.Source, &p)}
	return true
}

func (s *KeySet) parsePEM(data []byte) {
	if s.Source == "" {
		s.Source = "pem"
	}
	keys, err := jose.ParsePEM(data)
	if err != nil {
		s.add(fault(FaultForm, 0, "%v", err))
		return
	}
	for i := range keys {
		s.Keys = append(s.Keys, pemKey(i, s.Source, &keys[i]))
	}
}

func pemKey(index int, source string, p *jose.PEMKey) Key {
	k := Key{Index: index, Source: source}
	k.use(p.Key, p.Err)
	k.Private = p.Key.Private()
	if p.Certificate != nil {
		k.Certificate = p.Certificate.Raw
	}
	return k
}

// fromChain takes the key of the first certificate of an x5c.
func (k *Key) fromChain(chain []string) {
	der, err := base64.StdEncoding.DecodeString(chain[0])
	if err != nil {
		k.Err = "the first entry of x5c is not base64 (the ordinary one, RFC 7517 4.7)"
		return
	}
	p, ok := jose.ParseDER(der)
	if !ok || p.Certificate == nil {
		k.Err = "the first entry of x5c is no certificate"
		return
	}
	k.use(p.Key, p.Err)
	k.Certificate = p.Certificate.Raw
}

// compareChain holds the key of a JWK against the first certificate of its x5c, which have to be the same (RFC 7517 4.7). The members
// are the key: one that lacks them stays unusable, though the certificate has what is missing.
func (k *Key) compareChain() {
	chain, ok := k.JSON.Get("x5c").Texts()
	if !ok || len(chain) == 0 {
		return
	}
	var leaf Key
	leaf.fromChain(chain)
	switch {
	case leaf.Err != "":
		k.Notes = append(k.Notes, leaf.Err)
	case k.Material == nil:
		k.Notes = append(k.Notes, fmt.Sprintf("the certificate in x5c holds a key that can be used (%s %s)", leaf.Name(), leaf.Thumbprint))
	case k.Material != nil && leaf.Thumbprint != k.Thumbprint:
		k.Notes = append(k.Notes, fmt.Sprintf("the certificate in x5c holds another key (%s %s) than the JWK (RFC 7517 4.7)", leaf.Name(), leaf.Thumbprint))
	}
}
