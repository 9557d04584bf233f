package probe

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

const (
	groupOther  = "Second client"
	groupClient = "Client"
	groupWhich  = "Which probes"
	groupTravel = "Connection"
)

// newForm makes the form for the client. Its fields are called like the flags of probe.
func (s *Screen) newForm() *form.Form {
	f := form.New(s.c, s.fields)
	f.Groups = []string{groupClient, groupOther, groupWhich, groupTravel}
	f.About = func(group string) string {
		return map[string]string{groupClient: "how it proves itself, redirect URI, scopes", groupOther: "of yours, for attempts with what belongs to another client",
			groupWhich: "all of them, unless some are named", groupTravel: "authorities, time limits, pasting"}[group]
	}
	f.Heading = func() (string, string) {
		if s.hasResults() {
			return "Probe a provider", "esc: back to the results"
		}
		return "Probe a provider", "try what it must refuse, with a client of your own"
	}
	f.Buttons.Items = []widget.Button{{ID: "plan", Key: "enter", Label: "Say what will be done"}}
	f.Press = func(string) tea.Cmd { return s.submit() }
	f.Leave = func(id string) { s.mark(id) }
	f.Below = func(x *form.Field) []form.Note {
		if x.ID == "target" && s.isProfile(strings.TrimSpace(f.Raw("target"))) {
			return []form.Note{{Mark: "✓", Role: form.Good, Text: "a profile: its client, secret and endpoints are used"}}
		}
		return nil
	}
	f.Tail = s.promise
	return f
}

// promise says what this is for, before anything is chosen.
func (s *Screen) promise(width int) []string {
	t := s.c.Theme
	lines := []string{"", "  " + t.Title("What this does", "", width, false)}
	for _, l := range ui.Wrap("Makes "+ui.Count(len(probe.Probes()), "careful attempt")+" that a provider has to refuse: a code used twice, a wrong verifier, a redirect URI that differs by a slash, "+
		"a refresh token used again. Nothing is sent before you have seen what will be done and agreed; nothing is tried more than once; the tokens that come of it are revoked.", max(1, width-2)) {
		lines = append(lines, "   "+t.Dim.Render(l))
	}
	return lines
}

func (s *Screen) isProfile(name string) bool {
	return slices.ContainsFunc(s.c.Profiles, func(p config.Profile) bool { return p.Name == name })
}

func (s *Screen) fields() []form.Field {
	secret := func(x form.Field) form.Field {
		x.Secret, x.Plain = true, config.IsReference(s.form.Raw(x.ID))
		return x
	}
	var methods, names []string
	for _, method := range flows.AuthMethods() {
		methods = append(methods, string(method))
	}
	for _, p := range probe.Probes() {
		names = append(names, p.Slug)
	}
	profiles := make([]string, 0, len(s.c.Profiles))
	for _, p := range s.c.Profiles {
		profiles = append(profiles, p.Name)
	}
	usual := append([]form.Option{{Label: "as usual"}}, form.Options(methods...)...)
	in := func(group string, fields ...form.Field) []form.Field {
		for i := range fields {
			fields[i].Group = group
		}
		return fields
	}
	return slices.Concat([]form.Field{
		{ID: "target", Label: "Provider", Hint: "https://…, or the name of a profile", Options: form.Options(profiles...), About: "that is yours to test"},
		{ID: "client-id", Label: "Client ID", Hint: "of a client made for tests; none: that of the profile", About: "who is tested is named, never left over"},
		secret(form.Field{ID: "client-secret", Label: "Client secret", Hint: "none: a public client, or that of the profile", About: "for this run, or where it is: keyring:, env:NAME, file:PATH, cmd:COMMAND (RFC 6749 2.3.1)"}),
	}, in(groupClient,
		form.Field{ID: "auth-method", Label: "Client proves", Kind: form.Choice, Options: usual, About: "how the client authenticates (OpenID Connect Core 9)", Words: "Client proves itself, client authentication, mTLS"},
		form.Field{ID: "redirect-uri", Label: "Redirect URI", Hint: "http://127.0.0.1/callback on any free port", About: "as registered (RFC 8252 7.3)"},
		form.Field{ID: "scope", Label: "Scopes", Hint: "openid profile email, offline_access where it is offered", Several: true, About: "to ask for (RFC 6749 3.3)"},
		form.Field{ID: "client-key", Label: "Client key", Hint: "file with the private key: PEM or JWK", About: "for private_key_jwt and signed requests (RFC 7517)"},
		form.Field{ID: "client-key-id", Label: "Key ID", Hint: "that of the JWK", About: "kid in what is signed (RFC 7515 4.1.4)"},
		form.Field{ID: "client-key-alg", Label: "Key algorithm", Hint: "the first that fits", About: "alg in what is signed (RFC 7518 3.1)"},
		form.Field{ID: "assertion-audience", Label: "Assertion aud", Hint: "the issuer", About: "aud of what the client signs (RFC 7523 3)"},
		form.Field{ID: "decrypt-key", Label: "Decrypt key", Hint: "file with private keys; none: the client key", About: "opens what the provider encrypts to this client (OpenID Connect Core 10.2)"},
		form.Field{ID: "cert", Label: "Certificate", Hint: "file with the certificate, PEM", About: "for mutual TLS (RFC 8705)", Words: "mTLS, client authentication"},
		form.Field{ID: "key", Label: "Its key file", Hint: "file with the private key; none: it is in the same file", About: "the private key of the certificate (RFC 8705 2)"},
		form.Field{ID: "par", Label: "Pushed request", Kind: form.Switch, Hint: "push requests to the provider first", About: "for clients that must (RFC 9126); on where the provider demands it"},
		form.Field{ID: "jar", Label: "Signed request", Kind: form.Switch, Hint: "sign requests with the key, or the secret", About: "for clients that must (RFC 9101); on where the provider demands it"},
		form.Field{ID: "jar-encrypt", Label: "Encrypted", Kind: form.Switch, Hint: "sign requests and encrypt them", About: "to the provider's key (RFC 9101 6.1)"},
		form.Field{ID: "jar-alg", Label: "Signed with", Hint: "what fits and is announced", About: "alg of signed requests (RFC 9101 4)"},
		form.Field{ID: "dpop", Label: "Bound tokens", Kind: form.Switch, Hint: "bind tokens to a key made for this run", About: "for clients that must (RFC 9449)"},
		form.Field{ID: "param", Label: "Parameters", Hint: "any others: foo=1 bar=2", Several: true, About: "further parameters of the authorization request (RFC 6749 3.1)"},
	), in(groupOther,
		form.Field{ID: "other-client-id", Label: "Client ID", Hint: "none: what needs a second client is left out", About: "tries to use what belongs to the first"},
		secret(form.Field{ID: "other-client-secret", Label: "Client secret", Hint: "none: a public client", About: "of the second client, or where it is"}),
		form.Field{ID: "other-auth-method", Label: "Client proves", Kind: form.Choice, Options: usual, About: "how the second client authenticates"},
		form.Field{ID: "other-client-key", Label: "Client key", Hint: "file with its private key", About: "of the second client"},
	), in(groupWhich,
		form.Field{ID: "only", Label: "Only", Hint: "all; ids or names with spaces: code-twice PRB-064", Several: true, Options: form.Options(names...), About: "make these and no others"},
		form.Field{ID: "skip", Label: "Leave out", Hint: "none", Several: true, Options: form.Options(names...), About: "make all but these"},
	), in(groupTravel,
		form.Field{ID: "ca-file", Label: "Authorities", Hint: "file of certificates, PEM", About: "further authorities to trust (RFC 5280 6.1)"},
		form.Field{ID: "insecure-skip-verify", Label: "Unverified TLS", Kind: form.Switch, Hint: "don't verify certificates; for a test machine only"},
		form.Field{ID: "timeout", Label: "Request limit", Hint: "30s", About: "how long one request may take: 10s, 2m"},
		form.Field{ID: "login-timeout", Label: "Visit limit", Hint: "3m", About: "how long the browser may be out each time"},
		form.Field{ID: "paste", Label: "Paste back", Kind: form.Switch, Hint: "don't listen: paste the addresses the browser ended on"},
	))
}

