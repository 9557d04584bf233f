package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
)

// saved reads a run that the engine's own tests keep.
func saved(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Read(bytes.NewReader(data), "run.json")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func written(t testing.TB, format Format, runs []*Run, reveal bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := Export(&out, format, runs, "oidcscope test", reveal); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReadIsTheInverseOfWrite(t *testing.T) {
	for _, name := range []string{"pkce.jsonl", "device.jsonl", "refused.jsonl", "issuer.jsonl"} {
		data := saved(t, name)
		f := read(t, data)
		if len(f.Warnings) > 0 || len(f.Runs) != 1 {
			t.Fatalf("%s: %d runs, warnings %q", name, len(f.Runs), f.Warnings)
		}
		once := written(t, JSON, f.Runs, false)
		again := read(t, []byte(once))
		if twice := written(t, JSON, again.Runs, false); twice != once {
			t.Errorf("%s is not written as it was read", name)
		}
		if strings.Count(once, "\n") != bytes.Count(data, []byte("\n")) {
			t.Errorf("%s: not one line for each event", name)
		}
	}
}

func TestWhatAnotherVersionAddedStays(t *testing.T) {
	const line = `{"event":"exchange","time":"2026-01-01T00:00:00Z","run":"r1","step":"token","id":1,"predicted":{"error":"invalid_grant"},` +
		`"request":{"method":"POST","url":"https://idp.example/token","signature":"x","headers":[],"body_size":0},"timing":{"queue_ms":5},` +
		`"edited":false,"refresh_token":"s3cr3t-of-tomorrow"}` + "\n"
	const unknown = `{"event":"comparison","run":"r1","with":"r0","access_token":"s3cr3t-of-tomorrow"}` + "\n"
	f := read(t, []byte(line+unknown))
	if len(f.Warnings) != 2 || !strings.Contains(f.Warnings[0], `1 of "comparison", which this version does not know`) {
		t.Errorf("warnings %q", f.Warnings)
	}
	got := written(t, JSON, f.Runs, false)
	for _, want := range []string{`"predicted":{"error":"invalid_grant"}`, `"signature":"x"`, `"queue_ms":5`, `"event":"comparison"`, `"with":"r0"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is lost:\n%s", want, got)
		}
	}
	if strings.Contains(got, "s3cr3t") {
		t.Errorf("a secret under a known name is shown:\n%s", got)
	}
	if revealed := written(t, JSON, f.Runs, true); strings.Count(revealed, "s3cr3t-of-tomorrow") != 2 {
		t.Errorf("revealed:\n%s", revealed)
	}
}

func TestHostileFiles(t *testing.T) {
	whole := string(saved(t, "pkce.jsonl"))
	first, rest, _ := strings.Cut(whole, "\n")
	for name, c := range map[string]struct{ text, warning string }{
		"cut off":      {whole[:len(whole)-200], "ends in the middle of line"},
		"no end":       {first + "\n", "has no end"},
		"rubbish":      {first + "\nrubbish\n" + rest, "line 2: want an event"},
		"a long line":  {first + "\n{\"x\":\"" + strings.Repeat("x", maxLine) + "\"}\n" + rest, "line 2 is longer than 16 MiB"},
		"deep":         {first + "\n" + `{"event":"variable","value":` + strings.Repeat("[", 20000) + "\n" + rest, "line 2: want an event"},
		"wrong types":  {first + "\n" + `{"event":"exchange","id":"one"}` + "\n" + rest, "event exchange"},
		"empty lines":  {"\n\n" + whole + "\n\n", ""},
		"windows ends": {strings.ReplaceAll(whole, "\n", "\r\n"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, []byte(c.text))
			if all := strings.Join(f.Warnings, "\n"); !strings.Contains(all, c.warning) || c.warning == "" && all != "" {
				t.Errorf("warnings %q, want %q", f.Warnings, c.warning)
			}
			if len(f.Runs) == 0 || f.Runs[0].Started().Flow != "pkce" {
				t.Errorf("the run is lost: %v", f.Runs)
			}
		})
	}
	for _, nothing := range []string{"", "\n", "hello\n", `{"log":{"entries":[]}}`, `[]`, "\x00\x01\x02", `{"event":"tomorrow"}`} {
		if f, err := Read(strings.NewReader(nothing), "x"); !errors.Is(err, ErrNone) {
			t.Errorf("%q: %v, %v", nothing, f, err)
		}
	}
	for n, warns := range map[int]bool{maxRuns: false, maxRuns + 1: true} {
		var many strings.Builder
		for i := range n {
			many.WriteString(strings.ReplaceAll(first, `"run":"`, fmt.Sprintf(`"run":"%d-`, i)) + "\n")
		}
		f := read(t, []byte(many.String()))
		if told := slices.ContainsFunc(f.Warnings, func(w string) bool { return strings.Contains(w, "no more than") }); len(f.Runs) != maxRuns || told != warns {
			t.Errorf("%d runs: %d are read, warned %v", n, len(f.Runs), told)
		}
	}
	var unknown strings.Builder
	for i := range 100 {
		fmt.Fprintf(&unknown, "{\"event\":\"tomorrow-%d\"}\n", i)
	}
	if f := read(t, []byte(whole+unknown.String())); len(f.Warnings) != maxTold || !strings.Contains(f.Warnings[0], `1 of "tomorrow-0"`) {
		t.Errorf("events that are not known: %q", f.Warnings)
	}
	many := strings.Repeat(`{"event":"step_started","run":"x"}`+"\n", maxEvents+10)
	if f := read(t, []byte(many)); !strings.Contains(strings.Join(f.Warnings, ""), "more than 50000 events") || len(f.Runs[0].Entries) != maxEvents {
		t.Errorf("too many events: %q", f.Warnings)
	}
}

func TestSessionOfASavedRun(t *testing.T) {
	r := read(t, saved(t, "pkce.jsonl")).Runs[0]
	s := r.Session()
	if s == nil || s.Offline() == "" || s.Metadata == nil || s.Keys == nil || len(s.Keys.Keys) == 0 {
		t.Fatalf("session %+v", s)
	}
	id := s.Reports[flows.IDToken]
	if id == nil || id.Signature.Status != inspect.Verified && id.Kind != inspect.JWSCompact || s.Tokens.Refresh.IsZero() {
		t.Errorf("ID token %+v", id)
	}
	if _, err := r.Outcome(); err != nil {
		t.Errorf("a good run: %v", err)
	}
	failed := read(t, saved(t, "refused.jsonl")).Runs[0]
	var p *flows.Problem
	if _, err := failed.Outcome(); !errors.As(err, &p) || p.OAuth.Code != "access_denied" || failed.Session() != nil {
		t.Errorf("a refused run: %v", err)
	}
	steps := r.Flow().Steps
	if len(steps) < 6 || steps[0].ID != "discovery" || steps[0].Why == "" || len(steps[0].Refs) == 0 {
		t.Errorf("steps without what is known about them: %+v", steps)
	}
}

// hostile is a run in which everything that a provider can choose tries to get out of where it is written.
func hostile(text string) *Run {
	meta := flows.Meta{Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Run: "r", Step: "token"}
	x := record.Exchange{ID: 1, Step: "token", Purpose: text, Edits: []string{text},
		Request:  record.Request{Method: "POST", URL: "https://idp.example/" + text, Headers: []record.Header{{Name: "X-" + text, Value: text}}, Body: record.Keep([]byte(text))},
		Response: &record.Response{Status: 400, Proto: "HTTP/1.1", Headers: []record.Header{{Name: "Content-Type", Value: text}}, Body: record.Keep([]byte(text))}}
	return Of([]flows.Event{
		flows.RunStarted{Meta: meta, Flow: "pkce", Title: text, Issuer: text, ClientID: text, Steps: []flows.StepInfo{{ID: "token", Title: text}}, Warnings: []string{text}},
		flows.StepStarted{Meta: meta}, flows.Exchange{Meta: meta, Exchange: x},
		flows.StepFailed{Meta: meta, Problem: flows.Problem{Kind: flows.ProblemRefused, Expected: text, Got: text, Mark: -1, Ref: text,
			Diagnosis: &flows.Diagnosis{ID: text, Summary: text, Causes: []string{text}, Fixes: []flows.Fix{{Text: text, Value: text}}}}},
		flows.Done{Meta: meta},
	})[0]
}

func TestMarkdownHoldsWhatTriesToGetOut(t *testing.T) {
	for _, text := range []string{"```\n# heading\n```", "`````` x `` y", "<script>alert(1)</script>", "</details><h1>x", "| a | b |", "[x](javascript:alert(1))",
		"![x](https://evil.example/p.png)", "@everyone https://evil.example", "a\r\n\r\n# b\n- c", "\x1b[31m", "~~~\nx"} {
		got := written(t, Markdown, []*Run{hostile(text)}, false)
		inCode, fence := false, ""
		for i, line := range strings.Split(got, "\n") {
			ticks := len(line) - len(strings.TrimLeft(line, "`"))
			switch {
			case !inCode && ticks >= 3:
				inCode, fence = true, line[:ticks]
				continue
			case inCode && strings.TrimSpace(line) == fence:
				inCode = false
				continue
			case inCode:
				continue
			}
			outside := line
			for strings.Contains(outside, "`") && !strings.HasPrefix(line, "<details>") { // spans: as many at the end as at the beginning
				from := strings.Index(outside, "`")
				if from > 0 && outside[from-1] == '\\' {
					outside = outside[:from-1] + outside[from+1:]
					continue
				}
				n := len(outside[from:]) - len(strings.TrimLeft(outside[from:], "`"))
				end := strings.Index(outside[from+n:], " "+outside[from:from+n])
				if end < 0 {
					t.Errorf("%q: line %d: a span without an end: %s", text, i+1, line)
					break
				}
				outside = outside[:from] + outside[from+n+end+1+n:]
			}
			outside = strings.ReplaceAll(outside, `\](`, "") // escaped
			if strings.HasPrefix(line, "<details>") {
				outside = strings.ReplaceAll(outside, "](", "") // nothing is Markdown in a line of HTML
			}
			for _, bad := range []string{"<script", "<h1", "](", "://evil", "@everyone", "\x1b"} {
				if strings.Contains(outside, bad) {
					t.Errorf("%q: line %d has %q: %s", text, i+1, bad, line)
				}
			}
			if strings.HasPrefix(outside, "# heading") || strings.HasPrefix(outside, "# b") || strings.HasPrefix(outside, "~~~") {
				t.Errorf("%q: line %d is Markdown of the provider: %s", text, i+1, line)
			}
		}
		if inCode {
			t.Errorf("%q: a block has no end:\n%s", text, got)
		}
	}
}

// The script is run by a shell whose curl prints its arguments: what a provider sent stays one argument.
func TestCurlIsQuoted(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the rest needs sh")
	}
	for _, text := range []string{"a'b", "$(touch pwned)", "`touch pwned`", "a\nb; touch pwned", `a"b\`, "$HOME", "-o pwned", "a\r\n# b", "Ünïcode ✓"} {
		folder := t.TempDir()
		script := "curl() { for a; do printf '<%s>\\n' \"$a\"; done; }\n" + written(t, Curl, []*Run{hostile(text)}, false)
		cmd := exec.Command(sh, "-eu", "-c", script)
		cmd.Dir = folder
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v\n%s\n%s", text, err, out, script)
		}
		if left, _ := os.ReadDir(folder); len(left) > 0 {
			t.Errorf("%q was run", text)
		}
		for _, want := range []string{"<https://idp.example/" + text + ">\n", "<X-" + text + ": " + text + ">\n", "<" + text + ">\n"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%q: the argument %q is not there:\n%s", text, want, out)
			}
		}
	}
}

// A file that came by mail names neither the options of a command nor the variables of the shell.
func TestCurlTakesNoOptionsFromAFile(t *testing.T) {
	meta := flows.Meta{Run: "x"}
	r := Of([]flows.Event{
		flows.Variable{Meta: meta, Name: "path", Value: "/tmp/of-the-file", Secret: true},
		flows.Exchange{Meta: meta, Exchange: record.Exchange{ID: 1, Request: record.Request{Method: "GET", URL: "-o.profile",
			Headers: []record.Header{{Name: "X-Where", Value: "/tmp/of-the-file"}}}}},
	})
	got := written(t, Curl, r, true)
	if !strings.Contains(got, "--url '-o.profile'") {
		t.Errorf("the address may be taken for an option:\n%s", got)
	}
	if strings.Contains(got, "\nPATH=") {
		t.Errorf("the file sets PATH:\n%s", got)
	}
}

func TestCurlHasVariablesForSecrets(t *testing.T) {
	got := written(t, Curl, read(t, saved(t, "pkce.jsonl")).Runs, false)
	for _, want := range []string{`--data-urlencode 'code='"$CODE"`, `--data-urlencode 'code_verifier='"$CODE_VERIFIER"`, `--header 'Authorization: Bearer '"$ACCESS_TOKEN"`,
		"# CODE_VERIFIER=  code_verifier, redacted: 43 characters", `--data-raw 'grant_type=authorization_code'`} {
		if !strings.Contains(got, want) {
			t.Errorf("without %s:\n%s", want, got)
		}
	}
	if strings.Contains(strings.SplitN(got, "curl ", 2)[1], "‹redacted") {
		t.Errorf("a mask is left in a command:\n%s", got)
	}
}

func TestHARIsReadBack(t *testing.T) {
	r := read(t, saved(t, "pkce.jsonl")).Runs[0]
	log, err := har.Read(strings.NewReader(written(t, HAR, []*Run{r}, false)), har.Options{})
	if err != nil || log.Version != "1.2" || log.Creator.String() != "oidcscope test" || log.Cut != "" || log.Skipped > 0 {
		t.Fatalf("%+v, %v", log, err)
	}
	opened := slices.IndexFunc(log.Entries, func(e har.Entry) bool { return e.Comment == har.Unseen })
	if opened < 0 || !strings.Contains(string(log.Entries[opened].Request.URL), "code_challenge=") {
		t.Fatalf("what the browser was sent to is not there: %d", opened)
	}
	log.Entries = slices.Delete(log.Entries, opened, opened+1)
	for i, e := range r.Exchanges() {
		x := log.Entries[i]
		if u, err := url.Parse(string(x.Request.URL)); err != nil || strings.ContainsAny(u.String(), "‹ ›") || u.Host == "" {
			t.Errorf("entry %d: no address: %q", i, x.Request.URL)
		}
		if string(x.Request.URL) != uri(e.Request.URL) || int(x.Response.Status) != e.Response.Status || x.Started.IsZero() {
			t.Errorf("entry %d: %+v", i, x)
		}
		if body, there := x.Response.Content.Body(); !there || len(body) == 0 {
			t.Errorf("entry %d has no answer", i)
		}
	}
	var strict map[string]map[string]any // what HAR 1.2 asks for
	if err := json.Unmarshal([]byte(written(t, HAR, []*Run{r}, false)), &strict); err != nil {
		t.Fatal(err)
	}
	one := strict["log"]["entries"].([]any)[0].(map[string]any)
	if page := strict["log"]["pages"].([]any)[0].(map[string]any); page["id"] != one["pageref"] || page["title"] == "" {
		t.Errorf("page %v of %v", page, one["pageref"])
	}
	for _, name := range []string{"startedDateTime", "time", "request", "response", "cache", "timings"} {
		if _, ok := one[name]; !ok {
			t.Errorf("an entry without %s: %v", name, one)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"pkce.jsonl", "device.jsonl", "refused.jsonl"} {
		f.Add(saved(f, name))
	}
	f.Add([]byte(`{"event":"token","which":"id_token","inspection":{"kind":"jws-compact","header":{"alg":"none"},"payload":{"a":1},"claims":[{"name":"a","value":1}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), "fuzz")
		if err != nil {
			return
		}
		for _, r := range file.Runs {
			r.Session()
			r.Outcome()
			r.Line()
		}
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := Export(&out, format, file.Runs, "fuzz", false); err != nil {
				t.Skip(err)
			}
			if format == JSON {
				if _, err := Read(&out, "again"); err != nil {
					t.Errorf("what was written can't be read: %v", err)
				}
			}
		}
	})
}

func TestFormats(t *testing.T) {
	for path, want := range map[string]Format{"a.json": JSON, "a": JSON, "a.HAR": HAR, "x/a.md": Markdown, "a.sh": Curl, "a.jsonl": JSON} {
		if got := FormatOf(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for _, f := range Formats() {
		if FormatOf("a"+f.Extension()) != f {
			t.Errorf("%s has the extension %s", f, f.Extension())
		}
	}
	if err := Export(&bytes.Buffer{}, "pdf", nil, "", false); err == nil || fmt.Sprint(err) != `want a format of json, har, curl, markdown, got "pdf"` {
		t.Error(err)
	}
}
