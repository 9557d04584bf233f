package widget

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

func TestQR(t *testing.T) {
	const text = "http://127.0.0.1:41207/device?user_code=WDJB-MJHT"
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for _, inverted := range []bool{false, true} {
		lines, err := QR(text, 80, 40, inverted)
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

func TestQRTakesLessRoomBeforeItGivesUp(t *testing.T) {
	const text = "http://127.0.0.1:41207/device?user_code=WDJB-MJHT"
	roomy, err := QR(text, 200, 100, false)
	if err != nil {
		t.Fatal(err)
	}
	tight, err := QR(text, 200, len(roomy)-1, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(tight) >= len(roomy) {
		t.Errorf("got %d lines where %d had no room", len(tight), len(roomy))
	}
	if _, err := QR(text, 20, 10, false); err == nil || !strings.Contains(err.Error(), "there are 20 and 10") {
		t.Errorf("got %v, want an error that names the room there is", err)
	}
	if _, err := QR(strings.Repeat("x", 5000), 500, 500, false); err == nil {
		t.Error("5000 characters are more than a QR code holds")
	}
}

func TestBigText(t *testing.T) {
	half := BigText("1-A", 60, 4)
	want := []string{
		" ▄█          ▄▀▀▀▄",
		"  █    ▄▄▄  █▄▄▄█",
		"  █         █   █",
		" ▀▀▀        ▀   ▀",
	}
	for i := range want {
		if i < len(half) && strings.ReplaceAll(strings.TrimRight(half[i], " "), " ", "") != strings.ReplaceAll(want[i], " ", "") {
			t.Errorf("line %d is %q, want the marks of %q", i, half[i], want[i])
		}
	}
	if got := BigText("WDJB-MJHT", 120, 7); len(got) != 7 {
		t.Errorf("with room for it got %d lines, want 7", len(got))
	}
	if got := BigText("WDJB-MJHT", 60, 7); len(got) != 4 {
		t.Errorf("in 60 columns got %d lines, want 4", len(got))
	}
	for _, text := range []string{"", "wdjb", "ÄÖ", "WDJB_MJHT"} {
		if got := BigText(text, 200, 20); got != nil {
			t.Errorf("%q has no glyphs, got %q", text, got)
		}
	}
	if got := BigText("WDJB-MJHT", 40, 20); got != nil {
		t.Errorf("got %q in too little room", got)
	}
}

func TestGlyphsDiffer(t *testing.T) {
	seen := make(map[[glyphHeight]uint8]rune)
	for r, g := range glyphs {
		if g == [glyphHeight]uint8{} {
			continue
		}
		if other, ok := seen[g]; ok {
			t.Errorf("%c and %c look the same", rune(r), other)
		}
		seen[g] = rune(r)
	}
	for _, r := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-" {
		if glyphs[r] == [glyphHeight]uint8{} {
			t.Errorf("%q has no glyph", r)
		}
	}
}
