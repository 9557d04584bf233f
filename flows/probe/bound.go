package probe

import (
	"net/http"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

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
			Does: "uses a proof that was made a day ago", Expects: "401 with invalid_dpop_proof, or with use_dpop_nonce where the server's nonce tells the age", Fix: "take proofs of the last seconds or minutes only", try: tryOld}),
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
	if err == nil && errorCode(e) == "use_dpop_nonce" {
		return unclear("refused for another reason: %s", said(e))
	}
	return withheld(e, err)
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

// tryOtherKey calls as another key would: properly, and with the nonce that the server may want, so that the key is all that is wrong.
func tryOtherKey(r *run) Verdict {
	return r.tryBound(func(g *grant, address string) (*record.Exchange, error) {
		other, err := r.client.As(func(c *flows.Config) { c.Request.DPoP = true })
		if err != nil {
			return nil, err
		}
		defer other.Close()
		return other.Call(r.ctx, "userinfo", address, g.access)
	})
}

// tryOld sends an old proof without a nonce. With a good nonce the server knows the age of the proof by that, and may take any iat
// (RFC 9449 4.3, item 11); to ask for one is to refuse the proof.
func tryOld(r *run) Verdict {
	g, v := r.bound()
	if g == nil {
		return v
	}
	address := r.client.Metadata().UserInfoEndpoint
	proof, err := r.dpop.ProofWithoutNonce(http.MethodGet, address, r.cfg.Client.Now().AddDate(0, 0, -1), g.access)
	if err != nil {
		return unsent(err)
	}
	return withheld(r.proved(address, g.access, proof.Reveal()))
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
