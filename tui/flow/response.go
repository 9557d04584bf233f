package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// responsePanes show the answer: status, times, headers, body.
func (s *Screen) responsePanes() []widget.Pane {
	e := s.sent()
	if e == nil {
		switch at, count := s.chosen(); {
		case count > 0 && at < s.step().browsers():
			return []widget.Pane{s.text("Your browser sends this request and shows the answer to you alone. What it brings back in the end is a request to oidcscope.")}
		case s.heldHere():
			return []widget.Pane{s.text("The request is still held here, so there is no answer yet.")}
		}
		return []widget.Pane{s.nothingSent()}
	}
	head := widget.Pane{ID: "answer", Title: "Answer", Hue: s.c.Theme.Text, Note: s.dimNote(s.which()), Rows: s.answerRows(e)}
	if e.Response == nil {
		return []widget.Pane{head}
	}
	panes := []widget.Pane{head}
	body := s.bodyPane("response.body", "Body", headerOf(e.Response.Headers, "Content-Type"), e.Response.Body)
	headers := widget.Pane{ID: "response.headers", Title: widget.InHeader.Title(), Hue: s.c.Theme.Text, Rows: s.headerRows(e.Response.Headers)}
	return append(panes, body, headers)
}

// answerRows give the status line and how the time was spent.
func (s *Screen) answerRows(e *flows.Exchange) []widget.Row {
	t := s.c.Theme
	var rows []widget.Row
	if f := e.Failure; f != nil {
		rows = append(rows, lines(t.Bad.Render("✗ "+safe.Text(s.scrub(f.Message)))))
		if f.Cause != "" && f.Cause != f.Message {
			rows = append(rows, s.dim(s.scrub(f.Cause))...)
		}
	}
	if r := e.Response; r != nil {
		style, mark := t.Good, "✓ "
		if r.Status >= 400 {
			style, mark = t.Bad, "✗ "
		}
		rows = append(rows, lines(style.Render(mark+safe.Text(r.Reason))+t.Dim.Render("  "+safe.Text(r.Proto)+" · "+widget.Size(r.Body.Size)+" · "+ui.Duration(e.Timing.Total))))
	}
	if parts := timingParts(e.Timing); parts != "" {
		rows = append(rows, s.dim(parts)...)
	}
	if c := e.Connection; c.Remote != "" {
		text := joinNonEmpty(" · ", "from "+c.Remote, c.TLS, c.Cipher)
		if c.Reused {
			text += " · connection reused"
		}
		rows = append(rows, s.dim(text)...)
		if c.Skipped {
			rows = append(rows, lines(t.Care.Render("! the certificate was not verified")))
		}
	}
	return rows
}

func timingParts(tm record.Timing) string {
	var parts []string
	for _, p := range []struct {
		name string
		d    time.Duration
	}{{"DNS", tm.DNS}, {"connect", tm.Connect}, {"TLS", tm.TLS}, {"wait", tm.Wait}, {"read", tm.Read}} {
		if p.d > 0 {
			parts = append(parts, p.name+" "+widget.Span(p.d))
		}
	}
	return strings.Join(parts, " · ")
}

func (s *Screen) headerRows(headers []record.Header) []widget.Row {
	var pairs []widget.Pair
	for i, h := range headers {
		id := fmt.Sprintf("header.%d", i)
		s.rows[id] = row{name: h.Name, value: h.Value, secret: secret.IsHeader(h.Name)}
		value := h.Value
		if !s.c.Reveal {
			value = s.scrub(secret.HeaderValue(h.Name, h.Value))
		}
		pairs = append(pairs, widget.Pair{ID: id, Name: safe.Text(h.Name), Value: safe.Text(value), Style: s.c.Theme.Text})
	}
	return s.table().Rows(pairs)
}

