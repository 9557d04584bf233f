package inspect

// authorizationResponse goes through the processing rules for an authorization response in a JWT (JARM 2.4).
func (c *checklist) authorizationResponse() {
	const ref = "JWT Secured Authorization Response Mode 2.4"
	c.item("1", "encryption", "An encrypted response was decrypted", ref, c.encryption)
	c.claim("2", "state", "It answers the request of this browser", ref, c.sameText("state", c.ctx.State, "which state was sent is not known"))
	c.claim("3", "iss", "The issuer is the expected one, exactly", ref, c.issuer)
	c.claim("4", "aud", "It is meant for this client", ref, c.meantFor("client id", c.ctx.ClientID))
	c.claim("5", "exp", "It has not expired", ref, c.expiry)
	c.item("6", "alg", "It is signed, not unsecured", ref, c.notNone)
	c.item("6", "signature", "The signature holds, with a key of the issuer", ref, c.signature)
}

// userinfo goes through what OpenID Connect Core asks of a userinfo answer in a JWT.
func (c *checklist) userinfo() {
	const content, validation = "OpenID Connect Core 5.3.2", "OpenID Connect Core 5.3.4"
	c.item("5.3.2", "encryption", "An encrypted answer was decrypted", content, c.encryption)
	c.item("5.3.4", "signature", "The signature holds, with a key of the provider", validation, c.signature)
	c.claim("5.3.2", "iss", "The issuer is the provider, when it is named", content, c.optional("iss", c.issuer))
	c.claim("5.3.2", "aud", "It is meant for this client, when it says so", content, c.optional("aud", c.meantFor("client id", c.ctx.ClientID)))
	c.claim("5.3.4", "sub", "It is about the person of the ID token", validation, c.sameText("sub", c.ctx.Subject, "the ID token's sub is needed to compare with"))
}

// selective goes through the processing of an SD-JWT (RFC 9901 7.1), and of the key binding token with it (7.3).
func (c *checklist) selective() {
	const ref = "RFC 9901 7.1"
	sd := c.tok.SD
	c.item("2.b", "signature", "The signature of the issuer holds", ref, c.signature)
	c.item("2.d", "_sd_alg", "The hash of the digests is known and strong enough", ref, c.needClaims(func() (ItemResult, string) {
		if sd == nil {
			return ItemNotApplicable, "there are no disclosures behind the token"
		}
		if digestHash(sd.Alg) == nil {
			return ItemFail, "digests with \"" + clip(sd.Alg, 40) + "\" can't be checked, or prove nothing"
		}
		return ItemPass, sd.Alg
	}))
	c.item("3", "disclosures", "Every disclosure is well-formed and belongs to one digest", ref, c.needClaims(func() (ItemResult, string) {
		if sd == nil || len(sd.Disclosures) == 0 && len(sd.Problems) == 0 {
			return ItemNotApplicable, "nothing is disclosed"
		}
		for i := range sd.Disclosures {
			if problem := sd.Disclosures[i].Problem; problem != "" {
				return ItemFail, "disclosure " + index(i) + ": " + problem
			}
		}
		if len(sd.Problems) > 0 {
			return ItemFail, sd.Problems[0]
		}
		return ItemPass, plural(int64(len(sd.Disclosures)), "disclosure", "disclosures")
	}))
	c.claim("4", "exp", "It has not expired", ref, c.optional("exp", c.expiry))
	c.claim("4", "nbf", "It is valid already", ref, c.optional("nbf", c.notBefore))
	c.claim("4", "iss", "The issuer is the expected one, when it is named", ref, c.optional("iss", c.issuer))
	if sd != nil {
		_, items := c.tok.checkKeyBinding(c.ctx)
		c.items = append(c.items, items...)
	}
}
