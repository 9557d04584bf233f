package inspect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// Items that the checklists of several kinds of token share.

// Checklist goes through the validation steps that the specification of a kind of token lists, by its own numbers. It is nil for
// kinds that have no such list.
func Checklist(profile Profile, tok *Token, verdict Verdict, ctx Context) []Item {
	switch profile {
	case ProfileIDToken:
		items := CheckIDToken(tok, verdict, ctx)
		if ctx.Previous != nil {
			items = append(items, CheckRefreshedIDToken(tok, ctx.Previous, ctx)...)
		}
		return items
	case ProfileATJWT, ProfileLogout, ProfileDPoP, ProfileClientAssertion, ProfileRequestObject, ProfileJARM, ProfileUserinfo, ProfileSDJWT:
		return otherChecklist(profile, newChecklist(tok, &verdict, ctx))
	}
	return nil
}

func otherChecklist(profile Profile, c *checklist) []Item {
	switch profile {
	case ProfileATJWT:
		c.accessToken()
	case ProfileLogout:
		c.logoutToken()
	case ProfileDPoP:
		c.dpopProof()
	case ProfileClientAssertion:
		c.clientAssertion()
	case ProfileRequestObject:
		c.requestObject()
	case ProfileJARM:
		c.authorizationResponse()
	case ProfileUserinfo:
		c.userinfo()
	case ProfileSDJWT:
		c.selective()
	}
	return c.items
}

// claim adds an item that needs readable claims.
func (c *checklist) claim(number, subject, title, ref string, judge func() (ItemResult, string)) {
	c.item(number, subject, title, ref, c.needClaims(judge))
}

// typ wants a header type. Where the specification only recommends one, a token without is not at fault.
func (c *checklist) typ(optional bool, wanted ...string) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		v := c.tok.Header.Get("typ")
		typ, _ := v.Text()
		switch {
		case c.tok.Header == nil:
			return ItemNotChecked, "the header can't be read"
		case v == nil && optional:
			return ItemNotApplicable, "no typ, which is allowed"
		case v == nil:
			return ItemFail, "there is no typ, wanted " + wanted[0]
		case !slices.Contains(wanted, mediaName(typ)):
			return ItemFail, fmt.Sprintf("typ is %q, wanted %s", clip(typ, 60), wanted[0])
		}
		return ItemPass, typ
	}
}

// has wants claims to be there.
func (c *checklist) has(names ...string) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		var missing []string
		for _, name := range names {
			if c.claims.Get(name) == nil {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			return ItemFail, "missing: " + strings.Join(missing, ", ")
		}
		return ItemPass, ""
	}
}

// asymmetric wants a signature that only the holder of a private key can make.
func (c *checklist) asymmetric() (ItemResult, string) {
	alg, ok := c.tok.Header.Get("alg").Text()
	a := jose.Find(alg)
	switch {
	case !ok:
		return ItemFail, "the header names no algorithm"
	case strings.EqualFold(alg, "none"):
		return ItemFail, "alg none: anybody can have written it"
	case strings.HasPrefix(alg, "HS"):
		return ItemFail, alg + " is symmetric"
	case a == nil:
		return ItemNotChecked, fmt.Sprintf("%q is not known here", clip(alg, 40))
	}
	return ItemPass, alg
}

// notNone wants any signature.
func (c *checklist) notNone() (ItemResult, string) {
	alg, ok := c.tok.Header.Get("alg").Text()
	switch {
	case !ok:
		return ItemFail, "the header names no algorithm"
	case strings.EqualFold(alg, "none"):
		return ItemFail, "alg none: anybody can have written it"
	}
	return ItemPass, clip(alg, 40)
}

// meantFor wants one of the expected audiences: those given, else the fallback.
func (c *checklist) meantFor(what string, fallback ...string) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		wanted := c.ctx.Audiences
		if len(wanted) == 0 {
			wanted = slices.DeleteFunc(fallback, func(s string) bool { return s == "" })
		}
		audiences, ok := c.claims.Get("aud").Texts()
		switch {
		case c.claims.Get("aud") == nil:
			return ItemFail, "the token has no aud"
		case !ok || len(audiences) == 0:
			return ItemFail, "aud is no text and no list of texts"
		case len(wanted) == 0:
			return ItemNotChecked, "no " + what + " to compare with was given"
		}
		for _, a := range audiences {
			if slices.Contains(wanted, a) {
				return ItemPass, ""
			}
		}
		if len(audiences) == 1 && len(wanted) == 1 {
			return ItemFail, "meant for somebody else: " + differ(wanted[0], audiences[0])
		}
		return ItemFail, fmt.Sprintf("none of the %d audiences is %s", len(audiences), strings.Join(wanted, " or "))
	}
}

// fresh wants a time to be at most so long ago.
func (c *checklist) fresh(name string, limit time.Duration) (ItemResult, string) {
	at, bad, detail := c.time(name)
	switch {
	case bad != "":
		return bad, detail
	case at.After(c.ctx.Now.Add(c.ctx.Leeway)):
		return ItemFail, "made " + relative(at, c.ctx.Now) + ": one of the clocks is wrong"
	case c.ctx.Now.Sub(at) > limit+c.ctx.Leeway:
		return ItemFail, fmt.Sprintf("made %s, at most %s is accepted", relative(at, c.ctx.Now), InWords(limit))
	}
	return ItemPass, "made " + relative(at, c.ctx.Now)
}

// optional judges a claim that may be left out.
func (c *checklist) optional(name string, judge func() (ItemResult, string)) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		if c.claims.Get(name) == nil {
			return ItemNotApplicable, "no " + name
		}
		return judge()
	}
}

func (c *checklist) notBefore() (ItemResult, string) {
	nbf, bad, detail := c.time("nbf")
	switch {
	case bad != "":
		return bad, detail
	case nbf.After(c.ctx.Now.Add(c.ctx.Leeway)):
		return ItemFail, "not before " + relative(nbf, c.ctx.Now)
	}
	return ItemPass, ""
}

// sameText compares a claim with what was expected.
func (c *checklist) sameText(name, want, unknown string) func() (ItemResult, string) {
	return func() (ItemResult, string) {
		got, bad, detail := c.text(name)
		switch {
		case bad != "":
			return bad, detail
		case want == "":
			return ItemNotChecked, unknown
		case got != want:
			return ItemFail, differ(want, got)
		}
		return ItemPass, ""
	}
}
