package flows

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// request makes a request to a listener as browsers and strangers do.
func (w *world) request(method, address, host, body string, header http.Header) shown {
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return shown{}
	}
	if header != nil {
		req.Header = header
	}
	if host != "" {
		req.Host = host
	}
	client := w.memory.client()
	res, err := client.Do(req)
	if err != nil {
		w.t.Errorf("%s %s: %v", method, address, err)
		return shown{}
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	return shown{res.StatusCode, string(page), res.Header}
}

func TestCallbackFailures(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(url.Values)
		kind   ProblemKind
		got    string
		browse string
	}{
		"wrong state":    {func(q url.Values) { q.Set("state", "somebody's") }, ProblemCheck, "another one (10 characters)", "state of this login"},
		"no state":       {func(q url.Values) { q.Del("state") }, ProblemCheck, "without state", "state of this login"},
		"other issuer":   {func(q url.Values) { q.Set("iss", "https://evil.example") }, ProblemCheck, "https://evil.example", "RFC 9207"},
		"other, encoded": {func(q url.Values) { q.Set("iss", url.QueryEscape("https://evil.example")) }, ProblemCheck, "https%3A%2F%2Fevil.example", "RFC 9207"},
		"no issuer":      {func(q url.Values) { q.Del("iss") }, ProblemCheck, "an answer without it", "RFC 9207"},
		"twice":          {func(q url.Values) { q.Add("code", "other") }, ProblemCheck, "code came twice", "twice"},
		"no code":        {func(q url.Values) { q.Del("code") }, ProblemAnswer, "without code and error", "a code"},
		"access denied": {func(q url.Values) {
			q.Del("code")
			q.Set("error", "access_denied")
			q.Set("error_description", "<b>no</b>")
		}, ProblemRefused, "access_denied: <b>no</b>", "&lt;b&gt;no&lt;/b&gt;"},
		"error alone": {func(q url.Values) { clear(q); q.Set("error", "unauthorized_client") }, ProblemRefused, "unauthorized_client", "The provider said no"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				var seen shown
				w.browser = func(need NeedUser) { seen = w.visit(w.answerOf(need, c.spoil)) }
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				p := problemOf(t, err)
				if s != nil || p.Kind != c.kind || !strings.Contains(p.Got, c.got) || w.failure().Meta.Step != "authorize" {
					t.Errorf("problem %s: expected %q, got %q", p.Kind, p.Expected, p.Got)
				}
				if (p.Kind == ProblemRefused) != (p.OAuth != nil) || p.Exchange != 3 {
					t.Errorf("OAuth error %+v, exchange %d", p.OAuth, p.Exchange)
				}
				if seen.status != 400 || !strings.Contains(seen.body, c.browse) || strings.Contains(seen.body, "Login received") {
					t.Errorf("the browser was shown %d %s", seen.status, seen.body)
				}
			})
		})
	}
}

// TestStrangersChangeNothing knocks at the listener in ways that must not end the login, and then logs in.
func TestStrangersChangeNothing(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.browser = func(need NeedUser) {
			good := w.answerOf(need, nil)
			u, _ := url.Parse(good)
			base := "http://" + u.Host
			for _, c := range []struct {
				method, address, host, body string
				header                      http.Header
				status                      int
			}{
				{"GET", base + "/favicon.ico", "", "", nil, 404},
				{"GET", base + "/", "", "", nil, 404},
				{"GET", good, "rebound.example", "", nil, 421},
				{"GET", good, "rebound.example:" + u.Port(), "", nil, 421},
				{"GET", good, "127.0.0.1:1", "", nil, 421},
				{"GET", good, "", "", http.Header{"Sec-Purpose": {"prefetch"}}, 404},
				{"HEAD", good, "", "", nil, 405},
				{"OPTIONS", good, "", "", nil, 405},
				{"POST", base + "/callback", "", u.RawQuery, http.Header{"Content-Type": {"text/plain"}}, 405},
				{"POST", base + "/callback", "", "fragment=" + url.QueryEscape(u.RawQuery), http.Header{"Content-Type": {formType}, "Origin": {"https://evil.example"}}, 405},
				{"POST", base + "/callback", "", "fragment=", http.Header{"Content-Type": {formType}}, 400},
				{"GET", base + "/callback/more", "", "", nil, 404},
				{"GET", base + "/callback", "", "", nil, 400},
			} {
				if got := w.request(c.method, c.address, c.host, c.body, c.header); got.status != c.status {
					t.Errorf("%s %s (Host %q): %d, want %d", c.method, c.address, c.host, got.status, c.status)
				}
			}
			first := w.visit(good)
			if first.status != 200 {
				t.Errorf("the good answer after all: %d", first.status)
			}
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if w.found("callback-empty") == nil {
			t.Error("an answer without parameters is told")
		}
	})
}

