package inspect

import (
	"strings"
	"testing"
	"time"
)

func TestFindTokens(t *testing.T) {
	jwt := mint("ES256").token(t, `{"alg":"ES256","kid":"k1"}`, plainClaims)
	jwe := b64(`{"alg":"dir","enc":"A256GCM"}`) + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"
	sd := jwt + "~WyJhIiwiYiJd~"
	opaque := "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
	wrapped := jwt[:60] + "\n" + jwt[60:120] + "\r\n  " + jwt[120:]
	fold := func(token string, width int, margin string) string {
		var lines []string
		for len(token) > width {
			lines, token = append(lines, margin+token[:width]), token[width:]
		}
		return strings.Join(append(lines, margin+token), "\n")
	}
	for _, tt := range []struct {
		name, text string
		want       string // "raw where", separated by " | "
	}{
		{"mail", "Hello,\n\nthis is the token:\n\n" + fold(jwt, 72, "") + "\n\nRegards\nAda", jwt},
		{"quoted mail", "Ada wrote:\n" + fold(jwt, 64, "> ") + "\n> Regards\nIt has expired.", jwt},
		{"no line between", "See\n" + fold(jwt, 40, "    ") + "\nRegards, Ada", jwt},
		{"log with a line break", "refused token=" + jwt[:50] + "\r\n" + jwt[50:] + " reason=expired", jwt + ` parameter "token"`},
		{"quoted-printable", "token: " + jwt[:60] + "=\n" + jwt[60:130] + "=\n" + jwt[130:] + "\nbye", jwt + ` member "token"`},
		{"in quotes", `{"not": json, "id_token": "` + fold(jwt, 70, "") + `"` + "\n", jwt + ` member "id_token"`},
		{"two cut tokens", fold(jwt, 70, "") + "\n" + fold(jwt, 70, ""), jwt + " | " + jwt},
		{"cut behind the dot", "x\n" + strings.ReplaceAll(jwt, ".", ".\n") + "\ny", jwt},
		{"half a token and words", "x\n" + jwt[:100] + "\nRegards\n", ""},
		{"token alone", jwt, jwt},
		{"header", "Authorization: Bearer " + jwt + "\r\n", jwt},
		{"wrapped", wrapped, jwt},
		{"curl", `curl -sS 'https://api.example/x' -H "Accept: */*" -H "Authorization: Bearer ` + jwt + `" --compressed`, jwt + " Authorization header, Bearer"},
		{"curl, opaque", `curl https://api.example -H 'Authorization: Bearer ` + opaque + `'`, opaque + " Authorization header, Bearer"},
		{"token answer", `{"access_token":"` + opaque + `","id_token":"` + jwt + `","expires_in":3600,"token_type":"Bearer"}`,
			opaque + ` member "access_token" | ` + jwt + ` member "id_token"`},
		{"nested answer", `{"data":[{"tokens":{"idToken":"` + jwt + `"}}]}`, jwt + ` member "idToken"`},
		{"header line in JSON", `[{"headers":{"authorization":"Bearer ` + jwt + `"}}]`, jwt + " Authorization header, Bearer"},
		{"fragment", "https://rp.example/cb#state=x&id_token=" + jwt + "&access_token=" + opaque + "&expires_in=3600",
			jwt + ` parameter "id_token" | ` + opaque + ` parameter "access_token"`},
		{"escaped parameter", "https://rp.example/logout%3Fid_token_hint%3D" + jwt + "%26x", jwt},
		{"cookie", "Cookie: theme=dark; session=" + jwt + "; lang=en", jwt + ` cookie "session"`},
		{"log line", `2026-11-22T00:00:00Z WARN auth.go:17 refused token="` + jwt + `" reason=expired`, jwt + ` parameter "token"`},
		{"escaped JSON in a log", `{"msg":"body {\"id_token\":\"` + jwt + `\"}"`, jwt + ` member "id_token"`},
		{"sentence", "This is it, " + jwt + ". Or " + jwe + "!", jwt + " | " + jwe},
		{"lines", jwt + "\n" + jwe + "\n" + sd + "\n", jwt + " | " + jwe + " | " + sd},
		{"two tokens that would make one of five parts", jwt + "\n" + jwt, jwt + " | " + jwt},
		{"PASETO", "token v4.local.AAAAAAAAAAAA here", "v4.local.AAAAAAAAAAAA"},
		{"DPoP", "POST /token\nDPoP: " + jwt + "\nAuthorization: DPoP " + opaque, jwt + " DPoP header | " + opaque + " Authorization header, DPoP"},
		{"prefix in a text", "leaked gho_16C7e42F292c6912E7710c838347Ae178B4a yesterday", "gho_16C7e42F292c6912E7710c838347Ae178B4a"},
		{"opaque alone", opaque + "\n", opaque},
		{"prose", "Bearer authentication is required. The token: see the documentation of assertions.", ""},
		{"challenge", `WWW-Authenticate: Bearer realm="example", error="invalid_token", error_description="expired"`, ""},
		{"key set", `{"keys":[{"kty":"oct","k":"AAAA"}]}`, ""},
		{"half a token", jwt[:strings.LastIndexByte(jwt, '.')], jwt[:strings.LastIndexByte(jwt, '.')]},
		{"a dotted word before it", "file.name." + jwt, jwt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := FindTokens(tt.text)
			var got []string
			for _, f := range found {
				if f.Token.Kind == Unknown && f.Where == "" {
					continue
				}
				got = append(got, strings.TrimSpace(f.Token.Raw+" "+f.Where))
				checkNothingLost(t, f.Token)
				if f.Token.Pasted != tt.text || f.Token.PastedOffset(len(f.Token.Raw)-1) >= len(tt.text) || tt.text[f.Token.PastedOffset(len(f.Token.Raw)-1)] != f.Token.Raw[len(f.Token.Raw)-1] || !strings.HasPrefix(tt.text[f.Offset:], f.Token.Raw[:8]) {
					t.Errorf("%q is not at %d", f.Token.Raw, f.Offset)
				}
			}
			if len(found) == 0 || strings.Join(got, " | ") != tt.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.ReplaceAll(tt.want, " | ", "\n"))
			}
		})
	}
}

