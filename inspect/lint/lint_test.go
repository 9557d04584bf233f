package lint

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

const now = 1795305600 // 2026-11-22T00:00:00Z

// signer is one ES256 key and the key set that holds it as "k1".
var signer = sync.OnceValues(func() (*jose.Key, *inspect.KeySet) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	k, err := jose.New(private)
	if err != nil {
		panic(err)
	}
	m := k.Members()
	doc := fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","use":"sig","x":%q,"y":%q}]}`, m["x"], m["y"])
	return k, inspect.ParseKeySet([]byte(doc), "jwks", "")
})

// mint signs a header and claims as they are written.
func mint(t testing.TB, header, claims string) string {
	t.Helper()
	key, _ := signer()
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	signature, err := jose.Sign("ES256", key, []byte(input))
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

const (
	es256  = `{"alg":"ES256","kid":"k1","typ":"JWT"}`
	atES   = `{"alg":"ES256","kid":"k1","typ":"at+jwt"}`
	times  = `"iat":1795305600,"exp":1795309200`
	idBase = `"iss":"https://idp.example","sub":"alice","aud":"rp",` + times
	atBase = `"iss":"https://idp.example","sub":"alice","aud":"api","jti":"1","client_id":"rp",` + times
)

func TestChecks(t *testing.T) {
	maxAge := time.Hour
	id := inspect.Context{Profile: inspect.ProfileIDToken}
	at := inspect.Context{Profile: inspect.ProfileATJWT}
	jwt := inspect.Context{Profile: inspect.ProfileJWT}
	with := func(c inspect.Context, change func(*inspect.Context)) inspect.Context { change(&c); return c }
	for _, c := range []struct {
		name, header, claims string
		ctx                  inspect.Context
		want                 string // "ID severity place", separated by "; "
	}{
		{"clean ID token", es256, `{` + idBase + `}`, id, ""},
		{"clean access token", atES, `{` + atBase + `}`, at, ""},
		{"claims not JSON", es256, `hello`, jwt, "TOK-007 error claims"},
		{"text in the jws profile", es256, `hello`, inspect.Context{Profile: inspect.ProfileJWS}, ""},
		{"duplicate in depth", es256, `{` + idBase + `,"a":{"b":1,"b":2}}`, id, "TOK-009 error claims.a.b"},
		{"same name in two objects", es256, `{` + idBase + `,"a":{"b":1},"c":{"b":2}}`, id, ""},
		{"two claims objects", es256, `{` + idBase + `}{"sub":"admin"}`, id, "TOK-010 error claims"},
		{"byte order mark", es256, "\ufeff{" + idBase + `}`, id, "TOK-011 warn claims"},
		{"lone surrogate", es256, `{` + idBase + `,"x":{"name":"\ud83d"}}`, id, "TOK-011 warn claims.x.name"},
		{"too deep", es256, `{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, jwt, "TOK-012 error claims"},
		{"escape in a header", `{"alg":"ES256","kid":"k1","typ":"JWT","x":"\u001b[8m"}`, `{` + idBase + `}`, id, "TOK-013 warn header.x"},
		{"bidi in a name", es256, `{` + idBase + `,"a\u202eb":1}`, id, `TOK-013 warn claims.a\u202eb`},
		{"line break is fine", es256, `{` + idBase + `,"note":"a\nb"}`, id, ""},
		{"long", es256, `{` + idBase + `,"note":"` + strings.Repeat("x", 9000) + `"}`, id, "TOK-014 warn input"},
		{"large number", es256, `{` + idBase + `,"uid":9007199254740993}`, id, "TOK-015 warn claims.uid"},
		{"exact number", es256, `{` + idBase + `,"uid":9007199254740991,"f":0.1}`, id, ""},
		{"unannounced token inside", es256, mint(t, es256, `{`+times+`}`), jwt, "TOK-017 warn header.cty"},
		{"announced token inside", `{"alg":"ES256","kid":"k1","typ":"JWT","cty":"JWT"}`, mint(t, es256, `{`+times+`}`), jwt, ""},
		{"unsecured token inside", `{"alg":"ES256","kid":"k1","typ":"JWT","cty":"JWT"}`, "eyJhbGciOiJub25lIn0.e30.", jwt,
			"TOK-018 error header.alg; TOK-041 info header.typ; TOK-049 warn claims.exp"},
		{"half a token inside, announced", `{"alg":"ES256","kid":"k1","typ":"JWT","cty":"JWT"}`, "eyJhbGciOiJub25lIn0.e30", jwt,
			"TOK-001 error input; TOK-018 error header.alg; TOK-041 info header.typ; TOK-049 warn claims.exp"},
		{"alg none", `{"alg":"nOnE","typ":"JWT"}`, `{` + idBase + `}`, id, "TOK-018 error header.alg"},
		{"no alg", `{"typ":"JWT"}`, `{` + idBase + `}`, id, "TOK-019 error header.alg"},
		{"alg in small letters", `{"alg":"es256","typ":"JWT","kid":"k1"}`, `{` + idBase + `}`, id, "TOK-020 error header.alg"},
		{"SHA-1", `{"alg":"RS1","typ":"JWT","kid":"k1"}`, `{` + idBase + `}`, id, "TOK-021 warn header.alg"},
		{"RSA alg, EC key", `{"alg":"RS256","typ":"JWT","kid":"k1"}`, `{` + idBase + `}`, id, "TOK-023 error header.alg"},
		{"wrong curve", `{"alg":"ES384","typ":"JWT","kid":"k1"}`, `{` + idBase + `}`, id, "TOK-023 error header.alg"},
		{"path in kid", `{"alg":"ES256","typ":"JWT","kid":"../../dev/null"}`, `{` + idBase + `}`, id, "TOK-031 error header.kid"},
		{"base64 in kid", `{"alg":"ES256","typ":"JWT","kid":"a+b/c=="}`, `{` + idBase + `}`, id, "TOK-030 error header.kid"},
		{"private key in the header", `{"alg":"ES256","kid":"k1","typ":"JWT","jwk":{"kty":"EC","d":"x"}}`, `{` + idBase + `}`, id, "TOK-034 error header.jwk"},
		{"jku at the issuer", `{"alg":"ES256","kid":"k1","typ":"JWT","jku":"https://idp.example/keys"}`, `{` + idBase + `}`, id, "TOK-035 warn header.jku"},
		{"jku elsewhere", `{"alg":"ES256","kid":"k1","typ":"JWT","jku":"https://evil.example/keys"}`, `{` + idBase + `}`, id, "TOK-036 error header.jku"},
		{"empty crit", `{"alg":"ES256","kid":"k1","typ":"JWT","crit":[]}`, `{` + idBase + `}`, id, "TOK-038 error header.crit"},
		{"unknown extension", `{"alg":"ES256","kid":"k1","typ":"JWT","crit":["x"],"x":1}`, `{` + idBase + `}`, id, "TOK-038 error header.crit"},
		{"b64 without crit", `{"alg":"ES256","kid":"k1","typ":"JWT","b64":false}`, `{` + idBase + `}`, id, "TOK-039 error header.b64"},
		{"zip in a JWS", `{"alg":"ES256","kid":"k1","typ":"JWT","zip":"DEF"}`, `{` + idBase + `}`, id, "TOK-040 warn header.zip"},
		{"no typ", `{"alg":"ES256","kid":"k1"}`, `{` + idBase + `}`, id, "TOK-041 info header.typ"},
		{"access token as ID token", atES, `{` + idBase + `}`, id, "TOK-042 error header.typ"},
		{"vendor access token type", `{"alg":"ES256","kid":"k1","typ":"vendor-at+jwt"}`, `{` + atBase + `}`, with(at, func(c *inspect.Context) { c.Profile = inspect.ProfileAccess }), ""},
		{"ID token as access token", atES, `{` + atBase + `,"nonce":"n"}`, at, "TOK-043 error claims.nonce"},
		{"no exp", es256, `{"iss":"https://idp.example"}`, jwt, "TOK-049 warn claims.exp"},
		{"expired", es256, `{"iat":1795300000,"exp":1795305000}`, jwt, "TOK-050 error claims.exp"},
		{"expired within the leeway", es256, `{"iat":1795300000,"exp":1795305541}`, jwt, ""},
		{"expired at the end of the leeway", es256, `{"iat":1795300000,"exp":1795305540}`, jwt, "TOK-050 error claims.exp"},
		{"issued tomorrow", es256, `{"iat":1795392000,"exp":1795395600}`, jwt, "TOK-052 error claims.iat"},
		{"milliseconds", es256, `{"iat":1795305600000,"exp":1795309200000}`, jwt, "TOK-053 error claims.exp; TOK-053 error claims.iat"},
		{"date as text", es256, `{"exp":"1795309200"}`, jwt, "TOK-054 error claims.exp"},
		{"auth_time 0", es256, `{` + idBase + `,"auth_time":0}`, id, "TOK-055 error claims.auth_time"},
		{"overflow", es256, `{"exp":1e400}`, jwt, "TOK-055 error claims.exp"},
		{"born dead", es256, `{"iat":1795309200,"nbf":1795305600,"exp":1795309200}`, jwt, "TOK-052 error claims.iat; TOK-056 error claims.exp"},
		{"exactly a day", es256, `{"iat":1795305600,"exp":1795392000}`, jwt, ""},
		{"a day and a second", es256, `{"iat":1795305600,"exp":1795392001}`, jwt, "TOK-057 warn claims.exp"},
		{"max_age without auth_time", es256, `{` + idBase + `}`, with(id, func(c *inspect.Context) { c.MaxAge = &maxAge }), "TOK-059 error claims.auth_time"},
		{"login too old", es256, `{` + idBase + `,"auth_time":1795200000}`, with(id, func(c *inspect.Context) { c.MaxAge = &maxAge }), "TOK-059 error claims.auth_time"},
		{"no sub", es256, `{"iss":"https://idp.example","aud":"rp",` + times + `}`, id, "TOK-060 error claims.sub"},
		{"Entra template", es256, `{"iss":"https://login.microsoftonline.com/T1/v2.0","tid":"T1","sub":"a","aud":"rp",` + times + `}`,
			with(id, func(c *inspect.Context) { c.Issuer = "https://login.microsoftonline.com/{tenantid}/v2.0" }), ""},
		{"http issuer", es256, `{"iss":"http://idp.example","sub":"a","aud":"rp",` + times + `}`, id, "TOK-062 warn claims.iss"},
		{"http issuer on loopback", es256, `{"iss":"http://[::1]:8080","sub":"a","aud":"rp",` + times + `}`, id, ""},
		{"issuer without scheme", es256, `{"iss":"idp.example","sub":"a","aud":"rp",` + times + `}`, id, "TOK-062 warn claims.iss"},
		{"two audiences", es256, `{"iss":"https://idp.example","sub":"a","aud":["rp","x"],` + times + `}`, id, "TOK-064 warn claims.aud"},
		{"long sub", es256, `{"iss":"https://idp.example","sub":"` + strings.Repeat("a", 256) + `","aud":"rp",` + times + `}`, id, "TOK-066 warn claims.sub"},
		{"code id_token without c_hash", es256, `{` + idBase + `}`, with(id, func(c *inspect.Context) { c.ResponseType = "code id_token" }), "TOK-069 error claims.c_hash"},
		{"acr missing", es256, `{` + idBase + `}`, with(id, func(c *inspect.Context) { c.ACR = []string{"mfa"} }), "TOK-071 error claims.acr"},
		{"wrong types", es256, `{` + idBase + `,"email_verified":"true","amr":"pwd","jti":7}`, id, "TOK-072 error claims.amr; TOK-072 error claims.email_verified; TOK-072 error claims.jti"},
		{"empty audience", es256, `{"iss":"https://idp.example","sub":"a","aud":[],` + times + `}`, id, "TOK-072 error claims.aud"},
		{"admin scope", atES, `{` + atBase + `,"scope":"read admin"}`, at, "TOK-073 warn claims.scope"},
		{"assertion for two servers", es256, `{"iss":"rp","sub":"rp","aud":["https://idp.example","https://other.example"],"jti":"1",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileClientAssertion, Issuer: "https://idp.example", ClientID: "rp"}, "TOK-079 error claims.aud"},
		{"request object as assertion", es256, `{"iss":"rp","client_id":"rp","sub":"rp","request_uri":"x",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileRequestObject}, "TOK-080 error claims.request_uri; TOK-080 error claims.sub"},
		{"email in an access token", atES, `{` + atBase + `,"email":"a@example.com","phone":""}`, at, "TOK-089 warn claims.email"},
		{"card number", es256, `{` + idBase + `,"pay":{"number":"4111 1111 1111 1111"}}`, id, "TOK-090 error claims.pay.number"},
		{"a long number that is no card", es256, `{` + idBase + `,"number":"4111 1111 1111 1112"}`, id, ""},
		{"password", es256, `{` + idBase + `,"password":"x","password_hash":"y"}`, id, "TOK-091 error claims.password"},
		{"AWS key", es256, `{` + idBase + `,"note":"AKIAIOSFODNN7EXAMPLE"}`, id, "TOK-091 error claims.note"},
		{"unverified address", es256, `{` + idBase + `,"email":"a@example.com","email_verified":false}`, id, "TOK-092 info claims.email_verified"},
		{"Entra tenant differs", es256, `{"iss":"https://login.microsoftonline.com/T1/v2.0","tid":"T2","sub":"a","aud":"rp",` + times + `}`, id, "TOK-093 error claims.iss"},
		{"Entra mail", es256, `{"iss":"https://login.microsoftonline.com/T1/v2.0","tid":"T1","email":"a@b.c","sub":"a","aud":"rp",` + times + `}`, id, "TOK-094 warn claims.email"},
		{"Kubernetes secret", es256, `{"iss":"kubernetes/serviceaccount"}`, jwt, "TOK-096 warn claims.exp"},
		{"pull request", es256, `{"iss":"https://token.actions.githubusercontent.com","sub":"repo:o/r:pull_request",` + times + `}`, jwt, "TOK-097 warn claims.sub"},
		{"line break in a name", es256, `{` + idBase + `,"a\nb":"x\ny"}`, id, "TOK-013 warn claims.a\\x0ab"},
		{"unsafe name and value", es256, `{` + idBase + `,"\u200b":"\u200b"}`, id, "TOK-013 warn claims.\\u200b"},
		{"unsafe entries", es256, `{` + idBase + `,"x":["\u200b","\u200b"]}`, id, "TOK-013 warn claims.x"},
		{"updated_at overflows", es256, `{` + idBase + `,"updated_at":1e400}`, id, "TOK-015 warn claims.updated_at"},
		{"updated_at in milliseconds", es256, `{` + idBase + `,"updated_at":1795305600000}`, id, "TOK-053 error claims.updated_at"},
		{"crit names an unknown extension beside b64", `{"alg":"ES256","kid":"k1","typ":"JWT","b64":false,"crit":["x"],"x":1}`, `{` + idBase + `}`, id,
			"TOK-038 error header.crit; TOK-039 error header.b64"},
		{"dashes in a thumbprint", `{"alg":"ES256","kid":"NzbLsXh8uDCcd--6MNwXF4W_7noWXFZAfHkxZsRGC9X","typ":"JWT"}`, `{` + idBase + `}`, id, "TOK-030 error header.kid"},
		{"dashes in a name", `{"alg":"ES256","kid":"k1 --","typ":"JWT"}`, `{` + idBase + `}`, id, "TOK-031 error header.kid"},
		{"HS256 with a name that nobody knows", `{"alg":"HS256","kid":"zz","typ":"JWT"}`, `{` + idBase + `}`, id, "TOK-023 error header.alg"},
		{"self-issued", `{"alg":"ES256","kid":"k1","typ":"JWT","jwk":{"kty":"EC"}}`, `{"iss":"https://self-issued.me/v2","sub_jwk":{},"sub":"a","aud":"rp",` + times + `}`, id, ""},
		{"scope and scp", atES, `{` + atBase + `,"scope":"a*","scp":["root"]}`, at, "TOK-073 warn claims.scope; TOK-073 warn claims.scp"},
		{"aud is a number", atES, `{"iss":"https://idp.example","sub":"a","aud":7,"jti":"1","client_id":"rp",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileATJWT, Audiences: []string{"api"}}, "TOK-063 error claims.aud; TOK-072 error claims.aud"},
		{"bound to two keys, one at hand", atES, `{` + atBase + `,"cnf":{"jkt":"a","x5t#S256":"b"}}`, inspect.Context{Profile: inspect.ProfileATJWT, KeyThumbprint: "b"}, ""},
		{"bound to other keys", atES, `{` + atBase + `,"cnf":{"jkt":"a","x5t#S256":"b"}}`, inspect.Context{Profile: inspect.ProfileATJWT, KeyThumbprint: "c"}, "TOK-078 error claims.cnf"},
		{"assertion for the token endpoint", es256, `{"iss":"rp","sub":"rp","aud":"https://idp.example/oauth/token","jti":"1",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileClientAssertion, Issuer: "https://idp.example", ClientID: "rp"}, "TOK-079 warn claims.aud"},
		{"assertion for two servers, none expected", es256, `{"iss":"rp","sub":"rp","aud":["https://idp.example","https://other.example"],"jti":"1",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileClientAssertion}, "TOK-079 error claims.aud"},
		{"request object for nobody", es256, `{"iss":"rp","client_id":"rp",` + times + `}`,
			inspect.Context{Profile: inspect.ProfileRequestObject, Issuer: "https://idp.example", Audiences: []string{"https://idp.example"}}, "TOK-060 error claims.aud"},
		{"Entra placeholder", es256, `{"iss":"https://login.microsoftonline.com/{tenant}/v2.0","sub":"a","aud":"rp",` + times + `}`, id, "TOK-093 error claims.iss"},
		{"pull request in an enterprise", es256, `{"iss":"https://token.actions.githubusercontent.com/octo","sub":"repo:o/r:pull_request",` + times + `}`, jwt, "TOK-097 warn claims.sub"},
		{"groups elsewhere", es256, `{` + idBase + `,"hasgroups":true}`, id, "TOK-098 info claims.hasgroups"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, keys := signer()
			c.ctx.Now = time.Unix(now, 0)
			compare(t, Inspect(mint(t, c.header, c.claims), keys, c.ctx), c.want)
		})
	}
}

