package inspect

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

var (
	sampleHeader  = b64(`{"alg":"RS256","kid":"k1"}`)
	samplePayload = b64(`{"iss":"https://idp.example","n":12}`)
	sampleToken   = sampleHeader + "." + samplePayload + ".c2ln"
)

func TestRecognise(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      Kind
	}{
		{"compact", sampleToken, JWSCompact},
		{"header in pieces", b64("{ \r\n\"alg\":\"none\"}") + "..", JWSCompact},
		{"byte order mark in the header", b64("\ufeff{}") + "..", JWSCompact},
		{"header is a list", b64(`["alg"]`) + ".e30.", JWSCompact},
		{"encrypted", b64(`{"alg":"dir","enc":"A128GCM"}`) + "..aXY.Y3Q.dGFn", JWECompact},
		{"encrypted, cut off", b64(`{"alg":"dir","enc":"A128GCM"}`) + "..aXY", JWSCompact},
		{"encrypted, one part missing", b64(`{"alg":"dir","enc":"A128GCM"}`) + "..aXY.Y3Q", JWECompact},
		{"SD-JWT", sampleToken + "~WyJzIiwiYSIsMV0~", SDJWT},
		{"PASETO", "v4.public.eyJkYXRhIjoiIn0", PASETO},
		{"PASETO v2", "v2.local.xxxx.footer", PASETO},
		{"flattened", `{"payload":"e30","protected":"e30","signature":"c2ln"}`, JWSFlattened},
		{"general", `{"payload":"e30","signatures":[{"protected":"e30","signature":"c2ln"}]}`, JWSGeneral},
		{"encrypted JSON", `{"protected":"e30","ciphertext":"Y3Q"}`, JWEJSON},
		{"other JSON", `{"keys":[]}`, Unknown},
		{"GitHub", "gho_16C7e42F292c6912E7710c838347Ae178B4a", Opaque},
		{"Google", "ya29.a0AfH6SMBx.more-of_it", Opaque},
		{"UUID", "6f1ed002-ab5c-4b0f-9a4e-0a3c2f9c8b11", Opaque},
		{"sentence", "this is no token at all", Unknown},
		{"control characters", "abc\x1b[31mdef", Unknown},
		{"empty", " \n", Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Decode(tt.raw); got.Kind != tt.want {
				t.Errorf("got %s, want %s; faults %+v", got.Kind, tt.want, got.Faults)
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	payloadAt := len(sampleHeader) + 1
	signatureAt := payloadAt + len(samplePayload) + 1
	for _, tt := range []struct {
		name, raw string
		in        string
		code      FaultCode
		offset    int
		readable  bool // header and payload can both be read all the same
	}{
		{"no signature", sampleHeader + "." + samplePayload, "token", FaultSegments, signatureAt - 1, true},
		{"only the header", sampleHeader, "token", FaultSegments, len(sampleHeader), false},
		{"a dot too many", sampleToken + ".x", "token", FaultSegments, len(sampleToken), true},
		{"dots without end", sampleToken + strings.Repeat(".", 100_000), "token", FaultSegments, len(sampleToken), true},
		{"padding", sampleHeader + "." + base64.URLEncoding.EncodeToString([]byte(`{"a":12}`)) + ".c2ln", "payload", FaultPadding, payloadAt + 11, true},
		{"ordinary alphabet", sampleHeader + "." + samplePayload + ".ab+/", "signature", FaultAlphabet, signatureAt + 2, true},
		{"percent sign", sampleHeader + "." + samplePayload + ".abcd%2E", "signature", FaultAlphabet, signatureAt + 4, true},
		{"impossible length", sampleHeader + "." + samplePayload + ".abcde", "signature", FaultLength, signatureAt + 5, true},
		{"unused bits", sampleHeader + "." + samplePayload + ".c2lnX", "signature", FaultLength, signatureAt + 5, true},
		{"unused bits in the last character", sampleHeader + "." + samplePayload + ".c2lnXR", "signature", FaultNonCanonical, signatureAt + 5, true},
		{"header ends early", b64(`{"alg":"RS256"`) + ".e30.", "header", FaultSyntax, 14, false},
		{"header and more", b64(`{"alg":"RS256"}x`) + ".e30.", "header", FaultTrailing, 15, true},
		{"header twice alg", b64(`{"alg":"RS256","alg":"none"}`) + ".e30.", "header", FaultDuplicate, 15, true},
		{"header is a list", b64(`["alg"]`) + ".e30.", "header", FaultNotObject, 0, false},
		{"claims end early", sampleHeader + "." + b64(`{"iss":"x",`) + ".c2ln", "payload", FaultSyntax, 11, false},
		{"claims twice", sampleHeader + "." + b64(`{"sub":"a","sub":"b"}`) + ".c2ln", "payload", FaultDuplicate, 11, true},
		{"claims not UTF-8", sampleHeader + "." + b64("{\"a\":\"\xff\"}") + ".c2ln", "payload", FaultUTF8, 6, false},
		{"claims too deep", sampleHeader + "." + b64(`{"a":`+strings.Repeat("[", 40)) + ".c2ln", "payload", FaultDepth, 36, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tok := Decode(tt.raw)
			f := tok.Fault(tt.code, tt.in)
			if f == nil || f.Offset != tt.offset {
				t.Fatalf("faults %+v, want %s in %s at %d", tok.Faults, tt.code, tt.in, tt.offset)
			}
			if f.Byte != 0 && tt.in != "header" && tt.in != "payload" && tok.Raw[f.Offset] != f.Byte {
				t.Errorf("byte %q, at the offset stands %q", f.Byte, tok.Raw[f.Offset])
			}
			if got := tok.Header != nil && tok.Payload != nil; got != tt.readable {
				t.Errorf("readable %v, want %v", got, tt.readable)
			}
		})
	}
}

func TestDecodeKeepsThePrefix(t *testing.T) {
	tok := Decode(sampleHeader + "." + b64(`{"iss":"a"}`)[:8] + "!" + b64(`{"iss":"a"}`)[8:] + ".c2ln")
	p := tok.Part("payload")
	if string(p.Bytes) != `{"iss"` || string(p.Repaired) != `{"iss":"a"}` {
		t.Errorf("prefix %q, repaired %q", p.Bytes, p.Repaired)
	}
	tok = Decode(sampleHeader + "." + b64(`{"iss":"a","list":[1,{"deep":tru`) + ".c2ln")
	root := tok.PayloadJSON.Root
	if iss, _ := root.Get("iss").Text(); iss != "a" || len(root.Get("list").Items) != 2 {
		t.Errorf("what was read before the fault is lost: %+v", root)
	}
}

func TestTrim(t *testing.T) {
	broken := sampleToken[:20] + "\n  " + sampleToken[20:50] + "\r\n" + sampleToken[50:]
	for _, tt := range []struct{ name, pasted, removed string }{
		{"nothing", sampleToken, ""},
		{"final line break", sampleToken + "\n", ""},
		{"scheme", "Bearer " + sampleToken, `"Bearer"`},
		{"scheme in another case", "bEaReR   " + sampleToken, `"bEaReR", 2 blanks`},
		{"header line", "Authorization: DPoP " + sampleToken + "\r\n", `"Authorization:", "DPoP", 1 blank, 2 line breaks`},
		{"curl", `-H "Authorization: Bearer ` + sampleToken + `"`, `"-H", "Authorization:", "Bearer", 2 quotation marks, 1 blank`},
		{"JSON member", `"id_token": "` + sampleToken + `",`, `"id_token\":", 3 quotation marks, 1 separator, 1 blank`},
		{"form parameter", "id_token=" + sampleToken, `"id_token="`},
		{"typographic quotes", "“" + sampleToken + "”", "2 quotation marks"},
		{"zero width", "\u200b" + sampleToken + "\ufeff", "2 invisible characters"},
		{"broken over lines", "Bearer " + broken, `"Bearer", 2 blanks, 3 line breaks`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tok := Decode(tt.pasted)
			if tok.Raw != sampleToken || tok.Kind != JWSCompact || tok.Pasted != tt.pasted {
				t.Fatalf("token %q, kind %s", tok.Raw, tok.Kind)
			}
			if tok.Removed != tt.removed {
				t.Errorf("removed %s, want %s", tok.Removed, tt.removed)
			}
			checkNothingLost(t, tok)
		})
	}
	text := "keep my blanks.please"
	if tok := Decode(text); tok.Raw != text {
		t.Errorf("blanks of what is no token were removed: %q", tok.Raw)
	}
	unencoded := b64(`{"alg":"HS256","b64":false,"crit":["b64"]}`) + ".This is text!.c2ln"
	if tok := Decode(unencoded); tok.Raw != unencoded || string(tok.Bytes) != "This is text!" {
		t.Errorf("the unencoded payload was changed: %q", tok.Raw)
	}
}

