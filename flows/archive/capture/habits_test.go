package capture

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/inspect"
)

// later puts a copy of an entry behind all others.
func later(all []har.Entry, e *har.Entry, change func(*har.Entry)) []har.Entry {
	last := *e
	last.Started = har.Time{Time: all[len(all)-1].Started.Add(time.Second)}
	if e.Request.PostData != nil {
		post := *e.Request.PostData
		last.Request.PostData = &post
	}
	change(&last)
	return append(all, last)
}

// form changes what a request sends.
func form(e *har.Entry, change func(url.Values)) {
	q, _ := url.ParseQuery(string(e.Request.PostData.Text))
	change(q)
	e.Request.PostData.Text = har.Text(q.Encode())
}

// member gives a member of an answer.
func member(e *har.Entry, name string) string {
	var object map[string]any
	_ = json.Unmarshal([]byte(*e.Response.Content.Text), &object)
	text, _ := object[name].(string)
	return text
}

// TestBodiesLeftOut is a capture without bodies, as Playwright's "omit" writes it: what was sent and what came is known to be there.
func TestBodiesLeftOut(t *testing.T) {
	all := page(t, nil)
	for i := range all {
		e := &all[i]
		if e.Request.PostData != nil {
			e.Request.PostData.Text, e.Request.BodySize = "", 219
		}
		e.Response.Content.Text, e.Response.Content.Size = nil, 1000
	}
	token := at(t, all, "/token")
	all = later(all, token, func(*har.Entry) {})
	f := find(t, all)
	if len(f.Runs) != 2 {
		t.Fatalf("%d runs, want the login and another token request", len(f.Runs))
	}
	want(t, f.Runs[0], "authorize", "state is the one that was sent")
	want(t, f.Runs[0], "token", "what was sent is not in the capture", "what was answered is not in the capture")
	if title := f.Runs[1].Started().Title; title != "Token request" {
		t.Errorf("the second is %q", title)
	}
	if _, err := f.Runs[1].Outcome(); err != nil {
		t.Errorf("nothing failed: %v", err)
	}
}

// TestSanitized has marks in place of values. They are the same for every login, so they tie nothing together, and nothing is held against
// what they stand for.
func TestSanitized(t *testing.T) {
	all := page(t, nil)
	first := at(t, all, "/authorize?").Request.URL
	for i := range all {
		e := &all[i]
		mark := func(address har.Text) har.Text {
			u, err := url.Parse(string(address))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			for _, name := range []string{"code", "state", "code_challenge", "client_id", "nonce"} {
				if q.Has(name) {
					q.Set(name, "["+name+" redacted]")
				}
			}
			u.RawQuery = q.Encode()
			return har.Text(u.String())
		}
		e.Request.URL, e.Response.RedirectURL = mark(e.Request.URL), mark(e.Response.RedirectURL)
		for j, h := range e.Request.Headers {
			if strings.EqualFold(string(h.Name), "Authorization") {
				e.Request.Headers = append(e.Request.Headers[:j:j], e.Request.Headers[j+1:]...)
			}
		}
	}
	if at(t, all, "/authorize?").Request.URL == first {
		t.Fatal("nothing is marked")
	}
	token := at(t, all, "/token")
	form(token, func(q url.Values) {
		for _, name := range []string{"code", "code_verifier", "client_id"} {
			q.Set(name, "["+name+" redacted]")
		}
	})
	raw := member(token, "id_token")
	body := har.Text(strings.Replace(string(*token.Response.Content.Text), raw, raw[:strings.LastIndexByte(raw, '.')]+".redacted", 1))
	token.Response.Content.Text = &body
	again := make([]har.Entry, 0, 2*len(all))
	for i := range all {
		e := all[i]
		e.Started = har.Time{Time: e.Started.Add(time.Minute)}
		again = append(again, e)
	}
	f := find(t, append(all, again...))
	if len(f.Runs) != 2 {
		t.Fatalf("%d runs, want two logins", len(f.Runs))
	}
	for _, r := range f.Runs {
		if _, err := r.Outcome(); err != nil || len(findings(r)) > 0 {
			t.Errorf("a mark is held against the login: %v, %v", err, findings(r))
		}
		want(t, r, "authorize", "state not checked: it is masked")
		want(t, r, "token", "verifier not checked: it is masked")
		want(t, r, "id_token", "signature not checked: it was taken off", "nonce not checked: it is masked")
		for _, entry := range r.Entries {
			if e, ok := entry.Event.(flows.StepDone); ok && (e.Outcome == flows.NotChecked) != strings.Contains(e.Note, "not checked") {
				t.Errorf("%s: the outcome is %q of %q", e.Step, e.Outcome, e.Note)
			}
		}
		if s := r.Session(); s == nil || s.Reports[flows.IDToken].Signature.Status == inspect.Verified {
			t.Errorf("session %+v", s)
		}
	}
}

