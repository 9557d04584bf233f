package inspect

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestScanFaults(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	for _, tt := range []struct {
		name, text string
		code       FaultCode
		offset     int
		complete   bool
	}{
		{"nothing", "", FaultSyntax, 0, false},
		{"blank", "  ", FaultSyntax, 2, false},
		{"half an object", `{"a":1`, FaultSyntax, 6, false},
		{"no colon", `{"a" 1}`, FaultSyntax, 5, false},
		{"comma at the end", `{"a":1,}`, FaultSyntax, 7, false},
		{"comma in a list", `[1,]`, FaultSyntax, 3, false},
		{"wrong bracket", `[1}`, FaultSyntax, 2, false},
		{"name without quotes", `{a:1}`, FaultSyntax, 1, false},
		{"single quotes", `{'a':1}`, FaultSyntax, 1, false},
		{"leading zero", `[01]`, FaultSyntax, 2, false},
		{"plus", `[+1]`, FaultSyntax, 1, false},
		{"bare point", `[1.]`, FaultSyntax, 3, false},
		{"bare exponent", `[1e]`, FaultSyntax, 3, false},
		{"NaN", `[NaN]`, FaultSyntax, 1, false},
		{"literal", `[trve]`, FaultSyntax, 3, false},
		{"bad escape", `["\x"]`, FaultSyntax, 3, false},
		{"bad unicode escape", `["\u12g4"]`, FaultSyntax, 6, false},
		{"line break in a text", "[\"a\nb\"]", FaultSyntax, 3, false},
		{"open text", `"abc`, FaultSyntax, 4, false},
		{"not UTF-8", "{\"a\":\"\xff\"}", FaultUTF8, 6, false},
		{"overlong", "[\"\xc0\xaf\"]", FaultUTF8, 2, false},
		{"too deep", "[" + deep + "]", FaultDepth, MaxDepth, false},
		{"second value", `{"a":1} {"b":2}`, FaultTrailing, 8, true},
		{"NUL at the end", "{}\x00", FaultTrailing, 2, true},
		{"byte order mark", "\ufeff{}", FaultBOM, 0, true},
		{"lone high surrogate", `{"a":"x\ud800y"}`, FaultSurrogate, 7, true},
		{"lone low surrogate", `["\udc00"]`, FaultSurrogate, 2, true},
		{"two high surrogates", `["\ud800\ud800"]`, FaultSurrogate, 2, true},
		{"duplicate", `{"a":1,"a":2}`, FaultDuplicate, 7, true},
		{"duplicate by escape", `{"a":1,"\u0061":2}`, FaultDuplicate, 7, true},
		{"duplicate inside", `{"o":{"a":1,"b":2,"a":3}}`, FaultDuplicate, 18, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := ScanJSON(tt.text)
			if d.Complete != tt.complete {
				t.Errorf("complete: %v, want %v", d.Complete, tt.complete)
			}
			if len(d.Faults) == 0 || d.Faults[0].Code != tt.code || d.Faults[0].Offset != tt.offset {
				t.Errorf("faults %+v, want %s at %d first", d.Faults, tt.code, tt.offset)
			}
		})
	}
	if d := ScanJSON(deep); !d.Complete || len(d.Faults) > 0 {
		t.Errorf("%d levels: %+v", MaxDepth, d.Faults)
	}
}

