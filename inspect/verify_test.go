package inspect

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/jose"
)

const plainClaims = `{"iss":"https://idp.example","sub":"alice","aud":"web","exp":1795309200,"iat":1795305600}`

func TestVerifyEveryAlgorithm(t *testing.T) {
	for _, alg := range jose.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			m := mint(alg)
			raw := m.token(t, `{"alg":"`+alg+`","kid":"k1"}`, plainClaims)
			tok := Decode(raw)
			keys := m.jwks("k1", "")
			v := Verify(tok, keys)
			if v.Status != Verified || v.Key == nil || v.KID != "k1" || v.KeySource != "jwks" || v.Reason != "" {
				t.Fatalf("got %+v, keys %+v", v, keys.Keys)
			}
			if want := strings.LastIndexByte(raw, '.'); v.Covers != want {
				t.Errorf("covers %d bytes, want %d", v.Covers, want)
			}
			for i := 8; i < len(raw)-1; i += 5 { // not the last character: it may differ in unused bits only
				if raw[i] == '.' {
					continue
				}
				flipped := 'A'
				if raw[i] == 'A' {
					flipped = 'B'
				}
				changed := raw[:i] + string(flipped) + raw[i+1:]
				if got := Verify(Decode(changed), keys); got.Status == Verified {
					t.Fatalf("verified with character %d changed", i)
				}
			}
		})
	}
}

