package practice

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Password is what alice and bob have to send with the password grant. On the login page any password does.
const Password = "practice"

const grantPassword goidc.GrantType = "password"

// passwordGrant is the resource owner password credentials grant (RFC 6749 4.3), which go-oidc does not have, for people who study old
// clients. A visitor logs the person in as a browser would, and the request goes on as the redemption of that login's code; how the
// client authenticates stays as it is.
func (p *Provider) passwordGrant(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("grant_type") != string(grantPassword) {
			next.ServeHTTP(w, r)
			return
		}
		a := w.(*answer)
		decodeBasic(r)
		someone, known := personByLogin(r.PostFormValue("username"))
		switch client := p.clientOf(cmp.Or(r.PostFormValue("client_id"), seenFrom(r.Context()).ClientID)); {
		case len(r.PostForm["username"]) > 1 || len(r.PostForm["password"]) > 1: // RFC 6749 3.2
			a.refuse(http.StatusBadRequest, goidc.ErrorCodeInvalidRequest, "username and password must come once each")
		case r.PostFormValue("username") == "" || r.PostFormValue("password") == "":
			a.refuse(http.StatusBadRequest, goidc.ErrorCodeInvalidRequest, "username and password are required")
		case !known || subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(Password)) == 0:
			a.refuse(http.StatusBadRequest, goidc.ErrorCodeInvalidGrant, "invalid username or password")
		case client == nil || len(client.RedirectURIs) == 0:
			next.ServeHTTP(w, r) // go-oidc refuses the client in its own words
		default:
			form, err := p.loginFor(r.Context(), someone, client, r.PostForm)
			if err != nil {
				a.refuse(http.StatusBadRequest, goidc.ErrorCodeUnauthorizedClient, err.Error())
				return
			}
			setForm(r, form)
			next.ServeHTTP(w, r)
		}
	})
}

// loginFor logs a person in to a client and gives the form that redeems the code: what the client sent, with the code in the place of the
// password.
func (p *Provider) loginFor(ctx context.Context, someone person, client *goidc.Client, sent url.Values) (url.Values, error) {
	verifier := rand.Text() + rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	redirect := client.RedirectURIs[0]
	v := p.newVisitor()
	v.stays = true // the redirect URI may be anybody's: the code is read here, and sent to nobody
	left, err := p.visitAs(ctx, v, p.issuer+pathAuthorize+"?"+url.Values{
		"response_type": {"code"}, "client_id": {client.ID}, "redirect_uri": {redirect}, "login_hint": {someone.Login}, "state": {rand.Text()},
		"scope": {cmp.Or(sent.Get("scope"), "openid")}, "code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}.Encode(), "login", "allow")
	if err != nil {
		return nil, err
	}
	back, err := url.Parse(left)
	if err != nil {
		return nil, err
	}
	form := url.Values{}
	for name, values := range sent {
		form[name] = values
	}
	for _, name := range []string{"username", "password", "scope"} {
		form.Del(name)
	}
	form.Set("grant_type", string(goidc.GrantAuthorizationCode))
	form.Set("code", back.Query().Get("code"))
	form.Set("redirect_uri", redirect)
	form.Set("code_verifier", verifier)
	return form, nil
}

// setForm gives a request another form.
func setForm(r *http.Request, form url.Values) {
	body := form.Encode()
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(body))), int64(len(body))
	r.PostForm, r.Form = form, form
}

// announcePassword adds the grant to the grant_types_supported of a discovery document.
func announcePassword(document []byte) []byte {
	start := bytes.Index(document, []byte(`"grant_types_supported":[`))
	if start < 0 {
		return document
	}
	end := start + bytes.IndexByte(document[start:], ']')
	return append(append(bytes.Clone(document[:end]), `,"`+string(grantPassword)+`"`...), document[end:]...)
}
