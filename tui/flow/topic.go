package flow

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/explain"
)

// Topic names what is selected: the parameter that is edited, a row of the details, the error of a failed step, else the step.
func (s *Screen) Topic() (name string, kind explain.Kind) {
	if s.edit != nil {
		return s.edit.editor.Name(), explain.Parameter
	}
	id := s.column.Selected()
	r, named := s.rows[id]
	switch {
	case !s.details:
		return s.stepTopic()
	case strings.HasPrefix(id, "finding."):
		check, _, _ := strings.Cut(r.value, " ")
		return check, explain.Check
	case id == "oauth.error":
		return r.value, explain.ErrorCode
	case id == "fix.1", strings.HasSuffix(id, ".url"), id == "expected", id == "got":
		return s.stepTopic()
	case named:
		return r.name, explain.Parameter
	case s.tree.Name(id) == "error" && s.tree.Node(id) != nil:
		return s.tree.Node(id).Str, explain.ErrorCode
	case s.tree.Name(id) != "":
		return s.tree.Name(id), explain.Parameter
	default:
		return s.stepTopic()
	}
}

// stepTopic is the error code of a step that the provider refused, else the step, by its title where that is known: steps of one
// id have different reasons in different flows.
func (s *Screen) stepTopic() (name string, kind explain.Kind) {
	st := s.step()
	switch {
	case st == nil:
		return "", ""
	case st.problem != nil && st.problem.OAuth != nil && s.active() == tabFailure:
		return st.problem.OAuth.Code, explain.ErrorCode
	case len(explain.Find(st.Title).Topics) > 0:
		return st.Title, explain.Step
	default:
		return st.ID, explain.Step
	}
}
