package diagnose

import (
	"fmt"
	"net/url"
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
	s.readPort(in)
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

// readPort looks at a redirect URI whose port was free at the moment: the next login has another. A provider lets any port of a
// loopback address through (RFC 8252 7.3), unless it is known to compare them, or does so against the specification.
func (s *situation) readPort(in flows.DiagnosisInput) {
	sent := s.facts["redirect_uri"]
	portless := preset.AnyPort.Register(sent)
	if u, err := url.Parse(in.Config.RedirectURI); err != nil || in.Config.ClientID == "" || u.Port() != "" && u.Port() != "0" || portless == sent {
		return
	}
	if s.preset == nil {
		s.facts["register_uri"] = portless
	}
	if s.facts["register_uri"] == sent {
		s.fact("open_port", ", port included: this provider compares ports, and this one was free by chance")
		s.fact("keep_port", "and log in with that port from now on")
	} else {
		s.fact("open_port", ", without the port, which is another one each time")
		s.fact("keep_port", "if the provider compares ports all the same, register one and keep to it")
	}
	s.fact("pinned_uri", "--redirect-uri "+sent)
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
