package main

import (
	"crypto/aes"
	"crypto/cipher"
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
	"strings"
	"time"
)

// mintMain is the helper program that makes tokens and keys for the stories, with the standard library alone so that it shares
// nothing with what it tests: mint -alg ES256 -expires 10m -claims '{"aud":"x"}' writes token.jwt, jwks.json and key.pem.
func mintMain() {
	alg := flag.String("alg", "RS256", "RS256, ES256, HS256 or none")
	expires := flag.Duration("expires", 10*time.Minute, "from now")
	claims := flag.String("claims", "{}", "further claims, as JSON")
	secret := flag.String("secret", "a secret of more than thirty-two characters", "for HS256")
	form := flag.String("form", "compact", "compact, flattened, detached or sealed")
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
	token := input + "." + b64(signature)
	switch *form {
	case "compact":
	case "flattened", "detached":
		protected, text, _ := strings.Cut(input, ".")
		if *form == "detached" {
			content, err := json.Marshal(payload)
			fail(err)
			fail(os.WriteFile("payload.json", content, 0o600))
			text = ""
		}
		members, err := json.Marshal(map[string]string{"protected": protected, "payload": text, "signature": b64(signature)})
		fail(err)
		token = string(members)
	case "sealed":
		token = seal(token)
	}
	fail(os.WriteFile(*out, []byte(token+"\n"), 0o600))
}

// seal encrypts a token with a key that both sides have (dir, A256GCM), and writes the key as decrypt.json.
func seal(token string) string {
	key := make([]byte, 32)
	_, err := rand.Read(key)
	fail(err)
	jwk, err := json.Marshal(map[string]string{"kty": "oct", "k": b64(key)})
	fail(err)
	fail(os.WriteFile("decrypt.json", jwk, 0o600))
	block, err := aes.NewCipher(key)
	fail(err)
	aead, err := cipher.NewGCM(block)
	fail(err)
	header := encode(map[string]string{"alg": "dir", "enc": "A256GCM", "cty": "JWT"})
	iv := make([]byte, aead.NonceSize())
	sealed := aead.Seal(nil, iv, []byte(token), []byte(header))
	cut := len(sealed) - aead.Overhead()
	return strings.Join([]string{header, "", b64(iv), b64(sealed[:cut]), b64(sealed[cut:])}, ".")
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
