package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/internal/file"
	"github.com/oidcscope/oidcscope/tui"
)

// saveOptions say where the runs of a command are kept: --save and --force.
type saveOptions struct {
	path  string
	force bool

	events  []flows.Event
	written bool // the file is ours, and may be written again when another run follows
}

func (o *saveOptions) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.path, "save", "", "save the run to this `FILE`, for 'oidcscope replay'; its name may end in .har, .sh (curl)\nor .md instead. Secrets are masked, unless --show-secrets")
	cmd.Flags().BoolVar(&o.force, "force", false, "let --save replace a file")
}

// check finds out before the run that its file can't be written.
func (o *saveOptions) check() error {
	if o.path == "" || o.written {
		return nil
	}
	if _, err := os.Stat(filepath.Dir(o.path)); err != nil {
		return usage("", "--save: %w", err)
	}
	if o.force {
		return nil
	}
	return savingError(o.path, file.Absent(o.path))
}

// savingError says what is wrong with the name of a file.
func savingError(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return usage("--force replaces it", "--save: %s is there already", path)
	default:
		return usage("", "--save: %w", err)
	}
}

// keep remembers an event for the file.
func (o *saveOptions) keep(e flows.Event) {
	if o.path != "" {
		o.events = append(o.events, e)
	}
}

// write writes what there is: also of a run that failed or was interrupted.
func (o *saveOptions) write(notes *plain.Printer, reveal bool) error {
	if o.path == "" || len(o.events) == 0 {
		return nil
	}
	if err := writeRuns(o.path, o.force || o.written, archive.FormatOf(o.path), archive.Of(o.events), reveal); err != nil {
		return savingError(o.path, err)
	}
	o.written = true
	return told(tellSaved(notes, o.path, reveal))
}

// writeRuns writes runs to a file in a format.
func writeRuns(path string, replace bool, format archive.Format, runs []*archive.Run, reveal bool) error {
	return file.Write(path, replace, func(w io.Writer) error { return archive.Export(w, format, runs, maker(), reveal) })
}

// maker names this program in what it writes.
func maker() string { return "oidcscope " + readBuild().Version }

func tellSaved(notes *plain.Printer, path string, reveal bool) error {
	if reveal {
		notes.Warn(fmt.Sprintf("%s holds secrets (--show-secrets): whoever has it can use them while they last", path))
	} else {
		notes.Note("saved to " + path + ", secrets masked")
	}
	if ext := strings.ToLower(filepath.Ext(path)); archive.FormatOf(path) == archive.JSON && ext != ".json" && ext != ".jsonl" {
		notes.Note("its form is that of oidcscope's own runs, JSON lines; a name that ends in .har, .sh or .md asks for another")
	}
	return notes.Err()
}

// open opens the terminal interface, and keeps the runs that are made in it.
func (o *runOptions) open(ctx context.Context, sys *system, common *shared, options tui.Options) error {
	options.Record = o.save.keep
	err := openInterface(ctx, sys, common, options)
	return o.save.after(err, sys.notes(common.noColor), o.showSecrets)
}

// after writes the file behind a run that ended with an error or without: its exit code is what counts.
func (o *saveOptions) after(err error, notes *plain.Printer, reveal bool) error {
	failed := o.write(notes, reveal)
	if err == nil || failed == nil {
		return errors.Join(err, failed)
	}
	notes.Error(failed.Error())
	return err
}

// saving is a view whose run is kept as well.
type saving struct {
	view
	to     *saveOptions
	notes  *plain.Printer
	reveal bool
}

// saved adds to a view that its run is kept, when that was asked for.
func (o *runOptions) saved(v view, notes *plain.Printer) view {
	if o.save.path == "" {
		return v
	}
	return saving{v, &o.save, notes, o.showSecrets}
}

func (v saving) event(e flows.Event) {
	v.to.keep(e)
	v.view.event(e)
}

func (v saving) end(session *flows.Session, err error) error {
	return v.to.after(v.view.end(session, err), v.notes, v.reveal)
}
