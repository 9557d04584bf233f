package record

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// raw serves each connection with f, on a real loopback listener.
func raw(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); f(c) }()
		}
	}()
	return l.Addr().String()
}

func drain(c net.Conn) { c.Read(make([]byte, 4096)) }

// served starts a TLS server with a certificate of our own making and gives its address and the authority in PEM.
func served(t *testing.T, change func(*x509.Certificate)) (address string, authority []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "practice"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{}") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// get makes one request and gives its exchange.
func get(t *testing.T, o Options, ctx context.Context, address string) (Exchange, error) {
	t.Helper()
	var last Exchange
	o.OnExchange = func(e Exchange) { last = e }
	if o.Proxy == nil {
		o.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	}
	rt, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer rt.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := rt.Client().Do(req)
	if err == nil {
		res.Body.Close()
	}
	return last, err
}

func TestFailuresAreToldApart(t *testing.T) {
	closed := func() string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().String()
	}()
	strange, _ := served(t, nil)
	named, namedCA := served(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"idp.example"} })
	old, oldCA := served(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	silent := raw(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	reset := raw(t, func(c net.Conn) { drain(c); c.(*net.TCPConn).SetLinger(0) })
	hangup := raw(t, func(c net.Conn) { drain(c) })
	cut := raw(t, func(c net.Conn) { drain(c); io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") })
	cutChunk := raw(t, func(c net.Conn) {
		drain(c)
		io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf")
	})
	ssh := raw(t, func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n"); drain(c) })
	plain := raw(t, func(c net.Conn) { drain(c); io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") })
	proxy := func(answer string) func(*http.Request) (*url.URL, error) {
		address := raw(t, func(c net.Conn) { drain(c); io.WriteString(c, answer) })
		return http.ProxyURL(&url.URL{Scheme: "http", Host: address, User: url.UserPassword("u", "proxy-password")})
	}

	for name, c := range map[string]struct {
		options Options
		address string
		want    FailureKind
		says    string
	}{
		"refused":        {address: "http://" + closed, want: FailRefused, says: "nothing accepts connections"},
		"unknown":        {address: "https://" + strange, want: FailTLSUnknown, says: "self-signed"},
		"name":           {options: Options{CAPEM: namedCA}, address: "https://" + named, want: FailTLSName, says: "it is for idp.example"},
		"expired":        {options: Options{CAPEM: oldCA}, address: "https://" + old, want: FailTLSExpired, says: "not now"},
		"timeout":        {options: Options{Timeout: 50 * time.Millisecond}, address: "http://" + silent, want: FailTimeout, says: "waiting for the answer"},
		"tls timeout":    {options: Options{Timeout: 50 * time.Millisecond}, address: "https://" + silent, want: FailTimeout, says: "TLS handshake"},
		"reset":          {address: "http://" + reset, want: FailReset},
		"hangup":         {address: "http://" + hangup, want: FailReset, says: "without an answer"},
		"truncated":      {address: "http://" + cut, want: FailTruncated, says: "before its announced end"},
		"truncated part": {address: "http://" + cutChunk, want: FailTruncated},
		"not HTTP":       {address: "http://" + ssh, want: FailNotHTTP, says: "does not speak HTTP"},
		"not TLS":        {address: "https://" + ssh, want: FailTLSOther, says: "does not speak TLS"},
		"plain on https": {address: "https://" + plain, want: FailTLSOther, says: "plain HTTP"},
		"proxy refuses":  {options: Options{Proxy: proxy("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")}, address: "https://idp.example", want: FailProxy, says: "407"},
		"proxy gone":     {options: Options{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: closed})}, address: "https://idp.example", want: FailProxy, says: "can't be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := get(t, c.options, t.Context(), c.address)
			failure, ok := errors.AsType[*Failure](err)
			if !ok {
				t.Fatalf("want a *Failure, got %T: %v", err, err)
			}
			if failure.Kind != c.want || !strings.Contains(failure.Message, c.says) {
				t.Errorf("got %s %q (cause %q), want %s with %q", failure.Kind, failure.Message, failure.Cause, c.want, c.says)
			}
			if e.Failure != failure {
				t.Error("the exchange does not carry the failure")
			}
			if strings.Contains(failure.Message+e.Connection.Proxy, "proxy-password") {
				t.Errorf("the proxy's password is shown: %q %q", failure.Message, e.Connection.Proxy)
			}
		})
	}
}

func TestRefusedCertificateIsShown(t *testing.T) {
	address, _ := served(t, nil)
	e, err := get(t, Options{}, t.Context(), "https://"+address)
	if err == nil {
		t.Fatal("a certificate of an unknown authority was accepted")
	}
	if chain := e.Connection.Chain; len(chain) != 1 || chain[0].Subject != "CN=practice" || chain[0].Key != "ECDSA P-256" {
		t.Errorf("chain: %+v", chain)
	}
}

func TestTrustedAndSkippedCertificates(t *testing.T) {
	address, authority := served(t, nil)
	e, err := get(t, Options{CAPEM: authority}, t.Context(), "https://"+address)
	if err != nil || e.Connection.TLS != "TLS 1.3" || e.Connection.Skipped || len(e.Connection.Chain) != 1 {
		t.Errorf("with the authority: %v, %+v", err, e.Connection)
	}
	e, err = get(t, Options{InsecureSkipVerify: true}, t.Context(), "https://"+address)
	if err != nil || !e.Connection.Skipped {
		t.Errorf("without verification: %v, %+v", err, e.Connection)
	}
	if _, err := New(Options{CAPEM: []byte("no certificate")}); err == nil {
		t.Error("rubbish was taken for certificates")
	}
}

func TestDNSFailures(t *testing.T) {
	for _, c := range []struct {
		dns  net.DNSError
		says string
	}{
		{net.DNSError{Err: "no such host", Name: "idp.example", IsNotFound: true}, `"idp.example" does not exist`},
		{net.DNSError{Err: "i/o timeout", Name: "idp.example", IsTimeout: true}, "did not answer"},
		{net.DNSError{Err: "server misbehaving", Name: "idp.example"}, "server misbehaving"},
	} {
		base := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &c.dns}
		}}
		_, err := get(t, Options{Base: base}, t.Context(), "https://idp.example/x")
		failure, ok := errors.AsType[*Failure](err)
		if !ok || failure.Kind != FailDNS || !strings.Contains(failure.Message, c.says) {
			t.Errorf("got %+v, want dns with %q", failure, c.says)
		}
	}
}

func TestCancel(t *testing.T) {
	address := raw(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	e, err := get(t, Options{}, ctx, "http://"+address)
	failure, ok := errors.AsType[*Failure](err)
	if !ok || failure.Kind != FailCanceled || e.Failure == nil {
		t.Errorf("got %v, exchange %+v", err, e.Failure)
	}
}
