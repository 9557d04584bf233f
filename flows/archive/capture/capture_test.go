package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// page is a login with the practice provider as a page in the browser would make it, captured: the engine is the page, and
// what the browser does on the way to the provider and back is put between.
func page(t testing.TB, change func(*flows.Config)) []har.Entry {
	t.Helper()
	p, err := practice.Start(t.Context(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	flow, client := flows.AuthorizationCode, ""
	var wanted flows.Config
	if change != nil {
		change(&wanted)
	}
	if wanted.Request.ResponseType != "" {
		flow, client = flows.Implicit, "practice-basic" // the library wants PKCE of public clients even where there is no code
	}
	cfg, err := p.Config(client)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&cfg)
	}
	cfg.UserTimeout = 10 * time.Second
	var events []flows.Event
	person := newPerson()
	if _, err := flows.Run(t.Context(), flow(cfg), cfg, func(e flows.Event) {
		events = append(events, e)
		if need, ok := e.(flows.NeedUser); ok {
			go func() { _, err := p.LogIn(t.Context(), need.URL); person <- err }()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := <-person; err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := archive.Export(&out, archive.HAR, archive.Of(events), "Firefox 131.0", true); err != nil {
		t.Fatal(err)
	}
	log, err := har.Read(&out, har.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return throughBrowser(log.Entries, events)
}

func newPerson() chan error { return make(chan error, 1) }

// throughBrowser puts the authorization request before the callback.
func throughBrowser(entries []har.Entry, events []flows.Event) []har.Entry {
	var all []har.Entry
	for _, e := range entries {
		if e.Comment == har.Unseen {
			continue
		}
		if strings.Contains(string(e.Comment), "callback") && e.Request.Method != "OPTIONS" {
			for _, event := range events {
				if need, ok := event.(flows.NeedUser); ok {
					ask := har.Entry{Started: har.Time{Time: e.Started.Add(-2 * time.Second)}, Time: 5}
					ask.Request.Method, ask.Request.URL = "GET", har.Text(need.URL)
					ask.Response.Status, ask.Response.RedirectURL = 302, e.Request.URL
					all = append(all, noise(ask.Started.Time)...)
					all = append(all, ask)
				}
			}
		}
		e.Comment = ""
		all = append(all, e)
	}
	return all
}

// noise is what else a browser does.
func noise(at time.Time) []har.Entry {
	var all []har.Entry
	for i, address := range []string{"https://news.example/article?code=blue", "https://cdn.example/app.js", "https://ads.example/t?state=1&id=2", "https://shop.example/?error=none", "https://api.example/keys"} {
		e := har.Entry{Started: har.Time{Time: at.Add(time.Duration(i) * time.Millisecond)}}
		e.Request.Method, e.Request.URL, e.Response.Status = "GET", har.Text(address), 200
		e.Response.Content.SetBody([]byte(`{"keys":["a"]}`))
		all = append(all, e)
	}
	return all
}

// find reads the archive as a file, in the way in which the program does.
func find(t testing.TB, entries []har.Entry) Found {
	t.Helper()
	text, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "creator": har.Creator{Name: "WebInspector", Version: "537.36"}, "entries": entries}})
	if err != nil {
		t.Fatal(err)
	}
	log, err := har.Read(bytes.NewReader(text), har.Options{Keep: Keep})
	if err != nil {
		t.Fatal(err)
	}
	return Find(log, "login.har")
}

// one wants one login.
func one(t testing.TB, entries []har.Entry) *archive.Run {
	t.Helper()
	f := find(t, entries)
	if len(f.Runs) != 1 {
		for _, r := range f.Runs {
			t.Log(r.Line())
		}
		t.Fatalf("%d logins, want one", len(f.Runs))
	}
	return f.Runs[0]
}

// told gives what the run says of a step: its note, the reason why it was skipped, or its problem.
func told(r *archive.Run, step string) string {
	for _, e := range r.Entries {
		if e.Event.Common().Step != step {
			continue
		}
		switch e := e.Event.(type) {
		case flows.StepDone:
			return "done: " + e.Note
		case flows.StepSkipped:
			return "skipped: " + e.Reason
		case flows.StepFailed:
			return "failed: " + e.Problem.Error()
		}
	}
	return ""
}

func want(t *testing.T, r *archive.Run, step string, texts ...string) {
	t.Helper()
	got := told(r, step)
	for _, text := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("step %s says %q, want %q in it", step, got, text)
		}
	}
}

