package token

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// tokenPanes is what the token itself says: faults first, because nothing after a fault can be trusted to be whole.
func (s *Screen) tokenPanes(width int) []widget.Pane {
	theme, r := s.c.Theme, s.subject().report
	var panes []widget.Pane
	if tok := r.Token; tok != nil && len(tok.Faults) > 0 {
		panes = append(panes, s.faultsPane(tok, width))
	}
	if len(r.Headers) > 0 {
		panes = append(panes, s.claimPane("header", "Header", theme.Header, r.Headers, width))
	}
	panes = append(panes, s.formPanes(width)...)
	if len(r.Claims) > 0 {
		title := "Claims"
		if s.subject().which == flows.UserInfo {
			title = "Answer of the userinfo endpoint"
		}
		panes = append(panes, s.claimPane("payload", title, theme.Payload, r.Claims, width))
	}
	if pane, ok := s.textPane(width); ok {
		panes = append(panes, pane)
	}
	if len(r.Headers) == 0 && len(r.Claims) == 0 && r.Token != nil && s.subject().which != flows.UserInfo {
		facts := append([]fact{{"form", formName(r.Kind), ""}}, outsideFacts(r)...)
		panes = append(panes, s.factsPane("facts", "What can be known", theme.Payload, facts, width))
	}
	return panes
}

// textPane shows a payload that is no JSON: a JWS may sign anything (RFC 7515 3).
func (s *Screen) textPane(width int) (widget.Pane, bool) {
	theme, r := s.c.Theme, s.subject().report
	pane := widget.Pane{ID: "text", Title: "Payload, text and not JSON", Hue: theme.Payload}
	switch {
	case r.Inner != nil || r.Token == nil || len(r.Token.Parts) < 3 || r.Token.PayloadJSON != nil: // JSON with faults is told of elsewhere
		return pane, false
	case r.PayloadText != "":
		pane.Rows = s.textRows(theme.Text, "text", r.PayloadText, width)
	case len(r.PayloadBytes) > 0:
		pane.Title = "Payload, " + ui.Count(len(r.PayloadBytes), "byte") + " and not text"
		pane.Rows = draw.Prose(theme.Dim, fmt.Sprintf("begins with % x", r.PayloadBytes[:min(len(r.PayloadBytes), 32)]), width)
	default:
		return pane, false
	}
	return pane, true
}

// sourcePane says where a token that a person gave stood, and what was left out to read it.
func (s *Screen) sourcePane(width int) []widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	if sub.where == "" && sub.removed == "" && sub.of == "" && sub.file == "" {
		return nil
	}
	pane := widget.Pane{ID: "source", Title: "Where it stood", Hue: theme.Strong}
	say := func(name, value string) {
		if value != "" {
			pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, name+safe.Text(value), width)...)
		}
	}
	say("file ", sub.file)
	say("", sub.of)
	say("in: ", sub.where)
	say("read without: ", sub.removed)
	return []widget.Pane{pane}
}

// changesPanes is what the last refresh changed, when there was one.
func (s *Screen) changesPanes(width int, folded bool) []widget.Pane {
	if s.compared == nil {
		return nil
	}
	return []widget.Pane{s.changesPane(s.compared, folded, width)}
}

// verdictPanes is what is known about the token from outside of it; more stands after the lifetime.
func (s *Screen) verdictPanes(width int, more []widget.Pane) []widget.Pane {
	sub := s.subject()
	var panes []widget.Pane
	if signed(sub.report) {
		panes = append(panes, s.signaturePane(width))
	}
	panes = append(append(panes, s.lifePane(width)), more...)
	panes = append(panes, s.sourcePane(width)...)
	if len(sub.report.Findings) > 0 {
		panes = append(panes, s.findingsPane(sub.report.Findings, width))
	}
	if len(sub.report.Checklist) > 0 {
		panes = append(panes, s.checksPane(width))
	}
	return panes
}

