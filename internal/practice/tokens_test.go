package practice_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

func refresh(t *testing.T, rp *relyingParty, token string) (*oauth2.Token, error) {
	t.Helper()
	return rp.TokenSource(t.Context(), &oauth2.Token{RefreshToken: token}).Token()
}

func userInfo(t *testing.T, p *practice.Provider, accessToken string) (int, map[string]any) {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Issuer()+"/userinfo", nil)
	if accessToken != "" {
		req.Header.Set("Authorization", "Bearer "+accessToken)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var claims map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&claims); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusUnauthorized {
		claims["challenge"] = resp.Header.Get("WWW-Authenticate")
	}
	return resp.StatusCode, claims
}

// post sends a form as a client that puts its credentials into the body.
func post(t *testing.T, p *practice.Provider, path string, form url.Values, header ...string) (*http.Response, map[string]any) {
	t.Helper()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Issuer()+path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	var object map[string]any
	if len(body) > 0 {
		if err := json.Unmarshal(body, &object); err != nil {
			t.Fatalf("%s: JSON wanted, got %q", path, body)
		}
	}
	return resp, object
}

func TestRefreshRotatesAndReuseEndsTheGrant(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "profile", "offline_access")
	first := rp.tokens(t)
	second, err := refresh(t, rp, first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken {
		t.Error("new tokens wanted")
	}
	before, after := verify(t, p, first.Extra("id_token").(string)), verify(t, p, second.Extra("id_token").(string))
	for _, name := range []string{"iss", "sub", "aud", "auth_time", "sid"} { // OpenID Connect Core 12.2
		if before[name] != after[name] {
			t.Errorf("claim %s changed in the refresh: %v, %v", name, before[name], after[name])
		}
	}
	if after["at_hash"] != leftHalf(second.AccessToken) {
		t.Error("at_hash is not of the new access token")
	}
	if status, claims := userInfo(t, p, second.AccessToken); status != http.StatusOK || claims["sub"] != "alice" || claims["name"] != "Alice Example" {
		t.Errorf("userinfo of alice wanted, got %d %v", status, claims)
	}

	_, err = refresh(t, rp, first.RefreshToken)
	wantRefusal(t, p, err, "invalid_grant", "used before and replaced")
	_, err = refresh(t, rp, second.RefreshToken)
	wantRefusal(t, p, err, "invalid_grant", "revoked")
	if status, claims := userInfo(t, p, second.AccessToken); status != http.StatusUnauthorized ||
		!strings.Contains(claims["challenge"].(string), `error="invalid_token"`) {
		t.Errorf("401 and a challenge (RFC 6750 3) wanted, got %d %v", status, claims)
	}
}

// Asking about a retired token is not using it.
func TestIntrospectionOfARetiredRefreshTokenHarmsNobody(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice-post", "127.0.0.1:0", "openid", "offline_access")
	first := rp.tokens(t)
	second, err := refresh(t, rp, first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	active := func(token string) any {
		_, answer := post(t, p, "/introspect", url.Values{"client_id": {rp.ClientID}, "client_secret": {rp.ClientSecret}, "token": {token}})
		return answer["active"]
	}
	if active(first.RefreshToken) != false || active(second.RefreshToken) != true || active(second.AccessToken) != true {
		t.Error("the retired token inactive, the new ones active wanted")
	}
	if _, err := refresh(t, rp, second.RefreshToken); err != nil {
		t.Errorf("introspection ended the grant: %v", err)
	}
}

func TestNoRefreshTokenWithoutOfflineAccess(t *testing.T) {
	p := start(t, practice.Options{})
	if token := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").tokens(t); token.RefreshToken != "" {
		t.Error("a refresh token came without offline_access")
	}
}