func findings(r *archive.Run) (slugs []string) {
	for _, e := range r.Entries {
		if f, ok := e.Event.(flows.Found); ok {
			slugs = append(slugs, f.Slug)
		}
	}
	return slugs
}

// at finds the entry whose address has a text in it.
func at(t testing.TB, entries []har.Entry, part string) *har.Entry {
	t.Helper()
	i := slices.IndexFunc(entries, func(e har.Entry) bool { return strings.Contains(string(e.Request.URL), part) })
	if i < 0 {
		t.Fatalf("no entry with %s", part)
	}
	return &entries[i]
}

func TestALoginOfAPage(t *testing.T) {
	entries := page(t, nil)
	r := one(t, entries)
	if done, err := r.Outcome(); err != nil || !slices.Contains(done.Tokens, flows.IDToken) {
		t.Errorf("outcome %+v, %v", done, err)
	}
	want(t, r, "discovery", "done: issuer http://127.0.0.1")
	want(t, r, "keys", "done: ")
	want(t, r, "prepare", "state, nonce, code_challenge")
	want(t, r, "authorize", "state is the one that was sent", "iss is the issuer")
	want(t, r, "token", "the verifier fits the challenge", "redirect_uri is the same", "client_id is the same")
	want(t, r, "id_token", "signature verified", "checks passed")
	want(t, r, "userinfo", "done")
	s := r.Session()
	if s == nil || s.Reports[flows.IDToken].Signature.Status != inspect.Verified || s.Metadata == nil || s.Keys == nil || s.Offline() == "" {
		t.Errorf("session %+v", s)
	}
	if len(findings(r)) > 0 {
		t.Errorf("findings %v", findings(r))
	}
	// The rebuilt run is saved and opened again as any other.
	var out bytes.Buffer
	if err := archive.Write(&out, []*archive.Run{r}, false); err != nil {
		t.Fatal(err)
	}
	saved := out.String()
	again, err := archive.Read(&out, "saved")
	if err != nil || len(again.Warnings) > 0 {
		t.Fatal(err, again)
	}
	for _, name := range []string{"code_verifier", "access_token", "code"} {
		for _, e := range r.Entries {
			if v, ok := e.Event.(flows.Variable); ok && v.Name == name && strings.Contains(saved, v.Value) {
				t.Errorf("%s is in the saved run", name)
			}
		}
	}
}

