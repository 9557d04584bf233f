package tui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	engine "github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/tui/probe"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// Probes is how the interface gets at a client to probe with. Prepare makes the configuration of a provider, or of a profile's name, and of the
// flags of probe; it sends nothing. It is called in a command.
type Probes struct {
	Prepare func(ctx context.Context, target string, flags map[string][]string) (engine.Config, error)
}

func (a *app) openProbe(m ui.OpenProbe) tea.Cmd {
	return tea.Batch(a.show(ui.Probe), a.give(probe.Open{Target: m.Target}))
}

func (a *app) prepareProbe(m ui.PrepareProbe) tea.Cmd {
	ctx, prepare := a.ctx, a.options.Probes.Prepare
	if prepare == nil {
		return a.failed(errors.New("probes can't be made here"))
	}
	own := a.travel
	return func() tea.Msg {
		cfg, err := prepare(ctx, m.Target, m.Flags)
		cfg.Client.Transport = own(cfg.Client.Transport)
		return probe.Prepared{Config: cfg, Err: err}
	}
}
