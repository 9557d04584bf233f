package doctor

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/preset"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// pair is how a rule is tried: what makes it pass, and what makes it find something. Both change a whole provider.
type pair struct {
	good, bad func(t *testing.T, s *Subject)
}

// TestEveryRule holds each rule to a case that it must pass (really judge, not skip) and one that it must find. Rules whose
// examples are documents are tried with these; the others have their pairs here.
func TestEveryRule(t *testing.T) {
	pairs := allPairs()
	for _, r := range Rules() {
		t.Run(r.ID, func(t *testing.T) {
			p, listed := pairs[r.ID]
			if !listed {
				if !strings.HasPrefix(r.Good, "{") || !strings.HasPrefix(r.Bad, "{") || strings.HasPrefix(r.ID, "JWKS") && r.ID != "JWKS-037" {
					t.Fatal("there is no case for this rule")
				}
				p = pair{patch(r.Good), patch(r.Bad)}
			}
			good, bad := subject(t, `{}`), subject(t, `{}`)
			p.good(t, good)
			p.bad(t, bad)
			if o := r.Apply(good); o.Result != rule.Pass {
				t.Errorf("good: %s %+v", o.Result, o.Findings)
			}
			o := r.Apply(bad)
			if o.Result != rule.Found {
				t.Fatalf("bad: %s", o.Result)
			}
			for _, f := range o.Findings {
				if f.At == "check" || f.Message == "" || f.At == "" || f.Ref == "" || f.Fix == "" {
					t.Errorf("a finding says too little: %+v", f)
				}
			}
		})
	}
	for id := range pairs {
		if !strings.Contains(fmt.Sprint(Checks()), id) {
			t.Errorf("a case is about %s, which does not exist", id)
		}
	}
}

func patch(json string) func(*testing.T, *Subject) {
	return func(t *testing.T, s *Subject) { s.Doc = patched(t, json) }
}

func same(*testing.T, *Subject) {}

// set makes a change that needs no test.
func set(change func(s *Subject)) func(*testing.T, *Subject) {
	return func(_ *testing.T, s *Subject) { change(s) }
}

func keysOf(keys ...string) func(*testing.T, *Subject) {
	return func(t *testing.T, s *Subject) { s.setKeys(t, `{"keys":[`+strings.Join(keys, ",")+`]}`) }
}

func probed(f Fact, a *Answer) func(*testing.T, *Subject) {
	return set(func(s *Subject) { s.Probes[f] = a })
}

// endpoint makes an answer of an endpoint.
func endpoint(status int, media, body string, headers ...string) *Answer {
	return answer(issuer+"/endpoint", status, media, body, headers...)
}

const (
	refusal = `{"error":"invalid_request"}`
	page    = `<!DOCTYPE html><title>Sign in</title>`
)

func client(c Client) func(*testing.T, *Subject) { return set(func(s *Subject) { s.Client = &c }) }

func allPairs() map[string]pair {
	all := map[string]pair{}
	for _, some := range []map[string]pair{documentPairs(), travelPairs(), keyPairs(), endpointPairs(), clientPairs()} {
		for id, p := range some {
			all[id] = p
		}
	}
	return all
}

