package doctor

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
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// provider is a server that is told what to answer, and remembers what it was asked.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string
	answers map[string]http.HandlerFunc
	pause   func() // what every answer but the document's waits for; may be nil
}

// newProvider starts one over TLS, with a document that names its own address. cert may be nil: then it is a good one.
func newProvider(t *testing.T, cert *tls.Certificate) *provider {
	t.Helper()
	p := &provider{answers: map[string]http.HandlerFunc{}}
	p.Server = httptest.NewUnstartedServer(p)
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	if cert != nil {
		p.TLS = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	p.StartTLS()
	t.Cleanup(p.Close)
	p.say("/.well-known/openid-configuration", 200, "application/json", strings.ReplaceAll(whole, issuer, p.URL))
	p.say("/keys", 200, "application/jwk-set+json", `{"keys":[`+rsaKey("a")+`,`+rsaJWK("b", otherRSA().N)+`]}`)
	p.say("/authorize", 400, "text/html", page)
	p.say("/token", 400, "application/json", refusal)
	p.say("/userinfo", 401, "text/plain", "", "WWW-Authenticate", "Bearer")
	p.say("/logout", 200, "text/html", page)
	p.say("/revoke", 401, "application/json", refusal)
	p.say("/introspect", 401, "application/json", refusal)
	return p
}

func (p *provider) say(path string, status int, media, body string, headers ...string) {
	p.answers[path] = func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Cache-Control", "max-age=7200")
		if strings.HasPrefix(path, "/token") {
			h.Set("Cache-Control", "no-store")
		}
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("X-Frame-Options", "DENY")
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	p.asked = append(p.asked, fmt.Sprintf("%s %s %s auth=%q", r.Method, r.URL.Path, body, r.Header.Get("Authorization")))
	p.mu.Unlock()
	if p.pause != nil && !strings.HasPrefix(r.URL.Path, "/.well-known/") {
		p.pause()
	}
	if answer := p.answers[r.URL.Path]; answer != nil {
		answer(w, r)
		return
	}
	http.NotFound(w, r)
}

func (p *provider) config() Config {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw})
	return Config{Issuer: p.URL, Transport: flows.Transport{CAPEM: ca, Proxy: http.ProxyURL(nil)}}
}

func examine(t *testing.T, cfg Config) (*Report, []Event) {
	t.Helper()
	var events []Event
	report, err := Run(t.Context(), cfg, func(e Event) { events = append(events, e) })
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Outcomes) != len(Rules()) {
		t.Fatalf("%d outcomes of %d rules", len(report.Outcomes), len(Rules()))
	}
	return report, events
}

// told gives the outcome of one check.
func told(t *testing.T, r *Report, id string) Outcome {
	t.Helper()
	for _, o := range r.Outcomes {
		if o.ID == id {
			return o
		}
	}
	t.Fatalf("no outcome of %s", id)
	return Outcome{}
}

func wantFound(t *testing.T, r *Report, severity rule.Severity, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if o := told(t, r, id); o.Result != rule.Found || o.Worst() != severity {
			t.Errorf("%s: %s %s %q, want a finding of severity %s", id, o.Result, o.Worst(), o.Reason, severity)
		}
	}
	for _, o := range r.Outcomes {
		if o.Result == rule.Found && o.Worst() >= severity && !slices.Contains(ids, o.ID) {
			t.Errorf("besides: %s %s %+v", o.ID, o.Worst(), o.Findings)
		}
	}
}

func TestGoodProvider(t *testing.T) {
	p := newProvider(t, nil)
	report, events := examine(t, p.config())
	wantFound(t, report, rule.Warn)
	s := Count(report.Outcomes)
	if s.Passed < 75 || s.Errors+s.Warnings != 0 {
		t.Errorf("%+v", s)
	}
	if report.Profile != Login || report.Unreachable != "" || report.Requests < 15 || len(report.Overview.Keys) != 2 || len(report.Overview.Endpoints) < 7 {
		t.Errorf("%+v", report)
	}
	if _, ok := events[0].(Began); !ok {
		t.Errorf("the run opens with %T", events[0])
	}
	if _, ok := events[len(events)-1].(Done); !ok {
		t.Errorf("the run closes with %T", events[len(events)-1])
	}
	announced, probed := 0, 0
	for _, e := range events {
		switch e := e.(type) {
		case Probing:
			announced++
		case Exchanged:
			if strings.HasPrefix(e.Step, "probe-") {
				probed++
			}
		}
	}
	if announced < probed || probed < 8 {
		t.Errorf("%d requests announced, %d made", announced, probed)
	}
	for _, a := range p.asked {
		if !strings.Contains(a, `auth=""`) || strings.Contains(a, "secret") || strings.Contains(a, "password") {
			t.Errorf("a request holds a credential: %s", a)
		}
	}
}

