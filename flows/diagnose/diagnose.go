// Package diagnose says why a step of a login failed: what happened, the probable causes in order, and what to do about it
// on that provider, with the value to copy.
//
// [Problem] is the way in from a run: it is what flows.Config.Diagnose is for. [Read] makes a problem of a text that somebody
// met elsewhere. All knowledge is rows of tables, one file for each provider, one for what the specifications say
// about a code, one for transport, one for the checks of the client. The order in which they are asked: the provider's own
// rows, those of the software it is made of, the words that many providers use, the code. When no row fits, the diagnosis
// says what is known and what to try, and nothing else.
package diagnose

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
)

// Problem diagnoses a problem of a run. It gives nil when there is nothing to say: the person ended the run, or it
// can't be made as configured and no row knows more about that than the problem itself. A diagnosis
// that the engine made itself stays, unless the provider's own words say more.
func Problem(p *flows.Problem, in flows.DiagnosisInput) *flows.Diagnosis {
	if p == nil || p.Kind == flows.ProblemCanceled {
		return nil
	}
	s := newSituation(p, in)
	return byHand(s.byChoice(s.diagnose(p), in), in.Edits)
}

func (s *situation) diagnose(p *flows.Problem) *flows.Diagnosis {
	own := p.Diagnosis
	if d := s.find(mismatched()); d != nil {
		return s.join(d, own)
	}
	if d := s.find(rowsOf(s.preset)); d != nil {
		return s.join(d, own)
	}
	if own != nil {
		return s.signed(own)
	}
	for _, rows := range [][]row{transport(), client()} {
		if d := s.find(rows); d != nil {
			return d
		}
	}
	if d := s.inProse().find(commonWords()); d != nil {
		return d
	}
	if d := s.find(specification()); d != nil {
		return d
	}
	if s.kind == flows.ProblemConfig { // nothing was answered: the problem says what is wanted, and no log knows more
		return nil
	}
	return s.unknown()
}

// inProse is the situation without the code: consent_required is no sentence about consent.
func (s *situation) inProse() *situation {
	prose := *s
	prose.words = s.prose
	return &prose
}

// find gives the diagnosis of the first row that fits.
func (s *situation) find(rows []row) *flows.Diagnosis {
	r := s.first(rows)
	if r == nil {
		return nil
	}
	return s.tell(r)
}

// first gives the first row that fits, and keeps the facts that its text holds.
func (s *situation) first(rows []row) *row {
	for i := range rows {
		facts, ok := rows[i].matches(s)
		if !ok {
			continue
		}
		for name, value := range facts {
			if value == "" {
				continue
			}
			s.facts[name] = value
			if name == "redirect_uri" {
				s.registers(value)
			}
		}
		return &rows[i]
	}
	return nil
}

// tell makes the diagnosis of a row.
func (s *situation) tell(r *row) *flows.Diagnosis {
	d := &flows.Diagnosis{ID: r.id, Causes: fillAll(r.causes, s.facts), Fixes: make([]flows.Fix, 0, len(r.fixes)), Ref: r.reference()}
	d.Summary, _ = fill(r.what, s.facts)
	for _, f := range r.fixes {
		if len(r.fixes) > 1 && s.facts[f.moot] != "" {
			continue
		}
		one := flows.Fix{}
		one.Text, _ = fill(f.text, s.facts)
		if value, complete := fillValue(f.value, s.facts); complete {
			one.Value = value
		}
		if one.Text != "" { // else it is for where a fact is known
			d.Fixes = append(d.Fixes, one)
		}
	}
	return s.signed(d)
}

// signed adds what was looked at and whose answer it is.
func (s *situation) signed(d *flows.Diagnosis) *flows.Diagnosis {
	if s.preset != nil && d.Provider == "" {
		d.Provider = s.preset.ID
	}
	for _, c := range s.checked {
		if !contains(d.Checked, c) {
			d.Checked = append(d.Checked, c)
		}
	}
	return d
}

// join adds to the provider's diagnosis what the engine found out by itself.
func (s *situation) join(d, own *flows.Diagnosis) *flows.Diagnosis {
	if own == nil {
		return d
	}
	d.Causes = append(d.Causes, own.Causes...)
	d.Fixes = append(d.Fixes, own.Fixes...)
	d.Checked = append(d.Checked, own.Checked...)
	return d
}

// unknown says what is known when no row fits.
func (s *situation) unknown() *flows.Diagnosis {
	what := "the answer"
	switch {
	case s.endpoint == AtAuthorize:
		what = "the login page"
	case s.endpoint == AtCallback:
		what = "the answer to the login"
	case s.endpoint != "":
		what = "the answer of the " + strings.ReplaceAll(string(s.endpoint), "_", " ") + " request"
	}
	d := &flows.Diagnosis{ID: "UNKNOWN", Causes: []string{}}
	switch {
	case s.code != "":
		d.Summary = fmt.Sprintf("%s is an error %q that is not in the list of known ones", what, s.facts["error"])
	case s.status >= 400:
		d.Summary = fmt.Sprintf("%s is HTTP %d %s and says no more that is known here", what, s.status, http.StatusText(s.status))
	default:
		d.Summary = what + " is not what was expected, and not one of the known failures"
	}
	if text := s.facts["description"]; text != "" {
		d.Fixes = append(d.Fixes, flows.Fix{Text: "go by the provider's own words", Value: text})
	}
	if uri := s.facts["error_uri"]; strings.HasPrefix(uri, "https://") {
		d.Fixes = append(d.Fixes, flows.Fix{Text: "read the provider's page about it", Value: uri})
	}
	log, _ := fill("look for the same moment in {at_log|the provider's log}: it usually says more than the answer", s.facts)
	d.Fixes = append(d.Fixes, flows.Fix{Text: log})
	if s.preset == nil && s.kind == "" { // of a run, the issuer has said it
		d.Fixes = append(d.Fixes, flows.Fix{Text: "name the provider, when it is one of the known ones", Value: "--provider NAME"})
	}
	return s.signed(d)
}
