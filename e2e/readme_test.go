//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestFirstCommandOfTheReadme runs what a first visitor copies from the README, in a terminal, and lets the program log in.
func TestFirstCommandOfTheReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "\n```\n")
	command, _, _ := strings.Cut(after, "\n")
	if !strings.HasPrefix(command, "go run ./cmd/oidcscope") {
		t.Fatalf("want the README's first command to run the program, got %q", command)
	}
	var env []string // HOME is another one in the terminal, and these default to folders in it
	for _, name := range []string{"GOPATH", "GOMODCACHE", "GOCACHE"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	term := terminal(t, cleanEnv(t, env...), strings.Fields(command)...)
	see(t, term, 2*time.Minute, "log in for me")
	press(t, term, "a")
	see(t, term, 20*time.Second, "enter tokens")
	press(t, term, "Enter")
	see(t, term, 10*time.Second, "✓ verified", "alice@example.com")
	press(t, term, "q")
	if status, err := term.WaitExit(10 * time.Second); err != nil || status != 0 {
		t.Errorf("want exit status 0, got %d, %v", status, err)
	}
}
