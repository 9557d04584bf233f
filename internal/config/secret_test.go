package config

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secret")
	if err := os.WriteFile(path, []byte("from file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, []byte(strings.Repeat("x", maxSecret+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"S": "from env", "EMPTY": ""}
	tests := []struct {
		reference, want, err string
		warns                bool
	}{
		{"", "", "", false},
		{"env:S", "from env", "", false},
		{"env:NONE", "", `environment variable "NONE", it is not set`, false},
		{"env:EMPTY", "", "env:EMPTY is empty", false},
		{"file:" + path, "from file", "", false},
		{"file:" + path + "x", "", "client secret: open ", false},
		{"file:" + large, "", "larger than", false},
		{"cmd:echo from command", "from command", "", false},
		{"cmd:echo SEEN; echo broken >&2; exit 3", "", "exit status 3: broken", false},
		{"-", "asked", "", false},
		{"keyring:", "", "want keyring:NAME", false},
		{"keyring:work", "from keyring", "", false},
		{"keyring:other", "", "client secret: nothing is kept", false},
		{"bare secret", "bare secret", "", true},
		{"odd:secret", "odd:secret", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.reference, func(t *testing.T) {
			if strings.HasPrefix(tt.reference, "cmd:") && runtime.GOOS == "windows" {
				t.Skip("needs sh")
			}
			warned := false
			got, err := Secret(t.Context(), tt.reference, Sources{
				LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
				Ask:       func() (string, error) { return "asked\n", nil },
				Keyring: func(_ context.Context, name string) (string, error) {
					if name != "work" {
						return "", errors.New("nothing is kept")
					}
					return "from keyring", nil
				},
				Warn: func(string) { warned = true },
			})
			if got.Reveal() != tt.want || warned != tt.warns {
				t.Errorf("got %q, warned %v; want %q, %v", got.Reveal(), warned, tt.want, tt.warns)
			}
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "SEEN") {
				t.Errorf("the error repeats the command's output: %v", err)
			}
		})
	}
}

func TestSecretAskFails(t *testing.T) {
	wanted := errors.New("no terminal")
	_, err := Secret(t.Context(), "-", Sources{Ask: func() (string, error) { return "", wanted }})
	if !errors.Is(err, wanted) {
		t.Errorf("got %v", err)
	}
}
