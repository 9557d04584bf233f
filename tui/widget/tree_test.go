package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/oidcscope/oidcscope/inspect"
)

func drawTree(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		lines := r.Draw(false)
		if len(lines) != r.Height {
			panic("a row's height is not what it draws")
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return b.String()
}

func TestTreeShowsEveryLiteralAsSent(t *testing.T) {
	theme := plainTheme()
	doc := inspect.ScanJSON(`{"a":1.50e3,"b":"x\u0041\u202e","a":true,"list":[1,{"c":null}],"empty":{}}`)
	tree := &Tree{Theme: theme}
	want := `{ ▾
  "a": 1.50e3,
  "b": "x\u0041\u202e",
  ! repeated: "a": true,
  "list": [ ▾
    1,
    { ▾
      "c": null
    }
  ],
  "empty": {}
}
`
	if got := drawTree(tree.Rows("payload", doc.Root, theme.Text, 40)); got != want {
		t.Errorf("drawn\n%s\nwant\n%s", got, want)
	}
	if v := tree.Node("payload.list[1].c"); v == nil || v.Raw != "null" {
		t.Errorf("the path of c leads to %+v", v)
	}
	if tree.Node("payload.a") == tree.Node("payload.a#2") || tree.Node("payload.a#2") == nil {
		t.Error("repeated names share a path")
	}
}

func TestTreeFoldsAndFilters(t *testing.T) {
	theme := plainTheme()
	doc := inspect.ScanJSON(`{"a":{"deep":{"Email":"x@y"}},"b":[1,2]}`)
	tree := &Tree{Theme: theme}
	list := doc.Root.Get("b")
	if !tree.Fold(list, true) || tree.Fold(list, true) {
		t.Error("folding once changes something, folding twice does not")
	}
	if got := drawTree(tree.Rows("p", doc.Root, theme.Text, 40)); !strings.Contains(got, `"b": [2 items] ▸`) {
		t.Errorf("not folded:\n%s", got)
	}
	tree.Filter = "email"
	got := drawTree(tree.Rows("p", doc.Root, theme.Text, 40))
	if !strings.Contains(got, "x@y") || strings.Contains(got, `"b"`) {
		t.Errorf("filtered by email:\n%s", got)
	}
}

func TestTreeWrapsLongValuesWithoutLoss(t *testing.T) {
	theme := plainTheme()
	long := strings.Repeat("é", 300)
	doc := inspect.ScanJSON(`{"name":"` + long + `","z":{"y":{"x":{"w":"` + long + `"}}}}`)
	for _, width := range []int{1, 5, 12, 30, 80} {
		tree := &Tree{Theme: theme}
		drawn := drawTree(tree.Rows("p", doc.Root, theme.Text, width))
		if n := strings.Count(drawn, "é"); n != 600 {
			t.Errorf("width %d: %d of 600 letters are drawn", width, n)
		}
		for _, l := range strings.Split(drawn, "\n") {
			if w := ansi.StringWidth(l); width >= 30 && w > width {
				t.Errorf("width %d: %d cells: %q", width, w, l)
			}
		}
	}
}
