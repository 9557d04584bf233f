package token

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/tui/ui"
)

// TestExportWritesTheToken: a token that is a secret is written only while secrets are shown; what it says always.
func TestExportWritesTheToken(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 32)
	if note := intent[ui.Notify](t, b.Update(ui.KeyPress("e"))); !strings.Contains(note.Text, "there is no token") {
		t.Errorf("without a token: %q", note.Text)
	}
	access := mint(`{"alg":"EdDSA","typ":"at+jwt"}`, `{"iss":"https://op","sub":"alice"}`)
	b.login(session(t, issued, mint(`{"alg":"EdDSA"}`, idPayload(issued, "")), access))
	whats := func() (all []string) {
		for _, item := range intent[ui.WriteMenu](t, b.Update(ui.KeyPress("e"))).Items {
			all = append(all, item.What)
			if !strings.HasPrefix(item.Name, "oidcscope-") || len(item.Data) == 0 {
				t.Errorf("%s: %q, %d bytes", item.What, item.Name, len(item.Data))
			}
			if strings.HasSuffix(item.Name, ".json") && !json.Valid(item.Data) {
				t.Errorf("%s is no JSON: %s", item.Name, item.Data)
			}
		}
		return all
	}
	if got := strings.Join(whats(), " "); got != "report claims token" {
		t.Errorf("of an ID token: %s", got)
	}
	b.press("l")
	if got := strings.Join(whats(), " "); got != "report claims" {
		t.Errorf("of a hidden access token: %s", got)
	}
	b.c.Reveal = true
	if got := strings.Join(whats(), " "); got != "report claims token" {
		t.Errorf("of an access token that is shown: %s", got)
	}
}
