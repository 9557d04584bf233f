package probe

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// How the client authenticates, and what the token endpoint makes of requests that are not its kind. All of these redeem a code that was
// made up: nothing can come of them but the answer.

// tokenLife is how long what is signed here is good for.
const tokenLife = 5 * time.Minute

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func clientProbes() []Probe {
	return []Probe{
		{ID: "PRB-030", Slug: "no-client-auth", Title: "A client that does not authenticate", Severity: rule.Error, Refs: refs("RFC 6749 3.2.1", "RFC 6749 5.2"),
			Does: "redeems a made-up code with the client id alone", Expects: "invalid_client", Fix: "authenticate confidential clients before anything else is looked at",
			Needs: []Need{NeedSecret}, try: tryNoClientAuth},
		{ID: "PRB-031", Slug: "wrong-secret", Title: "A wrong client secret", Severity: rule.Error, Refs: refs("RFC 6749 5.2", "RFC 6749 2.3.1"),
			Does: "redeems a made-up code with a secret that was made up too", Expects: "invalid_client, and with HTTP Basic status 401 and a WWW-Authenticate field",
			Fix: "check the secret before the code; answer Basic with 401 and WWW-Authenticate: Basic", Needs: []Need{NeedClientSecret}, try: tryWrongSecret},
		{ID: "PRB-032", Slug: "assertion-none", Title: "A client assertion that nobody signed", Severity: rule.Error, Refs: refs("RFC 7523 3", "RFC 8725 3.2"),
			Does: "authenticates by a client assertion with alg none", Expects: "invalid_client", Fix: "accept the algorithms that are registered for the client, and never none",
			Needs: []Need{NeedSecret}, try: func(r *run) Verdict { return r.tryAssertion("none") }},
		{ID: "PRB-033", Slug: "assertion-hmac", Title: "The public key as a shared secret", Severity: rule.Error, Refs: refs("RFC 8725 3.1", "RFC 7523 3"),
			Does: "signs the client assertion with HS256 and the text of the client's public key", Expects: "invalid_client",
			Fix:   "choose the algorithm by the key that is registered, not by what the header says",
			Needs: []Need{NeedKey}, try: func(r *run) Verdict { return r.tryAssertion("HS256") }},
	}
}

func tokenEndpointProbes() []Probe {
	return []Probe{
		{ID: "PRB-035", Slug: "made-up-code", Title: "A code that was never issued", Severity: rule.Error, Refs: refs("RFC 6749 5.2"),
			Does: "redeems a code that was made up", Expects: "invalid_grant", Fix: "answer with invalid_grant, status 400", try: func(r *run) Verdict {
				e, err := r.post(r.client, madeUp())
				return refusal(e, err, "invalid_grant")
			}},
		{ID: "PRB-036", Slug: "token-get", Title: "The token endpoint by GET", Severity: rule.Warn, Refs: refs("RFC 6749 3.2"),
			Does: "sends the redemption of a made-up code as a GET", Expects: "405, or another refusal: codes in addresses end up in logs",
			Fix: "take POST only at the token endpoint", try: func(r *run) Verdict { return r.tryQuery(http.MethodGet) }},
		{ID: "PRB-037", Slug: "token-query", Title: "Token parameters in the address", Severity: rule.Warn, Refs: refs("RFC 6749 3.2", "RFC 6749 2.3.1"),
			Does: "sends the parameters of a redemption in the query of the address", Expects: "a refusal: the parameters belong into the body",
			Fix: "read the parameters from the body only", try: func(r *run) Verdict { return r.tryQuery(http.MethodPost) }},
		{ID: "PRB-038", Slug: "grant-type", Title: "A grant that does not exist", Severity: rule.Warn, Refs: refs("RFC 6749 5.2"),
			Does: "asks for tokens with grant_type oidcscope", Expects: "unsupported_grant_type", Fix: "refuse grants that are not known", try: func(r *run) Verdict {
				e, err := r.post(r.client, form("grant_type", "oidcscope"))
				v := refusal(e, err, "unsupported_grant_type", "invalid_request", "unauthorized_client")
				if err == nil && errorCode(e) == "unsupported_grant_type" {
					return met("%s", said(e))
				}
				return v
			}},
	}
}

// madeUp redeems a code that nobody issued.
func madeUp() url.Values {
	return form("grant_type", "authorization_code", "code", "oidcscope-made-up-"+rand.Text(), "redirect_uri", defaultRedirect, "code_verifier", rand.Text()+rand.Text())
}

// accepted judges the answer to a made-up code from a client that has not proved itself: who is told about the code was let in.
func (r *run) accepted(e *record.Exchange, err error) Verdict {
	v := refusal(e, err, "invalid_client")
	if err != nil {
		return v
	}
	switch got := errorCode(e); {
	case got == "invalid_client":
		return met("%s", said(e))
	case e.Response.Status == http.StatusUnauthorized:
		return met("%s (invalid_client is the code to expect)", said(e))
	case got == "invalid_grant" && r.facts.badClient == "invalid_client":
		return broken("%s: the client was let in, as without it the provider says invalid_client", said(e))
	case got == "invalid_grant":
		return unclear("%s: the code was looked at, perhaps before the client", said(e))
	}
	return v
}