// chooses is a key for the form.
func (s *Screen) chooses(m tea.KeyMsg) tea.Cmd {
	switch {
	case !s.opened:
		if key.Matches(m, s.c.Keys.Enter) {
			return s.open("")
		}
		return nil
	case m.Type == tea.KeyEsc && !m.Paste && s.hasResults():
		s.showResults()
		return nil
	case m.Type == tea.KeyEsc && !m.Paste:
		s.opened = false
		return ui.Send(ui.Goto{Screen: ui.Home})
	}
	return s.form.Key(s.keys.form, m)
}

// mark says below a field what is wrong with it, and reports whether something is.
func (s *Screen) mark(id string) bool {
	value, problem := strings.TrimSpace(s.form.Raw(id)), ""
	profile := s.isProfile(strings.TrimSpace(s.form.Raw("target")))
	switch id {
	case "target":
		if !profile && !strings.HasPrefix(value, "https://") && !strings.HasPrefix(value, "http://") {
			problem = "an address that begins with https://, or the name of a profile"
		}
	case "client-id":
		if value == "" && !profile {
			problem = "the client to test with is needed: make one for tests"
		}
	case "redirect-uri":
		problem = home.RedirectProblem(value)
	case "only", "skip":
		for _, name := range strings.Fields(value) {
			if _, ok := probe.Find(name); !ok {
				problem = "there is no probe " + name
			}
		}
	case "other-client-id":
		if value != "" && value == strings.TrimSpace(s.form.Raw("client-id")) {
			problem = "the second client must be another one"
		}
	}
	delete(s.form.Problems, id)
	if problem != "" {
		s.form.Problems[id] = problem
	}
	return problem != ""
}

// submit has the configuration made. Nothing is sent yet.
func (s *Screen) submit() tea.Cmd {
	flags := map[string][]string{}
	for _, x := range s.fields() {
		if s.mark(x.ID) {
			return s.form.FocusOn(x.ID)
		}
		value := strings.TrimSpace(s.form.Raw(x.ID))
		switch {
		case value == "" || x.ID == "target":
		case x.ID == "only", x.ID == "skip", x.ID == "param":
			flags[x.ID] = strings.Fields(value)
		default:
			flags[x.ID] = []string{value}
		}
	}
	return ui.Send(ui.PrepareProbe{Target: strings.TrimSpace(s.form.Raw("target")), Flags: flags})
}

// Fields lists what the form asks for.
func Fields(c *ui.Common) []string { return New(c).form.IDs() }
