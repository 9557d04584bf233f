package plain

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

var update = flag.Bool("update", false, "write the golden files")

var began = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// golden compares with a file, at the width that most people have and at a narrow and a wide one.
func golden(t *testing.T, name string, print func(*Printer)) {
	t.Helper()
	for _, w := range []int{60, 80, 110} {
		var b bytes.Buffer
		p := New(&b, w, false)
		print(p)
		if p.Err() != nil {
			t.Fatal(p.Err())
		}
		path := filepath.Join("testdata", strings.Replace(name, ".txt", "", 1)+"-"+map[int]string{60: "60", 80: "80", 110: "110"}[w]+".txt")
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s differs; run the test with -update and look at the change:\n%s", path, b.String())
		}
		for line := range strings.Lines(b.String()) {
			if line = strings.TrimRight(line, "\n"); width(line) > w || strings.HasSuffix(line, " ") {
				t.Errorf("%s: too wide (%d) or ends in a space: %q", path, width(line), line)
			}
		}
	}
}

func sampleReport() *inspect.Report {
	expires, issued := began.Add(9*time.Minute+58*time.Second), began.Add(-2*time.Second)
	return &inspect.Report{
		Kind: inspect.JWSCompact, Type: "id_token", Size: 843,
		Payload: []byte(`{}`),
		Signature: inspect.Verdict{Status: inspect.Verified, Alg: "RS256", KID: "k1", KeySource: "discovery",
			Key: &inspect.Key{KID: "k1", KTY: "RSA", Bits: 2048}},
		Time: inspect.Times{At: began, IssuedAt: &issued, ExpiresAt: &expires, Status: inspect.TimeValid},
		Headers: []inspect.Claim{
			{Name: "alg", Value: []byte(`"RS256"`), Text: "RSA PKCS#1 v1.5 with SHA-256", Meaning: "Algorithm that protects the token", Source: "RFC 7515 4.1.1"},
			{Name: "kid", Value: []byte(`"k1"`), Meaning: "Name of the key, for looking it up in a key set", Source: "RFC 7515 4.1.4"},
		},
		Claims: []inspect.Claim{
			{Name: "iss", Value: []byte(`"http://127.0.0.1:41207"`), Meaning: "Issuer: who made and signed the token", Source: "RFC 7519 4.1.1"},
			{Name: "exp", Value: []byte(`1795305600`), Text: "2026-11-22 12:09:58 UTC, in 9 min 58 s", Meaning: "Expiry: the token must not be accepted at or after this time", Source: "RFC 7519 4.1.4"},
			{Name: "roles", Value: []byte(`["admin","a role with a name that is far too long for one line of a terminal","x"]`)},
			{Name: "https://claims.example/a-name-of-its-own", Value: []byte(`{"a": [1, 2]}`)},
			{Name: "evil\x1b[31m\u202e", Value: []byte("\"\x1b[2J \u202eabc\"")},
		},
		Checklist: []inspect.Item{
			{Number: "1", Subject: "enc", Title: "encrypted as registered", Result: inspect.ItemNotApplicable, Ref: "OpenID Connect Core 3.1.3.7"},
			{Number: "2", Subject: "iss", Title: "names the issuer", Result: inspect.ItemPass, Ref: "OpenID Connect Core 3.1.3.7"},
			{Number: "3", Subject: "aud", Title: "names this client", Result: inspect.ItemFail, Detail: "want \"practice\", got \"other\"", Ref: "OpenID Connect Core 3.1.3.7"},
			{Number: "11", Subject: "nonce", Title: "is the one that was sent", Result: inspect.ItemNotChecked, Detail: "no nonce was given", Ref: "OpenID Connect Core 3.1.3.7"},
		},
		Findings: []rule.Finding{{ID: "TOK-057", Slug: "lifetime-long", Severity: rule.Warn, At: "claims.exp", Message: "lives 10 h", Fix: "short lives limit theft", Ref: "RFC 9700 2.2"}},
	}
}

func TestReport(t *testing.T) {
	golden(t, "report", func(p *Printer) { p.Report("ID token", sampleReport()) })
}

