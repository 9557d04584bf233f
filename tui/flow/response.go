package flow

import (
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
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
	panes := append([]widget.Pane{head}, s.heldAnswerPanes()...)
	panes = append(panes, s.foretoldPanes(s.step())...)
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
	for _, edit := range e.AnswerEdits {
		rows = append(rows, lines(t.Care.Render("✎ edited before it was taken in: "+safe.Text(edit))))
	}
	if e.ResentOf != 0 {
		rows = append(rows, lines(t.Care.Render(fmt.Sprintf("↻ sent again: the same request as exchange %d", e.ResentOf))))
	}
	if e.Aside {
		rows = append(rows, s.dim("This answer was only looked at; that to another sending was taken in.")...)
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
	text := s.bodyText(contentType, b.Data)
	how := "raw"
	if doc := s.document(text); doc == nil {
		p.Rows = s.rawRows(id, text)
	} else {
		how = "pretty"
		p.Rows = s.tree.Rows(id, doc.Root, t.Dim, s.inner())
		if !doc.Complete && len(doc.Faults) > 0 {
			f := doc.Faults[0]
			p.Rows = append(p.Rows, lines(t.Care.Render(ui.Truncate(fmt.Sprintf("! JSON up to byte %d: %s", f.Offset, safe.Text(f.Message)), s.inner()))))
		}
	}
	p.Note = t.Dim.Render(joinNonEmpty(" · ", safe.Short(contentType, 40), how, "v changes"))
	if b.Truncated {
		p.Rows = append(p.Rows, lines(t.Care.Render(fmt.Sprintf("! %s were kept, %s came", widget.Size(int64(len(b.Data))), widget.Size(b.Size)))))
	}
	return p
}

// bodyText gives a body as text without the secrets.
func (s *Screen) bodyText(contentType string, data []byte) string {
	if s.c.Reveal {
		return string(data)
	}
	kind, _, _ := mime.ParseMediaType(contentType)
	if kind == "application/x-www-form-urlencoded" {
		return s.scrub(secret.Form(string(data)))
	}
	return s.scrub(string(secret.JSON(data)))
}

// document reads a body as JSON; nil when it is none, or shall be shown raw. Documents are kept, because what is folded in
// them is.
func (s *Screen) document(text string) *inspect.Document {
	start := strings.TrimLeft(text, " \t\r\n")
	if s.raw || !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return nil
	}
	doc, ok := s.docs[text]
	if !ok {
		doc = inspect.ScanJSON(text)
		s.docs[text] = doc
	}
	if doc.Root == nil {
		return nil
	}
	return doc
}

// bodyShown reports whether the selected row is one of a body.
func (s *Screen) bodyShown() bool { return strings.HasSuffix(s.column.Pane(), ".body") }

func (s *Screen) rawRows(id, text string) []widget.Row {
	t := s.c.Theme
	more := lines(t.Dim.Render("… more: y copies it whole"))
	var rows []widget.Row
	for i, line := range strings.Split(strings.TrimRight(safe.Block(text), "\n"), "\n") {
		if i == bodyLimit {
			return append(rows, more)
		}
		pieces := widget.Chop(line, s.inner())
		var out []string
		for _, piece := range pieces[:min(len(pieces), lineLimit)] {
			out = append(out, t.Text.Render(piece))
		}
		rows = append(rows, s.value(fmt.Sprintf("%s.%d", id, i), row{name: "line", value: line}, out...))
		if len(pieces) > lineLimit {
			rows = append(rows, more)
		}
	}
	return rows
}
