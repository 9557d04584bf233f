//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/tmux"
)

// The programs under test, built once.
var binary, dexBinary, zitadelBinary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary, dexBinary, zitadelBinary = filepath.Join(dir, "oidcscope"), filepath.Join(dir, "dex"), filepath.Join(dir, "zitadel")
	status := 1
	if build("..", binary, "./cmd/oidcscope") && build("dex", dexBinary, "github.com/dexidp/dex/cmd/dex") && build("zitadel", zitadelBinary, ".") {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}

func build(dir, out, pkg string) bool {
	started := time.Now()
	cmd := exec.Command("go", "build", "-o", out, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "build %s: %v\n", pkg, err)
		return false
	}
	fmt.Printf("built %s in %.1f s\n", pkg, time.Since(started).Seconds())
	return true
}

// cleanEnv is what every program under test sees: no colours or configuration of whoever runs the tests.
func cleanEnv(t *testing.T, more ...string) []string {
	home := t.TempDir()
	return append([]string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "LC_ALL=C.UTF-8",
		"NO_COLOR=", "COLORFGBG=", "BROWSER=", "HTTP_PROXY=", "HTTPS_PROXY=", "http_proxy=", "https_proxy=", "SSH_CONNECTION=", "SSH_TTY=",
	}, more...)
}

// terminal starts a command in a terminal of the usual size; its screen is printed when the test fails.
func terminal(t *testing.T, env []string, command ...string) *tmux.Terminal {
	t.Helper()
	term, err := tmux.Start(tmux.Options{Width: 120, Height: 36, Dir: "..", Env: env, Command: command})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the last screen:\n%s", tmux.Frame(term.Screen()))
		}
		term.Close()
	})
	return term
}

// see waits until the screen shows all the texts.
func see(t *testing.T, term *tmux.Terminal, timeout time.Duration, texts ...string) string {
	t.Helper()
	screen, err := term.WaitFor(timeout, texts...)
	if err != nil {
		t.Fatal(err)
	}
	return screen
}

func press(t *testing.T, term *tmux.Terminal, keys ...string) {
	t.Helper()
	if err := term.Keys(keys...); err != nil {
		t.Fatal(err)
	}
}

// result of a program that ran without a terminal.
type result struct {
	stdout, stderr string
	status         int
}

// program runs the binary without a terminal. while, when given, works at the same time, such as clicking in a browser.
func program(t *testing.T, env []string, while func() error, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if while != nil {
		if err := while(); err != nil {
			t.Error(err)
			cancel()
		}
	}
	err := cmd.Wait()
	r := result{stdout: stdout.String(), stderr: stderr.String(), status: cmd.ProcessState.ExitCode()}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s: %v\nstdout:\n%s\nstderr:\n%s", strings.Join(args, " "), err, r.stdout, r.stderr)
		}
	})
	return r
}
