//go:build e2e

package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

const scopes = `--scope "openid profile email offline_access"`

// TestLoginAtDex is the main story: a login at a provider that no one here wrote, clicked through in a real browser, down to
// verified tokens, a refresh that rotates the refresh token, and a terminal that is left clean.
func TestLoginAtDex(t *testing.T) {
	d, b, o := startDex(t), startBrowser(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, "oidcscope login "+d.issuer+" --client-id scope-public "+scopes)
	see(t, s.Terminal, 10*time.Second, "Authorization code + PKCE", "open browser")
	press(t, s.Terminal, "o")
	if err := b.Open(o.wait(t)); err != nil {
		t.Fatal(err)
	}
	if err := logInAtDex(b); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitForText("oidcscope", 10*time.Second); err != nil {
		t.Fatalf("the page after the login: %v", err)
	}
	lookAtTokens(t, s, "alice@example.com")
	refreshTokens(t, s)
	press(t, s.Terminal, "q")
	s.left(t, 0)
}

// TestDeviceLoginAtDex types nothing: the browser opens the address that the screen offers as a QR code too.
func TestDeviceLoginAtDex(t *testing.T) {
	d, b, o := startDex(t), startBrowser(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, "oidcscope login "+d.issuer+" --client-id scope-public --flow device "+scopes)
	screen := see(t, s.Terminal, 15*time.Second, d.issuer+"/device")
	if !strings.ContainsAny(screen, "█▀▄") {
		t.Error("the screen shows neither the code in large letters nor a QR code")
	}
	press(t, s.Terminal, "o")
	if err := b.Open(o.wait(t)); err != nil {
		t.Fatal(err)
	}
	if err := b.Click("#submit-login"); err != nil { // the form with the user code, which the address has filled in
		t.Fatal(err)
	}
	if err := logInAtDex(b); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitForText("Login Successful", 10*time.Second); err != nil {
		t.Fatal(err)
	}
	lookAtTokens(t, s, "alice@example.com")
	press(t, s.Terminal, "q")
	s.left(t, 0)
}

// TestPracticeInTheBrowser is what a first visitor does who prefers to click: the practice provider's own pages.
func TestPracticeInTheBrowser(t *testing.T) {
	b, o := startBrowser(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, "oidcscope demo")
	see(t, s.Terminal, 15*time.Second, "Practice provider", "log in for me")
	press(t, s.Terminal, "o")
	if err := b.Open(o.wait(t)); err != nil {
		t.Fatal(err)
	}
	if err := logInAtPractice(b); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitForText("oidcscope", 10*time.Second); err != nil {
		t.Fatalf("the page after the login: %v", err)
	}
	lookAtTokens(t, s, "alice@example.com")
	refreshTokens(t, s)
	press(t, s.Terminal, "q")
	s.left(t, 0)
}

// TestPracticeDeviceInTheBrowser does the same with a device code, which the person types.
func TestPracticeDeviceInTheBrowser(t *testing.T) {
	b, o := startBrowser(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, "oidcscope demo --flow device")
	see(t, s.Terminal, 15*time.Second, "Practice provider", "log in for me")
	press(t, s.Terminal, "o")
	if err := b.Open(o.wait(t)); err != nil {
		t.Fatal(err)
	}
	if err := logInAtPractice(b); err != nil {
		t.Fatal(err)
	}
	lookAtTokens(t, s, "alice@example.com")
	press(t, s.Terminal, "q")
	s.left(t, 0)
}

// lookAtTokens goes from the finished flow to the token screen.
func lookAtTokens(t *testing.T, s shell, email string) {
	t.Helper()
	see(t, s.Terminal, 20*time.Second, "enter tokens") // the key line, once the run has ended
	press(t, s.Terminal, "Enter")
	screen := see(t, s.Terminal, 10*time.Second, "ID token", "✓ verified", email)
	for _, wrong := range []string{"✗ invalid", "not verified", "✗ expired"} {
		if strings.Contains(screen, wrong) {
			t.Errorf("the token screen says %q:\n%s", wrong, screen)
		}
	}
}

// refreshTokens presses the refresh button twice: with rotation, the second time works only with the token of the first. The
// screen tells what changed, and when.
func refreshTokens(t *testing.T, s shell) {
	t.Helper()
	changed := regexp.MustCompile(`Changed by the refresh ─+ (\d\d:\d\d:\d\d)`)
	var before string
	for range 2 {
		time.Sleep(1100 * time.Millisecond) // the times of tokens are whole seconds
		press(t, s.Terminal, "r")
		screen, err := s.WaitUntil(15*time.Second, "a refresh after "+before, func(screen string) bool {
			at := changed.FindStringSubmatch(screen)
			return at != nil && at[1] != before
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"✓ verified", "refreshed", "s later"} {
			if !strings.Contains(screen, want) {
				t.Fatalf("want %q after a refresh, got:\n%s", want, screen)
			}
		}
		before = changed.FindStringSubmatch(screen)[1]
	}
}
