package tui

import (
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// sessionList is the overlay with the sessions of this program, and those that are kept and not open.
type sessionList struct {
	a       *app
	kept    []keep.Summary
	problem string // why the kept ones are not known
	loading bool
	list    list
	keys    struct{ open, keep, forget key.Binding }
}

// keptListed is the end of reading the list of kept sessions.
type keptListed struct {
	of   *sessionList
	list []keep.Summary
	err  error
}

// rowLines is the height of one session in the list.
const rowLines = 2

// sessionRow is one session, open or kept.
type sessionRow struct {
	open *openSession  // nil: not open
	kept *keep.Summary // nil: not kept, or open
}

func (a *app) showSessions() tea.Cmd {
	o := &sessionList{a: a}
	bind := func(key_, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(key_, desc))
	}
	o.keys.open, o.keys.keep, o.keys.forget = bind("enter", "switch to it", "enter"), bind("w", "keep", "w"), bind("x", "forget", "x")
	for i, s := range a.sessions.open {
		if s == a.sessions.current {
			o.list.cursor = i
		}
	}
	a.overlay = o
	return o.load()
}

// load reads the list of kept sessions.
func (o *sessionList) load() tea.Cmd {
	read, ctx := o.a.options.Sessions.List, o.a.ctx
	if read == nil {
		return nil
	}
	o.loading = true
	return func() tea.Msg {
		list, err := read(ctx)
		return keptListed{o, list, err}
	}
}

func (o *sessionList) loaded(m keptListed) {
	o.loading, o.kept, o.problem = false, m.list, ""
	if m.err != nil {
		o.problem = safe.Text(m.err.Error())
	}
	o.list.move(0, len(o.rows()))
}

func (o *sessionList) rows() []sessionRow {
	var rows []sessionRow
	for _, s := range o.a.sessions.open {
		rows = append(rows, sessionRow{open: s})
	}
	for i, k := range o.kept {
		if !slices.ContainsFunc(o.a.sessions.open, func(s *openSession) bool { return s.kept == k.Name }) {
			rows = append(rows, sessionRow{kept: &o.kept[i]})
		}
	}
	return rows
}

func (o *sessionList) update(msg tea.Msg) (bool, tea.Cmd) {
	rows, k := o.rows(), o.a.c.Keys
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch {
		case key.Matches(m, k.Back), key.Matches(m, k.Quit), key.Matches(m, k.Sessions):
			return true, nil
		case key.Matches(m, k.Up):
			o.list.move(-1, len(rows))
		case key.Matches(m, k.Down):
			o.list.move(1, len(rows))
		case len(rows) == 0:
		case key.Matches(m, o.keys.open):
			return o.choose(rows[o.list.cursor])
		case key.Matches(m, o.keys.keep):
			return false, o.keepRow(rows[o.list.cursor])
		case key.Matches(m, o.keys.forget):
			return false, o.forget(rows[o.list.cursor])
		}
	case tea.MouseMsg:
		o.list.move(wheel(m)/3, len(rows))
		if i := o.list.top + m.Y/rowLines; isClick(m) && m.Y >= 0 && i < len(rows) {
			o.list.cursor = i
			return o.choose(rows[i])
		}
	}
	return false, nil
}

func (o *sessionList) choose(r sessionRow) (bool, tea.Cmd) {
	if r.open != nil {
		return true, ui.Send(useSession{r.open})
	}
	return true, ui.Send(openKept{r.kept.Name})
}

func (o *sessionList) keepRow(r sessionRow) tea.Cmd {
	if r.open == nil || r.open.kept != "" {
		return ui.Send(ui.Notify{Text: "it is kept already", Kind: ui.NoteInfo})
	}
	return ui.Send(keepIt{r.open})
}

// forget asks before something is lost for good.
func (o *sessionList) forget(r sessionRow) tea.Cmd {
	name := ""
	switch {
	case r.kept != nil:
		name = r.kept.Name
	case r.open.kept != "":
		name = r.open.kept
	case r.open == o.a.sessions.current:
		return ui.Send(ui.Notify{Text: "this is the current session: switch to another one first", Kind: ui.NoteCare})
	default:
		return ui.Send(dropSession{r.open})
	}
	o.a.overlay = newConfirm(o.a.c, "Forget the kept session "+safe.Short(name, 40)+"?", "Its tokens stay good until they expire; the provider is not told.", "forget", forgetKept{name: name})
	return nil
}

