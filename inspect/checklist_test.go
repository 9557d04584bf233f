package inspect

import (
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
)

const idClaims = `{"iss":"https://idp.example","sub":"alice","aud":"web","exp":1795309200,"iat":1795305590,"nonce":"n1","azp":"web","acr":"2","auth_time":1795305500}`

// idContext is a context in which idClaims pass every item that can pass.
func idContext() Context {
	age := 10 * time.Minute
	return Context{Now: testNow, Issuer: "https://idp.example", ClientID: "web", Nonce: "n1", NonceSent: true, ACR: []string{"1", "2"}, MaxAge: &age,
		AccessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", Code: "code"}
}

func TestIDTokenChecklist(t *testing.T) {
	const pass, fail, na, unchecked = ItemPass, ItemFail, ItemNotApplicable, ItemNotChecked
	replace := func(from, to string) string {
		if !strings.Contains(idClaims, from) {
			t.Fatalf("%q is not in the claims", from)
		}
		return strings.Replace(idClaims, from, to, 1)
	}
	for _, tt := range []struct {
		name   string
		number string
		claims string
		change func(*Context)
		want   ItemResult
		says   string
	}{
		{"not encrypted", "1", idClaims, nil, na, ""},
		{"issuer", "2", idClaims, nil, pass, ""},
		{"issuer with a slash", "2", replace(`idp.example"`, `idp.example/"`), nil, fail, "slash at the end"},
		{"issuer in other letters", "2", replace(`idp.example"`, `IdP.example"`), nil, fail, "from character 9 on"},
		{"issuer missing", "2", replace(`"iss":"https://idp.example",`, ""), nil, fail, "has no iss"},
		{"issuer a number", "2", replace(`"https://idp.example"`, "5"), nil, fail, "a number"},
		{"issuer not known", "2", idClaims, func(c *Context) { c.Issuer = "" }, unchecked, "no issuer"},
		{"tenant", "2", replace(`"https://idp.example"`, `"https://login.microsoftonline.com/t1/v2.0","tid":"t1"`), func(c *Context) { c.Issuer = "https://login.microsoftonline.com/{tenantid}/v2.0" }, pass, "tid"},
		{"other tenant", "2", replace(`"https://idp.example"`, `"https://login.microsoftonline.com/t1/v2.0","tid":"t2"`), func(c *Context) { c.Issuer = "https://login.microsoftonline.com/{tenantid}/v2.0" }, fail, "wanted"},
		{"no tenant", "2", replace(`"https://idp.example"`, `"https://login.microsoftonline.com/t1/v2.0"`), func(c *Context) { c.Issuer = "https://login.microsoftonline.com/{tenantid}/v2.0" }, fail, "no usable tid"},
		{"tenant with a slash", "2", replace(`"https://idp.example"`, `"https://login.microsoftonline.com/a/b/v2.0","tid":"a/b"`), func(c *Context) { c.Issuer = "https://login.microsoftonline.com/{tenantid}/v2.0" }, fail, "no usable tid"},
		{"Google without a scheme", "2", replace(`"https://idp.example"`, `"accounts.google.com"`), func(c *Context) { c.Issuer = "https://accounts.google.com" }, pass, "Google"},
		{"audience", "3", idClaims, nil, pass, ""},
		{"other audience", "3", replace(`"aud":"web"`, `"aud":"other"`), nil, fail, "another client"},
		{"several audiences", "3", replace(`"aud":"web"`, `"aud":["api","web"]`), nil, pass, `also meant for "api"`},
		{"several trusted audiences", "3", replace(`"aud":"web"`, `"aud":["api","web"]`), func(c *Context) { c.Audiences = []string{"api"} }, pass, ""},
		{"several other audiences", "3", replace(`"aud":"web"`, `"aud":["api","app"]`), nil, fail, "none of the 2"},
		{"no audience in the list", "3", replace(`"aud":"web"`, `"aud":[]`), nil, fail, "a list"},
		{"audience a number", "3", replace(`"aud":"web"`, `"aud":[1]`), nil, fail, "a list"},
		{"audience missing", "3", replace(`"aud":"web",`, ""), nil, fail, "has no aud"},
		{"client not known", "3", idClaims, func(c *Context) { c.ClientID = "" }, unchecked, "no client id"},
		{"azp extension", "4", idClaims, nil, unchecked, ""},
		{"no azp extension", "4", replace(`,"azp":"web"`, ""), nil, na, ""},
		{"azp", "5", idClaims, nil, pass, ""},
		{"no azp", "5", replace(`,"azp":"web"`, ""), nil, na, ""},
		{"azp of another", "5", replace(`"azp":"web"`, `"azp":"app"`), nil, fail, "another client"},
		{"signature", "6", idClaims, nil, pass, `RS256 with the key "k1"`},
		{"algorithm", "7", idClaims, nil, pass, "default"},
		{"algorithm registered", "7", idClaims, func(c *Context) { c.Alg = "RS256" }, pass, "as registered"},
		{"algorithm not registered", "7", idClaims, func(c *Context) { c.Alg = "ES256" }, fail, "registered is ES256"},
		{"algorithm announced", "7", idClaims, func(c *Context) { c.Algs = []string{"ES256", "RS256"} }, pass, "announces"},
		{"algorithm not announced", "7", idClaims, func(c *Context) { c.Algs = []string{"ES256"} }, fail, "announces ES256"},
		{"no MAC", "8", idClaims, nil, na, ""},
		{"expiry", "9", idClaims, nil, pass, "in 1 h"},
		{"expired", "9", idClaims, func(c *Context) { c.Now = c.Now.Add(2 * time.Hour) }, fail, "1 h ago"},
		{"expired within the leeway", "9", idClaims, func(c *Context) { c.Now = c.Now.Add(time.Hour + 59*time.Second) }, pass, "leeway"},
		{"expired at the end of the leeway", "9", idClaims, func(c *Context) { c.Now = c.Now.Add(time.Hour + time.Minute) }, fail, "ago"},
		{"other leeway", "9", idClaims, func(c *Context) { c.Now, c.Leeway = c.Now.Add(time.Hour+9*time.Second), 5*time.Second }, fail, "9 s ago"},
		{"expiry missing", "9", replace(`"exp":1795309200,`, ""), nil, fail, "has no exp"},
		{"expiry in milliseconds", "9", replace(`1795309200`, "1795309200000"), nil, fail, "milliseconds"},
		{"no clock", "9", idClaims, func(c *Context) { c.Now = time.Time{} }, unchecked, "clock"},
		{"issued", "10", idClaims, nil, pass, "10 s ago"},
		{"issued in the future", "10", replace(`1795305590`, "1795305661"), nil, fail, "in 1 min 1 s"},
		{"issued in the future within the leeway", "10", replace(`1795305590`, "1795305660"), nil, pass, ""},
		{"issue time missing", "10", replace(`"iat":1795305590,`, ""), nil, fail, "has no iat"},
		{"nonce", "11", idClaims, nil, pass, ""},
		{"nonce differs", "11", replace(`"n1"`, `"n2"`), nil, fail, "another login"},
		{"nonce missing", "11", replace(`"nonce":"n1",`, ""), nil, fail, "has none"},
		{"nonce not sent", "11", replace(`"nonce":"n1",`, ""), func(c *Context) { c.Nonce, c.NonceSent = "", false }, na, "no nonce was sent"},
		{"nonce not known", "11", idClaims, func(c *Context) { c.Nonce = "" }, unchecked, "not known"},
		{"nonce a number", "11", replace(`"n1"`, `1`), nil, fail, "a number"},
		{"level", "12", idClaims, nil, pass, `"2"`},
		{"level not reached", "12", replace(`"acr":"2"`, `"acr":"0"`), nil, fail, "asked for 1 or 2"},
		{"level missing", "12", replace(`"acr":"2",`, ""), nil, fail, "has no acr"},
		{"no level asked for", "12", idClaims, func(c *Context) { c.ACR = nil }, na, ""},
		{"login", "13", idClaims, nil, pass, "1 min 40 s ago"},
		{"login too old", "13", idClaims, func(c *Context) { age := time.Duration(0); c.MaxAge = &age }, fail, "at most 0 s"},
		{"login time missing", "13", replace(`,"auth_time":1795305500`, ""), nil, fail, "has no auth_time"},
		{"no max_age", "13", idClaims, func(c *Context) { c.MaxAge = nil }, na, ""},
		{"access token hash", "at_hash", replace(`{`, `{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ",`), nil, pass, ""},
		{"access token hash wrong", "at_hash", replace(`{`, `{"at_hash":"77QmUPtjPfzWtF2AnpK9RR",`), nil, fail, "the token has"},
		{"access token not known", "at_hash", replace(`{`, `{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ",`), func(c *Context) { c.AccessToken = "" }, unchecked, "needed"},
		{"no access token hash", "at_hash", idClaims, nil, na, ""},
		{"code hash", "c_hash", replace(`{`, `{"c_hash":"`+HalfHash("RS256", "code")+`",`), nil, pass, ""},
		{"code hash wrong", "c_hash", replace(`{`, `{"c_hash":"x",`), nil, fail, "authorization code"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := idContext()
			if tt.change != nil {
				tt.change(&ctx)
			}
			rs := mint("RS256")
			r := Inspect(rs.token(t, `{"alg":"RS256","kid":"k1"}`, tt.claims), rs.jwks("k1", ""), withProfile(ctx, ProfileIDToken))
			item := findItem(t, r.Checklist, tt.number, "")
			if item.Result != tt.want || !strings.Contains(item.Detail, tt.says) {
				t.Errorf("got %s %q, want %s %q", item.Result, item.Detail, tt.want, tt.says)
			}
			for _, i := range r.Checklist {
				if i.Title == "" || !strings.HasPrefix(i.Ref, "OpenID Connect Core 3") || (i.Result != pass && i.Detail == "") {
					t.Errorf("item without its text: %+v", i)
				}
			}
		})
	}
}

