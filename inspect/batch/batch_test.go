package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
)

// lines runs a batch and gives its output lines as JSON.
func lines(t *testing.T, in string, o Options) ([]map[string]any, *Summary) {
	t.Helper()
	var out bytes.Buffer
	sum, err := Run(t.Context(), strings.NewReader(in), &out, o)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for line := range strings.Lines(out.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("no JSON: %v: %s", err, line)
		}
		all = append(all, v)
	}
	return all, sum
}

// A line of the output says what inspect says of the same token, member for member.
func TestLineIsTheReport(t *testing.T) {
	m := mintMany(t, 1)
	other := mintMany(t, 1)
	for name, token := range map[string]string{
		"valid":     m.list[0],
		"expired":   m.token(t, rs256, `{"iss":"https://idp.example","exp":1,"nbf":0.5,"iat":"x"}`),
		"hostile":   m.token(t, `{"alg":"RS256","kid":"k1","typ":"a\u001b[31m"}`, "{ \"sub\" : \"\u202ex y\",\n\"a\":1,\"a\":2.50}"),
		"foreign":   other.list[0],
		"no JSON":   m.token(t, rs256, `plain text`),
		"none":      b64([]byte(`{"alg":"none"}`)) + "." + b64([]byte(`{"sub":"a"}`)) + ".",
		"cut off":   m.list[0][:300],
		"no header": "eyJhbGciOi.e30.AA",
		"general":   fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"header":{"kid":"k1"},"signature":"AAAA"}]}`, b64([]byte(claims(1))), b64([]byte(`{"alg":"RS256"}`))),
		"detached":  m.list[0][:strings.IndexByte(m.list[0], '.')] + "." + m.list[0][strings.LastIndexByte(m.list[0], '.'):],
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context0()
			got, sum := lines(t, token+"\n", Options{Keys: m.set, Context: ctx})
			report := lint.Inspect(token, m.set, ctx)
			if sum.Bad == 1 != report.Bad() {
				t.Errorf("%d bad tokens, inspect says %v", sum.Bad, report.Bad())
			}
			text, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0]["line"] != 1.0 {
				t.Fatalf("got %v", got)
			}
			for _, member := range []string{"kind", "type", "size", "header", "payload", "signature", "time", "findings", "error", "signatures", "unprotected", "detached"} {
				a, b := fmt.Sprint(got[0][member]), fmt.Sprint(want[member])
				if a != b {
					t.Errorf("%s: got %s, want %s", member, a, b)
				}
			}
			full, _ := lines(t, token, Options{Keys: m.set, Context: ctx, Columns: columns(t, "all", "bad")})
			delete(full[0], "line")
			if full[0]["bad"] != report.Bad() {
				t.Errorf("bad is %v, inspect says %v", full[0]["bad"], report.Bad())
			}
			delete(full[0], "bad")
			if fmt.Sprint(full[0]) != fmt.Sprint(want) {
				t.Errorf("all: got %v, want %v", full[0], want)
			}
		})
	}
}

func columns(t *testing.T, names ...string) []Column {
	t.Helper()
	c, err := Columns(names, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestColumns(t *testing.T) {
	m := mintMany(t, 1)
	token := m.token(t, rs256, `{"iss":"https://idp.example","a.b":{"c":[1,"x"]},"exp":1}`)
	got, _ := lines(t, token, Options{Keys: m.set, Context: context0(), Columns: columns(t,
		"signature.status", "time.status", "payload.a.b.c.1", "payload.none", "header.kid", "findings.id", "findings.severity", "bad", "type")})
	want := `map[bad:true findings.id:[TOK-050] findings.severity:[error] header.kid:k1 line:1 payload.a.b.c.1:x payload.none:<nil> ` +
		`signature.status:verified time.status:expired type:jwt]`
	if fmt.Sprint(got[0]) != want {
		t.Errorf("got  %v\nwant %v", got[0], want)
	}
	if _, err := Columns([]string{"signature.state"}, func(string, []string) string { return "signature.status" }); err == nil ||
		!strings.Contains(err.Error(), "did you mean signature.status?") {
		t.Errorf("an unknown name gives %v", err)
	}
}

// However many workers there are, lines come out in the order of the input, and nothing is lost.
func TestOrder(t *testing.T) {
	m := mintMany(t, 50)
	var in strings.Builder
	const n = 4000
	for i := range n {
		if i%7 == 0 {
			in.WriteString("not a token\r\n")
			continue
		}
		in.WriteString(m.list[i%len(m.list)] + "\n")
	}
	got, sum := lines(t, in.String(), Options{Keys: m.set, Context: context0(), Workers: 4})
	if len(got) != n || sum.Tokens+sum.Unreadable != n || sum.Unreadable != (n+6)/7 || sum.Lines != n {
		t.Fatalf("%d lines, %+v", len(got), sum)
	}
	for i, line := range got {
		if line["line"] != float64(i+1) {
			t.Fatalf("line %v at place %d", line["line"], i+1)
		}
		if _, unreadable := line["error"]; unreadable != (i%7 == 0) {
			t.Fatalf("line %d: %v", i+1, line)
		}
	}
	if v := sum.Signature.Sorted(); len(v) != 1 || v[0] != (Count{"verified", sum.Tokens}) {
		t.Errorf("got %v", v)
	}
	if v := sum.Keys.Sorted(); len(v) != 1 || v[0].Name != "k1" {
		t.Errorf("got %v", v)
	}
}

func TestForms(t *testing.T) {
	m := mintMany(t, 2)
	a, b := m.list[0], m.list[1]
	for name, tt := range map[string]struct {
		in   string
		o    Options
		want string // line:column:status of each
	}{
		"lines":               {a + "\n\n  " + b + " \n", Options{}, "1:0:verified 3:0:verified"},
		"no final line break": {a, Options{}, "1:0:verified"},
		"line with more":      {"Bearer " + a + "\nxx\n", Options{}, "1:8:verified 2:0:unsupported"},
		"log":                 {"GET /?id_token=" + a + "&x=1 " + b + ".\n\nnothing here\nkeyed.ey.x\n", Options{Log: true}, fmt.Sprintf("1:16:verified 1:%d:verified", 16+len(a)+5)},
		"json text":           {`{"id_token":"` + a + `","n":1}`, Options{}, "1:14:verified"},
		"field":               {`{"t":{"id.token":"` + a + `"}}` + "\n" + `{"t":1}` + "\n[]\n{\"t\":", Options{Field: "t.id.token"}, "1:0:verified 2:0:error 3:0:error 4:0:error"},
		"field with list":     {`{"t":["` + a + `","` + b + `"]}`, Options{Field: "t"}, "1:0:verified 1:0:verified"},
		"field of a list":     {`["x","Bearer ` + a + `"]`, Options{Field: "1"}, "1:0:verified"},
		"wrong type":          {`{"t":{"a":1}}`, Options{Field: "t"}, "1:0:error"},
		"too long":            {strings.Repeat("x", MaxLine+100000) + "\n" + a + "\n" + strings.Repeat("y ", MaxLine), Options{}, "1:0:error 2:0:verified 3:0:error"},
		"empty":               {"", Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Keys, tt.o.Context = m.set, context0()
			all, _ := lines(t, tt.in, tt.o)
			var got []string
			for _, v := range all {
				status := "error"
				if s, ok := v["signature"].(map[string]any); ok {
					status = s["status"].(string)
				}
				column, _ := v["column"].(float64)
				got = append(got, fmt.Sprintf("%v:%v:%s", v["line"], column, status))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q\n%v", got, tt.want, all)
			}
		})
	}
}

// What is too long is dropped wherever the reads happen to cut it.
func TestLongLinesInPieces(t *testing.T) {
	m := mintMany(t, 1)
	in := strings.Repeat("z", 3*MaxLine) + "\n" + m.list[0] + "\n" + strings.Repeat("z", MaxLine+1) + "\nxyz\n"
	for _, size := range []int{1 << 10, 5000, 1 << 20} {
		var out bytes.Buffer
		sum, err := Run(t.Context(), &pieces{in, size}, &out, Options{Keys: m.set, Context: context0()})
		if err != nil || sum.Unreadable != 2 || sum.Tokens != 2 || sum.Lines != 4 {
			t.Errorf("%d: %v %+v", size, err, sum)
		}
		if !strings.Contains(out.String(), `{"line":2,"kind":"jws-compact"`) || !strings.Contains(out.String(), `{"line":4,"kind":"opaque"`) {
			t.Errorf("%d: %.300s", size, out.String())
		}
	}
}

type pieces struct {
	text string
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.size)], p.text)
	p.text = p.text[n:]
	return n, nil
}

// When the context ends, what was written is a prefix, and the summary counts just that.
func TestInterrupted(t *testing.T) {
	m := mintMany(t, 20)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	var out bytes.Buffer
	sum, err := Run(ctx, &endless{list: m.list, left: 1 << 40}, &out, Options{Keys: m.set, Context: context0(), Written: func(s *Summary) {
		if s.Tokens > 300 {
			cancel(stop)
		}
	}})
	if !errors.Is(err, stop) {
		t.Fatalf("got %v", err)
	}
	n := 0
	for line := range strings.Lines(out.String()) {
		n++
		if !strings.HasPrefix(line, fmt.Sprintf(`{"line":%d,`, n)) || !strings.HasSuffix(line, "}\n") {
			t.Fatalf("line %d is %.40s", n, line)
		}
	}
	if n != sum.Tokens || n <= 300 {
		t.Errorf("%d lines, summary %+v", n, sum)
	}

	// Also while the reader hangs in its Read.
	ctx, cancel = context.WithCancelCause(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	go func() {
		io.WriteString(w, m.list[0]+"\n")
		time.Sleep(20 * time.Millisecond)
		cancel(stop)
	}()
	out.Reset()
	if sum, err = Run(ctx, r, &out, Options{Keys: m.set, Context: context0()}); !errors.Is(err, stop) || sum.Tokens != 1 {
		t.Errorf("got %v %+v", err, sum)
	}
}

func TestErrorsEndTheRun(t *testing.T) {
	m := mintMany(t, 1)
	broken := errors.New("broken")
	if _, err := Run(t.Context(), io.MultiReader(strings.NewReader(m.list[0]+"\n"), failing{broken}), io.Discard, Options{}); !errors.Is(err, broken) {
		t.Errorf("reading: got %v", err)
	}
	if _, err := Run(t.Context(), &endless{list: m.list, left: 1 << 40}, failing{broken}, Options{}); !errors.Is(err, broken) {
		t.Errorf("writing: got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Memory does not grow with the input: a long stream of repeated, hostile and long lines leaves the heap where it was.
func TestMemoryIsFlat(t *testing.T) {
	m := mintMany(t, 20)
	list := append([]string{}, m.list...)
	for i := range 200 { // many names, so that the counts would grow
		list = append(list, b64(fmt.Appendf(nil, `{"alg":"none","kid":"k%d"}`, i))+"."+b64(fmt.Appendf(nil, `{"iss":"i%d"}`, i))+".")
	}
	list = append(list, strings.Repeat("x", 1<<19), "{"+strings.Repeat(`"a":[`, 1000))
	var most uint64
	heap := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := heap()
	n := 0
	_, err := Run(t.Context(), &endless{list: list, left: 20000}, io.Discard, Options{Keys: m.set, Context: context0(), Written: func(*Summary) {
		if n++; n%50 == 0 {
			most = max(most, heap())
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if grown := int64(most) - int64(before); grown > 32<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

func TestCountsAreBounded(t *testing.T) {
	var c Counts
	for i := range 3 * maxNames {
		c.add(fmt.Sprint(i, strings.Repeat("x", 500)), 1)
	}
	if len(c.of) != maxNames || c.Others != 2*maxNames {
		t.Errorf("%d names, %d others", len(c.of), c.Others)
	}
}

// A token that comes again is known, and is not mixed up with another.
func TestRepeats(t *testing.T) {
	m := mintMany(t, 3)
	bad := m.list[1][:len(m.list[1])-4] + "AAAA"
	var in strings.Builder
	for range 50 {
		for _, token := range []string{m.list[0], bad, m.list[2]} {
			in.WriteString(token + "\n")
		}
	}
	got, sum := lines(t, in.String(), Options{Keys: m.set, Context: context0(), Workers: 1, Columns: columns(t, "signature.status", "payload.sub")})
	for i, v := range got {
		want := []string{"verified user-000000", "invalid user-000001", "verified user-000002"}[i%3]
		if s := fmt.Sprint(v["signature.status"], " ", v["payload.sub"]); s != want || v["line"] != float64(i+1) {
			t.Fatalf("line %v is %s, want %s", v["line"], s, want)
		}
	}
	if sum.Bad != 50 || sum.Tokens != 150 {
		t.Errorf("%+v", sum)
	}
	for _, f := range sum.Findings.Sorted() {
		if f.Name == "TOK-044 sig-invalid" && f.N != 50 {
			t.Errorf("got %+v", f)
		}
	}
}

// FuzzRun: whatever stands in the input, every line of the output is JSON, in order, and every token is counted.
func FuzzRun(f *testing.F) {
	f.Add("eyJhbGciOiJub25lIn0.e30.\nx y\n", "")
	f.Add(`{"a":{"b":"eyJhbGciOiJub25lIn0.e30."}}`, "a.b")
	f.Add("\x00\r\n\xff eyey.ey..", "")
	set := inspect.SecretKeySet([]byte("secret"))
	f.Fuzz(func(t *testing.T, in, field string) {
		for _, o := range []Options{{Field: field}, {Log: true}, {}} {
			o.Keys, o.Context, o.Workers = set, context0(), 2
			all, sum := lines(t, in, o)
			if len(all) != sum.Tokens+sum.Unreadable {
				t.Fatalf("%d lines, %+v", len(all), sum)
			}
			last := 0.0
			for _, v := range all {
				if n := v["line"].(float64); n < last || n > float64(sum.Lines) {
					t.Fatalf("line %v after %v of %d", n, last, sum.Lines)
				} else {
					last = n
				}
			}
		}
	})
}
