package main

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	for _, c := range []struct{ styled, want string }{
		{"plain <text>", "plain &lt;text&gt;</pre>"},
		{"\x1b[1;31mx\x1b[0my", `<span style="color:#cc6666;font-weight:bold;">x</span>y`},
		{"\x1b[38;2;1;2;255mx", `<span style="color:#0102ff;">x</span>`},
		{"\x1b[48;5;16mx\x1b[49my", `<span style="background:#000000;">x</span>y`},
		{"\x1b[38;5;255mx", `<span style="color:#eeeeee;">x</span>`},
		{"\x1b[7mx", `<span style="color:#16181d;background:#d0d0d0;">x</span>`},
		{"│", `<i style="width:1ch;">│</i>`},
		{"日", `<i style="width:2ch;">日</i>`},
		{"a\x1b[1m\nb", "a\n<span style=\"font-weight:bold;\">b</span>"}, // tmux does not say it again
	} {
		if got := page(c.styled); !strings.Contains(got, c.want) {
			t.Errorf("page(%q): want %s in\n%s", c.styled, c.want, strings.TrimPrefix(got, pageHead))
		}
	}
}
