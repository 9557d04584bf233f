package flows

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// idp is a provider for tests. It is told what it wants (want) and what it answers (answer); without being told it is a
// good provider. It runs inside the transport: nothing leaves the process, and time is that of the synctest bubble.
type idp struct {
	t      *testing.T
	issuer string
	key    *ecdsa.PrivateKey
	kid    string

	mu      sync.Mutex
	answers map[string][]http.HandlerFunc // by path; the last one stays
	seen    []*seenRequest
	login   url.Values                    // parameters of the last authorization request
	claims  func(claims map[string]any)   // changes the ID token's claims
	tokens  func(answer map[string]any)   // changes the token answer
	meta    func(document map[string]any) // changes the discovery document
	header  func(header map[string]any)   // changes the ID token's header
}

type seenRequest struct {
	*http.Request
	form url.Values
}

var testKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{7}, 32))
	if err != nil {
		panic(err)
	}
	return key
})

func newIDP(t *testing.T) *idp {
	return &idp{t: t, issuer: "https://idp.example", key: testKey(), kid: "k1", answers: make(map[string][]http.HandlerFunc)}
}

// answer tells what to answer at a path, one after the other; the last answer stays.
func (p *idp) answer(path string, handlers ...http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = handlers
}

func reply(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		} else {
			w.Header()["Content-Type"] = nil
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func replyJSON(status int, v any) http.HandlerFunc {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return reply(status, "application/json", string(body))
}

// RoundTrip serves the request; it returns early when the request's context ends.
func (p *idp) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, _ := url.ParseQuery(string(body))
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	p.mu.Lock()
	p.seen = append(p.seen, &seenRequest{r, form})
	handler := p.route(r.URL.Path)
	p.mu.Unlock()
	done := make(chan *http.Response, 1)
	go func() {
		rec := httptest.NewRecorder()
		handler(rec, r)
		res := rec.Result()
		res.Request = r
		done <- res
	}()
	select {
	case res := <-done:
		return res, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func readAll(r io.Reader) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	return io.ReadAll(r)
}

func (p *idp) route(path string) http.HandlerFunc {
	if all := p.answers[path]; len(all) > 0 {
		if len(all) > 1 {
			p.answers[path] = all[1:]
		}
		return all[0]
	}
	switch path {
	case "/.well-known/openid-configuration":
		return replyJSON(200, p.document())
	case "/keys":
		return replyJSON(200, map[string]any{"keys": []any{p.jwk(p.kid)}})
	case "/token":
		return p.token
	case "/device":
		return replyJSON(200, map[string]any{"device_code": "device-code-0123456789", "user_code": "WDJB-MJHT",
			"verification_uri": p.issuer + "/activate", "verification_uri_complete": p.issuer + "/activate?user_code=WDJB-MJHT",
			"expires_in": 600, "interval": 5})
	case "/userinfo":
		return replyJSON(200, map[string]any{"sub": "alice", "email": "alice@example.com"})
	}
	return http.NotFound
}

func (p *idp) document() map[string]any {
	d := map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token",
		"userinfo_endpoint": p.issuer + "/userinfo", "jwks_uri": p.issuer + "/keys",
		"device_authorization_endpoint": p.issuer + "/device", "response_types_supported": []string{"code"},
		"scopes_supported":                 []string{"openid", "profile", "email", "offline_access"},
		"code_challenge_methods_supported": []string{"S256"}, "id_token_signing_alg_values_supported": []string{"ES256"},
		"authorization_response_iss_parameter_supported": true,
	}
	if p.meta != nil {
		p.meta(d)
	}
	return d
}

func (p *idp) jwk(kid string) map[string]any {
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		p.t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return map[string]any{"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "use": "sig", "x": b64(point[1:33]), "y": b64(point[33:])}
}

// token checks what a good provider checks, and answers.
func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	if r.PostForm.Get("grant_type") == "authorization_code" {
		challenge := oauth2.S256ChallengeFromVerifier(r.PostForm.Get("code_verifier"))
		if challenge != p.login.Get("code_challenge") || r.PostForm.Get("code") != "code-0123456789" || r.PostForm.Get("redirect_uri") != p.login.Get("redirect_uri") {
			replyJSON(400, map[string]any{"error": "invalid_grant", "error_description": "the code can't be redeemed"})(w, r)
			return
		}
	}
	answer := map[string]any{"access_token": "access-0123456789", "token_type": "Bearer", "expires_in": 300,
		"refresh_token": "refresh-0123456789", "id_token": p.idToken("practice")}
	if p.tokens != nil {
		p.tokens(answer)
	}
	replyJSON(200, answer)(w, r)
}