func tryNoClientAuth(r *run) Verdict {
	stranger, err := r.stranger()
	if err != nil {
		return unsent(err)
	}
	defer stranger.Close()
	e, err := r.post(stranger, madeUp())
	if err == nil {
		r.facts.badClient = errorCode(e)
	}
	return r.accepted(e, err)
}

// stranger is the client without any proof of who it is. Close it when done.
func (r *run) stranger() (*flows.Bench, error) {
	return r.client.As(func(c *flows.Config) {
		c.AuthMethod, c.ClientSecret, c.ClientKey = flows.AuthNone, secret.Text{}, secret.Text{}
		c.Transport.ClientCertPEM, c.Transport.ClientCertKeyPEM = nil, secret.Text{}
	})
}

func tryWrongSecret(r *run) Verdict {
	wrong, err := r.client.As(func(c *flows.Config) { c.ClientSecret = secret.New("oidcscope-made-up-" + rand.Text()) })
	if err != nil {
		return unsent(err)
	}
	defer wrong.Close()
	e, err := r.post(wrong, madeUp())
	v := r.accepted(e, err)
	if v.Result != Pass || wrong.AuthMethod() != flows.AuthBasic {
		return v
	}
	challenge := record.Get(e.Response.Headers, "WWW-Authenticate")
	switch {
	case e.Response.Status != http.StatusUnauthorized:
		return Verdict{Result: Fail, Severity: rule.Warn, Text: said(e) + ": refused, but the status for HTTP Basic is 401"}
	case !strings.HasPrefix(strings.ToLower(challenge), "basic"):
		return Verdict{Result: Fail, Severity: rule.Warn, Text: said(e) + ": refused, but without WWW-Authenticate: Basic"}
	}
	return v
}

// tryAssertion authenticates by an assertion that proves nothing.
func (r *run) tryAssertion(alg string) Verdict {
	now, id := r.cfg.Client.Now(), r.cfg.Client.ClientID
	audience := r.cfg.Client.AssertionAudience
	if audience == "" {
		audience = r.client.Metadata().Issuer
	}
	claims := map[string]any{"iss": id, "sub": id, "aud": audience, "jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(tokenLife).Unix()}
	assertion := unsecured("JWT", claims)
	if alg != "none" {
		key, kid := publicKey(r.cfg.Client)
		if key == nil {
			return missed("the client's public key could not be written as PEM")
		}
		header := map[string]any{"alg": alg, "typ": "JWT"}
		if kid != "" {
			header["kid"] = kid
		}
		input := encodeJSON(header) + "." + encodeJSON(claims)
		assertion = input + "." + base64.RawURLEncoding.EncodeToString(jose.MAC(alg, key, []byte(input)))
	}
	f := madeUp()
	f.Set("client_id", id)
	f.Set("client_assertion_type", assertionType)
	f.Set("client_assertion", assertion)
	return r.accepted(r.anonymous("token", func(m *flows.Metadata) string { return m.TokenEndpoint }, f))
}

// publicKey is the PEM of the client's public key, as a program that takes it for a shared secret would have it.
func publicKey(c flows.Config) (pem []byte, kid string) {
	for _, k := range inspect.ParseKeySet([]byte(c.ClientKey.Reveal()), "client", "").Keys {
		if k.Material != nil && k.Material.Private() {
			pem, err := k.Material.PEM(false)
			if err != nil {
				return nil, ""
			}
			if c.ClientKeyID != "" {
				return pem, c.ClientKeyID
			}
			return pem, k.KID
		}
	}
	return nil, ""
}

// tryQuery sends token parameters in the address. The client's secret stays out of it: in an address it would be in a log.
func (r *run) tryQuery(method string) Verdict {
	f := madeUp()
	f.Set("client_id", r.cfg.Client.ClientID)
	endpoint, err := url.Parse(r.client.TokenEndpoint())
	if err != nil {
		return unsent(err)
	}
	q := endpoint.Query()
	for name, values := range f {
		q[name] = values
	}
	endpoint.RawQuery = q.Encode()
	req, err := http.NewRequest(method, endpoint.String(), nil)
	if err != nil {
		return unsent(err)
	}
	req.Header.Set("Accept", "application/json")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	basic := r.client.AuthMethod() == flows.AuthBasic
	if basic {
		req.SetBasicAuth(url.QueryEscape(r.cfg.Client.ClientID), url.QueryEscape(r.cfg.Client.ClientSecret.Reveal()))
	}
	e, err := r.client.Send(r.ctx, "token", 0, req)
	switch {
	case err != nil:
		return unsent(err)
	case errorCode(e) == "invalid_grant":
		return broken("%s: it looked at the code in the address", said(e))
	case errorCode(e) == "invalid_client" && !basic && r.client.AuthMethod() != flows.AuthNone:
		return unclear("%s: whether the address was read does not show, as the client authenticates in the body", said(e))
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status >= 400:
		return met("%s", said(e))
	}
	return unclear("%s", said(e))
}
