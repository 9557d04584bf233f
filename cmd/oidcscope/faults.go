package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// allFaults is the value of --fault that lists them.
const allFaults = "list"

// chooseFault gives the fault of --fault, nil for none, and takes the flow that shows it unless one was asked for.
func (o *demoOptions) chooseFault() (*practice.Fault, error) {
	if o.fault == "" || o.fault == allFaults {
		return nil, nil
	}
	fault, err := practice.FindFault(o.fault)
	if err != nil {
		return nil, usage("oidcscope demo --fault list tells them all", "--fault: %w", err)
	}
	if !o.flowGiven {
		o.run.flow = fault.Flow
	}
	return fault, nil
}

// faultRow is a fault in the answer of demo --fault list --json.
type faultRow struct {
	Name  string        `json:"name"`
	Title string        `json:"title"`
	Where practice.Area `json:"where"`
	Does  string        `json:"does"`
	Like  string        `json:"like"`
	See   string        `json:"see"`
	Flow  string        `json:"flow"`
	After string        `json:"after,omitempty"`
}

// listFaults prints all faults, by area.
func listFaults(sys *system, common *shared, asJSON bool) error {
	faults := practice.Faults()
	if asJSON {
		rows := make([]faultRow, len(faults))
		for i, f := range faults {
			rows[i] = faultRow{f.Name, f.Title, f.Where, f.Does, f.Like, f.See, f.Flow, f.After()}
		}
		return writeJSON(sys.stdout, rows)
	}
	out := sys.answer(common.noColor)
	out.Emphasis("Faults of the practice provider  ", fmt.Sprint(len(faults)))
	for from := 0; from < len(faults); {
		to := from
		var rows [][2]string
		for ; to < len(faults) && faults[to].Where == faults[from].Where; to++ {
			rows = append(rows, [2]string{faults[to].Name, faults[to].Title})
		}
		out.Table(string(faults[from].Where), rows)
		from = to
	}
	out.Note("")
	out.Note("oidcscope demo --fault NAME shows one.")
	return out.Err()
}

// runFault makes the login that a fault shows in, and what comes after it. What the provider does wrong is said first, on
// standard error: on standard output there is only what a client gets to see. ctx is that of the command, who.ctx that of
// the login.
func runFault(ctx context.Context, sys *system, common *shared, o *runOptions, f *practice.Fault, cfg flows.Config, who *helper, beside *background) error {
	notes := sys.notes(common.noColor)
	notes.Note("The practice provider misbehaves on purpose (" + f.Name + "): it " + f.Does + ".")
	notes.Note("As in real life: " + f.Like + ".")
	notes.Note("To be seen: " + f.See + ".")
	notes.Note("")
	who.stuck = true
	if cfg.UserTimeout == 0 {
		cfg.UserTimeout = 10 * time.Second // nobody sits here who needs longer
	}
	flow, err := o.build(cfg)
	if err != nil {
		return err
	}
	flow = entitled(flow, f)
	session, err := runOne(who.ctx, o.saved(newView(sys, common, o, flow), notes), flow, cfg, who.event, beside)
	if err != nil || f.After() != "refresh" || session == nil {
		return err
	}
	if o.print == "" && !o.output.json {
		sys.answer(common.noColor).Note("")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	flow = entitled(flows.Refresh(session), f)
	_, err = runOne(ctx, o.saved(newView(sys, common, o, flow), notes), flow, flows.Config{}, func(flows.Event) {}, &background{cancel: cancel})
	return errors.Join(err, notes.Err())
}

// entitled puts the fault's name behind the flow's title.
func entitled(flow flows.Flow, f *practice.Fault) flows.Flow {
	flow.Title += " · fault " + f.Name
	return flow
}
