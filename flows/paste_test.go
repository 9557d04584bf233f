package flows

import (
	"net/url"
	"strings"
	"testing"
)

func TestParsePaste(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:8085/callback?code=a&state=b":    "a b",
		"  <http://127.0.0.1/cb?code=a&state=b>\n":         "a b",
		"'http://127.0.0.1/cb?state=b&code=a%2Bx'":         "a+x b",
		"http://127.0.0.1/cb?co\n de=a&st ate=b":           "a b",
		"?code=a&state=b":                                  "a b",
		"code=a&state=b":                                   "a b",
		"#code=a&state=b":                                  "a b",
		"http://127.0.0.1/cb#code=a&state=b":               "a b",
		"http://127.0.0.1/cb?x=1#code=a&state=b":           "a b",
		"http://127.0.0.1/cb?code=a&state=b#_=_":           "a b",
		"/callback?code=a&state=b":                         "a b",
		"http://127.0.0.1/cb?error=access_denied&state=b":  " b",
		"http://127.0.0.1/cb?code=a&state=b&x=https://y/?": "a b",
	} {
		q, err := parsePaste(text)
		if err != nil || q.Get("code")+" "+q.Get("state") != want {
			t.Errorf("%q: %v, %v", text, q, err)
		}
	}
	for text, want := range map[string]string{
		"":         "got nothing",
		" \n\t ":   "got nothing",
		"4/0AX4Xf": "the state is needed too",
		"https://idp.example/authorize?client_id=x&state=b": "address of the login page",
		"https://idp.example/":                              "neither code nor error",
		"state=b":                                           "a state but no code",
		"a=b":                                               "neither code nor error",
		"code=%zz":                                          "can't be read",
		strings.Repeat("x", maxPaste+1):                     "bytes of text",
	} {
		if q, err := parsePaste(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, %v; want %q", text, q, err, want)
		}
	}
}

func FuzzParsePaste(f *testing.F) {
	f.Add("http://127.0.0.1/cb?code=a&state=b#_=_")
	f.Add("'code=a&error=b'")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := parsePaste(text)
		if (q == nil) == (err == nil) {
			t.Fatalf("%q: %v, %v", text, q, err)
		}
		if err == nil && q.Get("code") == "" && q.Get("error") == "" {
			t.Fatalf("%q: taken for an answer: %v", text, q)
		}
	})
}

func TestPasteWithoutListener(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		pasted := make(chan string)
		w.cfg.Paste, w.cfg.Pasted = true, pasted
		w.browser = func(need NeedUser) {
			if need.Kind != NeedPaste || need.RedirectURI != "http://127.0.0.1/callback" {
				t.Errorf("need %+v", need)
			}
			pasted <- "nonsense"
			pasted <- w.answerOf(need, func(q url.Values) { q.Set("state", "of another tab") })
			pasted <- w.answerOf(need, nil)
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, f := range of[Found](w) {
			if f.Slug == "paste" {
				told = append(told, f.Message)
			}
		}
		if len(told) != 2 || !strings.Contains(told[1], "not the answer to this login") {
			t.Errorf("told: %q", told)
		}
	})
}

func TestPasteWhileTheListenerWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		pasted := make(chan string)
		w.cfg.Pasted = pasted
		w.browser = func(need NeedUser) {
			pasted <- w.answerOf(need, func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") })
		}
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemRefused || p.OAuth.Code != "access_denied" || p.Exchange != 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestPasteCanNotBegin(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Paste = true
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemConfig {
			t.Errorf("%+v", p)
		}
	})
	inBubble(t, func(t *testing.T, w *world) {
		pasted := make(chan string)
		close(pasted)
		w.cfg.Paste, w.cfg.Pasted = true, pasted
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemUser {
			t.Errorf("%+v", p)
		}
	})
}
