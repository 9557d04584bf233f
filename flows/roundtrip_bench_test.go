package flows

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// BenchmarkClientCredentials runs the engine beside the same requests made with the standard library alone: discovery, key set,
// token, signature. Both begin with a new connection each time and take turns, so that what the machine does meanwhile falls on
// both. It reports how many times longer the engine takes: the median of the one over the median of the other, and the same of the
// means, which other work on the machine moves more.
func BenchmarkClientCredentials(b *testing.B) {
	for name, overTLS := range map[string]bool{"http": false, "https": true} {
		b.Run(name, func(b *testing.B) {
			server, authorities := tokenServer(overTLS)
			defer server.Close()
			cfg := Config{Issuer: server.URL, ClientID: "app", ClientSecret: secret.New("client-secret"), AuthMethod: AuthPost, Transport: Transport{CAPEM: authorities}}
			var engine, bare []time.Duration
			for b.Loop() {
				began := time.Now()
				s, err := Run(b.Context(), ClientCredentials(cfg), cfg, func(Event) {})
				if err != nil || s.Reports[AccessToken].Signature.Status != inspect.Verified {
					b.Fatalf("%v", err)
				}
				half := time.Now()
				if err := bareRoundTrip(server.URL, authorities); err != nil {
					b.Fatal(err)
				}
				engine = append(engine, half.Sub(began))
				bare = append(bare, time.Since(half))
			}
			b.ReportMetric(float64(median(engine).Microseconds()), "engine-µs/op")
			b.ReportMetric(float64(median(bare).Microseconds()), "bare-µs/op")
			b.ReportMetric(float64(median(engine))/float64(median(bare)), "ratio")
			b.ReportMetric(float64(sum(engine))/float64(sum(bare)), "mean-ratio")
		})
	}
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

func sum(times []time.Duration) (all time.Duration) {
	for _, t := range times {
		all += t
	}
	return all
}

// tokenServer serves what a good provider serves to a client of its own, each time anew.
func tokenServer(overTLS bool) (*httptest.Server, []byte) {
	server := httptest.NewUnstartedServer(nil)
	mux := http.NewServeMux()
	server.Config.Handler = mux
	document := func(members map[string]any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(members)
		}
	}
	p := &idp{key: testKey(), kid: "k1"}
	if overTLS {
		server.StartTLS()
	} else {
		server.Start()
	}
	p.issuer = server.URL
	mux.HandleFunc("/.well-known/openid-configuration", document(map[string]any{"issuer": p.issuer, "token_endpoint": p.issuer + "/token", "jwks_uri": p.issuer + "/keys",
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"client_credentials"}}))
	mux.HandleFunc("/keys", document(map[string]any{"keys": []any{p.jwk("k1")}}))
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		now := time.Now().Unix()
		document(map[string]any{"token_type": "Bearer", "expires_in": 300, "access_token": p.sign(map[string]any{"alg": "ES256", "kid": "k1", "typ": "at+jwt"},
			map[string]any{"iss": p.issuer, "sub": "app", "aud": "https://api.example", "client_id": "app", "iat": now, "exp": now + 300, "jti": fmt.Sprint(now), "scope": "read"})})(w, r)
	})
	if overTLS {
		return server, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	}
	return server, nil
}

// bareRoundTrip is the same with nothing but the standard library.
func bareRoundTrip(issuer string, authorities []byte) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	if authorities != nil {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return err
		}
		pool.AppendCertsFromPEM(authorities)
		transport.TLSClientConfig.RootCAs = pool
	}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	read := func(res *http.Response, err error, into any) error {
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		if err != nil {
			return err
		}
		return json.Unmarshal(body, into)
	}
	get := func(address string, into any) error {
		res, err := client.Get(address)
		return read(res, err, into)
	}
	var document struct {
		Token string `json:"token_endpoint"`
		Keys  string `json:"jwks_uri"`
	}
	if err := get(issuer+"/.well-known/openid-configuration", &document); err != nil {
		return err
	}
	var set struct {
		Keys []struct{ KID, X, Y string }
	}
	if err := get(document.Keys, &set); err != nil {
		return err
	}
	res, err := client.PostForm(document.Token, url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"client-secret"}})
	var answer struct {
		Access string `json:"access_token"`
	}
	if err := read(res, err, &answer); err != nil {
		return err
	}
	parts := strings.Split(answer.Access, ".")
	if len(parts) != 3 || len(set.Keys) == 0 {
		return errors.New("no token")
	}
	decode := func(text string) []byte { b, _ := base64.RawURLEncoding.DecodeString(text); return b }
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, decode(set.Keys[0].X)...), decode(set.Keys[0].Y)...))
	if err != nil {
		return err
	}
	var claims map[string]any
	if err := json.Unmarshal(decode(parts[1]), &claims); err != nil {
		return err
	}
	signature, sum := decode(parts[2]), sha256.Sum256([]byte(parts[0]+"."+parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the signature does not hold")
	}
	return nil
}
