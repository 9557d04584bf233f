package wire

import (
	"testing"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestLayout(t *testing.T) {
	for size, beside := range map[[2]int]bool{{0, 0}: false, {60, 16}: false, {80, 20}: false, {109, 40}: false, {110, 20}: true, {200, 56}: true} {
		s := newBench(termenv.Ascii, ui.Dark)
		s.w, s.h = size[0], size[1]
		s.filter.Open()
		a := s.areas()
		if (a.details.X > 0) != beside {
			t.Errorf("%v: details at %+v", size, a.details)
		}
		if beside && (a.list.X+a.list.W > a.details.X || a.details.X+a.details.W != size[0]) || !beside && a.list.Y+a.list.H > a.details.Y {
			t.Errorf("%v: list %+v, details %+v", size, a.list, a.details)
		}
		if size[1] > 0 && (a.filter.H != 1 || a.filter.Y != size[1]-1) {
			t.Errorf("%v: filter %+v", size, a.filter)
		}
	}
}
