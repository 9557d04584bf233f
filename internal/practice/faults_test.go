package practice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/diagnose"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// seenRun is what a run through the real engine showed.
type seenRun struct {
	session *flows.Session
	err     error
	failed  []flows.StepFailed
	found   []string // ids of findings about the run and about its tokens
	items   []inspect.Item
}

// runFault makes the login of a fault over loopback, with the person's part played by the provider's helper, and what comes
// after the login.
func runFault(t *testing.T, name, flowID, after string) seenRun {
	t.Helper()
	p := start(t, practice.Options{Fault: name, DeviceInterval: time.Second})
	cfg, err := p.Config("")
	if err != nil {
		t.Fatal(err)
	}
	// What a person is given time for, a test need not wait for.
	cfg.Diagnose = diagnose.Problem
	cfg.UserTimeout = limited(cfg.UserTimeout, 2*time.Second)
	cfg.Transport.Timeout = limited(cfg.Transport.Timeout, time.Second)
	flow := flows.AuthorizationCode(cfg)
	if flowID == "device" {
		flow = flows.DeviceCode(cfg)
	}
	var r seenRun
	r.run(t, p, flow, cfg)
	if after == "refresh" && r.err == nil {
		if r.session.Tokens.Refresh.IsZero() {
			t.Fatal("a refresh token wanted before the fault shows")
		}
		r.run(t, p, flows.Refresh(r.session), flows.Config{})
	}
	return r
}

func (r *seenRun) run(t *testing.T, p *practice.Provider, flow flows.Flow, cfg flows.Config) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	helped := make(chan struct{}, 10)
	r.session, r.err = flows.Run(ctx, flow, cfg, func(e flows.Event) {
		switch e := e.(type) {
		case flows.NeedUser:
			go func() { // that a fault stops the person too is part of the game
				defer func() { helped <- struct{}{} }()
				if e.Kind == flows.NeedDevice {
					_ = p.ApproveDevice(ctx, e.UserCode)
				} else {
					_, _ = p.LogIn(ctx, e.URL)
				}
			}()
		case flows.StepFailed:
			r.failed = append(r.failed, e)
		case flows.Found:
			r.found = append(r.found, e.ID)
		case flows.Received:
			if e.Report != nil {
				for _, f := range e.Report.Findings {
					r.found = append(r.found, f.ID)
				}
				r.items = append(r.items, e.Report.Checklist...)
			}
		}
	})
	cancel()
}

// examine gives the ids of the provider checks that find something, without a login.
func examine(t *testing.T, fault string) []string {
	t.Helper()
	p := start(t, practice.Options{Fault: fault})
	report, err := doctor.Run(t.Context(), doctor.Config{Issuer: p.Issuer(), Transport: flows.Transport{Timeout: time.Second}}, func(doctor.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, o := range report.Outcomes {
		if o.Result == rule.Found {
			found = append(found, o.ID)
		}
	}
	return found
}

// TestFaults runs every fault through the real engine and compares what it leads to with what it says.
func TestFaults(t *testing.T) {
	for _, f := range practice.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := runFault(t, f.Name, f.Flow, f.After())
			want := f.Leads
			if (r.err == nil) != want.OK {
				t.Errorf("the login ends well: want %v, got error %v", want.OK, r.err)
			}
			for _, id := range want.Findings {
				if !slices.Contains(r.found, id) {
					t.Errorf("finding %s wanted, got %v", id, r.found)
				}
			}
			if want.Item != "" && !slices.ContainsFunc(r.items, func(i inspect.Item) bool {
				return i.Result == inspect.ItemFail && i.Subject == want.Item
			}) {
				t.Errorf("a failed item about %s wanted, got %+v", want.Item, r.items)
			}
			if want.Doctor != "" {
				if found := examine(t, f.Name); !slices.Contains(found, want.Doctor) {
					t.Errorf("the provider check %s was to find it, got %v", want.Doctor, found)
				}
			}
			if want.Step == "" {
				if len(r.failed) > 0 {
					t.Errorf("no step was to fail, got %+v", r.failed)
				}
				return
			}
			i := slices.IndexFunc(r.failed, func(e flows.StepFailed) bool { return e.Step == want.Step })
			if i < 0 {
				t.Fatalf("step %s was to fail, got %+v", want.Step, r.failed)
			}
			problem := &r.failed[i].Problem
			if problem.Kind != want.Kind {
				t.Errorf("problem of kind %s wanted, got %s: %v", want.Kind, problem.Kind, problem)
			}
			if want.Failure != "" && (problem.Failure == nil || problem.Failure.Kind != want.Failure) {
				t.Errorf("transport failure %s wanted, got %+v", want.Failure, problem.Failure)
			}
			if want.Code != "" && (problem.OAuth == nil || problem.OAuth.Code != want.Code) {
				t.Errorf("error %s wanted, got %+v", want.Code, problem.OAuth)
			}
			if d := problem.Diagnosis; d == nil || d.ID != want.Diagnosis {
				t.Errorf("diagnosis %q wanted, got %+v", want.Diagnosis, d)
			}
		})
	}
}

// TestNoFault makes sure that what faults lead to does not happen without them.
func TestNoFault(t *testing.T) {
	t.Parallel()
	leads, healthy := map[string]bool{}, examine(t, "")
	for _, f := range practice.Faults() {
		if slices.Contains(healthy, f.Leads.Doctor) {
			t.Errorf("%s: %s is found without a fault", f.Name, f.Leads.Doctor)
		}
		for _, id := range f.Leads.Findings {
			leads[id] = true
		}
	}
	for _, flow := range []string{"pkce", "device"} {
		r := runFault(t, "", flow, "refresh")
		if r.err != nil {
			t.Errorf("%s: %v", flow, r.err)
		}
		for _, id := range r.found {
			if leads[id] {
				t.Errorf("%s: %s was found without a fault", flow, id)
			}
		}
		for _, i := range r.items {
			if i.Result == inspect.ItemFail {
				t.Errorf("%s: %+v failed without a fault", flow, i)
			}
		}
	}
}

// TestFaultsAreTold makes sure that no fault is without the words that explain it.
func TestFaultsAreTold(t *testing.T) {
	names := map[string]bool{}
	for _, f := range practice.Faults() {
		if names[f.Name] {
			t.Errorf("two faults are called %s", f.Name)
		}
		names[f.Name] = true
		for what, text := range map[string]string{"Title": f.Title, "Where": string(f.Where), "Does": f.Does, "Like": f.Like, "See": f.See, "Flow": f.Flow} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", f.Name, what)
			}
		}
		if !f.Leads.OK && (f.Leads.Step == "" || f.Leads.Kind == "") {
			t.Errorf("%s fails nowhere: %+v", f.Name, f.Leads)
		}
	}
	if len(names) < 40 {
		t.Errorf("at least 40 faults wanted, got %d", len(names))
	}
}

func TestFindFault(t *testing.T) {
	if f, err := practice.FindFault("id-expired"); err != nil || f.Name != "id-expired" {
		t.Errorf("got %+v, %v", f, err)
	}
	for name, want := range map[string]string{"expired": "id-expired", "zebra": "want one of the"} {
		if _, err := practice.FindFault(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error with %q wanted, got %v", name, want, err)
		}
	}
	if _, err := practice.Start(t.Context(), practice.Options{Fault: "zebra"}); err == nil {
		t.Error("a provider started with a fault that does not exist")
	}
}

// limited shortens a limit that is set; 0 stands for a default.
func limited(d, most time.Duration) time.Duration {
	if d == 0 {
		return 0
	}
	return min(d, most)
}
