package inspect

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/jose"
)

// signature makes one entry of "signatures" over a payload text that stands in the token as it is.
func (m minter) signature(t testing.TB, protected, unprotected, payload string) string {
	t.Helper()
	entry := map[string]any{}
	text := ""
	if protected != "" {
		text = b64(protected)
		entry["protected"] = text
	}
	if unprotected != "" {
		entry["header"] = json.RawMessage(unprotected)
	}
	sig, err := jose.Sign(m.alg, m.key, []byte(text+"."+payload))
	if err != nil {
		t.Fatal(err)
	}
	entry["signature"] = base64.RawURLEncoding.EncodeToString(sig)
	out, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func general(payload string, signatures ...string) string {
	return `{"payload":"` + payload + `","signatures":[` + strings.Join(signatures, ",") + `]}`
}

func flattened(payload, signature string) string {
	return `{"payload":"` + payload + `",` + signature[1:]
}

func TestVerifyJSON(t *testing.T) {
	es, hs, ed := mint("ES256"), mint("HS256"), mint("EdDSA")
	payload := b64(plainClaims)
	keys := JoinKeySets(es.jwks("e", ""), hs.jwks("h", ""))
	good := es.signature(t, `{"alg":"ES256","kid":"e"}`, "", payload)
	mac := hs.signature(t, `{"alg":"HS256"}`, `{"kid":"h"}`, payload)
	other := ed.signature(t, `{"alg":"EdDSA","kid":"d"}`, "", payload)
	wrong := es.signature(t, `{"alg":"ES256","kid":"e"}`, "", b64(`{"sub":"mallory"}`))
	for _, tt := range []struct {
		name, raw string
		want      Status
		each      string // statuses, one a signature
		says      string // in reason or notes
	}{
		{"flattened", flattened(payload, good), Verified, "", ""},
		{"flattened, another payload", flattened(b64(`{}`), good), Invalid, "", "does not match"},
		{"all parameters unprotected", flattened(payload, hs.signature(t, "", `{"alg":"HS256","kid":"h"}`, payload)), Verified, "", ""},
		{"both verified", general(payload, good, mac), Verified, "verified verified", "all 2"},
		{"one wrong", general(payload, good, wrong), Invalid, "verified invalid", "1 of 2"},
		{"one without a key", general(payload, other, good), Verified, "unverified verified", "1 of 2"},
		{"none has a key", general(payload, other), Unverified, "unverified", "no key of the set"},
		{"one unsecured", general(payload, good, `{"header":{"alg":"none"},"signature":""}`), Verified, "verified none", "1 of 2"},
		{"name in both headers", flattened(payload, es.signature(t, `{"alg":"ES256","kid":"e"}`, `{"kid":"e"}`, payload)), Refused, "", `"kid" stands in`},
		{"crit unprotected", flattened(payload, es.signature(t, `{"alg":"ES256"}`, `{"crit":["b64"]}`, payload)), Refused, "", "crit has to be"},
		{"b64 unprotected", flattened(payload, es.signature(t, `{"alg":"ES256"}`, `{"b64":false}`, payload)), Refused, "", "b64 has to be"},
		{"no header at all", flattened(payload, es.signature(t, "", "", payload)), Refused, "", "header can't be read"},
		{"header no object", flattened(payload, es.signature(t, `{"alg":"ES256"}`, `[]`, payload)), Refused, "", "wanted an object"},
		{"unencoded", flattened("$.02", es.signature(t, `{"alg":"ES256","b64":false,"crit":["b64"]}`, "", "$.02")), Verified, "", ""},
		{"unencoded, not listed", flattened("$.02", es.signature(t, `{"alg":"ES256","b64":false}`, "", "$.02")), Refused, "", "does not list it"},
		{"two readings of the payload", general(payload, good, es.signature(t, `{"alg":"ES256","b64":false,"crit":["b64"]}`, "", payload)), Verified, "verified refused", ""},
		{"payload twice", `{"payload":"` + payload + `",` + flattened(payload, good)[1:], Refused, "", "more than once"},
		{"payload twice, list", `{"payload":"` + payload + `",` + general(payload, good)[1:], Refused, "refused", "more than once"},
		{"members of both forms", `{"signature":"AA",` + general(payload, good)[1:], Refused, "refused", "two serializations"},
		{"signatures no list", `{"payload":"e30","signatures":{}}`, Refused, "", "has to be a list"},
		{"no signatures", `{"payload":"e30","signatures":[]}`, Refused, "", "at least one"},
		{"entry no object", general("e30", `7`), Refused, "refused", "signature"},
		{"signature a number", `{"payload":"e30","protected":"e30","signature":1}`, Refused, "", "wanted a text"},
		{"escaped text", strings.Replace(flattened(payload, good), `"payload":"e`, `"payload":"\u0065`, 1), Verified, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Inspect(tt.raw, keys, Context{})
			v := r.Signature
			var each []string
			for _, s := range r.Signatures {
				each = append(each, string(s.Status))
			}
			if v.Status != tt.want || strings.Join(each, " ") != tt.each || !strings.Contains(v.Reason+strings.Join(v.Notes, "; "), tt.says) {
				t.Errorf("got %s %q, %q, notes %q", v.Status, each, v.Reason, v.Notes)
			}
		})
	}
}

