package practice_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

func TestDiscovery(t *testing.T) {
	p := start(t, practice.Options{})
	m := discover(t, p)
	if m["issuer"] != p.Issuer() {
		t.Errorf("issuer %s wanted, got %v", p.Issuer(), m["issuer"])
	}
	for _, name := range []string{
		"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "device_authorization_endpoint", "registration_endpoint",
		"introspection_endpoint", "revocation_endpoint", "end_session_endpoint", "pushed_authorization_request_endpoint",
	} {
		if address, _ := m[name].(string); !strings.HasPrefix(address, p.Issuer()+"/") {
			t.Errorf("%s below the issuer wanted, got %v", name, m[name])
		}
	}
	if m["authorization_response_iss_parameter_supported"] != true {
		t.Error("RFC 9207 iss is not announced")
	}
	if rfc8414 := getJSON(t, p.Issuer()+"/.well-known/oauth-authorization-server"); rfc8414["issuer"] != m["issuer"] {
		t.Error("the document of RFC 8414 is another one")
	}
}

func TestFormPost(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	rp.RedirectURL += "?tag=1"
	verifier := oauth2.GenerateVerifier()
	left, err := p.LogIn(t.Context(), rp.AuthCodeURL(`<"&'>`, oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("response_mode", "form_post")))
	if err != nil || left != rp.RedirectURL {
		t.Errorf("the redirect address %q wanted, got %q, %v", rp.RedirectURL, left, err)
	}
	r := <-rp.answers
	if r.Method != http.MethodPost || r.PostForm.Get("state") != `<"&'>` || r.URL.Query().Has("code") {
		t.Fatalf("code and state in the body of a POST wanted, got %s %v", r.Method, r.Form)
	}
	if _, err := rp.Exchange(t.Context(), r.PostForm.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
		t.Error(err)
	}
}

func TestPushedAuthorizationRequest(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	verifier := oauth2.GenerateVerifier()
	u, _ := url.Parse(rp.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
	resp, pushed := post(t, p, "/par", u.Query())
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("PAR: %d %v", resp.StatusCode, pushed)
	}
	address := p.Issuer() + "/authorize?" + url.Values{"client_id": {"practice"}, "request_uri": {pushed["request_uri"].(string)}}.Encode()
	if _, err := p.LogIn(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if _, err := rp.Exchange(t.Context(), (<-rp.answers).Form.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
		t.Error(err)
	}
}

func TestJARM(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	answer := rp.logIn(t, oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam("response_mode", "jwt"))
	if claims := verify(t, p, answer.Get("response")); claims["state"] != "some-state" || claims["code"] == nil || claims["aud"] != "practice" {
		t.Errorf("code and state in a signed response wanted, got %v", claims)
	}
}

func TestClaimsParameterAndUserInfo(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	verifier := oauth2.GenerateVerifier()
	answer := rp.logIn(t, oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("claims", `{"id_token": {"email": null}, "userinfo": {"given_name": {"essential": true}}}`))
	token, err := rp.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if claims := verify(t, p, token.Extra("id_token").(string)); claims["email"] != "alice@example.com" || claims["given_name"] != nil {
		t.Errorf("email alone in the ID token wanted, got %v", claims)
	}
	if _, claims := userInfo(t, p, token.AccessToken); claims["given_name"] != "Alice" || claims["email"] != nil {
		t.Errorf("given_name alone at userinfo wanted, got %v", claims)
	}
	if status, claims := userInfo(t, p, ""); status != http.StatusUnauthorized || claims["challenge"] != `Bearer realm="practice provider"` {
		t.Errorf("a bare challenge wanted without a token (RFC 6750 3.1), got %d %v", status, claims)
	}
}

func TestClientCredentialsAndTokenExchange(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice-post", "127.0.0.1:0", "openid", "profile")
	credentials := url.Values{"client_id": {rp.ClientID}, "client_secret": {rp.ClientSecret}}
	ask := func(grant string, more ...string) map[string]any {
		form := url.Values{"grant_type": {grant}}
		for name, values := range credentials {
			form[name] = values
		}
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		resp, answer := post(t, p, "/token", form)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", grant, resp.StatusCode, answer)
		}
		return answer
	}
	own := verify(t, p, ask("client_credentials", "scope", "practice:read")["access_token"].(string))
	if own["sub"] != rp.ClientID || own["scope"] != "practice:read" || own["auth_time"] != nil {
		t.Errorf("a token about the client itself wanted, got %v", own)
	}
	exchanged := verify(t, p, ask("urn:ietf:params:oauth:grant-type:token-exchange",
		"subject_token", rp.tokens(t).AccessToken, "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
		"scope", "practice:read")["access_token"].(string))
	if exchanged["sub"] != "alice" || exchanged["scope"] != "practice:read" {
		t.Errorf("a token about alice wanted, got %v", exchanged)
	}
}

