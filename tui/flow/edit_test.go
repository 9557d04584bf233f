package flow

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// sent is the release that n asks for.
func (p *script) sent(t *testing.T) record.Decision {
	t.Helper()
	got := p.intents("n")
	if len(got) != 1 {
		t.Fatalf("n asks for %v", got)
	}
	return got[0].(ui.Release).Command.Request
}

func TestEditedRequestIsSentAsEdited(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.keys("E")
	if !p.s.Typing() {
		t.Fatal("the editor does not take keys")
	}
	p.keys("down", "down")
	p.text("/x")
	p.keys("down", "down", "ctrl+d", "ctrl+n")
	p.text("resource=https://api.example/?a&b")
	p.keys("enter")
	if p.s.Typing() {
		t.Error("the editor is still open")
	}
	if view := p.s.View(); !strings.Contains(view, "✎ edited") || !strings.Contains(view, "✎ edited: dropped code_verifier") {
		t.Errorf("the edit is not marked:\n%s", view)
	}
	d := p.sent(t)
	want := "grant_type=authorization_code&code=" + sampleCode + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback%2Fx&client_id=practice&resource=https%3A%2F%2Fapi.example%2F%3Fa%26b"
	if string(d.Body) != want {
		t.Errorf("body is\n%s, want\n%s", d.Body, want)
	}
	if want := []string{"changed redirect_uri", "dropped code_verifier", "added resource"}; !slices.Equal(d.Edits, want) {
		t.Errorf("edits are %q, want %q", d.Edits, want)
	}
	if d.URL != sampleIssuer+"/token" || d.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || d.Header.Get("Accept") != "application/json" {
		t.Errorf("got %s with %v", d.URL, d.Header)
	}
	p.release()
	if steps := p.s.ladderSteps(p.now); !steps[6].Edited {
		t.Error("the ladder does not mark the edited step")
	}
	p.event(flows.StepFailed{Meta: p.meta("token"), Problem: flows.Problem{Got: "invalid_grant", Mark: -1}})
	p.tell(ui.RunEnded{Run: 1, Err: &flows.Problem{Got: "invalid_grant"}})
	if !strings.Contains(p.s.View(), "✎ you edited this step: dropped code_verifier") {
		t.Errorf("the failure does not tell of the edit:\n%s", p.s.View())
	}
}

func TestLeavingTheEditorLosesNothing(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.keys("E", "down", "down")
	p.text("/x")
	p.keys("esc")
	if p.s.Typing() {
		t.Fatal("esc does not leave the editor")
	}
	if !strings.Contains(p.s.View(), "not applied") {
		t.Errorf("nothing says that the edits wait:\n%s", p.s.View())
	}
	if d := p.sent(t); len(d.Edits) > 0 || d.Body != nil {
		t.Errorf("edits that were not applied are sent: %+v", d)
	}
	p.keys("E", "enter")
	if d := p.sent(t); !slices.Equal(d.Edits, []string{"changed redirect_uri"}) {
		t.Errorf("edits are %q after coming back", d.Edits)
	}
}

func TestASecondHoldStartsWithoutEdits(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.keys("E", "x", "enter")
	p.release()
	req, _ := http.NewRequest("GET", sampleIssuer+"/userinfo", nil)
	p.start("userinfo")
	p.hold(flows.Stop{Kind: flows.BeforeSend, Step: "userinfo", Held: &record.Held{ID: 4, Step: "userinfo", Request: req}})
	if d := p.sent(t); len(d.Edits) > 0 {
		t.Errorf("the edits of another request are sent: %+v", d)
	}
}

