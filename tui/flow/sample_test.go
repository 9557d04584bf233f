package flow

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// The tests drive the screen as the root does: with messages. A script is a list of them, with the clock set for each.

var sampleStart = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	sampleIssuer   = "http://127.0.0.1:41207"
	sampleRedirect = "http://127.0.0.1:53682/callback"
	sampleVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	sampleCode     = "SplxlOBeZQQYbYS6WxSbIAqD7nVfxqTfVXV7VBxUSoM"
	sampleAuthURL  = sampleIssuer + "/authorize?response_type=code&client_id=practice&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback&scope=openid+profile+email&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)

const tokenAnswer = `{"access_token":"SlAV32hkKG-access-token","token_type":"Bearer","expires_in":600,"id_token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln","refresh_token":"8xLOxBtZp8-refresh"}`

func sampleFlow() flows.Flow {
	core := func(section string) []rule.Ref { return []rule.Ref{{Spec: "OpenID Connect Core", Section: section}} }
	return flows.Flow{ID: "pkce", Title: "Authorization code + PKCE", Steps: []flows.Step{
		{ID: "discovery", Title: "Read the discovery document", Arrow: "discovery", From: flows.Client, To: flows.Provider,
			Why: "The provider says in one document where its endpoints are and what it can do.", Refs: []rule.Ref{{Spec: "OpenID Connect Discovery", Section: "4"}}},
		{ID: "keys", Title: "Fetch the signing keys", Arrow: "keys", From: flows.Client, To: flows.Provider,
			Why: "With these keys the signature of the ID token is checked at the end.", Refs: []rule.Ref{{Spec: "RFC 7517", Section: "5"}}},
		{ID: "secrets", Title: "Make verifier, state and nonce", Arrow: "verifier, state, nonce", From: flows.Client, To: flows.Client,
			Why: "Three random values tie together what follows.", Refs: []rule.Ref{{Spec: "RFC 7636", Section: "4.1"}}},
		{ID: "open", Title: "Send you to the provider", Arrow: "open", From: flows.Client, To: flows.You,
			Why: "Your browser carries the request to the provider.", Refs: core("3.1.2.1")},
		{ID: "login", Title: "Log in and consent", Arrow: "log in", From: flows.You, To: flows.Provider,
			Why: "You prove to the provider who you are. oidcscope sees nothing of it.", Refs: core("3.1.2.3")},
		{ID: "callback", Title: "Receive the code", Arrow: "code", From: flows.Provider, To: flows.Client,
			Why: "The provider sends your browser back with a code.", Refs: core("3.1.2.5")},
		{ID: "token", Title: "Redeem the code", Arrow: "code + verifier", From: flows.Client, To: flows.Provider,
			Why:  "The code is worthless alone: whoever redeems it must also know the verifier whose SHA-256 was sent in step 4. A thief of the redirect has the code, not the verifier.",
			Refs: []rule.Ref{{Spec: "RFC 7636", Section: "4.5"}, {Spec: "RFC 6749", Section: "4.1.3"}}},
		{ID: "verify", Title: "Check the ID token", Arrow: "check id_token", From: flows.Client, To: flows.Client,
			Why: "Signature, issuer, audience, times and nonce must hold.", Refs: core("3.1.3.7")},
		{ID: "userinfo", Title: "Ask for the claims of the person", Arrow: "userinfo", From: flows.Client, To: flows.Provider,
			Why: "The access token opens the userinfo endpoint.", Refs: core("5.3")},
	}}
}

func sampleDevice() flows.Flow {
	return flows.Flow{ID: "device", Title: "Device code", Steps: []flows.Step{
		{ID: "discovery", Title: "Read the discovery document", Arrow: "discovery", From: flows.Client, To: flows.Provider},
		{ID: "device", Title: "Ask for a user code", Arrow: "client_id, scope", From: flows.Client, To: flows.Provider},
		{ID: "show", Title: "Show you the code", Arrow: "user code", From: flows.Client, To: flows.You},
		{ID: "poll", Title: "Ask until you have logged in", Arrow: "device code", From: flows.Client, To: flows.Provider,
			Why: "The program can't be called back, so it asks again and again.", Refs: []rule.Ref{{Spec: "RFC 8628", Section: "3.4"}}},
		{ID: "verify", Title: "Check the ID token", Arrow: "check id_token", From: flows.Client, To: flows.Client},
	}}
}

type helper struct{}