func TestDetached(t *testing.T) {
	hs := mint("HS256")
	keys := hs.jwks("", "")
	raw := hs.token(t, `{"alg":"HS256"}`, plainClaims)
	parts := strings.Split(raw, ".")
	detached := parts[0] + ".." + parts[2]
	unencoded := `{"alg":"HS256","b64":false,"crit":["b64"]}`
	sig, err := jose.Sign("HS256", hs.key, []byte(b64(unencoded)+".$.02"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, raw string
		payload   []byte
		want      Status
		says      string
	}{
		{"not put back", detached, nil, Unverified, "detached"},
		{"put back", detached, []byte(plainClaims), Verified, ""},
		{"another one put back", detached, []byte(`{}`), Invalid, "does not match"},
		{"an empty one put back", detached, []byte{}, Invalid, "does not match"},
		{"not detached", raw, []byte(plainClaims), Verified, "has its own"},
		{"unencoded", b64(unencoded) + ".." + base64.RawURLEncoding.EncodeToString(sig), []byte("$.02"), Verified, ""},
		{"flattened", flattened("", hs.signature(t, `{"alg":"HS256"}`, "", b64(plainClaims))), []byte(plainClaims), Verified, ""},
		{"general", general("", hs.signature(t, `{"alg":"HS256"}`, "", b64(plainClaims))), []byte(plainClaims), Verified, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Inspect(tt.raw, keys, Context{Payload: tt.payload})
			if r.Signature.Status != tt.want || !strings.Contains(r.Signature.Reason+strings.Join(r.Signature.Notes, ""), tt.says) {
				t.Errorf("got %+v", r.Signature)
			}
			if tt.payload != nil && !strings.Contains(tt.name, "not detached") && string(r.Token.Bytes) != string(tt.payload) {
				t.Errorf("payload %q", r.Token.Bytes)
			}
		})
	}
}

// TestManySignatures: keys and signatures multiply, and the sender chooses how many signatures there are.
func TestManySignatures(t *testing.T) {
	p521 := mint("ES512")
	entry := p521.signature(t, `{"alg":"ES512"}`, "", "e30")
	many := func(n int) string {
		return general("e30", strings.Split(strings.Repeat(entry+"\n", n-1)+entry, "\n")...)
	}
	jwks := make([]string, 50)
	for i := range jwks {
		jwks[i] = p521.jwk(fmt.Sprint(i), "")
	}
	keys := ParseKeySet([]byte(`{"keys":[`+strings.Join(jwks, ",")+`]}`), "jwks", "")
	if v := Verify(Decode(many(MaxSignatures+1)), keys); v.Status != Refused || !strings.Contains(v.Reason, "more than 100") {
		t.Errorf("too many: %+v", v)
	}
	forged := strings.Replace(many(MaxSignatures), `"e30"`, `"e3A"`, 1)
	v := Verify(Decode(forged), keys)
	if v.Status != Invalid || len(v.Each) != MaxSignatures || v.Each[MaxSignatures-1].Status != Refused {
		t.Errorf("got %s, last %+v", v.Status, v.Each[len(v.Each)-1])
	}
	tried := 0
	for _, each := range v.Each {
		for _, a := range each.Attempts {
			if a.Tried {
				tried++
			}
		}
	}
	if most := maxWork/cost(&keys.Keys[0], 0) + len(keys.Keys); tried < 2 || tried > most { // the bound is looked at before each signature
		t.Errorf("%d keys were tried, wanted at most %d of %d", tried, most, MaxSignatures*len(keys.Keys))
	}
}
