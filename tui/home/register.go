package home

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// ShowRegister asks the screen for the form of a new client.
type ShowRegister struct{ Issuer string }

// For makes ShowRegister a message for this screen.
func (ShowRegister) For() ui.Name { return ui.Home }

// registerForm is the form for a client that registers itself (RFC 7591). Its fields are called like the flags of register.
type registerForm struct {
	*form.Form
	c        *ui.Common
	keys     form.Keys
	discover discoverer
}

func newRegisterForm(c *ui.Common) *registerForm {
	f := &registerForm{c: c, keys: form.NewKeys("register"), discover: discoverer{c: c, ask: flows.Discover}}
	f.Form = form.New(c, f.fields)
	f.Groups = []string{groupMetadata, groupTravel}
	f.About = func(group string) string {
		return map[string]string{groupMetadata: "initial token, software statement, keys, any other member", groupTravel: "authorities, time limit"}[group]
	}
	f.Buttons.Items = []widget.Button{{ID: "run", Key: "enter", Label: "Register"}, {ID: "step", Key: "ctrl+s", Label: "Step by step"}}
	f.Heading = func() (string, string) {
		return "Register a client", "at a provider that lets clients register themselves"
	}
	f.Below, f.Changed, f.Leave = f.notes, f.changed, func(id string) { f.mark(id) }
	f.Press = func(button string) tea.Cmd { return f.submit(button == "step") }
	return f
}

func (f *registerForm) show(issuer string) tea.Cmd {
	if issuer == "" {
		return f.FocusOn(f.Focus())
	}
	f.Set("issuer", issuer)
	return tea.Batch(f.FocusOn("client-name"), f.changed("issuer"))
}

const groupMetadata = "Metadata"

func (f *registerForm) fields() []form.Field {
	hidden := func(x form.Field) form.Field {
		x.Secret, x.Long, x.Plain = true, true, config.IsReference(reference(x.ID, f.Raw(x.ID)))
		return x
	}
	all := []form.Field{
		{ID: "issuer", Label: "Issuer", Hint: "https://…", About: "of a provider that announces a registration_endpoint (RFC 7591 3)"},
		{ID: "save-profile", Label: "Keep as", Hint: "a name: the client becomes a profile", About: "its secret and the token that manages it go into the system keyring; without a name they are shown here only"},
	}
	all = append(all, f.metadataFields()...)
	return append(all,
		hidden(form.Field{ID: "initial-token", Group: groupMetadata, Label: "Initial token", Hint: "none: registration is open; a token, or @file", About: "that the provider may ask for (RFC 7591 3)"}),
		form.Field{ID: "replace", Group: groupMetadata, Label: "Replace", Kind: form.Switch, Hint: "the profile of that name, if there is one"},
		form.Field{ID: "ca-file", Group: groupTravel, Label: "Authorities", Hint: "file of certificates, PEM", About: "further authorities to trust (RFC 5280 6.1)"},
		form.Field{ID: "timeout", Group: groupTravel, Label: "Request limit", Hint: "30s", About: "how long one request may take: 10s, 2m"},
		form.Field{ID: "insecure-skip-verify", Group: groupTravel, Label: "Unverified TLS", Kind: form.Switch, Hint: "don't verify certificates; for a test machine only"})
}

func (f *registerForm) metadataFields() []form.Field {
	m := f.discover.found
	if m == nil {
		m = &flows.Metadata{}
	}
	return MetadataFields(f.Form, m)
}

// maxMembers bounds the further members of a registration; a line appears when the last is filled.
const maxMembers = 12