func headerOf(headers []record.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// bodyLimit is how many lines of a body are laid out, and lineLimit over how many one of them may wrap: nobody reads on, and
// copying takes it whole.
const (
	bodyLimit = 2000
	lineLimit = 60
)

// bodyPane shows a body: pretty, or as it came.
func (s *Screen) bodyPane(id, title, contentType string, b record.Body) widget.Pane {
	t := s.c.Theme
	p := widget.Pane{ID: id, Title: title, Hue: t.Text}
	if len(b.Data) == 0 {
		p.Rows = []widget.Row{lines(t.Dim.Render("empty"))}
		return p
	}
	text, pretty := s.bodyText(contentType, b.Data)
	note := "raw"
	if pretty {
		note = "pretty"
	}
	p.Note = t.Dim.Render(joinNonEmpty(" · ", safe.Short(contentType, 40), note, "v changes"))
	p.Rows = append(p.Rows, s.bodyRows(id, text, pretty)...)
	if b.Truncated {
		p.Rows = append(p.Rows, lines(t.Care.Render(fmt.Sprintf("! %s were kept, %s came", widget.Size(int64(len(b.Data))), widget.Size(b.Size)))))
	}
	return p
}

// bodyText gives a body as text without the secrets, indented when it is JSON and that is wanted.
func (s *Screen) bodyText(contentType string, data []byte) (text string, pretty bool) {
	kind, _, _ := mime.ParseMediaType(contentType)
	isJSON := strings.HasSuffix(kind, "json") || json.Valid(data)
	if !s.c.Reveal {
		if isJSON {
			data = secret.JSON(data)
		} else if kind == "application/x-www-form-urlencoded" {
			data = []byte(secret.Form(string(data)))
		}
		data = []byte(s.scrub(string(data)))
	}
	if isJSON && !s.raw {
		var b bytes.Buffer
		if json.Indent(&b, data, "", "  ") == nil {
			return b.String(), true
		}
	}
	return string(data), false
}

func (s *Screen) bodyRows(id, text string, pretty bool) []widget.Row {
	t := s.c.Theme
	var rows []widget.Row
	for i, line := range strings.Split(strings.TrimRight(safe.Block(text), "\n"), "\n") {
		if i == bodyLimit {
			return append(rows, lines(t.Dim.Render("… more: y copies it whole")))
		}
		rowID := fmt.Sprintf("%s.%d", id, i)
		if pretty {
			rows = append(rows, s.jsonRow(rowID, line))
			continue
		}
		var out []string
		for n, piece := range widget.Chop(line, s.inner()) {
			if n == lineLimit {
				out = append(out, t.Dim.Render("… more: y copies it whole"))
				break
			}
			out = append(out, t.Text.Render(piece))
		}
		rows = append(rows, s.value(rowID, row{name: "line", value: line}, out...))
	}
	return rows
}

// jsonRow is one line of indented JSON; a long value wraps under itself.
func (s *Screen) jsonRow(id, line string) widget.Row {
	t := s.c.Theme
	bare := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(bare)]
	name, value, ok := strings.Cut(bare, `": `)
	if !ok || !strings.HasPrefix(name, `"`) {
		name, value = "", bare
	} else {
		name += `": `
	}
	lead := len(indent) + ui.Width(name)
	hang := lead
	if s.inner()-lead < 16 {
		hang = len(indent) + 2
	}
	var out []string
	for i, piece := range widget.Chop(value, s.inner()-hang) {
		if i == lineLimit {
			out = append(out, t.Dim.Render("… more: y copies it whole"))
			break
		}
		if i == 0 && hang == lead {
			out = append(out, indent+t.Dim.Render(name)+t.Text.Render(piece))
			continue
		}
		if i == 0 {
			out = append(out, indent+t.Dim.Render(name))
		}
		out = append(out, strings.Repeat(" ", hang)+t.Text.Render(piece))
	}
	plain := strings.Trim(strings.TrimSuffix(value, ","), `"`)
	return s.value(id, row{name: strings.Trim(name, `": `), value: plain}, out...)
}
