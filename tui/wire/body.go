package wire

import (
	"fmt"
	"mime"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// bodyPanes shows a body: JSON as a tree, a form as its fields, anything else as text; or as it was sent. A request without
// a body has no pane; an answer without one says so.
func (s *Screen) bodyPanes(id, title string, m side, whole record.Body, width int) []widget.Pane {
	theme := s.c.Theme
	if len(m.body) == 0 && id == "request" {
		return nil
	}
	pane := widget.Pane{ID: id + ".body", Title: title, Hue: theme.Strong}
	media, _, _ := mime.ParseMediaType(m.media)
	if len(m.body) == 0 {
		pane.Rows = []widget.Row{line(theme.Dim.Render("no body"))}
		return []widget.Pane{pane}
	}
	how, text := "as sent", secret.Dotted(string(m.body))
	switch doc := s.document(text, media); {
	case s.raw:
		pane.Rows = s.textRows(text, width)
	case doc != nil:
		how = "pretty"
		pane.Rows = s.tree.Rows(id+".body", doc.Root, theme.Dim, width)
		if !doc.Complete && len(doc.Faults) > 0 {
			f := doc.Faults[0]
			fault := fmt.Sprintf("JSON up to byte %d: %s", f.Offset, safe.Text(f.Message))
			pane.Rows = append(s.wrapped(theme.Care.Render, "! ", fault, width), pane.Rows...)
		}
	case media == "application/x-www-form-urlencoded":
		how = "fields"
		pane.Rows = s.formRows(id, text, width)
	default:
		how = "text"
		pane.Rows = s.textRows(text, width)
	}
	note := strings.Join(nonEmpty(safe.Short(strings.TrimPrefix(media, "application/"), 24), how, widget.Size(whole.Size)), " · ")
	pane.Note = theme.Dim.Render(note)
	if whole.Truncated {
		text := fmt.Sprintf("%s came; the first %s were kept", widget.Size(whole.Size), widget.Size(int64(len(whole.Data))))
		pane.Rows = append(s.wrapped(theme.Care.Render, "! ", text, width), pane.Rows...)
	}
	return []widget.Pane{pane}
}

// document reads a body as JSON; nil when it is none. What calls itself something else may still be JSON, and providers do
// send it that way.
func (s *Screen) document(body, media string) *inspect.Document {
	text := strings.TrimLeft(body, " \t\r\n")
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") && !strings.HasSuffix(media, "json") {
		return nil
	}
	if s.docs == nil {
		s.docs = make(map[string]*inspect.Document)
	}
	doc, ok := s.docs[body]
	if !ok {
		doc = inspect.ScanJSON(body)
		s.docs[body] = doc
	}
	if doc.Root == nil {
		return nil
	}
	return doc
}

// formRows are the fields of a form in the order they were sent. Names and values are shown decoded; a field that can't be
// decoded is shown as it is.
func (s *Screen) formRows(id, body string, width int) []widget.Row {
	var pairs []widget.Pair
	for i, field := range strings.Split(body, "&") {
		name, value, _ := strings.Cut(field, "=")
		name, value = unescape(name), unescape(value)
		row := fmt.Sprintf("%s.field.%d", id, i)
		s.entries[row] = entry{name: name, value: value}
		pairs = append(pairs, widget.Pair{ID: row, Name: safe.Text(name), Value: safe.Text(value), Style: s.c.Theme.Text})
	}
	return widget.Table{Theme: s.c.Theme, Width: width}.Rows(pairs)
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (s *Screen) textRows(text string, width int) []widget.Row {
	var rows []widget.Row
	for _, l := range strings.Split(safe.Block(text), "\n") {
		for _, piece := range widget.Chop(l, width) {
			rows = append(rows, widget.Row{Height: 1, Draw: func(bool) []string { return []string{s.c.Theme.Text.Render(piece)} }})
		}
	}
	return rows
}

func nonEmpty(parts ...string) []string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}