func (o *sessionList) view(w, h int) (string, string) {
	t, width := o.a.c.Theme, min(w, 76)
	var lines []string
	rows := o.rows()
	from, to := o.list.window(len(rows), max(1, (min(h, 20)-2)/rowLines))
	for i := from; i < to; i++ {
		lines = append(lines, o.row(rows[i], i == o.list.cursor, width)...)
	}
	if len(rows) == 0 && !o.loading {
		lines = append(lines, ui.Pad(t.Dim.Render("no session yet: log in, and its tokens are one"), width))
	}
	switch {
	case o.loading:
		lines = append(lines, t.Dim.Render("looking for kept sessions …"))
	case o.problem != "":
		lines = append(lines, "")
		for _, l := range ui.Wrap(o.problem, width) {
			lines = append(lines, t.Dim.Render(l))
		}
	}
	return "Sessions", strings.Join(lines, "\n")
}

// row draws one session: who and where, and how long it lives; under it what is kept of it.
func (o *sessionList) row(r sessionRow, selected bool, width int) []string {
	t := o.a.c.Theme
	mark, title, about, end, refresh, kept := "○", "", "", time.Time{}, false, ""
	switch {
	case r.open != nil:
		s := r.open.session
		if r.open == o.a.sessions.current {
			mark = "●"
		}
		_, end = soonest(s)
		title, about, refresh = r.open.title, "client "+s.Config.ClientID, !s.Tokens.Refresh.IsZero()
		if r.open.kept != "" { // as the command line names it
			title, about = r.open.kept, r.open.title+" · "+about
		}
		if who := person(s); who != "" {
			about += " · " + who
		}
		kept = "in memory only"
		if r.open.kept != "" {
			kept = "kept as " + r.open.kept
		}
	default:
		title, about, end, refresh, kept = r.kept.Name, ui.ProviderName(r.kept.Where())+" · client "+r.kept.ClientID, r.kept.ExpiresAt, r.kept.Refresh, "kept, not open"
	}
	trouble := r.trouble()
	if refresh && trouble != keep.Refused && trouble != tokensRevoked {
		kept += ", refreshable"
	}
	style := t.Text
	if selected {
		style = t.Strong
	}
	first := t.Accent.Render(mark) + " " + style.Render(safe.Short(title, 36))
	kept = safe.Short(kept, 44)
	about = safe.Short(about, max(10, width-6-ui.Width(kept)))
	return []string{
		t.Cursor(selected, true) + ui.Between(first, o.life(end, trouble), width-2),
		"    " + ui.Between(t.Dim.Render(about), t.Dim.Render(kept), width-4),
	}
}

// trouble is what is known to be wrong with a session, as [keep.Summary] names it.
func (r sessionRow) trouble() string {
	switch {
	case r.kept != nil:
		return r.kept.Trouble
	case r.open.session.Over():
		return tokensRevoked
	case r.open.ended:
		return keep.Refused
	case r.open.session.Doubt != "":
		return keep.Unchecked
	}
	return ""
}

// tokensRevoked is the trouble of a session that was ended here, and stays to be looked at.
const tokensRevoked = "revoked"

// life is how long a session's soonest token lives, unless something is wrong with it.
func (o *sessionList) life(end time.Time, trouble string) string {
	t, left := o.a.c.Theme, end.Sub(o.a.c.Now())
	switch {
	case trouble == tokensRevoked:
		return t.Bad.Render("✗ its tokens are revoked")
	case trouble == keep.Refused:
		return t.Bad.Render("✗ refresh refused: log in again")
	case trouble == keep.Unchecked:
		return t.Bad.Render("✗ the last refresh failed its checks")
	case end.IsZero():
		return t.Dim.Render("no expiry known")
	case left <= 0:
		return t.Bad.Render("✗ expired " + ui.Clock(-left) + " ago")
	case left < time.Minute:
		return t.Care.Render("! " + ui.Clock(left))
	default:
		return t.Good.Render(ui.Clock(left))
	}
}

func (o *sessionList) hints() []key.Binding {
	return []key.Binding{key.NewBinding(key.WithKeys("up"), key.WithHelp("↑↓", "choose")), o.keys.open, o.keys.keep, o.keys.forget, o.a.c.Keys.Back}
}
