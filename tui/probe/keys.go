package probe

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// keyMap holds the keys of this screen alone.
type keyMap struct {
	form                                 form.Keys
	Begin, No                            key.Binding
	Skip, SawError, Paste, Address, Stop key.Binding
	Again, Other, In, Out                key.Binding
}

func newKeyMap() keyMap {
	bind := func(help, desc string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, desc))
	}
	return keyMap{
		form:     form.NewKeys("say what will be done"),
		Begin:    bind("y", "begin", "y"),
		No:       bind("n", "not now", "n"),
		Skip:     bind("x", "leave this visit out", "x"),
		SawError: bind("E", "error page shown", "E"),
		Paste:    bind("p", "paste the address it ended on", "p"),
		Address:  bind("u", "copy the address", "u"),
		Stop:     bind("ctrl+x", "stop", "ctrl+x"),
		Again:    bind("r", "probe again", "r"),
		Other:    bind("n", "another client", "n"),
		In:       bind("→/l", "into the details", "right", "l"),
		Out:      bind("←/h", "back to the list", "left", "h"),
	}
}

// ShortHelp lists the keys of the bottom line.
func (s *Screen) ShortHelp() []key.Binding {
	k, g := s.keys, s.c.Keys
	switch {
	case s.stage == choosing && s.opened:
		return []key.Binding{k.form.Choose, k.form.Next, k.form.Back, k.form.Find, k.form.Offer}
	case s.stage == choosing:
		return []key.Binding{g.Enter}
	case s.stage == agreeing:
		return []key.Binding{k.Begin, k.No, g.Up, g.Down}
	case s.paste != nil:
		return []key.Binding{key.NewBinding(key.WithKeys("enter"), key.WithHelp("enter", "hand it in")), g.Back}
	case s.filter.Typing():
		return s.filter.Keys()
	case s.run.opening != nil && s.run.under():
		return []key.Binding{k.Skip, k.SawError, k.Paste, k.Address, k.Stop}
	case s.run.under():
		return []key.Binding{k.Stop, g.Enter, g.Filter}
	}
	return []key.Binding{g.Enter, k.Again, k.Other, g.Export, g.Copy, g.Filter}
}

// FullHelp lists all keys, a group a column.
func (s *Screen) FullHelp() [][]key.Binding {
	k, g := s.keys, s.c.Keys
	if s.stage != probing {
		return [][]key.Binding{s.ShortHelp()}
	}
	return [][]key.Binding{{g.Up, g.Down, g.PageUp, g.PageDown, g.Top, g.Bottom}, {g.Enter, k.In, k.Out, g.Filter},
		{k.Skip, k.SawError, k.Paste, k.Address, k.Stop}, {k.Again, k.Other, g.Export, g.Copy}}
}

// Actions lists everything that can be done here.
func (s *Screen) Actions() []ui.Action {
	k, g := s.keys, s.c.Keys
	out, done, under := "the browser is not out", "nothing was tried yet", ""
	if s.run.opening != nil && s.run.under() {
		out = ""
	}
	if s.stage == probing {
		done = ""
	}
	if s.run.under() {
		under = "a run is under way"
	}
	stop := "nothing runs"
	if s.run.under() {
		stop = ""
	}
	again := done
	if again == "" {
		again = under
	}
	return []ui.Action{
		{Binding: k.Other, Title: "Probe with another client", Disabled: again},
		{Binding: k.Again, Title: "Probe again", Disabled: again},
		{Binding: k.Stop, Title: "Stop, and revoke the tokens", Disabled: stop},
		{Binding: k.Skip, Title: "Leave this visit of the browser out", Disabled: out},
		{Binding: k.SawError, Title: "The browser shows an error page of the provider", Disabled: out},
		{Binding: k.Paste, Title: "Paste the address that the browser ended on", Disabled: out},
		{Binding: k.Address, Title: "Copy the address for the browser", Disabled: out},
		{Binding: g.Export, Title: "Write the report to a file: Markdown, JSON, SARIF, JUnit", Disabled: again, Words: "save export"},
		{Binding: g.Copy, Title: "Copy what came, a fix, the report", Disabled: done},
		{Binding: g.Filter, Title: "Filter the attempts", Disabled: done},
	}
}

// reports are the whole report in its forms; none before there is one.
func (s *Screen) reports() []ui.Write {
	r := s.run.report
	if r == nil {
		return nil
	}
	return ui.Reports("probe", r.Issuer, s.c.Now(), r.Document(""), r.JSON())
}

// export offers to write the report to a file.
func (s *Screen) export() tea.Cmd {
	if s.run.report == nil {
		return ui.Send(ui.Notify{Text: "there is no report yet"})
	}
	return ui.Send(ui.WriteMenu{Title: "Write the report", Items: s.reports()})
}

// copy offers what is selected, and the whole report.
func (s *Screen) copy() tea.Cmd {
	var items []ui.Copy
	add := func(what, text string) {
		if text != "" {
			items = append(items, ui.Copy{Text: text, What: what})
		}
	}
	if s.split.Inside {
		id := s.split.Details.Selected()
		add(id, s.values[id])
	} else if p := s.selected(); p != nil {
		o := s.run.outcomes[p.ID]
		add("what came", o.Got+o.Reason)
		add("fix", o.Fix)
		add("id", p.ID)
	}
	for _, f := range s.reports() {
		if f.What == "Markdown" || f.What == "JSON" {
			add("report as "+f.What, string(f.Data))
		}
	}
	if len(items) == 0 {
		return ui.Send(ui.Notify{Text: "there is nothing to copy here"})
	}
	return ui.Send(ui.CopyMenu{Items: items})
}
