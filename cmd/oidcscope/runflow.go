package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/internal/config"
)

// runOptions are the flags of every command that runs a flow.
type runOptions struct {
	output      outputOptions
	flow        string
	flows       []string // that can be chosen
	print       string
	noBrowser   bool
	step        bool
	breaks      []string   // ids of steps
	beside      flows.Flow // what runs before or after the flow; a breakpoint may be there too
	showSecrets bool
	save        saveOptions
}

// register registers the flags, with the flows that the command can run.
func (o *runOptions) register(cmd *cobra.Command, flows ...string) {
	o.flows = flows
	o.output.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.flow, "flow", "pkce", "`FLOW` to run: "+strings.Join(flows, ", "))
	f.StringVar(&o.print, "print", "", "print only this `FIELD`: id_token, access_token, refresh_token, another member of the\ntoken response, or a claim such as id_token.claims.sub")
	f.BoolVar(&o.noBrowser, "no-browser", false, "print the address instead of opening the browser")
	f.BoolVar(&o.step, "step", false, "hold every request until it is released; it can be changed, sent again, left out (needs a terminal)")
	f.StringArrayVar(&o.breaks, "break", nil, "hold the requests and answers of this `STEP`, such as token (repeatable; in the\ninterface also b and B; needs a terminal)")
	f.BoolVar(&o.showSecrets, "show-secrets", false, "do not mask tokens, codes and secrets")
	o.save.register(cmd)
}

func (o *runOptions) check() error {
	if err := o.output.check(); err != nil {
		return err
	}
	if !slices.Contains(o.flows, o.flow) {
		hint := ""
		if near := config.Nearest(o.flow, o.flows); near != "" {
			hint = "did you mean --flow " + near + "?"
		}
		return usage(hint, "--flow: want %s, got %q", oneOf(o.flows), o.flow)
	}
	if o.print != "" {
		if o.output.plain || o.output.json {
			return usage("", "--print prints one value: give it without --plain and --json")
		}
		if err := checkField(o.print); err != nil {
			return err
		}
	}
	return o.save.check()
}

// interactive reports whether the flow runs in the terminal interface.
func (o *runOptions) interactive(sys *system) bool {
	return o.print == "" && o.output.interactive(sys)
}

func (o *runOptions) build(cfg flows.Config) (flows.Flow, error) {
	login, err := flows.FindLogin(o.flow)
	if err != nil {
		return flows.Flow{}, usage("", "--flow: %w", err)
	}
	return login.Make(cfg), nil
}

// loginIDs are the flows that a login can be.
func loginIDs() []string {
	var ids []string
	for _, l := range flows.Logins() {
		ids = append(ids, l.ID)
	}
	return ids
}

// oneOf lists words: "pkce or device".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// runFlow runs a flow and prints it in the form that was asked for. who is told each event after it was printed, from the
// engine's goroutine; what it starts in the background has ended when runFlow returns.
func runFlow(ctx context.Context, sys *system, common *shared, o *runOptions, cfg flows.Config, who func(flows.Event), beside *background) error {
	flow, err := o.build(cfg)
	if err != nil {
		return err
	}
	_, err = runOne(ctx, o.saved(newView(sys, common, o, flow), sys.notes(common.noColor)), flow, cfg, who, beside)
	return err
}

// runOne is runFlow for any flow, and gives the session too.
func runOne(ctx context.Context, view view, flow flows.Flow, cfg flows.Config, who func(flows.Event), beside *background) (*flows.Session, error) {
	cfg.Diagnose = diagnose.Problem
	session, err := flows.Run(ctx, flow, cfg, func(e flows.Event) {
		view.event(e)
		who(e)
	})
	var own *failure
	if cause := context.Cause(ctx); err != nil && cause != nil && (errors.As(cause, &own) || !errors.Is(cause, context.Canceled)) {
		err = cause // why the run was cancelled says more than that it was
	}
	beside.cancel(nil)
	beside.wait.Wait()
	return session, view.end(session, err)
}

// view prints a run.
type view interface {
	event(flows.Event)
	// end prints what is left when the run is over, and gives what the command returns.
	end(*flows.Session, error) error
}

func newView(sys *system, common *shared, o *runOptions, f flows.Flow) view {
	notes := sys.notes(common.noColor)
	switch {
	case o.print != "":
		return &valueView{out: sys.stdout, notes: notes, field: o.print, run: notes.Run(f, o.showSecrets)}
	case o.output.json:
		return &jsonView{out: sys.stdout, reveal: o.showSecrets}
	default:
		out := sys.answer(common.noColor)
		return &plainView{out: out, run: out.Run(f, o.showSecrets)}
	}
}

// loginFirst is the view of a login that another run follows: it tells how the login goes, and leaves the answer to the other.
type loginFirst struct{ view }

func (v loginFirst) end(_ *flows.Session, err error) error { return told(err) }

// plainView tells the run as text.
type plainView struct {
	out *plain.Printer
	run *plain.Run
}

func (v *plainView) event(e flows.Event) { v.run.Event(e) }

func (v *plainView) end(session *flows.Session, err error) error {
	if session != nil {
		v.run.Tokens()
	}
	return told(errors.Join(err, v.out.Err()))
}

// jsonView writes one event a line.
type jsonView struct {
	out    io.Writer
	reveal bool
	err    error
}

func (v *jsonView) event(e flows.Event) {
	line, err := flows.EncodeEvent(e, v.reveal)
	if err == nil && v.err == nil {
		err = writeJSONLine(v.out, line)
	}
	v.err = errors.Join(v.err, err)
}

func (v *jsonView) end(_ *flows.Session, err error) error {
	if v.err != nil {
		return v.err
	}
	return told(err)
}

// valueView prints one value at the end. What goes wrong, and only that, is told on standard error.
type valueView struct {
	out   io.Writer
	notes *plain.Printer
	field string
	run   *plain.Run
}

func (v *valueView) event(e flows.Event) {
	switch e := e.(type) {
	case flows.RunStarted:
		for _, w := range e.Warnings {
			v.notes.Warn(w)
		}
	case flows.StepFailed:
		v.run.Event(e)
	}
}

func (v *valueView) end(session *flows.Session, err error) error {
	if err != nil {
		return told(err)
	}
	value, err := fieldOf(session, v.field)
	if err != nil {
		return err
	}
	_, err = io.WriteString(v.out, value+"\n")
	return err
}

// told keeps the exit code of a problem that the view has explained already, and drops its words.
func told(err error) error {
	var problem *flows.Problem
	if errors.As(err, &problem) {
		return withCode(problemCode(problem), nil)
	}
	return err
}

// background runs work beside the engine and waits for it.
type background struct {
	wait   sync.WaitGroup
	cancel context.CancelCauseFunc
}

// do runs work; its failure ends the run, because nobody else will come.
func (b *background) do(work func() error) {
	b.wait.Go(func() {
		if err := work(); err != nil {
			b.cancel(err)
		}
	})
}
