//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestInterruptInTheMiddle presses ctrl+c while the flow waits for the browser: the program ends at once, nothing listens any
// more, and the terminal is as before.
func TestInterruptInTheMiddle(t *testing.T) {
	d, o := startDex(t), newOpener(t)
	s := startShell(t, o.env())
	s.enter(t, "oidcscope login "+d.issuer+" --client-id scope-public")
	callback := redirectHost(t, o.wait(t))
	started := time.Now()
	press(t, s.Terminal, "C-c")
	s.left(t, 130)
	if took := time.Since(started); took > 4*time.Second { // with a shell's prompt and stty in it
		t.Errorf("ctrl+c took %v", took)
	}
	if conn, err := net.Dial("tcp", callback); err == nil {
		conn.Close()
		t.Errorf("something still listens on %s", callback)
	}
}

// TestInterruptAtOnce does so before anything can have been drawn.
func TestInterruptAtOnce(t *testing.T) {
	s := startShell(t)
	s.enter(t, "oidcscope demo")
	time.Sleep(60 * time.Millisecond)
	press(t, s.Terminal, "C-c")
	s.left(t, 130)
}

// TestInterruptedText sends the signal to a login that prints text.
func TestInterruptedText(t *testing.T) {
	d, o := startDex(t), newOpener(t)
	cmd := exec.Command(binary, "login", d.issuer, "--client-id", "scope-public", "--plain")
	cmd.Env = append(os.Environ(), cleanEnv(t, o.env())...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o.wait(t)
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &ended) || ended.ExitCode() != 130 {
		t.Errorf("want exit status 130, got %v", err)
	}
}

// redirectHost gives the host and port that an authorization request leads back to.
func redirectHost(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	redirect, err := url.Parse(u.Query().Get("redirect_uri"))
	if err != nil || redirect.Host == "" {
		t.Fatalf("want a redirect_uri in %s: %v", address, err)
	}
	return redirect.Host
}

// TestSilentTerminal starts the program in a terminal that answers no question about its colours or its cursor, where Bubble Tea
// by itself waits five seconds. The terminal is script's: a real one with nobody at the other end.
func TestSilentTerminal(t *testing.T) {
	cmd := exec.Command("script", "-qefc", "stty rows 36 cols 120; exec "+binary, os.DevNull)
	cmd.Env = append(os.Environ(), cleanEnv(t, "TERM=xterm-256color", "TMUX=")...)
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var screen lockedBuffer
	cmd.Stdout = &screen
	started := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	for !screen.Contains("Practice login") {
		if time.Since(started) > 3*time.Second {
			t.Fatalf("no first screen within 3 s; written so far: %q", screen.String())
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("first screen after %v", time.Since(started).Round(time.Millisecond))
	if _, err := io.WriteString(keys, "q"); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("q in a silent terminal: %v", err)
	}
	if modes := leftOver([]byte(screen.String())); len(modes) > 0 {
		t.Errorf("the program left the terminal's modes %q changed", modes)
	}
}

// lockedBuffer collects what a running program writes.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *lockedBuffer) Contains(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Contains(b.text.Bytes(), []byte(text))
}
