package token

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// signed reports whether a signature is to be spoken of at all.
func signed(r *inspect.Report) bool {
	switch r.Kind {
	case inspect.JWSCompact, inspect.JWSFlattened, inspect.JWSGeneral, inspect.SDJWT:
		return true
	}
	return false
}

// signaturePane shows the verdict, the key, what the signature covers, and when no key fits, why each of them does not.
func (s *Screen) signaturePane(width int) widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	v := &sub.report.Signature
	pane := widget.Pane{ID: "signature", Title: "Signature", Hue: theme.Signature}
	word, style := draw.Verdict(theme, v.Status)
	first := style.Bold(true).Render(word)
	if v.Status == inspect.Verified {
		first += "  " + theme.Text.Render(keyText(v.Key, v))
	} else if v.Alg != "" {
		first += "  " + theme.Dim.Render("alg "+safe.Short(v.Alg, 20))
	}
	s.entries["signature"] = s.verdictEntry(v)
	pane.Rows = append(pane.Rows, draw.Fixed("signature", first))
	if v.Reason != "" {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Text, safe.Text(v.Reason), width)...)
	}
	for _, note := range v.Notes {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Care, "! "+safe.Text(note), width)...)
	}
	if from := s.keySource(v); from != nil {
		pane.Rows = append(pane.Rows, widget.Row{Height: 1, Draw: func(bool) []string {
			return []string{theme.Dim.Render(from())}
		}})
		if url := s.subject().keys.URL; url != "" {
			pane.Rows = append(pane.Rows, draw.Fixed("", theme.Dim.Render(excerpt(url, width))))
		}
	}
	if v.Covers > 0 {
		covers := fmt.Sprintf("covers header.payload, %d bytes", v.Covers)
		if v.Status != inspect.Verified {
			covers = "would cover" + strings.TrimPrefix(covers, "covers")
		}
		covers = theme.Dim.Render(covers)
		if hint := theme.Accent.Render("v") + theme.Dim.Render(" walk through"); ui.Width(covers)+2+ui.Width(hint) <= width {
			covers = ui.Between(covers, hint, width)
		}
		pane.Rows = append(pane.Rows, draw.Fixed("", covers))
	}
	if v.Status != inspect.Verified {
		for i := range v.Attempts {
			pane.Rows = append(pane.Rows, s.attempt("key", i, &v.Attempts[i], width)...)
		}
	}
	return pane
}

func (s *Screen) verdictEntry(v *inspect.Verdict) *entry {
	theme := s.c.Theme
	word, style := draw.Verdict(theme, v.Status)
	e := &entry{title: "Signature", lines: []line{{text: word, style: style}}}
	if v.Reason != "" {
		e.lines = append(e.lines, line{text: safe.Text(v.Reason), style: theme.Text})
	}
	switch v.Status {
	case inspect.Verified:
		e.lines = append(e.lines, line{text: "Whoever holds the private half of this key wrote header and payload, byte for byte. RFC 7515 5.2", style: theme.Dim})
	case inspect.Unverified:
		e.lines = append(e.lines, line{text: "Nothing is known about who wrote this token: anyone can write one that looks the same.", style: theme.Dim})
	case inspect.Unsecured:
		e.lines = append(e.lines, line{text: "alg is none: anyone can have written this. RFC 8725 2.1", style: theme.Dim})
	case inspect.Invalid:
		e.lines = append(e.lines, line{text: "No key fits: the token was changed, was signed by someone else, or the keys are the wrong ones.", style: theme.Dim})
	}
	if v.Key != nil && v.Key.Thumbprint != "" {
		e.lines = append(e.lines, line{text: "thumbprint " + safe.Text(v.Key.Thumbprint) + " (RFC 7638)", style: theme.Dim})
	}
	return e
}

// attempt is one key that was considered, and why it did not verify.
func (s *Screen) attempt(of string, i int, a *inspect.Attempt, width int) []widget.Row {
	theme, id := s.c.Theme, fmt.Sprintf("%s.%d", of, i)
	glyph, style := "–", theme.Dim
	if a.Tried {
		glyph, style = "✗", theme.Bad
	}
	name := keyText(a.Key, nil)
	s.entries[id] = &entry{title: name, lines: []line{{text: safe.Text(a.Reason), style: theme.Text}}}
	if a.Key != nil {
		s.entries[id].value = a.Key.JSON
	}
	head := style.Render(glyph) + " " + theme.Text.Render(ui.Truncate(name, max(width-2, 1)))
	rows := []widget.Row{draw.Fixed(id, head)}
	for _, text := range ui.Wrap(safe.Text(a.Reason), max(width-2, 8)) {
		rows = append(rows, draw.Fixed("", "  "+theme.Dim.Render(text)))
	}
	return rows
}

