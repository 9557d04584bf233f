package token

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
)

// Topic names what is selected: a claim or header parameter, at any depth, a finding, an item of a checklist, else what its pane is about.
func (s *Screen) Topic() (name string, kind explain.Kind) {
	if _, walking := s.guest.(*walkView); walking {
		return "JWS", explain.Term
	}
	if s.guest != nil || s.subject() == nil {
		return "", ""
	}
	id := s.selected()
	e := s.entryOf(id)
	switch {
	case e == nil:
		return s.tokenTopic()
	case e.finding != nil:
		return e.finding.ID, explain.Check
	case e.item != nil && e.claim == nil:
		return e.item.Subject, partKind(e.item.Subject == "alg")
	case e.claim != nil:
		return e.claim.Name, partKind(strings.HasPrefix(e.path, "header."))
	}
	if member := s.folding().Name(id); member != "" {
		return member, partKind(strings.HasPrefix(id, "header."))
	}
	switch pane := s.column().Pane(); pane {
	case "signature", "signatures":
		return "JWS", explain.Term
	case "parts":
		return "JWE", explain.Term
	case "disclosures":
		return "SD-JWT", explain.Term
	}
	return s.tokenTopic()
}

func partKind(header bool) explain.Kind {
	if header {
		return explain.Header
	}
	return explain.Claim
}

// tokenTopic is what the token in front is.
func (s *Screen) tokenTopic() (name string, kind explain.Kind) {
	switch s.subject().which {
	case flows.IDToken:
		return "ID token", explain.Term
	case flows.AccessToken:
		return "access token", explain.Term
	case flows.RefreshToken:
		return "refresh token", explain.Term
	case flows.UserInfo:
		return "userinfo", explain.Term
	}
	return "", ""
}