// TestResultsStream holds the engine to its promise: what the document tells is told before a slow endpoint has answered.
func TestResultsStream(t *testing.T) {
	p := newProvider(t, nil)
	release := make(chan struct{})
	slowly := p.answers["/token"]
	p.answers["/token"] = func(w http.ResponseWriter, r *http.Request) { <-release; slowly(w, r) }
	seen := map[string]bool{}
	_, err := Run(t.Context(), p.config(), func(e Event) {
		c, ok := e.(Checked)
		if !ok {
			return
		}
		seen[c.ID] = true
		if c.ID == "JWKS-014" { // the document and the keys are judged: now the endpoint may answer
			if !seen["DISC-015"] || seen["EP-003"] {
				t.Errorf("before the token endpoint answered: DISC-015 %v, EP-003 %v", seen["DISC-015"], seen["EP-003"])
			}
			close(release)
		}
	})
	if err != nil || !seen["EP-003"] {
		t.Errorf("%v, EP-003 %v", err, seen["EP-003"])
	}
}

// TestTakesTwoRounds holds every answer after the document's back until that many requests wait for one: they go out at the same
// time, not one after another.
func TestTakesTwoRounds(t *testing.T) {
	const together = 8
	p := newProvider(t, nil)
	enough := make(chan struct{})
	var waiting atomic.Int32
	p.pause = func() {
		if waiting.Add(1) == together {
			close(enough)
		}
		select {
		case <-enough:
		case <-t.Context().Done():
		case <-time.After(20 * time.Second):
			t.Errorf("%d requests wait for an answer, no further one came", waiting.Load())
		}
	}
	if report, _ := examine(t, p.config()); report.Requests <= together {
		t.Errorf("only %d requests", report.Requests)
	}
}

func TestPassive(t *testing.T) {
	p := newProvider(t, nil)
	cfg := p.config()
	cfg.Passive = true
	report, _ := examine(t, cfg)
	for _, a := range p.asked {
		if !strings.Contains(a, "/.well-known/") && !strings.Contains(a, "/keys") || !strings.HasPrefix(a, "GET") || strings.Contains(a, "openid_configuration") {
			t.Errorf("asked: %s", a)
		}
	}
	for _, id := range []string{"EP-002", "EP-003", "TLS-003", "DISC-059"} {
		if o := told(t, report, id); o.Result != rule.NotReached || !strings.HasPrefix(o.Reason, "passive") {
			t.Errorf("%s: %s %q", id, o.Result, o.Reason)
		}
	}
}

func TestBadEndpoints(t *testing.T) {
	p := newProvider(t, nil)
	p.answers["/authorize"] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.FormValue("redirect_uri")+"?error=invalid_client", http.StatusFound)
	}
	p.say("/introspect", 200, "application/json", `{"active":false}`)
	p.say("/token", 200, "application/json", refusal)
	report, _ := examine(t, p.config())
	wantFound(t, report, rule.Error, "EP-002")
	for id, want := range map[string]rule.Result{"EP-007": rule.Found, "EP-003": rule.NotReached, "EP-010": rule.Found} {
		if got := told(t, report, id).Result; got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// TestCausesSilence holds one cause to one error: nothing that follows from it is told beside.
func TestCausesSilence(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *provider, cfg *Config)
		want   string
	}{
		"login page": {func(p *provider, _ *Config) { p.say("/.well-known/openid-configuration", 200, "text/html", page) }, "HTTP-007"},
		"forbidden": {func(p *provider, _ *Config) {
			p.say("/.well-known/openid-configuration", 403, "application/json", refusal)
		}, "DISC-001"},
		"not JSON":     {func(p *provider, _ *Config) { p.say("/.well-known/openid-configuration", 200, "application/json", "{") }, "DISC-002"},
		"slash":        {func(_ *provider, cfg *Config) { cfg.Issuer += "/" }, "DISC-006"},
		"letter case":  {func(_ *provider, cfg *Config) { cfg.Issuer = strings.Replace(cfg.Issuer, "https", "HTTPS", 1) }, "DISC-007"},
		"no keys":      {func(p *provider, _ *Config) { p.say("/keys", 500, "text/plain", "") }, "JWKS-001"},
		"empty set":    {func(p *provider, _ *Config) { p.say("/keys", 200, "application/json", `{"keys":[]}`) }, "JWKS-004"},
		"clock is off": {func(_ *provider, cfg *Config) { cfg.Now = func() time.Time { return time.Now().Add(10 * time.Minute) } }, "CLK-001"},
		"open redirect": {func(p *provider, _ *Config) {
			p.answers["/authorize"] = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, r.FormValue("redirect_uri"), http.StatusFound)
			}
		}, "EP-002"},
		"unknown issuer": {func(p *provider, cfg *Config) { cfg.Transport.CAPEM = nil }, "TLS-004"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t, nil)
			cfg := p.config()
			c.change(p, &cfg)
			report, _ := examine(t, cfg)
			wantFound(t, report, rule.Error, c.want)
		})
	}
}

