package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// namedScreen has something selected.
type namedScreen struct {
	fakeScreen
	topic string
	kind  explain.Kind
}

func (s *namedScreen) Topic() (string, explain.Kind) { return s.topic, s.kind }

func explaining(t *testing.T, topic string, kind explain.Kind) (*app, *namedScreen) {
	t.Helper()
	a, _, _ := testApp(t)
	s := &namedScreen{topic: topic, kind: kind}
	a.screens[0].screen = s
	return a, s
}

func seen(a *app) string { return ansi.Strip(a.View()) }

func TestExplainPutsTheSelectedKindFirst(t *testing.T) {
	for _, tt := range []struct {
		topic string
		kind  explain.Kind
		first string
	}{
		{"iss", explain.Claim, "claim"},
		{"redirect_uri", explain.Parameter, "parameter"},
		{"invalid_grant", explain.ErrorCode, "error code"},
		{"DISC-006", explain.Check, "check"},
		{"x5c", explain.Header, "header parameter"},
	} {
		a, _ := explaining(t, tt.topic, tt.kind)
		press(a, "K")
		_, inside := a.overlay.view(76, 30)
		if first, _, _ := strings.Cut(ansi.Strip(inside), "\n"); !strings.HasSuffix(strings.TrimRight(first, " "), tt.first) {
			t.Errorf("%s: the first line is %q, want a %s", tt.topic, first, tt.first)
		}
		if press(a, "esc"); a.overlay != nil {
			t.Errorf("%s: esc leaves the overlay open", tt.topic)
		}
	}
}

func TestExplainSaysWhatItDoesNotKnow(t *testing.T) {
	a, _ := explaining(t, "https://example.com/roles", explain.Claim)
	press(a, "K")
	if text := seen(a); !strings.Contains(text, "Nothing is known here about") {
		t.Errorf("an unknown claim:\n%s", text)
	}
	a, _ = explaining(t, "code_verifer", explain.Parameter)
	press(a, "K")
	if text := seen(a); !strings.Contains(text, "this is code_verifier") {
		t.Errorf("a mistake in the name:\n%s", text)
	}
}

func TestExplainFollowsAndGoesBack(t *testing.T) {
	a, _ := explaining(t, "discovery", explain.Term)
	press(a, "K")
	o := a.overlay.(*explanation)
	if len(o.links) == 0 {
		t.Fatal("the term leads nowhere")
	}
	press(a, "1")
	if o.asked[len(o.asked)-1] != o.asked[1] || len(o.asked) != 2 {
		t.Fatalf("looked up: %q", o.asked)
	}
	press(a, "backspace")
	if len(o.asked) != 1 || !strings.Contains(seen(a), "Explain discovery") {
		t.Errorf("after backspace: %q", o.asked)
	}
	press(a, "/", "a", "z", "p", "enter")
	if text := seen(a); !strings.Contains(text, "Explain azp") {
		t.Errorf("typed azp:\n%s", text)
	}
}

func TestExplainWithoutASelectionAsks(t *testing.T) {
	a, _, _ := testApp(t)
	press(a, "K", "n", "o", "n", "c", "e", "enter")
	if text := seen(a); !strings.Contains(text, "Explain nonce") {
		t.Errorf("typed nonce:\n%s", text)
	}
	a, s := explaining(t, "", "")
	press(a, "K")
	if a.overlay == nil || len(s.got) > 0 {
		t.Error("K was given to the screen")
	}
	if press(a, "esc"); a.overlay != nil {
		t.Error("esc leaves the question open")
	}
}

func TestF1ExplainsWhileKeysAreText(t *testing.T) {
	a, s := explaining(t, "nonce", explain.Parameter)
	s.typing = true
	if press(a, "K"); a.overlay != nil {
		t.Error("K is text while typing")
	}
	if press(a, "f1"); a.overlay == nil {
		t.Error("f1 explains nothing")
	}
}

func TestExplainGoldens(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}} {
		a := realApp(t, ui.Dark, termenv.Ascii)
		a.screens[0].screen = &namedScreen{topic: "invalid_grant", kind: explain.ErrorCode}
		a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		press(a, "K")
		if err := golden.Check(fmt.Sprintf("frame-explain-%d", size[0]), a.View()); err != nil {
			t.Error(err)
		}
	}
}
