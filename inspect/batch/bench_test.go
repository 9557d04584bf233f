package batch

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

// rival is what a program does that only decodes and verifies, with the standard library: no times, no checks, no output.
type rival struct {
	alg    string
	header string
	keys   *inspect.KeySet // what the batch verifies with
	sign   func(sum, input []byte) []byte
	verify func(sum, input, signature []byte) bool
}

// accepts decodes and verifies one token.
func (r *rival) accepts(token string) bool {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	var h struct {
		Alg string `json:"alg"`
		KID string `json:"kid"`
	}
	var claims map[string]any
	for _, part := range []struct {
		text string
		into any
	}{{header, &h}, {payload, &claims}} {
		text, err := base64.RawURLEncoding.DecodeString(part.text)
		if err != nil || json.Unmarshal(text, part.into) != nil {
			return false
		}
	}
	sig, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || h.Alg != r.alg {
		return false
	}
	input := []byte(token[:len(header)+1+len(payload)])
	sum := sha256.Sum256(input)
	return r.verify(sum[:], input, sig)
}

func (r *rival) mint(n int) []string {
	list := make([]string, n)
	for i := range list {
		input := b64([]byte(r.header)) + "." + b64([]byte(claims(i)))
		sum := sha256.Sum256([]byte(input))
		list[i] = input + "." + b64(r.sign(sum[:], []byte(input)))
	}
	return list
}

func rivals(b *testing.B) []*rival {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	point, err := curve.PublicKey.Bytes()
	if err != nil {
		b.Fatal(err)
	}
	secret := bytes.Repeat([]byte("k7"), 16)
	set := func(format string, args ...any) *inspect.KeySet {
		return inspect.ParseKeySet(fmt.Appendf(nil, `{"keys":[{"use":"sig","kid":"k1",`+format+`}]}`, args...), "jwks", "")
	}
	mac := func(input []byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(input)
		return h.Sum(nil)
	}
	byRSA := func(sum, _ []byte) []byte {
		signature, _ := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum)
		return signature
	}
	return []*rival{{
		alg: "RS256", header: rs256, sign: byRSA,
		keys: set(`"kty":"RSA","alg":"RS256","n":%q,"e":"AQAB"`, b64(private.N.Bytes())),
		verify: func(sum, _, sig []byte) bool {
			return rsa.VerifyPKCS1v15(&private.PublicKey, crypto.SHA256, sum, sig) == nil
		},
	}, {
		alg: "ES256", header: strings.Replace(rs256, "RS256", "ES256", 1),
		keys: set(`"kty":"EC","crv":"P-256","x":%q,"y":%q`, b64(point[1:33]), b64(point[33:])),
		sign: func(sum, _ []byte) []byte {
			r, s, _ := ecdsa.Sign(rand.Reader, curve, sum)
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		},
		verify: func(sum, _, sig []byte) bool {
			return len(sig) == 64 && ecdsa.Verify(&curve.PublicKey, sum, new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
		},
	}, {
		alg: "HS256", header: strings.Replace(rs256, "RS256", "HS256", 1),
		keys:   set(`"kty":"oct","k":%q`, b64(secret)),
		sign:   func(_, input []byte) []byte { return mac(input) },
		verify: func(_, input, sig []byte) bool { return hmac.Equal(mac(input), sig) },
	}, {
		alg: "RS256", header: rs256, sign: byRSA, // decoded and not verified, on both sides
		verify: func(_, _, _ []byte) bool { return true },
	}}
}

// BenchmarkBatch sets a stream with all checks on and a JSON line for each token beside bare decoding and verifying of the same
// tokens on as many cores. The goal: at least 85% of bare with RS256 tokens that are all different; more when they come again.
//
// On a machine with other work to do, the two are only comparable side by side: rounds of each in turn, and of each the rounds that
// were disturbed least (the fastest tenth; the middle ones are told as %ofbare-median).
func BenchmarkBatch(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the command does; for both sides
	for i, r := range rivals(b) {
		name := r.alg
		if i == 3 {
			name = "unverified"
		}
		list := r.mint(2000)
		b.Run(name, func(b *testing.B) { r.compare(b, list, len(list)) })
		if i == 0 {
			b.Run(name+"-repeated", func(b *testing.B) { r.compare(b, list[:100], 20*len(list)) })
		}
	}
}

// compare lets both sides work through n tokens in turn.
func (r *rival) compare(b *testing.B, list []string, n int) {
	var bare, batch []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		began := time.Now()
		r.bareStream(b, list, min(n, 2000))
		between := time.Now()
		sum, err := Run(b.Context(), &endless{list: list, left: n}, io.Discard, Options{Keys: r.keys, Context: context0()})
		bare, batch = append(bare, between.Sub(began)), append(batch, time.Since(between))
		if err != nil || sum.Tokens != n || r.keys != nil && sum.Signature.of["verified"] != n {
			b.Fatalf("%v: %+v", err, sum)
		}
	}
	slices.Sort(bare)
	slices.Sort(batch)
	each := func(all []time.Duration, tokens, of int) float64 { return float64(all[len(all)/of]) / float64(tokens) }
	b.ReportMetric(100*each(bare, min(n, 2000), 10)/each(batch, n, 10), "%ofbare")
	b.ReportMetric(100*each(bare, min(n, 2000), 2)/each(batch, n, 2), "%ofbare-median")
	b.ReportMetric(1e9/each(batch, n, 10), "tokens/s")
	b.ReportMetric(1e9/each(bare, min(n, 2000), 10), "bare/s")
	b.ReportMetric(0, "ns/op")
}

// bareStream works through tokens on every core.
func (r *rival) bareStream(b *testing.B, list []string, n int) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if !r.accepts(list[int(i)%len(list)]) {
					b.Error("not verified")
				}
			}
		})
	}
	wg.Wait()
}

// endless reads as many lines as are left, from the list over and over.
type endless struct {
	list []string
	left int
	next int
	rest bytes.Buffer
}

func (e *endless) Read(p []byte) (int, error) {
	for e.rest.Len() < len(p) && e.left > 0 {
		e.rest.WriteString(e.list[e.next%len(e.list)])
		e.rest.WriteByte('\n')
		e.next++
		e.left--
	}
	return e.rest.Read(p)
}
