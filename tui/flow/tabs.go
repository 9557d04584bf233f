package flow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// tabID is one of the tabs of the details.
type tabID string

const (
	tabTurn      tabID = "Your turn" // while the person is waited for
	tabFailure   tabID = "Failure"   // at a failed step; titled Diagnosis when there is one
	tabResult    tabID = "Result"    // after success
	tabExplain   tabID = "Explain"
	tabRequest   tabID = "Request"
	tabResponse  tabID = "Response"
	tabVariables tabID = "Variables"
	tabFindings  tabID = "Findings"
	tabCompare   tabID = "Compare" // with the run before
)

// tabs are the tabs that there are now, in order.
func (s *Screen) tabs() []tabID {
	var tabs []tabID
	st := s.step()
	switch {
	case s.run.phase() == waiting && s.selected == s.run.current():
		tabs = append(tabs, tabTurn)
	case st != nil && st.problem != nil:
		tabs = append(tabs, tabFailure)
	case s.run.phase() == succeeded:
		tabs = append(tabs, tabResult)
	}
	tabs = append(tabs, tabExplain, tabRequest, tabResponse, tabVariables, tabFindings)
	if s.before != nil {
		tabs = append(tabs, tabCompare)
	}
	return tabs
}

// active is the tab in front: the wanted one, as long as there is one.
func (s *Screen) active() tabID {
	if slices.Contains(s.tabs(), s.tab) {
		return s.tab
	}
	return tabExplain
}

func (s *Screen) setTab(id tabID) {
	s.tab = id
	s.column.Wheel(-1 << 20)
}

func (s *Screen) turnTab(n int) {
	tabs := s.tabs()
	at := slices.Index(tabs, s.active())
	s.setTab(tabs[(at+n+len(tabs))%len(tabs)])
}

// tabLine is the row of tabs; what has nothing behind it is dim.
func (s *Screen) tabLine() *widget.Tabs {
	line := &widget.Tabs{}
	st := s.step()
	for i, id := range s.tabs() {
		tab := widget.Tab{Title: string(id)}
		switch id {
		case tabFailure:
			if st.problem.Diagnosis != nil {
				tab.Title = "Diagnosis"
			}
		case tabRequest:
			_, _, sent := s.message()
			tab.Empty = !sent
		case tabResponse:
			tab.Empty = st == nil || len(st.exchanges) == 0 && !s.answerHere()
		case tabVariables:
			tab.Empty, tab.Short = len(s.run.variables) == 0, "Vars"
		case tabFindings:
			if n := len(s.run.findings); n > 0 {
				tab.Title += " " + strconv.Itoa(n)
				tab.Short = "Found " + strconv.Itoa(n)
			} else {
				tab.Short = "Found"
				tab.Empty = true
			}
		}
		if id == s.active() {
			line.Active = i
		}
		line.Items = append(line.Items, tab)
	}
	line.Fit(s.areas.tabs.W)
	return line
}

// heldHere reports whether the request of the selected step waits at the gate.
func (s *Screen) heldHere() bool {
	st := s.step()
	return st != nil && s.run.request() != nil && s.run.stop.Step == st.ID
}

// answerHere reports whether an answer to a request of the selected step waits at the gate.
func (s *Screen) answerHere() bool {
	st := s.step()
	return st != nil && s.run.answer() != nil && s.run.stop.Step == st.ID
}

// heldTab opens what is held: the answer, or in a narrow terminal, where there is no room for the reasons too, the request.
func (s *Screen) heldTab(at *flows.Stop) {
	switch {
	case at.Answer != nil:
		s.tab = tabResponse
	case at.Kind == flows.BeforeReturn, at.Held != nil && s.areas.folded:
		s.tab = tabRequest
	default:
		s.tab = tabExplain
	}
}

// row is what stands behind a row of the details: what copying takes, and the variable that lights up the ladder.
type row struct {
	name, value string
	secret      bool
	variable    *flows.Variable
}