// keyText names a key: "key k1, RSA 2048".
func keyText(k *inspect.Key, v *inspect.Verdict) string {
	if k == nil {
		if v != nil && v.KID != "" {
			return "key " + safe.Short(v.KID, 40)
		}
		return "the key given"
	}
	name := fmt.Sprintf("key %d", k.Index+1)
	if k.KID != "" {
		name = "key " + safe.Short(k.KID, 40)
	}
	kind := safe.Short(k.KTY, 20)
	switch {
	case k.Crv != "":
		kind += " " + safe.Short(k.Crv, 20)
	case k.Bits > 0:
		kind += fmt.Sprintf(" %d", k.Bits)
	}
	return strings.TrimRight(name+", "+kind, ", ")
}

// keySource says where the keys came from and how long ago; nil when there are none.
func (s *Screen) keySource(v *inspect.Verdict) func() string {
	keys := s.subject().keys
	if keys == nil || v.Status == inspect.Unverified && len(keys.Keys) == 0 {
		return nil
	}
	from := "from " + sourceName(keys.Source)
	if s.session != nil && keys == s.session.Keys {
		from = "from the provider's key set"
	}
	if keys.Fetched.IsZero() {
		return func() string { return from }
	}
	return func() string { return from + ", " + widget.Ago(s.now.Sub(keys.Fetched)) }
}

func sourceName(source string) string {
	switch source {
	case "discovery":
		return "the provider's key set"
	case "jwks":
		return "a key set"
	case "pem":
		return "a PEM file"
	case "secret":
		return "the client secret"
	default:
		return safe.Text(source)
	}
}

// checksPane lists the specification's checklist with its own numbers.
func (s *Screen) checksPane(width int) widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	pane := widget.Pane{ID: "checks", Title: "Checks", Hue: theme.Strong}
	if sub.report.Type == string(flows.IDToken) {
		pane.Title = "ID token checks · OpenID Connect Core 3.1.3.7"
		if width < 52 {
			pane.Title = "ID token checks · OIDC Core 3.1.3.7"
		}
	}
	names, digits := 0, 2
	for i := range sub.report.Checklist {
		names = max(names, ui.Width(sub.report.Checklist[i].Subject))
		digits = max(digits, ui.Width(number(&sub.report.Checklist[i])))
	}
	for i := range sub.report.Checklist {
		item := &sub.report.Checklist[i]
		id := fmt.Sprintf("check.%d", i)
		s.entries[id] = &entry{title: strings.TrimSpace("Check "+number(item)) + ": " + safe.Text(item.Subject), item: item}
		pane.Rows = append(pane.Rows, widget.Row{ID: id, Height: 1, Draw: func(selected bool) []string {
			glyph, style, detail := s.itemState(item)
			subject := theme.Text
			if selected {
				subject = theme.Button
			}
			head := style.Render(glyph) + " " + theme.Dim.Render(ui.PadLeft(number(item), digits)) + " " + subject.Render(ui.Pad(safe.Text(item.Subject), min(names, 14)))
			return []string{ui.Truncate(head+"  "+theme.Dim.Render(detail), width)}
		}})
	}
	return pane
}

// number is the specification's number; a check that has none there has its subject in its place, which stands beside it.
func number(item *inspect.Item) string {
	if item.Number == item.Subject {
		return ""
	}
	return safe.Short(item.Number, 6)
}

// itemState gives a check's result as of now: the check of exp was made when the token came, and time went on.
func (s *Screen) itemState(item *inspect.Item) (glyph string, style lipgloss.Style, detail string) {
	theme := s.c.Theme
	detail = safe.Text(item.Detail)
	switch {
	case detail == "" && item.Result == inspect.ItemPass:
		detail = passWord(item)
	case detail == "":
		detail = safe.Text(item.Title)
	}
	if item.Result == inspect.ItemPass && item.Number != refreshed {
		if now, words := s.agedItem(item.Subject); !now {
			return "✗", theme.Bad, "held when it came; " + words
		} else if words != "" {
			return "✓", theme.Good, words
		}
	}
	switch item.Result {
	case inspect.ItemPass:
		return "✓", theme.Good, detail
	case inspect.ItemFail:
		return "✗", theme.Bad, detail
	case inspect.ItemNotApplicable:
		return "–", theme.Dim, "not applicable: " + detail
	default:
		return "?", theme.Care, "not checked: " + detail
	}
}

// agedItem says whether a check that passed when the token came still holds, and how it stands now; no words when time
// does not matter to it.
func (s *Screen) agedItem(subject string) (holds bool, words string) {
	sub := s.subject()
	switch issued := sub.report.Time.IssuedAt; {
	case subject == "exp" && sub.report.Time.ExpiresAt != nil:
		if sub.life.Phase(s.now) == widget.Expired {
			return false, sub.life.Left(s.now)
		}
		return true, sub.life.Left(s.now) + " left"
	case subject == "iat" && issued != nil:
		return true, "issued " + distance(*issued, s.now)
	default:
		return true, ""
	}
}

// tally counts the checklist as of now.
func (s *Screen) tally() (passed, failed, open int) {
	list := s.subject().report.Checklist
	for i := range list {
		switch glyph, _, _ := s.itemState(&list[i]); glyph {
		case "✓":
			passed++
		case "✗":
			failed++
		case "?":
			open++
		}
	}
	return passed, failed, open
}
