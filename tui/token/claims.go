package token

import (
	"fmt"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// entry is what a selectable row stands for: what the details pane explains and the copy menu copies.
type entry struct {
	title string
	path  string         // "payload.address.city"; empty when it is no JSON
	claim *inspect.Claim // of a header parameter or a claim
	value *inspect.Value
	item  *inspect.Item
	lines []line // what there is to say, in order

	enter   func() *subject // for what can be entered: a token inside, one of several signatures
	finding *rule.Finding
	more    []line // what enter shows besides
}

// line is a paragraph of the details pane.
type line struct {
	text  string
	style lipgloss.Style
	exact bool   // a value: broken anywhere, not at spaces
	tail  string // in dim behind a text of one line; left out when there is no room
}

// mostClaims is how many claims are laid out at first, and how many more each time that more are asked for: a token of twenty thousand
// must answer a key as fast as one of ten.
const mostClaims = 500

// claimPane lays out header parameters or claims. where is "header" or "payload".
func (s *Screen) claimPane(where, title string, hue lipgloss.Style, claims []inspect.Claim, width int) widget.Pane {
	pane := widget.Pane{ID: where, Title: title, Hue: hue}
	marks := s.marks(where)
	most := mostClaims * (1 + s.longer[where])
	pairs := make([]widget.Pair, 0, min(len(claims), most))
	kept := make([]int, 0, min(len(claims), most))
	seen := make(map[string]bool, min(len(claims), most))
	left := 0
	for i := range claims {
		c := &claims[i]
		if !s.found(c) {
			continue
		}
		if len(kept) == most {
			left++
			continue
		}
		path := where + "." + c.Name
		if seen[c.Name] {
			path = fmt.Sprintf("%s#%d", path, i)
		}
		seen[c.Name] = true
		pairs = append(pairs, s.pair(path, c, marks[c.Name]))
		kept = append(kept, i)
		s.entries[path] = &entry{title: c.Name, path: path, claim: c, value: c.JSON, item: marks[c.Name]}
	}
	table := widget.Table{Theme: s.c.Theme, Width: width}
	for i, row := range table.Rows(pairs) {
		pane.Rows = append(pane.Rows, row)
		c := &claims[kept[i]]
		nested := widget.Length(c.JSON) > 0 && !inline(c.JSON)
		if !nested || widget.ContainsFold(c.Name, s.filter.Text()) {
			s.hit(row.ID)
		}
		if nested {
			pane.Rows = append(pane.Rows, s.inner.Children(row.ID, c.JSON, hue, 2, width)...)
			s.hit(s.inner.Hits()...)
		}
	}
	if left > 0 {
		id := where + widget.MoreRow
		s.entries[id] = &entry{title: "More", lines: []line{{text: "enter shows more of them; / searches in all", style: s.c.Theme.Dim}}}
		pane.Rows = append(pane.Rows, draw.Fixed(id, s.c.Theme.Accent.Render(fmt.Sprintf("… %d more", left))+s.c.Theme.Dim.Render(" · enter shows some, / searches in all")))
	}
	if s.filter.Text() != "" {
		pane.Note = s.c.Theme.Dim.Render(fmt.Sprintf("%d of %d", len(kept)+left, len(claims)))
	}
	return pane
}

func (s *Screen) pair(path string, c *inspect.Claim, item *inspect.Item) widget.Pair {
	theme := s.c.Theme
	p := widget.Pair{ID: path, Name: safe.Text(c.Name), Value: s.valueText(c), Style: theme.Text, Note: note(c)}
	if widget.Length(c.JSON) > 0 && !inline(c.JSON) {
		p.Style = theme.Dim
	}
	if c.Duplicate {
		p.Mark = theme.Care.Render("! repeated")
	}
	if at, ok := claimTime(c); ok {
		p.Live = func() string { return s.timeMark(c.Name, at) }
	} else if c.Kind == "time" {
		p.Mark, p.Note = theme.Bad.Render("✗ not a time"), safe.Text(c.Text)
	} else if mark := itemMark(theme, item); mark != "" {
		p.Mark = mark
	}
	return p
}

// note is what stands behind a value: its reading where there is one, else what the claim means. How many entries a
// container has is said already.
func note(c *inspect.Claim) string {
	counted := widget.Length(c.JSON) > 0 && c.Text != "" && c.Text[0] >= '0' && c.Text[0] <= '9'
	if c.Text != "" && c.Kind != "time" && !counted {
		return safe.Short(c.Text, 200)
	}
	return safe.Text(c.Meaning)
}

// valueText is the value on one line: a string without its quotes, a container as its size, anything else as it was sent.
func (s *Screen) valueText(c *inspect.Claim) string {
	v := c.JSON
	if at, ok := claimTime(c); ok {
		return s.times.write(at, safe.Text(v.Raw))
	}
	return valueText(v, c.Value, s.inner.Open(v))
}

func valueText(v *inspect.Value, raw []byte, open bool) string {
	switch {
	case v == nil:
		return clip(string(raw))
	case v.Kind == inspect.String:
		return clip(v.Str)
	case widget.Length(v) == 0, inline(v):
		return clip(v.Raw)
	case open:
		return widget.Summary(v) + " ▾"
	default:
		return widget.Summary(v) + " ▸"
	}
}

// clip cuts a value to what a few lines hold, and then says how long it is and how to see it.
func clip(text string) string {
	const most = 300
	if len(text) <= most {
		return safe.Text(text)
	}
	return safe.Short(text, most) + " " + widget.Size(int64(len(text))) + " in all, enter shows it"
}

// inline reports whether a container is so small that it stands on its line as it was sent: ["pwd"].
func inline(v *inspect.Value) bool {
	if v.Kind != inspect.Array || len(v.Raw) > 40 {
		return false
	}
	for i := range v.Items {
		if widget.Length(&v.Items[i]) > 0 {
			return false
		}
	}
	return true
}

// timeMark is the distance of a time from now. Only an expiry has good and bad; other times are told, not judged.
func (s *Screen) timeMark(name string, at time.Time) string {
	theme := s.c.Theme
	if name != "exp" {
		return theme.Dim.Render(distance(at, s.now))
	}
	switch cd := s.subject().life; cd.Phase(s.now) {
	case widget.Expired:
		return theme.Bad.Render("✗ " + cd.Left(s.now))
	case widget.Ending:
		return theme.Care.Render("! in " + cd.Left(s.now))
	default:
		return s.alive().Render("in " + cd.Left(s.now))
	}
}

// marks gives the checklist's item about each claim, by name; of several the worst. The items about times are told by the
// times themselves.
func (s *Screen) marks(where string) map[string]*inspect.Item {
	list := s.subject().report.Checklist
	marks := make(map[string]*inspect.Item, len(list))
	for i := range list {
		item := &list[i]
		if (item.Subject == "alg") != (where == "header") {
			continue
		}
		if old := marks[item.Subject]; old == nil || item.Result == inspect.ItemFail || old.Result != inspect.ItemFail && item.Result == inspect.ItemPass {
			marks[item.Subject] = item
		}
	}
	return marks
}

// itemMark says how a check of this claim ended. What was not checked has no mark at all.
func itemMark(theme *ui.Theme, item *inspect.Item) string {
	if item == nil {
		return ""
	}
	switch item.Result {
	case inspect.ItemPass:
		return theme.Good.Render("✓ " + passWord(item))
	case inspect.ItemFail:
		return theme.Bad.Render("✗ " + failWord(item))
	default:
		return ""
	}
}

// refreshed marks the checks that compare a token with the one before a refresh.
const refreshed = "12.2"

func passWord(item *inspect.Item) string {
	if item.Number == refreshed {
		return "as before"
	}
	switch item.Subject {
	case "aud", "azp":
		return "this client"
	case "nonce", "state":
		return "ours"
	case "at_hash", "c_hash":
		return "matches"
	case "sub":
		return "as in the ID token"
	case "alg":
		return "allowed"
	default:
		return "as expected"
	}
}

func failWord(item *inspect.Item) string {
	if item.Number == refreshed {
		return "not as before"
	}
	switch item.Subject {
	case "aud", "azp":
		return "another client"
	case "nonce", "state":
		return "not ours"
	case "sub":
		return "not as in the ID token"
	case "at_hash", "c_hash":
		return "does not match"
	default:
		return "not as expected"
	}
}
