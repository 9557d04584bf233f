package probe

import (
	"net/url"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// attempts is the run that is under way, or the last.
type attempts struct {
	cfg      probe.Config
	plan     probe.Plan
	number   int
	probing  *run.Probing // nil when none is under way
	began    time.Time
	outcomes map[string]probe.Outcome // by id
	sent     map[string][]request     // by id
	trying   string                   // id of the attempt that is made now
	opening  *probe.Opening           // the visit of the browser that is under way; nil: none
	address  string                   // where it is
	report   *probe.Report
	problem  error
	stopping bool
	then     tea.Msg // sent when the run is over; nil: nothing
}

// request is one that an attempt sent, without any value that could be a secret.
type request struct{ line, answer string }

func (r *attempts) under() bool { return r.probing != nil }

// series keeps the numbers of these requests on the wire screen apart from the doctor's.
const series = 1 << 20

// begin starts the run: the person has agreed.
func (s *Screen) begin() tea.Cmd {
	number := s.run.number + 1
	s.run = attempts{cfg: s.cfg, plan: s.plan, number: number, began: s.c.Now(), outcomes: map[string]probe.Outcome{}, sent: map[string][]request{}}
	s.run.probing = run.StartProbing(s.c.Context, number, s.try, s.cfg)
	s.c.Unfinished.Go(s.run.probing.Wait)
	s.stage, s.moved, s.split.Inside, s.opened = probing, false, false, false
	s.filter.Clear()
	s.rebuild()
	return tea.Batch(s.run.probing.Next(), ui.Send(ui.FetchBegan{Number: series + number, Title: s.name(), At: s.run.began}))
}

// event takes what the engine says, and reads on.
func (s *Screen) event(m run.ProbingEvent) tea.Cmd {
	r := &s.run
	if r.probing == nil || m.Number != r.number {
		return nil
	}
	next := r.probing.Next()
	switch e := m.Event.(type) {
	case probe.Trying:
		r.trying = e.Probe.ID
		s.follow()
	case probe.Opening:
		r.opening, r.address = &e, ""
		s.follow() // the lines about the visit take room from the list
	case probe.Tried:
		r.outcomes[e.ID], r.trying, r.opening, s.paste = e.Outcome, "", nil, nil
		s.rebuild()
	case probe.Engine:
		return tea.Batch(next, s.engine(e.Event))
	}
	return next
}

// engine takes what the engine of the flows tells: the requests, and where the browser is sent.
func (s *Screen) engine(e flows.Event) tea.Cmd {
	r := &s.run
	switch e := e.(type) {
	case flows.NeedUser:
		r.address = e.URL
		return ui.Send(ui.OpenURL{URL: e.URL})
	case flows.Exchange:
		if r.trying != "" {
			r.sent[r.trying] = append(r.sent[r.trying], requestOf(e.Exchange))
			if s.showing == r.trying {
				s.rebuild()
			}
		}
		return ui.Send(ui.Fetched{Number: series + r.number, Exchange: e.Exchange})
	}
	return nil
}

// requestOf says what was sent: where to, with which parameters, and what came. Values stay out: most of them are secrets.
func requestOf(e record.Exchange) request {
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return request{line: e.Request.Method}
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	if form, err := url.ParseQuery(string(e.Request.Body.Data)); err == nil && e.Request.Method == "POST" {
		for name := range form {
			names = append(names, name)
		}
	}
	out := request{line: e.Request.Method + " " + u.Path + parameters(names), answer: "no answer"}
	if e.Response != nil {
		out.answer = e.Response.Reason
		if oauth := flows.Normalise(e.Response); oauth != nil && oauth.Code != "" {
			out.answer += " " + oauth.Code
		}
	} else if e.Failure != nil {
		out.answer = e.Failure.Message
	}
	return out
}

// done takes the end of a run.
func (s *Screen) done(m run.ProbingDone) tea.Cmd {
	r := &s.run
	if r.probing == nil || m.Number != r.number {
		return nil
	}
	r.probing.Stop()
	r.probing, r.trying, r.opening, s.paste = nil, "", nil, nil
	r.report, r.problem = m.Report, m.Err
	if m.Report != nil {
		for _, o := range m.Report.Outcomes {
			r.outcomes[o.ID] = o
		}
	}
	s.rebuild()
	if !s.moved {
		s.split.List.End(-1)
		s.showSelected()
	}
	if r.then != nil {
		return ui.Send(r.then)
	}
	if m.Err != nil {
		return ui.Send(ui.Notify{Text: m.Err.Error(), Kind: ui.NoteBad})
	}
	return nil
}

// speaks is a key about the run: about the visit of the browser, or its end.
func (s *Screen) speaks(m tea.KeyMsg) tea.Cmd {
	r, k := &s.run, s.keys
	if !r.under() {
		return nil
	}
	if key.Matches(m, k.Stop) {
		return s.stop("what is left is left out; the tokens are revoked first")
	}
	if r.opening == nil {
		return ui.Send(ui.Notify{Text: "the browser is not out"})
	}
	switch {
	case key.Matches(m, k.Skip):
		r.probing.Say(probe.Skip)
	case key.Matches(m, k.SawError):
		r.probing.Say(probe.SawError)
	case key.Matches(m, k.Paste):
		field := widget.NewField("")
		s.paste = &field
	case key.Matches(m, k.Address) && r.address != "":
		return ui.Send(ui.Copy{Text: r.address, What: "address"})
	}
	return nil
}

// pastes is a key for the field of the address that the browser ended on.
func (s *Screen) pastes(m tea.KeyMsg) tea.Cmd {
	switch {
	case m.Type == tea.KeyEsc:
		s.paste = nil
	case m.Type == tea.KeyEnter && !m.Paste:
		text := strings.TrimSpace(s.paste.Value())
		if !strings.Contains(text, "?") && !strings.Contains(text, "#") {
			return ui.Send(ui.Notify{Text: "the whole address is needed, with what stands behind ? or #", Kind: ui.NoteCare})
		}
		s.paste = nil
		if s.run.under() {
			s.run.probing.Paste(text)
		}
	default:
		s.paste.Key(m)
	}
	return nil
}
