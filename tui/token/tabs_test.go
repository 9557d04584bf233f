package token

import (
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crypto/x509"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

func opened(t *testing.T, raws ...string) *bench {
	t.Helper()
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.c.Context = t.Context()
	b.SetSize(120, 40)
	for _, raw := range raws {
		b.open(ui.TokenOpened{Raw: raw})
	}
	return b
}

// Every token of a text gets a tab; what stood around each is told; a tab can be closed, one of a session can't.
func TestTabs(t *testing.T) {
	raw := mint(testHeader, idPayload(issued, ""))
	b := opened(t)
	b.login(session(t, issued, raw, opaque))
	note := intent[ui.Notify](t, b.Update(ui.TokenOpened{Raw: fmt.Sprintf(`{"access_token":%q,"id_token":%q}`, opaque+"x", mint(testHeader, idPayload(issued, `,"x":1`)))}))
	if !strings.Contains(note.Text, "2 tokens") || len(b.list()) != 6 || b.tab().title != "access_token" {
		t.Fatalf("%q, %d tabs, %q in front", note.Text, len(b.list()), b.tab().title)
	}
	b.press("l")
	if drawn := b.View(); !strings.Contains(drawn, "[id_token]") || !strings.Contains(drawn, `member "id_token"`) || !strings.Contains(drawn, "2 of 2") {
		t.Errorf("where it stood is not told:\n%s", drawn)
	}
	b.press("w", "w")
	if len(b.list()) != 4 {
		t.Errorf("%d tabs after closing two", len(b.list()))
	}
	if note := intent[ui.Notify](t, b.Update(ui.KeyPress("w"))); !strings.Contains(note.Text, "session stay") || len(b.list()) != 4 {
		t.Errorf("%q, %d tabs", note.Text, len(b.list()))
	}
	b.open(ui.TokenOpened{Raw: opaque + "y"})
	b.open(ui.TokenOpened{Raw: raw})
	b.open(ui.TokenOpened{Raw: opaque + "y"})
	if len(b.list()) != 6 || b.tab().raw != opaque+"y" {
		t.Errorf("a token that has a tab keeps it: %d tabs", len(b.list()))
	}
}

// Of more tabs than fit, the one in front is in sight, and a click on it finds it.
func TestManyTabs(t *testing.T) {
	var text strings.Builder
	for i := range 40 {
		text.WriteString(mint(testHeader, idPayload(issued, fmt.Sprintf(`,"n":%d`, i))) + "\n")
	}
	b := opened(t)
	b.SetSize(80, 20)
	b.open(ui.TokenOpened{Raw: text.String()})
	for i := range 40 {
		first := strings.SplitN(b.View(), "\n", 2)[0]
		if want := fmt.Sprintf("[Pasted id token %d]", i+1); !strings.Contains(first, want) {
			t.Fatalf("no %q in %q", want, first)
		}
		x, y := find(t, b.View(), fmt.Sprintf("id token %d]", i+1))
		if got := b.tabAt(x - 1); y != 0 || got != i {
			t.Errorf("tab %d is at the cell of tab %d", got, i)
		}
		b.showTab(i + 1)
	}
}

func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "my token.jwt")
	if err := os.WriteFile(path, []byte(mint(testHeader, idPayload(issued, ""))+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := opened(t)
	b.press("o")
	if !b.Typing() {
		t.Fatal("the path is not asked for")
	}
	b.Update(ui.KeyPress("ctrl+u"))
	for _, r := range path[:len(path)-4] {
		b.press(string(r))
	}
	b.press("tab", "enter")
	b.settle()
	if b.guest != nil || b.tab() == nil || b.tab().report.Kind != inspect.JWSCompact || !strings.Contains(b.View(), "token.jwt") {
		t.Errorf("the file is not open:\n%s", b.View())
	}
	b.press("o", "x", "enter")
	b.settle()
	if drawn := b.View(); !strings.Contains(drawn, "no such file") {
		t.Errorf("a missing file:\n%s", drawn)
	}
	b.press("esc")
	b.open(ui.TokenOpened{Raw: "'" + path + "'"})
	if b.tab() == nil || b.tab().file != path {
		t.Error("a file that is dropped is not opened")
	}
}

// A pasted token is checked with what the person gives, and only that changes its status.
func TestGiveKeys(t *testing.T) {
	pub, err := x509.MarshalPKIXPublicKey(signKey.Public())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	jwks := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":%q}]}`, b64(signKey.Public().(ed25519.PublicKey)))
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.URL.Path, "well-known") {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, server.URL, server.URL+"/jwks")
			return
		}
		fmt.Fprint(w, jwks)
	}))
	defer server.Close()
	raw := mint(testHeader, fmt.Sprintf(`{"iss":%q,"sub":"alice"}`, server.URL))
	for name, c := range map[string]struct {
		field, value string
		want         inspect.Status
		says         string
	}{
		"pem":       {"key", file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub})), inspect.Verified, ""},
		"file":      {"jwks", file("jwks.json", []byte(jwks)), inspect.Verified, ""},
		"address":   {"jwks", server.URL + "/jwks", inspect.Verified, ""},
		"discovery": {"issuer", server.URL, inspect.Verified, ""},
		"secret":    {"secret", "hush", inspect.Refused, ""},
		"missing":   {"key", filepath.Join(dir, "none.pem"), inspect.Unverified, "no such file"},
		"no key":    {"key", file("text", []byte("hello")), inspect.Unverified, "wanted a key set"},
		"nothing":   {"key", "", inspect.Unverified, "nothing was given"},
	} {
		b := opened(t, raw)
		if b.subject().report.Signature.Status != inspect.Unverified {
			t.Fatal("verified without a key")
		}
		b.press("V")
		b.guest.(*keysForm).Set("issuer", "")
		b.guest.(*keysForm).Set(c.field, c.value)
		b.press("enter")
		b.settle()
		if got := b.subject().report.Signature.Status; got != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got, b.subject().report.Signature.Reason, c.want)
		}
		if drawn := b.View(); c.says != "" && !strings.Contains(drawn, c.says) || c.want != inspect.Verified && strings.Contains(drawn, "✓ verified") {
			t.Errorf("%s: no %q, or verified, in\n%s", name, c.says, drawn)
		}
	}
}

