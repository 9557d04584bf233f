package flows

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"syscall"
)

// defaultRedirect is used when none is configured: the loopback address, a free port (RFC 8252 7.3). The name localhost
// is avoided: it may resolve elsewhere (RFC 8252 8.3), and some providers allow a free port only for the address.
const defaultRedirect = "http://127.0.0.1:0/callback"

// redirect is a redirect URI as configured. Providers compare it to the character, so only the port is ever changed, and
// only when none was given.
type redirect struct{ url *url.URL }

func parseRedirect(configured string) (redirect, error) {
	if configured == "" {
		configured = defaultRedirect
	}
	u, err := url.Parse(configured)
	switch {
	case err != nil:
		return redirect{}, problem(ProblemConfig, "a redirect URI", err.Error(), "RFC 6749 3.1.2")
	case u.Scheme == "" || u.Host == "" && u.Opaque == "":
		return redirect{}, problem(ProblemConfig, "an absolute redirect URI", fmt.Sprintf("%q", configured), "RFC 6749 3.1.2")
	case u.Fragment != "":
		return redirect{}, problem(ProblemConfig, "a redirect URI without a fragment", fmt.Sprintf("%q", configured), "RFC 6749 3.1.2")
	}
	return redirect{u}, nil
}

// local reports whether this program can listen there.
func (r redirect) local() bool { return r.url.Scheme == "http" && isLoopback(r.url.Hostname()) }

// port gives the port to listen on; "0" for any.
func (r redirect) port() string {
	if p := r.url.Port(); p != "" {
		return p
	}
	return "0"
}

// addresses lists where to listen.
func (r redirect) addresses() []string {
	if strings.EqualFold(r.url.Hostname(), "localhost") {
		return []string{"127.0.0.1", "::1"}
	}
	return []string{r.url.Hostname()}
}

// path is the path that a request for the redirect URI has.
func (r redirect) path() string {
	if r.url.Path == "" {
		return "/"
	}
	return r.url.Path
}

// withPort gives the redirect URI with the port that is listened on, for one that left it open.
func (r redirect) withPort(port string) string {
	if r.port() != "0" {
		return r.url.String()
	}
	u := *r.url
	u.Host = net.JoinHostPort(r.url.Hostname(), port)
	return u.String()
}

// withoutPort gives the redirect URI for a login where nobody listens: an open port is left out.
func (r redirect) withoutPort() string {
	if r.url.Port() != "0" {
		return r.url.String()
	}
	u := *r.url
	u.Host = strings.TrimSuffix(r.url.Host, ":0")
	return u.String()
}

// isAddressInUse also knows the number of Winsock, which errors.Is does not map.
func isAddressInUse(err error) bool {
	const winsock = 10048
	var no syscall.Errno
	return errors.Is(err, syscall.EADDRINUSE) || runtime.GOOS == "windows" && errors.As(err, &no) && no == winsock
}
