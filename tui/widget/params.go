package widget

import (
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// ParamPlace says where in a request a parameter stands.
type ParamPlace string

const (
	InMethod  ParamPlace = "method"
	InAddress ParamPlace = "address" // without its query
	InQuery   ParamPlace = "query"
	InForm    ParamPlace = "form body"
	InBody    ParamPlace = "body" // the whole of one that is no form, and no JSON object
	InHeader  ParamPlace = "header"

	// Of an answer.
	InStatus ParamPlace = "status"
	InMember ParamPlace = "member" // of its JSON object; the value of a string without its quotes
)

// single reports whether a message has one of it, which can be changed, but neither dropped nor added.
func (p ParamPlace) single() bool {
	return p == InMethod || p == InAddress || p == InStatus || p == InBody
}

// Param is one parameter of a request: of the URL's query, of a form body, or a header.
type Param struct {
	In          ParamPlace
	Name, Value string
	Secret      bool
	Raw         string // as it stood in the request, still encoded; kept so that what is not edited is sent unchanged
}

// ParamEditor edits the parameters of a request as a list: type to change the value under the cursor, ctrl+d drops it
// (and takes it back), ctrl+n adds one, ctrl+z restores one. The order and the untouched parameters stay as they are.
type ParamEditor struct {
	rows   []paramRow
	cursor int
	inName bool // the cursor is in the name of an added parameter
	place  ParamPlace
	places []ParamPlace // in the order in which the message shows them, where parameters can be added
}

type paramRow struct {
	Param
	was     *Param // nil for an added one
	dropped bool
	name    Field
	value   Field
}

// NewParamEditor starts with the parameters of a request. place is where the first one is added when there are none.
func NewParamEditor(params []Param, place ParamPlace) *ParamEditor {
	return newEditor(params, place, []ParamPlace{InMethod, InAddress, InQuery, InForm, InBody, InHeader})
}

// NewVisitEditor starts with the parameters of what a browser is sent to, or brings back: there is only an address.
func NewVisitEditor(params []Param) *ParamEditor {
	return newEditor(params, InQuery, []ParamPlace{InAddress, InQuery})
}

// NewAnswerEditor starts with the parts of an answer: its status, its headers, its body.
func NewAnswerEditor(params []Param) *ParamEditor {
	return newEditor(params, InHeader, []ParamPlace{InStatus, InMember, InBody, InHeader})
}

func newEditor(params []Param, place ParamPlace, places []ParamPlace) *ParamEditor {
	e := &ParamEditor{place: place, places: places}
	for _, p := range params {
		e.rows = append(e.rows, paramRow{Param: p, was: &p, name: NewField(p.Name), value: NewField(p.Value)})
		if p.In == InMethod || p.In == InAddress { // parameters are changed more often
			e.cursor = min(len(e.rows), len(params)-1)
		}
	}
	return e
}

// Key acts on a key press and reports whether the editor took it. Enter and escape are the caller's.
func (e *ParamEditor) Key(k tea.KeyMsg) bool {
	switch k.String() {
	case "up", "shift+tab":
		e.Select(e.cursor - 1)
	case "down":
		e.Select(e.cursor + 1)
	case "tab":
		if e.inName {
			e.inName = false
		} else {
			e.Select(e.cursor + 1)
		}
	case "ctrl+d":
		e.drop()
	case "ctrl+n":
		e.add()
	case "ctrl+t":
		e.move()
	case "ctrl+z":
		e.restore()
	default:
		return e.typed(k)
	}
	return true
}

// Select puts the cursor on the row with that index.
func (e *ParamEditor) Select(row int) {
	e.cursor = max(min(row, len(e.rows)-1), 0)
	e.inName = false
}

// Name is the name of the parameter under the cursor; "" when there is none.
func (e *ParamEditor) Name() string {
	if row := e.current(); row != nil {
		return row.Name
	}
	return ""
}

func (e *ParamEditor) current() *paramRow {
	if len(e.rows) == 0 {
		return nil
	}
	return &e.rows[e.cursor]
}

func (e *ParamEditor) typed(k tea.KeyMsg) bool {
	row := e.current()
	if row == nil {
		return false
	}
	if e.inName {
		if k.String() == "=" {
			e.inName = false
			return true
		}
		taken := row.name.Key(k)
		row.Name = row.name.Value()
		return taken
	}
	taken := row.value.Key(k)
	if v := row.value.Value(); v != row.Value {
		row.Value, row.dropped = v, false
	}
	return taken
}

// drop marks a parameter of the request as dropped, and removes one that was added here.
func (e *ParamEditor) drop() {
	row := e.current()
	if row == nil {
		return
	}
	if row.was != nil {
		row.dropped = !row.dropped && !row.In.single()
		return
	}
	e.rows = slices.Delete(e.rows, e.cursor, e.cursor+1)
	e.Select(e.cursor)
}

func (e *ParamEditor) add() {
	at, place := len(e.rows), e.place
	if row := e.current(); row != nil {
		at, place = e.cursor+1, row.In
	}
	if place.single() {
		place = e.place
		at = e.sectionEnd(place)
	}
	added := paramRow{Param: Param{In: place}, name: NewField(""), value: NewField("")}
	e.rows = slices.Insert(e.rows, at, added)
	e.cursor, e.inName = at, true
}

// move sends an added parameter to the next place: query, form body, header.
func (e *ParamEditor) move() {
	row := e.current()
	if row == nil || row.was != nil || !e.movable() {
		return
	}
	row.In = e.places[(slices.Index(e.places, row.In)+1)%len(e.places)]
	for row.In.single() {
		row.In = e.places[(slices.Index(e.places, row.In)+1)%len(e.places)]
	}
	moved := *row
	e.rows = slices.Delete(e.rows, e.cursor, e.cursor+1)
	e.cursor = e.sectionEnd(moved.In)
	e.rows = slices.Insert(e.rows, e.cursor, moved)
}

// sectionEnd is the index after the last row of a place.
func (e *ParamEditor) sectionEnd(place ParamPlace) int {
	end := 0
	for i, row := range e.rows {
		if slices.Index(e.places, row.In) <= slices.Index(e.places, place) {
			end = i + 1
		}
	}
	return end
}

func (e *ParamEditor) restore() {
	if row := e.current(); row != nil && row.was != nil {
		*row = paramRow{Param: *row.was, was: row.was, name: NewField(row.was.Name), value: NewField(row.was.Value)}
	}
}

// Result gives the parameters as they shall be sent. One that was changed has no Raw form any more.
func (e *ParamEditor) Result() []Param {
	var params []Param
	for _, row := range e.rows {
		if row.dropped || row.was == nil && row.Name == "" {
			continue
		}
		p := row.Param
		if row.was == nil || row.Value != row.was.Value {
			p.Raw = ""
		}
		params = append(params, p)
	}
	return params
}

// Edits says in words what was changed: "dropped code_verifier". Values are not in it, as they may be secret.
func (e *ParamEditor) Edits() []string {
	var edits []string
	for _, row := range e.rows {
		switch word := row.edit(); {
		case word == "":
		case row.In == InHeader, row.In == InMember:
			edits = append(edits, fmt.Sprintf("%s %s %s", word, row.In, row.Name))
		case row.In == InMethod:
			edits = append(edits, fmt.Sprintf("%s the method to %s", word, strings.ToUpper(row.Value)))
		case row.In.single():
			edits = append(edits, fmt.Sprintf("%s the %s", word, row.In))
		default:
			edits = append(edits, word+" "+row.Name)
		}
	}
	return edits
}

// Movable reports whether the cursor is on a parameter that was added here and can be moved to another place.
func (e *ParamEditor) Movable() bool {
	row := e.current()
	return row != nil && row.was == nil && e.movable()
}

// movable reports whether there is more than one place to add to.
func (e *ParamEditor) movable() bool {
	several := 0
	for _, p := range e.places {
		if !p.single() {
			several++
		}
	}
	return several > 1
}

// edit is the word for what happened to the row, empty when nothing did.
func (r *paramRow) edit() string {
	switch {
	case r.dropped:
		return "dropped"
	case r.was == nil && strings.TrimSpace(r.Name) != "":
		return "added"
	case r.was != nil && r.Value != r.was.Value:
		return "changed"
	default:
		return ""
	}
}