// checkNothingLost puts the paste together again from the token and what was removed.
func checkNothingLost(t *testing.T, tok *Token) {
	t.Helper()
	again := bytes.Repeat([]byte{0}, len(tok.Pasted))
	used := make([]bool, len(tok.Pasted))
	put := func(at int, s string) {
		for i := range len(s) {
			if used[at+i] {
				t.Fatalf("byte %d of the paste is used twice", at+i)
			}
			again[at+i], used[at+i] = s[i], true
		}
	}
	for i := range len(tok.Raw) {
		put(tok.PastedOffset(i), tok.Raw[i:i+1])
	}
	for _, trim := range tok.Trims {
		put(trim.Offset, trim.Text)
	}
	if string(again) != tok.Pasted {
		t.Fatalf("put together: %q, pasted: %q", again, tok.Pasted)
	}
}

func TestDecodeIsBounded(t *testing.T) {
	huge := strings.Repeat("e", MaxToken+1)
	if tok := Decode(huge); tok.Faults[0].Code != FaultTooLarge || tok.Pasted != huge || len(tok.Parts) != 0 {
		t.Errorf("got %+v", tok.Faults)
	}
	for _, unit := range []string{"\"", "Bearer ", "'\" ", "{", "~", "ey.", "a\n"} {
		Decode(strings.Repeat(unit, 1<<20/len(unit)))
	}
}

