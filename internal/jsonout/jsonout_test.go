package jsonout

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"":                 `""`,
		"plain":            `"plain"`,
		`a"b\c`:            `"a\"b\\c"`,
		"\x1b[31m\n\t\r":   `"\u001b[31m\n\t\r"`,
		"grün 猫":           `"grün 猫"`,
		"\u202eevil":       `"\u202eevil"`,
		"\U000e0001\x7f":   `"\udb40\udc01\u007f"`,
		"half \xff of one": "\"half \ufffd of one\"",
	} {
		if got := string(String(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestRaw(t *testing.T) {
	for in, want := range map[string]string{
		"{ \"a\" :\t[1, 2.50e1 ,\r\n null] }":        `{"a":[1,2.50e1,null]}`,
		`{"b":"two words \" and {} \\","a":1,"a":2}`: `{"b":"two words \" and {} \\","a":1,"a":2}`,
		"{\"a\":\"\u202e\x7fé\"}":                    `{"a":"\u202e\u007fé"}`,
		`"\u202e"`:                                   `"\u202e"`,
	} {
		if got := string(Raw(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// FuzzOutput: every text becomes a JSON string that means it, and valid JSON stays what it means; both on one printable line.
func FuzzOutput(f *testing.F) {
	f.Add(`{"a": "b\u0000 \ud83d"}`)
	f.Add("\x1b]0;x\x07\"\\")
	f.Add("\"\\\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		line := String(nil, text)
		var back string
		if err := json.Unmarshal(line, &back); err != nil || back != strings.ToValidUTF8(text, "\ufffd") && utf8.ValidString(text) {
			t.Fatalf("%q became %s, which reads as %q (%v)", text, line, back, err)
		}
		raw := Raw(nil, text)
		if json.Valid([]byte(text)) {
			var a, b any
			if json.Unmarshal([]byte(text), &a) != nil || json.Unmarshal(raw, &b) != nil {
				t.Fatalf("%q became %q, which is no JSON", text, raw)
			}
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			if string(x) != string(y) {
				t.Fatalf("%q became %q", text, raw)
			}
		}
		for _, out := range [][]byte{line, raw} {
			for _, r := range string(out) {
				if !unicode.IsPrint(r) && r != '\ufffd' {
					t.Fatalf("%q holds %U", out, r)
				}
			}
		}
	})
}
