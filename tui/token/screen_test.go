package token

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // pictures are the same wherever they are taken
	m.Run()
}

func TestPictures(t *testing.T) {
	for _, sc := range scenes() {
		for _, size := range [][2]int{{60, 16}, {80, 20}, {120, 32}, {200, 56}} {
			t.Run(fmt.Sprintf("%s-%d", sc.name, size[0]), func(t *testing.T) {
				b := newBench(termenv.Ascii, ui.Dark, issued)
				b.SetSize(size[0], size[1])
				sc.make(t, b)
				drawn := b.View()
				lines := strings.Split(drawn, "\n")
				if len(lines) > size[1] {
					t.Errorf("%d lines, want at most %d", len(lines), size[1])
				}
				for _, l := range lines {
					if w := ansi.StringWidth(l); w > size[0] {
						t.Errorf("%d cells, want at most %d: %q", w, size[0], l)
					}
				}
				if err := golden.Check(fmt.Sprintf("%s-%d", sc.name, size[0]), drawn); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestEverySizeIsDrawn(t *testing.T) {
	for _, sc := range scenes() {
		b := newBench(termenv.Ascii, ui.Dark, issued)
		sc.make(t, b)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {20, 3}, {60, 16}, {99, 20}, {100, 20}, {160, 50}, {300, 100}, {120, 5}} {
			b.SetSize(size[0], size[1])
			if n := strings.Count(b.View(), "\n"); n >= max(size[1], 1) {
				t.Errorf("%s at %v: %d lines", sc.name, size, n+1)
			}
		}
	}
}

// The countdown goes from good to care in the last tenth and to bad at zero, and says so in words; what was checked when the
// token came does not look valid any longer.
func TestCountdown(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	for after, want := range map[time.Duration][]string{
		8*time.Minute + 59*time.Second: {"01:01 left of 10:00", "9 exp        01:01 left"},
		9*time.Minute + time.Second:    {"! 00:59 left of 10:00", "! in 00:59"},
		10 * time.Minute:               {"✗ expired just now", "✗  9 exp"},
		11 * time.Minute:               {"✗ expired 1 min ago", "held when it came"},
	} {
		b.now = issued.Add(after)
		b.Update(ui.Tick{Now: b.now})
		drawn := b.View()
		for _, w := range want {
			if !strings.Contains(drawn, w) {
				t.Errorf("after %v: no %q in\n%s", after, w, drawn)
			}
		}
	}
}

func intent[T any](t *testing.T, cmd tea.Cmd) T {
	t.Helper()
	if cmd == nil {
		t.Fatalf("no command, want %T", *new(T))
	}
	msg, ok := cmd().(T)
	if !ok {
		t.Fatalf("got %T, want %T", cmd(), *new(T))
	}
	return msg
}

func TestRefreshByKeyEnterAndClick(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	intent[ui.Refresh](t, b.Update(ui.KeyPress("r")))
	for range 20 {
		if b.selected() == buttonRow {
			break
		}
		b.press("tab")
		if b.selected() != buttonRow && b.column().Pane() == "life" {
			b.press("down")
		}
	}
	intent[ui.Refresh](t, b.Update(ui.KeyPress("enter")))
	b.press("right")
	intent[ui.FetchUserInfo](t, b.Update(ui.KeyPress("enter")))
	x, y := find(t, b.View(), "Refresh ]")
	intent[ui.Refresh](t, b.Update(click(x, y)))
}

// TestIntrospectAndRevoke are for access and refresh tokens, at providers that have the endpoints.
func TestIntrospectAndRevoke(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	b.login(s)
	for _, key := range []string{"I", "X"} {
		if note := intent[ui.Notify](t, b.Update(ui.KeyPress(key))); !strings.Contains(note.Text, "only access and refresh tokens") {
			t.Errorf("%s on an ID token: %q", key, note.Text)
		}
	}
	b.press("right")
	if note := intent[ui.Notify](t, b.Update(ui.KeyPress("I"))); !strings.Contains(note.Text, "announces no introspection endpoint") {
		t.Errorf("without an endpoint: %q", note.Text)
	}
	s.Metadata.IntrospectionEndpoint, s.Metadata.RevocationEndpoint = "http://127.0.0.1:41207/introspect", "http://127.0.0.1:41207/revoke"
	b.login(s)
	b.press("right")
	if got := intent[ui.Introspect](t, b.Update(ui.KeyPress("I"))); got.Which != flows.AccessToken {
		t.Errorf("%+v", got)
	}
	x, y := find(t, b.View(), "Revoke ]") // on the second line of the buttons
	if got := intent[ui.Revoke](t, b.Update(click(x, y))); got.Which != flows.AccessToken || got.Sure {
		t.Errorf("%+v", got)
	}
	for active, words := range map[bool]string{true: "the provider says: active", false: "the provider says: not active"} {
		after := *s
		after.Introspection, after.Revoked = &flows.Introspection{Which: flows.AccessToken, Active: active}, []flows.TokenName{flows.AccessToken}
		b.Update(ui.SessionChanged{Kind: ui.RunIntrospect, Session: &after})
		if drawn := b.View(); !strings.Contains(drawn, words) || !strings.Contains(drawn, "told to forget it") {
			t.Errorf("want %q:\n%s", words, drawn)
		}
	}
	b.press("right")
	if drawn := b.View(); strings.Contains(drawn, "the provider says") || strings.Contains(drawn, "forget it") {
		t.Errorf("what is known of the access token stands at another:\n%s", drawn)
	}
}

// Nothing of a session that was ended looks as if it were good.
func TestEndedSession(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(200, 56)
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	s.Tokens.UserInfo = []byte(`{"sub":"alice"}`)
	s.Revoked = []flows.TokenName{flows.RefreshToken, flows.AccessToken}
	b.login(s)
	for _, want := range []string{"The session was ended, its tokens are revoked.", "✗ revoked", "told to forget it", "this answer is from before"} {
		drawn := b.View()
		if !strings.Contains(drawn, want) || !strings.Contains(drawn, "refresh token was revoked: log in again") {
			t.Errorf("want %q, and that it can't be refreshed:\n%s", want, drawn)
		}
		if want == "✗ revoked" && strings.Contains(drawn, "left of") {
			t.Errorf("a revoked token lives on:\n%s", drawn)
		}
		b.press("right")
	}
	if note := intent[ui.Notify](t, b.Update(ui.KeyPress("U"))); !strings.Contains(note.Text, "access token was revoked") {
		t.Errorf("userinfo: %q", note.Text)
	}
}

// What a grant without a person leaves begins with the token that is there, and says nothing of what was not asked for.
func TestClientCredentialsSession(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(200, 56)
	s := session(t, issued, "", opaque)
	s.Tokens.Refresh, s.Flow, s.Asked, s.Metadata.ScopesSupported = secret.Text{}, "client-credentials", nil, []string{"openid", "offline_access"}
	s.Config.Scopes = nil
	b.login(s)
	if sub := b.subject(); sub.which != flows.AccessToken {
		t.Fatalf("the tab in front is %s", sub.which)
	}
	if items := b.buttons.Items; items[b.buttons.Active].Disabled != "" && slices.ContainsFunc(items, func(i widget.Button) bool { return i.Disabled == "" }) {
		t.Errorf("the focus is on a button that does nothing: %+v", items[b.buttons.Active])
	}
	if drawn := b.View(); strings.Contains(drawn, "though offline_access") || !strings.Contains(drawn, "this grant gives none") {
		t.Errorf("why there is no refresh token:\n%s", drawn)
	}
	b.press("left")
	if drawn := b.View(); !strings.Contains(drawn, "nobody logs in") {
		t.Errorf("why there is no ID token:\n%s", drawn)
	}
	for want, asked := range map[string][]string{"though the scope openid": {"openid"}, "openid was not asked for": {"api"}} {
		if got := noIDToken(&flows.Session{Flow: "password", Asked: asked}); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Who looks for the tokens of a run that is under way is led to it, and offered no other.
func TestTokensOfARunUnderWay(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(80, 20)
	b.Update(ui.RunBegan{Run: 1, Kind: ui.RunLogin, Title: "op.example"})
	if drawn := b.View(); !strings.Contains(drawn, "A run is under way with op.example") || strings.Contains(drawn, "Practice login") {
		t.Errorf("the run is not told:\n%s", drawn)
	}
	if to := intent[ui.Goto](t, b.Update(ui.KeyPress("enter"))); to.Screen != ui.Flow {
		t.Errorf("enter goes to %s", to.Screen)
	}
	b.Update(ui.RunHeld{Run: 1})
	if !strings.Contains(b.View(), "it waits for you") {
		t.Errorf("that it is held is not told:\n%s", b.View())
	}
	b.Update(ui.RunEnded{Run: 1, Kind: ui.RunLogin, Canceled: true})
	if !strings.Contains(b.View(), "No token yet") {
		t.Errorf("after the run:\n%s", b.View())
	}
}

func TestRefreshSaysWhyNot(t *testing.T) {
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	with := func(change func(*flows.Session)) *flows.Session {
		c := *s
		m := *s.Metadata
		c.Metadata = &m
		change(&c)
		return &c
	}
	for want, session := range map[string]*flows.Session{
		"offline_access was not asked for": with(func(s *flows.Session) { s.Tokens.Refresh, s.Config.Scopes = secret.Text{}, []string{"openid"} }),
		"public clients":                   with(func(s *flows.Session) { s.Tokens.Refresh = secret.Text{} }),
		"does not announce the refresh_token": with(func(s *flows.Session) {
			s.Tokens.Refresh = secret.Text{}
			s.Metadata.GrantTypesSupported = []string{"authorization_code"}
		}),
		"announces no token endpoint": with(func(s *flows.Session) { s.Metadata.TokenEndpoint = "" }),
	} {
		b := newBench(termenv.Ascii, ui.Dark, issued)
		b.SetSize(200, 56)
		b.login(session)
		if note := intent[ui.Notify](t, b.Update(ui.KeyPress("r"))); !strings.Contains(note.Text, want) {
			t.Errorf("notice %q, want %q", note.Text, want)
		}
		if !strings.Contains(b.View(), want) {
			t.Errorf("the button does not say %q:\n%s", want, b.View())
		}
		for _, a := range b.Actions() {
			if a.Title == "Refresh the tokens" && !strings.Contains(a.Disabled, want) {
				t.Errorf("the palette says %q, want %q", a.Disabled, want)
			}
		}
	}
}

func TestFailedRefreshIsTold(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	b.Update(ui.RunBegan{Run: 2, Kind: ui.RunRefresh})
	if !strings.Contains(b.View(), "Refreshing…") {
		t.Errorf("the button does not say that it works:\n%s", b.View())
	}
	b.Update(ui.RunEnded{Run: 2, Kind: ui.RunRefresh, Err: &flows.Problem{Got: "invalid_grant: expired\x1b[31m"}})
	if drawn := b.View(); !strings.Contains(drawn, `✗ invalid_grant: expired\x1b[31m`) {
		t.Errorf("the failure is not told, or not made safe:\n%s", drawn)
	}
}

// Secrets of the session are hidden on every tab, in every view, until they are revealed.
func TestSecretsAreHidden(t *testing.T) {
	access := mint(testHeader, `{"iss":"http://127.0.0.1:41207","scope":"openid"}`)
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), access)
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(200, 56)
	b.login(s)
	for _, secret := range []string{access[len(access)-30:], s.Tokens.Refresh.Reveal()} {
		seen := false
		for range 4 {
			for range views {
				if strings.Contains(b.View(), secret) {
					t.Errorf("%q is seen:\n%s", secret, b.View())
				}
				b.press("J")
			}
			b.c.Reveal = true
			b.Update(ui.RevealChanged{Reveal: true})
			seen = seen || strings.Contains(strings.ReplaceAll(b.View(), "\n  ", ""), secret)
			b.c.Reveal = false
			b.Update(ui.RevealChanged{})
			b.press("l")
		}
		if !seen {
			t.Errorf("%q is not seen when revealed", secret)
		}
		for range 4 {
			b.press("h")
		}
	}
}

func TestCopyMenu(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	items := intent[ui.CopyMenu](t, b.Update(ui.KeyPress("y"))).Items
	want := map[string]string{"value of iss": "http://127.0.0.1:41207", "iss as JSON": `"http://127.0.0.1:41207"`, "path payload.iss": "payload.iss"}
	for _, item := range items {
		if w, ok := want[item.What]; ok {
			if item.Text != w || item.Secret {
				t.Errorf("%s: %q, want %q", item.What, item.Text, w)
			}
			delete(want, item.What)
		}
		if strings.Contains(item.What, "raw") && !item.Secret {
			t.Errorf("%s is not marked as a secret", item.What)
		}
		if strings.Contains(item.Text, "Authorization") {
			t.Error("an ID token is no bearer token")
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	b.press("l")
	items = intent[ui.CopyMenu](t, b.Update(ui.KeyPress("y"))).Items
	if items[0].Text != "Authorization: Bearer "+opaque || !items[0].Secret {
		t.Errorf("access token: first form %+v", items[0])
	}
}

func TestFilterFoldAndTimes(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	b.press("/")
	if !b.Typing() {
		t.Fatal("the filter does not take keys")
	}
	b.press("e", "m", "a", "i", "l", "enter")
	if drawn := b.View(); !strings.Contains(drawn, "alice@example.com") || strings.Contains(drawn, "n-0S6_WzA2Mj") {
		t.Errorf("filtered by email:\n%s", drawn)
	}
	if !b.Back() {
		t.Error("esc must clear the filter")
	}
	b.press("esc")
	b.left.Select("payload.address")
	b.press("left")
	if strings.Contains(b.View(), "Utrecht") && !strings.Contains(b.View(), `{"locality"`) {
		t.Errorf("address is still open:\n%s", b.View())
	}
	b.press("enter", "t", "t")
	if drawn := b.View(); !strings.Contains(drawn, "5.1214") || !strings.Contains(drawn, "1795349400") {
		t.Errorf("address is closed, or times are not raw:\n%s", drawn)
	}
}

func TestBeforeAndAfterRefresh(t *testing.T) {
	before := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(before)
	at := issued.Add(5 * time.Minute)
	b.now = at
	b.refreshed(session(t, at, mint(testHeader, idPayload(at, "")), "another"), before)
	if drawn := b.View(); !strings.Contains(drawn, "5 min later") || !strings.Contains(drawn, "expires  12:15:00") {
		t.Fatalf("after:\n%s", drawn)
	}
	b.press("b")
	if drawn := b.View(); !strings.Contains(drawn, "before the refresh") || !strings.Contains(drawn, "expires  12:10:00") {
		t.Fatalf("before:\n%s", drawn)
	}
}

func TestCompare(t *testing.T) {
	sub := func(payload string) *subject {
		raw := mint(testHeader, payload)
		return &subject{which: flows.AccessToken, raw: raw, report: inspect.Inspect(raw, nil, inspect.Context{})}
	}
	c := compare(flows.AccessToken, sub(`{"a":1,"b":"x","exp":1000,"gone":true}`), sub(`{"new":{},"b":"x","a":1.0,"exp":1300}`))
	got := ""
	for i := range c.Changes {
		mark, _ := changeMark(ui.NewTheme(ui.Dark, termenv.Ascii), c.Changes[i].Kind)
		got += mark + c.Changes[i].Path + " " + shiftText(c.Changes[i].Shift) + ";"
	}
	if want := "+new ;~a ;~exp 5 min later;–gone ;"; got != want || c.Same != 1 {
		t.Errorf("%q and %d the same, want %q and 1", got, c.Same, want)
	}
	for _, test := range []struct {
		which         flows.TokenName
		before, after string
		want          string
	}{
		{flows.RefreshToken, "a", "b", "rotated"}, {flows.RefreshToken, "a", "a", "did not rotate"},
		{flows.IDToken, "a", "a", "12.2"}, {flows.AccessToken, "", "b", "new"}, {flows.IDToken, "a", "", "gone"},
	} {
		if got := fate(test.which, test.before, test.after); !strings.Contains(got, test.want) {
			t.Errorf("%s %q to %q: %q, want %q", test.which, test.before, test.after, got, test.want)
		}
	}
}

func TestPasteOpens(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(80, 20)
	key := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("eyJ.e30."), Paste: true}
	if got := intent[ui.OpenToken](t, b.Update(key)); got.Raw != "eyJ.e30." {
		t.Errorf("opens %q", got.Raw)
	}
	intent[ui.StartPractice](t, b.Update(ui.KeyPress("enter")))
	intent[ui.OpenLogin](t, b.Update(ui.KeyPress("n")))
}

func TestUserInfoTab(t *testing.T) {
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	s.Tokens.UserInfo = []byte(`{"sub":"alice","name":"Alice \u202eX"}`)
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(s)
	b.Update(ui.SessionChanged{Kind: ui.RunUserInfo, Session: s})
	drawn := b.View()
	if !strings.Contains(drawn, "[UserInfo]") || !strings.Contains(drawn, `Alice \u202eX`) {
		t.Errorf("userinfo:\n%s", drawn)
	}
	if strings.Contains(drawn, "verified") || strings.Contains(drawn, "Signature") {
		t.Errorf("speaks of a signature that there is none of:\n%s", drawn)
	}
	if strings.Count(drawn, "✓") != 3 || !strings.Contains(drawn, "✓ as in the ID token") {
		t.Errorf("the sub was compared, and nothing else, in the claim, the checks and the details:\n%s", drawn)
	}
	s.Tokens.UserInfo = []byte(`{"sub":"mallory"}`)
	b.Update(ui.SessionChanged{Kind: ui.RunUserInfo, Session: s})
	if drawn := b.View(); !strings.Contains(drawn, "✗ not as in the ID token") || strings.Contains(drawn, "✓") {
		t.Errorf("another person's answer:\n%s", drawn)
	}
}

func TestClickAndWheel(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	x, y := find(t, b.View(), "Access token")
	b.Update(click(x, y))
	if !strings.Contains(b.View(), "[Access token]") {
		t.Errorf("a click does not change the tab:\n%s", b.View())
	}
	b.press("h")
	x, y = find(t, b.View(), "alice@example.com")
	b.Update(click(x, y))
	if b.selected() != "payload.email" {
		t.Errorf("a click selects %q", b.selected())
	}
	b.Update(click(x, y))
	if drawn := b.View(); !strings.Contains(drawn, "Value, ") {
		t.Errorf("a second click does not show the value whole:\n%s", drawn)
	}
	b.press("esc")
	b.SetSize(80, 20)
	before := b.View()
	b.Update(tea.MouseMsg{X: 5, Y: 8, Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown})
	if b.View() == before || b.selected() != "payload.email" {
		t.Error("the wheel must scroll and leave the selection")
	}
}

// Whatever a token holds, nothing of it drives the terminal or turns the text around, in any view.
func TestHostileTextIsMadeSafe(t *testing.T) {
	evil := `\u001b]0;owned\u0007\u202e\u200b\u0085`
	payload := `{"` + evil + `":"` + evil + `","iss":"` + evil + `","n":{"` + evil + `":["` + evil + `"]},"exp":"` + evil + `"}`
	header := `{"alg":"` + evil + `","kid":"` + evil + `","` + evil + `":1}`
	raws := []string{mint(header, payload), mint(header, payload+"\x1b[31m"), "\x1b[31mopaque\u202e", "a.b\x1b.c"}
	for _, raw := range raws {
		b := newBench(termenv.Ascii, ui.Dark, issued)
		for _, width := range []int{80, 200} {
			b.SetSize(width, 50)
			b.Update(ui.TokenOpened{Raw: raw})
			for _, key := range []string{"", "J", "J", "J", "tab", "enter", "esc", "G", "enter"} {
				if key != "" {
					b.press(key)
				}
				for _, r := range b.View() + b.Title() {
					if r == 0x1b || r == 0x07 || r == 0x202e || r == 0x200b || r == 0x85 {
						t.Fatalf("%q after %q is drawn with %U:\n%q", raw, key, r, b.View())
					}
				}
			}
		}
	}
}

// What is said of an opaque token is what inspect knows of it, and shows nothing of the token itself.
func TestOutsideFacts(t *testing.T) {
	for raw, want := range map[string]string{
		"0123456789abcdef0123456789abcdef":     "at most 128 bits",
		"9b2f4c1e-7d38-4a55-8f60-1c2d3e4f5a6b": "UUID",
		"aGVsbG8=":                             "base64",
		"v4.public.aGVsbG8.Zm9vdGVy":           "footer",
		"a b":                                  "3 characters",
	} {
		text := ""
		for _, f := range outsideFacts(inspect.Inspect(raw, nil, inspect.Context{})) {
			text += f.name + " " + f.value + " " + f.note + "\n"
		}
		if !strings.Contains(text, want) || strings.Contains(text, raw) {
			t.Errorf("%q: no %q, or the token itself, in\n%s", raw, want, text)
		}
	}
}

func click(x, y int) tea.MouseMsg {
	return tea.MouseMsg{X: x, Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
}

// find gives the cell at which a text is drawn.
func find(t *testing.T, drawn, text string) (x, y int) {
	t.Helper()
	for y, l := range strings.Split(drawn, "\n") {
		if i := strings.Index(l, text); i >= 0 {
			return ansi.StringWidth(l[:i]), y
		}
	}
	t.Fatalf("no %q in\n%s", text, drawn)
	return 0, 0
}
