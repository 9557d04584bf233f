package doctor

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/run"
	"github.com/oidcscope/oidcscope/tui/ui"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const document = `{"issuer":"https://keycloak.staging.example/realms/app","authorization_endpoint":"https://keycloak.staging.example/realms/app/auth",
"token_endpoint":"https://keycloak.staging.example/realms/app/token","userinfo_endpoint":"https://keycloak.staging.example/realms/app/userinfo",
"jwks_uri":"https://keycloak.staging.example/realms/app/certs","device_authorization_endpoint":"https://keycloak.staging.example/realms/app/device",
"register_endpoint":"https://keycloak.staging.example/realms/app/register",
"response_types_supported":["code","id_token token"],"subject_types_supported":["public"],"grant_types_supported":["authorization_code","password","refresh_token","device_code"],
"id_token_signing_alg_values_supported":["RS256","ES256","EdDSA"],"scopes_supported":["openid","email"],"token_endpoint_auth_methods_supported":["client_secret_basic","private_key_jwt"]}`

const keySet = `{"keys":[{"kty":"EC","crv":"P-256","kid":"2026-11","use":"sig","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
{"kty":"EC","crv":"P-256","kid":"old","use":"sig","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"AQABAQABAQABAQABAQABAQABAQABAQABAQABAQABAQA"},
{"kty":"OKP","crv":"Ed25519","kid":"eddsa","use":"sig","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`

type bench struct{ *Screen }

func newBench(profile termenv.Profile, kind ui.ThemeKind) bench {
	s := New(&ui.Common{Context: context.Background(), Theme: ui.NewTheme(kind, profile), Keys: ui.NewKeys(), Now: func() time.Time { return start }})
	s.examine = func(ctx context.Context, _ doctor.Config, _ func(doctor.Event)) (*doctor.Report, error) {
		<-ctx.Done() // what happens is told by the test
		return nil, ctx.Err()
	}
	return bench{s}
}

func (b bench) press(keys ...string) {
	for _, k := range keys {
		b.Update(ui.KeyPress(k))
	}
}

// check runs the real doctor over documents, and tells the screen its events up to the given check; "" is all of them.
func (b bench) check(until string) {
	cfg := doctor.Config{Issuer: "https://keycloak.staging.example/realms/app/", Document: []byte(document), KeySet: []byte(keySet), Now: func() time.Time { return start }}
	b.Update(Open{cfg})
	b.tell(cfg, until)
}

func (b bench) tell(cfg doctor.Config, until string) {
	number, stopped := b.runs.number, false
	report, err := doctor.Run(context.Background(), cfg, func(e doctor.Event) {
		if stopped {
			return
		}
		b.Update(run.CheckupEvent{Number: number, Event: e})
		c, ok := e.(doctor.Checked)
		stopped = ok && c.ID == until
	})
	if !stopped {
		b.Update(run.CheckupDone{Number: number, Report: report, Err: err})
	}
}

type scene struct {
	name string
	make func(b bench)
}

func scenes() []scene {
	return []scene{
		{"empty", func(bench) {}},
		{"running", func(b bench) { b.check("DISC-040") }},
		{"done", func(b bench) { b.check("") }},
		{"warning", func(b bench) { b.check(""); b.press("j", "j") }},
		{"passed", func(b bench) { b.check(""); b.press("G", "k", "k", "enter", "j", "j") }},
		{"filter", func(b bench) { b.check(""); b.press("/", "k", "e", "y", "enter") }},
		{"endpoints", func(b bench) { b.check(""); b.press("tab") }},
		{"flows", func(b bench) { b.check(""); b.press("tab", "tab") }},
		{"algorithms", func(b bench) { b.check(""); b.press("tab", "tab", "tab") }},
		{"keys", func(b bench) { b.check(""); b.press("shift+tab") }},
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
				view := b.View()
				checkFits(t, view, size[0], size[1])
				if err := golden.Check(fmt.Sprintf("%s-%d", sc.name, size[0]), view); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func checkFits(t *testing.T, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Errorf("%d lines in %d", len(lines), h)
	}
	for i, l := range lines {
		if got := ansi.StringWidth(l); got > w {
			t.Errorf("line %d has %d cells of %d: %q", i, got, w, l)
		}
	}
}

// TestEverySizeFits draws every scene in every size that a terminal may have, and some that none has.
func TestEverySizeFits(t *testing.T) {
	for _, sc := range scenes() {
		b := newBench(termenv.Ascii, ui.Dark)
		b.SetSize(80, 20)
		sc.make(b)
		for _, size := range [][2]int{{1, 1}, {20, 5}, {59, 12}, {109, 24}, {110, 24}, {300, 90}} {
			b.SetSize(size[0], size[1])
			checkFits(t, b.View(), size[0], size[1])
		}
	}
}

// TestThemesSayTheSame holds colour to being no more than colour.
func TestThemesSayTheSame(t *testing.T) {
	for _, sc := range scenes() {
		plain := newBench(termenv.Ascii, ui.Dark)
		coloured := newBench(termenv.TrueColor, ui.Light)
		for _, b := range []bench{plain, coloured} {
			b.SetSize(120, 32)
			sc.make(b)
		}
		if ansi.Strip(coloured.View()) != ansi.Strip(plain.View()) {
			t.Errorf("%s: the light theme in colour says something else", sc.name)
		}
	}
}

// TestWorstStaysInFront: while checks come in the selection is on the worst one, until the person moves.
func TestWorstStaysInFront(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.check("DISC-040")
	if got := b.split.List.Selected(); got != "DISC-006" {
		t.Errorf("selected %q, want the error", got)
	}
	b.press("j")
	was := b.split.List.Selected()
	if was == "DISC-006" {
		t.Fatal("the selection did not move")
	}
	b.rebuild()
	if got := b.split.List.Selected(); got != was {
		t.Errorf("selected %q, want what the person chose: %q", got, was)
	}
}

// TestStaleRunsAreDropped: what an older run says after a newer one began changes nothing.
func TestStaleRunsAreDropped(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.check("DISC-040")
	old := b.runs.number
	b.press("r")
	if b.runs.number == old {
		t.Fatal("r did not begin another run")
	}
	b.Update(run.CheckupDone{Number: old, Report: &doctor.Report{Issuer: "https://stale.example"}})
	if b.runs.report != nil || b.runs.checkup == nil {
		t.Error("a stale run was taken for this one")
	}
}

func TestWatchTellsWhatChanged(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 40)
	b.check("")
	b.runs.cfg.Document, b.runs.cfg.KeySet = nil, nil // as if it had been fetched
	b.press("w")
	if !b.runs.watching {
		t.Fatal("w does not watch")
	}
	before := b.runs.report
	b.Update(again{b.runs.number})
	if b.runs.checkup == nil || b.runs.cfg.Previous == nil {
		t.Fatal("it was not checked again")
	}
	changed := strings.Replace(keySet, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "FsSpGFDlgLkNtKoQS3YuE2wvfiD5z8dFbmFcGVEjNEI", 1)
	b.tell(doctor.Config{Issuer: "https://keycloak.staging.example/realms/app/", Document: []byte(document), KeySet: []byte(changed), Previous: before.Subject,
		Now: func() time.Time { return start }}, "")
	if view := b.View(); !strings.Contains(view, "JWKS-038") || !strings.Contains(view, "another key than before") {
		t.Errorf("the change is not shown:\n%s", view)
	}
	b.press("w")
	if b.runs.watching {
		t.Error("w does not end it")
	}
}