func (s *Screen) factsPane(id, title string, hue lipgloss.Style, facts []fact, width int) widget.Pane {
	theme := s.c.Theme
	pairs := make([]widget.Pair, len(facts))
	for i, f := range facts {
		row := id + "." + f.name
		pairs[i] = widget.Pair{ID: row, Name: f.name, Value: f.value, Style: theme.Text, Note: f.note}
		s.entries[row] = &entry{title: f.name, lines: []line{{text: f.value, style: theme.Text}, {text: f.note, style: theme.Dim}}}
	}
	return widget.Pane{ID: id, Title: title, Hue: hue, Rows: widget.Table{Theme: theme, Width: width}.Rows(pairs)}
}

// faultsPane says what could not be read, at which byte, and marks the place.
func (s *Screen) faultsPane(tok *inspect.Token, width int) widget.Pane {
	theme := s.c.Theme
	pane := widget.Pane{ID: "faults", Title: "Faults in reading", Hue: theme.Bad}
	if tok.Unreadable() == nil {
		pane.Title, pane.Hue = "Read differently by different parsers", theme.Care
	}
	for i := range tok.Faults {
		f := &tok.Faults[i]
		id := fmt.Sprintf("fault.%d", i)
		glyph, style := "✗", theme.Bad
		if f.Code.Peculiar() {
			glyph, style = "!", theme.Care
		}
		where := fmt.Sprintf("%s, byte %d: ", safe.Text(f.In), f.Offset)
		s.entries[id] = &entry{title: "Fault", lines: []line{{text: where + safe.Text(f.Message), style: theme.Text}}}
		for n, text := range ui.Wrap(where+safe.Text(f.Message), max(width-2, 8)) {
			if n == 0 {
				pane.Rows = append(pane.Rows, draw.Fixed(id, style.Render(glyph)+" "+theme.Text.Render(text)))
			} else {
				pane.Rows = append(pane.Rows, draw.Fixed("", "  "+theme.Text.Render(text)))
			}
		}
		pane.Rows = append(pane.Rows, s.place(tok, f, style, width)...)
	}
	return pane
}

// place shows the surroundings of a fault with a mark under the byte. A hidden token keeps them hidden.
func (s *Screen) place(tok *inspect.Token, f *inspect.Fault, style lipgloss.Style, width int) []widget.Row {
	theme := s.c.Theme
	if s.subject().hidden() && !s.c.Reveal {
		return []widget.Row{draw.Fixed("", "  "+theme.Dim.Render("the place is hidden · s reveals"))}
	}
	text := faultText(tok, f)
	if f.Offset < 0 || f.Offset > len(text) {
		return nil
	}
	before, after := around(text, f.Offset, max(width-4, 8))
	at := ui.Width(before)
	head := widget.Chop(after, 1)[0]
	rest := after[len(head):]
	marked := theme.Dim.Render(before) + style.Bold(true).Render(head) + theme.Dim.Render(rest)
	return []widget.Row{
		draw.Fixed("", "  "+marked),
		draw.Fixed("", "  "+strings.Repeat(" ", at)+style.Render("^ here")),
	}
}

// faultText is the text that a fault's offset counts in: the token for structure and base64url, the decoded part for JSON.
func faultText(tok *inspect.Token, f *inspect.Fault) string {
	if strings.HasPrefix(string(f.Code), "json_") {
		if p := tok.Part(f.In); p != nil {
			return string(p.Readable())
		}
	}
	return tok.Raw
}

// around cuts the surroundings of a byte out of a text, printable, in at most width cells. after begins with the byte.
func around(text string, at, width int) (before, after string) {
	from := max(at-width/2, 0)
	to := min(from+width, len(text))
	before, after = safe.Text(text[from:at]), safe.Text(text[at:to])
	if over := ui.Width(before) - width/2; over > 0 {
		before = before[len(ui.Truncate(before, over)):]
	}
	return before, widget.Chop(after, max(width-ui.Width(before), 1))[0]
}
