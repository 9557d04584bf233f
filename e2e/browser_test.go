//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/e2e/webdriver"
)

func startBrowser(t *testing.T) *webdriver.Browser {
	t.Helper()
	b, err := webdriver.Start(900, 700)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			address, _ := b.Address()
			text, _ := b.Text()
			t.Logf("the browser is at %s and shows:\n%s", address, text)
		}
		b.Close()
	})
	return b
}

// opener is a $BROWSER that only writes down the address it was asked to open, so that a test can open it in its own.
type opener struct{ script, file string }

func newOpener(t *testing.T) opener {
	t.Helper()
	dir := t.TempDir()
	o := opener{script: filepath.Join(dir, "open"), file: filepath.Join(dir, "address")}
	code := "#!/bin/sh\nprintf '%s\\n' \"$1\" > '" + o.file + ".new' && mv '" + o.file + ".new' '" + o.file + "'\n"
	if err := os.WriteFile(o.script, []byte(code), 0o700); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o opener) env() string { return "BROWSER=" + o.script }

// opened waits until the program has asked for a page, and gives its address.
func (o opener) opened(timeout time.Duration) (string, error) {
	for end := time.Now().Add(timeout); ; time.Sleep(20 * time.Millisecond) {
		data, err := os.ReadFile(o.file)
		if err == nil {
			os.Remove(o.file) // the next page is a new one
			return strings.TrimSpace(string(data)), nil
		}
		if time.Now().After(end) {
			return "", err
		}
	}
}

func (o opener) wait(t *testing.T) string {
	t.Helper()
	address, err := o.opened(20 * time.Second)
	if err != nil {
		t.Fatalf("the program opened no page: %v", err)
	}
	return address
}

// logInAtPractice clicks through the practice provider's own pages; any password will do there.
func logInAtPractice(b *webdriver.Browser) error {
	for _, act := range []func() error{
		func() error { return b.Fill("#username", "alice") },
		func() error { return b.Click("button[value=login]") },
		func() error { return b.Click("button[value=allow]") },
	} {
		if err := act(); err != nil {
			return fmt.Errorf("at the practice provider: %w", err)
		}
	}
	return nil
}
