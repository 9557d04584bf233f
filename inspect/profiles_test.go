package inspect

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// TestChecklists runs the checklist of each kind over a good token, in which no item may fail, and over tokens with one fault,
// in which the item of that fault has to.
func TestChecklists(t *testing.T) {
	es := mint("ES256")
	keys := es.jwks("k1", "")
	now := testNow.Unix()
	life := fmt.Sprintf(`"iat":%d,"exp":%d`, now-10, now+300)
	thumbprint := jose.Thumbprint("EC", es.key.Members())
	proof := `{"alg":"ES256","typ":"dpop+jwt","jwk":` + es.jwk("", "") + `}`
	const at = "the access token"
	typed := func(typ string) string { return `{"alg":"ES256","kid":"k1","typ":"` + typ + `"}` }
	logout := `"events":{"` + backChannelLogout + `":{}}`
	full := Context{
		Now: testNow, Issuer: "https://idp.example", ClientID: "rp", Subject: "alice", State: "s1", Method: "POST", URL: "https://API.example:443/pay?x=1",
		Nonce: "", AccessToken: at, KeyThumbprint: thumbprint,
	}
	for _, tt := range []struct {
		name, header, claims string
		profile              Profile
		audiences            []string
		fails                string // numbers and subjects of the items that fail
	}{
		{"access token", typed("at+jwt"), `{"iss":"https://idp.example","sub":"a","aud":"api","client_id":"rp","jti":"1",` + life + `,"cnf":{"jkt":"` + thumbprint + `"}}`, ProfileATJWT, []string{"api"}, ""},
		{"access token, all wrong", `{"alg":"none"}`, `{"iss":"https://evil.example","aud":"x","exp":1,"cnf":{"jkt":"x"}}`, ProfileATJWT, []string{"api"},
			"4.1 typ; 4.3 iss; 4.4 aud; 4.5 alg; 4.5 signature; 4.6 exp; 2.2 claims; 4.7 cnf"},
		{"logout token", typed("logout+jwt"), `{"iss":"https://idp.example","aud":"rp","jti":"1","sub":"alice",` + logout + `,` + life + `}`, ProfileLogout, nil, ""},
		{"logout token, all wrong", typed("logout+jwt"), `{"iss":"https://idp.example/","aud":"x","nonce":"n","events":{},"iat":1,"exp":2}`, ProfileLogout, nil,
			"4 iss; 4 aud; 4 exp; 5 sub, sid; 6 events; 7 nonce; 8 jti"},
		{"proof", proof, `{"jti":"1","htm":"POST","htu":"https://api.example/pay","ath":"` + TokenHash(at) + `",` + life + `}`, ProfileDPoP, nil, ""},
		{"proof, all wrong", `{"alg":"HS256","typ":"JWT","jwk":{"kty":"EC","d":"x"}}`, `{"htm":"GET","htu":"https://api.example/pay?x","ath":"x","iat":1}`, ProfileDPoP, nil,
			"3 claims; 4 typ; 5 alg; 6 signature; 7 jwk; 8 htm; 9 htu; 11 iat; 12.a ath; 12.b jwk"},
		{"client assertion", typed("JWT"), `{"iss":"rp","sub":"rp","aud":"https://idp.example","jti":"1",` + life + `}`, ProfileClientAssertion, nil, ""},
		{"client assertion, all wrong", typed("JWT"), fmt.Sprintf(`{"iss":"x","sub":"y","aud":["https://idp.example","z"],"exp":1,"nbf":%d,"iat":%d}`, now+999, now+999), ProfileClientAssertion, nil,
			"1 iss; 2 sub; 3 aud; 4 exp; 5 nbf; 6 iat; 7 jti"},
		{"request object", typed("oauth-authz-req+jwt"), `{"iss":"rp","client_id":"rp","aud":"https://idp.example",` + life + `}`, ProfileRequestObject, nil, ""},
		{"request object, all wrong", typed("at+jwt"), `{"iss":"x","client_id":"y","sub":"y","request_uri":"u","aud":"z","exp":1}`, ProfileRequestObject, nil,
			"10.8 typ; 4 client_id; 4 request; 4 iss; 4 aud; 10.8 sub; 4 exp"},
		{"signed response", typed("JWT"), `{"iss":"https://idp.example","aud":"rp","code":"c","state":"s1",` + life + `}`, ProfileJARM, nil, ""},
		{"signed response, all wrong", typed("JWT"), `{"iss":"x","aud":"y","state":"s2","exp":1}`, ProfileJARM, nil, "2 state; 3 iss; 4 aud; 5 exp"},
		{"userinfo", typed("JWT"), `{"iss":"https://idp.example","aud":"rp","sub":"alice"}`, ProfileUserinfo, nil, ""},
		{"userinfo of somebody else", typed("JWT"), `{"sub":"mallory"}`, ProfileUserinfo, nil, "5.3.4 sub"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := full
			ctx.Profile, ctx.Audiences = tt.profile, tt.audiences
			r := Inspect(es.token(t, tt.header, tt.claims), keys, ctx)
			if len(r.Checklist) < 5 {
				t.Fatalf("%d items", len(r.Checklist))
			}
			var fails []string
			for _, item := range r.Checklist {
				if item.Result == ItemFail {
					fails = append(fails, item.Number+" "+item.Subject)
				}
				if item.Title == "" || item.Ref == "" || item.Number == "" || (item.Result == ItemNotChecked || item.Result == ItemFail) && item.Detail == "" {
					t.Errorf("says too little: %+v", item)
				}
			}
			if got := strings.Join(fails, "; "); got != tt.fails {
				t.Errorf("failed: %q\nwant:   %q\n%+v", got, tt.fails, r.Signature)
			}
			// Without any context nothing may pass that needs it: what was not compared is not checked.
			bare := Inspect(es.token(t, tt.header, tt.claims), nil, Context{Profile: tt.profile})
			for _, item := range bare.Checklist {
				if item.Result == ItemPass && (item.Subject == "iss" && item.Number != "4" || item.Subject == "htm" || item.Subject == "state" || item.Subject == "exp" ||
					item.Subject == "signature" && tt.profile != ProfileDPoP) {
					t.Errorf("passed without anything to compare with: %+v", item)
				}
			}
		})
	}
}

