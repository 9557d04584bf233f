package har

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestReadIsLenient(t *testing.T) {
	log, err := Read(strings.NewReader(`{"other":[1],"log":{"pages":[{}],"version":1.2,"creator":{"name":"Fiddler","version":5},"browser":5,"entries":[
		{"startedDateTime":"2026-01-02T03:04:05.678+0100","time":"12.5","request":{"method":"GET","url":"https://a.example/","headers":{}},"response":{"status":"302","headers":[{"name":"location","value":7}]}},
		{"startedDateTime":5,"request":{"url":"https://b.example/","bodySize":"many"},"response":null},
		{"request":{}}, 5, null, {"request":{"method":"GET","url":"https://c.example/","postData":null}}
	]}}`), Options{})
	if err != nil || log.Cut != "" || log.Skipped != 3 || len(log.Entries) != 3 {
		t.Fatalf("%+v, %v", log, err)
	}
	if log.Creator.String() != "Fiddler 5" || log.Version != "1.2" {
		t.Errorf("made by %q, version %q", log.Creator, log.Version)
	}
	first := log.Entries[0]
	if first.Response.Status != 302 || first.Time.Duration() != 12500*time.Microsecond || first.Started.UTC().Hour() != 2 || first.Response.Headers[0].Value != "7" {
		t.Errorf("first entry %+v", first)
	}
}

func TestReadOfWhatIsNotWhole(t *testing.T) {
	whole := `{"log":{"entries":[{"request":{"url":"https://a.example/"}},{"request":{"url":"https://b.example/"}}]}}`
	for cut := len(whole) - 1; cut > strings.Index(whole, "[")+1; cut-- {
		log, err := Read(strings.NewReader(whole[:cut]), Options{})
		if err != nil || log.Cut == "" {
			t.Fatalf("cut at %d: %+v, %v", cut, log, err)
		}
	}
	for _, none := range []string{"", "x", "[]", `{"log":[]}`, `{"log":{}}`, `{"log":{"entries":{}}}`, `{"event":"done"}`} {
		if _, err := Read(strings.NewReader(none), Options{}); !errors.Is(err, ErrNone) {
			t.Errorf("%q: %v", none, err)
		}
	}
	many := `{"log":{"entries":[` + strings.Repeat(`{"request":{"url":"https://a.example/"}},`, MaxEntries) + `{}]}}`
	log, err := Read(strings.NewReader(many), Options{})
	if err != nil || !strings.Contains(log.Cut, "more than 50000 entries that may") || len(log.Entries) != MaxEntries {
		t.Errorf("%v, %d entries, %v", log.Cut, len(log.Entries), err)
	}
}

func TestBodies(t *testing.T) {
	text := func(s string) *Text { x := Text(s); return &x }
	plain := "a=1&b=ü"
	for name, c := range map[string]struct {
		content Content
		want    string
		there   bool
	}{
		"text":             {Content{Text: text(plain)}, plain, true},
		"base64":           {Content{Text: text(base64.StdEncoding.EncodeToString([]byte(plain))), Encoding: "base64"}, plain, true},
		"broken lines":     {Content{Text: text("YT0x\r\nJmI9w7w="), Encoding: "BASE64"}, plain, true},
		"base64url":        {Content{Text: text("_-8"), Encoding: "base64"}, "\xff\xef", true},
		"no base64 at all": {Content{Text: text("<html>"), Encoding: "base64"}, "<html>", true},
		"absent":           {Content{Size: 5}, "", false},
	} {
		if got, there := c.content.Body(); string(got) != c.want || there != c.there {
			t.Errorf("%s: %q, %v", name, got, there)
		}
	}
	var c Content
	if c.SetBody([]byte("\xff\xfe")); c.Encoding != "base64" {
		t.Errorf("bytes that are no text: %+v", c)
	}
	for name, p := range map[string]*PostData{
		"text":    {Text: "scope=a+b&x=%2F"},
		"encoded": {Params: []Pair{{"scope", "a+b"}, {"x", "%2F"}}},
		"decoded": {Params: []Pair{{"scope", "a b"}, {"x", "/"}}},
		"base64":  {Text: "c2NvcGU9YStiJng9JTJG", Encoding: "base64"},
	} {
		if got := string(p.Body()); got != "scope=a+b&x=%2F" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-01T00:00:00Z","time":1e99,"request":{"url":"https://a/","postData":{"params":[{"name":"a"}]}},"response":{"content":{"text":"x","encoding":"base64"}}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Read(strings.NewReader(string(data)), Options{})
		if err != nil {
			return
		}
		for _, e := range log.Entries {
			e.Response.Content.Body()
			e.Request.PostData.Body()
			if e.Time.Duration() < 0 || e.Request.URL == "" {
				t.Errorf("entry %+v", e)
			}
		}
	})
}
