package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The stories in testdata/script run the real program: this test binary is it, under its name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"oidcscope": storyMain,
		"expire":    expireMain,
		"hold":      holdMain,
		"mint":      mintMain,
		"alice":     aliceMain,
		"register":  registerMain,
		"hub":       hubMain,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			home := env.WorkDir + "/home"
			env.Setenv("HOME", home)
			env.Setenv("XDG_CONFIG_HOME", home+"/.config")
			return os.MkdirAll(home, 0o755)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": cmdCode, "json": cmdJSON, "events": cmdEvents, "freeport": cmdFreePort, "await": cmdAwait, "value": cmdValue, "many": cmdMany, "await_file": cmdAwaitFile, "wrap": cmdWrap,
		},
		RequireExplicitExec: true,
	})
}

// cmdCode runs a program and checks its exit code: code 2 oidcscope login
func cmdCode(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// cmdJSON checks a value in a JSON document by its path: json stdout signature.status verified. A leading ! wants it not to
// be so; without a value the path has to exist.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	var document any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &document))
	checkPath(ts, neg, document, args[1:])
}

func checkPath(ts *testscript.TestScript, neg bool, document any, args []string) {
	got, ok := lookUp(document, args[0])
	matches := ok && (len(args) == 1 || got == args[1])
	if matches == neg {
		ts.Fatalf("%s is %q (there: %v), want %q (negated: %v)", args[0], got, ok, args[1:], neg)
	}
}

// lookUp follows a path of names and indexes, separated by dots, and writes the value as text.
func lookUp(document any, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch d := document.(type) {
		case map[string]any:
			value, ok := d[name]
			if !ok {
				return "", false
			}
			document = value
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(d) {
				return "", false
			}
			document = d[i]
		default:
			return "", false
		}
	}
	if text, ok := document.(string); ok {
		return text, true
	}
	text, err := json.Marshal(document)
	return string(text), err == nil
}

// cmdEvents checks the events of a run, one JSON object a line: events stdout done ok true says that the first event of that name
// has that value. Every line has to be an event with the members that all have.
func cmdEvents(ts *testscript.TestScript, neg bool, args []string) {
	var found map[string]any
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			ts.Fatalf("no JSON: %v: %s", err, line)
		}
		for _, member := range []string{"event", "time", "run"} {
			if text, _ := event[member].(string); text == "" {
				ts.Fatalf("an event without %s: %s", member, line)
			}
		}
		if found == nil && event["event"] == args[1] {
			found = event
		}
	}
	if found == nil && !neg {
		ts.Fatalf("no event %s", args[1])
	}
	if found != nil && len(args) == 2 && neg {
		ts.Fatalf("there is an event %s", args[1])
	}
	if len(args) > 2 {
		checkPath(ts, neg, found, args[2:])
	}
}

// cmdFreePort sets a variable to a port that is free now.
func cmdFreePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// cmdAwait waits until an address answers, and until the files are there that are named after it.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	missing := func(name string) bool {
		_, err := os.Stat(ts.MkAbs(name))
		return err != nil
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get(args[0]); err == nil {
			res.Body.Close()
			if !slices.ContainsFunc(args[1:], missing) {
				return
			}
		}
	}
	ts.Fatalf("nobody answers at %s, or not all is there of %q", args[0], args[1:])
}

// cmdValue sets a variable to the text of a file: value TOKEN stdout
func cmdValue(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// cmdAwaitFile waits until a file is there.
func cmdAwaitFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	ts.Fatalf("there is no file %s", path)
}

// cmdMany runs a program several times at once: all have to succeed and print the same, which is then in MANY.
func cmdMany(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	path, err := exec.LookPath(args[1])
	if err != nil {
		path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[1])
	}
	type answer struct {
		out []byte
		err error
	}
	answers := make(chan answer, n)
	for range n {
		cmd := exec.Command(path, args[2:]...)
		cmd.Dir, cmd.Env = ts.MkAbs("."), environmentOf(ts)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		go func() {
			out, err := cmd.Output()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, &stderr)
			}
			answers <- answer{out, err}
		}()
	}
	said := make(map[string]int)
	for range n {
		a := <-answers
		ts.Check(a.err)
		said[string(a.out)]++
	}
	if len(said) != 1 {
		ts.Fatalf("%d answers differ: %d of them", n, len(said))
	}
	for text := range said {
		ts.Setenv("MANY", strings.TrimSpace(text))
	}
}

// environmentOf is what the programs of a story see.
func environmentOf(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "STORY_KEYRING", "BROWSER", "TMPDIR", "SYSTEMROOT"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// fail ends a helper program.
func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
