package inspect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGlossaryIsWhole compares with the project's table of claims, where it is at hand.
func TestGlossaryIsWhole(t *testing.T) {
	file := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(fixtures(t, "jwks/google.json")[0]))), "knowledge", "claims.tsv")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("no table of claims beside the fixtures")
	}
	have := map[string]bool{}
	for e := range Glossary() {
		have[e.Name+"\t"+string(e.Where)+"\t"+e.Kind+"\t"+e.Source] = true
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[0] == "name" && f[1] == "where" {
			continue
		}
		rows++
		if !have[f[0]+"\t"+f[1]+"\t"+f[2]+"\t"+f[4]] {
			t.Errorf("%s (%s) is missing", f[0], f[1])
		}
	}
	if rows < 400 || len(have) < rows {
		t.Errorf("%d rows in the table, %d here", rows, len(have))
	}
}

func TestGlossaryRows(t *testing.T) {
	kinds := map[string]bool{"string": true, "uri": true, "time": true, "hash": true, "bool": true, "number": true, "array": true,
		"object": true, "jwk": true, "string-or-array": true, "string-or-uri": true}
	seen := map[string]bool{}
	for e := range Glossary() {
		key := string(e.Where) + " " + e.Name + " " + e.Source
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if !kinds[e.Kind] || e.Meaning == "" || e.Source == "" || strings.Contains(e.Meaning, "...") {
			t.Errorf("row %+v", e)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, tt := range []struct {
		name   string
		where  Where
		source string
	}{
		{"iss", InPayload, "RFC 7519 4.1.1"}, {"iss", InHeader, "RFC 7519 5.3"}, {"sub", InPayload, "RFC 7519 4.1.2"},
		{"custom:shoe_size", InPayload, "Cognito"}, {"extension_ab12_team", InPayload, "Entra"},
		{"https://app.example/roles", InPayload, "Auth0"}, {"urn:zitadel:iam:org:project:123:roles", InPayload, "Zitadel"},
		{"firebase.tenant", InPayload, "Firebase"}, {"tid", InPayload, "Entra"},
		{"custom:", InPayload, ""}, {"https:///roles", InPayload, ""}, {"ISS", InPayload, ""}, {"tid", InHeader, ""}, {"", InPayload, ""},
	} {
		e, ok := Lookup(tt.name, tt.where)
		if e.Source != tt.source || ok != (tt.source != "") {
			t.Errorf("%s %s: %+v", tt.where, tt.name, e)
		}
	}
	if all := LookupAll("sub"); len(all) != 4 {
		t.Errorf("sub has %d meanings: %+v", len(all), all)
	}
}

func TestMeaningFollowsTheIssuer(t *testing.T) {
	meaning := func(claims string) string {
		return Inspect(sampleHeader+"."+b64(claims)+".c2ln", nil, Context{}).Claims[1].Source
	}
	if got := meaning(`{"iss":"https://token.actions.githubusercontent.com","sub":"repo:a/b:ref:refs/heads/main"}`); got != "GitHub Actions" {
		t.Errorf("GitHub: %s", got)
	}
	if got := meaning(`{"iss":"https://spire.example","sub":"spiffe://example/x"}`); got != "SPIFFE" {
		t.Errorf("SPIFFE: %s", got)
	}
	if got := meaning(`{"iss":"https://idp.example","sub":"alice"}`); got != "RFC 7519 4.1.2" {
		t.Errorf("other: %s", got)
	}
}

func TestDescribe(t *testing.T) {
	es := mint("ES256")
	for _, tt := range []struct {
		name, value string
		where       Where
		want        string
	}{
		{"alg", `"RS256"`, InHeader, "RSA PKCS#1 v1.5 with SHA-256"},
		{"alg", `"none"`, InHeader, "unsecured: no signature at all"},
		{"alg", `"ECDH-ES+A128KW"`, InHeader, "key agreement with a one-time key (ECDH-ES)"},
		{"enc", `"A256GCM"`, InHeader, "AES-GCM with a key of 256 bits"},
		{"typ", `"application/at+JWT"`, InHeader, "an access token (RFC 9068)"},
		{"x5c", `["a","b"]`, InHeader, "2 certificates"},
		{"jwk", es.jwk("", ""), InHeader, "EC P-256, thumbprint " + es.key.Thumbprint()},
		{"jwk", `{"kty":"EC"}`, InHeader, `a key that can't be used: curve "": not supported`},
		{"exp", `1795305871`, InPayload, "2026-11-22 00:04:31 UTC, in 4 min 31 s"},
		{"iat", `1795305600`, InPayload, "2026-11-22 00:00:00 UTC, now"},
		{"iat", `1795302000`, InPayload, "2026-11-21 23:00:00 UTC, 1 h ago"},
		{"exp", `99999999999`, InPayload, "5138-11-16 09:46:39 UTC, in 3111 years"},
		{"updated_at", `"2026-11-21T00:00:00Z"`, InPayload, "a text where a number of seconds is wanted; meant is probably 2026-11-21 00:00:00 UTC"},
		{"amr", `["pwd","otp","x"]`, InPayload, "password, one-time password, x"},
		{"scope", `"openid  email"`, InPayload, "2 scopes: openid, email"},
		{"scp", `["a"]`, InPayload, "1 scope: a"},
		{"aud", `["a","b"]`, InPayload, "2 audiences"},
		{"azpacr", `"1"`, InPayload, "client with a secret"},
		{"cnf", `{"jkt":"x"}`, InPayload, "bound to a DPoP key"},
		{"cnf", `{"x5t#S256":"x"}`, InPayload, "bound to a client certificate (mutual TLS)"},
		{"at_hash", `"77QmUPtjPfzWtF2AnpK9RQ"`, InPayload, "16 bytes"},
		{"at_hash", `"77Qm="`, InPayload, "no base64url: padding (=) is forbidden in base64url of JOSE"},
		{"max_age", `3600`, InPayload, "1 h"},
		{"email_verified", `"true"`, InPayload, "a text instead of true or false"},
		{"roles", `["a"]`, InPayload, "1 entry"},
		{"address", `{"a":1,"b":2}`, InPayload, "2 members"},
		{"sub", `"alice"`, InPayload, ""},
	} {
		if got := Describe(tt.name, tt.where, ScanJSON(tt.value).Root, testNow); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.name, tt.value, got, tt.want)
		}
	}
}

// TestKeyOfEncryption: kid names the signer's key in a signed token, and the receiver's in an encrypted one (RFC 7516 4.1.6).
func TestKeyOfEncryption(t *testing.T) {
	for header, want := range map[string]string{`{"alg":"RS256","kid":"k"}`: "signed", `{"alg":"dir","enc":"A128GCM","kid":"k"}`: "encrypted to"} {
		_, claims := describe(ScanJSON(header).Root, InHeader, "", time.Time{})
		if kid := claims[len(claims)-1]; !strings.Contains(kid.Meaning, want) {
			t.Errorf("%s: %q", header, kid.Meaning)
		}
	}
}
