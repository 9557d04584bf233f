package practice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"slices"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// A provider with mutual TLS has a second listener. The issuer stays on plain HTTP, which browsers take on loopback without a word;
// the endpoints that clients call directly are also at https, under mtls_endpoint_aliases (RFC 8705 5), where the handshake asks
// for a certificate. Any certificate is let in there: who it speaks for is judged per client.

// openMutualTLS makes the authority and listens beside the issuer's address.
func openMutualTLS(ctx context.Context, beside string) (*authority, net.Listener, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, nil, err
	}
	certificate, err := ca.issueServer()
	if err != nil {
		return nil, nil, err
	}
	host, _, err := net.SplitHostPort(beside)
	if err != nil {
		return nil, nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, nil, err
	}
	return ca, tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert,
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}), nil
}

type certificateKey struct{}

// showCertificate hands the client's certificate on to go-oidc, unless it can't be meant: a client that is registered for a
// certificate of our authority may not come with one that it made itself.
func (p *Provider) showCertificate(r *http.Request) *http.Request {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return r
	}
	certificate := r.TLS.PeerCertificates[0]
	i := slices.IndexFunc(p.standing, func(s standing) bool { return s.ID == seenFrom(r.Context()).ClientID })
	if i >= 0 && p.standing[i].TokenAuthnMethod == goidc.AuthnMethodTLS {
		if _, err := certificate.Verify(x509.VerifyOptions{Roots: p.authority.pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
			s := seenFrom(r.Context())
			s.Notes = append(s.Notes, "the client's certificate: "+err.Error())
			return r
		}
	}
	return r.WithContext(context.WithValue(r.Context(), certificateKey{}, certificate))
}

// clientCertificate is what go-oidc asks.
func clientCertificate(ctx context.Context) (*x509.Certificate, error) {
	if certificate, ok := ctx.Value(certificateKey{}).(*x509.Certificate); ok {
		return certificate, nil
	}
	return nil, errors.New("no client certificate that could be accepted: the endpoints under mtls_endpoint_aliases ask for one")
}

// AuthorityPEM is the certificate of the provider's authority, which clients have to trust to use mutual TLS; nil without.
func (p *Provider) AuthorityPEM() []byte {
	if p.authority == nil {
		return nil
	}
	return p.authority.pem()
}

// MutualTLS is the address of the endpoints that ask for a certificate, "https://127.0.0.1:41208"; empty without.
func (p *Provider) MutualTLS() string {
	if p.tlsHost == "" {
		return ""
	}
	return "https://" + p.tlsHost
}
