package token

import (
	"fmt"
	"io"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Text that a person gave is searched for tokens, and each of them gets a tab. A short text is read at once; a long one, and a file, by a
// command, so that keys are answered meanwhile.

// atOnce is how long a text may be to be read between two frames, in bytes.
const atOnce = 32 << 10

// tokensRead is what was found in a text.
type tokensRead struct {
	number int
	tabs   []*subject
	err    error
}

// For makes it a message for this screen.
func (tokensRead) For() ui.Name { return ui.Token }

// openText reads a text that was pasted, or given on the command line.
func (s *Screen) openText(m ui.TokenOpened) tea.Cmd {
	if path := ui.DroppedFile(m.Raw); path != "" {
		return ui.Send(ui.OpenFile{Path: path})
	}
	session, now := s.session, s.now
	if len(m.Raw) <= atOnce {
		return s.opened(read(m, session, now, ""))
	}
	return s.readLater(widget.Size(int64(len(m.Raw))), func() ([]*subject, error) { return read(m, session, now, ""), nil })
}

// openFile looks for tokens in a file that is no saved run and no capture.
func (s *Screen) openFile(path string) tea.Cmd {
	session, now := s.session, s.now
	return s.readLater(safe.Short(path, 60), func() ([]*subject, error) {
		text, err := readFile(path, inspect.MaxText)
		if err != nil {
			return nil, err
		}
		return read(ui.TokenOpened{Raw: text}, session, now, path), nil
	})
}

// readLater reads in a command. What is read is said in the meantime; of two readings the later one counts.
func (s *Screen) readLater(what string, do func() ([]*subject, error)) tea.Cmd {
	s.readings++
	s.reading = what
	number := s.readings
	return func() tea.Msg {
		tabs, err := do()
		return tokensRead{number, tabs, err}
	}
}

// arrived takes what a command has read.
func (s *Screen) arrived(m tokensRead) tea.Cmd {
	if m.number != s.readings {
		return nil
	}
	s.reading = ""
	if m.err == nil {
		return s.opened(m.tabs)
	}
	if f, ok := s.guest.(*openForm); ok {
		f.Fail(m.err.Error())
		return nil
	}
	return ui.Send(ui.Notify{Text: m.err.Error(), Kind: ui.NoteBad})
}

// opened puts new tabs behind the others. A token that has a tab already keeps it, judged anew.
func (s *Screen) opened(tabs []*subject) tea.Cmd {
	s.guest, s.before = nil, false
	front := -1
	seen := map[string]bool{} // the same token twice in what was pasted has one tab
	for _, sub := range tabs {
		seen[sub.raw] = true
		at := s.pastedIndex(sub.raw)
		if at < 0 {
			s.pasted = append(s.pasted, sub)
			at = len(s.pasted) - 1
		} else {
			s.pasted[at] = sub
		}
		if front < 0 {
			front = at
		}
	}
	s.nameTabs()
	s.view, s.zoomed, s.fresh = viewPanes, nil, true
	s.filter.Clear()
	s.tabs.Active = len(s.current) + max(front, 0)
	if len(seen) > 1 {
		return ui.Send(ui.Notify{Text: fmt.Sprintf("%d tokens found, a tab for each", len(seen)), Kind: ui.NoteGood})
	}
	return nil
}

func (s *Screen) pastedIndex(raw string) int {
	for i, sub := range s.pasted {
		if sub.raw == raw {
			return i
		}
	}
	return -1
}

// readFile reads a file of at most so many bytes.
func readFile(path string, most int64) (string, error) {
	f, err := os.Open(ui.ExpandHome(path))
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("wanted a file, %q is none", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return "", err
	case int64(len(data)) > most:
		return "", fmt.Errorf("wanted a file of at most %s, %q is longer", widget.Size(most), path)
	}
	return string(data), nil
}

// read makes a tab of every token in a text. file is where it came from, or empty.
func read(m ui.TokenOpened, session *flows.Session, now time.Time, file string) []*subject {
	found := inspect.FindTokens(m.Raw)
	tabs := make([]*subject, len(found))
	for i := range found {
		tabs[i] = open(&found[i], m, session, now)
		tabs[i].file = file
		if len(found) > 1 {
			tabs[i].of = fmt.Sprintf("%d of %d in what was given", i+1, len(found))
		}
	}
	return tabs
}

// open makes the tab of a token that came from a person. Without keys given with it, those of the session are used when the token says
// that it comes from the session's issuer; a match of names proves nothing by itself, the signature does.
func open(f *inspect.Found, m ui.TokenOpened, session *flows.Session, now time.Time) *subject {
	s := &subject{which: pasted, raw: f.Token.Raw, named: f.Name, where: f.Where, removed: f.Token.Removed, keys: m.Keys, ctx: m.Context}
	if s.ctx.Now.IsZero() {
		s.ctx.Now = now
	}
	if s.ctx.Profile == "" {
		s.ctx.Profile = inspect.ProfileAuto
	}
	if iss, _ := f.Token.Payload.Get("iss").Text(); s.keys == nil && session != nil && iss == session.Issuer {
		s.keys = session.Keys
	}
	s.report = lint.InspectToken(f.Token, s.keys, s.ctx)
	s.lifetime(nil)
	return s
}

// judge inspects the token again, with what is known of it by now.
func (s *subject) judge() {
	s.report = lint.Inspect(s.raw, s.keys, s.ctx)
	s.child = nil
	s.lifetime(nil)
}
