package practice_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

func TestOtherHostsAreTurnedAway(t *testing.T) {
	p := start(t, practice.Options{})
	u, _ := url.Parse(p.Issuer())
	for host, want := range map[string]int{
		u.Host: 200, "localhost:" + u.Port(): 200, "[::1]:" + u.Port(): 200,
		"attacker.example": 421, "attacker.example:" + u.Port(): 421, "127.0.0.1:1": 421, "127.0.0.1": 421, "10.0.0.1:" + u.Port(): 421,
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, p.Issuer()+"/.well-known/openid-configuration", nil)
		r.Host = host
		p.Handler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %q: status %d wanted, got %d", host, want, w.Code)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	p := start(t, practice.Options{})
	resp, err := http.Post(p.Issuer()+"/token", "application/x-www-form-urlencoded", strings.NewReader("x="+strings.Repeat("a", 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("413 wanted, got %d", resp.StatusCode)
	}
}

func TestOtherSitesCannotAnswerForThePerson(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	page := fetch(t, newBrowser(), rp.AuthCodeURL("s", oauth2.S256ChallengeOption("v")))
	_, rest, _ := strings.Cut(page, `action="`)
	action, _, _ := strings.Cut(rest, `"`)
	for header, want := range map[string]int{"cross-site": http.StatusForbidden, "same-origin": http.StatusSeeOther} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Issuer()+action, strings.NewReader("action=login&username=alice&password=x"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", header)
		resp, err := newBrowser().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Sec-Fetch-Site %s: status %d wanted, got %d", header, want, resp.StatusCode)
		}
	}
}

func TestCORSForLoopbackOnly(t *testing.T) {
	p := start(t, practice.Options{})
	for origin, want := range map[string]bool{
		"http://localhost:5173": true, "http://127.0.0.1:3000": true, "https://attacker.example": false,
		"http://localhost.attacker.example": false, "null": false, "": false,
	} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			req, _ := http.NewRequestWithContext(t.Context(), method, p.Issuer()+"/userinfo", nil)
			req.Header.Set("Origin", origin)
			if method == http.MethodOptions {
				req.Header.Set("Access-Control-Request-Method", "GET")
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if got := resp.Header.Get("Access-Control-Allow-Origin") != ""; got != want {
				t.Errorf("%s from %q: allowed %v wanted, got %v", method, origin, want, got)
			}
		}
	}
}

func TestLoopbackOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "10.1.2.3:0", "[::]:0", "example.com:0", "nonsense"} {
		if p, err := practice.Start(t.Context(), practice.Options{Addr: addr}); err == nil {
			p.Close()
			t.Errorf("address %q must be refused", addr)
		}
	}
	for _, addr := range []string{"localhost:0", ":0", "127.0.0.1:0"} {
		if p := start(t, practice.Options{Addr: addr}); !strings.HasPrefix(p.Issuer(), "http://127.0.0.1:") {
			t.Errorf("%q: got %s", addr, p.Issuer())
		}
	}
}

// Everything that a login starts ends with Close, whoever calls it and how often.
func TestCloseLeavesNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	p, err := practice.Start(ctx, practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// A browser's open connection, and one that never says anything.
	idle, err := net.Dial("tcp", strings.TrimPrefix(p.Issuer(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	client := &http.Client{Transport: &http.Transport{}}
	resp, err := client.Get(p.Issuer() + "/")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if _, err := p.LogIn(ctx, p.Issuer()+"/authorize?client_id=practice"); err == nil {
		t.Error("an incomplete request must fail")
	}
	cancel()
	var closers sync.WaitGroup
	for range 3 {
		closers.Go(func() { p.Close() })
	}
	closers.Wait()
	if _, err := net.Dial("tcp", strings.TrimPrefix(p.Issuer(), "http://")); err == nil {
		t.Error("the provider still listens")
	}
	client.CloseIdleConnections()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines before, %d after:\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
	}
}

func TestManyAtOnce(t *testing.T) {
	p := start(t, practice.Options{OnRequest: func(practice.Seen) {}})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "offline_access")
	rp.answers = make(chan *http.Request, 100)
	device, err := rp.DeviceAuth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := p.LogIn(t.Context(), rp.AuthCodeURL("s", oauth2.S256ChallengeOption("v"))); err != nil {
				t.Error(err)
			}
			poll(t, p, device.DeviceCode)
			_ = p.ApproveDevice(t.Context(), device.UserCode)
			p.Log()
			p.Clients()
		})
	}
	all.Wait()
}

func TestNothingIsLogged(t *testing.T) {
	var logged strings.Builder
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, nil)))
	t.Cleanup(func() { slog.SetDefault(old) })
	p := start(t, practice.Options{})
	newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").tokens(t)
	resp, err := http.Get(p.Issuer() + "/authorize?client_id=nobody")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if logged.Len() > 0 {
		t.Errorf("slog got %s", logged.String())
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p, err := practice.Start(context.Background(), practice.Options{})
		if err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
}

func BenchmarkLogin(b *testing.B) {
	p, err := practice.Start(b.Context(), practice.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	client := httptest.NewServer(http.NotFoundHandler())
	defer client.Close()
	cfg := oauth2.Config{
		ClientID: "practice", RedirectURL: client.URL, Scopes: []string{"openid"},
		Endpoint: oauth2.Endpoint{AuthURL: p.Issuer() + "/authorize", AuthStyle: oauth2.AuthStyleInParams},
	}
	for b.Loop() {
		if _, err := p.LogIn(b.Context(), cfg.AuthCodeURL("s", oauth2.S256ChallengeOption("v"))); err != nil {
			b.Fatal(err)
		}
	}
}
