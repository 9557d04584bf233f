package probe

import (
	"crypto/rand"
	"net/http"
	"net/url"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
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
			Fix: "refuse a code verifier when the code was asked for without a challenge", try: tryDowngrade}),
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

// boundProbes are about tokens that are bound to a key (RFC 9449). Userinfo is the resource.
func boundProbes() []Probe {
	bound := func(p Probe) Probe {
		p.Visit, p.Needs = Bound, []Need{NeedAuthorization, NeedDPoP, NeedUserInfo, NeedOpenID}
		return p
	}
	return []Probe{
		bound(Probe{ID: "PRB-085", Slug: "dpop-as-bearer", Title: "A bound token as a bearer token", Severity: rule.Error, Refs: refs("RFC 9449 7.2"),
			Does: "uses a bound access token without a proof, as a bearer token", Expects: "401", Fix: "refuse tokens with cnf.jkt that come without a proof of their key", try: func(r *run) Verdict {
				return r.tryBound(func(g *grant, address string) (*record.Exchange, error) {
					return r.bearer("userinfo", address, g.access)
				})
			}}),
		bound(Probe{ID: "PRB-086", Slug: "dpop-other-key", Title: "A proof by another key", Severity: rule.Error, Refs: refs("RFC 9449 4.3", "RFC 9449 7.1"),
			Does: "uses a bound token with a proof that another key signed", Expects: "401", Fix: "compare the key of the proof with cnf.jkt of the token", try: tryOtherKey}),
		bound(Probe{ID: "PRB-087", Slug: "dpop-htu", Title: "A proof for another address", Severity: rule.Error, Refs: refs("RFC 9449 4.3"),
			Does: "uses a proof that was made for another path", Expects: "401 with invalid_dpop_proof", Fix: "compare htu and htm with the request", try: func(r *run) Verdict {
				return r.tryProof(func(b *flows.Bench, g *grant, address string) (string, error) {
					p, err := b.Proof(http.MethodGet, address+"/oidcscope", r.cfg.Client.Now(), g.access)
					return p.Reveal(), err
				})
			}}),
		bound(Probe{ID: "PRB-088", Slug: "dpop-old", Title: "An old proof", Severity: rule.Error, Refs: refs("RFC 9449 4.3", "RFC 9449 11.1"),
			Does: "uses a proof that was made a day ago", Expects: "401 with invalid_dpop_proof", Fix: "take proofs of the last seconds or minutes only", try: func(r *run) Verdict {
				return r.tryProof(func(b *flows.Bench, g *grant, address string) (string, error) {
					p, err := b.Proof(http.MethodGet, address, r.cfg.Client.Now().AddDate(0, 0, -1), g.access)
					return p.Reveal(), err
				})
			}}),
		bound(Probe{ID: "PRB-089", Slug: "dpop-replay", Title: "A proof that was used before", Severity: rule.Warn, Refs: refs("RFC 9449 11.1", "RFC 9449 4.3"),
			Does: "sends the same proof twice", Expects: "401 the second time", Fix: "remember jti as long as a proof is good, or hand out nonces", try: tryReplay}),
	}
}

// bound is a login with tokens that are bound to a key.
func (r *run) bound() (*grant, Verdict) {
	if r.facts.bound != nil {
		return r.facts.bound, Verdict{}
	}
	v := r.visits[Bound]
	if v == nil {
		var err error
		if r.dpop, err = r.client.As(func(c *flows.Config) { c.Request.DPoP = true }); err != nil {
			return nil, unsent(err)
		}
		v = r.send(r.dpop, Bound, flows.AuthorizationOptions{Listen: !r.cfg.Client.Paste}, nil)
		r.visits[Bound] = v
	}
	if v.code() == "" {
		return nil, v.noCode()
	}
	if v.verdict.Result != "" {
		return nil, v.verdict
	}
	e, err := r.redeem(r.dpop, v, nil)
	g := r.take(r.dpop, e, err)
	switch {
	case err != nil:
		v.verdict = unsent(err)
	case g == nil:
		v.verdict = missed("the code could not be redeemed: %s", said(e))
	case g.kind != "DPoP":
		v.verdict = moot("the provider does not bind this client's tokens: token_type is %q", shorten(g.kind))
	default:
		// A proper call also brings the nonce that the provider may want (RFC 9449 9).
		proper, err := r.dpop.Call(r.ctx, "userinfo", r.client.Metadata().UserInfoEndpoint, g.access)
		switch {
		case err != nil:
			v.verdict = unsent(err)
		case !isSuccess(proper):
			v.verdict = missed("userinfo refuses a proper proof too: %s", said(proper))
		default:
			r.facts.bound = g
			return g, Verdict{}
		}
	}
	return nil, v.verdict
}

// tryBound uses the bound token in a way that must be refused.
func (r *run) tryBound(use func(g *grant, address string) (*record.Exchange, error)) Verdict {
	g, v := r.bound()
	if g == nil {
		return v
	}
	e, err := use(g, r.client.Metadata().UserInfoEndpoint)
	switch {
	case err != nil:
		return unsent(err)
	case isSuccess(e):
		return broken("userinfo answered, HTTP %d", e.Response.Status)
	case errorCode(e) == "use_dpop_nonce", e.Response.Status >= 500:
		return unclear("refused for another reason: %s", said(e))
	}
	return met("%s", said(e))
}

func (r *run) tryProof(make func(*flows.Bench, *grant, string) (string, error)) Verdict {
	return r.tryBound(func(g *grant, address string) (*record.Exchange, error) {
		proof, err := make(r.dpop, g, address)
		if err != nil {
			return nil, err
		}
		return r.proved(address, g.access, proof)
	})
}

// proved asks for userinfo with a bound token and a proof.
func (r *run) proved(address, token, proof string) (*record.Exchange, error) {
	return r.bearer("userinfo", address, "", "Authorization", "DPoP "+token, "DPoP", proof)
}

func tryOtherKey(r *run) Verdict {
	return r.tryProof(func(_ *flows.Bench, g *grant, address string) (string, error) {
		other, err := r.client.As(func(c *flows.Config) { c.Request.DPoP = true })
		if err != nil {
			return "", err
		}
		defer other.Close()
		p, err := other.Proof(http.MethodGet, address, r.cfg.Client.Now(), g.access)
		return p.Reveal(), err
	})
}

func tryReplay(r *run) Verdict {
	g, v := r.bound()
	if g == nil {
		return v
	}
	address := r.client.Metadata().UserInfoEndpoint
	proof, err := r.dpop.Proof(http.MethodGet, address, r.cfg.Client.Now(), g.access)
	if err != nil {
		return unsent(err)
	}
	e, err := r.proved(address, g.access, proof.Reveal())
	switch {
	case err != nil:
		return unsent(err)
	case !isSuccess(e):
		return missed("userinfo refuses the proof the first time: %s", said(e))
	}
	return r.tryProof(func(*flows.Bench, *grant, string) (string, error) { return proof.Reveal(), nil })
}
