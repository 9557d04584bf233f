package inspect

import (
	"encoding/base64"
	"encoding/hex"
	"testing"
)

func TestParseSecret(t *testing.T) {
	for text, want := range map[string]string{
		"plain": "plain", "": "", "text:hex:ff": "hex:ff", "hex:666f6f": "foo", "base64:Zm8/": "fo?", "base64:Zm8=": "fo", "base64:Zm8": "fo",
		"base64url:Zm8_": "fo?", "urn:a:b": "urn:a:b", ":x": ":x",
	} {
		if got, err := ParseSecret(text); err != nil || string(got) != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"hex:xyz", "base64:Zm8_", "base64url:Zm8/", "base64:Z"} {
		if got, err := ParseSecret(text); err == nil {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func TestOtherReading(t *testing.T) {
	tok := Decode(mint("HS256").token(t, `{"alg":"HS256"}`, `{}`))
	for want, text := range map[string]string{
		"base64": base64.StdEncoding.EncodeToString(testSecret), "hex": hex.EncodeToString(testSecret), "": "something else",
	} {
		if got := OtherReading(tok, text); got != want {
			t.Errorf("%q verifies as %q, want %q", text, got, want)
		}
	}
}
