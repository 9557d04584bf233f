package inspect

import (
	"fmt"
	"slices"
	"strings"
)

// clientAssertion goes through RFC 7523 3, with what OpenID Connect Core 9 adds for the authentication of clients.
func (c *checklist) clientAssertion() {
	const ref = "RFC 7523 3"
	client := c.sameText
	c.claim("1", "iss", "The client is the issuer", ref, client("iss", c.ctx.ClientID, "no client id to compare with was given"))
	c.claim("2", "sub", "The client is the subject", ref, c.assertionSubject)
	c.claim("3", "aud", "It is meant for this authorization server alone", "RFC 7523 3; draft-ietf-oauth-rfc7523bis", c.assertionAudience)
	c.claim("4", "exp", "It has not expired", ref, c.expiry)
	c.claim("5", "nbf", "It is valid already", ref, c.optional("nbf", c.notBefore))
	c.claim("6", "iat", "It was not issued in the future", ref, c.optional("iat", c.issuedAt))
	c.claim("7", "jti", "It can be used once", "RFC 7523 3; OpenID Connect Core 9", func() (ItemResult, string) {
		if c.claims.Get("jti") == nil {
			return ItemFail, "there is no jti, which OpenID Connect Core 9 wants"
		}
		return ItemNotChecked, "whether it was used before is not known here"
	})
	c.item("9", "alg", "It is signed, or has a MAC", ref, c.notNone)
	c.item("9", "signature", "The signature holds, with a key of the client", ref, c.signature)
	c.item("10", "form", "It is a valid JWT", ref, func() (ItemResult, string) {
		if f := c.tok.Unreadable(); f != nil {
			return ItemFail, f.Message
		}
		return ItemPass, ""
	})
}

func (c *checklist) assertionSubject() (ItemResult, string) {
	sub, bad, detail := c.text("sub")
	iss, _ := c.claims.Get("iss").Text()
	switch {
	case bad != "":
		return bad, detail
	case c.ctx.ClientID != "" && sub != c.ctx.ClientID:
		return ItemFail, differ(c.ctx.ClientID, sub)
	case sub != iss:
		return ItemFail, "iss and sub differ: " + differ(iss, sub)
	}
	return ItemPass, ""
}

func (c *checklist) assertionAudience() (ItemResult, string) {
	audiences, _ := c.claims.Get("aud").Texts()
	wanted := c.ctx.Audiences
	if c.ctx.Issuer != "" {
		wanted = []string{c.ctx.Issuer}
	}
	switch {
	case c.claims.Get("aud") == nil:
		return ItemFail, "the assertion has no aud"
	case len(audiences) != 1:
		return ItemFail, fmt.Sprintf("%d audiences: each of them could use it at the others", len(audiences))
	case len(wanted) == 0:
		return ItemNotChecked, "no authorization server to compare with was given"
	case !slices.Contains(wanted, audiences[0]):
		return ItemFail, fmt.Sprintf("meant for %q, wanted %s", clip(audiences[0], 100), strings.Join(wanted, " or "))
	}
	return ItemPass, ""
}
