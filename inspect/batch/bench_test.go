package batch

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// bare is what a program does that only decodes and verifies, with the standard library: no times, no checks, no output.
func bare(key *rsa.PublicKey, token string) bool {
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
	if err != nil || h.Alg != "RS256" {
		return false
	}
	sum := sha256.Sum256([]byte(token[:len(header)+1+len(payload)]))
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
}

// BenchmarkBatch sets a stream with all checks on and a JSON line for each token beside bare decoding and verifying of the same
// tokens on as many cores. The goal: at least 85% of bare with tokens that are all different; more when they come again.
func BenchmarkBatch(b *testing.B) {
	tokens := mintMany(b, 2000)
	keys, ctx := tokens.set, context0()
	public := tokens.public

	bareStream := func(b *testing.B, n int) {
		var next atomic.Int64
		var wg sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			wg.Go(func() {
				for i := next.Add(1); i <= int64(n); i = next.Add(1) {
					if !bare(public, tokens.list[int(i)%len(tokens.list)]) {
						b.Error("not verified")
					}
				}
			})
		}
		wg.Wait()
	}
	b.Run("bare", func(b *testing.B) { bareStream(b, b.N) })
	stream := func(b *testing.B, list []string, n int) {
		sum, err := Run(b.Context(), &endless{list: list, left: n}, io.Discard, Options{Keys: keys, Context: ctx})
		if err != nil || sum.Signature.of["verified"] != n {
			b.Fatalf("%v: %+v", err, sum)
		}
	}
	b.Run("batch", func(b *testing.B) {
		b.ReportAllocs()
		for left := b.N; left > 0; left -= len(tokens.list) { // one run has every token once, so none is known already
			stream(b, tokens.list, min(left, len(tokens.list)))
		}
	})
	// On a machine with other work to do, the two are only comparable side by side: rounds of each in turn, and the middle one of
	// their ratios.
	b.Run("ratio", func(b *testing.B) {
		ratios := make([]float64, 0, b.N)
		for b.Loop() {
			began := time.Now()
			bareStream(b, len(tokens.list)/2)
			between := time.Now()
			stream(b, tokens.list, len(tokens.list)/2)
			ratios = append(ratios, float64(between.Sub(began))/float64(time.Since(between)))
		}
		slices.Sort(ratios)
		b.ReportMetric(100*ratios[len(ratios)/2], "%ofbare")
	})
	b.Run("repeated", func(b *testing.B) {
		b.ReportAllocs()
		stream(b, tokens.list[:100], b.N)
	})
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