// MetadataFields are what a client is registered with, or what is changed of it (RFC 7591 2). What a provider announces is offered.
func MetadataFields(f *form.Form, m *flows.Metadata) []form.Field {
	grants, methods := m.GrantTypesSupported, m.TokenEndpointAuthMethods
	if len(grants) == 0 {
		grants = []string{"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}
	}
	if len(methods) == 0 {
		for _, method := range flows.AuthMethods() {
			methods = append(methods, string(method))
		}
	}
	plain := config.IsReference(reference("software-statement", f.Raw("software-statement")))
	all := []form.Field{
		{ID: "client-name", Label: "Client name", Hint: "oidcscope", About: "what the provider shows to people (RFC 7591 2)"},
		{ID: "redirect-uri", Label: "Redirect URIs", Hint: "http://127.0.0.1/callback, several with spaces", Several: true, About: "where browsers may come back to (RFC 7591 2)"},
		{ID: "auth-method", Label: "Client proves", Kind: form.Choice, Options: append([]form.Option{{Label: "none: a public client"}}, form.Options(methods...)...), About: "token_endpoint_auth_method (RFC 7591 2)"},
		{ID: "grant-type", Label: "Grants", Hint: "authorization_code refresh_token", Several: true, Options: form.Options(grants...), About: "which grants the client uses (RFC 7591 2)"},
		{ID: "scope", Label: "Scopes", Hint: "as the provider likes", Several: true, Options: form.Options(m.ScopesSupported...), About: "that the client may ask for (RFC 7591 2)"},
		{ID: "client-key", Group: groupMetadata, Label: "Client key", Hint: "file with the private key; its public half is registered", About: "jwks, for private_key_jwt and signed requests (RFC 7591 2)"},
		{ID: "software-statement", Group: groupMetadata, Label: "Statement", Hint: "a signed statement about the software, or @file", Secret: true, Long: true, Plain: plain, About: "software_statement (RFC 7591 2.3)"},
		{ID: "metadata", Group: groupMetadata, Label: "Document", Hint: "file with a JSON object of members", About: "what is typed here goes before what it says (RFC 7591 2)"},
	}
	for i := range maxMembers {
		id := fmt.Sprintf("set%d", i)
		all = append(all, form.Field{ID: id, Group: groupMetadata, Label: "Member", Hint: `name=value, such as contacts=["a@example.com"]`, About: "any other member of the metadata, its value JSON or a text; null takes it away (RFC 7591 2)"})
		if f.Raw(id) == "" {
			break
		}
	}
	return all
}

// MetadataProblem says what is wrong with one of these fields; empty when nothing is.
func MetadataProblem(f *form.Form, id string) string {
	value := strings.TrimSpace(f.Raw(id))
	switch {
	case id == "redirect-uri":
		for _, u := range strings.Fields(value) {
			if p := RedirectProblem(u); p != "" {
				return p
			}
		}
	case strings.HasPrefix(id, "set") && value != "":
		if name, _, ok := strings.Cut(value, "="); !ok || name == "" {
			return "a member is name=value"
		}
	}
	return ""
}

// RegisterFlags are what a form says, by the flags of register.
func RegisterFlags(f *form.Form) map[string][]string {
	flags := map[string][]string{}
	for _, x := range f.Fields() {
		value := strings.TrimSpace(f.Raw(x.ID))
		switch {
		case value == "" || x.ID == "issuer":
		case strings.HasPrefix(x.ID, "set"):
			flags["set"] = append(flags["set"], value)
		case x.ID == "redirect-uri", x.ID == "grant-type", x.ID == "scope":
			flags[x.ID] = strings.Fields(value)
		case x.Secret:
			flags[x.ID] = []string{reference(x.ID, value)}
		default:
			flags[x.ID] = []string{value}
		}
	}
	return flags
}

func (f *registerForm) take(msg tea.Msg) (closed bool, cmd tea.Cmd) {
	switch m := msg.(type) {
	case tea.MouseMsg:
		return false, f.Mouse(m)
	case tea.KeyMsg:
		switch {
		case m.Paste:
		case key.Matches(m, f.keys.Back):
			return true, nil
		case m.String() == "ctrl+s":
			return false, f.submit(true)
		}
		return false, f.Key(f.keys, m)
	}
	return false, nil
}

func (f *registerForm) changed(id string) tea.Cmd {
	if id != "issuer" {
		return nil
	}
	if typed := f.Raw("issuer"); strings.Contains(typed, "/.well-known/") {
		f.Set("issuer", issuerOf(typed))
	}
	return f.discover.typed(strings.TrimSpace(f.Raw("issuer")))
}

// notes tell how discovery stands.
func (f *registerForm) notes(x *form.Field) []form.Note {
	d := &f.discover
	if x.ID != "issuer" {
		return nil
	}
	switch {
	case d.state == waiting, d.state == asking:
		return []form.Note{{Mark: "·", Text: "asking the provider …"}}
	case d.state == failed:
		return []form.Note{{Mark: "✗", Text: safe.Text(d.err.Error()), Role: form.Bad}}
	case d.state == answered && d.found.RegistrationEndpoint == "":
		return []form.Note{{Mark: "!", Text: "the provider announces no registration_endpoint: clients can't register themselves here", Role: form.Care}}
	case d.state == answered:
		return []form.Note{{Mark: "✓", Text: "clients can register themselves: " + safe.Text(d.found.RegistrationEndpoint), Role: form.Good}}
	}
	return nil
}

// mark says below a field what is wrong with it, and reports whether something is.
func (f *registerForm) mark(id string) bool {
	problem := MetadataProblem(f.Form, id)
	switch value := strings.TrimSpace(f.Raw(id)); id {
	case "issuer":
		problem = issuerProblem(value)
	case "save-profile":
		problem = f.nameProblem(value)
	}
	delete(f.Problems, id)
	if problem != "" {
		f.Problems[id] = problem
	}
	return problem != ""
}

func (f *registerForm) nameProblem(name string) string {
	if name == "" {
		return ""
	}
	if err := config.CheckName(name); err != nil {
		return err.Error()
	}
	for _, p := range f.c.Profiles {
		if p.Name == name && f.Raw("replace") == "" {
			return "there is a profile of that name already; Replace, under Metadata, replaces it"
		}
	}
	return ""
}

func (f *registerForm) submit(step bool) tea.Cmd {
	for _, x := range f.fields() {
		if f.mark(x.ID) {
			return f.FocusOn(x.ID)
		}
	}
	return ui.Send(ui.RegisterClient{Issuer: strings.TrimSpace(f.Raw("issuer")), Flags: RegisterFlags(f.Form), Step: step})
}

func (f *registerForm) short() []key.Binding {
	return []key.Binding{f.keys.Choose, f.keys.Next, f.keys.Back, f.keys.Find, key.NewBinding(key.WithKeys("ctrl+s"), key.WithHelp("ctrl+s", "step by step"))}
}

// manage asks for the registration of a profile's client, or of the one that was registered last.
func (s *Screen) manage(it item) tea.Cmd {
	switch r := s.registered.Session; {
	case it.profile != nil && (r == nil || r.Registration == nil || r.Registration.ClientID != it.profile.ClientID):
		return ui.Send(ui.ManageRegistration{Name: it.profile.Name})
	case r != nil:
		return ui.Send(ui.ManageRegistration{Name: s.registered.Name, Session: s.registered.Session})
	}
	return ui.Send(ui.Notify{Text: "select a profile whose client registered itself; r registers one", Kind: ui.NoteCare})
}

// registeredItems is the row of the client that was registered last.
func (s *Screen) registeredItems() []item {
	r := s.registered
	if r.Session == nil || r.Session.Registration == nil {
		return nil
	}
	return []item{{section: "Registered", title: ui.Truncate(safe.Text(r.Session.Registration.ClientID), 22), about: "with " + ui.ProviderName(r.Session.Config.Issuer) + ": show, change, delete", key: "R",
		intent: ui.ManageRegistration(r)}}
}
