package form

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/tui/widget"
)

// order is the rows that can have the focus, from top to bottom.
func (f *Form) order() []string {
	fields := f.Fields()
	var all []string
	for _, x := range fields {
		if x.Group == "" {
			all = append(all, x.ID)
		}
	}
	all = append(all, ButtonRow)
	if len(f.groups(fields)) > 0 {
		all = append(all, findRow)
	}
	for _, part := range f.sections(fields) {
		if part.group != "" {
			all = append(all, groupRow+part.group)
		}
		for _, x := range part.fields {
			all = append(all, x.ID)
		}
	}
	return all
}

// groups are those that have fields, in their order.
func (f *Form) groups(fields []Field) []string {
	return slices.DeleteFunc(slices.Clone(f.Groups), func(g string) bool {
		return !slices.ContainsFunc(fields, func(x Field) bool { return x.Group == g })
	})
}

// section is what is drawn below the line to look for an option: a group with the fields that are unfolded, or, while something is looked for,
// what matches.
type section struct {
	group  string // empty: no heading
	fields []Field
}

// sections are the groups in their order, in each what the provider requires and announces first. What is looked for stands in one section,
// and what is called like it first.
func (f *Form) sections(fields []Field) []section {
	var all []section
	if word := f.sought(); word != "" {
		found := slices.DeleteFunc(slices.Clone(fields), func(x Field) bool { return x.Group == "" || match(&x, word) == 0 })
		slices.SortStableFunc(found, func(a, b Field) int { return match(&b, word) - match(&a, word) })
		return []section{{fields: found}}
	}
	for _, g := range f.groups(fields) {
		part := section{group: g}
		if f.open[g] {
			part.fields = slices.DeleteFunc(slices.Clone(fields), func(x Field) bool { return x.Group != g })
			slices.SortStableFunc(part.fields, func(a, b Field) int { return rank(&a) - rank(&b) })
		}
		all = append(all, part)
	}
	return all
}

func rank(x *Field) int {
	switch {
	case x.Required != "":
		return 0
	case x.Announced != "":
		return 1
	default:
		return 2
	}
}

// sought is what is looked for among the options; empty: nothing.
func (f *Form) sought() string { return strings.TrimSpace(f.input(findRow).Value()) }

// match says how well a word fits a field, as it is written on the screen, on the command line or in a request: 2 for what the field is called,
// 1 for what is said about it, 0 for not at all.
func match(x *Field, word string) int {
	plain := strings.TrimLeft(strings.ReplaceAll(word, "_", "-"), "-")
	switch {
	case widget.ContainsFold(x.Label, word), widget.ContainsFold(x.ID, plain):
		return 2
	case widget.ContainsFold(x.Hint, word), widget.ContainsFold(x.About, word), widget.ContainsFold(x.Words, word):
		return 1
	}
	return 0
}

// beside is the row that many before or after another, round the ends.
func (f *Form) beside(id string, n int) string {
	all := f.order()
	at := max(slices.Index(all, id), 0)
	return all[((at+n)%len(all)+len(all))%len(all)]
}

// FocusOn gives a row the focus. A field that is folded away is unfolded.
func (f *Form) FocusOn(id string) tea.Cmd {
	if x := f.field(f.Focus()); x != nil && x.Kind == Text || f.focus == findRow {
		f.input(f.focus).Blur()
	}
	if x := f.field(id); x != nil && x.Group != "" && !slices.Contains(f.order(), id) {
		f.input(findRow).Reset()
		f.open[x.Group] = true
	}
	f.focus = id
	if x := f.field(id); x != nil && x.Kind == Text || id == findRow {
		return f.input(id).Focus()
	}
	return nil
}

// Settle gives the focus back to a row that is there, when the one that had it went; to is where.
func (f *Form) Settle(to string) tea.Cmd {
	if slices.Contains(f.order(), f.Focus()) {
		return nil
	}
	return f.FocusOn(to)
}

// leave goes on to another row.
func (f *Form) leave(to string) tea.Cmd {
	if f.Leave != nil && f.Value(f.focus) != "" {
		f.Leave(f.focus)
	}
	return f.FocusOn(to)
}

// summary names what is in force in a group, for its folded line.
func (f *Form) summary(group string) string {
	var parts []string
	for _, x := range f.Fields() {
		if x.Group != group {
			continue
		}
		switch value := f.value(&x); {
		case value == "":
		case x.Kind == Choice:
			parts = append(parts, value)
		default:
			parts = append(parts, lower(x.Label))
		}
	}
	return strings.Join(parts, ", ")
}

// lower writes a label inside a sentence: "Pushed request" is "pushed request", "DPoP" stays.
func lower(label string) string {
	if len(label) > 1 && label[1] >= 'a' && label[1] <= 'z' {
		return strings.ToLower(label[:1]) + label[1:]
	}
	return label
}
