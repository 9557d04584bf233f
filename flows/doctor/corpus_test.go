package doctor

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// judgedAt is when the recorded documents are judged, so that certificates have the age they had when the table was read.
var judgedAt = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// TestCorpus compares the findings on every recorded document and key set, no more and no fewer, with the table in testdata, which
// was read against the specifications line by line. OIDCSCOPE_UPDATE=1 writes it anew; then read it again.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	var got []string
	for _, kind := range []string{"discovery", "jwks"} {
		files, err := filepath.Glob(filepath.Join(dir, kind, "*"))
		if err != nil || len(files) < 5 {
			t.Fatalf("%d files of %s, %v", len(files), kind, err)
		}
		for _, file := range files {
			if filepath.Base(file) == "SOURCES.jsonl" {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg := Config{Now: func() time.Time { return judgedAt }}
			if kind == "discovery" {
				cfg.Document = data
			} else {
				cfg.KeySet = data
			}
			report, err := Run(context.Background(), cfg, func(Event) {})
			if err != nil {
				t.Fatal(err)
			}
			name := kind + "/" + filepath.Base(file)
			if kind == "discovery" {
				got = append(got, fmt.Sprintf("%s profile %s", name, report.Profile))
			}
			for _, f := range findings(report) {
				got = append(got, fmt.Sprintf("%s %s %s %s", name, f.ID, f.Severity, f.At))
			}
		}
	}
	table := filepath.Join("testdata", "corpus.txt")
	if os.Getenv("OIDCSCOPE_UPDATE") != "" {
		if err := os.WriteFile(table, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := lines(t, table)
	for _, l := range got {
		if !slices.Contains(want, l) {
			t.Errorf("not in the table: %s", l)
		}
	}
	for _, l := range want {
		if !slices.Contains(got, l) {
			t.Errorf("not found: %s", l)
		}
	}
}

func findings(r *Report) []rule.Finding {
	var all []rule.Finding
	for _, o := range r.Outcomes {
		all = append(all, o.Findings...)
	}
	return all
}

func lines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for s := bufio.NewScanner(f); s.Scan(); {
		all = append(all, s.Text())
	}
	return all
}
