// Package browser opens an address in the person's browser. [Open] obeys $BROWSER first, as other programs do, and falls back to
// what the platform offers. Only http and https addresses are opened, and never through a shell: an address comes from a
// provider, and a shell would read more into it than an address.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// ErrNone says that this machine has no browser to open: no $BROWSER, and no display or opening program.
var ErrNone = errors.New("no browser here: set $BROWSER, or open the address on another device")

// settle is how long a browser command is watched. One that fails does so at once; one that still runs then is the browser.
const settle = 400 * time.Millisecond

// Open shows address in a browser and returns as soon as one has started, or has come for an address that carries a token, which no
// command line shows. The browser outlives ctx and this program; ctx ends only the wait for it. The error is [ErrNone] when there is nothing to try, else it tells what each
// command tried said, or that what $BROWSER names is not there.
func Open(ctx context.Context, address string) error {
	return opener{getenv: os.Getenv, look: exec.LookPath, start: start, goos: runtime.GOOS}.open(ctx, address)
}

// Available reports whether [Open] has something to try, so that a screen can offer it.
func Available() bool {
	o := opener{getenv: os.Getenv, look: exec.LookPath, goos: runtime.GOOS}
	return len(o.commands("http://127.0.0.1/")) > 0
}

// opener is Open with its surroundings as arguments.
type opener struct {
	getenv func(string) string
	look   func(string) (string, error)
	start  func(ctx context.Context, argv []string) error
	goos   string
}

func (o opener) open(ctx context.Context, address string) error {
	if err := check(address); err != nil {
		return err
	}
	if carriesToken(address) {
		if r, err := newRelay(address); err == nil { // without one the browser is more important
			defer r.close()
			err := o.run(ctx, r.address())
			if err == nil || ctx.Err() != nil { // it was started in either case
				return r.wait(ctx)
			}
			return err
		}
	}
	return o.run(ctx, address)
}

// run starts a browser.
func (o opener) run(ctx context.Context, address string) error {
	commands := o.commands(address)
	if list := strings.TrimSpace(o.getenv("BROWSER")); len(commands) == 0 && list != "" {
		return fmt.Errorf("open the browser: $BROWSER is %q, and there is no such program here", list)
	} else if len(commands) == 0 {
		return ErrNone
	}
	var failures []error
	for _, argv := range commands {
		err := o.start(ctx, argv)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		failures = append(failures, fmt.Errorf("%s: %w", argv[0], err))
	}
	return fmt.Errorf("open the browser: %w", errors.Join(failures...))
}

// check refuses what is not a plain web address: a file: or javascript: address, or an option for the browser's command
// line.
func check(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("open the browser: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("open the browser: want an http or https address, got %q", address)
	}
	return nil
}

// commands lists what to try, in order. What $BROWSER says is final: a person who set it does not want another browser.
func (o opener) commands(address string) [][]string {
	if list := o.getenv("BROWSER"); strings.TrimSpace(list) != "" {
		return o.fromEnv(list, address)
	}
	var candidates [][]string
	switch o.goos {
	case "darwin":
		candidates = [][]string{{"open", address}}
	case "windows":
		candidates = [][]string{{"rundll32", "url.dll,FileProtocolHandler", address}}
	default:
		if o.getenv("WSL_DISTRO_NAME") != "" {
			candidates = append(candidates, []string{"wslview", address})
		}
		if o.getenv("DISPLAY") != "" || o.getenv("WAYLAND_DISPLAY") != "" {
			candidates = append(candidates, []string{"xdg-open", address}, []string{"x-www-browser", address})
		}
	}
	return o.installed(candidates)
}

// fromEnv reads $BROWSER: commands separated by the list separator, %s standing for the address; without %s the address is
// the last argument.
func (o opener) fromEnv(list, address string) [][]string {
	separator := ":"
	if o.goos == "windows" {
		separator = ";"
	}
	var candidates [][]string
	for entry := range strings.SplitSeq(list, separator) {
		argv := fields(entry)
		if len(argv) == 0 {
			continue
		}
		placed := false
		for i, arg := range argv[1:] {
			if strings.Contains(arg, "%s") {
				argv[i+1] = strings.ReplaceAll(arg, "%s", address)
				placed = true
			}
		}
		if !placed {
			argv = append(argv, address)
		}
		candidates = append(candidates, argv)
	}
	return o.installed(candidates)
}

func (o opener) installed(candidates [][]string) [][]string {
	var found [][]string
	for _, argv := range candidates {
		if path, err := o.look(argv[0]); err == nil {
			found = append(found, append([]string{path}, argv[1:]...))
		}
	}
	return found
}

// fields splits a command at spaces; quotes of either kind keep spaces together.
func fields(command string) []string {
	var (
		words []string
		word  strings.Builder
		quote rune
		open  bool
	)
	for _, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, open = r, true
		case quote == 0 && (r == ' ' || r == '\t'):
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

// start runs a browser command apart from this program's terminal, and watches it for a moment.
func start(ctx context.Context, argv []string) error {
	cmd := exec.Command(argv[0], argv[1:]...)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case err := <-exited:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(settle):
		return nil
	}
}
