package home

import (
	"net/url"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Most logins need none of these options, so they are folded away. What the provider announces stands first among them, and what it
// requires is on and stays on: the engine would turn it on anyway.

// option is a row of "More options".
type option struct {
	field     field
	label     string
	about     string                           // beside a switch, or in place of a text
	text      bool                             // a text field
	secret    bool                             // whose text is hidden
	values    func(m *flows.Metadata) []string // to choose from, the first is the default; nil: a switch, or a text
	announced func(m *flows.Metadata) bool     // the provider says that it can do this
	required  func(m *flows.Metadata) bool     // it does nothing else
}

// options are in the order of a provider that announces nothing.
func options() []option {
	never := func(*flows.Metadata) bool { return false }
	return []option{
		{field: parField, label: "Pushed request", about: "PAR: sent to the provider itself, before the browser (RFC 9126)",
			announced: func(m *flows.Metadata) bool { return m.PAREndpoint != "" }, required: func(m *flows.Metadata) bool { return m.RequirePAR }},
		{field: dpopField, label: "DPoP", about: "tokens bound to a key of this run (RFC 9449)",
			announced: func(m *flows.Metadata) bool { return len(m.DPoPSigningAlgs) > 0 }, required: never},
		{field: jarField, label: "Signed request", about: "JAR: signed with the client's key (RFC 9101)",
			announced: func(m *flows.Metadata) bool { return len(m.RequestObjectSigningAlgs) > 0 }, required: func(m *flows.Metadata) bool { return m.RequireSignedRequest }},
		{field: authField, label: "Client proves", values: authMethods,
			announced: func(m *flows.Metadata) bool { return len(m.TokenEndpointAuthMethods) > 0 }, required: never},
		{field: keyField, label: "Client key", text: true, about: "file with the private key: PEM or JWK", announced: never, required: never},
		{field: certField, label: "Certificate", text: true, about: "file with certificate and key, PEM, for mutual TLS",
			announced: func(m *flows.Metadata) bool { return m.CertificateBoundTokens }, required: never},
		{field: promptField, label: "Prompt", values: prompts, announced: func(m *flows.Metadata) bool { return len(m.PromptValues) > 0 }, required: never},
		{field: hintField, label: "Login hint", text: true, about: "who is going to log in: a name or an address", announced: never, required: never},
		{field: modeField, label: "Response mode", values: responseModes,
			announced: func(m *flows.Metadata) bool { return len(m.ResponseModesSupported) > 0 }, required: never},
		{field: resourceField, label: "Resource", text: true, about: "URI of the API that the token is for (RFC 8707)", announced: never, required: never},
		{field: paramsField, label: "Parameters", text: true, about: "any others: audience=api ui_locales=de", announced: never, required: never},
	}
}

func authMethods(m *flows.Metadata) []string {
	if m != nil && len(m.TokenEndpointAuthMethods) > 0 {
		return append([]string{""}, m.TokenEndpointAuthMethods...)
	}
	all := []string{""}
	for _, method := range flows.AuthMethods() {
		all = append(all, string(method))
	}
	return all
}

func prompts(m *flows.Metadata) []string {
	if m != nil && len(m.PromptValues) > 0 {
		return append([]string{""}, m.PromptValues...)
	}
	return []string{"", "login", "consent", "select_account", "none", "create"}
}

func responseModes(m *flows.Metadata) []string {
	if m != nil && len(m.ResponseModesSupported) > 0 {
		return append([]string{""}, m.ResponseModesSupported...)
	}
	return []string{"", "query", "fragment", "form_post", "jwt"}
}

// sorted gives the options with what the provider requires and announces first.
func (f *form) sorted() []option {
	all, m := options(), f.discover.found
	all = slices.DeleteFunc(all, func(o option) bool { return slices.Contains(f.choice().fields, o.field) })
	if m == nil {
		return all
	}
	rank := func(o option) int {
		switch {
		case o.required(m):
			return 0
		case o.announced(m):
			return 1
		default:
			return 2
		}
	}
	slices.SortStableFunc(all, func(a, b option) int { return rank(a) - rank(b) })
	return all
}

func (f *form) option(i field) *option {
	for _, o := range append(options(), f.grantFields()...) {
		if o.field == i {
			return &o
		}
	}
	return nil
}

// order is the fields that can have the focus, from top to bottom.
func (f *form) order() []field {
	all := append([]field{issuerField, clientField, secretField, flowField}, f.choice().fields...)
	all = append(all, scopeField)
	if f.choice().browser {
		all = append(all, redirectField)
	}
	all = append(all, nameField, buttonField, moreField)
	if f.unfolded {
		for _, o := range f.sorted() {
			all = append(all, o.field)
		}
	}
	return all
}

// beside is the field that many before or after another, round the ends.
func (f *form) beside(i field, n int) field {
	all := f.order()
	at := slices.Index(all, i)
	return all[(at+n+len(all))%len(all)]
}

// on reports whether a switch is on: by hand, or because the provider wants it so.
func (f *form) on(i field) bool {
	o, m := f.option(i), f.discover.found
	return f.chosen[i] != "" || m != nil && o.required(m)
}

// chooseOption is a key on a switch or on a choice; false means that it is none for it.
func (f *form) chooseOption(i field, m tea.KeyMsg) bool {
	step := stepOf(m)
	if step != 0 {
		f.cycle(i, step)
	}
	return step != 0
}

// cycle goes to the next value of a choice, or turns a switch.
func (f *form) cycle(i field, step int) {
	o := f.option(i)
	f.problems[i] = ""
	if o.values == nil {
		if f.chosen[i] == "" {
			f.chosen[i] = "on"
		} else {
			f.chosen[i] = ""
		}
		return
	}
	values := o.values(f.discover.found)
	at := max(slices.Index(values, f.chosen[i]), 0)
	f.chosen[i] = values[(at+step+len(values))%len(values)]
}

// optionProblem says what is wrong with an option.
func (f *form) optionProblem(i field, value string) string {
	switch i {
	case jarField:
		if f.on(jarField) && f.text(keyField) == "" {
			return "a request is signed with the client's key: name its file under Client key (RFC 9101 6.1)"
		}
	case authField:
		switch method := f.chosen[authField]; {
		case strings.HasPrefix(method, "client_secret") && f.base == nil && f.inputs[secretField].Value() == "":
			return method + " needs the client secret"
		case method == "private_key_jwt" && f.text(keyField) == "":
			return "private_key_jwt needs the client's key: name its file under Client key"
		case strings.Contains(method, "tls_client_auth") && f.text(certField) == "":
			return method + " needs the client's certificate: name its file under Certificate"
		}
	case resourceField:
		for _, r := range strings.Fields(value) {
			if u, err := url.Parse(r); err != nil || !u.IsAbs() || u.Fragment != "" {
				return "a resource is a whole address without a # part (RFC 8707 2)"
			}
		}
	case paramsField:
		for _, p := range strings.Fields(value) {
			if name, _, ok := strings.Cut(p, "="); !ok || name == "" {
				return "parameters are name=value, with spaces between; %20 is a space in a value"
			}
		}
	}
	return ""
}

// text is what was typed into a field, without the blanks around it.
func (f *form) text(i field) string { return strings.TrimSpace(f.inputs[i].Value()) }

// request are the options as the engine takes them, and the parameters that it has no word for.
func (f *form) request() (r flows.RequestOptions, extra url.Values) {
	r = flows.RequestOptions{PAR: f.on(parField), DPoP: f.on(dpopField), JAR: f.on(jarField), Resources: strings.Fields(f.text(resourceField)),
		LoginHint: f.text(hintField), Prompt: strings.Fields(f.chosen[promptField]), ResponseType: f.chosen[responseTypeField]}
	for name, value := range f.params() {
		if extra == nil {
			extra = url.Values{}
		}
		extra.Set(name, value)
	}
	if audience := f.given(audienceField); audience != "" {
		if extra == nil {
			extra = url.Values{}
		}
		extra.Set("audience", audience)
	}
	return r, extra
}

// params are the further parameters. A value is as in an address, so that it can hold a space.
func (f *form) params() map[string]string {
	var all map[string]string
	for _, p := range strings.Fields(f.text(paramsField)) {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			continue
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if all == nil {
			all = make(map[string]string)
		}
		all[name] = value
	}
	return all
}

// keep puts the options into a profile.
func (f *form) keep(p *config.Profile) {
	p.PAR, p.DPoP, p.JAR = f.chosen[parField] != "", f.chosen[dpopField] != "", f.chosen[jarField] != ""
	p.AuthMethod, p.ResponseMode, p.ClientKey, p.Cert = f.chosen[authField], f.chosen[modeField], f.text(keyField), f.text(certField)
	p.LoginHint, p.Resources, p.Params = f.text(hintField), nil, f.params()
	if fields := f.choice().fields; slices.Contains(fields, responseTypeField) {
		p.ResponseType = f.chosen[responseTypeField]
	} else if slices.Contains(fields, audienceField) {
		p.Audience = f.text(audienceField)
	}
	if list := strings.Fields(f.text(resourceField)); len(list) > 0 {
		p.Resources = list
	}
	if prompt := f.chosen[promptField]; prompt != "" {
		if p.Params == nil {
			p.Params = make(map[string]string)
		}
		p.Params["prompt"] = prompt
	}
}

// fillOptions fills the options in from a profile, and shows them when there are any.
func (f *form) fillOptions(p *config.Profile) {
	for i, on := range map[field]bool{parField: p.PAR, dpopField: p.DPoP, jarField: p.JAR} {
		if on {
			f.chosen[i] = "on"
		}
	}
	f.chosen[authField], f.chosen[modeField], f.chosen[promptField] = p.AuthMethod, p.ResponseMode, p.Params["prompt"]
	f.chosen[responseTypeField] = p.ResponseType
	var params []string
	for _, s := range p.Settings() {
		if s.Key == "params" {
			params = s.Values
		}
	}
	params = slices.DeleteFunc(slices.Clone(params), func(p string) bool { return strings.HasPrefix(p, "prompt=") })
	for i, v := range params {
		name, value, _ := strings.Cut(v, "=")
		params[i] = name + "=" + url.QueryEscape(value)
	}
	for i, value := range map[field]string{keyField: p.ClientKey, certField: p.Cert, hintField: p.LoginHint,
		resourceField: strings.Join(p.Resources, " "), audienceField: p.Audience, paramsField: strings.Join(params, " ")} {
		f.inputs[i].SetValue(value)
		f.inputs[i].CursorEnd()
	}
	f.unfolded = f.summary() != ""
}

// summary names the options that are in force, for the folded line.
func (f *form) summary() string {
	var parts []string
	for _, o := range f.sorted() {
		switch {
		case o.text && f.text(o.field) != "":
			parts = append(parts, strings.ToLower(o.label))
		case o.values != nil && f.chosen[o.field] != "":
			parts = append(parts, f.chosen[o.field])
		case !o.text && o.values == nil && f.on(o.field):
			parts = append(parts, strings.ToLower(o.label[:1])+o.label[1:])
		}
	}
	return strings.Join(parts, ", ")
}

// drawMore draws the line that folds the options, and the options.
func (f *form) drawMore() {
	t := f.c.Theme
	sign, note := "▸", "PAR, DPoP, signed request, client authentication, prompt, parameters"
	if f.unfolded {
		sign, note = "▾", "space or ← → change a value"
	}
	if text := f.summary(); text != "" && !f.unfolded {
		note = "on: " + text
	}
	f.value(moreField, t.Accent.Render(sign)+" "+t.Dim.Render(note))
	if !f.unfolded {
		return
	}
	for _, o := range f.sorted() {
		f.drawOption(&o)
		if p := f.problems[o.field]; p != "" {
			f.under(o.field, "✗", p, t.Bad.Render)
		}
	}
}

func (f *form) drawOption(o *option) {
	t, m := f.c.Theme, f.discover.found
	word := ""
	switch {
	case m == nil:
	case o.required(m):
		word = t.Care.Render("required")
	case o.announced(m):
		word = t.Good.Render("announced")
	case !o.text:
		word = t.Dim.Render("not announced")
	}
	switch {
	case o.text:
		f.value(o.field, f.inputs[o.field].View())
	case o.values == nil:
		box := t.Dim.Render("[ ] ")
		if f.on(o.field) {
			box = t.Accent.Render("[x] ")
		}
		f.value(o.field, box+ui.Between(t.Text.Render(o.about), word, f.valueWidth()-5))
	default:
		value := f.chosen[o.field]
		style := t.Text
		if value == "" {
			value, style = "as usual", t.Dim
		}
		values := o.values(m)
		list := strings.Join(slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" || v == f.chosen[o.field] }), ", ")
		f.value(o.field, t.Accent.Render("◂ ")+style.Render(value)+t.Accent.Render(" ▸")+t.Dim.Render("  "+list))
	}
}
