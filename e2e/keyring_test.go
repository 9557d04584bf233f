//go:build e2e

package e2e

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A session bus and a keyring of their own, as a desktop has them: gnome-keyring, unlocked with a password.

// startBus starts a session bus, and gives what programs find it by and what ends it.
func startBus(t *testing.T) (env string, stop func()) {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "DISPLAY=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("a session bus is needed (Debian: dbus): %v", err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			cmd.Process.Kill()
			cmd.Wait()
		}
	}
	t.Cleanup(stop)
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "DBUS_SESSION_BUS_ADDRESS=" + strings.TrimSpace(address), stop
}

// startKeyring starts a keyring that is unlocked, in a folder of its own.
func startKeyring(t *testing.T, bus string) *os.Process {
	t.Helper()
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	home := t.TempDir()
	cmd.Env = append(os.Environ(), bus, "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, "DISPLAY=")
	cmd.Stdin = strings.NewReader("correct horse")
	if err := cmd.Start(); err != nil {
		t.Fatalf("a keyring is needed (Debian: gnome-keyring): %v", err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		names := send(t, bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames")
		if strings.Contains(names, "org.freedesktop.secrets") {
			return cmd.Process
		}
		if time.Now().After(end) {
			t.Fatal("the keyring did not come to the bus")
		}
	}
}

// send calls something on the bus, and gives the answer.
func send(t *testing.T, bus, to, path, method string, args ...string) string {
	t.Helper()
	cmd := exec.Command("dbus-send", append([]string{"--session", "--print-reply", "--dest=" + to, path, method}, args...)...)
	cmd.Env = append(os.Environ(), bus)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("dbus-send %s: %v: %s", method, err, out)
	}
	return string(out)
}

// lockKeyring locks what a desktop unlocks with the login.
func lockKeyring(t *testing.T, bus string) {
	t.Helper()
	send(t, bus, "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock",
		"array:objpath:/org/freedesktop/secrets/collection/login")
}

// TestKeyring is a session in a real keyring: kept, used by later processes, refreshed, ended; and a keyring that is locked, that
// does not answer, and that is gone.
func TestKeyring(t *testing.T) {
	issuer := servePractice(t)
	bus, stopBus := startBus(t)
	keyring := startKeyring(t, bus)
	b, o := startBrowser(t), newOpener(t)
	env := cleanEnv(t, o.env(), bus, "XDG_RUNTIME_DIR="+t.TempDir())
	expect := func(status int, r result, texts ...string) result {
		t.Helper()
		if r.status != status {
			t.Errorf("exit code %d, want %d: %s", r.status, status, r.stderr)
		}
		for _, text := range texts {
			if !strings.Contains(r.stdout+r.stderr, text) {
				t.Errorf("it lacks %q:\n%s%s", text, r.stdout, r.stderr)
			}
		}
		if strings.Contains(r.stderr, "eyJ") && !strings.Contains(r.stderr, "id_token_hint=eyJ") {
			t.Errorf("a token is told: %s", r.stderr)
		}
		return r
	}

	kept := program(t, env, func() error {
		if err := b.Open(o.wait(t)); err != nil {
			return err
		}
		return logInAtPractice(b)
	}, "login", issuer, "--client-id", "practice", "--scope", "openid email offline_access", "--keep", "--session", "work", "--print", "token_type", "--login-timeout", "30s")
	expect(0, kept, "Bearer", "Session work is kept in the system keyring")
	expect(0, program(t, env, nil, "session", "list"), "work", "can be refreshed")
	expect(0, program(t, env, nil, "userinfo", "--session", "work", "--print", "userinfo.email"), "alice@example.com")
	before := expect(0, program(t, env, nil, "login", issuer, "--session", "work", "--print", "access_token")).stdout
	expect(0, program(t, env, nil, "refresh", "--session", "work", "--plain"), "the refresh token was rotated")
	if after := program(t, env, nil, "login", issuer, "--session", "work", "--print", "access_token").stdout; after == before || !strings.HasPrefix(after, "eyJ") {
		t.Errorf("after a refresh in another process the token is %q, before %q", after, before)
	}

	// A client secret lives there too.
	put := exec.Command("sh", "-c", `printf s3cret | "$0" profile add web "$1" --client-id practice-secret --client-secret keyring:`, binary, issuer)
	put.Env = append(os.Environ(), env...)
	if out, err := put.CombinedOutput(); err != nil {
		t.Errorf("a secret for the keyring: %v: %s", err, out)
	}

	keyring.Signal(syscall.SIGSTOP)
	started := time.Now()
	slow := exec.Command(binary, "session", "list")
	slow.Env = append(os.Environ(), env...)
	var said strings.Builder
	slow.Stderr = &said
	if err := slow.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3 * time.Second)
	slow.Process.Signal(os.Interrupt)
	slow.Wait()
	if slow.ProcessState.ExitCode() != 130 || time.Since(started) > 8*time.Second || !strings.Contains(said.String(), "Waiting for the system keyring") {
		t.Errorf("of a keyring that does not answer: exit code %d after %s: %s", slow.ProcessState.ExitCode(), time.Since(started), said.String())
	}
	keyring.Signal(syscall.SIGCONT)

	lockKeyring(t, bus)
	expect(2, program(t, env, nil, "session", "list"), "the system keyring is locked", "--keep-file")
	expect(2, program(t, env, nil, "login", issuer, "--client-id", "practice", "--keep", "--print", "token_type"), "the system keyring is locked")
	expect(2, program(t, env, nil, "userinfo", "--session", "work", "--plain"), "the system keyring is locked")

	stopBus()
	expect(2, program(t, env, nil, "session", "list"), "no system keyring: the session bus does not answer", "--keep-file")

	// Another desktop: nothing of the one before is there, and a session is ended for good.
	bus, _ = startBus(t)
	startKeyring(t, bus)
	env = append(env, bus)
	expect(0, program(t, env, nil, "session", "list"), "No session is kept")
	expect(0, program(t, env, func() error {
		if err := b.Open(o.wait(t)); err != nil {
			return err
		}
		return b.Click("button[value=allow]")
	}, "login", issuer, "--client-id", "practice", "--scope", "openid offline_access", "--keep", "--session", "again", "--print", "token_type", "--login-timeout", "30s"), "Session again is kept")
	expect(0, program(t, env, nil, "logout", "--session", "again", "--revoke-only", "--plain"), "Session again is forgotten here")
	expect(0, program(t, env, nil, "session", "list"), "No session is kept")
	if left := send(t, bus, "org.freedesktop.secrets", "/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties.Get",
		"string:org.freedesktop.Secret.Collection", "string:Items"); strings.Count(left, "object path") > 1 { // the list of sessions stays
		t.Errorf("after the logout there is still something in the keyring: %s", left)
	}
}