func withProfile(c Context, p Profile) Context {
	c.Profile = p
	return c
}

func findItem(t *testing.T, items []Item, number, subject string) Item {
	t.Helper()
	for _, i := range items {
		if i.Number == number && (subject == "" || i.Subject == subject) {
			return i
		}
	}
	t.Fatalf("no item %s %s in %+v", number, subject, items)
	return Item{}
}

func TestIDTokenSignatureItem(t *testing.T) {
	rs, hs := mint("RS256"), mint("HS256")
	signed := rs.token(t, `{"alg":"RS256","kid":"k1"}`, idClaims)
	for _, tt := range []struct {
		name   string
		raw    string
		keys   *KeySet
		change func(*Context)
		want   ItemResult
		item8  ItemResult
	}{
		{"no key", signed, nil, nil, ItemNotChecked, ItemNotApplicable},
		{"no key, straight from the token endpoint", signed, nil, func(c *Context) { c.Direct = true }, ItemPass, ItemNotApplicable},
		{"wrong key", signed, mint("PS256").jwks("other", ""), nil, ItemFail, ItemNotApplicable},
		{"wrong signature, straight from the token endpoint", signed[:len(signed)-4] + "AAAA", rs.jwks("k1", ""), func(c *Context) { c.Direct = true }, ItemFail, ItemNotApplicable},
		{"none", hs.token(t, `{"alg":"none"}`, idClaims), nil, nil, ItemFail, ItemNotApplicable},
		{"none, straight from the token endpoint", hs.token(t, `{"alg":"none"}`, idClaims), nil, func(c *Context) { c.Direct = true }, ItemFail, ItemNotApplicable},
		{"none, registered", hs.token(t, `{"alg":"none"}`, idClaims), nil, func(c *Context) { c.Direct, c.Alg = true, "none" }, ItemPass, ItemNotApplicable},
		{"algorithm unknown", rs.token(t, `{"alg":"XX"}`, idClaims), rs.jwks("", ""), nil, ItemNotChecked, ItemNotApplicable},
		{"MAC", hs.token(t, `{"alg":"HS256"}`, idClaims), SecretKeySet(testSecret), nil, ItemPass, ItemPass},
		{"MAC by a key set", hs.token(t, `{"alg":"HS256"}`, idClaims), hs.jwks("", ""), nil, ItemPass, ItemNotChecked},
		{"MAC without the secret", hs.token(t, `{"alg":"HS256"}`, idClaims), nil, nil, ItemNotChecked, ItemNotChecked},
		{"MAC by another secret", hs.token(t, `{"alg":"HS256"}`, idClaims), SecretKeySet([]byte("other")), nil, ItemFail, ItemFail},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := withProfile(idContext(), ProfileIDToken)
			if tt.change != nil {
				tt.change(&ctx)
			}
			r := Inspect(tt.raw, tt.keys, ctx)
			if got := findItem(t, r.Checklist, "6", ""); got.Result != tt.want || got.Detail == "" {
				t.Errorf("item 6: %+v, want %s", got, tt.want)
			}
			if got := findItem(t, r.Checklist, "8", ""); got.Result != tt.item8 {
				t.Errorf("item 8: %+v, want %s", got, tt.item8)
			}
		})
	}
}

