package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	time.Local = time.UTC // pictures are the same wherever they are taken
	m.Run()
}

func fields(pairs ...string) (list []record.Header) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, record.Header{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

func body(text string) record.Body { return record.Body{Data: []byte(text), Size: int64(len(text))} }

const theCode = "SplxlOBeZQQYbYS6WxSbIA-the-code"

// discovery went over TLS, to a peer with a chain.
func discovery() record.Exchange {
	ms := time.Millisecond
	return record.Exchange{
		ID: 1, Step: "discovery", Purpose: "discovery",
		Request: record.Request{Method: "GET", URL: "https://idp.example/.well-known/openid-configuration", Proto: "HTTP/2.0",
			Headers: fields("Accept", "application/json", "User-Agent", "oidcscope")},
		Response: &record.Response{Status: 200, Reason: "200 OK", Proto: "HTTP/2.0", Headers: fields("Content-Type", "application/json", "Cache-Control", "max-age=3600"),
			Body: body(`{"issuer":"https://idp.example","token_endpoint":"https://idp.example/token","scopes_supported":["openid","offline_access"]}`)},
		Timing: record.Timing{Start: start, DNS: 4 * ms, Connect: 11 * ms, TLS: 23 * ms, Wait: 61 * ms, Read: 2 * ms, Total: 101 * ms},
		Connection: record.Connection{Remote: "203.0.113.7:443", TLS: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ALPN: "h2", Chain: []record.Certificate{
			{Subject: "CN=idp.example", Issuer: "CN=R11,O=Let's Encrypt,C=US", NotBefore: start.AddDate(0, -2, 0), NotAfter: start.AddDate(0, 0, 20), DNSNames: []string{"idp.example", "www.idp.example"}, SHA256: strings.Repeat("0a1b2c3d", 8), Key: "ECDSA P-256"},
			{Subject: "CN=R11,O=Let's Encrypt,C=US", Issuer: "CN=ISRG Root X1", NotBefore: start.AddDate(-2, 0, 0), NotAfter: start.AddDate(0, 0, 200), SHA256: strings.Repeat("9f8e7d6c", 8), Key: "RSA 2048"},
		}},
	}
}

// token was edited at the gate, and refused.
func token() record.Exchange {
	ms := time.Millisecond
	return record.Exchange{
		ID: 2, Step: "token", Purpose: "token",
		Request: record.Request{Method: "POST", URL: "https://idp.example/token", Proto: "HTTP/2.0",
			Headers: fields("Content-Type", "application/x-www-form-urlencoded", "Authorization", "Basic cHJhY3RpY2U6c2VjcmV0LXNlY3JldA=="),
			Body:    body("grant_type=authorization_code&code=" + theCode + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback")},
		Response: &record.Response{Status: 400, Reason: "400 Bad Request", Proto: "HTTP/2.0", Headers: fields("Content-Type", "application/json"),
			Body: body(`{"error":"invalid_grant","error_description":"PKCE verification failed for ` + theCode + `"}`)},
		Timing:     record.Timing{Start: start.Add(4 * time.Second), Wait: 38 * ms, Read: ms, Total: 40 * ms},
		Connection: record.Connection{Remote: "203.0.113.7:443", Reused: true, TLS: "TLS 1.3", ALPN: "h2"},
		Edits:      []string{"dropped code_verifier"}, AnswerEdits: []string{"changed the status to 400"},
	}
}

// refused never got an answer.
func refused() record.Exchange {
	return record.Exchange{
		ID: 3, Step: "userinfo", Purpose: "userinfo",
		Request: record.Request{Method: "GET", URL: "https://idp.example:8443/userinfo", Headers: fields("Authorization", "Bearer "+theCode)},
		Failure: &record.Failure{Kind: record.FailTLSUnknown, Host: "idp.example:8443", Message: "the certificate of idp.example:8443 was signed by an authority that this machine does not know",
			Cause: "tls: failed to verify certificate: x509: certificate signed by unknown authority"},
		Timing: record.Timing{Start: start.Add(5 * time.Second), DNS: time.Millisecond, Connect: 8 * time.Millisecond, Total: 21 * time.Millisecond},
	}
}

type bench struct{ *Screen }

func newBench(profile termenv.Profile, kind ui.ThemeKind) bench {
	return bench{New(&ui.Common{Theme: ui.NewTheme(kind, profile), Keys: ui.NewKeys(), Now: func() time.Time { return start }})}
}

func (b bench) press(keys ...string) {
	for _, k := range keys {
		b.Update(ui.KeyPress(k))
	}
}

func (b bench) run(exchanges ...record.Exchange) {
	b.Update(ui.RunBegan{Run: 1, Kind: ui.RunLogin, Title: "idp.example", Flow: flows.Flow{Title: "Authorization code + PKCE"}, At: start})
	b.Update(ui.RunEvent{Run: 1, Event: flows.Variable{Name: "code", Value: theCode, Secret: true}})
	for _, e := range exchanges {
		b.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: e}})
	}
}

