package secret

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const hidden = "s3cr3t+value/with=signs"

func TestTextNeverPrintsItself(t *testing.T) {
	type login struct {
		User   string
		Secret Text
	}
	l := login{"alice", New(hidden)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, l); strings.Contains(got, hidden) || strings.Contains(got, fmt.Sprintf("%x", hidden)) {
			t.Errorf("%s shows the secret: %s", verb, got)
		}
	}
	out, err := json.Marshal(l)
	if err != nil || strings.Contains(string(out), "s3cr3t") {
		t.Errorf("JSON shows the secret: %s, %v", out, err)
	}
	var back struct{ Secret Redacted }
	if err := json.Unmarshal(out, &back); err != nil || !back.Secret.Redacted || back.Secret.Length != len(hidden) || len(back.Secret.SHA256) != 8 {
		t.Errorf("redacted form: %+v, %v", back, err)
	}
	if l.Secret.Reveal() != hidden {
		t.Error("Reveal does not give the value")
	}
}

// An address for the browser is shown whole but for the tokens in it, which are masked by any spelling of their name.
func TestAddress(t *testing.T) {
	m := Mask("abc123")
	for in, want := range map[string]string{
		"https://idp.example/out?id_token_hint=abc123&state=xyz":         "https://idp.example/out?id_token_hint=" + m + "&state=xyz",
		"https://idp.example/out?id%5Ftoken_hint=abc123#top":             "https://idp.example/out?id%5Ftoken_hint=" + m + "#top",
		"https://idp.example/a?login_hint_token=abc123":                  "https://idp.example/a?login_hint_token=" + m,
		"https://idp.example/a?code_challenge=abc123&nonce=n&token=abc1": "https://idp.example/a?code_challenge=abc123&nonce=n&token=abc1",
		"https://idp.example/a?id_token_hint=":                           "https://idp.example/a?id_token_hint=",
		"https://idp.example/a":                                          "https://idp.example/a",
	} {
		if got := Address(in); got != want {
			t.Errorf("Address(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestURL(t *testing.T) {
	m := Mask("abc123")
	for in, want := range map[string]string{
		"https://rp.example/cb?code=abc123&state=xyz": "https://rp.example/cb?code=" + m + "&state=xyz",
		"https://rp.example/cb#access_token=abc123":   "https://rp.example/cb#access_token=" + m,
		"http://user:abc123@proxy.example:3128/":      "http://user:" + m + "@proxy.example:3128/",
		"https://idp.example/a?b=c&%63ode=abc123":     "https://idp.example/a?b=c&%63ode=" + m,
		"https://idp.example/.well-known/x":           "https://idp.example/.well-known/x",
	} {
		if got := URL(in); got != want {
			t.Errorf("URL(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestHeaderValue(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"Authorization", "Bearer abc123", "Bearer " + Mask("abc123")},
		{"authorization", "abc123", Mask("abc123")},
		{"Set-Cookie", "sid=abc123; Path=/; HttpOnly", "sid=" + Mask("abc123") + "; Path=/; HttpOnly"},
		{"Cookie", "a=abc123; b=abc123", "a=" + Mask("abc123") + "; b=" + Mask("abc123")},
		{"Set-Cookie", "abc123; Path=/", Mask("abc123") + "; Path=/"},
		{"Cookie", "a=abc123; abc123", "a=" + Mask("abc123") + "; " + Mask("abc123")},
		{"Location", "/cb?code=abc123", "/cb?code=" + Mask("abc123")},
		{"Content-Type", "text/html", "text/html"},
	} {
		if got := HeaderValue(c.name, c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	m := `"` + Mask("abc123") + `"`
	for in, want := range map[string]string{
		`{"access_token":"abc123","expires_in":300}`: `{"access_token":` + m + `,"expires_in":300}`,
		`{"a":{"id_token" : "abc123"}}`:              `{"a":{"id_token" : ` + m + `}}`,
		`{"refresh_token":"abc123`:                   `{"refresh_token":` + m,
		`{"x":"code","y":1}`:                         `{"x":"code","y":1}`,
		`{"Password":abc123}`:                        `{"Password":` + m + `}`,
		`{"code":"oidc.invalid_grant"}`:              `{"code":"oidc.invalid_grant"}`,
		`{"error":"x","token":null}`:                 `{"error":"x","token":null}`,
		`[1,{"password":"abc123"}] trailing`:         `[1,{"password":` + m + `}] trailing`,
	} {
		if got := string(JSON([]byte(in))); got != want {
			t.Errorf("JSON(%s)\n got %s\nwant %s", in, got, want)
		}
	}
	if got := string(JSON([]byte(`{"token":{"deep":["abc123"]},"z":1}`))); strings.Contains(got, "abc123") || !strings.HasSuffix(got, `,"z":1}`) {
		t.Errorf("a secret object is seen: %s", got)
	}
}

func TestSetScrub(t *testing.T) {
	var s Set
	s.Add(hidden)
	s.Add(hidden + "-longer")
	s.Add("tiny")
	s.AddBasic("client id", "pa ss+word")
	for _, text := range []string{
		"the secret is " + hidden,
		"GET /?x=s3cr3t%2Bvalue%2Fwith%3Dsigns",
		"and " + hidden + "-longer too",
		"Basic Y2xpZW50IGlkOnBhIHNzK3dvcmQ=",
		"Basic Y2xpZW50K2lkOnBhK3NzJTJCd29yZA==",
	} {
		got := s.Scrub(text)
		if strings.Contains(got, "s3cr3t") || strings.Contains(got, "longer") || strings.Contains(got, "Y2xp") {
			t.Errorf("left in: %q", got)
		}
		if !s.Holds(text) || s.Holds(got) {
			t.Errorf("Holds is wrong for %q", text)
		}
	}
	if got := s.Scrub("a tiny word"); got != "a tiny word" {
		t.Errorf("a short value was searched for: %q", got)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add(`{"access_token":"%s"}`, "form")
	f.Add(`{"a":[{"code":"%s"`, "json")
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.ContainsAny(before+after, "\\\"") || strings.Contains(before+after, "SECRETVALUE") {
			t.Skip("a quote would end or begin another string")
		}
		doc := before + `{"access_token":"SECRETVALUE"}` + after
		if got := string(JSON([]byte(doc))); strings.Contains(got, "SECRETVALUE") {
			t.Errorf("JSON left it in %q", got)
		}
		once := string(JSON([]byte(doc)))
		if twice := string(JSON([]byte(once))); twice != once {
			t.Errorf("masking twice changes %q to %q", once, twice)
		}
	})
}

// A mask stands for its secret for ever: read back from a file it is written as the same mask again. Only what Mask can
// have written is one.
func TestMaskIsReadBack(t *testing.T) {
	r := Redact(hidden)
	if got := Redact(Mask(hidden)); got != r || Mask(r.Mask()) != Mask(hidden) {
		t.Errorf("of the mask: %+v, of the secret: %+v", got, r)
	}
	if got, want := New(Mask(hidden)).String(), New(hidden).String(); got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	for _, smuggled := range []string{
		"‹redacted: " + hidden + "›", "‹redacted: 5 characters, sha256 " + hidden + "›",
		"‹redacted: 05 characters, sha256 00000000›", "‹redacted: 5 characters, sha256 0000000g›", "‹redacted: 5 characters, sha256 00000000› " + hidden + "›",
	} {
		if Mask(smuggled) == smuggled {
			t.Errorf("%q passes for a mask", smuggled)
		}
	}
}

// A password that is also the name of the client does not mask the name; by its own name it is masked all the same.
func TestSetSpares(t *testing.T) {
	var s Set
	s.Add("practice")
	s.Add("secret")
	s.Add(hidden)
	s.Spare("practice-basic")
	if got := s.Scrub("client_id=practice-basic&x=" + hidden); got != "client_id=practice-basic&x="+Mask(hidden) {
		t.Errorf("got %q", got)
	}
	if got := s.Scrub("wrong client_secret"); got != "wrong client_secret" {
		t.Errorf("got %q", got)
	}
	if got := Form("username=alice&password=practice"); got != "username=alice&password="+Mask("practice") {
		t.Errorf("got %q", got)
	}
}

func TestDotted(t *testing.T) {
	text := "sid=" + Mask("abc123") + "; x=" + Mask(hidden) + "; ‹redacted: no mask›; ‹redacted: "
	if got, want := Dotted(text), "sid="+New("abc123").String()+"; x="+New(hidden).String()+"; ‹redacted: no mask›; ‹redacted: "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	plain := "sid=abc123; x=" + hidden + "; ‹redacted: no mask›; ‹redacted: "
	if got := Unmasked(text); got != len(plain) {
		t.Errorf("%d bytes, want %d", got, len(plain))
	}
}
