package tui

import (
	"context"
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// noHelp stands for a practice provider, which can log in without a browser.
type noHelp struct{}

func (noHelp) LogIn(string) error         { return nil }
func (noHelp) ApproveDevice(string) error { return nil }

// TestLoginOpensTheBrowser: a login opens it, once; a practice login, --no-browser, and a paste wait for the person.
func TestLoginOpensTheBrowser(t *testing.T) {
	for _, c := range []struct {
		name      string
		helper    ui.LoginHelper
		noBrowser bool
		kind      flows.NeedKind
		want      int
	}{
		{"login", nil, false, flows.NeedOpenURL, 1},
		{"practice", noHelp{}, false, flows.NeedOpenURL, 0},
		{"no browser wanted", nil, true, flows.NeedOpenURL, 0},
		{"paste", nil, false, flows.NeedPaste, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, first, _ := testApp(t)
			a.options.NoBrowser = c.noBrowser
			opened := make(chan string, 10)
			a.outside.openURL = func(_ context.Context, url string) error {
				opened <- url
				return browser.ErrNone
			}
			a.engineFor(t, func(ctx context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
				emit(flows.NeedUser{Kind: c.kind, URL: "https://idp.example/authorize"})
				<-ctx.Done()
				return nil, ctx.Err()
			})
			does(a, a.startFlow(ui.StartFlow{Flow: flows.Flow{ID: "pkce"}, Helper: c.helper}))
			if len(opened) != c.want {
				t.Errorf("opened %d times, want %d", len(opened), c.want)
			}
			if told := slices.Contains(first.got, tea.Msg(ui.BrowserFailed{Err: browser.ErrNone})); told != (c.want > 0) {
				t.Errorf("the screens were told that it failed: %v", told)
			}
		})
	}
}