func TestScopesDecideTheClaims(t *testing.T) {
	p := start(t, practice.Options{})
	token := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "email").tokens(t)
	for _, claims := range []map[string]any{verify(t, p, token.Extra("id_token").(string)), second(userInfo(t, p, token.AccessToken))} {
		if claims["email"] != "alice@example.com" || claims["name"] != nil || claims["phone_number"] != nil {
			t.Errorf("the claims of openid and email wanted, got %v", claims)
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestRevocation(t *testing.T) {
	p := start(t, practice.Options{})
	for _, which := range []string{"access_token", "refresh_token"} {
		rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "offline_access")
		token := rp.tokens(t)
		value := map[string]string{"access_token": token.AccessToken, "refresh_token": token.RefreshToken}[which]
		resp, _ := post(t, p, "/revoke", url.Values{"client_id": {"practice"}, "token": {value}, "token_type_hint": {which}})
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", which, resp.StatusCode)
		}
		if _, err := refresh(t, rp, token.RefreshToken); err == nil {
			t.Errorf("after revoking the %s, the refresh token still works", which)
		}
		if status, _ := userInfo(t, p, token.AccessToken); status != http.StatusUnauthorized {
			t.Errorf("after revoking the %s, userinfo gives status %d", which, status)
		}
	}
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	p := start(t, practice.Options{TokenLifetime: time.Second})
	token := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").tokens(t)
	claims := verify(t, p, token.Extra("id_token").(string))
	if life := claims["exp"].(float64) - claims["iat"].(float64); life != 1 {
		t.Errorf("an ID token for 1 s wanted, got %v s", life)
	}
	if status, _ := userInfo(t, p, token.AccessToken); status != http.StatusOK {
		t.Errorf("a fresh token gives status %d", status)
	}
	time.Sleep(time.Until(time.Unix(int64(claims["exp"].(float64))+1, 0)))
	if status, _ := userInfo(t, p, token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("an expired token gives status %d", status)
	}
}

// The tokens are there to be read: a time is a plain number of seconds, not 1.79e+09.
func TestTimesAreWholeNumbers(t *testing.T) {
	p := start(t, practice.Options{})
	token := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").tokens(t)
	for _, raw := range []string{token.AccessToken, token.Extra("id_token").(string)} {
		var claims map[string]json.RawMessage
		decodeJSON(t, strings.Split(raw, ".")[1], &claims)
		for _, name := range []string{"exp", "iat", "auth_time"} {
			if _, err := strconv.ParseInt(string(claims[name]), 10, 64); err != nil {
				t.Errorf("%s: whole seconds wanted, got %s", name, claims[name])
			}
		}
	}
}

func TestSigningAlgorithms(t *testing.T) {
	for _, alg := range []string{"ES256", "EdDSA", "RS256", "PS256"} {
		t.Run(alg, func(t *testing.T) {
			p := start(t, practice.Options{IDTokenAlg: alg})
			token := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid").tokens(t)
			raw := token.Extra("id_token").(string)
			var header map[string]any
			decodeJSON(t, strings.Split(raw, ".")[0], &header)
			if header["alg"] != alg || header["typ"] != "JWT" {
				t.Errorf("alg %s wanted, got %v", alg, header)
			}
			if verify(t, p, raw)["at_hash"] == nil {
				t.Error("at_hash wanted")
			}
		})
	}
	if _, err := practice.Start(t.Context(), practice.Options{IDTokenAlg: "HS256"}); err == nil {
		t.Error("HS256 must be refused")
	}
}

func TestNoRSAKeyUntilAsked(t *testing.T) {
	p := start(t, practice.Options{})
	kinds := func() (kinds []string) {
		for _, k := range getJSON(t, p.Issuer()+"/jwks")["keys"].([]any) {
			kinds = append(kinds, k.(map[string]any)["kty"].(string))
		}
		return kinds
	}
	if got := kinds(); !slices.Equal(got, []string{"EC", "OKP", "EC"}) {
		t.Errorf("EC and OKP keys to sign with and an EC key to encrypt to wanted, got %v", got)
	}
	registration := `{"redirect_uris": ["http://127.0.0.1/cb"], "application_type": "native", "id_token_signed_response_alg": "RS256", "token_endpoint_auth_method": "none"}`
	resp, err := http.Post(p.Issuer()+"/register", "application/json", strings.NewReader(registration))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusCreated {
		t.Fatalf("registration: %s", body)
	}
	if got := kinds(); !slices.Equal(got, []string{"EC", "OKP", "EC", "RSA"}) {
		t.Errorf("an RSA key for the new client wanted, got %v", got)
	}
}
