package widget

import (
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/tui/ui"
)

func ladderOf(steps ...LadderStep) *Ladder {
	return &Ladder{Lanes: [3]string{"you", "oidcscope", "provider"}, Steps: steps, Selected: -1, Frame: -1}
}

func TestLadderRow(t *testing.T) {
	for _, c := range []struct {
		name string
		step LadderStep
		want string
	}{
		{"pending", LadderStep{Label: "keys", From: 1, To: 2}, "  1 ·    │            ├╌ keys ╌╌╌╌╌╌╌╌╌╌▶│"},
		{"done", LadderStep{Label: "keys", From: 1, To: 2, State: StepDone, Took: 8 * time.Millisecond}, "  1 ✓    │            ├─ keys ──────────▶│       8 ms"},
		{"fast", LadderStep{Label: "keys", From: 1, To: 2, State: StepDone, Took: time.Microsecond}, "  1 ✓    │            ├─ keys ──────────▶│      <1 ms"},
		{"leftwards", LadderStep{Label: "open", From: 1, To: 0, State: StepDone}, "  1 ✓    │◀─ open ────┤                  │"},
		{"across", LadderStep{Label: "log in", From: 0, To: 2, State: StepRunning}, "  1 ▸    ├━ log in ━━━━━━━━━━━━━━━━━━━━━▶│"},
		{"inside", LadderStep{Label: "check", From: 1, To: 1, State: StepDone}, "  1 ✓    │            ● check            │"},
		{"inside, to come", LadderStep{Label: "check", From: 1, To: 1}, "  1 ·    │            ○ check            │"},
		{"held", LadderStep{Label: "keys", From: 1, To: 2, State: StepHeld, Breakpoint: "◆"}, "  1 ‖◆   │            ├╌ keys ╌╌╌╌╌╌╌╌╌╌▶│"},
		{"failed before it arrives", LadderStep{Label: "keys", From: 1, To: 2, State: StepFailed}, "  1 ✗    │            ├─ keys ──────────✗│"},
		{"skipped", LadderStep{Label: "keys", From: 1, To: 2, State: StepSkipped}, "  1 –    │            ├╌ keys ╌╌╌╌╌╌╌╌╌╌▶│"},
		{"edited", LadderStep{Label: "keys", From: 1, To: 2, State: StepDone, Edited: true}, "  1 ✓    │            ├─ ✎ keys ────────▶│"},
		{"slow", LadderStep{Label: "keys", From: 1, To: 2, State: StepDone, Took: 2*time.Minute + 44*time.Second}, "  1 ✓    │            ├─ keys ──────────▶│      02:44"},
		{"marked", LadderStep{Label: "keys", From: 1, To: 2, State: StepDone, Took: time.Second, Mark: "uses"}, "  1 ✓    │            ├─ keys ──────────▶│     ◂ uses"},
		{"long label", LadderStep{Label: "a label that is much too long", From: 1, To: 2, State: StepDone}, "  1 ✓    │       ├ a label that is muc… ▶│"},
		{"lane out of range", LadderStep{Label: "x", From: -3, To: 9, State: StepDone}, "  1 ✓    ├─ x ──────────────────────────▶│"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ladderOf(c.step).Row(plainTheme(), 53, 0)
			if ui.Width(got) != 53 {
				t.Errorf("%d cells, want 53", ui.Width(got))
			}
			if strings.TrimRight(got, " ") != c.want {
				t.Errorf("\ngot  %q\nwant %q", strings.TrimRight(got, " "), c.want)
			}
		})
	}
}

func TestLadderHasTitlesWhereThereIsRoom(t *testing.T) {
	l := ladderOf(LadderStep{Title: "Fetch the signing keys", Label: "keys", From: 1, To: 2})
	if row := l.Row(plainTheme(), 53, 0); strings.Contains(row, "Fetch") {
		t.Errorf("no room for titles in %q", row)
	}
	for _, w := range []int{LadderMin, 60, 90, 110, 200} {
		header, row, gap := l.Header(plainTheme(), w), l.Row(plainTheme(), w, 0), l.Gap(plainTheme(), w)
		if w >= 110 && !strings.Contains(row, "Fetch the signing keys") {
			t.Errorf("want the title in %q", row)
		}
		lifeline := strings.Index(gap, "│")
		if i := strings.Index(row, "│"); ui.Width(row[:i]) != ui.Width(gap[:lifeline]) {
			t.Errorf("at %d the lifelines of row and gap differ:\n%s\n%s", w, row, gap)
		}
		if !strings.Contains(header, "provider") || ui.Width(header) > w {
			t.Errorf("header of %d cells at %d: %q", ui.Width(header), w, header)
		}
	}
}

func TestLadderHeadMoves(t *testing.T) {
	l := ladderOf(LadderStep{Label: "x", From: 2, To: 1, State: StepRunning})
	seen := make(map[string]bool)
	for l.Frame = range 8 {
		seen[l.Row(plainTheme(), 53, 0)] = true
	}
	if len(seen) != 8 {
		t.Errorf("8 frames give %d pictures", len(seen))
	}
}

func TestStepper(t *testing.T) {
	var steps []LadderStep
	for range 9 {
		steps = append(steps, LadderStep{Title: "A step", State: StepDone, Took: time.Second})
	}
	s := Stepper{Steps: steps, Selected: 6, Frame: -1}
	columns, rows := s.Columns(80, 5), s.Rows(80, 5)
	if columns != 2 || rows != 5 {
		t.Fatalf("got %d columns of %d, want 2 of 5", columns, rows)
	}
	if line := s.Line(plainTheme(), 80, rows, columns, 1); !strings.Contains(line, " 2 ✓") || !strings.Contains(line, "▸ 7 ✓") {
		t.Errorf("second line is %q", line)
	}
	for _, c := range []struct{ x, y, want int }{{0, 0, 0}, {79, 0, 5}, {45, 3, 8}, {45, 4, -1}, {3, 4, 4}, {-1, 0, -1}, {0, 5, -1}} {
		if got := s.At(80, rows, columns, c.x, c.y); got != c.want {
			t.Errorf("at %d, %d is step %d, want %d", c.x, c.y, got, c.want)
		}
	}
	if got := s.Columns(60, 5); got != 1 {
		t.Errorf("60 cells hold %d columns, want 1", got)
	}
}
