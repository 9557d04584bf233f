package wire

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/explain"
)

// Topic names the header, the form's field or the member of JSON that is selected in the details; in the list, what the exchange
// was for.
func (s *Screen) Topic() (name string, kind explain.Kind) {
	id := s.split.Details.Selected()
	switch e := s.selected(); {
	case e == nil:
		return "", ""
	case !s.split.Inside:
		return e.Purpose, explain.Step
	case s.tree.Name(id) == "error" && s.tree.Node(id) != nil:
		return s.tree.Node(id).Str, explain.ErrorCode
	case s.tree.Name(id) != "":
		return s.tree.Name(id), explain.Parameter
	case strings.Contains(id, ".header."), strings.Contains(id, ".field."):
		return s.entries[id].name, explain.Parameter
	default:
		return e.Purpose, explain.Step
	}
}
