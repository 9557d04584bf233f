package tui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/internal/file"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// export is the overlay that writes a run to a file: in which format, under which name. A file that is there is replaced only
// after the person was asked.
type export struct {
	c       *ui.Common
	run     *archive.Run
	maker   string
	list    list
	field   textinput.Model
	naming  bool
	replace bool // the person saw that the file is there
}

// exportWords say what each format is for.
var exportWords = map[archive.Format]string{
	archive.JSON: "to open it here again: oidcscope replay", archive.HAR: "HTTP archive, for browsers and proxies",
	archive.Curl: "a curl command for each request", archive.Markdown: "a report for an issue tracker",
}

// exported is the end of writing.
type exported struct {
	path string
	err  error
	from *export
}

// openExport shows the overlay for a run; without a number for the one on the screen.
func (a *app) openExport(m ui.Export) tea.Cmd {
	if m.Run == 0 {
		m.Run = a.onScreen
	}
	p := a.history.find(m.Run)
	if p == nil || p.record() == nil {
		return a.failed(archive.ErrNoRun)
	}
	field := textinput.New()
	field.Prompt = ""
	field.CharLimit = 4096
	a.overlay = &export{c: a.c, run: p.record(), maker: "oidcscope " + a.options.Version, field: field}
	return nil
}

func (a *app) wasExported(m exported) tea.Cmd {
	switch {
	case errors.Is(m.err, fs.ErrExist):
		m.from.replace, m.from.naming = true, true
		a.overlay = m.from
		return nil
	case m.err != nil:
		return a.failed(m.err)
	case a.c.Reveal:
		return a.notify(ui.Notify{Text: m.path + " is written: it holds secrets", Kind: ui.NoteCare})
	}
	return a.notify(ui.Notify{Text: m.path + " is written, secrets masked", Kind: ui.NoteGood})
}

func (o *export) format() archive.Format { return archive.Formats()[o.list.cursor] }

func (o *export) update(msg tea.Msg) (bool, tea.Cmd) {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return o.pointed(msg.(tea.MouseMsg))
	}
	if o.naming {
		return o.typed(m)
	}
	k := o.c.Keys
	switch {
	case key.Matches(m, k.Back, k.Quit):
		return true, nil
	case key.Matches(m, k.Up):
		o.list.move(-1, len(archive.Formats()))
	case key.Matches(m, k.Down):
		o.list.move(1, len(archive.Formats()))
	case key.Matches(m, k.Enter, k.Export):
		return false, o.name()
	case m.Type == tea.KeyRunes && len(m.Runes) == 1 && m.Runes[0] >= '1' && int(m.Runes[0]-'1') < len(archive.Formats()):
		o.list.cursor = int(m.Runes[0] - '1')
		return false, o.name()
	}
	return false, nil
}

func (o *export) pointed(m tea.MouseMsg) (bool, tea.Cmd) {
	if !o.naming && isClick(m) && m.Y < len(archive.Formats()) {
		o.list.cursor = m.Y
		return false, o.name()
	}
	return false, nil
}

// name goes on to the file's name.
func (o *export) name() tea.Cmd {
	o.naming = true
	started := o.run.Started()
	o.field.SetValue("oidcscope-" + fileWord(started.Flow) + o.run.Began().UTC().Format("-20060102-150405") + o.format().Extension())
	o.field.CursorEnd()
	return o.field.Focus()
}

// fileWord keeps of a word what can stand in a file's name everywhere.
func fileWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "run"
	}
	return s[:min(len(s), 40)]
}

func (o *export) typed(m tea.KeyMsg) (bool, tea.Cmd) {
	switch {
	case m.Type == tea.KeyEsc && o.replace:
		o.replace = false
		return false, nil
	case m.Type == tea.KeyEsc:
		o.naming = false
		return false, nil
	case m.Type == tea.KeyEnter && o.field.Value() != "":
		return true, o.write()
	}
	o.replace = false
	var cmd tea.Cmd
	o.field, cmd = o.field.Update(m)
	return false, cmd
}

func (o *export) write() tea.Cmd {
	path, replace, reveal, format := o.field.Value(), o.replace, o.c.Reveal, o.format()
	runs, maker := []*archive.Run{o.run}, o.maker
	return func() tea.Msg {
		err := file.Write(path, replace, func(w io.Writer) error { return archive.Export(w, format, runs, maker, reveal) })
		return exported{path, err, o}
	}
}

func (o *export) view(w, _ int) (string, string) {
	t := o.c.Theme
	note := t.Dim.Render("secrets are masked")
	if o.c.Reveal {
		note = t.Care.Render("! secrets are shown now, and will be in the file")
	}
	var lines []string
	if !o.naming {
		for i, f := range archive.Formats() {
			line := t.Cursor(i == o.list.cursor, true) + t.Accent.Render(fmt.Sprint(i+1)) + "  " + t.Text.Render(ui.Pad(string(f), 10)) + t.Dim.Render(exportWords[f])
			lines = append(lines, ui.Truncate(line, w))
		}
		return "Export the run", strings.Join(append(lines, "", ui.Truncate(note, w)), "\n")
	}
	o.field.Width = max(10, min(w-2, 60))
	lines = append(lines, "", t.Dim.Render("file"), o.field.View(), "")
	if o.replace {
		note = t.Care.Render("! " + safe.Short(o.field.Value(), 40) + " is there already: enter replaces it")
	}
	return "Export as " + string(o.format()), strings.Join(append(lines, ui.Truncate(note, w)), "\n")
}

func (o *export) hints() []key.Binding {
	write := key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "write"))
	if !o.naming {
		return []key.Binding{o.c.Keys.Up, o.c.Keys.Down, key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "choose")), o.c.Keys.Back}
	}
	return []key.Binding{write, o.c.Keys.Back}
}
