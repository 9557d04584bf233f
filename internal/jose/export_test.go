package jose

import (
	"encoding/json"
	"testing"
)

// Every kind of key that is made survives JWK and PEM, in both halves, and still signs.
func TestMadeKeysGoRound(t *testing.T) {
	for _, tt := range []struct {
		kind, crv, alg string
		bits           int
	}{
		{"rsa", "", "RS256", 0}, {"rsa", "", "PS256", 3072}, {"EC", "", "ES256", 0}, {"ec", "P-384", "ES384", 0}, {"ec", "P-521", "ES512", 0},
		{"ed25519", "", "EdDSA", 0}, {"oct", "", "HS256", 0}, {"oct", "", "HS512", 512},
	} {
		t.Run(tt.kind+tt.crv+tt.alg, func(t *testing.T) {
			k, err := Make(tt.kind, tt.bits, tt.crv)
			if err != nil {
				t.Fatal(err)
			}
			signature, err := Sign(tt.alg, k, []byte("input"))
			if err != nil {
				t.Fatal(err)
			}
			for _, private := range []bool{true, false} {
				if k.Type() == "oct" && !private {
					continue
				}
				again, err := ParseJWK(asJWK(t, k, private))
				check(t, tt.alg, again, err, k, private, signature)
				if k.Type() == "oct" {
					continue
				}
				text, err := k.PEM(private)
				if err != nil {
					t.Fatal(err)
				}
				keys, err := ParsePEM(text)
				if err != nil || len(keys) != 1 {
					t.Fatalf("%v: %s", err, text)
				}
				check(t, tt.alg, keys[0].Key, keys[0].Err, k, private, signature)
			}
		})
	}
}

func asJWK(t *testing.T, k *Key, private bool) []byte {
	t.Helper()
	members, err := k.JWK(private)
	if err != nil {
		t.Fatal(err)
	}
	object := map[string]string{}
	for _, m := range members {
		object[m.Name] = m.Value
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func check(t *testing.T, alg string, again *Key, err error, k *Key, private bool, signature []byte) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if again.Private() != private || again.Thumbprint() != k.Thumbprint() || again.Bits() != k.Bits() || len(again.Notes()) > 0 {
		t.Errorf("private %v, thumbprint %s, wanted %s; notes %v", again.Private(), again.Thumbprint(), k.Thumbprint(), again.Notes())
	}
	if err := Verify(alg, again, []byte("input"), signature); err != nil {
		t.Error(err)
	}
}

func TestMakeRefuses(t *testing.T) {
	for _, tt := range []struct {
		kind string
		bits int
		crv  string
	}{{"rsa", 1024, ""}, {"rsa", 2049, ""}, {"rsa", 1 << 20, ""}, {"rsa", 0, "P-256"}, {"ec", 0, "P-224"}, {"ec", 256, ""}, {"oct", 64, ""}, {"ed448", 0, ""}, {"", 0, ""}} {
		if k, err := Make(tt.kind, tt.bits, tt.crv); err == nil {
			t.Errorf("%+v made %v", tt, k)
		}
	}
	public, err := Make("ed25519", 0, "")
	if err != nil {
		t.Fatal(err)
	}
	public, err = New(public.Public())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := public.JWK(true); err == nil {
		t.Error("a public key has private members")
	}
	if _, err := public.PEM(true); err == nil {
		t.Error("a public key has a private PEM")
	}
}
