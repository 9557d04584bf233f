package layers

import (
	"fmt"
	"strconv"
	"strings"
)

// outside is the floor of what is no part of the program: end-to-end tests and tools.
const outside = -1

// row of the floors table.
type row struct {
	floor     int
	packages  []string // "tui/..." stands for tui and all below it
	libraries []string // import paths outside the standard library, "..." as above
	never     []string // import paths ("net/http") and names ("time.Now")
}

const header = "| floor | packages | libraries | never |"

// readPlan reads the floors table of docs/architecture.md: a number (or – for outside), and lists of names in backticks.
func readPlan(page string) ([]row, error) {
	_, table, ok := strings.Cut(page, header)
	if !ok {
		return nil, fmt.Errorf("the page has no table that begins with %q", header)
	}
	var plan []row
	lines := strings.Split(strings.TrimLeft(table, "\n"), "\n")
	for _, line := range lines[1:] { // after the rule
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 4 {
			return nil, fmt.Errorf("want four cells, got %q", line)
		}
		r := row{floor: outside, packages: quoted(cells[1]), libraries: quoted(cells[2]), never: quoted(cells[3])}
		if first := strings.TrimSpace(cells[0]); first != "–" {
			n, err := strconv.Atoi(first)
			if err != nil {
				return nil, fmt.Errorf("want a floor or – in the first cell, got %q", line)
			}
			r.floor = n
		}
		plan = append(plan, r)
	}
	if len(plan) == 0 {
		return nil, fmt.Errorf("the floors table is empty")
	}
	return plan, nil
}

func quoted(cell string) []string {
	var names []string
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			names = append(names, part)
		}
	}
	return names
}

// find gives the row of a package; the longest pattern wins, so that inspect/lint is not inspect/... .
func find(plan []row, path string) (row, bool) {
	best, length, ok := row{}, -1, false
	for _, r := range plan {
		for _, p := range r.packages {
			if matches(p, path) && len(p) > length {
				best, length, ok = r, len(p), true
			}
		}
	}
	return best, ok
}

func matches(pattern, path string) bool {
	prefix, tree := strings.CutSuffix(pattern, "/...")
	return path == prefix || tree && strings.HasPrefix(path, prefix+"/")
}
