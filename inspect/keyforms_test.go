package inspect

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// Every form in which a key is handed out gives the same key.
func TestKeyForms(t *testing.T) {
	private, certificate := certified(t)
	other, foreign := certified(t)
	key := must(jose.New(private))
	jwk := must((&Key{Material: key}).JWK(false))
	members := strings.TrimSuffix(string(jwk), "}")
	pkix := must(x509.MarshalPKIXPublicKey(&private.PublicKey))
	pkcs8 := must(x509.MarshalPKCS8PrivateKey(private))
	sec1 := must(x509.MarshalECPrivateKey(private))
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	base := base64.StdEncoding.EncodeToString
	for name, text := range map[string]string{
		"jwk": string(jwk), "jwks": `{"keys":[` + string(jwk) + `]}`, "pem": block("PUBLIC KEY", pkix), "pem after text": "Bag Attributes\n  x: {y}\n" + block("PRIVATE KEY", pkcs8),
		"certificate": block("CERTIFICATE", certificate), "der": string(pkix), "pkcs8": string(pkcs8), "sec1": string(sec1), "certificate der": string(certificate),
		"base64": base(pkix), "base64 in lines": base(pkix)[:40] + "\n" + base(pkix)[40:] + "\n", "base64 certificate": base(certificate),
		"x5c": fmt.Sprintf(`[%q,%q]`, base(certificate), base(foreign)), "by kid": fmt.Sprintf(`{"k9":%q}`, block("CERTIFICATE", certificate)),
		"with its x5c": members + fmt.Sprintf(`,"x5c":[%q]}`, base(certificate)),
	} {
		set := ParseKeySet([]byte(text), "", name)
		if len(set.Keys) != 1 || set.Keys[0].Err != "" || set.Keys[0].Thumbprint != key.Thumbprint() {
			t.Errorf("%s: %+v, faults %v", name, set.Keys, set.Faults)
		}
		if strings.Contains(name, "kid") && set.Keys[0].KID != "k9" {
			t.Errorf("%s: kid %q", name, set.Keys[0].KID)
		}
	}

	for _, c := range []struct{ text, says string }{
		{members + fmt.Sprintf(`,"x5c":[%q]}`, base(foreign)), "holds another key (EC P-256 " + must(jose.New(other)).Thumbprint()},
		{members + `,"x5c":["AAAA"]}`, "no certificate"},
		{members + `,"x5c":["!"]}`, "not base64"},
		{`{"kty":"EC","crv":"P-256","x5c":["` + base(certificate) + `"]}`, "holds a key that can be used (EC P-256 " + key.Thumbprint()},
		{`[` + string(jwk) + `]`, `a key set is an object that has it as "keys"`},
		{"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA comment", "ssh-keygen -e -m PKCS8"},
		{block("OPENSSH PRIVATE KEY", []byte("x")), "ssh-keygen -p"},
		{block("ENCRYPTED PRIVATE KEY", []byte("x")), "openssl pkey -in FILE -out key.pem"},
		{"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "encrypted with a password"},
		{block("CERTIFICATE REQUEST", []byte("x")), "openssl req"},
		{"MIIB this is no base64 but long enough to look like it", "wanted"},
		{`{}`, `no member "keys"`},
	} {
		set := ParseKeySet([]byte(c.text), "", "")
		said := ""
		for _, f := range set.Faults {
			said += f.Message
		}
		for _, k := range set.Keys {
			said += k.Err + strings.Join(k.Notes, "; ")
		}
		if !strings.Contains(said, c.says) {
			t.Errorf("%.60q: want %q, got %q", c.text, c.says, said)
		}
	}
}

func certified(t *testing.T) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotAfter: time.Unix(2e9, 0)}
	return private, must(x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private))
}
