package inspect

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/jose"
)

func (c *checklist) accessTokenHash() (ItemResult, string) {
	return c.halfHash("at_hash", c.ctx.AccessToken, "access token", "token")
}

func (c *checklist) codeHash() (ItemResult, string) {
	return c.halfHash("c_hash", c.ctx.Code, "authorization code", "code")
}

// halfHash compares with the left half of the hash that alg names (OpenID Connect Core 3.1.3.6). Both are optional in the
// code flow; with an ID token that came through the browser beside an access token or a code they are required (3.2.2.10, 3.3.2.11).
func (c *checklist) halfHash(name, value, what, with string) (ItemResult, string) {
	if c.claims.Get(name) == nil {
		if types := strings.Fields(c.ctx.ResponseType); slices.Contains(types, "id_token") && slices.Contains(types, with) {
			return ItemFail, fmt.Sprintf("no %s, which response_type %s requires", name, clip(c.ctx.ResponseType, 60))
		}
		return ItemNotApplicable, "no " + name
	}
	got, bad, detail := c.text(name)
	if bad != "" {
		return bad, detail
	}
	if value == "" {
		return ItemNotChecked, "the " + what + " is needed to compare with"
	}
	want := HalfHash(c.verdict.Alg, value)
	switch {
	case want == "":
		return ItemNotChecked, fmt.Sprintf("the algorithm %q names no hash", clip(c.verdict.Alg, 40))
	case subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 0:
		return ItemFail, fmt.Sprintf("the hash of the %s is %q, the token has %q", what, want, clip(got, 100))
	}
	return ItemPass, ""
}

// HalfHash computes at_hash, c_hash or s_hash of a value for a signature algorithm: the left half of its hash, base64url
// (OpenID Connect Core 3.1.3.6). It is "" when the algorithm does not name a hash.
func HalfHash(alg, value string) string {
	return base64.RawURLEncoding.EncodeToString(jose.HalfHash(alg, []byte(value)))
}
