package tui

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
)

// Bubble Tea reads its input in pieces of 256 bytes, and looks through all of a paste again with each piece: a megabyte takes it
// seconds, in which no key is answered. So a paste is taken out of the input before Bubble Tea sees it, with a number in its place,
// and put back into the message that Bubble Tea makes of the number.

// What a terminal puts around a paste (bracketed paste mode).
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// pastes holds what was taken out. The input fills it, the program's messages empty it.
type pastes struct {
	inside  bool
	content []byte // of the paste whose end is still to come
	partial []byte // the beginning of a mark whose end is still to come

	mu     sync.Mutex // of what follows
	number int
	held   map[string]string
}

// filter returns input with a number in the place of each paste. more says that the read was full, so that what it ends with may go on.
// Otherwise nothing is held back that may be a key: that of an escape key is one byte, that of alt and a key two.
func (p *pastes) filter(input []byte, more bool) (out []byte) {
	data := append(p.partial, input...)
	p.partial = nil
	for len(data) > 0 {
		mark, least := pasteStart, len("\x1b[2")
		if p.inside {
			mark = pasteEnd
		}
		if p.inside || more {
			least = 1
		}
		before, after, found := bytes.Cut(data, []byte(mark))
		if !found {
			cut := len(data) - begun(data, mark, least)
			before, p.partial = data[:cut], bytes.Clone(data[cut:])
		}
		switch {
		case !p.inside:
			out = append(out, before...)
		case len(p.content)+len(before) <= inspect.MaxText: // what is more is dropped: nothing here reads it
			p.content = append(p.content, before...)
		}
		if !found {
			return out
		}
		if p.inside {
			out = append(out, pasteStart+p.hold()+pasteEnd...)
		}
		p.inside, data = !p.inside, after
	}
	return out
}

// begun is how many bytes at the end of data begin a mark, at least so many.
func begun(data []byte, mark string, least int) int {
	for n := min(len(mark)-1, len(data)); n >= least; n-- {
		if strings.HasPrefix(mark, string(data[len(data)-n:])) {
			return n
		}
	}
	return 0
}

// hold keeps the content and gives its number.
func (p *pastes) hold() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(map[string]string)
	}
	p.number++
	number := strconv.Itoa(p.number)
	p.held[number] = strings.ToValidUTF8(string(p.content), "")
	p.content = nil
	return number
}

// take gives the text behind a number, once. Text that is no number of its own was not taken out of the input, and is given back.
func (p *pastes) take(number string) string {
	if p == nil {
		return number
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	text, ok := p.held[number]
	if !ok {
		return number
	}
	delete(p.held, number)
	return text
}
