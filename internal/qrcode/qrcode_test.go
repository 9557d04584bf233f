package qrcode

import (
	"strings"
	"testing"

	"rsc.io/qr"
)

// modules reads half blocks back: true is ink.
func modules(lines []string) [][]bool {
	var grid [][]bool
	for _, line := range lines {
		var top, bottom []bool
		for _, r := range line {
			top = append(top, r == '█' || r == '▀')
			bottom = append(bottom, r == '█' || r == '▄')
		}
		grid = append(grid, top, bottom)
	}
	return grid
}

func TestLines(t *testing.T) {
	const text = "http://127.0.0.1:41207/device?user_code=WDJB-MJHT"
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for _, inverted := range []bool{false, true} {
		lines, err := Lines(text, 80, 40, inverted)
		if err != nil {
			t.Fatal(err)
		}
		grid := modules(lines)
		side := code.Size + 2*quietZone
		if len(lines) != (side+1)/2 || len(grid[0]) != side {
			t.Fatalf("got %d lines of %d cells, want %d of %d", len(lines), len(grid[0]), (side+1)/2, side)
		}
		for y := range side {
			for x := range side {
				if want := code.Black(x-quietZone, y-quietZone) != inverted; grid[y][x] != want {
					t.Fatalf("inverted %v: module %d, %d is %v, want %v", inverted, x, y, grid[y][x], want)
				}
			}
		}
	}
}

func TestLinesTakeLessRoomBeforeItGivesUp(t *testing.T) {
	const text = "http://127.0.0.1:41207/device?user_code=WDJB-MJHT"
	roomy, err := Lines(text, 200, 100, false)
	if err != nil {
		t.Fatal(err)
	}
	tight, err := Lines(text, 200, len(roomy)-1, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(tight) >= len(roomy) {
		t.Errorf("got %d lines where %d had no room", len(tight), len(roomy))
	}
	if _, err := Lines(text, 20, 10, false); err == nil || !strings.Contains(err.Error(), "there are 20 and 10") {
		t.Errorf("got %v, want an error that names the room there is", err)
	}
	if _, err := Lines(strings.Repeat("x", 5000), 500, 500, false); err == nil {
		t.Error("5000 characters are more than a QR code holds")
	}
}
