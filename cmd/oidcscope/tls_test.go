package main

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Keys from a server whose certificate nobody vouches for are not used, unless the person says whom to trust; trusting
// everybody is possible, with a warning.
func TestKeysOverTLS(t *testing.T) {
	dir := t.TempDir()
	if out, err := inDir(dir, "mint", "-alg", "ES256").CombinedOutput(); err != nil {
		t.Fatalf("mint: %v\n%s", err, out)
	}
	keys, err := os.ReadFile(filepath.Join(dir, "jwks.json"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/jwks":
			_, _ = w.Write(keys)
		case "/empty":
			_, _ = w.Write([]byte(`{"keys":[]}`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), authority, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		args []string
		code int
		says string
	}{
		{"/jwks", nil, exitUnreachable, "certificate"},
		{"/jwks", []string{"--ca-file", "ca.pem"}, exitGood, "✓ verified"},
		{"/jwks", []string{"--insecure-skip-verify"}, exitGood, "certificates are not verified"},
		{"/nothing", []string{"--ca-file", "ca.pem"}, exitUnreachable, "expected key set, got HTTP 404"},
		{"/empty", []string{"--ca-file", "ca.pem"}, exitBad, "at least one key, got none"},
	}
	for _, tt := range tests {
		args := append([]string{"inspect", "token.jwt", "--require-verified", "--jwks", server.URL + tt.path}, tt.args...)
		cmd := inDir(dir, "oidcscope", args...)
		out, err := cmd.CombinedOutput()
		if _, isExit := err.(*exec.ExitError); err != nil && !isExit {
			t.Fatal(err)
		}
		if code := cmd.ProcessState.ExitCode(); code != tt.code || !strings.Contains(string(out), tt.says) {
			t.Errorf("%s %v: exit code %d, want %d and %q:\n%s", tt.path, tt.args, code, tt.code, tt.says, out)
		}
	}
}