func (p *idp) idToken(audience string) string {
	now := time.Now()
	claims := map[string]any{"iss": p.issuer, "sub": "alice", "aud": audience, "iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(), "auth_time": now.Unix()}
	if n := p.login.Get("nonce"); n != "" {
		claims["nonce"] = n
	}
	if p.claims != nil {
		p.claims(claims)
	}
	header := map[string]any{"alg": "ES256", "kid": p.kid}
	if p.header != nil {
		p.header(header)
	}
	return p.sign(header, claims)
}

func (p *idp) sign(header, claims map[string]any) string {
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	b64 := base64.RawURLEncoding.EncodeToString
	input := b64(h) + "." + b64(c)
	sum := sha256.Sum256([]byte(input))
	der, err := p.key.Sign(nil, sum[:], crypto.SHA256) // without randomness: the same token every time, for goldens
	if err != nil {
		p.t.Fatal(err)
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		p.t.Fatal(err)
	}
	signature := make([]byte, 64)
	pair.R.FillBytes(signature[:32])
	pair.S.FillBytes(signature[32:])
	return input + "." + b64(signature)
}

// requests lists what was asked: "POST /token".
func (p *idp) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, r := range p.seen {
		all = append(all, r.Method+" "+r.URL.Path)
	}
	return all
}

// form gives the form of the last request to a path.
func (p *idp) form(path string) url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.seen) - 1; i >= 0; i-- {
		if p.seen[i].URL.Path == path {
			return p.seen[i].form
		}
	}
	return nil
}

// memory is a network that lives in the process, for callback listeners and the browser that calls them.
type memory struct {
	mu        sync.Mutex
	listeners map[string]*memoryListener
	next      int
	busy      map[string]bool // addresses that belong to somebody else
}

func newMemory() *memory {
	return &memory{listeners: make(map[string]*memoryListener), next: 40000, busy: map[string]bool{}}
}

type memoryListener struct {
	address string
	network *memory
	conns   chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func (m *memory) listen(_ context.Context, _, address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if port == "0" {
		m.next++
		port = strconv.Itoa(m.next)
	}
	address = net.JoinHostPort(host, port)
	if m.busy[address] {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: errAddressInUse}
	}
	l := &memoryListener{address: address, network: m, conns: make(chan net.Conn), closed: make(chan struct{})}
	m.listeners[address] = l
	return l, nil
}

func (m *memory) dial(ctx context.Context, _, address string) (net.Conn, error) {
	m.mu.Lock()
	l := m.listeners[strings.Replace(address, "localhost", "127.0.0.1", 1)]
	m.mu.Unlock()
	if l == nil {
		return nil, fmt.Errorf("nothing listens at %s", address)
	}
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
		return nil, errors.New("closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.network.mu.Lock()
		delete(l.network.listeners, l.address)
		l.network.mu.Unlock()
	})
	return nil
}

type memoryAddr string

func (a memoryAddr) Network() string { return "tcp" }
func (a memoryAddr) String() string  { return string(a) }

func (l *memoryListener) Addr() net.Addr { return memoryAddr(l.address) }

// client is a browser's way to the listeners.
func (m *memory) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: m.dial, DisableKeepAlives: true}}
}

// mac gives an ID token with an HMAC by the client secret.
func (p *idp) mac(password string) string {
	parts := strings.Split(p.idToken("practice"), ".")
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`))
	h := hmac.New(sha256.New, []byte(password))
	io.WriteString(h, header+"."+parts[1])
	return header + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func TestNeededMode(t *testing.T) {
	for _, c := range []struct {
		announced          []string
		responseType, want string
	}{
		{nil, "code", ""}, {[]string{"query", "form_post"}, "code", ""}, {[]string{"form_post"}, "code", "form_post"}, {[]string{"query"}, "code id_token", ""},
		{[]string{"jwt", "query.jwt"}, "code", "query.jwt"}, {[]string{"jwt"}, "code", "jwt"}, {[]string{"fragment"}, "id_token", ""}, {[]string{"form_post"}, "id_token token", "form_post"},
		{[]string{"web_message"}, "code", ""},
	} {
		m := &Metadata{ResponseModesSupported: c.announced}
		if got := m.NeededMode(c.responseType); got != c.want {
			t.Errorf("%v of %q: %q, want %q", c.responseType, c.announced, got, c.want)
		}
	}
	m := &Metadata{Raw: []byte(`{"claims_supported": ["sub"], "ui_locales_supported": "de"}`)}
	if got := m.List("claims_supported"); len(got) != 1 || m.List("ui_locales_supported") != nil || new(Metadata).List("x") != nil {
		t.Errorf("lists: %q", got)
	}
}

func TestNeededModeIsTaken(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = func(d map[string]any) { d["response_modes_supported"] = []string{"form_post"} }
		w.browser = func(need NeedUser) {
			back, _ := url.Parse(w.answerOf(need, nil))
			res, err := w.memory.client().PostForm(w.idp.login.Get("redirect_uri"), back.Query())
			if err != nil {
				t.Error(err)
				return
			}
			res.Body.Close()
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil || w.idp.login.Get("response_mode") != "form_post" || w.found("response-mode-needed") == nil {
			t.Errorf("%v, response_mode %q", err, w.idp.login.Get("response_mode"))
		}
	})
}
