package lint

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

// Subject is what the rules look at: a token, what is known from outside, and how its signature was judged.
type Subject struct {
	Token   *inspect.Token
	Ctx     inspect.Context
	Keys    *inspect.KeySet // nil when no key was given
	Verdict inspect.Verdict
	Profile inspect.Profile // never auto
	Header  *inspect.Value  // nil when it could not be read as one object
	Claims  *inspect.Value  // nil when they could not be read as one object, or when the profile is jws

	Opened *inspect.Decryption // of an encrypted token; Keys are then those for opening

	inside    bool    // the payload is a token
	again     bool    // a further signature over claims that were judged with the first
	issuer    *string // iss, also when the claims are not judged again
	now, skew float64 // seconds
	input     []byte  // signing input, made once

	dates [len(dateNames)]date // what dateClaim gives, kept
	dated bool

	candidates []*inspect.Key // what named gives, kept; nil before it was asked
	few        [4]*inspect.Key
}

func (s *Subject) signingInput() []byte {
	if s.input == nil {
		s.input = s.Token.SigningInput()
	}
	return s.input
}

const defaultSkew = 60 * time.Second

// subjects gives what there is to judge: a token, or each signature of one that has several.
func subjects(r *inspect.Report, keys *inspect.KeySet, ctx inspect.Context) []*Subject {
	s := newSubject(r, keys, ctx)
	if len(r.Token.Signatures) == 0 || len(r.Signatures) != len(r.Token.Signatures) {
		return []*Subject{s}
	}
	all := make([]*Subject, len(r.Signatures))
	for i, tok := range r.Token.Signatures {
		each := *s
		each.Token, each.Header, each.Verdict = tok, object(tok.Header), r.Signatures[i].Verdict
		if i == 0 { // it stands for the token as a whole, too
			whole := *tok
			whole.Faults, whole.SD = r.Token.Faults, r.Token.SD
			each.Token = &whole
		} else {
			each.Claims, each.again = nil, true // they are the same, and were judged
		}
		all[i] = &each
	}
	return all
}

func newSubject(r *inspect.Report, keys *inspect.KeySet, ctx inspect.Context) *Subject {
	s := &Subject{Token: r.Token, Ctx: ctx, Keys: keys, Verdict: r.Signature, Profile: ctx.Profile}
	if s.Profile == "" || s.Profile == inspect.ProfileAuto {
		s.Profile = inspect.Profile(r.Type)
	}
	if s.Profile == "" {
		s.Profile = inspect.ProfileJWT
	}
	s.Header = object(r.Token.Header)
	if s.encrypted() {
		if to := r.Token.Recipients; r.Encryption != nil && len(to) > 1 {
			s.Header = object(to[r.Encryption.Recipient].Header) // the one that opened it, or came nearest
		}
		s.Opened, s.Keys = r.Encryption, inspect.PrivateKeys(ctx.DecryptKeys, keys)
	}
	if r.Inner != nil || s.encrypted() && !r.Token.Opened && s.announcesToken() {
		s.Profile = inspect.ProfileJWS // a wrapping, of which nothing is said about claims and kinds
	}
	if s.Profile != inspect.ProfileJWS {
		s.Claims = object(r.Token.Says())
	}
	s.issuer, s.inside = s.text("iss"), tokenInside(r)
	if ctx.Leeway == 0 {
		ctx.Leeway = defaultSkew
	}
	s.skew = ctx.Leeway.Seconds()
	s.now = float64(ctx.Now.UnixNano()) / float64(time.Second)
	if s.Profile == inspect.ProfileDPoP && s.Header != nil {
		s.proofKey()
	}
	return s
}

func object(v *inspect.Value) *inspect.Value {
	if v == nil || v.Kind != inspect.Object {
		return nil
	}
	return v
}

// proofKey verifies a DPoP proof with the key in its header, the one kind of token for which that means something: it
// proves that the sender holds the private key (RFC 9449 4.3).
func (s *Subject) proofKey() {
	jwk := s.Header.Get("jwk")
	if jwk == nil {
		return
	}
	s.Keys = inspect.ParseKeySet([]byte(jwk.Raw), "jwk", "")
	if s.Verdict.KeySource == "jwk" {
		return // it was checked with it already
	}
	s.Verdict = inspect.Verify(s.Token, s.Keys)
}

// embeddedThumbprint is the RFC 7638 thumbprint of the proof's key, or "".
func (s *Subject) embeddedThumbprint() string {
	if s.Keys == nil || len(s.Keys.Keys) != 1 {
		return ""
	}
	return s.Keys.Keys[0].Thumbprint
}

// alg is the header's alg as text, or "".
func (s *Subject) alg() string {
	text, _ := s.Header.Get("alg").Text()
	return text
}

// unsecured reports alg none in any letter case.
func (s *Subject) unsecured() bool { return strings.EqualFold(s.alg(), "none") }

// text gives a claim that is a text, or nil.
func (s *Subject) text(name string) *string {
	if v := s.Claims.Get(name); v != nil && v.Kind == inspect.String {
		return &v.Str
	}
	return nil
}

// said gives what a claim says, to be compared with what is expected: a text, or what stands in its place (TOK-072 tells that it
// is of the wrong type, and it is not the expected value either). nil when the claim is missing.
func (s *Subject) said(name string) *string {
	if text := s.text(name); text != nil {
		return text
	}
	v := s.Claims.Get(name)
	if v == nil {
		return nil
	}
	other := v.Kind.String() + " " + v.Raw
	return &other
}

// announcesToken reports that cty promises a token inside.
func (s *Subject) announcesToken() bool {
	cty, ok := s.Header.Get("cty").Text()
	return ok && mediaType(cty) == "jwt"
}

// nested reports whether the payload is a token itself, or cty says so.
func (s *Subject) nested() bool { return s.inside || len(s.Token.Bytes) > 0 && s.announcesToken() }

// tokenInside reports content that is a whole token (RFC 7519 A.2).
func tokenInside(r *inspect.Report) bool {
	if r.Inner != nil {
		return true
	}
	if r.Token.Kind == inspect.SDJWT || !bytes.HasPrefix(r.Token.Bytes, []byte("ey")) {
		return false
	}
	inner := inspect.Decode(string(r.Token.Bytes))
	return (inner.Kind == inspect.JWSCompact || inner.Kind == inspect.JWECompact) && !damaged(inner)
}

// protected is the header that signature or tag cover: in the JSON serializations a part of it.
func (s *Subject) protected() *inspect.Value { return object(s.Token.ProtectedHeader()) }

// damaged reports that the text was a token once, so that "opaque" would be wrong.
func damaged(t *inspect.Token) bool {
	return slices.ContainsFunc(t.Faults, func(f inspect.Fault) bool {
		return f.Code == inspect.FaultSegments || f.Code == inspect.FaultForm
	})
}

// weakExponent reports a public exponent that is even or below 3.
func weakExponent(k *inspect.Key) bool {
	e, ok := k.JSON.Get("e").Text()
	if !ok || e == "AQAB" { // 65537, as nearly every key has it
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(e)
	n := new(big.Int).SetBytes(b)
	return err == nil && (n.Bit(0) == 0 || n.BitLen() < 2)
}
