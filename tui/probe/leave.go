package probe

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// A run that is broken off has tokens at the provider. Who quits in the middle has them revoked first, and is told what became of them.

// Busy reports whether a run is under way that should not just be dropped.
func (s *Screen) Busy() bool { return s.run.under() }

// Leave stops the run, and sends then when its tokens are revoked; at once when none is under way.
func (s *Screen) Leave(then tea.Msg) tea.Cmd {
	if !s.run.under() {
		return ui.Send(then)
	}
	s.run.then = then
	return s.stop("the tokens are revoked, then the program ends; ctrl+c doesn't wait")
}

// stop leaves out what is left of the run.
func (s *Screen) stop(says string) tea.Cmd {
	s.run.stopping = true
	s.run.probing.Interrupt()
	return ui.Send(ui.Notify{Text: says, Kind: ui.NoteCare})
}

// Epilogue is what is left to say of the last run when the screen has gone; empty without one.
func (s *Screen) Epilogue() string {
	r := &s.run
	report := r.report
	if r.under() {
		report = r.probing.Report()
	}
	switch {
	case report != nil:
		return s.name() + " · " + ending(report)
	case r.under():
		return s.name() + " · broken off: tokens that it got may still be good"
	}
	return ""
}

// name is what the run is called beside others.
func (s *Screen) name() string { return "Probe · " + ui.ProviderName(s.cfg.Client.Issuer) }
