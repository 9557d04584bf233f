package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/inspect"
)

// diffOptions are the flags of diff.
type diffOptions struct {
	output   outputOptions
	exitCode bool
}

func newDiff(sys *system, common *shared) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two tokens, or two saved runs",
		Long: `Compares header and claims of two tokens, at any depth, and says whether the signature
is another one. Times are told as shifts. Each token is an argument, a file, or standard
input (-). Nothing is verified: oidcscope inspect does that.

Two files with saved runs (login --save) are compared step by step: what was sent, what
came, how long it took, what was found. What every run makes anew is no difference.

Exit code 0: they were compared; 1: they differ, with --exit-code; 2: one of them could
not be read.`,
		Example: `  oidcscope diff before.txt after.txt
  oidcscope login work --print access_token | oidcscope diff yesterday.txt -
  oidcscope diff good.json bad.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("usage: "+cmd.UseLine(), "want two tokens, or two saved runs, got %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error { return runDiff(ctx, sys, common, &o, args) })
		},
	}
	o.output.register(cmd)
	cmd.Flags().BoolVar(&o.exitCode, "exit-code", false, "exit code 1 when they differ")
	return cmd
}

func runDiff(ctx context.Context, sys *system, common *shared, o *diffOptions, args []string) error {
	if err := o.output.check(); err != nil {
		return err
	}
	if areRuns(args) {
		return diffRuns(sys, common, o, args)
	}
	if args[0] == "-" && args[1] == "-" {
		return usage("", "standard input can be one of the tokens, not both")
	}
	var reports [2]*inspect.Report
	for i, arg := range args {
		raw, err := readToken(ctx, sys, []string{arg})
		if err != nil {
			return err
		}
		r := inspect.Brief(inspect.Decode(raw), inspect.Verdict{}, inspect.Context{})
		if r.Token.Header == nil && r.Token.Payload == nil {
			reason := "it is " + string(r.Kind)
			if r.Error != nil {
				reason = r.Error.Message
			}
			return usage("", "the %s token can't be compared: %s", []string{"first", "second"}[i], reason)
		}
		reports[i] = r
	}
	a, b := reports[0], reports[1]
	d := inspect.Diff(a.Token, b.Token)
	var err error
	if o.output.json {
		answer := diffAnswer{Same: len(d.Changes) == 0, Before: side(a), After: side(b), Changes: d.Changes, More: d.More, Unchanged: d.Same}
		if answer.Changes == nil {
			answer.Changes = []inspect.Change{}
		}
		err = writeJSON(sys.stdout, answer)
	} else {
		out := sys.answer(common.noColor)
		out.Diff(plain.Title(a), plain.Title(b), d)
		err = out.Err()
	}
	if err == nil && o.exitCode && len(d.Changes) > 0 {
		err = withCode(exitBad, nil)
	}
	return err
}

// diffAnswer is the JSON of diff.
type diffAnswer struct {
	Same      bool             `json:"same"`
	Before    diffSide         `json:"before"`
	After     diffSide         `json:"after"`
	Changes   []inspect.Change `json:"changes"`
	More      int              `json:"more,omitempty"` // changes that are not listed
	Unchanged int              `json:"unchanged"`      // header parameters and claims with the same value in both
}

type diffSide struct {
	Kind inspect.Kind   `json:"kind"`
	Type string         `json:"type"`
	Size int            `json:"size"`
	Err  *inspect.Fault `json:"error,omitempty"`
}

func side(r *inspect.Report) diffSide { return diffSide{r.Kind, r.Type, r.Size, r.Error} }
