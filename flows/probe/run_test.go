package probe_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/report"
)

func TestList(t *testing.T) {
	slugs, last := map[string]bool{}, ""
	for _, p := range probe.Probes() {
		if p.ID <= last || slugs[p.Slug] {
			t.Errorf("%s %s: ids rise and names are unique, the one before is %s", p.ID, p.Slug, last)
		}
		last, slugs[p.Slug] = p.ID, true
		if p.Title == "" || p.Does == "" || p.Expects == "" || p.Fix == "" || p.Severity == 0 || len(p.Refs) == 0 {
			t.Errorf("%s has gaps in its documentation: %+v", p.ID, p)
		}
		for _, r := range p.Refs {
			if r.URL == "" {
				t.Errorf("%s: %s has no address", p.ID, r)
			}
		}
	}
}

func TestSelect(t *testing.T) {
	all, err := probe.Select(probe.Config{})
	if err != nil || len(all.Probes) != len(probe.Probes()) {
		t.Fatalf("all probes wanted, got %d, %v", len(all.Probes), err)
	}
	withOther, _ := probe.Select(probe.Config{Other: new(probe.Other)})
	if withOther.Visits != all.Visits+1 || all.Typing != 2 {
		t.Errorf("one visit more with a second client, and two by typing wanted, got %+v and %+v", withOther.Visits, all.Visits)
	}
	quiet, err := probe.Select(probe.Config{Only: []string{"prompt-none", "PRB-030"}})
	if err != nil || len(quiet.Probes) != 2 || quiet.Visits+quiet.IfOpen+quiet.Typing != 0 {
		t.Errorf("two probes without a visit wanted, got %+v, %v", quiet, err)
	}
	less, _ := probe.Select(probe.Config{Skip: []string{"code-twice", "code-twice-revokes"}})
	if len(less.Probes) != len(all.Probes)-2 || less.Visits != all.Visits-1 {
		t.Errorf("two probes and their visit less wanted, got %d, %d", len(less.Probes), less.Visits)
	}
	if _, err := probe.Select(probe.Config{Only: []string{"no-such"}}); err == nil {
		t.Error("an error for a probe that does not exist wanted")
	}
}

// outcome gives the result of one probe of a report.
func outcome(t *testing.T, r *probe.Report, slug string) probe.Outcome {
	t.Helper()
	i := slices.IndexFunc(r.Outcomes, func(o probe.Outcome) bool { return o.Slug == slug })
	if i < 0 {
		t.Fatalf("no outcome of %s", slug)
	}
	return r.Outcomes[i]
}

// TestOtherPort is about a redirect URI that is not on this machine: there the port counts, and nobody can listen.
func TestOtherPort(t *testing.T) {
	for fault, want := range map[string]probe.Result{"": probe.Pass, "lax-open-redirector": probe.Fail, "lax-redirect": probe.Inconclusive} {
		w := newWorld(t, practice.Options{Fault: fault}, flows.AuthNone)
		id := registerWeb(t, w.Issuer())
		w.cfg.Client.ClientID, w.cfg.Client.RedirectURI, w.cfg.Client.Paste = id, "https://app.example/callback", true
		w.cfg.Client.Pasted = make(chan string)
		w.cfg.Only = []string{"redirect-port"}
		if o := outcome(t, w.run(t), "redirect-port"); o.Result != want {
			t.Errorf("fault %q: %s wanted, got %+v", fault, want, o)
		}
	}
}

