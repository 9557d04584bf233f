package practice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// A request passes, from outside in: observe (record, recover), guard (Host, size, CORS, headers), misbehave (the fault that
// was asked for, else nothing), the provider's own pages, and frontLibrary, which lets one request at a time into go-oidc and completes its answer.

// bodyLimit bounds a request's body. The largest honest one is a registration with a key set.
const bodyLimit = 256 << 10

func (p *Provider) newHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showIndex)
	mux.HandleFunc("GET /assets/{name}", serveAsset)
	mux.Handle("POST "+pathToken, p.passwordGrant(p.frontLibrary()))
	mux.Handle("/", p.frontLibrary())
	return p.observe(p.guard(p.misbehave(mux)))
}

// observe records the request, before the client learns the answer: who has the answer finds the record. It keeps the
// connection's goroutine alive when a handler panics.
func (p *Provider) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.active.Add(1)
		defer p.active.Done()
		s := &Seen{ID: p.seen.number(), Time: time.Now(), Method: r.Method, Path: r.URL.Path}
		a := &answer{header: w.Header(), status: http.StatusOK}
		a.header.Set(headerRequest, strconv.Itoa(s.ID))
		func() {
			defer func() {
				if trouble := recover(); trouble != nil {
					s.Code, s.Reason = string(goidc.ErrorCodeInternalError), fmt.Sprintf("panic: %v", trouble)
					a.refuse(http.StatusInternalServerError, goidc.ErrorCodeInternalError, "internal error")
				}
			}()
			next.ServeHTTP(a, r.WithContext(context.WithValue(r.Context(), seenKey{}, s)))
		}()
		s.Status = a.status
		p.seen.add(*s)
		if a.send != nil {
			a.send(w, r, a)
			return
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body.Bytes())
	})
}

// answer holds an answer back until it is complete.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
	send   func(http.ResponseWriter, *http.Request, *answer) // sends it in a way of its own; nil: as HTTP asks for
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// set replaces the answer.
func (a *answer) set(status int, body []byte) {
	a.status = status
	a.body.Reset()
	a.body.Write(body)
}

// refuse makes the answer an OAuth error (RFC 6749 5.2).
func (a *answer) refuse(status int, code goidc.ErrorCode, description string) {
	a.header.Set("Content-Type", "application/json")
	body, _ := json.Marshal(goidc.NewError(code, description))
	a.set(status, body)
}

// guard turns away what can't be meant for this provider.
func (p *Provider) guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A page on the web can give its own name this machine's address and read the answers (DNS rebinding). It can't
		// make the browser send our Host.
		if !p.isOurHost(r.Host) {
			refuse(w, r, http.StatusMisdirectedRequest, fmt.Sprintf("this is %s; the request was for %q", p.issuer, r.Host))
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if allowCORS(h, r) {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		// The person's yes must come from the provider's own page. Other POSTs come from clients, which authenticate.
		if isPersonsAnswer(r.URL.Path) {
			if err := sameOrigin.Check(r); err != nil {
				refuse(w, r, http.StatusForbidden, err.Error())
				return
			}
		}
		if status, err := readBody(w, r); err != nil {
			refuse(w, r, status, err.Error())
			return
		}
		noteClient(r)
		next.ServeHTTP(w, r)
	})
}

// isOurHost accepts the names of the loopback address, with one of our ports.
func (p *Provider) isOurHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	for _, ours := range []string{p.host, p.tlsHost} {
		_, ourPort, _ := net.SplitHostPort(ours)
		if host == ours || err == nil && port == ourPort && isLoopback(name) {
			return true
		}
	}
	return false
}

// allowCORS lets a single-page application on this machine call the endpoints, and reports whether r was only the
// browser's question. Pages from elsewhere are not allowed to read anything.
func allowCORS(h http.Header, r *http.Request) (preflight bool) {
	if strings.HasPrefix(r.URL.Path, pathAuthorize) || strings.HasPrefix(r.URL.Path, pathDevice+"/") {
		return false
	}
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if u, err := url.Parse(origin); err != nil || !isLoopback(u.Hostname()) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "DPoP-Nonce, WWW-Authenticate, "+headerRequest)
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP")
	return true
}

func isPersonsAnswer(path string) bool {
	return slices.ContainsFunc([]string{pathAuthorize, pathDevice, pathLogout}, func(page string) bool {
		return strings.HasPrefix(path, page+"/")
	})
}

// readBody reads the whole body, so that a slow client holds up nobody else in go-oidc.
func readBody(w http.ResponseWriter, r *http.Request) (status int, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge, fmt.Errorf("body of at most %d bytes wanted", tooLarge.Limit)
	} else if err != nil {
		return http.StatusBadRequest, fmt.Errorf("reading the body: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseForm(); err != nil {
		return http.StatusBadRequest, fmt.Errorf("reading the form: %w", err)
	}
	return 0, nil
}

