package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
)

// keyboard is where a person answers while a run is under way: standard input when it is a terminal or was asked for, else the
// terminal behind it. One goroutine reads lines; it cannot be interrupted and ends with the process.
type keyboard struct {
	sys   *system
	stdin bool // read standard input, also when it is a pipe

	start sync.Once
	lines chan string
	err   error // why there are no lines; set before lines is closed
}

// maxLine bounds one line, in bytes. An authorization response in an address may be long.
const maxLine = 64 << 10

var errNoKeyboard = errors.New("nobody to ask: there is no terminal")

// available reports whether somebody can be asked.
func (k *keyboard) available() bool {
	k.open()
	return k.lines != nil
}

func (k *keyboard) open() {
	k.start.Do(func() {
		var from io.Reader = k.sys.stdin
		if !k.stdin && !k.sys.stdinTerminal {
			if !k.sys.stderrTerminal {
				return // nobody would see the question
			}
			tty, err := k.sys.openTerminal()
			if err != nil {
				return
			}
			from = tty
		}
		k.lines = make(chan string)
		go k.pump(bufio.NewReaderSize(from, maxLine))
	})
}

func (k *keyboard) pump(from *bufio.Reader) {
	defer close(k.lines)
	for {
		line, err := from.ReadSlice('\n')
		if text := strings.TrimSpace(string(line)); text != "" || err == nil {
			k.lines <- text
		}
		if err != nil {
			k.err = err
			return
		}
	}
}

// line waits for the next line. The error is io.EOF when there will be none.
func (k *keyboard) line(ctx context.Context) (string, error) {
	if !k.available() {
		return "", errNoKeyboard
	}
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case text, ok := <-k.lines:
		if !ok {
			return "", k.err
		}
		return text, nil
	}
}

// secret asks for a secret: without echo on a terminal, else the next line of standard input.
func (k *keyboard) secret(ctx context.Context, what string, notes func(string)) (string, error) {
	if k.sys.stdinTerminal {
		notes(what + ":")
		return k.sys.readPassword(ctx, os.Stdin)
	}
	k.stdin = true
	return k.line(ctx)
}
