package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/oidcscope/oidcscope/e2e/tmux"
)

// scene is one picture: a command, and what is done before it is taken.
type scene struct {
	name    string
	rows    int // of the terminal; 0: as many as usual
	lines   int // of the screen that are drawn; 0: all
	command func(*studio) ([]string, error)
	acts    []act
}

type act = func(*studio, *tmux.Terminal) error

// scenes in the order of a first visit.
var scenes = []scene{
	{name: "home", rows: 24, command: program("demo"), acts: []act{loggedIn, press("1"), see("Runs")}},
	{name: "new-login", rows: 26, command: program(), acts: []act{see("Start"), press("n"), see("Issuer"), typeIssuer, see("discovery document found")}},
	{name: "waiting", rows: 30, command: program("demo"), acts: []act{see("log in for me")}},
	{name: "held", rows: 30, command: program("demo", "--step"), acts: []act{
		see("held before step 1"), press("n"), see("held before step 2"), press("n"), see("held before step 4"), press("n"), see("log in for me"), press("a"),
		see("held before step 5")}},
	{name: "debugger", rows: 32, command: program("demo"), acts: []act{see("log in for me"), press("Down"), see("The code is worthless"), press("b"), see("◆"), press("a"), see("held before step 5"),
		press("E", "Down", "Down", "C-d"), see("What must happen then")}},
	{name: "compare", rows: 38, command: program("demo"), acts: []act{see("log in for me"), press("Down"), see("The code is worthless"), press("b"), see("◆"), press("a"), see("held before step 5"),
		press("E", "Down", "Down", "C-d", "Enter", "c"), see("as predicted"), press("r"), see("log in for me"), press("a"), see("held before step 5"), press("c"),
		see("enter tokens"), press("Up", "Up", "d"), see("The run before")}},
	{name: "device", rows: 44, command: program("demo", "--flow", "device"), acts: []act{see("log in for me")}},
	{name: "token", command: program("demo"), acts: []act{loggedIn, press("Enter"), see("✓ verified")}},
	{name: "wire", rows: 30, command: program("demo"), acts: []act{loggedIn, press("5"), see("/userinfo"), press("k"), see("code_verifier")}},
	{name: "doctor", rows: 30, command: program(), acts: []act{see("Start"), press("d"), see("issuer"), servedIssuer, press("Enter"), see("17 requests")}},
	{name: "explain", rows: 30, command: program("demo"), acts: []act{loggedIn, press("Up", "Up", "K"), see("Explain")}},
	{name: "inspect", rows: 150, lines: 46, command: inspected, acts: []act{see("Claims")}},
}

// program is the binary with arguments.
func program(args ...string) func(*studio) ([]string, error) {
	return func(s *studio) ([]string, error) { return append([]string{s.binary}, args...), nil }
}

// see waits for a text, and then a little for what is drawn after it.
func see(text string) act {
	return func(_ *studio, t *tmux.Terminal) error {
		_, err := t.WaitFor(15*time.Second, text)
		time.Sleep(300 * time.Millisecond)
		return err
	}
}

func press(keys ...string) act {
	return func(_ *studio, t *tmux.Terminal) error { return t.Keys(keys...) }
}

// loggedIn lets the program do the practice login.
func loggedIn(s *studio, t *tmux.Terminal) error {
	for _, do := range []act{see("log in for me"), press("a"), see("enter tokens")} {
		if err := do(s, t); err != nil {
			return err
		}
	}
	return nil
}

// typeIssuer types the address of a practice provider that serves meanwhile, and a client of it.
func typeIssuer(s *studio, t *tmux.Terminal) error {
	return errors.Join(servedIssuer(s, t), t.Keys("Tab"), t.Type("practice"))
}

// servedIssuer types the address of a practice provider that serves meanwhile.
func servedIssuer(s *studio, t *tmux.Terminal) error {
	cmd := exec.Command(s.binary, "demo", "--serve", "--json")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.atEnd = append(s.atEnd, func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	var served struct{ Issuer string }
	if err := json.NewDecoder(out).Decode(&served); err != nil {
		return err
	}
	return t.Type(served.Issuer)
}

// inspected shows a token as text. Its provider is gone by then, so its keys come from a file.
func inspected(s *studio) ([]string, error) {
	token, keys, err := s.login()
	if err != nil {
		return nil, err
	}
	tokenFile, keyFile := filepath.Join(s.dir, "token.txt"), filepath.Join(s.dir, "keys.json")
	err = errors.Join(os.WriteFile(tokenFile, token, 0o600), os.WriteFile(keyFile, keys, 0o600))
	line := fmt.Sprintf("cd %s && clear && printf '%%s\\n\\n' '$ oidcscope inspect --plain --jwks keys.json --client-id practice token.txt' && "+
		"%s inspect --plain --jwks keys.json --client-id practice token.txt; sleep 60", s.dir, s.binary)
	return []string{"sh", "-c", line}, err
}

// login runs the practice login as text, and gives its ID token and the provider's key set.
func (s *studio) login() (token, keys []byte, err error) {
	out, err := exec.Command(s.binary, "demo", "--json", "--show-secrets").Output()
	if err != nil {
		return nil, nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct {
			Event, Purpose, Which, Value string
			Response                     struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, nil, err
		}
		switch {
		case e.Event == "exchange" && e.Purpose == "keys":
			keys = e.Response.Body
		case e.Event == "token" && e.Which == "id_token":
			token = []byte(e.Value)
		}
	}
	if token == nil || keys == nil {
		return nil, nil, errors.New("the practice login gave no ID token or no keys")
	}
	return token, keys, lines.Err()
}
