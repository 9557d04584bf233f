package tui

import (
	"bytes"
	"os"
	"strings"
)

// The question for the background colour (OSC 11) is followed by one that every terminal answers (DA1, "what are you"),
// so that a terminal without OSC 11 costs no wait.
const (
	askBackground = "\x1b]11;?\x1b\\"
	askDevice     = "\x1b[c"
)

// answers takes the terminal's answers out of its input.
type answers struct {
	colour string // of OSC 11, "rgb:…"; empty when it did not come
	device bool   // DA1 came: no answer is to come after it
	held   []byte // the beginning of an answer whose end is still to come
}

// answerLimit bounds what is held; both answers are far shorter.
const answerLimit = 64

// take returns input without the answers in it.
func (a *answers) take(input []byte) (keys []byte) {
	in := append(a.held, input...)
	a.held = nil
	for len(in) > 0 {
		esc := bytes.IndexByte(in, '\x1b')
		if esc < 0 || a.device {
			return append(keys, in...)
		}
		keys, in = append(keys, in[:esc]...), in[esc:]
		n, whole := a.answer(in)
		switch {
		case n > 0 && whole:
			in = in[n:]
		case n > 0:
			a.held = bytes.Clone(in)
			return keys
		default: // some other escape sequence: a key
			keys, in = append(keys, in[0]), in[1:]
		}
	}
	return keys
}

// answer looks at input that begins with ESC: how long the answer there is, 0 when there is none, and whether its end is
// there. An ESC with at most one byte after it is a key that was pressed, never held back.
func (a *answers) answer(in []byte) (n int, whole bool) {
	s := string(in[:min(len(in), answerLimit)])
	switch {
	case len(s) < 3:
		return 0, false
	case strings.HasPrefix(s, "\x1b]11;"):
		body := s[len("\x1b]11;"):]
		if end := strings.IndexAny(body, "\a\x1b"); end >= 0 {
			if body[end] == '\x1b' && end+1 == len(body) {
				return len(s), false
			}
			a.colour = body[:end]
			n = len(s) - len(body) + end + 1
			if body[end] == '\x1b' {
				n++ // ST is ESC \
			}
			return n, true
		}
	case strings.HasPrefix(s, "\x1b[?"):
		rest := strings.TrimLeft(s[3:], "0123456789;")
		if rest != "" {
			a.device = rest[0] == 'c'
			if !a.device {
				return 0, false
			}
			return len(s) - len(rest) + 1, true
		}
	case !strings.HasPrefix("\x1b]11;", s):
		return 0, false
	}
	if len(s) == answerLimit {
		return 0, false
	}
	return len(s), false
}

// input is the terminal as Bubble Tea reads it: without answers that came after the wait for them was over, and with a number in the
// place of each paste.
type input struct {
	*os.File
	answers *answers // nil: nothing was asked
	pastes  *pastes
	left    *[]byte // did not fit into the last read
}

// pasteRead is how much of a paste is read at once; terminals give no more.
const pasteRead = 4096

func (i input) Read(p []byte) (int, error) {
	if len(*i.left) > 0 {
		n := copy(p, *i.left)
		*i.left = (*i.left)[n:]
		return n, nil
	}
	size := len(p)
	if i.pastes.inside {
		size = max(size, pasteRead)
	}
	buf := make([]byte, size)
	n, err := i.File.Read(buf)
	if n <= 0 {
		return n, err
	}
	buf = buf[:n]
	if i.answers != nil && !i.answers.device && !i.pastes.inside {
		buf = i.answers.take(buf)
	}
	buf = i.pastes.filter(buf, n == size)
	n = copy(p, buf)
	*i.left = buf[n:]
	return n, err
}
