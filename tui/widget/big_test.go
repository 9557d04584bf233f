package widget

import (
	"strings"
	"testing"
)

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