type scene struct {
	name string
	make func(b bench)
}

func scenes() []scene {
	return []scene{
		{"tls", func(b bench) { b.run(discovery(), token(), refused()); b.press("g") }},
		{"chain", func(b bench) { b.run(discovery(), token(), refused()); b.press("g", "tab", "G") }},
		{"edited", func(b bench) { b.run(discovery(), token()) }},
		{"failure", func(b bench) { b.run(discovery(), token(), refused()) }},
		{"filter", func(b bench) { b.run(discovery(), token(), refused()); b.press("/", "t", "o", "k", "enter") }},
		{"empty", func(bench) {}},
	}
}

var sizes = [][2]int{{80, 20}, {120, 32}, {200, 56}}

func TestPictures(t *testing.T) {
	for _, sc := range scenes() {
		for _, size := range sizes {
			t.Run(fmt.Sprintf("%s-%d", sc.name, size[0]), func(t *testing.T) {
				b := newBench(termenv.Ascii, ui.Dark)
				b.SetSize(size[0], size[1])
				sc.make(b)
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
				if strings.Contains(drawn, theCode) {
					t.Errorf("a secret is seen:\n%s", drawn)
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
		b := newBench(termenv.Ascii, ui.Dark)
		sc.make(b)
		for _, size := range [][2]int{{0, 0}, {1, 1}, {20, 3}, {60, 16}, {109, 20}, {110, 20}, {300, 100}, {120, 2}} {
			b.SetSize(size[0], size[1])
			if n := strings.Count(b.View(), "\n"); n >= max(size[1], 1) {
				t.Errorf("%s at %v: %d lines", sc.name, size, n+1)
			}
		}
	}
}

func TestNewestIsFollowedUntilThePersonLooksBack(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.run(discovery())
	b.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: token()}})
	if b.selected().ID != 2 {
		t.Errorf("exchange %d is shown, want the newest, 2", b.selected().ID)
	}
	b.press("up")
	b.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: refused()}})
	if b.selected().ID != 1 || !strings.Contains(b.View(), "token_endpoint") {
		t.Errorf("exchange %d is shown, want the one that was chosen, 1", b.selected().ID)
	}
}

func copies(t *testing.T, cmd tea.Cmd) map[string]ui.Copy {
	t.Helper()
	menu, ok := cmd().(ui.CopyMenu)
	if !ok {
		t.Fatalf("got %T, want a copy menu", cmd())
	}
	forms := make(map[string]ui.Copy)
	for _, c := range menu.Items {
		forms[c.What] = c
	}
	return forms
}

