package record

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"runtime"
	"strings"
	"syscall"
)

// classify tells transport errors apart. The order matters: a proxy's failure wraps the failure of its connection, and a
// time limit shows itself as the failure of whatever was going on.
func classify(err error, u *url.URL, f facts, answered bool) *Failure {
	failure := &Failure{Host: u.Host, Cause: err.Error()}
	host := hostOf(u)
	set := func(kind FailureKind, format string, args ...any) *Failure {
		failure.Kind, failure.Message = kind, fmt.Sprintf(format, args...)
		return failure
	}
	if own, ok := errors.AsType[*Failure](err); ok {
		return own
	}
	if errors.Is(err, context.Canceled) {
		return set(FailCanceled, "cancelled while %s", f.phase)
	}
	if f.proxy != nil && isProxyFailure(err, f) {
		return classifyProxy(f, err, set)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return classifyDNS(dns, host, set)
	}
	if isTimeout(err) {
		return set(FailTimeout, "no complete answer from %s in time; it stopped while %s", u.Host, f.phase)
	}
	if failed := classifyTLS(err, host, u, set); failed != nil {
		return failed
	}
	switch {
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return set(FailRefused, "nothing accepts connections at %s", u.Host)
	case isErrno(err, syscall.EHOSTUNREACH, 10065), isErrno(err, syscall.ENETUNREACH, 10051):
		return set(FailUnreachable, "there is no route to %s", u.Host)
	case isNotHTTP(err):
		return set(FailNotHTTP, "what answers at %s does not speak HTTP", u.Host)
	case answered && errors.Is(err, io.ErrUnexpectedEOF):
		return set(FailTruncated, "the answer of %s ended before its announced end", u.Host)
	case isErrno(err, syscall.ECONNRESET, 10054), isErrno(err, syscall.EPIPE, 10053):
		return set(FailReset, "%s reset the connection while %s", u.Host, f.phase)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isStreamReset(err):
		return set(FailReset, "%s closed the connection without an answer", u.Host)
	default:
		return set(FailOther, "the request to %s failed: %v", u.Host, err)
	}
}

type setter func(kind FailureKind, format string, args ...any) *Failure

func isProxyFailure(err error, f facts) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return f.proxyStatus != "" || ok && (op.Op == "proxyconnect" || op.Op == "socks connect")
}

func classifyProxy(f facts, err error, set setter) *Failure {
	if f.proxyStatus != "" {
		return set(FailProxy, "the proxy %s refused to connect: %s", printable(f.proxy), f.proxyStatus)
	}
	return set(FailProxy, "the proxy %s can't be reached: %v", printable(f.proxy), err)
}

func classifyDNS(dns *net.DNSError, host string, set setter) *Failure {
	switch {
	case dns.IsNotFound:
		return set(FailDNS, "the name %q does not exist", host)
	case dns.IsTimeout:
		return set(FailDNS, "the name server did not answer the question for %q in time", host)
	default:
		return set(FailDNS, "the name %q could not be looked up: %s", host, dns.Err)
	}
}

// classifyTLS returns nil for errors that have nothing to do with TLS.
func classifyTLS(err error, host string, u *url.URL, set setter) *Failure {
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return set(FailTLSUnknown, "the certificate of %s was issued by an authority that is not trusted here%s", u.Host, issuedBy(unknown.Cert))
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return set(FailTLSName, "the certificate is not for %q, it is for %s", host, strings.Join(namesOf(name.Certificate), ", "))
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return set(FailTLSExpired, "the certificate of %s is valid from %s to %s, not now", u.Host,
				invalid.Cert.NotBefore.UTC().Format("2006-01-02 15:04 MST"), invalid.Cert.NotAfter.UTC().Format("2006-01-02 15:04 MST"))
		}
		return set(FailTLSOther, "the certificate of %s can't be used: %v", u.Host, invalid)
	}
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	header, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	switch {
	case record && string(header.RecordHeader[:]) == "HTTP/":
		return set(FailTLSOther, "%s speaks plain HTTP on this port, not TLS", u.Host)
	case record:
		return set(FailTLSOther, "what answers at %s does not speak TLS", u.Host)
	case verification, alert, strings.HasPrefix(rootMessage(err), "tls: "), strings.HasPrefix(rootMessage(err), "remote error: tls:"):
		return set(FailTLSOther, "the TLS handshake with %s failed: %s", u.Host, rootMessage(err))
	}
	return nil
}

func issuedBy(cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	if cert.Issuer.String() == cert.Subject.String() {
		return fmt.Sprintf(" (it is self-signed: %q)", cert.Subject)
	}
	return fmt.Sprintf(" (issuer %q)", cert.Issuer)
}

func namesOf(cert *x509.Certificate) []string {
	var names []string
	if cert != nil {
		names = append(names, cert.DNSNames...)
		for _, ip := range cert.IPAddresses {
			names = append(names, ip.String())
		}
	}
	if len(names) == 0 {
		return []string{"no name at all"}
	}
	return names
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// isErrno compares with the POSIX number, and on Windows with the number of Winsock, which errors.Is does not map.
func isErrno(err error, posix syscall.Errno, winsock uintptr) bool {
	if errors.Is(err, posix) {
		return true
	}
	var no syscall.Errno
	return runtime.GOOS == "windows" && errors.As(err, &no) && uintptr(no) == winsock
}

// isNotHTTP goes by the text: net/http has no types for these. The last one is what it says when a server speaks first, as
// SSH and mail servers do.
func isNotHTTP(err error) bool {
	if _, ok := errors.AsType[textproto.ProtocolError](err); ok {
		return true
	}
	message := err.Error()
	return strings.Contains(message, "malformed HTTP") || strings.Contains(message, "malformed MIME header") ||
		strings.Contains(message, "frame too large") || strings.Contains(message, "readLoopPeekFailLocked: %!w(<nil>)")
}

func isStreamReset(err error) bool {
	message := err.Error()
	return strings.Contains(message, "stream error:") || strings.Contains(message, "GOAWAY") ||
		strings.Contains(message, "server closed idle connection")
}

// rootMessage gives the text of the innermost error.
func rootMessage(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
