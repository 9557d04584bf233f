//go:build unix

package tui

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// canAsk says whether the terminal may be asked: some would print the question, or pass it on to no one.
func canAsk(getenv func(string) string) bool {
	t := getenv("TERM")
	inScreen := strings.HasPrefix(t, "screen") && getenv("TMUX") == "" // GNU screen keeps answers to itself
	return t != "" && t != "dumb" && t != "linux" && !inScreen
}

// ask puts the question for the background colour and waits for the answer, at most for limit. Keys that were typed
// meanwhile are returned.
func ask(tty *os.File, limit time.Duration) (a *answers, keys []byte) {
	a = &answers{}
	fd := int(tty.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return a, nil
	}
	defer func() { _ = term.Restore(fd, state) }()
	if _, err := os.Stdout.WriteString(askBackground + askDevice); err != nil {
		return a, nil
	}
	buf := make([]byte, 256)
	for end := time.Now().Add(limit); !a.device; {
		if !readable(fd, time.Until(end)) {
			break
		}
		n, err := unix.Read(fd, buf)
		if err != nil || n <= 0 {
			break
		}
		keys = append(keys, a.take(buf[:n])...)
	}
	return a, keys
}

// readable waits until fd has something to read. select rather than poll: macOS can't poll a terminal.
func readable(fd int, wait time.Duration) bool {
	for deadline := time.Now().Add(wait); ; {
		left := time.Until(deadline)
		if left <= 0 || fd >= unix.FD_SETSIZE {
			return false
		}
		var set unix.FdSet
		set.Set(fd)
		tv := unix.NsecToTimeval(left.Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &tv)
		if err != unix.EINTR {
			return err == nil && n > 0
		}
	}
}
