package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// practiceReady is the end of starting the practice provider.
type practiceReady struct {
	provider *practice.Provider
	err      error
	flow     string
}

// startPractice starts the practice provider, once for the whole program, and then a flow against it.
func (a *app) startPractice(flow string) tea.Cmd {
	if p := a.outside.practice; p != nil {
		return a.practiceStarted(practiceReady{provider: p, flow: flow})
	}
	ctx, options := a.ctx, a.options.PracticeOptions
	return func() tea.Msg {
		p, err := practice.Start(ctx, options)
		return practiceReady{p, err, flow}
	}
}

func (a *app) practiceStarted(m practiceReady) tea.Cmd {
	if m.err != nil {
		return a.failed(fmt.Errorf("start the practice provider: %w", m.err))
	}
	if kept := a.outside.practice; kept == nil {
		a.outside.practice = m.provider
	} else if kept != m.provider { // started twice at once: one is enough
		_ = m.provider.Close()
		m.provider = kept
	}
	cfg, err := m.provider.Config(a.options.PracticeClient)
	if err != nil {
		return a.failed(err)
	}
	flow, err := flowByID(m.flow, cfg)
	if err != nil {
		return a.failed(err)
	}
	return a.startFlow(ui.StartFlow{Flow: flow, Config: cfg, Title: "Practice provider", Step: a.options.Step,
		Helper: practiceHelper{a.ctx, m.provider}})
}

// flowByID makes a login flow from the name it has on the command line.
func flowByID(id string, cfg flows.Config) (flows.Flow, error) {
	switch id {
	case "", "pkce":
		return flows.AuthorizationCode(cfg), nil
	case "device":
		return flows.DeviceCode(cfg), nil
	default:
		return flows.Flow{}, fmt.Errorf("flow: want pkce or device, got %q", id)
	}
}

// practiceHelper logs alice in by itself.
type practiceHelper struct {
	ctx      context.Context
	provider *practice.Provider
}

func (h practiceHelper) LogIn(authURL string) error {
	_, err := h.provider.LogIn(h.ctx, authURL)
	return err
}

func (h practiceHelper) ApproveDevice(userCode string) error {
	return h.provider.ApproveDevice(h.ctx, userCode)
}
