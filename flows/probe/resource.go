package probe

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Endpoints that take tokens, asked by those who have none.

func resourceProbes() []Probe {
	return []Probe{
		{ID: "PRB-050", Slug: "userinfo-no-token", Title: "Userinfo without a token", Severity: rule.Error, Refs: refs("RFC 6750 3", "OpenID Connect Core 5.3.3"),
			Does: "asks for userinfo without an access token", Expects: "401 with WWW-Authenticate: Bearer", Fix: "answer 401 with a Bearer challenge",
			Needs: []Need{NeedUserInfo}, try: func(r *run) Verdict {
				return challenged(r.bearer("userinfo", r.client.Metadata().UserInfoEndpoint, ""))
			}},
		{ID: "PRB-051", Slug: "userinfo-made-up", Title: "Userinfo with a made-up token", Severity: rule.Error, Refs: refs("RFC 6750 3.1"),
			Does: "asks for userinfo with a token that nobody issued", Expects: "401 with WWW-Authenticate: Bearer error=\"invalid_token\"", Fix: "answer 401 with the error invalid_token",
			Needs: []Need{NeedUserInfo}, try: func(r *run) Verdict {
				return challenged(r.bearer("userinfo", r.client.Metadata().UserInfoEndpoint, "oidcscope-made-up-"+rand.Text()))
			}},
		{ID: "PRB-052", Slug: "introspect-no-auth", Title: "Introspection by anybody", Severity: rule.Error, Refs: refs("RFC 7662 2.1", "RFC 7662 4"),
			Does: "asks about a made-up token without any authentication", Expects: "401: who may ask about tokens can go looking for them", Fix: "require authentication at the introspection endpoint",
			Needs: []Need{NeedIntrospection}, try: tryIntrospection},
		{ID: "PRB-053", Slug: "revoke-no-auth", Title: "Revocation without authentication", Severity: rule.Error, Refs: refs("RFC 7009 2.1", "RFC 7009 5"),
			Does: "asks to revoke a made-up token with the client id alone", Expects: "invalid_client", Fix: "authenticate confidential clients at the revocation endpoint",
			Needs: []Need{NeedRevocation, NeedSecret}, try: tryRevocation},
	}
}

// challenged judges the answer to a request for a protected resource that must be refused with a challenge.
func challenged(e *record.Exchange, err error) Verdict {
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("it answered, HTTP %d", e.Response.Status)
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status != http.StatusUnauthorized:
		return Verdict{Result: Fail, Severity: rule.Warn, Text: said(e) + ": refused, but the status to expect is 401"}
	}
	challenge := strings.ToLower(record.Get(e.Response.Headers, "WWW-Authenticate"))
	if !strings.Contains(challenge, "bearer") && !strings.Contains(challenge, "dpop") {
		return Verdict{Result: Fail, Severity: rule.Warn, Text: "401 without WWW-Authenticate: Bearer: a client can't tell what is wanted"}
	}
	return met("401 with %s", shorten(record.Get(e.Response.Headers, "WWW-Authenticate")))
}

// withheld judges the answer of userinfo to a token that it must not take in this form. Neither a redirect nor a busy server is a refusal.
func withheld(e *record.Exchange, err error) Verdict {
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("userinfo answered, HTTP %d", e.Response.Status)
	case e.Response.Status == http.StatusTooManyRequests:
		return missed("the provider is busy: %s", said(e))
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status < 400:
		return unclear("%s, which is neither an answer nor a refusal", said(e))
	}
	return met("%s", said(e))
}

func tryIntrospection(r *run) Verdict {
	e, err := r.anonymous("introspection", func(m *flows.Metadata) string { return m.IntrospectionEndpoint }, form("token", "oidcscope-made-up-"+rand.Text()))
	active, told := isActive(e, err)
	switch {
	case err != nil:
		return unsent(err)
	case told && active:
		return broken("it called a made-up token active")
	case told:
		return broken("it answered without knowing who asks, HTTP %d", e.Response.Status)
	case e.Response.Status >= 500:
		return unclear("refused, but not cleanly: %s", said(e))
	case e.Response.Status >= 400:
		return met("%s", said(e))
	}
	return unclear("%s", said(e))
}

func tryRevocation(r *run) Verdict {
	e, err := r.anonymous("revocation", func(m *flows.Metadata) string { return m.RevocationEndpoint }, form("token", "oidcscope-made-up-"+rand.Text(), "client_id", r.cfg.Client.ClientID))
	if err == nil && isSuccess(e) {
		return broken("HTTP %d: it took the request", e.Response.Status)
	}
	return refusal(e, err, "invalid_client")
}
