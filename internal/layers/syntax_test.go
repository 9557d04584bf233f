package layers

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// bigMap is how many entries a map built at every start may have.
const bigMap = 100

// checkSyntax looks inside a file of the house: names its row forbids, and work done at every start of the process.
func checkSyntax(r row, f *ast.File, names map[string]string, report func(string, ...any)) {
	ast.Inspect(f, func(n ast.Node) bool {
		if name := qualified(n, names); name != "" && slices.Contains(r.never, name) {
			report("uses %s, which docs/architecture.md forbids here", name)
		}
		return true
	})
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" {
				report("has func init; work at start is paid by every command, use sync.OnceValue")
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				checkStart(d, names, report)
			}
		}
	}
}

// checkStart looks at what a package variable costs at start. A function literal costs nothing until it is called.
func checkStart(d *ast.GenDecl, names map[string]string, report func(string, ...any)) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			name := qualified(n.Fun, names)
			if strings.HasPrefix(name, "regexp.MustCompile") || strings.HasPrefix(name, "regexp.Compile") {
				report("compiles a regular expression at start; use sync.OnceValue")
			}
		case *ast.CompositeLit:
			if _, isMap := n.Type.(*ast.MapType); isMap && len(n.Elts) > bigMap {
				report("builds a map of %d entries at start; use sync.OnceValue", len(n.Elts))
			}
		}
		return true
	})
}

// qualified gives "time.Now" for the selector of an imported package, by its import path, whatever its local name is.
func qualified(n ast.Node, names map[string]string) string {
	sel, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := sel.X.(*ast.Ident); ok && names[x.Name] != "" {
		return names[x.Name] + "." + sel.Sel.Name
	}
	return ""
}
