package token

import (
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// treePanes is the whole JSON as trees that fold.
func (s *Screen) treePanes(width int) []widget.Pane {
	var panes []widget.Pane
	s.eachPart(func(id, title string, hue lipgloss.Style, v *inspect.Value, _ []byte) {
		if v == nil {
			panes = append(panes, s.unread(id, title, hue, width))
			return
		}
		rows := s.tree.Rows(id, v, hue, width)
		s.hits += len(rows)
		panes = append(panes, widget.Pane{ID: id, Title: title, Hue: hue, Rows: rows})
	})
	return panes
}

// plainPanes is the payload's JSON under the claims, where there is room. The filter is not applied twice.
func (s *Screen) plainPanes(width int) []widget.Pane {
	tok := s.subject().token()
	if tok == nil || tok.Payload == nil || s.filter.Text() != "" {
		return nil
	}
	return []widget.Pane{{ID: "json", Title: "Claims as JSON", Hue: s.c.Theme.Payload, Rows: s.tree.Rows("json", tok.Payload, s.c.Theme.Payload, width)}}
}

// sentPanes is the JSON as it was sent: every byte, in order, nothing added.
func (s *Screen) sentPanes(width int) []widget.Pane {
	var panes []widget.Pane
	s.eachPart(func(id, title string, hue lipgloss.Style, _ *inspect.Value, sent []byte) {
		note := s.c.Theme.Dim.Render("as sent, " + widget.Size(int64(len(sent))))
		panes = append(panes, widget.Pane{ID: id, Title: title, Note: note, Hue: hue, Rows: textRows(s.c.Theme.Text, id, string(sent), width)})
	})
	return panes
}

// eachPart goes through the parts that hold readable text. A token that is nothing but text is one part.
func (s *Screen) eachPart(do func(id, title string, hue lipgloss.Style, v *inspect.Value, sent []byte)) {
	theme, tok := s.c.Theme, s.subject().token()
	if tok == nil {
		return
	}
	if p := tok.Part("header"); p != nil {
		do("header", "Header", theme.Header, tok.Header, p.Readable())
	}
	if p := tok.Part("payload"); p != nil {
		do("payload", "Payload", theme.Payload, tok.Payload, p.Readable())
	} else if tok.Payload != nil {
		do("payload", "Answer", theme.Payload, tok.Payload, []byte(tok.Payload.Raw))
	}
}

func (s *Screen) unread(id, title string, hue lipgloss.Style, width int) widget.Pane {
	return widget.Pane{ID: id, Title: title, Hue: hue,
		Rows: draw.Prose(s.c.Theme.Care, "! This part is not JSON that can be read. J shows it as it was sent.", width)}
}

// textRows sets a text into rows of one line each. Its lines can be selected so that the keys scroll it.
func textRows(style lipgloss.Style, id, text string, width int) []widget.Row {
	var rows []widget.Row
	for _, l := range strings.Split(safe.Block(text), "\n") {
		for _, piece := range widget.Chop(l, width) {
			rows = append(rows, widget.Row{Height: 1, Draw: func(bool) []string { return []string{style.Render(piece)} }})
		}
	}
	return rows
}

// zoomPanes shows one value whole, with what is known about it.
func (s *Screen) zoomPanes(width int) []widget.Pane {
	theme, e := s.c.Theme, s.zoomed
	about := widget.Pane{ID: "about", Title: safe.Short(e.title, 60), Note: s.dim(safe.Short(e.path, 60)), Hue: theme.Strong}
	bare := *e
	bare.value = nil
	for _, l := range s.explain(&bare, 0) {
		about.Rows = append(about.Rows, draw.Prose(l.style, l.text, width)...)
	}
	value := widget.Pane{ID: "value", Title: "Value, " + widget.Size(int64(e.value.End-e.value.Start)), Hue: theme.Payload}
	switch {
	case widget.Length(e.value) > 0:
		value.Rows = s.tree.Rows(e.path, e.value, theme.Payload, width)
	case e.value.Kind == inspect.String:
		value.Rows = textRows(theme.Text, "value", e.value.Str, width)
	default:
		value.Rows = textRows(theme.Text, "value", e.value.Raw, width)
	}
	return []widget.Pane{about, value}
}
