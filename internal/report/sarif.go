package report

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
)

type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string      `json:"id"`
		Name             string      `json:"name"`
		ShortDescription sarifText   `json:"shortDescription"`
		FullDescription  sarifText   `json:"fullDescription"`
		Help             sarifText   `json:"help"`
		Default          sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Kind      string          `json:"kind"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// SARIF writes the report as SARIF 2.1.0 (OASIS): a result for each finding, and one for each check that found nothing, with the kind
// that says why.
func SARIF(w io.Writer, r *Report) error {
	run := sarifRun{Results: []sarifResult{}, Tool: sarifTool{Driver: sarifDriver{Name: "oidcscope", Version: r.Version,
		InformationURI: "https://github.com/oidcscope/oidcscope", Rules: []sarifRule{}}}}
	index := map[string]int{}
	for _, res := range r.Results {
		if _, there := index[res.ID]; there {
			continue
		}
		c := r.check(res.ID)
		index[res.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: c.ID, Name: orElse(c.Slug, res.Slug), ShortDescription: sarifText{orElse(c.Title, res.Slug)},
			FullDescription: sarifText{orElse(c.Why, c.Title)}, Help: sarifText{strings.TrimSpace(c.Fix + " " + rule.JoinRefs(c.Refs))}, Default: sarifConfig{level(c.Severity)}})
	}
	for _, res := range r.Results {
		run.Results = append(run.Results, r.sarifResults(&res, index[res.ID])...)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func (r *Report) sarifResults(res *Result, index int) []sarifResult {
	one := func(kind, level, message, at string) sarifResult {
		location := sarifLocation{Physical: sarifPhysical{sarifArtifact{artifact(r.Target)}}}
		if where := joined(res.In, at); where != "" {
			location.Logical = []sarifLogical{{clean(where)}}
		}
		return sarifResult{RuleID: res.ID, RuleIndex: index, Kind: kind, Level: level, Message: sarifText{clean(message)}, Locations: []sarifLocation{location}}
	}
	switch res.Result {
	case rule.Pass:
		return []sarifResult{one("pass", "none", orElse(r.check(res.ID).Title, "passed"), "")}
	case rule.NotApplicable:
		return []sarifResult{one("notApplicable", "none", joined("not applicable", res.Reason), "")}
	case rule.NotReached:
		return []sarifResult{one("open", "none", joined("not reached", res.Reason), "")}
	case rule.Inconclusive: // for a person to decide (SARIF 2.1.0 3.27.9)
		return []sarifResult{one("review", "none", joined("inconclusive", res.Reason), "")}
	}
	var all []sarifResult
	for _, f := range res.Findings {
		all = append(all, one("fail", level(f.Severity), joined(f.Message, res.Remark), f.At))
	}
	return all
}

func level(s rule.Severity) string {
	switch s {
	case rule.Error:
		return "error"
	case rule.Warn:
		return "warning"
	default:
		return "note"
	}
}

// artifact makes a URI reference of what was checked: an address as it is, a file name escaped.
func artifact(target string) string {
	if u, err := url.Parse(target); err == nil && u.Scheme != "" && u.Host != "" {
		return u.Redacted()
	}
	return (&url.URL{Path: strings.ReplaceAll(target, `\`, "/")}).String()
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
