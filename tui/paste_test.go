package tui

import (
	"strings"
	"testing"
	"time"
)

// However input is cut into reads, pastes are taken out whole, and keys are left as they were.
func TestPastesAreTakenOutOfInput(t *testing.T) {
	for _, c := range []struct{ name, input, keys, first string }{
		{"between keys", "ab\x1b[200~hello world\x1b[201~cd", "ab\x1b[200~1\x1b[201~cd", "hello world"},
		{"with escape sequences in it", "\x1b[200~\x1b[31m\x1b[200~x\x1b[201~", "\x1b[200~1\x1b[201~", "\x1b[31m\x1b[200~x"},
		{"like a number", "\x1b[200~7\x1b[201~", "\x1b[200~1\x1b[201~", "7"},
		{"empty", "\x1b[200~\x1b[201~", "\x1b[200~1\x1b[201~", ""},
		{"not UTF-8", "\x1b[200~a\xffb\x1b[201~", "\x1b[200~1\x1b[201~", "ab"},
		{"keys alone", "\x1b[A\x1b[2~\x1bx\x1b", "\x1b[A\x1b[2~\x1bx\x1b", ""},
		{"end alone", "a\x1b[201~b", "a\x1b[201~b", ""},
	} {
		for size := 1; size <= len(c.input); size++ {
			var p pastes
			var keys strings.Builder
			for rest := c.input; rest != ""; {
				n := min(size, len(rest))
				keys.Write(p.filter([]byte(rest[:n]), n < len(rest)))
				rest = rest[n:]
			}
			if keys.String() != c.keys {
				t.Errorf("%s in pieces of %d: keys %q, want %q", c.name, size, keys.String(), c.keys)
			}
			if got := p.take("1"); strings.Contains(c.keys, "~1\x1b") && got != c.first {
				t.Errorf("%s in pieces of %d: paste %q, want %q", c.name, size, got, c.first)
			}
			if got := p.take("1"); got != "1" {
				t.Errorf("%s: the paste can be taken twice: %q", c.name, got)
			}
		}
	}
}

// An escape key that was pressed is there at once, not when the next key comes.
func TestPastesHoldNoKeyBack(t *testing.T) {
	for _, key := range []string{"\x1b", "\x1b[", "a"} {
		var p pastes
		if got := string(p.filter([]byte(key), false)); got != key {
			t.Errorf("%q: %q", key, got)
		}
	}
}

// A paste of a megabyte takes no longer than its bytes.
func TestPasteIsLinear(t *testing.T) {
	var p pastes
	begin, out := time.Now(), 0
	out += len(p.filter([]byte(pasteStart), true))
	piece := []byte(strings.Repeat("x", 256))
	for range 4 << 12 {
		out += len(p.filter(piece, true))
	}
	out += len(p.filter([]byte(pasteEnd), false))
	if got := len(p.take("1")); got != 4<<20 || out != len(pasteStart+"1"+pasteEnd) {
		t.Errorf("%d bytes of the paste, %d of input", got, out)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