// Each is a habit of a browser or a proxy, after which the same login must be found.
func TestHabitsOfBrowsers(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, all []har.Entry) []har.Entry{
		"redirects without bodies": func(t *testing.T, all []har.Entry) []har.Entry {
			at(t, all, "/authorize?").Response.Content = har.Content{}
			return all
		},
		"answers in base64": func(t *testing.T, all []har.Entry) []har.Entry {
			for i := range all {
				if text := all[i].Response.Content.Text; text != nil {
					coded := har.Text(base64.StdEncoding.EncodeToString([]byte(*text)))
					all[i].Response.Content.Text, all[i].Response.Content.Encoding = &coded, "base64"
				}
			}
			return all
		},
		"303 and a Location field": func(t *testing.T, all []har.Entry) []har.Entry {
			e := at(t, all, "/authorize?")
			e.Response.Status, e.Response.Headers = 303, []har.Pair{{Name: "location", Value: e.Response.RedirectURL}}
			e.Response.RedirectURL = ""
			return all
		},
		"parameters instead of text, percent-encoded": func(t *testing.T, all []har.Entry) []har.Entry {
			post := at(t, all, "/token").Request.PostData
			for pair := range strings.SplitSeq(string(post.Text), "&") {
				n, v, _ := strings.Cut(pair, "=")
				post.Params = append(post.Params, har.Pair{Name: har.Text(n), Value: har.Text(v)})
			}
			post.Text = ""
			return all
		},
		"parameters instead of text, decoded": func(t *testing.T, all []har.Entry) []har.Entry {
			post := at(t, all, "/token").Request.PostData
			q, _ := url.ParseQuery(string(post.Text))
			for n := range q {
				post.Params = append(post.Params, har.Pair{Name: har.Text(n), Value: har.Text(q.Get(n))})
			}
			post.Text = ""
			return all
		},
		"a preflight": func(t *testing.T, all []har.Entry) []har.Entry {
			ask := *at(t, all, "/token")
			ask.Request.Method, ask.Request.PostData, ask.Response.Status = "OPTIONS", nil, 204
			return append(all, ask)
		},
		"not in the order of time": func(t *testing.T, all []har.Entry) []har.Entry { slices.Reverse(all); return all },
		"the client's port does not answer the browser": func(t *testing.T, all []har.Entry) []har.Entry {
			e := at(t, all, "/callback?")
			e.Response = har.Response{Status: 0, Error: "net::ERR_CONNECTION_REFUSED"}
			return all
		},
		"no callback, only the redirect": func(t *testing.T, all []har.Entry) []har.Entry {
			return slices.DeleteFunc(all, func(e har.Entry) bool { return strings.Contains(string(e.Request.URL), "/callback?") })
		},
		"the request again, with a login page": func(t *testing.T, all []har.Entry) []har.Entry {
			ask := *at(t, all, "/authorize?")
			ask.Response = har.Response{Status: 200, Content: har.Content{MimeType: "text/html"}}
			ask.Started = har.Time{Time: ask.Started.Add(-time.Second)}
			return append(all, ask)
		},
		"the answer passed on within the client": func(t *testing.T, all []har.Entry) []har.Entry {
			on := *at(t, all, "/callback?")
			on.Started = har.Time{Time: on.Started.Add(time.Millisecond)}
			on.Request.URL = har.Text(strings.Replace(string(on.Request.URL), "/callback?", "/app/finish?", 1))
			return append(all, on)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := one(t, spoil(t, page(t, nil)))
			if _, err := r.Outcome(); err != nil {
				t.Errorf("outcome: %v", err)
			}
			want(t, r, "authorize", "state is the one that was sent")
			want(t, r, "token", "the verifier fits the challenge")
			want(t, r, "id_token", "signature verified")
		})
	}
}

func TestOtherWaysBack(t *testing.T) {
	form := one(t, page(t, func(c *flows.Config) { c.ResponseMode = "form_post" }))
	want(t, form, "authorize", "state is the one")
	want(t, form, "id_token", "signature verified")
	entries := page(t, func(c *flows.Config) { c.Request.ResponseType, c.ResponseMode = "id_token token", "form_post" })
	// The fragment stays in the browser: the request has none, the redirect does, and what the client's page hands on is its own.
	for i := range entries {
		e := &entries[i]
		if strings.Contains(string(e.Request.URL), "/callback") && e.Request.Method == "POST" {
			at(t, entries, "/authorize?").Response.RedirectURL = har.Text(base(string(e.Request.URL)) + "#" + string(e.Request.PostData.Text))
			e.Request = har.Request{Method: "GET", URL: har.Text(base(string(e.Request.URL)))}
		}
	}
	implicit := one(t, entries)
	if f := implicit.Started(); f.Flow != "implicit" {
		t.Errorf("flow %s", f.Flow)
	}
	want(t, implicit, "authorize", "state is the one")
	want(t, implicit, "id_token", "signature verified")
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	drop := func(all []har.Entry, parts ...string) []har.Entry {
		return slices.DeleteFunc(all, func(e har.Entry) bool {
			return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(string(e.Request.URL), p) })
		})
	}
	server := one(t, drop(page(t, nil), "/token", "/userinfo", "/jwks", "/.well-known"))
	want(t, server, "token", "skipped: the token request is not in the capture: a server redeems")
	want(t, server, "keys", "skipped: the key set is not in the capture")
	want(t, server, "discovery", "not in the capture")
	if _, err := server.Outcome(); err != nil {
		t.Errorf("nothing failed: %v", err)
	}
	noKeys := one(t, drop(page(t, nil), "/jwks"))
	want(t, noKeys, "id_token", "done: signature not checked: the keys are not in the capture")
	if s := noKeys.Session(); s.Reports[flows.IDToken].Signature.Status == inspect.Verified {
		t.Error("verified without keys")
	}
	late := one(t, drop(page(t, nil), "/authorize?"))
	want(t, late, "prepare", "skipped: the authorization request is not in the capture")
	want(t, late, "authorize", "state not checked")
	want(t, late, "id_token", "nonce not checked")
	lost := page(t, nil)
	at(t, lost, "/token").Response.Content.Text = nil
	want(t, one(t, lost), "token", "what was answered is not in the capture")
}

