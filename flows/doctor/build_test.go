package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
)

const issuer = "https://idp.example"

// whole is a document without any finding.
const whole = `{"issuer":"https://idp.example","authorization_endpoint":"https://idp.example/authorize","token_endpoint":"https://idp.example/token",
"userinfo_endpoint":"https://idp.example/userinfo","jwks_uri":"https://idp.example/keys","end_session_endpoint":"https://idp.example/logout",
"revocation_endpoint":"https://idp.example/revoke","introspection_endpoint":"https://idp.example/introspect",
"introspection_endpoint_auth_methods_supported":["client_secret_basic"],
"scopes_supported":["openid","email","offline_access"],"response_types_supported":["code"],"response_modes_supported":["query","form_post"],
"grant_types_supported":["authorization_code","refresh_token"],"subject_types_supported":["public"],
"id_token_signing_alg_values_supported":["RS256"],"token_endpoint_auth_methods_supported":["client_secret_basic","none"],
"claims_supported":["sub","iss","email"],"code_challenge_methods_supported":["S256"],"request_uri_parameter_supported":false,
"authorization_response_iss_parameter_supported":true}`

// patched changes members of the whole document; null takes one away.
func patched(t testing.TB, patch string) *Document {
	t.Helper()
	var base, change map[string]json.RawMessage
	if err := json.Unmarshal([]byte(whole), &base); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(patch), &change); err != nil {
		t.Fatalf("%v in %s", err, patch)
	}
	for name, value := range change {
		if base[name] = value; string(value) == "null" {
			delete(base, name)
		}
	}
	text, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	return newDocument(issuer+"/.well-known/openid-configuration", text)
}

// subject is a whole provider that answered everything well.
func subject(t testing.TB, patch string) *Subject {
	t.Helper()
	s := &Subject{Asked: issuer, Profile: Login, Now: judgedAt, Doc: patched(t, patch), Probes: map[Fact]*Answer{}}
	s.Answer = answer(issuer+"/.well-known/openid-configuration", 200, "application/json", s.Doc.Text)
	s.Again = s.Answer
	s.setKeys(t, `{"keys":[`+rsaKey("a")+`]}`)
	s.All = []*Answer{s.Answer, s.KeysAnswer}
	return s
}

func (s *Subject) setKeys(t testing.TB, text string) {
	t.Helper()
	s.KeysAnswer = answer(issuer+"/keys", 200, "application/jwk-set+json", text)
	s.KeysAgain = s.KeysAnswer
	s.KeysText = []byte(text)
	s.Set = inspect.ParseKeySet(s.KeysText, "jwks", "")
	s.Keys = readKeys(s.Set)
}

// answer makes the record of an exchange over TLS, as a good server answers it.
func answer(address string, status int, media, body string, headers ...string) *Answer {
	h := http.Header{"Content-Type": {media}, "Date": {judgedAt.Format(http.TimeFormat)}, "Cache-Control": {"max-age=3600"},
		"Access-Control-Allow-Origin": {"*"}, "Strict-Transport-Security": {"max-age=31536000"}}
	for i := 0; i+1 < len(headers); i += 2 {
		if h.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			h.Del(headers[i])
		}
	}
	return &Answer{Purpose: "test", Exchanges: []record.Exchange{{
		Request:  record.Request{Method: "GET", URL: address},
		Response: &record.Response{Status: status, Reason: reason(status), Headers: record.Fields(h), Body: record.Keep([]byte(body))},
		Timing:   record.Timing{Start: judgedAt, Total: 20 * time.Millisecond},
		Connection: record.Connection{TLS: "TLS 1.3", Chain: []record.Certificate{{Issuer: "CN=Authority", SHA256: address,
			NotBefore: judgedAt.AddDate(0, -1, 0), NotAfter: judgedAt.AddDate(0, 2, 0)}}},
	}}}
}

func reason(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }

// failed makes the record of a request without an answer.
func failed(address string, kind record.FailureKind, message string) *Answer {
	return &Answer{Purpose: "test", Exchanges: []record.Exchange{{Request: record.Request{Method: "GET", URL: address},
		Failure: &record.Failure{Kind: kind, Message: message}, Connection: record.Connection{Chain: []record.Certificate{{Issuer: "CN=Corp Root"}}}}}}
}

var testRSA = sync.OnceValue(func() *rsa.PrivateKey { return newRSA() })
var otherRSA = sync.OnceValue(func() *rsa.PrivateKey { return newRSA() })

func newRSA() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

var testEC = sync.OnceValue(func() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
})

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func jwk(members map[string]any) string {
	text, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// rsaJWK gives the members of a good public key; changes are names and values, nil takes a member away.
func rsaJWK(kid string, n *big.Int, changes ...any) string {
	m := map[string]any{"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": b64(n.Bytes()), "e": "AQAB"}
	return jwk(change(m, changes))
}

func rsaKey(kid string, changes ...any) string { return rsaJWK(kid, testRSA().N, changes...) }

func ecKey(kid string, changes ...any) string {
	point, err := testEC().PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	m := map[string]any{"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": b64(point[1:33]), "y": b64(point[33:])}
	return jwk(change(m, changes))
}

func change(m map[string]any, changes []any) map[string]any {
	for i := 0; i+1 < len(changes); i += 2 {
		if m[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(m, changes[i].(string))
		}
	}
	return m
}

// certificate gives a self-signed certificate of a key, as x5c has it.
func certificate(key *rsa.PrivateKey, from, until time.Time) []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "key"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return der
}

func x5c(der []byte) []string { return []string{base64.StdEncoding.EncodeToString(der)} }
