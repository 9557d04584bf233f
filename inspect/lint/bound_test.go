package lint

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// TestHostileTokensAreBounded: whatever a token is made of, looking at it takes little. An idle machine needs less than 100 ms and
// 64 MiB for each. Time is measured beside that of a plain token of the same size, so that a busy machine does not fail.
func TestHostileTokensAreBounded(t *testing.T) {
	_, keys := signer()
	const size = 1 << 20
	entry := `{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"` + strings.Repeat("A", 86) + `"}`
	general := func(payload string, n int) string {
		return `{"payload":"` + payload + `","signatures":[` + strings.Repeat(entry+",", n-1) + entry + `]}`
	}
	plain := mint(t, es256, `{"a":"`+strings.Repeat("a", size)+`"}`)
	for name, token := range map[string]string{
		"a large claim":                mint(t, es256, `{"a":"`+strings.Repeat("a", size)+`"}`),
		"a large claim, shared secret": mint(t, `{"alg":"HS256"}`, `{"a":"`+strings.Repeat("a", size)+`"}`),
		"many members":                 mint(t, es256, `{`+strings.Repeat(`"a":1,`, size/8)+`"b":1}`),
		"half surrogates":              mint(t, es256, `{`+strings.Repeat(`"\ud800":1,`, size/16)+`"b":1}`),
		"many unsafe entries":          mint(t, es256, `{"a":[`+strings.Repeat("\"\u202e\",", size/8)+`1]}`),
		"deep":                         mint(t, es256, strings.Repeat(`{"a":`, 9000)+`1`+strings.Repeat("}", 9000)),
		"disclosures":                  mint(t, es256, `{}`) + "~" + strings.Repeat("WyJhIiwiYiIsMV0~", size/16),
		"a hundred signatures":         general(strings.Repeat("A", size), 100),
		"two thousand signatures":      general("e30", 2000),
		"a token that seems nested":    general("ZXlK"+strings.Repeat("A", size), 100),
		"tokens without end":           strings.Repeat("eyJhbGciOiJIUzI1NiJ9.e30.AA ", size/28),
		"largest":                      mint(t, es256, `{"a":"`+strings.Repeat("a", inspect.MaxToken*3/4-1000)+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			Inspect(token, keys, inspect.Context{Now: time.Unix(now, 0)})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
				t.Errorf("%d MiB for %d bytes", used, len(token))
			}
			start = time.Now()
			Inspect(plain, keys, inspect.Context{Now: time.Unix(now, 0)})
			if usual := time.Since(start); took > 2*time.Second && took > 100*usual {
				t.Errorf("%s, a plain token of that size takes %s", took, usual)
			}
		})
	}
}

// TestSecretsAreNotTriedWithoutEnd: what was not tried because it would take long is said.
func TestSecretsAreNotTriedWithoutEnd(t *testing.T) {
	for size, tried := range map[int]bool{10: true, 1 << 20: false} {
		in := b64(`{"alg":"HS256"}`) + "." + b64(`{"a":"`+strings.Repeat("a", size)+`"}`)
		r := Inspect(in+"."+raw64(jose.MAC("HS256", []byte("secret"), []byte(in))), nil, inspect.Context{Now: time.Unix(now, 0)})
		found := slices.ContainsFunc(r.Findings, func(f rule.Finding) bool { return f.ID == "TOK-025" })
		said := strings.Contains(strings.Join(r.Signature.Notes, ""), "well-known secrets were not tried")
		if found != tried || said == tried {
			t.Errorf("%d bytes: found %v, notes %q", size, found, r.Signature.Notes)
		}
	}
}