// TestVerifyRefusals goes through what jwx lets pass and must not (knowledge of the project, RFC 8725).
func TestVerifyRefusals(t *testing.T) {
	rs, es, hs, ed := mint("RS256"), mint("ES256"), mint("HS256"), mint("EdDSA")
	good := func(alg string) string { return `{"alg":"` + alg + `","kid":"k1"}` }
	for _, tt := range []struct {
		name   string
		raw    string
		keys   *KeySet
		want   Status
		reason string
	}{
		{"header says none, MAC is right", hs.token(t, `{"alg":"none"}`, plainClaims), hs.jwks("", ""), Unsecured, "not signed"},
		{"none in other letters", hs.token(t, `{"alg":"nOnE"}`, plainClaims), hs.jwks("", ""), Unsecured, "nOnE"},
		{"header says HS512, MAC is HS256", hs.token(t, good("HS512"), plainClaims), hs.jwks("k1", ""), Invalid, "wanted 64 bytes"},
		{"header says PS256, signature is RS256", rs.token(t, good("PS256"), plainClaims), rs.jwks("k1", ""), Invalid, "does not match"},
		{"lower-case algorithm", rs.token(t, good("rs256"), plainClaims), rs.jwks("k1", ""), Unsupported, "did the issuer mean RS256"},
		{"unknown algorithm", rs.token(t, good("XX1"), plainClaims), rs.jwks("k1", ""), Unsupported, "XX1"},
		{"no algorithm", rs.token(t, `{"kid":"k1"}`, plainClaims), rs.jwks("k1", ""), Refused, "names no algorithm"},
		{"algorithm is a number", rs.token(t, `{"alg":1}`, plainClaims), rs.jwks("k1", ""), Refused, "names no algorithm"},
		{"two algorithms", rs.token(t, `{"alg":"none","alg":"RS256"}`, plainClaims), rs.jwks("k1", ""), Refused, `"alg" more than once`},
		{"two kids", rs.token(t, `{"alg":"RS256","kid":"a","kid":"k1"}`, plainClaims), rs.jwks("k1", ""), Refused, `"kid" more than once`},
		{"bytes after the header", rs.token(t, good("RS256")+"{}", plainClaims), rs.jwks("k1", ""), Refused, "bytes follow"},
		{"header is no object", rs.token(t, `["RS256"]`, plainClaims), rs.jwks("k1", ""), Refused, "can't be read"},

		{"crit empty", rs.token(t, `{"alg":"RS256","crit":[]}`, plainClaims), rs.jwks("k1", ""), Refused, "at least one name"},
		{"crit is a text", rs.token(t, `{"alg":"RS256","crit":"b64","b64":true}`, plainClaims), rs.jwks("k1", ""), Refused, "has to be a list"},
		{"crit holds a number", rs.token(t, `{"alg":"RS256","crit":[1]}`, plainClaims), rs.jwks("k1", ""), Refused, "wanted names"},
		{"crit names a registered parameter", rs.token(t, `{"alg":"RS256","crit":["alg"]}`, plainClaims), rs.jwks("k1", ""), Refused, "may not be listed"},
		{"crit names what is absent", rs.token(t, `{"alg":"RS256","crit":["x"]}`, plainClaims), rs.jwks("k1", ""), Refused, "does not have"},
		{"crit twice the same", rs.token(t, `{"alg":"RS256","b64":true,"crit":["b64","b64"]}`, plainClaims), rs.jwks("k1", ""), Refused, "twice"},
		{"crit unknown", rs.token(t, `{"alg":"RS256","x":1,"crit":["x"]}`, plainClaims), rs.jwks("k1", ""), Refused, "does not understand"},
		{"crit known", rs.token(t, `{"alg":"RS256","b64":true,"crit":["b64"]}`, plainClaims), rs.jwks("k1", ""), Verified, ""},
		{"b64 false without crit", rs.signParts(t, b64(`{"alg":"RS256","b64":false}`), "text"), rs.jwks("k1", ""), Refused, "does not list it"},
		{"b64 false with crit", rs.signParts(t, b64(`{"alg":"RS256","b64":false,"crit":["b64"]}`), "te xt"), rs.jwks("k1", ""), Verified, ""},
		{"b64 is a text", rs.token(t, `{"alg":"RS256","b64":"false"}`, plainClaims), rs.jwks("k1", ""), Refused, "wanted true or false"},

		{"padding in the payload", rs.signParts(t, b64(good("RS256")), "e30="), rs.jwks("k1", ""), Refused, "padding"},
		{"ordinary base64 in the payload", rs.signParts(t, b64(good("RS256")), "e3+/"), rs.jwks("k1", ""), Refused, "ordinary base64"},
		{"padding behind the signature", rs.token(t, good("RS256"), plainClaims) + "==", rs.jwks("k1", ""), Refused, "padding"},
		{"signature missing", strings.TrimRight(rs.token(t, good("RS256"), plainClaims), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), rs.jwks("k1", ""), Invalid, "empty"},
		{"two parts", b64(good("RS256")) + ".e30", rs.jwks("k1", ""), Refused, "signature is missing"},
		{"four parts", rs.token(t, good("RS256"), plainClaims) + ".x", rs.jwks("k1", ""), Refused, "one dot too many"},

		{"key for encryption", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"use":"enc"`), Refused, "use: enc"},
		{"key with another use", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"use":"tls"`), Refused, "another use"},
		{"key_ops without verify", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"key_ops":["encrypt"]`), Refused, `key_ops: "encrypt"`},
		{"key_ops verify", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"key_ops":["verify"]`), Verified, ""},
		{"key_ops of a public key say sign", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"key_ops":["sign"]`), Refused, `key_ops: "sign"`},
		{"key for another algorithm", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"alg":"RS512"`), Refused, `key is for "RS512"`},
		{"key for EdDSA, token says Ed25519", mint("Ed25519").token(t, good("Ed25519"), plainClaims), ed.jwks("k1", `,"alg":"EdDSA"`), Verified, ""},
		{"RSA algorithm, EC key", rs.token(t, good("RS256"), plainClaims), es.jwks("k1", ""), Refused, "needs an RSA key"},
		{"ES256 by a P-384 key", mint("ES384").token(t, good("ES256"), plainClaims), mint("ES384").jwks("k1", ""), Refused, "defined for the curve P-256"},
		{"ES384 key says ES256", mint("ES384").token(t, good("ES384"), plainClaims), mint("ES384").jwks("k1", `,"alg":"ES256"`), Refused, `key is for "ES256"`},
		{"HS256 with a public key", hs.token(t, good("HS256"), plainClaims), rs.jwks("k1", ""), Refused, "classic forgery"},
		{"member of the key twice", rs.token(t, good("RS256"), plainClaims), rs.jwks("k1", `,"kty":"RSA"`), Refused, "more than once"},

		{"kid differs", rs.token(t, good("RS256"), plainClaims), rs.jwks("k2", ""), Unverified, `no key of the set has the kid "k1"`},
		{"kid in other letters", rs.token(t, good("RS256"), plainClaims), rs.jwks("K1", ""), Unverified, "no key of the set"},
		{"key without kid", rs.token(t, good("RS256"), plainClaims), rs.jwks("", ""), Verified, ""},
		{"token without kid", rs.token(t, `{"alg":"RS256"}`, plainClaims), rs.jwks("k1", ""), Verified, ""},
		{"no keys", rs.token(t, good("RS256"), plainClaims), nil, Unverified, "no key to check with"},
		{"empty key set", rs.token(t, good("RS256"), plainClaims), ParseKeySet([]byte(`{"keys":[]}`), "jwks", ""), Unverified, "is empty"},
		{"unreadable key set", rs.token(t, good("RS256"), plainClaims), ParseKeySet([]byte(`<html>`), "jwks", ""), Unverified, "can't be read"},
		{"other key of the same name", rs.token(t, good("RS256"), plainClaims), ParseKeySet([]byte(`{"keys":[`+es.jwk("k1", "")+","+rs.jwk("k1", "")+`]}`), "jwks", ""), Verified, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := Verify(Decode(tt.raw), tt.keys)
			if v.Status != tt.want || !strings.Contains(v.Reason, tt.reason) {
				t.Errorf("got %s %q, want %s %q", v.Status, v.Reason, tt.want, tt.reason)
			}
			if (v.Status == Verified) != (v.Key != nil) || (v.Status == Verified) != (v.Reason == "") {
				t.Errorf("verdict contradicts itself: %+v", v)
			}
		})
	}
}