func TestCertificates(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		from, until time.Time
		host        string
		want        string
		severity    rule.Severity
	}{
		"expired":    {now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1), "127.0.0.1", "TLS-001", rule.Error},
		"wrong name": {now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0), "192.0.2.1", "TLS-001", rule.Error},
		"ends soon":  {now.AddDate(-1, 0, 0), now.AddDate(0, 0, 3), "127.0.0.1", "TLS-002", rule.Warn},
	} {
		t.Run(name, func(t *testing.T) {
			cert := serverCertificate(t, c.from, c.until, net.ParseIP(c.host))
			p := newProvider(t, &cert)
			cfg := p.config()
			cfg.Transport.CAPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
			report, _ := examine(t, cfg)
			wantFound(t, report, c.severity, c.want)
			if (report.Unreachable != "") != (c.severity == rule.Error) {
				t.Errorf("unreachable: %q", report.Unreachable)
			}
		})
	}
}

func serverCertificate(t *testing.T, from, until time.Time, ip net.IP) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: until,
		IPAddresses: []net.IP{ip}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestAddresses has a name with two addresses, behind which two servers disagree.
func TestAddresses(t *testing.T) {
	good, other := newProvider(t, nil), newProvider(t, nil)
	_, port, _ := net.SplitHostPort(good.Listener.Addr().String())
	issuer := "https://example.com:" + port // the name in the test server's certificate
	for i, p := range []*provider{good, other} {
		document := strings.TrimSuffix(strings.ReplaceAll(whole, "https://idp.example", issuer), "}")
		p.say("/.well-known/openid-configuration", 200, "application/json", fmt.Sprintf(`%s,"op_x":%d}`, document, i))
	}
	cfg := good.config()
	cfg.Issuer = issuer
	cfg.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")}, nil
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "192.0.2.2:") {
			return net.Dial(network, other.Listener.Addr().String())
		}
		return net.Dial(network, good.Listener.Addr().String())
	}
	cfg.Dial = dial
	report, _ := examine(t, cfg)
	if o := told(t, report, "TLS-005"); o.Result != rule.Found || o.Findings[0].At != "192.0.2.2" {
		t.Errorf("%s %q %+v", o.Result, o.Reason, o.Findings)
	}
}

func TestCanceled(t *testing.T) {
	p := newProvider(t, nil)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	p.answers["/keys"] = func(w http.ResponseWriter, r *http.Request) { cancel(why); <-r.Context().Done() }
	report, err := Run(ctx, p.config(), func(Event) {})
	if report != nil || !errors.Is(err, why) {
		t.Errorf("%v, %v", report, err)
	}
}

// TestInsideIsNotAsked keeps a document from elsewhere from sending requests into this machine's network.
func TestInsideIsNotAsked(t *testing.T) {
	c := &collector{sched: newSchedule(&Subject{Asked: "https://idp.example"}, func(Event) {})}
	for address, open := range map[string]bool{"https://idp.example/token": true, "http://127.0.0.1:1/x": false, "http://localhost/x": false,
		"https://10.0.0.1/x": false, "http://[::1]/x": false, "http://169.254.169.254/latest": false, "ftp://x/": false, "": false} {
		if why := c.closed(address); (why == "") != open {
			t.Errorf("%q: %q", address, why)
		}
	}
}

func TestWatchTellsKeyChanges(t *testing.T) {
	p := newProvider(t, nil)
	before, _ := examine(t, p.config())
	p.say("/keys", 200, "application/jwk-set+json", `{"keys":[`+rsaJWK("a", otherRSA().N)+`]}`)
	cfg := p.config()
	cfg.Previous = before.Subject
	now, _ := examine(t, cfg)
	changes := Compare(before, now)
	if len(changes) == 0 || !slices.ContainsFunc(changes, func(c Change) bool { return c.Now.ID == "JWKS-038" && c.Now.Worst() == rule.Error }) {
		t.Errorf("%+v", changes)
	}
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(whole), []byte(`{"keys":[`+rsaKey("a")+`]}`))
	f.Add([]byte(`{"issuer":"https://{x}","jwks_uri":7,"response_types_supported":[null,{}]}`), []byte(`{"keys":[{"kty":"EC","x":""},7,null]}`))
	f.Add([]byte(`[]`), []byte(`{"kty":"RSA","n":"AA","e":"","x5c":[""]}`))
	f.Fuzz(func(t *testing.T, document, keys []byte) {
		for _, profile := range []Profile{"", Login, OAuth, IssuerOnly} {
			cfg := Config{Document: document, KeySet: keys, Profile: profile, Issuer: "https://idp.example", Client: &Client{RedirectURI: "http://127.0.0.1/", Scopes: []string{"openid"}}}
			report, err := Run(context.Background(), cfg, func(Event) {})
			if err != nil || len(report.Outcomes) != len(Rules()) {
				t.Fatalf("%v", err)
			}
			for _, o := range report.Outcomes {
				for _, f := range o.Findings {
					if f.At == "check" {
						t.Errorf("%s failed: %s", o.ID, f.Message)
					}
					if i := strings.IndexFunc(f.Message+f.At+f.Fix, func(c rune) bool { return c < 0x20 || c == 0x7f || c == 0x202e }); i >= 0 {
						t.Errorf("%s holds a control character: %q", o.ID, f.Message)
					}
				}
			}
		}
	})
}
