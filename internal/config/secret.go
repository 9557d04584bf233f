package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// maxSecret bounds a secret, in bytes.
const maxSecret = 64 << 10

// Sources are where [Secret] gets secrets from, besides files and commands.
type Sources struct {
	What      string // what the secret is, for messages; empty: "client secret"
	LookupEnv func(string) (string, bool)
	Ask       func() (string, error) // asks the person, or reads standard input
	Keyring   func(ctx context.Context, name string) (string, error)
	Warn      func(string) // told when a secret was given bare
}

// keyringKind begins a reference to an entry of the system keyring.
const keyringKind = "keyring"

// Secret resolves a reference to a secret: env:NAME, file:PATH, cmd:COMMAND (run by the platform's shell, its output taken),
// keyring:NAME (an entry of the system keyring), "-" (ask), or a bare secret, which works with a warning because other users of the machine see the arguments of every
// process. One trailing line break is removed. An empty reference is the empty secret; an empty secret behind a reference is an
// error, because it is a mistake.
func Secret(ctx context.Context, reference string, from Sources) (secret.Text, error) {
	if reference == "" {
		return secret.Text{}, nil
	}
	what := from.What
	if what == "" {
		what = "client secret"
	}
	value, err := resolve(ctx, reference, from)
	if err != nil {
		return secret.Text{}, fmt.Errorf("%s: %w", what, err)
	}
	value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
	if value == "" {
		return secret.Text{}, fmt.Errorf("%s: want a secret, %s is empty", what, describe(reference))
	}
	return secret.New(value), nil
}

func resolve(ctx context.Context, reference string, from Sources) (string, error) {
	kind, rest, _ := strings.Cut(reference, ":")
	switch {
	case reference == "-":
		return from.Ask()
	case kind == "env":
		value, ok := from.LookupEnv(rest)
		if !ok {
			return "", fmt.Errorf("want the environment variable %q, it is not set", rest)
		}
		return value, nil
	case kind == "file":
		return readSecretFile(rest)
	case kind == "cmd":
		return runSecretCommand(ctx, rest)
	case kind == keyringKind && (rest == "" || from.Keyring == nil):
		return "", errors.New("want keyring:NAME, got keyring: without the name of an entry, which only a profile can leave out")
	case kind == keyringKind:
		return from.Keyring(ctx, rest)
	}
	from.Warn("a secret on the command line is seen by other users of this machine and kept in the shell's history; " +
		"better: env:NAME, file:PATH, cmd:COMMAND, keyring:NAME, or - to be asked")
	return reference, nil
}

// IsReference reports whether a value says where a secret is, rather than being one.
func IsReference(value string) bool {
	kind, _, found := strings.Cut(value, ":")
	return value == "-" || found && (kind == "env" || kind == "file" || kind == "cmd" || kind == keyringKind)
}

// describe names a reference without giving away a bare secret.
func describe(reference string) string {
	kind, rest, _ := strings.Cut(reference, ":")
	switch kind {
	case "env", "file", keyringKind:
		return kind + ":" + rest
	case "cmd":
		return "the output of cmd:"
	default:
		return "what was given"
	}
}

func readSecretFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", err
	}
	if len(data) > maxSecret {
		return "", fmt.Errorf("%s: larger than %d bytes", path, maxSecret)
	}
	return string(data), nil
}

// runSecretCommand runs what the person configured, as a shell would. Only its output is the secret; what it says about an
// error is not repeated beyond the last line, and its output never.
func runSecretCommand(ctx context.Context, command string) (string, error) {
	cmd := shell(ctx, command)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &limited{&out, maxSecret}, &limited{&complaint, 4 << 10}
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		lines := strings.Split(strings.TrimSpace(complaint.String()), "\n")
		return "", fmt.Errorf("cmd: %w: %s", err, lines[len(lines)-1])
	}
	return out.String(), nil
}

func shell(ctx context.Context, command string) *exec.Cmd {
	if os.PathSeparator == '\\' {
		return exec.CommandContext(ctx, "cmd", "/C", command)
	}
	return exec.CommandContext(ctx, "sh", "-c", command)
}

// limited fails a writer that writes too much.
type limited struct {
	to   *bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		return 0, errors.New("too much output")
	}
	l.left -= len(p)
	return l.to.Write(p)
}
