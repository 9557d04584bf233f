package token

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// Forms of token that hold more than header, payload and signature: what is encrypted, what is disclosed, several signatures, tokens
// inside of tokens. What is a token itself can be entered; esc leaves it again.

// formPanes are the panes that a form of token has besides header and claims.
func (s *Screen) formPanes(width int) []widget.Pane {
	var panes []widget.Pane
	r := s.subject().report
	if r.Encryption != nil {
		panes = append(panes, s.encryptionPane(width))
	}
	if r.Inner != nil {
		panes = append(panes, s.innerPane(width))
	}
	if len(r.Signatures) > 1 {
		panes = append(panes, s.signaturesPane(width))
	}
	if r.Token != nil && r.Token.SD != nil {
		panes = append(panes, s.disclosuresPane(width))
	}
	return panes
}

// encryptionPane shows the five parts (RFC 7516 3.1), what opens the token, and how that went.
func (s *Screen) encryptionPane(width int) widget.Pane {
	theme, r := s.c.Theme, s.subject().report
	pane := s.factsPane("parts", "Five parts", theme.Payload, partFacts(r.Token), width)
	e := r.Encryption
	id := "encryption"
	s.entries[id] = &entry{title: "Encryption", path: "", lines: []line{{text: neededKey(e), style: theme.Text},
		{text: "That a token opens says that nothing was changed on the way. Who made it is not said by that: everybody can encrypt with a public key.", style: theme.Dim, tail: "rfc8725bis 2.3"}}}
	switch e.Status {
	case inspect.Opened:
		text := theme.Good.Bold(true).Render("✓ opened")
		if e.Key != nil {
			text += theme.Text.Render("  with " + keyText(e.Key, nil))
		}
		pane.Rows = append(pane.Rows, draw.Fixed(id, ui.Truncate(text, width)))
		return pane
	case inspect.OpenFailed, inspect.OpenRefused:
		pane.Rows = append(pane.Rows, draw.Fixed(id, theme.Bad.Bold(true).Render("✗ not opened")))
	default:
		pane.Rows = append(pane.Rows, draw.Fixed(id, theme.Care.Bold(true).Render("? not opened")))
	}
	pane.Rows = append(pane.Rows, draw.Prose(theme.Text, safe.Text(e.Reason), width)...)
	pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, neededKey(e)+" V gives one.", width)...)
	for i := range e.Attempts {
		pane.Rows = append(pane.Rows, s.attempt("opener", i, &e.Attempts[i], width)...)
	}
	return pane
}

// neededKey says which key opens a token of that algorithm (RFC 7518 4.1).
func neededKey(e *inspect.Decryption) string {
	needs := "a key that its issuer and its receiver agreed upon"
	switch alg := e.Alg; {
	case strings.HasPrefix(alg, "RSA"):
		needs = "the receiver's private RSA key"
	case strings.HasPrefix(alg, "ECDH-ES"):
		needs = "the receiver's private key on the curve of the sender's one-time key (epk)"
	case strings.HasPrefix(alg, "PBES2-"):
		needs = "the password"
	case alg == "dir":
		needs = "the shared secret that is the content's key itself" + keyLength(e.Enc)
	case strings.HasSuffix(alg, "KW"):
		needs = "the shared secret that wraps the content's key"
	}
	named := ""
	if e.KID != "" {
		named = fmt.Sprintf(", the one with the kid %q", safe.Short(e.KID, 60))
	}
	return "Needed is " + needs + named + "."
}

// keyLength says how long the key of a content encryption is, when that is known.
func keyLength(enc string) string {
	key, _, _ := jose.EncSizes(enc)
	if key == 0 {
		return ""
	}
	return fmt.Sprintf(", %d bytes for %s", key, enc)
}

// innerPane is the way into the token inside.
func (s *Screen) innerPane(width int) widget.Pane {
	theme, inner := s.c.Theme, s.subject().report.Inner
	word, style := draw.Verdict(theme, inner.Signature.Status)
	text := theme.Text.Render(formName(inner.Kind)) + "  " + style.Render(word) + theme.Dim.Render("  enter goes inside")
	s.entries["inside"] = &entry{title: "Token inside", enter: func() *subject { return s.subject().within("token inside", inner) },
		lines: []line{{text: "The content of this token is a token itself (RFC 7519 5.2). Its signature and its times are what counts.", style: theme.Text}}}
	return widget.Pane{ID: "inside", Title: "Token inside", Hue: theme.Strong, Rows: []widget.Row{draw.Fixed("inside", ui.Truncate(text, width))}}
}

