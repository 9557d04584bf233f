package inspect

import (
	"strings"
	"testing"
)

// A JWK keeps what it came with, but for its private members; what came otherwise gets a name.
func TestKeyJWK(t *testing.T) {
	const sent = `{ "kid":"a", "x5t":"", "kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "use":"sig"}`
	k := &ParseKeySet([]byte(sent), "jwks", "").Keys[0]
	for private, want := range map[bool]string{
		true:  strings.ReplaceAll(sent, " ", ""),
		false: `{"kid":"a","x5t":"","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig"}`,
	} {
		if got, err := k.JWK(private); err != nil || string(got) != want {
			t.Errorf("private %v: got %s, %v", private, got, err)
		}
	}
	text, err := k.Material.PEM(true)
	if err != nil {
		t.Fatal(err)
	}
	k = &ParseKeySet(text, "pem", "").Keys[0]
	got, err := k.JWK(false)
	want := `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}` // RFC 8037 A.3
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	again := &ParseKeySet(got, "jwks", "").Keys[0]
	if again.Private || again.Thumbprint != k.Thumbprint {
		t.Errorf("%+v", again)
	}
	if _, err := again.JWK(true); err == nil {
		t.Error("a public key was written as a private one")
	}
	secret := &SecretKeySet([]byte("0123456789abcdef")).Keys[0]
	if got, err := secret.JWK(false); err != nil || string(got) != `{"kty":"oct"}` {
		t.Errorf("the secret is in %s, %v", got, err)
	}
	broken := &ParseKeySet([]byte(`{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}]}`), "jwks", "").Keys[0]
	if got, err := broken.JWK(false); err != nil || strings.Contains(string(got), `"d"`) {
		t.Errorf("got %s, %v", got, err)
	}
}