func TestVerifyNotCanonical(t *testing.T) {
	rs := mint("RS256")
	raw := rs.token(t, `{"alg":"RS256"}`, plainClaims)
	last := strings.IndexByte(base64url, raw[len(raw)-1])
	bent := raw[:len(raw)-1] + string(base64url[last|1]) // 256 bytes leave 4 unused bits
	tok := Decode(bent)
	if tok.Fault(FaultNonCanonical, "signature") == nil {
		t.Fatalf("unused bits are not told: %+v", tok.Faults)
	}
	if v := Verify(tok, rs.jwks("", "")); v.Status != Refused || !strings.Contains(v.Reason, "RFC 4648 3.5") {
		t.Errorf("the same bytes in another spelling: %+v", v)
	}
	parts := strings.Split(rs.token(t, `{"alg":"RS256"}`, `{"a":1}`), ".")
	last = strings.IndexByte(base64url, parts[1][len(parts[1])-1])
	parts[1] = parts[1][:len(parts[1])-1] + string(base64url[last|1])
	if v := Verify(Decode(strings.Join(parts, ".")), rs.jwks("", "")); v.Status != Refused {
		t.Errorf("a respelt payload was taken for the signed one: %+v", v)
	}
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func TestVerdictNamesKeys(t *testing.T) {
	rs, es := mint("RS256"), mint("ES256")
	set := ParseKeySet([]byte(`{"keys":[`+es.jwk("ec", "")+","+rs.jwk("old", `,"use":"enc"`)+","+rs.jwk("k1", "")+`]}`), "discovery", "https://idp.example/jwks")
	v := Verify(Decode(rs.token(t, `{"alg":"RS256","kid":"k1"}`, plainClaims)), set)
	if v.Key != &set.Keys[2] || v.KeySource != "discovery" || len(v.Attempts) != 2 {
		t.Errorf("got %+v", v)
	}
	v = Verify(Decode(rs.token(t, `{"alg":"RS256","kid":"gone"}`, plainClaims)), set)
	if !v.KIDUnknown || v.Status != Unverified || len(v.Attempts) != 3 {
		t.Errorf("unknown kid: %+v", v)
	}
	for _, a := range v.Attempts {
		if a.Tried || a.Reason != "kid differs" {
			t.Errorf("attempt %+v", a)
		}
	}
	v = Verify(Decode(mint("HS256").token(t, `{"alg":"HS256","kid":"gone"}`, plainClaims)), set)
	if v.KIDUnknown {
		t.Errorf("fetching the set anew would not bring a shared secret: %+v", v)
	}
	v = Verify(Decode(rs.token(t, `{"alg":"RS256","kid":"k1"}`, plainClaims)), JoinKeySets(nil, SecretKeySet(testSecret), set))
	if v.Status != Verified || v.KeySource != "discovery" {
		t.Errorf("joined sets: %+v", v)
	}
}

func TestVerifyNotesWeakKeys(t *testing.T) {
	short, err := jose.NewSecret([]byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	raw := minter{"HS256", short}.token(t, `{"alg":"HS256"}`, plainClaims)
	v := Verify(Decode(raw), SecretKeySet([]byte("secret")))
	if v.Status != Verified || len(v.Notes) != 1 || !strings.Contains(v.Notes[0], "6 bytes") {
		t.Errorf("got %+v", v)
	}
}

// TestVerifyIsBounded: a set of a thousand keys does not make one signature cost a thousand checks.
func TestVerifyIsBounded(t *testing.T) {
	ed := mint("EdDSA")
	keys := make([]string, 300)
	for i := range keys {
		keys[i] = ed.jwk("", "")
	}
	raw := ed.token(t, `{"alg":"EdDSA"}`, plainClaims)
	parts := strings.Split(raw, ".")
	forged := parts[0] + "." + b64(`{"sub":"mallory"}`) + "." + parts[2]
	v := Verify(Decode(forged), ParseKeySet([]byte(`{"keys":[`+strings.Join(keys, ",")+`]}`), "jwks", ""))
	tried := 0
	for _, a := range v.Attempts {
		if a.Tried {
			tried++
		}
	}
	if v.Status != Invalid || tried != maxTries || len(v.Attempts) != 300 {
		t.Errorf("%s, tried %d of %d", v.Status, tried, len(v.Attempts))
	}
}
