package token

import (
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// lifePane shows how long the token lives, ticking, and the buttons.
func (s *Screen) lifePane(width int) widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	pane := widget.Pane{ID: "life", Title: "Lifetime", Hue: theme.Strong}
	cd := sub.life
	if cd.Until.IsZero() {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, s.noLife(), width)...)
	} else {
		pane.Rows = append(pane.Rows, widget.Row{Height: 1, Draw: func(bool) []string { return []string{s.lifeLine(width)} }})
		if !cd.From.IsZero() {
			pane.Rows = append(pane.Rows, s.timeRow("issued", cd.From, ""))
		}
		if nbf := sub.report.Time.NotBefore; nbf != nil && nbf.After(cd.From) {
			pane.Rows = append(pane.Rows, s.timeRow("not before", *nbf, ""))
		}
		pane.Rows = append(pane.Rows, s.timeRow("expires", cd.Until, sub.lifeBy))
	}
	pane.Rows = append(pane.Rows, s.worthRows(width)...)
	return s.withButtons(pane, width)
}

func (s *Screen) noLife() string {
	switch s.subject().which {
	case flows.RefreshToken:
		return "How long it lives is known to the provider alone."
	case flows.AccessToken:
		return "No expiry: the provider sent no expires_in (RFC 6749 5.1 recommends it)."
	case flows.UserInfo:
		return "An answer, not a token: it does not expire, it grows old."
	default:
		return "No expiry: there is no exp that can be read."
	}
}

// lifeLine is the bar with the time left; at zero it says so in words.
func (s *Screen) lifeLine(width int) string {
	theme, cd := s.c.Theme, s.subject().life
	word, style, phase := "", s.alive(), cd.Phase(s.now)
	switch sub := s.subject(); {
	case sub.which != pasted && s.session != nil && s.session.Forgotten(sub.which):
		return theme.Bad.Bold(true).Render("✗ revoked") + theme.Dim.Render(" before its end")
	case phase == widget.Expired:
		word, style = "✗ "+cd.Left(s.now), theme.Bad
	case phase == widget.Ending:
		word, style = "! "+cd.Left(s.now)+" left", theme.Care
	default:
		word = cd.Left(s.now) + " left"
	}
	of := ""
	if !cd.From.IsZero() && phase != widget.Expired {
		of = " of " + widget.Clock(cd.Until.Sub(cd.From))
	}
	text := style.Bold(true).Render(word) + theme.Dim.Render(of)
	// The bar's length must not depend on the text beside it, or it would jump when a digit goes.
	left, gone := cd.Bar(s.now, min(max(width-26, 0), 60))
	if left+gone == "" {
		return text
	}
	return style.Render(left) + theme.Faint.Render(gone) + "  " + text
}

// alive is the style of time that is left. It is green only when the time can be believed: a claim under a verified signature,
// or what the token endpoint said.
func (s *Screen) alive() lipgloss.Style {
	sub := s.subject()
	if sub.report.Signature.Status == inspect.Verified || sub.which != pasted && sub.report.Time.ExpiresAt == nil {
		return s.c.Theme.Good
	}
	return s.c.Theme.Text
}

func (s *Screen) timeRow(name string, at time.Time, note string) widget.Row {
	theme := s.c.Theme
	return widget.Row{Height: 1, Draw: func(bool) []string {
		text := theme.Dim.Render(ui.Pad(name, 8)) + " " + theme.Text.Render(s.times.clock(at)) + "  " + theme.Dim.Render(distance(at, s.now))
		if note != "" {
			text += theme.Dim.Render(" · " + note)
		}
		return []string{text}
	}}
}

