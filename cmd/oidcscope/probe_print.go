package main

import (
	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows/probe"
)

// streams reports whether results are printed as they come.
func (o *probeOptions) streams() bool { return o.format == "" || o.format == "plain" }

// print gives the answer in the form that was asked for; the results of the plain form stand there already.
func (o *probeOptions) print(sys *system, out *plain.Printer, r *probe.Report) error {
	switch o.format {
	case "json":
		return writeJSON(sys.stdout, r.JSON())
	case "", "plain":
		out.ProbeEnd(r)
		return out.Err()
	}
	return writeReport(sys, o.format, r.Document(readBuild().Version))
}
