package preset

import (
	"net/netip"
	"net/url"
	"strings"
)

// Redirect is how a provider compares the redirect URI of a request with the registered ones. It decides whether a client
// that listens on a free port can log in at all (RFC 8252 7.3 asks providers to let any port through).
type Redirect string

const (
	Exact         Redirect = "exact"           // to the character, port included
	AnyPort       Redirect = "any-port"        // any port on localhost and on loopback addresses
	AnyPortIP     Redirect = "any-port-ip"     // any port on 127.0.0.1 and [::1], the registered one on localhost
	AnyPortName   Redirect = "any-port-name"   // any port on localhost, the registered one on addresses
	Unregistered  Redirect = "unregistered"    // any loopback redirect URI while none is registered
	BelowCallback Redirect = "below-callback"  // anything below the registered path
	RealDomain    Redirect = "https-domain"    // https with a real domain: nothing on this machine
	Wildcard      Redirect = "wildcard-at-end" // exact, or a registered one that ends in *
)

// Register gives the redirect URI to register so that sent, the one of a request, is accepted next time too: with the port
// where it counts, without where it does not. It is "" when no registration makes it work.
func (r Redirect) Register(sent string) string {
	u, err := url.Parse(sent)
	if err != nil || u.Host == "" {
		return ""
	}
	loopback, name := isLoopback(u.Hostname())
	switch r {
	case RealDomain:
		if u.Scheme != "https" || loopback {
			return ""
		}
	case AnyPort:
		if loopback {
			return withoutPort(u)
		}
	case AnyPortIP:
		if loopback && !name {
			return withoutPort(u)
		}
	case AnyPortName:
		if loopback {
			named := *u
			named.Host = "localhost"
			return named.String()
		}
	case Wildcard:
		if loopback {
			u.Path, u.RawPath, u.RawQuery = "/", "", ""
			return withoutPort(u) + "*"
		}
	}
	return sent
}

func withoutPort(u *url.URL) string {
	open := *u
	open.Host = u.Hostname()
	if strings.Contains(open.Host, ":") {
		open.Host = "[" + open.Host + "]"
	}
	return open.String()
}

// isLoopback says whether a host means this machine, and whether it does so by the name localhost (RFC 8252 8.3).
func isLoopback(host string) (loopback, name bool) {
	if strings.EqualFold(host, "localhost") {
		return true, true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback(), false
}
