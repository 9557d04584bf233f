package widget

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// However text is chopped, the pieces are those that the careful way gives.
func TestChop(t *testing.T) {
	for _, text := range []string{"", "a", "hello world", strings.Repeat("é long ", 40), "Ærø ÿ ł ʯ", "日本語のテキスト", "e\u0301e\u0301e\u0301", strings.Repeat("x", 100), "a\u00a0b\u00adc"} {
		for _, width := range []int{1, 2, 7, 80} {
			got := Chop(text, width)
			if want := strings.Split(ansi.Hardwrap(text, width, true), "\n"); !slices.Equal(got, want) {
				t.Errorf("%q in %d cells: %q, want %q", text, width, got, want)
			}
		}
	}
}
