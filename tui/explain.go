package tui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// explanation is the K overlay: what package explain knows about the selected claim, parameter, code, check or step. From there
// digits follow what is related, backspace goes back, and / looks something else up.
type explanation struct {
	c      *ui.Common
	asked  []string // names looked up so far; the last is shown
	kind   explain.Kind
	answer explain.Answer
	links  []string // names that digits stand for
	top    int
	page   int
	total  int
	ask    *widget.Field // what is typed after /; nil: nothing
}

// explain opens the overlay on what is selected, or asks what to look up when that has no name.
func (a *app) explain() tea.Cmd {
	o := &explanation{c: a.c}
	if s, ok := a.screens[a.front].screen.(ui.Explainable); ok {
		if name, kind := s.Topic(); name != "" {
			o.kind = kind
			o.look(name)
		}
	}
	if len(o.asked) == 0 {
		o.ask = &widget.Field{}
	}
	a.overlay = o
	return nil
}

// look shows what there is about a name.
func (o *explanation) look(name string) {
	o.asked = append(o.asked, name)
	o.show()
}

func (o *explanation) show() {
	o.ask, o.top = nil, 0
	o.answer = explain.Find(o.asked[len(o.asked)-1])
	if len(o.asked) == 1 && o.kind != "" {
		slices.SortStableFunc(o.answer.Topics, func(a, b explain.Topic) int { return o.far(a) - o.far(b) })
	}
	o.links = slices.Clone(o.answer.Similar)
	for _, t := range o.answer.Topics {
		for _, see := range t.See {
			if !slices.Contains(o.links, see) {
				o.links = append(o.links, see)
			}
		}
	}
	o.links = o.links[:min(len(o.links), 9)]
}

// far is 0 for a topic of the kind that was asked for.
func (o *explanation) far(t explain.Topic) int {
	if t.Kind == o.kind {
		return 0
	}
	return 1
}

func (o *explanation) update(msg tea.Msg) (closed bool, cmd tea.Cmd) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if o.ask != nil {
			return o.typed(m), nil
		}
		return o.pressed(m)
	case tea.MouseMsg:
		o.top += wheel(m)
	}
	return false, nil
}

// typed is a key while a name is typed.
func (o *explanation) typed(m tea.KeyMsg) (closed bool) {
	switch m.Type {
	case tea.KeyEsc:
		o.ask = nil
		return len(o.asked) == 0
	case tea.KeyEnter:
		if name := strings.TrimSpace(o.ask.Value()); name != "" {
			o.look(name)
		}
	default:
		o.ask.Key(m)
	}
	return false
}

func (o *explanation) pressed(m tea.KeyMsg) (closed bool, cmd tea.Cmd) {
	k := o.c.Keys
	switch {
	case key.Matches(m, k.Back, k.Quit, k.Explain):
		return true, nil
	case key.Matches(m, k.Filter):
		o.ask = &widget.Field{}
	case key.Matches(m, k.Copy):
		return false, ui.Send(ui.Copy{Text: o.plain(), What: "explanation"})
	case m.Type == tea.KeyBackspace:
		if n := len(o.asked); n > 1 {
			o.asked = o.asked[:n-1]
			o.show()
		}
	case m.Type == tea.KeyRunes && len(m.Runes) == 1 && m.Runes[0] >= '1' && int(m.Runes[0]-'1') < len(o.links):
		o.look(o.links[m.Runes[0]-'1'])
	case key.Matches(m, k.Up):
		o.top--
	case key.Matches(m, k.Down):
		o.top++
	case key.Matches(m, k.PageUp):
		o.top -= o.page
	case key.Matches(m, k.PageDown):
		o.top += o.page
	case key.Matches(m, k.Top):
		o.top = 0
	case key.Matches(m, k.Bottom):
		o.top = o.total
	}
	return false, nil
}

// explainWidth is the widest the panel gets: longer lines are hard to read.
const explainWidth = 84