// fillKey says what the column was filled with; it is filled again when the key changes.
type fillKey struct {
	version, selected, exchange int
	tab                         tabID
	w, h                        int
	reveal, raw                 bool
	filter                      string
	draft                       bool
	use                         int
	second                      int64
}

// fill lays the active tab out, when anything in it has changed.
func (s *Screen) fill() {
	key := fillKey{version: s.run.version, selected: s.selected, exchange: s.exchange, tab: s.active(), w: s.areas.body.W, h: s.areas.body.H,
		reveal: s.c.Reveal, raw: s.raw, filter: s.filter.Text(), draft: s.draft.applied(), use: s.use}
	if key.tab == tabTurn {
		key.second = s.c.Now().Unix()
	}
	if key == s.filled || s.areas.body.W == 0 {
		return
	}
	fresh := key.tab != s.filled.tab || key.selected != s.filled.selected || key.exchange != s.filled.exchange
	s.filled = key
	s.rows = make(map[string]row)
	if len(s.docs) > 40 {
		clear(s.docs)
	}
	s.column.Set(s.panes(key.tab))
	if fresh {
		s.column.End(-1)
	}
}

func (s *Screen) panes(id tabID) []widget.Pane {
	if s.step() == nil {
		return []widget.Pane{s.text("This flow has no steps.")}
	}
	switch id {
	case tabTurn:
		return s.turnPanes()
	case tabFailure:
		return s.failurePanes()
	case tabResult:
		return s.resultPanes()
	case tabRequest:
		return s.requestPanes()
	case tabResponse:
		return s.responsePanes()
	case tabVariables:
		return s.variablePanes()
	case tabFindings:
		return s.findingPanes()
	case tabCompare:
		return s.comparePanes()
	default:
		return s.explainPanes()
	}
}

// measure is the widest line of running text: longer ones are hard to read.
const measure = 84

func (s *Screen) inner() int { return widget.Inner(s.areas.body.W) }

// text is a pane of wrapped, plain paragraphs.
func (s *Screen) text(paragraphs ...string) widget.Pane {
	var p widget.Pane
	for i, text := range paragraphs {
		if i > 0 {
			p.Rows = append(p.Rows, lines(""))
		}
		p.Rows = append(p.Rows, s.paragraph(text)...)
	}
	return p
}

func (s *Screen) paragraph(text string) []widget.Row {
	var rows []widget.Row
	for _, line := range ui.Wrap(safe.Block(text), min(s.inner()-1, measure)) {
		rows = append(rows, lines(s.c.Theme.Text.Render(line)))
	}
	return rows
}

// dim is a paragraph of second importance.
func (s *Screen) dim(text string) []widget.Row {
	var rows []widget.Row
	for _, line := range ui.Wrap(safe.Text(text), min(s.inner()-1, measure)) {
		rows = append(rows, lines(s.c.Theme.Dim.Render(line)))
	}
	return rows
}

// lines is a row that can't be selected.
func lines(text ...string) widget.Row {
	return widget.Row{Height: len(text), Draw: func(bool) []string { return slices.Clone(text) }}
}

// value is a row that can be selected and copied; text is what is shown of it, styled.
func (s *Screen) value(id string, r row, text ...string) widget.Row {
	s.rows[id] = r
	return widget.Row{ID: id, Height: len(text), Draw: func(bool) []string { return slices.Clone(text) }}
}

// mask hides a secret unless secrets are revealed.
func (s *Screen) mask(value string, secretValue bool) string {
	if secretValue && !s.c.Reveal {
		return dots(value)
	}
	return safe.Text(value)
}

// scrub hides the run's secrets in free text unless secrets are revealed. All of a screen marks them alike: with dots.
func (s *Screen) scrub(text string) string {
	if s.c.Reveal {
		return text
	}
	return secret.Dotted(s.run.scrub(text))
}

func number(i int) string { return strconv.Itoa(i + 1) }

func joinNonEmpty(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), sep)
}
