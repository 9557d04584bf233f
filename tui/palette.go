package tui

import (
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// palette is the : overlay: everything that can be done now, found by typing some of its letters.
type palette struct {
	a       *app
	query   []rune
	all     []command
	matches []command
	list    list
}

// queryLines are the lines before the first command.
const queryLines = 2

// command is one row of the palette.
type command struct {
	title, key, disabled string
	words                string // further ones that it is found by
	do                   func() tea.Cmd
}

func newPalette(a *app) *palette {
	p := &palette{a: a, all: commands(a)}
	p.find()
	return p
}

// commands are the actions of the screen in front, the way to the others, what the whole program can do, and last what the
// other screens can do: choosing that goes there first.
func commands(a *app) []command {
	all := actionsOf(a, a.screens[a.front], "")
	for i, s := range a.screens {
		if i != a.front {
			all = append(all, command{title: "Go to " + s.title, key: s.key, do: func() tea.Cmd { return a.show(s.name) }})
		}
	}
	all = append(all, startCommands(a, all)...)
	all = append(all, sessionCommands(a, a.runs.Session())...)
	k := a.c.Keys
	for _, b := range []key.Binding{k.Sessions, k.Help, k.Explain, k.Reveal, k.Mouse, k.Quit} {
		desc := b.Help().Desc
		words := ""
		if b.Help() == k.Sessions.Help() {
			words = "switch save keep revoke forget"
		}
		all = append(all, command{title: strings.ToUpper(desc[:1]) + desc[1:], key: b.Help().Key, words: words,
			do: func() tea.Cmd { return a.pressed(ui.KeyPress(b.Keys()[0])) }})
	}
	for i, s := range a.screens {
		if i != a.front && !s.screen.Typing() { // there the key would be text
			all = append(all, actionsOf(a, s, s.title+" ▸ ")...)
		}
	}
	return all
}

// actionsOf are the actions of one screen, which is shown before one is done.
func actionsOf(a *app, s entry, prefix string) []command {
	var all []command
	for _, action := range s.screen.Actions() {
		c := command{title: prefix + action.Title, key: action.Binding.Help().Key, disabled: action.Disabled, words: action.Words}
		if keys := action.Binding.Keys(); len(keys) > 0 {
			c.do = func() tea.Cmd {
				var shown tea.Cmd
				if prefix != "" {
					shown = a.show(s.name)
				}
				return tea.Batch(shown, s.screen.Update(ui.KeyPress(keys[0])))
			}
		}
		all = append(all, c)
	}
	return all
}

// startCommands are what can be begun from anywhere, but for what is in the list already: logins, checks, profiles.
func startCommands(a *app, have []command) []command {
	var all []command
	send := func(title string, msg tea.Msg) {
		if !slices.ContainsFunc(have, func(c command) bool { return c.title == title }) {
			all = append(all, command{title: title, do: func() tea.Cmd { return ui.Send(msg) }})
		}
	}
	send("Practice login: authorization code + PKCE", ui.StartPractice{Flow: "pkce"})
	send("Practice login: device code", ui.StartPractice{Flow: "device"})
	send("Check a provider", ui.OpenDoctor{})
	send("Practice with a fault", ui.OpenFaults{})
	send("Log in to a provider", ui.OpenLogin{})
	send("Register a client", ui.OpenRegister{})
	send("Probe your own provider", ui.OpenProbe{})
	for _, p := range a.c.Profiles {
		send("Log in as profile "+safe.Short(p.Name, 40), ui.StartProfile{Profile: p})
	}
	return all
}

// find keeps the commands that have the query's letters in order, best first.
func (p *palette) find() {
	type scored struct {
		command
		score int
	}
	var found []scored
	for _, c := range p.all {
		score, ok := fuzzy(string(p.query), c.title)
		if named(string(p.query), c.words) {
			score, ok = max(score, 3*len(p.query)), true
		}
		if ok {
			found = append(found, scored{c, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return b.score - a.score })
	p.matches = p.matches[:0]
	for _, f := range found {
		p.matches = append(p.matches, f.command)
	}
	p.list = list{}
}

// named reports whether one of the words begins with query, in any case. A letter or two begin too many.
func named(query, words string) bool {
	query = strings.ToLower(strings.TrimSpace(query))
	return len(query) > 2 && strings.Contains(" "+strings.ToLower(words), " "+query)
}

// fuzzy reports whether text has the letters of query in order, in any case, and how well: letters in a row and letters
// that begin a word count more.
func fuzzy(query, text string) (score int, ok bool) {
	have := []rune(strings.ToLower(text))
	at, before := 0, -2
	for _, r := range strings.ToLower(query) {
		if r == ' ' {
			continue
		}
		for at < len(have) && have[at] != r {
			at++
		}
		if at == len(have) {
			return 0, false
		}
		switch {
		case at == before+1:
			score += 3
		case at == 0 || !unicode.IsLetter(have[at-1]):
			score += 2
		}
		before, at = at, at+1
	}
	return score, true
}

func (p *palette) update(msg tea.Msg) (bool, tea.Cmd) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		switch m.Type {
		case tea.KeyEsc:
			return true, nil
		case tea.KeyEnter:
			return p.run()
		case tea.KeyUp, tea.KeyCtrlP:
			p.list.move(-1, len(p.matches))
		case tea.KeyDown, tea.KeyCtrlN:
			p.list.move(1, len(p.matches))
		case tea.KeyPgUp:
			p.list.move(-10, len(p.matches))
		case tea.KeyPgDown:
			p.list.move(10, len(p.matches))
		case tea.KeyBackspace:
			if len(p.query) == 0 {
				return true, nil
			}
			p.query = p.query[:len(p.query)-1]
			p.find()
		case tea.KeyRunes, tea.KeySpace:
			if len(p.query)+len(m.Runes) <= 60 {
				p.query = append(p.query, printable(m.Runes)...)
			}
			p.find()
		}
	case tea.MouseMsg:
		p.list.move(wheel(m)/3, len(p.matches))
		if i := p.list.top + m.Y - queryLines; isClick(m) && m.Y >= queryLines && i < len(p.matches) {
			p.list.cursor = i
			return p.run()
		}
	}
	return false, nil
}

func printable(runes []rune) []rune {
	return slices.DeleteFunc(slices.Clone(runes), func(r rune) bool { return !unicode.IsPrint(r) })
}

// run does the selected command, when it can be done.
func (p *palette) run() (bool, tea.Cmd) {
	if len(p.matches) == 0 {
		return false, nil
	}
	c := p.matches[p.list.cursor]
	if c.disabled != "" || c.do == nil {
		return false, nil
	}
	p.a.overlay = nil // before it is done: it may open another
	return true, c.do()
}

func (p *palette) view(w, h int) (string, string) {
	t, width := p.a.c.Theme, min(w, 76)
	lines := []string{ui.Pad(t.Accent.Render(":")+" "+t.Text.Render(string(p.query))+t.Accent.Render("▏"), width), ""}
	from, to := p.list.window(len(p.matches), max(1, min(h, 20)-queryLines-reasonLines))
	for i := from; i < to; i++ {
		c, selected := p.matches[i], i == p.list.cursor
		style := t.Text
		switch {
		case c.disabled != "":
			style = t.Faint
		case selected:
			style = t.Strong
		}
		lines = append(lines, t.Cursor(selected, true)+ui.Between(style.Render(c.title), t.Dim.Render(c.key), width-2))
	}
	if len(p.matches) == 0 {
		lines = append(lines, t.Dim.Render("  nothing is called that; backspace, or esc to leave"))
	}
	return "Commands", strings.Join(append(lines, p.reason(width)...), "\n")
}

// reasonLines are the lines after the last command.
const reasonLines = 2

// reason says why the selected command can't be done now; space when it can.
func (p *palette) reason(width int) []string {
	lines := []string{"", ""}
	if len(p.matches) > 0 {
		if why := p.matches[p.list.cursor].disabled; why != "" {
			lines[1] = p.a.c.Theme.Care.Render(ui.Truncate("! not now: "+safe.Text(why), width))
		}
	}
	return lines
}

func (p *palette) hints() []key.Binding {
	k := p.a.c.Keys
	return []key.Binding{
		key.NewBinding(key.WithKeys("up"), key.WithHelp("↑↓", "choose")),
		key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "do it")), k.Back,
	}
}
