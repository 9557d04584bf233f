package flows

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"testing"
)

// Who names an address of keys may mean a key set, one JWK, or PEM; a page and an empty set are none.
func TestFetchKeys(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	const jwk = `{"kty":"EC","crv":"P-256","kid":"one","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		keys   int // 0: it fails
	}{
		"key set":   {reply(200, "application/json", `{"keys":[`+jwk+`]}`), 1},
		"JWK":       {reply(200, "application/json", jwk), 1},
		"PEM":       {reply(200, "application/x-pem-file", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))), 1},
		"page":      {reply(200, "text/html", "<title>Hello</title>"), 0},
		"empty set": {reply(200, "application/json", `{"keys":[]}`), 0},
		"not found": {reply(404, "application/json", `{"keys":[`+jwk+`]}`), 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/keys", c.answer)
				set, err := FetchKeys(t.Context(), w.cfg.Transport, w.idp.issuer+"/keys")
				if (err == nil) != (c.keys > 0) || err == nil && (len(set.Keys) != c.keys || set.Fetched.IsZero()) {
					t.Errorf("%+v, %v; want %d keys", set, err, c.keys)
				}
				if err != nil && problemOf(t, err) == nil {
					t.Error("no problem")
				}
			})
		})
	}
}
