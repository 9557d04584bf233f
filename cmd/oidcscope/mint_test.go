package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"time"
)

// mintMain is the helper program that makes tokens and keys for the stories, with the standard library alone so that it shares
// nothing with what it tests: mint -alg ES256 -expires 10m -claims '{"aud":"x"}' writes token.jwt, jwks.json and key.pem.
func mintMain() {
	alg := flag.String("alg", "RS256", "RS256, ES256, HS256 or none")
	expires := flag.Duration("expires", 10*time.Minute, "from now")
	claims := flag.String("claims", "{}", "further claims, as JSON")
	secret := flag.String("secret", "a secret of more than thirty-two characters", "for HS256")
	out := flag.String("o", "token.jwt", "file for the token")
	flag.Parse()
	now := time.Now()
	payload := map[string]any{
		"iss": "https://idp.example", "sub": "alice", "aud": "my-app",
		"iat": now.Unix(), "exp": now.Add(*expires).Unix(),
	}
	var more map[string]json.RawMessage // kept as written
	fail(json.Unmarshal([]byte(*claims), &more))
	for name, value := range more {
		payload[name] = value
	}
	input := encode(map[string]string{"alg": *alg, "kid": "k1", "typ": "JWT"}) + "." + encode(payload)
	var signature []byte
	var err error
	digest := sha256.Sum256([]byte(input))
	switch *alg {
	case "RS256":
		var key *rsa.PrivateKey
		key, err = rsa.GenerateKey(rand.Reader, 2048)
		fail(err)
		signature, err = rsa.SignPKCS1v15(rand.Reader, key, 5 /* crypto.SHA256 */, digest[:])
		writeKey(&key.PublicKey, map[string]string{"kty": "RSA", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())})
	case "ES256":
		var key *ecdsa.PrivateKey
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		fail(err)
		r, s, signErr := ecdsa.Sign(rand.Reader, key, digest[:])
		fail(signErr)
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		point, pointErr := key.PublicKey.Bytes()
		fail(pointErr)
		writeKey(&key.PublicKey, map[string]string{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])})
	case "HS256":
		mac := hmac.New(sha256.New, []byte(*secret))
		mac.Write([]byte(input))
		signature = mac.Sum(nil)
	}
	fail(err)
	fail(os.WriteFile(*out, []byte(input+"."+b64(signature)+"\n"), 0o600))
}

func writeKey(public any, jwk map[string]string) {
	jwk["kid"] = "k1"
	set, err := json.Marshal(map[string]any{"keys": []any{jwk}})
	fail(err)
	fail(os.WriteFile("jwks.json", set, 0o600))
	der, err := x509.MarshalPKIXPublicKey(public)
	fail(err)
	fail(os.WriteFile("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
}

func encode(v any) string {
	text, err := json.Marshal(v)
	fail(err)
	return b64(text)
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