func compare(t *testing.T, r *inspect.Report, want string) {
	t.Helper()
	var got []string
	for _, f := range r.Findings {
		got = append(got, fmt.Sprintf("%s %s %s", f.ID, f.Severity, f.At))
		if f.Message == "" || f.Fix == "" || f.Ref == "" || f.Slug == "" {
			t.Errorf("%s says too little: %+v", f.ID, f)
		}
	}
	if text := strings.Join(got, "; "); text != want {
		t.Errorf("got  %q\nwant %q\nverdict %+v", text, want, r.Signature)
	}
}

func TestChecksOfTheText(t *testing.T) {
	token := mint(t, es256, `{`+idBase+`}`)
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	zeros := base64.RawURLEncoding.EncodeToString(make([]byte, 64))
	for _, c := range []struct{ name, token, want string }{
		{"half a token", header + "." + payload, "TOK-001 error input"},
		{"four parts", token + ".x", "TOK-001 error input"},
		{"plus sign", header + "." + payload + "." + "+" + signature[1:], "TOK-002 error segment.2"},
		{"padded", header + "." + payload + "." + signature + "==", "TOK-003 error segment.2"},
		{"prefix", "Bearer " + token, "TOK-005 info input"},
		{"final line break", token + "\n", ""},
		{"no signature", header + "." + payload + ".", "TOK-045 error signature"},
		{"zero signature", header + "." + payload + "." + zeros, "TOK-046 error signature"},
		{"short signature", header + "." + payload + ".AAAA", "TOK-047 error signature"},
		{"other signature", header + "." + payload + "." + flip(signature), "TOK-044 error signature"},
		{"opaque", "gho_16C7e42F292c6912E7710c838347Ae178B4a", "TOK-100 info input"},
		{"old PASETO", "v2.local.abcdefgh", "TOK-099 warn input"},
		{"new PASETO", "v4.local.abcdefgh", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, keys := signer()
			compare(t, Inspect(c.token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken}), c.want)
		})
	}
}