// TestRefreshGoesOn ties a refresh in the background to its login.
func TestRefreshGoesOn(t *testing.T) {
	refresh := func(all []har.Entry, change func(*har.Entry)) []har.Entry {
		token := at(t, all, "/token")
		sent := member(token, "refresh_token")
		return later(all, token, func(e *har.Entry) {
			form(e, func(q url.Values) {
				clear(q)
				q.Set("grant_type", "refresh_token")
				q.Set("refresh_token", sent)
			})
			change(e)
		})
	}
	f := find(t, refresh(page(t, nil), func(*har.Entry) {}))
	if len(f.Runs) != 2 || f.Runs[1].Started().Flow != "refresh" {
		t.Fatalf("%d runs", len(f.Runs))
	}
	want(t, f.Runs[1], "token", "the refresh token is that of run 1")
	want(t, f.Runs[1], "id_token", "signature verified", "iss and sub are those of run 1")
	if got := findings(f.Runs[1]); len(got) > 0 {
		t.Errorf("findings %v", got)
	}

	rotated := func(e *har.Entry) {
		body := har.Text(strings.Replace(string(*e.Response.Content.Text), member(e, "refresh_token"), "the-next-refresh-token", 1))
		e.Response.Content.Text = &body
	}
	twice := refresh(refresh(page(t, nil), rotated), rotated)
	if f := find(t, twice); len(f.Runs) != 3 || !hasFinding(f.Runs[2], "capture-refresh-twice") || hasFinding(f.Runs[1], "capture-refresh-twice") {
		t.Errorf("a refresh token that was used twice: %d runs, %v", len(f.Runs), findings(f.Runs[len(f.Runs)-1]))
	}

	other := refresh(page(t, nil), func(e *har.Entry) {
		raw := member(e, "id_token")
		parts := strings.Split(raw, ".")
		body := har.Text(strings.Replace(string(*e.Response.Content.Text), raw, parts[0]+".eyJzdWIiOiJib2IifQ."+parts[2], 1))
		e.Response.Content.Text = &body
	})
	if r := find(t, other).Runs[1]; r == nil {
		t.Error("no refresh")
	} else if _, err := r.Outcome(); err == nil {
		t.Error("a refresh for another person ended well")
	}
}

func hasFinding(r *archive.Run, slug string) bool {
	for _, f := range findings(r) {
		if strings.Contains(f, slug) {
			return true
		}
	}
	return false
}

// TestOtherOrigins has a page whose origin the provider does not know: the page is told next to nothing, the capture more.
func TestOtherOrigins(t *testing.T) {
	origin := har.Pair{Name: "Origin", Value: "https://app.example"}
	unread := page(t, nil)
	token := at(t, unread, "/token")
	token.Request.Headers = append(token.Request.Headers, origin)
	if r := one(t, unread); !hasFinding(r, "capture-cors") {
		t.Errorf("findings %v", findings(r))
	}
	token.Response.Headers = append(token.Response.Headers, har.Pair{Name: "access-control-allow-origin", Value: "https://app.example"})
	if r := one(t, unread); hasFinding(r, "capture-cors") {
		t.Errorf("allowed, but findings %v", findings(r))
	}

	hidden := page(t, nil)
	token = at(t, hidden, "/token")
	token.Request.Headers, token.Response = append(token.Request.Headers, origin), har.Response{FailureText: "net::ERR_FAILED"}
	want(t, one(t, hidden), "token", "ERR_FAILED", "the page at https://app.example is of another origin")

	refused := page(t, nil)
	token = at(t, refused, "/token")
	ask := *token
	ask.Request.Method, ask.Request.PostData, ask.ResourceType = "OPTIONS", nil, "preflight"
	ask.Request.Headers = []har.Pair{origin}
	ask.Response = har.Response{Status: 405}
	token.Response = har.Response{Error: "net::ERR_FAILED"}
	r := one(t, append(refused, ask))
	want(t, r, "token", "ERR_FAILED", "the page at https://app.example", "405 Method Not Allowed")
}

// TestSilentLogin is one that asks nobody, in a frame that nobody sees.
func TestSilentLogin(t *testing.T) {
	all := page(t, nil)
	ask := at(t, all, "/authorize?")
	ask.Request.URL += "&prompt=none"
	if r := one(t, all); r.Started().Title != "Authorization code + PKCE, silent" {
		t.Errorf("title %q", r.Started().Title)
	}
}

func TestMarks(t *testing.T) {
	for _, mark := range []string{"[code redacted]", "REDACTED", "<removed>", "***", "XXXX", "••••", "Filtered", "[access_token redacted]"} {
		if !masked(mark) {
			t.Errorf("%q is a mark", mark)
		}
	}
	for _, value := range []string{"", "x", "SplxlOBeZQQYbYS6WxSbIA", "redacted1", strings.Repeat("masked", 20), "a.b.c", "4/0AX4XfWh"} {
		if masked(value) {
			t.Errorf("%q is no mark", value)
		}
	}
}
