package inspect

import (
	"encoding/json"
	"time"

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

	State         string // sent with the authorization request, for s_hash
	ResponseType  string // of the authorization request, "code id_token"
	Method, URL   string // of the request that a DPoP proof came with
	KeyThumbprint string // expected key of a proof or of cnf: RFC 7638 SHA-256, or x5t#S256, base64url
}

// Report is everything that is known about one token. Its JSON is an output contract: members are added, never renamed.
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

	Token *Token `json:"-"`
}

// TimeStatus is the verdict on a token's times.
type TimeStatus string

const (
	TimeValid       TimeStatus = "valid"
	TimeExpired     TimeStatus = "expired"
	TimeNotYetValid TimeStatus = "not-yet-valid"
	TimeNoExpiry    TimeStatus = "no-expiry"
	TimeMalformed   TimeStatus = "malformed"
)

// Times are the token's times, judged at At.
type Times struct {
	At        time.Time  `json:"at"`
	IssuedAt  *time.Time `json:"issued_at,omitempty"`
	NotBefore *time.Time `json:"not_before,omitempty"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Status    TimeStatus `json:"status"`
	Remaining *int64     `json:"remaining_s,omitempty"` // seconds until expiry; negative when expired
}

// Claim is one header parameter or claim with its meaning.
type Claim struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Kind    string          `json:"kind,omitempty"` // "time", "uri", "hash", … as in the glossary
	Meaning string          `json:"meaning,omitempty"`
	Source  string          `json:"source,omitempty"`
	Text    string          `json:"text,omitempty"` // the value in words: "2026-11-22 00:10:01 UTC, in 4 min 31 s"
	JSON    *Value          `json:"-"`
}

// ItemResult is how a checklist item ended.
type ItemResult string

const (
	ItemPass          ItemResult = "pass"
	ItemFail          ItemResult = "fail"
	ItemNotApplicable ItemResult = "not_applicable"
	ItemNotChecked    ItemResult = "not_checked"
)

// Item is one item of a specification's checklist, with the specification's own number.
type Item struct {
	Number  string     `json:"number"`  // "2"
	Subject string     `json:"subject"` // "iss"
	Title   string     `json:"title"`
	Result  ItemResult `json:"result"`
	Detail  string     `json:"detail,omitempty"`
	Ref     string     `json:"ref"`
}

// Inspect decodes, verifies and judges a token. keys may be nil.
func Inspect(raw string, keys *KeySet, ctx Context) *Report {
	tok := Decode(raw)
	r := &Report{Kind: tok.Kind, Size: len(tok.Raw), Signature: Verify(tok, keys), Error: tok.Unreadable(), Token: tok}
	if tok.Header != nil {
		r.Header = json.RawMessage(tok.Header.Raw)
	}
	if tok.Payload != nil {
		r.Payload = json.RawMessage(tok.Payload.Raw)
	}
	return r
}
