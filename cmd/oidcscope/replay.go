package main

import (
	"bufio"
	"context"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/har"
)

func newReplay(sys *system, common *shared) *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "replay FILE",
		Short: "Open a saved run, offline",
		Long: `Shows a run that was saved with --save, as it was shown when it was made: the steps,
every request and answer, the tokens, and why it failed if it did. Nothing is sent.

With --export the run is written in another format: an HTTP archive (har), a shell script
of curl commands (curl), or a report for an issue tracker (markdown).

A file need not be whole, nor from this version: what can't be read is told, and the rest
is shown. FILE is - for standard input.

Exit code 0: the run ended well; 1: it failed; 2: usage, or no saved run.`,
		Example: `  oidcscope login https://idp.example --client-id my-app --save run.json
  oidcscope replay run.json
  oidcscope replay run.json --plain
  oidcscope replay run.json --export markdown -o issue.md`,
		Args: exactlyOne("one saved run, or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error { return runReplay(ctx, sys, common, &o, args[0]) })
		},
	}
	o.register(cmd, "run", "runs in the file")
	return cmd
}

func runReplay(ctx context.Context, sys *system, common *shared, o *recordOptions, path string) error {
	if err := o.check(); err != nil {
		return err
	}
	f, source, err := openRecord(sys, path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	head, _ := in.Peek(4 << 10)
	saved, err := archive.Read(in, source)
	if err != nil {
		hint := ""
		if har.Looks(head) {
			hint = "this looks like an HTTP archive: oidcscope import har " + path
		}
		return noRun(err, hint)
	}
	return o.show(ctx, sys, common, records{saved.Runs, saved.Warnings,
		"Replayed from " + source + ": nothing is sent, and what was checked was checked when the run was made."})
}
