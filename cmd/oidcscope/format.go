package main

import (
	"bytes"
	"io"
	"slices"
	"strings"

	outcomes "github.com/oidcscope/oidcscope/internal/report"
)

// Commands that check something give their answer in one of several forms: text, JSON, or what build servers, code hosts and tickets
// take.

// formats are the values of --format.
var formats = []string{"plain", "json", "markdown", "sarif", "junit"}

// checkFormat makes --json the format that it means, and refuses contradictions.
func checkFormat(format *string, o *outputOptions) error {
	switch {
	case *format == "" && o.json:
		*format = "json"
	case *format == "":
	case o.plain || o.json:
		return usage("give one of them", "--format excludes --plain and --json")
	case !slices.Contains(formats, *format):
		return usage("", "--format: want one of %s, got %q", strings.Join(formats, ", "), *format)
	}
	return nil
}

// writeReport writes a report as Markdown, SARIF or JUnit.
func writeReport(sys *system, format string, r *outcomes.Report) error {
	write := outcomes.Markdown
	switch format {
	case "sarif":
		write = outcomes.SARIF
	case "junit":
		write = outcomes.JUnit
	}
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		return err
	}
	_, err := io.Copy(sys.stdout, &b)
	return err
}
