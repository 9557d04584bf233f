package diagnose

import (
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
)

// recognise finds the provider: the one that was named, else the one that shows itself.
func (s *situation) recognise(p *flows.Problem, in flows.DiagnosisInput) {
	s.preset, _ = preset.Find(in.Provider)
	if s.preset == nil {
		clues := preset.Clues{Issuer: orElse(s.facts["issuer"], in.Config.Issuer), Text: s.clueText(p, in)}
		if in.Metadata != nil {
			clues.Document = in.Metadata.Raw
		}
		if in.Exchange != nil && in.Exchange.Request.URL != "" && s.endpoint != AtCallback {
			clues.URLs = append(clues.URLs, in.Exchange.Request.URL)
		}
		found, by := preset.Recognise(clues)
		if s.preset = found; found != nil {
			s.looked(fmt.Sprintf("the provider, recognised as %s by %s", found.Name, by))
		}
	}
	s.registers(s.facts["redirect_uri"])
	if s.preset == nil {
		return
	}
	s.fact("provider", s.preset.Name)
	places := s.preset.Places
	for name, place := range map[string]string{"redirect": places.Redirect, "client": places.Client, "secret": places.Secret, "grant": places.Grant, "scope": places.Scope, "user": places.User, "log": places.Log} {
		s.fact("at_"+name, place)
	}
}

// registers works out which redirect URI to register so that the one that was sent is accepted: as it is, or in the form
// that this provider wants.
func (s *situation) registers(sent string) {
	s.facts["register_uri"] = sent
	if s.preset != nil && sent != "" {
		s.facts["register_uri"] = s.preset.Redirect.Register(sent)
	}
}

// clueText is what a provider may be recognised by: the answer as it came, and our reading of it.
func (s *situation) clueText(p *flows.Problem, in flows.DiagnosisInput) string {
	text := ""
	if p.OAuth != nil {
		text = strings.Join([]string{p.OAuth.Code, p.OAuth.SubCode, p.OAuth.Description, p.OAuth.Hint, p.OAuth.URI}, " ")
	}
	if e := in.Exchange; e != nil && e.Response != nil && s.endpoint != AtCallback {
		text += " " + string(e.Response.Body.Data[:min(len(e.Response.Body.Data), 32<<10)])
		for _, h := range e.Response.Headers {
			text += " " + h.Value
		}
	}
	return text
}
