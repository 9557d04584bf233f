package token

import (
	"fmt"
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
		s.hit(s.tree.Hits()...)
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
		panes = append(panes, widget.Pane{ID: id, Title: title, Note: note, Hue: hue, Rows: s.textRows(s.c.Theme.Text, id, string(sent), width)})
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

// textRows sets a text into rows of one line each. A line that the search found can be selected, and the words stand out in it.
func (s *Screen) textRows(style lipgloss.Style, id, text string, width int) []widget.Row {
	pieces := s.chopped.lines(text, width)
	rows := make([]widget.Row, len(pieces))
	part := s.filter.Text()
	for i, piece := range pieces {
		rows[i] = widget.Row{Height: 1, Draw: func(bool) []string { return []string{style.Render(piece)} }}
		if part == "" || !widget.ContainsFold(piece, part) {
			continue
		}
		rows[i].ID = fmt.Sprintf("%s.line.%d", id, i)
		rows[i].Draw = func(bool) []string { return []string{s.marked(style, piece, part)} }
		s.hit(rows[i].ID)
	}
	return rows
}

// marked draws a line with the words of the search in it standing out.
func (s *Screen) marked(style lipgloss.Style, text, part string) string {
	var b strings.Builder
	for {
		at := widget.IndexFold(text, part)
		if at < 0 || at+len(part) > len(text) {
			return b.String() + style.Render(text)
		}
		b.WriteString(style.Render(text[:at]) + s.c.Theme.Button.Underline(true).Render(text[at:at+len(part)]))
		text = text[at+len(part):]
	}
}

// chopped keeps the lines of long texts: to break a megabyte into lines takes longer than a frame.
type chopped map[choppedKey][]string

type choppedKey struct {
	text  string
	width int
}

// fewTexts is how many texts are kept: those of one view.
const fewTexts = 8

func (c chopped) lines(text string, width int) []string {
	key := choppedKey{text, width}
	if lines, ok := c[key]; ok {
		return lines
	}
	if len(c) >= fewTexts {
		clear(c)
	}
	var lines []string
	for _, l := range strings.Split(safe.Block(text), "\n") {
		lines = append(lines, widget.Chop(l, width)...)
	}
	c[key] = lines
	return lines
}

// zoomPanes shows one value whole, with what is known about it; of a finding all there is to say.
func (s *Screen) zoomPanes(width int) []widget.Pane {
	theme, e := s.c.Theme, s.zoomed
	about := widget.Pane{ID: "about", Title: safe.Short(e.title, 60), Note: s.dim(safe.Short(e.path, 60)), Hue: theme.Strong}
	lines := e.more
	if lines == nil {
		bare := *e
		bare.value = nil
		lines = s.explain(&bare, 0)
	}
	for _, l := range lines {
		switch {
		case l.exact:
			about.Rows = append(about.Rows, s.textRows(l.style, "", l.text, width)...)
		case l.text == "":
			about.Rows = append(about.Rows, draw.Fixed("", ""))
		default:
			about.Rows = append(about.Rows, draw.Prose(l.style, l.text, width)...)
		}
	}
	if e.value == nil {
		return []widget.Pane{about}
	}
	value := widget.Pane{ID: "value", Title: "Value, " + widget.Size(int64(e.value.End-e.value.Start)), Hue: theme.Payload}
	switch {
	case widget.Length(e.value) > 0:
		value.Rows = s.tree.Rows(e.path, e.value, theme.Payload, width)
		s.hit(s.tree.Hits()...)
	case e.value.Kind == inspect.String:
		value.Rows = s.textRows(theme.Text, "value", e.value.Str, width)
	default:
		value.Rows = s.textRows(theme.Text, "value", e.value.Raw, width)
	}
	return []widget.Pane{about, value}
}