// flip changes the first character of a base64url text to another one.
func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

func TestNoKey(t *testing.T) {
	r := Inspect(mint(t, es256, `{`+idBase+`}`), nil, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken})
	compare(t, r, "TOK-048 info signature")
}

// TestHostileTextStaysPrintable holds every message to printable characters, whatever the token holds.
func TestHostileTextStaysPrintable(t *testing.T) {
	bad := `\u001b]0;x\u0007\u202e\u0000`
	claims := `{"iss":"` + bad + `","sub":"` + bad + `","aud":"` + bad + `","azp":"` + bad + `","nonce":"` + bad + `","` + bad + `":1,"exp":"` + bad + `"}`
	ctx := inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken, Issuer: "i", ClientID: "c", Nonce: "n"}
	r := Inspect(mint(t, `{"alg":"ES256","kid":"`+bad+`","typ":"`+bad+`","jku":"`+bad+`","crit":["`+bad+`"]}`, claims), nil, ctx)
	if len(r.Findings) < 8 {
		t.Errorf("only %d findings", len(r.Findings))
	}
	for _, f := range r.Findings {
		if i := strings.IndexFunc(f.Message+f.At, func(c rune) bool { return c < 0x20 || c == 0x202e }); i >= 0 {
			t.Errorf("%s holds a control character: %q at %q", f.ID, f.Message, f.At)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(mint(f, es256, `{`+idBase+`}`), "id_token")
	f.Add("eyJhbGciOiJub25lIn0.e30.", "jwt")
	f.Add("gho_x", "at_jwt")
	f.Fuzz(func(t *testing.T, token, profile string) {
		_, keys := signer()
		r := Inspect(token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.Profile(profile)})
		if !slices.IsSortedFunc(r.Findings, func(a, b rule.Finding) int { return strings.Compare(a.ID+a.At, b.ID+b.At) }) {
			t.Errorf("findings are not in order: %v", r.Findings)
		}
		for _, f := range r.Findings {
			if f.At == "check" {
				t.Errorf("a check failed: %s", f.Message)
			}
		}
	})
}