func documentPairs() map[string]pair {
	asked := func(asked, got string) func(*testing.T, *Subject) {
		return func(t *testing.T, s *Subject) { s.Asked, s.Doc = asked, patched(t, `{"issuer":"`+got+`"}`) }
	}
	places := func(t *testing.T, answering ...int) []PlaceAnswer {
		all := make([]PlaceAnswer, 4)
		for i, p := range flows.WellKnown(issuer + "/a") {
			all[i] = PlaceAnswer{Place: p, Answer: endpoint(404, "text/plain", "")}
			for _, n := range answering {
				if n == i {
					all[i].Doc = patched(t, `{}`)
				}
			}
		}
		return all
	}
	return map[string]pair{
		"DISC-001": {same, set(func(s *Subject) { s.Answer = endpoint(403, "text/plain", "") })},
		"DISC-002": {same, set(func(s *Subject) { s.Doc = newDocument("", []byte(whole+"%")) })},
		"DISC-003": {same, set(func(s *Subject) { s.Answer = endpoint(200, "text/plain", "{}") })},
		"DISC-005": {same, asked(issuer+"/a", issuer+"/b")},
		"DISC-006": {same, asked(issuer, issuer+"/")},
		"DISC-007": {same, asked("https://IDP.example:443", issuer)},
		"DISC-008": {same, asked(issuer, "http://inside:8080")},
		"DISC-013": {func(t *testing.T, s *Subject) { s.Places = places(t, 0, 1) }, func(t *testing.T, s *Subject) { s.Places = places(t, 3) }},
		"DISC-014": {func(t *testing.T, s *Subject) { s.Places = places(t, 0, 1) }, func(t *testing.T, s *Subject) {
			s.Places = places(t, 0, 1)
			s.Places[1].Doc = patched(t, `{"token_endpoint":"https://idp.example/other"}`)
		}},
		"DISC-034": {same, patch(`{"token_endpoint_auth_methods_supported":null}`)},
		"DISC-035": {client(Client{AuthMethod: "client_secret_basic"}), client(Client{AuthMethod: "client_secret_post"})},
		"DISC-036": {client(Client{Public: true}), func(t *testing.T, s *Subject) {
			s.Client, s.Doc = &Client{Public: true}, patched(t, `{"token_endpoint_auth_methods_supported":["client_secret_basic"]}`)
		}},
		"DISC-059": {set(func(s *Subject) { s.Underscore = endpoint(404, "text/plain", "") }), set(func(s *Subject) { s.Underscore = endpoint(200, "application/json", whole) })},
		"DISC-061": {same, func(t *testing.T, s *Subject) {
			s.Again = endpoint(200, "application/json", patched(t, `{"issuer":"https://b.example"}`).Text)
		}},
		"DISC-064": {set(func(s *Subject) { s.Pages = []PageAnswer{{"op_tos_uri", endpoint(200, "text/html", page)}} }),
			set(func(s *Subject) { s.Pages = []PageAnswer{{"op_tos_uri", endpoint(404, "text/html", page)}} })},
	}
}

