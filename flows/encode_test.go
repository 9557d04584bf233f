package flows

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

var update = flag.Bool("update", false, "write the golden files anew")

// counting is a source of bytes that are the same in every run.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}

// golden compares the redacted stream of a run with a file. Inspections are the contract of package inspect; of them only
// the kind is kept here.
func (w *world) golden(t *testing.T, name string) {
	t.Helper()
	var stream bytes.Buffer
	for _, e := range w.events {
		line, err := EncodeEvent(e, false)
		if err != nil {
			t.Fatal(err)
		}
		if before, after, found := bytes.Cut(line, []byte(`"inspection":`)); found {
			var report struct{ Kind string }
			if err := json.NewDecoder(bytes.NewReader(after)).Decode(&report); err != nil {
				t.Fatal(err)
			}
			line = append(before, `"inspection":{"kind":"`+report.Kind+`"}}`...)
		}
		if !json.Valid(line) || bytes.Contains(line, []byte("\n")) {
			t.Errorf("not one line of JSON: %s", line)
		}
		stream.Write(append(line, '\n'))
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, stream.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(stream.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(wanted)) {
		if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
			t.Fatalf("%s line %d (go test -update writes it anew):\n got %s\nwant %s", file, i+1, at(got, i), at(wanted, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

func TestGoldenStreams(t *testing.T) {
	for name, c := range map[string]struct {
		flow  func(Config) Flow
		spoil func(*world)
	}{
		"pkce.jsonl": {AuthorizationCode, func(w *world) {}},
		"device.jsonl": {DeviceCode, func(w *world) {
			w.cfg.ClientSecret = secret.New("a+client secret")
			w.idp.answer("/token", oauthError("slow_down"), w.idp.token)
		}},
		"refused.jsonl": {AuthorizationCode, func(w *world) {
			w.browser = func(need NeedUser) {
				w.visit(w.answerOf(need, func(q url.Values) {
					q.Del("code")
					q.Set("error", "access_denied")
					q.Set("error_description", "the user said no")
				}))
			}
		}},
		"issuer.jsonl": {AuthorizationCode, func(w *world) { w.cfg.Issuer += "/" }},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Random = new(counting)
				c.spoil(w)
				w.run(t.Context(), c.flow(w.cfg))
				w.golden(t, name)
			})
		})
	}
}

func TestRevealedStreamHoldsWhatWasSent(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, e := range w.events {
			line, err := EncodeEvent(e, true)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(line)
		}
		for _, value := range []string{"access-0123456789", "refresh-0123456789", "code-0123456789", "Bearer access-0123456789"} {
			if !strings.Contains(all.String(), value) {
				t.Errorf("%q is not in the revealed stream", value)
			}
		}
		if strings.Contains(all.String(), `"redacted":true`) {
			t.Error("something is redacted in the revealed stream")
		}
	})
}

func TestBodiesInJSON(t *testing.T) {
	known := new(secret.Set)
	known.Add("s3cr3t-value")
	const red = `{"redacted":true,"length":3,"sha256_8":"ba7816bf"}` // SHA-256 of abc
	for _, c := range []struct{ contentType, body, want string }{
		{"application/json", `{"b":1.0,"access_token":"abc","a":[1e3,{"id_token":"abc","x":null}],"a":2}`,
			`{"b":1.0,"access_token":` + red + `,"a":[1e3,{"id_token":` + red + `,"x":null}],"a":2}`},
		{"application/json", `{"code":"oidc.invalid","password":{"x":[1,{}]},"n":[]}`,
			`{"code":"oidc.invalid","password":{"redacted":true,"length":12,"sha256_8":"` + secret.Redact(`{"x":[1,{}]}`).SHA256 + `"},"n":[]}`},
		{"text/plain", `{"refresh_token":"abc"}`, `{"refresh_token":` + red + `}`},
		{"application/json", `{"error":"s3cr3t-value is wrong","s3cr3t-value":1,"token":5,"secret":true}`, ""},
		{"application/x-www-form-urlencoded", "b=1&code=abc&a=2&a=3&b", `{"b":["1",""],"code":` + red + `,"a":["2","3"]}`},
		{"application/x-www-form-urlencoded", "", ""},
		{"application/x-www-form-urlencoded", "s3cr3t-value=1&xs3cr3t-value", ""},
		{"text/html", "<p>&amp; s3cr3t-value</p>", ""},
		{"application/json", `{"access_token":"abc`, ""},
	} {
		body := record.Body{Data: []byte(c.body), Size: int64(len(c.body))}
		e := Exchange{Meta: Meta{secrets: known}, Exchange: record.Exchange{Request: record.Request{Method: "POST", URL: "https://idp.example/",
			Headers: []record.Header{{Name: "Content-Type", Value: c.contentType}}, Body: body}}}
		line, err := EncodeEvent(e, false)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Request struct{ Body json.RawMessage }
		}
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%s: %v in %s", c.body, err, line)
		}
		if c.want != "" && string(got.Request.Body) != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.body, got.Request.Body, c.want)
		}
		if bytes.Contains(line, []byte("s3cr3t-value")) || bytes.Contains(line, []byte(`"abc`)) {
			t.Errorf("a secret is seen: %s", line)
		}
	}
}

// FuzzBodyInJSON: whatever the body, the line is valid JSON and known secrets are not in it. The secret begins with a letter in which no
// escape of JSON ends: after \u001 an f would be the last digit of one.
func FuzzBodyInJSON(f *testing.F) {
	f.Add("application/json", `{"access_token":"quiz-secret-1","x":["quiz-secret-1",{"id_token":[1]}]}`)
	f.Add("application/x-www-form-urlencoded", "a=quiz-secret-1&&=&code=x&code=y")
	f.Add("", `[[[[{"password":{"a":{}}}]]]]`)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		known := new(secret.Set)
		known.Add("quiz-secret-1")
		e := Exchange{Meta: Meta{secrets: known}, Exchange: record.Exchange{Request: record.Request{
			Headers: []record.Header{{Name: "Content-Type", Value: contentType}}, Body: record.Keep([]byte(body))}}}
		line, err := EncodeEvent(e, false)
		if err != nil || !json.Valid(line) || bytes.Contains(line, []byte("\n")) {
			t.Fatalf("%v: %s", err, line)
		}
		if bytes.Contains(line, []byte("quiz-secret-1")) {
			t.Fatalf("a secret is seen: %s", line)
		}
	})
}