func TestCopyHidesSecretsUntilRevealed(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.run(discovery(), token())
	hidden := copies(t, b.Update(ui.KeyPress("y")))
	if len(hidden) < 4 {
		t.Fatalf("only %d forms: %v", len(hidden), hidden)
	}
	for what, c := range hidden {
		if strings.Contains(c.Text, theCode) || strings.Contains(c.Text, "c2VjcmV0") || c.Secret {
			t.Errorf("%s is not clean: %q", what, c.Text)
		}
	}
	b.c.Reveal = true
	b.Update(ui.RevealChanged{Reveal: true})
	shown := copies(t, b.Update(ui.KeyPress("y")))["curl command"]
	want := `curl -X 'POST' 'https://idp.example/token' -H 'Content-Type: application/x-www-form-urlencoded' -H 'Authorization: Basic cHJhY3RpY2U6c2VjcmV0LXNlY3JldA==' --data-raw 'grant_type=authorization_code&code=` + theCode + `&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback'`
	if shown.Text != want || !shown.Secret {
		t.Errorf("revealed:\n%s\nwant\n%s", shown.Text, want)
	}
	if !strings.Contains(b.View(), theCode) {
		t.Errorf("the code is not seen when revealed:\n%s", b.View())
	}
}

func TestBodies(t *testing.T) {
	with := func(media, text string) record.Exchange {
		e := discovery()
		e.Response.Headers, e.Response.Body = fields("Content-Type", media), body(text)
		return e
	}
	cut := with("application/json", `{"a":[1,2`)
	cut.Response.Body.Size, cut.Response.Body.Truncated = 5_000_000, true
	for name, test := range map[string]struct {
		e    record.Exchange
		want []string
	}{
		"cut off":         {cut, []string{"! 5.0 MB came; the first 9 B were kept", "! JSON up to byte"}},
		"html":            {with("text/html", "<h1>\x1b[31mno</h1>"), []string{`<h1>\x1b[31mno</h1>`, "text/html · text"}},
		"json as text":    {with("text/plain", `{"a":true}`), []string{`"a": true`, "pretty"}},
		"duplicate names": {with("application/json", `{"a":1,"a":2}`), []string{"! repeated"}},
		"nothing":         {with("", ""), []string{"no body"}},
	} {
		b := newBench(termenv.Ascii, ui.Dark)
		b.SetSize(160, 60)
		b.run(test.e)
		for _, w := range test.want {
			if !strings.Contains(b.View(), w) {
				t.Errorf("%s: no %q in\n%s", name, w, b.View())
			}
		}
	}
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(160, 60)
	b.run(discovery())
	b.press("v")
	if !strings.Contains(b.View(), `{"issuer":"https://idp.example","token_endpoint"`) {
		t.Errorf("not as sent:\n%s", b.View())
	}
}

func TestFoldingInBody(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 40)
	b.run(discovery())
	b.press("tab")
	b.split.Details.Select("answer.body.scopes_supported")
	b.press("enter")
	if drawn := b.View(); !strings.Contains(drawn, "[2 items] ▸") || strings.Contains(drawn, "offline_access") {
		t.Errorf("not folded:\n%s", drawn)
	}
	b.press("right")
	if !strings.Contains(b.View(), "offline_access") {
		t.Errorf("not unfolded:\n%s", b.View())
	}
}