func registerWeb(t *testing.T, issuer string) string {
	t.Helper()
	res, err := http.Post(issuer+"/register", "application/json", strings.NewReader(`{"redirect_uris":["https://app.example/callback"],
		"token_endpoint_auth_method":"none","response_types":["code"],"grant_types":["authorization_code"]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var client struct {
		ID string `json:"client_id"`
	}
	if err := json.NewDecoder(res.Body).Decode(&client); err != nil || client.ID == "" {
		t.Fatalf("registration: %s, %v", res.Status, err)
	}
	return client.ID
}

// TestNobodyThere has nobody at the browser: it is asked for once, and what needs it is not reached. The others are made.
func TestNobodyThere(t *testing.T) {
	w := newWorld(t, practice.Options{}, flows.AuthNone)
	w.cfg.Client.UserTimeout = 50 * time.Millisecond
	report, err := probe.Run(t.Context(), w.cfg, func(probe.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	if report.Visits != 1 || report.Bad() || report.Count().Passed == 0 {
		t.Errorf("one visit wanted, and probes that need none, got %d, %+v", report.Visits, report.Count())
	}
	for _, slug := range []string{"nonce", "code-twice", "refresh-reuse", "dpop-replay"} {
		if o := outcome(t, report, slug); o.Result != probe.NotReached || o.Reason == "" || o.Got != "" {
			t.Errorf("not reached wanted, got %+v", o)
		}
	}
}

// TestWords is about what the person says of a visit that does not come back.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		fault, slug string
		word        probe.Word
		want        probe.Result
	}{
		{"lax-redirect", "redirect-path", probe.Skip, probe.Inconclusive},
		{"lax-redirect", "redirect-path", probe.SawError, probe.Pass},
		{"lax-downgrade", "downgrade", probe.Skip, probe.NotReached},
		{"lax-downgrade", "downgrade", probe.SawError, probe.Pass},
		{"", "nonce", probe.SawError, probe.NotReached},
	} {
		w := newWorld(t, practice.Options{Fault: c.fault}, flows.AuthNone)
		w.cfg.Only = []string{c.slug}
		say := make(chan probe.Word)
		w.cfg.Say = say
		var told sync.WaitGroup
		report, err := probe.Run(t.Context(), w.cfg, func(e probe.Event) {
			if _, ok := e.(probe.Opening); ok {
				told.Go(func() { say <- c.word })
			}
		})
		told.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if o := outcome(t, report, c.slug); o.Result != c.want {
			t.Errorf("%s, %s: %s wanted, got %+v", c.fault, c.word, c.want, o)
		}
	}
}

// TestInterrupted ends a run in the middle: what was found stays, what is left is not reached, the tokens are revoked.
func TestInterrupted(t *testing.T) {
	w := newWorld(t, practice.Options{}, flows.AuthNone)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var visits sync.WaitGroup
	report, err := probe.Run(ctx, w.cfg, func(e probe.Event) {
		switch e := e.(type) {
		case probe.Engine:
			if need, ok := e.Event.(flows.NeedUser); ok {
				visits.Go(func() { w.LogIn(t.Context(), need.URL) })
			}
		case probe.Tried:
			if e.Slug == "nonce" {
				cancel()
			}
		}
	})
	visits.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if !report.Interrupted || len(report.Outcomes) != len(probe.Probes()) || report.Revoked != 2 || report.Left != 0 { // of the pushed request and of the proper login
		t.Errorf("an interrupted run with all outcomes and its tokens revoked wanted, got %v, %d, %d revoked, %d left", report.Interrupted, len(report.Outcomes), report.Revoked, report.Left)
	}
	if o := outcome(t, report, "nonce"); o.Result != probe.Pass {
		t.Errorf("a pass before the interruption wanted, got %+v", o)
	}
	if o := outcome(t, report, "code-twice"); o.Result != probe.NotReached || o.Reason != "interrupted" {
		t.Errorf("not reached after the interruption wanted, got %+v", o)
	}
}

// TestSecrets looks for every code and token of a run in all that the run tells.
func TestSecrets(t *testing.T) {
	w := newWorld(t, practice.Options{}, flows.AuthBasic)
	secrets := map[string]bool{w.cfg.Client.ClientSecret.Reveal(): true}
	var told strings.Builder
	var visits sync.WaitGroup
	r, err := probe.Run(t.Context(), w.cfg, func(e probe.Event) {
		engine, ok := e.(probe.Engine)
		if !ok {
			return
		}
		switch e := engine.Event.(type) {
		case flows.NeedUser:
			visits.Go(func() { w.LogIn(t.Context(), e.URL) })
		case flows.Exchange:
			collect(secrets, e)
		}
		line, err := flows.EncodeEvent(engine.Event, false)
		if err != nil {
			t.Error(err)
		}
		told.Write(line)
	})
	visits.Wait()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.JSON())
	if err != nil {
		t.Fatal(err)
	}
	told.Write(text)
	if err := errors.Join(report.SARIF(&told, r.Document("")), report.Markdown(&told, r.Document("")), report.JUnit(&told, r.Document(""))); err != nil {
		t.Fatal(err)
	}
	if len(secrets) < 30 {
		t.Fatalf("many codes and tokens wanted, got %d", len(secrets))
	}
	for secret := range secrets {
		if strings.Contains(told.String(), secret) {
			t.Errorf("%q is told", secret)
		}
	}
}

// collect finds what is secret in an exchange.
func collect(secrets map[string]bool, e flows.Exchange) {
	var object map[string]any
	if e.Response != nil && json.Unmarshal(e.Response.Body.Data, &object) == nil {
		for _, name := range []string{"access_token", "refresh_token", "id_token", "device_code"} {
			if text, _ := object[name].(string); text != "" && text != "anything" {
				secrets[text] = true
			}
		}
	}
	if u, err := url.Parse(e.Request.URL); err == nil && u.Query().Get("code") != "" && e.Purpose == "callback" {
		secrets[u.Query().Get("code")] = true
	}
	form, _ := url.ParseQuery(string(e.Request.Body.Data))
	if v := form.Get("code_verifier"); v != "" && e.Exchange.Step != "challenge-as-verifier" { // a challenge is no secret
		secrets[v] = true
	}
}

// TestNoProvider tells a provider that is not there from one that answers nonsense.
func TestNoProvider(t *testing.T) {
	nonsense := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<h1>Hello</h1>")) }))
	defer nonsense.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for issuer, unreachable := range map[string]bool{nonsense.URL: false, gone.URL: true} {
		r, err := probe.Run(t.Context(), probe.Config{Client: flows.Config{Issuer: issuer, ClientID: "x"}}, func(probe.Event) {})
		if err != nil {
			t.Fatal(err)
		}
		if (r.Unreachable != "") != unreachable || (r.Refused != "") == unreachable {
			t.Errorf("unreachable: want %v, got %q and %q", unreachable, r.Unreachable, r.Refused)
		}
		if s := r.Count(); s.NotReached != s.Probes || s.Probes == 0 {
			t.Errorf("all not reached wanted, got %+v", s)
		}
	}
	if _, err := probe.Run(t.Context(), probe.Config{Client: flows.Config{Issuer: gone.URL}}, func(probe.Event) {}); err == nil {
		t.Error("an error without a client id wanted")
	}
}

// TestLookBehindTheFirstRedirect has a provider that redirects to a page of its own before it looks at the request, as Dex does, and needs its
// cookie there.
func TestLookBehindTheFirstRedirect(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "authorization_endpoint": server.URL + "/auth", "token_endpoint": server.URL + "/token"})
		case "/auth":
			http.SetCookie(w, &http.Cookie{Name: "trip", Value: "1"})
			http.Redirect(w, r, "/auth/local?"+r.URL.RawQuery, http.StatusFound)
		case "/auth/local":
			if _, err := r.Cookie("trip"); err != nil || r.FormValue("redirect_uri") != "http://127.0.0.1:49152/callback" {
				w.WriteHeader(http.StatusBadRequest)
			}
			w.Write([]byte("<title>Log in</title>"))
		}
	}))
	defer server.Close()
	r, err := probe.Run(t.Context(), probe.Config{Client: flows.Config{Issuer: server.URL, ClientID: "x"}, Only: []string{"redirect-path", "redirect-missing", "response-type", "frames"}}, func(probe.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	for slug, want := range map[string]probe.Result{"redirect-path": probe.Pass, "redirect-missing": probe.Pass, "response-type": probe.Fail, "frames": probe.Fail} {
		if o := outcome(t, r, slug); o.Result != want {
			t.Errorf("%s: %s wanted, got %+v", slug, want, o)
		}
	}
}
