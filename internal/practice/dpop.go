package practice

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/luikyv/go-oidc/pkg/goidc"
)

const (
	codeUseNonce  goidc.ErrorCode = "use_dpop_nonce"
	nonceLifetime                 = 5 * time.Minute
)

// nonceSource gives the nonces that DPoP proofs have to carry. The one before the current one is good too, so that a
// proof that is under way when the nonce changes is not refused.
type nonceSource struct {
	mu                sync.Mutex
	current, previous string
	since             time.Time
}

func newNonceSource() *nonceSource { return &nonceSource{} }

func (n *nonceSource) get() (current, previous string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now := time.Now(); n.current == "" || now.Sub(n.since) > nonceLifetime {
		n.current, n.previous, n.since = rand.Text(), n.current, now
	}
	return n.current, n.previous
}

// wantsNonce gives DPoP clients a nonce, and sends away a proof that has none (RFC 9449 8 and 9). Whether the proof is any
// good is for go-oidc to find out.
func (p *Provider) wantsNonce(a *answer, r *http.Request) bool {
	proof := r.Header.Get(goidc.HeaderDPoP)
	if !p.options.DPoPNonce || proof == "" || r.URL.Path != pathToken && r.URL.Path != pathUserInfo && r.URL.Path != pathPAR {
		return false
	}
	current, previous := p.nonces.get()
	a.header.Set("DPoP-Nonce", current)
	nonce := proofNonce(proof)
	if nonce != "" && (nonce == current || nonce == previous) {
		return false
	}
	s := seenFrom(r.Context())
	s.Code, s.Reason = string(codeUseNonce), fmt.Sprintf("the DPoP proof has nonce %q; the current one is in the header DPoP-Nonce", nonce)
	status := http.StatusBadRequest
	if r.URL.Path == pathUserInfo {
		status = http.StatusUnauthorized
		a.header.Set("WWW-Authenticate", `DPoP realm="practice provider", error="use_dpop_nonce"`)
	}
	a.refuse(status, codeUseNonce, "the DPoP proof needs the current nonce")
	return true
}

func proofNonce(proof string) string {
	parsed, err := jwt.ParseSigned(proof, []jose.SignatureAlgorithm{
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA, jose.RS256, jose.PS256,
	})
	if err != nil {
		return ""
	}
	var claims struct {
		Nonce string `json:"nonce"`
	}
	_ = parsed.UnsafeClaimsWithoutVerification(&claims)
	return claims.Nonce
}