// TestAnswerComesAnotherWay: providers choose for themselves how an answer comes back. It is taken, and told.
func TestAnswerComesAnotherWay(t *testing.T) {
	form := http.Header{"Content-Type": {formType}, "Origin": {"https://idp.example"}}
	for name, c := range map[string]struct {
		bring func(w *world, base, query string) shown
		slug  string
	}{
		"posted": {func(w *world, base, query string) shown { return w.request("POST", base+"/callback", "", query, form) }, "answer-carrier"},
		"in the fragment": {func(w *world, base, query string) shown {
			page := w.request("GET", base+"/callback", "", "", nil)
			if !strings.Contains(page.body, "<script>") {
				return page
			}
			return w.request("POST", base+"/callback", "", url.Values{"fragment": {query}}.Encode(), http.Header{"Content-Type": {formType}, "Origin": {base}})
		}, "answer-carrier"},
		"its iss encoded twice": {func(w *world, base, query string) shown {
			q, _ := url.ParseQuery(query)
			q.Set("iss", url.QueryEscape(q.Get("iss")))
			return w.request("POST", base+"/callback", "", q.Encode(), form)
		}, "iss-encoded-twice"},
		"with a slash": {func(w *world, base, query string) shown { return w.visit(base + "/callback/?" + query) }, "callback-path"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				var seen shown
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(w.answerOf(need, nil))
					seen = c.bring(w, "http://"+u.Host, u.RawQuery)
				}
				s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if err != nil || s == nil || !strings.Contains(seen.body, "Login received") || w.found(c.slug) == nil {
					t.Errorf("%v, shown %d %.80s, told %v", err, seen.status, seen.body, w.found(c.slug))
				}
			})
		})
		t.Run(name+", another state", func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.browser = func(need NeedUser) {
					u, _ := url.Parse(w.answerOf(need, func(q url.Values) { q.Set("state", "other") }))
					c.bring(w, "http://"+u.Host, u.RawQuery)
				}
				if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); problemOf(t, err).Ref != "RFC 6749 10.12" {
					t.Error(err)
				}
			})
		})
	}
}

func TestPageIsSafe(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		var seen shown
		w.browser = func(need NeedUser) { seen = w.visit(w.answerOf(need, nil)) }
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if csp := seen.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
			t.Errorf("policy: %q", csp)
		}
		for _, outside := range []string{"http://", "https://", "<script", "code-0123456789"} {
			if strings.Contains(seen.body, outside) {
				t.Errorf("the page holds %q", outside)
			}
		}
		for _, wanted := range []string{"prefers-color-scheme: dark", `name="viewport"`, `lang="en"`} {
			if !strings.Contains(seen.body, wanted) {
				t.Errorf("the page lacks %q", wanted)
			}
		}
	})
}

func TestFormPost(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ResponseMode = "form_post"
		w.browser = func(need NeedUser) {
			good, _ := url.Parse(w.answerOf(need, nil))
			address := "http://" + good.Host + good.Path
			form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
			if got := w.request("POST", address, "", strings.Repeat("x", maxCallback+1), form); got.status != 405 {
				t.Errorf("a body of more than 64 KiB: %d", got.status)
			}
			if got := w.request("POST", address, "", good.RawQuery, form); got.status != 200 {
				t.Errorf("form_post: %d %s", got.status, got.body)
			}
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if got := w.idp.login.Get("response_mode"); got != "form_post" {
			t.Errorf("response_mode %q", got)
		}
	})
}