// signaturesPane lists the signatures of a token that has several, each with its own verdict (RFC 7515 7.2.1).
func (s *Screen) signaturesPane(width int) widget.Pane {
	theme, sub := s.c.Theme, s.subject()
	list := sub.report.Signatures
	pane := widget.Pane{ID: "signatures", Title: fmt.Sprintf("%d signatures", len(list)), Hue: theme.Signature, Note: theme.Dim.Render("enter goes to one")}
	for i := range list {
		one := &list[i]
		word, style := draw.Verdict(theme, one.Status)
		id := fmt.Sprintf("signature.%d", i)
		title := fmt.Sprintf("Signature %d of %d", i+1, len(list))
		s.entries[id] = &entry{title: title, lines: []line{{text: word, style: style}, {text: safe.Text(one.Reason), style: theme.Text}},
			enter: func() *subject { return sub.signature(i, title) }}
		text := fmt.Sprintf("%2d  ", i+1) + style.Render(word) + theme.Text.Render("  "+safe.Short(one.Alg, 20))
		if one.KID != "" {
			text += theme.Dim.Render("  kid " + safe.Short(one.KID, 30))
		}
		if one.Reason != "" {
			text += theme.Dim.Render("  " + safe.Text(one.Reason))
		}
		pane.Rows = append(pane.Rows, draw.Fixed(id, ui.Truncate(text, width)))
	}
	return pane
}

// disclosuresPane lists what an SD-JWT discloses, counts what it keeps to itself, and leads to the proof of its holder (RFC 9901).
func (s *Screen) disclosuresPane(width int) widget.Pane {
	theme, r := s.c.Theme, s.subject().report
	sd := r.Token.SD
	pane := widget.Pane{ID: "disclosures", Title: ui.Count(len(sd.Disclosures), "disclosure"), Hue: theme.Payload, Note: theme.Dim.Render(safe.Short(sd.Alg, 20))}
	pairs := make([]widget.Pair, len(sd.Disclosures))
	for i := range sd.Disclosures {
		d := &sd.Disclosures[i]
		id := fmt.Sprintf("disclosure.%d", i)
		p := widget.Pair{ID: id, Name: safe.Short(d.Name, 40), Style: theme.Text, Mark: theme.Good.Render("✓ its digest is in the token")}
		if d.Entry {
			p.Name = "(entry)"
		}
		if d.Value != nil {
			p.Value = valueText(d.Value, nil, false)
		}
		if d.Problem != "" {
			p.Mark = theme.Bad.Render("✗ " + safe.Short(d.Problem, 200))
		}
		pairs[i] = p
		s.entries[id] = &entry{title: "Disclosure " + p.Name, value: d.Value, lines: []line{
			{text: "salt " + safe.Short(d.Salt, 60), style: theme.Dim, exact: true},
			{text: "digest " + safe.Text(d.Digest), style: theme.Dim, exact: true, tail: "of " + safe.Short(d.Text, 24)}}}
	}
	pane.Rows = append(pane.Rows, widget.Table{Theme: theme, Width: width}.Rows(pairs)...)
	for _, problem := range sd.Problems {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Bad, "✗ "+safe.Text(problem), width)...)
	}
	if sd.Withheld > 0 {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, ui.Count(sd.Withheld, "digest")+" without a disclosure: claims that are kept back, or decoys. From outside nobody can tell which (RFC 9901 4.2.5).", width)...)
	}
	return s.bindingRow(pane, r, width)
}

func (s *Screen) bindingRow(pane widget.Pane, r *inspect.Report, width int) widget.Pane {
	theme := s.c.Theme
	kb := r.KeyBinding
	if kb == nil {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, "No key binding: nothing proves that who shows it is its holder (RFC 9901 4.3).", width)...)
		return pane
	}
	word, style := draw.Verdict(theme, kb.Signature.Status)
	s.entries["binding"] = &entry{title: "Key binding", enter: func() *subject { return s.subject().binding() },
		lines: []line{{text: "A token that the holder signed just now, with the key that cnf names: who shows it is who it was given to.", style: theme.Text, tail: "RFC 9901 4.3"}}}
	pane.Rows = append(pane.Rows, draw.Fixed("binding", ui.Truncate(theme.Text.Render("Key binding  ")+style.Render(word)+theme.Dim.Render("  enter goes inside"), width)))
	return pane
}

// within makes a subject of what stands inside of this one.
func (s *subject) within(title string, r *inspect.Report) *subject {
	in := &subject{which: s.which, title: title, report: r, keys: s.keys, ctx: s.ctx}
	if r.Token != nil {
		in.raw = r.Token.Raw
	}
	in.lifetime(nil)
	return in
}

// signature is one of several signatures, as a token of its own.
func (s *subject) signature(i int, title string) *subject {
	return s.within(title, inspect.InspectToken(s.token().Signatures[i], s.keys, s.ctx))
}

// binding is the proof of the holder, with the key that the token names for it (RFC 7800 3.2).
func (s *subject) binding() *subject {
	in := s.within("key binding", s.report.KeyBinding)
	in.keys = nil
	if jwk := s.token().Says().Get("cnf").Get("jwk"); jwk != nil {
		in.keys = inspect.ParseKeySet([]byte(jwk.Raw), "cnf", "")
	}
	return in
}

// crumbs names the way from the tab's token to what is shown of it.
func (s *Screen) crumbs() string {
	text := ""
	for sub := s.tab(); sub != nil && sub.child != nil; sub = sub.child {
		text += " ▸ " + sub.child.title
	}
	return text
}
