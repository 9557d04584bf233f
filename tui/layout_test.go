package tui

import (
	"testing"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		w, h    int
		warning int
		want    areas
	}{
		{0, 0, 0, areas{Small: true}},
		{-1, -1, 0, areas{Small: true}},
		{59, 60, 0, areas{Small: true, Body: ui.Rect{W: 59, H: 60}}},
		{200, 19, 0, areas{Small: true, Body: ui.Rect{W: 200, H: 19}}},
		{60, 20, 0, areas{Head: ui.Rect{W: 60, H: 1}, Tabs: ui.Rect{Y: 1, W: 60, H: 1}, Body: ui.Rect{Y: 2, W: 60, H: 17},
			Notice: ui.Rect{Y: 19, W: 60, H: 1}, Keys: ui.Rect{Y: 19, W: 60, H: 1}}},
		{60, 20, 1, areas{Head: ui.Rect{W: 60, H: 1}, Tabs: ui.Rect{Y: 1, W: 60, H: 1}, Body: ui.Rect{Y: 2, W: 60, H: 16},
			Notice: ui.Rect{Y: 18, W: 60, H: 1}, Keys: ui.Rect{Y: 19, W: 60, H: 1}}},
		{80, 24, 2, areas{Head: ui.Rect{W: 80, H: 1}, Tabs: ui.Rect{Y: 1, W: 80, H: 1}, Body: ui.Rect{Y: 2, W: 80, H: 19},
			Notice: ui.Rect{Y: 21, W: 80, H: 2}, Keys: ui.Rect{Y: 23, W: 80, H: 1}}},
		{80, 24, 0, areas{Head: ui.Rect{W: 80, H: 1}, Tabs: ui.Rect{Y: 1, W: 80, H: 1}, Body: ui.Rect{Y: 2, W: 80, H: 20},
			Notice: ui.Rect{Y: 22, W: 80, H: 1}, Keys: ui.Rect{Y: 23, W: 80, H: 1}}},
		{120, 36, 0, areas{Head: ui.Rect{W: 120, H: 1}, Tabs: ui.Rect{Y: 1, W: 120, H: 1}, Body: ui.Rect{Y: 2, W: 120, H: 32},
			Notice: ui.Rect{Y: 34, W: 120, H: 1}, Keys: ui.Rect{Y: 35, W: 120, H: 1}}},
		{200, 60, 0, areas{Head: ui.Rect{W: 200, H: 1}, Tabs: ui.Rect{Y: 1, W: 200, H: 1}, Body: ui.Rect{Y: 2, W: 200, H: 56},
			Notice: ui.Rect{Y: 58, W: 200, H: 1}, Keys: ui.Rect{Y: 59, W: 200, H: 1}}},
	} {
		if got := layout(c.w, c.h, c.warning); got != c.want {
			t.Errorf("layout(%d, %d, %v)\ngot  %+v\nwant %+v", c.w, c.h, c.warning, got, c.want)
		}
	}
}
