package token

import (
	"testing"
	"time"

	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// What the command line says about a token (inspect --jwks --at …) is what it is judged by.
func TestOpenedTokenIsJudgedByWhatWasGiven(t *testing.T) {
	b := newBench(termenv.Ascii, ui.Dark, issued)
	b.SetSize(120, 36)
	raw := mint(testHeader, idPayload(issued, ""))
	b.Update(ui.TokenOpened{Raw: raw})
	if got := b.subject().report.Signature.Status; got != inspect.Unverified {
		t.Errorf("without keys: %s", got)
	}
	b.Update(ui.TokenOpened{Raw: raw, Keys: keySet(t, signKey), Context: inspect.Context{Now: issued.Add(time.Hour), Profile: inspect.ProfileIDToken}})
	r := b.subject().report
	if r.Signature.Status != inspect.Verified || r.Time.Status != inspect.TimeExpired || r.Type != "id_token" {
		t.Errorf("signature %s, time %s, type %q; want verified, expired, id_token", r.Signature.Status, r.Time.Status, r.Type)
	}
}