func TestReportVerdicts(t *testing.T) {
	verdicts := []inspect.Verdict{
		{Status: inspect.Invalid, Reason: "the signature does not match key k1", Attempts: []inspect.Attempt{
			{Key: &inspect.Key{KID: "k1"}, Tried: true, Reason: "signature does not match this key"}, {Key: &inspect.Key{}, Reason: "key is for encryption (use: enc)"}}},
		{Status: inspect.Refused, Reason: "HMAC with the bytes of a public key"},
		{Status: inspect.Unsecured},
		{Status: inspect.Unsupported, Reason: "ES256K is not supported"},
		{Status: inspect.Unverified},
	}
	long := make([]inspect.Attempt, 20)
	verdicts = append(verdicts, inspect.Verdict{Status: inspect.Unverified, Reason: "no key fits", Attempts: long})
	past, future := began.Add(-90*time.Minute), began.Add(50*time.Hour)
	times := []inspect.Times{
		{At: began, ExpiresAt: &past, Status: inspect.TimeExpired}, {At: began, NotBefore: &future, Status: inspect.TimeNotYetValid},
		{At: began, Status: inspect.TimeNoExpiry}, {At: began, Status: inspect.TimeMalformed}, {At: began, Status: inspect.TimeNotYetValid}, {},
	}
	golden(t, "verdicts", func(p *Printer) {
		for i := range verdicts {
			r := &inspect.Report{Kind: inspect.JWSCompact, Size: 1500, Payload: []byte("{}"), Signature: verdicts[i], Time: times[i]}
			if i == 5 {
				r.Error = &inspect.Fault{In: "payload", Offset: 17, Message: "a base64url character is missing"}
				r.Payload = nil
				r.Token = &inspect.Token{Bytes: []byte("not\x00 JSON"), Removed: "\"Bearer \" in front"}
			}
			p.Report(Title(r), r)
		}
	})
}

func sampleFlow() flows.Flow {
	return flows.Flow{ID: "pkce", Title: "Authorization code + PKCE", Steps: []flows.Step{
		{ID: "discovery", Title: "Fetch the discovery document", From: flows.Client, To: flows.Provider,
			Why: "A client needs only the issuer's address. Everything else is published under it.", Refs: []rule.Ref{{Spec: "OpenID Connect Discovery", Section: "4"}}},
		{ID: "authorize", Title: "Log in at the provider", From: flows.You, To: flows.Provider, Why: "The password is for the provider only"},
		{ID: "token", Title: "Redeem the code", From: flows.Client, To: flows.Provider,
			Why: "The code is worthless alone: whoever redeems it must also know the verifier. A thief has the code, not the verifier.", Refs: []rule.Ref{{Spec: "RFC 7636", Section: "4.5"}}},
		{ID: "check", Title: "Check the ID token", From: flows.Client, To: flows.Client},
		{ID: "userinfo", Title: "Ask for the claims", From: flows.Client, To: flows.Provider},
	}}
}

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

func sampleEvents() []flows.Event {
	at := func(step string) flows.Meta { return flows.Meta{Time: began, Run: "r", Step: step} }
	form := []record.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}, {Name: "Authorization", Value: "Basic " + verifier}}
	asJSON := []record.Header{{Name: "Content-Type", Value: "application/json; charset=utf-8"}}
	body := func(text string) record.Body { return record.Body{Data: []byte(text), Size: int64(len(text))} }
	return []flows.Event{
		flows.RunStarted{Meta: at(""), Title: "Authorization code + PKCE", Issuer: "http://127.0.0.1:41207", ClientID: "practice", Warnings: []string{"certificates are not verified"}},
		flows.StepStarted{Meta: at("discovery")},
		flows.Exchange{Meta: at("discovery"), Exchange: record.Exchange{
			Request:  record.Request{Method: "GET", URL: "http://127.0.0.1:41207/.well-known/openid-configuration"},
			Response: &record.Response{Status: 200, Reason: "200 OK", Headers: asJSON, Body: record.Body{Data: []byte(`{"issuer":"x","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1}`), Size: 1944}},
			Timing:   record.Timing{Total: 3200 * time.Microsecond}}},
		flows.StepDone{Meta: at("discovery"), Duration: 12 * time.Millisecond, Note: "issuer matches, 14 endpoints"},
		flows.StepStarted{Meta: at("authorize")},
		flows.Variable{Meta: at("authorize"), Name: "code_verifier", Value: verifier, Secret: true, From: "made here: 32 random bytes"},
		flows.Variable{Meta: at("authorize"), Name: "nonce", Value: "n-0S6_WzA2Mj", From: "made here"},
		flows.NeedUser{Meta: at("authorize"), Kind: flows.NeedOpenURL, URL: "http://127.0.0.1:41207/authorize?response_type=code&client_id=practice&scope=openid+profile&redirect_uri=http%3A%2F%2F127.0.0.1%3A53682%2Fcallback"},
		flows.Waiting{Meta: at("authorize"), Reason: "callback"},
		flows.StepDone{Meta: at("authorize"), Duration: 4100 * time.Millisecond, Note: "the browser came back with a code"},
		flows.StepStarted{Meta: at("token")},
		flows.Exchange{Meta: at("token"), Exchange: record.Exchange{
			Request:  record.Request{Method: "POST", URL: "http://127.0.0.1:41207/token", Headers: form, Body: body("grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&code_verifier=" + verifier)},
			Response: &record.Response{Status: 200, Reason: "200 OK", Headers: asJSON, Body: body(`{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":600}`)},
			Timing:   record.Timing{Total: 8 * time.Millisecond}, Edits: []string{"dropped scope"}}},
		flows.Received{Meta: at("token"), Which: flows.IDToken, Raw: secret.New("eyJ.eyJ.sig"), Report: sampleReport()},
		flows.StepDone{Meta: at("token"), Duration: 9 * time.Millisecond},
		flows.StepStarted{Meta: at("check")},
		flows.Found{Meta: at("check"), Finding: rule.Finding{ID: "RUN-x", Slug: "content-type", Severity: rule.Warn, Message: "the content type is text/plain", Fix: "send application/json"}},
		flows.StepDone{Meta: at("check"), Duration: 300 * time.Microsecond, Note: "13 checks"},
		flows.StepStarted{Meta: at("userinfo")},
		flows.StepSkipped{Meta: at("userinfo"), Reason: "the provider has no userinfo endpoint"},
		flows.Done{Meta: at(""), OK: true, Duration: 4150 * time.Millisecond, Tokens: []flows.TokenName{flows.IDToken, flows.AccessToken}},
	}
}