// withButtons adds the row of buttons, and what became of the last press when that failed.
func (s *Screen) withButtons(pane widget.Pane, width int) widget.Pane {
	theme := s.c.Theme
	s.buttons.Items, s.buttonWidth = s.buttonItems(), width
	lines := s.buttons.Lines(theme, width, false)
	if len(lines) == 0 {
		return pane
	}
	s.buttons.Active = min(s.buttons.Active, len(s.buttons.Items)-1)
	s.entries[buttonRow] = &entry{title: "Buttons", lines: []line{
		{text: "Refresh redeems the refresh token for new tokens (RFC 6749 6) and shows what changed.", style: theme.Dim},
		{text: "UserInfo asks the provider about the person, with the access token (OpenID Connect Core 5.3).", style: theme.Dim},
		{text: "Introspect asks the provider whether the token is still good (RFC 7662); Revoke tells it to forget the token (RFC 7009).", style: theme.Dim},
		{text: "← → choose, enter presses.", style: theme.Dim}}}
	pane.Rows = append(pane.Rows, widget.Row{ID: buttonRow, Height: len(lines), Draw: func(selected bool) []string {
		return s.buttons.Lines(theme, width, selected)
	}})
	if s.problem != "" {
		for i, text := range ui.Wrap(safe.Text(s.problem), max(width-2, 8)) {
			glyph := "  "
			if i == 0 {
				glyph = theme.Bad.Render("✗ ")
			}
			pane.Rows = append(pane.Rows, draw.Fixed("", glyph+theme.Bad.Render(text)))
		}
	}
	return pane
}

const buttonRow = "buttons"

func (s *Screen) buttonItems() []widget.Button {
	refresh := widget.Button{ID: "refresh", Key: "r", Label: "Refresh", Disabled: s.cantRefresh()}
	info := widget.Button{ID: "userinfo", Key: "U", Label: "UserInfo", Disabled: s.cantUserInfo()}
	switch s.running {
	case ui.RunRefresh:
		refresh.Busy, refresh.Disabled = s.busy("Refreshing…"), ""
	case ui.RunUserInfo:
		info.Busy, info.Disabled = s.busy("Asking…"), ""
	}
	switch which := s.subject().which; {
	case which == pasted:
		return s.pastedButtons()
	case !askable(which):
		return []widget.Button{refresh, info}
	}
	introspect := widget.Button{ID: "introspect", Key: "i", Label: "Introspect", Disabled: s.cantIntrospect()}
	revoke := widget.Button{ID: "revoke", Key: "x", Label: "Revoke", Disabled: s.cantRevoke()}
	switch s.running {
	case ui.RunIntrospect:
		introspect.Busy, introspect.Disabled = s.busy("Asking…"), ""
	case ui.RunRevoke:
		revoke.Busy, revoke.Disabled = s.busy("Revoking…"), ""
	}
	return []widget.Button{refresh, info, introspect, revoke}
}

// pastedButtons are what can be done with a token that came from a person.
func (s *Screen) pastedButtons() []widget.Button {
	keys := widget.Button{ID: "keys", Key: "V", Label: "Check with keys"}
	if e := s.subject().report.Encryption; e != nil && e.Status != inspect.Opened {
		keys.Label = "Open with a key"
	}
	if s.cantGiveKeys() != "" {
		return nil
	}
	if s.cantWalk() != "" {
		return []widget.Button{keys}
	}
	return []widget.Button{keys, {ID: "walk", Key: "v", Label: "Walk through the signature"}}
}

func (s *Screen) busy(word string) string {
	if s.held {
		return "Held at the gate: 2 shows it"
	}
	return word
}

// cantRefresh says why the refresh button does nothing; empty when it works.
func (s *Screen) cantRefresh() string {
	switch sub := s.subject(); {
	case s.session == nil:
		return "there is no session; log in first"
	case sub != nil && sub.which == pasted:
		return "this token was pasted; only those of the session can be"
	case s.running != "":
		return "a run is under way"
	default:
		return noRefresh(s.session)
	}
}

func (s *Screen) cantUserInfo() string {
	switch {
	case s.session == nil:
		return "there is no session; log in first"
	case s.running != "":
		return "a run is under way"
	default:
		return noUserInfo(s.session)
	}
}
