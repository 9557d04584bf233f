package doctor

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/explain"
)

// Topic names the check that is selected, or the member of the discovery document behind a row of the other tabs.
func (s *Screen) Topic() (name string, kind explain.Kind) {
	id := s.split.List.Selected()
	member, algorithms := strings.CutPrefix(id, "algorithms.")
	switch {
	case s.tabs.Active == tabChecks && s.shown[id] != nil:
		return id, explain.Check
	case algorithms:
		return member, explain.Parameter
	case strings.HasPrefix(id, "endpoint."):
		return s.values[id].name, explain.Parameter
	case strings.HasPrefix(id, "key."):
		return "JWKS", explain.Term
	default:
		return "", ""
	}
}
