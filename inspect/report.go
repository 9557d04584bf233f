package inspect

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// Context holds what is known from outside of the token. What is absent is "not checked".
type Context struct {
	Now         time.Time
	Leeway      time.Duration // 0: 60 seconds
	Profile     Profile
	Issuer      string
	ClientID    string
	Audiences   []string
	Nonce       string // expected
	NonceSent   bool   // a nonce was sent, so the token must carry it
	AccessToken string
	Code        string
	MaxAge      *time.Duration
	ACR         []string
	Direct      bool   // received from the token endpoint over verified TLS (OpenID Connect Core 3.1.3.7 item 6)
	Alg         string // algorithm registered for this client; empty: RS256 or what the provider announces
	Algs        []string
	Previous    *Token // ID token before a refresh: OpenID Connect Core 12.2

	State         string  // sent with the authorization request, for s_hash
	ResponseType  string  // of the authorization request, "code id_token"
	Method, URL   string  // of the request that a DPoP proof came with
	Payload       []byte  // of a detached JWS (RFC 7515 F); nil when it is not known
	DecryptKeys   *KeySet // private keys and shared secrets for encrypted tokens; private ones among the keys for signatures serve, too
	Password      []byte  // for encrypted tokens with PBES2
	KeyThumbprint string  // expected key of a proof or of cnf: RFC 7638 SHA-256, or x5t#S256, base64url
	KeyBinding    bool    // an SD-JWT must come with a proof by its holder
	Subject       string  // expected sub, of the ID token that a userinfo answer goes with

	wrapped bool // it was inside an encrypted token
}

// Report is everything that is known about one token. Its JSON is an output contract: members are added, never renamed.
// Write it with an encoder whose SetEscapeHTML is off, so that header and payload stay as they were sent, and escape what
// a terminal would act on.
type Report struct {
	Kind       Kind            `json:"kind"`
	Type       string          `json:"type"` // "id_token", "access_token", … "" when unknown
	TypeReason string          `json:"type_reason,omitempty"`
	Size       int             `json:"size"`
	Header     json.RawMessage `json:"header,omitempty"`
	Payload    json.RawMessage `json:"payload,omitempty"`
	Signature  Verdict         `json:"signature"`
	Time       Times           `json:"time"`
	Headers    []Claim         `json:"headers,omitempty"`
	Claims     []Claim         `json:"claims,omitempty"`
	Checklist  []Item          `json:"checklist,omitempty"`
	Findings   []rule.Finding  `json:"findings"`
	Error      *Fault          `json:"error,omitempty"`

	Signatures  []SignatureReport `json:"signatures,omitempty"`  // each signature of the general JSON serialization
	Unprotected json.RawMessage   `json:"unprotected,omitempty"` // the part of header that nobody signed
	Detached    bool              `json:"detached,omitempty"`    // the payload is not in the token

	Encryption *Decryption `json:"encryption,omitempty"` // of an encrypted token
	Inner      *Report     `json:"inner,omitempty"`      // the token inside this one

	Disclosures []DisclosureReport `json:"disclosures,omitempty"` // of an SD-JWT
	Processed   json.RawMessage    `json:"processed,omitempty"`   // its claims with the disclosures put in; claims are of these
	KeyBinding  *Report            `json:"key_binding,omitempty"` // the proof of its holder

	Facts *Facts `json:"facts,omitempty"` // of a token that can't be decoded

	Found *Place `json:"found,omitempty"` // where in the input the token stood, when there was more

	PayloadText  string  `json:"payload_text,omitempty"`   // a payload in UTF-8 that is not JSON
	PayloadBytes []byte  `json:"payload_base64,omitempty"` // any other payload
	Removed      string  `json:"removed,omitempty"`        // what was removed from the paste, in words
	Faults       []Fault `json:"faults,omitempty"`         // all of them, peculiarities included

	Token *Token `json:"-"`
}

// Place says where in a text a token was found.
type Place struct {
	Offset int    `json:"offset"` // bytes
	Where  string `json:"where,omitempty"`
}

// Inspect decodes, verifies and judges a token. keys may be nil.
func Inspect(raw string, keys *KeySet, ctx Context) *Report {
	return InspectToken(Decode(raw), keys, ctx)
}

// InspectToken is [Inspect] for a token that was decoded, such as one that [FindTokens] found.
func InspectToken(tok *Token, keys *KeySet, ctx Context) *Report {
	return (&inspection{keys: keys, ctx: ctx, words: true}).inspect(tok)
}

// inspection is what a token and the tokens inside it are inspected with.
type inspection struct {
	keys  *KeySet
	ctx   Context
	words bool
	depth int
	room  *Report // for the outermost report; nil: it is made
}

