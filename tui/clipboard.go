package tui

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// Copying goes two ways at once. OSC 52 asks the terminal, which also works over SSH, but gives no answer; the platform's
// tool is sure, but only there where it runs. The notice says which was done.

// osc52Limit is the longest text that common terminals accept, in bytes before base64.
const osc52Limit = 74_994

// clipboard is the two ways with their surroundings as arguments.
type clipboard struct {
	terminal io.Writer // nil: no terminal to ask
	getenv   func(string) string
	look     func(string) (string, error)
	run      func(ctx context.Context, argv []string, stdin string) error
	goos     string
}

// put copies and says how, in words.
func (c clipboard) put(ctx context.Context, text string) (how string, err error) {
	var ways []string
	if argv := c.tool(); argv != nil {
		if err = c.run(ctx, argv, text); err == nil {
			ways = append(ways, argv[0])
		}
	}
	if c.terminal != nil && len(text) <= osc52Limit {
		if _, e := io.WriteString(c.terminal, c.osc52(text)); e == nil {
			ways = append(ways, "the terminal")
		}
	}
	if len(ways) == 0 {
		if err == nil {
			err = fmt.Errorf("copy: %d bytes are more than a terminal takes (%d), and there is no clipboard tool here", len(text), osc52Limit)
		}
		return "", err
	}
	return strings.Join(ways, " and "), nil
}

// osc52 is the sequence that sets the terminal's clipboard. tmux and screen pass it on only when it is wrapped; tmux also
// takes the bare form when set-clipboard is on, so both are sent there.
func (c clipboard) osc52(text string) string {
	bare := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
	switch {
	case c.getenv("TMUX") != "":
		return bare + "\x1bPtmux;" + strings.ReplaceAll(bare, "\x1b", "\x1b\x1b") + "\x1b\\"
	case strings.HasPrefix(c.getenv("TERM"), "screen"):
		return "\x1bP" + bare + "\x1b\\"
	default:
		return bare
	}
}

// tool is the command line of the platform's clipboard tool, nil when there is none that can work here.
func (c clipboard) tool() []string {
	var candidates [][]string
	switch c.goos {
	case "darwin":
		candidates = [][]string{{"pbcopy"}}
	case "windows":
		candidates = [][]string{{"clip.exe"}}
	default:
		if c.getenv("WAYLAND_DISPLAY") != "" {
			candidates = append(candidates, []string{"wl-copy"})
		}
		if c.getenv("DISPLAY") != "" {
			candidates = append(candidates, []string{"xclip", "-selection", "clipboard"}, []string{"xsel", "--clipboard", "--input"})
		}
		if c.getenv("WSL_DISTRO_NAME") != "" {
			candidates = append(candidates, []string{"clip.exe"})
		}
	}
	for _, argv := range candidates {
		if _, err := c.look(argv[0]); err == nil {
			return argv
		}
	}
	return nil
}

// runTool runs a clipboard tool. Tools that stay behind to serve the clipboard fork; they must not hold our output.
func runTool(ctx context.Context, argv []string, stdin string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdin = strings.NewReader(stdin)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("copy with %s: %w", argv[0], err)
	}
	return nil
}

func (a *app) copy(m ui.Copy) tea.Cmd {
	clip, ctx := a.outside.clipboard, a.ctx
	return func() tea.Msg {
		how, err := clip.put(ctx, m.Text)
		switch {
		case err != nil:
			return ui.Notify{Text: err.Error(), Kind: ui.NoteBad}
		case m.Secret:
			return ui.Notify{Text: m.What + " is in the clipboard: a secret (by " + how + ")", Kind: ui.NoteCare}
		default:
			return ui.Notify{Text: m.What + " copied (by " + how + ")", Kind: ui.NoteGood}
		}
	}
}

// copyMenu asks which form to copy; one form needs no question.
func (a *app) copyMenu(m ui.CopyMenu) tea.Cmd {
	switch len(m.Items) {
	case 0:
		return a.notify(ui.Notify{Text: "nothing to copy is selected"})
	case 1:
		return a.copy(m.Items[0])
	}
	menu := &menu{c: a.c, title: "Copy", verb: "copy", again: a.c.Keys.Copy}
	for _, item := range m.Items {
		menu.rows = append(menu.rows, menuRow{item.What, item.Secret, item})
	}
	a.overlay = menu
	return nil
}
