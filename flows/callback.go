package flows

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
)

// maxCallback bounds the body of a form_post answer, in bytes.
const maxCallback = 64 << 10

// callbackListener is the loopback end of a redirect URI (RFC 8252 7.3). Its life: listen, take exactly one answer, tell
// the browser how it went, close. Whatever else knocks (favicons, prefetches, pages that guess the port) gets 404 or a
// page of explanation and changes nothing.
type callbackListener struct {
	redirectURI string
	path        string
	hosts       []string // values of the Host field that are ours; anything else is DNS rebinding
	expected    expectation
	now         func() time.Time

	server *http.Server
	taken  atomic.Bool
	told   chan struct{} // closed when the browser has its page
	got    chan callbackAnswer
	notes  chan callbackNotice
	asked  chan callbackQuestion
	closed chan struct{} // closed when nobody answers questions any more
}

// callbackQuestion is an answer that only the engine's goroutine can judge: opening it may take another request.
type callbackQuestion struct {
	params url.Values
	judged chan<- callbackAnswer
}

// callbackNotice is something seen at the listener that the person should know of.
type callbackNotice struct{ slug, message, fix, ref string }

// listenForCallback opens the listener. For localhost both address families are taken on the same port, because a browser
// may use either, and a stranger who listens on the other one would get the code.
func (s *state) listenForCallback(ctx context.Context, r redirect) (*callbackListener, error) {
	if !r.local() {
		return nil, problem(ProblemConfig, "a redirect URI on this machine (http://127.0.0.1, http://[::1] or http://localhost), or the address pasted by hand",
			r.url.String(), "RFC 8252 7.3")
	}
	listeners, port, err := s.openPorts(ctx, r)
	if err != nil {
		return nil, problem(ProblemConfig, "to listen at "+r.url.Host+" for the browser", err.Error(), "RFC 8252 7.3")
	}
	l := &callbackListener{
		redirectURI: r.withPort(port), path: r.path(),
		expected: s.expected(ctx), now: s.cfg.Now,
		told: make(chan struct{}), got: make(chan callbackAnswer, 1), notes: make(chan callbackNotice, 4),
		asked: make(chan callbackQuestion), closed: make(chan struct{}),
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", r.url.Hostname()} {
		l.hosts = append(l.hosts, host+":"+port)
		if port == "80" {
			l.hosts = append(l.hosts, host)
		}
	}
	l.server = &http.Server{Handler: l, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second,
		MaxHeaderBytes: maxCallback, ErrorLog: log.New(io.Discard, "", 0)}
	l.server.SetKeepAlivesEnabled(false)
	for _, listener := range listeners {
		go l.server.Serve(listener)
	}
	return l, nil
}

// openPorts listens on every address of the redirect URI's host.
func (s *state) openPorts(ctx context.Context, r redirect) ([]net.Listener, string, error) {
	first, err := s.cfg.Listen(ctx, "tcp", net.JoinHostPort(r.addresses()[0], r.port()))
	if err != nil {
		return nil, "", err
	}
	listeners := []net.Listener{first}
	_, port, err := net.SplitHostPort(first.Addr().String())
	if err != nil {
		first.Close()
		return nil, "", err
	}
	for _, address := range r.addresses()[1:] {
		second, err := s.cfg.Listen(ctx, "tcp", net.JoinHostPort(address, port))
		switch {
		case err == nil:
			listeners = append(listeners, second)
		case isAddressInUse(err):
			first.Close()
			return nil, "", fmt.Errorf("port %s of %s belongs to another program: %w", port, address, err)
		}
	}
	return listeners, port, nil
}

// answers, questions and notices work on a nil listener too, and then never deliver.
func (l *callbackListener) answers() <-chan callbackAnswer {
	if l == nil {
		return nil
	}
	return l.got
}

func (l *callbackListener) questions() <-chan callbackQuestion {
	if l == nil {
		return nil
	}
	return l.asked
}

