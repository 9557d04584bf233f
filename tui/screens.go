package tui

import (
	"github.com/oidcscope/oidcscope/tui/doctor"
	"github.com/oidcscope/oidcscope/tui/flow"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/probe"
	"github.com/oidcscope/oidcscope/tui/token"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/wire"
)

// entry is a screen with its place in the tab line. The numbers are those of the whole plan, so that a screen that comes
// later moves no other.
type entry struct {
	key    string
	name   ui.Name
	title  string
	screen ui.Screen
}

// newScreens makes every screen of the program, in the order of their numbers. A new screen is one line here.
func newScreens(c *ui.Common) []entry {
	return []entry{
		{"1", ui.Home, "Home", home.New(c)},
		{"2", ui.Flow, "Flow", flow.New(c)},
		{"3", ui.Token, "Token", token.New(c)},
		{"4", ui.Doctor, "Doctor", doctor.New(c)},
		{"5", ui.Wire, "Wire", wire.New(c)},
		{"6", ui.Probe, "Probe", probe.New(c)},
	}
}
