package flows

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// Extra parameters of the configuration are edits that were made before the run: where they break a request, what that must cause
// is told like that of any other.

// predictExtra tells it of a request that a browser makes: before is what would stand in the address without them.
func (s *state) predictExtra(purpose, address string, before, after url.Values) {
	sent := func(q url.Values) predict.Sent {
		return predict.Sent{Step: s.step, Purpose: purpose, Method: http.MethodGet, URL: withParams(address, q)}
	}
	s.foretellExtra(purpose, sent(before), sent(after))
}

// addExtra adds the extra parameters to a form of this client's and tells what they must cause.
func (s *state) addExtra(purpose, address string, form url.Values) {
	before := maps.Clone(form)
	merge(form, s.cfg.Extra)
	s.foretellExtra(purpose, s.formSent(purpose, address, before), s.formSent(purpose, address, form))
}

// formSent is a form as it will go, with what says who the client is: that decides what a change of client_id means. The
// credentials themselves are made later.
func (s *state) formSent(purpose, address string, form url.Values) predict.Sent {
	form = maps.Clone(form)
	headers := []record.Header{{Name: "Content-Type", Value: formType}}
	method := s.metadata.authMethod(s.cfg)
	if method != AuthBasic {
		form.Set("client_id", s.cfg.ClientID)
	}
	switch {
	case method == AuthBasic:
		headers = append(headers, record.Header{Name: "Authorization", Value: "Basic"})
	case method == AuthPost:
		form.Set("client_secret", "")
	case method.usesAssertion():
		form.Set("client_assertion", "")
	}
	return predict.Sent{Step: s.step, Purpose: purpose, Method: http.MethodPost, URL: address, Headers: headers, Body: []byte(form.Encode())}
}

// foretellExtra tells of the predictions those that say that something breaks: what was asked for on purpose and works is no edit.
func (s *state) foretellExtra(purpose string, before, after predict.Sent) {
	if len(s.cfg.Extra) == 0 {
		return
	}
	var breaks []predict.Prediction
	for _, p := range predict.Request(before, after) {
		if p.Outcome == predict.Refused || p.Outcome == predict.CheckFails {
			breaks = append(breaks, p)
		}
	}
	edits := slices.DeleteFunc(predict.Edits(before, after), func(e predict.Edit) bool { return e.Kind == predict.Added })
	s.edited(Edited{Purpose: purpose}, edits, breaks)
	s.foretellLater(0, breaks)
}
