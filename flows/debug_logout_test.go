package flows

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// TestALogoutIsHeldInTheBrowser changes the address that the browser is sent to for a logout, and what it comes back with.
func TestALogoutIsHeldInTheBrowser(t *testing.T) {
	for name, c := range map[string]struct {
		returns bool // the browser is to come back
		kind    StopKind
		edit    string
		id      string
		want    predict.Result
		fails   bool
	}{
		"another state is sent":    {true, BeforeOpen, "state=another", "logout-state-changed", predict.AsPredicted, true},
		"the hint is left out":     {true, BeforeOpen, "-id_token_hint", "logout-hint-dropped", predict.NotJudged, false},
		"a parameter is added":     {true, BeforeOpen, "frobnicate=1", "logout-unknown", predict.AsPredicted, false},
		"another state comes back": {true, BeforeReturn, "state=another", "logout-return-state", predict.AsPredicted, true},
		"nobody comes back":        {false, BeforeOpen, "id_token_hint=another", "logout-hint-changed", predict.NotJudged, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.meta = set("end_session_endpoint", w.idp.issuer+"/logout")
				before := w.loggedIn(t)
				if c.returns {
					before.Config.PostLogoutRedirectURI = "http://127.0.0.1:0/bye"
				}
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(need.URL)
					if q := u.Query(); c.returns {
						w.visit(q.Get("post_logout_redirect_uri") + "?" + url.Values{"state": {q.Get("state")}}.Encode())
					}
				}
				w.cfg = Config{}
				d := debugged(t, w)
				d.at(c.kind, "logout", func(at Stop) Command {
					changed, err := EditRequest(at.Held, record.Decision{}, c.edit)
					if err != nil {
						t.Error(err)
					}
					return Command{Request: changed}
				})
				_, err := w.run(t.Context(), Logout(before))
				if (err != nil) != c.fails {
					t.Errorf("the run ended with %v", err)
				}
				got := verdicts(w)
				if len(got) != 1 || got[0].ID != c.id || got[0].Result != c.want {
					t.Errorf("verdicts %+v, want %s %s", got, c.id, c.want)
				}
				opened := of[NeedUser](w)[0]
				if _, value, set := strings.Cut(c.edit, "="); c.kind == BeforeOpen && set && !strings.Contains(opened.URL, value) {
					t.Errorf("the browser was sent to %s", opened.URL)
				}
				if c.kind == BeforeReturn {
					if e := exchangeOf(w, "logout callback"); !slices.Equal(e.Edits, []string{"changed state"}) || e.Unedited == nil {
						t.Errorf("the exchange keeps neither edit nor original: %v", e.Edits)
					}
				}
			})
		})
	}
}
