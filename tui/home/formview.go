package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

const (
	margin     = 3  // cells before the labels
	labelWidth = 15 // cells of the labels' column
)

var labels = [fieldCount]string{issuerField: "Issuer", clientField: "Client ID", secretField: "Client secret", flowField: "Flow",
	scopeField: "Scopes", redirectField: "Redirect URI", nameField: "Keep as", moreField: "More options"}

func (f *form) label(i field) string {
	if o := f.option(i); o != nil {
		return o.label
	}
	return labels[i]
}

// view draws the form: each field with what is wrong with it, or what is known about it, on the lines under it.
func (f *form) view() string {
	f.rows = f.rows[:0]
	t := f.c.Theme
	f.add("", -1)
	title, note := "New login", "the provider is asked what it can do"
	if f.base != nil {
		title, note = "Profile "+safe.Text(f.base.Name), "what else the file says about it stays"
	}
	f.add("   "+t.Strong.Render(title)+t.Dim.Render("  "+note), -1)
	f.add("", -1)
	for _, i := range f.order() {
		if i == buttonField {
			break
		}
		f.drawField(i)
	}
	f.add("", -1)
	for _, line := range f.buttons.Lines(t, f.valueWidth(), f.focus == buttonField) {
		f.value(buttonField, line)
	}
	f.add("", -1)
	f.drawMore()
	f.drawProvider()
	f.top = scrolled(f.rows, int(f.focus), f.top, f.h)
	return visible(f.rows, f.top, f.w, f.h)
}

func (f *form) add(text string, item field) { f.rows = append(f.rows, row{text, int(item)}) }

func (f *form) valueWidth() int { return max(1, min(f.w, maxWidth)-labelWidth-margin) }

// value adds a line in the column of the values; the first of a field has its label.
func (f *form) value(i field, text string) {
	t := f.c.Theme
	label, focused := f.label(i), f.focus == i
	if n := len(f.rows); n > 0 && f.rows[n-1].item == int(i) {
		label, focused = "", false
	}
	style := t.Dim
	if focused {
		style = t.Strong
	}
	f.add(" "+t.Cursor(focused, true)+style.Render(ui.Pad(label, labelWidth))+ui.Truncate(text, f.valueWidth()), i)
}

// under adds wrapped text under a field, with a mark before it.
func (f *form) under(i field, mark, text string, render func(...string) string) {
	for n, line := range ui.Wrap(text, f.valueWidth()-2) {
		if n > 0 {
			mark = " "
		}
		f.value(i, render(mark)+" "+render(line))
	}
}

func (f *form) drawField(i field) {
	t := f.c.Theme
	switch {
	case i == flowField:
		f.drawFlow()
		return
	case i == responseTypeField:
		f.drawOption(f.option(i))
	case i == scopeField:
		f.inputs[i].Placeholder = f.choice().scopes()
		f.value(i, f.inputs[i].View())
	default:
		f.value(i, f.inputs[i].View())
	}
	if p := f.problems[i]; p != "" {
		f.under(i, "✗", p, t.Bad.Render)
		return
	}
	switch i {
	case issuerField:
		f.drawIssuer()
	case scopeField:
		if s := strings.Fields(f.inputs[i].Value()); len(s) > 0 && !slices.Contains(s, "openid") && f.choice().login() {
			f.under(i, "!", "without openid this is OAuth 2.0 only: no ID token will come", t.Care.Render)
		}
	case nameField:
		if f.focus == i {
			f.under(i, "·", "ctrl+p keeps it, for oidcscope login NAME", t.Dim.Render)
		}
	case redirectField:
		if v := strings.TrimSpace(f.inputs[i].Value()); redirectProblem(v) == "" && Elsewhere(v) {
			f.under(i, "!", "not on this machine: after logging in you paste the address you ended on", t.Care.Render)
		}
	}
}

