package inspect

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
)

// The JSON serializations of an SD-JWT (RFC 9901 8) are read like the compact one: same claims, same verdict on the holder.
func TestSelectiveInJSON(t *testing.T) {
	issuer, holder := mint("ES256"), mint("RS256")
	sum := func(text string) string {
		s := sha256.Sum256([]byte(text))
		return base64.RawURLEncoding.EncodeToString(s[:])
	}
	name, other := b64(`["s1","given_name","Ada"]`), b64(`["s2","family_name","Example"]`)
	claims := fmt.Sprintf(`{"iss":"https://idp.example","_sd":[%q,%q],"cnf":{"jwk":%s}}`, sum(name), sum(other), holder.jwk("h", ""))
	compact := issuer.token(t, `{"alg":"ES256","kid":"k1","typ":"dc+sd-jwt"}`, claims)
	presented := compact + "~" + name + "~"
	now := time.Unix(1795305600, 0)
	binding := holder.token(t, `{"alg":"RS256","typ":"kb+jwt"}`, fmt.Sprintf(`{"iat":%d,"aud":"verifier","nonce":"n","sd_hash":%q}`, now.Unix(), sum(presented)))
	parts := strings.Split(compact, ".")
	header := fmt.Sprintf(`{"disclosures":[%q],"kb_jwt":%q}`, name, binding)
	flattened := fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q,"header":%s}`, parts[1], parts[0], parts[2], header)
	general := fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q,"header":%s}]}`, parts[1], parts[0], parts[2], header)
	ctx := Context{Now: now, Nonce: "n", NonceSent: true, Audiences: []string{"verifier"}, KeyBinding: true}
	keys := issuer.jwks("k1", "")
	for kind, raw := range map[string]string{"compact": presented + binding, "flattened": flattened, "general": general} {
		r := Inspect(raw, keys, ctx)
		if r.Signature.Status != Verified || r.Type != string(ProfileSDJWT) || r.KeyBinding == nil || r.KeyBinding.Signature.Status != Verified {
			t.Fatalf("%s: %+v, type %s, key binding %+v", kind, r.Signature, r.Type, r.KeyBinding)
		}
		if got, _ := r.Token.Says().Get("given_name").Text(); got != "Ada" || r.Token.Says().Get("family_name") != nil {
			t.Errorf("%s says %s", kind, r.Processed)
		}
		if problem := KeyBindingProblem(r.Token, ctx); problem != "" {
			t.Errorf("%s: %s", kind, problem)
		}
	}

	for what, raw := range map[string]string{
		"another disclosure":                   strings.Replace(flattened, name, other, 1),
		"it is a number, wanted a text":        strings.Replace(flattened, `["`+name+`"]`, "[7]", 1),
		"disclosures is a text":                strings.Replace(flattened, `["`+name+`"]`, `"`+name+`"`, 1),
		"kb_jwt is a number":                   strings.Replace(flattened, `"`+binding+`"`, "7", 1),
		"a further signature brings":           strings.Replace(general, "}]}", fmt.Sprintf(`},{"protected":%q,"signature":%q,"header":{"disclosures":[%q]}}]}`, parts[0], parts[2], name), 1),
		"the same disclosure stands there twi": strings.Replace(flattened, `["`+name+`"]`, `["`+name+`","`+name+`"]`, 1),
	} {
		r := Inspect(raw, keys, ctx)
		said := KeyBindingProblem(r.Token, ctx) + strings.Join(r.Token.SD.Problems, "; ")
		for _, d := range r.Disclosures {
			said += d.Problem
		}
		if what == "another disclosure" {
			what = "it was made for other disclosures"
		}
		if !strings.Contains(said, what) {
			t.Errorf("want %q, got %q", what, said)
		}
	}
	if r := Inspect(fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q,"header":{"x":1}}`, parts[1], parts[0], parts[2]), keys, ctx); r.Token.SD != nil {
		t.Error("a header without disclosures makes no SD-JWT")
	}
}
