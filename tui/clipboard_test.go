package tui

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

func TestClipboard(t *testing.T) {
	const bare = "\x1b]52;c;aGk=\x07"
	none := errors.New("not found")
	for _, c := range []struct {
		name, goos string
		env        map[string]string
		tools      string // that are installed
		fails      bool   // the tool does
		how, wrote string
		argv       string
	}{
		{"bare terminal", "linux", nil, "", false, "the terminal", bare, ""},
		{"Wayland", "linux", map[string]string{"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "wl-copy xclip", false, "wl-copy and the terminal", bare, "wl-copy"},
		{"X without xclip", "linux", map[string]string{"DISPLAY": ":0"}, "xsel", false, "xsel and the terminal", bare, "xsel --clipboard --input"},
		{"X over SSH without a display", "linux", nil, "xclip", false, "the terminal", bare, ""},
		{"tool fails", "linux", map[string]string{"DISPLAY": ":0"}, "xclip", true, "the terminal", bare, "xclip -selection clipboard"},
		{"macOS", "darwin", nil, "pbcopy", false, "pbcopy and the terminal", bare, "pbcopy"},
		{"Windows", "windows", nil, "clip.exe", false, "clip.exe and the terminal", bare, "clip.exe"},
		{"WSL", "linux", map[string]string{"WSL_DISTRO_NAME": "d"}, "clip.exe", false, "clip.exe and the terminal", bare, "clip.exe"},
		{"tmux", "linux", map[string]string{"TMUX": "x"}, "", false, "the terminal", bare + "\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\", ""},
		{"screen", "linux", map[string]string{"TERM": "screen-256color"}, "", false, "the terminal", "\x1bP" + bare + "\x1b\\", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var wrote bytes.Buffer
			var ran string
			clip := clipboard{terminal: &wrote, goos: c.goos, getenv: func(k string) string { return c.env[k] },
				look: func(name string) (string, error) {
					if !strings.Contains(" "+c.tools+" ", " "+name+" ") {
						return "", none
					}
					return "/bin/" + name, nil
				},
				run: func(_ context.Context, argv []string, stdin string) error {
					if ran = strings.Join(argv, " "); stdin != "hi" {
						t.Errorf("the tool got %q", stdin)
					}
					if c.fails {
						return errors.New("cannot open display")
					}
					return nil
				}}
			how, err := clip.put(t.Context(), "hi")
			if err != nil || how != c.how || wrote.String() != c.wrote || ran != c.argv {
				t.Errorf("how %q, wrote %q, ran %q, %v; want %q, %q, %q", how, wrote.String(), ran, err, c.how, c.wrote, c.argv)
			}
		})
	}
	long := clipboard{terminal: &bytes.Buffer{}, getenv: func(string) string { return "" }, look: func(string) (string, error) { return "", none }}
	if _, err := long.put(t.Context(), strings.Repeat("x", osc52Limit+1)); err == nil || !strings.Contains(err.Error(), "74995 bytes") {
		t.Errorf("what no way can take is an error: %v", err)
	}
}