func TestFoundTokenTellsWhatWasRemoved(t *testing.T) {
	jwt := mint("ES256").token(t, `{"alg":"ES256","kid":"k1"}`, plainClaims)
	f := FindTokens("https://rp.example/cb#id_token=" + jwt + "&state=x")[0]
	if want := `the text around it (parameter "id_token"): 31 bytes before, 8 after`; f.Token.Removed != want || f.Name != "id_token" {
		t.Errorf("removed %q, name %q", f.Token.Removed, f.Name)
	}
	if v := Verify(f.Token, mint("ES256").jwks("k1", "")); v.Status != Verified {
		t.Errorf("got %+v", v)
	}
}

// TestFindTokensIsBounded: texts that are made of beginnings take no longer than others of their size.
func TestFindTokensIsBounded(t *testing.T) {
	for _, unit := range []string{"eyJ.", "ey", "access_token=a=", "access_token=a/", "Bearer ", "v1.local.", "{", `{"a":`, "eyJhbGciOiJIUzI1NiJ9.", "eyJhbGciOiJIUzI1NiJ9.e30.AA~", "%3A", "a.", "eyJhbGciOiJIUzI1NiJ9\n", "eyJhbGciOiJIUzI1NiJ9.\n", "eyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "gho_aaaaaaaaaaaaaaaa "} {
		start := time.Now()
		if n := len(FindTokens(strings.Repeat(unit, 1<<20/len(unit)))); n > MaxFound {
			t.Errorf("%q: %d tokens", unit, n)
		}
		took := time.Since(start)
		start = time.Now()
		FindTokens(strings.Repeat("words that are no tokens ", 1<<20/25))
		if plain := time.Since(start); took > 3*time.Second && took > 100*plain { // some tens of milliseconds on an idle machine
			t.Errorf("%q takes %s, plain words %s", unit, took, plain)
		}
	}
}

func FuzzFindTokens(f *testing.F) {
	for _, seed := range []string{"Bearer " + sampleToken, `{"id_token":"` + sampleToken + `"}`, "x#id_token=" + sampleToken + "&a=b", "Cookie: a=" + sampleToken, "v1.local.x", "gho_aaaaaaaaaaaaaaaa"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := FindTokens(text)
		if len(found) == 0 {
			t.Fatal("nothing, not even the text itself")
		}
		for _, f := range found {
			if f.Token.Pasted != text || f.Offset < 0 || f.Offset > len(text) {
				t.Fatalf("at %d of %d", f.Offset, len(text))
			}
			checkNothingLost(t, f.Token)
		}
	})
}

// A JWS in JSON is one token, also when it has several signatures.
func TestFindTokensInJSONIsOne(t *testing.T) {
	m := mint("ES256")
	payload := b64(`{"sub":"alice"}`)
	one := m.signature(t, `{"alg":"ES256"}`, "", payload)
	for what, text := range map[string]string{"general": general(payload, one, one), "flattened": flattened(payload, one)} {
		if found := FindTokens(text); len(found) != 1 || found[0].Token.Raw != text {
			t.Errorf("%s: %d tokens, want the whole", what, len(found))
		}
		if found := FindTokens(`{"a":` + text + `,"id_token":"` + m.token(t, `{"alg":"ES256"}`, `{}`) + `"}`); len(found) != 2 {
			t.Errorf("%s inside of an answer: %d tokens, want 2", what, len(found))
		}
	}
}
