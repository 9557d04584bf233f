package probe

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Requests that a provider may refuse at once, or only after the login, or not at all: the browser is sent when the first look leaves it open.

func withoutChallenge(a *flows.Authorization) {
	a.Params.Del("code_challenge")
	a.Params.Del("code_challenge_method")
}

func plainChallenge(a *flows.Authorization) {
	a.Params.Set("code_challenge", a.Verifier)
	a.Params.Set("code_challenge_method", "plain")
}

const unknownScope = "oidcscope_unregistered"

func addUnknownScope(a *flows.Authorization) {
	a.Params.Set("scope", strings.TrimSpace(a.Params.Get("scope")+" "+unknownScope))
}

func tryNoChallenge(r *run) Verdict {
	_, v, settled := r.tryRequest(flows.AuthorizationOptions{}, withoutChallenge)
	if settled {
		return v
	}
	visit := r.visit(NoChallenge)
	switch {
	case visit.refused != nil:
		return met("%s, after the login", words(visit.refused))
	case visit.code() == "":
		return visit.noCode()
	}
	if r.client.AuthMethod() != flows.AuthNone { // for these RFC 9700 2.1.1 recommends PKCE, and no more
		return Verdict{Result: Fail, Severity: rule.Info, Text: "a code came for a client that authenticates, without PKCE"}
	}
	return broken("a code came for a public client, without PKCE")
}

func tryPlainChallenge(r *run) Verdict {
	_, v, settled := r.tryRequest(flows.AuthorizationOptions{}, plainChallenge)
	if settled {
		return v
	}
	visit := r.visit(PlainChallenge)
	switch {
	case visit.refused != nil:
		return met("%s, after the login", words(visit.refused))
	case visit.code() == "":
		return visit.noCode()
	}
	e, err := r.redeem(r.client, visit, nil)
	r.take(r.client, e, err)
	v = refusal(e, err, "invalid_grant", "invalid_request")
	if v.Result == Fail && slices.Contains(r.client.Metadata().CodeChallengeMethods, "plain") {
		v.Severity, v.Text = rule.Info, v.Text+"; the provider announces plain"
	}
	return v
}

// objectState is the state inside the request object, by which it shows whether the object was believed.
const objectState = "oidcscope-from-the-request-object"

// unsignedRequest adds the request as an unsecured JWT (RFC 7519 6.1), with another state in it.
func unsignedRequest(r *run, a *flows.Authorization) {
	claims := map[string]any{"iss": r.cfg.Client.ClientID, "aud": r.client.Metadata().Issuer, "iat": r.cfg.Client.Now().Unix(),
		"nbf": r.cfg.Client.Now().Unix(), "exp": r.cfg.Client.Now().Add(tokenLife).Unix(), "jti": rand.Text()}
	for name := range maps.Keys(a.Params) {
		claims[name] = a.Params.Get(name)
	}
	claims["state"] = objectState
	a.Params.Set("request", unsecured("oauth-authz-req+jwt", claims))
}

// unsecured makes a JWT with alg none.
func unsecured(typ string, claims map[string]any) string {
	return encodeJSON(map[string]any{"alg": "none", "typ": typ}) + "." + encodeJSON(claims) + "."
}

func encodeJSON(v any) string {
	text, _ := json.Marshal(v) // of texts and numbers
	return base64.RawURLEncoding.EncodeToString(text)
}

func tryUnsignedRequest(r *run) Verdict {
	if slices.Contains(r.client.Metadata().RequestObjectSigningAlgs, "none") {
		return moot("the provider announces alg none for request objects")
	}
	_, v, settled := r.tryRequest(flows.AuthorizationOptions{}, func(a *flows.Authorization) { unsignedRequest(r, a) })
	if settled {
		return v
	}
	visit := r.visit(UnsignedRequest)
	switch {
	case visit.verdict.Result != "":
		return visit.verdict
	case visit.answer.Get("state") == objectState:
		return broken("the answer has the state of the request object: it was believed")
	case visit.refused != nil:
		return met("%s, after the login", words(visit.refused))
	case visit.answer.Get("state") == visit.a.State:
		return met("the request object was ignored: the answer has the state that stood beside it")
	}
	return unclear("the answer has neither the state of the request object nor the one beside it")
}

func tryUnknownScope(r *run) Verdict {
	_, v, settled := r.tryRequest(flows.AuthorizationOptions{}, addUnknownScope)
	if settled {
		return v
	}
	visit := r.visit(UnknownScope)
	switch {
	case visit.refused != nil:
		return met("%s, after the login", words(visit.refused))
	case visit.code() == "":
		return visit.noCode()
	}
	e, err := r.redeem(r.client, visit, nil)
	g := r.take(r.client, e, err)
	switch {
	case err != nil:
		return unsent(err)
	case g == nil:
		return unclear("the code could not be redeemed: %s", said(e))
	case hasScope(g.scope, unknownScope):
		return broken("it was granted: scope is %q", shorten(g.scope))
	case g.scope == "":
		return broken("tokens without a scope member, which means that all scopes were granted as asked for")
	}
	return met("not granted: scope is %q", shorten(g.scope))
}
