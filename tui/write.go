package tui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/file"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// writeMenu asks in which form to write.
func (a *app) writeMenu(m ui.WriteMenu) tea.Cmd {
	menu := &menu{c: a.c, title: m.Title, verb: "write the file", again: a.c.Keys.Export}
	for _, item := range m.Items {
		menu.rows = append(menu.rows, menuRow{what: ui.Pad(item.What, 10) + "  " + item.Name, then: item})
	}
	a.overlay = menu
	return nil
}

// write writes a new file into the current folder; one that is there is left alone.
func (a *app) write(m ui.Write) tea.Cmd {
	return func() tea.Msg {
		path, err := filepath.Abs(m.Name)
		if err == nil {
			err = newFile(path, m.Data)
		}
		if err != nil {
			return ui.Notify{Text: err.Error(), Kind: ui.NoteBad}
		}
		return ui.Notify{Text: path + " is written", Kind: ui.NoteGood}
	}
}

func newFile(path string, data []byte) error {
	err := file.Write(path, false, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("write %s: it is there already", path)
	}
	return err
}