func TestFailuresAreDiagnosed(t *testing.T) {
	answered := func(e *har.Entry, status int, body string) {
		e.Response.Status = har.Number(status)
		e.Response.Content.SetBody([]byte(body))
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, all []har.Entry)
		step  string
		says  string
		slug  string
	}{
		"the code was refused": {func(t *testing.T, all []har.Entry) {
			answered(at(t, all, "/token"), 400, `{"error":"invalid_grant","error_description":"Code not valid"}`)
		}, "token", "invalid_grant", ""},
		"the person refused": {func(t *testing.T, all []har.Entry) {
			back := at(t, all, "/callback?")
			u, _ := url.Parse(string(back.Request.URL))
			q := u.Query()
			q.Del("code")
			q.Set("error", "access_denied")
			u.RawQuery = q.Encode()
			back.Request.URL = har.Text(u.String())
			at(t, all, "/authorize?").Response.RedirectURL = back.Request.URL
			for _, part := range []string{"/token", "/userinfo"} {
				e := at(t, all, part)
				e.Request.URL, e.Request.PostData = "https://elsewhere.example/", nil
				e.Response.Content = har.Content{}
			}
		}, "authorize", "access_denied", ""},
		"another state": {func(t *testing.T, all []har.Entry) {
			back := at(t, all, "/callback?")
			u, _ := url.Parse(string(back.Request.URL))
			q := u.Query()
			q.Set("state", "of another tab")
			u.RawQuery = q.Encode()
			back.Request.URL = har.Text(u.String())
			at(t, all, "/authorize?").Response.RedirectURL = back.Request.URL
		}, "authorize", "the state of this login", ""},
		"the redirect URI is not registered": {func(t *testing.T, all []har.Entry) {
			ask := at(t, all, "/authorize?")
			ask.Response = har.Response{Status: 400, Content: har.Content{MimeType: "text/html"}}
			ask.Response.Content.SetBody([]byte("<html><body>Error 400: redirect_uri_mismatch</body></html>"))
			for _, part := range []string{"/callback?", "/token", "/userinfo"} {
				at(t, all, part).Request.URL = "https://elsewhere.example/"
			}
		}, "authorize", "redirect_uri_mismatch", ""},
		"another verifier": {func(t *testing.T, all []har.Entry) {
			post := at(t, all, "/token").Request.PostData
			q, _ := url.ParseQuery(string(post.Text))
			q.Set("code_verifier", strings.Repeat("xy", 22))
			post.Text = har.Text(q.Encode())
		}, "", "", "capture-verifier"},
		"another redirect URI": {func(t *testing.T, all []har.Entry) {
			post := at(t, all, "/token").Request.PostData
			q, _ := url.ParseQuery(string(post.Text))
			q.Set("redirect_uri", q.Get("redirect_uri")+"/")
			post.Text = har.Text(q.Encode())
		}, "", "", "capture-redirect-uri"},
		"another nonce": {func(t *testing.T, all []har.Entry) {
			ask := at(t, all, "/authorize?")
			u, _ := url.Parse(string(ask.Request.URL))
			q := u.Query()
			q.Set("nonce", "of another login")
			u.RawQuery = q.Encode()
			ask.Request.URL = har.Text(u.String())
		}, "id_token", "nonce", ""},
		"CORS": {func(t *testing.T, all []har.Entry) {
			at(t, all, "/token").Response = har.Response{Status: 0, Error: "net::ERR_FAILED"}
		}, "token", "CORS", ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := page(t, nil)
			c.spoil(t, all)
			r := one(t, all)
			if _, err := r.Outcome(); err == nil {
				t.Error("the run ended well")
			}
			if c.slug != "" {
				if !slices.Contains(findings(r), c.slug) {
					t.Errorf("findings %v, want %s", findings(r), c.slug)
				}
				return
			}
			want(t, r, c.step, "failed: ", c.says)
			for _, e := range r.Entries {
				if f, ok := e.Event.(flows.StepFailed); ok && f.Diagnosis == nil {
					t.Error("no diagnosis")
				}
			}
		})
	}
}

