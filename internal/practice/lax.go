package practice

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// A lax provider lets pass what it must refuse. Nothing of it shows in a login, only to those who try (flows/probe). Most of these faults
// change the request before the provider sees it, as if the check that they leave out had found it good.

// lax makes a fault that a login does not show.
func lax(f Fault, probes ...string) Fault {
	f.Where, f.Flow, f.Leads = AreaLax, "pkce", Lead{OK: true, Probes: probes}
	f.See = "nothing in a login; oidcscope probe finds it"
	return f
}

// before makes a change of a request that the provider then answers itself.
func before(change func(*slip)) func(*slip) bool {
	return func(m *slip) bool { change(m); return false }
}

// param is a parameter of the request.
func (m *slip) param(name string) string { return m.r.Form.Get(name) }

// setParam changes a parameter of the request; an empty value takes it away.
func (m *slip) setParam(name, value string) {
	q := m.r.URL.Query()
	for _, values := range []url.Values{m.r.Form, m.r.PostForm, q} {
		if value == "" {
			values.Del(name)
		} else {
			values.Set(name, value)
		}
	}
	if m.r.Method != http.MethodPost {
		m.r.URL.RawQuery = q.Encode()
	}
}

// clientOf finds a client, also one that registered itself.
func (p *Provider) clientOf(id string) *goidc.Client {
	if i := slices.IndexFunc(p.standing, func(s standing) bool { return s.ID == id }); i >= 0 {
		return p.standing[i].Client
	}
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	return p.store.clients.get(id)
}

// vouch has a request authenticated as a client with a secret.
func (m *slip) vouch(id string) {
	c := m.p.clientOf(id)
	if c == nil {
		return
	}
	for _, name := range []string{"client_assertion", "client_assertion_type", "client_secret"} {
		m.setParam(name, "")
	}
	m.r.Header.Del("Authorization")
	m.setParam("client_id", c.ID)
	seenFrom(m.r.Context()).ClientID = c.ID
	switch c.TokenAuthnMethod {
	case goidc.AuthnMethodSecretBasic:
		m.r.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	case goidc.AuthnMethodSecretPost:
		m.setParam("client_secret", c.Secret)
	}
}

// proves reports whether a request holds any proof of who the client is.
func (m *slip) proves() bool {
	_, _, basic := m.r.BasicAuth()
	return basic || m.param("client_secret") != "" || m.param("client_assertion") != ""
}

// toClient gives the address of a redirect that leaves the provider.
func (m *slip) toClient() (*url.URL, bool) {
	u, err := url.Parse(m.a.header.Get("Location"))
	return u, err == nil && u.Host != "" && u.Host != m.p.host
}

// leave changes the parameters of any answer that is sent to the client, errors too.
func (m *slip) leave(change func(url.Values)) {
	u, ok := m.toClient()
	if !ok {
		return
	}
	q := u.Query()
	change(q)
	u.RawQuery = q.Encode()
	m.a.header.Set("Location", u.String())
}

// isRefresh reports whether the request redeems a refresh token.
func (m *slip) isRefresh() bool {
	return m.r.PostFormValue("grant_type") == string(goidc.GrantRefreshToken)
}

// byCode remembers something about each code that is sent to a client.
type byCode map[string]string

// keep notes what belongs to the code of an answer.
func (b byCode) keep(m *slip, what func(*url.URL) string) {
	if u, ok := m.toClient(); ok && u.Query().Has("code") {
		b[u.Query().Get("code")] = what(u)
	}
}

// A provider has no idea of the verifier behind an S256 challenge. So for a lax check of it the challenge is replaced by one whose verifier
// is known here, and at the redemption the verifier, when the fault lets the original pass.
const laxVerifier = "the-verifier-of-the-practice-provider-when-it-is-lax"

// laxPKCE makes the hooks of a fault that lets pass what accept likes: the challenge of the request, its method, the verifier of the redemption.
func laxPKCE(f Fault, optional bool, accept func(challenge, verifier string) bool) Fault {
	asked, codes := map[string]string{}, byCode{} // challenges by state, then by code
	sum := sha256.Sum256([]byte(laxVerifier))
	f.at = []string{pathAuthorize, pathToken}
	f.instead = before(func(m *slip) {
		switch {
		case m.path == pathAuthorize && (m.param("code_challenge") != "" || optional):
			asked[m.param("state")] = m.param("code_challenge")
			m.setParam("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
			m.setParam("code_challenge_method", "S256")
		case m.path == pathToken && m.r.PostFormValue("grant_type") == string(goidc.GrantAuthorizationCode):
			challenge, verifier := codes[m.param("code")], m.param("code_verifier")
			own := sha256.Sum256([]byte(verifier))
			if base64.RawURLEncoding.EncodeToString(own[:]) == challenge || accept(challenge, verifier) {
				m.setParam("code_verifier", laxVerifier)
			}
		}
	})
	f.change = func(m *slip) {
		codes.keep(m, func(u *url.URL) string { return asked[u.Query().Get("state")] })
	}
	return f
}

// unsecuredClaims reads a JWT that nobody signed; nil for any other.
func unsecuredClaims(token string) map[string]any {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[2] != "" {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return nil
	}
	return claims
}

// serial lets one change of the faults' memory happen at a time: requests come on several connections.
func serial(faults []Fault) []Fault {
	var mu sync.Mutex
	for i := range faults {
		f := &faults[i]
		if instead := f.instead; instead != nil {
			f.instead = func(m *slip) bool {
				mu.Lock()
				defer mu.Unlock()
				return instead(m)
			}
		}
		if change := f.change; change != nil {
			f.change = func(m *slip) {
				mu.Lock()
				defer mu.Unlock()
				change(m)
			}
		}
	}
	return faults
}

// grantOf finds the grant of a refresh token, also of a retired one, and does nothing to it.
func (p *Provider) grantOf(refresh string) *goidc.Grant {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	return p.store.grants.get(p.store.refresh.get(refresh))
}

func (p *Provider) revoke(g *goidc.Grant) {
	p.libraryMu.Lock()
	defer p.libraryMu.Unlock()
	g.RevokedAt = int(time.Now().Unix())
}

// forgedAssertion reports whether the client assertion proves nothing: unsigned, or signed with a secret by a client that has none.
func (m *slip) forgedAssertion() bool {
	header, _, _ := strings.Cut(m.param("client_assertion"), ".")
	text, err := base64.RawURLEncoding.DecodeString(header)
	var members struct{ Alg string }
	if err != nil || json.Unmarshal(text, &members) != nil {
		return false
	}
	c := m.p.clientOf(m.param("client_id"))
	return members.Alg == "none" || members.Alg == "HS256" && c != nil && c.TokenAuthnMethod == goidc.AuthnMethodPrivateKeyJWT
}

// agedLogin sets the time of the login back by an hour.
func (m *slip) agedLogin() { m.claims("auth_time", time.Now().Add(-time.Hour).Unix()) }