func TestRedirectURIs(t *testing.T) {
	for name, c := range map[string]struct{ configured, want, kind string }{
		"default":        {"", "http://127.0.0.1:40001/callback", ""},
		"fixed port":     {"http://127.0.0.1:8085/cb", "http://127.0.0.1:8085/cb", ""},
		"localhost":      {"http://localhost:8085/", "http://localhost:8085/", ""},
		"localhost free": {"http://localhost/cb", "http://localhost:40001/cb", ""},
		"IPv6":           {"http://[::1]:0/cb", "http://[::1]:40001/cb", ""},
		"no path":        {"http://127.0.0.1:8085", "http://127.0.0.1:8085", ""},
		"elsewhere":      {"https://app.example/cb", "", "config"},
		"https loopback": {"https://127.0.0.1:8443/cb", "", "config"},
		"relative":       {"/cb", "", "config"},
		"fragment":       {"http://127.0.0.1/#x", "", "config"},
		"taken":          {"http://127.0.0.1:9999/cb", "", "config"},
		"half taken":     {"http://localhost:9998/cb", "", "config"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.memory.busy["127.0.0.1:9999"], w.memory.busy["[::1]:9998"] = true, true
				w.cfg.RedirectURI = c.configured
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if c.kind != "" {
					if p := problemOf(t, err); string(p.Kind) != c.kind {
						t.Errorf("%+v", p)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := w.idp.login.Get("redirect_uri"); got != c.want || w.idp.form("/token").Get("redirect_uri") != c.want {
					t.Errorf("redirect_uri %q, want %q in both requests", got, c.want)
				}
			})
		})
	}
}

func TestLocalhostListensOnBothFamilies(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.RedirectURI = "http://localhost:8085/cb"
		w.browser = func(need NeedUser) {
			six := strings.Replace(w.answerOf(need, nil), "localhost", "[::1]", 1)
			if got := w.request("GET", six, "localhost:8085", "", nil); got.status != 200 {
				t.Errorf("over IPv6: %d", got.status)
			}
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if n := len(w.memory.listeners); n != 0 {
			t.Errorf("%d listeners are left", n)
		}
	})
}

// TestConnectionsOpenedInAdvance holds a connection that says nothing, as browsers do: it must not delay the login.
func TestConnectionsOpenedInAdvance(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		began := time.Now()
		w.browser = func(need NeedUser) {
			good := w.answerOf(need, nil)
			u, _ := url.Parse(good)
			silent, err := w.memory.dial(t.Context(), "tcp", u.Host)
			if err != nil {
				t.Error(err)
				return
			}
			defer silent.Close()
			if got := w.visit(good); got.status != 200 {
				t.Errorf("status %d", got.status)
			}
		}
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %s", took)
		}
	})
}

func TestNobodyComes(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.browser = nil
		w.cfg.UserTimeout = 2 * time.Minute
		began := time.Now()
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemUser || time.Since(began) != 2*time.Minute {
			t.Errorf("%+v after %s", p, time.Since(began))
		}
		if n := len(w.memory.listeners); n != 0 {
			t.Errorf("%d listeners are left", n)
		}
	})
}

func TestExtraParametersWin(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Extra = url.Values{"prompt": {"login"}, "resource": {"https://a.example", "https://b.example"}, "nonce": {"mine"}}
		_, err := w.run(context.Background(), AuthorizationCode(w.cfg))
		q := w.idp.login
		if q.Get("prompt") != "login" || len(q["resource"]) != 2 || q.Get("nonce") != "mine" {
			t.Errorf("authorization request: %v", q)
		}
		if p := problemOf(t, err); p.Kind != ProblemCheck || w.failure().Meta.Step != "id_token" {
			t.Errorf("another nonce than ours fails the ID token: %+v", p)
		}
	})
}