func TestAsksForAnIssuer(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(80, 20)
	b.Update(Open{})
	if !b.Typing() {
		t.Fatal("no field is open")
	}
	for _, r := range "google" {
		b.press(string(r))
	}
	b.press("enter")
	if b.runs.issuer != "https://accounts.google.com" || b.Typing() {
		t.Errorf("checks %q", b.runs.issuer)
	}
	for text, ok := range map[string]bool{"https://idp.example": true, "http://localhost:8080": true, "idp.example": false, "https://{tenant}.example": false, "": false, "keycloak": false} {
		if _, err := readIssuer(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestCopyOffersTheReport(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	b.check("")
	menu, ok := b.copy()().(ui.CopyMenu)
	if !ok {
		t.Fatal("no menu")
	}
	var names []string
	for _, i := range menu.Items {
		names = append(names, i.What)
		if strings.Contains(i.Text, "AQABAQABAQAB") {
			t.Errorf("%s holds a private member", i.What)
		}
	}
	if got := strings.Join(names, ", "); got != "finding, fix, check id, report as Markdown, report as JSON" {
		t.Error(got)
	}
}

// TestHostileTextStaysText feeds a document whose every text is hostile and looks at every tab.
func TestHostileTextStaysText(t *testing.T) {
	bad := `\u001b]0;owned\u0007\u202e\u0000`
	cfg := doctor.Config{Issuer: "https://x.example", Now: func() time.Time { return start },
		Document: []byte(`{"issuer":"` + bad + `","token_endpoint":"` + bad + `","` + bad + `_endpoint":"` + bad + `","response_types_supported":["` + bad + `"],"grant_types_supported":["` + bad + `"],"id_token_signing_alg_values_supported":["` + bad + `"]}`),
		KeySet:   []byte(`{"keys":[{"kty":"` + bad + `","kid":"` + bad + `","alg":"` + bad + `","use":"` + bad + `","crv":"` + bad + `"}]}`)}
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 60)
	b.Update(Open{cfg})
	b.tell(cfg, "")
	for range len(b.tabs.Items) {
		for range 20 {
			if view := b.View(); strings.ContainsAny(view, "\x1b\x07\x00\u202e") {
				t.Fatalf("control characters on the screen: %q", view)
			}
			b.press("j")
		}
		b.press("tab")
	}
}

func BenchmarkView(b *testing.B) {
	s := newBench(termenv.TrueColor, ui.Dark)
	s.SetSize(200, 56)
	s.check("")
	for b.Loop() {
		s.View()
	}
}

func TestExportOffersTheReport(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark)
	b.SetSize(120, 32)
	if cmd := b.Update(ui.KeyPress("e")); cmd != nil {
		t.Errorf("before a check there is nothing to write: %v", cmd())
	}
	b.check("")
	menu, ok := b.Update(ui.KeyPress("e"))().(ui.WriteMenu)
	if !ok || len(menu.Items) != 4 {
		t.Fatalf("e asks for %#v", menu)
	}
	for i, want := range []string{".md", ".json", ".sarif", ".xml"} {
		item := menu.Items[i]
		if !strings.HasPrefix(item.Name, "oidcscope-doctor-keycloak.staging.example-realms-app-2026") || !strings.HasSuffix(item.Name, want) || !strings.Contains(string(item.Data), "DISC-006") {
			t.Errorf("%s: %d bytes", item.Name, len(item.Data))
		}
	}
}
