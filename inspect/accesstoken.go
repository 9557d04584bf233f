package inspect

// accessToken goes through the validation of RFC 9068 4, in the order of its list.
func (c *checklist) accessToken() {
	const ref = "RFC 9068 4"
	c.item("4.1", "typ", "It says that it is an access token", ref, c.typ(false, "at+jwt"))
	c.item("4.2", "encryption", "An encrypted token was decrypted", ref, c.encryption)
	c.claim("4.3", "iss", "The issuer is the authorization server, exactly", ref, c.issuer)
	c.claim("4.4", "aud", "The token is meant for this API", ref, c.meantFor("audience"))
	c.item("4.5", "alg", "It is signed, not unsecured", ref, c.notNone)
	c.item("4.5", "signature", "The signature holds, with a key of the authorization server", ref, c.signature)
	c.claim("4.6", "exp", "The token has not expired", ref, c.expiry)
	c.claim("2.2", "claims", "The claims that every such token has are there", "RFC 9068 2.2", c.has("iss", "exp", "aud", "sub", "client_id", "iat", "jti"))
	c.claim("4.7", "cnf", "It comes with the key that it is bound to", "RFC 9068 4; RFC 9449 7.1", c.confirmation)
}

// confirmation compares the key that the token is bound to with the one at hand (RFC 7800 3.1).
func (c *checklist) confirmation() (ItemResult, string) {
	jkt, hasKey := c.claims.Get("cnf").Get("jkt").Text()
	cert, hasCert := c.claims.Get("cnf").Get("x5t#S256").Text()
	switch {
	case !hasKey && !hasCert:
		return ItemNotApplicable, "not bound to a key: whoever has it can use it"
	case c.ctx.KeyThumbprint == "":
		return ItemNotChecked, "the thumbprint of the presenter's key is needed"
	case c.ctx.KeyThumbprint != jkt && c.ctx.KeyThumbprint != cert:
		return ItemFail, differ(orElse(jkt, cert), c.ctx.KeyThumbprint)
	}
	return ItemPass, ""
}