func TestRun(t *testing.T) {
	golden(t, "run", func(p *Printer) {
		r := p.Run(sampleFlow(), false)
		for _, e := range sampleEvents() {
			r.Event(e)
		}
	})
}

func TestRunFailure(t *testing.T) {
	at := func(step string) flows.Meta { return flows.Meta{Time: began, Run: "r", Step: step} }
	golden(t, "failure", func(p *Printer) {
		r := p.Run(sampleFlow(), false)
		for _, e := range []flows.Event{
			flows.StepStarted{Meta: at("discovery")},
			flows.Exchange{Meta: at("discovery"), Exchange: record.Exchange{
				Request: record.Request{Method: "GET", URL: "https://idp.example/.well-known/openid-configuration"},
				Failure: &record.Failure{Kind: record.FailRefused, Message: "connection refused by idp.example:443"}}},
			flows.StepFailed{Meta: at("discovery"), Problem: flows.Problem{Kind: flows.ProblemCheck, Expected: "https://idp.example/", Got: "https://idp.example", Mark: 19, Ref: "OpenID Connect Discovery 4.3",
				OAuth: &flows.OAuthError{Code: "invalid_client", Description: "Client \x1b[31mnot found"},
				Diagnosis: &flows.Diagnosis{Summary: "The issuer differs by a trailing slash.", Causes: []string{"the address was typed with one", "the provider is configured without"},
					Fixes: []flows.Fix{{Text: "log in to the issuer as it names itself", Value: "https://idp.example"}}}}},
			flows.Done{Meta: at(""), Duration: time.Second},
			flows.Done{Meta: at(""), Canceled: true},
			flows.NeedUser{Meta: at("device"), Kind: flows.NeedDevice, UserCode: "WDJB-MJHT", VerificationURI: "https://idp.example/device", ExpiresAt: began.Add(5 * time.Minute)},
			flows.Waiting{Meta: at("device"), Reason: "authorization_pending", Interval: 5 * time.Second},
			flows.Waiting{Meta: at("device"), Reason: "authorization_pending", Interval: 5 * time.Second},
			flows.Waiting{Meta: at("device"), Reason: "slow_down", Interval: 10 * time.Second},
		} {
			r.Event(e)
		}
	})
}

func TestRunKeepsSecrets(t *testing.T) {
	print := func(reveal bool) string {
		var b bytes.Buffer
		p := New(&b, 110, true)
		r := p.Run(sampleFlow(), reveal)
		for _, e := range sampleEvents() {
			r.Event(e)
		}
		r.Tokens()
		return b.String()
	}
	hidden, shown := print(false), print(true)
	for _, s := range []string{verifier, "SplxlOBeZQQYbYS6WxSbIA", "2YotnFZFEjr1zCsicMWpAA", "eyJ.eyJ.sig"} {
		if strings.Contains(hidden, s) {
			t.Errorf("secret %q was printed", s)
		}
		if !strings.Contains(shown, s) {
			t.Errorf("with reveal, secret %q was not printed", s)
		}
	}
	if n := strings.Count(hidden, "Checks ·"); n != 1 {
		t.Errorf("the ID token was taken apart %d times, want once", n)
	}
}

