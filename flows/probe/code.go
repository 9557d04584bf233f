package probe

import (
	"crypto/rand"
	"net/url"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// What a code is good for: once, for the client that asked, with the verifier and the redirect URI that belong to it. A failed redemption
// may use the code up, so each of these has a code of its own.

func codeProbes() []Probe {
	withCode := func(visit Visit, p Probe) Probe {
		p.Visit = visit
		p.Needs = append([]Need{NeedAuthorization}, p.Needs...)
		return p
	}
	return []Probe{
		withCode(WrongVerifier, Probe{ID: "PRB-070", Slug: "wrong-verifier", Title: "A wrong code verifier", Severity: rule.Error, Refs: refs("RFC 7636 4.6", "RFC 9700 2.1.1"),
			Does: "redeems a code with a verifier that does not belong to the challenge", Expects: "invalid_grant", Fix: "compare the verifier with the challenge that is kept with the code",
			try: func(r *run) Verdict {
				return r.refuseCode(r.client, WrongVerifier, func(f url.Values) { f.Set("code_verifier", rand.Text()+rand.Text()) })
			}}),
		withCode(NoVerifier, Probe{ID: "PRB-071", Slug: "no-verifier", Title: "No code verifier", Severity: rule.Error, Refs: refs("RFC 7636 4.6", "RFC 9700 4.5.3.1"),
			Does: "redeems a code without the verifier, although there was a challenge", Expects: "invalid_grant, or invalid_request", Fix: "require the verifier when the code was asked for with a challenge",
			try: func(r *run) Verdict {
				return r.refuseCode(r.client, NoVerifier, func(f url.Values) { f.Del("code_verifier") })
			}}),
		withCode(PlainVerifier, Probe{ID: "PRB-072", Slug: "challenge-as-verifier", Title: "The challenge in place of the verifier", Severity: rule.Error, Refs: refs("RFC 7636 4.6", "RFC 7636 7.2"),
			Does: "asks with S256, and redeems with the challenge itself as if it were plain", Expects: "invalid_grant", Fix: "keep the challenge method with the code, and use it",
			try: func(r *run) Verdict {
				return r.refuseCode(r.client, PlainVerifier, func(f url.Values) {
					f.Set("code_verifier", r.visits[PlainVerifier].a.Params.Get("code_challenge"))
				})
			}}),
		withCode(NoChallenge, Probe{ID: "PRB-073", Slug: "downgrade", Title: "A verifier without a challenge", Severity: rule.Error, Refs: refs("RFC 9700 4.8.2", "RFC 9700 2.1.1"),
			Does: "asks without a challenge, as an attacker would who takes it out, and redeems with a verifier", Expects: "a refusal, of the request or of the redemption",
			Fix: "refuse a code verifier when the code was asked for without a challenge", IfOpen: true, try: tryDowngrade}),
		withCode(RedirectChanged, Probe{ID: "PRB-074", Slug: "code-other-redirect", Title: "A code with another redirect URI", Severity: rule.Error, Refs: refs("RFC 6749 4.1.3"),
			Does: "redeems a code with another redirect URI than it was asked for with", Expects: "invalid_grant", Fix: "keep the redirect URI with the code, and compare",
			try: func(r *run) Verdict {
				return r.refuseCode(r.client, RedirectChanged, func(f url.Values) { f.Set("redirect_uri", f.Get("redirect_uri")+"/oidcscope") })
			}}),
		withCode(RedirectChanged, Probe{ID: "PRB-075", Slug: "state-special", Title: "A state with special characters", Severity: rule.Error, Refs: refs("RFC 6749 4.1.2", "RFC 6749 A.5"),
			Does: "sends a state with spaces, quotes, percent and plus signs", Expects: "the same state, unchanged", Fix: "encode the state when it is put into the address, once",
			try: func(r *run) Verdict { return r.tryState(RedirectChanged) }}),
		withCode(RedirectLeftOut, Probe{ID: "PRB-076", Slug: "code-no-redirect", Title: "A code without the redirect URI", Severity: rule.Warn, Refs: refs("RFC 6749 4.1.3", "OpenID Connect Core 3.1.3.2"),
			Does: "redeems a code without the redirect URI", Expects: "invalid_grant or invalid_request (OAuth 2.1 no longer asks for it where PKCE is used)",
			Fix: "require the redirect URI when it was in the authorization request", try: func(r *run) Verdict {
				return r.refuseCode(r.client, RedirectLeftOut, func(f url.Values) { f.Del("redirect_uri") })
			}}),
		withCode(RedirectLeftOut, Probe{ID: "PRB-077", Slug: "state-missing", Title: "A request without state", Severity: rule.Warn, Refs: refs("RFC 6749 4.1.2"),
			Does: "leaves the state out", Expects: "an answer without state", Fix: "send a state back only when one came",
			try: func(r *run) Verdict { return r.tryState(RedirectLeftOut) }}),
		withCode(ForOther, Probe{ID: "PRB-078", Slug: "code-other-client", Title: "A code of another client", Severity: rule.Error, Refs: refs("RFC 6749 4.1.3", "RFC 9700 4.5"),
			Does: "redeems a code of the first client as the second", Expects: "invalid_grant", Fix: "bind the code to the client that asked for it", Needs: []Need{NeedOther},
			try: func(r *run) Verdict { return r.refuseCode(r.other, ForOther, nil) }}),
		withCode(TwiceRedeemed, Probe{ID: "PRB-079", Slug: "code-twice", Title: "A code that was used before", Severity: rule.Error, Refs: refs("RFC 6749 4.1.2", "RFC 6749 10.5"),
			Does: "redeems a code, and once more", Expects: "invalid_grant the second time", Fix: "let each code be redeemed once, also by two requests at the same time", try: tryCodeTwice}),
		withCode(TwiceRedeemed, Probe{ID: "PRB-080", Slug: "code-twice-revokes", Title: "What a code used twice leaves", Severity: rule.Warn, Refs: refs("RFC 6749 4.1.2", "RFC 9700 4.5"),
			Does: "looks whether the tokens of the first redemption still work", Expects: "they are revoked: one of the two who used the code is a thief",
			Fix: "revoke what was issued for a code when the code comes a second time", try: tryCodeTwiceRevokes}),
		withCode(NoAuth, Probe{ID: "PRB-081", Slug: "code-no-auth", Title: "A code without client authentication", Severity: rule.Error, Refs: refs("RFC 6749 4.1.3", "RFC 6749 3.2.1"),
			Does: "redeems a good code with the client id alone, by a client that has to authenticate", Expects: "invalid_client", Fix: "authenticate confidential clients at the token endpoint, always",
			Needs: []Need{NeedSecret}, try: tryCodeNoAuth}),
	}
}

func tryDowngrade(r *run) Verdict {
	_, v, settled := r.tryRequest(flows.AuthorizationOptions{}, withoutChallenge)
	if settled {
		return v
	}
	if visit := r.visit(NoChallenge); visit.refused != nil {
		return met("%s, after the login", words(visit.refused))
	}
	return r.refuseCode(r.client, NoChallenge, nil)
}

func tryCodeNoAuth(r *run) Verdict {
	v := r.visit(NoAuth)
	if v.code() == "" {
		return v.noCode()
	}
	stranger, err := r.stranger()
	if err != nil {
		return unsent(err)
	}
	defer stranger.Close()
	e, err := r.redeem(stranger, v, nil)
	if g := r.take(r.client, e, err); g != nil {
		return broken("tokens, HTTP %d", e.Response.Status)
	}
	return refusal(e, err, "invalid_client")
}

func tryCodeTwice(r *run) Verdict {
	v := r.visit(TwiceRedeemed)
	if v.code() == "" {
		return v.noCode()
	}
	e, err := r.redeem(r.client, v, nil)
	if err != nil {
		return unsent(err)
	}
	if r.facts.reused = r.take(r.client, e, nil); r.facts.reused == nil {
		return missed("the code could not be redeemed the first time: %s", said(e))
	}
	e, err = r.redeem(r.client, v, nil)
	again := r.take(r.client, e, err)
	verdict := refusal(e, err, "invalid_grant")
	r.facts.codeRefused = again == nil && verdict.Result == Pass
	return verdict
}

func tryCodeTwiceRevokes(r *run) Verdict {
	if r.facts.reused == nil {
		if v := tryCodeTwice(r); r.facts.reused == nil { // this probe alone was asked for
			return v
		}
	}
	if !r.facts.codeRefused {
		return missed("the second redemption was not refused")
	}
	alive, ok, how := r.alive(r.facts.reused)
	switch {
	case !ok:
		return missed("neither userinfo nor introspection can tell whether the token still works")
	case alive:
		return broken("%s", how)
	}
	r.facts.reused.dead = true
	return met("%s", how)
}
