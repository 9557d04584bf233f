package layers

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

const madeUpPage = `# A house
` + header + `
|---|---|---|---|
| 2 | ` + "`cmd/x`" + ` | | |
| 1 | ` + "`tui/...`" + ` | ` + "`example.com/tea/...`" + ` | |
| 1 | ` + "`engine`" + ` | | ` + "`os`, `time.Now`" + ` |
| 0 | ` + "`internal/a`, `internal/b`" + ` | ` + "`example.com/jwx`" + ` | |
| – | ` + "`e2e/...`" + ` | | |

more text | with a bar
`

// TestMadeUpViolations is the test of the test: each way to break the house is caught, and good code is not.
func TestMadeUpViolations(t *testing.T) {
	big := "var m = map[int]int{" + manyEntries(bigMap+1) + "}"
	for _, c := range []struct {
		name, path, code, want string // want: a part of the only message; empty for none
	}{
		{"downwards", "engine", `import _ "MOD/internal/a"`, ""},
		{"upwards", "internal/a", `import _ "MOD/engine"`, "engine of floor 1 from floor 0"},
		{"sideways", "engine", `import _ "MOD/tui/ui"`, "same floor 1"},
		{"inside one family", "tui/home", `import _ "MOD/tui/ui"`, ""},
		{"the program's outside", "cmd/x", `import _ "MOD/e2e/tmux"`, "outside the house"},
		{"looking in from outside", "e2e", `import _ "MOD/engine"`, "looks at it from outside"},
		{"no floor", "attic", ``, "on no floor"},
		{"allowed library", "tui/home", `import _ "example.com/tea/v2"`, ""},
		{"library of another floor", "engine", `import _ "example.com/tea/v2"`, "example.com/tea/v2"},
		{"longer name than the allowed one", "internal/a", `import _ "example.com/jwx2"`, "example.com/jwx2"},
		{"forbidden standard package", "engine", `import _ "os"`, "forbids"},
		{"testing", "engine", `import _ "testing/fstest"`, "never imports testing"},
		{"testing outside", "e2e", `import _ "testing"`, ""},
		{"clock", "engine", "import \"time\"\nvar f = time.Now", "uses time.Now"},
		{"clock by another name", "engine", "import clock \"time\"\nfunc g() { clock.Now() }", "uses time.Now"},
		{"a type of package time", "engine", "import \"time\"\nvar z time.Time", ""},
		{"clock where it is allowed", "tui", "import \"time\"\nvar f = time.Now", ""},
		{"init", "engine", `func init() {}`, "func init"},
		{"method called init", "engine", "type T int\nfunc (T) init() {}", ""},
		{"regexp at start", "engine", "import \"regexp\"\nvar re = regexp.MustCompile(`x`)", "regular expression at start"},
		{"regexp on demand", "engine", "import \"regexp\"\nvar re = func() *regexp.Regexp { return regexp.MustCompile(`x`) }", ""},
		{"big map at start", "engine", big, "map of 101 entries"},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, err := readPlan(madeUpPage)
			if err != nil {
				t.Fatal(err)
			}
			code := "package p\n" + strings.ReplaceAll(c.code, "MOD", module)
			f, err := parser.ParseFile(token.NewFileSet(), "p.go", code, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			got := violations(plan, []source{{path: c.path, files: []*ast.File{f}}})
			switch {
			case c.want == "" && len(got) > 0:
				t.Errorf("want no violation, got %q", got)
			case c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)):
				t.Errorf("want one violation with %q, got %q", c.want, got)
			}
		})
	}
}

func TestPlanRefusesABrokenTable(t *testing.T) {
	for _, page := range []string{
		"no table here",
		header + "\n|---|---|---|---|\n\n",
		header + "\n|---|---|---|---|\n| x | `a` | | |\n",
		header + "\n|---|---|---|---|\n| 1 | `a` |\n",
	} {
		if plan, err := readPlan(page); err == nil {
			t.Errorf("want an error for %q, got %v", page, plan)
		}
	}
}

func manyEntries(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d: %d,", i, i)
	}
	return b.String()
}