func (in *inspection) inspect(tok *Token) *Report {
	unused := in.ctx.Payload != nil && !tok.Attach(in.ctx.Payload)
	var opened *Decryption
	if tok.encrypted() {
		d := Decrypt(tok, PrivateKeys(in.ctx.DecryptKeys, in.keys), in.ctx.Password)
		opened = &d
	}
	verdict := Verify(tok, in.keys)
	if unused {
		verdict.Notes = append(verdict.Notes, "the payload that was given is not used: the token has its own")
	}
	r := in.room
	if r == nil {
		r = new(Report)
	}
	r.brief(tok, verdict, &in.ctx)
	r.Encryption = opened
	r.possession(tok)
	r.disclose(tok, in.ctx)
	r.follow(in)
	if in.words {
		r.explain(tok, r.Signature, in.ctx)
	}
	return r
}

// PrivateKeys gives the keys for opening: those given for it, and what is private among the others.
func PrivateKeys(own, others *KeySet) *KeySet {
	if others == nil || !slices.ContainsFunc(others.Keys, func(k Key) bool { return k.Private }) {
		return own
	}
	private := *others
	private.Keys = slices.DeleteFunc(slices.Clone(others.Keys), func(k Key) bool { return !k.Private })
	return JoinKeySets(own, &private)
}

// Judge makes the report of a token that was decoded and verified before.
func Judge(tok *Token, verdict Verdict, ctx Context) *Report {
	r := Brief(tok, verdict, ctx)
	r.explain(tok, verdict, ctx)
	return r
}

// Brief is [Judge] without what explains the token to a reader: header and payload with their meanings, and the checklist. It
// is for streams of tokens, where the words would cost as much as the cryptography.
func Brief(tok *Token, verdict Verdict, ctx Context) *Report {
	r := new(Report)
	r.brief(tok, verdict, &ctx)
	return r
}

func (r *Report) brief(tok *Token, verdict Verdict, ctx *Context) {
	*r = Report{
		Kind: tok.Kind, Size: len(tok.Raw), Signature: verdict, Error: tok.Unreadable(), Token: tok,
		Signatures: signatureReports(verdict.Each, tok), Unprotected: rawOf(tok.Unprotected), Detached: tok.detached() && (tok.attached || verdict.Status != Verified),
		Time: judgeTimes(tok.Says(), ctx.Now), Removed: tok.Removed, Faults: tok.Faults, Findings: []rule.Finding{},
	}
	r.setType(ctx)
	r.Facts = tok.facts()
}

func (r *Report) explain(tok *Token, verdict Verdict, ctx Context) {
	r.Header, r.Headers = describe(tok.Header, InHeader, "", ctx.Now)
	iss, _ := tok.Payload.Get("iss").Text()
	sub, _ := tok.Payload.Get("sub").Text()
	r.Payload, r.Claims = describe(tok.Payload, InPayload, platformOf(iss, sub), ctx.Now)
	if tok.SD != nil && tok.SD.Processed != nil {
		r.Processed, r.Claims = describe(tok.SD.Processed.Root, InPayload, "", ctx.Now)
	}
	if tok.Payload == nil && utf8.Valid(tok.Bytes) {
		r.PayloadText = string(tok.Bytes)
	} else if tok.Payload == nil {
		r.PayloadBytes = tok.Bytes
	}
	if r.Inner == nil { // else the token inside is the one that speaks
		r.Checklist = Checklist(Profile(r.Type), tok, verdict, ctx)
	}
}

// Bad reports whether the token itself is at fault: its signature does not hold or was refused, it is out of its time or can't
// be read, an item of the checklist failed, or a finding is an error. "Not verified" is no fault of the token.
func (r *Report) Bad() bool {
	switch r.Signature.Status {
	case Invalid, Refused:
		return true
	}
	switch r.Time.Status {
	case TimeExpired, TimeNotYetValid, TimeMalformed:
		return true
	}
	if e := r.Encryption; e != nil && (e.Status == OpenFailed || e.Status == OpenRefused) {
		return true
	}
	return r.Error != nil || r.Inner != nil && r.Inner.Bad() ||
		slices.ContainsFunc(r.Checklist, func(i Item) bool { return i.Result == ItemFail }) ||
		slices.ContainsFunc(r.Findings, func(f rule.Finding) bool { return f.Severity == rule.Error })
}

func (r *Report) setType(ctx *Context) {
	if ctx.Profile != "" && ctx.Profile != ProfileAuto {
		r.Type, r.TypeReason = string(ctx.Profile), "given"
		return
	}
	p, reason := GuessType(r.Token)
	r.Type, r.TypeReason = string(p), reason
}
