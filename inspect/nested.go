package inspect

import (
	"bytes"
	"strings"
)

// MaxNesting bounds how many tokens inside each other are followed.
const MaxNesting = 4

// inner decodes the token that is the content of this one, or returns nil: when cty says that there is one, or when the content
// begins like one (RFC 7519 5.2, A.2).
func (t *Token) inner() *Token {
	if t.Kind == SDJWT || len(t.Bytes) < 4 || t.encrypted() && !t.Opened {
		return nil
	}
	cty, _ := t.Header.Get("cty").Text()
	announced := mediaName(cty) == "jwt"
	if !announced && !bytes.HasPrefix(t.Bytes, []byte("ey")) {
		return nil
	}
	if t.Payload != nil && t.Payload.Kind == Object {
		return nil // claims, whatever cty says
	}
	inner := Decode(string(t.Bytes))
	if !announced && inner.Fault(FaultSegments, "token") != nil {
		return nil // a text that begins like a token
	}
	switch inner.Kind {
	case JWSCompact, JWECompact, SDJWT, PASETO:
		return inner
	}
	return nil
}

// mediaName brings typ and cty into the short form of RFC 7515 4.1.9.
func mediaName(typ string) string { return strings.TrimPrefix(strings.ToLower(typ), "application/") }

// follow inspects the token inside, and makes its verdict and its times those of the whole: a token that is only encrypted
// outside is signed inside.
func (r *Report) follow(in *inspection) {
	inner := r.Token.inner()
	if inner == nil {
		return
	}
	if in.depth == MaxNesting {
		r.Signature = Verdict{Status: Refused, Alg: r.Signature.Alg, Reason: "tokens inside each other: deeper than this they are not followed"}
		return
	}
	deeper := *in
	deeper.depth++
	deeper.room = nil
	deeper.ctx.Payload, deeper.ctx.wrapped = nil, in.ctx.wrapped || r.Token.Opened
	r.Inner = deeper.inspect(inner)
	r.Time = r.Inner.Time
	if r.Token.encrypted() {
		r.Signature = r.Inner.Signature
	}
	if deeper.ctx.Profile == "" || deeper.ctx.Profile == ProfileAuto {
		r.Type, r.TypeReason = r.Inner.Type, "the token inside: "+r.Inner.TypeReason
	}
}
