package inspect

// requestObject goes through what RFC 9101 asks of a request in a JWT, by its sections.
func (c *checklist) requestObject() {
	c.item("6.1", "encryption", "An encrypted request was decrypted", "RFC 9101 6.1", c.encryption)
	c.item("6.2", "signature", "The signature holds, with a key of the client", "RFC 9101 6.2", c.signature)
	c.item("10.8", "typ", "It says that it is a request, when it says what it is", "RFC 9101 10.8", c.typ(true, "oauth-authz-req+jwt", "jwt"))
	c.claim("4", "client_id", "It names the client", "RFC 9101 4", c.sameText("client_id", c.ctx.ClientID, "no client id to compare with was given"))
	c.claim("4", "request", "There is no request inside the request", "RFC 9101 4", func() (ItemResult, string) {
		for _, name := range []string{"request", "request_uri"} {
			if c.claims.Get(name) != nil {
				return ItemFail, "it has the parameter " + name
			}
		}
		return ItemPass, ""
	})
	c.claim("4", "iss", "The issuer is the client", "RFC 9101 4", c.optional("iss", func() (ItemResult, string) {
		iss, bad, detail := c.text("iss")
		client, _ := c.claims.Get("client_id").Text()
		switch {
		case bad != "":
			return bad, detail
		case iss != client:
			return ItemFail, differ(client, iss)
		}
		return ItemPass, ""
	}))
	c.claim("4", "aud", "It is meant for this authorization server", "RFC 9101 4", c.optional("aud", c.meantFor("authorization server", c.ctx.Issuer)))
	c.claim("10.8", "sub", "It can't pass for a client assertion", "RFC 9101 10.8", func() (ItemResult, string) {
		sub, has := c.claims.Get("sub").Text()
		if client, _ := c.claims.Get("client_id").Text(); has && sub == client {
			return ItemFail, "sub is the client id, as in a client assertion"
		}
		return ItemPass, ""
	})
	c.claim("4", "exp", "It has not expired", "RFC 9101 4; RFC 7519 4.1.4", c.optional("exp", c.expiry))
	c.claim("4", "nbf", "It is valid already", "RFC 9101 4; RFC 7519 4.1.5", c.optional("nbf", c.notBefore))
}
