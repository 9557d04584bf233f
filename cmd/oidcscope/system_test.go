package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// world is a system for tests: no terminal, no environment but what is set.
func world(env map[string]string) (*system, *bytes.Buffer) {
	var out bytes.Buffer
	return &system{
		stdin: strings.NewReader(""), stdout: &out, stderr: &out,
		lookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	}, &out
}

func TestColour(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		env      map[string]string
		flag     bool
		want     bool
	}{
		{"terminal", true, nil, false, true},
		{"file", false, nil, false, false},
		{"NO_COLOR", true, map[string]string{"NO_COLOR": "1"}, false, false},
		{"empty NO_COLOR", true, map[string]string{"NO_COLOR": ""}, false, true},
		{"--no-color", true, nil, true, false},
		{"dumb", true, map[string]string{"TERM": "dumb"}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sys, out := world(tt.env)
			sys.stdoutTerminal, sys.stderrTerminal = tt.terminal, tt.terminal
			sys.answer(tt.flag).Emphasis("", "value")
			if got := strings.Contains(out.String(), "\x1b["); got != tt.want {
				t.Errorf("colour on standard output: %v, want %v", got, tt.want)
			}
			out.Reset()
			sys.notes(tt.flag).Error("wrong")
			if got := strings.Contains(out.String(), "\x1b["); got != tt.want {
				t.Errorf("colour on standard error: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestInteractive(t *testing.T) {
	tests := []struct {
		stdin, stdout bool
		output        outputOptions
		term          string
		want          bool
	}{
		{true, true, outputOptions{}, "xterm", true},
		{false, true, outputOptions{}, "xterm", false},
		{true, false, outputOptions{}, "xterm", false},
		{true, true, outputOptions{plain: true}, "xterm", false},
		{true, true, outputOptions{json: true}, "xterm", false},
		{true, true, outputOptions{}, "dumb", false},
	}
	for _, tt := range tests {
		sys, _ := world(map[string]string{"TERM": tt.term})
		sys.stdinTerminal, sys.stdoutTerminal = tt.stdin, tt.stdout
		if got := tt.output.interactive(sys); got != tt.want {
			t.Errorf("%+v: interactive %v", tt, got)
		}
	}
	run := runOptions{breaks: []string{"token"}}
	inside, _ := world(nil)
	inside.stdinTerminal, inside.stdoutTerminal = true, true
	if !run.interactive(inside) {
		t.Error("--break keeps out of the interface, which has breakpoints too")
	}
	run = runOptions{print: "id_token"}
	sys, _ := world(nil)
	sys.stdinTerminal, sys.stdoutTerminal = true, true
	if run.interactive(sys) {
		t.Error("--print opens the interface")
	}
}

func TestExitCode(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{usage("", "typed wrongly"), 2},
		{fmt.Errorf("wrapped: %w", usage("", "typed wrongly")), 2},
		{&flows.Problem{Kind: flows.ProblemTransport}, 3},
		{&flows.Problem{Kind: flows.ProblemTransport, Failure: &record.Failure{Kind: record.FailDropped}}, 1},
		{&flows.Problem{Kind: flows.ProblemRefused}, 1},
		{&flows.Problem{Kind: flows.ProblemAnswer}, 1},
		{&flows.Problem{Kind: flows.ProblemCheck}, 1},
		{&flows.Problem{Kind: flows.ProblemUser}, 1},
		{&flows.Problem{Kind: flows.ProblemConfig}, 2},
		{&flows.Problem{Kind: flows.ProblemCanceled}, 130},
		{&record.Failure{Kind: record.FailDNS}, 3},
		{context.Canceled, 130},
		{signalError(syscall.SIGTERM), 143},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.want {
			t.Errorf("exitCode(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

// What a terminal would act on is written as an escape, and the value stays the same.
func TestWriteJSONIsPrintable(t *testing.T) {
	var out bytes.Buffer
	value := "a\x1b[31m\u202e\u009b\u200b<é日\U0001F600\U000E0001"
	if err := writeJSON(&out, value); err != nil {
		t.Fatal(err)
	}
	want := `"a\u001b[31m\u202e\u009b\u200b<é日😀\udb40\udc01"` + "\n"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
}

func TestCheckIssuer(t *testing.T) {
	tests := []struct{ in, want, hint string }{
		{"https://idp.example", "https://idp.example", ""},
		{"https://idp.example/realms/a/", "https://idp.example/realms/a/", ""},
		{"https://idp.example/.well-known/openid-configuration", "https://idp.example", ""},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080", ""},
		{"idp.example/realms/a", "", "https://idp.example/realms/a"},
		{"", "", "oidcscope demo"},
		{"work", "", ""},
		{"ftp://idp.example", "", ""},
		{"https://idp.example?x=1", "", "OpenID Connect Discovery"},
		{"eyJhbGciOiJub25lIn0.e30.", "", "oidcscope inspect"},
	}
	for _, tt := range tests {
		got, err := checkIssuer(tt.in)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("checkIssuer(%q) = %q, %v", tt.in, got, err)
		}
		var known *failure
		if errors.As(err, &known) && (known.code != exitUsage || !strings.Contains(known.hint, tt.hint)) {
			t.Errorf("checkIssuer(%q): code %d, hint %q, want %q", tt.in, known.code, known.hint, tt.hint)
		}
	}
}

func TestLooksLikeFile(t *testing.T) {
	for arg, want := range map[string]bool{
		"token.txt": true, "./token": true, "/tmp/x": true, `dir\token`: true,
		"eyJhbGciOiJub25lIn0.e30.": false, "eyJ/x": false, "Zm9v/YmFy+x==": false, "abc": false, strings.Repeat("a", 300) + ".txt": false,
		"v4.public.abc": false, `{"payload":"x"}`: false,
	} {
		if got := looksLikeFile(arg); got != want {
			t.Errorf("looksLikeFile(%.40q) = %v", arg, got)
		}
	}
}

func TestConfigProblemsStopTheInterface(t *testing.T) {
	sys, _ := world(map[string]string{"OIDCSCOPE_THEME": "purple", "XDG_CONFIG_HOME": t.TempDir()})
	sys.stdinTerminal, sys.stdoutTerminal = true, true
	err := execute(t.Context(), sys, nil)
	if exitCode(err) != exitUsage || !strings.Contains(err.Error(), `got "purple"`) {
		t.Errorf("got %v", err)
	}
}
