package wire

import (
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// detailPanes shows everything about the exchange that is selected.
func (s *Screen) detailPanes(e *logged, width int) []widget.Pane {
	if e == nil {
		return nil
	}
	v := e.shown(s.c.Reveal)
	v.id = fmt.Sprintf("%d.%d", e.run.number, e.ID)
	s.view = v
	s.entries = make(map[string]entry)
	panes := []widget.Pane{s.summaryPane(e, v, width), s.headersPane("request", "Request headers", v.request.headers, width)}
	panes = append(panes, s.bodyPanes("request", "Request body", v.request, e.Request.Body, width)...)
	if r := v.response; r != nil {
		panes = append(panes, s.bodyPanes("answer", "Answer", *r, e.Response.Body, width)...)
		panes = append(panes, s.headersPane("answer", "Answer headers", r.headers, width))
	}
	return append(panes, s.connectionPane(&v.connection, width))
}

// summaryPane says what was asked and how it ended, in the first lines.
func (s *Screen) summaryPane(e *logged, v *view, width int) widget.Pane {
	theme := s.c.Theme
	title := fmt.Sprintf("%d", e.ID)
	if e.Purpose != "" {
		title += " " + safe.Short(e.Purpose, 40)
	}
	pane := widget.Pane{ID: "summary", Title: title, Hue: theme.Strong}
	if !e.Timing.Start.IsZero() {
		pane.Note = theme.Dim.Render(e.Timing.Start.Local().Format("15:04:05.000"))
	}
	s.entries["url"] = entry{name: "URL", value: v.url}
	table := widget.Table{Theme: theme, Width: width}
	pane.Rows = table.Rows([]widget.Pair{{ID: "url", Name: safe.Short(e.Request.Method, 12), Value: safe.Text(secret.Dotted(v.url)), Style: theme.Text}})
	if f := v.failure; f != nil {
		pane.Rows = append(pane.Rows, s.wrapped(theme.Bad.Render, "✗ ", safe.Text(f.Message), width)...)
		if f.Cause != "" && f.Cause != f.Message {
			pane.Rows = append(pane.Rows, s.wrapped(theme.Dim.Render, "  ", safe.Text(f.Cause), width)...)
		}
	}
	if r := e.Response; r != nil {
		glyph, style, _ := outcome(theme, e)
		facts := nonEmpty(safe.Short(r.Proto, 20), widget.Size(r.Body.Size))
		if e.Timing.Total > 0 {
			facts = append(facts, widget.Span(e.Timing.Total))
		}
		text := style.Bold(true).Render(glyph+" "+safe.Short(statusText(r), 60)) + theme.Dim.Render("  "+strings.Join(facts, " · "))
		pane.Rows = append(pane.Rows, line(text))
	}
	for _, edit := range e.Edits {
		pane.Rows = append(pane.Rows, s.wrapped(theme.Care.Render, "✎ ", "edited here: "+safe.Text(e.run.secrets.Scrub(edit)), width)...)
	}
	for _, edit := range e.AnswerEdits {
		pane.Rows = append(pane.Rows, s.wrapped(theme.Care.Render, "✎ ", "the answer was edited here: "+safe.Text(e.run.secrets.Scrub(edit)), width)...)
	}
	return s.withTiming(pane, e.Timing, width)
}

func statusText(r *record.Response) string {
	if r.Reason != "" {
		return r.Reason
	}
	return fmt.Sprint(r.Status)
}

// wrapped is a paragraph with a mark before its first line.
func (s *Screen) wrapped(style func(...string) string, mark, text string, width int) []widget.Row {
	var rows []widget.Row
	for i, l := range ui.Wrap(text, max(width-2, 8)) {
		if i > 0 {
			mark = "  "
		}
		rows = append(rows, line(style(mark+l)))
	}
	return rows
}

func (s *Screen) headersPane(id, title string, headers []record.Header, width int) widget.Pane {
	theme := s.c.Theme
	pane := widget.Pane{ID: id + ".headers", Title: title, Hue: theme.Strong}
	pairs := make([]widget.Pair, len(headers))
	for i, h := range headers {
		row := fmt.Sprintf("%s.header.%d", id, i)
		s.entries[row] = entry{name: h.Name, value: h.Value}
		pairs[i] = widget.Pair{ID: row, Name: safe.Text(h.Name), Value: safe.Text(secret.Dotted(h.Value)), Style: theme.Text}
	}
	pane.Rows = widget.Table{Theme: theme, Width: width}.Rows(pairs)
	if len(headers) == 0 {
		pane.Rows = []widget.Row{line(theme.Dim.Render("none"))}
	}
	return pane
}

// connectionPane says over what the exchange went, and who the peer said it was.
func (s *Screen) connectionPane(c *record.Connection, width int) widget.Pane {
	theme := s.c.Theme
	pane := widget.Pane{ID: "connection", Title: "Connection", Hue: theme.Strong}
	var pairs []widget.Pair
	add := func(name, value string) {
		if value != "" {
			id := "connection." + name
			s.entries[id] = entry{name: name, value: value}
			pairs = append(pairs, widget.Pair{ID: id, Name: name, Value: safe.Text(value), Style: theme.Text})
		}
	}
	add("remote", c.Remote)
	if c.Reused && len(pairs) > 0 {
		pairs[0].Note = "reused: no new handshake"
	}
	add("proxy", c.Proxy)
	switch {
	case c.TLS != "":
		add("TLS", strings.TrimSpace(c.TLS+" "+c.Cipher))
		add("ALPN", c.ALPN)
	case c.Remote != "":
		add("TLS", "none: plain HTTP")
	}
	pane.Rows = widget.Table{Theme: theme, Width: width}.Rows(pairs)
	if c.Remote == "" && len(pairs) == 0 {
		pane.Rows = []widget.Row{line(theme.Dim.Render("no connection was made"))}
	}
	if c.Skipped {
		pane.Rows = append(pane.Rows, s.wrapped(theme.Care.Render, "! ", "the certificate was not verified: --insecure-skip-verify", width)...)
	}
	for i := range c.Chain {
		pane.Rows = append(pane.Rows, s.certificate(i, &c.Chain[i], width)...)
	}
	return pane
}

// certificate shows one certificate of the chain, the peer's own first.
func (s *Screen) certificate(i int, c *record.Certificate, width int) []widget.Row {
	theme := s.c.Theme
	kind := "issuer"
	if i == 0 {
		kind = "certificate"
	}
	id := fmt.Sprintf("chain.%d", i)
	valid := c.NotBefore.UTC().Format(time.DateOnly) + " to " + c.NotAfter.UTC().Format(time.DateOnly)
	mark := ""
	switch now := s.c.Now(); {
	case now.After(c.NotAfter):
		mark = theme.Bad.Render("✗ expired " + widget.Ago(now.Sub(c.NotAfter)))
	case now.Before(c.NotBefore):
		mark = theme.Bad.Render("✗ not valid yet")
	case c.NotAfter.Sub(now) < 30*24*time.Hour:
		mark = theme.Care.Render("! " + widget.Span(c.NotAfter.Sub(now)) + " left")
	default:
		mark = theme.Dim.Render(widget.Span(c.NotAfter.Sub(now)) + " left")
	}
	s.entries[id] = entry{name: "certificate fingerprint", value: c.SHA256}
	pairs := []widget.Pair{
		{ID: id, Name: kind, Value: safe.Text(c.Subject), Style: theme.Text},
		{Name: "issued by", Value: safe.Text(c.Issuer), Style: theme.Dim},
		{Name: "dates", Value: valid, Style: theme.Dim, Mark: mark},
		{Name: "key", Value: safe.Text(c.Key), Style: theme.Dim},
	}
	if len(c.DNSNames) > 0 {
		pairs = append(pairs, widget.Pair{Name: "names", Value: safe.Short(strings.Join(c.DNSNames, ", "), 400), Style: theme.Dim})
	}
	pairs = append(pairs, widget.Pair{Name: "SHA-256", Value: safe.Text(c.SHA256), Style: theme.Dim})
	return append([]widget.Row{line("")}, widget.Table{Theme: theme, Width: width}.Rows(pairs)...)
}
