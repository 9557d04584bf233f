package practice

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// store keeps what go-oidc wants kept. Each kind of thing is bounded: the oldest makes room.
//
// go-oidc brings a store of its own. This one also remembers retired refresh tokens, so that a stolen one can be told
// from one that never was.
type store struct {
	mu       sync.Mutex
	sessions bounded[*goidc.AuthnSession]
	grants   bounded[*goidc.Grant]
	clients  bounded[*goidc.Client]
	logouts  bounded[*goidc.LogoutSession]
	refresh  bounded[string]    // refresh token, current or retired → grant id
	jtis     bounded[time.Time] // ids of JWTs that were used once
}

func newStore() *store {
	return &store{
		sessions: newBounded[*goidc.AuthnSession](1000),
		grants:   newBounded[*goidc.Grant](1000),
		clients:  newBounded[*goidc.Client](200),
		logouts:  newBounded[*goidc.LogoutSession](200),
		refresh:  newBounded[string](5000),
		jtis:     newBounded[time.Time](10000),
	}
}

func (s *store) SaveSession(_ context.Context, as *goidc.AuthnSession) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.put(as.ID, as)
	return nil
}

func (s *store) Session(_ context.Context, id string) (*goidc.AuthnSession, error) {
	return s.session(func(as *goidc.AuthnSession) string { return as.ID }, id)
}

func (s *store) SessionByPushedAuthReqID(_ context.Context, id string) (*goidc.AuthnSession, error) {
	return s.session(func(as *goidc.AuthnSession) string { return as.PushedAuthReqID }, id)
}

func (s *store) SessionByUserCode(_ context.Context, code string) (*goidc.AuthnSession, error) {
	return s.session(func(as *goidc.AuthnSession) string {
		// A login_hint-style user_code parameter of a plain authorization request is not a device's code.
		if as.DeviceCode == "" {
			return ""
		}
		return as.UserCode
	}, code)
}

func (s *store) SessionByDeviceCode(_ context.Context, code string) (*goidc.AuthnSession, error) {
	return s.session(func(as *goidc.AuthnSession) string { return as.DeviceCode }, code)
}

func (s *store) SessionByAuthReqID(_ context.Context, id string) (*goidc.AuthnSession, error) {
	return s.session(func(as *goidc.AuthnSession) string { return as.AuthReqID }, id)
}

func (s *store) GrantByAuthReqID(_ context.Context, id string) (*goidc.Grant, error) {
	return s.grant(func(g *goidc.Grant) string { return g.AuthReqID }, id)
}

func (s *store) SaveGrant(_ context.Context, g *goidc.Grant) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grants.put(g.ID, g)
	if g.RefreshToken != "" {
		s.refresh.put(g.RefreshToken, g.ID)
	}
	return nil
}

func (s *store) Grant(_ context.Context, id string) (*goidc.Grant, error) {
	return s.grant(func(g *goidc.Grant) string { return g.ID }, id)
}

func (s *store) GrantByAuthCode(_ context.Context, code string) (*goidc.Grant, error) {
	return s.grant(func(g *goidc.Grant) string { return g.AuthCode }, code)
}

func (s *store) GrantByDeviceCode(_ context.Context, code string) (*goidc.Grant, error) {
	return s.grant(func(g *goidc.Grant) string { return g.DeviceCode }, code)
}

// GrantByRefreshToken finds the grant of a refresh token. A retired token that is being redeemed was stolen, or its
// successor was: the grant ends (RFC 9700 4.14.2).
func (s *store) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.grants.get(s.refresh.get(token))
	if token == "" || g == nil {
		return nil, goidc.ErrNotFound
	}
	if g.RefreshToken == token {
		return g, nil
	}
	if isRedeeming(ctx) {
		g.RevokedAt = int(time.Now().Unix())
		return nil, errRefreshReuse
	}
	return nil, goidc.ErrNotFound
}

var errRefreshReuse = errors.New("this token was used before and replaced: whoever uses it again may be a thief, " +
	"so the whole grant is revoked (RFC 9700 4.14.2)")

func (s *store) SaveClient(_ context.Context, c *goidc.Client) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients.put(c.ID, c)
	return nil
}

func (s *store) Client(_ context.Context, id string) (*goidc.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients.get(id); c != nil {
		if c.JWKSURI != "" {
			c.CacheJWKS(nil)
		}
		return c, nil
	}
	return nil, goidc.ErrNotFound
}

func (s *store) DeleteClient(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients.drop(id)
	return nil
}

func (s *store) SaveLogoutSession(_ context.Context, ls *goidc.LogoutSession) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logouts.put(ls.ID, ls)
	return nil
}

func (s *store) LogoutSession(_ context.Context, id string) (*goidc.LogoutSession, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ls := s.logouts.get(id); ls != nil {
		return ls, nil
	}
	return nil, goidc.ErrNotFound
}

// consumeJTI refuses the id of a JWT that was used before.
func (s *store) consumeJTI(_ context.Context, jti string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.jtis.get(jti).IsZero() {
		return errors.New("the jti was used before: every proof or assertion needs an id of its own")
	}
	s.jtis.put(jti, time.Now())
	return nil
}

func (s *store) session(key func(*goidc.AuthnSession) string, want string) (*goidc.AuthnSession, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(&s.sessions, key, want)
}

func (s *store) grant(key func(*goidc.Grant) string, want string) (*goidc.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return find(&s.grants, key, want)
}

// find looks for the newest item whose key is want. The stores are small; an index for each key would not pay.
func find[T any](b *bounded[T], key func(T) string, want string) (T, error) {
	if want != "" {
		for _, id := range slices.Backward(b.order) {
			if item := b.items[id]; key(item) == want {
				return item, nil
			}
		}
	}
	var none T
	return none, goidc.ErrNotFound
}

// bounded is a map that forgets its oldest entry when it is full.
type bounded[T any] struct {
	items map[string]T
	order []string
	max   int
}

func newBounded[T any](max int) bounded[T] { return bounded[T]{items: map[string]T{}, max: max} }

// get gives the zero value for an unknown key.
func (b *bounded[T]) get(key string) T { return b.items[key] }

func (b *bounded[T]) put(key string, item T) {
	if _, known := b.items[key]; !known {
		if len(b.order) >= b.max {
			delete(b.items, b.order[0])
			b.order = b.order[1:]
		}
		b.order = append(b.order, key)
	}
	b.items[key] = item
}

func (b *bounded[T]) drop(key string) {
	delete(b.items, key)
	b.order = slices.DeleteFunc(b.order, func(k string) bool { return k == key })
}
