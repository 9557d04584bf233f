package tui

import (
	"os"
	"runtime"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/term"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// terminal is where keys come from: standard input, or the controlling terminal when standard input is something else
// (a token that was piped in).
type terminal struct {
	file    *os.File // nil: none that can be asked
	answers *answers // nil: nothing was asked
	typed   []tea.Msg
	pastes  pastes
}

func openTerminal() *terminal {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return &terminal{file: os.Stdin}
	}
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return &terminal{}
	}
	return &terminal{file: f}
}

// ask asks for the background, where that makes sense.
func (t *terminal) ask() (dark, known bool) {
	if t.file == nil || !term.IsTerminal(int(os.Stdout.Fd())) || !canAsk(os.Getenv) {
		return false, false
	}
	var keys []byte
	t.answers, keys = ask(t.file, askLimit)
	for _, b := range keys {
		switch {
		case b == '\r':
			t.typed = append(t.typed, ui.KeyPress("enter"))
		case b == 3:
			t.typed = append(t.typed, ui.KeyPress("ctrl+c"))
		case b >= ' ' && b < 0x7f:
			t.typed = append(t.typed, ui.KeyPress(string(rune(b))))
		}
	}
	return darkColour(t.answers.colour)
}

// options make Bubble Tea read from this terminal, through the filter for pastes, and for answers that may still come. A Windows
// console is no stream of bytes, and is read as it is.
func (t *terminal) options() []tea.ProgramOption {
	switch {
	case t.file == nil:
		return nil // Bubble Tea finds its own, or says why it can't
	case runtime.GOOS == "windows":
		return []tea.ProgramOption{tea.WithInput(t.file)}
	default:
		return []tea.ProgramOption{tea.WithInput(input{File: t.file, answers: t.answers, pastes: &t.pastes, left: new([]byte)})}
	}
}
