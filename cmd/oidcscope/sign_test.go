package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// signed runs sign and gives what it printed.
func signed(t *testing.T, args ...string) (token, notes string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	sys := &system{stdin: strings.NewReader(""), stdout: &out, stderr: &err, now: time.Now, lookupEnv: func(string) (string, bool) { return "", false }}
	code = run(sys, append([]string{"sign"}, args...))
	return strings.TrimSuffix(out.String(), "\n"), err.String(), code
}

// Each template makes a token of its kind that holds, and that no check complains about.
func TestTemplates(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"rsa", "ec", "ed25519"} {
		k, err := jose.Make(kind, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		text, err := k.PEM(true)
		if err != nil {
			t.Fatal(err)
		}
		file := dir + "/" + kind + ".pem"
		if err := writeNew(file, text); err != nil {
			t.Fatal(err)
		}
		for _, from := range templates() {
			token, notes, code := signed(t, "--template", from.name, "--key", file, "--kid", "k1")
			if code != 0 || notes != "" {
				t.Fatalf("%s: exit code %d, %s", from.name, code, notes)
			}
			r := lint.Inspect(token, inspect.ParseKeySet(text, "pem", ""), inspect.Context{Now: time.Now(), Profile: inspect.Profile(from.profile)})
			if r.Signature.Status != inspect.Verified {
				t.Errorf("%s %s: %+v", kind, from.name, r.Signature)
			}
			for _, f := range r.Findings {
				if f.Severity != rule.Info {
					t.Errorf("%s %s: %s %s %s", kind, from.name, f.ID, f.At, f.Message)
				}
			}
			if guess, reason := inspect.GuessType(r.Token); from.name != "jwt" && string(guess) != from.profile {
				t.Errorf("%s is taken for %s: %s", from.name, guess, reason)
			}
		}
	}
}

// FuzzObject: what is read and written again means the same, and stays JSON whatever is assigned.
func FuzzObject(f *testing.F) {
	f.Add(`{"a":1,"a":2.50,"é\u001b":[ ]}`, "x=\x1b[31m")
	f.Add(`{}`, "exp=+10m")
	f.Add(`{"a":{}}`, `!a`)
	f.Add("{\"\xe5\xcf0\":1}", "x=1")
	f.Fuzz(func(t *testing.T, text, assignment string) {
		o, err := readObject(text)
		if err != nil {
			return
		}
		_ = o.assign("--claim", assignment, time.Unix(1795305600, 0)) // may be refused
		doc := inspect.ScanJSON(string(o.encode()))
		if !doc.Complete || doc.Root.Kind != inspect.Object || len(doc.Root.Members) != len(o) {
			t.Fatalf("%q and %q became %s", text, assignment, o.encode())
		}
		for i, m := range doc.Root.Members {
			// Each byte that is no UTF-8 is replaced by itself, as encoding/json does.
			if want := string([]rune(o[i].name)); m.Name != want {
				t.Fatalf("%q became %q, wanted %q", o[i].name, m.Name, want)
			}
		}
	})
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"+10m": "2026-03-01T12:10:00Z", "-1h30m": "2026-03-01T10:30:00Z", "+7d": "2026-03-08T12:00:00Z", "-1d12h": "2026-02-28T00:00:00Z",
		"now": "2026-03-01T12:00:00Z", "0": "1970-01-01T00:00:00Z", "2030-01-01T00:00:00Z": "2030-01-01T00:00:00Z",
		"10m": "", "+": "", "+x": "", "+xd": "", "": "", "+99999999999d": "", "tomorrow": "",
	} {
		got, err := moment("--exp", text, now)
		if s := got.UTC().Format(time.RFC3339); err == nil && s != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %s, %v", text, s, err)
		}
	}
}
