package inspect

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestFacts(t *testing.T) {
	for raw, want := range map[string]Facts{
		"gho_16C7e42F292c6912E7710c838347Ae178B4a": {Length: 40, Alphabet: "letters and digits", Bits: 214, Prefix: "gho_", Issuer: "a GitHub OAuth access token"},
		"0123456789abcdef0123456789abcdef":         {Length: 32, Alphabet: "hexadecimal", Bits: 128},
		"7f3b9a52-1c5e-4f0a-9d7e-3b2a1c0d9e8f":     {Length: 36, Alphabet: "base64url", Bits: 122, Form: "UUID"},
		"93817263548172635481":                     {Length: 20, Alphabet: "digits", Bits: 66},
		"Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE":      {Length: 35, Alphabet: "printable characters", Bits: 229},
		"v4.public.AAAAAAAA.eyJraWQiOiJrMSJ9":      {Length: 35, Version: "v4", Purpose: "public", Bytes: 6, Footer: `{"kid":"k1"}`},
		"v4.public." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"é"}`+strings.Repeat("\xff", 64))): {Length: 112, Version: "v4", Purpose: "public", Bytes: 76, Message: `{"sub":"é"}`},
		"v4.local." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"x"}`+strings.Repeat("\xff", 64))):  {Length: 109, Version: "v4", Purpose: "local", Bytes: 75},
		"v2.local.AAAAAAAA": {Length: 17, Version: "v2", Purpose: "local", Bytes: 6},
	} {
		r := Inspect(raw, nil, Context{})
		if r.Facts == nil || *r.Facts != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", raw, r.Facts, want)
		}
	}
	if r := Inspect(sampleToken, nil, Context{}); r.Facts != nil {
		t.Errorf("a token that can be decoded: %+v", r.Facts)
	}
}
