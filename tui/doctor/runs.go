package doctor

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// every is how long a watched provider is left alone.
const every = time.Minute

// runs is the checkup that is under way, and what the last ones left.
type runs struct {
	number   int
	cfg      doctor.Config
	issuer   string
	checkup  *run.Checkup // nil when none is under way
	began    time.Time
	checks   int                       // of the run, known when it began
	outcomes map[string]doctor.Outcome // so far
	order    []string                  // their ids, as they ended
	requests int
	provider string
	profile  doctor.Profile
	report   *doctor.Report // of the last run that ended
	problem  error
	watching bool
	quiet    bool // a watched run shows nothing before it has ended
	changes  []doctor.Change
}

// any reports whether there is something to show.
func (r *runs) any() bool { return r.checkup != nil || r.report != nil || r.problem != nil }

// again comes when a watched provider is to be checked once more.
type again struct{ number int }

// For makes again a message for this screen.
func (again) For() ui.Name { return ui.Doctor }

// start begins a checkup; one that is under way is stopped.
func (s *Screen) start(cfg doctor.Config) tea.Cmd {
	watching := s.runs.watching && cfg.Issuer == s.runs.cfg.Issuer
	s.stop()
	s.runs = runs{number: s.runs.number, watching: watching}
	s.split.Inside, s.moved, s.tabs.Active = false, false, tabChecks
	cmd := s.begin(cfg)
	s.rebuild()
	s.split.List.End(-1)
	return cmd
}

func (s *Screen) stop() {
	if s.runs.checkup != nil {
		s.runs.checkup.Stop()
		s.runs.checkup = nil
	}
}

// begin starts the goroutine and tells the wire screen that requests will come.
func (s *Screen) begin(cfg doctor.Config) tea.Cmd {
	if cfg.Now == nil {
		cfg.Now = s.c.Now
	}
	r := &s.runs
	r.number++
	r.cfg, r.issuer, r.began = cfg, cfg.Issuer, s.c.Now()
	r.outcomes, r.order, r.requests = map[string]doctor.Outcome{}, nil, 0
	r.checkup = run.StartCheckup(s.c.Context, r.number, s.examine, cfg)
	return tea.Batch(r.checkup.Next(), ui.Send(ui.FetchBegan{Number: r.number, Title: "Doctor · " + ui.ProviderName(cfg.Issuer), At: r.began}))
}

// event takes what the engine says, and reads on.
func (s *Screen) event(m run.CheckupEvent) tea.Cmd {
	r := &s.runs
	if r.checkup == nil || m.Number != r.checkup.Number {
		return nil
	}
	next := r.checkup.Next()
	switch e := m.Event.(type) {
	case doctor.Began:
		r.checks = len(e.Checks)
	case doctor.Picked:
		r.profile, r.provider = e.Profile, e.Provider
	case doctor.Checked:
		r.outcomes[e.ID] = e.Outcome
		r.order = append(r.order, e.ID)
		if !r.quiet {
			s.rebuild()
		}
	case doctor.Exchanged:
		r.requests++
		return tea.Batch(next, ui.Send(ui.Fetched{Number: r.number, Exchange: e.Exchange}))
	}
	return next
}

// done takes the end of a run.
func (s *Screen) done(m run.CheckupDone) tea.Cmd {
	r := &s.runs
	if r.checkup == nil || m.Number != r.checkup.Number {
		return nil
	}
	r.checkup.Stop()
	r.checkup = nil
	before := r.report
	var told tea.Cmd
	if m.Err != nil {
		if r.problem = m.Err; r.quiet {
			told = ui.Send(ui.Notify{Text: m.Err.Error(), Kind: ui.NoteBad})
		}
	} else {
		r.report, r.problem = m.Report, nil
		if r.issuer = m.Report.Issuer; r.quiet && before != nil {
			told = s.changed(doctor.Compare(before, m.Report))
		}
	}
	r.quiet = false
	s.rebuild()
	if !s.moved {
		s.split.List.End(-1)
		s.showSelected()
	}
	return tea.Batch(told, s.later())
}

func (s *Screen) changed(changes []doctor.Change) tea.Cmd {
	if len(changes) == 0 {
		return nil
	}
	s.runs.changes = changes
	return ui.Send(ui.Notify{Text: ui.Count(len(changes), "check") + " changed", Kind: ui.NoteCare})
}

// later arms the next run of a watched provider.
func (s *Screen) later() tea.Cmd {
	if !s.runs.watching {
		return nil
	}
	number := s.runs.number
	return tea.Tick(every, func(time.Time) tea.Msg { return again{number} })
}

func (s *Screen) again(m again) tea.Cmd {
	r := &s.runs
	if !r.watching || r.checkup != nil || m.number != r.number || r.report == nil {
		return nil
	}
	cfg := r.cfg
	cfg.Previous, r.quiet = r.report.Subject, true
	cfg.Previous.Previous = nil
	return s.begin(cfg)
}

// watch switches watching on or off.
func (s *Screen) watch() tea.Cmd {
	r := &s.runs
	if r.cfg.Document != nil || r.cfg.KeySet != nil {
		return ui.Send(ui.Notify{Text: "documents at hand don't change: there is nothing to watch", Kind: ui.NoteInfo})
	}
	r.watching = !r.watching
	if !r.watching {
		return ui.Send(ui.Notify{Text: "no longer watched"})
	}
	note := ui.Send(ui.Notify{Text: "checked again every minute; what changes is told"})
	if r.checkup != nil {
		return note
	}
	return tea.Batch(note, s.later())
}

// passive runs again with, or without, the requests beyond the public documents.
func (s *Screen) passive() tea.Cmd {
	cfg := s.runs.cfg
	cfg.Passive = !cfg.Passive
	text := "endpoints are asked too, without credentials"
	if cfg.Passive {
		text = "passive: only the public documents are fetched"
	}
	return tea.Batch(s.start(cfg), ui.Send(ui.Notify{Text: text}))
}

// all lists the outcomes that are shown: of the run under way, or, while a watched one is quiet, of the last.
func (r *runs) all() []doctor.Outcome {
	if r.report != nil && (r.checkup == nil || r.quiet) {
		return r.report.Outcomes
	}
	all := make([]doctor.Outcome, 0, len(r.order))
	for _, id := range r.order {
		all = append(all, r.outcomes[id])
	}
	return all
}

// overview is what the provider offers, once a run has ended.
func (r *runs) overview() doctor.Overview {
	if r.report == nil {
		return doctor.Overview{}
	}
	return r.report.Overview
}

var errNoIssuer = errors.New("an issuer is an address that begins with https://")
