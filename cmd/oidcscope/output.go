package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui"
)

// outputOptions say in which form an answer is given.
type outputOptions struct {
	plain, json bool
}

func (o *outputOptions) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.plain, "plain", false, "text instead of the terminal interface")
	cmd.Flags().BoolVar(&o.json, "json", false, "JSON, for programs")
}

func (o *outputOptions) check() error {
	if o.plain && o.json {
		return usage("give one of them", "--plain and --json exclude each other")
	}
	return nil
}

// interactive reports whether the terminal interface is to be opened.
func (o *outputOptions) interactive(sys *system) bool {
	return !o.plain && !o.json && sys.interactive()
}

// openInterface opens the terminal interface as configured, and prints what it leaves to say.
func openInterface(ctx context.Context, sys *system, common *shared, o tui.Options) error {
	settings, err := config.Load(sys.getenv)
	if err != nil {
		return &failure{code: exitUsage, err: err}
	}
	o.Profiles = interfaceProfiles(sys, settings)
	k := &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
	if o.Sessions.List == nil {
		o.Sessions = interfaceSessions(sys, k)
	}
	o.Registrations, o.Probes = interfaceRegistrations(sys, k), interfaceProbes(sys, k.knows())
	o.Theme, o.Mouse, o.ReducedMotion = settings.Theme, settings.Mouse, settings.ReducedMotion
	o.NoColor = !sys.colour(common.noColor)
	o.Version = readBuild().Version
	summary, err := tui.Run(ctx, o)
	out := sys.answer(common.noColor)
	for _, line := range summary.Lines {
		out.Note(line)
	}
	if err == nil && summary.Interrupted {
		err = withCode(exitInterrupted, nil)
	}
	switch err = errors.Join(err, out.Err()); {
	case err != nil:
		return err
	case summary.Interrupted:
		return withCode(exitInterrupted, nil)
	case !summary.OK:
		return withCode(exitBad, nil)
	}
	return nil
}

// environment lets flags be set by environment variables: OIDCSCOPE_ and the flag's name. A flag on the command line wins.
func environment(sys *system, cmd *cobra.Command, flags ...string) {
	variable := func(flag string) string { return "OIDCSCOPE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }
	for _, name := range flags {
		f := cmd.Flags().Lookup(name)
		f.Usage += " (env " + variable(name) + ")"
	}
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		for _, name := range flags {
			value, ok := sys.lookupEnv(variable(name))
			if !ok || value == "" || cmd.Flags().Changed(name) {
				continue
			}
			if err := cmd.Flags().Set(name, value); err != nil {
				return usage("", "%s: %w", variable(name), err)
			}
		}
		return nil
	}
}

// writeJSON writes one JSON value and a line break. Characters that a terminal would act on, or not show, are written as
// \u escapes: the value is the same, and printing it is safe.
func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	return writeJSONLine(w, bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// writeJSONLine is writeJSON for a value that is JSON already.
func writeJSONLine(w io.Writer, line []byte) error {
	out := make([]byte, 0, len(line)+1)
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if r < utf8.RuneSelf && r != 0x7f || r != utf8.RuneError && unicode.IsPrint(r) {
			out = append(out, line[i:i+n]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		i += n
	}
	_, err := w.Write(append(out, '\n'))
	return err
}