// drawIssuer tells under the issuer what its name could mean, or how discovery stands.
func (f *form) drawIssuer() {
	t, d := f.c.Theme, &f.discover
	if f.focus == issuerField && len(f.presets) > 0 {
		const shown = 5
		from, name := max(0, min(f.preset-shown/2, len(f.presets)-shown)), 0
		for _, p := range f.presets {
			name = max(name, ui.Width(p.Name)+2)
		}
		for i := from; i < min(len(f.presets), from+shown); i++ {
			p, style := f.presets[i], t.Dim
			if i == f.preset {
				style = t.Text
			}
			f.value(issuerField, t.Cursor(i == f.preset, true)+style.Render(ui.Pad(p.Name, name))+t.Dim.Render(p.Pattern()))
		}
		return
	}
	switch d.state {
	case waiting, asking:
		f.under(issuerField, "·", "asking the provider …", t.Dim.Render)
	case answered:
		f.under(issuerField, "✓", f.found(), t.Good.Render)
	case failed:
		f.under(issuerField, "✗", safe.Text(d.err.Error()), t.Bad.Render)
	}
}

// found is the discovery document in a line.
func (f *form) found() string {
	name := "discovery document found"
	if p := presetOf(f.discover.issuer); p != nil {
		name = p.Name + ": " + name
	}
	return name + ", " + ui.Count(endpoints(f.discover.found), "endpoint")
}

func endpoints(m *flows.Metadata) (n int) {
	for _, e := range []string{m.AuthorizationEndpoint, m.TokenEndpoint, m.UserInfoEndpoint, m.JWKSURI, m.DeviceAuthorizationEndpoint,
		m.IntrospectionEndpoint, m.RevocationEndpoint, m.EndSessionEndpoint, m.RegistrationEndpoint, m.PAREndpoint} {
		if e != "" {
			n++
		}
	}
	return n
}

// drawProvider lists what the provider offers, and what is known about clients like ours there.
func (f *form) drawProvider() {
	t, m, width := f.c.Theme, f.discover.found, min(f.w, maxWidth)-margin-1
	p := presetOf(f.discover.issuer)
	if m == nil && p == nil {
		return
	}
	f.add("", -1)
	title := "What the provider offers"
	if m == nil {
		title = "About " + p.Name
	}
	f.add("  "+t.Title(title, "", width, false), -1)
	if m != nil {
		f.offer("Requires", f.requires())
		f.offer("PKCE", methods(m.CodeChallengeMethods, "not announced; it may still work"))
		f.offer("Device code", orDash(m.DeviceAuthorizationEndpoint))
		f.offer("UserInfo", orDash(m.UserInfoEndpoint))
		f.offer("Scopes", methods(m.ScopesSupported, "not announced"))
		f.offer("Signatures", methods(m.IDTokenSigningAlgs, "not announced"))
		f.offer("Client proves", methods(m.TokenEndpointAuthMethods, "client_secret_basic, the default"))
	}
	if p != nil {
		f.offer("Registration", p.Register)
	}
}

// requires names what the provider makes every client do; it is turned on.
func (f *form) requires() string {
	var parts []string
	for _, o := range options() {
		if o.required(f.discover.found) {
			parts = append(parts, strings.ToLower(o.label[:1])+o.label[1:])
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": turned on"
}

// offer adds a line about the provider; without a text there is none.
func (f *form) offer(label, text string) {
	if text == "" {
		return
	}
	t := f.c.Theme
	lines := ui.Wrap(safe.Text(text), f.valueWidth())
	const most = 2 // a provider may announce hundreds of scopes
	if len(lines) > most {
		lines = append(lines[:most-1], ui.Truncate(lines[most-1]+" …", f.valueWidth()))
	}
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		f.add("   "+t.Dim.Render(ui.Pad(label, labelWidth))+t.Text.Render(line), -1)
	}
}

func methods(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list[:min(len(list), 40)], ", ")
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