func (o *explanation) view(w, h int) (title, inside string) {
	t, width := o.c.Theme, min(w, explainWidth)
	var head []string
	if o.ask != nil {
		head = []string{t.Accent.Render("/") + " " + t.Text.Render(safe.Text(o.ask.Value())) + t.Accent.Render("▏"),
			t.Dim.Render("a claim, parameter, error code, check, flow, term, specification"), ""}
	}
	body := o.lines(width)
	o.total, o.page = len(body), max(1, min(h-len(head), len(body)))
	o.top = max(0, min(o.top, len(body)-o.page))
	shown := body
	if len(body) > 0 {
		shown = body[o.top : o.top+o.page]
	}
	lines := append(head, shown...)
	for i := range lines {
		lines[i] = ui.Pad(lines[i], width)
	}
	title = "Explain"
	if n := len(o.asked); n > 0 {
		title += " " + safe.Short(o.asked[n-1], 40)
	}
	if o.page < len(body) {
		title += ", more with ↑ ↓"
	}
	return title, strings.Join(lines, "\n")
}

// lines is the whole text, styled, before the window of it that fits.
func (o *explanation) lines(width int) []string {
	t := o.c.Theme
	var out []string
	put := func(style func(...string) string, text string) {
		for _, l := range ui.Wrap(safe.Text(text), width) {
			out = append(out, style(l))
		}
	}
	if n := len(o.asked); n > 0 {
		name := safe.Short(o.asked[n-1], 60)
		switch {
		case o.answer.Meant != "":
			put(t.Care.Render, "Nothing is named "+strconv.Quote(name)+"; this is "+o.answer.Meant+".")
			out = append(out, "")
		case len(o.answer.Topics) == 0:
			put(t.Text.Render, "Nothing is known here about "+strconv.Quote(name)+": neither the specifications nor a provider that oidcscope knows define it.")
		}
	}
	for i := range o.answer.Topics {
		if i > 0 {
			out = append(out, "", t.Line(width))
		}
		out = append(out, o.topic(&o.answer.Topics[i], width)...)
	}
	if len(o.links) > 0 {
		out = append(out, "", t.Dim.Render("see also"))
		for i, name := range o.links {
			out = append(out, t.Accent.Render(strconv.Itoa(i+1))+"  "+t.Text.Render(safe.Text(name)))
		}
	}
	return out
}

// topic is one of the things of a name: what it is, the text, its details in a table, and where it is written.
func (o *explanation) topic(topic *explain.Topic, width int) []string {
	t := o.c.Theme
	out := []string{ui.Between(t.Strong.Render(safe.Text(topic.Name)), t.Dim.Render(string(topic.Kind)), width)}
	put := func(style func(...string) string, text string) {
		for _, l := range ui.Wrap(safe.Text(text), width) {
			out = append(out, style(l))
		}
	}
	if topic.Title != "" {
		put(t.Accent.Render, topic.Title)
	}
	put(t.Text.Render, topic.Text)
	out = append(out, "")
	const labels = 14
	details := slices.Clone(topic.Details)
	if len(topic.Refs) > 0 {
		details = append(details, explain.Detail{Label: "reference", Text: strings.Join(topic.Refs, " · ")})
	}
	for _, d := range details {
		if d.Text == "" {
			continue
		}
		label := ui.Pad(t.Dim.Render(d.Label), labels)
		for _, l := range ui.Wrap(safe.Text(d.Text), max(width-labels-2, 12)) {
			out = append(out, label+"  "+t.Text.Render(l))
			label = ui.Pad("", labels)
		}
	}
	return out
}

// plain is the explanation for the clipboard.
func (o *explanation) plain() string {
	var parts []string
	for _, topic := range o.answer.Topics {
		text := topic.Name + " (" + string(topic.Kind) + "): " + topic.Text
		if len(topic.Refs) > 0 {
			text += " [" + strings.Join(topic.Refs, ", ") + "]"
		}
		parts = append(parts, safe.Text(text))
	}
	return strings.Join(parts, "\n")
}

func (o *explanation) hints() []key.Binding {
	k := o.c.Keys
	hint := func(keys, help, desc string) key.Binding {
		return key.NewBinding(key.WithKeys(keys), key.WithHelp(help, desc))
	}
	if o.ask != nil {
		return []key.Binding{hint("enter", "enter", "look up"), k.Back}
	}
	hints := []key.Binding{hint("down", "↑↓", "scroll")}
	if n := len(o.links); n > 1 {
		hints = append(hints, hint("1", "1–"+strconv.Itoa(n), "see also"))
	} else if n == 1 {
		hints = append(hints, hint("1", "1", "see also"))
	}
	if len(o.asked) > 1 {
		hints = append(hints, hint("backspace", "backspace", "what was before"))
	}
	return append(hints, hint("/", "/", "look something up"), k.Copy, hint("esc", "esc", "close"))
}
