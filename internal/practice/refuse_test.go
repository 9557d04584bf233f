package practice_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/practice"
	"golang.org/x/oauth2"
)

// wantRefusal checks that the token endpoint said no with this code, and that the provider's log says why.
func wantRefusal(t *testing.T, p *practice.Provider, err error, code, reason string) {
	t.Helper()
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorCode != code {
		t.Fatalf("error %q wanted, got %v", code, err)
	}
	wantStatus := http.StatusBadRequest
	if code == "invalid_client" {
		wantStatus = http.StatusUnauthorized
	}
	if refused.Response.StatusCode != wantStatus {
		t.Errorf("status %d wanted with %s (RFC 6749 5.2), got %d", wantStatus, code, refused.Response.StatusCode)
	}
	log := p.Log()
	seen := log[len(log)-1]
	if seen.Path != "/token" || seen.Code != code || seen.Status != wantStatus || !strings.Contains(seen.Reason, reason) {
		t.Errorf("in the log, %s because of %q wanted, got %+v", code, reason, seen)
	}
	if refused.Response.Header.Get("Practice-Request") == "" {
		t.Error("the answer has no number to find its log entry by")
	}
}

func TestWrongVerifierIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	code := rp.logIn(t, oauth2.S256ChallengeOption(oauth2.GenerateVerifier())).Get("code")
	_, err := rp.Exchange(t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantRefusal(t, p, err, "invalid_grant", "code_verifier")
}

func TestMissingChallengeIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	answer := rp.logIn(t)
	if answer.Get("error") != "invalid_request" || answer.Get("code") != "" {
		t.Errorf("a public client without PKCE must be refused, got %v", answer)
	}
}

func TestOtherRedirectURIAtTokenIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	verifier := oauth2.GenerateVerifier()
	code := rp.logIn(t, oauth2.S256ChallengeOption(verifier)).Get("code")
	rp.RedirectURL += "/other"
	_, err := rp.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	wantRefusal(t, p, err, "invalid_grant", "redirect_uri does not match")
}

func TestCodeReuseIsRefusedAndEndsTheGrant(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid", "offline_access")
	verifier := oauth2.GenerateVerifier()
	code := rp.logIn(t, oauth2.S256ChallengeOption(verifier)).Get("code")
	token, err := rp.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = rp.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
		wantRefusal(t, p, err, "invalid_grant", "")
	}
	// RFC 6749 4.1.2: tokens of a code that was used twice are revoked.
	if _, err := refresh(t, rp, token.RefreshToken); err == nil {
		t.Error("the refresh token of a replayed code still works")
	}
	if status, _ := userInfo(t, p, token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("the access token of a replayed code gives status %d", status)
	}
}

func TestUnknownCodeIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	_, err := rp.Exchange(t.Context(), "made-up", oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantRefusal(t, p, err, "invalid_grant", "never issued here")
}

func TestClientAuthenticationIsChecked(t *testing.T) {
	p := start(t, practice.Options{})
	for _, clientID := range []string{"practice-basic", "practice-post"} {
		rp := newRelyingParty(t, p, clientID, "127.0.0.1:0", "openid")
		rp.ClientSecret = "wrong"
		_, err := rp.Exchange(t.Context(), "any", oauth2.VerifierOption(oauth2.GenerateVerifier()))
		wantRefusal(t, p, err, "invalid_client", "secret")
		var refused *oauth2.RetrieveError
		errors.As(err, &refused)
		challenged := strings.HasPrefix(refused.Response.Header.Get("WWW-Authenticate"), "Basic ")
		if challenged != (clientID == "practice-basic") {
			t.Errorf("%s: WWW-Authenticate: Basic goes with a Basic attempt, got %q", clientID, refused.Response.Header.Get("WWW-Authenticate"))
		}
	}
	rp := newRelyingParty(t, p, "nobody", "127.0.0.1:0")
	_, err := rp.Exchange(t.Context(), "any")
	wantRefusal(t, p, err, "invalid_client", `no client is registered as "nobody"`)
}

func TestBasicCredentialsAreFormDecoded(t *testing.T) {
	p := start(t, practice.Options{})
	secret := p.Clients()[1].Secret.Reveal()
	// Every character percent-encoded: a form-decoding server sees the plain text, another one doesn't.
	encoded := ""
	for _, b := range []byte(secret) {
		encoded += "%" + strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Issuer()+"/token",
		strings.NewReader(url.Values{"grant_type": {"client_credentials"}, "scope": {"practice:read"}}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth("practice%2Dbasic", encoded)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("form-encoded credentials must be accepted, got status %d: %+v", resp.StatusCode, p.Log())
	}
}

func TestRedirectElsewhereIsNotFollowed(t *testing.T) {
	p := start(t, practice.Options{})
	for _, uri := range []string{
		"https://attacker.example/callback", "http://127.0.0.1.attacker.example/", "http://user@127.0.0.1/", "javascript:alert(1)", "",
	} {
		rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
		rp.RedirectURL = uri
		left, err := p.LogIn(t.Context(), rp.AuthCodeURL("s", oauth2.S256ChallengeOption(oauth2.GenerateVerifier())))
		if err == nil || left != "" {
			t.Errorf("redirect_uri %q must end on an error page, got %q, %v", uri, left, err)
		}
	}
}

func TestDenied(t *testing.T) {
	p := start(t, practice.Options{})
	rp := newRelyingParty(t, p, "practice", "127.0.0.1:0", "openid")
	if _, err := p.Deny(t.Context(), rp.AuthCodeURL("s", oauth2.S256ChallengeOption("v"))); err != nil {
		t.Fatal(err)
	}
	if answer := (<-rp.answers).Form; answer.Get("error") != "access_denied" || answer.Get("state") != "s" || answer.Get("iss") != p.Issuer() {
		t.Errorf("access_denied with state and iss wanted, got %v", answer)
	}
	log := p.Log()
	if last := log[len(log)-1]; last.Reason != "the person refused" {
		t.Errorf("in the log, a refusal wanted, got %+v", last)
	}
}
