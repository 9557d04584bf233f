package flow

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// tall is the height of the details from which on the answer stands under the request at once.
const tall = 36

// explainPanes say why the step exists and which specification asks for it, and show the parameters it sends.
func (s *Screen) explainPanes() []widget.Pane {
	st := s.step()
	why := s.text(st.Why)
	if refs := rule.JoinRefs(st.Refs); refs != "" {
		why.Rows = append(why.Rows, lines(""))
		why.Rows = append(why.Rows, s.dim(refs)...)
	}
	if st.note != "" {
		why.Rows = append(why.Rows, lines(""), lines(s.hanging(widget.StateGlyph(s.c.Theme, st.state, -1)+" ", st.note, s.c.Theme.Text)...))
	}
	panes := append([]widget.Pane{why}, s.foretoldPanes(st)...)
	at, _ := s.chosen()
	if st.browsers() > 0 && at > 0 { // what the browser brings back is understood only beside what it took there
		panes = append(panes, s.messagePanes("asked", newMessage("GET", st.asked, nil, nil), st.askedEdits, byBrowser)...)
	}
	if m, edits, ok := s.message(); ok {
		m.params = slices.DeleteFunc(slices.Clone(m.params), func(p widget.Param) bool { return p.In == widget.InHeader && p.Name != "Authorization" })
		panes = append(panes, s.messagePanes("explain", m, edits, s.which())...)
	}
	if e := s.sent(); s.areas.body.H >= tall && e != nil && !record.ByBrowser(e.Purpose) {
		panes = append(panes, s.responsePanes()...)
	}
	return append(panes, s.madePanes(st)...)
}

