package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/tui"
)

// recordOptions are the flags of the commands that show runs of a file: replay and import.
type recordOptions struct {
	output      outputOptions
	number      int
	export      string
	out         string
	showSecrets bool
	save        saveOptions
}

// register registers the flags. which names the one that chooses a run.
func (o *recordOptions) register(cmd *cobra.Command, which, what string) {
	o.output.register(cmd)
	o.save.register(cmd)
	f := cmd.Flags()
	f.Lookup("save").Usage = "save it to this `FILE`, for 'oidcscope replay'; its name may end in .har, .sh (curl) or .md\ninstead. Secrets are masked, unless --show-secrets"
	f.Lookup("force").Usage = "let --save and --out replace a file"
	f.IntVar(&o.number, which, 0, "only this `N` of several "+what)
	f.StringVar(&o.export, "export", "", "write it in another `FORMAT`: json, har, curl or markdown")
	f.StringVarP(&o.out, "out", "o", "", "write the export to this `FILE` instead of standard output")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "do not mask tokens, codes and secrets, as far as they are there")
}

func (o *recordOptions) check() error {
	if err := o.output.check(); err != nil {
		return err
	}
	switch {
	case o.export != "" && (o.output.plain || o.output.json):
		return usage("", "--export writes a format of its own: give it without --plain and --json")
	case o.export != "" && !slices.Contains(archive.Formats(), archive.Format(o.export)):
		return usage("", "--export: want json, har, curl or markdown, got %q", o.export)
	case o.out != "" && o.export == "":
		return usage("for example --export har", "--out: want --export too, which says in what format")
	}
	return o.save.check()
}

// records is what was read of a file.
type records struct {
	runs     []*archive.Run
	warnings []string
	note     string // what is shown
}

// openRecord opens the file of an argument; - is standard input.
func openRecord(sys *system, path string) (io.ReadCloser, string, error) {
	if path == "-" {
		return io.NopCloser(sys.stdin), "standard input", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", usage("", "%w", err)
	}
	return f, path, nil
}

// show gives the runs in the form that was asked for.
func (o *recordOptions) show(ctx context.Context, sys *system, common *shared, r records) error {
	notes := sys.notes(common.noColor)
	interactive := o.export == "" && o.save.path == "" && o.output.interactive(sys)
	if !interactive {
		for _, w := range r.warnings {
			notes.Warn(w)
		}
		if o.export == "" {
			notes.Note(r.note)
		}
	}
	runs := r.runs
	if o.number != 0 {
		if o.number < 0 || o.number > len(runs) {
			return usage("", "want a number from 1 to %d, got %d", len(runs), o.number)
		}
		runs = runs[o.number-1 : o.number]
	}
	if o.save.path != "" {
		if err := writeRuns(o.save.path, o.save.force, archive.FormatOf(o.save.path), runs, o.showSecrets); err != nil {
			return savingError(o.save.path, err)
		}
		if err := tellSaved(notes, o.save.path, o.showSecrets); err != nil {
			return err
		}
	}
	switch {
	case o.export != "":
		return o.write(sys, runs)
	case interactive:
		return openInterface(ctx, sys, common, tui.Options{Replay: runs, ReplayWarnings: r.warnings, Reveal: o.showSecrets})
	case o.output.json:
		if err := archive.Write(sys.stdout, runs, o.showSecrets); err != nil {
			return err
		}
	default:
		if err := o.print(sys, common, runs); err != nil {
			return err
		}
	}
	return verdict(runs)
}

// verdict is the exit code of what was shown: that of a failed login, when one of them failed.
func verdict(runs []*archive.Run) error {
	for _, r := range runs {
		if _, err := r.Outcome(); err != nil {
			return withCode(exitBad, nil)
		}
	}
	return nil
}

func (o *recordOptions) write(sys *system, runs []*archive.Run) error {
	if o.out == "" || o.out == "-" {
		return archive.Export(sys.stdout, archive.Format(o.export), runs, maker(), o.showSecrets)
	}
	err := writeRuns(o.out, o.save.force, archive.Format(o.export), runs, o.showSecrets)
	if err != nil {
		return usage("--force replaces a file", "--out: %w", err)
	}
	return nil
}

// print tells the runs as the commands that made them did.
func (o *recordOptions) print(sys *system, common *shared, runs []*archive.Run) error {
	out := sys.answer(common.noColor)
	for i, r := range runs {
		if len(runs) > 1 {
			if i > 0 {
				out.Note("")
			}
			out.Emphasis("", fmt.Sprintf("══ %d of %d", i+1, len(runs)))
		}
		run := out.Run(r.Flow(), o.showSecrets)
		for _, e := range r.Entries {
			if e.Event != nil {
				run.Event(e.Event)
			}
		}
		run.Tokens()
	}
	return out.Err()
}

// noRun explains a file in which there is no run.
func noRun(err error, hint string) error {
	if errors.Is(err, archive.ErrNone) {
		return usage(hint, "%w", err)
	}
	return err
}
