package walk

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

func (m *Model) inputPane(width int) widget.Pane {
	theme, input := m.c.Theme, m.now.Input
	pane := widget.Pane{ID: "input", Title: "Signing input, " + widget.Size(int64(len(input))), Hue: theme.Strong}
	if input == nil {
		pane.Title = "Signing input"
		pane.Rows = draw.Prose(theme.Care, "? There is none: the token has not the parts of a signed one.", width)
		return pane
	}
	pane.Note = theme.Header.Render("header") + theme.Dim.Render(".") + theme.Payload.Render("payload")
	m.text.width = width
	lines := 5
	if m.h >= 40 {
		lines = 8
	}
	pane.Rows = append(pane.Rows, m.textRow(inputRow, m.text.parts[0]+"."+m.text.parts[1], 0, width, lines))
	pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, m.inputWords(), width)...)
	return pane
}

func (m *Model) inputWords() string {
	tok := m.now.Token
	switch {
	case tok.ProtectedHeader().Get("b64").IsFalse():
		return "The payload is signed as it is, not in base64url (RFC 7797)."
	case m.text.parts[1] == "" && len(m.now.Input) > len(m.text.parts[0])+1:
		return fmt.Sprintf("The payload is not in the token; of what was given %s are signed in its place (RFC 7515 F).", widget.Size(int64(len(m.now.Input)-len(m.text.parts[0])-1)))
	default:
		return "Signed is the text as it stands in the token, dot included, not what it decodes to (RFC 7515 5.2)."
	}
}

func (m *Model) digestPane(an *jose.Anatomy, width int) widget.Pane {
	theme := m.c.Theme
	pane := widget.Pane{ID: "digest", Title: an.Hash + " of " + an.Over, Hue: theme.Strong}
	pane.Rows = append(pane.Rows, m.valueRow("digest", "digest", an.Digest, theme.Text, width, nil))
	pane.Rows = append(pane.Rows, draw.Prose(theme.Care, m.digestChange(), width)...)
	return pane
}

func (m *Model) keyPane(width int) widget.Pane {
	theme, v, k := m.c.Theme, &m.now.Verdict, m.now.Key
	pane := widget.Pane{ID: "key", Title: "Key", Hue: theme.Strong}
	if k == nil {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Care, "? "+safe.Text(v.Reason), width)...)
		for i := range v.Attempts[:min(len(v.Attempts), 8)] {
			a := &v.Attempts[i]
			pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, fmt.Sprintf("– %s: %s", keyName(a.Key), safe.Text(a.Reason)), width)...)
		}
		return pane
	}
	pairs := []widget.Pair{{Name: "kind", Value: safe.Text(k.Name()), Style: theme.Text}}
	add := func(name, value, note string) {
		if value != "" {
			pairs = append(pairs, widget.Pair{Name: name, Value: safe.Short(value, 200), Style: theme.Text, Note: note})
		}
	}
	add("alg", v.Alg, jose.Words(v.Alg))
	add("kid", k.KID, "")
	add("thumbprint", k.Thumbprint, "RFC 7638")
	add("from", sourceWords(k.Source), "")
	pane.Rows = append(pane.Rows, widget.Table{Theme: theme, Width: width}.Rows(pairs)...)
	if v.Status != inspect.Verified {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Dim, "It was tried, and did not verify: "+safe.Text(v.Reason), width)...)
	}
	return pane
}

func keyName(k *inspect.Key) string {
	if k == nil {
		return "the key given"
	}
	return safe.Short(strings.TrimSpace(k.KID+" "+k.Name()), 60)
}

// sourceWords says where a key came from.
func sourceWords(source string) string {
	switch source {
	case "discovery":
		return "the provider's key set, found by discovery"
	case "jwks":
		return "a key set"
	case "pem", "key":
		return "a key file"
	case "secret":
		return "a shared secret"
	}
	return source
}

func (m *Model) signaturePane(width int) widget.Pane {
	theme := m.c.Theme
	pane := widget.Pane{ID: "signature", Title: "Signature, " + ui.Count(len(m.now.Signature), "byte"), Hue: theme.Signature}
	if m.hidden() {
		pane.Rows = draw.Prose(theme.Dim, "Hidden · s reveals", width)
		return pane
	}
	if m.text.parts[2] != "" {
		pane.Rows = append(pane.Rows, m.textRow(signatureRow, m.text.parts[2], 2, width, 3))
	} else {
		pane.Rows = append(pane.Rows, draw.Prose(theme.Care, "! The third part is empty.", width)...)
	}
	if an := m.now.Anatomy; an != nil {
		for i := range an.Signature {
			pane.Rows = append(pane.Rows, m.field("signature", i, &an.Signature[i], theme.Signature, width)...)
		}
	}
	return pane
}

func (m *Model) stepsPane(an *jose.Anatomy, width int) widget.Pane {
	theme := m.c.Theme
	pane := widget.Pane{ID: "steps", Title: "What key and signature give", Hue: theme.Strong}
	for i := range an.Steps {
		pane.Rows = append(pane.Rows, m.field("step", i, &an.Steps[i], theme.Text, width)...)
	}
	return pane
}

// endPane is the comparison, and what it means.
func (m *Model) endPane(width int) widget.Pane {
	theme := m.c.Theme
	pane := widget.Pane{ID: "end", Title: "Comparison", Hue: theme.Strong}
	if an := m.now.Anatomy; an != nil && len(an.Made.Bytes) > 0 && !m.hidden() {
		a, b := an.Made.Bytes, an.Wanted.Bytes
		differs := func(i int) bool { return i >= len(a) || i >= len(b) || a[i] != b[i] }
		pane.Rows = append(pane.Rows, m.compared("made", &an.Made, width, differs)...)
		sign := theme.Good.Render("=")
		if !bytes.Equal(a, b) {
			at := firstDifference(a, b)
			sign = theme.Bad.Render("≠") + theme.Dim.Render(fmt.Sprintf("  from byte %d on", at+1))
		}
		pane.Rows = append(pane.Rows, draw.Fixed("", sign))
		pane.Rows = append(pane.Rows, m.compared("wanted", &an.Wanted, width, differs)...)
	}
	word, style := draw.Verdict(theme, m.now.Verdict.Status)
	pane.Rows = append(pane.Rows, draw.Fixed("verdict", style.Bold(true).Render(word)))
	pane.Rows = append(pane.Rows, draw.Prose(theme.Text, safe.Text(m.now.Explain()), width)...)
	return pane
}

func (m *Model) compared(id string, f *jose.Field, width int, differs func(int) bool) []widget.Row {
	theme := m.c.Theme
	rows := []widget.Row{draw.Fixed("", theme.Strong.Render(f.Name)+theme.Dim.Render("  "+f.Note))}
	return append(rows, m.valueRow(id, f.Name, f.Bytes, theme.Text, width, differs))
}