func TestEditsOfQueryAndHeaders(t *testing.T) {
	m := newMessage("GET", "https://a.example/authorize?scope=openid&state=a+b&x=%zz#frag", []record.Header{{Name: "Accept", Value: "*/*"}, {Name: "Authorization", Value: "Bearer t"}}, nil)
	e := widget.NewParamEditor(m.params, widget.InQuery)
	for _, k := range []string{"!", "down", "down", "down", "ctrl+d"} {
		e.Key(ui.KeyPress(k))
	}
	d := m.decision(e.Result(), e.Edits())
	if want := "https://a.example/authorize?scope=openid%21&state=a+b&x=%zz#frag"; d.URL != want {
		t.Errorf("got %s, want %s", d.URL, want)
	}
	if len(d.Header) != 1 || d.Header.Get("Authorization") != "Bearer t" {
		t.Errorf("headers are %v", d.Header)
	}
	if d.Body == nil || len(d.Body) > 0 {
		t.Errorf("body is %q, want an empty one", d.Body)
	}
}

func TestBodyThatIsNoFormStays(t *testing.T) {
	body := `{"client_name":"x"}`
	m := newMessage("POST", "https://a.example/register", []record.Header{{Name: "Content-Type", Value: "application/json"}}, []byte(body))
	e := widget.NewParamEditor(m.params, widget.InForm)
	e.Key(ui.KeyPress("x"))
	if d := m.decision(e.Result(), e.Edits()); string(d.Body) != body || d.Header.Get("Content-Type") != "application/jsonx" {
		t.Errorf("got %q as %q", d.Body, d.Header.Get("Content-Type"))
	}
}

// TestEveryPartOfARequestIsEdited: the method, the address, and a body that is no form.
func TestEveryPartOfARequestIsEdited(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	req, _ := http.NewRequest("POST", sampleIssuer+"/register?x=1", nil)
	req.Header.Set("Content-Type", "application/json")
	p.hold(flows.Stop{Kind: flows.BeforeSend, Step: "token", Held: &record.Held{ID: 4, Step: "token", Request: req, Body: []byte(`{"a":1}`)}})
	p.keys("E", "up", "ctrl+u")
	p.text("https://other.example/r")
	p.keys("up", "ctrl+u")
	p.text("put me")
	p.keys("ctrl+d", "enter")
	if !p.s.Typing() {
		t.Error("a method of two words was taken")
	}
	p.keys("ctrl+u")
	p.text("put")
	p.keys("down", "down", "down", "ctrl+u")
	p.text(`{"a":2}`)
	p.keys("enter")
	if view := p.s.View(); !strings.Contains(view, "PUT https://other.example/r") || !strings.Contains(view, "✎ edited: changed the method to PUT") {
		t.Errorf("the edits are not shown:\n%s", view)
	}
	d := p.sent(t)
	if d.Method != "PUT" || d.URL != "https://other.example/r?x=1" || string(d.Body) != `{"a":2}` {
		t.Errorf("sent is %s %s %s", d.Method, d.URL, d.Body)
	}
	if want := []string{"changed the method to PUT", "changed the address", "changed the body"}; !slices.Equal(d.Edits, want) {
		t.Errorf("edits are %q, want %q", d.Edits, want)
	}
	p.keys("E", "up", "up", "ctrl+u", "x", "enter")
	if !p.s.Typing() {
		t.Error("an address that leads nowhere was taken")
	}
}

// TestOfAVisitOnlyTheAddressIsEdited: method and headers are the browser's.
func TestOfAVisitOnlyTheAddressIsEdited(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	req, _ := http.NewRequest("GET", sampleRedirect+"?state=x", nil)
	p.hold(flows.Stop{Kind: flows.BeforeReturn, Step: "callback", Held: &record.Held{Step: "callback", Purpose: "callback", Request: req, Visit: true}})
	p.keys("E", "ctrl+n")
	p.text("code=y")
	if view := p.s.View(); strings.Contains(view, "method") || strings.Contains(view, "ctrl+t") {
		t.Errorf("more can be changed than what counts:\n%s", view)
	}
	p.keys("ctrl+t", "enter")
	if d := p.sent(t); d.URL != sampleRedirect+"?state=x&code=y" {
		t.Errorf("brought back is %s", d.URL)
	}
}

