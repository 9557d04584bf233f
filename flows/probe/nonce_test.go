package probe_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// nonceTellsAge is a network on which userinfo goes by the nonce of a proof and not by its iat, as RFC 9449 4.3 allows and
// oidc-provider does: with a nonce of its own, however old iat is, it answers.
type nonceTellsAge struct{ http.RoundTripper }

func (n nonceTellsAge) RoundTrip(req *http.Request) (*http.Response, error) {
	var claims struct {
		IssuedAt int64 `json:"iat"`
		Nonce    string
	}
	if parts := strings.Split(req.Header.Get("DPoP"), "."); len(parts) == 3 && strings.HasSuffix(req.URL.Path, "/userinfo") {
		raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
		json.Unmarshal(raw, &claims)
	}
	if claims.Nonce != "" && time.Since(time.Unix(claims.IssuedAt, 0)) > time.Hour {
		return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`{"sub":"alice"}`))}, nil
	}
	return n.RoundTripper.RoundTrip(req)
}

// TestNoncesAreNoFault: a provider that wants its nonce in each proof refuses an old proof by that, and a proof by another key for its
// key. Neither is an error of the provider, and both are found out.
func TestNoncesAreNoFault(t *testing.T) {
	w := newWorld(t, practice.Options{DPoPNonce: true}, flows.AuthNone)
	w.cfg.Client.Transport.Base = nonceTellsAge{http.DefaultTransport}
	w.cfg.Only = []string{"dpop-as-bearer", "dpop-other-key", "dpop-htu", "dpop-old", "dpop-replay"}
	for _, o := range w.run(t).Outcomes {
		if o.Result != probe.Pass {
			t.Errorf("%s: %s wanted, got %s: %s%s", o.Slug, probe.Pass, o.Result, o.Got, o.Reason)
		}
	}
}
