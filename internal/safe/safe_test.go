package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "alice@example.com", "alice@example.com"},
		{"letters of other scripts", "Zoë Łukasz 李雷 שלום", "Zoë Łukasz 李雷 שלום"},
		{"escape sequence", "\x1b[8mhidden\x1b[0m", `\x1b[8mhidden\x1b[0m`},
		{"operating system command", "\x1b]52;c;aGk=\a", `\x1b]52;c;aGk=\x07`},
		{"C1 control", "a\u009bm", `a\u009bm`},
		{"line break", "a\r\nb\tc", `a\x0d\x0ab\x09c`},
		{"backspace", "abc\b\b", `abc\x08\x08`},
		{"bidi override", "user\u202egpj.exe", `user\u202egpj.exe`},
		{"bidi isolate and mark", "\u2066x\u200f", `\u2066x\u200f`},
		{"zero width", "ad\u200bmin\ufeff", `ad\u200bmin\ufeff`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"tag characters", "x\U000e0041", `x\U000e0041`},
		{"private use", "\ue000", `\ue000`},
		{"Hangul filler", "\u3164", `\u3164`},
		{"not UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"four marks", "a\u0301\u0301\u0301\u0301b", "a\u0301\u0301\u0301" + `\u0301` + "b"},
		{"emoji form", "❤\ufe0f", "❤\ufe0f"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(c.in); got != c.want {
				t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestBlock(t *testing.T) {
	if got, want := Block("a\r\nb\tc\x1b[0m\rd"), "a\nb    c\\x1b[0m\\x0dd"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestShort(t *testing.T) {
	if got, want := Short("höhenmesser", 3), "höh…"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Short("abc", 3); got != "abc" {
		t.Errorf("got %q, want it whole", got)
	}
	if got := Short(strings.Repeat("\x1b", 1<<20), 8); utf8.RuneCountInString(got) != 9 {
		t.Errorf("got %q, want 8 characters and an ellipsis", got)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", "\x1b[0m", "\u202e", "\xff\xfe", "a\u0301\u0301\u0301\u0301\u0301", "\\x1b", "\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, fn := range map[string]func(string) string{"Text": Text, "Block": Block} {
			got := fn(s)
			if again := fn(got); again != got {
				t.Errorf("%s is not idempotent: %q then %q", name, got, again)
			}
			for _, r := range got {
				if name == "Block" && r == '\n' {
					continue
				}
				if r == utf8.RuneError && !strings.ContainsRune(s, utf8.RuneError) || unicode.Is(unicode.C, r) || unicode.Is(unicode.Bidi_Control, r) ||
					unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
					t.Errorf("%s(%q) holds %U", name, s, r)
				}
			}
		}
	})
}
