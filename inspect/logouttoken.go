package inspect

// logoutToken goes through the validation of OpenID Connect Back-Channel Logout 2.6.
func (c *checklist) logoutToken() {
	const ref = "OpenID Connect Back-Channel Logout 2.6"
	c.item("1", "encryption", "An encrypted token was decrypted", ref, c.encryption)
	c.item("2", "signature", "The signature holds, with a key of the issuer", ref, c.signature)
	c.item("3", "alg", "The algorithm is the registered one", ref, c.algorithm)
	c.claim("4", "iss", "The issuer is the expected one, exactly", ref, c.issuer)
	c.claim("4", "aud", "The token is meant for this client", ref, c.meantFor("client id", c.ctx.ClientID))
	c.claim("4", "iat", "It was issued not too far away from now", ref, c.issuedAt)
	c.claim("4", "exp", "The token has not expired", ref, c.expiry)
	c.claim("5", "sub, sid", "It says who, or which session, is logged out", ref, func() (ItemResult, string) {
		if c.claims.Get("sub") == nil && c.claims.Get("sid") == nil {
			return ItemFail, "neither sub nor sid"
		}
		return ItemPass, ""
	})
	c.claim("6", "events", "It holds the logout event", ref, func() (ItemResult, string) {
		event := c.claims.Get("events").Get(backChannelLogout)
		if event == nil || event.Kind != Object {
			return ItemFail, "events has no member " + backChannelLogout + " that is an object"
		}
		return ItemPass, ""
	})
	c.claim("7", "nonce", "It has no nonce, so that it can't pass for an ID token", ref, func() (ItemResult, string) {
		if c.claims.Get("nonce") != nil {
			return ItemFail, "there is a nonce"
		}
		return ItemPass, ""
	})
	c.claim("8", "jti", "It was not received before", ref, func() (ItemResult, string) {
		if c.claims.Get("jti") == nil {
			return ItemFail, "the token has no jti"
		}
		return ItemNotChecked, "which tokens came before is not known here"
	})
	c.claim("10", "sub", "It is about the person who is logged in", ref, c.optional("sub", c.sameText("sub", c.ctx.Subject, "who is logged in is not known here")))
}
