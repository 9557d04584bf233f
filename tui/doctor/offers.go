package doctor

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// offerPanes is what the provider offers, one tab at a time.
func (s *Screen) offerPanes(width int) []widget.Pane {
	o := s.runs.overview()
	switch s.tabs.Active {
	case tabEndpoints:
		return s.endpointPanes(o.Endpoints, width)
	case tabFlows:
		return s.flowPanes(o.Flows, width)
	case tabAlgorithms:
		return s.algorithmPanes(o.Algorithms, width)
	default:
		return s.keyPanes(o.Keys, width)
	}
}

// nothing is a tab that has nothing to show, with the reason.
func (s *Screen) nothing(title, why string) []widget.Pane {
	if s.runs.report == nil {
		why = "the checks are still under way"
	}
	return []widget.Pane{{ID: "none", Title: title, Hue: s.c.Theme.Strong, Rows: []widget.Row{line(s.c.Theme.Dim.Render(why))}}}
}

func (s *Screen) keeps(texts ...string) bool {
	if !widget.ContainsFold(strings.Join(texts, "\n"), s.filter.Text()) {
		return false
	}
	s.hits++
	return true
}

func (s *Screen) endpointPanes(all []doctor.Endpoint, width int) []widget.Pane {
	t := s.c.Theme
	if len(all) == 0 {
		return s.nothing("Endpoints", "the document names none")
	}
	var document, beside []widget.Pair
	for _, e := range all {
		if !s.keeps(e.Name, e.URL, e.Status) {
			continue
		}
		id := "endpoint." + e.Name + e.From
		s.values[id] = value{e.Name, e.URL}
		mark := ""
		if e.Status != "" {
			mark = t.Dim.Render(safe.Short(e.Status, 60))
		}
		pair := widget.Pair{ID: id, Name: safe.Short(e.Name, 44), Value: safe.Text(e.URL), Style: t.Text, Mark: mark}
		if e.From == "document" {
			document = append(document, pair)
		} else {
			beside = append(beside, pair)
		}
	}
	table := widget.Table{Theme: t, Width: width, MaxName: min(44, width/2)}
	panes := []widget.Pane{{ID: "document", Title: "Endpoints of the discovery document", Note: t.Dim.Render("status without credentials"), Hue: t.Strong, Rows: table.Rows(document)}}
	if len(beside) > 0 {
		panes = append(panes, widget.Pane{ID: "beside", Title: "Not in the document, but known of this provider", Hue: t.Strong, Rows: table.Rows(beside)})
	}
	return panes
}

func (s *Screen) flowPanes(all []doctor.FlowOffer, width int) []widget.Pane {
	t := s.c.Theme
	if len(all) == 0 {
		return s.nothing("Flows", "there is no discovery document that says what can be done")
	}
	pane := widget.Pane{ID: "flows", Title: "What a client can do here, as far as the document tells", Hue: t.Strong}
	for _, f := range all {
		if !s.keeps(f.Title, f.Why, f.Offered) {
			continue
		}
		glyph, style := "✓", t.Good
		switch f.Offered {
		case "no":
			glyph, style = "–", t.Dim
		case "unknown":
			glyph, style = "?", t.Care
		}
		pane.Rows = append(pane.Rows, line(ui.Truncate(style.Render(glyph+" "+ui.Pad(f.Offered, 8))+t.Text.Render(ui.Pad(f.Title, 36))+t.Dim.Render(safe.Text(f.Why)), width)))
	}
	return []widget.Pane{pane}
}

func (s *Screen) algorithmPanes(all []doctor.Algorithms, width int) []widget.Pane {
	t := s.c.Theme
	if len(all) == 0 {
		return s.nothing("Algorithms", "the document announces none")
	}
	var pairs []widget.Pair
	for _, a := range all {
		names := strings.Join(a.Names, ", ")
		if !s.keeps(a.Purpose, a.Member, names) {
			continue
		}
		id := "algorithms." + a.Member
		s.values[id] = value{a.Purpose, names}
		pairs = append(pairs, widget.Pair{ID: id, Name: a.Purpose, Value: safe.Text(names), Style: t.Text})
	}
	rows := widget.Table{Theme: t, Width: width, MaxName: min(36, width/2)}.Rows(pairs)
	return []widget.Pane{{ID: "algorithms", Title: "Announced algorithms", Hue: t.Strong, Rows: rows}}
}

// keyPanes is the table of the keys: as many columns as there is room for, and below each key what does not fit.
func (s *Screen) keyPanes(all []doctor.KeyRow, width int) []widget.Pane {
	t := s.c.Theme
	if len(all) == 0 {
		return s.nothing("Keys", "no key set was read")
	}
	wide := width >= 124
	kid, alg := 6, 8
	for _, k := range all {
		kid = max(kid, ui.Width(safe.Text(k.KID)))
		alg = max(alg, min(ui.Width(safe.Text(k.Alg)), 14)) // ECDH-ES+A256KW
	}
	kid = min(kid, max(width-44-alg, 12))
	pane := widget.Pane{ID: "keys", Title: ui.Count(len(all), "key"), Hue: t.Strong}
	head := ui.Pad("kid", kid) + "  " + ui.Pad("kty", 13) + ui.Pad("alg", alg+1) + ui.Pad("use", 5) + ui.PadLeft("bits", 5) + "  " + ui.Pad("x5c until", 10)
	if wide {
		head += "  thumbprint (SHA-256)"
	}
	pane.Rows = append(pane.Rows, line(t.Dim.Render(ui.Truncate(head, width))))
	for i, k := range all {
		if s.keeps(k.KID, k.KTY, k.Alg, k.Use, k.Thumbprint) {
			pane.Rows = append(pane.Rows, s.keyRow(i, k, kid, alg, wide, width))
		}
	}
	return []widget.Pane{pane}
}

func (s *Screen) keyRow(i int, k doctor.KeyRow, kid, alg int, wide bool, width int) widget.Row {
	t := s.c.Theme
	id := fmt.Sprintf("key.%d", i)
	s.values[id] = value{"thumbprint", k.Thumbprint}
	or := func(text string) string {
		if text == "" {
			return "–"
		}
		return safe.Text(text)
	}
	bits := "–"
	if k.Bits > 0 {
		bits = fmt.Sprint(k.Bits)
	}
	until, _, _ := strings.Cut(k.Expires, "T")
	var below []string
	if !wide && k.Thumbprint != "" {
		below = append(below, t.Dim.Render(k.Thumbprint))
	}
	if k.Private {
		below = append(below, t.Bad.Render("✗ private members are published"))
	}
	if k.Problem != "" {
		below = append(below, t.Care.Render("! "+safe.Text(k.Problem)))
	}
	return widget.Row{ID: id, Height: 1 + len(below), Draw: func(selected bool) []string {
		name := t.Text
		if selected {
			name = t.Button
		}
		first := name.Render(ui.Pad(or(k.KID), kid)) + "  " + t.Text.Render(ui.Pad(strings.TrimSpace(or(k.KTY)+" "+safe.Text(k.Crv)), 13)+ui.Pad(ui.Truncate(or(k.Alg), alg), alg+1)+ui.Pad(or(k.Use), 5)+ui.PadLeft(bits, 5)+"  "+ui.Pad(or(until), 10))
		if wide {
			first += "  " + t.Dim.Render(k.Thumbprint)
		}
		lines := []string{ui.Truncate(first, width)}
		for _, l := range below {
			lines = append(lines, ui.Truncate("  "+l, width))
		}
		return lines
	}}
}