// A detached payload is given as a file, byte for byte; from the walk V asks for keys.
func TestDetachedPayload(t *testing.T) {
	raw := mint(testHeader, `{"sub":"alice"}`)
	parts := strings.Split(raw, ".")
	path := filepath.Join(t.TempDir(), "payload.json")
	if err := os.WriteFile(path, []byte(`{"sub":"alice"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	b := opened(t)
	b.open(ui.TokenOpened{Raw: parts[0] + ".." + parts[2], Keys: keySet(t, signKey)})
	if got := b.subject().report.Signature.Status; got == inspect.Verified {
		t.Fatal("verified without its payload")
	}
	b.press("v", "V")
	f, ok := b.guest.(*keysForm)
	if !ok {
		t.Fatal("V does not ask")
	}
	f.Set("payload", path)
	b.press("enter")
	b.settle()
	if r := b.subject().report; r.Signature.Status != inspect.Verified {
		t.Errorf("with its payload: %s, %s", r.Signature.Status, r.Signature.Reason)
	}
	b.press("v")
	if drawn := b.View(); !strings.Contains(drawn, "✓ verified") || !strings.Contains(drawn, "not in the token") {
		t.Errorf("the walk:\n%s", drawn)
	}
}

// A form that was left takes no answer any longer.
func TestLeftFormTakesNoAnswer(t *testing.T) {
	b := opened(t, mint(testHeader, `{"sub":"alice"}`))
	b.press("V")
	f := b.guest.(*keysForm)
	f.Set("secret", "hush")
	b.press("enter", "esc")
	b.settle()
	if got := b.subject().report.Signature.Status; got != inspect.Unverified || b.guest != nil {
		t.Errorf("%s", got)
	}
}

func TestOpenEncrypted(t *testing.T) {
	m := nestedToken(t)
	b := opened(t)
	b.open(ui.TokenOpened{Raw: m.Raw})
	if drawn := b.View(); !strings.Contains(drawn, "? not opened") || !strings.Contains(drawn, "Needed is the shared secret") || strings.Contains(drawn, "verified") {
		t.Fatalf("without a key:\n%s", drawn)
	}
	b.press("V")
	b.guest.(*keysForm).Set("secret", "0123456789abcdef0123456789abcdef")
	b.press("enter")
	b.settle()
	if drawn := b.View(); !strings.Contains(drawn, "✓ opened") || !strings.Contains(drawn, "Token inside") {
		t.Fatalf("with the secret:\n%s", drawn)
	}
	b.left.Select("inside")
	b.press("enter")
	if !strings.Contains(b.Title(), "token inside") || b.subject().report.Kind != inspect.JWSCompact || !b.Back() {
		t.Errorf("inside: %q", b.Title())
	}
	b.press("esc")
	if b.subject() != b.tab() || b.Back() {
		t.Error("esc does not go back")
	}
}

// Each signature of several has its own verdict, and can be gone to.
func TestSeveralSignatures(t *testing.T) {
	b := opened(t)
	b.open(ui.TokenOpened{Raw: generalToken(), Keys: keySet(t, signKey)})
	if len(b.list()) != 1 {
		t.Fatalf("%d tabs for one token", len(b.list()))
	}
	for i, want := range []inspect.Status{inspect.Verified, inspect.Unverified} {
		if !b.left.Select(fmt.Sprintf("signature.%d", i)) {
			t.Fatalf("no signature %d:\n%s", i, b.View())
		}
		b.press("enter")
		if got := b.subject().report.Signature.Status; got != want || !strings.Contains(b.Title(), fmt.Sprintf("Signature %d of 2", i+1)) {
			t.Errorf("signature %d: %s, want %s; %q", i, got, want, b.Title())
		}
		b.press("v")
		if drawn := b.View(); strings.Contains(drawn, "✓ verified") != (want == inspect.Verified) {
			t.Errorf("walk through signature %d:\n%s", i, drawn)
		}
		b.press("esc", "esc")
	}
}

// Digests without a disclosure are counted.
func TestWithheld(t *testing.T) {
	tok := inspect.Decode(mint(`{"alg":"Ed25519","typ":"dc+sd-jwt"}`, `{"_sd":["a","b"],"list":[{"...":"c"}]}`) + "~")
	if tok.SD.Withheld != 3 {
		t.Errorf("%d digests without a disclosure, want 3", tok.SD.Withheld)
	}
}

func TestCompareTwo(t *testing.T) {
	b := opened(t, mint(testHeader, `{"sub":"alice","exp":1000}`), mint(testHeader, `{"sub":"bob","exp":1060,"new":true}`))
	b.press("d")
	drawn := b.View()
	for _, want := range []string{`"alice" → "bob"`, "1 min later", "+ new", "another signature", "4 differences"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("no %q in\n%s", want, drawn)
		}
	}
	b.press("d")
	if drawn := b.View(); !strings.Contains(drawn, `"bob" → "alice"`) || !strings.Contains(drawn, "– new") {
		t.Errorf("the other way round:\n%s", drawn)
	}
	b.press("esc")
	b.open(ui.TokenOpened{Raw: mint(testHeader, `{"sub":"carol"}`)})
	b.press("d")
	x, y := find(t, b.View(), "Pasted 2")
	b.Update(click(x, y+1)) // the first line is that of the tabs
	if drawn := b.View(); !strings.Contains(drawn, "carol") {
		b.press("down", "enter")
		if drawn = b.View(); !strings.Contains(drawn, `→ "carol"`) {
			t.Errorf("chosen:\n%s", drawn)
		}
	}
}

// n and N go from hit to hit, around the end, in the tree and in the text as it was sent.
func TestSearch(t *testing.T) {
	b := opened(t, mint(testHeader, `{"sub":"alice","list":["alice","bob",{"alice":1}],"text":"`+strings.Repeat("x", 300)+`ALICE"}`))
	b.press("J", "/", "a", "l", "i", "c", "e", "enter")
	want := []string{"payload.sub", "payload.list[0]", "payload.list[2].alice", "payload.text", "payload.sub"}
	for i, w := range want {
		if i > 0 {
			b.press("n")
		}
		if b.selected() != w {
			t.Errorf("hit %d is %q, want %q", i, b.selected(), w)
		}
	}
	if !strings.Contains(b.View(), "1 of 4 hits") {
		t.Errorf("hits are not counted:\n%s", b.View())
	}
	b.press("N")
	if b.selected() != "payload.text" {
		t.Errorf("backwards: %q", b.selected())
	}
	b.press("esc")
	if b.selected() != "payload.text" {
		t.Errorf("esc loses the hit: %q", b.selected())
	}
	b.press("J", "/", "B", "O", "B", "enter")
	if len(b.hits) != 1 || !strings.Contains(b.selected(), "line") {
		t.Errorf("in the text as sent: %q, %q", b.hits, b.selected())
	}
}

func TestTopic(t *testing.T) {
	b := opened(t)
	s := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	b.login(s)
	for id, want := range map[string]struct {
		name string
		kind explain.Kind
	}{"payload.iss": {"iss", explain.Claim}, "header.alg": {"alg", explain.Header}, "payload.address.locality": {"locality", explain.Claim}} {
		if !b.left.Select(id) {
			t.Fatalf("no row %q", id)
		}
		if name, kind := b.Topic(); name != want.name || kind != want.kind {
			t.Errorf("%s: %q, %q", id, name, kind)
		}
		if name, _ := b.Topic(); id != "payload.address.locality" && len(explain.Find(name).Topics) == 0 {
			t.Errorf("nothing is known of %q", name)
		}
	}
	b.onRight = true
	b.right.Select("check.0")
	if name, kind := b.Topic(); name != "iss" || kind != explain.Claim {
		t.Errorf("an item of the checklist: %q, %q", name, kind)
	}
	b = opened(t, mint(testHeader, idPayload(issued.Add(-time.Hour), "")))
	b.onRight = true
	b.right.Select("finding.0")
	if name, kind := b.Topic(); !strings.HasPrefix(name, "TOK-") || kind != explain.Check || len(explain.Find(name).Topics) == 0 {
		t.Errorf("a finding: %q, %q", name, kind)
	}
	b.press("enter")
	if drawn := b.View(); !strings.Contains(drawn, "Why it matters") || !strings.Contains(drawn, "Reference") {
		t.Errorf("the finding whole:\n%s", drawn)
	}
}

func TestPointer(t *testing.T) {
	b := opened(t, mint(testHeader, `{"a/b":{"~":[1,{"x":"deep"}]},"list":["one"]}`))
	b.press("J")
	for id, want := range map[string]string{"payload.a/b.~[1].x": "/a~1b/~0/1/x", "payload.list[0]": "/list/0", "header.alg": "/alg", "payload": ""} {
		v := b.tree.Node(id)
		if got, ok := b.pointer(v); !ok || got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// s says when it shows nothing new here.
func TestRevealIsTruthful(t *testing.T) {
	b := opened(t)
	b.login(session(t, issued, mint(testHeader, idPayload(issued, "")), opaque))
	b.Update(ui.Shown{Screen: ui.Token})
	note := intent[ui.Notify](t, b.Update(ui.RevealChanged{Reveal: true}))
	if !strings.Contains(note.Text, "none was hidden") {
		t.Errorf("%q", note.Text)
	}
	b.press("l")
	if cmd := b.Update(ui.RevealChanged{Reveal: true}); cmd != nil {
		t.Errorf("on the access token: %v", cmd())
	}
	b.Update(ui.Shown{Screen: ui.Home})
	b.press("h")
	if cmd := b.Update(ui.RevealChanged{Reveal: true}); cmd != nil {
		t.Error("a screen that is not shown speaks")
	}
}

// What a refresh changed is one line in a narrow terminal, with the claims in sight; enter lists it.
func TestRefreshLeavesTheClaimsInSight(t *testing.T) {
	before := session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	b := opened(t)
	b.SetSize(80, 20)
	b.login(before)
	b.now = issued.Add(5 * time.Minute)
	b.refreshed(session(t, b.now, mint(testHeader, idPayload(b.now, "")), "another"), before)
	if drawn := b.View(); !strings.Contains(drawn, "exp 5 min later") || !strings.Contains(drawn, "▸ iss") {
		t.Fatalf("after a refresh:\n%s", drawn)
	}
	b.left.Select("changes")
	b.press("enter")
	if drawn := b.View(); !strings.Contains(drawn, "~ exp") {
		t.Errorf("listed:\n%s", drawn)
	}
	if which := b.subject().which; which != flows.IDToken {
		t.Errorf("the tab is %s", which)
	}
}

// A payload that is no JSON is shown as what it is.
func TestPayloadThatIsNoJSON(t *testing.T) {
	for payload, want := range map[string]string{"It's a dangerous business\x1b[31m": `dangerous business\x1b[31m`, "\xff\xfe\x00": "ff fe 00"} {
		b := opened(t, mint(testHeader, payload))
		if drawn := b.View(); !strings.Contains(drawn, want) || strings.ContainsRune(drawn, 0x1b) {
			t.Errorf("no %q in\n%s", want, drawn)
		}
	}
}
