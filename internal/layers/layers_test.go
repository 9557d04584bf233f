package layers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/oidcscope/oidcscope"

// root of the repository, as seen from this package.
const root = "../.."

// source is one package of ours: every file that can be in a build on some platform, tests left out.
type source struct {
	path  string // below the module: "inspect/lint"
	files []*ast.File
}

// TestHouse checks the repository as it is.
func TestHouse(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := readPlan(string(page))
	if err != nil {
		t.Fatal(err)
	}
	sources := ours(t)
	if len(sources) < 10 {
		t.Fatalf("want all packages of the module, got %d", len(sources))
	}
	for _, v := range violations(plan, sources) {
		t.Error(v)
	}
}

// TestShippedBinaryHasNoTestingCode looks at everything that is linked in, libraries included.
func TestShippedBinaryHasNoTestingCode(t *testing.T) {
	out := goList(t, "-deps", "./cmd/oidcscope")
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, module+"/cmd/oidcscope") {
		t.Fatalf("the list of dependencies lacks the program itself: %q", deps)
	}
	for _, d := range deps {
		if isTestingCode(d) {
			t.Errorf("the binary links %s; shipped code never imports testing packages", d)
		}
	}
}

func goList(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = root
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, problems.String())
	}
	return out
}

// ours lists the module's packages with their syntax.
func ours(t *testing.T) []source {
	t.Helper()
	var sources []source
	list := json.NewDecoder(bytes.NewReader(goList(t, "-json=ImportPath,Dir,GoFiles,IgnoredGoFiles", "./...")))
	for list.More() {
		var p struct {
			ImportPath, Dir         string
			GoFiles, IgnoredGoFiles []string
		}
		if err := list.Decode(&p); err != nil {
			t.Fatal(err)
		}
		s := source{path: strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")}
		fset := token.NewFileSet()
		for _, name := range append(p.GoFiles, p.IgnoredGoFiles...) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			s.files = append(s.files, f)
		}
		sources = append(sources, s)
	}
	return sources
}

// violations says, in words an author can act on, where sources break the plan.
func violations(plan []row, sources []source) []string {
	var found []string
	for _, s := range sources {
		r, ok := find(plan, s.path)
		if !ok {
			found = append(found, fmt.Sprintf("%s is on no floor: give it a row in docs/architecture.md (a new folder is a decision: write an ADR)", s.path))
			continue
		}
		report := func(format string, args ...any) {
			found = append(found, s.path+": "+fmt.Sprintf(format, args...))
		}
		for _, f := range s.files {
			names := imports(f)
			for _, path := range names {
				checkImport(plan, r, s.path, path, report)
			}
			if r.floor != outside {
				checkSyntax(r, f, names, report)
			}
		}
	}
	return found
}

func checkImport(plan []row, r row, from, path string, report func(string, ...any)) {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case r.floor != outside && isTestingCode(path):
		report("imports %s; shipped code never imports testing packages", path)
	case slices.Contains(r.never, path):
		report("imports %s, which docs/architecture.md forbids here", path)
	case strings.HasPrefix(path, module+"/"):
		checkFloor(plan, r, from, strings.TrimPrefix(path, module+"/"), report)
	case strings.Contains(first, ".") && !slices.ContainsFunc(r.libraries, func(l string) bool { return matches(l, path) }):
		report("imports %s; its row in docs/architecture.md allows the libraries %q", path, r.libraries)
	}
}

func checkFloor(plan []row, r row, from, to string, report func(string, ...any)) {
	below, ok := find(plan, to)
	switch {
	case !ok: // reported once, for the package itself
	case r.floor == outside && below.floor != outside:
		report("imports %s; what lies outside the house looks at it from outside", to)
	case r.floor != outside && below.floor == outside:
		report("imports %s, which lies outside the house", to)
	case below.floor == r.floor && !sameFamily(from, to):
		report("imports %s, which lies on the same floor %d", to, r.floor)
	case below.floor > r.floor:
		report("imports %s of floor %d from floor %d", to, below.floor, r.floor)
	}
}

// sameFamily allows tui/home → tui/ui, and floor 0 packages to share what they are made of.
func sameFamily(from, to string) bool {
	a, _, _ := strings.Cut(from, "/")
	b, _, _ := strings.Cut(to, "/")
	return a == b
}

func isTestingCode(path string) bool {
	return path == "testing" || strings.HasPrefix(path, "testing/") || path == "net/http/httptest"
}

// imports maps the name a file uses for a package to its path.
func imports(f *ast.File) map[string]string {
	names := make(map[string]string)
	for _, spec := range f.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
			if name == "_" {
				name += path
			}
		}
		names[name] = path
	}
	return names
}