// FuzzPairs: whatever a query looks like, what is not edited goes out byte for byte.
func FuzzPairs(f *testing.F) {
	for _, q := range []string{"", "a=b", "a=b&&c", "=x", "a=%zz&a=1+2", "x=1;y=2", "scope=openid%20email"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		want := strings.Join(slices.DeleteFunc(strings.Split(query, "&"), func(s string) bool { return s == "" }), "&")
		if got := joined(pairs(nil, widget.InQuery, query), widget.InQuery); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestCheckPaste(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"good", sampleRedirect + "?code=x&state=y", ""},
		{"an error is an answer", sampleRedirect + "?error=access_denied&state=y", ""},
		{"in the fragment", sampleRedirect + "#code=x&state=y", ""},
		{"the query alone", "?code=x&state=y", ""},
		{"the query alone, without its mark", "code=x&state=y", ""},
		{"nothing", "", "whole address"},
		{"the address it began with", sampleAuthURL, "began with"},
		{"of another place", "https://idp.example/callback?code=x", "begins with " + sampleRedirect},
		{"of another port", "http://127.0.0.1:1/callback?code=x", "begins with"},
		{"no answer in it", sampleRedirect, "neither code nor error"},
		{"no address", "http://[::1", "no address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := checkPaste(c.text, sampleAuthURL, sampleRedirect)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestPasteAddress(t *testing.T) {
	p := newScript(plain(), 80, 20)
	p.toBrowser()
	p.keys("p")
	p.text("https://elsewhere.example/?code=x")
	if got := p.intents("enter"); got != nil {
		t.Fatalf("a wrong address is handed on: %v", got)
	}
	if !strings.Contains(p.s.View(), "✗ want an address that begins with") {
		t.Errorf("nothing says what is wrong:\n%s", p.s.View())
	}
	p.keys("ctrl+u")
	paste := ui.KeyPress(sampleRedirect + "?code=abc\n  &state=def\r\n")
	paste.Paste = true
	p.s.Update(paste)
	got := p.intents("enter")
	if len(got) != 1 || got[0] != (ui.PasteAddress{URL: sampleRedirect + "?code=abc&state=def"}) {
		t.Fatalf("got %v", got)
	}
	p.event(flows.Found{Meta: p.meta("login")})
	p.s.run.findings[0].Message = "the state is not ours"
	if !strings.Contains(p.s.View(), "✗ the state is not ours") || !p.s.Typing() {
		t.Errorf("the engine's objection is not shown:\n%s", p.s.View())
	}
	p.finish("login", 0, "")
	if p.s.Typing() {
		t.Error("the field stays open after the login")
	}
}

func TestPasteAnywhereOpensTheField(t *testing.T) {
	p := newScript(plain(), 80, 20)
	p.toBrowser()
	paste := ui.KeyPress("'" + sampleRedirect + "?code=abc'")
	paste.Paste = true
	p.s.Update(paste)
	if p.s.paste == nil || p.s.paste.field.Value() != sampleRedirect+"?code=abc" {
		t.Errorf("got %+v", p.s.paste)
	}
}

func TestForward(t *testing.T) {
	for _, c := range []struct{ ssh, redirect, want string }{
		{"", sampleRedirect, ""},
		{"10.0.0.9 50000 10.0.0.2 22", sampleRedirect, "ssh -L 53682:127.0.0.1:53682 10.0.0.2"},
		{"fe80::9 50000 fe80::2 22", "http://[::1]:8085/callback", "ssh -L 8085:[::1]:8085 fe80::2"},
		{"odd", sampleRedirect, "ssh -L 53682:127.0.0.1:53682 HOST"},
		{"10.0.0.9 50000 10.0.0.2 22", "https://app.example/callback", ""},
	} {
		p := newScript(plain(), 80, 20)
		p.toBrowser()
		p.s.ssh, p.s.run.need.RedirectURI = c.ssh, c.redirect
		if got := p.s.forward(); got != c.want {
			t.Errorf("%q, %q: got %q, want %q", c.ssh, c.redirect, got, c.want)
		}
	}
}

func TestScanNote(t *testing.T) {
	for _, c := range []struct{ complete, want string }{
		{"http://127.0.0.1:41207/device?user_code=X", "! 127.0.0.1 is this machine: a phone can't open it"},
		{"http://[::1]:41207/device?user_code=X", "! ::1 is this machine: a phone can't open it"},
		{"http://localhost/device", "! localhost is this machine: a phone can't open it"},
		{"https://idp.example/device?user_code=X", ""},
	} {
		p := newScript(plain(), 120, 32)
		p.toDevice()
		p.s.run.need.VerificationURIComplete = c.complete
		if got := p.s.scanNote(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.complete, got, c.want)
		}
	}
}

func (p *script) copies(t *testing.T) map[string]ui.Copy {
	t.Helper()
	got := p.intents("y")
	if len(got) != 1 {
		t.Fatalf("y asks for %v", got)
	}
	menu, ok := got[0].(ui.CopyMenu)
	if !ok {
		t.Fatalf("y asks for %#v", got[0])
	}
	items := make(map[string]ui.Copy)
	for _, c := range menu.Items {
		items[c.What] = c
	}
	return items
}

func TestCopyIsRedactedUntilRevealed(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toDone()
	p.keys("up", "up", "right", "tab", "down", "down") // step 7, Request, code
	for what, c := range p.copies(t) {
		if strings.Contains(c.Text, sampleVerifier) || strings.Contains(c.Text, sampleCode) || strings.Contains(c.Text, "SlAV32hkKG") {
			t.Errorf("%s holds a secret: %s", what, c.Text)
		}
	}
	p.s.c.Reveal = true
	items := p.copies(t)
	if c := items["code"]; c.Text != sampleCode || !c.Secret {
		t.Errorf("revealed, the value is %+v", c)
	}
	want := "curl -X 'POST' '" + sampleIssuer + "/token' -H 'Accept: application/json' -H 'Content-Type: application/x-www-form-urlencoded' --data-raw '" + sampleForm() + "'"
	if c := items["curl command"]; c.Text != want {
		t.Errorf("got\n%s, want\n%s", c.Text, want)
	}
}

func TestCurlQuotes(t *testing.T) {
	m := newMessage("GET", "https://a.example/?x=';rm -rf /'", nil, nil)
	if got, want := curl(m), `curl -X 'GET' 'https://a.example/?x='\'';rm -rf /'\'''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestJSONBodyFolds(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toDone()
	p.keys("up", "up", "right", "right", "tab") // step 7, Response
	if !strings.Contains(p.s.View(), `"token_type": "Bearer"`) {
		t.Fatalf("no body in\n%s", p.s.View())
	}
	p.keys("enter")
	if view := p.s.View(); strings.Contains(view, "token_type\"") || !strings.Contains(view, "{5 members}") {
		t.Errorf("enter does not fold the body:\n%s", view)
	}
	p.keys("enter", "v")
	if view := p.s.View(); !strings.Contains(view, `"token_type":"Bearer`) {
		t.Errorf("v does not show the body as it came:\n%s", view)
	}
}

func TestCopyWhileWaiting(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toDevice()
	items := p.copies(t)
	if items["user code"].Text != "WDJB-MJHT" || items["address"].Text != sampleIssuer+"/device" || items["address with the code"].Text != sampleIssuer+"/device?user_code=WDJB-MJHT" {
		t.Errorf("got %v", items)
	}
}

func TestMarkedShowsTheFirstDifference(t *testing.T) {
	s := newScript(plain(), 120, 32).s
	for _, c := range []struct {
		text string
		mark int
		want []string
	}{
		{"abcdef", 3, []string{"abcdef", "   ^"}},
		{"abcdef", 0, []string{"abcdef", "^"}},
		{"abc", 3, []string{"abc", "   ^"}},
		{"abcdefghijkl", 9, []string{"abcdefgh", "ijkl", " ^"}},
		{"a\x1bbc", 2, []string{`a\x1bbc`, "     ^"}},
		{"abcdef", -1, []string{"abcdef"}},
	} {
		if got := s.marked(c.text, c.mark, s.c.Theme.Bad, "^", 8); !slices.Equal(got, c.want) {
			t.Errorf("%q at %d: got %q, want %q", c.text, c.mark, got, c.want)
		}
	}
}
