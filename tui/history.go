package tui

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/capture"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// maxHistory is how many runs can be looked at again.
const maxHistory = 50

// past is a run with everything that was told of it, so that it can be told again.
type past struct {
	began   ui.RunBegan
	events  []flows.Event
	ended   *ui.RunEnded
	session *flows.Session
	source  string       // where it was read from; empty for one that was made here
	lines   *archive.Run // of a file: with what is not known here
}

// record is the run for an export.
func (p *past) record() *archive.Run {
	if p.lines != nil {
		return p.lines
	}
	all := archive.Of(p.events)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// history is what was run and read since the program began, oldest first.
type history []*past

// remember takes what the screens are told.
func (h *history) remember(msg tea.Msg) {
	switch m := msg.(type) {
	case ui.RunBegan:
		h.add(&past{began: m})
	case ui.RunEvent:
		if p := h.find(m.Run); p != nil {
			p.events = append(p.events, m.Event)
		}
	case ui.RunEnded:
		if p := h.find(m.Run); p != nil {
			p.ended = &m
		}
	case ui.SessionChanged:
		if p := h.find(m.Run); p != nil {
			p.session = m.Session
		}
	}
}

// add remembers one more run, and forgets the oldest of too many.
func (h *history) add(p *past) {
	*h = append(*h, p)
	if over := len(*h) - maxHistory; over > 0 {
		*h = slices.Delete(*h, 0, over)
	}
}

func (h history) find(run int) *past {
	i := slices.IndexFunc(h, func(p *past) bool { return p.began.Run == run })
	if i < 0 {
		return nil
	}
	return h[i]
}

// away says why nothing can be sent with the run on the screen; nil when something can.
func (a *app) away() error {
	if p := a.history.find(a.onScreen); p != nil && p.began.Replayed != "" {
		return errors.New(p.began.Replayed)
	}
	return nil
}

// openRun shows a run again on the screens of a run. The wire's and the home screen know it still.
func (a *app) openRun(m ui.OpenRun) tea.Cmd {
	p := a.history.find(m.Run)
	switch {
	case p == nil:
		return a.failed(errors.New("this run is no longer kept"))
	case a.runs.Running() != nil && !a.runs.Is(m.Run):
		return a.failed(errUnderWay)
	case a.onScreen == m.Run:
		return a.show(ui.Flow)
	}
	var cmds []tea.Cmd
	for _, msg := range p.messages(a.runs.Session()) {
		a.warn(msg)
		for _, s := range a.screens {
			if s.name == ui.Flow || s.name == ui.Token {
				cmds = append(cmds, s.screen.Update(msg))
			}
		}
	}
	a.onScreen, a.reopened = m.Run, m.Run != a.history[len(a.history)-1].began.Run
	return tea.Batch(append(cmds, a.show(ui.Flow))...)
}

var errUnderWay = errors.New("a run is under way: wait for it, or cancel it first")

// messages tells the run. A session that is no longer the current one can't be worked with.
func (p *past) messages(current *flows.Session) []tea.Msg {
	all := []tea.Msg{p.began}
	for _, e := range p.events {
		all = append(all, ui.RunEvent{Run: p.began.Run, Event: e})
	}
	if p.ended != nil {
		all = append(all, *p.ended)
	}
	session := p.session
	if session != nil && session != current && session.Offline() == "" {
		before := *session
		session = before.Away("these are the tokens of a login before the last one")
	}
	return append(all, ui.SessionChanged{Run: p.began.Run, Kind: ui.RunLogin, Session: session})
}

// opened is the end of reading a file.
type opened struct {
	from     ui.Name // the screen that asked; may be empty
	tokens   string  // path of a file that is no run: there may be tokens in it
	runs     []*archive.Run
	warnings []string
	err      error
}

// openFile reads a saved run, or a browser's capture, and shows it.
func (a *app) openFile(m ui.OpenFile) tea.Cmd {
	return func() tea.Msg {
		o := readRuns(ui.ExpandHome(m.Path))
		o.from = m.From
		return o
	}
}

// readRuns reads a file by what it is, whatever it is called.
func readRuns(path string) opened {
	f, err := os.Open(path)
	if err != nil {
		return opened{err: err}
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return opened{err: fmt.Errorf("wanted a file, %q is none", path)}
	}
	head := make([]byte, 4<<10)
	n, _ := f.ReadAt(head, 0)
	if har.Looks(head[:n]) {
		return openCapture(f, path)
	}
	saved, err := archive.Read(f, path)
	switch {
	case errors.Is(err, archive.ErrNone):
		return opened{tokens: path} // a token in JSON, perhaps
	case err != nil:
		return opened{err: fmt.Errorf("%s: %w", path, err)}
	}
	return opened{runs: saved.Runs, warnings: saved.Warnings}
}

// openCapture reads a browser's capture, and finds the logins in it.
func openCapture(r io.Reader, path string) opened {
	log, err := har.Read(r, har.Options{Keep: capture.Keep, Files: os.DirFS(filepath.Dir(path))})
	switch {
	case errors.Is(err, har.ErrNone) && !errors.Is(err, io.ErrUnexpectedEOF):
		return opened{tokens: path} // only looked like one: a line of a log has "log" in it, too
	case err != nil:
		return opened{err: fmt.Errorf("%s: %w", path, err)}
	}
	found := capture.Find(log, path)
	if len(found.Runs) == 0 {
		return opened{err: fmt.Errorf("%s: there is no OAuth or OpenID Connect exchange among its %s", path, ui.Count(found.Seen, "request"))}
	}
	return opened{runs: found.Runs, warnings: found.Warnings}
}

// replay tells the runs of a file to the screens, which fold them as they do those that are made.
func (a *app) replay(m opened) tea.Cmd {
	if m.tokens != "" {
		return tea.Batch(a.show(ui.Token), a.give(ui.TokensIn{Path: m.tokens}))
	}
	err := m.err
	if err == nil && a.runs.Running() != nil {
		err = errUnderWay
	}
	switch {
	case err != nil && m.from == ui.Token:
		return a.give(ui.FileFailed{Err: err})
	case err != nil:
		return a.failed(err)
	}
	var cmds []tea.Cmd
	runs, which := lookFirst(m.runs)
	runs = runs[max(0, len(runs)-maxHistory):]
	for _, r := range runs {
		p := a.pastOf(r)
		a.history.add(p)
		for _, msg := range p.messages(nil) {
			if s, ok := msg.(ui.SessionChanged); ok && s.Session == nil { // only the token screen has something to clear
				cmds = append(cmds, a.toScreen(ui.Token, msg))
				continue
			}
			cmds = append(cmds, a.spread(msg))
		}
		a.onScreen = p.began.Run
	}
	switch {
	case len(m.warnings) > 0:
		cmds = append(cmds, a.notify(ui.Notify{Text: m.warnings[0] + more(len(m.warnings)-1), Kind: ui.NoteCare}))
	case len(m.runs) > len(runs):
		cmds = append(cmds, a.notify(ui.Notify{Text: fmt.Sprintf("%d runs were read: %s is shown, Home lists the last %d", len(m.runs), which, len(runs)), Kind: ui.NoteCare}))
	case len(m.runs) > 1:
		cmds = append(cmds, a.notify(ui.Notify{Text: fmt.Sprintf("%d runs were read: %s is shown, Home lists them all", len(m.runs), which)}))
	}
	return tea.Batch(append(cmds, a.show(ui.Flow))...)
}

// lookFirst puts the run behind all others that a person wants to see first, for the last one is shown: one that failed, else the last
// with the most requests. In a capture the last one is often a refresh in the background.
func lookFirst(runs []*archive.Run) (ordered []*archive.Run, which string) {
	best, most := 0, -1
	which = "the last"
	for i, r := range runs {
		n := len(r.Exchanges())
		if _, err := r.Outcome(); err != nil {
			n, which = 1<<20, "one that failed"
		}
		if n >= most {
			best, most = i, n
		}
	}
	if which == "the last" && best != len(runs)-1 {
		which = "the one with the most requests"
	}
	if len(runs) > 0 {
		ordered = append(slices.Delete(slices.Clone(runs), best, best+1), runs[best])
	}
	return ordered, which
}

// toScreen gives a message to one screen alone.
func (a *app) toScreen(name ui.Name, msg tea.Msg) tea.Cmd {
	for _, s := range a.screens {
		if s.name == name {
			return s.screen.Update(msg)
		}
	}
	return nil
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (and %s)", ui.Count(n, "more warning"))
}

// pastOf makes a run of this program's history of one that was read.
func (a *app) pastOf(r *archive.Run) *past {
	started, session := r.Started(), r.Session()
	done, err := r.Outcome()
	number := a.runs.Number()
	p := &past{lines: r, source: r.Source, session: session, began: ui.RunBegan{
		Run: number, Kind: kindOf(started.Flow), Flow: r.Flow(), Title: ui.ProviderName(started.Issuer), At: r.Began(),
		Config: flows.Config{Issuer: started.Issuer, ClientID: started.ClientID}, Session: session, Replayed: replayed(r)}}
	p.ended = &ui.RunEnded{Run: number, Kind: p.began.Kind, Session: session, Err: err, Canceled: done.Canceled,
		Duration: done.Duration, At: r.Began().Add(done.Duration)}
	for _, e := range r.Entries {
		if e.Event != nil {
			p.events = append(p.events, e.Event)
		}
	}
	return p
}

// replayed says what is shown, and why nothing can be sent.
func replayed(r *archive.Run) string {
	when := ""
	if at := r.Began(); !at.IsZero() {
		when = " of " + at.UTC().Format("2006-01-02 15:04 UTC")
	}
	return "a replayed run" + when + ", read from " + r.Source + ": nothing is sent, and what was checked was checked then"
}

func kindOf(flow string) ui.RunKind {
	switch kind := ui.RunKind(flow); kind {
	case ui.RunRefresh, ui.RunUserInfo, ui.RunIntrospect, ui.RunRevoke:
		return kind
	}
	return ui.RunLogin
}