// TestChecklistNeverPassesUnread: of a token that can't be read, nothing but the signature may pass.
func TestChecklistNeverPassesUnread(t *testing.T) {
	rs := mint("RS256")
	encrypted := b64(`{"alg":"dir","enc":"A128GCM"}`) + "..aXY.Y3Q.dGFn"
	for _, raw := range []string{"", "opaque", encrypted, rs.token(t, `{"alg":"RS256"}`, `{"iss":`), rs.token(t, `{"alg":"RS256"}`, `["iss"]`)} {
		for _, i := range Inspect(raw, rs.jwks("", ""), withProfile(idContext(), ProfileIDToken)).Checklist {
			if i.Result == ItemPass && i.Number != "6" && i.Number != "7" {
				t.Errorf("%.20q: item %s passes: %+v", raw, i.Number, i)
			}
		}
	}
}

func TestRefreshedIDToken(t *testing.T) {
	replace := func(from, to string) string { return strings.Replace(idClaims, from, to, 1) }
	for _, tt := range []struct {
		subject string
		now     string
		want    ItemResult
	}{
		{"iss", idClaims, ItemPass},
		{"iss", replace("idp.example", "idp2.example"), ItemFail},
		{"sub", idClaims, ItemPass},
		{"sub", replace("alice", "mallory"), ItemFail},
		{"sub", replace(`"sub":"alice",`, ""), ItemFail},
		{"iat", replace("1795305590", "1795309190"), ItemPass},
		{"iat", replace("1795305590", "1795305000"), ItemFail},
		{"iat", replace(`"iat":1795305590,`, ""), ItemFail},
		{"aud", replace(`"aud":"web"`, `"aud":["web","api"]`), ItemPass},
		{"aud", replace(`"aud":"web"`, `"aud":"api"`), ItemFail},
		{"auth_time", idClaims, ItemPass},
		{"auth_time", replace("1795305500", "1795305500.0"), ItemPass},
		{"auth_time", replace("1795305500", "1795309190"), ItemFail},
		{"auth_time", replace(`,"auth_time":1795305500`, ""), ItemNotApplicable},
		{"azp", idClaims, ItemPass},
		{"azp", replace(`,"azp":"web"`, ""), ItemFail},
		{"azp", replace(`"azp":"web"`, `"azp":"api"`), ItemFail},
		{"nonce", replace(`"nonce":"n1",`, ""), ItemNotApplicable},
		{"nonce", idClaims, ItemPass},
		{"nonce", replace(`"n1"`, `"n2"`), ItemFail},
	} {
		ctx := withProfile(idContext(), ProfileIDToken)
		ctx.Previous = Decode(sampleHeader + "." + b64(idClaims) + ".c2ln")
		r := Inspect(sampleHeader+"."+b64(tt.now)+".c2ln", nil, ctx)
		if got := findItem(t, r.Checklist, "12.2", tt.subject); got.Result != tt.want {
			t.Errorf("%s of %s: %+v, want %s", tt.subject, tt.now, got, tt.want)
		}
	}
	ctx := withProfile(idContext(), ProfileIDToken)
	ctx.Previous = Decode(sampleToken)
	r := Inspect(sampleHeader+"."+b64(replace(`"nonce":"n1",`, ""))+".c2ln", nil, ctx)
	if got := findItem(t, r.Checklist, "11", ""); got.Result != ItemNotApplicable {
		t.Errorf("a refreshed token needs no nonce: %+v", got)
	}
	if got := findItem(t, r.Checklist, "12.2", "azp"); got.Result != ItemFail {
		t.Errorf("azp appeared: %+v", got)
	}
	ctx.Previous = Decode("opaque")
	r = Inspect(sampleHeader+"."+b64(idClaims)+".c2ln", nil, ctx)
	if got := findItem(t, r.Checklist, "12.2", "iss"); got.Result != ItemNotChecked {
		t.Errorf("nothing to compare with: %+v", got)
	}
}

func TestHalfHashPerAlgorithm(t *testing.T) {
	for _, alg := range jose.Algorithms() {
		want := map[string]int{"256": 22, "384": 32, "512": 43, "DSA": 43, "519": 43}[alg[len(alg)-3:]]
		if got := HalfHash(alg, "x"); len(got) != want {
			t.Errorf("%s: %d characters, want %d", alg, len(got), want)
		}
	}
}