func TestSeveralLogins(t *testing.T) {
	all := append(page(t, nil), page(t, nil)...)
	refresh := har.Entry{Started: har.Time{Time: time.Now().Add(time.Hour)}}
	refresh.Request.Method, refresh.Request.URL = "POST", "https://idp.example/token"
	refresh.Request.PostData = &har.PostData{MimeType: "application/json", Text: `{"grant_type":"refresh_token","client_id":"c","refresh_token":"0123456789"}`}
	refresh.Response.Status = 200
	refresh.Response.Content.SetBody([]byte(`{"access_token":"abcdefghij","token_type":"Bearer"}`))
	f := find(t, append(all, refresh))
	if len(f.Runs) != 3 {
		t.Fatalf("%d runs", len(f.Runs))
	}
	for i, flow := range []string{"pkce", "pkce", "refresh"} {
		if s := f.Runs[i].Started(); s.Flow != flow {
			t.Errorf("run %d is %s, want %s", i, s.Flow, flow)
		}
		if _, err := f.Runs[i].Outcome(); err != nil {
			t.Errorf("run %d: %v", i, err)
		}
	}
}

// An archive that is made of beginnings is not gone through once for each of them.
func TestTooManyLogins(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var all []har.Entry
	for n := range 2 * maxLogins {
		e := har.Entry{Started: har.Time{Time: start.Add(time.Duration(n) * time.Second)}}
		e.Request.Method, e.Request.URL = "GET", har.Text(fmt.Sprintf("https://idp.example/authorize?client_id=c&response_type=code&state=s%d", n))
		e.Response.Status = 200
		all = append(all, e)
	}
	f := find(t, all)
	if len(f.Runs) != maxLogins || !strings.Contains(strings.Join(f.Warnings, "\n"), "more than 100 logins") {
		t.Errorf("%d runs, warnings %q", len(f.Runs), f.Warnings)
	}
	if s := f.Runs[0].Started(); s.Flow != "pkce" || f.Runs[0].Began() != start {
		t.Errorf("the first is %+v", s)
	}
}

