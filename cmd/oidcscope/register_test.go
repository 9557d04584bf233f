package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/go-jose/go-jose/v4"
)

// registerMain is a helper program: register ISSUER METHOD FILE registers a client that authenticates by METHOD with a new key, writes
// the private key to FILE, and prints the client id.
func registerMain() {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fail(err)
	key := jose.JSONWebKey{Key: private, KeyID: "story", Algorithm: "ES256", Use: "sig"}
	text, err := key.MarshalJSON()
	fail(err)
	fail(os.WriteFile(os.Args[3], text, 0o600))
	body, err := json.Marshal(map[string]any{
		"application_type": "native", "redirect_uris": []string{"http://127.0.0.1/callback"}, "token_endpoint_auth_method": os.Args[2],
		"grant_types": []string{"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange",
			"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:openid:params:grant-type:ciba"},
		"backchannel_token_delivery_mode": "poll",
		"jwks":                            jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}},
	})
	fail(err)
	res, err := http.Post(os.Args[1]+"/register", "application/json", bytes.NewReader(body))
	fail(err)
	defer res.Body.Close()
	var client struct {
		ID string `json:"client_id"`
	}
	fail(json.NewDecoder(res.Body).Decode(&client))
	if client.ID == "" {
		fail(fmt.Errorf("registration: %s", res.Status))
	}
	fmt.Println(client.ID)
}