func (l *callbackListener) notices() <-chan callbackNotice {
	if l == nil {
		return nil
	}
	return l.notes
}

// close closes everything, once the page has reached the browser: one that finds nothing listening shows an error page
// after a good login. http.Server.Shutdown would also wait for the connections that browsers open in advance.
func (l *callbackListener) close() {
	close(l.closed)
	if l.taken.Load() {
		timer := time.NewTimer(time.Second)
		defer timer.Stop()
		select {
		case <-l.told:
		case <-timer.C:
		}
	}
	l.server.Close()
}

// ServeHTTP answers the browser.
func (l *callbackListener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close")
	switch {
	case !l.isOurs(r.Host):
		writePage(w, http.StatusMisdirectedRequest, pageStranger)
		return
	case !l.isPath(r.URL.Path) || strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch"):
		writePage(w, http.StatusNotFound, pageNotFound)
		return
	}
	params, carrier, err := l.params(w, r)
	switch {
	case err != nil:
		writePage(w, http.StatusMethodNotAllowed, pageMethod)
	case isEmptyAnswer(params) && l.expected.isLogout(): // a logout may bring nothing back, however wrong that is
		l.takeOnce(w, r, params, nil)
	case isEmptyAnswer(params) && r.Method == http.MethodGet:
		if l.expected.carrier != modeFragment {
			l.notice(callbackNotice{"callback-empty", "the browser came back without any parameter: the answer stands behind the # of the address, where the browser keeps it, or nowhere",
				"if the page does not hand it over, paste the address from the browser's address bar, or ask for response_mode=query", "OAuth 2.0 Multiple Response Types 2.1"})
		}
		writePage(w, statusOfHandOver(l.expected.carrier), pageHandOver)
	case isEmptyAnswer(params):
		writePage(w, http.StatusBadRequest, pageFragment)
	default:
		l.takeOnce(w, r, params, l.oddities(r, carrier))
	}
}

// statusOfHandOver: without an answer in it the request is a wrong one, unless the fragment was asked for.
func statusOfHandOver(carrier string) int {
	if carrier == modeFragment {
		return http.StatusOK
	}
	return http.StatusBadRequest
}

// isPath compares with the redirect URI's path. A slash more or less at its end is forgiven: state ties the answer to this login.
func (l *callbackListener) isPath(path string) bool {
	return path == l.path || strings.TrimSuffix(path, "/") == strings.TrimSuffix(l.path, "/")
}

// oddities are what is unusual about the way an answer came, and no reason to refuse it.
func (l *callbackListener) oddities(r *http.Request, carrier string) []callbackNotice {
	var odd []callbackNotice
	if r.URL.Path != l.path {
		odd = append(odd, callbackNotice{"callback-path", fmt.Sprintf("the browser was sent to %s, not to %s as the redirect URI says", excerpt([]byte(r.URL.Path), 80), l.path),
			"the provider should use the redirect URI as it was given, to the character", "RFC 6749 3.1.2.3"})
	}
	if want := l.expected.carrier; carrier != want && !l.expected.isLogout() {
		odd = append(odd, callbackNotice{"answer-carrier", fmt.Sprintf("the answer came by %s, where %s is due", carrier, want),
			"other clients wait for it in the other place; ask for the mode in so many words: --response-mode " + want, "OAuth 2.0 Multiple Response Types 2.1"})
	}
	return odd
}

// takeOnce takes the first answer, and no other.
func (l *callbackListener) takeOnce(w http.ResponseWriter, r *http.Request, params url.Values, odd []callbackNotice) {
	switch {
	case !l.taken.CompareAndSwap(false, true):
		writePage(w, http.StatusGone, pageTaken)
	default:
		l.take(w, r, params, odd)
	}
}

