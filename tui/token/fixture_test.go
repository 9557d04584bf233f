package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// The reports of these tests are made by hand from really decoded and really verified tokens: so they are the screen's
// own tests, and another meaning in the glossary does not change a picture here.

var (
	issued  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	signKey = ed25519.NewKeyFromSeed([]byte("an Ed25519 seed for the pictures"))
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func keySet(t testing.TB, key ed25519.PrivateKey) *inspect.KeySet {
	t.Helper()
	jwk := fmt.Sprintf(`{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","use":"sig","x":%q}]}`, b64(key.Public().(ed25519.PublicKey)))
	set := inspect.ParseKeySet([]byte(jwk), "discovery", "http://127.0.0.1:41207/jwks")
	set.Fetched = issued
	if len(set.Faults) > 0 || len(set.Keys) != 1 || set.Keys[0].Err != "" {
		t.Fatalf("the test's own key set is bad: %+v", set)
	}
	return set
}

func mint(header, payload string) string {
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	return input + "." + b64(ed25519.Sign(signKey, []byte(input)))
}

const testHeader = `{"alg":"Ed25519","kid":"k1","typ":"JWT"}`

func idPayload(iat time.Time, more string) string {
	return fmt.Sprintf(`{"iss":"http://127.0.0.1:41207","sub":"alice","aud":"practice","exp":%d,"iat":%d,"auth_time":%d,"nonce":"n-0S6_WzA2Mj","amr":["pwd"],"email":"alice@example.com","roles":["reader","editor"],"address":{"locality":"Utrecht","geo":{"lat":52.0907,"lon":5.1214}}%s}`,
		iat.Add(10*time.Minute).Unix(), iat.Unix(), issued.Unix(), more)
}

var glossary = map[string][3]string{
	"alg":   {"string", "Algorithm that protects the token", "RFC 7515 4.1.1"},
	"kid":   {"string", "Name of the key, for looking it up in a key set", "RFC 7515 4.1.4"},
	"typ":   {"string", "Media type of the whole token", "RFC 7515 4.1.9"},
	"iss":   {"uri", "Who issued the token", "RFC 7519 4.1.1"},
	"sub":   {"string", "Whom the token is about", "RFC 7519 4.1.2"},
	"aud":   {"string-or-array", "Whom the token is for", "RFC 7519 4.1.3"},
	"exp":   {"time", "When the token expires", "RFC 7519 4.1.4"},
	"iat":   {"time", "When the token was issued", "RFC 7519 4.1.6"},
	"nonce": {"string", "Ties the token to the login request", "OpenID Connect Core 2"},
	"amr":   {"array", "How the person was authenticated", "OpenID Connect Core 2"},
	"email": {"string", "E-mail address", "OpenID Connect Core 5.1"}, "auth_time": {"time", "When the person logged in", "OpenID Connect Core 2"},
}

func report(raw string, keys *inspect.KeySet, kind flows.TokenName) *inspect.Report {
	tok := inspect.Decode(raw)
	r := &inspect.Report{Kind: tok.Kind, Type: string(kind), Size: len(raw), Signature: inspect.Verify(tok, keys), Token: tok}
	r.Facts = inspect.Inspect(raw, nil, inspect.Context{}).Facts
	r.Headers, r.Claims = claims(tok.Header), claims(tok.Payload)
	r.Time.At = issued
	r.Time.ExpiresAt, r.Time.IssuedAt = numeric(tok.Payload.Get("exp")), numeric(tok.Payload.Get("iat"))
	if kind == flows.IDToken && tok.Payload != nil {
		r.Checklist = checklist(r.Signature.Status == inspect.Verified)
	}
	switch {
	case r.Signature.Status == inspect.Invalid:
		r.Findings = []rule.Finding{{ID: "TOK-044", Slug: "sig-invalid", Severity: rule.Error, At: "signature", Message: "no known key verifies it"}}
	case tok.Kind == inspect.Opaque && kind == flows.AccessToken:
		r.Findings = []rule.Finding{{ID: "TOK-100", Slug: "opaque", Severity: rule.Info, At: "input", Message: "an opaque token: only its issuer can say what it means"}}
	}
	return r
}

func claims(v *inspect.Value) (list []inspect.Claim) {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		m := &v.Members[i]
		g := glossary[m.Name]
		list = append(list, inspect.Claim{Name: m.Name, Value: json.RawMessage(m.Value.Raw), Kind: g[0], Meaning: g[1], Source: g[2], JSON: &m.Value})
	}
	return list
}

