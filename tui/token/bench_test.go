package token

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// frame is how long Bubble Tea takes between two frames, 60 a second: a key that is answered within it does not lag.
const frame = time.Second / 60

// megabytes are tokens of a megabyte, each heavy in another way.
func megabytes() map[string]string {
	var list, claims strings.Builder
	list.WriteString(`{"iss":"x","list":[`)
	claims.WriteString(`{"iss":"x"`)
	for i := range 40_000 {
		fmt.Fprintf(&list, `"item %d",`, i)
	}
	for i := range 20_000 {
		fmt.Fprintf(&claims, `,"claim %d":"value of the claim %d"`, i, i)
	}
	list.WriteString(`1],"text":"` + strings.Repeat("é long ", 60_000) + `"}`)
	claims.WriteString(`}`)
	return map[string]string{
		"list":   mint(testHeader, list.String()),
		"claims": mint(testHeader, claims.String()),
		"text":   mint(testHeader, `{"iss":"x","text":"`+strings.Repeat("a long text, ", 60_000)+`"}`),
		"opaque": strings.Repeat("0123456789abcdef", 1<<16),
	}
}

// heavy is a screen of 200 × 60 cells that shows a token.
func heavy(t testing.TB, raw string) *bench {
	b := newBench(termenv.TrueColor, ui.Dark, issued)
	b.SetSize(200, 60)
	b.open(ui.TokenOpened{Raw: raw, Keys: keySet(t, signKey)})
	return b
}

// presses are what people do with a token, each from the state that the one before it leaves.
var presses = [][]string{
	{"down"}, {"pgdown"}, {"tab"}, {"G"}, {"g"}, {"t"}, {"J"}, {"down"}, {"G"}, {"left"}, {"J"}, {"pgdown"}, {"G"}, {"esc"},
	{"/"}, {"v"}, {"a"}, {"l"}, {"enter"}, {"n"}, {"N"}, {"esc"}, {"enter"}, {"G"}, {"esc"},
	{"v"}, {"right"}, {"c"}, {"G"}, {"u"}, {"esc"},
}

// A token of a megabyte must answer keys at once. The bound is several frames, for slow machines with other work, and far below what
// quadratic work takes; BenchmarkKeys measures.
func TestBigTokenDoesNotLag(t *testing.T) {
	for name, raw := range megabytes() {
		if len(raw) < 1_000_000 {
			t.Fatalf("%s has %d bytes, the test wants a megabyte", name, len(raw))
		}
		b := heavy(t, raw)
		for _, keys := range presses {
			begin := time.Now()
			b.press(keys...)
			b.View()
			took := time.Since(begin)
			b.settle()
			if took > 60*frame {
				t.Errorf("%s: %v took %v", name, keys, took)
			} else if took > frame {
				t.Logf("%s: %v took %v, longer than a frame", name, keys, took)
			}
		}
	}
}

func BenchmarkView(b *testing.B) {
	small := newBench(termenv.TrueColor, ui.Dark, issued)
	small.SetSize(200, 60)
	small.login(session(b, issued, mint(testHeader, idPayload(issued, "")), opaque))
	screens := map[string]*bench{"small": small}
	for name, raw := range megabytes() {
		screens[name] = heavy(b, raw)
	}
	for name, s := range screens {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.View()
			}
		})
	}
}

// BenchmarkKeys measures a key and the frame after it at 200 × 60.
func BenchmarkKeys(b *testing.B) {
	for name, raw := range megabytes() {
		for _, keys := range [][]string{{"down", "up"}, {"t", "t"}, {"J", "J", "J"}, {"v", "esc"}} {
			s := heavy(b, raw)
			b.Run(fmt.Sprintf("%s/%s", name, strings.Join(keys, "+")), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					s.press(keys[i%len(keys)])
					s.View()
					s.later = nil
				}
			})
		}
	}
}
