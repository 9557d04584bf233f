package har

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"
)

const small = `{"request":{"url":"https://a.example/"},"response":{"status":200,"content":{"text":"kept"}}}`

func archiveOf(entries ...string) string {
	return `{"log":{"entries":[` + strings.Join(entries, ",") + `]}}`
}

func readAll(t *testing.T, in io.Reader, o Options) *Log {
	t.Helper()
	log, err := Read(in, o)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestOneEntryCostsNoOther has entries that can't be read between two that can.
func TestOneEntryCostsNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		entry   string
		entries int // that are read, of three
	}{
		"no JSON":          {`{"request":{"url":"https://b.example/", 'x'}}`, 2},
		"deep":             {`{"request":{"url":"https://b.example/"},"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 2},
		"many members":     {`{"request":{"url":"https://b.example/"},"x":[` + strings.Repeat("1,", maxValue) + `1]}`, 2},
		"a long body":      {`{"request":{"url":"https://b.example/"},"response":{"content":{"size":9,"text":"` + strings.Repeat(`\u0041`, maxText) + `"}}}`, 3},
		"a long address":   {`{"request":{"url":"https://b.example/` + strings.Repeat("x", maxText) + `"}}`, 2},
		"wrong types":      {`{"request":{"url":"https://b.example/","headers":5},"response":"no"}`, 3},
		"not even UTF-8":   {"{\"request\":{\"url\":\"https://b.example/\xff\xfe\"}}", 3},
		"a quote too many": {`{"request":{"url":"https://b.example/\""}}`, 3},
	} {
		log := readAll(t, strings.NewReader(archiveOf(small, c.entry, small)), Options{})
		if log.Cut != "" || log.Seen != 3 || len(log.Entries) != c.entries || log.Skipped != 3-c.entries {
			t.Errorf("%s: cut %q, seen %d, %d entries, %d skipped", name, log.Cut, log.Seen, len(log.Entries), log.Skipped)
			continue
		}
		if last := log.Entries[len(log.Entries)-1]; last.Response.Content.Text == nil || *last.Response.Content.Text != "kept" {
			t.Errorf("%s: the last entry is %+v", name, last)
		}
		if name == "a long body" && log.Entries[1].Response.Content.Text != nil {
			t.Errorf("%s: it is kept", name)
		}
	}
}

// TestTextsAtTheBound goes around the length up to which a text is kept.
func TestTextsAtTheBound(t *testing.T) {
	for n := maxText - 3; n <= maxText+3; n++ {
		for _, end := range []string{"x", `\n`} {
			text := strings.Repeat("x", n-len(end)) + end
			log := readAll(t, strings.NewReader(archiveOf(`{"request":{"url":"https://b.example/"},"response":{"content":{"text":"`+text+`"}}}`)), Options{})
			if len(log.Entries) != 1 || (log.Entries[0].Response.Content.Text != nil) != (n <= maxText) {
				t.Errorf("%d bytes ending in %q: %d entries", n, end, len(log.Entries))
			}
		}
	}
}

// TestMemoryIsBounded reads files that are larger than what may be held of them.
func TestMemoryIsBounded(t *testing.T) {
	for name, never := range map[string]struct{ open, unit string }{
		"one text": {`{"request":{"url":"https://a.example/`, "x"}, "one list": {`{"x":[`, "1,"}, "one depth": {`{"x":`, "["}, "many entries": {"", `{},`},
	} {
		in := io.MultiReader(strings.NewReader(`{"log":{"entries":[`+small+`,`+never.open), io.LimitReader(&endless{unit: strings.Repeat(never.unit, 1<<10)}, 4*maxValue))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		log := readAll(t, in, Options{})
		runtime.GC()
		runtime.ReadMemStats(&after)
		if len(log.Entries) == 0 || log.Cut == "" {
			t.Errorf("%s: %d entries, cut %q", name, len(log.Entries), log.Cut)
		}
		if held := int64(after.Sys) - int64(before.Sys); held > 3*maxValue {
			t.Errorf("%s: %d MiB were taken", name, held>>20)
		}
	}
}

type endless struct {
	unit string
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.unit[e.at:])
	e.at = (e.at + n) % len(e.unit)
	return n, nil
}

// TestLastEntryIsClosed cuts an archive in its last entry: what stands before the cut is shown.
func TestLastEntryIsClosed(t *testing.T) {
	whole := archiveOf(small, `{"request":{"method":"POST","url":"https://idp.example/token","postData":{"text":"grant_type=authorization_code"}},"response":{"status":200,"content":{"text":"never closed`)
	log := readAll(t, strings.NewReader(whole[:len(whole)-4]), Options{})
	if len(log.Entries) != 2 || !strings.Contains(log.Cut, "what there is of the last one") {
		t.Fatalf("%d entries, cut %q", len(log.Entries), log.Cut)
	}
	last := log.Entries[1]
	if last.Request.Method != "POST" || last.Request.PostData.Text != "grant_type=authorization_code" || last.Response.Status != 200 || last.Response.Content.Text != nil || !last.Part || log.Entries[0].Part {
		t.Errorf("%+v", last)
	}
}

// TestForms reads one archive in the forms in which programs write and people send it.
func TestForms(t *testing.T) {
	text := archiveOf(`{"request":{"url":"https://a.example/ü😀"}}`)
	wide := func(low, high int) string {
		out := ""
		for _, unit := range utf16.Encode([]rune(text)) {
			both := [2]byte{byte(unit), byte(unit >> 8)}
			out += string([]byte{both[low], both[high]})
		}
		return out
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(text))
	z.Close()
	for name, form := range map[string]string{
		"UTF-8": text, "with a mark": "\xef\xbb\xbf" + text, "UTF-16 LE": "\xff\xfe" + wide(0, 1), "UTF-16 BE": "\xfe\xff" + wide(1, 0),
		"UTF-16 without a mark": wide(0, 1), "gzip": packed.String(), "zip": zipOf(t, map[string]string{"x/login.har": text}),
	} {
		log := readAll(t, strings.NewReader(form), Options{})
		if len(log.Entries) != 1 || log.Entries[0].Request.URL != "https://a.example/ü😀" || log.Cut != "" {
			t.Errorf("%s: %+v", name, log)
		}
		if !Looks([]byte(form)[:20]) {
			t.Errorf("%s: it does not look like an archive", name)
		}
	}
	for _, bad := range []string{"PK\x03\x04", zipOf(t, map[string]string{"x.txt": text}), "\x1f\x8b\x00"} {
		if log, err := Read(strings.NewReader(bad), Options{}); err == nil {
			t.Errorf("%q: %+v", bad, log)
		}
	}
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestBodiesInFiles has bodies beside the archive, and in one zip file with it. An archive names what it wants; only what can be nobody's
// own file is read.
func TestBodiesInFiles(t *testing.T) {
	const sent, came = "0128e2476bc09675d554e061b1a04ab1ba257a64.dat", "af311d7e5a8e4df4b10feaf4a7cac46c639d6919.json"
	entry := func(sent, came string) string {
		return fmt.Sprintf(`{"request":{"url":"https://a.example/","postData":{"mimeType":"x","text":"","params":[],"_file":%q}},"response":{"content":{"_file":%q}}}`, sent, came)
	}
	beside := fstest.MapFS{sent: {Data: []byte("grant_type=x")}, came: {Data: []byte("{}")}, "id_rsa": {Data: []byte("private")}}
	for name, log := range map[string]*Log{
		"beside": readAll(t, strings.NewReader(archiveOf(entry(sent, came))), Options{Files: beside}),
		"in one": readAll(t, strings.NewReader(zipOf(t, map[string]string{"har.har": archiveOf(entry(sent, came)), sent: "grant_type=x", came: "{}"})), Options{}),
	} {
		e := log.Entries[0]
		if body, there := e.Response.Content.Body(); e.Request.PostData.Text != "grant_type=x" || !there || string(body) != "{}" {
			t.Errorf("%s: %+v, %q", name, e.Request.PostData, body)
		}
	}
	for _, name := range []string{"id_rsa", "../" + came, "/etc/passwd", "", strings.Repeat("a", 40) + "/../id_rsa", strings.Repeat("a", 40)} {
		e := readAll(t, strings.NewReader(archiveOf(entry(name, name))), Options{Files: beside}).Entries[0]
		if e.Response.Content.Text != nil || e.Request.PostData.Text != "" {
			t.Errorf("%q was read", name)
		}
	}
}
