// Package record is the recording http.RoundTripper that every request of the engine goes through. A [Transport] keeps
// each exchange whole (bounded, with times and connection facts), asks a [Gate] before the request leaves, and emits an
// [Exchange] when it is over, also when it failed. Retries made by any layer are exchanges of their own.
package record

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// BodyLimit is how many bytes of a body are kept; the rest is counted and dropped.
const BodyLimit = 1 << 20

// Header is one header field as it was sent or received, in order.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Body is a message body, kept up to [BodyLimit] bytes.
type Body struct {
	Data      []byte // at most BodyLimit bytes, as they came over the wire after transfer decoding
	Size      int64  // bytes in all
	Truncated bool   // Size > len(Data)
	Uncounted bool   // there was more than Size: reading stopped at a bound

	Uncompressed string // "gzip": it was compressed without being asked for, and Data is what came out
}

// Request is a request as it left, after any edit.
type Request struct {
	Method  string
	URL     string
	Proto   string
	Headers []Header
	Body    Body
}

// Params are the parameters that a request carries, in its address and its form.
func (r *Request) Params() url.Values {
	all := url.Values{}
	if u, err := url.Parse(r.URL); err == nil {
		all = u.Query()
	}
	if form, err := url.ParseQuery(string(r.Body.Data)); err == nil && strings.HasPrefix(Get(r.Headers, "Content-Type"), "application/x-www-form-urlencoded") {
		for name, values := range form {
			all[name] = append(all[name], values...)
		}
	}
	return all
}

// Response is an answer as it came.
type Response struct {
	Status  int    // 200
	Reason  string // "200 OK"
	Proto   string // "HTTP/2.0"
	Headers []Header
	Body    Body
}

// Timing splits the duration of an exchange. A part that did not happen (reused connection, plain HTTP) is zero.
type Timing struct {
	Start   time.Time
	DNS     time.Duration
	Connect time.Duration
	TLS     time.Duration
	Wait    time.Duration // request written to first byte of the answer
	Read    time.Duration // first byte to end of body
	Total   time.Duration
}

// Certificate is what is shown of one certificate of the peer's chain.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	DNSNames  []string  `json:"dns_names,omitempty"`
	SHA256    string    `json:"sha256"` // hex
	Key       string    `json:"key"`    // "RSA 2048", "ECDSA P-256"
}

// Connection holds the facts of the connection that carried the exchange.
type Connection struct {
	Remote  string // "127.0.0.1:443"
	Reused  bool
	Proxy   string // proxy used, without credentials; empty when direct
	TLS     string // "TLS 1.3"; empty for plain HTTP
	Cipher  string
	ALPN    string
	Chain   []Certificate
	Skipped bool // certificate verification was switched off
}

// Exchange is one request and what became of it.
type Exchange struct {
	ID         int    // 1, 2, 3 … within a run
	Step       string // id of the flow's step that sent it
	Purpose    string // "discovery", "token", …; the step's words for it
	Request    Request
	Response   *Response // nil when no answer came
	Failure    *Failure  // set when the transport failed, also half-way through the body
	Timing     Timing
	Connection Connection

	// What the gate changed. Request is what was sent and Wire, when it is set, what came; the other two are what would have been.
	Edits       []string  // of the request, in words: "dropped code_verifier"
	Unedited    *Request  // the request as the engine made it; nil unless it was changed
	AnswerEdits []string  // of the answer, in words: "changed member id_token"
	Wire        *Response // the answer as it came; nil unless Response is a changed one
	ResentOf    int       // id of the exchange that this one repeats; 0 for none
	Aside       bool      // the answer was looked at only: that of another sending was taken in
}

// Failure is a transport failure, told apart by kind.
type Failure struct {
	Kind    FailureKind `json:"kind"`
	Message string      `json:"message"` // what happened, in words
	Host    string      `json:"host,omitempty"`
	Cause   string      `json:"cause,omitempty"` // the error text of the library
}

// Error makes a Failure usable as an error.
func (f *Failure) Error() string { return f.Message }

// FailureKind names what kind of transport failure it was.
type FailureKind string

const (
	FailDNS         FailureKind = "dns"
	FailRefused     FailureKind = "refused"
	FailUnreachable FailureKind = "unreachable"
	FailTimeout     FailureKind = "timeout"
	FailReset       FailureKind = "reset"
	FailTruncated   FailureKind = "truncated"
	FailTLSUnknown  FailureKind = "tls_unknown_authority"
	FailTLSName     FailureKind = "tls_name_mismatch"
	FailTLSExpired  FailureKind = "tls_expired"
	FailTLSOther    FailureKind = "tls"
	FailNotHTTP     FailureKind = "not_http"
	FailProxy       FailureKind = "proxy"
	FailRedirect    FailureKind = "redirect"
	FailCanceled    FailureKind = "canceled"
	FailDropped     FailureKind = "dropped" // by the gate
	FailOther       FailureKind = "other"
)

// Held is a request waiting at the gate. The gate may change Request; a changed request is marked in the exchange.
type Held struct {
	ID      int
	Step    string
	Purpose string
	Request *http.Request // a copy of its own; the body can be read
	Body    []byte        // the whole body

	Visit     bool // a browser makes it: only the address can be changed
	IssAlways bool // the provider announces that authorization answers carry iss (RFC 9207 3)
}

// Action is what the gate decided.
type Action int

const (
	Send  Action = iota // send it, with the changes in Decision
	Drop                // do not send it; the step fails with FailDropped
	Abort               // cancel the run
)

// Decision is the gate's answer. Zero means: send as it is.
type Decision struct {
	Action Action
	Method string      // empty: unchanged
	URL    string      // empty: unchanged
	Header http.Header // nil: unchanged
	Body   []byte      // nil: unchanged
	Edits  []string    // what was changed, in words
}

// Gate is asked before a request leaves, also for each redirect that is followed. It may block until ctx ends. A nil gate
// lets everything pass. An error cancels the request.
type Gate func(ctx context.Context, held *Held) (Decision, error)
