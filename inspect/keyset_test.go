package inspect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKeySetFixtures reads every real and every broken key set; the table says what is special.
func TestKeySetFixtures(t *testing.T) {
	type want struct {
		keys, usable int
		says         string // part of an error, note or fault
	}
	special := map[string]want{
		"broken-empty-keys.json":          {0, 0, ""},
		"broken-no-keys-member.json":      {0, 0, `there is "key"`},
		"broken-ec-off-curve.json":        {1, 0, "not on the curve P-256"},
		"broken-rsa-exponent-1.json":      {1, 0, "exponent 1"},
		"broken-rsa-even-exponent.json":   {1, 0, "exponent 65536 is even"},
		"broken-rsa-1024.json":            {1, 1, ""},
		"broken-duplicate-kid.json":       {2, 2, ""},
		"azuread-bad-rsa.json":            {3, 0, `there is "Kty"`},
		"azuread-unrecognized-kty.json":   {2, 1, "ordinary or padded base64"},
		"oidf-certification-mixed.json":   {8, 7, "secp256k1"},
		"rfc7517-a2.private-leak.json":    {2, 2, ""},
		"rfc7517-a3.oct.json":             {2, 2, ""},
		"kubernetes-kind.json":            {1, 1, ""},
		"broken-use-keyops-conflict.json": {1, 1, ""},
	}
	for _, file := range fixtures(t, "jwks/*.json") {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			set := ParseKeySet(data, "jwks", name)
			usable, said := 0, ""
			for _, f := range set.Faults {
				said += f.Message + "\n"
			}
			for i, k := range set.Keys {
				if k.Index != i || k.JSON == nil || string(data[k.JSON.Start:k.JSON.End]) != k.JSON.Raw {
					t.Errorf("key %d: index %d, span [%d:%d]", i, k.Index, k.JSON.Start, k.JSON.End)
				}
				said += k.Err + "\n" + strings.Join(k.Notes, "\n") + "\n"
				if k.Err == "" {
					usable++
					if k.Material == nil || k.Bits == 0 || k.KTY != "oct" && len(k.Thumbprint) != 43 {
						t.Errorf("key %d: %+v", i, k)
					}
				} else if k.Material != nil {
					t.Errorf("key %d can be used although %s", i, k.Err)
				}
			}
			w, there := special[name]
			if !there {
				if usable != len(set.Keys) || usable == 0 || len(set.Faults) > 0 {
					t.Errorf("%d of %d keys can be used: %s", usable, len(set.Keys), said)
				}
				return
			}
			if len(set.Keys) != w.keys || usable != w.usable || !strings.Contains(said, w.says) {
				t.Errorf("%d keys, %d usable, want %d and %d; says:\n%s\nwant %q", len(set.Keys), usable, w.keys, w.usable, said, w.says)
			}
		})
	}
}

func TestKeySetForms(t *testing.T) {
	rs := mint("RS256")
	for _, tt := range []struct {
		name, text string
		keys       int
		fault      FaultCode
	}{
		{"set", `{"keys":[` + rs.jwk("a", "") + `]}`, 1, ""},
		{"single key", rs.jwk("a", ""), 1, ""},
		{"unknown type beside a good one", `{"keys":[{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"},` + rs.jwk("a", "") + `]}`, 2, ""},
		{"numbers and nulls for keys", `{"keys":[1,null,` + rs.jwk("a", "") + `]}`, 3, ""},
		{"keys is an object", `{"keys":{}}`, 0, FaultForm},
		{"a list", `[]`, 0, FaultNotObject},
		{"a web page", `<!doctype html>`, 0, FaultSyntax},
		{"nothing", ``, 0, FaultSyntax},
		{"keys twice", `{"keys":[],"keys":[` + rs.jwk("a", "") + `]}`, 1, FaultDuplicate},
		{"too many keys", `{"keys":[` + strings.Repeat(`{},`, MaxKeys) + `{}]}`, MaxKeys, FaultSize},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := ParseKeySet([]byte(tt.text), "jwks", "")
			if len(set.Keys) != tt.keys {
				t.Errorf("%d keys, want %d", len(set.Keys), tt.keys)
			}
			if tt.fault == "" && len(set.Faults) > 0 || tt.fault != "" && (len(set.Faults) == 0 || set.Faults[0].Code != tt.fault) {
				t.Errorf("faults %+v, want %q", set.Faults, tt.fault)
			}
			for _, f := range set.Faults {
				if f.In != "key_set" {
					t.Errorf("fault in %q", f.In)
				}
			}
		})
	}
}

func TestSecretKeySet(t *testing.T) {
	set := SecretKeySet(testSecret)
	if k := set.Keys[0]; k.Err != "" || k.Bits != 512 || k.Thumbprint != "" || !k.Private || k.Name() != "secret of 64 bytes" {
		t.Errorf("got %+v", k)
	}
	for _, text := range []string{"", "-----BEGIN PUBLIC KEY-----\nMII", "-----BEGIN CERTIFICATE-----\nMII", mint("RS256").jwk("a", "")} {
		if k := SecretKeySet([]byte(text)).Keys[0]; k.Err == "" || k.Material != nil {
			t.Errorf("%.30q was taken for a secret", text)
		}
	}
}

// FuzzKeySet: reading a key set never panics, and a key is either usable or says why not.
func FuzzKeySet(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"a"},{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`))
	f.Add([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}`))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA","use":1,"key_ops":["verify",2]}]}`))
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"))
	var tokens []*Token
	for _, alg := range []string{"ES256", "RS256", "PS256", "HS256"} { // not EdDSA: a key of small order takes zeros
		tokens = append(tokens, Decode(b64(`{"alg":"`+alg+`"}`)+"."+b64(`{}`)+"."+strings.Repeat("A", 86)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set := ParseKeySet(data, "jwks", "")
		for _, k := range set.Keys {
			if (k.Err == "") != (k.Material != nil) {
				t.Fatalf("error %q, material %v", k.Err, k.Material)
			}
		}
		for _, tok := range tokens {
			if v := Verify(tok, set); v.Status == Verified {
				t.Fatalf("a signature of zeros verified: %+v", v)
			}
		}
	})
}
