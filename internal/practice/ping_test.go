package practice_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// pinged starts a provider whose interval is longer than a test may take: polling alone would not get there.
func pinged(t *testing.T) (*practice.Provider, flows.Config) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	notify := "http://" + l.Addr().String() + "/ping"
	l.Close() // the engine listens there
	p := start(t, practice.Options{DeviceInterval: time.Minute, NotifyURI: notify})
	return p, config(t, p, "practice-ping")
}

// TestEngineCIBAPing asks once only: when the provider has said that there is an answer.
func TestEngineCIBAPing(t *testing.T) {
	p, cfg := pinged(t)
	cfg.Request.LoginHint = "alice"
	began := time.Now()
	s, events := run(t, p, flows.CIBA(cfg), cfg)
	if got := claims(t, s, flows.IDToken); got["sub"] != "alice" || time.Since(began) > 30*time.Second {
		t.Errorf("ID token %v after %s", got, time.Since(began))
	}
	asked, pinged := 0, false
	for _, e := range events {
		if x, ok := e.(flows.Exchange); ok {
			switch {
			case x.Purpose == "token":
				asked++
			case x.Purpose == "notification":
				pinged = true
			}
		}
	}
	if asked != 1 || !pinged {
		t.Errorf("asked %d times, notification shown: %v", asked, pinged)
	}
}

func TestEngineCIBAPingRefused(t *testing.T) {
	p, cfg := pinged(t)
	cfg.Request.LoginHint = "bob"
	if _, _, err := try(t, p, flows.CIBA(cfg), cfg); err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("%v", err)
	}
}