func travelPairs() map[string]pair {
	discovery := func(a *Answer) func(*testing.T, *Subject) {
		return set(func(s *Subject) { s.Answer, s.All = a, []*Answer{a} })
	}
	doc := func(headers ...string) *Answer {
		return answer(issuer+"/.well-known/openid-configuration", 200, "application/json", whole, headers...)
	}
	moved := doc()
	moved.Exchanges = append([]record.Exchange{moved.Exchanges[0]}, moved.Exchanges[0])
	moved.Exchanges[1].Request.URL = "https://other.example/x"
	slowly := doc()
	slowly.Exchanges[0].Timing.Total = 6 * time.Second
	ending := doc()
	ending.Exchanges[0].Connection.Chain[0].NotAfter = judgedAt.AddDate(0, 0, 3)
	old := doc()
	old.Exchanges[0].Connection.TLS = "TLS 1.1"
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	return map[string]pair{
		"HTTP-001": {same, discovery(moved)},
		"HTTP-002": {set(func(s *Subject) {
			s.PlainHTTP = answer("http://idp.example/", 301, "text/plain", "", "Location", issuer)
		}),
			set(func(s *Subject) { s.PlainHTTP = answer("http://idp.example/", 200, "application/json", whole) })},
		"HTTP-003": {same, set(func(s *Subject) {
			s.KeysAnswer = answer(issuer+"/keys", 200, "application/json", "{}", "Cache-Control", "max-age=604800")
		})},
		"HTTP-004": {same, set(func(s *Subject) { s.Again = doc("Access-Control-Allow-Origin", "") })},
		"HTTP-005": {probed(factTokenCORS, endpoint(204, "text/plain", "", "Access-Control-Allow-Origin", "")),
			probed(factTokenCORS, endpoint(204, "text/plain", "", "Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true"))},
		"HTTP-006": {same, discovery(doc("Strict-Transport-Security", ""))},
		"HTTP-007": {same, discovery(answer(issuer, 200, "text/html", page))},
		"HTTP-008": {same, discovery(answer(issuer, 429, "text/plain", ""))},
		"HTTP-009": {same, discovery(slowly)},
		"HTTP-010": {same, discovery(doc("Content-Encoding", "gzip"))},
		"TLS-001":  {same, discovery(failed(issuer, record.FailTLSExpired, "expired"))},
		"TLS-002":  {same, discovery(ending)},
		"TLS-003":  {set(func(s *Subject) { s.OldTLS = failed(issuer, record.FailTLSOther, "no common version") }), set(func(s *Subject) { s.OldTLS = old })},
		"TLS-004":  {same, discovery(failed(issuer, record.FailTLSUnknown, "unknown authority"))},
		"TLS-005": {set(func(s *Subject) { s.Addresses = []AddressAnswer{{v4, doc()}, {v6, doc()}} }),
			set(func(s *Subject) {
				s.Addresses = []AddressAnswer{{v4, doc()}, {v6, failed(issuer, record.FailRefused, "nothing accepts connections")}}
			})},
		"CLK-001": {same, discovery(doc("Date", judgedAt.Add(-94*time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT")))},
		"CLK-002": {same, discovery(doc("Date", ""))},
	}
}

func keyPairs() map[string]pair {
	n := testRSA().N
	good := certificate(testRSA(), judgedAt.AddDate(-1, 0, 0), judgedAt.AddDate(1, 0, 0))
	old := certificate(testRSA(), judgedAt.AddDate(-2, 0, 0), judgedAt.AddDate(-1, 0, 0))
	foreign := certificate(otherRSA(), judgedAt.AddDate(-1, 0, 0), judgedAt.AddDate(1, 0, 0))
	one, _ := thumbprintsOf(good)
	two := keysOf(rsaKey("a"), rsaJWK("b", otherRSA().N))
	bad := func(changes ...any) func(*testing.T, *Subject) { return keysOf(rsaKey("a", changes...)) }
	modulus := func(n *big.Int) func(*testing.T, *Subject) { return keysOf(rsaJWK("a", n)) }
	token := func(kid string) *inspect.Token {
		return inspect.Decode(b64([]byte(`{"alg":"RS256","kid":"`+kid+`"}`)) + "." + b64([]byte(`{"iss":"https://idp.example"}`)) + ".c2ln")
	}
	before := subject2(`{"keys":[` + rsaKey("a") + `]}`)
	return map[string]pair{
		"JWKS-001": {same, set(func(s *Subject) { s.KeysAnswer = answer(issuer+"/keys", 404, "text/plain", "") })},
		"JWKS-002": {same, set(func(s *Subject) { s.KeysAnswer = answer(issuer+"/keys", 200, "text/plain", "{}") })},
		"JWKS-003": {same, func(t *testing.T, s *Subject) { s.setKeys(t, `{"key":[]}`) }},
		"JWKS-004": {same, keysOf()},
		"JWKS-005": {same, patch(`{"id_token_signing_alg_values_supported":["RS256","ES256"]}`)},
		"JWKS-006": {same, bad("d", "AQAB")},
		"JWKS-007": {same, keysOf(`{"kty":"oct","k":"c2VjcmV0","kid":"a"}`)},
		"JWKS-008": {two, keysOf(rsaKey("a"), rsaJWK("a", otherRSA().N))},
		"JWKS-009": {two, keysOf(rsaKey("a"), rsaKey("b"))},
		"JWKS-010": {two, keysOf(rsaKey("a", "kid", nil), rsaJWK("b", otherRSA().N, "kid", nil))},
		"JWKS-011": {same, bad("kid", "")},
		"JWKS-012": {same, bad("kty", nil, "Kty", "RSA")},
		"JWKS-013": {same, keysOf(`{"kty":"XYZ","kid":"a"}`)},
		"JWKS-014": {same, modulus(new(big.Int).Rsh(n, 1024).SetBit(new(big.Int).Rsh(n, 1024), 0, 1))},
		"JWKS-015": {same, modulus(new(big.Int).SetBit(big.NewInt(1), 9000, 1))},
		"JWKS-016": {same, bad("e", "AQ")},
		"JWKS-017": {same, bad("e", b64([]byte{1, 0, 0, 0, 0, 1}))},
		"JWKS-018": {same, modulus(new(big.Int).SetBit(n, 0, 0))},
		"JWKS-019": {same, modulus(rocaModulus())},
		"JWKS-020": {same, bad("e", "AQAB==")},
		"JWKS-021": {keysOf(ecKey("a")), keysOf(ecKey("a", "y", b64(make([]byte, 32))))},
		"JWKS-022": {keysOf(ecKey("a")), keysOf(ecKey("a", "alg", "ES384"))},
		"JWKS-023": {same, bad("alg", "SHA256")},
		"JWKS-024": {same, bad("alg", nil)},
		"JWKS-025": {same, bad("use", nil)},
		"JWKS-026": {same, bad("use", "enc", "key_ops", []string{"verify"})},
		"JWKS-027": {two, keysOf(rsaKey("a"), rsaKey("b", "use", "enc", "alg", "RSA-OAEP"))},
		"JWKS-028": {bad("x5c", x5c(good)), bad("x5c", []string{base64.URLEncoding.EncodeToString([]byte{0xfb, 0xff, 0xfe})})},
		"JWKS-029": {bad("x5c", x5c(good)), bad("x5c", x5c(foreign))},
		"JWKS-030": {bad("x5c", x5c(good)), bad("x5c", x5c(old))},
		"JWKS-031": {bad("x5c", x5c(good), "x5t", one), bad("x5c", x5c(good), "x5t", "AAAA")},
		"JWKS-032": {same, bad("x5u", "https://idp.example/cert")},
		"JWKS-033": {same, keysOf(strings.Split(strings.Repeat(rsaKey("a")+"\n", 51), "\n")[:51]...)},
		"JWKS-034": {two, same},
		"JWKS-035": {set(func(s *Subject) { s.Token = token("a") }), set(func(s *Subject) { s.Token = token("z") })},
		"JWKS-036": {bad("issuer", issuer), bad("issuer", "https://other.example")},
		"JWKS-038": {set(func(s *Subject) { s.Previous = before }), func(t *testing.T, s *Subject) {
			s.Previous = before
			s.setKeys(t, `{"keys":[`+rsaJWK("a", otherRSA().N)+`]}`)
		}},
	}
}

func subject2(keys string) *Subject {
	set := inspect.ParseKeySet([]byte(keys), "jwks", "")
	return &Subject{Set: set, Keys: readKeys(set)}
}

func thumbprintsOf(der []byte) (string, string) {
	set := inspect.ParseKeySet([]byte(`{"keys":[`+rsaKey("a", "x5c", x5c(der))+`]}`), "jwks", "")
	return thumbprints(readKeys(set)[0].X5C[0])
}

// rocaModulus makes a number of the form that CVE-2017-15361 is about: a power of 65537 modulo a product of small primes, plus
// multiples of it.
func rocaModulus() *big.Int {
	product := big.NewInt(2)
	for _, p := range primes() {
		if p <= 167 {
			product.Mul(product, big.NewInt(p))
		}
	}
	n := new(big.Int).Exp(big.NewInt(65537), big.NewInt(1234567), product)
	return n.Add(n, new(big.Int).Mul(product, new(big.Int).Lsh(big.NewInt(1), 1900)))
}

func endpointPairs() map[string]pair {
	return map[string]pair{
		"EP-001": {probed(factAuthorize, endpoint(400, "text/html", page)), probed(factAuthorize, endpoint(404, "text/html", page))},
		"EP-002": {probed(factForeign, endpoint(302, "text/html", "", "Location", "/login")), probed(factForeign, endpoint(302, "text/html", "", "Location", origin+"/callback?error=x"))},
		"EP-003": {probed(factTokenPost, endpoint(400, "application/json", refusal)), probed(factTokenPost, endpoint(404, "text/html", page))},
		"EP-004": {probed(factTokenGet, endpoint(405, "application/json", refusal)), probed(factTokenGet, endpoint(200, "text/html", page))},
		"EP-005": {probed(factTokenPost, endpoint(400, "application/json", refusal, "Cache-Control", "no-store")), probed(factTokenPost, endpoint(400, "application/json", refusal))},
		"EP-006": {probed(factTokenPost, endpoint(401, "application/json", refusal, "WWW-Authenticate", "Basic")), probed(factTokenPost, endpoint(401, "application/json", refusal))},
		"EP-007": {probed(factTokenPost, endpoint(400, "application/json", refusal)), probed(factTokenPost, endpoint(200, "application/json", refusal))},
		"EP-008": {probed(factUserInfo, endpoint(401, "text/plain", "", "WWW-Authenticate", "Bearer")), probed(factUserInfo, endpoint(401, "text/plain", ""))},
		"EP-009": {probed(factDevice, endpoint(401, "application/json", refusal)), probed(factDevice, endpoint(404, "text/html", page))},
		"EP-010": {set(func(s *Subject) {
			s.Probes[factIntrospect], s.Probes[factRevoke] = endpoint(401, "application/json", refusal), endpoint(401, "application/json", refusal)
		}), set(func(s *Subject) {
			s.Probes[factIntrospect], s.Probes[factRevoke] = endpoint(200, "application/json", `{"active":false}`), endpoint(200, "text/plain", "")
		})},
		"EP-011": {probed(factEndSession, endpoint(200, "text/html", page)), probed(factEndSession, endpoint(302, "text/html", "", "Location", origin+"/"))},
		"EP-012": {probed(factPAR, endpoint(401, "application/json", refusal)), probed(factPAR, endpoint(201, "application/json", "{}"))},
		"EP-013": {probed(factRegister, endpoint(401, "application/json", `{"error":"invalid_token"}`)), probed(factRegister, endpoint(400, "application/json", `{"error":"invalid_redirect_uri"}`))},
		"EP-014": {probed(factAuthorize, endpoint(400, "text/html", page, "X-Frame-Options", "DENY")), probed(factAuthorize, endpoint(400, "text/html", page))},
	}
}

func clientPairs() map[string]pair {
	redirect := func(uri string) func(*testing.T, *Subject) { return client(Client{RedirectURI: uri}) }
	of := func(id string, then func(s *Subject)) func(*testing.T, *Subject) {
		return set(func(s *Subject) { s.Preset, _ = preset.Find(id); then(s) })
	}
	token := func(header, claims string) *inspect.Token {
		return inspect.Decode(b64([]byte(header)) + "." + b64([]byte(claims)) + ".c2ln")
	}
	return map[string]pair{
		"CFG-001": {of("keycloak", func(s *Subject) { s.Client = &Client{RedirectURI: "http://127.0.0.1:8085/callback"} }),
			of("apple", func(s *Subject) { s.Client = &Client{RedirectURI: "http://127.0.0.1:8085/callback"} })},
		"CFG-002": {redirect("http://127.0.0.1/cb"), redirect("http://app.example/cb")},
		"CFG-003": {redirect("https://app.example/cb"), redirect("https://app.example/*")},
		"CFG-004": {set(func(s *Subject) { s.Local.Localhost = []netip.Addr{netip.MustParseAddr("127.0.0.1")} }),
			set(func(s *Subject) { s.Local.Localhost = []netip.Addr{netip.MustParseAddr("::1")} })},
		"CFG-005": {redirect("http://127.0.0.1:80/cb"), set(func(s *Subject) {
			s.Client, s.Local.Listen = &Client{RedirectURI: "http://127.0.0.1:80/cb"}, errors.New("permission denied")
		})},
		"CFG-006": {client(Client{AuthMethod: "client_secret_basic", Secret: true}), client(Client{AuthMethod: "client_secret_basic"})},
		"CFG-007": {client(Client{Scopes: []string{"openid", "email"}}), client(Client{Scopes: []string{"photos"}})},
		"CFG-008": {client(Client{Scopes: []string{"openid", "offline_access"}}), of("google", func(s *Subject) { s.Client = &Client{Scopes: []string{"offline_access"}} })},
		"CFG-009": {client(Client{State: strings.Repeat("s", 16), Nonce: "n"}), client(Client{State: "1"})},
		"CFG-010": {client(Client{Secret: true}), client(Client{Secret: true, SecretOdd: true})},
		"CFG-011": {same, set(func(s *Subject) { s.Machine.Proxy = "HTTPS_PROXY" })},
		"CFG-012": {same, set(func(s *Subject) { s.Machine.Remote = "an SSH session" })},
		"CFG-013": {of("entra", func(s *Subject) { s.Token = token(`{}`, `{"ver":"1.0","iss":"https://sts.windows.net/x/"}`) }),
			func(t *testing.T, s *Subject) {
				s.Preset, _ = preset.Find("entra")
				s.Doc = patched(t, `{"issuer":"https://login.microsoftonline.com/x/v2.0"}`)
				s.Token = token(`{}`, `{"ver":"1.0","iss":"https://sts.windows.net/x/"}`)
			}},
		"CFG-014": {set(func(s *Subject) { s.Token = token(`{"alg":"RS256"}`, `{}`) }), of("entra", func(s *Subject) { s.Token = token(`{"nonce":"n"}`, `{}`) })},
		"CFG-015": {set(func(s *Subject) { s.Machine = Machine{Container: true} }), set(func(s *Subject) { s.Machine = Machine{Container: true, TimeZone: "Etc/GMT+5"} })},
	}
}
