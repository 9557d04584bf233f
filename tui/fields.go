package tui

import (
	"context"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/form"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/probe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Fields lists what the forms of the interface ask for, by the command that does the same and the names of its flags. The page of the documentation
// that compares the two is made of it.
func Fields() map[string][]string {
	c := &ui.Common{Context: context.Background(), Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys()}
	ids := func(fields func(*form.Form) []form.Field) []string {
		var f *form.Form
		f = form.New(c, func() []form.Field { return fields(f) })
		return f.IDs()
	}
	register := home.RegisterFields(c)
	return map[string][]string{"login": home.LoginFields(c), "register": register, "register update": register, "probe": probe.Fields(c),
		"call": ids(callFields), "logout": ids(logoutFields)}
}
