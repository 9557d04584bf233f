package main

import (
	"bufio"
	"bytes"
	"os"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/compare"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// areRuns reports whether both arguments are files that hold saved runs: JSON lines of events.
func areRuns(args []string) bool {
	for _, path := range args {
		f, err := os.Open(path)
		if err != nil {
			return false
		}
		head, _ := bufio.NewReader(f).Peek(len(`{"event":`))
		f.Close()
		if !bytes.Equal(head, []byte(`{"event":`)) {
			return false
		}
	}
	return true
}

// diffRuns compares the last runs of two files.
func diffRuns(sys *system, common *shared, o *diffOptions, paths []string) error {
	var sides [2][]flows.Event
	for i, path := range paths {
		events, err := lastRun(sys, common, path)
		if err != nil {
			return err
		}
		sides[i] = events
	}
	c := compare.Runs(sides[0], sides[1])
	scrub := func(text string) string {
		for _, events := range sides {
			text = events[len(events)-1].Common().Scrub(text)
		}
		return text
	}
	var err error
	if o.output.json {
		err = writeJSON(sys.stdout, comparisonJSON(c, scrub))
	} else {
		out := sys.answer(common.noColor)
		out.Comparison(paths[0], paths[1], c, scrub)
		err = out.Err()
	}
	if err == nil && o.exitCode && c.Differ > 0 {
		err = withCode(exitBad, nil)
	}
	return err
}

func lastRun(sys *system, common *shared, path string) ([]flows.Event, error) {
	f, source, err := openRecord(sys, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	saved, err := archive.Read(f, source)
	if err != nil {
		return nil, usage("", "%s: %w", path, err)
	}
	for _, w := range saved.Warnings {
		sys.notes(common.noColor).Warn(path + ": " + w)
	}
	var events []flows.Event
	if n := len(saved.Runs); n > 0 {
		for _, entry := range saved.Runs[n-1].Entries {
			if entry.Event != nil {
				events = append(events, entry.Event)
			}
		}
	}
	if len(events) == 0 {
		return nil, usage("", "%s: want a saved run, found no event that is known here", path)
	}
	return events, nil
}

// runsAnswer is the JSON of diff for two runs: the comparison, with times in milliseconds and secrets redacted.
type runsAnswer struct {
	Same     bool           `json:"same"`
	First    runSide        `json:"first"`
	Second   runSide        `json:"second"`
	Outcomes compare.Change `json:"outcomes"`
	Steps    []stepAnswer   `json:"steps"`
}

type runSide struct {
	compare.Side
	Duration float64 `json:"duration_ms"`
}

type stepAnswer struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Change   compare.Change     `json:"change"`
	Outcome  [2]string          `json:"outcome"`
	Said     [2]string          `json:"said"`
	Took     [2]float64         `json:"took_ms"`
	Requests []requestAnswer    `json:"requests,omitempty"`
	Findings []differenceAnswer `json:"findings,omitempty"`
	Values   []differenceAnswer `json:"values,omitempty"`
}

type requestAnswer struct {
	Purpose   string             `json:"purpose"`
	Change    compare.Change     `json:"change"`
	Exchanges [2]int             `json:"exchanges"`
	Status    [2]int             `json:"status"`
	Took      [2]float64         `json:"took_ms"`
	Sent      []differenceAnswer `json:"sent,omitempty"`
	Answer    []differenceAnswer `json:"answer,omitempty"`
}

type differenceAnswer struct {
	Name   string         `json:"name"`
	Change compare.Change `json:"change"`
	Before any            `json:"before,omitempty"`
	After  any            `json:"after,omitempty"`
}

func comparisonJSON(c compare.Comparison, scrub func(string) string) runsAnswer {
	answer := runsAnswer{Same: c.Differ == 0 && c.Outcomes == compare.Same, Outcomes: c.Outcomes,
		First: runSide{c.First, ms(c.First.Duration)}, Second: runSide{c.Second, ms(c.Second.Duration)}}
	for _, s := range c.Steps {
		step := stepAnswer{ID: s.ID, Title: s.Title, Change: s.Change, Outcome: s.Outcome, Said: [2]string{scrub(s.Said[0]), scrub(s.Said[1])},
			Took: [2]float64{ms(s.Took[0]), ms(s.Took[1])}, Findings: differencesJSON(s.Findings, scrub), Values: differencesJSON(s.Values, scrub)}
		for _, r := range s.Requests {
			step.Requests = append(step.Requests, requestAnswer{r.Purpose, r.Change, r.ID, r.Status, [2]float64{ms(r.Took[0]), ms(r.Took[1])},
				differencesJSON(r.Sent, scrub), differencesJSON(r.Answer, scrub)})
		}
		answer.Steps = append(answer.Steps, step)
	}
	return answer
}

func differencesJSON(all []compare.Difference, scrub func(string) string) []differenceAnswer {
	var out []differenceAnswer
	for _, d := range all {
		one := differenceAnswer{Name: d.Name, Change: d.Change}
		for _, side := range []struct {
			text string
			into *any
		}{{d.Before, &one.Before}, {d.After, &one.After}} {
			switch {
			case side.text == "":
			case d.Secret:
				*side.into = secret.Redact(side.text)
			default:
				*side.into = scrub(side.text)
			}
		}
		out = append(out, one)
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
