package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/home"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// practiceReady is the end of starting the practice provider.
type practiceReady struct {
	provider *practice.Provider
	err      error
	wanted   ui.StartPractice
}

// startPractice starts the practice provider, and then a flow against it. Each fault has a provider of its own, which lives
// as long as the program, so that a run can be started again and shows the same.
func (a *app) startPractice(wanted ui.StartPractice) tea.Cmd {
	if p := a.outside.practice[wanted.Fault]; p != nil {
		return a.practiceStarted(practiceReady{provider: p, wanted: wanted})
	}
	ctx, options := a.ctx, a.options.PracticeOptions
	options.Fault = wanted.Fault
	if wanted.Fault != a.options.PracticeOptions.Fault {
		options.Addr = "" // taken by the one that the program began with
	}
	return func() tea.Msg {
		p, err := practice.Start(ctx, options)
		return practiceReady{p, err, wanted}
	}
}

func (a *app) practiceStarted(m practiceReady) tea.Cmd {
	if m.err != nil {
		return a.failed(fmt.Errorf("start the practice provider: %w", m.err))
	}
	if kept := a.outside.practice[m.wanted.Fault]; kept == nil {
		if a.outside.practice == nil {
			a.outside.practice = make(map[string]*practice.Provider)
		}
		a.outside.practice[m.wanted.Fault] = m.provider
	} else if kept != m.provider { // started twice at once: one is enough
		_ = m.provider.Close()
		m.provider = kept
	}
	cfg, err := m.provider.Config(a.options.PracticeClient)
	if err != nil {
		return a.failed(err)
	}
	flow, err := flowByID(m.wanted.Flow, cfg)
	if err != nil {
		return a.failed(err)
	}
	start := ui.StartFlow{Flow: flow, Config: cfg, Title: "Practice provider", Step: a.options.Step,
		Helper: practiceHelper{a.ctx, m.provider}}
	if fault := m.provider.Fault(); fault != nil {
		start.Title = "Fault " + fault.Name
		return tea.Batch(a.startFlow(start), a.notify(ui.Notify{Text: "to be seen: " + fault.See, Kind: ui.NoteInfo}))
	}
	return a.startFlow(start)
}

// flowByID makes a login flow from the name it has on the command line.
func flowByID(id string, cfg flows.Config) (flows.Flow, error) {
	flow, err := home.MakeFlow(id, cfg, secret.Text{})
	if err != nil {
		return flows.Flow{}, fmt.Errorf("flow: %w", err)
	}
	return flow, nil
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