func numeric(v *inspect.Value) *time.Time {
	var seconds int64
	if v == nil || json.Unmarshal([]byte(v.Raw), &seconds) != nil {
		return nil
	}
	t := time.Unix(seconds, 0).UTC()
	return &t
}

func checklist(verified bool) []inspect.Item {
	signature := inspect.Item{Number: "6", Subject: "signature", Title: "The signature is the issuer's", Result: inspect.ItemPass, Detail: "EdDSA, key k1"}
	if !verified {
		signature.Result, signature.Detail = inspect.ItemFail, "no key fits"
	}
	return []inspect.Item{
		{Number: "2", Subject: "iss", Title: "iss is the issuer asked", Result: inspect.ItemPass, Detail: "equals the issuer"},
		{Number: "3", Subject: "aud", Title: "aud holds this client", Result: inspect.ItemPass, Detail: "holds practice"},
		{Number: "4", Subject: "azp", Title: "azp is this client", Result: inspect.ItemNotApplicable, Detail: "one audience"},
		signature,
		{Number: "9", Subject: "exp", Title: "exp is in the future", Result: inspect.ItemPass, Detail: "10 min ahead"},
		{Number: "11", Subject: "nonce", Title: "nonce is the one sent", Result: inspect.ItemPass, Detail: "equals ours"},
		{Number: "12", Subject: "acr", Title: "acr is one asked for", Result: inspect.ItemNotChecked, Detail: "no acr was asked for"},
	}
}

// session is what a login leaves at a time, with tokens issued then.
func session(t testing.TB, at time.Time, id, access string) *flows.Session {
	keys := keySet(t, signKey)
	s := &flows.Session{
		Issuer: "http://127.0.0.1:41207", At: at, Keys: keys,
		Config:   flows.Config{ClientID: "practice", Scopes: []string{"openid", "offline_access"}},
		Metadata: &flows.Metadata{TokenEndpoint: "http://127.0.0.1:41207/token", UserInfoEndpoint: "http://127.0.0.1:41207/userinfo"},
		Tokens: flows.Tokens{ID: secret.New(id), Access: secret.New(access), Refresh: secret.New("8xLOxBtZp8-the-refresh-token-of-" + at.Format("150405")),
			TokenType: "Bearer", ExpiresAt: at.Add(5 * time.Minute)},
	}
	s.Reports = map[flows.TokenName]*inspect.Report{
		flows.IDToken: report(id, keys, flows.IDToken), flows.AccessToken: report(access, keys, flows.AccessToken),
	}
	return s
}

// bench is a screen with a clock that the test holds.
type bench struct {
	*Screen
	now   time.Time
	later []tea.Cmd // what the keys that were pressed led to
}

// settle runs the commands and gives the screen what they bring it.
func (b *bench) settle() {
	for _, cmd := range b.later {
		b.take(cmd)
	}
	b.later = nil
}

// take gives the screen what a command of it brings. No file here is a saved run: the root looks, and leaves it to the screen.
func (b *bench) take(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if m, ok := msg.(ui.OpenFile); ok {
		if _, err := os.Stat(m.Path); err != nil {
			msg = ui.FileFailed{Err: err}
		} else {
			msg = ui.TokensIn{Path: m.Path}
		}
	}
	if m, mine := msg.(ui.Addressed); mine && m.For() == ui.Token {
		b.take(b.Update(m))
	}
}

func newBench(profile termenv.Profile, kind ui.ThemeKind, now time.Time) *bench {
	b := &bench{now: now}
	b.Screen = New(&ui.Common{Theme: ui.NewTheme(kind, profile), Keys: ui.NewKeys(), Now: func() time.Time { return b.now }})
	return b
}

func (b *bench) press(keys ...string) {
	for _, k := range keys {
		if cmd := b.Update(ui.KeyPress(k)); cmd != nil {
			b.later = append(b.later, cmd)
		}
	}
}

