package diagnose

import (
	"slices"

	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
)

// transport is what goes wrong before an answer is there, or what answers in its place. A run knows the kind of failure; a
// text that somebody pastes has the words of some library, of Go, Java, Python, Node, .NET or curl.
func transport() []row {
	failed := func(kinds ...record.FailureKind) func(*situation) bool {
		return func(s *situation) bool {
			return s.failure != nil && slices.Contains(kinds, s.failure.Kind)
		}
	}
	// page holds for what answers in the provider's place, in runs and in texts.
	page := func(s *situation) bool { return s.failure == nil && s.code == "" }
	said := text // in a run the kind of the failure is known and decides
	var rows []row
	instead := func(id, spec, what string, text []pattern, causes []string, fixes ...fix) {
		rows = append(rows, row{id: id, text: text, when: page, what: what, causes: causes, fixes: fixes, spec: spec, mark: preset.Known})
	}
	add := func(id, spec, what string, kinds []record.FailureKind, text []pattern, causes []string, fixes ...fix) {
		if len(kinds) > 0 {
			rows = append(rows, row{id: id, when: failed(kinds...), what: what, causes: causes, fixes: fixes, spec: spec, mark: preset.Checked, source: spec})
		}
		if len(text) > 0 {
			rows = append(rows, row{id: id, text: text, when: said, what: what, causes: causes, fixes: fixes, spec: spec, mark: preset.Known})
		}
	}
	caFile := enter("trust the authority of your organization for this run", "--ca-file corporate-ca.pem")
	instead("NET-portal", "RFC 6585 6", "the network's login page answers instead of the provider (captive portal)",
		[]pattern{"captive portal", "network authentication required", "you must log in to this network", "wifi login", "guest network", "hotspot login"},
		[]string{"this network wants a login in the browser first"}, do("open any page in the browser, log in to the network, and try again"))
	rows = append(rows, row{id: "NET-portal", status: []int{511}, what: "the network's login page answers instead of the provider (captive portal)", causes: []string{"this network wants a login in the browser first"},
		fixes: []fix{do("open any page in the browser, log in to the network, and try again")}, spec: "RFC 6585 6", mark: preset.Checked, source: "RFC 6585 6"})
	instead("NET-proxy-page", "RFC 9110 15.5.8", "a proxy answers instead of the provider",
		[]pattern{"proxy authentication required", "access denied by security policy", "zscaler", "web filter", "squid proxy", "bluecoat", "blocked by your organization", "this site is blocked", "fortiguard", "request blocked", "access to this page has been denied", "web application firewall"},
		[]string{"a proxy wants a login, or blocks the address", "a firewall in front of the provider takes the program for a robot"}, do("set the proxy with its credentials (HTTPS_PROXY), or have the address allowed"), enter("the host", "{host}"))
	rows = append(rows, row{id: "NET-proxy-page", status: []int{407}, what: "a proxy answers instead of the provider", causes: []string{"the proxy wants a login"},
		fixes: []fix{do("set the proxy with its credentials (HTTPS_PROXY)")}, spec: "RFC 9110 15.5.8", mark: preset.Checked, source: "RFC 9110 15.5.8"})
	add("NET-proxy", "RFC 9110 9.3.6", "the proxy could not be reached, or refused to connect to {host|the provider}", []record.FailureKind{record.FailProxy},
		[]pattern{"proxyconnect", "tunneling socket could not be established", "proxyerror", "cannot connect to proxy", "received http code 407 from proxy", "connect tunnel failed"},
		[]string{"HTTPS_PROXY names a proxy that is not there", "the proxy wants a login", "the proxy blocks the host"}, do("correct HTTPS_PROXY, or take it away"), enter("or let this host pass by the proxy", "NO_PROXY={host}"))
	add("CL-24", "RFC 5280 6.1", "the certificate of {host|the provider} comes from an authority that is not trusted here", []record.FailureKind{record.FailTLSUnknown},
		[]pattern{"certificate signed by unknown authority", "self signed certificate", "self-signed certificate", "self_signed_cert_in_chain", "depth_zero_self_signed_cert", "unable to get local issuer certificate", "unable_to_verify_leaf_signature", "unable to verify the first certificate", "pkix path building failed", "unable to find valid certification path", "certificate verify failed", "untrustedroot", "the remote certificate is invalid", "certificate is not trusted", "unknown_ca", "unknown ca"},
		[]string{"a certificate of your organization's own authority", "a proxy opens the TLS connections and signs anew", "the server does not send its intermediate certificate", "the certificate is self-signed"}, caFile, do("have the server send the whole chain"))
	add("CL-24", "RFC 9525 6", "the certificate of {host|the provider} is for another name", []record.FailureKind{record.FailTLSName},
		[]pattern{"certificate is valid for", "not valid for any names", "does not match certificate's altnames", "err_tls_cert_altname_invalid", "no alternative certificate subject name matches", "hostname*doesn't match", "no subject alternative", "hostname mismatch", "remotecertificatenamemismatch", "cannot validate certificate for", "relies on legacy common name"},
		[]string{"the address uses an inside name or an IP address", "DNS or a proxy leads to another server", "the certificate lacks this name"}, do("use a name that the certificate has"), enter("the name that was asked for", "{host}"))
	add("CL-24", "RFC 5280 4.1.2.5", "the certificate of {host|the provider} is not valid now", []record.FailureKind{record.FailTLSExpired},
		[]pattern{"certificate has expired", "cert_has_expired", "expired or is not yet valid", "certificate is not yet valid", "certificate_expired", "certificate expired", "validity check failed", "notafter"},
		[]string{"it was not renewed in time", "the clock of this machine is wrong"}, do("renew the certificate"), syncClock())
	add("CL-25", "RFC 9110 15.4", "the request was redirected more often, or elsewhere, than is safe", []record.FailureKind{record.FailRedirect},
		[]pattern{"too many redirects", "err_too_many_redirects", "redirected you too many times", "stopped after 10 redirects", "redirect loop"},
		[]string{"http is redirected to https, and a POST loses its body on the way", "a proxy and the server send each other in circles"}, do("use the https address that the redirect leads to"), do("tell the server its outside address"))
	add("NET-plain", "RFC 9110 4.2", "{host|the server} speaks plain HTTP where TLS is expected, or something else", []record.FailureKind{record.FailNotHTTP},
		[]pattern{"server gave http response to https client", "wrong version number", "unsupported or unrecognized ssl message", "record layer failure", "first record does not look like a tls handshake", "malformed http", "http/0.9", "ssl handshake", "sslhandshakeexception", "handshake failure", "ssl_error", "protocol version", "tls alert"},
		[]string{"the port is that of plain HTTP", "TLS versions or ciphers have nothing in common", "a firewall or another service answers", "the server wants a client certificate"}, enter("look with", "openssl s_client -connect {host}"), do("check scheme and port"))
	rows = append(rows, row{id: "CL-24", when: failed(record.FailTLSOther), what: "no TLS connection comes about with {host|the provider}: {got|see how it failed}", spec: "RFC 8446 6", mark: preset.Checked, source: "RFC 8446 6",
		causes: []string{"the port is that of plain HTTP", "TLS versions or ciphers have nothing in common", "the server wants a client certificate"}, fixes: []fix{enter("look with", "openssl s_client -connect {host}"), do("check scheme and port")}})
	add("NET-client-certificate", "RFC 8446 4.4.2; RFC 8705 2", "the server refused the TLS connection because of the certificate on the client's side, or of its lack", nil,
		[]pattern{"tls: bad certificate", "tls: certificate required", "tls: unknown certificate authority", "alert bad certificate", "alert certificate required", "sslv3 alert bad certificate", "no required ssl certificate was sent", "err_bad_ssl_client_auth_cert"},
		[]string{"the endpoint wants a client certificate (mutual TLS), and none was sent", "the certificate is of an authority that the server does not trust, or has expired", "or the other way round: the one who connects does not trust the server's certificate, and said so"}, enter("send the client's certificate", "--cert client.pem --key client.key"), do("or take the endpoint without mutual TLS: mtls_endpoint_aliases are apart from the usual ones"))
	add("NET-dns", "RFC 1034 3.7", "the name {host|of the provider} can't be found", []record.FailureKind{record.FailDNS},
		[]pattern{"no such host", "enotfound", "name or service not known", "unknownhostexception", "getaddrinfo", "could not resolve host", "name resolution", "nodename nor servname", "eai_again", "nxdomain", "dns lookup"},
		[]string{"a typing error in the host name", "the name is known inside a network or VPN only", "the name server does not answer"}, enter("compare the name", "{host}"), do("connect to the VPN, or ask the network's own name server"))
	add("NET-refused", "RFC 9293 3.5.3", "nothing accepts connections at {host|the provider}", []record.FailureKind{record.FailRefused},
		[]pattern{"connection refused", "econnrefused", "actively refused", "connectexception"},
		[]string{"the server is not running, or listens on another port", "inside a container, localhost is the container itself", "a firewall rejects"}, enter("compare host and port", "{host}"), do("from a container, use the host's name instead of localhost"))
	add("NET-unreachable", "RFC 792", "there is no way to {host|the provider}", []record.FailureKind{record.FailUnreachable},
		[]pattern{"no route to host", "network is unreachable", "ehostunreach", "enetunreach", "host is unreachable"},
		[]string{"the VPN is off", "IPv6 is announced but does not work"}, do("connect to the network or VPN that has it"))
	add("NET-timeout", "RFC 9293 3.8.3", "{host|the provider} did not answer in time", []record.FailureKind{record.FailTimeout},
		[]pattern{"tls handshake timeout", "i/o timeout", "context deadline exceeded", "etimedout", "timed out", "sockettimeoutexception", "timeout exceeded", "client.timeout", "operation timeout", "esockettimedout"},
		[]string{"a firewall drops the packets", "the provider is overloaded", "a proxy is needed"}, enter("give it more time", "--timeout 2m"), do("check firewall and proxy (HTTPS_PROXY)"))
	add("NET-reset", "RFC 9293 3.5.3", "{host|the provider} ended the connection without an answer", []record.FailureKind{record.FailReset},
		[]pattern{"connection reset", "econnreset", "socket hang up", "remote end closed", "broken pipe", "connection was closed", "connection aborted", "empty reply from server"},
		[]string{"{certificate_shown|}", "a proxy or firewall cuts the connection", "the server crashed or restarted"}, do("try once more"), readLog())
	add("NET-truncated", "RFC 9112 8", "the answer of {host|the provider} was cut off", []record.FailureKind{record.FailTruncated},
		[]pattern{"unexpected eof", "incomplete read", "premature close", "premature end of", "content-length mismatch", "err_content_length_mismatch", "transfer closed with"},
		[]string{"a proxy or firewall cuts the connection", "the server crashed or restarted while it answered", "Content-Length says more than there is"}, do("try once more"), readLog())
	add("NET-dropped", "", "the request was not sent: it was dropped at the gate", []record.FailureKind{record.FailDropped}, nil, []string{"you dropped it"}, do("run the step again and send it"))
	rows = append(rows, row{id: "NET-header", when: failed(record.FailOther), text: []pattern{"invalid header field value"}, spec: "RFC 9110 5.5", mark: preset.Checked, source: "RFC 9110 5.5",
		what: "the request was not sent: a token or secret holds what no header field can, such as a line break", causes: []string{"two values were read where one is wanted", "the value was copied with a line break inside"},
		fixes: []fix{do("look at what the reference of the token or secret gives: one line, without spaces inside")}})
	add("NET-other", "", "the connection to {host|the provider} failed", []record.FailureKind{record.FailOther}, nil, []string{"what its words say"}, do("try once more"))
	return rows
}
