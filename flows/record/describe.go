package record

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
)

// describeRequest makes the record of a request. fields are the header fields as net/http wrote them; without any (the
// request did not reach the network, or the transport has no hooks) the request's own are listed by name.
func describeRequest(req *http.Request, body []byte, fields []Header) Request {
	if len(fields) == 0 {
		fields = Fields(req.Header)
	}
	return Request{Method: req.Method, URL: req.URL.String(), Proto: req.Proto, Headers: fields, Body: Keep(body)}
}

// describeResponse makes the record of an answer. Its fields are listed by name, as net/http does not keep their order;
// fields of one name keep theirs.
func describeResponse(res *http.Response, body Body) *Response {
	return &Response{Status: res.StatusCode, Reason: res.Status, Proto: res.Proto, Headers: Fields(res.Header), Body: body}
}

// Fields lists header fields by name; fields of one name keep their order.
func Fields(h http.Header) []Header {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	var fields []Header
	for _, name := range names {
		for _, v := range h[name] {
			fields = append(fields, Header{Name: name, Value: v})
		}
	}
	return fields
}

// describeConnection makes the record of the connection, also of one whose certificate was refused: then the chain is the
// one that the server presented.
func describeConnection(f facts, res *http.Response, err error) Connection {
	c := Connection{Remote: f.remote, Reused: f.reused, Proxy: printable(f.proxy)}
	state := f.tls
	if res != nil && res.TLS != nil {
		state = res.TLS
	}
	if state != nil && state.Version != 0 {
		c.TLS = tls.VersionName(state.Version)
		c.Cipher = tls.CipherSuiteName(state.CipherSuite)
		c.ALPN = state.NegotiatedProtocol
		c.Chain = describeChain(state.PeerCertificates)
	}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		c.Chain = describeChain(refused.UnverifiedCertificates)
	}
	return c
}

// printable gives a proxy's address without its credentials.
func printable(u *url.URL) string {
	if u == nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

func describeChain(certs []*x509.Certificate) []Certificate {
	chain := make([]Certificate, 0, len(certs))
	for _, cert := range certs {
		sum := sha256.Sum256(cert.Raw)
		names := slices.Clone(cert.DNSNames)
		for _, ip := range cert.IPAddresses {
			names = append(names, ip.String())
		}
		chain = append(chain, Certificate{
			Subject: cert.Subject.String(), Issuer: cert.Issuer.String(),
			NotBefore: cert.NotBefore, NotAfter: cert.NotAfter, DNSNames: names,
			SHA256: hex.EncodeToString(sum[:]), Key: describeKey(cert.PublicKey),
		})
	}
	return chain
}

func describeKey(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	default:
		return strings.TrimPrefix(fmt.Sprintf("%T", key), "*")
	}
}

// Get gives the first value of a header field, or "".
func Get(fields []Header, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