func (helper) LogIn(string) error         { return nil }
func (helper) ApproveDevice(string) error { return nil }

// script plays a run into a screen.
type script struct {
	s   *Screen
	now time.Time
}

// newScript makes a screen whose clock is the script's.
func newScript(theme *ui.Theme, w, h int) *script {
	p := &script{now: sampleStart}
	p.s = New(&ui.Common{Theme: theme, Keys: ui.NewKeys(), Now: func() time.Time { return p.now }, ReducedMotion: true})
	p.s.ssh = ""
	p.s.SetSize(w, h)
	return p
}

func (p *script) tell(msgs ...tea.Msg) {
	for _, m := range msgs {
		p.s.Update(m)
	}
}

func (p *script) begin(f flows.Flow) {
	var steps []flows.StepInfo
	for _, s := range f.Steps {
		steps = append(steps, flows.StepInfo{ID: s.ID, Title: s.Title, From: s.From, To: s.To})
	}
	p.tell(ui.RunBegan{Run: 1, Kind: ui.RunLogin, Flow: f, Title: "Practice provider", Helper: helper{}, At: p.now},
		ui.RunEvent{Run: 1, Event: flows.RunStarted{Meta: p.meta(""), Flow: f.ID, Title: f.Title, Issuer: sampleIssuer, ClientID: "practice", Steps: steps}})
}

func (p *script) meta(step string) flows.Meta { return flows.Meta{Time: p.now, Run: "r1", Step: step} }

func (p *script) event(e flows.Event) { p.tell(ui.RunEvent{Run: 1, Event: e}) }

func (p *script) wait(d time.Duration) {
	p.now = p.now.Add(d)
	p.tell(ui.Tick{Now: p.now})
}

func (p *script) start(step string) { p.event(flows.StepStarted{Meta: p.meta(step)}) }

// finish ends a step that took d.
func (p *script) finish(step string, d time.Duration, note string) {
	p.now = p.now.Add(d)
	p.event(flows.StepDone{Meta: p.meta(step), Duration: d, Note: note})
}

func (p *script) step(step string, d time.Duration, note string) {
	p.start(step)
	p.finish(step, d, note)
}

func (p *script) variable(step, name, value string, secretValue bool, from string, usedBy ...string) {
	p.event(flows.Variable{Meta: p.meta(step), Name: name, Value: value, Secret: secretValue, From: from, UsedBy: usedBy})
}