// open gives the screen a text, and what its command has read.
func (b *bench) open(m ui.TokenOpened) {
	b.take(b.Update(m))
}

func (b *bench) login(s *flows.Session) {
	b.Update(ui.RunBegan{Run: 1, Kind: ui.RunLogin, Title: "Practice provider"})
	b.Update(ui.RunEnded{Run: 1, Kind: ui.RunLogin, Session: s})
	b.Update(ui.SessionChanged{Run: 1, Kind: ui.RunLogin, Session: s})
}

func (b *bench) refreshed(s, before *flows.Session) {
	s.Previous = before
	b.Update(ui.RunBegan{Run: 2, Kind: ui.RunRefresh, Session: before})
	b.Update(ui.RunEnded{Run: 2, Kind: ui.RunRefresh, Session: s})
	b.Update(ui.SessionChanged{Run: 2, Kind: ui.RunRefresh, Session: s})
}

const opaque = "mF_9B5f-41JqM8xLOxBtZp8pWQ4rT6yU0zXcVbNm7Ka"

// scene is a state of the screen worth a picture.
type scene struct {
	name string
	make func(t testing.TB, b *bench)
}

func scenes() []scene {
	fresh := func(t testing.TB) *flows.Session {
		return session(t, issued, mint(testHeader, idPayload(issued, "")), opaque)
	}
	return []scene{
		{"fresh", func(t testing.TB, b *bench) {
			s := fresh(t)
			s.Reports[flows.IDToken].Findings = []rule.Finding{{ID: "TOK-057", Slug: "lifetime-long", Severity: rule.Warn, At: "claims.exp",
				Message: "lives 10 h; short lives limit what a thief can do", Fix: "lower the lifetime at the provider", Ref: "RFC 9700 4.14"}}
			b.login(s)
			b.now = issued.Add(5*time.Minute + 29*time.Second)
		}},
		{"ending", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.now = issued.Add(9*time.Minute + 19*time.Second)
		}},
		{"expired", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.now = issued.Add(10*time.Minute + 12*time.Second)
		}},
		{"invalid", func(t testing.TB, b *bench) {
			id := mint(testHeader, idPayload(issued, ""))
			s := session(t, issued, id, opaque)
			s.Keys = keySet(t, ed25519.NewKeyFromSeed([]byte("another seed, 32 bytes in length")))
			s.Reports[flows.IDToken] = report(id, s.Keys, flows.IDToken)
			b.login(s)
		}},
		{"opaque", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("l")
		}},
		{"faulty", func(t testing.TB, b *bench) {
			raw := []byte(mint(testHeader, idPayload(issued, "")))
			raw[80] = '*'
			b.Update(ui.TokenOpened{Raw: "Bearer " + string(raw)})
		}},
		{"refreshed", func(t testing.TB, b *bench) {
			before := fresh(t)
			b.login(before)
			b.now = issued.Add(5 * time.Minute)
			payload := strings.Replace(idPayload(b.now, `,"at_hash":"77QmUPtjPfzWtF2AnpK9RQ"`), `"nonce":"n-0S6_WzA2Mj",`, "", 1)
			b.refreshed(session(t, b.now, mint(testHeader, payload), "a new access token"), before)
			b.now = b.now.Add(3 * time.Second)
		}},
		{"norefresh", func(t testing.TB, b *bench) {
			s := fresh(t)
			s.Tokens.Refresh = secret.Text{}
			s.Config.Scopes = []string{"openid"}
			b.login(s)
		}},
		{"json", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("J")
		}},
		{"jwe", func(t testing.TB, b *bench) {
			b.Update(ui.TokenOpened{Raw: b64([]byte(`{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}`)) + "." + b64(make([]byte, 256)) + "." + b64(make([]byte, 12)) + "." + b64(make([]byte, 300)) + "." + b64(make([]byte, 16))})
		}},
		{"unsigned", func(t testing.TB, b *bench) {
			b.Update(ui.TokenOpened{Raw: b64([]byte(`{"alg":"none"}`)) + "." + b64([]byte(`{"sub":"mallory","sub":"alice","exp":"soon","admin":true}`)) + "."})
		}},
		{"garbage", func(t testing.TB, b *bench) { b.Update(ui.TokenOpened{Raw: "hello \x1b[31m world"}) }},
		{"sdjwt", func(t testing.TB, b *bench) {
			b.Update(ui.TokenOpened{Raw: mint(`{"alg":"Ed25519","typ":"dc+sd-jwt"}`, `{"_sd":["x"]}`) + "~" + b64([]byte(`["salt","name","Alice"]`)) + "~"})
		}},
		{"walk", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("v")
		}},
		{"walkchanged", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("v", "right", "right", "c")
		}},
		{"walkend", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("v", "c", "G")
		}},
		{"walknokey", func(t testing.TB, b *bench) {
			b.open(ui.TokenOpened{Raw: mint(testHeader, idPayload(issued, ""))})
			b.press("v")
		}},
		{"compare", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.open(ui.TokenOpened{Raw: mint(testHeader, idPayload(issued.Add(time.Hour), `,"locale":"nl"`))})
			b.press("d")
		}},
		{"comparewith", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			for _, more := range []string{`,"a":1`, `,"a":2`} {
				b.open(ui.TokenOpened{Raw: mint(testHeader, idPayload(issued, more))})
			}
			b.press("d")
		}},
		{"response", func(t testing.TB, b *bench) {
			b.open(ui.TokenOpened{Raw: `{"token_type":"Bearer","access_token":"` + opaque + `","id_token":"` + mint(testHeader, idPayload(issued, "")) + `"}`})
		}},
		{"keys", func(t testing.TB, b *bench) {
			b.open(ui.TokenOpened{Raw: mint(testHeader, `{"iss":"https://idp.example","sub":"alice"}`)})
			b.press("V", "down", "down", "down", "h", "u", "s", "h")
		}},
		{"file", func(t testing.TB, b *bench) { b.press("o") }},
		{"general", func(t testing.TB, b *bench) {
			b.open(ui.TokenOpened{Raw: generalToken(), Keys: keySet(t, signKey)})
		}},
		{"nested", func(t testing.TB, b *bench) {
			b.open(nestedToken(t))
		}},
		{"inside", func(t testing.TB, b *bench) {
			b.open(nestedToken(t))
			b.left.Select("inside")
			b.press("enter")
		}},
		{"finding", func(t testing.TB, b *bench) {
			b.open(ui.TokenOpened{Raw: mint(testHeader, idPayload(issued.AddDate(-1, 0, 0), ""))})
			for _, col := range []bool{true, false} {
				if b.onRight = col; b.column().Select("finding.0") {
					break
				}
			}
			b.press("enter")
		}},
		{"search", func(t testing.TB, b *bench) {
			b.login(fresh(t))
			b.press("J", "/", "a", "l", "enter", "n")
		}},
		{"empty", func(testing.TB, *bench) {}},
	}
}