// madePanes list the variables that the step made.
func (s *Screen) madePanes(st *step) []widget.Pane {
	var pairs []widget.Pair
	for i := range s.run.variables {
		if v := &s.run.variables[i]; v.Meta.Step == st.ID {
			id := "made." + v.Name
			s.rows[id] = row{name: v.Name, value: v.Value, secret: v.Secret}
			pairs = append(pairs, widget.Pair{ID: id, Name: safe.Text(v.Name), Value: s.mask(v.Value, v.Secret), Style: s.c.Theme.Text,
				Mark: s.c.Theme.Dim.Render(safe.Text(v.From))})
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	return []widget.Pane{{ID: "made", Title: "Made here", Hue: s.c.Theme.Text, Rows: s.table().Rows(pairs)}}
}

// chosen is which request of the selected step is shown, and how many there are: the one that the person's browser makes,
// those that were sent, and the one that is held, or whose answer is.
func (s *Screen) chosen() (at, count int) {
	if st := s.step(); st != nil {
		count = st.browsers() + len(st.exchanges)
	}
	if s.heldHere() || s.answerHere() {
		count++
	}
	return max(count-1-s.exchange, 0), count
}

// browsers is the number of requests of the step that the person's browser makes, unseen by us.
func (st *step) browsers() int {
	if st.asked == "" {
		return 0
	}
	return 1
}

// message is the chosen request of the selected step. Of the one that is held it is what would be sent now.
func (s *Screen) message() (m message, edits []string, ok bool) {
	if e := s.sent(); e != nil {
		return sentMessage(&e.Request), e.Edits, true
	}
	at, count := s.chosen()
	switch {
	case count == 0:
		return message{}, nil, false
	case at < s.step().browsers():
		return newMessage("GET", s.step().asked, nil, nil), s.step().askedEdits, true
	case s.draft.applied() && s.draft.answer == nil:
		return s.draft.edited(), s.draft.edits, true
	default:
		return heldMessage(s.run.request()), nil, true
	}
}

// sent is the chosen exchange of the selected step; nil when it is the browser's request, the held one, or there is none.
func (s *Screen) sent() *flows.Exchange {
	st := s.step()
	if st == nil {
		return nil
	}
	at, _ := s.chosen()
	if at -= st.browsers(); at >= 0 && at < len(st.exchanges) {
		return &s.run.exchanges[st.exchanges[at]]
	}
	if at == len(st.exchanges) && s.answerHere() {
		return &flows.Exchange{Meta: s.run.stop.Meta, Exchange: *heldExchange(s.run.stop.Answer, s.use)}
	}
	return nil
}

// messagePanes show a request: its first line, what was edited, and its parameters by place.
func (s *Screen) messagePanes(id string, m message, edits []string, note string) []widget.Pane {
	t := s.c.Theme
	head := widget.Pane{ID: id, Title: "Request", Hue: t.Text, Note: s.dimNote(note)}
	address := widget.Chop(safe.Text(m.base), s.inner()-len(m.method)-1)
	text := []string{t.Strong.Render(m.method) + " " + t.Text.Render(address[0])}
	for _, more := range address[1:] {
		text = append(text, strings.Repeat(" ", len(m.method)+1)+t.Text.Render(more))
	}
	head.Rows = append(head.Rows, s.value(id+".url", row{name: "URL", value: m.url()}, text...))
	for _, e := range edits {
		head.Rows = append(head.Rows, lines(t.Care.Render("✎ edited: "+safe.Text(e))))
	}
	panes := []widget.Pane{head}
	for _, place := range []widget.ParamPlace{widget.InQuery, widget.InForm, widget.InHeader} {
		if rows := s.paramRows(id, m, place, edits); len(rows) > 0 {
			panes = append(panes, widget.Pane{ID: id + string(place), Title: place.Title(), Hue: t.Text, Rows: rows})
		}
	}
	return panes
}

// heldNote says what is held, and what can be done with it.
func heldNote(kind flows.StopKind) string {
	switch kind {
	case flows.BeforeOpen:
		return "Your browser has not been sent there yet. E edits the address, n goes on and holds the next request, i also what the browser brings back, c lets the run go on."
	case flows.BeforeReturn:
		return "Your browser brought this back; nothing of it has been looked at yet. E edits it, n takes it in and holds the next request, c lets the run go on."
	default:
		return "This request is held: nothing has been sent yet. E edits it, n sends it and holds the next, i sends it and holds its answer, c lets the run go on."
	}
}

// dimNote styles the note of a pane's title; without a note there must be no escape sequence either.
func (s *Screen) dimNote(note string) string {
	if note == "" {
		return ""
	}
	return s.c.Theme.Dim.Render(note)
}

// notified is the purpose of the provider's request that says that there is an answer (CIBA).
const notified = "notification"

// byBrowser notes a request that is not ours.
const byBrowser = "your browser sends it"

// which says which of several requests of a step is shown, and who sends it when that is not us.
func (s *Screen) which() string {
	at, count := s.chosen()
	note := ""
	if e := s.sent(); count > 0 && at < s.step().browsers() {
		note = byBrowser
	} else if e != nil && record.ByBrowser(e.Purpose) {
		note = "your browser brings it"
	} else if e != nil && e.Purpose == notified {
		note = "the provider sends it"
	}
	if count > 1 {
		note = joinNonEmpty(" · ", note, number(at)+" of "+number(count-1), "[ ]")
	}
	return note
}

func (s *Screen) paramRows(id string, m message, place widget.ParamPlace, edits []string) []widget.Row {
	var pairs []widget.Pair
	for i, p := range m.params {
		if p.In != place {
			continue
		}
		rowID := id + "." + string(place) + number(i)
		s.rows[rowID] = row{name: p.Name, value: p.Value, secret: p.Secret}
		pair := widget.Pair{ID: rowID, Name: safe.Text(p.Name), Value: s.paramValue(p), Style: s.c.Theme.Text}
		if p.Secret && !s.c.Reveal {
			pair.Style = s.c.Theme.Dim
		}
		// As marks, not notes: they get a line of their own rather than be cut.
		if about := meaning(p.Name); about != "" && place != widget.InHeader {
			pair.Mark = s.c.Theme.Dim.Render(about)
		}
		if word := editOf(edits, p); word != "" {
			pair.Style, pair.Mark = s.c.Theme.Care, s.c.Theme.Care.Render("✎ "+word)
		}
		pairs = append(pairs, pair)
	}
	return s.table().Rows(pairs)
}

func (s *Screen) paramValue(p widget.Param) string {
	switch {
	case s.c.Reveal:
		return safe.Text(p.Value)
	case p.In == widget.InHeader:
		return shortMask(safe.Text(s.scrub(secret.HeaderValue(p.Name, p.Value))))
	case p.Secret:
		return dots(p.Value)
	default:
		return safe.Text(s.scrub(p.Value))
	}
}

// shortMask writes the mask of a secret as the parameters above do: there is no room for its hash.
func shortMask(text string) string {
	before, rest, ok := strings.Cut(text, "‹redacted: ")
	length, rest, ok2 := strings.Cut(rest, ", sha256 ")
	_, after, ok3 := strings.Cut(rest, "›")
	if !ok || !ok2 || !ok3 {
		return text
	}
	return before + "•••••••• " + length + after
}

// editOf is the word for what the gate did to a parameter: "changed", "added".
func editOf(edits []string, p widget.Param) string {
	name := p.Name
	if p.In == widget.InHeader {
		name = "header " + name
	}
	for _, e := range edits {
		if word, rest, ok := strings.Cut(e, " "); ok && strings.EqualFold(rest, name) {
			return word
		}
	}
	return ""
}

func dots(value string) string { return secret.New(value).String() }

func (s *Screen) table() widget.Table {
	return widget.Table{Theme: s.c.Theme, Width: s.inner(), MaxName: max(s.inner()*2/5, 18), MaxVal: s.inner() / 2}
}

// requestPanes show the whole request.
func (s *Screen) requestPanes() []widget.Pane {
	m, edits, ok := s.message()
	if !ok {
		return []widget.Pane{s.nothingSent()}
	}
	panes := s.messagePanes("request", m, edits, s.which())
	if at, count := s.chosen(); s.heldHere() && at == count-1 {
		note := heldNote(s.run.stop.Kind)
		if s.draft.waiting() {
			note = "Your edits are kept but not applied: E goes on with them, enter there applies them. n sends the request as it stands here."
		}
		panes[0].Rows = append(panes[0].Rows, lines(""))
		panes[0].Rows = append(panes[0].Rows, s.care(note)...)
	}
	if len(m.body) > 0 {
		panes = append(panes, s.bodyPane("request.body", "Body", m.contentType(), record.Body{Data: m.body, Size: int64(len(m.body))}))
	}
	return panes
}

func (s *Screen) care(text string) []widget.Row {
	var rows []widget.Row
	for i, line := range ui.Wrap(text, min(s.inner()-2, measure)) {
		mark := "  "
		if i == 0 {
			mark = "‖ "
		}
		rows = append(rows, lines(s.c.Theme.Care.Render(mark+line)))
	}
	return rows
}

// nothingSent says why a step has no request to show.
func (s *Screen) nothingSent() widget.Pane {
	st := s.step()
	switch {
	case st.From == st.To:
		return s.text("This step is made inside oidcscope. It sends nothing.")
	case st.From == flows.You || st.To == flows.You:
		return s.text("This step is between you and your browser. oidcscope does not see what your browser sends to the provider; what comes back to oidcscope is shown at the step that receives it.")
	case st.state == widget.StepPending:
		return s.text("Nothing has been sent yet. n holds the next request before it leaves, b holds this step's request.")
	case st.state == widget.StepSkipped:
		return s.text("This step was skipped: " + joinNonEmpty("", st.note) + ".")
	default:
		return s.text("This step has sent no request.")
	}
}