func exchange(id int, method, address, form, answer string, status int, reason string) record.Exchange {
	e := record.Exchange{ID: id, Request: record.Request{Method: method, URL: address, Proto: "HTTP/1.1",
		Headers: []record.Header{{Name: "Accept", Value: "application/json"}}},
		Response: &record.Response{Status: status, Reason: reason, Proto: "HTTP/1.1",
			Headers: []record.Header{{Name: "Cache-Control", Value: "no-store"}, {Name: "Content-Type", Value: "application/json"}},
			Body:    record.Body{Data: []byte(answer), Size: int64(len(answer))}},
		Timing:     record.Timing{Start: sampleStart, Connect: 400 * time.Microsecond, Wait: 11 * time.Millisecond, Read: 300 * time.Microsecond, Total: 12 * time.Millisecond},
		Connection: record.Connection{Remote: "127.0.0.1:41207"}}
	if form != "" {
		e.Request.Headers = append(e.Request.Headers, record.Header{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
		e.Request.Body = record.Body{Data: []byte(form), Size: int64(len(form))}
	}
	return e
}

func (p *script) discovery() {
	p.start("discovery")
	p.event(flows.Exchange{Meta: p.meta("discovery"), Exchange: exchange(1, "GET", sampleIssuer+"/.well-known/openid-configuration", "",
		`{"issuer":"`+sampleIssuer+`","authorization_endpoint":"`+sampleIssuer+`/authorize","token_endpoint":"`+sampleIssuer+`/token"}`, 200, "200 OK")})
	p.finish("discovery", 12*time.Millisecond, "issuer matches, 14 endpoints")
}

// toBrowser plays up to the point where the person is waited for.
func (p *script) toBrowser() {
	p.begin(sampleFlow())
	p.discovery()
	p.step("keys", 8*time.Millisecond, "2 keys")
	p.start("secrets")
	p.variable("secrets", "code_verifier", sampleVerifier, true, "made here: 32 random bytes", "token")
	p.variable("secrets", "code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", false, "SHA-256 of code_verifier", "open")
	p.variable("secrets", "state", "af0ifjsldkj", false, "made here: 16 random bytes", "open", "callback")
	p.variable("secrets", "nonce", "n-0S6_WzA2Mj", false, "made here: 16 random bytes", "open", "verify")
	p.finish("secrets", 200*time.Microsecond, "")
	p.start("open")
	p.event(flows.NeedUser{Meta: p.meta("open"), Kind: flows.NeedOpenURL, URL: sampleAuthURL, RedirectURI: sampleRedirect, ExpiresAt: p.now.Add(5 * time.Minute)})
	p.finish("open", time.Millisecond, "")
	p.start("login")
	p.event(flows.Waiting{Meta: p.meta("login"), Reason: "callback", Until: p.now.Add(5 * time.Minute)})
}

func sampleForm() string {
	return "grant_type=authorization_code&code=" + sampleCode + "&redirect_uri=" + url.QueryEscape(sampleRedirect) + "&client_id=practice&code_verifier=" + sampleVerifier
}

// toHeld plays up to the token request, which is held.
func (p *script) toHeld() {
	p.toBrowser()
	p.finish("login", 4100*time.Millisecond, "")
	p.start("callback")
	p.variable("callback", "code", sampleCode, true, "redirect", "token")
	p.finish("callback", time.Millisecond, "state matches")
	p.start("token")
	req, _ := http.NewRequest("POST", sampleIssuer+"/token", strings.NewReader(sampleForm()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	p.hold(flows.Stop{Kind: flows.BeforeSend, Step: "token", Held: &record.Held{ID: 3, Step: "token", Purpose: "token", Request: req, Body: []byte(sampleForm())}})
	p.wait(12 * time.Second)
}

// hold stops the run.
func (p *script) hold(at flows.Stop) {
	at.Meta = p.meta(at.Step)
	p.tell(ui.RunHeld{Run: 1, Stop: &at, At: p.now})
}

func (p *script) release() {
	c := p.s.draft.command(p.s.use)
	p.tell(ui.RunReleased{Run: 1, Stop: p.s.run.stop, Command: c}, ui.GateChanged{Mode: ui.GateFree})
}

// toAnswer plays on to the answer of the token request, which is held.
func (p *script) toAnswer() {
	p.toHeld()
	p.release()
	p.hold(flows.Stop{Kind: flows.BeforeTaking, Step: "token", Resend: "the provider must refuse the code the second time (RFC 6749 4.1.2)",
		Answer: &record.HeldAnswer{Exchange: exchange(3, "POST", sampleIssuer+"/token", sampleForm(), tokenAnswer, 200, "200 OK")}})
}

// toDone plays to the end.
func (p *script) toDone() {
	p.toHeld()
	p.release()
	p.event(flows.Exchange{Meta: p.meta("token"), Exchange: exchange(3, "POST", sampleIssuer+"/token", sampleForm(),
		tokenAnswer, 200, "200 OK")})
	p.variable("token", "access_token", "SlAV32hkKG-access-token", true, "token response", "userinfo")
	p.finish("token", 12*time.Millisecond, "access, refresh and ID token")
	p.event(flows.Received{Meta: p.meta("token"), Which: flows.IDToken, Raw: secret.New("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln"),
		Report: &inspect.Report{Signature: inspect.Verdict{Status: inspect.Verified}}})
	p.event(flows.Received{Meta: p.meta("token"), Which: flows.AccessToken, Raw: secret.New("SlAV32hkKG-access-token")})
	p.event(flows.Received{Meta: p.meta("token"), Which: flows.RefreshToken, Raw: secret.New("8xLOxBtZp8-refresh")})
	p.step("verify", time.Millisecond, "all 9 checks passed")
	p.event(flows.StepSkipped{Meta: p.meta("userinfo"), Reason: "the provider has no userinfo endpoint"})
	p.event(flows.Done{Meta: p.meta(""), OK: true, Duration: 412 * time.Millisecond, Tokens: []flows.TokenName{flows.IDToken, flows.AccessToken}})
	p.tell(ui.RunEnded{Run: 1, Kind: ui.RunLogin, Duration: 412 * time.Millisecond, At: p.now})
}

// toFailed plays a token request that the provider refuses, with a diagnosis.
func (p *script) toFailed() {
	p.toHeld()
	p.release()
	p.event(flows.Exchange{Meta: p.meta("token"), Exchange: exchange(3, "POST", sampleIssuer+"/token", sampleForm(),
		`{"error":"invalid_grant","error_description":"redirect_uri does not match"}`, 400, "400 Bad Request")})
	problem := flows.Problem{Kind: flows.ProblemRefused, Expected: "http://127.0.0.1:53682/callback", Got: "http://127.0.0.1:53682/callback/", Mark: 31,
		Ref: "RFC 6749 4.1.3", Exchange: 3, OAuth: &flows.OAuthError{Code: "invalid_grant", Description: "redirect_uri does not match", Status: 400, Shape: "json"},
		Diagnosis: &flows.Diagnosis{ID: "redirect-uri-mismatch", Summary: "The redirect URI of the token request is not the one the code was issued for.",
			Causes: []string{"The redirect URI was changed between the two requests.", "The client is registered with another one."},
			Fixes:  []flows.Fix{{Text: "Register exactly this redirect URI for the client:", Value: sampleRedirect}}, Ref: "RFC 6749 4.1.3", Provider: "the practice provider"}}
	p.wait(12 * time.Millisecond)
	p.event(flows.StepFailed{Meta: p.meta("token"), Problem: problem})
	p.event(flows.Done{Meta: p.meta(""), Duration: 4300 * time.Millisecond})
	p.tell(ui.RunEnded{Run: 1, Kind: ui.RunLogin, Err: &problem, Duration: 4300 * time.Millisecond, At: p.now})
}

// toDevice plays a device login that is being polled for, and was told to slow down once.
func (p *script) toDevice() {
	p.begin(sampleDevice())
	p.discovery()
	p.step("device", 9*time.Millisecond, "")
	p.event(flows.NeedUser{Meta: p.meta("show"), Kind: flows.NeedDevice, UserCode: "WDJB-MJHT", VerificationURI: sampleIssuer + "/device",
		VerificationURIComplete: sampleIssuer + "/device?user_code=WDJB-MJHT", Interval: 5 * time.Second, ExpiresAt: p.now.Add(10 * time.Minute)})
	p.step("show", time.Millisecond, "")
	p.start("poll")
	for i, reason := range []string{"authorization_pending", "slow_down", "authorization_pending"} {
		p.wait(5 * time.Second)
		p.event(flows.Exchange{Meta: p.meta("poll"), Exchange: exchange(3+i, "POST", sampleIssuer+"/token",
			"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=practice", `{"error":"`+reason+`"}`, 400, "400 Bad Request")})
		interval := 5 * time.Second
		if i > 0 {
			interval = 10 * time.Second
		}
		p.event(flows.Waiting{Meta: p.meta("poll"), Reason: reason, Interval: interval, Polls: i + 1, Until: p.now.Add(interval)})
	}
	p.wait(3 * time.Second)
}

func (p *script) keys(names ...string) {
	for _, n := range names {
		p.s.Update(ui.KeyPress(n))
	}
}

func (p *script) text(s string) {
	for _, r := range s {
		p.keys(string(r))
	}
}

// states are the states of the goldens, by name.
func states() map[string]func(*script) {
	return map[string]func(*script){
		"before":  func(p *script) { p.begin(sampleFlow()) },
		"browser": (*script).toBrowser,
		"device":  (*script).toDevice,
		"held":    (*script).toHeld,
		"editing": func(p *script) {
			p.toHeld()
			p.keys("E", "down", "down", "end")
			p.text("/x")
			p.keys("down", "down", "ctrl+d", "ctrl+n")
			p.text("resource=https://api.example")
		},
		"paste": func(p *script) {
			p.toBrowser()
			p.keys("p")
			p.text("http://127.0.0.1:53682/callback")
			p.keys("enter")
		},
		"qr":        func(p *script) { p.toDevice(); p.keys("Q") },
		"failed":    (*script).toFailed,
		"done":      (*script).toDone,
		"variables": func(p *script) { p.toDone(); p.keys("left", "left", "tab", "down", "down") },
		"predicted": func(p *script) { p.toHeld(); p.keys("E", "down", "down", "down", "down", "ctrl+d") },
		"answer-held": func(p *script) {
			p.toAnswer()
			p.keys("E", "down", "down", "down", "end")
			p.text("0")
		},
		"sent-again": (*script).toSentAgain,
		"judged":     (*script).toJudged,
		"compare":    func(p *script) { p.toJudged(); p.tries(); p.keys("d") },
		"answer":     func(p *script) { p.toDone(); p.keys("up", "up", "right", "right") },
	}
}
