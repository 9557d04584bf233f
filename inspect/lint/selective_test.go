package lint

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
)

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(s[:])
}

// holder is the key that key binding tokens are signed with.
func holder(t testing.TB) *jose.Key {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := jose.New(private)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func bind(t testing.TB, k *jose.Key, header, claims string) string {
	t.Helper()
	input := b64(header) + "." + b64(claims)
	signature, err := jose.Sign("ES256", k, []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestSelectiveDisclosure(t *testing.T) {
	const header = `{"alg":"ES256","kid":"k1","typ":"dc+sd-jwt"}`
	name := b64(`["s1","given_name","Ada"]`)
	sub := b64(`["s2","sub","mallory"]`)
	entry := b64(`["s3","DE"]`)
	inner := b64(`["s4","street","Main 1"]`)
	outer := b64(`["s5","home",{"_sd":["` + sum(inner) + `"]}]`)
	digests := b64(`["s6","_sd",["x"]]`)
	key := holder(t)
	cnf := fmt.Sprintf(`"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":%q,"y":%q}}`, key.Members()["x"], key.Members()["y"])
	token := func(members string, disclosures ...string) string {
		text := mint(t, header, `{"iss":"https://idp.example","sub":"ada",`+times+members+`}`) + "~"
		for _, d := range disclosures {
			text += d + "~"
		}
		return text
	}
	sd := func(texts ...string) string {
		for i := range texts {
			texts[i] = `"` + sum(texts[i]) + `"`
		}
		return `,"_sd":[` + strings.Join(texts, ",") + `]`
	}
	bound := token(sd(name)+","+cnf, name)
	kb := func(text, members string) string {
		return text + bind(t, key, `{"alg":"ES256","typ":"kb+jwt"}`, fmt.Sprintf(`{"iat":%d,"aud":"https://rp.example","nonce":"n1","sd_hash":%q%s}`, now-10, sum(text), members))
	}
	fewer := strings.TrimSuffix(bound, name+"~")
	plain := inspect.Context{}
	asked := inspect.Context{Nonce: "n1", Audiences: []string{"https://rp.example"}, KeyBinding: true}
	for _, c := range []struct {
		name, token string
		ctx         inspect.Context
		want        string
	}{
		{"all disclosed", token(sd(name)+`,"countries":[{"...":"`+sum(entry)+`"},"US"]`, name, entry), plain, ""},
		{"nothing disclosed", token(sd(name)), plain, ""},
		{"disclosure inside a disclosure", token(sd(outer), outer, inner), plain, ""},
		{"of no digest", token(sd(name), name, entry), plain, "TOK-081 error disclosure[1]"},
		{"inner one without its outer one", token(sd(outer), inner), plain, "TOK-081 error disclosure[0]"},
		{"twice", token(sd(name), name, name), plain, "TOK-081 error disclosure[1]"},
		{"its digest twice", token(sd(name)+`,"x":{"_sd":["`+sum(name)+`"]}`, name), plain, "TOK-081 error disclosure[0]"},
		{"overrides a claim", token(sd(sub), sub), plain, "TOK-081 error disclosure[0]"},
		{"discloses digests", token(sd(digests), digests), plain, "TOK-081 error disclosure[0]"},
		{"entry as a claim", token(sd(entry), entry), plain, "TOK-081 error disclosure[0]"},
		{"claim as an entry", token(`,"countries":[{"...":"`+sum(name)+`"}]`, name), plain, "TOK-081 error disclosure[0]"},
		{"no base64url", token(sd(name), name, "!!"), plain, "TOK-081 error disclosure[1]"},
		{"no list", token(sd(name), name, b64(`{"a":1}`)), plain, "TOK-081 error disclosure[1]"},
		{"four entries", token(sd(name), name, b64(`["a","b","c","d"]`)), plain, "TOK-081 error disclosure[1]"},
		{"empty disclosure", token(sd(name), name, ""), plain, "TOK-081 error disclosure[1]"},
		{"cut off", strings.TrimSuffix(token(sd(name), name), "~"), plain, "TOK-081 error disclosure[0]"},
		{"digests no list", token(`,"_sd":7`), plain, "TOK-081 error claims"},
		{"weak hash", token(`,"_sd_alg":"md5"`+sd(name), name), plain, "TOK-083 warn claims._sd_alg"},
		{"strong hash", token(`,"_sd_alg":"sha3-512"`), plain, ""},
		{"disclosed claim is expired", token(sd(b64(`["s","auth_time",1795305600000]`)), b64(`["s","auth_time",1795305600000]`)), plain, "TOK-053 error claims.auth_time"},
		{"ordinary typ", strings.Replace(token(""), b64(header), b64(`{"alg":"ES256","kid":"k1","typ":"JWT"}`), 1), plain, "TOK-042 error header.typ; TOK-044 error signature"},
		{"changed", strings.Replace(token(sd(name), name), ".", ".A", 1), plain, "TOK-002 error segment.1"},

		{"bound, no proof, none asked for", bound, plain, ""},
		{"bound, no proof, asked for", bound, asked, "TOK-082 error key_binding"},
		{"bound and proven", kb(bound, ""), asked, ""},
		{"proven, nothing asked for", kb(bound, ""), plain, ""},
		{"another nonce", kb(bound, ""), inspect.Context{Nonce: "n2"}, "TOK-082 error key_binding"},
		{"another verifier", kb(bound, ""), inspect.Context{Audiences: []string{"https://other.example"}}, "TOK-082 error key_binding"},
		{"old proof", kb(bound, `,"iat":1795200000`), plain, "TOK-082 error key_binding"},
		{"proof of other disclosures", bound + strings.TrimPrefix(kb(fewer, ""), fewer), plain, "TOK-082 error key_binding"},
		{"proof by another key", bound + bind(t, holder(t), `{"alg":"ES256","typ":"kb+jwt"}`, fmt.Sprintf(`{"iat":%d,"aud":"a","nonce":"n","sd_hash":%q}`, now, sum(bound))), plain, "TOK-082 error key_binding"},
		{"proof that does not say so", bound + bind(t, key, `{"alg":"ES256","typ":"JWT"}`, fmt.Sprintf(`{"iat":%d,"aud":"a","nonce":"n","sd_hash":%q}`, now, sum(bound))), plain, "TOK-082 error key_binding"},
		{"proof without a key in the token", kb(token(sd(name), name), ""), plain, ""},
		{"proof without a key in the token, asked for", kb(token(sd(name), name), ""), asked, "TOK-082 error key_binding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, keys := signer()
			c.ctx.Now, c.ctx.Profile = time.Unix(now, 0), inspect.ProfileSDJWT
			r := Inspect(c.token, keys, c.ctx)
			if c.name == "another nonce" && r.KeyBinding.Signature.Status != inspect.Verified {
				t.Errorf("%+v", r.KeyBinding.Signature)
			}
			compare(t, r, c.want)
		})
	}
}

func TestCertificateInTheHeader(t *testing.T) {
	for name, c := range map[string]struct{ x5c, more, want string }{
		"no list":     {`"x"`, "", "TOK-037 warn header.x5c"},
		"no base64":   {`["%"]`, "", "TOK-037 warn header.x5c"},
		"no DER":      {`["AAAA"]`, "", "TOK-037 warn header.x5c"},
		"certificate": {`["` + certificate(t) + `"]`, "", "TOK-037 warn header.x5c"},
		"wrong print": {`["` + certificate(t) + `"]`, `,"x5t#S256":"AAAA"`, "TOK-037 warn header.x5c"},
	} {
		t.Run(name, func(t *testing.T) {
			_, keys := signer()
			header := `{"alg":"ES256","kid":"k1","typ":"JWT","x5c":` + c.x5c + c.more + `}`
			compare(t, Inspect(mint(t, header, `{`+idBase+`}`), keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken}), c.want)
		})
	}
	// Where certificates belong, only one that contradicts the token is worth a word: this one holds another key.
	_, keys := signer()
	header := `{"alg":"ES256","kid":"k1","typ":"oauth-authz-req+jwt","x5c":["` + certificate(t) + `"]}`
	claims := `{"iss":"rp","client_id":"rp",` + times + `}`
	ctx := inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileRequestObject}
	compare(t, Inspect(mint(t, header, claims), keys, ctx), "TOK-037 warn header.x5c")
	compare(t, Inspect(mint(t, header, claims), nil, ctx), "TOK-048 info signature")
}

// certificate is one that was signed with a key of its own, in ordinary base64.
func certificate(t testing.TB) string {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "rp.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}
