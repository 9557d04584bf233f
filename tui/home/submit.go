package home

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// A login from the form is that of a profile: what the form says is put into one by the names of the flags, and made a login in the same
// place as the command line's. What no profile holds goes along for this login only, and so does a secret that was typed.

// submit starts the login, or shows what is missing, at the first field where something is.
func (f *loginForm) submit(step bool) tea.Cmd {
	if first := f.judge(true); first != "" {
		return f.FocusOn(first)
	}
	p := f.profile()
	once := f.onceValues()
	if secret := p.ClientSecret; secret != "" && !config.IsReference(secret) && (f.base == nil || f.base.ClientSecret != secret) {
		once["client-secret"], p.ClientSecret = secret, ""
	}
	f.starting = true
	return ui.Send(ui.StartProfile{Profile: p, Step: step, Once: once})
}

// once reports whether a field is used for one login and never kept: it has no key in a profile.
func (f *loginForm) once(id string) bool {
	return id != "profile" && !slices.Contains(config.Flags(), id)
}

// onceValues are what such fields say. Secrets among them may be references.
func (f *loginForm) onceValues() map[string]string {
	values := map[string]string{}
	for _, x := range f.fields() {
		value := f.text(x.ID)
		if x.Secret {
			value = reference(x.ID, f.Value(x.ID))
		}
		if value != "" && f.once(x.ID) {
			values[x.ID] = value
		}
	}
	return values
}

// profile is what the form says, over what the profile said before. A field that is not there for the chosen flow leaves its key as it was.
func (f *loginForm) profile() config.Profile {
	var p config.Profile
	if f.base != nil {
		p = *f.base
		p.Params = maps.Clone(p.Params)
	}
	p.Name = f.text("profile")
	for _, x := range f.fields() {
		if x.ID == "profile" || f.once(x.ID) {
			continue
		}
		f.keepField(&p, &x)
	}
	return p
}

// keepField puts one field into a profile. What only the provider requires is not kept: it may not require it for ever.
func (f *loginForm) keepField(p *config.Profile, x *form.Field) {
	value := strings.TrimSpace(f.Raw(x.ID))
	switch {
	case x.ID == "flow":
		if f.flow() != flowChoices()[0].id || isChoice(p.Flow) {
			p.Flow = f.flow()
		}
	case x.ID == "client-secret":
		p.ClientSecret = reference(x.ID, f.Raw(x.ID))
	case x.ID == "param":
		p.Params = f.params()
	default:
		_ = p.Set(x.ID, value) // there is a key of that name: once has looked
	}
}

// isChoice reports whether the form can show a profile's flow; another one is left as it is.
func isChoice(flow string) bool {
	return slices.ContainsFunc(flowChoices()[1:], func(c flowChoice) bool { return c.id == flow })
}

// params are the further parameters. A value is as in an address, so that it can hold a space.
func (f *loginForm) params() map[string]string {
	var all map[string]string
	for _, p := range strings.Fields(f.Raw("param")) {
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

func isJSON[T any](text string) bool {
	var v T
	return json.Unmarshal([]byte(text), &v) == nil
}
