package token

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// View draws the screen.
func (s *Screen) View() string {
	if s.w <= 0 || s.h <= 0 {
		return ""
	}
	s.now = s.c.Now()
	if s.guest != nil {
		return s.guestView()
	}
	a := s.areas()
	var lines []string
	if s.subject() != nil {
		lines = append(lines, s.head(a)...)
	}
	left, right := s.left.Lines(!s.onRight), []string(nil)
	if a.right.W > 0 {
		right = s.right.Lines(s.onRight)
	}
	details := fill(s.detailLines(a.details.W, a.details.H), a.details.H)
	if a.details.X > 0 {
		right = append(right, details...)
	} else {
		left = append(left, details...)
	}
	for i, r := range right {
		left[i] = ui.Pad(left[i], a.left.W+gap) + r
	}
	lines = append(lines, left...)
	if a.filter.H > 0 {
		lines = append(lines, " "+s.filter.LineAt(s.w-2, s.hitNumber(), len(s.hits)))
	}
	return strings.Join(lines[:min(len(lines), s.h)], "\n")
}

// guestView draws the guest under the tabs.
func (s *Screen) guestView() string {
	lines := []string{" " + s.tabLine(s.w-2)}
	lines = append(fill(lines, s.guestArea().Y), s.guest.Lines()...)
	return strings.Join(lines[:min(len(lines), s.h)], "\n")
}

// head draws the tabs, the raw token and, in a stack, the line that sums it up.
func (s *Screen) head(a areas) []string {
	theme := s.c.Theme
	lines := []string{" " + ui.Between(s.tabLine(s.w-2), s.headNote(), s.w-2)}
	sub := s.subject()
	key := rawCache{subject: sub, reveal: s.c.Reveal, width: s.w - 4, lines: a.raw.H}
	if c := s.rawCached; c.subject != key.subject || c.reveal != key.reveal || c.width != key.width || c.lines != key.lines {
		key.drawn = rawLines(theme, sub, key.reveal, key.width, key.lines)
		for i := range key.drawn {
			key.drawn[i] = "  " + key.drawn[i]
		}
		key.drawn = fill(key.drawn, a.raw.H)
		s.rawCached = key
	}
	lines = append(lines, s.rawCached.drawn...)
	if a.summary.H > 0 {
		lines = append(lines, "  "+ui.Truncate(s.summary(), s.w-4))
	}
	return fill(lines, a.left.Y)
}

// headNote says what of many is shown.
func (s *Screen) headNote() string {
	theme := s.c.Theme
	switch {
	case s.reading != "":
		return theme.Accent.Render("reading " + s.reading + " …")
	case s.before:
		return theme.Care.Render("! before the refresh · b shows the new ones")
	case s.subject() != s.tab():
		return theme.Accent.Render("inside"+s.crumbs()) + theme.Dim.Render(" · esc goes back")
	case s.previous != nil && s.w >= twoColumns:
		return theme.Dim.Render("refreshed " + widget.Ago(s.now.Sub(s.session.At)) + " · b shows them as before")
	case s.times != timeUTC:
		return theme.Dim.Render("times in " + s.times.String())
	case s.subject().missing == "" && s.subject().which == flows.UserInfo && s.subject().report.Kind == inspect.Unknown:
		return theme.Dim.Render("JSON · " + widget.Size(int64(len(s.subject().raw))))
	case s.subject().missing == "" && s.w >= twoColumns:
		return theme.Dim.Render(formName(s.subject().report.Kind) + " · " + widget.Size(int64(len(s.subject().raw))))
	default:
		return ""
	}
}

// fill makes a block of exactly height lines.
func fill(lines []string, height int) []string {
	for len(lines) < height {
		lines = append(lines, "")
	}
	return lines[:max(height, 0)]
}

// verifiedOf counts the signatures that a key verified.
func verifiedOf(r *inspect.Report) int {
	n := 0
	for i := range r.Signatures {
		if r.Signatures[i].Status == inspect.Verified {
			n++
		}
	}
	return n
}

// summary is the whole verdict on one line, for screens on which the panes do not fit together.
func (s *Screen) summary() string {
	theme, sub := s.c.Theme, s.subject()
	if sub.missing != "" {
		return ""
	}
	var parts []string
	if e := sub.report.Encryption; e != nil {
		word := theme.Care.Render("? not opened")
		if e.Status == inspect.Opened {
			word = theme.Good.Render("✓ opened")
		}
		parts = append(parts, word)
		if sub.report.Inner != nil {
			inside, style := draw.Verdict(theme, sub.report.Inner.Signature.Status)
			parts = append(parts, theme.Dim.Render("inside ")+style.Render(inside))
		}
	}
	if signed(sub.report) {
		word, style := draw.Verdict(theme, sub.report.Signature.Status)
		if n := len(sub.report.Signatures); n > 1 {
			word += fmt.Sprintf(" (%d of %s)", verifiedOf(sub.report), ui.Count(n, "signature"))
		}
		parts = append(parts, style.Render(word))
	}
	if cd := sub.life; !cd.Until.IsZero() {
		switch cd.Phase(s.now) {
		case widget.Expired:
			parts = append(parts, theme.Bad.Render("✗ "+cd.Left(s.now)))
		case widget.Ending:
			parts = append(parts, theme.Care.Render("! "+cd.Left(s.now)+" left"))
		default:
			parts = append(parts, s.alive().Render(cd.Left(s.now))+theme.Dim.Render(" left"))
		}
	}
	switch passed, failed, open := s.tally(); {
	case failed > 0:
		parts = append(parts, theme.Bad.Render(fmt.Sprintf("✗ %d of %s", failed, ui.Count(passed+failed, "check"))))
	case open > 0:
		parts = append(parts, theme.Good.Render("✓ "+ui.Count(passed, "check"))+theme.Dim.Render(fmt.Sprintf(", %d not made", open)))
	case passed > 0:
		parts = append(parts, theme.Good.Render("✓ "+ui.Count(passed, "check")))
	}
	if n := len(sub.report.Findings); n > 0 {
		glyph, style := draw.Severity(theme, worst(sub.report.Findings))
		parts = append(parts, style.Render(glyph+" "+ui.Count(n, "finding")))
	}
	if s.running != "" && s.running != ui.RunLogin {
		parts = append(parts, theme.Accent.Render(s.busy("asking the provider…")))
	}
	return strings.Join(parts, theme.Faint.Render(" · "))
}
