package lint

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// jsonSignature makes an entry of "signatures" over a payload, signed with the key "k1".
func jsonSignature(t testing.TB, protected, unprotected, payload string) string {
	t.Helper()
	key, _ := signer()
	text := ""
	if protected != "" {
		text = b64(protected)
	}
	sig, err := jose.Sign("ES256", key, []byte(text+"."+b64(payload)))
	if err != nil {
		t.Fatal(err)
	}
	entry := `{"signature":"` + base64.RawURLEncoding.EncodeToString(sig) + `"`
	if protected != "" {
		entry += `,"protected":"` + text + `"`
	}
	if unprotected != "" {
		entry += `,"header":` + unprotected
	}
	return entry + "}"
}

func TestJSONForms(t *testing.T) {
	claims := `{` + idBase + `}`
	flat := func(protected, unprotected string) string {
		return `{"payload":"` + b64(claims) + `",` + jsonSignature(t, protected, unprotected, claims)[1:]
	}
	general := func(signatures ...string) string {
		return `{"payload":"` + b64(claims) + `","signatures":[` + strings.Join(signatures, ",") + `]}`
	}
	good := jsonSignature(t, es256, "", claims)
	for _, c := range []struct{ name, token, want string }{
		{"flattened", flat(es256, ""), ""},
		{"kid unprotected", flat(`{"alg":"ES256","typ":"JWT"}`, `{"kid":"k1"}`), ""},
		{"alg unprotected", flat(`{"typ":"JWT"}`, `{"alg":"ES256","kid":"k1"}`), "TOK-016 error header.alg"},
		{"nothing protected", flat("", `{"alg":"ES256","kid":"k1","typ":"JWT"}`), "TOK-016 error header.alg"},
		{"kid in both", flat(es256, `{"kid":"k1"}`), "TOK-016 error header.kid"},
		{"crit and b64 unprotected", flat(es256, `{"crit":["b64"],"b64":true}`), "TOK-016 error header.b64; TOK-016 error header.crit"},
		{"zip unprotected", flat(es256, `{"zip":"DEF"}`), "TOK-016 error header.zip; TOK-040 warn header.zip"},
		{"name twice in the protected header", flat(`{"alg":"ES256","kid":"k1","typ":"JWT","typ":"JWT"}`, `{"x":1}`), "TOK-008 error header.typ"},
		{"name twice in the unprotected header", flat(es256, `{"x":1,"x":1}`), "TOK-008 error header.x"},
		{"surrogate beside an unprotected header", flat(`{"alg":"ES256","kid":"k1","typ":"JWT","a":"\ud800"}`, `{"x":1}`), "TOK-011 warn header.a"},
		{"no signature member", `{"payload":"` + b64(claims) + `","signatures":[{"protected":"` + b64(es256) + `"}]}`, "TOK-001 error input"},
		{"empty list", `{"payload":"e30","signatures":[]}`, "TOK-001 error input"},
		{"two good ones", general(good, good), ""},
		{"second one wrong", general(good, jsonSignature(t, es256, "", `{}`)), "TOK-044 error signature"},
		{"second one without alg", general(good, jsonSignature(t, `{"typ":"JWT"}`, "", claims)), "TOK-019 error header.alg"},
		{"both with an unknown kid", general(jsonSignature(t, `{"alg":"ES256","kid":"z","typ":"JWT"}`, "", claims), jsonSignature(t, `{"alg":"ES256","kid":"y","typ":"JWT"}`, "", claims)),
			"TOK-030 error header.kid"},
		{"padded signature", strings.Replace(flat(es256, ""), `","protected`, `==","protected`, 1), "TOK-003 error segment.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, keys := signer()
			compare(t, Inspect(c.token, keys, inspect.Context{Now: time.Unix(now, 0), Profile: inspect.ProfileIDToken}), c.want)
		})
	}
}
