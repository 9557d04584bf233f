package practice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Seen is what the provider saw of one request, to be shown beside what the client got. It holds no secret; its texts may
// repeat what the client sent.
type Seen struct {
	ID        int // also in the header Practice-Request of the answer
	Time      time.Time
	Method    string
	Path      string // without the query
	ClientID  string // as sent, not checked
	GrantType string
	Status    int
	Code      string   // "invalid_grant"; empty when nothing was refused
	Reason    string   // why, in words that a real provider keeps to itself
	Notes     []string // what else there is to say
}

// headerRequest numbers the answers, so that a client's exchange finds its Seen.
const headerRequest = "Practice-Request"

const (
	seenLimit   = 500 // requests kept
	reasonLimit = 300 // bytes of a reason
)

// seenLog keeps the last requests.
type seenLog struct {
	mu   sync.Mutex
	list []Seen
	next int
	tell func(Seen)
}

func newSeenLog(tell func(Seen)) *seenLog {
	if tell == nil {
		tell = func(Seen) {}
	}
	return &seenLog{tell: tell}
}

// Log gives the last requests that the provider answered, oldest first, at most 500.
func (p *Provider) Log() []Seen {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return append([]Seen(nil), p.seen.list...)
}

func (l *seenLog) number() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	return l.next
}

func (l *seenLog) add(s Seen) {
	l.mu.Lock()
	if len(l.list) >= seenLimit {
		l.list = append(l.list[:0], l.list[1:]...)
	}
	l.list = append(l.list, s)
	l.mu.Unlock()
	l.tell(s)
}

type seenKey struct{}

// seenFrom gives the record of the request that ctx belongs to. Outside of one, what is written to it is lost.
func seenFrom(ctx context.Context) *Seen {
	if s, ok := ctx.Value(seenKey{}).(*Seen); ok {
		return s
	}
	return &Seen{}
}

// noteError keeps the private reason of a refusal. go-oidc calls it with the request's context.
func noteError(ctx context.Context, err error) {
	s := seenFrom(ctx)
	s.Code, s.Reason = reason(err)
	if path := s.Path; s.Reason == goidc.ErrNotFound.Error() {
		switch goidc.ErrorCode(s.Code) {
		case goidc.ErrorCodeInvalidClient:
			s.Reason = fmt.Sprintf("no client is registered as %q", s.ClientID)
		case goidc.ErrorCodeInvalidGrant:
			s.Reason = "this code was never issued here, or so long ago that it is forgotten"
		default:
			s.Reason = "not found by " + path
		}
	}
	if len(s.Reason) > reasonLimit {
		s.Reason = strings.ToValidUTF8(s.Reason[:reasonLimit], "") + "…"
	}
}

// reason takes an error of go-oidc apart: its outermost code, and the words of the innermost one.
func reason(err error) (code, why string) {
	var e goidc.Error
	if !errors.As(err, &e) {
		return string(goidc.ErrorCodeInternalError), err.Error()
	}
	code = string(e.Code)
	for {
		inner := e.Unwrap()
		if inner == nil {
			return code, e.Description
		}
		var deeper goidc.Error
		if !errors.As(inner, &deeper) {
			return code, inner.Error()
		}
		e = deeper
	}
}
