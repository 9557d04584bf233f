package wire

import (
	"fmt"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// listPanes is a pane for each run, with a row for each exchange.
func (s *Screen) listPanes(width int) []widget.Pane {
	theme := s.c.Theme
	var panes []widget.Pane
	s.byID = make(map[string]*logged)
	s.hits = 0
	for _, r := range s.log.runs {
		pane := widget.Pane{ID: fmt.Sprintf("run.%d", r.number), Title: safe.Short(r.title, 60), Hue: theme.Strong}
		if pane.Title == "" {
			pane.Title = fmt.Sprintf("Run %d", r.number)
		}
		if !r.at.IsZero() {
			pane.Note = theme.Dim.Render(r.at.Local().Format("15:04:05"))
		}
		home := ""
		for _, e := range r.exchanges {
			if home == "" {
				home, _ = e.path()
			}
			if !e.matches(s.filter.Text()) {
				continue
			}
			id := fmt.Sprintf("%d.%d", r.number, e.ID)
			s.byID[id] = e
			pane.Rows = append(pane.Rows, s.listRow(id, e, home, width))
		}
		s.hits += len(pane.Rows)
		if len(pane.Rows) > 0 {
			panes = append(panes, pane)
		}
	}
	if s.log.dropped > 0 && len(panes) > 0 {
		note := theme.Dim.Render(ui.Count(s.log.dropped, "older exchange") + " forgotten")
		panes[0].Rows = append([]widget.Row{line(note)}, panes[0].Rows...)
	}
	return panes
}

// listRow is one exchange on one line: how it ended, what was asked, how long it took, how much came. The purpose stands
// where there is room, because addresses alone do not say what a request is for; a host only when it is not the run's first.
func (s *Screen) listRow(id string, e *logged, home string, width int) widget.Row {
	theme := s.c.Theme
	host, path := e.path()
	if host == home {
		host = ""
	}
	return widget.Row{ID: id, Height: 1, Draw: func(selected bool) []string {
		glyph, style, word := outcome(theme, e)
		size := ""
		if e.Response != nil {
			size = widget.Size(e.Response.Body.Size)
		}
		took := ""
		if e.Timing.Total > 0 { // the browser's own request to us is not timed
			took = widget.Span(e.Timing.Total)
		}
		right := ui.PadLeft(took, 8)
		if width >= 56 {
			right += ui.PadLeft(size, 9)
		}
		edited := ""
		if len(e.Edits)+len(e.AnswerEdits) > 0 {
			edited = theme.Care.Render("✎ ")
		}
		text := theme.Text
		if selected {
			text = theme.Button
		}
		left := style.Render(ui.Pad(glyph+" "+word, 9)) + " " + theme.Dim.Render(ui.Pad(safe.Short(e.Request.Method, 6), 4)) + " " + edited
		room := width - ui.Width(left) - ui.Width(right) - 1
		return []string{ui.Between(left+address(theme, text, host, path, safe.Text(e.Purpose), room), theme.Dim.Render(right), width)}
	}}
}

// address fits host, path and purpose into room: the path first, because it tells requests apart.
func address(theme *ui.Theme, style lipgloss.Style, host, path, purpose string, room int) string {
	host, path = safe.Text(host), safe.Text(path)
	left := room - ui.Width(path)
	if left <= 0 {
		return style.Render(widget.Middle(path, room))
	}
	text := style.Render(path)
	if w := ui.Width(host); w < left {
		text, left = theme.Dim.Render(host)+text, left-w
	}
	if w := ui.Width(purpose); purpose != "" && w+2 < left {
		text += theme.Dim.Render("  " + purpose)
	}
	return text
}

// outcome says how an exchange ended, with a glyph, a style and a word. A redirect is no failure, and an answer that refuses
// is one, whoever is to blame.
func outcome(theme *ui.Theme, e *logged) (glyph string, style lipgloss.Style, word string) {
	switch {
	case e.Failure != nil && e.Response == nil:
		return "✗", theme.Bad, failureWord(e.Failure.Kind)
	case e.Failure != nil:
		return "✗", theme.Bad, fmt.Sprint(e.Response.Status)
	case e.Response == nil:
		return "–", theme.Dim, "none"
	case e.Response.Status >= 400:
		return "✗", theme.Bad, fmt.Sprint(e.Response.Status)
	case e.Response.Status >= 300:
		return "→", theme.Accent, fmt.Sprint(e.Response.Status)
	default:
		return "✓", theme.Good, fmt.Sprint(e.Response.Status)
	}
}

// failureWord is a failure's kind in the few cells of the list; the details have the whole sentence.
func failureWord(kind record.FailureKind) string {
	switch kind {
	case record.FailDNS:
		return "DNS"
	case record.FailTLSUnknown, record.FailTLSName, record.FailTLSExpired, record.FailTLSOther:
		return "TLS"
	case record.FailUnreachable:
		return "no route"
	case record.FailTruncated:
		return "cut off"
	case record.FailCanceled:
		return "stopped"
	case record.FailNotHTTP:
		return "no HTTP"
	case record.FailRefused, record.FailTimeout, record.FailReset, record.FailProxy, record.FailDropped, record.FailRedirect:
		return string(kind)
	default:
		return "failed"
	}
}

func line(text string) widget.Row {
	return widget.Row{Height: 1, Draw: func(bool) []string { return []string{text} }}
}
