package flows

import (
	"slices"
	"testing"
)

func TestValuesAreFollowed(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.claims = func(claims map[string]any) { claims["nonce"] = w.idp.login.Get("nonce") }
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		uses := map[string][]Use{}
		steps := map[string][]string{}
		for _, v := range TraceVariables(w.events) {
			uses[v.Name], steps[v.Name] = v.Uses, v.UsedBy
		}
		for name, want := range map[string][]Use{
			"state":          {{"authorize", 0, InBrowser, "state"}, {"authorize", 3, InReturn, "state"}},
			"code_verifier":  {{"token", 4, InForm, "code_verifier"}},
			"code_challenge": {{"authorize", 0, InBrowser, "code_challenge"}},
			"nonce":          {{"authorize", 0, InBrowser, "nonce"}, {"id_token", 0, InClaim, "nonce"}},
			"redirect_uri":   {{"authorize", 0, InBrowser, "redirect_uri"}, {"token", 4, InForm, "redirect_uri"}},
			"code":           {{"token", 4, InForm, "code"}},
			"access_token":   {{"userinfo", 5, InHeader, "Authorization"}},
			"refresh_token":  nil,
		} {
			if !slices.Equal(uses[name], want) {
				t.Errorf("%s was used in %+v, want %+v", name, uses[name], want)
			}
			for _, u := range want { // what is declared before holds afterwards
				if !slices.Contains(steps[name], u.Step) {
					t.Errorf("%s: the step %s uses it, declared are %v", name, u.Step, steps[name])
				}
			}
		}
	})
}

func TestPushedRequestsUseTheValuesToo(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Request.PAR = true
		w.run(t.Context(), AuthorizationCode(w.cfg)) // the provider of this test pushes nothing
		for _, v := range of[Variable](w) {
			if v.Name == "state" && !slices.Equal(v.UsedBy, []string{"par", "authorize"}) {
				t.Errorf("state is used by %v", v.UsedBy)
			}
		}
	})
}
