package token

import (
	"slices"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// detailLines explains what is selected, in at most height lines: a title rule, then meaning, source, the check about it,
// and the whole value.
func (s *Screen) detailLines(width, height int) []string {
	if height <= 0 {
		return nil
	}
	theme := s.c.Theme
	e := s.entryOf(s.selected())
	if e == nil {
		return []string{theme.Title("Details", "", width, false)}
	}
	lines := []string{theme.Title(safe.Short(e.title, 60), s.dim(safe.Short(e.path, 60)), width, false)}
	room := max(width-3, 1)
	for _, l := range s.explain(e, room*height) {
		tail := ""
		if l.tail != "" && ui.Width(l.text)+2+ui.Width(l.tail) <= room {
			tail = "  " + theme.Dim.Render(l.tail)
		}
		pieces := ui.Wrap(l.text, room)
		if l.exact {
			pieces = widget.Chop(l.text, room)
		}
		for i, p := range pieces {
			if len(lines) == height-1 && (i < len(pieces)-1) {
				return append(lines, "  "+theme.Dim.Render("… enter shows all of it"))
			}
			if len(lines) == height {
				return lines
			}
			lines = append(lines, "  "+l.style.Render(p)+tail)
		}
	}
	return lines
}

// dim styles a note, which stays empty when it is.
func (s *Screen) dim(text string) string {
	if text == "" {
		return ""
	}
	return s.c.Theme.Dim.Render(text)
}

// entryOf finds what a row stands for. Rows inside of nested values are known to the tree alone.
func (s *Screen) entryOf(id string) *entry {
	if e := s.entries[id]; e != nil {
		return e
	}
	if v := s.folding().Node(id); v != nil {
		return &entry{title: lastName(id), path: id, value: v}
	}
	return nil
}

// explain says everything about an entry, and at most that many characters of its value.
func (s *Screen) explain(e *entry, most int) []line {
	theme := s.c.Theme
	lines := slices.Clone(e.lines)
	add := func(text string, l line) {
		if text != "" {
			l.text = text
			lines = append(lines, l)
		}
	}
	if c := e.claim; c != nil {
		meaning := safe.Text(c.Meaning)
		if meaning == "" {
			meaning = "Not a registered name: its meaning is between the issuer and its clients."
		}
		add(meaning, line{style: theme.Text, tail: safe.Text(c.Source)})
		if at, ok := claimTime(c); ok {
			add(timeUTC.write(at, "")+" · "+timeLocal.write(at, "")+" · "+distance(at, s.now), line{style: theme.Text})
		} else if c.Text != "" {
			add(safe.Text(c.Text), line{style: theme.Text})
		}
	}
	if e.item != nil {
		glyph, style, detail := s.itemState(e.item)
		add(safe.Text(e.item.Title), line{style: theme.Text, tail: safe.Text(e.item.Ref)})
		add(glyph+" "+resultWord(glyph)+detail, line{style: style})
	}
	if e.value != nil {
		add(wholeText(e.value, most), line{style: theme.Text, exact: true})
	}
	return lines
}

// resultWord puts the result before its reason where the reason does not say it.
func resultWord(glyph string) string {
	switch glyph {
	case "✓":
		return "passed: "
	case "✗":
		return "failed: "
	default:
		return ""
	}
}

// wholeText is a value as it is: a string's own text, anything else as it was sent.
func wholeText(v *inspect.Value, most int) string {
	if v.Kind == inspect.String {
		return safe.Short(v.Str, most)
	}
	return safe.Short(v.Raw, most)
}

// lastName is the end of a path: "city" of "payload.address.city", "roles[2]" of "payload.roles[2]".
func lastName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[i+1:]
		}
	}
	return path
}