// noteClient records who the client says it is.
func noteClient(r *http.Request) {
	s := seenFrom(r.Context())
	s.ClientID, s.GrantType = r.FormValue("client_id"), r.PostFormValue("grant_type")
	if id, _, ok := r.BasicAuth(); ok && s.ClientID == "" {
		s.ClientID = id
	}
}

// refuse answers a request that never reaches the protocol.
func refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	s := seenFrom(r.Context())
	s.Code, s.Reason = string(goidc.ErrorCodeInvalidRequest), why
	http.Error(w, why, status)
}

// frontLibrary completes go-oidc: what has to happen before it sees a request, and after it has answered. observe sees to
// it that the writer is an answer.
func (p *Provider) frontLibrary() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.askLibrary(w.(*answer), r) })
}

func (p *Provider) askLibrary(a *answer, r *http.Request) {
	p.libraryMu.Lock()
	defer p.libraryMu.Unlock()
	switch r.URL.Path {
	case pathAuthorize, pathPAR:
		p.allowLoopbackRedirect(r, "redirect_uri", func(c *goidc.Client) *[]string { return &c.RedirectURIs })
	case pathLogout:
		p.allowLoopbackRedirect(r, "post_logout_redirect_uri", func(c *goidc.Client) *[]string { return &c.PostLogoutRedirectURIs })
	case pathASMetadata:
		r.URL.Path = pathDiscovery
	case pathDevice:
		normaliseUserCode(r)
	case pathToken:
		r = redeeming(r)
	}
	decodeBasic(r)
	r = p.showCertificate(r)
	if p.answered(a, r) {
		return
	}
	p.library.ServeHTTP(a, r)
	switch r.URL.Path {
	case pathToken:
		p.completeTokens(a)
	case pathDeviceAuth:
		p.completeDevice(a, r)
	case pathBackchannel:
		p.askSoon(a, r)
	case pathDiscovery:
		p.completeMetadata(a)
	case pathIntrospect:
		if err := p.signIntrospection(a, r); err != nil {
			a.refuse(http.StatusInternalServerError, goidc.ErrorCodeInternalError, err.Error())
		}
	}
	p.completeErrors(a, r)
	p.dressFormPost(a)
}

// answered handles the requests that go-oidc should not see at all.
func (p *Provider) answered(a *answer, r *http.Request) bool {
	p.askPerson(r)
	return p.repeated(a, r) || p.tooFast(a, r) || p.wantsNonce(a, r) || p.deviceFinished(a, r)
}

// repeated refuses a request in which a parameter comes twice (RFC 6749 3.1, 3.2): two programs on its way may read different ones. Of
// resources and audiences there may be several (RFC 8707 2, RFC 8693 2.1).
func (p *Provider) repeated(a *answer, r *http.Request) bool {
	form := r.PostForm
	switch r.URL.Path {
	case pathAuthorize:
		form = r.Form
	case pathToken, pathPAR, pathDeviceAuth:
	default:
		return false
	}
	for name, values := range form {
		if len(values) < 2 || name == "resource" || name == "audience" {
			continue
		}
		s := seenFrom(r.Context())
		s.Code, s.Reason = string(goidc.ErrorCodeInvalidRequest), fmt.Sprintf("the parameter %q comes %d times", name, len(values))
		if r.URL.Path == pathAuthorize {
			_ = p.showError(a, r, nil)
		} else {
			a.refuse(http.StatusBadRequest, goidc.ErrorCodeInvalidRequest, "a parameter comes twice")
		}
		return true
	}
	return false
}

// allowLoopbackRedirect registers the redirect address of a client of ours if it is on this machine (RFC 8252 7.3).
// go-oidc ignores the port for IP addresses only, and knows no wildcard for the path.
func (p *Provider) allowLoopbackRedirect(r *http.Request, name string, registered func(*goidc.Client) *[]string) {
	i := slices.IndexFunc(p.standing, func(s standing) bool { return s.ID == seenFrom(r.Context()).ClientID && s.ID != strictClient })
	u, err := url.Parse(r.FormValue(name))
	if i < 0 || err != nil || u.Scheme != "http" || !isLoopback(u.Hostname()) || u.User != nil || u.Fragment != "" {
		return
	}
	switch host := u.Hostname(); {
	case host == "localhost", name != "redirect_uri": // compared with its port
	case strings.Contains(host, ":"):
		u.Host = "[" + host + "]"
	default:
		u.Host = host
	}
	uris := registered(p.standing[i].Client)
	if uri := u.String(); !slices.Contains(*uris, uri) {
		const kept = 100
		*uris = append((*uris)[max(0, len(*uris)-kept):], uri)
	}
}
