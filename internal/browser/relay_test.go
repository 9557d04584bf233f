package browser

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const logout = "https://idp.example/logout?client_id=app&id_token_hint=eyJ.eyJ.sig"

// visit asks a relay for a path, and does not follow.
func visit(t *testing.T, address string) *http.Response {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

// No command line shows a token: the browser is led on to the address that carries it, once.
func TestTokensStandInNoCommandLine(t *testing.T) {
	o := testOpener("linux", map[string]string{"BROWSER": "ff"}, "ff")
	var given string
	o.start = func(_ context.Context, argv []string) error {
		given = argv[1]
		root := given[:strings.LastIndexByte(given, '/')]
		if res := visit(t, root+"/guess"); res.StatusCode != http.StatusNotFound || res.Header.Get("Location") != "" {
			t.Errorf("a guess is answered with %s to %q", res.Status, res.Header.Get("Location"))
		}
		res := visit(t, given)
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != logout || res.Header.Get("Referrer-Policy") != "no-referrer" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s, %v", res.Status, res.Header)
		}
		return nil
	}
	began := time.Now()
	if err := o.open(t.Context(), logout); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(given, "eyJ") || !strings.HasPrefix(given, "http://127.0.0.1:") || time.Since(began) > relayTime/2 {
		t.Errorf("the command got %q, after %s", given, time.Since(began))
	}
	if c, err := net.Dial("tcp", strings.Split(given, "/")[2]); err == nil {
		c.Close()
		t.Error("it can be asked again")
	}

	o.start = func(_ context.Context, argv []string) error { given = argv[1]; return nil }
	if err := o.open(t.Context(), address); err != nil || given != address {
		t.Errorf("without a token: the command got %q, %v", given, err)
	}
	o.start = func(context.Context, []string) error { return errors.New("broken") }
	if err := o.open(t.Context(), logout); err == nil {
		t.Error("a browser that does not start is an error at once")
	}
}

// The end of the run that sent the browser there is no reason not to wait for it; the end of the program is.
func TestRelayOutlivesTheRun(t *testing.T) {
	o := testOpener("linux", map[string]string{"BROWSER": "ff"}, "ff")
	ctx, over := context.WithCancelCause(t.Context())
	o.start = func(_ context.Context, argv []string) error {
		over(nil)
		time.AfterFunc(50*time.Millisecond, func() {
			if res, err := http.DefaultTransport.RoundTrip(request(argv[1])); err == nil {
				res.Body.Close()
			}
		})
		return ctx.Err()
	}
	began := time.Now()
	if err := o.open(ctx, logout); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took < 50*time.Millisecond || took > relayTime/2 {
		t.Errorf("it took %s", took)
	}

	killed, kill := context.WithCancelCause(t.Context())
	o.start = func(context.Context, []string) error { kill(errors.New("signal")); return killed.Err() }
	began = time.Now()
	o.open(killed, logout)
	if time.Since(began) > relayTime/2 {
		t.Error("an interrupted program waited for the browser")
	}
}

// A browser that never comes is not told as opened: it may be on another machine, for which the address is none.
func TestNobodyComes(t *testing.T) {
	r, err := newRelay(logout)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	r.patience = time.Millisecond
	if err := r.wait(t.Context()); !errors.Is(err, errNoVisit) {
		t.Errorf("got %v", err)
	}
}

func request(address string) *http.Request {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		panic(err)
	}
	return r
}