// FuzzDecode: reading never panics, loses no byte of the paste, and places every part and fault in the token.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{sampleToken, "Bearer " + sampleToken, sampleToken[:30] + "\n " + sampleToken[30:], sampleToken + "~a~b",
		"v4.public.x", `{"payload":"","signature":""}`, `{"payload":"e30","signatures":[{"protected":"e30","header":{"b64":false},"signature":"\u0041"},{}]}`, "ey", "a.b.c", `"'“`, sampleHeader + ".!=.=="} {
		f.Add(seed)
	}
	keys := ParseKeySet([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`), "jwks", "")
	f.Fuzz(func(t *testing.T, raw string) {
		r := Inspect(raw, keys, Context{})
		tok := r.Token
		if tok.Pasted != raw {
			t.Fatal("the paste is gone")
		}
		checkNothingLost(t, tok)
		for _, p := range tok.Parts {
			escaped := tok.Raw != "" && tok.Raw[0] == '{' && strings.Contains(tok.Raw, `\`) // then the text is not what stands there
			if p.Offset < 0 || p.Offset+len(p.Text) > len(tok.Raw) || tok.Raw[p.Offset:p.Offset+len(p.Text)] != p.Text && !escaped {
				t.Fatalf("part %s is not at %d", p.Name, p.Offset)
			}
		}
		if tok.Kind == JWSCompact || tok.Kind == JWECompact || tok.Kind == SDJWT {
			texts := make([]string, len(tok.Parts))
			for i, p := range tok.Parts {
				texts[i] = p.Text
			}
			joined := strings.Join(texts, ".")
			if strings.ReplaceAll(tok.Raw, "~", ".") != strings.ReplaceAll(joined, "~", ".") {
				t.Fatalf("parts %q do not make up %q", joined, tok.Raw)
			}
		}
		for _, fault := range tok.Faults {
			limit := len(tok.Raw)
			if p := tok.Part(fault.In); p != nil && strings.HasPrefix(string(fault.Code), "json") {
				limit = len(p.Readable())
			}
			if fault.Offset < 0 || fault.Offset > limit {
				t.Fatalf("fault out of its text: %+v", fault)
			}
		}
		encoded(t, r)
	})
}