func TestScanKeepsWhatWasWritten(t *testing.T) {
	text := ` {"n": 1.50E+2, "big":9007199254740993, "s":"\u00e4\ud83d\ude00\/", "l":[true,null,{}], "n":0} `
	d := ScanJSON(text)
	if !d.Complete {
		t.Fatal(d.Faults)
	}
	var names []string
	for _, m := range d.Root.Members {
		names = append(names, m.Name)
	}
	if got := strings.Join(names, " "); got != "n big s l n" {
		t.Errorf("order %q", got)
	}
	if got := d.Root.Members[0].Value.Raw; got != "1.50E+2" {
		t.Errorf("number text %q", got)
	}
	if got := d.Root.Get("big").Raw; got != "9007199254740993" {
		t.Errorf("large number %q", got)
	}
	if got := d.Root.Get("s").Str; got != "ä😀/" {
		t.Errorf("text %q", got)
	}
	if last := d.Root.Get("n"); last.Raw != "0" || !d.Root.Members[4].Duplicate || d.Root.Members[0].Duplicate {
		t.Errorf("duplicates: %+v", d.Root.Members)
	}
	var paths []string
	d.Root.Walk(func(path []string, m *Member, v *Value) bool {
		paths = append(paths, strings.Join(path, "."))
		if m != nil && text[m.NameStart] != '"' {
			t.Errorf("name of %v does not start at a quote", path)
		}
		return true
	})
	if got := strings.Join(paths, " "); got != " n big s l l.[0] l.[1] l.[2] n" {
		t.Errorf("paths %q", got)
	}
}

// TestScanBreadth: a huge object is judged in time that grows with its size, and a huge document is bounded.
func TestScanBreadth(t *testing.T) {
	wide := `{"x":1` + strings.Repeat(`,"x":1`, 50_000) + `}`
	d := ScanJSON(wide)
	if !d.Complete || len(d.Faults) != maxFaults {
		t.Errorf("complete %v, %d faults", d.Complete, len(d.Faults))
	}
	for i, m := range d.Root.Members {
		if m.Duplicate != (i > 0) {
			t.Fatalf("member %d: duplicate %v", i, m.Duplicate)
		}
	}
	if d := ScanJSON("[" + strings.Repeat("0,", MaxValues) + "0]"); d.Complete || d.Faults[0].Code != FaultSize {
		t.Errorf("complete %v", d.Complete)
	}
}

// FuzzScanJSON: the scanner agrees with encoding/json on what is JSON (but for what it refuses on purpose), and its spans
// are the text.
func FuzzScanJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e3,"x\u00e4\ud83d\ude00",true,null]}`, `[`, `{"a":1,"a":{}}`, "\ufeff1", `"\ud800"`, `1 2`, "\"\xff\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := ScanJSON(text)
		if again := ScanJSON(text); again.Complete != d.Complete || len(again.Faults) != len(d.Faults) {
			t.Fatal("two readings differ")
		}
		refused, trailing := false, false
		for _, fault := range d.Faults {
			switch fault.Code {
			case FaultDepth, FaultSize, FaultBOM:
				refused = true
			case FaultTrailing:
				trailing = true
			}
			if fault.Offset < 0 || fault.Offset > len(text) {
				t.Fatalf("fault out of the text: %+v", fault)
			}
			if fault.Message == "" || !utf8.ValidString(fault.Message) || strings.ContainsAny(fault.Message, "\x00\x1b\n\u202e") {
				t.Fatalf("message %q", fault.Message)
			}
		}
		if want := json.Valid([]byte(text)) && utf8.ValidString(text); !refused && want != (d.Complete && !trailing) {
			t.Fatalf("complete %v, encoding/json says %v; faults %+v", d.Complete, want, d.Faults)
		}
		d.Root.Walk(func(path []string, m *Member, v *Value) bool {
			if v.Start < 0 || v.End > len(text) || text[v.Start:v.End] != v.Raw {
				t.Fatalf("%v: span [%d:%d] is not %q", path, v.Start, v.End, v.Raw)
			}
			if m != nil && text[m.NameStart] != '"' {
				t.Fatalf("%v: name at %d", path, m.NameStart)
			}
			if d.Complete && v.Kind == String {
				var want string
				if json.Unmarshal([]byte(v.Raw), &want) != nil || want != v.Str {
					t.Fatalf("%v: %q, encoding/json says %q", path, v.Str, want)
				}
			}
			return true
		})
	})
}