// TestProofIsCheckedWithItsOwnKey: a proof is the one token for which the key in its header counts, and only as possession.
func TestProofIsCheckedWithItsOwnKey(t *testing.T) {
	es := mint("ES256")
	claims := `{"jti":"1","htm":"GET","htu":"https://a.example","iat":1795305600}`
	header := `{"alg":"ES256","typ":"dpop+jwt","jwk":` + es.jwk("", "") + `}`
	r := Inspect(es.token(t, header, claims), nil, Context{})
	if r.Signature.Status != Verified || r.Signature.KeySource != "jwk" || len(r.Signature.Notes) == 0 {
		t.Errorf("got %+v", r.Signature)
	}
	other := Inspect(es.token(t, strings.Replace(header, "dpop+jwt", "JWT", 1), `{"sub":"a"}`), nil, Context{})
	if other.Signature.Status == Verified {
		t.Errorf("a token was verified with the key it brought: %+v", other.Signature)
	}
}

func FuzzSelective(f *testing.F) {
	disclose := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	f.Add(`{"_sd":["x"],"a":[{"...":"y"}]}`, `["s","n",{"_sd":[]}]`, `["s",1]`)
	f.Add(`{"_sd_alg":"sha-512","_sd":7}`, `[]`, `["s","_sd",1]`)
	f.Fuzz(func(t *testing.T, claims, first, second string) {
		one, two := disclose(first), disclose(second)
		claims = strings.NewReplacer(`"x"`, `"`+digest("sha-256", one)+`"`, `"y"`, `"`+digest("sha-256", two)+`"`).Replace(claims)
		r := Inspect(b64(`{"alg":"ES256"}`)+"."+b64(claims)+".c2ln~"+one+"~"+two+"~", nil, Context{Now: testNow, KeyBinding: true})
		encoded(t, r)
		if r.Token.SD == nil {
			t.Fatal("no disclosures")
		}
		if p := r.Token.SD.Processed; p != nil && p.Root.Get("_sd") != nil {
			t.Errorf("digests are left: %s", p.Text)
		}
	})
}
