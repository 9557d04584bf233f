//go:build e2e

package e2e

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/webdriver"
)

const scopes = `--scope "openid profile email offline_access"`

// TestLoginAtDex is the main story: a login at a provider that no one here wrote, clicked through in a real browser, down to
// verified tokens, a refresh that rotates the refresh token, and a terminal that is left clean.
func TestLoginAtDex(t *testing.T) {
	d := startDex(t)
	s := clickThrough(t, "oidcscope login "+d.issuer+" --client-id scope-public "+scopes, logInAtDex, "oidcscope")
	refreshTokens(t, s)
	leave(t, s)
}

// TestDeviceLoginAtDex types nothing: the browser opens the address that the screen offers as a QR code too.
func TestDeviceLoginAtDex(t *testing.T) {
	d := startDex(t)
	s := clickThrough(t, "oidcscope login "+d.issuer+" --client-id scope-public --flow device "+scopes, func(b *webdriver.Browser) error {
		// Dex asks for the user code first; the address has filled it in.
		return errors.Join(b.Click("#submit-login"), logInAtDex(b))
	}, "Login Successful")
	leave(t, s)
}

// TestPracticeInTheBrowser is what a first visitor does who prefers to click: the practice provider's own pages.
func TestPracticeInTheBrowser(t *testing.T) {
	s := clickThrough(t, "oidcscope demo", logInAtPractice, "oidcscope")
	refreshTokens(t, s)
	leave(t, s)
}

func TestPracticeDeviceInTheBrowser(t *testing.T) {
	leave(t, clickThrough(t, "oidcscope demo --flow device", logInAtPractice, "device"))
}

// clickThrough runs a login in a terminal, opens its page in a real browser when the program asks for that, has logIn click through
// to a page that says farewell, and goes on to the tokens.
func clickThrough(t *testing.T, command string, logIn func(*webdriver.Browser) error, farewell string) shell {
	t.Helper()
	b, o := startBrowser(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, command)
	screen := see(t, s.Terminal, 15*time.Second, "open browser")
	if strings.Contains(command, "device") && !strings.ContainsAny(screen, "█▀▄") {
		t.Errorf("the screen shows no code in large letters:\n%s", screen)
	}
	if strings.Contains(command, "demo") || strings.Contains(command, "device") {
		press(t, s.Terminal, "o") // a login opens the browser by itself
	}
	if err := b.Open(o.wait(t)); err != nil {
		t.Fatal(err)
	}
	if err := logIn(b); err != nil {
		t.Fatal(err)
	}
	if err := b.WaitForText(farewell, 10*time.Second); err != nil {
		t.Fatalf("the page after the login: %v", err)
	}
	lookAtTokens(t, s, "alice@example.com")
	return s
}

// leave quits, and looks at what is left behind.
func leave(t *testing.T, s shell) {
	t.Helper()
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
