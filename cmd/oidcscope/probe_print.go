package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows/probe"
)

// streams reports whether results are printed as they come.
func (o *probeOptions) streams() bool { return o.format == "" || o.format == "plain" }

// loginNumber counts the visits of the browser.
func loginNumber(n int, plan probe.Plan) string {
	return fmt.Sprintf("Browser, visit %d of at most %d: ", n, plan.Visits+plan.IfOpen)
}

// sortTyped tells what is typed while the browser is out: a word about the visit, or an address that is pasted.
func sortTyped(ctx context.Context, typed <-chan string, pasted chan<- string, say chan<- probe.Word) {
	for {
		var text string
		var open bool
		select {
		case <-ctx.Done():
			return
		case text, open = <-typed:
		}
		if !open {
			close(pasted)
			return
		}
		words := map[string]probe.Word{"s": probe.Skip, "skip": probe.Skip, "e": probe.SawError, "error": probe.SawError}
		if word, ok := words[strings.ToLower(text)]; ok {
			select {
			case say <- word:
			case <-ctx.Done():
			}
			continue
		}
		select {
		case pasted <- text:
		case <-ctx.Done():
		}
	}
}

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
