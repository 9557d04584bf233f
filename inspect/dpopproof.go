package inspect

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"
)

// ProofAge is how old a DPoP proof may be; the leeway is on top of it (RFC 9449 4.3 step 11, 11.1).
const ProofAge = 5 * time.Minute

// dpopProof goes through the checks of RFC 9449 4.3.
func (c *checklist) dpopProof() {
	const ref = "RFC 9449 4.3"
	c.item("2", "form", "It is one well-formed JWT", ref, func() (ItemResult, string) {
		if f := c.tok.Unreadable(); f != nil {
			return ItemFail, f.Message
		}
		return ItemPass, ""
	})
	c.claim("3", "claims", "The claims that every proof has are there", ref, c.has("jti", "htm", "htu", "iat"))
	c.item("4", "typ", "It says that it is a proof", ref, c.typ(false, "dpop+jwt"))
	c.item("5", "alg", "The algorithm is asymmetric", ref, c.asymmetric)
	c.item("6", "signature", "The signature holds, with the key in its header", ref, c.signature)
	c.item("7", "jwk", "The key in its header is a public one", ref, c.publicKeyOnly)
	c.claim("8", "htm", "It is for this method", ref, c.sameText("htm", c.ctx.Method, "the method of the request is not known"))
	c.claim("9", "htu", "It is for this address", ref, c.requestAddress)
	c.claim("10", "nonce", "It has the nonce that the server gave", ref, c.nonce)
	c.claim("11", "iat", "It was made just now", ref, func() (ItemResult, string) { return c.fresh("iat", ProofAge) })
	c.claim("12.a", "ath", "It is for the access token beside it", ref, c.accessTokenOfProof)
	c.claim("12.b", "jwk", "The access token is bound to its key", ref, c.boundKey)
}

func (c *checklist) publicKeyOnly() (ItemResult, string) {
	jwk := c.tok.Header.Get("jwk")
	if jwk == nil || jwk.Kind != Object {
		return ItemFail, "the header has no jwk"
	}
	for _, name := range privateMembers {
		if jwk.Get(name) != nil {
			return ItemFail, "it holds the private member " + name
		}
	}
	return ItemPass, describeJWK(jwk)
}

func (c *checklist) requestAddress() (ItemResult, string) {
	htu, bad, detail := c.text("htu")
	switch {
	case bad != "":
		return bad, detail
	case strings.ContainsAny(htu, "?#"):
		return ItemFail, "it has a query or a fragment, which it must not have (4.2)"
	case c.ctx.URL == "":
		return ItemNotChecked, "the address of the request is not known"
	case NormalURL(htu) != NormalURL(c.ctx.URL):
		return ItemFail, differ(NormalURL(c.ctx.URL), NormalURL(htu))
	}
	return ItemPass, ""
}

// NormalURL brings an address into the form in which RFC 9449 4.3 compares: without query and fragment, after the normalisation
// of RFC 3986 6.2.2 and 6.2.3. What is no address stays as it is.
func NormalURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	scheme := strings.ToLower(u.Scheme)
	if port := u.Port(); port != "" && !(scheme == "https" && port == "443") && !(scheme == "http" && port == "80") {
		host += ":" + port
	}
	clean := "/"
	if p := u.EscapedPath(); p != "" {
		clean = path.Clean(p)
		if strings.HasSuffix(p, "/") && clean != "/" {
			clean += "/"
		}
	}
	return scheme + "://" + host + clean
}

// TokenHash is the hash of an access token as ath holds it (RFC 9449 4.2).
func TokenHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (c *checklist) accessTokenOfProof() (ItemResult, string) {
	if c.ctx.AccessToken == "" {
		if c.claims.Get("ath") != nil {
			return ItemNotChecked, "the access token is needed to compare with"
		}
		return ItemNotApplicable, "no access token is at hand"
	}
	ath, bad, detail := c.text("ath")
	switch {
	case bad != "":
		return bad, detail
	case ath != TokenHash(c.ctx.AccessToken):
		return ItemFail, "it was made for another access token"
	}
	return ItemPass, ""
}

func (c *checklist) boundKey() (ItemResult, string) {
	jwk := c.tok.Header.Get("jwk")
	if jwk == nil || jwk.Kind != Object {
		return ItemFail, "the header has no jwk"
	}
	have := parseKey(0, "jwk", jwk).Thumbprint
	want := c.ctx.KeyThumbprint
	if want == "" && c.ctx.AccessToken != "" {
		want, _ = Decode(c.ctx.AccessToken).Payload.Get("cnf").Get("jkt").Text()
	}
	switch {
	case want == "":
		return ItemNotChecked, "which key the access token is bound to is not known; this one has the thumbprint " + have
	case have != want:
		return ItemFail, fmt.Sprintf("bound to the key %q, this proof was made with %q", clip(want, 60), have)
	}
	return ItemPass, have
}

// proofKeys gives the key in the header of a DPoP proof, the one kind of token that may be checked with it: that proves that the
// sender has the private key, and nothing about who it is (RFC 9449 4.3 step 6).
func (t *Token) proofKeys() *KeySet {
	jwk := t.Header.Get("jwk")
	if jwk == nil || jwk.Kind != Object {
		return nil
	}
	return ParseKeySet([]byte(jwk.Raw), "jwk", "")
}

// possession checks a DPoP proof with the key that it brings.
func (r *Report) possession(tok *Token) {
	if Profile(r.Type) != ProfileDPoP || !tok.signed() {
		return
	}
	if keys := tok.proofKeys(); keys != nil {
		r.Signature = Verify(tok, keys)
		if r.Signature.Status == Verified {
			r.Signature.Notes = append(r.Signature.Notes, "with the key in its own header: that proves who has the key, not who it is")
		}
	}
}
