package walk

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

var signKey = ed25519.NewKeyFromSeed([]byte("an Ed25519 seed for these tests."))

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func keys() *inspect.KeySet {
	return inspect.ParseKeySet([]byte(fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","kid":"k1","x":%q}`, b64(signKey.Public().(ed25519.PublicKey)))), "jwks", "")
}

func mint(payload string) string {
	input := b64([]byte(`{"alg":"EdDSA","kid":"k1"}`)) + "." + b64([]byte(payload))
	return input + "." + b64(ed25519.Sign(signKey, []byte(input)))
}

func common() *ui.Common {
	return &ui.Common{Theme: ui.NewTheme(ui.Dark, termenv.Ascii), Keys: ui.NewKeys(), Now: time.Now}
}

func start(t *testing.T, raw string, set *inspect.KeySet, secret bool) *Model {
	t.Helper()
	m, cmd := New(common(), inspect.Decode(raw), set, secret)
	if cmd != nil {
		m.Take(cmd().(Checked))
	}
	m.SetSize(120, 200)
	return m
}

func press(m *Model, names ...string) {
	for _, n := range names {
		if cmd := m.Key(ui.KeyPress(n)); cmd != nil {
			m.Take(cmd().(Checked))
		}
	}
}

func drawn(m *Model) string { return strings.Join(m.Lines(), "\n") }

func TestChangeAndUndo(t *testing.T) {
	m := start(t, mint(`{"sub":"alice"}`), keys(), false)
	if d := drawn(m); !strings.Contains(d, "✓ verified") || !strings.Contains(d, "Both are the same") || strings.Contains(d, "✗") {
		t.Fatalf("as it came:\n%s", d)
	}
	press(m, "c")
	d := drawn(m)
	for _, want := range []string{"✗ invalid", "1 changed character", `claims.sub: "alice" → "a`, "of 512 bits differ", "≠", "They differ", "the token as it came: ✓ verified"} {
		if !strings.Contains(d, want) {
			t.Errorf("changed: no %q in\n%s", want, d)
		}
	}
	if strings.Count(d, "verified") != 1 {
		t.Errorf("says verified of a token that is not:\n%s", d)
	}
	press(m, "u")
	if d := drawn(m); !strings.Contains(d, "✓ verified") || strings.Contains(d, "✗") {
		t.Errorf("undone:\n%s", d)
	}
	press(m, "c", "right", "c", "p", "c", "Z")
	if d := drawn(m); !strings.Contains(d, "✓ verified") || m.text.count != 0 {
		t.Errorf("all undone:\n%s", d)
	}
}

// Each part can be changed, and what the change means is said.
func TestWordsOfAChange(t *testing.T) {
	for part, want := range map[int]string{0: "header", 1: "claims", 2: "of the signature is another"} {
		m := start(t, mint(`{"sub":"alice"}`), keys(), false)
		m.text.part, m.text.at = part, 12
		press(m, "c")
		if d := drawn(m); !strings.Contains(d, want) || strings.Contains(strings.ReplaceAll(d, "as it came: ✓ verified", ""), "verified") {
			t.Errorf("part %d: no %q in\n%s", part, want, d)
		}
	}
	m := start(t, mint(`{"sub":"alice"}`), keys(), false)
	m.text.part, m.text.at = 1, 0
	press(m, "c")
	if d := drawn(m); !strings.Contains(d, "can't be read any longer") {
		t.Errorf("no longer JSON:\n%s", d)
	}
	m = start(t, mint(`{"sub":"alic"}`), keys(), false) // 14 bytes: the last character has bits that don't count
	m.text.part, m.text.at = 1, len(m.text.parts[1])-1
	press(m, "w", string(m.text.parts[1][m.text.at]+1), "esc")
	if d := drawn(m); !strings.Contains(d, "decodes to the same bytes") || !strings.Contains(d, "✗") {
		t.Errorf("unused bits:\n%s", d)
	}
}

func TestWriteOver(t *testing.T) {
	m := start(t, mint(`{"sub":"alice"}`), keys(), false)
	press(m, "w")
	if !m.Typing() {
		t.Fatal("keys are no characters")
	}
	before := m.text.parts[1]
	press(m, "A", "B", ".", "C")
	if got := m.text.parts[1][12:15]; got != "ABC" {
		t.Errorf("wrote %q, want ABC", got)
	}
	press(m, "backspace", "backspace", "backspace")
	if m.text.parts[1] != before || m.now.Verdict.Status != inspect.Verified {
		t.Error("backspace undoes")
	}
	press(m, "esc")
	if m.Typing() {
		t.Error("esc ends it")
	}
}

func TestClickOnACharacter(t *testing.T) {
	m := start(t, mint(`{"sub":"alice"}`), keys(), false)
	y := statusLines + 1 // under the title of the first pane
	m.Click(2+5, y)
	if m.text.part != 0 || m.text.at != 5 {
		t.Fatalf("the mark is at %d, %d", m.text.part, m.text.at)
	}
	m.Click(2+5, y)
	if m.text.count != 1 || m.now.Verdict.Status == inspect.Verified {
		t.Errorf("a second click changes it: %d changes, %s", m.text.count, m.now.Verdict.Status)
	}
}

// A secret token is not seen, cannot be changed, and is not copied, until secrets are revealed.
func TestSecret(t *testing.T) {
	raw := mint(`{"sub":"alice"}`)
	m := start(t, raw, keys(), true)
	parts := strings.Split(raw, ".")
	press(m, "c", "w", "A")
	d := drawn(m)
	for _, p := range parts {
		if strings.Contains(d, p[10:20]) {
			t.Errorf("%q is seen:\n%s", p[10:20], d)
		}
	}
	for _, item := range m.Copies() {
		if strings.Contains(item.Text, parts[1]) {
			t.Errorf("%s is offered", item.What)
		}
	}
	if m.text.count != 0 || m.Typing() {
		t.Error("it was changed")
	}
	m.c.Reveal = true
	m.Changed()
	if d := drawn(m); !strings.Contains(d, parts[1]) {
		t.Errorf("revealed:\n%s", d)
	}
}

// While a long token is checked, nothing is said of the outcome.
func TestLongTokenIsCheckedByACommand(t *testing.T) {
	m, cmd := New(common(), inspect.Decode(mint(`{"sub":"`+strings.Repeat("alice ", 20_000)+`"}`)), keys(), false)
	m.SetSize(200, 60)
	if cmd == nil || strings.Contains(drawn(m), "verified") {
		t.Fatalf("before the check:\n%s", drawn(m))
	}
	m.Key(ui.KeyPress("c")) // nothing to change yet
	m.Take(cmd().(Checked))
	if !strings.Contains(drawn(m), "✓ verified") {
		t.Fatalf("after the check:\n%s", drawn(m))
	}
	first, second := m.Key(ui.KeyPress("c")), m.Key(ui.KeyPress("u"))
	if second != nil {
		t.Error("what is undone needs no check")
	}
	m.Take(first().(Checked))
	if !strings.Contains(drawn(m), "✓ verified") {
		t.Error("the check of a text that was undone counts")
	}
	cmd = m.Key(ui.KeyPress("c"))
	if strings.Contains(drawn(m), "verified") || !strings.Contains(drawn(m), "checking") {
		t.Errorf("while it is checked:\n%s", drawn(m))
	}
	m.Take(cmd().(Checked))
	if d := drawn(m); !strings.Contains(d, "✗ invalid") {
		t.Errorf("after the change:\n%s", d)
	}
}

// It is drawn in every size, whatever the token holds.
func TestEverySize(t *testing.T) {
	evil := `\u001b]0;owned\u0007\u202e`
	raws := []string{mint(`{"sub":"alice"}`), mint(`{"` + evil + `":"` + evil + `"}`), mint("\x1b[31m"), "a.b.c", "..", b64([]byte(`{"alg":"none"}`)) + ".e30.",
		b64([]byte(`{"alg":"EdDSA","kid":"`+evil+`"}`)) + ".e30." + b64(make([]byte, 64))}
	for _, raw := range raws {
		for _, set := range []*inspect.KeySet{nil, keys()} {
			for _, size := range [][2]int{{0, 0}, {1, 1}, {20, 4}, {60, 14}, {80, 18}, {200, 56}} {
				m := start(t, raw, set, false)
				m.SetSize(size[0], size[1])
				press(m, "c", "p", "down", "down", "enter", "G", "tab")
				lines := m.Lines()
				if len(lines) > max(size[1], 0) {
					t.Errorf("%q at %v: %d lines", raw, size, len(lines))
				}
				for _, l := range lines {
					if w := ansi.StringWidth(l); w > max(size[0], 2) {
						t.Errorf("%q at %v: %d cells: %q", raw, size, w, l)
					}
					if strings.ContainsAny(l, "\x1b\a\u202e") {
						t.Fatalf("%q is drawn raw: %q", raw, l)
					}
				}
			}
		}
	}
}

// A JWS in JSON may have no protected header (RFC 7515 7.2.1): its first text is empty.
func TestNoProtectedHeader(t *testing.T) {
	payload := b64([]byte(`{"sub":"alice","name":"Alice Example"}`))
	signature := b64(ed25519.Sign(signKey, []byte("."+payload)))
	m := start(t, fmt.Sprintf(`{"payload":%q,"header":{"alg":"EdDSA","kid":"k1"},"signature":%q}`, payload, signature), keys(), false)
	if d := drawn(m); !strings.Contains(d, "✓ verified") {
		t.Errorf("as it came:\n%s", d)
	}
	for range 200 {
		press(m, "left")
		drawn(m)
	}
	for y := range 40 {
		m.Click(2, y)
		m.Click(2, y)
		drawn(m)
	}
	press(m, "p", "c", "Z")
	if d := drawn(m); !strings.Contains(d, "✓ verified") {
		t.Errorf("changed back:\n%s", d)
	}
}