// A tick stands before nothing that was not checked or is not good, and what is sent as JSON is shown, masked.
func TestRunOutcomes(t *testing.T) {
	body := `{"client_name":"Story","client_secret":"2YotnFZFEjr1zCsicMWpAA"}`
	request := record.Request{Method: "POST", URL: "https://idp.example/register", Headers: []record.Header{{Name: "Content-Type", Value: "application/json; charset=utf-8"}},
		Body: record.Body{Data: []byte(body), Size: int64(len(body))}}
	done := flows.Done{OK: true, Tokens: []flows.TokenName{flows.IDToken}}
	for _, tt := range []struct {
		events []flows.Event
		want   []string
	}{
		{[]flows.Event{flows.StepDone{Note: "fine"}, done}, []string{"✓ fine", "✓ done: id_token"}},
		{[]flows.Event{flows.StepDone{Note: "sub not compared", Outcome: flows.NotChecked}, done}, []string{"? sub not compared", "✓ done: id_token"}},
		{[]flows.Event{flows.StepDone{Note: "not active: it is gone", Outcome: flows.NotGood}, done}, []string{"✗ not active: it is gone", "✗ done: not active"}},
		{[]flows.Event{flows.Variable{Name: "id_token", Value: "x", Secret: true}, flows.StepSkipped{Meta: flows.Meta{Step: "id_token"}, Reason: "left out"}, done}, []string{"– skipped: left out", "? done: id_token (not checked)"}},
		{[]flows.Event{flows.StepSkipped{Meta: flows.Meta{Step: "id_token"}, Reason: "none came"}, done}, []string{"✓ done: id_token"}}, // that of before
		{[]flows.Event{flows.Exchange{Exchange: record.Exchange{Request: request}}}, []string{"client_name", "Story", "•••••••• 22 characters"}},
	} {
		var b bytes.Buffer
		r := New(&b, 80, false).Run(sampleFlow(), false)
		for _, e := range tt.events {
			r.Event(e)
		}
		for _, want := range tt.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("want %q in\n%s", want, b.String())
			}
		}
		if strings.Contains(b.String(), "2Yotn") {
			t.Errorf("a secret was printed:\n%s", b.String())
		}
	}
}

// Nothing that comes from outside may drive the terminal, and without colour there is no escape at all.
func TestNoForeignEscapes(t *testing.T) {
	for _, colour := range []bool{false, true} {
		var b bytes.Buffer
		p := New(&b, 80, colour)
		p.Report("ID token", sampleReport())
		p.Warn("a\x1b[2Jb\u202e")
		p.Emphasis("  ", "https://x\x1b]0;t\x07")
		out := b.String()
		if colour != strings.Contains(out, "\x1b[1m") {
			t.Errorf("colour %v: bold is %v", colour, !colour)
		}
		for _, bad := range []string{"\x1b[2J", "\x1b]", "\u202e", "\x07"} {
			if strings.Contains(out, bad) {
				t.Errorf("colour %v: %q reached the terminal", colour, bad)
			}
		}
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		limit int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one two three", 10, []string{"one two", "three"}},
		{"abcdefghijkl mn", 8, []string{"abcdefgh", "ijkl mn"}},
		{"ab abcdefghijkl", 8, []string{"ab", "abcdefgh", "ijkl"}},
		{"日本語日本語", 8, []string{"日本語日", "本語"}},
		{"  one two three", 12, []string{"  one two", "  three"}},
		{"éé", 8, []string{"éé"}},
	}
	for _, tt := range tests {
		if got := wrap(tt.text, tt.limit); strings.Join(got, "|") != strings.Join(tt.want, "|") {
			t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		12 * time.Second: "12 s", 271 * time.Second: "4 min 31 s", 125 * time.Minute: "2 h 5 min", 73 * time.Hour: "3 d 1 h", -5 * time.Second: "5 s",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		1500 * time.Microsecond: "1.5 ms", 12 * time.Millisecond: "12 ms", 4100 * time.Millisecond: "4.1 s", 90 * time.Second: "1 min 30 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestQR(t *testing.T) {
	var b bytes.Buffer
	New(&b, 80, true).QR("https://idp.example/device?user_code=WDJB-MJHT")
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	if len(lines) < 12 || !strings.Contains(lines[2], "█▀▀▀▀▀█") {
		t.Errorf("no finder pattern in the first rows:\n%s", b.String())
	}
	b.Reset()
	New(&b, 40, true).QR(strings.Repeat("x", 500))
	if b.Len() != 0 {
		t.Error("a code wider than the terminal was printed")
	}
}