// generalToken has two signatures of which one is by the key of these tests (RFC 7515 7.2.1).
func generalToken() string {
	header, payload := b64([]byte(testHeader)), b64([]byte(`{"iss":"https://idp.example","sub":"alice"}`))
	other := b64([]byte(`{"alg":"ES256","kid":"of someone else"}`))
	return fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q},{"protected":%q,"signature":%q}]}`,
		payload, header, b64(ed25519.Sign(signKey, []byte(header+"."+payload))), other, b64(make([]byte, 64)))
}

// nestedToken is a signed token inside of an encrypted one, with the secret that opens it (RFC 7519 A.2). The content is encrypted with a
// fixed nonce, so that pictures don't change.
func nestedToken(t testing.TB) ui.TokenOpened {
	t.Helper()
	secret := []byte("0123456789abcdef0123456789abcdef")
	header := b64([]byte(`{"alg":"dir","enc":"A256GCM","cty":"JWT"}`))
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce := []byte("twelve bytes")
	sealed := gcm.Seal(nil, nonce, []byte(mint(testHeader, idPayload(issued, ""))), []byte(header))
	text, tag := sealed[:len(sealed)-16], sealed[len(sealed)-16:]
	return ui.TokenOpened{Raw: header + ".." + b64(nonce) + "." + b64(text) + "." + b64(tag), Keys: keySet(t, signKey),
		Context: inspect.Context{DecryptKeys: inspect.SecretKeySet(secret)}}
}
