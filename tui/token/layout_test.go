package token

import (
	"testing"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestLayout(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {60, 16}, {80, 20}, {99, 30}, {100, 20}, {120, 32}, {159, 60}, {160, 45}, {200, 56}, {200, 3}} {
		for _, filtering := range []bool{false, true} {
			a := layout(size[0], size[1], filtering)
			all := []ui.Rect{a.tabs, a.raw, a.summary, a.filter, a.left, a.right, a.details}
			for i, r := range all {
				if r.W < 0 || r.H < 0 || r.X+r.W > size[0] || r.Y+r.H > size[1] {
					t.Errorf("%v: %+v lies outside", size, r)
				}
				for _, o := range all[i+1:] {
					if r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H {
						t.Errorf("%v: %+v and %+v overlap", size, r, o)
					}
				}
			}
			if a.stacked != (size[0] < twoColumns) || a.stacked && a.right.W > 0 {
				t.Errorf("%v: stacked is %v with %+v at the right", size, a.stacked, a.right)
			}
			if size[1] >= 16 && (a.left.H < 7 || filtering && a.filter.H != 1) {
				t.Errorf("%v: %d lines for the claims, %d for the filter", size, a.left.H, a.filter.H)
			}
		}
	}
}
