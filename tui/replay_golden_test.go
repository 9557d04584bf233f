package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/capture"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/tui/golden"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// captured is a login that a browser captured: it went to the provider and came back with a refusal.
func captured(t *testing.T) []*archive.Run {
	t.Helper()
	const entry = `{"startedDateTime":"2026-11-22T11:59:0%d.000Z","time":10,"request":{"method":"GET","url":%q,"httpVersion":"HTTP/1.1","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},` +
		`"response":{"status":%d,"statusText":"","httpVersion":"HTTP/1.1","headers":[{"name":"Location","value":%q}],"cookies":[],"content":{"size":0,"mimeType":""},"redirectURL":%q,"headersSize":-1,"bodySize":0},"cache":{},"timings":{"send":0,"wait":10,"receive":0}}`
	const back = "https://app.example/cb?error=access_denied&error_description=the+person+said+no&state=af0ifjsldkj"
	const ask = "https://idp.example/authorize?response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid&state=af0ifjsldkj"
	text := `{"log":{"version":"1.2","creator":{"name":"browser","version":"1"},"entries":[` + fmt.Sprintf(entry, 1, ask, 302, back, back) + "," + fmt.Sprintf(entry, 2, back, 200, "", "") + `]}}`
	log, err := har.Read(strings.NewReader(text), har.Options{Keep: capture.Keep})
	if err != nil {
		t.Fatal(err)
	}
	runs := capture.Find(log, "login.har").Runs
	if len(runs) != 1 {
		t.Fatalf("%d logins were found in the capture", len(runs))
	}
	return runs
}

// TestReplayGoldens: what a saved run and a browser's capture look like, and what they are exported with.
func TestReplayGoldens(t *testing.T) {
	for name, c := range map[string]struct {
		runs func(*testing.T) []*archive.Run
		keys []string
	}{
		"replay":      {func(t *testing.T) []*archive.Run { return []*archive.Run{savedRun(t, "refused.jsonl")} }, nil},
		"import":      {captured, nil},
		"export":      {captured, []string{"e", "down"}},
		"export-name": {captured, []string{"e", "4"}},
	} {
		for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 36}} {
			a := realApp(t, ui.Dark, termenv.Ascii)
			a.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			does(a, ui.Send(opened{runs: c.runs(t)}))
			for _, k := range c.keys {
				does(a, ui.Send(ui.KeyPress(k)))
			}
			if err := golden.Check(fmt.Sprintf("frame-%s-%d", name, size[0]), a.View()); err != nil {
				t.Error(err)
			}
		}
	}
}