func TestDPoPWithNonce(t *testing.T) {
	p := start(t, practice.Options{DPoPNonce: true})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	verifier := oauth2.GenerateVerifier()
	code := rp.logIn(t, oauth2.S256ChallengeOption(verifier)).Get("code")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"practice"}, "code": {code},
		"redirect_uri": {rp.RedirectURL}, "code_verifier": {verifier},
	}
	resp, answer := post(t, p, "/token", form, "DPoP", proof(t, key, "POST", p.Issuer()+"/token", ""))
	nonce := resp.Header.Get("DPoP-Nonce")
	if answer["error"] != "use_dpop_nonce" || resp.StatusCode != http.StatusBadRequest || nonce == "" {
		t.Fatalf("use_dpop_nonce and a nonce wanted, got %d %v", resp.StatusCode, answer)
	}
	first := proof(t, key, "POST", p.Issuer()+"/token", nonce)
	if _, answer = post(t, p, "/token", form, "DPoP", first); answer["token_type"] != "DPoP" {
		t.Fatalf("a DPoP token wanted, got %v", answer)
	}
	if cnf := verify(t, p, answer["access_token"].(string))["cnf"]; cnf == nil {
		t.Error("the access token is not bound to the key")
	}
	if _, answer := post(t, p, "/token", form, "DPoP", first); answer["error"] == nil {
		t.Error("a proof could be used twice")
	}
	if status, _ := userInfo(t, p, answer["access_token"].(string)); status == http.StatusOK {
		t.Error("the bound token works as a bearer token")
	}
}

func proof(t *testing.T, key *ecdsa.PrivateKey, method, uri, nonce string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key},
		(&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{"htm": method, "htu": uri, "iat": time.Now().Unix(), "jti": rand.Text()}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	signed, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// newBrowser keeps cookies, and stops at redirects.
func newBrowser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestPromptNoneAndLogout(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	browser := newBrowser()
	silently := func() url.Values {
		t.Helper()
		resp, err := browser.Get(rp.AuthCodeURL("s", oauth2.S256ChallengeOption("v"), oauth2.SetAuthURLParam("prompt", "none")))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		back, err := resp.Location()
		if err != nil {
			t.Fatalf("a redirect wanted: %v", err)
		}
		return back.Query()
	}
	if got := silently(); got.Get("error") != "login_required" {
		t.Errorf("login_required wanted, got %v", got)
	}
	callback := click(t, browser, rp.AuthCodeURL("s", oauth2.S256ChallengeOption("v")), "login")
	if got := silently(); got.Get("error") != "consent_required" {
		t.Errorf("consent_required wanted, got %v", got)
	}
	click(t, browser, callback, "allow")
	if got := silently(); got.Get("code") == "" {
		t.Errorf("a code wanted, got %v", got)
	}
	click(t, browser, p.Issuer()+"/logout", "logout")
	if got := silently(); got.Get("error") != "login_required" {
		t.Errorf("login_required wanted after logging out, got %v", got)
	}
}

// click opens a page and presses a button on it. It gives the address that the page's form goes to.
func click(t *testing.T, browser *http.Client, address, button string) string {
	t.Helper()
	body := fetch(t, browser, address)
	_, rest, found := strings.Cut(body, `method="post" action="`)
	action, _, _ := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("a form wanted at %s, got %s", address, body)
	}
	base, _ := url.Parse(address)
	target, _ := base.Parse(action)
	resp, err := browser.PostForm(target.String(), url.Values{"action": {button}, "username": {"alice"}, "password": {"x"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return target.String()
}

func TestRegisteredClientWithPrivateKeyJWT(t *testing.T) {
	p := start(t, practice.Options{})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "k1", Algorithm: "ES256", Use: "sig"}
	registration, _ := json.Marshal(map[string]any{
		"redirect_uris": []string{"http://127.0.0.1/cb"}, "application_type": "native", "grant_types": []string{"authorization_code", "client_credentials"},
		"token_endpoint_auth_method": "private_key_jwt", "jwks": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}},
	})
	resp, err := http.Post(p.Issuer()+"/register", "application/json", strings.NewReader(string(registration)))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var client map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&client); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("registration: %d %v", resp.StatusCode, client)
	}
	id := client["client_id"].(string)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jwk}, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	assertion, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": id, "sub": id, "aud": p.Issuer(), "iat": now, "exp": now + 60, "jti": rand.Text(),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"practice:read"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	}
	if resp, answer := post(t, p, "/token", form); resp.StatusCode != http.StatusOK {
		t.Errorf("a token wanted, got %v, %+v", answer, p.Log())
	}
	if _, answer := post(t, p, "/token", form); answer["error"] != "invalid_client" {
		t.Errorf("the assertion works twice: %v", answer)
	}
}