func TestHostileTextIsMadeSafe(t *testing.T) {
	evil := "\x1b]0;owned\a\u202e\u200b"
	e := discovery()
	e.Purpose, e.Request.Method, e.Request.URL = evil, "G"+evil, "https://idp.example/"+evil
	e.Request.Headers = fields(evil, evil)
	e.Response.Reason, e.Response.Proto = "200 "+evil, evil
	e.Response.Headers = fields("Content-Type", evil, evil, evil)
	e.Connection = record.Connection{Remote: evil, TLS: evil, ALPN: evil, Proxy: evil, Chain: []record.Certificate{{Subject: evil, Issuer: evil, DNSNames: []string{evil}, Key: evil, SHA256: evil}}}
	e.Edits = []string{evil}
	e.Failure = &record.Failure{Kind: "x" + record.FailureKind(evil), Message: evil, Cause: "because " + evil}
	for _, content := range []string{`{"` + "a\u202e" + `":"x` + "\u200b" + `"}`, evil, "a=" + evil + "&b"} {
		e.Request.Body, e.Response.Body = body(content), body(content)
		for _, width := range []int{80, 200} {
			b := newBench(termenv.Ascii, ui.Dark)
			b.SetSize(width, 70)
			b.Update(ui.RunBegan{Run: 1, Title: evil, Flow: flows.Flow{Title: evil}})
			b.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: e}})
			for _, key := range []string{"tab", "G", "v", "tab"} {
				b.press(key)
				if drawn := b.View() + b.Title(); strings.ContainsAny(drawn, "\x1b\a\u202e\u200b") {
					t.Fatalf("drawn after %q:\n%q", key, drawn)
				}
			}
		}
	}
}

func TestSplit(t *testing.T) {
	theme := ui.NewTheme(ui.Dark, termenv.Ascii)
	parts := phases(theme, record.Timing{DNS: time.Microsecond, Connect: 10 * time.Millisecond, Wait: 90 * time.Millisecond, Total: 100 * time.Millisecond})
	cells := split(parts, 50)
	total := 0
	for i, n := range cells {
		total += n
		if n < 1 {
			t.Errorf("%s has no cell", parts[i].name)
		}
	}
	if total != 50 || cells[2] < 40 {
		t.Errorf("cells %v, want 50 in all and most of them waiting", cells)
	}
	if got := phases(theme, record.Timing{Wait: time.Millisecond, Total: 10 * time.Millisecond}); got[len(got)-1].name != "other" {
		t.Errorf("time that nothing accounts for is not shown: %v", got)
	}
}

func TestLogForgetsTheOldest(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	for i := range maxKept + 20 {
		e := token()
		e.ID = i + 1
		b.Update(ui.RunEvent{Run: 1 + i/300, Event: flows.Exchange{Exchange: e}})
	}
	if b.log.kept != maxKept || b.log.dropped != 20 {
		t.Fatalf("%d kept, %d dropped", b.log.kept, b.log.dropped)
	}
	b.press("g")
	if !strings.Contains(b.View(), "20 older exchanges forgotten") {
		t.Errorf("does not say that older ones are gone:\n%s", b.View())
	}
}

func TestClickAndWheel(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.run(discovery(), token(), refused())
	b.Update(tea.MouseMsg{X: 10, Y: 1, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
	if b.selected().ID != 1 {
		t.Errorf("a click on the first row chose %d", b.selected().ID)
	}
	before := b.View()
	b.Update(tea.MouseMsg{X: 90, Y: 5, Action: tea.MouseActionPress, Button: tea.MouseButtonWheelDown})
	if b.View() == before {
		t.Error("the wheel does not scroll the details")
	}
}

func TestSecretClientIsMasked(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(200, 56)
	e := discovery()
	e.Response.Body = body(`{"echo":"hunter2-hunter2"}`)
	b.Update(ui.RunBegan{Run: 1, Config: flows.Config{ClientSecret: secret.New("hunter2-hunter2")}, At: start})
	b.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: e}})
	if strings.Contains(b.View(), "hunter2") {
		t.Errorf("the client secret is seen where the provider echoes it:\n%s", b.View())
	}
}

func BenchmarkView(b *testing.B) {
	s := newBench(termenv.TrueColor, ui.Dark)
	s.SetSize(120, 36)
	s.run(discovery(), token(), refused())
	long := discovery()
	long.ID, long.Response.Body = 4, body(`{"keys":[`+strings.Repeat(`{"kty":"RSA","n":"abcdefghijklmnopqrstuvwxyz"},`, 20_000)+`1]}`)
	s.Update(ui.RunEvent{Run: 1, Event: flows.Exchange{Exchange: long}})
	for b.Loop() {
		s.View()
	}
}
