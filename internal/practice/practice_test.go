package practice_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

// start runs a provider for one test.
func start(t *testing.T, o practice.Options) *practice.Provider {
	t.Helper()
	p, err := practice.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return p
}

// relyingParty is a client with its loopback listener.
type relyingParty struct {
	oauth2.Config
	provider *practice.Provider
	answers  chan *http.Request // what came to the redirect address, form parsed
}

func newRelyingParty(t *testing.T, p *practice.Provider, clientID, address string, scopes ...string) *relyingParty {
	t.Helper()
	rp := &relyingParty{provider: p, answers: make(chan *http.Request, 1)}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("no listener at %s: %v", address, err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		rp.answers <- r
		_, _ = io.WriteString(w, "you can close this window")
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })

	style := map[string]oauth2.AuthStyle{"client_secret_basic": oauth2.AuthStyleInHeader}
	for _, c := range p.Clients() {
		if c.ID == clientID {
			rp.ClientSecret = c.Secret.Reveal()
			rp.Endpoint.AuthStyle = style[c.Method]
		}
	}
	if rp.Endpoint.AuthStyle == 0 {
		rp.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	host, _, _ := strings.Cut(address, ":0")
	rp.ClientID = clientID
	rp.RedirectURL = "http://" + host + ":" + port + "/callback"
	rp.Scopes = scopes
	m := discover(t, p)
	rp.Endpoint.AuthURL = m["authorization_endpoint"].(string)
	rp.Endpoint.TokenURL = m["token_endpoint"].(string)
	rp.Endpoint.DeviceAuthURL = m["device_authorization_endpoint"].(string)
	return rp
}

// logIn sends alice through the provider and gives the parameters that come back.
func (rp *relyingParty) logIn(t *testing.T, options ...oauth2.AuthCodeOption) url.Values {
	t.Helper()
	if _, err := rp.provider.LogIn(t.Context(), rp.AuthCodeURL("some-state", options...)); err != nil {
		t.Fatal(err)
	}
	return (<-rp.answers).Form
}

func (rp *relyingParty) tokens(t *testing.T) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	code := rp.logIn(t, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", "some-nonce")).Get("code")
	token, err := rp.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestCodeFlowWithPKCE(t *testing.T) {
	for _, clientID := range []string{"practice", "practice-basic", "practice-post"} {
		for _, address := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0"} {
			t.Run(clientID+" "+address, func(t *testing.T) {
				p := start(t, practice.Options{})
				rp := newRelyingParty(t, p, clientID, address, "openid", "profile", "email", "offline_access")
				verifier := oauth2.GenerateVerifier()
				answer := rp.logIn(t, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("nonce", "some-nonce"))
				if answer.Get("state") != "some-state" || answer.Get("iss") != p.Issuer() {
					t.Errorf("state and iss %q wanted, got %v", p.Issuer(), answer)
				}
				token, err := rp.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier))
				if err != nil {
					t.Fatal(err)
				}
				if left := time.Until(token.Expiry); left < 4*time.Minute || left > 5*time.Minute {
					t.Errorf("an access token for 5 minutes wanted, got %v", left)
				}
				claims := verify(t, p, token.Extra("id_token").(string))
				for name, want := range map[string]any{
					"iss": p.Issuer(), "aud": clientID, "sub": "alice", "nonce": "some-nonce", "name": "Alice Example",
					"email": "alice@example.com", "email_verified": true, "acr": "urn:oidcscope:practice:password",
					"at_hash": leftHalf(token.AccessToken),
				} {
					if claims[name] != want {
						t.Errorf("claim %s: %v wanted, got %v", name, want, claims[name])
					}
				}
				if at, _ := claims["auth_time"].(float64); time.Since(time.Unix(int64(at), 0)) > time.Minute {
					t.Errorf("auth_time of just now wanted, got %v", claims["auth_time"])
				}
				if claims := verify(t, p, token.AccessToken); claims["aud"] != p.Issuer() || claims["client_id"] != clientID {
					t.Errorf("access token with aud and client_id wanted, got %v", claims)
				}
				if token.RefreshToken == "" {
					t.Error("a refresh token for offline_access wanted")
				}
			})
		}
	}
}

// discover gives the discovery document.
func discover(t *testing.T, p *practice.Provider) map[string]any {
	t.Helper()
	return getJSON(t, p.Issuer()+"/.well-known/openid-configuration")
}

func getJSON(t *testing.T, address string) map[string]any {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var object map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&object); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("JSON wanted from %s, got status %d, %v", address, resp.StatusCode, err)
	}
	return object
}

// verify checks a token against the published keys, by the standard library alone, and gives its claims.
func verify(t *testing.T, p *practice.Provider, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("a signed JWT wanted, got %q", token)
	}
	var header struct{ Alg, Kid string }
	var claims map[string]any
	decodeJSON(t, parts[0], &header)
	decodeJSON(t, parts[1], &claims)
	signature := decode(t, parts[2])
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	for _, k := range getJSON(t, discover(t, p)["jwks_uri"].(string))["keys"].([]any) {
		key := k.(map[string]any)
		if key["kid"] != header.Kid {
			continue
		}
		for _, private := range []string{"d", "p", "q", "k"} {
			if key[private] != nil {
				t.Errorf("the published key %s has the private member %q", header.Kid, private)
			}
		}
		number := func(name string) *big.Int { return new(big.Int).SetBytes(decode(t, key[name].(string))) }
		var good bool
		switch header.Alg {
		case "ES256":
			point := slices.Concat([]byte{4}, decode(t, key["x"].(string)), decode(t, key["y"].(string))) // uncompressed: SEC 1 2.3.3
			public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
			if err != nil {
				t.Fatal(err)
			}
			r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
			good = ecdsa.Verify(public, digest[:], r, s)
		case "EdDSA":
			good = ed25519.Verify(decode(t, key["x"].(string)), []byte(parts[0]+"."+parts[1]), signature)
		case "RS256":
			public := &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
			good = rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature) == nil
		case "PS256":
			public := &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}
			good = rsa.VerifyPSS(public, crypto.SHA256, digest[:], signature, nil) == nil
		}
		if !good {
			t.Fatalf("the signature by %s does not verify: %s", header.Kid, token)
		}
		return claims
	}
	t.Fatalf("no published key is called %q", header.Kid)
	return nil
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeJSON(t *testing.T, s string, v any) {
	t.Helper()
	if err := json.Unmarshal(decode(t, s), v); err != nil {
		t.Fatal(err)
	}
}

func leftHalf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
