package home

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// notes are what is known about a field, for the lines under it.
func (f *loginForm) notes(x *form.Field) []form.Note {
	value := strings.TrimSpace(f.Raw(x.ID))
	switch x.ID {
	case "issuer":
		return f.issuerNotes()
	case "client-secret":
		return f.secretNote()
	case "flow":
		return f.flowNotes()
	case "scope":
		if s := strings.Fields(value); len(s) > 0 && !slices.Contains(s, "openid") && f.choice().login() {
			return []form.Note{{Mark: "!", Text: "without openid this is OAuth 2.0 only: no ID token will come", Role: form.Care}}
		}
	case "redirect-uri":
		if RedirectProblem(value) == "" && Elsewhere(value) {
			return []form.Note{{Mark: "!", Text: "not on this machine: after logging in you paste the address you ended on", Role: form.Care}}
		}
	case "claims":
		if value != "" && f.claimsRefused() {
			return []form.Note{{Mark: "!", Text: "the provider does not announce the claims parameter; it may ignore it", Role: form.Care}}
		}
	case "pkce":
		if value != "" {
			return []form.Note{{Mark: "!", Text: "to study: whoever sees the code, or the request, can use it", Role: form.Care}}
		}
	}
	return nil
}

// issuerNotes tell how discovery stands.
func (f *loginForm) issuerNotes() []form.Note {
	d := &f.discover
	switch {
	case d.state == waiting, d.state == asking:
		return []form.Note{{Mark: "·", Text: "asking the provider …"}}
	case d.state == answered:
		return []form.Note{{Mark: "✓", Text: f.found(), Role: form.Good}}
	case d.state == failed:
		return []form.Note{{Mark: "✗", Text: safe.Text(d.err.Error()), Role: form.Bad}}
	case f.Raw("issuer") == "" && f.endpointsGiven():
		return []form.Note{{Mark: "·", Text: "no discovery: the endpoints below are used as they are"}}
	}
	return nil
}

func (f *loginForm) endpointsGiven() bool {
	return slices.ContainsFunc(endpointFields(), func(x form.Field) bool { return f.Raw(x.ID) != "" })
}

// presetLines are the presets that the issuer's name could mean.
func (f *loginForm) presetLines(x *form.Field, _ int) []string {
	if x.ID != "issuer" || f.Focus() != "issuer" || len(f.presets) == 0 {
		return nil
	}
	const shown = 5
	t, from, name := f.c.Theme, max(0, min(f.preset-shown/2, len(f.presets)-shown)), 0
	for _, p := range f.presets {
		name = max(name, ui.Width(p.Name)+2)
	}
	var lines []string
	for i := from; i < min(len(f.presets), from+shown); i++ {
		p, style := f.presets[i], t.Dim
		if i == f.preset {
			style = t.Text
		}
		place := p.Pattern()
		if place == "" {
			place = ui.Count(len(p.Endpoints), "endpoint") + ", no discovery document"
		}
		lines = append(lines, t.Cursor(i == f.preset, true)+style.Render(ui.Pad(p.Name, name))+t.Dim.Render(place))
	}
	return lines
}

// found is the discovery document in a line.
func (f *loginForm) found() string {
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

// offers lists what the provider offers, and what is known about clients like ours there.
func (f *loginForm) offers(width int) []string {
	t, m, p := f.c.Theme, f.discover.found, presetOf(f.discover.issuer)
	if m == nil && p == nil {
		return nil
	}
	title := "What the provider offers"
	if m == nil {
		title = "About " + p.Name
	}
	lines := []string{"", "  " + t.Title(title, "", width, false)}
	offer := func(label, text string) { lines = append(lines, f.offer(label, text, width)...) }
	if m != nil {
		offer("Requires", f.requires())
		offer("PKCE", methods(m.CodeChallengeMethods, "not announced; it may still work"))
		offer("Device code", orDash(m.DeviceAuthorizationEndpoint))
		offer("UserInfo", orDash(m.UserInfoEndpoint))
		offer("Scopes", methods(m.ScopesSupported, "not announced"))
		offer("Signatures", methods(m.IDTokenSigningAlgs, "not announced"))
		offer("Client proves", methods(m.TokenEndpointAuthMethods, "client_secret_basic, the default"))
	}
	if p != nil {
		offer("Registration", p.Register)
	}
	return lines
}

// requires names what the provider makes every client do; it is turned on.
func (f *loginForm) requires() string {
	var parts []string
	for _, x := range f.fields() {
		if x.Required != "" {
			parts = append(parts, strings.ToLower(x.Label[:1])+x.Label[1:])
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + ": turned on"
}

// offer is a few lines about the provider; without a text there is none.
func (f *loginForm) offer(label, text string, width int) []string {
	if text == "" {
		return nil
	}
	const column = 15
	t, room := f.c.Theme, max(1, width+1-column)
	lines := ui.Wrap(safe.Text(text), room)
	const most = 2 // a provider may announce hundreds of scopes
	if len(lines) > most {
		lines = append(lines[:most-1], ui.Truncate(lines[most-1]+" …", room))
	}
	for i, line := range lines {
		if i > 0 {
			label = ""
		}
		lines[i] = "   " + t.Dim.Render(ui.Pad(label, column)) + t.Text.Render(line)
	}
	return lines
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
