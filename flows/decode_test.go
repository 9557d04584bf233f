package flows

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// checkReadBack holds for every run: what is read of its saved form is written as the same again, redacted or not. What is
// read of the revealed form is as good at hiding as the run itself.
func (w *world) checkReadBack() {
	w.t.Helper()
	for _, reveal := range []bool{false, true} {
		var reader Decoder
		var read []Event
		for _, e := range w.events {
			line, err := EncodeEvent(e, reveal)
			if err != nil {
				w.t.Error(err)
				return
			}
			back, err := reader.Decode(line)
			if err != nil {
				w.t.Errorf("reading %s: %v", line, err)
				continue
			}
			if again, err := EncodeEvent(back, reveal); err != nil || !bytes.Equal(again, line) {
				w.t.Errorf("not the inverse, %v:\nwritten %s\n  again %s", err, line, again)
			}
			read = append(read, back)
		}
		var hidden strings.Builder
		for _, e := range read {
			if _, ok := e.(NeedUser); ok {
				continue // written in full: the person can't go on without it
			}
			line, err := EncodeEvent(e, false)
			if err != nil {
				w.t.Error(err)
			}
			hidden.Write(line)
		}
		for _, e := range w.events {
			if v, ok := e.(Variable); ok && v.Secret && len(v.Value) > 12 && strings.Contains(hidden.String(), v.Value) {
				w.t.Errorf("the run that was read back shows %s", v.Name)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	var reader Decoder
	for _, line := range []string{``, `{`, `[]`, `{}`, `{"event":5}`, `{"event":"step_done","duration_ms":"long"}`, `{"event":"done","time":"yesterday"}`,
		`{"event":"exchange","request":[]}`, `{"event":"token","inspection":{"claims":{}}}`} {
		if e, err := reader.Decode([]byte(line)); err == nil {
			t.Errorf("%s is read as %#v", line, e)
		}
	}
	_, err := reader.Decode([]byte(`{"event":"comparison","of":["a","b"]}`))
	var unknown *UnknownEvent
	if !errors.As(err, &unknown) || unknown.Name != "comparison" {
		t.Errorf("an event of another version: %v", err)
	}
}

// A provider may send what looks like a redaction: under a name that is no secret's it is what it says.
func TestDecodeKeepsWhatLooksLikeARedaction(t *testing.T) {
	red := `{"redacted":true,"length":3,"sha256_8":"ba7816bf"}`
	for body, want := range map[string]string{
		`{"access_token":` + red + `,"note":` + red + `}`:                     `{"access_token":"` + secret.Mask("abc") + `","note":` + red + `}`,
		`{"a":"\":{\"redacted\":true,","token":` + red + `}`:                  `{"a":"\":{\"redacted\":true,","token":"` + secret.Mask("abc") + `"}`,
		`{"token":{"redacted":true,"length":3,"sha256_8":"s3cr3t, plainly"}}`: `{"token":{"redacted":true,"length":3,"sha256_8":"s3cr3t, plainly"}}`,
	} {
		if got := string(bodyText("application/json", []byte(body))); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		f.Fatalf("no saved runs: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var reader Decoder
		e, err := reader.Decode(line)
		if err != nil {
			return
		}
		once, err := EncodeEvent(e, false)
		if err != nil {
			t.Skip(err) // JSON that was invalid inside, such as a time without a year
		}
		again, err := reader.Decode(once)
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, once)
		}
		if twice, err := EncodeEvent(again, false); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("not the inverse, %v:\nwritten %s\n  again %s", err, once, twice)
		}
	})
}

// Cookies keep their names in a saved run, and what the provider says of them; their values are nowhere, however often it is saved again.
func TestCookiesKeepTheirNames(t *testing.T) {
	x := Exchange{Exchange: record.Exchange{ID: 1, Request: record.Request{Method: "GET", URL: "https://idp.example/", Headers: []record.Header{{Name: "cookie", Value: "sid=tagged-1; theme=tagged-2"}}},
		Response: &record.Response{Status: 200, Headers: []record.Header{{Name: "Set-Cookie", Value: "sid=tagged-3; Path=/; HttpOnly; SameSite=Lax"}}}}}
	line, err := EncodeEvent(x, false)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var reader Decoder
		back, err := reader.Decode(line)
		if err != nil {
			t.Fatal(err)
		}
		again, err := EncodeEvent(back, false)
		if err != nil || !bytes.Equal(again, line) || bytes.Contains(line, []byte("tagged")) {
			t.Fatalf("%v\nwritten %s\n  again %s", err, line, again)
		}
		read := back.(Exchange)
		if got, want := read.Request.Headers[0].Value, "sid="+secret.Mask("tagged-1")+"; theme="+secret.Mask("tagged-2"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got, want := read.Response.Headers[0].Value, "sid="+secret.Mask("tagged-3")+"; Path=/; HttpOnly; SameSite=Lax"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, old := range []string{`{"redacted":true,"length":5,"sha256_8":"00000000"}`, `{"redacted":true,"length":5,"sha256_8":"00000000","text":"sid=plainly"}`} {
		mask, ok := maskOf([]byte(old))
		if ok != !strings.Contains(old, "plainly") || strings.Contains(mask, "plainly") {
			t.Errorf("%s is read as %q, %v", old, mask, ok)
		}
	}
}