func TestDeviceLogin(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	post := func(n int, address, form string, status int, answer string) har.Entry {
		e := har.Entry{Started: har.Time{Time: start.Add(time.Duration(n) * time.Second)}}
		e.Request.Method, e.Request.URL = "POST", har.Text(address)
		e.Request.PostData = &har.PostData{MimeType: "application/x-www-form-urlencoded", Text: har.Text(form)}
		e.Response.Status = har.Number(status)
		e.Response.Content.SetBody([]byte(answer))
		return e
	}
	const poll = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DC-0123456789&client_id=tv"
	r := one(t, []har.Entry{
		post(0, "https://idp.example/device", "client_id=tv&scope=openid", 200, `{"device_code":"DC-0123456789","user_code":"AB-CD","verification_uri":"https://idp.example/d","expires_in":600}`),
		post(5, "https://idp.example/token", poll, 400, `{"error":"authorization_pending"}`),
		post(10, "https://idp.example/token", poll, 200, `{"access_token":"abcdefghijkl","token_type":"Bearer","expires_in":60}`),
		post(11, "https://idp.example/introspect", "token=abcdefghijkl", 200, `{"active":true}`),
	})
	if s := r.Started(); s.Flow != "device" || s.ClientID != "tv" {
		t.Errorf("started %+v", s)
	}
	if _, err := r.Outcome(); err != nil || len(r.Exchanges()) != 4 {
		t.Errorf("%v, %d exchanges", err, len(r.Exchanges()))
	}
	want(t, r, "introspect", "done")
}

func TestNothingToFind(t *testing.T) {
	if f := find(t, noise(time.Now())); len(f.Runs) != 0 || f.Seen == 0 {
		t.Errorf("found %d in %d", len(f.Runs), f.Seen)
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{
		`{"log":{"entries":[{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"GET","url":"https://idp.example/a?client_id=c&response_type=code&redirect_uri=https%3A%2F%2Frp%2Fcb&state=s"},"response":{"status":302,"redirectURL":"https://rp/cb?code=x&state=s"}}]}}`,
		`{"log":{"entries":[{"request":{"method":"POST","url":"https://idp.example/token","postData":{"mimeType":"application/x-www-form-urlencoded","text":"grant_type=refresh_token"}},"response":{"status":200,"content":{"text":"{\"access_token\":\"x\",\"id_token\":\"eyJhbGciOiJub25lIn0.e30.\"}"}}}]}}`,
		`{"log":{"entries":[{"request":{"url":"https://x/cb#id_token=e.e.e&state=1"}},{"request":{"url":1}},5`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := har.Read(bytes.NewReader(data), har.Options{Keep: Keep})
		if err != nil {
			return
		}
		for _, r := range Find(log, "fuzz").Runs {
			r.Session()
			for _, format := range archive.Formats() {
				var out bytes.Buffer
				if err := archive.Export(&out, format, []*archive.Run{r}, "fuzz", false); err != nil && !strings.Contains(fmt.Sprint(err), "year outside") {
					t.Error(err)
				}
			}
		}
	})
}

// TestRefusedForWhatTheRequestsShow: when the two requests don't fit each other, that is the cause of invalid_grant, and nothing
// else is said; when they fit, the code was sent as it came.
func TestRefusedForWhatTheRequestsShow(t *testing.T) {
	for want, change := range map[string]url.Values{
		"SPEC-other-verifier":    {"code_verifier": {strings.Repeat("xy", 22)}},
		"SPEC-other-redirect":    {"redirect_uri": {"http://127.0.0.1:1/other"}},
		"SPEC-invalid_grant-own": {},
		"SPEC-invalid_grant":     {"redirect_uri": nil},
	} {
		all := page(t, nil)
		token := at(t, all, "/token")
		q, _ := url.ParseQuery(string(token.Request.PostData.Text))
		for name, values := range change {
			q[name] = values
		}
		token.Request.PostData.Text, token.Request.PostData.Params = har.Text(q.Encode()), nil
		token.Response.Status = 400
		token.Response.Content = har.Content{MimeType: "application/json"}
		token.Response.Content.SetBody([]byte(`{"error":"invalid_grant","error_description":"grant request is invalid"}`))
		got := ""
		for _, e := range one(t, all).Entries {
			if f, ok := e.Event.(flows.StepFailed); ok && f.Step == "token" && f.Diagnosis != nil {
				got = f.Diagnosis.ID
			}
		}
		if got != want {
			t.Errorf("diagnosis %q, want %q", got, want)
		}
	}
}