// take judges the one answer, tells the browser, and hands it to the engine, in this order.
func (l *callbackListener) take(w http.ResponseWriter, r *http.Request, params url.Values, odd []callbackNotice) {
	answer, ok := l.judge(params)
	answer.odd = odd
	if !ok {
		writePage(w, http.StatusGone, pageTaken)
		close(l.told)
		return
	}
	answer.from = "the browser, at the redirect URI"
	page, status := pageSuccess, http.StatusOK
	if l.expected.isLogout() {
		page = pageLoggedOut
	}
	if answer.problem != nil {
		page, status = pageFailure(answer.problem), http.StatusBadRequest
	}
	body := writePage(w, status, page)
	http.NewResponseController(w).Flush()
	close(l.told)
	answer.exchange = l.recorded(r, params, status, w.Header(), body)
	l.got <- answer
}

// judge has the answer judged, by the engine where that is needed; ok is false when the engine has gone.
func (l *callbackListener) judge(params url.Values) (answer callbackAnswer, ok bool) {
	if l.expected.jarm == nil {
		return l.expected.judge(params), true
	}
	judged := make(chan callbackAnswer, 1)
	select {
	case l.asked <- callbackQuestion{params, judged}:
		return <-judged, true
	case <-l.closed:
		return answer, false
	}
}

// isOurs checks the Host field: a page of a stranger whose name suddenly resolves to 127.0.0.1 sends its own name.
func (l *callbackListener) isOurs(host string) bool {
	for _, ours := range l.hosts {
		if strings.EqualFold(host, ours) {
			return true
		}
	}
	return false
}

// isEmptyAnswer reports whether there is nothing of an answer in the parameters.
func isEmptyAnswer(q url.Values) bool {
	return !q.Has("code") && !q.Has("error") && !q.Has("state") && !q.Has("response")
}

var errMethod = errors.New("want GET, or POST of a form")

// params reads the answer from the query, from the body of a form_post (OAuth 2.0 Form Post Response Mode 2), or from what
// our own page hands over of a fragment, which browsers never send by themselves; and says which of them it was. All are
// read whatever was asked for: providers choose for themselves (Apple posts, and errors stand in a fragment now and then), and
// what an answer has to prove does not depend on it.
func (l *callbackListener) params(w http.ResponseWriter, r *http.Request) (params url.Values, carrier string, err error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method == http.MethodGet:
		return r.URL.Query(), modeQuery, nil
	case r.Method != http.MethodPost || media != formType:
		return nil, "", errMethod
	}
	form, err := l.form(w, r)
	if err != nil || !form.Has("fragment") {
		return form, modeFormPost, err
	}
	if origin := r.Header.Get("Origin"); origin != "" && !strings.EqualFold(origin, "http://"+r.Host) {
		return nil, "", errMethod
	}
	params, err = url.ParseQuery(form.Get("fragment"))
	return params, modeFragment, err
}

func (l *callbackListener) form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxCallback)
	err := r.ParseForm()
	return r.PostForm, err
}

func (l *callbackListener) notice(n callbackNotice) {
	select {
	case l.notes <- n:
	default: // the same explanation four times is enough
	}
}

// recorded makes an exchange of the browser's request to us, so that it is seen with the others.
func (l *callbackListener) recorded(r *http.Request, params url.Values, status int, sent http.Header, page []byte) *record.Exchange {
	var body []byte
	if r.Method == http.MethodPost {
		body = []byte(params.Encode())
	}
	return inbound(r, body, status, sent, page, l.now())
}

// inbound makes an exchange of a request to one of our listeners.
func inbound(r *http.Request, body []byte, status int, sent http.Header, answer []byte, at time.Time) *record.Exchange {
	return &record.Exchange{
		Request:    record.Request{Method: r.Method, URL: "http://" + r.Host + r.URL.RequestURI(), Proto: r.Proto, Headers: record.Fields(r.Header), Body: record.Keep(body)},
		Response:   &record.Response{Status: status, Reason: fmt.Sprintf("%d %s", status, http.StatusText(status)), Proto: r.Proto, Headers: record.Fields(sent), Body: record.Keep(answer)},
		Timing:     record.Timing{Start: at},
		Connection: record.Connection{Remote: r.RemoteAddr},
	}
}
