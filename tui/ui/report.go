package ui

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/report"
)

// Reports writes a report in the forms that people and programs take, Markdown and JSON first. json is the form of the output contract.
// Names begin with kind and the host of the provider.
func Reports(kind, issuer string, at time.Time, doc *report.Report, contract any) []Write {
	host := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, strings.ToLower(ProviderName(issuer)))
	if host == "" {
		host = "documents"
	}
	name := "oidcscope-" + kind + "-" + host + at.UTC().Format("-20060102-150405")
	var all []Write
	for _, form := range []struct {
		what, extension string
		write           func(io.Writer) error
	}{
		{"Markdown", ".md", func(w io.Writer) error { return report.Markdown(w, doc) }},
		{"JSON", ".json", func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(contract)
		}},
		{"SARIF", ".sarif", func(w io.Writer) error { return report.SARIF(w, doc) }},
		{"JUnit", ".xml", func(w io.Writer) error { return report.JUnit(w, doc) }},
	} {
		var b bytes.Buffer
		if form.write(&b) == nil {
			all = append(all, Write{What: form.what, Name: name + form.extension, Data: b.Bytes()})
		}
	}
	return all
}
