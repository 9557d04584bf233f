//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Every command that waits for something ends at once on ctrl+c, with the exit code that shells expect; and on SIGTERM and
// SIGHUP with theirs.
func TestInterrupted(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	issuer := servePractice(t)
	tests := []struct {
		name  string
		args  []string
		await string // on standard output or error, before the signal
	}{
		{"serve", []string{"demo", "--serve"}, "ctrl+c stops it"},
		{"waiting for the browser", []string{"login", issuer, "--client-id", "practice", "--plain", "--no-browser"}, "waiting for the browser"},
		{"waiting for a paste", []string{"login", issuer, "--client-id", "practice", "--json", "--paste"}, `"need_user"`},
		{"waiting for the device", []string{"login", issuer, "--client-id", "practice", "--flow", "device", "--no-browser", "--print", "id_token"}, "code "},
		{"waiting for the network", []string{"login", silent.URL, "--client-id", "x", "--plain"}, "Fetch the discovery document"},
		{"waiting for a secret", []string{"login", issuer, "--client-id", "x", "--client-secret", "-"}, ""},
		{"waiting for a command", []string{"login", issuer, "--client-id", "x", "--client-secret", "cmd:sleep 60"}, ""},
		{"reading standard input", []string{"inspect"}, ""},
		{"reading a stream", []string{"inspect", "--batch"}, ""},
		{"fetching keys", []string{"inspect", "eyJhbGciOiJSUzI1NiJ9.e30.AA", "--jwks", silent.URL}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
				if signal.Ignored(sig) {
					continue // these tests run under nohup, whose children live on
				}
				interrupted(t, tt.args, tt.await, sig, want)
			}
		})
	}
}

func interrupted(t *testing.T, args []string, await string, sig syscall.Signal, want int) {
	t.Helper()
	// Without a text to wait for, the signal may come before the program is ready and kill it; then it gets more time.
	for _, patience := range []time.Duration{200 * time.Millisecond, time.Second, 5 * time.Second} {
		p := startProgram(t, args...)
		if p.await(t, await); await == "" {
			time.Sleep(patience)
		}
		sent := time.Now()
		if err := p.cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		err := p.cmd.Wait()
		took := time.Since(sent)
		if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && await == "" {
			continue
		}
		if took > 3*time.Second {
			t.Errorf("%v: ended after %v", sig, took)
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != want {
			t.Errorf("%v: %v, want exit code %d\n%s", sig, err, want, p.said.String())
		}
		if said := p.said.String(); strings.Contains(said, "goroutine") || strings.Contains(said, "oidcscope: ") {
			t.Errorf("%v: an interruption is no error to talk about:\n%s", sig, said)
		}
		return
	}
	t.Errorf("%v killed the program, want exit code %d", sig, want)
}

// A reader that has seen enough ends the program quietly.
func TestBrokenPipe(t *testing.T) {
	out, err := exec.Command("sh", "-c", "oidcscope demo --plain --show-secrets | head -n 1; oidcscope inspect --help | head -n 1").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(out), "\n"); lines != 2 {
		t.Errorf("want one line of each, got:\n%s", out)
	}
}

// program is a running oidcscope.
type program struct {
	cmd   *exec.Cmd
	said  *safeBuffer // standard output and error
	stdin io.Closer
}

func startProgram(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	p := &program{cmd: exec.CommandContext(ctx, "oidcscope", args...), said: &safeBuffer{}}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	stdin, err := p.cmd.StdinPipe() // stays open: nobody types
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// await waits until the program has said a text.
func (p *program) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(p.said.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("want it to say %q, it said:\n%s", text, p.said.String())
		}
	}
}

// servePractice runs a practice provider as another process and gives its issuer.
func servePractice(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	p := startProgram(t, "demo", "--serve", "--addr", address)
	p.await(t, "ctrl+c stops it")
	return "http://" + address
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
