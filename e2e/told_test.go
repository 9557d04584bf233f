//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// told is what a run says of itself in JSON.
type told struct {
	notes    []string // of the steps that are done, "token: came: access_token, …"
	findings []string // warnings and errors, of the run and of its tokens
	verified []string // tokens whose signature holds, "id_token RS256"
	diagnosis,
	got string // of the step that failed last
	ok     bool
	status int
}

// run runs a command as the events of --json tell it, and has the person go wherever it sends them.
func (p *person) run(t *testing.T, env []string, args ...string) told {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append(args, "--json", "--no-browser")...)
	cmd.Env = append(os.Environ(), cleanEnv(t, append(env, "OIDCSCOPE_LOGIN_TIMEOUT=20s")...)...)
	cmd.Stderr = t.Output()
	events, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var r told
	var printed strings.Builder
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !p.take(t, &r, lines.Bytes()) {
			fmt.Fprintln(&printed, lines.Text())
		}
	}
	cmd.Wait()
	r.status = cmd.ProcessState.ExitCode()
	signs := slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--jar") }) // what it signs is its own, and shown
	if secret := compactToken.FindString(printed.String()); secret != "" && !signs {
		t.Errorf("the events show a token: %s", secret)
	}
	return r
}

// take reads one event, and reports whether it sends the person somewhere: only such an address may hold a token, as a hint or as the
// request itself.
func (p *person) take(t *testing.T, r *told, line []byte) (sent bool) {
	t.Helper()
	type finding struct{ Slug, Severity, Message string }
	var e struct {
		finding
		Event, Step, Note, Which, URL, Got string
		Complete                           string `json:"verification_uri_complete"`
		OK                                 bool
		Diagnosis                          struct{ ID string }
		Inspection                         struct {
			Signature struct{ Status, Alg string }
			Findings  []finding
		}
	}
	if err := json.Unmarshal(line, &e); err != nil {
		t.Fatalf("want one JSON object a line, got %v in %q", err, line)
	}
	for _, f := range append(e.Inspection.Findings, e.finding) {
		if f.Severity == "warn" || f.Severity == "error" {
			r.findings = append(r.findings, f.Slug+": "+f.Message)
		}
	}
	switch e.Event {
	case "need_user":
		address := e.URL + e.Complete
		if address == "" { // the person is asked on another device (CIBA)
			break
		}
		if err := p.visit(t.Context(), address); err != nil {
			t.Error(err)
		}
		return true
	case "step_done":
		r.notes = append(r.notes, e.Step+": "+e.Note)
	case "token":
		if e.Inspection.Signature.Status == "verified" {
			r.verified = append(r.verified, e.Which+" "+e.Inspection.Signature.Alg)
		}
	case "step_failed":
		r.diagnosis, r.got = e.Diagnosis.ID, e.Got
	case "done":
		r.ok = e.OK
	}
	return false
}

// tells wants a good end, each of the texts in a note or among the tokens that are verified, and nothing to complain of.
func (r told) tells(t *testing.T, texts ...string) {
	t.Helper()
	if r.status != 0 || !r.ok || len(r.findings) > 0 {
		t.Errorf("want a good end, got status %d, %q %s; findings %q", r.status, r.got, r.diagnosis, r.findings)
	}
	all := strings.Join(append(r.notes, r.verified...), "\n")
	for _, want := range texts {
		if !strings.Contains(all, want) {
			t.Errorf("want %q in\n%s", want, all)
		}
	}
}
